/* Metrics of the protocols on made-up races, against sums done by hand. The same
 * definitions are held against the independent scorer in system/score_agreement. */
#include <math.h>

#include "lap_fixture.h"
#include "pitboard/predict_score.h"
#include "predict/truth.h"

#define LAPS 12
#define CARS 3
#define RACES 3

/* Three cars, car c laps in 90 + c s; car 2 stops at the end of lap 5; a safety
 * car comes out on lap 9. */
typedef struct made {
    pb_race_log     log[RACES];
    pb_race_outcome outcome[RACES];
    pb_history_race race[RACES];
    pb_history      history;
    size_t          all[RACES];
} made;

static size_t put_lap(char *to, size_t cap, int car, int lap, double *t)
{
    bool   in = car == 2 && lap == 5, out = car == 2 && lap == 6;
    double s          = 90 + car + (out ? 20 : 0);
    char   pit_in[16] = "", pit_out[16] = "";
    *t += s;
    if (in) snprintf(pit_in, sizeof pit_in, "%.3f", *t - 1);
    if (out) snprintf(pit_out, sizeof pit_out, "%.3f", *t - s + 20);
    bool second = car == 2 && lap > 5;
    return (size_t)snprintf(to, cap, "C0%d,%d,Team,%d,%.3f,%.3f,%d,%d,%s,C3,%d,1,%s,%s,%s,1\n", car, car + 1, lap, s,
                            *t, car + 1, second ? 2 : 1, second ? "HARD" : "MEDIUM", second ? lap - 5 : lap,
                            lap == 9 ? "14" : "1", pit_in, pit_out);
}

static void make(made *m)
{
    static char text[16384];
    memset(m, 0, sizeof *m);
    for (int r = 0; r < RACES; r++) {
        size_t len = (size_t)snprintf(text, sizeof text, LAP_HEADER);
        for (int c = 0; c < CARS; c++) {
            double t = 3600;
            for (int l = 1; l <= LAPS; l++) len += put_lap(text + len, sizeof text - len, c, l, &t);
        }
        read_text(&m->log[r], text);
        m->log[r].round = (int16_t)(r + 1);
        PB_CHECK_EQ(pb_race_outcome_of(&m->log[r], &m->outcome[r]), PB_OK);
        m->race[r] = (pb_history_race){.log = &m->log[r], .outcome = &m->outcome[r], .usable = true, .has_grid = true};
        m->all[r]  = (size_t)r;
    }
    m->history = (pb_history){.races = m->race, .n = RACES};
}

static void forget(made *m)
{
    for (int r = 0; r < RACES; r++) pb_race_log_fini(&m->log[r]);
}

static void add(pb_rows *rows, int round, const char *driver, int lap, double value)
{
    pb_row row = {.season = 2023, .round = (int16_t)round, .lap = (int16_t)lap, .value = {value, NAN, NAN}};
    snprintf(row.driver, sizeof row.driver, "%s", driver);
    PB_CHECK_EQ(pb_rows_add(rows, &row), PB_OK);
}

static pb_score *score(const made *m, const char *protocol, const pb_rows *rows, double threshold)
{
    pb_score_options options = pb_score_options_default();
    pb_score        *out     = NULL;
    pb_error         error   = {0};
    options.resamples        = 100;
    options.threshold        = threshold;
    if (pb_score_create(protocol, &m->history, m->all, RACES, rows, &options, &out, &error) != PB_OK)
        fail_msg("%s", error.text);
    return out;
}

static double value(const pb_score *s, const char *name)
{
    const pb_score_metric *m = pb_score_find(s, name);
    if (!m) print_error("no metric %s\n", name);
    assert_non_null(m);
    return m->value;
}

/* Car 2 is called on this lap, with 0.9; all else is 0.1. */
static void calls(const made *m, int called_lap, pb_rows *rows)
{
    for (int r = 0; r < RACES; r++)
        for (int c = 0; c < CARS; c++)
            for (int l = 2; l < LAPS; l++)
                add(rows, r + 1, m->log[r].cars[c].code, l, c == 2 && l == called_lap ? 0.9 : 0.1);
}

PB_TEST(a_call_on_the_lap_is_right_and_one_lap_early_only_within_the_window)
{
    made    m;
    pb_rows on = {0}, early = {0};
    make(&m);
    calls(&m, 5, &on);
    calls(&m, 4, &early);
    pb_score *a = score(&m, "pitcall", &on, 0.5), *b = score(&m, "pitcall", &early, 0.5);
    PB_CHECK_EQ(pb_score_facts_of(a)->truth_rows, RACES * CARS * 10);
    PB_CHECK_EQ(pb_score_facts_of(a)->positives, RACES);
    PB_CHECK_EQ(pb_score_facts_of(a)->missing, 0);
    PB_CHECK_NEAR(value(a, "f1"), 1, 0);
    PB_CHECK_NEAR(value(a, "auc_roc"), 1, 0);
    PB_CHECK_NEAR(value(a, "auc_pr"), 1, 1e-12);
    PB_CHECK_NEAR(value(a, "log_loss"), -(log(0.9)), 1e-12);
    PB_CHECK_NEAR(value(b, "f1"), 0, 0);
    PB_CHECK_NEAR(value(b, "window3_f1"), 1, 0);
    PB_CHECK_NEAR(value(b, "auc_roc"), 28 * 0.5 / 29, 1e-12); /* the stop ties with 28 of 29 others of its race */
    pb_score_destroy(a);
    pb_score_destroy(b);
    pb_rows_fini(&on);
    pb_rows_fini(&early);
    forget(&m);
}

PB_TEST(a_threshold_is_found_half_way_below_the_best_calls)
{
    made    m;
    pb_rows rows      = {0};
    double  threshold = 0;
    make(&m);
    calls(&m, 5, &rows);
    PB_CHECK_EQ(pb_score_best_threshold(&m.history, m.all, RACES, &rows, &threshold, NULL), PB_OK);
    PB_CHECK_NEAR(threshold, 0.5, 1e-12);
    pb_rows_fini(&rows);
    forget(&m);
}

static void deployments(double before, double else_p, pb_rows *rows)
{
    for (int r = 1; r <= RACES; r++)
        for (int l = 0; l < LAPS; l++)
            if (l != 9) add(rows, r, "", l, l >= 6 && l <= 8 ? before : else_p);
}

PB_TEST(deployments_are_counted_by_thirds)
{
    made           m;
    pb_rows        rows = {0};
    pb_calibration c[PB_CALIBRATION_MAX];
    make(&m);
    deployments(0.6, 0.0, &rows);
    pb_score *s = score(&m, "sc", &rows, NAN);
    PB_CHECK_EQ(pb_score_facts_of(s)->truth_rows, RACES * 11);
    PB_CHECK_EQ(pb_score_facts_of(s)->positives, RACES * 3);
    PB_CHECK_NEAR(value(s, "base_rate"), 3.0 / 11, 1e-12);
    PB_CHECK_NEAR(value(s, "mean_p"), 1.8 / 11, 1e-12);
    PB_CHECK_NEAR(value(s, "brier"), 3 * 0.16 / 11, 1e-12);
    size_t n = pb_score_calibrate(s, c, PB_CALIBRATION_MAX);
    PB_CHECK_EQ(n, 2);
    PB_CHECK_NEAR(c[0].expected, RACES * 0.6, 1e-12);
    PB_CHECK_NEAR(c[0].counted, RACES, 1e-12);
    PB_CHECK_NEAR(c[0].poisson_lo, 0, 0); /* of mean 1.8: P(0) is 0.165 */
    PB_CHECK_NEAR(c[0].poisson_hi, 4, 0); /* P(<= 3) is 0.891, P(<= 4) 0.964 */
    pb_score_destroy(s);
    pb_rows_fini(&rows);
    forget(&m);
}

PB_TEST(missing_rows_count_as_never_and_void_the_score)
{
    made    m;
    pb_rows rows = {0};
    make(&m);
    add(&rows, 1, "", 0, 0.1);
    add(&rows, 1, "", 0, 0.2);
    pb_score *s = score(&m, "sc", &rows, NAN);
    PB_CHECK_EQ(pb_score_facts_of(s)->missing, RACES * 11 - 1);
    PB_CHECK_EQ(pb_score_facts_of(s)->duplicates, 1);
    PB_CHECK(!pb_score_facts_of(s)->valid);
    PB_CHECK_NEAR(value(s, "mean_p"), 0.2 / 33, 1e-12); /* of two the last counts */
    pb_score_destroy(s);
    pb_rows_fini(&rows);
    forget(&m);
}

PB_TEST(lane_times_are_scored_with_their_intervals)
{
    made    m;
    pb_rows rows = {0};
    make(&m);
    for (int r = 1; r <= RACES; r++) {
        pb_row row              = {.season = 2023, .round = (int16_t)r, .driver = "C02", .lap = 5};
        row.value[PB__LANE_S]   = 21 + r; /* it took 21 s */
        row.value[PB__LANE_Q05] = 20 + (r == 3 ? 2 : 0);
        row.value[PB__LANE_Q95] = 24;
        PB_CHECK_EQ(pb_rows_add(&rows, &row), PB_OK);
    }
    pb_score *s = score(&m, "pitstop", &rows, NAN);
    PB_CHECK_NEAR(value(s, "mae"), 2, 1e-9);
    PB_CHECK_NEAR(value(s, "bias"), 2, 1e-9);
    PB_CHECK_NEAR(value(s, "rmse"), sqrt(14.0 / 3), 1e-9);
    PB_CHECK_NEAR(value(s, "median_ae"), 2, 1e-9);
    PB_CHECK_NEAR(value(s, "coverage90"), 2.0 / 3, 1e-12);
    PB_CHECK_NEAR(value(s, "interval_score90"), (4 + 4 + 2 + 20 * 1) / 3.0, 1e-9);
    PB_CHECK(isnan(pb_score_find(s, "median_ae")->lo));
    PB_CHECK_NEAR(pb_score_of_race(s, "mae", 1), 2, 1e-9);
    PB_CHECK(isnan(pb_score_of_race(s, "tea", 1)));
    pb_score_destroy(s);
    pb_rows_fini(&rows);
    forget(&m);
}

PB_TEST(a_difference_is_paired_so_a_constant_one_has_no_width)
{
    made            m;
    pb_rows         a = {0}, b = {0};
    pb_score_metric d;
    make(&m);
    for (int r = 1; r <= RACES; r++) {
        add(&a, r, "C02", 5, 21 + r);
        add(&b, r, "C02", 5, 21.5 + r);
    }
    pb_score *x = score(&m, "pitstop", &a, NAN), *y = score(&m, "pitstop", &b, NAN);
    PB_CHECK(pb_score_find(x, "mae")->lo < pb_score_find(x, "mae")->hi);
    PB_CHECK(pb_score_difference(x, y, "mae", &d));
    PB_CHECK_NEAR(d.value, -0.5, 1e-9);
    PB_CHECK_NEAR(d.lo, -0.5, 1e-9);
    PB_CHECK_NEAR(d.hi, -0.5, 1e-9);
    PB_CHECK(!pb_score_difference(x, y, "coverage90", &d)); /* nobody told an interval */
    pb_score_destroy(x);
    pb_score_destroy(y);
    pb_rows_fini(&a);
    pb_rows_fini(&b);
    forget(&m);
}

PB_TEST(places_told_for_certain_and_right_have_no_error)
{
    made    m;
    pb_rows rows = {0};
    make(&m);
    for (int r = 1; r <= RACES; r++)
        for (int c = 0; c < CARS; c++) {
            pb_row row = {.season = 2023, .round = (int16_t)r};
            snprintf(row.driver, sizeof row.driver, "C0%d", c);
            row.value[PB__POS_MEAN]   = c + 1;
            row.value[PB__POS_WIN]    = c == 0;
            row.value[PB__POS_PODIUM] = row.value[PB__POS_POINTS] = 1;
            row.value[PB__POS_P1 + c]                             = 1;
            PB_CHECK_EQ(pb_rows_add(&rows, &row), PB_OK);
        }
    pb_score *s = score(&m, "forecast", &rows, NAN);
    PB_CHECK_NEAR(value(s, "rps"), 0, 0);
    PB_CHECK_NEAR(value(s, "rho"), 1, 1e-12);
    PB_CHECK_NEAR(value(s, "coverage80"), 1, 0);
    PB_CHECK_EQ(pb_score_facts_of(s)->bad_rows, 0);
    pb_score_destroy(s);
    pb_rows_fini(&rows);
    forget(&m);
}

PB_TEST(a_car_without_a_place_moves_nobody_down)
{
    made       m;
    pb__truths t = {0};
    make(&m);
    m.race[0].unplaced[0] = true; /* it won */
    PB_CHECK_EQ(pb__truth_forecast(&m.race[0], false, &t), PB_OK);
    PB_CHECK_EQ(t.n, 2);
    PB_CHECK_EQ(t.at[0].car, 1);
    PB_CHECK_NEAR(t.at[0].y, 1, 0);
    PB_CHECK_EQ(t.at[0].n_cars, 2);
    pb__truths_fini(&t);
    forget(&m);
}

PB_TEST(what_cannot_be_scored_is_refused)
{
    made             m;
    pb_rows          rows    = {0};
    pb_score        *out     = NULL;
    pb_score_options options = pb_score_options_default();
    pb_error         error   = {0};
    make(&m);
    PB_CHECK_EQ(pb_score_create("tea", &m.history, m.all, RACES, &rows, &options, &out, &error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(error.text, "tea");
    for (int r = 0; r < RACES; r++) m.race[r].usable = false;
    PB_CHECK_EQ(pb_score_create("sc", &m.history, m.all, RACES, &rows, &options, &out, &error), PB_E_EMPTY);
    PB_CHECK(out == NULL);
    forget(&m);
}

PB_TEST_MAIN(PB_RUN(a_call_on_the_lap_is_right_and_one_lap_early_only_within_the_window),
             PB_RUN(a_threshold_is_found_half_way_below_the_best_calls), PB_RUN(deployments_are_counted_by_thirds),
             PB_RUN(missing_rows_count_as_never_and_void_the_score), PB_RUN(lane_times_are_scored_with_their_intervals),
             PB_RUN(a_difference_is_paired_so_a_constant_one_has_no_width),
             PB_RUN(places_told_for_certain_and_right_have_no_error), PB_RUN(a_car_without_a_place_moves_nobody_down),
             PB_RUN(what_cannot_be_scored_is_refused))
