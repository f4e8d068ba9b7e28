/* What a race tells about its tyres while it runs. */
#include "tyre_fixture.h"

#include <math.h>

#include "predict/tyre_filter.h"

#define NOTHING (pb_tyre_prior_default())

static pb_tyre_filter *open_filter(uint32_t cars)
{
    pb_tyre_prior   prior = pb_tyre_prior_default();
    pb_tyre_filter *f     = NULL;
    PB_CHECK_EQ(pb_tyre_filter_create(&prior, cars, &f, NULL), PB_OK);
    return f;
}

static pb_tyre_filter *watched(made_race *m, double wear, uint16_t laps)
{
    make_race(m, 2024, 1, "monza", wear, 0.1);
    pb_tyre_filter *f     = open_filter(MADE_CARS);
    pb_sight        sight = {&m->log, laps, INT32_MAX};
    PB_CHECK_EQ(pb_tyre_filter_feed(f, &sight, NULL), PB_OK);
    return f;
}

PB_TEST(wear_and_fuel_are_told_apart)
{
    static made_race m;
    pb_tyre_state    hard, medium;
    pb_tyre_filter  *f = watched(&m, 0.1, MADE_LAPS);
    PB_CHECK(pb_tyre_filter_state(f, 1, &hard));   /* stopped after lap 13 */
    PB_CHECK(pb_tyre_filter_state(f, 2, &medium)); /* after lap 14 */
    PB_CHECK_EQ(hard.kind, PB_TYRE_CLASS_HARD);
    PB_CHECK_EQ(medium.kind, PB_TYRE_CLASS_MEDIUM);
    PB_CHECK_NEAR(medium.wear_s, 0.1, 0.02);
    PB_CHECK_NEAR(hard.wear_s, 0.06, 0.02);
    PB_CHECK_NEAR(medium.fuel_s, MADE_FUEL_S, 0.02);
    PB_CHECK_NEAR(medium.loss_s, 0.1 * 21, 0.5);
    PB_CHECK_EQ(medium.age_laps, 22);
    pb_tyre_filter_destroy(f);
}

PB_TEST(the_next_lap_is_foretold_within_its_noise)
{
    static made_race m;
    double           mean, sd;
    pb_tyre_filter  *f = watched(&m, 0.06, 30);
    for (uint32_t c = 0; c < MADE_CARS; c++) {
        PB_CHECK(pb_tyre_filter_predict(f, c, 1, &mean, &sd));
        PB_CHECK_NEAR(mean, m.lap[c][30].time_ms * 1e-3, 0.5);
        PB_CHECK(sd > 0.05 && sd < 0.8);
        PB_CHECK(pb_tyre_filter_predict(f, c, 5, &mean, &sd));
        PB_CHECK_NEAR(mean, m.lap[c][34].time_ms * 1e-3, 0.7);
    }
    pb_tyre_filter_destroy(f);
}

PB_TEST(life_is_the_laps_until_half_a_second_is_lost_with_an_interval)
{
    static made_race m;
    pb_tyre_state    s;
    pb_tyre_filter  *f = watched(&m, 0.1, MADE_LAPS);
    PB_CHECK(pb_tyre_filter_state(f, 2, &s));
    PB_CHECK_NEAR(s.life_laps, 0.5 / s.wear_s, 1e-9);
    PB_CHECK(s.life_lo_laps < s.life_laps && s.life_laps < s.life_hi_laps);
    PB_CHECK_NEAR(s.wear_hi_s - s.wear_s, 1.2816 * s.wear_sd_s, 1e-4);
    PB_CHECK_EQ(s.source, PB_TYRE_FROM_STINT);
    pb_tyre_filter_destroy(f);
}

PB_TEST(a_tyre_that_does_not_wear_lasts_to_the_limit)
{
    static made_race m;
    pb_tyre_state    s;
    pb_tyre_prior    prior = NOTHING;
    pb_tyre_filter  *f;
    for (int k = 0; k < PB_TYRE_CLASSES; k++) prior.wear_s[k] = 0;
    make_race(&m, 2024, 1, "monza", 0, 0.1);
    PB_CHECK_EQ(pb_tyre_filter_create(&prior, MADE_CARS, &f, NULL), PB_OK);
    PB_CHECK_EQ(pb_tyre_filter_lap(f, 0, &m.lap[0][0], NULL), PB_OK);
    PB_CHECK(pb_tyre_filter_state(f, 0, &s));
    PB_CHECK_NEAR(s.life_laps, PB_TYRE_LIFE_MAX, 0);
    PB_CHECK_NEAR(s.life_hi_laps, PB_TYRE_LIFE_MAX, 0);
    pb_tyre_filter_destroy(f);
}

PB_TEST(thin_data_fall_back_to_the_prior_and_say_so)
{
    static made_race m;
    pb_tyre_state    s;
    pb_tyre_filter  *f = watched(&m, 0.1, 1);
    PB_CHECK(pb_tyre_filter_state(f, 1, &s));
    PB_CHECK_TEXT(pb_tyre_source_text(s.source), "prior");
    PB_CHECK_NEAR(s.wear_s, pb_tyre_prior_default().wear_s[PB_TYRE_CLASS_MEDIUM], 0.005);
    pb_tyre_filter_destroy(f);
    f = watched(&m, 0.1, 14);
    PB_CHECK(pb_tyre_filter_state(f, 1, &s)); /* first lap on hards, that others began the race on */
    PB_CHECK_EQ(s.stint_laps, 1);
    PB_CHECK_TEXT(pb_tyre_source_text(s.source), "race");
    pb_tyre_filter_destroy(f);
}

PB_TEST(a_single_slow_lap_hardly_bends_the_tyre_and_a_lasting_change_is_believed)
{
    static made_race m;
    double           before, after, later, sd;
    pb_tyre_filter  *f = watched(&m, 0.05, 10);
    PB_CHECK(pb_tyre_filter_predict(f, 9, 2, &before, &sd));
    pb_lap lap = m.lap[9][10];
    lap.time_ms += 3000;
    lap.session_ms += 3000;
    PB_CHECK_EQ(pb_tyre_filter_lap(f, 9, &lap, NULL), PB_OK);
    PB_CHECK(pb_tyre_filter_predict(f, 9, 1, &after, &sd));
    PB_CHECK_NEAR(after, before, 0.8); /* of 3 s */
    for (int i = 11; i < 13; i++) {
        lap = m.lap[9][i];
        lap.time_ms += 3000;
        lap.session_ms += 3000 * (i - 9);
        PB_CHECK_EQ(pb_tyre_filter_lap(f, 9, &lap, NULL), PB_OK);
    }
    PB_CHECK(pb_tyre_filter_predict(f, 9, 1, &later, &sd));
    PB_CHECK(later > before + 1.2);
    pb_tyre_filter_destroy(f);
}

PB_TEST(when_all_cars_slow_at_once_the_track_is_believed)
{
    static made_race m;
    double           mean, sd;
    make_race(&m, 2024, 1, "monza", 0.05, 0.1);
    for (int c = 0; c < MADE_CARS; c++)
        for (int i = 8; i < MADE_LAPS; i++) {
            m.lap[c][i].time_ms += 6000;
            m.lap[c][i].session_ms += 6000 * (i - 7);
        }
    pb_tyre_filter *f     = open_filter(MADE_CARS);
    pb_sight        sight = {&m.log, 11, INT32_MAX};
    PB_CHECK_EQ(pb_tyre_filter_feed(f, &sight, NULL), PB_OK);
    for (uint32_t c = 0; c < MADE_CARS; c++) {
        PB_CHECK(pb_tyre_filter_predict(f, c, 1, &mean, &sd));
        PB_CHECK_NEAR(mean, m.lap[c][11].time_ms * 1e-3 - (c + 12 == 12 ? MADE_PIT_S : 0), 1.5);
    }
    pb_tyre_filter_destroy(f);
}

PB_TEST(a_cliff_raises_the_alarm_and_steady_wear_does_not)
{
    static made_race m;
    pb_tyre_state    s;
    pb_tyre_filter  *f = watched(&m, 0.05, MADE_LAPS);
    for (uint32_t c = 0; c < MADE_CARS; c++) {
        PB_CHECK(pb_tyre_filter_state(f, c, &s));
        PB_CHECK(!s.cliff_alarm);
    }
    pb_tyre_filter_destroy(f);
    make_race(&m, 2024, 1, "monza", 0.05, 0.1);
    for (int i = 26, late = 0; i < MADE_LAPS; i++) { /* car 3: 0.8 s more every lap */
        late += 800 * (i - 25);
        m.lap[3][i].time_ms += 800 * (i - 25);
        m.lap[3][i].session_ms += late;
    }
    f              = open_filter(MADE_CARS);
    pb_sight sight = {&m.log, 33, INT32_MAX};
    PB_CHECK_EQ(pb_tyre_filter_feed(f, &sight, NULL), PB_OK);
    PB_CHECK(pb_tyre_filter_state(f, 3, &s));
    PB_CHECK(s.cliff_alarm);
    pb_tyre_filter_destroy(f);
}

PB_TEST(laps_that_come_too_late_are_refused_and_leave_the_filter_alone)
{
    static made_race m;
    pb_error         error;
    pb_tyre_filter  *f = watched(&m, 0.05, 10);
    pb_tyre_filter   was;
    double          *x = malloc(f->n * (f->n + 1) * sizeof *x);
    memcpy(&was, f, sizeof was);
    memcpy(x, f->x, f->n * (f->n + 1) * sizeof *x);
    PB_CHECK_EQ(pb_tyre_filter_lap(f, 3, &m.lap[3][4], &error), PB_E_RULE);
    PB_CHECK_HAS(error.text, "lap 5");
    pb_lap lap     = m.lap[3][10];
    lap.session_ms = PB_MS_NONE;
    PB_CHECK_EQ(pb_tyre_filter_lap(f, 3, &lap, &error), PB_E_RANGE);
    lap.session_ms = -5;
    PB_CHECK_EQ(pb_tyre_filter_lap(f, 3, &lap, &error), PB_E_RANGE);
    lap        = m.lap[3][10];
    lap.number = 0;
    PB_CHECK_EQ(pb_tyre_filter_lap(f, 3, &lap, &error), PB_E_RANGE);
    PB_CHECK_EQ(pb_tyre_filter_lap(f, MADE_CARS, &m.lap[3][10], &error), PB_E_RANGE);
    PB_CHECK(memcmp(&was, f, sizeof was) == 0);
    PB_CHECK(memcmp(x, f->x, f->n * (f->n + 1) * sizeof *x) == 0);
    free(x);
    pb_tyre_filter_destroy(f);
}

PB_TEST(what_cannot_be_is_refused)
{
    pb_tyre_prior   prior = NOTHING;
    pb_tyre_filter *f     = NULL;
    pb_error        error;
    PB_CHECK_EQ(pb_tyre_filter_create(&prior, 0, &f, &error), PB_E_RANGE);
    PB_CHECK_EQ(pb_tyre_filter_create(&prior, PB_CARS_MAX + 1, &f, &error), PB_E_RANGE);
    PB_CHECK(f == NULL);
    prior.base_s = NAN;
    PB_CHECK_EQ(pb_tyre_filter_create(&prior, 4, &f, &error), PB_E_RANGE);
    PB_CHECK(f == NULL);
    f = open_filter(4);
    PB_CHECK_EQ(pb_tyre_filter_form(f, 4, 0, 1, &error), PB_E_RANGE);
    PB_CHECK_EQ(pb_tyre_filter_form(f, 0, NAN, 1, &error), PB_E_RANGE);
    PB_CHECK_EQ(pb_tyre_filter_form(f, 0, 0, 0, &error), PB_E_RANGE);
    pb_tyre_state s    = {.age_laps = 77};
    double        mean = 7, sd = 7;
    PB_CHECK(!pb_tyre_filter_state(f, 0, &s)); /* no lap yet */
    PB_CHECK(!pb_tyre_filter_predict(f, 0, 1, &mean, &sd));
    PB_CHECK_EQ(s.age_laps, 77);
    PB_CHECK_NEAR(mean, 7, 0);
    pb_tyre_filter_destroy(f);
    pb_tyre_filter_destroy(NULL);
}

PB_TEST(laps_fed_one_by_one_give_the_bits_of_a_log_up_to_that_moment)
{
    static made_race m;
    make_race(&m, 2024, 1, "monza", 0.05, 0.1);
    int32_t         now   = m.lap[4][17].session_ms;
    pb_tyre_filter *whole = open_filter(MADE_CARS), *single = open_filter(MADE_CARS);
    pb_sight        sight = {&m.log, PB_LAPS_MAX, now};
    size_t          n;
    PB_CHECK_EQ(pb_tyre_filter_feed(whole, &sight, NULL), PB_OK);
    pb__lap_event *all = pb__lap_events(&m.log, PB_LAPS_MAX, INT32_MAX, &n);
    for (size_t i = 0; i < n && all[i].ms <= now; i++)
        PB_CHECK_EQ(pb_tyre_filter_lap(single, all[i].car, &m.lap[all[i].car][all[i].row], NULL), PB_OK);
    PB_CHECK(memcmp(whole->x, single->x, whole->n * (whole->n + 1) * sizeof(double)) == 0);
    free(all);
    pb_tyre_filter_destroy(whole);
    pb_tyre_filter_destroy(single);
}

PB_TEST(gaps_and_compounds_fall_into_their_classes)
{
    PB_CHECK_EQ(pb_tyre_gap_bin(0), 0);
    PB_CHECK_EQ(pb_tyre_gap_bin(0.5), 1);
    PB_CHECK_EQ(pb_tyre_gap_bin(3.99), PB_TYRE_GAPS - 2);
    PB_CHECK_EQ(pb_tyre_gap_bin(INFINITY), PB_TYRE_GAPS - 1);
    PB_CHECK_EQ(pb_tyre_class_of(PB_COMPOUND_HYPERSOFT), PB_TYRE_CLASS_SOFT);
    PB_CHECK_EQ(pb_tyre_class_of(PB_COMPOUND_UNKNOWN), PB_TYRE_CLASS_MEDIUM);
    PB_CHECK_EQ(pb_tyre_class_of(PB_COMPOUND_WET), PB_TYRE_CLASS_WET);
    PB_CHECK_EQ(pb_tyre_class_of(200), PB_TYRE_CLASS_MEDIUM);
}

PB_TEST_MAIN(PB_RUN(wear_and_fuel_are_told_apart), PB_RUN(the_next_lap_is_foretold_within_its_noise),
             PB_RUN(life_is_the_laps_until_half_a_second_is_lost_with_an_interval),
             PB_RUN(a_tyre_that_does_not_wear_lasts_to_the_limit), PB_RUN(thin_data_fall_back_to_the_prior_and_say_so),
             PB_RUN(a_single_slow_lap_hardly_bends_the_tyre_and_a_lasting_change_is_believed),
             PB_RUN(when_all_cars_slow_at_once_the_track_is_believed),
             PB_RUN(a_cliff_raises_the_alarm_and_steady_wear_does_not),
             PB_RUN(laps_that_come_too_late_are_refused_and_leave_the_filter_alone), PB_RUN(what_cannot_be_is_refused),
             PB_RUN(laps_fed_one_by_one_give_the_bits_of_a_log_up_to_that_moment),
             PB_RUN(gaps_and_compounds_fall_into_their_classes))
