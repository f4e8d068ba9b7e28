/* Which plans are looked at at all: the legal ones, with the sets that are left. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/decide_strategy.h"
#include "pitboard/predict_plan.h"
#include "spec_sample.h"

enum { SOFT, MEDIUM, HARD, INTERMEDIATE, WET };

typedef struct list {
    pb_candidate at[PB_CANDIDATES_MAX];
    uint32_t     n;
} list;

static pb_race_spec *before_start(void)
{
    pb_race_spec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    pb_sample_race(spec);
    return spec;
}

/* At the end of lap 30: every car went from MEDIUM to HARD on lap 20 and after. */
static pb_race_spec *under_way(void)
{
    pb_race_spec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    pb_sample_under_way(spec);
    return spec;
}

/* The same on the first set: MEDIUM so far, and nothing else. */
static pb_race_spec *on_the_first_set(void)
{
    pb_race_spec *spec = under_way();
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        pb_sample_plan(&spec->cars[c], MEDIUM, HARD, 40);
        spec->cars[c].state.compound       = MEDIUM;
        spec->cars[c].state.compounds_used = 1u << MEDIUM;
        spec->cars[c].state.stops_done     = 0;
        spec->cars[c].state.tyre_age_laps  = 30;
    }
    return spec;
}

static list *candidates(const pb_race_spec *spec)
{
    list *l = calloc(1, sizeof *l);
    assert_non_null(l);
    l->n = pb_decide_candidates(spec, 1, l->at, PB_CANDIDATES_MAX);
    return l;
}

static uint32_t sets_of(const pb_plan *plan, uint8_t compound)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < plan->n_stints; i++) n += plan->stints[i].compound == compound;
    return n;
}

static uint16_t next_stop(const pb_race_spec *spec, const pb_plan *plan)
{
    for (uint32_t i = 1; i < plan->n_stints; i++)
        if (plan->stints[i].in_lap > spec->from_lap) return plan->stints[i].in_lap;
    return 0;
}

static void check_all_legal(const pb_race_spec *spec, const list *l)
{
    PB_CHECK(l->n > 0 && l->n <= PB_CANDIDATES_MAX);
    for (uint32_t i = 0; i < l->n; i++) {
        const pb_plan *plan  = &l->at[i].plan;
        pb_error       error = {0};
        PB_CHECK(pb_decide_legal(spec, 1, plan));
        if (pb_decide_plan_check(spec, 1, plan, &error) != PB_OK) fail_msg("%s", error.text);
        for (uint32_t j = 0; j < i; j++) { /* each once */
            bool same = l->at[j].plan.n_stints == plan->n_stints;
            for (uint32_t s = 0; same && s < plan->n_stints; s++)
                same = l->at[j].plan.stints[s].compound == plan->stints[s].compound &&
                       l->at[j].plan.stints[s].in_lap == plan->stints[s].in_lap;
            PB_CHECK(!same);
        }
    }
}

/* ---- before the start ---- */

PB_TEST(before_the_start_every_plan_is_legal_and_the_cheapest_comes_first)
{
    pb_race_spec *spec = before_start();
    list         *l    = candidates(spec);
    pb_plan_rest  grid = {.spec = spec, .laps = spec->rules.laps, .wear_mult = spec->cars[1].wear_mult};
    check_all_legal(spec, l);
    for (uint32_t i = 1; i < l->n; i++)
        PB_CHECK(pb_plan_cost_s(&grid, &l->at[i].plan) >= pb_plan_cost_s(&grid, &l->at[i - 1].plan) - 1e-9);
    for (uint32_t i = 0; i < l->n; i++) {
        PB_CHECK(l->at[i].plan.n_stints >= 2 && l->at[i].plan.n_stints <= 5);
        PB_CHECK(sets_of(&l->at[i].plan, INTERMEDIATE) + sets_of(&l->at[i].plan, WET) == 0);
        PB_CHECK(sets_of(&l->at[i].plan, HARD) <= 2); /* two sets a weekend */
    }
    free(l);
    free(spec);
}

PB_TEST(the_first_candidate_is_the_optimum_of_the_free_track)
{
    pb_race_spec *spec  = before_start();
    list         *l     = candidates(spec);
    pb_plan_rest  grid  = {.spec = spec, .laps = spec->rules.laps, .wear_mult = spec->cars[1].wear_mult};
    double        least = INFINITY;
    for (uint8_t a = SOFT; a <= HARD; a++) /* every plan of one and two stops, every lap */
        for (uint8_t b = SOFT; b <= HARD; b++)
            for (uint8_t c = SOFT; c <= HARD; c++) {
                pb_plan one = {.n_stints = 2, .stints = {{.compound = a}, {.compound = b, .in_lap = 1}}};
                pb_plan two = {.n_stints = 3,
                               .stints = {{.compound = a}, {.compound = b, .in_lap = 1}, {.compound = c, .in_lap = 2}}};
                if (pb_decide_legal(spec, 1, &one)) least = fmin(least, pb_plan_place(&grid, 0, &one));
                if (pb_decide_legal(spec, 1, &two)) least = fmin(least, pb_plan_place(&grid, 0, &two));
            }
    PB_CHECK_NEAR(pb_plan_cost_s(&grid, &l->at[0].plan), least, 1e-9);
    free(l);
    free(spec);
}

PB_TEST(a_race_that_asks_for_two_stops_gets_no_plan_with_one)
{
    pb_race_spec *spec    = before_start();
    spec->rules.min_stops = 2;
    list *l               = candidates(spec);
    check_all_legal(spec, l);
    for (uint32_t i = 0; i < l->n; i++) PB_CHECK(l->at[i].plan.n_stints >= 3);
    free(l);
    free(spec);
}

PB_TEST(a_short_race_without_the_rule_of_two_compounds_is_run_on_one_set)
{
    pb_race_spec *spec        = before_start();
    spec->rules.two_compounds = false;
    spec->rules.laps          = 24;
    for (uint32_t c = 0; c < spec->n_cars; c++) pb_sample_plan(&spec->cars[c], MEDIUM, HARD, 12);
    list *l = candidates(spec);
    check_all_legal(spec, l);
    PB_CHECK_EQ(l->at[0].plan.n_stints, 1);
    free(l);
    free(spec);
}

PB_TEST(no_more_candidates_than_there_is_room_for)
{
    pb_race_spec *spec = before_start();
    pb_candidate  few[5];
    PB_CHECK_EQ(pb_decide_candidates(spec, 1, few, 5), 5);
    free(spec);
}

/* ---- in the race ---- */

PB_TEST(in_the_race_the_past_stays_and_stops_come_later)
{
    pb_race_spec  *spec = under_way();
    const pb_plan *own  = &spec->cars[1].plans[0];
    list          *l    = candidates(spec);
    check_all_legal(spec, l);
    for (uint32_t i = 0; i < l->n; i++) {
        const pb_plan *plan = &l->at[i].plan;
        PB_CHECK_EQ(plan->stints[0].compound, own->stints[0].compound);
        PB_CHECK_EQ(plan->stints[1].in_lap, own->stints[1].in_lap);
        if (plan->n_stints > 2) PB_CHECK(plan->stints[2].in_lap > spec->from_lap);
        PB_CHECK_EQ(l->at[i].obey_until, spec->from_lap + 1);
    }
    free(l);
    free(spec);
}

PB_TEST(a_stop_on_this_lap_is_looked_at_for_every_set_that_is_left)
{
    pb_race_spec *spec                  = under_way();
    list         *l                     = candidates(spec);
    bool          now[PB_COMPOUNDS_MAX] = {false}, to_the_flag = false;
    for (uint32_t i = 0; i < l->n; i++) {
        uint16_t stop = next_stop(spec, &l->at[i].plan);
        if (stop == spec->from_lap + 1u) now[l->at[i].plan.stints[2].compound] = true;
        if (stop == 0) to_the_flag = true;
    }
    PB_CHECK(now[SOFT] && now[MEDIUM] && now[HARD]);
    PB_CHECK(!now[INTERMEDIATE] && !now[WET]); /* it is dry */
    PB_CHECK(to_the_flag);                     /* both compounds were used */
    free(l);
    free(spec);
}

PB_TEST(who_owes_a_compound_cannot_run_to_the_flag_nor_stay_on_one)
{
    pb_race_spec *spec = on_the_first_set();
    list         *l    = candidates(spec);
    check_all_legal(spec, l);
    for (uint32_t i = 0; i < l->n; i++) {
        PB_CHECK(next_stop(spec, &l->at[i].plan) > 0);
        PB_CHECK(sets_of(&l->at[i].plan, MEDIUM) < l->at[i].plan.n_stints);
    }
    free(l);
    free(spec);
}

PB_TEST(a_compound_whose_sets_are_used_up_is_not_fitted)
{
    pb_race_spec *spec = under_way();
    for (uint32_t c = 0; c < spec->n_cars; c++) { /* HARD, HARD, then MEDIUM on lap 25 */
        pb_plan *plan                  = &spec->cars[c].plans[0];
        plan->n_stints                 = 3;
        plan->stints[0]                = (pb_stint_spec){.compound = HARD};
        plan->stints[1]                = (pb_stint_spec){.compound = HARD, .in_lap = 12};
        plan->stints[2]                = (pb_stint_spec){.compound = MEDIUM, .in_lap = 25};
        spec->cars[c].state.compound   = MEDIUM;
        spec->cars[c].state.stops_done = 2;
    }
    list *l = candidates(spec);
    PB_CHECK_EQ(pb_decide_sets_left(spec, 1, HARD), 0);
    PB_CHECK_EQ(pb_decide_sets_left(spec, 1, MEDIUM), 2);
    check_all_legal(spec, l);
    for (uint32_t i = 0; i < l->n; i++) PB_CHECK_EQ(sets_of(&l->at[i].plan, HARD), 2);
    free(l);
    free(spec);
}

PB_TEST(before_the_last_lap_there_is_only_the_flag)
{
    pb_race_spec *spec = under_way();
    spec->from_lap     = (uint16_t)(spec->rules.laps - 1);
    list *l            = candidates(spec);
    PB_CHECK_EQ(l->n, 1);
    PB_CHECK_EQ(next_stop(spec, &l->at[0].plan), 0);
    free(l);
    free(spec);
}

PB_TEST(who_owes_a_compound_before_the_last_lap_can_but_drive_to_the_flag)
{
    pb_race_spec *spec              = on_the_first_set();
    spec->from_lap                  = (uint16_t)(spec->rules.laps - 1);
    spec->cars[1].plans[0].n_stints = 1; /* it did not stop on lap 40 */
    list *l                         = candidates(spec);
    PB_CHECK_EQ(l->n, 1);
    PB_CHECK_EQ(next_stop(spec, &l->at[0].plan), 0);
    free(l);
    free(spec);
}

/* ---- rain ---- */

static bool offers(const list *l, const pb_race_spec *spec, uint8_t compound)
{
    for (uint32_t i = 0; i < l->n; i++)
        for (uint32_t s = 1; s < l->at[i].plan.n_stints; s++)
            if (l->at[i].plan.stints[s].in_lap > spec->from_lap && l->at[i].plan.stints[s].compound == compound)
                return true;
    return false;
}

PB_TEST(intermediates_are_for_a_wet_track_and_full_wets_for_a_soaked_one)
{
    pb_race_spec *spec                         = under_way();
    spec->weather.wetness_frac[spec->from_lap] = 0.3;
    spec->weather.known_laps                   = spec->from_lap;
    list *damp                                 = candidates(spec);
    spec->weather.wetness_frac[spec->from_lap] = 1;
    list *soaked                               = candidates(spec);
    PB_CHECK(offers(damp, spec, INTERMEDIATE) && !offers(damp, spec, WET));
    PB_CHECK(offers(soaked, spec, INTERMEDIATE) && offers(soaked, spec, WET));
    free(damp);
    free(soaked);
    free(spec);
}

PB_TEST(a_wet_tyre_sets_the_rule_of_two_compounds_aside)
{
    pb_race_spec *spec = on_the_first_set();
    pb_plan       plan = {.n_stints = 2, .stints = {{.compound = MEDIUM}, {.compound = MEDIUM, .in_lap = 40}}};
    PB_CHECK(!pb_decide_legal(spec, 1, &plan));
    plan.stints[1].compound = INTERMEDIATE;
    PB_CHECK(pb_decide_legal(spec, 1, &plan));
    free(spec);
}

/* ---- rules, named ---- */

static const pb_call_rule *find_rule(const pb_call_rule *rule, uint32_t n, pb_rule_kind kind)
{
    for (uint32_t i = 0; i < n; i++)
        if (rule[i].kind == kind) return &rule[i];
    return NULL;
}

PB_TEST(what_the_rules_ask_for_is_named_with_the_lap_it_binds_by)
{
    pb_race_spec *spec = on_the_first_set();
    pb_call_rule  rule[PB_CALL_RULES_MAX];
    uint32_t      n = pb_decide_rules(spec, 1, rule);
    PB_CHECK(find_rule(rule, n, PB_RULE_TWO_COMPOUNDS) != NULL);
    PB_CHECK_EQ(find_rule(rule, n, PB_RULE_TWO_COMPOUNDS)->by_lap, spec->rules.laps - 1);
    PB_CHECK(find_rule(rule, n, PB_RULE_PENALTY) == NULL);
    spec->cars[1].penalty_s = 5;
    spec->rules.min_stops   = 2;
    n                       = pb_decide_rules(spec, 1, rule);
    PB_CHECK_NEAR(find_rule(rule, n, PB_RULE_PENALTY)->value, 5, 0);
    PB_CHECK_NEAR(find_rule(rule, n, PB_RULE_MIN_STOPS)->value, 2, 0);
    PB_CHECK_EQ(find_rule(rule, n, PB_RULE_MIN_STOPS)->by_lap, spec->rules.laps - 2);
    free(spec);
}

PB_TEST(a_car_that_kept_the_rules_is_asked_for_nothing)
{
    pb_race_spec *spec = under_way();
    pb_call_rule  rule[PB_CALL_RULES_MAX];
    PB_CHECK_EQ(pb_decide_rules(spec, 1, rule), 0);
    free(spec);
}

/* ---- a plan somebody names ---- */

static void refuse(const pb_race_spec *spec, const pb_plan *plan, const char *says)
{
    pb_error error = {0};
    PB_CHECK_EQ(pb_decide_plan_check(spec, 1, plan, &error), PB_E_RULE);
    PB_CHECK_HAS(error.text, says);
}

PB_TEST(a_plan_that_cannot_be_driven_is_refused_with_the_reason)
{
    pb_race_spec *spec = before_start();
    pb_plan       plan = {
              .n_stints = 3,
              .stints   = {{.compound = MEDIUM}, {.compound = HARD, .in_lap = 15}, {.compound = HARD, .in_lap = 35}}};
    PB_CHECK_EQ(pb_decide_plan_check(spec, 1, &plan, NULL), PB_OK);
    pb_plan p          = plan;
    p.stints[2].in_lap = spec->rules.laps;
    refuse(spec, &p, "stops come on laps 1 to 56");
    p.stints[2].in_lap = 15;
    refuse(spec, &p, "each comes after the one before");
    p                    = plan;
    p.stints[0].compound = HARD;
    refuse(spec, &p, "3 sets of HARD; C02 has 2 at most");
    p                    = plan;
    p.n_stints           = 2;
    p.stints[1].compound = MEDIUM;
    refuse(spec, &p, "one dry compound");
    spec->rules.min_stops = 3;
    refuse(spec, &plan, "2 stop(s); the rules of this race ask for 3");
    free(spec);
}

PB_TEST(a_plan_that_forgets_the_past_is_refused)
{
    pb_race_spec *spec = under_way();
    pb_plan       plan = spec->cars[1].plans[0];
    PB_CHECK_EQ(pb_decide_plan_check(spec, 1, &plan, NULL), PB_OK);
    plan.stints[1].in_lap++;
    refuse(spec, &plan, "by lap 30 C02 has driven another race");
    plan.n_stints = 1;
    refuse(spec, &plan, "by lap 30 C02 has driven another race");
    free(spec);
}

PB_TEST_MAIN(PB_RUN(before_the_start_every_plan_is_legal_and_the_cheapest_comes_first),
             PB_RUN(the_first_candidate_is_the_optimum_of_the_free_track),
             PB_RUN(a_race_that_asks_for_two_stops_gets_no_plan_with_one),
             PB_RUN(a_short_race_without_the_rule_of_two_compounds_is_run_on_one_set),
             PB_RUN(no_more_candidates_than_there_is_room_for), PB_RUN(in_the_race_the_past_stays_and_stops_come_later),
             PB_RUN(a_stop_on_this_lap_is_looked_at_for_every_set_that_is_left),
             PB_RUN(who_owes_a_compound_cannot_run_to_the_flag_nor_stay_on_one),
             PB_RUN(a_compound_whose_sets_are_used_up_is_not_fitted),
             PB_RUN(before_the_last_lap_there_is_only_the_flag),
             PB_RUN(who_owes_a_compound_before_the_last_lap_can_but_drive_to_the_flag),
             PB_RUN(intermediates_are_for_a_wet_track_and_full_wets_for_a_soaked_one),
             PB_RUN(a_wet_tyre_sets_the_rule_of_two_compounds_aside),
             PB_RUN(what_the_rules_ask_for_is_named_with_the_lap_it_binds_by),
             PB_RUN(a_car_that_kept_the_rules_is_asked_for_nothing),
             PB_RUN(a_plan_that_cannot_be_driven_is_refused_with_the_reason),
             PB_RUN(a_plan_that_forgets_the_past_is_refused))
