/* A car whose times at the line are late by a constant, put right by the told gaps. */
#include "live_replay.h"

#define CACHE PB_SHARED_DIR "/data/f1-live-timing-cache"

static pb_event event_of_car(pb_event_kind kind, int16_t car, int32_t value, int32_t at_ms)
{
    pb_event e = {.at_us = PB_US_NONE};
    char     line[160];
    snprintf(line, sizeof line,
             "{\"event\":\"%s\",\"origin\":\"live_timing\",\"car\":%d,\"value\":%d,\"session_ms\":%d}",
             pb_event_kind_name(kind), car, value, at_ms);
    if (pb_event_line_read(pb_span_of(line), &e, NULL) != PB_OK) fail_msg("%s", line);
    return e;
}

static void tell(pb_tracker *t, pb_event_kind kind, int16_t car, int32_t value, int32_t at_ms)
{
    pb_event e = event_of_car(kind, car, value, at_ms);
    PB_CHECK(pb_tracker_apply(t, &e).refused == NULL);
}

/* Cars 1, 2, 3 a second apart; the crossings of 2 are told late by late_ms. */
static pb_tracker *race_of(int laps, int32_t late_ms)
{
    pb_tracker *t = live_tracker();
    tell(t, PB_EV_POSITION, 1, 1, 0);
    pb_event e = {0};
    PB_CHECK_EQ(pb_event_line_read(pb_span_of("{\"event\":\"session_status\",\"origin\":\"live_timing\",\"value\":1,"
                                              "\"session_ms\":1000}"),
                                   &e, NULL),
                PB_OK);
    (void)pb_tracker_apply(t, &e);
    for (int l = 1; l <= laps; l++)
        for (int16_t c = 1; c <= 3; c++) {
            int32_t true_ms = 90000 * l + 1000 * c, end = true_ms + (c == 2 ? late_ms : 0);
            tell(t, PB_EV_LAPS, c, l, end);
            tell(t, PB_EV_LAST_LAP, c, 90000, end);
            if (c > 1) tell(t, PB_EV_GAP, c, 1000 * (c - 1), true_ms + 1500);
        }
    return t;
}

static void log_of(const pb_tracker *t, pb_race_log *log)
{
    pb_error error = {0};
    pb_race_log_init(log);
    if (pb_tracker_log(t, log, &error) != PB_OK) fail_msg("%s", error.text);
}

PB_TEST(a_car_that_is_late_lap_after_lap_is_moved_and_nobody_else)
{
    pb_tracker *t = race_of(8, 1400);
    pb_race_log log;
    log_of(t, &log);
    for (uint32_t c = 0; c < 3; c++)
        for (uint32_t i = 0; i < 8; i++)
            PB_CHECK_EQ(log.cars[c].laps[i].session_ms, 90000 * ((int)i + 1) + 1000 * ((int)c + 1));
    PB_CHECK_EQ(pb_tracker_lap(t, 2, 8)->session_ms, 90000 * 8 + 2000 + 1400); /* the state keeps what was told */
    pb_race_log_fini(&log);
    pb_tracker_destroy(t);
}

PB_TEST(too_few_laps_move_nothing)
{
    pb_tracker *t = race_of(4, 1400);
    pb_race_log log;
    log_of(t, &log);
    PB_CHECK_EQ(log.cars[1].laps[3].session_ms, 90000 * 4 + 2000 + 1400);
    pb_race_log_fini(&log);
    pb_tracker_destroy(t);
}

/* Official times behind the winner at the end, ms; RAI, STR and TSU without the 30, 5 and
 * 5 s added afterwards. */
static const struct {
    const char *code;
    int32_t     behind_ms;
} imola[] = {{"HAM", 22000}, {"NOR", 23702}, {"LEC", 25579}, {"SAI", 27036}, {"RIC", 51220}, {"GAS", 52818},
             {"STR", 51909}, {"RAI", 64773}, {"OCO", 65704}, {"ALO", 66561}, {"PER", 67151}, {"TSU", 68184}};

PB_TEST(imola_2021_ends_as_officially_timed)
{
    char path[512];
    snprintf(path, sizeof path, CACHE "/2021_02_emilia_romagna");
    pb_need_shared(path);
    pb_tracker *t = live_tracker();
    live_replay r = {.tracker = t};
    pb_race_log log;
    live_replay_file(&r, path);
    log_of(t, &log);
    const pb_log_car *winner = &log.cars[car_index(&log, "VER")];
    int32_t           line = winner->laps[winner->n_laps - 1].session_ms, worst = 0;
    for (size_t i = 0; i < sizeof imola / sizeof *imola; i++) {
        const pb_log_car *c   = &log.cars[car_index(&log, imola[i].code)];
        int32_t           off = c->laps[c->n_laps - 1].session_ms - line - imola[i].behind_ms;
        if (getenv("PB_PRINT")) printf("%s %d\n", imola[i].code, off);
        if (abs(off) > worst) worst = abs(off);
    }
    print_message("2021 Imola: within %d ms of the official times\n", worst);
    PB_CHECK(worst <= 60);
    pb_race_log_fini(&log);
    pb_tracker_destroy(t);
}

PB_TEST_MAIN(PB_RUN(a_car_that_is_late_lap_after_lap_is_moved_and_nobody_else), PB_RUN(too_few_laps_move_nothing),
             PB_RUN(imola_2021_ends_as_officially_timed))
