/* exp and log of our own against libm. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"

PB_TEST(exp_agrees_with_libm_over_its_range)
{
    for (int i = -6990; i <= 6990; i++) {
        double x = i * 0.1;
        PB_CHECK_NEAR(pb_exp(x) / exp(x), 1.0, 1e-13);
    }
    PB_CHECK(pb_exp(-701.0) == 0.0);
    PB_CHECK(pb_exp(0.0) == 1.0);
    PB_CHECK(pb_exp(1000.0) == pb_exp(700.0));
}

PB_TEST(log_agrees_with_libm_and_undoes_exp)
{
    for (double x = 1e-300; x < 1e300; x *= 1.37) PB_CHECK_NEAR(pb_log(x), log(x), 1e-14 * (1.0 + fabs(log(x))));
    for (int i = -50; i <= 50; i++) PB_CHECK_NEAR(pb_log(pb_exp(i)), i, 1e-12);
    PB_CHECK(pb_log(1.0) == 0.0);
}

PB_TEST_MAIN(PB_RUN(exp_agrees_with_libm_over_its_range), PB_RUN(log_agrees_with_libm_and_undoes_exp))
