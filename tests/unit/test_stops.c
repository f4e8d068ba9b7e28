/* What is a tyre stop and what is not. */
#include "lap_fixture.h"

/* lap, session, compound, age, status, pit in, pit out */
#define ROW(code, lap, session, comp, age, status, in, out)                                                            \
    code ",1,T," lap ",100," session ",1,1," comp ",," age ",1," status "," in "," out ",1\n"
#define OTHER_STOPS /* a car whose real stop sets the median lane time at 22 s */                                      \
    ROW("ZZZ", "1", "100", "SOFT", "1", "1", "99", "")                                                                 \
    ROW("ZZZ", "2", "222", "HARD", "1", "1", "", "121")                                                                \
    ROW("ZZZ", "3", "322", "HARD", "2", "1", "", "") ROW("ZZZ", "4", "422", "HARD", "3", "1", "", "")

static uint32_t stops_of(const char *rows, bool with_red, pb_tyre_stop *out)
{
    char            text[8192];
    pb_race_log     log;
    pb_race_outcome o;
    snprintf(text, sizeof text, "%s%s%s", LAP_HEADER, OTHER_STOPS, rows);
    read_text(&log, text);
    PB_CHECK_EQ(pb_race_outcome_of(&log, &o), PB_OK);
    uint32_t n = pb_car_stops(&log, (uint32_t)car_index(&log, "AAA"), &o, with_red, out, 8);
    pb_race_log_fini(&log);
    return n;
}

PB_TEST(a_stop_is_a_pit_entry_and_another_set_after_it)
{
    pb_tyre_stop s[8];
    PB_CHECK_EQ(stops_of(ROW("AAA", "1", "100", "SOFT", "5", "1", "", "")
                             ROW("AAA", "2", "200", "SOFT", "6", "1", "199", "")
                                 ROW("AAA", "3", "325", "MEDIUM", "3", "1", "", "222.5"),
                         false, s),
                1);
    PB_CHECK_EQ(s[0].in_lap, 2);
    PB_CHECK_EQ(s[0].compound, PB_COMPOUND_MEDIUM);
    PB_CHECK_EQ(s[0].lane_ms, 23500);
    PB_CHECK_EQ(s[0].new_age_laps, 2);
    PB_CHECK(!s[0].neutral);
    PB_CHECK(!s[0].red);
}

PB_TEST(the_same_compound_on_another_set_is_a_stop)
{
    pb_tyre_stop s[8];
    PB_CHECK_EQ(stops_of(ROW("AAA", "1", "100", "SOFT", "9", "14", "99", "")
                             ROW("AAA", "2", "225", "SOFT", "1", "4", "", ""),
                         false, s),
                1);
    PB_CHECK(s[0].neutral);
    PB_CHECK_EQ(s[0].lane_ms, PB_MS_NONE);
}

PB_TEST(a_drive_through_is_no_stop)
{
    pb_tyre_stop s[8];
    PB_CHECK_EQ(stops_of(ROW("AAA", "1", "100", "SOFT", "1", "1", "99", "")
                             ROW("AAA", "2", "215", "SOFT", "2", "1", "", "112"),
                         false, s),
                0);
}

PB_TEST(a_green_visit_as_long_as_a_stop_counts_though_the_feed_kept_the_set)
{
    pb_tyre_stop s[8];
    PB_CHECK_EQ(stops_of(ROW("AAA", "1", "100", "SOFT", "1", "1", "99", "")
                             ROW("AAA", "2", "222", "SOFT", "2", "1", "", "120"),
                         false, s),
                1);
    PB_CHECK_EQ(stops_of(ROW("AAA", "1", "100", "SOFT", "1", "1", "99", "")
                             ROW("AAA", "2", "222", "SOFT", "2", "1", "", "119.99"),
                         false, s),
                0);
}

PB_TEST(led_through_the_lane_by_the_safety_car_is_no_stop)
{
    pb_tyre_stop s[8];
    PB_CHECK_EQ(stops_of(ROW("AAA", "1", "100", "SOFT", "1", "4", "99", "")
                             ROW("AAA", "2", "240", "SOFT", "2", "4", "", "125"),
                         false, s),
                0);
}

PB_TEST(a_set_changed_under_a_red_flag_is_told_only_when_asked_for)
{
    pb_tyre_stop s[8];
    const char  *rows =
        ROW("AAA", "1", "100", "SOFT", "1", "5", "", "") ROW("AAA", "2", "240", "HARD", "1", "1", "", "");
    PB_CHECK_EQ(stops_of(rows, false, s), 0);
    PB_CHECK_EQ(stops_of(rows, true, s), 1);
    PB_CHECK(s[0].red);
    PB_CHECK_EQ(s[0].compound, PB_COMPOUND_HARD);
    PB_CHECK_EQ(s[0].lane_ms, PB_MS_NONE);
}

PB_TEST(without_ages_the_stint_number_decides)
{
    pb_tyre_stop s[8];
    PB_CHECK_EQ(stops_of("AAA,1,T,1,100,100,1,1,SOFT,,,1,4,99,,1\nAAA,1,T,2,100,240,1,1,SOFT,,,1,4,,120,1\n", false, s),
                0);
    PB_CHECK_EQ(stops_of("AAA,1,T,1,100,100,1,1,SOFT,,,1,4,99,,1\nAAA,1,T,2,100,240,1,2,SOFT,,,1,4,,120,1\n", false, s),
                1);
}

PB_TEST(more_stops_than_there_is_room_for_are_counted_and_not_written)
{
    pb_race_log     log;
    pb_race_outcome o;
    pb_tyre_stop    one[2] = {{.in_lap = 0}, {.in_lap = 777}};
    read_text(&log,
              LAP_HEADER ROW("AAA", "1", "100", "SOFT", "1", "1", "99", "")
                  ROW("AAA", "2", "200", "HARD", "1", "1", "199", "") ROW("AAA", "3", "300", "SOFT", "1", "1", "", ""));
    PB_CHECK_EQ(pb_race_outcome_of(&log, &o), PB_OK);
    PB_CHECK_EQ(pb_car_stops(&log, 0, &o, false, one, 1), 2);
    PB_CHECK_EQ(one[0].in_lap, 1);
    PB_CHECK_EQ(one[1].in_lap, 777);
    pb_race_log_fini(&log);
}

PB_TEST_MAIN(PB_RUN(a_stop_is_a_pit_entry_and_another_set_after_it), PB_RUN(the_same_compound_on_another_set_is_a_stop),
             PB_RUN(a_drive_through_is_no_stop),
             PB_RUN(a_green_visit_as_long_as_a_stop_counts_though_the_feed_kept_the_set),
             PB_RUN(led_through_the_lane_by_the_safety_car_is_no_stop),
             PB_RUN(a_set_changed_under_a_red_flag_is_told_only_when_asked_for),
             PB_RUN(without_ages_the_stint_number_decides),
             PB_RUN(more_stops_than_there_is_room_for_are_counted_and_not_written))
