/* Times, durations and gaps of live timing. */
#include "pb_test.h"
#include "wire/lt_time.h"

static int64_t utc(const char *text)
{
    int64_t us = -1;
    return pb__lt_utc(pb_span_of(text), &us) ? us : PB_US_NONE;
}

PB_TEST(utc_is_read_with_one_to_nine_digits_and_any_zone)
{
    PB_CHECK_EQ(utc("1970-01-01T00:00:00Z"), 0);
    PB_CHECK_EQ(utc("2024-05-18T13:59:13.5465874Z"), 1716040753546587);
    PB_CHECK_EQ(utc("2024-05-18T13:59:13.5Z"), 1716040753500000);
    PB_CHECK_EQ(utc("2024-05-18T13:59:13.123456789Z"), 1716040753123456);
    PB_CHECK_EQ(utc("2024-05-18T13:59:13"), 1716040753000000);
    PB_CHECK_EQ(utc("2024-07-05T11:50:44.449+00:00"), 1720180244449000);
    PB_CHECK_EQ(utc("2024-07-05T13:50:44.449+02:00"), 1720180244449000);
    PB_CHECK_EQ(utc("2024-07-05T06:20:44.449-0530"), 1720180244449000);
    PB_CHECK_EQ(utc("2024-02-29T00:00:00Z"), 1709164800000000);
    PB_CHECK_EQ(utc("2000-03-01 00:00:00"), 951868800000000);
}

PB_TEST(what_is_no_utc_is_refused)
{
    static const char *const bad[] = {"",
                                      "2024-05-18",
                                      "2024-5-18T13:59:13Z",
                                      "2023-02-29T00:00:00Z",
                                      "2024-13-01T00:00:00Z",
                                      "2024-05-18T24:00:00Z",
                                      "2024-05-18T13:60:00Z",
                                      "2024-05-18T13:59:13.Z",
                                      "2024-05-18T13:59:13.1234567890Z",
                                      "2024-05-18T13:59:13Zx",
                                      "2021-0341.297Z",
                                      "208T14:57:41.297Z",
                                      "1969-12-31T23:59:59Z",
                                      "2024-05-18T13:59:13+99:00"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) PB_CHECK(utc(bad[i]) == PB_US_NONE);
}

PB_TEST(the_clock_of_a_line_is_read_and_what_follows_left)
{
    pb_span rest = {0};
    int64_t us   = 0;
    PB_CHECK(pb__lt_line_clock(pb_span_of("01:35:42.872{\"Status\":1}"), &us, &rest));
    PB_CHECK_EQ(us, 5742872000);
    PB_CHECK(pb_span_equal_text(rest, "{\"Status\":1}"));
    PB_CHECK(pb__lt_line_clock(pb_span_of("100:00:00.0x"), &us, &rest));
    static const char *const bad[] = {
        "", "1:02:03.4{", "01:02:03{", "01:60:03.4{", "01:02:60.4{", "501:00:00.0", "01:02:03.{"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) PB_CHECK(!pb__lt_line_clock(pb_span_of(bad[i]), &us, &rest));
}

PB_TEST(gaps_come_in_seconds_minutes_and_laps)
{
    static const struct {
        const char *text;
        int32_t     value;
        bool        laps;
    } good[] = {{"+12.345", 12345, false}, {"+1:09.473", 69473, false}, {"LAP 12", 0, false}, {"1L", 1, true},
                {"2 L", 2, true},          {"+1 LAP", 1, true},         {"+3 LAPS", 3, true}, {"", PB_MS_NONE, false},
                {"0.5", 500, false}};
    pb__lt_gap gap;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        PB_CHECK(pb__lt_gap_of(pb_span_of(good[i].text), &gap));
        PB_CHECK_EQ(gap.value, good[i].value);
        PB_CHECK_EQ(gap.laps, good[i].laps);
    }
    PB_CHECK(!pb__lt_gap_of(pb_span_of("fast"), &gap));
    PB_CHECK(!pb__lt_gap_of(pb_span_of("-1.0"), &gap));
    PB_CHECK(!pb__lt_gap_of(pb_span_of("+"), &gap));
}

PB_TEST(durations_have_seconds_minutes_and_hours)
{
    int32_t ms = 0;
    PB_CHECK(pb__lt_duration(pb_span_of("22.9"), &ms) && ms == 22900);
    PB_CHECK(pb__lt_duration(pb_span_of("1:31.234"), &ms) && ms == 91234);
    PB_CHECK(pb__lt_duration(pb_span_of("01:56:47"), &ms) && ms == 7007000);
    PB_CHECK(!pb__lt_duration(pb_span_of(""), &ms));
    PB_CHECK(!pb__lt_duration(pb_span_of("-1"), &ms));
    PB_CHECK(!pb__lt_duration(pb_span_of("nan"), &ms));
    PB_CHECK(!pb__lt_duration(pb_span_of("99:00:00"), &ms));
}

PB_TEST_MAIN(PB_RUN(utc_is_read_with_one_to_nine_digits_and_any_zone), PB_RUN(what_is_no_utc_is_refused),
             PB_RUN(the_clock_of_a_line_is_read_and_what_follows_left), PB_RUN(gaps_come_in_seconds_minutes_and_laps),
             PB_RUN(durations_have_seconds_minutes_and_hours))
