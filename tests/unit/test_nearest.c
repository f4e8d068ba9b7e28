/* "Did you mean". */
#include "pb_test.h"
#include "pitboard/base.h"

static const char *const keys[] = {"cars", "pace_s", "pit_loss_s", "laps", "tyre"};

static const char *near(const char *text)
{
    return pb_nearest(pb_span_of(text), keys, sizeof keys / sizeof *keys);
}

PB_TEST(a_slip_of_the_finger_finds_the_word)
{
    PB_CHECK_TEXT(near("pacs_s"), "pace_s");
    PB_CHECK_TEXT(near("tire"), "tyre");
    PB_CHECK_TEXT(near("pit_loss"), "pit_loss_s");
    PB_CHECK_TEXT(near("LAPS"), "laps");
}

PB_TEST(the_nearest_of_several_wins)
{
    PB_CHECK_TEXT(near("lars"), "cars"); /* one letter off; laps too, but later in the list */
    PB_CHECK_TEXT(near("lapss"), "laps");
}

PB_TEST(what_is_near_nothing_finds_nothing)
{
    PB_CHECK(near("temperature") == NULL);
    PB_CHECK(near("") == NULL);
    PB_CHECK(pb_nearest(pb_span_of("x"), keys, 0) == NULL);
}

PB_TEST(two_words_with_nothing_in_common_are_not_near)
{
    const char *const one[] = {"ab"};
    PB_CHECK(pb_nearest(pb_span_of("xy"), one, 1) == NULL);
}

PB_TEST(a_word_of_a_megabyte_is_not_compared)
{
    char *text = malloc(1u << 20);
    memset(text, 'a', 1u << 20);
    PB_CHECK(pb_nearest((pb_span){text, 1u << 20}, keys, 5) == NULL);
    free(text);
}

PB_TEST_MAIN(PB_RUN(a_slip_of_the_finger_finds_the_word), PB_RUN(the_nearest_of_several_wins),
             PB_RUN(what_is_near_nothing_finds_nothing), PB_RUN(two_words_with_nothing_in_common_are_not_near),
             PB_RUN(a_word_of_a_megabyte_is_not_compared))
