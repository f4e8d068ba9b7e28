/* driver: the three-letter code of a driver under the names sources use.
 *
 * Everyone who started a race from 2010 on (names and codes as in racedata,
 * CC0, and the lap data of 2018-2026). Two pairs share a code in the sources:
 * Vergne and Verstappen (VER), Haryanto and Hartley (HAR); they never met. */
#include "pitboard/race.h"
#include "slug.h"

#include <string.h>

typedef struct driver_name {
    const char *code;
    const char *forename;
    const char *surname;
    const char *ref; /* Ergast id where it is neither of the above, NULL else */
} driver_name;

static const driver_name names[] = {
    {"AIT", "jack", "aitken", NULL},
    {"ALB", "alexander", "albon", "alex_albon"},
    {"ALG", "jaime", "alguersuari", NULL},
    {"ALO", "fernando", "alonso", NULL},
    {"ANT", "kimi", "antonelli", "andrea_kimi_antonelli"},
    {"BAR", "rubens", "barrichello", NULL},
    {"BEA", "oliver", "bearman", NULL},
    {"BIA", "jules", "bianchi", NULL},
    {"BOR", "gabriel", "bortoleto", NULL},
    {"BOT", "valtteri", "bottas", NULL},
    {"BUE", "sebastien", "buemi", NULL},
    {"BUT", "jenson", "button", NULL},
    {"CHA", "karun", "chandhok", NULL},
    {"CHI", "max", "chilton", NULL},
    {"COL", "franco", "colapinto", NULL},
    {"DAM", "jerome", "dambrosio", "ambrosio"},
    {"DEV", "nyck", "de_vries", NULL},
    {"DIG", "lucas", "di_grassi", "grassi"},
    {"DIR", "paul", "di_resta", "resta"},
    {"DLR", "pedro", "de_la_rosa", "rosa"},
    {"DOO", "jack", "doohan", NULL},
    {"ERI", "marcus", "ericsson", NULL},
    {"FIT", "pietro", "fittipaldi", NULL},
    {"GAS", "pierre", "gasly", NULL},
    {"GIO", "antonio", "giovinazzi", NULL},
    {"GLO", "timo", "glock", NULL},
    {"GRO", "romain", "grosjean", NULL},
    {"GUT", "esteban", "gutierrez", NULL},
    {"HAD", "isack", "hadjar", NULL},
    {"HAM", "lewis", "hamilton", NULL},
    {"HAR", "brendon", "hartley", NULL},
    {"HAR", "rio", "haryanto", NULL},
    {"HEI", "nick", "heidfeld", NULL},
    {"HUL", "nico", "hulkenberg", NULL},
    {"KAR", "narain", "karthikeyan", NULL},
    {"KLI", "christian", "klien", NULL},
    {"KOB", "kamui", "kobayashi", NULL},
    {"KOV", "heikki", "kovalainen", NULL},
    {"KUB", "robert", "kubica", NULL},
    {"KVY", "daniil", "kvyat", NULL},
    {"LAT", "nicholas", "latifi", NULL},
    {"LAW", "liam", "lawson", NULL},
    {"LEC", "charles", "leclerc", NULL},
    {"LIN", "arvid", "lindblad", NULL},
    {"LIU", "vitantonio", "liuzzi", NULL},
    {"LOT", "andre", "lotterer", NULL},
    {"MAG", "kevin", "magnussen", NULL},
    {"MAL", "pastor", "maldonado", NULL},
    {"MAS", "felipe", "massa", NULL},
    {"MAZ", "nikita", "mazepin", NULL},
    {"MER", "roberto", "merhi", NULL},
    {"MSC", "michael", "schumacher", NULL},
    {"MSC", "mick", "schumacher", NULL},
    {"NAS", "felipe", "nasr", NULL},
    {"NOR", "lando", "norris", NULL},
    {"OCO", "esteban", "ocon", NULL},
    {"PAL", "jolyon", "palmer", NULL},
    {"PER", "sergio", "perez", NULL},
    {"PET", "vitaly", "petrov", NULL},
    {"PIA", "oscar", "piastri", NULL},
    {"PIC", "charles", "pic", NULL},
    {"RAI", "kimi", "raikkonen", NULL},
    {"RIC", "daniel", "ricciardo", NULL},
    {"ROS", "nico", "rosberg", NULL},
    {"RSS", "alexander", "rossi", NULL},
    {"RUS", "george", "russell", NULL},
    {"SAI", "carlos", "sainz", NULL},
    {"SAR", "logan", "sargeant", NULL},
    {"SEN", "bruno", "senna", NULL},
    {"SIR", "sergey", "sirotkin", NULL},
    {"STE", "will", "stevens", NULL},
    {"STR", "lance", "stroll", NULL},
    {"SUT", "adrian", "sutil", NULL},
    {"TRU", "jarno", "trulli", NULL},
    {"TSU", "yuki", "tsunoda", NULL},
    {"VAN", "stoffel", "vandoorne", NULL},
    {"VDG", "giedo", "van_der_garde", "garde"},
    {"VER", "jean_eric", "vergne", NULL},
    {"VER", "max", "verstappen", NULL},
    {"VET", "sebastian", "vettel", NULL},
    {"WEB", "mark", "webber", NULL},
    {"WEH", "pascal", "wehrlein", NULL},
    {"YAM", "sakon", "yamamoto", NULL},
    {"ZHO", "guanyu", "zhou", NULL},
};

/* The surname, alone or with the forename before or after it, or with its initial. */
static bool is_name_of(const char *slug, const driver_name *d)
{
    char   both[PB__SLUG_MAX];
    size_t f = strlen(d->forename), s = strlen(d->surname);
    memcpy(both, d->forename, f);
    memcpy(both + f, d->surname, s + 1);
    if (pb__slug_same(slug, d->surname) || pb__slug_same(slug, both)) return true;
    memcpy(both, d->surname, s);
    memcpy(both + s, d->forename, f + 1);
    if (pb__slug_same(slug, both)) return true;
    return slug[0] == d->forename[0] && slug[1] == '_' && pb__slug_same(slug + 2, d->surname);
}

const char *pb_driver_code(pb_span name)
{
    char    slug[PB__SLUG_MAX];
    pb_span bare = pb_span_trim(name);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (pb_span_equal_nocase(bare, names[i].code)) return names[i].code;
    pb__slug(bare, slug);
    pb__slug_strip(slug, "_jr");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is_name_of(slug, &names[i]) || (names[i].ref && pb__slug_same(slug, names[i].ref))) return names[i].code;
    return NULL;
}

/* Who had a code before the one who has it now, and in which season last. */
static const struct {
    const char *code, *surname;
    int         last_season;
} earlier[] = {{"HAR", "haryanto", 2016}, {"VER", "vergne", 2014}};

#define EARLIER_N (sizeof earlier / sizeof *earlier)

static const char *surname_of(pb_span code, int season)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t e = 0;
        if (!pb_span_equal_nocase(code, names[i].code)) continue;
        while (e < EARLIER_N && strcmp(earlier[e].code, names[i].code) != 0) e++;
        if (e == EARLIER_N) return names[i].surname;
        if ((strcmp(earlier[e].surname, names[i].surname) == 0) == (season <= earlier[e].last_season))
            return names[i].surname;
    }
    return NULL;
}

/* "de_vries" -> "De Vries" */
bool pb_driver_surname(pb_span code, int season, char *out, size_t cap)
{
    const char *slug = surname_of(pb_span_trim(code), season);
    size_t      len  = slug ? strlen(slug) : cap;
    out[0]           = '\0';
    if (len >= cap) return false;
    for (size_t i = 0; i < len; i++) {
        bool first = i == 0 || slug[i - 1] == '_';
        out[i]     = slug[i] == '_' ? ' ' : first ? (char)(slug[i] - 'a' + 'A') : slug[i];
    }
    out[len] = '\0';
    return true;
}
