/* The random draws of the kernels, one lane at a time: known answers, the shape
 * of the normal, and independence. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"
#include "sim/model.h"

#include "sim/lanes_scalar.h"

#define vi_k(name) vi_set(pb__k.name)
#include "sim/k_draw.h"

PB_TEST(seven_rounds_of_philox_give_the_known_answers)
{
    const uint32_t none[4] = {0x5f6fb709, 0x0d893f64, 0x4f121f81, 0x4f730a48};
    const uint32_t ones[4] = {0x5207ddc2, 0x45165e59, 0x4d8ee751, 0x8c52f662};
    vi             out[4];
    v_philox(0, 0, 0, 0, 0, 0, out);
    for (int i = 0; i < 4; i++) PB_CHECK_EQ((uint32_t)out[i], none[i]);
    v_philox(-1, ~0u, ~0u, ~0u, ~0u, ~0u, out);
    for (int i = 0; i < 4; i++) PB_CHECK_EQ((uint32_t)out[i], ones[i]);
}

PB_TEST(the_normal_follows_the_quantile_and_has_its_moments)
{
    double sum = 0, square = 0, fourth = 0;
    for (int32_t half = 0; half < 65536; half++) {
        double z = (double)k_normal(half), p = ((double)(half & 0x7fff) + 0.5) / 65536.0;
        double want = -pb_normal_quantile(p);
        PB_CHECK_NEAR(half & 0x8000 ? -z : z, want, 0.0036);
        sum += z, square += z * z, fourth += z * z * z * z;
    }
    PB_CHECK_NEAR(sum / 65536.0, 0.0, 1e-6);
    PB_CHECK_NEAR(square / 65536.0, 1.0, 1e-4);
    PB_CHECK_NEAR(fourth / 65536.0, 3.0, 0.01);
}

PB_TEST(two_to_the_x_is_right_to_a_few_in_ten_thousand)
{
    for (int i = -2500; i <= 2500; i++) {
        double x = i * 0.01;
        PB_CHECK_NEAR((double)k_exp2((float)x) / exp2(x), 1.0, 1.2e-4);
    }
}

PB_TEST(a_chance_given_as_odds_comes_true_that_often)
{
    for (int i = -8; i <= 8; i++) {
        uint32_t hits = 0;
        for (int32_t half = 0; half < 65536; half++) hits += k_bernoulli_odds((float)half + 0.5f, (float)i);
        PB_CHECK_NEAR(hits / 65536.0, 1.0 / (1.0 + exp2(i)), 1e-4);
    }
}

/* Draws of 40 cars for many words: chi-square of every pair in 8 x 8 bins, and
 * the variance of their sum. */
PB_TEST(passing_draws_of_cars_are_independent)
{
    enum { CARS = 40, WORDS = 20000, BINS = 8 };
    static uint8_t bin[WORDS][CARS];
    double         mean = 0, square = 0;
    for (uint32_t n = 0; n < WORDS; n++) {
        vi     word = (vi)pb_draw(5, n, 0, 0, 1).word[0];
        double sum  = 0;
        for (int32_t c = 0; c < CARS; c++) {
            uint32_t high = (uint32_t)k_high(k_hash(word, c));
            bin[n][c]     = (uint8_t)(high >> 13);
            sum += high / 65536.0;
        }
        mean += sum, square += sum * sum;
    }
    mean /= WORDS;
    PB_CHECK_NEAR((square / WORDS - mean * mean) / (CARS / 12.0), 1.0, 0.05);
    for (int a = 0; a < CARS; a++)
        for (int b = 0; b < a; b++) {
            uint32_t count[BINS * BINS] = {0};
            double   chi = 0, expect = (double)WORDS / (BINS * BINS);
            for (uint32_t n = 0; n < WORDS; n++) count[bin[n][a] * BINS + bin[n][b]]++;
            for (int k = 0; k < BINS * BINS; k++) chi += (count[k] - expect) * (count[k] - expect) / expect;
            if (chi > 150.0) fail_msg("cars %d and %d: chi-square %.0f on 63", a, b, chi); /* 1e-8 by chance */
        }
}

PB_TEST_MAIN(PB_RUN(seven_rounds_of_philox_give_the_known_answers),
             PB_RUN(the_normal_follows_the_quantile_and_has_its_moments),
             PB_RUN(two_to_the_x_is_right_to_a_few_in_ten_thousand),
             PB_RUN(a_chance_given_as_odds_comes_true_that_often), PB_RUN(passing_draws_of_cars_are_independent))
