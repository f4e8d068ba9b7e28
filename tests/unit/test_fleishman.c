/* Cubics with the moments that were asked for, checked by integration. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"

/* Mean, variance, skewness and excess kurtosis of the cubic of a normal, by the trapezoid rule. */
static void moments_of(const double c[4], double out[4])
{
    double sum[5] = {0}, h = 0.005;
    for (double z = -12; z <= 12; z += h) {
        double p = h * exp(-0.5 * z * z) / sqrt(2 * M_PI), y = c[0] + z * (c[1] + z * (c[2] + z * c[3]));
        for (int k = 1; k <= 4; k++) sum[k] += p * pow(y, k);
    }
    out[0] = sum[1];
    out[1] = sum[2] - sum[1] * sum[1];
    out[2] = sum[3]; /* mean 0, variance 1 */
    out[3] = sum[4] - 3;
}

PB_TEST(the_normal_stays_the_normal)
{
    double c[4];
    PB_CHECK_EQ(pb_fleishman(0, 0, c), PB_OK);
    for (int i = 0; i < 4; i++) PB_CHECK_NEAR(c[i], i == 1, 1e-12);
}

PB_TEST(the_moments_are_the_ones_asked_for)
{
    const double wanted[][2] = {{0, 0},   {0.75, 0}, {1.75, 3.75}, {-1.75, 3.75}, {0, -1},
                                {0.5, 1}, {2, 6},    {0, 25},      {3, 20}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        double c[4], got[4];
        PB_CHECK_EQ(pb_fleishman(wanted[i][0], wanted[i][1], c), PB_OK);
        moments_of(c, got);
        PB_CHECK_NEAR(got[0], 0, 1e-9);
        PB_CHECK_NEAR(got[1], 1, 1e-9);
        PB_CHECK_NEAR(got[2], wanted[i][0], 1e-7);
        PB_CHECK_NEAR(got[3], wanted[i][1], 1e-6);
        PB_CHECK(c[1] > 0 && c[0] == -c[2]);
    }
}

PB_TEST(moments_no_cubic_reaches_are_refused)
{
    const double bad[][2] = {{0, -1.3}, {2, 1}, {0, -3}, {1, NAN}, {INFINITY, 0}, {1, -0.5}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double c[4] = {7, 7, 7, 7};
        PB_CHECK_EQ(pb_fleishman(bad[i][0], bad[i][1], c), PB_E_RANGE);
        PB_CHECK(c[0] == 7 && c[3] == 7);
    }
}

PB_TEST_MAIN(PB_RUN(the_normal_stays_the_normal), PB_RUN(the_moments_are_the_ones_asked_for),
             PB_RUN(moments_no_cubic_reaches_are_refused))
