/* Under a red flag: which set, what that leaves, and how sure. */
#include "asked_race.h"

#include <math.h>

#define SAUDI RACE("2021_21_saudi_arabian")
#define LAP 12

static pb_call red_call(const char *code, pb_aim_kind aim, uint32_t trials)
{
    asked a;
    open_race(SAUDI, LAP, &a);
    a.view.flag  = PB_NEUTRAL_RED;
    pb_call call = call_by(&a, car_of(a.spec, code), aim, trials);
    close_race(&a);
    return call;
}

static const pb_call_action *keeping(const pb_call *call)
{
    for (uint32_t i = 0; i < call->n_actions; i++)
        if (call->actions[i].action == PB_ACTION_STAY_OUT) return &call->actions[i];
    fail_msg("the set cannot be kept");
    return NULL;
}

PB_TEST(a_set_that_is_kept_is_played_as_old_as_it_is)
{
    pb_call call = red_call("VER", PB_AIM_POINTS, 10000); /* on a set of 16 laps with 38 to go, in the lead */
    PB_CHECK(pb_action_boxes(call.actions[0].action) && call.clear);
    PB_CHECK(keeping(&call)->gain.hi < -1 && keeping(&call)->confidence < 0.35);
}

PB_TEST(confidence_is_the_share_of_races_that_end_at_least_as_well)
{
    pb_call call = red_call("VER", PB_AIM_POINTS, 10000);
    PB_CHECK(fabs(call.actions[0].confidence + call.actions[1].confidence - 1) < 1e-9);
    for (uint32_t i = 0; i < call.n_actions; i++) {
        const pb_call_action *a = &call.actions[i];
        PB_CHECK(a->gain.lo < a->gain.value && a->gain.value < a->gain.hi);
        PB_CHECK(fabs(4 * a->confidence - round(4 * a->confidence)) > 1e-6); /* counted, and not a step of a ladder */
        PB_CHECK(i < 2 || a->gain.value <= call.actions[i - 1].gain.value);
    }
}

PB_TEST(nothing_is_planned_for_a_lap_that_has_ended)
{
    static const char *const cars[] = {"VER", "HAM", "LEC", "MAZ"};
    for (size_t i = 0; i < sizeof cars / sizeof *cars; i++) {
        pb_call               call = red_call(cars[i], PB_AIM_POINTS, 400);
        const pb_call_action *keep = keeping(&call);
        PB_CHECK(keep->target_lap == 0 || keep->target_lap > LAP + 1);
        PB_CHECK((keep->target_lap == 0) == (keep->compound == PB_COMPOUND_UNKNOWN));
        PB_CHECK(call.red.known && call.red.compound == call.actions[0].compound);
        for (uint32_t s = 0; s < call.red.n_later; s++)
            PB_CHECK(call.red.lap[s] > (s ? call.red.lap[s - 1] : LAP + 1) && call.red.lap[s] < call.laps);
    }
}

PB_TEST(the_set_that_is_fitted_is_no_longer_left)
{
    asked a;
    open_race(SAUDI, LAP, &a);
    a.view.flag   = PB_NEUTRAL_RED;
    uint32_t car  = car_of(a.spec, "VER");
    pb_call  call = call_by(&a, car, PB_AIM_POINTS, 1000);
    for (uint32_t k = 0; k < a.spec->n_compounds; k++) {
        uint8_t id = (uint8_t)pb_compound_from_name(pb_span_of(a.spec->compounds[k].name));
        PB_CHECK_EQ(call.red.sets_left[id], pb_decide_sets_left(a.spec, car, k) - (id == call.red.compound));
    }
    close_race(&a);
}

PB_TEST(every_aim_has_an_answer_with_as_few_trials_as_a_decision_takes)
{
    static const pb_aim_kind aims[] = {PB_AIM_POINTS, PB_AIM_POSITION, PB_AIM_WIN, PB_AIM_CVAR};
    for (size_t i = 0; i < sizeof aims / sizeof *aims; i++) {
        pb_call call = red_call("HAM", aims[i], 16);
        PB_CHECK(call.n_actions >= 2 && call.actions[0].n_facts == PB_CALL_FACTS);
        for (uint32_t f = 0; f < PB_CALL_FACTS; f++)
            PB_CHECK(aims[i] != PB_AIM_WIN || call.actions[0].fact[f].kind != PB_FACT_PLACE_GAIN);
    }
}

PB_TEST(there_is_no_pit_entry_to_be_late_for)
{
    pb_call call = red_call("HAM", PB_AIM_POINTS, 100);
    PB_CHECK(isnan(call.decide_by_s) && call.can_make_entry == PB_YES);
}

PB_TEST_MAIN(PB_RUN(a_set_that_is_kept_is_played_as_old_as_it_is),
             PB_RUN(confidence_is_the_share_of_races_that_end_at_least_as_well),
             PB_RUN(nothing_is_planned_for_a_lap_that_has_ended), PB_RUN(the_set_that_is_fitted_is_no_longer_left),
             PB_RUN(every_aim_has_an_answer_with_as_few_trials_as_a_decision_takes),
             PB_RUN(there_is_no_pit_entry_to_be_late_for))
