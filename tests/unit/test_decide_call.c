/* The call on real laps: what anybody on a pit wall would see at once, and what must
 * never be said. */
#include <math.h>

#include "asked_race.h"

#define SPANISH RACE("2023_07_spanish")
#define SAUDI RACE("2021_21_saudi_arabian")
#define GERMAN RACE("2019_11_german")

static pb_status call_with(const asked *a, const char *code, const pb_decide_options *options, pb_isa isa, pb_call *out,
                           pb_error *error)
{
    pb_effort   effort = pb_effort_default();
    pb_decider *d      = NULL;
    effort.trials      = 3000;
    effort.isa         = isa;
    PB_CHECK_EQ(pb_decider_create(a->spec, &effort, &d, error), PB_OK);
    pb_status status = pb_decide_call(d, &a->view, car_of(a->spec, code), options, out, error);
    pb_decider_destroy(d);
    return status;
}

static pb_call call_of(const asked *a, const char *code)
{
    pb_decide_options options = pb_decide_options_default();
    pb_error          error   = {0};
    pb_call           call;
    options.table_trials = 0;
    options.flips        = false;
    if (call_with(a, code, &options, PB_ISA_AUTO, &call, &error) != PB_OK) fail_msg("%s", error.text);
    return call;
}

static void safety_car(asked *a)
{
    pb_neutral_spec *n       = &a->spec->neutral;
    double           from    = a->spec->from_lap + 0.3;
    n->phases[n->n_phases++] = (pb_phase_spec){PB_NEUTRAL_SC, from, from + 4, true};
    a->view.flag             = PB_NEUTRAL_SC;
}

PB_TEST(a_leader_who_is_due_soon_stops_under_the_safety_car)
{
    asked a;
    open_race(SPANISH, 24, &a); /* VER, who stopped on lap 26 */
    safety_car(&a);
    pb_call call = call_of(&a, "VER");
    PB_CHECK(pb_action_boxes(call.actions[0].action) && call.clear && call.actions[0].gain.lo > 0);
    PB_CHECK_EQ(call.actions[0].target_lap, 25);
    close_race(&a);
}

PB_TEST(two_laps_to_go_on_legal_tyres_nobody_stops)
{
    asked a;
    open_race(SPANISH, 63, &a);
    static const char *const cars[] = {"VER", "HAM", "RUS", "SAR"};
    for (size_t i = 0; i < sizeof cars / sizeof *cars; i++) {
        pb_call call = call_of(&a, cars[i]);
        PB_CHECK_EQ(call.actions[0].action, PB_ACTION_STAY_OUT);
    }
    close_race(&a);
}

PB_TEST(staying_out_is_measured_against_the_best_stop_there_is)
{
    asked a;
    open_race(SPANISH, 24, &a);
    uint32_t stays = 0;
    for (uint32_t c = 0; c < a.spec->n_cars; c += 2) {
        if (!a.spec->cars[c].state.running) continue;
        pb_call call = call_of(&a, a.spec->cars[c].code);
        double  best = -INFINITY;
        for (uint32_t k = 1; k < call.n_actions; k++) best = fmax(best, call.actions[k].gain.value);
        if (pb_action_boxes(call.actions[0].action)) continue;
        PB_CHECK_NEAR(call.actions[0].gain.value, -best, 1e-9);
        stays++;
    }
    PB_CHECK(stays > 3);
    close_race(&a);
}

PB_TEST(a_compound_that_is_owed_three_laps_from_the_end_brings_the_car_in_and_the_rule_is_named)
{
    asked a;
    open_race(SPANISH, 63, &a);
    uint32_t     ver            = car_of(a.spec, "VER");
    pb_car_spec *car            = &a.spec->cars[ver];
    car->plans[0].n_stints      = 1; /* as if it had run on this set alone */
    car->plans[0].stints[0]     = (pb_stint_spec){.compound = car->state.compound};
    car->plans[0].weight_prob   = 1;
    car->n_plans                = 1;
    car->state.compounds_used   = (uint16_t)(1u << car->state.compound);
    car->state.stops_done       = 0;
    a.spec->rules.two_compounds = false; /* the plan above is not legal: the decider is told of the rule alone */
    pb_effort   effort          = pb_effort_default();
    pb_decider *d               = NULL;
    pb_error    error           = {0};
    pb_call     call;
    PB_CHECK_EQ(pb_decider_create(a.spec, &effort, &d, &error), PB_OK);
    pb_decider_spec(d)->rules.two_compounds = true;
    pb_decide_options options               = pb_decide_options_default();
    options.table_trials                    = 0;
    if (pb_decide_call(d, &a.view, ver, &options, &call, &error) != PB_OK) fail_msg("%s", error.text);
    PB_CHECK(pb_action_boxes(call.actions[0].action));
    PB_CHECK(call.n_rules > 0 && call.rules[0].kind == PB_RULE_TWO_COMPOUNDS && call.rules[0].by_lap == 65);
    bool named = false;
    for (uint32_t f = 0; f < call.actions[0].n_facts; f++)
        named = named || call.actions[0].fact[f].kind == PB_FACT_RULE_LAPS;
    PB_CHECK(named);
    pb_decider_destroy(d);
    close_race(&a);
}

PB_TEST(under_a_red_flag_old_tyres_are_changed)
{
    asked a;
    open_race(SAUDI, 13, &a);
    a.view.flag  = PB_NEUTRAL_RED;
    pb_call call = call_of(&a, "LEC");
    PB_CHECK_EQ(call.actions[0].action, PB_ACTION_BOX);
    PB_CHECK(call.red.compound != PB_COMPOUND_UNKNOWN);
    bool free_rule = false;
    for (uint32_t i = 0; i < call.n_rules; i++) free_rule = free_rule || call.rules[i].kind == PB_RULE_RED_FREE;
    PB_CHECK(free_rule);
    close_race(&a);
}

static bool runs(const pb_race_spec *spec, uint8_t car)
{
    return car == PB_CALL_NOBODY || spec->cars[car].state.running;
}

/* Everybody who can be named. */
static void check_named(const pb_race_spec *spec, const pb_call *call)
{
    for (uint32_t i = 0; i < call->n_actions; i++) {
        PB_CHECK(runs(spec, call->actions[i].rival) && runs(spec, call->actions[i].flip.car));
        for (uint32_t f = 0; f < call->actions[i].n_facts; f++) PB_CHECK(runs(spec, call->actions[i].fact[f].car));
    }
    for (uint32_t i = 0; i < call->n_duels; i++) PB_CHECK(runs(spec, call->duels[i].rival));
    PB_CHECK(runs(spec, call->rejoin.ahead) && runs(spec, call->rejoin.behind));
    PB_CHECK(runs(spec, call->team.mate) && runs(spec, call->team.first) && runs(spec, call->rain.probe));
}

PB_TEST(nobody_who_is_out_of_the_race_is_ever_named)
{
    static const uint32_t laps[] = {8, 30, 45, 60};
    for (size_t l = 0; l < sizeof laps / sizeof *laps; l++) {
        asked a;
        open_race(GERMAN, laps[l], &a); /* seven cars retired */
        uint32_t out = 0, asked_of = 0;
        for (uint32_t c = 0; c < a.spec->n_cars; c++) {
            out += !a.spec->cars[c].state.running;
            if (!a.spec->cars[c].state.running || asked_of++ % 4) continue;
            pb_call call = call_of(&a, a.spec->cars[c].code);
            check_named(a.spec, &call);
        }
        PB_CHECK(laps[l] < 30 || out > 0);
        close_race(&a);
    }
}

PB_TEST(a_car_that_is_out_gets_no_call_and_the_reason)
{
    asked    a;
    pb_error error = {0};
    pb_call  call;
    open_race(GERMAN, 60, &a);
    pb_decide_options options = pb_decide_options_default();
    PB_CHECK_EQ(call_with(&a, "LEC", &options, PB_ISA_AUTO, &call, &error), PB_E_RULE);
    PB_CHECK(strstr(error.text, "LEC is out of the race since lap"));
    close_race(&a);
}

PB_TEST(a_call_is_the_same_on_every_instruction_set)
{
    asked    a;
    pb_error error = {0};
    open_race(SAUDI, 20, &a);
    pb_decide_options options = pb_decide_options_default();
    options.table_trials      = 64;
    pb_call *first = calloc(1, sizeof *first), *other = calloc(1, sizeof *other);
    PB_CHECK_EQ(call_with(&a, "OCO", &options, PB_ISA_SCALAR, first, &error), PB_OK);
    static const pb_isa isas[] = {PB_ISA_PORTABLE, PB_ISA_AVX2, PB_ISA_AVX512};
    for (size_t i = 0; i < sizeof isas / sizeof *isas; i++) {
        pb_isa isa = isas[i];
        if (pb_isa_resolve(isa, &isa) != PB_OK) continue;
        PB_CHECK_EQ(call_with(&a, "OCO", &options, isa, other, &error), PB_OK);
        PB_CHECK_EQ(other->n_actions, first->n_actions);
        PB_CHECK(memcmp(other->actions, first->actions, sizeof first->actions) == 0);
        PB_CHECK(memcmp(other->table, first->table, sizeof first->table) == 0);
    }
    free(first);
    free(other);
    close_race(&a);
}

PB_TEST(a_race_file_without_laps_still_gets_a_call_that_says_what_was_assumed)
{
    asked    a;
    pb_error error = {0};
    pb_call  call;
    open_race(SAUDI, 20, &a);
    a.view                    = (pb_decide_view){0};
    pb_decide_options options = pb_decide_options_default();
    PB_CHECK_EQ(call_with(&a, "HAM", &options, PB_ISA_AUTO, &call, &error), PB_OK);
    PB_CHECK(call.n_actions > 0 && call.n_notes >= 3);
    close_race(&a);
}

PB_TEST(a_race_that_is_over_or_has_not_begun_is_refused)
{
    asked    a;
    pb_error error = {0};
    pb_call  call;
    open_race(SAUDI, 20, &a);
    pb_decide_options options = pb_decide_options_default();
    pb_effort         effort  = pb_effort_default();
    pb_decider       *d       = NULL;
    PB_CHECK_EQ(pb_decider_create(a.spec, &effort, &d, &error), PB_OK);
    PB_CHECK_EQ(pb_decide_call(d, NULL, 99, &options, &call, &error), PB_E_RANGE);
    pb_decider_spec(d)->from_lap = a.spec->rules.laps;
    PB_CHECK_EQ(pb_decide_call(d, NULL, 0, &options, &call, &error), PB_E_RANGE);
    pb_decider_spec(d)->from_lap = 0;
    PB_CHECK_EQ(pb_decide_call(d, NULL, 0, &options, &call, &error), PB_E_RANGE);
    pb_decider_destroy(d);
    close_race(&a);
}

PB_TEST_MAIN(PB_RUN(a_leader_who_is_due_soon_stops_under_the_safety_car),
             PB_RUN(two_laps_to_go_on_legal_tyres_nobody_stops),
             PB_RUN(staying_out_is_measured_against_the_best_stop_there_is),
             PB_RUN(a_compound_that_is_owed_three_laps_from_the_end_brings_the_car_in_and_the_rule_is_named),
             PB_RUN(under_a_red_flag_old_tyres_are_changed), PB_RUN(nobody_who_is_out_of_the_race_is_ever_named),
             PB_RUN(a_car_that_is_out_gets_no_call_and_the_reason), PB_RUN(a_call_is_the_same_on_every_instruction_set),
             PB_RUN(a_race_file_without_laps_still_gets_a_call_that_says_what_was_assumed),
             PB_RUN(a_race_that_is_over_or_has_not_begun_is_refused))
