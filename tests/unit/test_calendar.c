/* Days of the calendar. */
#include "pb_test.h"
#include "wire/calendar.h"

PB_TEST(days_are_counted_from_1970_across_leap_years_and_centuries)
{
    PB_CHECK_EQ(pb__days_of(1970, 1, 1), 0);
    PB_CHECK_EQ(pb__days_of(1969, 12, 31), -1);
    PB_CHECK_EQ(pb__days_of(2000, 2, 29), 11016);
    PB_CHECK_EQ(pb__days_of(2000, 3, 1), 11017);
    PB_CHECK_EQ(pb__days_of(2024, 5, 19), 19862);
    PB_CHECK_EQ(pb__days_of(2100, 1, 1), 47482);
}

PB_TEST(every_day_that_is_real_is_one_after_the_day_before)
{
    int64_t last = pb__days_of(1950, 1, 1) - 1;
    for (int32_t year = 1950; year <= 2200; year++)
        for (int32_t month = 1; month <= 12; month++)
            for (int32_t day = 1; day <= 31; day++)
                if (pb__date_is_real(year, month, day)) {
                    int64_t here = pb__days_of(year, month, day);
                    PB_CHECK_EQ(here, last + 1);
                    last = here;
                }
    PB_CHECK_EQ(last, pb__days_of(2201, 1, 1) - 1);
}

PB_TEST(days_that_no_month_has_are_not_real)
{
    PB_CHECK(pb__date_is_real(2024, 2, 29) && pb__date_is_real(2000, 2, 29));
    PB_CHECK(!pb__date_is_real(2023, 2, 29) && !pb__date_is_real(2100, 2, 29));
    PB_CHECK(!pb__date_is_real(2024, 4, 31) && !pb__date_is_real(2024, 13, 1) && !pb__date_is_real(2024, 0, 1));
    PB_CHECK(!pb__date_is_real(2024, 1, 0) && !pb__date_is_real(2024, 1, -1));
}

PB_TEST_MAIN(PB_RUN(days_are_counted_from_1970_across_leap_years_and_centuries),
             PB_RUN(every_day_that_is_real_is_one_after_the_day_before), PB_RUN(days_that_no_month_has_are_not_real))
