/* What a car's lap should have taken, and the traffic it met. */
#include "pb_test.h"

#include <math.h>

#include "pitboard/codec.h"
#include "pitboard/num.h"
#include "pitboard/wire.h"
#include "predict/pace_model.h"

#define SPANISH PB_SHARED_DIR "/data/armchair-strategist/races/2023_07_spanish.csv"

#define CARS 4
#define LAPS 40

/* A made-up race: car c is 0.3 c slower, tyres wear, fuel burns, cars start 20 s
 * apart, stop on different laps. */
typedef struct made {
    pb_race_log log;
    pb_log_car  car[CARS];
    pb_lap      lap[CARS][LAPS];
} made;

static double true_lap_s(int car, int lap, int age, pb_compound compound)
{
    double hard = compound == PB_COMPOUND_HARD;
    return 90 + 0.3 * car - 0.06 * lap + 0.2 * hard + (hard > 0 ? 0.03 : 0.08) * (age - 1);
}

static void make(made *m, double noise_s)
{
    memset(m, 0, sizeof *m);
    m->log = (pb_race_log){.season = 2023, .round = 1, .source = "made", .cars = m->car, .n_cars = CARS};
    for (int c = 0; c < CARS; c++) {
        int32_t clock_ms = 1000000 + 20000 * c;
        m->car[c]        = (pb_log_car){.laps = m->lap[c], .n_laps = LAPS};
        snprintf(m->car[c].code, sizeof m->car[c].code, "C%d", c);
        for (int n = 1, age = 1; n <= LAPS; n++, age++) {
            int     stop  = 12 + 4 * c;
            pb_lap *lap   = &m->lap[c][n - 1];
            bool    after = n > stop;
            if (n == stop + 1) age = 1;
            pb_compound compound = after ? PB_COMPOUND_HARD : PB_COMPOUND_MEDIUM;
            pb_philox   draw     = pb_draw(7, (uint32_t)c, (uint32_t)n, 0, 0);
            double      off_s    = noise_s * pb_normal_quantile(pb_uniform(draw.word[0]));
            int32_t     time_ms  = (int32_t)(1000 * (true_lap_s(c, n, age, compound) + off_s + (n == stop ? 20 : 0)));
            clock_ms += time_ms;
            *lap = (pb_lap){.number        = (uint16_t)n,
                            .time_ms       = time_ms,
                            .session_ms    = clock_ms,
                            .compound      = (uint8_t)compound,
                            .pit_in_ms     = n == stop ? clock_ms : PB_MS_NONE,
                            .pit_out_ms    = n == stop + 1 ? clock_ms : PB_MS_NONE,
                            .stint         = after ? 2 : 1,
                            .tyre_age_laps = (int16_t)age,
                            .status        = PB_STATUS_BIT_CLEAR,
                            .accurate      = n != stop && n != stop + 1};
        }
    }
}

PB_TEST(pace_wear_and_fuel_of_a_made_up_race_are_found_again)
{
    made             m;
    pb__pace_model   fit;
    pb__pace_options options = pb__pace_options_default();
    make(&m, 0.05);
    PB_CHECK_EQ(pb__pace_model_fit(&m.log, &options, &fit, NULL), PB_OK);
    PB_CHECK_NEAR(fit.evolution_s, -0.06, 0.01);
    PB_CHECK_NEAR(fit.wear_s[PB_COMPOUND_MEDIUM], 0.08, 0.01);
    PB_CHECK_NEAR(fit.wear_s[PB_COMPOUND_HARD], 0.03, 0.01);
    for (int c = 1; c < CARS; c++) PB_CHECK_NEAR(fit.car_s[c] - fit.car_s[c - 1], 0.3, 0.08);
    PB_CHECK_NEAR(pb__pace_expected_s(&fit, 2, &m.lap[2][30]),
                  true_lap_s(2, 31, m.lap[2][30].tyre_age_laps, PB_COMPOUND_HARD), 0.1);
    pb__pace_model_fini(&fit);
}

PB_TEST(one_lap_that_went_wrong_does_not_move_the_fit)
{
    made             m;
    pb__pace_model   good, bad;
    pb__pace_options options = pb__pace_options_default();
    make(&m, 0.05);
    PB_CHECK_EQ(pb__pace_model_fit(&m.log, &options, &good, NULL), PB_OK);
    m.lap[1][8].time_ms += 3000; /* still below the slow limit */
    PB_CHECK_EQ(pb__pace_model_fit(&m.log, &options, &bad, NULL), PB_OK);
    PB_CHECK(bad.lap[1][8].used);
    PB_CHECK_NEAR(bad.car_s[1], good.car_s[1], 0.05);
    PB_CHECK_NEAR(bad.lap[1][8].residual_s, 3.0, 0.3);
    pb__pace_model_fini(&good);
    pb__pace_model_fini(&bad);
}

PB_TEST(the_gap_at_the_start_of_a_lap_is_to_the_car_that_crossed_the_line_before)
{
    made             m;
    pb__pace_model   fit;
    pb__pace_options options = pb__pace_options_default();
    make(&m, 0);
    PB_CHECK_EQ(pb__pace_model_fit(&m.log, &options, &fit, NULL), PB_OK);
    double gap_s = (m.lap[1][4].session_ms - m.lap[0][4].session_ms) * 1e-3;
    PB_CHECK_NEAR(fit.lap[1][5].gap_s, gap_s, 1e-3);
    PB_CHECK_EQ(fit.lap[1][5].ahead, 0);
    PB_CHECK_EQ(fit.lap[1][5].ahead_row, 5);
    PB_CHECK(fit.lap[1][5].ahead_same_lap);
    PB_CHECK(!fit.lap[0][5].ahead_same_lap); /* the leader has the tail of the field ahead */
    pb__pace_model_fini(&fit);
}

PB_TEST(a_car_that_is_lapped_and_the_one_that_laps_it_are_both_told)
{
    made             m;
    pb__pace_model   fit;
    pb__pace_options options = pb__pace_options_default();
    make(&m, 0);
    for (int n = 20; n < LAPS; n++) m.lap[3][n].session_ms += 1000 * (n - 19); /* falls back 1 s a lap more */
    PB_CHECK_EQ(pb__pace_model_fit(&m.log, &options, &fit, NULL), PB_OK);
    int by = 0, did = 0;
    for (int n = 0; n < LAPS; n++) {
        by += fit.lap[3][n].lapped_by;
        did += fit.lap[0][n].lapping;
    }
    PB_CHECK(by >= 1);
    PB_CHECK_EQ(did, 1);
    pb__pace_model_fini(&fit);
}

PB_TEST(a_race_with_one_car_is_refused_and_leaves_the_model_empty)
{
    made             m;
    pb__pace_model   fit;
    pb_error         error   = {0};
    pb__pace_options options = pb__pace_options_default();
    make(&m, 0);
    m.log.n_cars = 1;
    PB_CHECK_EQ(pb__pace_model_fit(&m.log, &options, &fit, &error), PB_E_EMPTY);
    PB_CHECK_HAS(error.text, "fewer than two cars");
    PB_CHECK_EQ(fit.n_cars, 0);
    m.log.n_cars = 0;
    PB_CHECK_EQ(pb__pace_model_fit(&m.log, &options, &fit, &error), PB_E_EMPTY);
}

PB_TEST(a_tyre_of_unknown_age_has_no_expected_lap)
{
    made             m;
    pb__pace_model   fit;
    pb__pace_options options = pb__pace_options_default();
    make(&m, 0);
    PB_CHECK_EQ(pb__pace_model_fit(&m.log, &options, &fit, NULL), PB_OK);
    pb_lap lap        = m.lap[0][9];
    lap.tyre_age_laps = -1;
    PB_CHECK(isnan(pb__pace_expected_s(&fit, 0, &lap)));
    PB_CHECK(isnan(pb__pace_expected_s(&fit, CARS, &m.lap[0][9])));
    lap          = m.lap[0][9];
    lap.compound = PB_COMPOUND_WET;
    PB_CHECK(isnan(pb__pace_expected_s(&fit, 0, &lap)));
    pb__pace_model_fini(&fit);
}

PB_TEST(barcelona_2023_has_the_pace_and_wear_that_were_published)
{
    pb_need_shared(SPANISH);
    pb_race_log      log;
    pb_bytes         text = {0};
    pb__pace_model   fit;
    pb__pace_options options = pb__pace_options_default();
    pb_race_log_init(&log);
    PB_CHECK_EQ(pb_file_read(SPANISH, 0, &text, NULL), PB_OK);
    PB_CHECK_EQ(pb_wire_read_laps((pb_span){text.at, text.len}, SPANISH, &log, NULL), PB_OK);
    PB_CHECK_EQ(pb__pace_model_fit(&log, &options, &fit, NULL), PB_OK);
    uint32_t fastest = 0;
    for (uint32_t c = 1; c < log.n_cars; c++)
        if (fit.car_s[c] < fit.car_s[fastest]) fastest = c;
    PB_CHECK_TEXT(log.cars[fastest].code, "VER"); /* won by 24 s */
    PB_CHECK(fit.evolution_s < -0.02 && fit.evolution_s > -0.11);
    PB_CHECK(fit.wear_s[PB_COMPOUND_SOFT] > 0.03 && fit.wear_s[PB_COMPOUND_SOFT] < 0.15);
    PB_CHECK(fit.sigma_s > 0.15 && fit.sigma_s < 0.6);
    PB_CHECK(!fit.wet);
    pb__pace_model_fini(&fit);
    pb_race_log_fini(&log);
    pb_bytes_free(&text);
}

PB_TEST_MAIN(PB_RUN(pace_wear_and_fuel_of_a_made_up_race_are_found_again),
             PB_RUN(one_lap_that_went_wrong_does_not_move_the_fit),
             PB_RUN(the_gap_at_the_start_of_a_lap_is_to_the_car_that_crossed_the_line_before),
             PB_RUN(a_car_that_is_lapped_and_the_one_that_laps_it_are_both_told),
             PB_RUN(a_race_with_one_car_is_refused_and_leaves_the_model_empty),
             PB_RUN(a_tyre_of_unknown_age_has_no_expected_lap),
             PB_RUN(barcelona_2023_has_the_pace_and_wear_that_were_published))
