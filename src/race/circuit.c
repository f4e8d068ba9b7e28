/* circuit: one id for a track under all the names that sources and seasons give
 * it, and its length.
 *
 * Lengths are those published by the FIA and the circuits for the layout of the
 * season; checked against f1-circuits (bacinger, MIT) and, through the number
 * of laps, against the races of 2018-2026 (test_circuit.c). 0: not needed. */
#include "pitboard/race.h"
#include "slug.h"

#include <string.h>

#define ANY 9999

typedef struct circuit_name {
    const char *name;
    const char *id;
    int         from, to; /* seasons */
} circuit_name;

/* First match wins; without a season a row with from = 0 is taken. */
static const circuit_name names[] = {
    {"spanish", "madrid", 2026, ANY},
    {"spanish", "barcelona", 0, 2025},
    {"sakhir", "sakhir_outer", 2020, 2020}, /* the second race there of 2020, named after the place */
    {"sakhir", "bahrain", 0, ANY},
    {"european", "baku", 2016, ANY},
    {"european", "valencia", 0, 2012},
    {"german", "nurburgring", 2011, 2011},
    {"german", "nurburgring", 2013, 2013},
    {"german", "hockenheim", 0, ANY},
    {"australian", "melbourne", 0, ANY},
    {"albert_park", "melbourne", 0, ANY},
    {"albert_park_circuit", "melbourne", 0, ANY},
    {"albert_park_grand_prix_circuit", "melbourne", 0, ANY},
    {"bahrain_international_circuit", "bahrain", 0, ANY},
    {"bahrain_outer", "sakhir_outer", 0, ANY},
    {"chinese", "shanghai", 0, ANY},
    {"shanghai_international_circuit", "shanghai", 0, ANY},
    {"azerbaijan", "baku", 0, ANY},
    {"baku_city_circuit", "baku", 0, ANY},
    {"catalunya", "barcelona", 0, ANY},
    {"barcelona_catalunya", "barcelona", 0, ANY},
    {"circuit_de_barcelona_catalunya", "barcelona", 0, ANY},
    {"montmelo", "barcelona", 0, ANY},
    {"madring", "madrid", 0, ANY},
    {"circuito_de_madring", "madrid", 0, ANY},
    {"monte_carlo", "monaco", 0, ANY},
    {"circuit_de_monaco", "monaco", 0, ANY},
    {"canadian", "montreal", 0, ANY},
    {"villeneuve", "montreal", 0, ANY},
    {"gilles_villeneuve", "montreal", 0, ANY},
    {"circuit_gilles_villeneuve", "montreal", 0, ANY},
    {"french", "le_castellet", 0, ANY},
    {"ricard", "le_castellet", 0, ANY},
    {"paul_ricard", "le_castellet", 0, ANY},
    {"circuit_paul_ricard", "le_castellet", 0, ANY},
    {"austrian", "spielberg", 0, ANY},
    {"styrian", "spielberg", 0, ANY},
    {"red_bull_ring", "spielberg", 0, ANY},
    {"british", "silverstone", 0, ANY},
    {"70th_anniversary", "silverstone", 0, ANY},
    {"silverstone_circuit", "silverstone", 0, ANY},
    {"hockenheimring", "hockenheim", 0, ANY},
    {"hungarian", "budapest", 0, ANY},
    {"hungaroring", "budapest", 0, ANY},
    {"belgian", "spa", 0, ANY},
    {"spa_francorchamps", "spa", 0, ANY},
    {"circuit_de_spa_francorchamps", "spa", 0, ANY},
    {"italian", "monza", 0, ANY},
    {"autodromo_nazionale_di_monza", "monza", 0, ANY},
    {"autodromo_nazionale_monza", "monza", 0, ANY},
    {"marina_bay", "singapore", 0, ANY},
    {"marina_bay_street_circuit", "singapore", 0, ANY},
    {"russian", "sochi", 0, ANY},
    {"sochi_autodrom", "sochi", 0, ANY},
    {"japanese", "suzuka", 0, ANY},
    {"suzuka_circuit", "suzuka", 0, ANY},
    {"suzuka_international_racing_course", "suzuka", 0, ANY},
    {"united_states", "austin", 0, ANY},
    {"us", "austin", 0, ANY},
    {"usa", "austin", 0, ANY},
    {"americas", "austin", 0, ANY},
    {"cota", "austin", 0, ANY},
    {"circuit_of_the_americas", "austin", 0, ANY},
    {"mexican", "mexico_city", 0, ANY},
    {"mexico", "mexico_city", 0, ANY},
    {"rodriguez", "mexico_city", 0, ANY},
    {"autodromo_hermanos_rodriguez", "mexico_city", 0, ANY},
    {"brazilian", "sao_paulo", 0, ANY},
    {"interlagos", "sao_paulo", 0, ANY},
    {"autodromo_jose_carlos_pace", "sao_paulo", 0, ANY},
    {"autodromo_jose_carlos_pace_interlagos", "sao_paulo", 0, ANY},
    {"abu_dhabi", "yas_marina", 0, ANY},
    {"yas_island", "yas_marina", 0, ANY},
    {"yas_marina_circuit", "yas_marina", 0, ANY},
    {"dutch", "zandvoort", 0, ANY},
    {"circuit_zandvoort", "zandvoort", 0, ANY},
    {"circuit_park_zandvoort", "zandvoort", 0, ANY},
    {"emilia_romagna", "imola", 0, ANY},
    {"autodromo_enzo_e_dino_ferrari", "imola", 0, ANY},
    {"autodromo_internazionale_enzo_e_dino_ferrari", "imola", 0, ANY},
    {"tuscan", "mugello", 0, ANY},
    {"autodromo_internazionale_del_mugello", "mugello", 0, ANY},
    {"portuguese", "portimao", 0, ANY},
    {"algarve", "portimao", 0, ANY},
    {"algarve_international_circuit", "portimao", 0, ANY},
    {"autodromo_internacional_do_algarve", "portimao", 0, ANY},
    {"eifel", "nurburgring", 0, ANY},
    {"nuerburgring", "nurburgring", 0, ANY},
    {"turkish", "istanbul", 0, ANY},
    {"istanbul_park", "istanbul", 0, ANY},
    {"intercity_istanbul_park", "istanbul", 0, ANY},
    {"saudi_arabian", "jeddah", 0, ANY},
    {"saudi_arabia", "jeddah", 0, ANY},
    {"jeddah_corniche_circuit", "jeddah", 0, ANY},
    {"miami_gardens", "miami", 0, ANY},
    {"miami_international_autodrome", "miami", 0, ANY},
    {"vegas", "las_vegas", 0, ANY},
    {"las_vegas_strip_street_circuit", "las_vegas", 0, ANY},
    {"las_vegas_street_circuit", "las_vegas", 0, ANY},
    {"las_vegas_strip_circuit", "las_vegas", 0, ANY},
    {"qatar", "lusail", 0, ANY},
    {"losail", "lusail", 0, ANY},
    {"losail_international_circuit", "lusail", 0, ANY},
    {"lusail_international_circuit", "lusail", 0, ANY},
    {"malaysian", "sepang", 0, ANY},
    {"malaysia", "sepang", 0, ANY},
    {"kuala_lumpur", "sepang", 0, ANY},
    {"sepang_international_circuit", "sepang", 0, ANY},
    {"indian", "buddh", 0, ANY},
    {"buddh_international_circuit", "buddh", 0, ANY},
    {"korean", "yeongam", 0, ANY},
    {"korean_international_circuit", "yeongam", 0, ANY},
    {"valencia_street_circuit", "valencia", 0, ANY},
    {"ims", "indianapolis", 0, ANY},
    {"indianapolis_motor_speedway", "indianapolis", 0, ANY},
};

typedef struct circuit_fact {
    const char *id;
    int         from, to; /* seasons */
    double      length_m;
} circuit_fact;

static const circuit_fact facts[] = {
    {"melbourne", 0, 2021, 5303},    {"melbourne", 2022, ANY, 5278},  {"bahrain", 0, ANY, 5412},
    {"sakhir_outer", 0, ANY, 3543},  {"shanghai", 0, ANY, 5451},      {"baku", 0, ANY, 6003},
    {"barcelona", 0, 2020, 4655},    {"barcelona", 2021, 2022, 4675}, {"barcelona", 2023, ANY, 4657},
    {"madrid", 0, ANY, 5416},        {"monaco", 0, 2014, 3340},       {"monaco", 2015, ANY, 3337},
    {"montreal", 0, ANY, 4361},      {"le_castellet", 0, ANY, 5842},  {"spielberg", 0, 2015, 4326},
    {"spielberg", 2016, ANY, 4318},  {"silverstone", 0, ANY, 5891},   {"hockenheim", 0, ANY, 4574},
    {"budapest", 0, ANY, 4381},      {"spa", 0, ANY, 7004},           {"monza", 0, ANY, 5793},
    {"singapore", 0, 2012, 5073},    {"singapore", 2013, 2017, 5065}, {"singapore", 2018, 2022, 5063},
    {"singapore", 2023, 2024, 4940}, {"singapore", 2025, ANY, 4927},  {"sochi", 0, ANY, 5848},
    {"suzuka", 0, ANY, 5807},        {"austin", 0, ANY, 5513},        {"mexico_city", 0, ANY, 4304},
    {"sao_paulo", 0, ANY, 4309},     {"yas_marina", 0, 2020, 5554},   {"yas_marina", 2021, ANY, 5281},
    {"zandvoort", 0, ANY, 4259},     {"imola", 0, ANY, 4909},         {"mugello", 0, ANY, 5245},
    {"portimao", 0, ANY, 4653},      {"nurburgring", 0, ANY, 5148},   {"istanbul", 0, ANY, 5338},
    {"jeddah", 0, ANY, 6174},        {"miami", 0, ANY, 5412},         {"las_vegas", 0, ANY, 6201},
    {"lusail", 0, 2022, 5380},       {"lusail", 2023, ANY, 5419},     {"sepang", 0, ANY, 5543},
    {"valencia", 0, ANY, 5419},      {"yeongam", 0, ANY, 5615},       {"buddh", 0, ANY, 5125},
    {"indianapolis", 0, ANY, 4192},  {"brands_hatch", 0, ANY, 0},     {"moscow_raceway", 0, ANY, 0},
    {"norisring", 0, ANY, 0},        {"oschersleben", 0, ANY, 0},
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *id_of_slug(const char *slug, int season)
{
    for (size_t i = 0; i < COUNT(names); i++)
        if (season >= names[i].from && season <= names[i].to && pb__slug_same(slug, names[i].name)) return names[i].id;
    for (size_t i = 0; i < COUNT(facts); i++)
        if (pb__slug_same(slug, facts[i].id)) return facts[i].id;
    return NULL;
}

/* "2025_belgian" -> "belgian". */
static const char *without_year(const char *slug)
{
    return strspn(slug, "0123456789") == 4 && slug[4] == '_' ? slug + 5 : slug;
}

const char *pb_circuit_id(pb_span name, int season)
{
    char slug[PB__SLUG_MAX];
    pb_event_slug(name, slug, sizeof slug);
    return id_of_slug(without_year(slug), season);
}

const char *pb_circuit_known(uint32_t i)
{
    uint32_t n = 0;
    for (size_t k = 0; k < COUNT(facts); k++) {
        bool again = k > 0 && strcmp(facts[k].id, facts[k - 1].id) == 0; /* another layout */
        if (!again && n++ == i) return facts[k].id;
    }
    return NULL;
}

double pb_circuit_length_m(const char *circuit_id, int season)
{
    for (size_t i = 0; circuit_id && i < COUNT(facts); i++)
        if (strcmp(facts[i].id, circuit_id) == 0 && season >= facts[i].from && season <= facts[i].to)
            return facts[i].length_m;
    return 0;
}

int pb_scheduled_laps(const char *circuit_id, int season, bool sprint)
{
    double length = pb_circuit_length_m(circuit_id, season);
    if (length <= 0) return 0;
    double distance = sprint ? 100000 : strcmp(circuit_id, "monaco") == 0 ? 260000 : 305000;
    return (int)(distance / length) + 1;
}
