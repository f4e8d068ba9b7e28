/* The official timing of nine GR Cup races, from file to state, against the official
 * results: laps, times and order of every car whose result is its time on the road.
 * PB_PRINT=1 prints the others. */
#include "live_replay.h"
#include "pitboard/wire_records.h"

#define TIMING PB_SHARED_DIR "/data/gr-cup/timing/"

typedef struct race {
    const char *timing, *results, *session;
    uint32_t    n_cars, n_results;
    const char *penalties; /* cars with time added to that on the road, in the order of results */
    const char *moved;     /* moved to the end of the results with their times as they were */
} race;

static const race races[] = {
    {"COTA/Race_1/23_AnalysisEnduranceWithSections_Race_1_Anonymized.CSV",
     "COTA/Race_1/00_Results_GR_Cup_Race_1_Official_Anonymized.CSV", "2025_cota_race_1", 31, 31, "47 14 113 89 51 ",
     ""},
    {"COTA/Race_2/23_AnalysisEnduranceWithSections__Race_2_Anonymized.CSV", NULL, "2025_cota_race_2", 31, 0, "", ""},
    {"barber/23_AnalysisEnduranceWithSections_Race_1_Anonymized.CSV",
     "barber/05_Results_by_Class_GR_Cup_Race_1_Official_Anonymized.CSV", "2025_barber_race_1", 22, 22, "", ""},
    {"indianapolis/23_AnalysisEnduranceWithSections_Race_1.CSV", "indianapolis/03_GR_Cup_Race_1_Official_Results.CSV",
     "2025_indianapolis_race_1", 29, 29, "22 8 72 ", ""},
    {"indianapolis/23_AnalysisEnduranceWithSections_Race_2.CSV", "indianapolis/03_GR_Cup_Race_2_Official_Results.CSV",
     "2025_indianapolis_race_2", 29, 29, "22 03 5 ", ""},
    {"road-america/Race_1/23_AnalysisEnduranceWithSections_Race_1_Anonymized.CSV",
     "road-america/Race_1/03_Results_GR_Cup_Race_1_Official1_Anonymized.CSV", "2025_road-america_race_1", 28, 28, "",
     ""},
    {"road-america/Race_2/23_AnalysisEnduranceWithSections_Race_2_Anonymized.CSV",
     "road-america/Race_2/03_Results_GR_Cup_Race_2_Official_Anonymized.CSV", "2025_road-america_race_2", 27, 28,
     "31 5 ", " 72 47 "},
    {"sebring/Race_2/23_AnalysisEnduranceWithSections_Race_2_Anonymized.CSV",
     "sebring/Race_2/00_Results_GR_Race_2_Official_Anonymized.CSV", "2025_sebring_race_2", 21, 22, "5 47 ", ""},
    {"vir/Race_1/23_AnalysisEnduranceWithSections_Race_1_Anonymized.CSV",
     "vir/Race_1/03_Results_GR_Cup_Race_1_Official_Anonymized.CSV", "2025_vir_race_1", 23, 24, "113 51 98 89 ", ""},
};

static void read_results(const char *path, pb_records *out)
{
    pb_bytes bytes;
    pb_error error = {0};
    if (pb_file_read(path, 0, &bytes, &error) != PB_OK) fail_msg("%s", error.text);
    pb_records_init(out);
    if (pb_wire_read_records((pb_span){bytes.at, bytes.len}, path, NULL, out, &error) != PB_OK)
        fail_msg("%s", error.text);
    pb_bytes_free(&bytes);
}

/* "3/2" is 3 in results: told apart by its time. */
static const pb_live_car *car_of(const pb_race_state *s, const pb_result_row *row, bool by_time)
{
    for (uint32_t i = 0; i < s->n_cars; i++) {
        const pb_live_car *c = &s->cars[i];
        size_t             n = strcspn(c->code, "/");
        if (n != strlen(row->driver) || strncmp(c->code, row->driver, n) != 0) continue;
        if (!by_time || c->line_ms == row->time_ms) return c;
    }
    return NULL;
}

static uint32_t place_of(const pb_race_state *s, const pb_live_car *car)
{
    uint32_t k = 0;
    while (&s->cars[s->order[k]] != car) k++;
    return k;
}

static bool is_moved(const race *r, const char *driver)
{
    char word[16];
    snprintf(word, sizeof word, " %s ", driver);
    return strstr(r->moved, word) != NULL;
}

static void compare(const race *r, const pb_race_state *s)
{
    char       path[512], penalties[128] = "";
    pb_records records;
    int64_t    last = -1;
    snprintf(path, sizeof path, TIMING "%s", r->results);
    read_results(path, &records);
    PB_CHECK_EQ(records.results.n, r->n_results);
    for (uint32_t i = 0; i < records.results.n; i++) {
        const pb_result_row *row = &records.results.at[i];
        const pb_live_car   *car = car_of(s, row, true);
        if (row->laps <= 0) continue; /* did not start */
        if (!car) {
            car = car_of(s, row, false);
            if (!car) fail_msg("%s: no car %s", r->session, row->driver);
            PB_CHECK(row->time_ms > car->line_ms);
            snprintf(penalties + strlen(penalties), sizeof penalties - strlen(penalties), "%s ", row->driver);
        } else if (!is_moved(r, row->driver)) {
            if ((int64_t)place_of(s, car) <= last) print_error("%s: car %s\n", r->session, row->driver);
            PB_CHECK((int64_t)place_of(s, car) > last);
            last = place_of(s, car);
        }
        PB_CHECK_EQ(car->laps, row->laps);
    }
    if (getenv("PB_PRINT")) printf("%s: %s\n", r->session, penalties);
    PB_CHECK_TEXT(penalties, r->penalties);
    pb_records_fini(&records);
}

PB_TEST(nine_races_of_the_gr_cup_end_as_their_results_say)
{
    pb_need_shared(TIMING);
    pb_tracker *t = live_tracker();
    for (size_t i = 0; i < sizeof races / sizeof *races; i++) {
        char        path[512];
        live_replay r = {.tracker = t};
        snprintf(path, sizeof path, TIMING "%s", races[i].timing);
        live_replay_file(&r, path); /* one after another: each begins another session */
        const pb_race_state *s = pb_tracker_state(t);
        PB_CHECK_EQ(r.n_refused, 0);
        PB_CHECK_TEXT(s->session, races[i].session);
        PB_CHECK_EQ(s->n_cars, races[i].n_cars);
        PB_CHECK(s->chequered);
        if (races[i].results) compare(&races[i], s);
    }
    pb_tracker_destroy(t);
}

PB_TEST_MAIN(PB_RUN(nine_races_of_the_gr_cup_end_as_their_results_say))
