/* Codes, their words, and errors with a place. */
#include "pb_test.h"
#include "pitboard/base.h"

PB_TEST(every_code_has_its_own_name_and_sentence)
{
    PB_CHECK_TEXT(pb_status_name(PB_OK), "PB_OK");
    PB_CHECK_TEXT(pb_status_name(PB_E_RANGE), "PB_E_RANGE");
    PB_CHECK_TEXT(pb_status_text(PB_E_RANGE), "a value lies outside its allowed range");
    for (int i = 0; i >= PB_E_CANCELLED; i--)
        for (int j = 0; j > i; j--) {
            PB_CHECK(strcmp(pb_status_name((pb_status)i), pb_status_name((pb_status)j)) != 0);
            PB_CHECK(strcmp(pb_status_text((pb_status)i), pb_status_text((pb_status)j)) != 0);
        }
}

PB_TEST(a_code_that_is_not_in_the_list_is_named_so)
{
    PB_CHECK_TEXT(pb_status_name((pb_status)-999), "PB_E_?");
    PB_CHECK(strlen(pb_status_text((pb_status)-999)) > 0);
}

PB_TEST(an_error_keeps_status_and_words_and_gives_the_status_back)
{
    pb_error e;
    PB_CHECK_EQ(pb_error_set(&e, PB_E_RANGE, "a.csv:%d: lap %d", 7, 99), PB_E_RANGE);
    PB_CHECK_EQ(e.status, PB_E_RANGE);
    PB_CHECK_TEXT(e.text, "a.csv:7: lap 99");
}

PB_TEST(nobody_has_to_want_the_words)
{
    PB_CHECK_EQ(pb_error_set(NULL, PB_E_IO, "%s", "x"), PB_E_IO);
}

PB_TEST(control_bytes_and_broken_utf8_are_escaped)
{
    pb_error e;
    pb_error_set(&e, PB_E_SYNTAX, "%s", "a\x1b[2J\nb\x7f\xff\xc3(é\xc2\x9b");
    PB_CHECK_TEXT(e.text, "a\\x1b[2J\\x0ab\\x7f\\xff\\xc3(é\\xc2\\x9b");
}

PB_TEST(a_text_too_long_is_cut_at_a_whole_character)
{
    char     text[3000];
    pb_error e;
    for (size_t i = 0; i + 2 < sizeof text; i += 2) memcpy(text + i, "é", 3);
    pb_error_set(&e, PB_E_SYNTAX, "x%s", text);
    size_t len = strlen(e.text);
    PB_CHECK(len >= PB_ERROR_TEXT_MAX - 3 && len < PB_ERROR_TEXT_MAX);
    for (pb_span left = pb_span_of(e.text); left.len > 0;) {
        size_t step = pb_utf8_step(left);
        PB_CHECK(step > 0);
        left.at += step;
        left.len -= step;
    }
}

PB_TEST(an_error_can_be_wrapped_in_itself)
{
    pb_error e;
    pb_error_set(&e, PB_E_SYNTAX, "inner");
    pb_error_set(&e, PB_E_SYNTAX, "outer: %s", e.text);
    PB_CHECK_TEXT(e.text, "outer: inner");
}

PB_TEST_MAIN(PB_RUN(every_code_has_its_own_name_and_sentence), PB_RUN(a_code_that_is_not_in_the_list_is_named_so),
             PB_RUN(an_error_keeps_status_and_words_and_gives_the_status_back), PB_RUN(nobody_has_to_want_the_words),
             PB_RUN(control_bytes_and_broken_utf8_are_escaped), PB_RUN(a_text_too_long_is_cut_at_a_whole_character),
             PB_RUN(an_error_can_be_wrapped_in_itself))
