/* Least squares against answers worked out by hand or planted. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"

PB_TEST(a_line_through_four_points_is_the_textbook_one)
{
    const double x[] = {1, 0, 1, 1, 1, 2, 1, 3}, y[] = {1, 3, 2, 5};
    double       b[2], cov[4];
    PB_CHECK_EQ(pb_least_squares(x, y, NULL, 4, 2, NULL, b, cov), PB_OK);
    PB_CHECK_NEAR(b[0], 1.1, 1e-12);
    PB_CHECK_NEAR(b[1], 1.1, 1e-12);
    PB_CHECK_NEAR(cov[0], 0.7, 1e-12); /* [[4, 6], [6, 14]]^-1 = [[14, -6], [-6, 4]] / 20 */
    PB_CHECK_NEAR(cov[1], -0.3, 1e-12);
    PB_CHECK_NEAR(cov[2], -0.3, 1e-12);
    PB_CHECK_NEAR(cov[3], 0.2, 1e-12);
}

PB_TEST(a_weight_of_two_counts_a_row_twice_and_of_zero_not_at_all)
{
    const double x[] = {1, 0, 1, 1, 1, 2, 1, 9}, y[] = {1, 3, 2, 77}, w[] = {1, 2, 1, 0};
    const double xx[] = {1, 0, 1, 1, 1, 1, 1, 2}, yy[] = {1, 3, 3, 2};
    double       a[2], b[2];
    PB_CHECK_EQ(pb_least_squares(x, y, w, 4, 2, NULL, a, NULL), PB_OK);
    PB_CHECK_EQ(pb_least_squares(xx, yy, NULL, 4, 2, NULL, b, NULL), PB_OK);
    PB_CHECK_NEAR(a[0], b[0], 1e-12);
    PB_CHECK_NEAR(a[1], b[1], 1e-12);
}

PB_TEST(ridge_shrinks_as_its_formula_says)
{
    const double x[] = {1, 1, 1}, y[] = {1, 2, 6}, ridge[] = {6};
    double       b, cov;
    PB_CHECK_EQ(pb_least_squares(x, y, NULL, 3, 1, ridge, &b, &cov), PB_OK);
    PB_CHECK_NEAR(b, 9.0 / (3 + 6), 1e-12);
    PB_CHECK_NEAR(cov, 1.0 / 9, 1e-12);
}

PB_TEST(columns_of_very_different_size_are_no_trouble)
{
    double x[60], y[20], b[3];
    for (int i = 0; i < 20; i++) {
        x[3 * i]     = 1e6;
        x[3 * i + 1] = i * 1e-6;
        x[3 * i + 2] = (i % 3) * 1.0;
        y[i]         = 2e-6 * x[3 * i] + 5e6 * x[3 * i + 1] - 7 * x[3 * i + 2];
    }
    PB_CHECK_EQ(pb_least_squares(x, y, NULL, 20, 3, NULL, b, NULL), PB_OK);
    PB_CHECK_NEAR(b[0] * 1e6, 2, 1e-9);
    PB_CHECK_NEAR(b[1] * 1e-6, 5, 1e-9);
    PB_CHECK_NEAR(b[2], -7, 1e-9);
}

PB_TEST(what_has_no_single_answer_is_refused_and_leaves_the_output_alone)
{
    const double twice[] = {1, 2, 2, 4, 3, 6}, empty[] = {1, 0, 1, 0, 1, 0}, nan[] = {1, 2, NAN, 4, 3, 7};
    const double y[] = {1, 2, 3}, ynan[] = {1, NAN, 3}, good[] = {1, 0, 1, 1, 1, 2};
    double       b[2] = {7, 7};
    PB_CHECK_EQ(pb_least_squares(twice, y, NULL, 3, 2, NULL, b, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_least_squares(empty, y, NULL, 3, 2, NULL, b, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_least_squares(nan, y, NULL, 3, 2, NULL, b, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_least_squares(good, ynan, NULL, 3, 2, NULL, b, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_least_squares(good, y, NULL, 0, 2, NULL, b, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_robust_squares(twice, y, NULL, 3, 2, NULL, 1.5, b, NULL, NULL), PB_E_RANGE);
    PB_CHECK(b[0] == 7 && b[1] == 7);
}

PB_TEST(a_ridge_makes_an_empty_column_zero)
{
    const double x[] = {1, 0, 1, 0, 1, 0}, y[] = {1, 2, 3}, ridge[] = {0, 1};
    double       b[2];
    PB_CHECK_EQ(pb_least_squares(x, y, NULL, 3, 2, ridge, b, NULL), PB_OK);
    PB_CHECK_NEAR(b[0], 2, 1e-12);
    PB_CHECK_NEAR(b[1], 0, 1e-12);
}

PB_TEST(planted_effects_of_160_columns_come_back)
{
    enum { K = PB_FIT_MAX, N = 800 };
    double *x = calloc(N * K, sizeof *x), *y = calloc(N, sizeof *y), b[K];
    for (uint32_t i = 0; i < N; i++)
        for (uint32_t j = 0; j < K; j++) {
            x[i * K + j] = pb_uniform(pb_draw(5, i, j, 0, 0).word[0]) - 0.5;
            y[i] += x[i * K + j] * (j + 1.0);
        }
    PB_CHECK_EQ(pb_least_squares(x, y, NULL, N, K, NULL, b, NULL), PB_OK);
    for (int j = 0; j < K; j++) PB_CHECK_NEAR(b[j], j + 1, 1e-8);
    free(x);
    free(y);
}

/* y = 3 + 2 t + noise of sigma 0.1; one row in ten is far out on one side. */
static void noisy_line(double *x, double *y, int n)
{
    for (int i = 0; i < n; i++) {
        x[2 * i]     = 1;
        x[2 * i + 1] = i * 0.01;
        y[i] = 3 + 2 * x[2 * i + 1] + 0.1 * pb_normal_quantile(pb_uniform(pb_draw(9, (uint32_t)i, 0, 0, 0).word[0]));
        if (i % 10 == 3) y[i] += 50;
    }
}

PB_TEST(a_robust_fit_finds_the_line_that_outliers_hide)
{
    double x[1000], y[500], plain[2], robust[2], sigma;
    noisy_line(x, y, 500);
    PB_CHECK_EQ(pb_least_squares(x, y, NULL, 500, 2, NULL, plain, NULL), PB_OK);
    PB_CHECK_EQ(pb_robust_squares(x, y, NULL, 500, 2, NULL, 1.5, robust, NULL, &sigma), PB_OK);
    PB_CHECK(fabs(plain[0] - 3) > 2);
    PB_CHECK_NEAR(robust[0], 3, 0.05);
    PB_CHECK_NEAR(robust[1], 2, 0.02);
    PB_CHECK_NEAR(sigma, 0.1, 0.025);
}

PB_TEST(a_robust_fit_meets_the_condition_of_hubers_estimate)
{
    double x[1000], y[500], b[2], sigma, sum[2] = {0, 0};
    noisy_line(x, y, 500);
    PB_CHECK_EQ(pb_robust_squares(x, y, NULL, 500, 2, NULL, 1.5, b, NULL, &sigma), PB_OK);
    for (int i = 0; i < 500; i++) {
        double r = fmax(-1.5, fmin(1.5, (y[i] - b[0] - b[1] * x[2 * i + 1]) / sigma));
        sum[0] += r;
        sum[1] += r * x[2 * i + 1];
    }
    PB_CHECK_NEAR(sum[0] / 500, 0, 1e-5);
    PB_CHECK_NEAR(sum[1] / 500, 0, 1e-5);
}

PB_TEST(a_robust_fit_of_points_on_a_line_and_one_beside_it_is_the_line)
{
    double x[40], y[20], b[2], sigma = 7;
    for (int i = 0; i < 20; i++) {
        x[2 * i]     = 1;
        x[2 * i + 1] = i;
        y[i]         = 4 - 0.5 * i + (i == 7 ? 100 : 0);
    }
    PB_CHECK_EQ(pb_robust_squares(x, y, NULL, 20, 2, NULL, 1.5, b, NULL, &sigma), PB_OK);
    PB_CHECK_NEAR(b[0], 4, 1e-3);
    PB_CHECK_NEAR(b[1], -0.5, 1e-3);
    PB_CHECK(sigma < 1e-3);
}

PB_TEST(a_robust_fit_of_an_exact_line_has_no_spread)
{
    const double x[] = {1, 0, 1, 1, 1, 2, 1, 3}, y[] = {1, 3, 5, 7};
    double       b[2], sigma;
    PB_CHECK_EQ(pb_robust_squares(x, y, NULL, 4, 2, NULL, 1.5, b, NULL, &sigma), PB_OK);
    PB_CHECK_NEAR(b[1], 2, 1e-12);
    PB_CHECK_NEAR(sigma, 0, 1e-12);
}

PB_TEST_MAIN(PB_RUN(a_line_through_four_points_is_the_textbook_one),
             PB_RUN(a_weight_of_two_counts_a_row_twice_and_of_zero_not_at_all),
             PB_RUN(ridge_shrinks_as_its_formula_says), PB_RUN(columns_of_very_different_size_are_no_trouble),
             PB_RUN(what_has_no_single_answer_is_refused_and_leaves_the_output_alone),
             PB_RUN(a_ridge_makes_an_empty_column_zero), PB_RUN(planted_effects_of_160_columns_come_back),
             PB_RUN(a_robust_fit_finds_the_line_that_outliers_hide),
             PB_RUN(a_robust_fit_meets_the_condition_of_hubers_estimate),
             PB_RUN(a_robust_fit_of_points_on_a_line_and_one_beside_it_is_the_line),
             PB_RUN(a_robust_fit_of_an_exact_line_has_no_spread))
