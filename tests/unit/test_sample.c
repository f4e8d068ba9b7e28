/* Order statistics and running moments. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"

PB_TEST(sorting_puts_nan_last)
{
    double x[] = {3, NAN, -INFINITY, 1, NAN, INFINITY, -0.5};
    pb_sort_f64(x, 7);
    PB_CHECK(x[0] == -INFINITY && x[1] == -0.5 && x[2] == 1 && x[3] == 3 && x[4] == INFINITY);
    PB_CHECK(isnan(x[5]) && isnan(x[6]));
    pb_sort_f64(NULL, 0);
}

PB_TEST(quantiles_lie_on_the_line_between_order_statistics)
{
    const double x[] = {10, 20, 40, 80};
    PB_CHECK_NEAR(pb_quantile_sorted(x, 4, 0), 10, 0);
    PB_CHECK_NEAR(pb_quantile_sorted(x, 4, 1), 80, 0);
    PB_CHECK_NEAR(pb_quantile_sorted(x, 4, 0.5), 30, 1e-12);
    PB_CHECK_NEAR(pb_quantile_sorted(x, 4, 0.9), 68, 1e-12);
    PB_CHECK_NEAR(pb_quantile_sorted(x, 4, 2), 80, 0); /* beyond the ends is the end */
    PB_CHECK_NEAR(pb_quantile_sorted(x, 1, 0.7), 10, 0);
    PB_CHECK(isnan(pb_quantile_sorted(x, 0, 0.5)));
    PB_CHECK(isnan(pb_quantile_sorted(x, 4, NAN)));
}

PB_TEST(the_median_needs_no_order)
{
    double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2};
    PB_CHECK_NEAR(pb_median(odd, 3), 3, 0);
    PB_CHECK_NEAR(pb_median(even, 4), 2.5, 0);
    PB_CHECK(isnan(pb_median(odd, 0)));
}

PB_TEST(the_mad_sigma_ignores_what_is_far_out)
{
    double x[] = {1, 2, 3, 4, 1e9};
    PB_CHECK_NEAR(pb_mad_sigma(x, 5), 1.4826, 1e-4);
    PB_CHECK(isnan(pb_mad_sigma(x, 0)));
}

PB_TEST(running_moments_do_not_lose_digits_far_from_zero)
{
    pb_moments m = {0};
    PB_CHECK(pb_moments_sd(&m) == 0);
    pb_moments_add(&m, 1e9 + 4);
    PB_CHECK(pb_moments_sd(&m) == 0);
    pb_moments_add(&m, 1e9 + 7);
    pb_moments_add(&m, 1e9 + 13);
    pb_moments_add(&m, 1e9 + 16);
    PB_CHECK_NEAR(m.mean, 1e9 + 10, 1e-6);
    PB_CHECK_NEAR(pb_moments_sd(&m), sqrt(30), 1e-9);
}

PB_TEST_MAIN(PB_RUN(sorting_puts_nan_last), PB_RUN(quantiles_lie_on_the_line_between_order_statistics),
             PB_RUN(the_median_needs_no_order), PB_RUN(the_mad_sigma_ignores_what_is_far_out),
             PB_RUN(running_moments_do_not_lose_digits_far_from_zero))
