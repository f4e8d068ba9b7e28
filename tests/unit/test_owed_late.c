/* Stops that are owed near the end: the last in-lap is used, and what can no longer be
 * kept is said and silences nobody. */
#include "made_field.h"
#include "pitboard/decide.h"
#include "pitboard/narrate_call.h"

#define SPAIN_LAPS 66
#define MONACO_LAPS 78

static pb_call call_for(const pb_race_spec *spec, uint32_t car)
{
    pb_effort         effort  = pb_effort_default();
    pb_decide_options options = pb_decide_options_default();
    pb_decider       *d       = NULL;
    pb_error          error   = {0};
    pb_call           call;
    effort.trials = 400;
    PB_CHECK_EQ(pb_decider_create(spec, &effort, &d, &error), PB_OK);
    if (pb_decide_call(d, NULL, car, &options, &call, &error) != PB_OK) fail_msg("%s", error.text);
    pb_decider_destroy(d);
    return call;
}

static const pb_call_rule *rule_of(const pb_call *call, pb_rule_kind kind)
{
    for (uint32_t i = 0; i < call->n_rules; i++)
        if (call->rules[i].kind == kind) return &call->rules[i];
    return NULL;
}

static const char *note_on(const pb_race_spec *spec, const char *pointer)
{
    for (uint32_t i = 0; i < spec->n_origins; i++)
        if (strcmp(spec->origins[i].pointer, pointer) == 0) return spec->origins[i].how;
    return NULL;
}

PB_TEST(the_second_compound_is_fitted_on_the_last_lap_it_can_be)
{
    made_field m;
    make_field(&m, "barcelona", 2023, SPAIN_LAPS);
    never_stops(&m, 3);
    const pb_race_spec  *spec = fit_field(&m, SPAIN_LAPS - 2);
    const pb_plan       *plan = &spec->cars[3].plans[0];
    const pb_stint_spec *last = &plan->stints[plan->n_stints - 1];
    PB_CHECK_EQ(plan->n_stints, 2);
    PB_CHECK_EQ(last->in_lap, SPAIN_LAPS - 1);
    PB_CHECK(last->compound != plan->stints[0].compound);

    pb_call call = call_for(spec, 3);
    PB_CHECK_EQ(call.actions[0].action, PB_ACTION_BOX);
    PB_CHECK_EQ(call.actions[0].target_lap, SPAIN_LAPS - 1);
    PB_CHECK(rule_of(&call, PB_RULE_TWO_COMPOUNDS)->binds);
    call = call_for(spec, 1);
    PB_CHECK_EQ(call.actions[0].action, PB_ACTION_STAY_OUT);
    free(m.spec);
}

PB_TEST(a_compound_that_comes_too_late_is_said_and_the_others_are_answered)
{
    made_field m;
    char       text[200];
    make_field(&m, "barcelona", 2023, SPAIN_LAPS);
    never_stops(&m, 3);
    const pb_race_spec *spec = fit_field(&m, SPAIN_LAPS - 1);
    PB_CHECK(spec->rules.two_compounds);
    PB_CHECK_HAS(note_on(spec, "/rules/two_compounds"), "C3 can no longer");

    pb_call             call = call_for(spec, 3);
    const pb_call_rule *rule = rule_of(&call, PB_RULE_TWO_COMPOUNDS);
    PB_CHECK_EQ(call.actions[0].action, PB_ACTION_STAY_OUT);
    PB_CHECK(!rule->binds);
    PB_CHECK(pb_narrate_rule(spec, &call, rule, text, sizeof text));
    PB_CHECK_TEXT(text, "two-compound rule: C3 still owes a second dry compound and can no longer keep it, "
                        "lap 65 was the last for it");
    call = call_for(spec, 1);
    PB_CHECK_EQ(call.actions[0].action, PB_ACTION_STAY_OUT);
    PB_CHECK(rule_of(&call, PB_RULE_TWO_COMPOUNDS) == NULL);
    free(m.spec);
}

PB_TEST(a_number_of_stops_that_is_asked_for_is_not_lowered_while_there_is_a_lap_for_it)
{
    made_field m;
    make_field(&m, "monaco", 2025, MONACO_LAPS);
    const pb_race_spec *spec = fit_field(&m, MONACO_LAPS - 2);
    PB_CHECK_EQ(spec->rules.min_stops, 2);
    PB_CHECK(note_on(spec, "/rules/min_stops") == NULL);
    pb_call call = call_for(spec, 0);
    PB_CHECK_EQ(call.actions[0].action, PB_ACTION_BOX);
    PB_CHECK_EQ(call.actions[0].target_lap, MONACO_LAPS - 1);
    PB_CHECK_EQ(rule_of(&call, PB_RULE_MIN_STOPS)->by_lap, MONACO_LAPS - 1);
    free(m.spec);
}

/* Two in a row are asked for: one on each lap that is left. */
PB_TEST(two_stops_that_are_owed_take_the_last_two_laps)
{
    made_field m;
    make_field(&m, "monaco", 2025, MONACO_LAPS);
    never_stops(&m, 3);
    pb_call call = call_for(fit_field(&m, MONACO_LAPS - 3), 3);
    PB_CHECK_EQ(call.actions[0].action, PB_ACTION_BOX);
    PB_CHECK_EQ(call.actions[0].target_lap, MONACO_LAPS - 2);
    free(m.spec);
}

/* C3 can make one of the two it owes: for the compounds, which that will do. */
PB_TEST(one_car_that_can_no_longer_make_its_stops_releases_no_other)
{
    made_field m;
    make_field(&m, "monaco", 2025, MONACO_LAPS);
    never_stops(&m, 3);
    const pb_race_spec *spec = fit_field(&m, MONACO_LAPS - 2);
    PB_CHECK_EQ(spec->rules.min_stops, 2);
    PB_CHECK_HAS(note_on(spec, "/rules/min_stops"), "C3 can no longer make 2 stops");
    pb_call call = call_for(spec, 3), other = call_for(spec, 0);
    PB_CHECK_EQ(call.actions[0].action, PB_ACTION_BOX);
    PB_CHECK(rule_of(&call, PB_RULE_TWO_COMPOUNDS)->binds);
    PB_CHECK(!rule_of(&call, PB_RULE_MIN_STOPS)->binds);
    PB_CHECK_EQ(other.actions[0].action, PB_ACTION_BOX);
    free(m.spec);
}

PB_TEST(a_plan_is_held_to_the_rules_that_can_be_kept_and_no_others)
{
    made_field m;
    pb_error   error = {0};
    make_field(&m, "barcelona", 2023, SPAIN_LAPS);
    (void)fit_field(&m, SPAIN_LAPS - 2);
    m.spec->rules.min_stops = 2; /* with the lap that is left every car can */
    PB_CHECK_EQ(pb_race_stops_left(m.spec), 1);
    PB_CHECK_EQ(pb_race_spec_check(m.spec, &error), PB_E_RULE);
    PB_CHECK_HAS(error.text, "rules.min_stops asks for 2");
    m.spec->rules.min_stops = 3;
    PB_CHECK_EQ(pb_race_spec_check(m.spec, &error), PB_OK);
    free(m.spec);
}

PB_TEST_MAIN(PB_RUN(the_second_compound_is_fitted_on_the_last_lap_it_can_be),
             PB_RUN(a_compound_that_comes_too_late_is_said_and_the_others_are_answered),
             PB_RUN(a_number_of_stops_that_is_asked_for_is_not_lowered_while_there_is_a_lap_for_it),
             PB_RUN(two_stops_that_are_owed_take_the_last_two_laps),
             PB_RUN(one_car_that_can_no_longer_make_its_stops_releases_no_other),
             PB_RUN(a_plan_is_held_to_the_rules_that_can_be_kept_and_no_others))
