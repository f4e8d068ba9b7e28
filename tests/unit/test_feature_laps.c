#include <math.h>

#include "pb_test.h"
#include "pitboard/feature_laps.h"
#include "pitboard/wire_official.h"
#include "pitboard/wire_telemetry.h"

#define DATA PB_SHARED_DIR "/data/gr-cup"
#define LONG DATA "/telemetry/barber_race1_GR86-049-88_part1.csv"
#define WIDE DATA "/telemetry/barber_race1_wide_mvp.csv"
#define TIMING DATA "/timing/barber/23_AnalysisEnduranceWithSections_Race_1_Anonymized.CSV"

/* ---- a car made up: 4000 m a lap at 40 m/s, so 100 s; ten samples a second ---- */

#define LAP_M 4000.0
#define V_MS 40.0

static pb_point sample(double driven_s, int64_t at_us, uint16_t lap)
{
    pb_point p;
    double   s = fmod(driven_s * V_MS, LAP_M);
    memset(&p, 0, sizeof p);
    p.time_us           = at_us;
    p.car               = 7;
    p.lap               = lap;
    p.ch[PB_CH_LAPDIST] = (float)s;
    p.ch[PB_CH_SPEED]   = (float)(V_MS * 3.6);
    p.has               = 1u << PB_CH_LAPDIST | 1u << PB_CH_SPEED;
    return p;
}

typedef uint16_t counter_of(double driven_s);

static uint16_t good(double t)
{
    return (uint16_t)(t / 100 + 5);
}
static uint16_t none(double t)
{
    (void)t;
    return 0;
}
static uint16_t silent(double t)
{
    return t > 250 && t < 320 ? 0 : good(t);
}
static uint16_t skips(double t)
{
    return (uint16_t)(good(t) + (t >= 300));
}
static uint16_t stuck(double t)
{
    return t >= 300 ? (uint16_t)(good(t) - 1) : good(t);
}
static uint16_t jumps_mid_lap(double t)
{
    return t >= 350 && t < 400 ? 60 : good(t);
}
static uint16_t goes_back(double t)
{
    return t >= 300 ? (uint16_t)(good(t) - 6) : good(t);
}

static void drive(pb_laps *laps, counter_of *counter, double seconds)
{
    for (int i = 0; i < (int)(seconds * 10); i++) {
        double   t = 50.05 + i * 0.1;
        pb_point p = sample(t, (int64_t)(t * 1e6), counter(t));
        PB_CHECK(pb_laps_add(laps, &p));
    }
}

static pb_lap_report *report_of(counter_of *counter)
{
    pb_laps       *laps;
    pb_lap_report *r = malloc(sizeof *r);
    PB_CHECK_EQ(pb_laps_create(NULL, &laps, NULL), PB_OK);
    drive(laps, counter, 700);
    for (uint32_t i = 0; i < pb_laps_cars(laps); i++) {
        pb_laps_report_of(laps, i, r);
        if (r->car == 7) break;
    }
    pb_laps_destroy(laps);
    return r;
}

PB_TEST(a_steady_car_has_equal_laps_numbered_by_its_counter)
{
    pb_lap_report *r = report_of(good);
    PB_CHECK_EQ(r->n_laps, 6);
    PB_CHECK(!r->bursts);
    PB_CHECK_EQ(r->n_glitches, 0);
    for (uint32_t i = 0; i < r->n_laps; i++) {
        PB_CHECK_NEAR(r->laps[i].time_s, 100, 0.05);
        PB_CHECK_EQ(r->laps[i].number, 6 + i);
        PB_CHECK(r->laps[i].plausible && r->laps[i].unbroken);
    }
    free(r);
}

PB_TEST(without_a_counter_laps_have_times_and_no_numbers)
{
    pb_lap_report *r = report_of(none);
    PB_CHECK_EQ(r->n_laps, 6);
    PB_CHECK_EQ(r->laps[3].number, 0);
    PB_CHECK_EQ(r->n_glitches, 0);
    free(r);
}

static void check_glitch(counter_of *counter, pb_lap_glitch_kind kind, uint32_t n)
{
    pb_lap_report *r = report_of(counter);
    PB_CHECK_EQ(r->glitches_of[kind], n);
    PB_CHECK_EQ(r->glitches[0].kind, kind);
    for (uint32_t i = 0; i < r->n_laps; i++) PB_CHECK_EQ(r->laps[i].number, 6 + i); /* put right */
    free(r);
}

PB_TEST(a_counter_that_falls_silent_is_told_and_laps_are_numbered_on)
{
    check_glitch(silent, PB_GLITCH_SILENT, 1);
}
PB_TEST(a_counter_that_skips_is_told)
{
    check_glitch(skips, PB_GLITCH_SKIPPED, 1);
}
PB_TEST(a_counter_that_is_stuck_is_told)
{
    check_glitch(stuck, PB_GLITCH_STUCK, 1);
}
PB_TEST(a_counter_that_goes_back_is_told)
{
    check_glitch(goes_back, PB_GLITCH_BACK, 1);
}

PB_TEST(a_counter_that_jumps_in_mid_lap_is_told_where)
{
    pb_lap_report *r = report_of(jumps_mid_lap);
    PB_CHECK(r->glitches_of[PB_GLITCH_MID_LAP] >= 1);
    PB_CHECK_NEAR((double)r->glitches[0].lapdist_m, 2000, 30);
    PB_CHECK_EQ(r->glitches[0].from, 8);
    PB_CHECK_EQ(r->glitches[0].to, 60);
    PB_CHECK_EQ(r->laps[5].number, 11);
    free(r);
}

/* Ten samples arrive together every second, and once all of 30 s at the end of them. */
static int64_t received(int i, double t)
{
    double end = floor(t) + 1.2;
    if (t > 395 && t < 425) end = 425.2;
    return (int64_t)(end * 1e6) + i % 10 * 1000;
}

PB_TEST(bursts_and_a_late_crossing_do_not_change_lap_times)
{
    pb_laps       *laps;
    pb_lap_report *r = malloc(sizeof *r);
    PB_CHECK_EQ(pb_laps_create(NULL, &laps, NULL), PB_OK);
    int64_t last = 0;
    for (int i = 0; i < 7000; i++) {
        double  t  = 50.05 + i * 0.1;
        int64_t at = received(i, t);
        if (at <= last) at = last + 1000;
        last       = at;
        pb_point p = sample(t, at, good(t));
        PB_CHECK(pb_laps_add(laps, &p));
    }
    pb_laps_report_of(laps, 0, r);
    PB_CHECK(r->bursts);
    PB_CHECK_EQ(r->n_laps, 6);
    for (uint32_t i = 0; i < 6; i++) PB_CHECK_NEAR(r->laps[i].time_s, 100, 0.3);
    PB_CHECK(r->laps[2].late_s > 20);
    pb_laps_destroy(laps);
    free(r);
}

PB_TEST(points_out_of_order_are_counted_and_impossible_distances_passed_over)
{
    pb_laps       *laps;
    pb_lap_report *r = malloc(sizeof *r);
    PB_CHECK_EQ(pb_laps_create(NULL, &laps, NULL), PB_OK);
    for (int i = 0; i < 3000; i++) {
        double   t = 50.05 + i * 0.1;
        pb_point p = sample(t, (int64_t)(t * 1e6), good(t));
        if (i == 200) p.ch[PB_CH_LAPDIST] = 12; /* a fall that was none */
        if (i == 1000) p.time_us -= 5000000;    /* late */
        PB_CHECK(pb_laps_add(laps, &p));
    }
    pb_laps_report_of(laps, 0, r);
    PB_CHECK_EQ(r->late_points, 1);
    PB_CHECK_EQ(r->glitches_of[PB_GLITCH_DISTANCE], 1);
    PB_CHECK_EQ(r->n_laps, 2);
    PB_CHECK_NEAR(r->laps[0].time_s, 100, 0.05);
    pb_laps_destroy(laps);
    free(r);
}

PB_TEST(more_cars_than_there_is_room_for_are_refused)
{
    pb_laps *laps;
    PB_CHECK_EQ(pb_laps_create(NULL, &laps, NULL), PB_OK);
    pb_point p = sample(1, 1000000, 1);
    for (int i = 0; i < PB_TELEMETRY_CARS_MAX; i++) {
        p.car = 1 + i;
        PB_CHECK(pb_laps_add(laps, &p));
    }
    p.car = 5000;
    PB_CHECK(!pb_laps_add(laps, &p));
    pb_laps_destroy(laps);
}

PB_TEST(laps_of_nobody_match_nobody)
{
    pb_lap_report  *r          = report_of(good);
    pb_official_lap official[] = {{9, 1, false, 101, 100}, {9, 2, false, 130, 230}, {9, 3, false, 131, 361},
                                  {9, 4, false, 132, 493}, {9, 5, false, 133, 626}, {9, 6, false, 134, 760}};
    pb_lap_match    m;
    pb_laps_match(r, official, 6, 0, &m);
    PB_CHECK_EQ(m.car, 0);
    pb_laps_match(r, NULL, 0, 0, &m);
    PB_CHECK_EQ(m.car, 0);
    PB_CHECK(isnan(m.clock_offset_s));
    free(r);
}

/* ---- Barber 2025, race 1 ---- */

static pb_official_lap *official_laps(uint32_t *n)
{
    pb_bytes         text = {0};
    pb_arena         arena;
    pb_official_row *rows;
    uint32_t         refused;
    pb_arena_init(&arena, 0);
    PB_CHECK_EQ(pb_file_read(TIMING, 0, &text, NULL), PB_OK);
    PB_CHECK(pb_official_is((pb_span){text.at, text.len}));
    PB_CHECK_EQ(pb_official_read((pb_span){text.at, text.len}, TIMING, &arena, &rows, n, &refused, NULL), PB_OK);
    PB_CHECK_EQ(refused, 0);
    pb_official_lap *laps = calloc(*n, sizeof *laps);
    for (uint32_t i = 0; i < *n; i++)
        laps[i] = (pb_official_lap){rows[i].car, rows[i].lap, rows[i].in_pit, rows[i].time_ms / 1000.0,
                                    rows[i].end_of_day_ms / 1000.0};
    pb_arena_fini(&arena);
    pb_bytes_free(&text);
    return laps;
}

static pb_lap_report *report_of_file(const char *path, pb_lap_match *match)
{
    pb_telemetry_file *file;
    pb_laps           *laps;
    pb_point           p;
    uint32_t           n;
    pb_lap_report     *r = malloc(sizeof *r);
    PB_CHECK_EQ(pb_telemetry_open(path, NULL, &file, NULL), PB_OK);
    PB_CHECK_EQ(pb_laps_create(NULL, &laps, NULL), PB_OK);
    while (pb_telemetry_next(file, &p, NULL) == PB_OK) PB_CHECK(pb_laps_add(laps, &p));
    PB_CHECK_EQ(pb_laps_cars(laps), 1);
    pb_laps_report_of(laps, 0, r);
    pb_official_lap *official = official_laps(&n);
    pb_laps_match(r, official, n, 0, match);
    free(official);
    pb_laps_destroy(laps);
    pb_telemetry_close(file);
    return r;
}

PB_TEST(the_long_file_is_car_88_within_half_a_second_a_lap)
{
    pb_need_shared(LONG);
    pb_lap_match   m;
    pb_lap_report *r = report_of_file(LONG, &m);
    PB_CHECK(r->bursts);
    PB_CHECK_EQ(r->n_laps, 10);
    PB_CHECK_EQ(m.car, 88);
    PB_CHECK_EQ(m.lap_offset, 1);
    PB_CHECK_EQ(m.n, 9);
    PB_CHECK(m.median_s < 0.15 && m.worst_s < 0.4);
    PB_CHECK(m.second_fit_s > 4 * m.fit_s);
    PB_CHECK_NEAR(m.clock_offset_s, 5 * 3600 + 0.3, 0.5); /* UTC against Central Daylight Time, and the radio */
    PB_CHECK(m.clock_spread_s < 0.3);
    PB_CHECK_EQ(r->glitches_of[PB_GLITCH_TOLD_AGAIN], 1);
    PB_CHECK_EQ(r->glitches_of[PB_GLITCH_DISTANCE], 2);
    PB_CHECK_EQ(r->n_glitches, 3);
    PB_CHECK(r->laps[6].late_s > 20); /* half a minute without a message */
    free(r);
}

PB_TEST(the_wide_file_is_car_2_and_its_clock_a_day_off)
{
    pb_need_shared(WIDE);
    pb_lap_match   m;
    pb_lap_report *r = report_of_file(WIDE, &m);
    PB_CHECK(!r->bursts);
    PB_CHECK_EQ(r->n_laps, 26);
    PB_CHECK_EQ(m.car, 2);
    PB_CHECK_EQ(m.lap_offset, 2);
    PB_CHECK_EQ(m.n, 25);
    PB_CHECK(m.median_s < 0.15 && m.worst_s < 0.5);
    PB_CHECK_EQ(m.second_car, 47);
    PB_CHECK(m.second_fit_s > 1.5 * m.fit_s);
    PB_CHECK_NEAR(m.clock_offset_s, 10 * 3600 + 47 * 60 + 38.9, 0.5);
    PB_CHECK_EQ(r->n_glitches, 0);
    free(r);
}

PB_TEST_MAIN(PB_RUN(a_steady_car_has_equal_laps_numbered_by_its_counter),
             PB_RUN(without_a_counter_laps_have_times_and_no_numbers),
             PB_RUN(a_counter_that_falls_silent_is_told_and_laps_are_numbered_on), PB_RUN(a_counter_that_skips_is_told),
             PB_RUN(a_counter_that_is_stuck_is_told), PB_RUN(a_counter_that_goes_back_is_told),
             PB_RUN(a_counter_that_jumps_in_mid_lap_is_told_where),
             PB_RUN(bursts_and_a_late_crossing_do_not_change_lap_times),
             PB_RUN(points_out_of_order_are_counted_and_impossible_distances_passed_over),
             PB_RUN(more_cars_than_there_is_room_for_are_refused), PB_RUN(laps_of_nobody_match_nobody),
             PB_RUN(the_long_file_is_car_88_within_half_a_second_a_lap),
             PB_RUN(the_wide_file_is_car_2_and_its_clock_a_day_off))
