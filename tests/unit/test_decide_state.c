/* What is known beside the laps: a flag that comes out now, rivals on their way
 * into the lane. */
#include "apps/decide_state.h"
#include "pb_test.h"
#include "spec_sample.h"

static pb_race_spec *under_way(void)
{
    pb_race_spec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    pb_sample_under_way(spec);
    spec->neutral.n_phases = 0;
    return spec;
}

static void put_flag(pb_race_spec *spec, decide_flag flag)
{
    pb_error error = {0};
    if (decide_state_flag(spec, flag, &error) != PB_OK) fail_msg("%s", error.text);
    if (pb_race_spec_check(spec, &error) != PB_OK) fail_msg("%s", error.text);
}

PB_TEST(a_flag_is_read_in_any_case_and_a_wrong_one_is_refused_with_the_nearest)
{
    decide_flag flag  = DECIDE_FLAG_RED;
    pb_error    error = {0};
    PB_CHECK_EQ(decide_flag_of(NULL, &flag, &error), PB_OK);
    PB_CHECK_EQ(flag, DECIDE_FLAG_AS_IS);
    PB_CHECK_EQ(decide_flag_of("VSC", &flag, &error), PB_OK);
    PB_CHECK_EQ(flag, DECIDE_FLAG_VSC);
    PB_CHECK_EQ(decide_flag_kind(flag), PB_NEUTRAL_VSC);
    PB_CHECK_EQ(decide_flag_of("green", &flag, &error), PB_OK);
    PB_CHECK_EQ(decide_flag_kind(flag), 0);
    PB_CHECK_EQ(decide_flag_of("gren", &flag, &error), PB_E_USAGE);
    PB_CHECK_HAS(error.text, "did you mean green?");
    PB_CHECK_EQ(decide_flag_of("", &flag, &error), PB_E_USAGE);
}

PB_TEST(a_safety_car_begins_now_and_lasts_as_long_as_they_do_on_average)
{
    pb_race_spec *spec = under_way();
    memset(spec->neutral.sc_laps, 0, sizeof spec->neutral.sc_laps);
    spec->neutral.sc_laps[2] = 0.5; /* three laps or six */
    spec->neutral.sc_laps[5] = 0.5;
    put_flag(spec, DECIDE_FLAG_SC);
    PB_CHECK_EQ(spec->neutral.n_phases, 1);
    PB_CHECK_EQ(spec->neutral.phases[0].kind, PB_NEUTRAL_SC);
    PB_CHECK_NEAR(spec->neutral.phases[0].start_progress, 30.05, 1e-12);
    PB_CHECK_NEAR(spec->neutral.phases[0].end_progress, 34.55, 1e-12);
    PB_CHECK(!spec->neutral.actual); /* what comes later is drawn */
    PB_CHECK_EQ(decide_state_out(spec), PB_NEUTRAL_SC);
    free(spec);
}

PB_TEST(a_phase_ends_with_the_race)
{
    pb_race_spec *spec = under_way();
    spec->rules.laps   = 32;
    for (uint32_t c = 0; c < spec->n_cars; c++) spec->cars[c].plans[0].stints[1].in_lap = 20;
    put_flag(spec, DECIDE_FLAG_SC);
    PB_CHECK_NEAR(spec->neutral.phases[0].end_progress, 32, 1e-12);
    free(spec);
}

PB_TEST(green_ends_what_is_out_and_another_flag_takes_its_place)
{
    pb_race_spec *spec = under_way();
    put_flag(spec, DECIDE_FLAG_GREEN); /* nothing to end */
    PB_CHECK_EQ(spec->neutral.n_phases, 0);
    spec->neutral.n_phases  = 1;
    spec->neutral.phases[0] = (pb_phase_spec){.kind = PB_NEUTRAL_VSC, .start_progress = 29.4, .end_progress = 30.6};
    PB_CHECK_EQ(decide_state_out(spec), PB_NEUTRAL_VSC);
    put_flag(spec, DECIDE_FLAG_VSC); /* is out already */
    PB_CHECK_EQ(spec->neutral.n_phases, 1);
    PB_CHECK_NEAR(spec->neutral.phases[0].end_progress, 30.6, 1e-12);
    put_flag(spec, DECIDE_FLAG_SC);
    PB_CHECK_EQ(spec->neutral.n_phases, 2);
    PB_CHECK_NEAR(spec->neutral.phases[0].end_progress, 30, 1e-12);
    PB_CHECK_EQ(decide_state_out(spec), PB_NEUTRAL_SC);
    put_flag(spec, DECIDE_FLAG_GREEN);
    PB_CHECK_EQ(decide_state_out(spec), 0);
    put_flag(spec, DECIDE_FLAG_RED);
    PB_CHECK_EQ(decide_state_out(spec), PB_NEUTRAL_RED);
    free(spec);
}

PB_TEST(a_full_list_of_phases_forgets_the_oldest)
{
    pb_race_spec *spec     = under_way();
    spec->neutral.n_phases = PB_PHASES_MAX;
    for (uint32_t i = 0; i < PB_PHASES_MAX; i++)
        spec->neutral.phases[i] =
            (pb_phase_spec){.kind = PB_NEUTRAL_VSC, .start_progress = 2 + i, .end_progress = 2.5 + i};
    put_flag(spec, DECIDE_FLAG_SC);
    PB_CHECK_EQ(spec->neutral.n_phases, PB_PHASES_MAX);
    PB_CHECK_NEAR(spec->neutral.phases[0].start_progress, 3, 1e-12);
    PB_CHECK_EQ(spec->neutral.phases[PB_PHASES_MAX - 1].kind, PB_NEUTRAL_SC);
    free(spec);
}

PB_TEST(a_flag_that_the_race_contradicts_is_refused_and_changes_nothing)
{
    pb_race_spec *spec   = under_way();
    pb_error      error  = {0};
    spec->neutral.actual = true;
    PB_CHECK_EQ(decide_state_flag(spec, DECIDE_FLAG_SC, &error), PB_E_USAGE);
    PB_CHECK_HAS(error.text, "neutralisations=drawn");
    PB_CHECK_EQ(decide_state_flag(spec, DECIDE_FLAG_AS_IS, &error), PB_OK);
    spec->neutral.actual = false;
    spec->effects &= ~(uint32_t)PB_EFFECT_RED_FLAG;
    PB_CHECK_EQ(decide_state_flag(spec, DECIDE_FLAG_RED, &error), PB_E_USAGE);
    PB_CHECK_HAS(error.text, "effects.red_flag=true");
    PB_CHECK_EQ(spec->neutral.n_phases, 0);
    free(spec);
}

/* Car 0 is in the lane, its stop on this lap and one on the next; a stop behind them lies late. */
static void put_flag_on(pb_race_spec *spec, decide_flag flag, uint32_t lap, uint32_t laps)
{
    pb_error error = {0};
    if (decide_state_flag_on(spec, flag, lap, laps, &error) != PB_OK) fail_msg("%s", error.text);
}

PB_TEST(a_flag_on_a_lap_to_come_is_sure_and_lasts_as_long_as_told)
{
    pb_race_spec *spec = under_way();
    uint32_t      lap  = spec->from_lap + 6u;
    put_flag_on(spec, DECIDE_FLAG_VSC, lap + 10, 2);
    put_flag_on(spec, DECIDE_FLAG_SC, lap, 4);
    PB_CHECK_EQ(spec->neutral.n_phases, 2);
    PB_CHECK_EQ(spec->neutral.phases[0].kind, PB_NEUTRAL_SC); /* in their order in time */
    PB_CHECK(spec->neutral.phases[0].sure && spec->neutral.phases[1].sure);
    PB_CHECK_NEAR(spec->neutral.phases[0].start_progress, lap - 1 + 0.05, 1e-12);
    PB_CHECK_NEAR(spec->neutral.phases[0].end_progress, lap + 3 + 0.05, 1e-12);
    PB_CHECK_EQ(decide_state_out(spec), 0);
    put_flag_on(spec, DECIDE_FLAG_VSC, lap + 1, 1); /* takes over */
    PB_CHECK_EQ(spec->neutral.n_phases, 3);
    PB_CHECK_NEAR(spec->neutral.phases[0].end_progress, lap + 0.05, 1e-12);
    put_flag_on(spec, DECIDE_FLAG_GREEN, lap + 1, 0); /* nothing told stays after it */
    PB_CHECK_EQ(spec->neutral.n_phases, 1);
    free(spec);
}

PB_TEST(a_flag_on_the_lap_that_runs_is_one_that_comes_out_now)
{
    pb_race_spec *a = under_way(), *b = under_way();
    put_flag(a, DECIDE_FLAG_SC);
    put_flag_on(b, DECIDE_FLAG_SC, b->from_lap + 1u, 0);
    assert_memory_equal(&a->neutral, &b->neutral, sizeof a->neutral);
    free(a);
    free(b);
}

PB_TEST(a_flag_on_a_lap_that_is_over_or_beyond_the_race_is_refused)
{
    pb_race_spec *spec  = under_way();
    pb_error      error = {0};
    PB_CHECK_EQ(decide_state_flag_on(spec, DECIDE_FLAG_SC, spec->from_lap, 0, &error), PB_E_RULE);
    PB_CHECK_EQ(decide_state_flag_on(spec, DECIDE_FLAG_SC, spec->rules.laps + 1u, 0, &error), PB_E_RULE);
    PB_CHECK_HAS(error.text, "the laps to come are");
    spec->effects &= ~(uint32_t)PB_EFFECT_SC;
    PB_CHECK_EQ(decide_state_flag_on(spec, DECIDE_FLAG_SC, spec->from_lap + 5u, 0, &error), PB_E_USAGE);
    put_flag_on(spec, DECIDE_FLAG_RED, spec->rules.laps, 0); /* ends with the race */
    PB_CHECK(spec->neutral.phases[spec->neutral.n_phases - 1].end_progress <= spec->rules.laps);
    free(spec);
}

PB_TEST(a_red_flag_gives_a_car_in_the_lane_its_choice_of_set_back)
{
    pb_race_spec *spec = under_way();
    pb_car_spec  *car  = &spec->cars[0];
    uint16_t      lap  = spec->from_lap;
    pb_plan      *plan = &car->plans[0];
    uint8_t       on = plan->stints[0].compound, other = on == 0;
    car->n_plans              = 1;
    plan->weight_prob         = 1;
    plan->n_stints            = 4;
    plan->stints[1]           = (pb_stint_spec){.compound = other, .in_lap = lap};
    plan->stints[2]           = (pb_stint_spec){.compound = on, .in_lap = (uint16_t)(lap + 1)};
    plan->stints[3]           = (pb_stint_spec){.compound = other, .in_lap = (uint16_t)(spec->rules.laps - 1)};
    car->state.compound       = other;
    car->state.stops_done     = 1;
    car->state.compounds_used = (uint16_t)(1u << on | 1u << other);
    put_flag(spec, DECIDE_FLAG_RED);
    PB_CHECK_EQ(car->state.compound, on);
    PB_CHECK_EQ(car->state.stops_done, 0);
    PB_CHECK_EQ(car->state.compounds_used, 1u << on);
    PB_CHECK_NEAR(car->state.tyre_age_laps, plan->stints[0].age_laps + lap, 1e-12);
    PB_CHECK_EQ(plan->n_stints, 4);
    PB_CHECK_EQ(plan->stints[1].in_lap, lap + 1);
    PB_CHECK_EQ(plan->stints[2].in_lap, lap + 2);
    PB_CHECK_EQ(plan->stints[3].in_lap, spec->rules.laps - 1);
    free(spec);
}

PB_TEST(a_car_is_found_by_code_or_number_and_one_that_is_out_says_when_it_stopped)
{
    pb_race_spec *spec            = under_way();
    uint32_t      car             = 9;
    pb_error      error           = {0};
    spec->cars[2].number          = 44;
    spec->cars[3].state.running   = false;
    spec->cars[3].state.laps_done = 12;
    PB_CHECK_EQ(decide_state_car(spec, "c03", "--car", &car, &error), PB_OK);
    PB_CHECK_EQ(car, 2);
    PB_CHECK_EQ(decide_state_car(spec, "44", "--car", &car, &error), PB_OK);
    PB_CHECK_EQ(car, 2);
    PB_CHECK_EQ(decide_state_car(spec, "0", "--car", &car, &error), PB_E_USAGE); /* no number is none */
    PB_CHECK_EQ(decide_state_car(spec, "C33", "--car", &car, &error), PB_E_USAGE);
    PB_CHECK_HAS(error.text, "--car C33");
    PB_CHECK_HAS(error.text, "did you mean C0");
    PB_CHECK_EQ(decide_state_runs(spec, 2, "--car", &error), PB_OK);
    PB_CHECK_EQ(decide_state_runs(spec, 3, "--car", &error), PB_E_RULE);
    PB_CHECK_HAS(error.text, "after lap 12");
    free(spec);
}

static pb_status boxed_status(pb_race_spec *spec, const char *codes, pb_error *error)
{
    bool boxed[PB_CARS_MAX] = {false};
    return decide_state_boxed(spec, codes, boxed, error);
}

PB_TEST(the_next_stop_of_a_boxed_car_moves_to_the_lap_it_is_on)
{
    pb_race_spec *spec               = under_way();
    pb_error      error              = {0};
    bool          boxed[PB_CARS_MAX] = {false};
    pb_plan      *plan               = &spec->cars[1].plans[0];
    plan->n_stints                   = 4;
    plan->stints[2]                  = (pb_stint_spec){.compound = 1, .in_lap = 37};
    plan->stints[3]                  = (pb_stint_spec){.compound = 2, .in_lap = 48};
    PB_CHECK_EQ(decide_state_boxed(spec, " c02 ,C02", boxed, &error), PB_OK); /* twice is once */
    PB_CHECK(boxed[1] && !boxed[0] && !boxed[2]);
    PB_CHECK_EQ(plan->n_stints, 4);
    PB_CHECK_EQ(plan->stints[1].in_lap, 21); /* the past stays */
    PB_CHECK_EQ(plan->stints[2].in_lap, 31);
    PB_CHECK_EQ(plan->stints[3].in_lap, 48);
    PB_CHECK_EQ(pb_race_spec_check(spec, &error), PB_OK);
    free(spec);
}

PB_TEST(a_boxed_car_without_a_stop_to_come_gets_the_set_that_costs_least)
{
    pb_race_spec *spec  = under_way(); /* all have made their stop: on compound 2, 27 laps to go */
    pb_error      error = {0};
    pb_plan      *plan  = &spec->cars[0].plans[0];
    for (uint32_t k = 0; k < spec->n_compounds; k++) spec->compounds[k].wear_s_per_lap = 0.5;
    spec->compounds[1].wear_s_per_lap = 0.01;
    spec->compounds[1].life_laps      = 60;
    PB_CHECK_EQ(boxed_status(spec, "C01", &error), PB_OK);
    PB_CHECK_EQ(plan->n_stints, 3);
    PB_CHECK_EQ(plan->stints[2].in_lap, 31);
    PB_CHECK_EQ(plan->stints[2].compound, 1);
    PB_CHECK_EQ(pb_race_spec_check(spec, &error), PB_OK);
    free(spec);
}

PB_TEST(a_boxed_car_that_owes_a_compound_gets_another_one)
{
    pb_race_spec *spec                 = under_way();
    pb_error      error                = {0};
    pb_plan      *plan                 = &spec->cars[0].plans[0];
    plan->n_stints                     = 1; /* still on its first set, which is the best by far */
    spec->cars[0].state.compound       = 1;
    spec->cars[0].state.compounds_used = 1u << 1;
    spec->compounds[1].wear_s_per_lap  = 0;
    spec->compounds[1].life_laps       = 100;
    PB_CHECK_EQ(boxed_status(spec, "C01", &error), PB_OK);
    PB_CHECK_EQ(plan->n_stints, 2);
    PB_CHECK(plan->stints[1].compound != 1);
    PB_CHECK_EQ(spec->compounds[plan->stints[1].compound].kind, PB_TYRE_SLICK);
    PB_CHECK_EQ(pb_race_spec_check(spec, &error), PB_OK);
    free(spec);
}

PB_TEST(cars_that_cannot_be_boxed_are_refused)
{
    pb_race_spec *spec          = under_way();
    pb_error      error         = {0};
    spec->cars[3].state.running = false;
    PB_CHECK_EQ(boxed_status(spec, NULL, &error), PB_OK);
    PB_CHECK_EQ(boxed_status(spec, "C04", &error), PB_E_RULE);
    PB_CHECK_EQ(boxed_status(spec, "C09", &error), PB_E_USAGE);
    PB_CHECK_EQ(boxed_status(spec, "C01,,C02", &error), PB_E_USAGE);
    PB_CHECK_EQ(boxed_status(spec, "C01234567890123456789", &error), PB_E_USAGE);
    spec->rules.laps = 31;
    PB_CHECK_EQ(boxed_status(spec, "C01", &error), PB_E_RULE);
    PB_CHECK_HAS(error.text, "lap 31 is the last");
    free(spec);
}

PB_TEST(plans_without_room_for_one_more_stop_are_refused)
{
    pb_race_spec *spec  = under_way();
    pb_error      error = {0};
    pb_plan      *plan  = &spec->cars[0].plans[0];
    plan->n_stints      = PB_PLAN_STINTS;
    for (uint16_t i = 1; i < PB_PLAN_STINTS; i++)
        plan->stints[i] = (pb_stint_spec){.compound = 1, .in_lap = (uint16_t)(2 * i)};
    PB_CHECK_EQ(boxed_status(spec, "C01", &error), PB_E_LIMIT);
    free(spec);
}

PB_TEST_MAIN(PB_RUN(a_flag_is_read_in_any_case_and_a_wrong_one_is_refused_with_the_nearest),
             PB_RUN(a_safety_car_begins_now_and_lasts_as_long_as_they_do_on_average),
             PB_RUN(a_phase_ends_with_the_race), PB_RUN(green_ends_what_is_out_and_another_flag_takes_its_place),
             PB_RUN(a_full_list_of_phases_forgets_the_oldest),
             PB_RUN(a_flag_that_the_race_contradicts_is_refused_and_changes_nothing),
             PB_RUN(a_flag_on_a_lap_to_come_is_sure_and_lasts_as_long_as_told),
             PB_RUN(a_flag_on_the_lap_that_runs_is_one_that_comes_out_now),
             PB_RUN(a_flag_on_a_lap_that_is_over_or_beyond_the_race_is_refused),
             PB_RUN(a_red_flag_gives_a_car_in_the_lane_its_choice_of_set_back),
             PB_RUN(a_car_is_found_by_code_or_number_and_one_that_is_out_says_when_it_stopped),
             PB_RUN(the_next_stop_of_a_boxed_car_moves_to_the_lap_it_is_on),
             PB_RUN(a_boxed_car_without_a_stop_to_come_gets_the_set_that_costs_least),
             PB_RUN(a_boxed_car_that_owes_a_compound_gets_another_one), PB_RUN(cars_that_cannot_be_boxed_are_refused),
             PB_RUN(plans_without_room_for_one_more_stop_are_refused))
