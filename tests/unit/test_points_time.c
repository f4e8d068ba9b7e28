#include "pb_test.h"
#include "wire/points_row.h"

static int64_t of(const char *text)
{
    int64_t us = -1;
    return pb__time_text(pb_span_of(text), &us) ? us : -1;
}

#define T 1757184001653000LL /* 2025-09-06T18:40:01.653Z */

PB_TEST(iso_times_with_up_to_nine_digits_are_read)
{
    PB_CHECK(of("2025-09-06T18:40:01.653Z") == T);
    PB_CHECK(of("2025-09-06T18:40:01.6530Z") == T);
    PB_CHECK(of("2025-09-06 18:40:01.653000999z") == T);
    PB_CHECK(of("2025-09-06T18:40:01,653") == T);
    PB_CHECK(of("2025-09-06T18:40:01") == T - 653000);
    PB_CHECK(of("1970-01-01T00:00:00Z") == 0);
    PB_CHECK(of("2024-02-29T00:00:00Z") == 1709164800000000LL);
}

PB_TEST(offsets_are_taken_off)
{
    PB_CHECK(of("2025-09-06T13:40:01.653-05:00") == T);
    PB_CHECK(of("2025-09-06T20:40:01.653+0200") == T);
    PB_CHECK(of("2025-09-06T20:40:01.653+02") == T);
    PB_CHECK(of("2025-09-06T18:40:01.653+00:00") == T);
}

PB_TEST(an_epoch_is_told_by_its_size)
{
    PB_CHECK(of("1757184001") == 1757184001000000LL);
    PB_CHECK(of("1757184001.653") == T);
    PB_CHECK(of("1757184001653") == T);
    PB_CHECK(of("1757184001653000") == T);
    PB_CHECK(of("1757184001653000000") == T);
    int64_t us = -1;
    PB_CHECK(pb__time_real(1757184001.653, &us) && us == T);
    PB_CHECK(pb__time_whole(1757184001653, &us) && us == T);
}

PB_TEST(what_is_no_time_is_refused)
{
    const char *const bad[] = {"",
                               "now",
                               "-5",
                               "2025-13-06T18:40:01Z",
                               "2025-02-29T18:40:01Z",
                               "2025-09-06T24:40:01Z",
                               "2025-09-06T18:60:01Z",
                               "2025-09-06T18:40:61Z",
                               "2025-09-06T18:40:01.Z",
                               "2025-09-06T18:40:01.1234567890Z",
                               "2025-09-06T18:40:01X",
                               "2025-09-06T18:40:01+2",
                               "2025-09-06T18:40:01+02-00",
                               "2025-09-06T18:40:01+24:00",
                               "2025-09-06T18:40:0",
                               "2025-09-06_18:40:01Z",
                               "1969-12-31T23:59:59Z",
                               "1970-01-01T00:00:00+01:00",
                               "2100-01-01T00:00:00Z",
                               "9223372036854775807",
                               "1e30",
                               "nan"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) PB_CHECK(of(bad[i]) == -1);
    int64_t us = 7;
    PB_CHECK(!pb__time_real(-1, &us) && !pb__time_whole(-1, &us) && us == 7);
}

PB_TEST(vehicle_ids_become_car_keys)
{
    PB_CHECK_EQ(pb__point_car(pb_span_of("GR86-049-88")), 88);
    PB_CHECK_EQ(pb__point_car(pb_span_of("GR86-002-000")), 1002);
    PB_CHECK_EQ(pb__point_car(pb_span_of("88")), 88);
    PB_CHECK_EQ(pb__point_car(pb_span_of("")), 0);
    PB_CHECK_EQ(pb__point_car(pb_span_of("GR86")), 0);
    PB_CHECK_EQ(pb__point_car(pb_span_of("GR86-000-000")), 0);
    PB_CHECK_EQ(pb__point_car(pb_span_of("GR86-049-99999")), 0);
    PB_CHECK_EQ(pb__point_car(pb_span_of("-5")), 0);
}

PB_TEST_MAIN(PB_RUN(iso_times_with_up_to_nine_digits_are_read), PB_RUN(offsets_are_taken_off),
             PB_RUN(an_epoch_is_told_by_its_size), PB_RUN(what_is_no_time_is_refused),
             PB_RUN(vehicle_ids_become_car_keys))
