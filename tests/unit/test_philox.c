/* Random words without state. */
#include "pb_test.h"
#include "pitboard/num.h"

static void check_known(const uint32_t counter[4], const uint32_t key[2], const uint32_t want[4])
{
    pb_philox got = pb_philox4x32(counter, key);
    for (int i = 0; i < 4; i++) PB_CHECK_EQ(got.word[i], want[i]);
}

PB_TEST(the_known_answers_of_random123_come_out)
{
    check_known((uint32_t[]){0, 0, 0, 0}, (uint32_t[]){0, 0},
                (uint32_t[]){0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    check_known((uint32_t[]){~0u, ~0u, ~0u, ~0u}, (uint32_t[]){~0u, ~0u},
                (uint32_t[]){0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    check_known((uint32_t[]){0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, (uint32_t[]){0xa4093822, 0x299f31d0},
                (uint32_t[]){0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

PB_TEST(a_draw_is_the_philox_word_of_trial_index_lap_and_purpose)
{
    pb_philox got = pb_draw(0x299f31d0a4093822, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344);
    PB_CHECK_EQ(got.word[0], 0xd16cfe09);
    PB_CHECK_EQ(got.word[3], 0x24126ea1);
}

PB_TEST(a_uniform_is_never_0_or_1_and_in_the_middle_of_its_cell)
{
    PB_CHECK(pb_uniform(0) == 0x1p-33);
    PB_CHECK(pb_uniform(UINT32_MAX) == 1 - 0x1p-33);
    PB_CHECK(pb_uniform(0x80000000u) == 0.5 + 0x1p-33);
}

PB_TEST(uniforms_of_many_trials_have_the_mean_and_spread_of_a_uniform)
{
    pb_moments m = {0};
    for (uint32_t t = 0; t < 100000; t++) pb_moments_add(&m, pb_uniform(pb_draw(1, t, 2, 3, 4).word[t & 3]));
    PB_CHECK_NEAR(m.mean, 0.5, 4 * 0.2887 / 316); /* four standard errors */
    PB_CHECK_NEAR(pb_moments_sd(&m), 0.288675, 0.002);
}

PB_TEST_MAIN(PB_RUN(the_known_answers_of_random123_come_out),
             PB_RUN(a_draw_is_the_philox_word_of_trial_index_lap_and_purpose),
             PB_RUN(a_uniform_is_never_0_or_1_and_in_the_middle_of_its_cell),
             PB_RUN(uniforms_of_many_trials_have_the_mean_and_spread_of_a_uniform))
