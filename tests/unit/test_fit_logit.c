/* Logistic regression. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"

PB_TEST(an_intercept_alone_is_the_log_odds_of_the_share)
{
    const double x[] = {1, 1, 1, 1}, y[] = {1, 0, 1, 1};
    double       b, cov;
    PB_CHECK_EQ(pb_logit_fit(x, y, NULL, 4, 1, NULL, &b, &cov), PB_OK);
    PB_CHECK_NEAR(b, log(3), 1e-9);
    PB_CHECK_NEAR(cov, 1 / (4 * 0.75 * 0.25), 1e-6);
}

PB_TEST(two_groups_give_their_log_odds_ratio_and_weights_count_rows)
{
    const double x[] = {1, 0, 1, 0, 1, 1, 1, 1}, y[] = {1, 0, 1, 0}, w[] = {1, 4, 3, 2};
    double       b[2];
    PB_CHECK_EQ(pb_logit_fit(x, y, w, 4, 2, NULL, b, NULL), PB_OK);
    PB_CHECK_NEAR(b[0], log(1.0 / 4), 1e-9);
    PB_CHECK_NEAR(b[0] + b[1], log(3.0 / 2), 1e-9);
}

PB_TEST(planted_odds_come_back)
{
    enum { N = 20000 };
    double *x = malloc(2 * N * sizeof *x), *y = malloc(N * sizeof *y), b[2], cov[4];
    for (uint32_t i = 0; i < N; i++) {
        pb_philox r  = pb_draw(3, i, 0, 0, 0);
        x[2 * i]     = 1;
        x[2 * i + 1] = pb_normal_quantile(pb_uniform(r.word[0]));
        y[i]         = pb_uniform(r.word[1]) < pb_logistic(-1 + 0.7 * x[2 * i + 1]);
    }
    PB_CHECK_EQ(pb_logit_fit(x, y, NULL, N, 2, NULL, b, cov), PB_OK);
    PB_CHECK_NEAR(b[0], -1, 4 * sqrt(cov[0]));
    PB_CHECK_NEAR(b[1], 0.7, 4 * sqrt(cov[3]));
    PB_CHECK(sqrt(cov[3]) < 0.03);
    free(x);
    free(y);
}

PB_TEST(classes_that_can_be_told_apart_have_no_finite_answer_without_ridge)
{
    const double x[] = {1, -2, 1, -1, 1, 1, 1, 2}, y[] = {0, 0, 1, 1}, ridge[] = {1, 1};
    const double xq[] = {1, 0, 1, 0, 1, 1, 1, 1}, yq[] = {0, 1, 1, 1}; /* one group of two is all ones */
    double       b[2] = {7, 7};
    PB_CHECK_EQ(pb_logit_fit(x, y, NULL, 4, 2, NULL, b, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_logit_fit(xq, yq, NULL, 4, 2, NULL, b, NULL), PB_E_RANGE);
    PB_CHECK(b[0] == 7 && b[1] == 7);
    PB_CHECK_EQ(pb_logit_fit(x, y, NULL, 4, 2, ridge, b, NULL), PB_OK);
    PB_CHECK(b[1] > 0.3 && b[1] < 3);
    PB_CHECK_EQ(pb_logit_fit(xq, yq, NULL, 4, 2, ridge, b, NULL), PB_OK);
}

PB_TEST(a_ridge_fit_is_where_the_slope_is_zero)
{
    const double x[] = {1, -2, 1, -1, 1, 1, 1, 2}, y[] = {0, 0, 1, 1}, ridge[] = {0.5, 2};
    double       b[2], slope[2];
    PB_CHECK_EQ(pb_logit_fit(x, y, NULL, 4, 2, ridge, b, NULL), PB_OK);
    for (int j = 0; j < 2; j++) {
        slope[j] = -ridge[j] * b[j];
        for (int i = 0; i < 4; i++) slope[j] += x[2 * i + j] * (y[i] - pb_logistic(b[0] + b[1] * x[2 * i + 1]));
        PB_CHECK_NEAR(slope[j], 0, 1e-8);
    }
}

PB_TEST(outcomes_outside_0_to_1_and_singular_designs_are_refused)
{
    const double x[] = {1, 2, 1, 2, 1, 2}, y[] = {0, 1, 1}, bad[] = {0, 2, 1}, nan[] = {0, NAN, 1};
    double       b[2] = {7, 7};
    PB_CHECK_EQ(pb_logit_fit(x, y, NULL, 3, 2, NULL, b, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_logit_fit(x, bad, NULL, 3, 1, NULL, b, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_logit_fit(x, nan, NULL, 3, 1, NULL, b, NULL), PB_E_RANGE);
    PB_CHECK(b[0] == 7 && b[1] == 7);
}

PB_TEST_MAIN(PB_RUN(an_intercept_alone_is_the_log_odds_of_the_share),
             PB_RUN(two_groups_give_their_log_odds_ratio_and_weights_count_rows), PB_RUN(planted_odds_come_back),
             PB_RUN(classes_that_can_be_told_apart_have_no_finite_answer_without_ridge),
             PB_RUN(a_ridge_fit_is_where_the_slope_is_zero),
             PB_RUN(outcomes_outside_0_to_1_and_singular_designs_are_refused))
