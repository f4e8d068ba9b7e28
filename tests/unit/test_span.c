/* Borrowed text and numbers read from it. */
#include "pb_test.h"
#include "pitboard/base.h"

PB_TEST(a_null_text_is_the_empty_span)
{
    pb_span none = pb_span_of(NULL);
    PB_CHECK_EQ(none.len, 0);
    PB_CHECK(pb_span_equal(none, pb_span_of("")));
    PB_CHECK(!pb_span_equal_text(none, "x"));
}

PB_TEST(equality_ignores_capitals_only_when_asked)
{
    PB_CHECK(pb_span_equal_text(pb_span_of("SOFT"), "SOFT"));
    PB_CHECK(!pb_span_equal_text(pb_span_of("SOFT"), "Soft"));
    PB_CHECK(pb_span_equal_nocase(pb_span_of("SOFT"), "soFt"));
    PB_CHECK(!pb_span_equal_nocase(pb_span_of("SOFT"), "SOF"));
    PB_CHECK(!pb_span_equal_nocase(pb_span_of("@"), "`")); /* 32 apart like A and a, but no letters */
}

PB_TEST(trimming_takes_blanks_off_both_ends_only)
{
    PB_CHECK(pb_span_equal_text(pb_span_trim(pb_span_of(" \t a b \r\n")), "a b"));
    PB_CHECK_EQ(pb_span_trim(pb_span_of(" \n ")).len, 0);
}

PB_TEST(a_copy_that_does_not_fit_is_cut_and_says_so)
{
    char to[4];
    PB_CHECK(pb_span_copy(pb_span_of("abc"), to, sizeof to));
    PB_CHECK_TEXT(to, "abc");
    PB_CHECK(!pb_span_copy(pb_span_of("abcd"), to, sizeof to));
    PB_CHECK_TEXT(to, "abc");
    PB_CHECK(!pb_span_copy(pb_span_of("x"), to, 1));
    PB_CHECK_TEXT(to, "");
}

PB_TEST(whole_numbers_reach_both_ends_of_64_bits)
{
    int64_t v = 0;
    PB_CHECK(pb_span_to_i64(pb_span_of("-9223372036854775808"), &v) && v == INT64_MIN);
    PB_CHECK(pb_span_to_i64(pb_span_of("9223372036854775807"), &v) && v == INT64_MAX);
    PB_CHECK(pb_span_to_i64(pb_span_of("+0012"), &v) && v == 12);
}

PB_TEST(what_is_no_whole_number_is_refused_and_leaves_the_output_alone)
{
    const char *bad[] = {"",
                         "-",
                         "+",
                         " 1",
                         "1 ",
                         "1.0",
                         "0x10",
                         "1e3",
                         "9223372036854775808",
                         "-9223372036854775809",
                         "--1",
                         "1,0",
                         "nan",
                         "१",
                         "99999999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t v = 77;
        PB_CHECK(!pb_span_to_i64(pb_span_of(bad[i]), &v));
        PB_CHECK_EQ(v, 77);
    }
}

PB_TEST(decimal_numbers_read_as_the_c_library_reads_them)
{
    const char *good[] = {"0",
                          "-0",
                          "1.5",
                          ".5",
                          "5.",
                          "-12.25e-3",
                          "1E5",
                          "89.872",
                          "0.1",
                          "1e22",
                          "1e23",
                          "1e308",
                          "4.9e-324",
                          "1e-400",
                          "17976931348623157e292",
                          "123456789012345678901234567890",
                          "9007199254740993",
                          "0.30000000000000004",
                          "6.02214076e23",
                          "2.2250738585072011e-308"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double v = 77, want = strtod(good[i], NULL);
        PB_CHECK(pb_span_to_f64(pb_span_of(good[i]), &v));
        PB_CHECK(memcmp(&v, &want, sizeof v) == 0);
    }
}

PB_TEST(what_is_no_decimal_number_is_refused_and_leaves_the_output_alone)
{
    const char *bad[] = {"",    ".",    "e5",  "-",     "1e",  "1e+",   " 1",     "1 ",    "nan", "NaN",
                         "inf", "-inf", "0x1", "1.2.3", "1,5", "1e999", "-1e309", "1e1.5", "1f",  "++1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double v = 77;
        PB_CHECK(!pb_span_to_f64(pb_span_of(bad[i]), &v));
        PB_CHECK(v == 77);
    }
}

PB_TEST(a_number_of_more_than_127_bytes_is_refused)
{
    char text[129];
    memset(text, '1', sizeof text - 1);
    text[128] = '\0';
    double v;
    PB_CHECK(!pb_span_to_f64(pb_span_of(text), &v));
    text[127] = '\0';
    PB_CHECK(pb_span_to_f64(pb_span_of(text), &v));
}

PB_TEST(a_span_is_read_to_its_end_and_no_further)
{
    double v;
    PB_CHECK(pb_span_to_f64((pb_span){"12345", 2}, &v) && v == 12);
}

PB_TEST(utf8_characters_are_stepped_over_whole)
{
    PB_CHECK_EQ(pb_utf8_step(pb_span_of("a")), 1);
    PB_CHECK_EQ(pb_utf8_step(pb_span_of("é")), 2);
    PB_CHECK_EQ(pb_utf8_step(pb_span_of("€")), 3);
    PB_CHECK_EQ(pb_utf8_step(pb_span_of("\xf0\x9f\x8f\x81")), 4);
}

PB_TEST(what_is_not_utf8_has_no_step)
{
    const char *bad[] = {"",         "\x80", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80",
                         "\xf8\x88", "\xc3", "\xe2\x82", "\xff",         "\xc3(",        "\xf0\x8f\xbf\xbf"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) PB_CHECK_EQ(pb_utf8_step(pb_span_of(bad[i])), 0);
}

PB_TEST_MAIN(PB_RUN(a_null_text_is_the_empty_span), PB_RUN(equality_ignores_capitals_only_when_asked),
             PB_RUN(trimming_takes_blanks_off_both_ends_only), PB_RUN(a_copy_that_does_not_fit_is_cut_and_says_so),
             PB_RUN(whole_numbers_reach_both_ends_of_64_bits),
             PB_RUN(what_is_no_whole_number_is_refused_and_leaves_the_output_alone),
             PB_RUN(decimal_numbers_read_as_the_c_library_reads_them),
             PB_RUN(what_is_no_decimal_number_is_refused_and_leaves_the_output_alone),
             PB_RUN(a_number_of_more_than_127_bytes_is_refused), PB_RUN(a_span_is_read_to_its_end_and_no_further),
             PB_RUN(utf8_characters_are_stepped_over_whole), PB_RUN(what_is_not_utf8_has_no_step))
