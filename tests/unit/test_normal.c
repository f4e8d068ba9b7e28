/* The normal and the logistic distribution; reference values from scipy 1.x, norm.ppf and norm.cdf. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"

PB_TEST(the_cdf_has_the_known_values)
{
    PB_CHECK_NEAR(pb_normal_cdf(-1), 0.15865525393145707, 1e-15);
    PB_CHECK_NEAR(pb_normal_cdf(0.5), 0.6914624612740131, 1e-15);
    PB_CHECK_NEAR(pb_normal_cdf(3), 0.9986501019683699, 1e-15);
    PB_CHECK_NEAR(pb_normal_cdf(-10) / 7.61985302416047e-24, 1, 1e-12);
}

PB_TEST(the_quantile_has_the_known_values_far_into_the_tail)
{
    const double known[][2] = {{1e-300, -37.0470962993612}, {1e-20, -9.262340089798409},  {1e-5, -4.264890793922825},
                               {0.02, -2.053748910631823},  {0.3, -0.5244005127080409},   {0.5, 0},
                               {0.975, 1.959963984540054},  {0.999999, 4.753424308817087}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        PB_CHECK_NEAR(pb_normal_quantile(known[i][0]), known[i][1], 1e-9);
}

PB_TEST(the_quantile_undoes_the_cdf)
{
    for (double z = -8; z <= 5; z += 0.01) PB_CHECK_NEAR(pb_normal_quantile(pb_normal_cdf(z)), z, 1e-9);
}

PB_TEST(the_ends_are_infinite_and_beyond_them_is_nothing)
{
    PB_CHECK(pb_normal_quantile(0) == -INFINITY);
    PB_CHECK(pb_normal_quantile(1) == INFINITY);
    PB_CHECK(isnan(pb_normal_quantile(-0.1)) && isnan(pb_normal_quantile(1.1)) && isnan(pb_normal_quantile(NAN)));
    PB_CHECK(isfinite(pb_normal_quantile(5e-324)));
}

PB_TEST(the_logistic_is_symmetric_and_does_not_overflow)
{
    PB_CHECK_NEAR(pb_logistic(0), 0.5, 0);
    PB_CHECK_NEAR(pb_logistic(log(3)), 0.75, 1e-15);
    for (double x = 0; x < 40; x += 0.5) PB_CHECK_NEAR(pb_logistic(x) + pb_logistic(-x), 1, 1e-15);
    PB_CHECK(pb_logistic(1e5) == 1 && pb_logistic(-1e5) == 0);
}

PB_TEST_MAIN(PB_RUN(the_cdf_has_the_known_values), PB_RUN(the_quantile_has_the_known_values_far_into_the_tail),
             PB_RUN(the_quantile_undoes_the_cdf), PB_RUN(the_ends_are_infinite_and_beyond_them_is_nothing),
             PB_RUN(the_logistic_is_symmetric_and_does_not_overflow))
