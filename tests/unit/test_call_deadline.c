/* How long a call may wait: until the car is at the pit entry, wherever that lies. */
#include "asked_race.h"

#include <math.h>

#define SPANISH RACE("2023_07_spanish")
#define LAP 25

static double decide_by_s(const asked *a)
{
    return call_by(a, car_of(a->spec, "VER"), PB_AIM_POINTS, 100).decide_by_s;
}

/* Every in-lap ends so much later, its entry is so much earlier. */
static void change_in_laps(asked *a, int32_t later_ms, int32_t earlier_ms)
{
    for (uint32_t c = 0; c < a->log.n_cars; c++)
        for (uint32_t i = 0; i < a->log.cars[c].n_laps; i++) {
            pb_lap *lap = &a->log.cars[c].laps[i];
            if (lap->pit_in_ms == PB_MS_NONE) continue;
            lap->session_ms += later_ms;
            lap->pit_in_ms -= earlier_ms;
        }
}

PB_TEST(the_entry_is_where_the_car_then_was)
{
    asked  whole, a;
    double entry_s = 0;
    open_race(SPANISH, LAP + 1, &whole);
    open_race(SPANISH, LAP, &a);
    const pb_log_car *ver = &whole.log.cars[car_of(whole.spec, "VER")];
    for (uint32_t i = 1; i < ver->n_laps; i++) /* it came in on the lap after the call */
        if (ver->laps[i].number == LAP + 1) entry_s = (ver->laps[i].pit_in_ms - ver->laps[i - 1].session_ms) * 1e-3;
    PB_CHECK(fabs(decide_by_s(&a) + 4 - entry_s) < 1.5);
    close_race(&a);
    close_race(&whole);
}

PB_TEST(a_stop_before_the_line_makes_the_in_lap_longer_and_not_the_time_that_is_left_shorter)
{
    asked a;
    open_race(SPANISH, LAP, &a);
    double before = decide_by_s(&a);
    change_in_laps(&a, 22000, 0);
    PB_CHECK(fabs(decide_by_s(&a) - before) < 1e-9);
    close_race(&a);
}

PB_TEST(an_entry_eight_seconds_earlier_leaves_eight_seconds_less)
{
    asked a;
    open_race(SPANISH, LAP, &a);
    double before = decide_by_s(&a);
    change_in_laps(&a, 0, 8000);
    PB_CHECK(fabs(before - 8 - decide_by_s(&a)) < 0.3);
    close_race(&a);
}

PB_TEST(without_in_laps_it_is_shortly_before_the_line)
{
    asked a;
    open_race(SPANISH, LAP, &a);
    a.view.log = NULL;
    double s   = decide_by_s(&a);
    PB_CHECK(s > 0.9 * a.spec->base_lap_s - 4 && s < 1.05 * a.spec->base_lap_s - 4);
    close_race(&a);
}

PB_TEST(a_question_half_a_minute_after_the_line_leaves_half_a_minute_less)
{
    asked a;
    open_race(SPANISH, LAP, &a);
    a.view.now_ms -= 2000000; /* that of the race is the last there is */
    double before   = decide_by_s(&a);
    a.view.asked_ms = a.view.now_ms - 30000; /* before it: asked at the line */
    PB_CHECK(fabs(decide_by_s(&a) - before) < 1e-9);
    a.view.asked_ms = a.view.now_ms + 30000;
    PB_CHECK(fabs(before - 30 - decide_by_s(&a)) < 1e-9);
    close_race(&a);
}

PB_TEST(a_safety_car_slows_what_is_left_of_the_lap_and_not_what_is_driven)
{
    asked a;
    open_race(SPANISH, LAP, &a);
    a.view.now_ms -= 2000000;
    double green   = decide_by_s(&a);
    a.view.flag    = PB_NEUTRAL_SC;
    double whole   = decide_by_s(&a);
    a.view.flag_ms = a.view.now_ms + (int32_t)(green / 2 * 1000);
    double half    = decide_by_s(&a);
    PB_CHECK(whole > green + 5 && half > green + 2 && half < whole - 2);
    a.view.flag_ms = a.view.now_ms + 1000000;
    PB_CHECK(fabs(decide_by_s(&a) - green) < 1e-9);
    close_race(&a);
}

PB_TEST_MAIN(PB_RUN(the_entry_is_where_the_car_then_was),
             PB_RUN(a_stop_before_the_line_makes_the_in_lap_longer_and_not_the_time_that_is_left_shorter),
             PB_RUN(an_entry_eight_seconds_earlier_leaves_eight_seconds_less),
             PB_RUN(without_in_laps_it_is_shortly_before_the_line),
             PB_RUN(a_question_half_a_minute_after_the_line_leaves_half_a_minute_less),
             PB_RUN(a_safety_car_slows_what_is_left_of_the_lap_and_not_what_is_driven))
