/* Two cars of a team: one joint call whichever of them is asked for, in the unit it
 * was judged in, and no silent contradiction to the single calls. */
#include "pb_test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/decide.h"
#include "pitboard/predict.h"
#include "pitboard/wire.h"

#define SPANISH PB_SOURCE_DIR "/data/races/2023_07_spanish.csv"
#define ITALIAN PB_SOURCE_DIR "/data/races/2024_16_italian.csv"

static pb_race_spec *race_at(const char *path, uint32_t lap)
{
    pb_bytes      text;
    pb_error      error = {0};
    pb_race_log   log;
    pb_race_spec *spec  = malloc(sizeof *spec);
    pb_prior     *prior = malloc(sizeof *prior);
    pb_race_log_init(&log);
    PB_CHECK_EQ(pb_file_read(path, 0, &text, &error), PB_OK);
    PB_CHECK_EQ(pb_wire_read_laps((pb_span){text.at, text.len}, path, &log, &error), PB_OK);
    pb_race_log_cut(&log, lap);
    PB_CHECK_EQ(pb_prior_shipped(prior, &error), PB_OK);
    const pb_fit_options how = {.from_lap = (uint16_t)lap};
    if (pb_fit_race(&log, prior, &how, NULL, 0, spec, &error) != PB_OK) fail_msg("%s", error.text);
    pb_bytes_free(&text);
    pb_race_log_fini(&log);
    free(prior);
    return spec;
}

static uint32_t car_of(const pb_race_spec *spec, const char *code)
{
    for (uint32_t c = 0; c < spec->n_cars; c++)
        if (strcmp(spec->cars[c].code, code) == 0) return c;
    fail_msg("no %s", code);
    return 0;
}

static pb_call call_in(const pb_race_spec *spec, const char *code, const char *objective, const pb_decide_view *view)
{
    pb_effort         effort  = pb_effort_default();
    pb_decide_options options = pb_decide_options_default();
    pb_error          error   = {0};
    pb_decider       *d       = NULL;
    pb_call           call;
    uint32_t          car = car_of(spec, code);
    effort.trials         = 3000;
    options.table_trials  = 0;
    options.flips         = false;
    PB_CHECK_EQ(pb_aim_of(pb_span_of(objective), spec, car, &options.aim, &error), PB_OK);
    PB_CHECK_EQ(pb_decider_create(spec, &effort, &d, &error), PB_OK);
    if (pb_decide_call(d, view, car, &options, &call, &error) != PB_OK) fail_msg("%s", error.text);
    pb_decider_destroy(d);
    return call;
}

static pb_call call_of(const pb_race_spec *spec, const char *code)
{
    return call_in(spec, code, "points", NULL);
}

static void safety_car(pb_race_spec *spec)
{
    pb_neutral_spec *n       = &spec->neutral;
    double           from    = spec->from_lap + 0.3;
    n->phases[n->n_phases++] = (pb_phase_spec){PB_NEUTRAL_SC, from, from + 4, true};
}

/* ---- units ---- */

static bool tells_gain(pb_fact_kind kind)
{
    return kind == PB_FACT_PLAN_GAIN || kind == PB_FACT_PLACE_GAIN || kind == PB_FACT_PROB_GAIN ||
           kind == PB_FACT_TIE || kind == PB_FACT_TIE_PLACES || kind == PB_FACT_TIE_PROB;
}

PB_TEST(a_gain_in_the_evidence_is_in_the_unit_of_the_objective)
{
    static const char *const objectives[][2] = {{"points", "points"}, {"position", "places"},
                                                {"win", "prob"},      {"top:3", "prob"},
                                                {"cvar", "places"},   {"championship:HAM", "points"}};
    pb_race_spec            *spec            = race_at(SPANISH, 24);
    for (size_t i = 0; i < sizeof objectives / sizeof *objectives; i++) {
        pb_call  call = call_in(spec, "VER", objectives[i][0], NULL);
        uint32_t told = 0;
        for (uint32_t k = 0; k < call.n_actions; k++)
            for (uint32_t f = 0; f < call.actions[k].n_facts; f++) {
                const pb_fact *fact = &call.actions[k].fact[f];
                if (!tells_gain(fact->kind)) continue;
                PB_CHECK_TEXT(pb_fact_unit(fact->kind), objectives[i][1]);
                PB_CHECK(fabs(fact->value) == fabs(call.actions[k].gain.value));
                told++;
            }
        PB_CHECK(told > 0);
    }
    free(spec);
}

PB_TEST(the_joint_call_says_the_unit_it_was_judged_in)
{
    static const char *const objectives[][2] = {{"points", "points"}, {"position", "places"},
                                                {"win", "prob"},      {"top:3", "points"},
                                                {"cvar", "points"},   {"championship", "points"}};
    pb_race_spec            *spec            = race_at(ITALIAN, 37);
    for (size_t i = 0; i < sizeof objectives / sizeof *objectives; i++) {
        pb_call call = call_in(spec, "LEC", objectives[i][0], NULL);
        PB_CHECK(call.team.option != PB_TEAM_UNKNOWN && call.team.against != PB_TEAM_UNKNOWN);
        PB_CHECK_TEXT(pb_gain_unit_name(call.team.unit), objectives[i][1]);
        if (call.team.unit == PB_UNIT_PROB) PB_CHECK(call.team.joint.lo >= -1 && call.team.joint.hi <= 1);
    }
    free(spec);
}

/* ---- one joint call ---- */

PB_TEST(both_cars_are_told_the_same_joint_call)
{
    pb_race_spec *spec = race_at(SPANISH, 24);
    for (int sc = 0; sc < 2; sc++) {
        if (sc) safety_car(spec);
        pb_call a = call_of(spec, "HAM"), b = call_of(spec, "RUS");
        PB_CHECK(a.team.option != PB_TEAM_UNKNOWN);
        PB_CHECK(a.team.mate == b.car && b.team.mate == a.car);
        PB_CHECK(a.team.option == b.team.option && a.team.first == b.team.first);
        PB_CHECK(a.team.joint.value == b.team.joint.value && a.team.joint.lo == b.team.joint.lo);
        PB_CHECK(a.team.own_lap == b.team.mate_lap && a.team.mate_lap == b.team.own_lap);
        PB_CHECK(a.team.own_alone == b.team.mate_alone && a.team.mate_alone == b.team.own_alone);
    }
    free(spec);
}

static bool in_now(const pb_call *call)
{
    const pb_call_team *t = &call->team;
    return t->option == PB_TEAM_BOTH || (t->option == PB_TEAM_SPLIT && t->first == call->car);
}

PB_TEST(a_joint_call_against_the_single_call_says_that_it_turns_it)
{
    static const char *const cars[] = {"HAM", "RUS", "VER", "PER", "HUL", "MAG"};
    pb_race_spec            *spec   = race_at(SPANISH, 24);
    for (size_t i = 0; i < sizeof cars / sizeof *cars; i++) {
        pb_call call = call_of(spec, cars[i]);
        bool    box  = pb_action_boxes(call.actions[0].action);
        if (call.team.option == PB_TEAM_UNKNOWN) continue;
        PB_CHECK_EQ(call.team.own_alone, box);
        PB_CHECK_EQ(call.team.turns_call, box != in_now(&call));
        PB_CHECK_EQ(call.team.own_lap == spec->from_lap + 1u, in_now(&call));
    }
    free(spec);
}

/* STR and ALO some seconds apart, a safety car that brings both in. */
static pb_race_spec *both_due(uint32_t lap, double stack_s)
{
    pb_race_spec *spec       = race_at(SPANISH, lap);
    spec->pit.double_stack_s = stack_s;
    safety_car(spec);
    return spec;
}

PB_TEST(both_stop_where_waiting_is_cheap_and_the_one_in_front_is_first)
{
    pb_race_spec *spec = both_due(28, 4);
    pb_call       call = call_of(spec, "ALO");
    PB_CHECK_EQ(call.team.option, PB_TEAM_BOTH);
    PB_CHECK_EQ(call.team.first, car_of(spec, "STR"));
    PB_CHECK(call.team.joint.lo > 0 && call.team.against == PB_TEAM_SPLIT && !call.team.turns_call);
    PB_CHECK(call.team.wait_s > 0.3 && call.team.wait_s < 4);
    free(spec);
}

PB_TEST(where_waiting_costs_a_race_one_stops_and_the_other_single_call_is_turned)
{
    pb_race_spec *spec = both_due(28, 60);
    pb_call       a = call_of(spec, "STR"), b = call_of(spec, "ALO");
    PB_CHECK(pb_action_boxes(a.actions[0].action) && pb_action_boxes(b.actions[0].action));
    PB_CHECK_EQ(a.team.option, PB_TEAM_SPLIT);
    PB_CHECK(a.team.joint.value > 0 && a.team.wait_s > 10);
    PB_CHECK(a.team.turns_call != b.team.turns_call);
    free(spec);
}

PB_TEST(a_mate_that_is_in_the_lane_is_there_in_every_option)
{
    pb_race_spec  *spec     = race_at(SPANISH, 24);
    uint32_t       rus      = car_of(spec, "RUS");
    pb_decide_view view     = {.rival_boxed = {[0] = false}};
    view.rival_boxed[rus]   = true;
    spec->cars[rus].n_plans = 1;
    pb_plan *plan           = &spec->cars[rus].plans[0];
    plan->weight_prob       = 1;
    plan->stints[1].in_lap  = 25;
    plan->n_stints          = 2;
    pb_call call            = call_in(spec, "HAM", "points", &view);
    PB_CHECK(call.team.option == PB_TEAM_BOTH || call.team.option == PB_TEAM_SPLIT);
    PB_CHECK(call.team.option == PB_TEAM_BOTH || call.team.first == rus);
    PB_CHECK(call.team.against != PB_TEAM_NEITHER);
    free(spec);
}

/* ---- exchanging places ---- */

/* The cars in places 4 and 5 are a team, a second apart. */
static pb_race_spec *follower(double front_s, double rear_s)
{
    pb_race_spec *spec  = race_at(SPANISH, 50);
    double        gap_s = 0;
    for (uint32_t place = 4; place <= 5; place++)
        for (uint32_t c = 0; c < spec->n_cars; c++) {
            pb_car_spec *car = &spec->cars[c];
            if (!car->state.running || car->state.position != place) continue;
            snprintf(car->team, sizeof car->team, "Nose and Tail");
            snprintf(car->code, sizeof car->code, place == 4 ? "NOSE" : "TAIL");
            car->pace_s += place == 4 ? front_s : rear_s;
            if (place == 5) car->state.gap_s = gap_s + 1;
            gap_s = car->state.gap_s;
        }
    return spec;
}

PB_TEST(a_slow_car_lets_its_mate_by_and_a_quick_one_does_not)
{
    pb_race_spec *spec      = follower(0.6, -0.6);
    spec->traffic.pass_bias = -9; /* nobody gets by on the road */
    pb_call call            = call_of(spec, "TAIL");
    PB_CHECK_EQ(call.team.swap.swap, PB_SWAP_NOW);
    PB_CHECK(call.team.swap.gain.lo > 0 && call.team.swap.faster_s > 0.5);
    PB_CHECK(call.team.swap.front == car_of(spec, "NOSE") && call.team.swap.rear == call.car);
    free(spec);

    spec = follower(-0.6, 0.6);
    call = call_of(spec, "NOSE");
    PB_CHECK_EQ(call.team.swap.swap, PB_SWAP_NO_GAIN);
    PB_CHECK(call.team.swap.gain.value < 0 && call.team.swap.faster_s < -0.5);
    free(spec);
}

PB_TEST(nobody_changes_places_under_a_flag_or_far_apart)
{
    pb_race_spec *spec = follower(0.6, -0.6);
    safety_car(spec);
    PB_CHECK_EQ(call_of(spec, "NOSE").team.swap.swap, PB_SWAP_FLAG);
    free(spec);
    spec         = race_at(ITALIAN, 37); /* SAI far behind LEC */
    pb_call call = call_of(spec, "LEC");
    PB_CHECK_EQ(call.team.swap.swap, PB_SWAP_APART);
    PB_CHECK(call.team.swap.gain.value == 0 && call.team.swap.p_ahead < 0.5);
    free(spec);
}

PB_TEST_MAIN(PB_RUN(a_gain_in_the_evidence_is_in_the_unit_of_the_objective),
             PB_RUN(the_joint_call_says_the_unit_it_was_judged_in), PB_RUN(both_cars_are_told_the_same_joint_call),
             PB_RUN(a_joint_call_against_the_single_call_says_that_it_turns_it),
             PB_RUN(both_stop_where_waiting_is_cheap_and_the_one_in_front_is_first),
             PB_RUN(where_waiting_costs_a_race_one_stops_and_the_other_single_call_is_turned),
             PB_RUN(a_mate_that_is_in_the_lane_is_there_in_every_option),
             PB_RUN(a_slow_car_lets_its_mate_by_and_a_quick_one_does_not),
             PB_RUN(nobody_changes_places_under_a_flag_or_far_apart))
