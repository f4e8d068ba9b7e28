/* A race cut at a lap is the race as the file would have told it then. */
#include "lap_fixture.h"

#define ROW(code, lap, session) code ",1,T," lap ",100," session ",1,1,SOFT,C3," lap ",1,1,,,1\n"
#define RACE                                                                                                           \
    LAP_HEADER ROW("AAA", "1", "100") ROW("AAA", "2", "200") ROW("AAA", "3", "300") ROW("BBB", "1", "101")             \
        ROW("BBB", "2", "200.001") ROW("BBB", "3", "301")

PB_TEST(only_rows_up_to_the_leaders_end_of_the_lap_stay)
{
    pb_race_log log;
    read_text(&log, RACE);
    pb_race_log_cut(&log, 2);
    PB_CHECK_EQ(log.n_cars, 2);
    PB_CHECK_EQ(log.cars[0].n_laps, 2);
    PB_CHECK_EQ(log.cars[1].n_laps, 1); /* one millisecond too late */
    PB_CHECK_EQ(log.n_rows, 6);
    pb_race_log_fini(&log);
}

PB_TEST(lap_1_leaves_the_leader_alone_and_lap_0_nobody)
{
    pb_race_log log;
    read_text(&log, RACE);
    pb_race_log_cut(&log, 1);
    PB_CHECK_EQ(log.n_cars, 1);
    PB_CHECK_TEXT(log.cars[0].code, "AAA");
    pb_race_log_cut(&log, 0);
    PB_CHECK_EQ(log.n_cars, 0);
    pb_race_log_fini(&log);
}

PB_TEST(a_lap_that_was_never_reached_leaves_everything)
{
    pb_race_log log;
    read_text(&log, RACE);
    pb_race_log_cut(&log, 4);
    PB_CHECK_EQ(log.n_cars, 2);
    PB_CHECK_EQ(log.cars[0].n_laps + log.cars[1].n_laps, 6);
    pb_race_log_fini(&log);
}

/* ---- against a file that really ends there ---- */

static bool same_laps(const pb_race_log *a, const pb_race_log *b)
{
    if (a->n_cars != b->n_cars) return false;
    for (uint32_t c = 0; c < a->n_cars; c++) {
        const pb_log_car *x = &a->cars[c], *y = &b->cars[c];
        if (strcmp(x->code, y->code) != 0 || strcmp(x->team, y->team) != 0 || x->n_laps != y->n_laps) return false;
        for (uint32_t i = 0; i < x->n_laps; i++) {
            pb_lap p = x->laps[i], q = y->laps[i];
            p.line = q.line = 0;
            if (memcmp(&p, &q, sizeof p) != 0) return false;
        }
    }
    return true;
}

/* The header and the lines whose sixth field, the session time, is at most t. */
static char *lines_until(const pb_bytes *text, int32_t t)
{
    char *out  = calloc(text->len + 1, 1);
    char *save = NULL, *copy = strdup(text->at);
    int   n = 0;
    assert_non_null(out);
    assert_non_null(copy);
    for (char *line = strtok_r(copy, "\n", &save), *to = out; line; line = strtok_r(NULL, "\n", &save)) {
        const char *f = line;
        for (int k = 0; k < 5; k++) f = strchr(f, ',') + 1;
        if (n++ > 0 && strtod(f, NULL) * 1000 > t + 0.5) continue;
        to += sprintf(to, "%s\n", line);
    }
    free(copy);
    return out;
}

static void cut_equals_truncated_file(const char *name, uint32_t lap)
{
    char            path[4096];
    pb_race_log     cut, truncated;
    pb_race_outcome o;
    pb_bytes        bytes;
    pb_error        error = {0};
    snprintf(path, sizeof path, "%s/races/%s", PB_LAPS_DIR, name);
    read_file(&cut, path);
    PB_CHECK_EQ(pb_race_outcome_of(&cut, &o), PB_OK);
    pb_race_log_cut(&cut, lap);

    PB_CHECK_EQ(pb_file_read(path, 0, &bytes, NULL), PB_OK);
    char *text = lines_until(&bytes, o.lead_ms[lap]);
    pb_race_log_init(&truncated);
    PB_CHECK_EQ(pb_wire_read_laps(pb_span_of(text), path, &truncated, &error), PB_OK);
    pb_race_log_cut(&truncated, lap);
    PB_CHECK(same_laps(&cut, &truncated));

    pb_race_log_fini(&cut);
    pb_race_log_fini(&truncated);
    pb_bytes_free(&bytes);
    free(text);
}

PB_TEST(a_cut_race_is_the_race_of_a_file_that_ends_there)
{
    static const char *const races[] = {"2018_04_azerbaijan.csv", "2019_11_german.csv", "2021_21_saudi_arabian.csv",
                                        "2023_07_spanish.csv",    "2024_08_monaco.csv", "2021_05_monaco.csv"};
    pb_need_shared(PB_LAPS_DIR "/races");
    for (size_t i = 0; i < sizeof races / sizeof *races; i++)
        for (uint32_t lap = 1; lap <= 50; lap++) cut_equals_truncated_file(races[i], lap);
}

PB_TEST_MAIN(PB_RUN(only_rows_up_to_the_leaders_end_of_the_lap_stay),
             PB_RUN(lap_1_leaves_the_leader_alone_and_lap_0_nobody),
             PB_RUN(a_lap_that_was_never_reached_leaves_everything),
             PB_RUN(a_cut_race_is_the_race_of_a_file_that_ends_there))
