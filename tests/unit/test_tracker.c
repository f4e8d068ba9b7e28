/* The tracker: one rule a test. The rules on whole races: test_live_agreement. */
#include <math.h>

#include "live_replay.h"

static pb_tracker *t;

static int set_up(void **state)
{
    (void)state;
    t = live_tracker();
    return 0;
}
static int tear_down(void **state)
{
    (void)state;
    pb_tracker_destroy(t);
    return 0;
}
#define RUN(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static pb_meaning say(const char *line)
{
    pb_event e;
    pb_error error = {0};
    if (pb_event_line_read(pb_span_of(line), &e, &error) != PB_OK) fail_msg("%s: %s", line, error.text);
    return pb_tracker_apply(t, &e);
}

/* printf into a line of the live timing. */
static pb_meaning tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static pb_meaning tell(const char *format, ...)
{
    char    body[512], line[600];
    va_list args;
    va_start(args, format);
    vsnprintf(body, sizeof body, format, args);
    va_end(args);
    snprintf(line, sizeof line, "{\"origin\":\"live_timing\",%s}", body);
    return say(line);
}

static void lap_of(int car, int lap, int end_ms)
{
    tell("\"event\":\"laps\",\"car\":%d,\"value\":%d,\"session_ms\":%d", car, lap, end_ms);
}

static const pb_race_state *now(void)
{
    return pb_tracker_state(t);
}

static const pb_live_car *car(int key)
{
    for (int i = 0; i < now()->n_cars; i++)
        if (now()->cars[i].key == key) return &now()->cars[i];
    fail_msg("car %d is not there", key);
    return NULL;
}

static void start(void)
{
    tell("\"event\":\"distance\",\"value\":50,\"session_ms\":0");
    tell("\"event\":\"session_status\",\"value\":1,\"session_ms\":1000");
}

/* Laps of 90 s of two cars, the second 2.5 s behind. */
static void laps_to(int n)
{
    for (int l = 1; l <= n; l++) {
        lap_of(1, l, 1000 + 90000 * l);
        lap_of(2, l, 3500 + 90000 * l);
    }
}

PB_TEST(laps_close_and_gaps_come_from_the_times_at_the_line)
{
    start();
    laps_to(3);
    PB_CHECK_EQ(car(2)->laps, 3);
    PB_CHECK(car(2)->gap.derived && car(2)->gap.ms == 2500 && car(2)->gap.laps == 0);
    PB_CHECK_EQ(car(2)->interval.ms, 2500);
    PB_CHECK(car(1)->gap.ms == 0 && car(1)->interval.ms == PB_MS_NONE);
    PB_CHECK_EQ(now()->cars[now()->order[0]].key, 1);
    PB_CHECK_EQ(car(2)->position, 2);
    PB_CHECK_EQ(now()->laps_to_go, 47);
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 1)->time_ms, 90000); /* by the start */
    PB_CHECK_EQ(pb_tracker_lap(t, 2, 3)->position, 2);
    PB_CHECK(pb_tracker_lap(t, 2, 4) == NULL);
}

PB_TEST(a_told_gap_wins_over_the_derived_one)
{
    start();
    laps_to(2);
    tell("\"event\":\"gap\",\"car\":2,\"value\":2600,\"session_ms\":184000");
    PB_CHECK(!car(2)->gap.derived && car(2)->gap.ms == 2600);
    PB_CHECK_EQ(car(2)->told[PB_TOLD_GAP].origin, PB_ORIGIN_LIVE_TIMING);
    tell("\"event\":\"gap\",\"car\":2,\"value\":1,\"flag\":true,\"session_ms\":185000");
    PB_CHECK(car(2)->lapped && car(2)->gap.laps == 1 && car(2)->gap.ms == PB_MS_NONE);
}

PB_TEST(a_car_that_ends_a_lap_after_the_leader_ended_the_next_is_lapped)
{
    start();
    lap_of(1, 1, 91000);
    lap_of(1, 2, 181000);
    lap_of(2, 1, 182000);
    PB_CHECK(car(2)->lapped && car(2)->gap.laps == 1 && car(2)->gap.ms == PB_MS_NONE);
}

PB_TEST(the_counter_running_back_is_refused_and_counted)
{
    pb_refusal why[4];
    start();
    laps_to(3);
    PB_CHECK_TEXT(tell("\"event\":\"laps\",\"car\":1,\"value\":2,\"session_ms\":290000").refused,
                  "the lap counter ran back");
    PB_CHECK_EQ(car(1)->laps, 3);
    PB_CHECK_EQ(now()->refused, 1);
    PB_CHECK_EQ(pb_tracker_refusals(t, why, 4), 1);
    PB_CHECK(why[0].n == 1 && strcmp(why[0].why, "the lap counter ran back") == 0);
}

PB_TEST(words_just_after_the_line_are_of_the_lap_that_ended)
{
    start();
    laps_to(2);
    tell("\"event\":\"sector\",\"car\":2,\"index\":0,\"value\":30000,\"session_ms\":213500");
    tell("\"event\":\"sector\",\"car\":2,\"index\":1,\"value\":30000,\"session_ms\":243500");
    lap_of(2, 3, 273500);
    tell("\"event\":\"sector\",\"car\":2,\"index\":2,\"value\":30000,\"session_ms\":274000");
    tell("\"event\":\"last_lap\",\"car\":2,\"value\":90000,\"session_ms\":274500");
    const pb_lap *row = pb_tracker_lap(t, 2, 3);
    PB_CHECK(row->time_ms == 90000 && row->sector_ms[2] == 30000 && row->sector_ms[0] == 30000);
    PB_CHECK_EQ(now()->rewritten, 0);
}

PB_TEST(a_lap_time_that_is_not_sent_again_is_the_one_before)
{
    start();
    laps_to(1);
    for (int l = 2; l <= 3; l++) {
        int end = 1000 + 90000 * l;
        for (int s = 0; s < 3; s++)
            tell("\"event\":\"sector\",\"car\":1,\"index\":%d,\"value\":30000,\"session_ms\":%d", s,
                 end - 60000 + 30000 * s - (s == 2));
        lap_of(1, l, end);
        if (l == 2) tell("\"event\":\"last_lap\",\"car\":1,\"value\":90000,\"session_ms\":%d", end + 500);
    }
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 3)->time_ms, 90000);
    PB_CHECK(pb_tracker_lap(t, 1, 3)->accurate || now()->track == 0);
}

PB_TEST(a_late_end_moves_back_to_where_the_lap_time_puts_it)
{
    start();
    laps_to(1);
    lap_of(1, 2, 182400); /* 1.4 s late */
    tell("\"event\":\"last_lap\",\"car\":1,\"value\":90000,\"session_ms\":182500");
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 2)->session_ms, 181000);
    PB_CHECK_EQ(car(1)->line_ms, 181000);
}

PB_TEST(a_late_correction_rewrites_a_closed_lap)
{
    start();
    laps_to(3);
    tell("\"event\":\"lap_deleted\",\"car\":1,\"lap\":2,\"flag\":true,\"session_ms\":300000");
    PB_CHECK(pb_tracker_lap(t, 1, 2)->deleted);
    PB_CHECK_EQ(now()->rewritten, 1);
    pb_meaning m = tell("\"event\":\"lap\",\"car\":1,\"lap\":2,\"value\":89500,\"session_ms\":301000");
    PB_CHECK(m.bits & PB_MEANT_REWRITE);
    PB_CHECK_EQ(m.car, 1);
}

PB_TEST(a_compound_that_comes_late_goes_into_the_laps_it_belongs_to)
{
    start();
    tell("\"event\":\"stint\",\"car\":1,\"index\":0,\"value\":2,\"aux\":3,\"start_age\":3,\"session_ms\":500");
    laps_to(2);
    PB_CHECK(pb_tracker_lap(t, 1, 2)->compound == PB_COMPOUND_MEDIUM && pb_tracker_lap(t, 1, 2)->tyre_age_laps == 5);
    tell("\"event\":\"pit_in\",\"car\":1,\"session_ms\":268000");
    lap_of(1, 3, 271000);
    tell("\"event\":\"pit_out\",\"car\":1,\"session_ms\":290000");
    tell("\"event\":\"stint\",\"car\":1,\"index\":1,\"value\":0,\"aux\":0,\"session_ms\":292000");
    lap_of(1, 4, 381000);
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 4)->compound, PB_COMPOUND_UNKNOWN);
    pb_meaning m = tell("\"event\":\"stint\",\"car\":1,\"index\":1,\"value\":3,\"session_ms\":400000");
    PB_CHECK(m.bits & PB_MEANT_REWRITE);
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 3)->compound, PB_COMPOUND_MEDIUM);
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 4)->compound, PB_COMPOUND_HARD);
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 4)->tyre_age_laps, 1);
    PB_CHECK(car(1)->n_stints == 2 && car(1)->stints[1].from_lap == 4 && car(1)->stints[0].to_lap == 3);
    PB_CHECK_EQ(car(1)->stops, 1);
    PB_CHECK_EQ(car(1)->lane_ms, 22000);
}

PB_TEST(a_stint_told_within_ten_seconds_of_a_lap_takes_that_lap)
{
    start();
    tell("\"event\":\"stint\",\"car\":1,\"index\":0,\"value\":2,\"start_age\":0,\"session_ms\":500");
    laps_to(3);
    tell("\"event\":\"stint\",\"car\":1,\"index\":1,\"value\":3,\"start_age\":0,\"session_ms\":280000");
    PB_CHECK_EQ(car(1)->stints[1].from_lap, 4);
}

PB_TEST(an_exit_just_before_the_line_is_of_the_lap_behind_it)
{
    start();
    laps_to(1);
    tell("\"event\":\"pit_out\",\"car\":1,\"session_ms\":178000");
    lap_of(1, 2, 181000);
    lap_of(1, 3, 271000);
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 2)->pit_out_ms, PB_MS_NONE);
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 3)->pit_out_ms, 178000);
}

PB_TEST(the_state_in_the_pit_makes_entry_and_exit_once)
{
    start();
    laps_to(1);
    tell("\"event\":\"in_pit\",\"car\":1,\"value\":0,\"session_ms\":100000");
    PB_CHECK(tell("\"event\":\"in_pit\",\"car\":1,\"value\":1,\"session_ms\":178000").bits & PB_MEANT_PIT);
    PB_CHECK_EQ(car(1)->status, PB_CAR_IN_LANE);
    PB_CHECK(!(tell("\"event\":\"pit_in\",\"car\":1,\"session_ms\":178100").bits & PB_MEANT_PIT));
    tell("\"event\":\"in_pit\",\"car\":1,\"value\":2,\"session_ms\":186000");
    PB_CHECK_EQ(car(1)->status, PB_CAR_IN_BOX);
    lap_of(1, 2, 181000);
    tell("\"event\":\"in_pit\",\"car\":1,\"value\":0,\"session_ms\":200000");
    PB_CHECK(car(1)->status == PB_CAR_RUNNING && car(1)->pit_out_ms == 200000);
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 2)->pit_in_ms, 178100);
}

PB_TEST(a_vsc_and_a_safety_car_are_told_apart_with_their_phases)
{
    start();
    laps_to(2);
    PB_CHECK(tell("\"event\":\"track\",\"value\":6,\"session_ms\":200000").bits & PB_MEANT_TRACK);
    PB_CHECK(now()->neutral == PB_NEUTRAL_VSC && now()->sc_phase == PB_SC_DEPLOYED);
    tell("\"event\":\"track\",\"value\":7,\"session_ms\":250000");
    PB_CHECK(now()->neutral == PB_NEUTRAL_VSC && now()->sc_phase == PB_SC_ENDING);
    tell("\"event\":\"track\",\"value\":1,\"session_ms\":260000");
    PB_CHECK(now()->neutral == 0 && now()->sc_phase == PB_SC_OVER);
    tell("\"event\":\"track\",\"value\":4,\"session_ms\":300000");
    tell("\"event\":\"sc_phase\",\"value\":1,\"aux\":1,\"session_ms\":301000");
    tell("\"event\":\"sc_phase\",\"value\":2,\"aux\":1,\"session_ms\":340000");
    PB_CHECK(now()->neutral == PB_NEUTRAL_SC && now()->sc_phase == PB_SC_ENDING);
    tell("\"event\":\"track\",\"value\":1,\"session_ms\":350000");
    PB_CHECK_EQ(now()->n_phases, 2);
    PB_CHECK(now()->phases[0].start_ms == 200000 && now()->phases[0].ending_ms == 250000 &&
             now()->phases[0].end_ms == 260000 && now()->phases[0].start_lap == 3);
    PB_CHECK(now()->phases[1].ending_ms == 340000 && now()->phases[1].end_ms == 350000);
    lap_of(1, 3, 271000);
    PB_CHECK_TEXT(pb_tracker_lap(t, 1, 3)->status_order, "671");
}

PB_TEST(phases_by_name_alone_make_a_safety_car)
{
    start();
    tell("\"event\":\"sc_phase\",\"value\":1,\"aux\":1,\"session_ms\":20000");
    PB_CHECK(now()->neutral == PB_NEUTRAL_SC && now()->track == 4);
    tell("\"event\":\"sc_phase\",\"value\":3,\"aux\":1,\"session_ms\":80000");
    PB_CHECK(now()->neutral == 0 && now()->n_phases == 1 && now()->phases[0].end_ms == 80000);
}

PB_TEST(a_retired_car_is_shown_out_and_its_gap_is_not_believed)
{
    start();
    laps_to(2);
    PB_CHECK(tell("\"event\":\"retired\",\"car\":2,\"flag\":true,\"session_ms\":200000").bits & PB_MEANT_OUT);
    PB_CHECK_EQ(car(2)->status, PB_CAR_RETIRED);
    PB_CHECK_TEXT(tell("\"event\":\"gap\",\"car\":2,\"value\":2600,\"session_ms\":201000").refused,
                  "a gap of a car that is out");
    PB_CHECK(car(2)->gap.ms == PB_MS_NONE && car(2)->gap.laps == -1);
}

PB_TEST(a_car_that_is_silent_for_three_laps_of_the_leader_is_shown_out_and_comes_back)
{
    start();
    laps_to(2);
    for (int l = 3; l <= 5; l++) lap_of(1, l, 1000 + 90000 * l);
    PB_CHECK_EQ(car(2)->status, PB_CAR_STOPPED);
    lap_of(2, 3, 500000);
    PB_CHECK_EQ(car(2)->status, PB_CAR_RUNNING);
}

PB_TEST(after_the_flag_cars_finish_with_their_next_lap)
{
    start();
    tell("\"event\":\"distance\",\"value\":3,\"session_ms\":100");
    PB_CHECK(now()->laps_total == 3 && now()->laps_planned == 50);
    laps_to(2);
    PB_CHECK_EQ(now()->laps_to_go, 1);
    PB_CHECK(tell("\"event\":\"laps\",\"car\":1,\"value\":3,\"session_ms\":271000").bits & PB_MEANT_END);
    PB_CHECK(now()->chequered && now()->laps_to_go == 0);
    lap_of(2, 3, 273500);
    PB_CHECK(car(1)->status == PB_CAR_FINISHED && car(2)->status == PB_CAR_FINISHED);
    PB_CHECK_TEXT(tell("\"event\":\"laps\",\"car\":1,\"value\":4,\"session_ms\":400000").refused,
                  "a lap after the flag");
}

PB_TEST(a_flag_that_is_told_before_the_leader_is_there_waits_for_him)
{
    start();
    laps_to(2);
    say("{\"event\":\"control\",\"origin\":\"live_timing\",\"text\":\"CHEQUERED FLAG\",\"flag_text\":\"CHEQUERED\","
        "\"session_ms\":269000}");
    PB_CHECK(!now()->chequered);
    lap_of(3, 1, 270000);
    lap_of(1, 3, 271000);
    PB_CHECK(now()->chequered && car(1)->status == PB_CAR_FINISHED && car(3)->status == PB_CAR_RUNNING);
}

PB_TEST(the_winners_last_lap_counts_though_the_word_on_him_came_first)
{
    tell("\"event\":\"distance\",\"value\":3,\"session_ms\":0");
    tell("\"event\":\"session_status\",\"value\":1,\"session_ms\":1000");
    laps_to(2);
    tell("\"event\":\"finished\",\"car\":1,\"value\":1,\"session_ms\":271000");
    lap_of(1, 3, 271010);
    PB_CHECK_EQ(car(1)->laps, 3);
    PB_CHECK(now()->chequered && car(1)->status == PB_CAR_FINISHED);
    lap_of(1, 4, 361010);
    PB_CHECK_EQ(car(1)->laps, 3);
    PB_CHECK_EQ(now()->refused, 1);
}

PB_TEST(after_the_flag_a_car_that_is_out_has_its_place_by_laps)
{
    tell("\"event\":\"distance\",\"value\":3,\"session_ms\":0");
    tell("\"event\":\"session_status\",\"value\":1,\"session_ms\":1000");
    lap_of(3, 1, 250000);
    laps_to(2);
    tell("\"event\":\"retired\",\"car\":2,\"flag\":true,\"session_ms\":190000");
    PB_CHECK_EQ(now()->cars[now()->order[2]].key, 2);
    lap_of(1, 3, 271000);
    PB_CHECK(now()->chequered);
    PB_CHECK_EQ(now()->cars[now()->order[1]].key, 2);
    PB_CHECK_EQ(now()->cars[now()->order[2]].key, 3);
}

PB_TEST(what_a_feed_empties_is_no_longer_known)
{
    tell("\"event\":\"session\",\"text\":\"q\",\"value\":2,\"session_ms\":0");
    PB_CHECK_EQ(now()->type, PB_SESSION_QUALIFYING);
    tell("\"event\":\"best_lap\",\"car\":1,\"value\":90000,\"lap\":2,\"session_ms\":1");
    tell("\"event\":\"gap\",\"car\":2,\"value\":300,\"session_ms\":2");
    PB_CHECK_EQ(car(2)->gap.ms, 300);
    tell("\"event\":\"gap\",\"car\":2,\"value\":-2147483648,\"session_ms\":3");
    tell("\"event\":\"best_lap\",\"car\":1,\"value\":0,\"session_ms\":4");
    PB_CHECK_EQ(car(2)->gap.ms, PB_MS_NONE);
    PB_CHECK(car(1)->best_lap_ms == PB_MS_NONE && car(1)->best_lap == 0);
    tell("\"event\":\"distance\",\"value\":63,\"session_ms\":5");
    PB_CHECK_EQ(now()->laps_total, 0);
    PB_CHECK_EQ(now()->refused, 0);
}

PB_TEST(a_flashback_takes_back_what_came_later)
{
    start();
    tell("\"event\":\"stint\",\"car\":1,\"index\":0,\"value\":2,\"start_age\":0,\"session_ms\":500");
    laps_to(3);
    tell("\"event\":\"track\",\"value\":4,\"session_ms\":275000");
    tell("\"event\":\"flashback\",\"session_ms\":190000");
    PB_CHECK_EQ(car(1)->laps, 2);
    PB_CHECK_EQ(car(2)->laps, 2);
    PB_CHECK(pb_tracker_lap(t, 1, 3) == NULL && now()->n_phases == 0 && now()->session_ms == 190000);
    lap_of(1, 3, 270000);
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 3)->session_ms, 270000);
}

PB_TEST(the_same_words_again_change_nothing)
{
    start();
    laps_to(3);
    tell("\"event\":\"penalty\",\"car\":2,\"value\":1,\"aux\":5000,\"lap\":3,\"session_ms\":280000");
    say("{\"event\":\"control\",\"origin\":\"live_timing\",\"text\":\"A\",\"session_ms\":280000}");
    pb_race_state before = *now();
    laps_to(3);
    tell("\"event\":\"penalty\",\"car\":2,\"value\":1,\"aux\":5000,\"lap\":3,\"session_ms\":280000");
    say("{\"event\":\"control\",\"origin\":\"live_timing\",\"text\":\"A\",\"session_ms\":280000}");
    PB_CHECK_EQ(car(2)->penalty_ms, 5000);
    PB_CHECK_EQ(now()->n_messages, before.n_messages);
    PB_CHECK_EQ(car(1)->laps, 3);
    PB_CHECK_EQ(now()->rewritten, before.rewritten);
    tell("\"event\":\"penalty_served\",\"car\":2,\"value\":1,\"aux\":5000,\"session_ms\":300000");
    PB_CHECK_EQ(car(2)->penalty_ms, 0);
}

/* ---- several sources ---- */

PB_TEST(the_better_source_is_shown_and_the_other_kept_beside_it)
{
    start();
    say("{\"event\":\"position\",\"origin\":\"openf1\",\"car\":1,\"value\":4,\"session_ms\":2000}");
    tell("\"event\":\"position\",\"car\":1,\"value\":3,\"session_ms\":2100");
    const pb_told *told = &car(1)->told[PB_TOLD_POSITION];
    PB_CHECK(car(1)->position == 3 && told->origin == PB_ORIGIN_LIVE_TIMING && told->other == PB_ORIGIN_OPENF1 &&
             told->other_value == 4);
    say("{\"event\":\"position\",\"origin\":\"openf1\",\"car\":1,\"value\":5,\"session_ms\":3000}");
    PB_CHECK(car(1)->position == 3 && told->other_value == 5);
    say("{\"event\":\"position\",\"origin\":\"openf1\",\"car\":1,\"value\":6,\"session_ms\":30000}");
    PB_CHECK(car(1)->position == 6 && told->origin == PB_ORIGIN_OPENF1); /* the better one was silent */
}

PB_TEST(a_persons_word_wins_and_can_be_taken_back)
{
    start();
    tell("\"event\":\"stint\",\"car\":1,\"index\":0,\"value\":2,\"start_age\":0,\"session_ms\":500");
    laps_to(2);
    say("{\"event\":\"stint\",\"car\":1,\"index\":0,\"value\":\"SOFT\"}");
    tell("\"event\":\"stint\",\"car\":1,\"index\":0,\"value\":3,\"session_ms\":200000");
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 1)->compound, PB_COMPOUND_SOFT);
    PB_CHECK_EQ(car(1)->compound, PB_COMPOUND_SOFT);
    PB_CHECK(car(1)->told[PB_TOLD_TYRE].origin == PB_ORIGIN_HAND &&
             car(1)->told[PB_TOLD_TYRE].other == PB_ORIGIN_LIVE_TIMING);
    PB_CHECK_EQ(now()->corrections, 1);
    PB_CHECK(say("{\"event\":\"take_back\",\"car\":1,\"name\":\"tyre\"}").bits & PB_MEANT_REWRITE);
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 1)->compound, PB_COMPOUND_HARD);
    PB_CHECK_TEXT(say("{\"event\":\"take_back\",\"car\":1,\"name\":\"colour\"}").refused, "no such field");
}

PB_TEST(a_lap_corrected_by_hand_stays_until_it_is_taken_back)
{
    start();
    laps_to(3);
    say("{\"event\":\"lap\",\"car\":1,\"lap\":2,\"value\":88888}");
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 2)->time_ms, 88888);
    tell("\"event\":\"lap\",\"car\":1,\"lap\":2,\"value\":90001,\"session_ms\":181000");
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 2)->time_ms, 88888);
    say("{\"event\":\"take_back\",\"car\":1,\"lap\":2}");
    PB_CHECK_EQ(pb_tracker_lap(t, 1, 2)->time_ms, 90001);
}

PB_TEST(laps_entered_by_hand_alone_make_a_race)
{
    pb_race_log            log;
    static pb_race_outcome end;
    pb_error               error;
    say("{\"event\":\"distance\",\"value\":5}");
    for (int l = 1; l <= 5; l++) {
        char line[160];
        for (int c = 1; c <= 2; c++) {
            snprintf(line, sizeof line, "{\"event\":\"lap\",\"car\":%d,\"lap\":%d,\"value\":%d}", c, l,
                     90000 + 400 * c);
            PB_CHECK(say(line).refused == NULL);
        }
        if (l == 2) say("{\"event\":\"pit_in\",\"car\":2,\"lap\":2}");
        if (l == 2) say("{\"event\":\"tyre\",\"car\":2,\"value\":\"HARD\"}");
    }
    PB_CHECK(now()->chequered);
    PB_CHECK_EQ(car(2)->gap.ms, 2000);
    pb_race_log_init(&log);
    PB_CHECK_EQ(pb_tracker_log(t, &log, &error), PB_OK);
    PB_CHECK_EQ(log.n_cars, 2);
    PB_CHECK_EQ(pb_race_outcome_of(&log, &end), PB_OK);
    PB_CHECK(end.laps == 5 && end.order[0] == 0 && end.car[1].took_flag);
    PB_CHECK(log.cars[1].laps[1].pit_in_ms != PB_MS_NONE);
    pb_race_log_fini(&log);
}

PB_TEST(another_session_begins_with_nothing)
{
    say("{\"event\":\"session\",\"origin\":\"live_timing\",\"text\":\"a\",\"name\":\"Spanish Grand Prix\",\"value\":5,"
        "\"aux\":2023}");
    PB_CHECK_TEXT(now()->circuit, "barcelona");
    start();
    laps_to(2);
    PB_CHECK(!(tell("\"event\":\"session\",\"text\":\"a\"").bits & PB_MEANT_NEW));
    PB_CHECK_EQ(now()->n_cars, 2);
    PB_CHECK(tell("\"event\":\"session\",\"text\":\"b\"").bits & PB_MEANT_NEW);
    PB_CHECK(now()->n_cars == 0 && now()->start_ms == PB_MS_NONE);
}

PB_TEST(rain_that_begins_or_stops_means_something)
{
    PB_CHECK(!(tell("\"event\":\"weather\",\"real\":[20,30,50,1000,1,90,0],\"session_ms\":0").bits & PB_MEANT_RAIN));
    PB_CHECK(tell("\"event\":\"weather\",\"real\":[20,30,50,1000,1,90,1],\"session_ms\":1").bits & PB_MEANT_RAIN);
    PB_CHECK(!(tell("\"event\":\"weather\",\"real\":[20,30,50,1000,1,90,1],\"session_ms\":2").bits & PB_MEANT_RAIN));
    PB_CHECK(tell("\"event\":\"weather\",\"real\":[900],\"session_ms\":3").refused != NULL);
}

PB_TEST(the_session_clock_runs_down)
{
    tell("\"event\":\"clock\",\"value\":60000,\"flag\":true,\"session_ms\":1000");
    tell("\"event\":\"track\",\"value\":1,\"session_ms\":11000");
    PB_CHECK_EQ(now()->clock_left_ms, 50000);
}

PB_TEST(one_car_too_many_is_refused)
{
    for (int c = 1; c <= PB_CARS_MAX; c++) tell("\"event\":\"car\",\"car\":%d", c);
    PB_CHECK_TEXT(tell("\"event\":\"car\",\"car\":99").refused, "one car too many");
    PB_CHECK_EQ(now()->n_cars, PB_CARS_MAX);
}

PB_TEST(events_of_any_kind_and_value_are_survived)
{
    uint32_t seed = 7;
    for (int i = 0; i < 200000; i++) {
        uint8_t  bytes[sizeof(pb_event)];
        pb_event e;
        for (size_t k = 0; k < 64; k++) bytes[k] = (uint8_t)((seed = seed * 1664525u + 1013904223u) >> 24);
        e       = pb_event_make((pb_event_kind)(bytes[0] % PB_EV_N), (pb_origin)(bytes[1] % PB_ORIGIN_N), PB_US_NONE,
                                (int32_t)(bytes[2] << 16 | bytes[3] << 8));
        e.car   = (int16_t)(bytes[4] % 45);
        e.lap   = (uint16_t)(bytes[5] < 8 ? bytes[6] << 8 : bytes[6] % 70);
        e.value = bytes[7] < 16 ? (int32_t)(seed ^ 0x55555555u) : bytes[8] % 100;
        e.aux   = bytes[9] < 16 ? (int32_t)seed : bytes[10] % 60 - 1;
        e.index = bytes[11] < 16 ? bytes[12] : bytes[12] % 5;
        e.flag  = bytes[13] & 1;
        e.session_ms = bytes[14] < 8 ? PB_MS_NONE : bytes[14] < 12 ? INT32_MAX : e.session_ms;
        (void)pb_tracker_apply(t, &e);
    }
    PB_CHECK(now()->n_cars <= PB_CARS_MAX);
    bool seen[PB_CARS_MAX] = {false};
    for (int k = 0; k < now()->n_cars; k++) {
        PB_CHECK(!seen[now()->order[k]]);
        seen[now()->order[k]] = true;
    }
}

PB_TEST(the_state_prints_as_json_that_reads_back)
{
    char          *text = NULL;
    size_t         n    = 0;
    pb_json_writer w;
    pb_json_doc   *doc   = NULL;
    pb_error       error = {0};
    start();
    laps_to(2);
    FILE *to = open_memstream(&text, &n);
    pb_json_begin(&w, to, 0);
    pb_race_state_print(now(), &w, NULL);
    pb_json_end(&w);
    fclose(to);
    if (pb_json_parse((pb_span){text, n}, "state", &doc, &error) != PB_OK) fail_msg("%s", error.text);
    pb_json cars = pb_json_get(pb_json_root(doc), "cars");
    PB_CHECK_EQ(pb_json_length(cars), 2);
    pb_json_free(doc);
    free(text);
}

PB_TEST_MAIN(
    RUN(laps_close_and_gaps_come_from_the_times_at_the_line), RUN(a_told_gap_wins_over_the_derived_one),
    RUN(a_car_that_ends_a_lap_after_the_leader_ended_the_next_is_lapped),
    RUN(the_counter_running_back_is_refused_and_counted), RUN(words_just_after_the_line_are_of_the_lap_that_ended),
    RUN(a_lap_time_that_is_not_sent_again_is_the_one_before), RUN(a_late_end_moves_back_to_where_the_lap_time_puts_it),
    RUN(a_late_correction_rewrites_a_closed_lap), RUN(a_compound_that_comes_late_goes_into_the_laps_it_belongs_to),
    RUN(a_stint_told_within_ten_seconds_of_a_lap_takes_that_lap),
    RUN(an_exit_just_before_the_line_is_of_the_lap_behind_it), RUN(the_state_in_the_pit_makes_entry_and_exit_once),
    RUN(a_vsc_and_a_safety_car_are_told_apart_with_their_phases), RUN(phases_by_name_alone_make_a_safety_car),
    RUN(a_retired_car_is_shown_out_and_its_gap_is_not_believed),
    RUN(a_car_that_is_silent_for_three_laps_of_the_leader_is_shown_out_and_comes_back),
    RUN(after_the_flag_cars_finish_with_their_next_lap),
    RUN(the_winners_last_lap_counts_though_the_word_on_him_came_first),
    RUN(after_the_flag_a_car_that_is_out_has_its_place_by_laps), RUN(what_a_feed_empties_is_no_longer_known),
    RUN(a_flag_that_is_told_before_the_leader_is_there_waits_for_him), RUN(a_flashback_takes_back_what_came_later),
    RUN(the_same_words_again_change_nothing), RUN(the_better_source_is_shown_and_the_other_kept_beside_it),
    RUN(a_persons_word_wins_and_can_be_taken_back), RUN(a_lap_corrected_by_hand_stays_until_it_is_taken_back),
    RUN(laps_entered_by_hand_alone_make_a_race), RUN(another_session_begins_with_nothing),
    RUN(rain_that_begins_or_stops_means_something), RUN(the_session_clock_runs_down), RUN(one_car_too_many_is_refused),
    RUN(events_of_any_kind_and_value_are_survived), RUN(the_state_prints_as_json_that_reads_back))
