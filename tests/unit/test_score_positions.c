/* Scores of predicted places, against sums done by hand. */
#include "pb_test.h"

#include <math.h>

#include "pitboard/predict.h"

#define CARS 4

/* Race r: car c finishes in place c + 1, the last one retired. */
static void make_race(int r, pb_forecast_row *rows, pb_forecast_truth *truth)
{
    for (int c = 0; c < CARS; c++) {
        rows[c] = (pb_forecast_row){.season = 2024, .round = (int16_t)r, .mean_position = c + 1};
        snprintf(rows[c].driver, sizeof rows[c].driver, "C%d", c);
        rows[c].p[c]     = 1;
        rows[c].p_win    = c == 0;
        rows[c].p_podium = c < 3;
        rows[c].p_points = 1;
        truth[c]         = (pb_forecast_truth){.place = (uint8_t)(c + 1), .n_cars = CARS, .finisher = c < 3};
    }
}

static const pb_metric *find(const pb_metric *m, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(m[i].name, name) == 0) return &m[i];
    fail_msg("no metric %s", name);
    return NULL;
}

PB_TEST(a_perfect_forecast_has_no_error)
{
    pb_forecast_row   rows[CARS];
    pb_forecast_truth truth[CARS];
    pb_metric         m[16];
    make_race(1, rows, truth);
    size_t n = pb_score_positions(rows, truth, CARS, 50, m, 16);
    PB_CHECK_EQ(n, 14);
    static const char *const zero[] = {"mae",          "mae_rank", "mae_median",       "mae_finishers", "brier_points",
                                       "brier_podium", "rps",      "log_score_winner", "width80"};
    static const char *const one[]  = {"rho", "rho_finishers", "winner_hit", "within1_finishers", "coverage80"};
    for (size_t i = 0; i < sizeof zero / sizeof *zero; i++) PB_CHECK_NEAR(find(m, n, zero[i])->value, 0, 1e-12);
    for (size_t i = 0; i < sizeof one / sizeof *one; i++) PB_CHECK_NEAR(find(m, n, one[i])->value, 1, 1e-12);
}

PB_TEST(two_cars_the_wrong_way_round_cost_what_they_should)
{
    pb_forecast_row   rows[CARS];
    pb_forecast_truth truth[CARS];
    pb_metric         m[16];
    make_race(1, rows, truth);
    truth[0].place = 2;
    truth[1].place = 1;
    size_t n       = pb_score_positions(rows, truth, CARS, 0, m, 16);
    PB_CHECK_NEAR(find(m, n, "mae")->value, 2.0 / 4, 1e-12);
    PB_CHECK_NEAR(find(m, n, "mae_finishers")->value, 2.0 / 3, 1e-12);
    PB_CHECK_NEAR(find(m, n, "rho")->value, 1 - 6.0 * 2 / (4 * 15), 1e-12);
    PB_CHECK_NEAR(find(m, n, "rps")->value, (1.0 / 3 + 1.0 / 3) / 4, 1e-12); /* one step of three, two cars of four */
    PB_CHECK_NEAR(find(m, n, "log_score_winner")->value, -log(1e-3), 1e-12); /* p_win 0 counts as 0.001 */
    PB_CHECK_NEAR(find(m, n, "winner_hit")->value, 0, 1e-12);
}

PB_TEST(a_flat_forecast_is_scored_by_its_distribution)
{
    pb_forecast_row   rows[CARS];
    pb_forecast_truth truth[CARS];
    pb_metric         m[16];
    make_race(1, rows, truth);
    for (int c = 0; c < CARS; c++) {
        for (int k = 0; k < CARS; k++) rows[c].p[k] = 0.25;
        rows[c].mean_position = 2.5;
        rows[c].p_podium      = 0.75;
    }
    size_t n = pb_score_positions(rows, truth, CARS, 0, m, 16);
    /* cdf 1/4 1/2 3/4 against a step: places 1 and 4 (9 + 4 + 1)/48, 2 and 3 (1 + 4 + 1)/48 */
    PB_CHECK_NEAR(find(m, n, "rps")->value, (2 * 14.0 / 48 + 2 * 6.0 / 48) / 4, 1e-12);
    PB_CHECK_NEAR(find(m, n, "mae_median")->value, (1 + 0 + 1 + 2) / 4.0, 1e-12); /* the median is place 2 */
    PB_CHECK_NEAR(find(m, n, "brier_podium")->value, (3 * 0.0625 + 0.5625) / 4, 1e-12);
    PB_CHECK_NEAR(find(m, n, "rho")->value, 0, 1e-12);
    PB_CHECK_NEAR(find(m, n, "coverage80")->value, 1, 1e-12);
    PB_CHECK_NEAR(find(m, n, "width80")->value, 3, 1e-12);
}

PB_TEST(the_interval_comes_from_races_not_from_cars)
{
    enum { RACES = 20 };
    pb_forecast_row   rows[RACES * CARS];
    pb_forecast_truth truth[RACES * CARS];
    pb_metric         m[16];
    for (int r = 0; r < RACES; r++) {
        make_race(r + 1, rows + r * CARS, truth + r * CARS);
        if (r % 2)
            for (int c = 0; c < CARS; c++)
                truth[r * CARS + c].place = (uint8_t)(CARS - c); /* every other race upside down */
    }
    size_t           n   = pb_score_positions(rows, truth, RACES * CARS, 400, m, 16);
    const pb_metric *mae = find(m, n, "mae");
    PB_CHECK_NEAR(mae->value, 1, 1e-12);
    /* half of the races at 2 places, half at 0: sd of a mean over 20 races 0.22 */
    PB_CHECK_NEAR(mae->hi - mae->lo, 2 * 1.645 * 0.2236, 0.12);
}

PB_TEST(a_paired_difference_of_the_same_forecast_is_nothing)
{
    pb_forecast_row   rows[2 * CARS], worse[2 * CARS];
    pb_forecast_truth truth[2 * CARS];
    pb_metric         m[16];
    make_race(1, rows, truth);
    make_race(2, rows + CARS, truth + CARS);
    memcpy(worse, rows, sizeof rows);
    size_t n = pb_score_paired(rows, worse, truth, 2 * CARS, 100, m, 16);
    PB_CHECK_NEAR(find(m, n, "mae")->value, 0, 1e-12);
    PB_CHECK_NEAR(find(m, n, "mae")->hi, 0, 1e-12);
    for (int i = 0; i < 2 * CARS; i++) worse[i].mean_position += 0.5;
    n = pb_score_paired(rows, worse, truth, 2 * CARS, 100, m, 16);
    PB_CHECK_NEAR(find(m, n, "mae")->value, -0.5, 1e-12);
    PB_CHECK_NEAR(find(m, n, "mae")->lo, -0.5, 1e-12);
}

PB_TEST(no_rows_no_metrics)
{
    pb_metric m[16];
    PB_CHECK_EQ(pb_score_positions(NULL, NULL, 0, 100, m, 16), 0);
}

PB_TEST_MAIN(PB_RUN(a_perfect_forecast_has_no_error), PB_RUN(two_cars_the_wrong_way_round_cost_what_they_should),
             PB_RUN(a_flat_forecast_is_scored_by_its_distribution), PB_RUN(the_interval_comes_from_races_not_from_cars),
             PB_RUN(a_paired_difference_of_the_same_forecast_is_nothing), PB_RUN(no_rows_no_metrics))
