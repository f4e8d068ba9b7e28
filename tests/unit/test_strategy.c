/* The best strategy: its ranking, its windows, plan B and what makes it better, the
 * tree of what becomes of it, and two plans side by side. */
#include <math.h>

#include "decide_fixture.h"
#include "pitboard/decide_strategy.h"
#include "race_fixture.h"

#define CAR 1u

static pb_race_spec *under_way(void)
{
    pb_race_spec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    pb_sample_under_way(spec);
    return spec;
}

static pb_strategy_options quick(void)
{
    pb_strategy_options o = pb_strategy_options_default();
    o.look_trials         = 512;
    return o;
}

static pb_strategy *plan(pb_decider *d, const pb_strategy_options *options)
{
    pb_strategy *s     = calloc(1, sizeof *s);
    pb_error     error = {0};
    assert_non_null(s);
    if (pb_decide_strategy(d, CAR, options, s, &error) != PB_OK) fail_msg("%s", error.text);
    return s;
}

static const pb_plan *plan_at(const pb_strategy *s, uint32_t i)
{
    return &s->candidate[s->ranked[i].candidate].plan;
}

/* ---- the ranking ---- */

PB_TEST(the_best_plan_comes_first_and_the_chances_sum_to_one)
{
    pb_race_spec             *spec    = grid_race();
    pb_decider               *d       = decider(spec, 4000, PB_ISA_AUTO);
    const pb_strategy_options options = quick();
    pb_strategy              *s       = plan(d, &options);
    double                    sum     = 0;
    PB_CHECK_EQ(s->car, CAR);
    PB_CHECK(s->n > 10 && s->evaluated >= s->n && s->trials >= 4000);
    PB_CHECK_NEAR(s->ranked[0].gain.value, 0, 0);
    for (uint32_t i = 0; i < s->n; i++) {
        sum += s->ranked[i].p_best;
        PB_CHECK(pb_decide_legal(spec, CAR, plan_at(s, i)));
        if (i > 0 && i < 10) PB_CHECK(s->ranked[i].trials >= 384); /* the head is proven */
        if (i > 0) PB_CHECK(s->ranked[i].gain.value <= 0.05);
    }
    PB_CHECK_NEAR(sum, 1, 1e-9);
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(every_first_set_has_its_value_the_best_first)
{
    pb_race_spec             *spec    = grid_race();
    pb_decider               *d       = decider(spec, 4000, PB_ISA_AUTO);
    const pb_strategy_options options = quick();
    pb_strategy              *s       = plan(d, &options);
    PB_CHECK(s->n_starts >= 2 && s->n_starts <= 3);
    PB_CHECK_EQ(s->start[0].at, 0);
    for (uint32_t i = 0; i < s->n_starts; i++) {
        PB_CHECK_EQ(plan_at(s, s->start[i].at)->stints[0].compound, s->start[i].compound);
        for (uint32_t k = 0; k < i; k++) PB_CHECK(s->start[k].compound != s->start[i].compound);
    }
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(a_window_holds_its_own_best_lap_and_leaves_room_for_the_other_stops)
{
    pb_race_spec *spec    = grid_race();
    spec->rules.min_stops = 2;
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        spec->cars[c].plans[0].n_stints  = 3;
        spec->cars[c].plans[0].stints[2] = (pb_stint_spec){.compound = 1, .in_lap = 40};
    }
    pb_decider               *d       = decider(spec, 4000, PB_ISA_AUTO);
    const pb_strategy_options options = quick();
    pb_strategy              *s       = plan(d, &options);
    const pb_plan            *best    = plan_at(s, 0);
    PB_CHECK_EQ(s->n_windows, best->n_stints - 1);
    for (uint32_t i = 0; i < s->n_windows; i++) {
        const pb_strategy_window *w = &s->window[i];
        PB_CHECK_EQ(w->best, best->stints[i + 1].in_lap);
        PB_CHECK(w->opens <= w->best && w->best <= w->closes);
        PB_CHECK(w->best - w->opens <= 6 && w->closes - w->best <= 6);
        PB_CHECK(w->opens > best->stints[i].in_lap && w->closes < spec->rules.laps);
    }
    PB_CHECK(s->width > 0);
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

/* ---- plan B ---- */

static bool other_kind(const pb_strategy *s, uint32_t i, uint32_t j)
{
    const pb_plan *a = plan_at(s, i), *b = plan_at(s, j);
    return a->n_stints != b->n_stints || a->stints[0].compound != b->stints[0].compound;
}

PB_TEST(plans_b_and_c_are_of_other_kinds_and_nothing_better_of_theirs_stands_above_them)
{
    pb_race_spec             *spec    = grid_race();
    pb_decider               *d       = decider(spec, 4000, PB_ISA_AUTO);
    const pb_strategy_options options = quick();
    pb_strategy              *s       = plan(d, &options);
    PB_CHECK(s->plan_b.known && s->plan_c.known);
    PB_CHECK(other_kind(s, 0, s->plan_b.at) && other_kind(s, 0, s->plan_c.at) &&
             other_kind(s, s->plan_b.at, s->plan_c.at));
    for (uint32_t i = 1; i < s->plan_b.at; i++) PB_CHECK(!other_kind(s, 0, i));
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

/* Gain of plan B over the best when the race is as the trigger says, and beyond. */
static double gain_beyond(const pb_race_spec *after, const pb_strategy *s, const pb_strategy_trigger *t)
{
    pb_race_spec *turned = malloc(sizeof *turned);
    pb_ranked     side[2];
    pb_error      error = {0};
    assert_non_null(turned);
    *turned = *after;
    if (t->kind == PB_TRIGGER_PIT_LOSS) turned->pit.loss_s = t->above ? 1.6 * t->now : 0.5 * t->now;
    if (t->kind == PB_TRIGGER_WEAR)
        for (uint32_t k = 0; k < turned->n_compounds; k++) turned->compounds[k].wear_s_per_lap *= t->above ? 2 : 0.5;
    pb_decider *d = decider(turned, 32768, PB_ISA_AUTO);
    if (pb_decide_compare(d, CAR, &(pb_aim){.kind = PB_AIM_POINTS}, plan_at(s, s->plan_b.at), plan_at(s, 0), side,
                          &error) != PB_OK)
        fail_msg("%s", error.text);
    pb_decider_destroy(d);
    free(turned);
    return side[0].gain.value;
}

/* At half distance on old HARD tyres; one more stop for another set of them, or none,
 * come to nearly the same. */
static pb_race_spec *near_even(void)
{
    pb_race_spec *spec = under_way();
    for (uint32_t k = 0; k < 3; k++) {
        spec->compounds[k].offset_s       = k == 2 ? 0 : 3;
        spec->compounds[k].wear_s_per_lap = 0.0585;
        spec->compounds[k].cliff_laps     = 0;
        spec->compounds[k].life_laps      = 60;
    }
    spec->pit.loss_s = 20;
    return spec;
}

PB_TEST(beyond_its_trigger_plan_b_is_the_better_one)
{
    pb_race_spec             *spec    = near_even();
    pb_decider               *d       = decider(spec, 8000, PB_ISA_AUTO);
    const pb_strategy_options options = {.aim = {.kind = PB_AIM_POINTS}, .look_trials = 1024, .triggers = true};
    pb_strategy              *s       = plan(d, &options);
    uint32_t                  checked = 0;
    PB_CHECK(s->plan_b.known);
    for (uint32_t i = 0; i < s->plan_b.n_triggers; i++) {
        const pb_strategy_trigger *t = &s->plan_b.trigger[i];
        PB_CHECK(t->gain > 0);
        if (t->kind != PB_TRIGGER_WEAR && t->kind != PB_TRIGGER_PIT_LOSS) continue;
        PB_CHECK(t->above ? t->value >= t->now : t->value <= t->now);
        PB_CHECK(gain_beyond(pb_decider_spec(d), s, t) > 0);
        checked++;
    }
    PB_CHECK(checked > 0);
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(searching_for_triggers_leaves_the_race_as_it_was)
{
    pb_race_spec             *spec    = grid_race();
    pb_decider               *d       = decider(spec, 2000, PB_ISA_AUTO);
    const pb_strategy_options options = {.aim = {.kind = PB_AIM_POINTS}, .look_trials = 256, .triggers = true};
    pb_strategy              *s       = plan(d, &options); /* no car answers: no plan changes either */
    PB_CHECK(memcmp(pb_decider_spec(d), spec, sizeof *spec) == 0);
    PB_CHECK_EQ(s->n_rivals, 0);
    PB_CHECK_EQ(s->rounds, 0);
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

/* ---- the others answer ---- */

PB_TEST(behind_a_safety_car_triggers_are_looked_for_after_it)
{
    pb_race_spec *spec     = under_way();
    spec->neutral.n_phases = 1;
    spec->neutral.phases[0] =
        (pb_phase_spec){PB_NEUTRAL_SC, spec->from_lap - 0.5, spec->from_lap + 2.0, true}; /* it is out, and stays */
    spec->effects |= PB_EFFECT_SC;
    pb_decider               *d       = decider(spec, 2000, PB_ISA_AUTO);
    const pb_strategy_options options = {.aim = {.kind = PB_AIM_POINTS}, .look_trials = 256, .triggers = true};
    pb_strategy              *s       = plan(d, &options);
    const pb_strategy_other  *other[] = {&s->plan_b, &s->plan_c};
    for (uint32_t k = 0; k < 2; k++)
        for (uint32_t i = 0; i < other[k]->n_triggers; i++)
            if (other[k]->trigger[i].kind == PB_TRIGGER_SC)
                PB_CHECK(other[k]->trigger[i].from_lap > spec->from_lap + 2);
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(the_quickest_cars_answer_with_legal_plans_and_ours_is_among_them)
{
    pb_race_spec       *spec    = grid_race();
    pb_strategy_options options = quick();
    options.cars                = 3;
    pb_decider  *d              = decider(spec, 8000, PB_ISA_AUTO);
    pb_strategy *s              = plan(d, &options);
    bool         ours           = false;
    PB_CHECK_EQ(s->n_rivals, 3);
    PB_CHECK(s->rounds >= 1 && s->rounds <= options.rounds);
    for (uint32_t i = 0; i < s->n_rivals; i++) {
        const pb_strategy_rival *r   = &s->rival[i];
        double                   sum = 0;
        ours                         = ours || r->car == CAR;
        PB_CHECK(r->n_plans >= 1 && r->n_plans <= PB_PLANS_MAX);
        for (uint32_t k = 0; k < r->n_plans; k++) {
            sum += r->plans[k].weight_prob;
            PB_CHECK(pb_decide_legal(spec, r->car, &r->plans[k]));
        }
        PB_CHECK_NEAR(sum, 1, 1e-9);
    }
    PB_CHECK(ours);
    PB_CHECK_EQ(pb_race_spec_check(pb_decider_spec(d), NULL), PB_OK);
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

/* A car that came with a hopeless plan does not keep it. */
PB_TEST(a_rival_leaves_a_plan_that_is_far_behind)
{
    pb_race_spec *spec = grid_race();
    pb_plan      *bad  = &spec->cars[0].plans[0];
    bad->n_stints      = 5;
    for (uint32_t i = 1; i < 5; i++)
        bad->stints[i] = (pb_stint_spec){.compound = i % 2 ? 2 : 1, .in_lap = (uint16_t)(3 * i)};
    pb_decider               *d       = decider(spec, 8000, PB_ISA_AUTO);
    const pb_strategy_options options = quick();
    pb_strategy              *s       = plan(d, &options);
    bool                      found   = false;
    for (uint32_t i = 0; i < s->n_rivals; i++) {
        if (s->rival[i].car != 0) continue;
        found = true;
        PB_CHECK(s->rival[i].changed >= 1);
        PB_CHECK(s->rival[i].plans[0].n_stints < 5);
    }
    PB_CHECK(found);
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

/* ---- the tree ---- */

PB_TEST(branches_of_the_tree_are_parts_of_what_they_grow_from)
{
    pb_race_spec             *spec    = grid_race();
    pb_decider               *d       = decider(spec, 4000, PB_ISA_AUTO);
    const pb_strategy_options options = quick();
    pb_strategy              *s       = plan(d, &options);
    PB_CHECK(s->n_nodes >= 2);
    PB_CHECK_EQ(s->node[0].parent, -1);
    PB_CHECK_NEAR(s->node[0].share, 1, 1e-9);
    PB_CHECK_EQ(s->node[0].compound, plan_at(s, 0)->stints[0].compound);
    for (uint32_t i = 0; i < s->n_nodes; i++) {
        const pb_strategy_node *n  = &s->node[i];
        double                  on = 0;
        for (uint32_t k = i + 1; k < s->n_nodes; k++)
            if (s->node[k].parent == (int)i) on += s->node[k].share;
        PB_CHECK(n->ends >= 0 && on + n->ends <= n->share + 1e-9);
        if (i == 0) continue;
        PB_CHECK(n->parent >= 0 && n->parent < (int)i);
        PB_CHECK_EQ(n->stop, s->node[n->parent].stop + 1);
        PB_CHECK(n->from_lap >= 1 && n->from_lap <= n->to_lap && n->to_lap < spec->rules.laps);
    }
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(without_anything_to_react_to_the_plan_is_driven_as_planned)
{
    pb_race_spec *spec = grid_race();
    spec->effects &=
        ~(uint32_t)(PB_EFFECT_SC | PB_EFFECT_VSC | PB_EFFECT_RED_FLAG | PB_EFFECT_WEATHER | PB_EFFECT_RETIREMENTS);
    pb_decider               *d       = decider(spec, 2000, PB_ISA_AUTO);
    const pb_strategy_options options = quick();
    pb_strategy              *s       = plan(d, &options);
    const pb_plan            *best    = plan_at(s, 0);
    PB_CHECK_EQ(s->n_nodes, best->n_stints);
    for (uint32_t i = 1; i < s->n_nodes; i++) {
        PB_CHECK(s->node[i].planned);
        PB_CHECK_NEAR(s->node[i].share, 1, 1e-9);
        PB_CHECK_EQ(s->node[i].from_lap, best->stints[i].in_lap);
        PB_CHECK_EQ(s->node[i].compound, best->stints[i].compound);
    }
    PB_CHECK_NEAR(s->node[s->n_nodes - 1].ends, 1, 1e-9);
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(the_stops_of_a_watched_car_are_those_that_are_counted)
{
    enum { TRIALS = 300 };
    pb_race_spec *spec                             = grid_race();
    uint16_t      stop[TRIALS][PB_SIM_WATCH_STOPS] = {{0}};
    uint8_t       place[TRIALS]                    = {0};
    uint64_t      counted[PB_LAPS_MAX + 1] = {0}, stops = 0;
    spec->effects &= ~(uint32_t)PB_EFFECT_REACT_SC; /* a car may come in lap after lap: more stops than are told */
    fixture_run run = fixture_model(spec);
    PB_CHECK_EQ(pb_sim_result_create(run.model, 0, &run.result), PB_OK);
    run.result->watch = (pb_sim_watch){.n_cars = 1, .car = {2}, .count = TRIALS, .place = place, .stop = stop[0]};
    pb_sim_run(run.model, 7, 0, TRIALS, PB_ISA_AUTO, run.scratch, run.result);
    for (uint32_t t = 0; t < TRIALS; t++)
        for (uint32_t i = 0; i < PB_SIM_WATCH_STOPS && stop[t][i]; i++) {
            counted[PB_SIM_STOP_LAP(stop[t][i])]++;
            stops++;
            PB_CHECK(PB_SIM_STOP_ENTRY(stop[t][i]) < PB_SIM_STRATEGIES);
            if (i > 0) PB_CHECK(PB_SIM_STOP_LAP(stop[t][i]) > PB_SIM_STOP_LAP(stop[t][i - 1]));
        }
    PB_CHECK_EQ(stops, run.result->stops[2]);
    for (uint32_t lap = 0; lap <= run.result->n_laps; lap++)
        PB_CHECK_EQ(counted[lap], run.result->pit_lap[2 * (run.result->n_laps + 1) + lap]);
    fixture_end(&run);
    free(spec);
}

/* ---- under way ---- */

PB_TEST(from_a_lap_on_the_past_stays_and_only_what_is_to_come_is_planned)
{
    pb_race_spec             *spec    = under_way();
    pb_decider               *d       = decider(spec, 2000, PB_ISA_AUTO);
    const pb_strategy_options options = quick();
    pb_strategy              *s       = plan(d, &options);
    PB_CHECK_EQ(s->n_starts, 0);
    for (uint32_t i = 0; i < s->n; i++)
        PB_CHECK_EQ(plan_at(s, i)->stints[1].in_lap, spec->cars[CAR].plans[0].stints[1].in_lap);
    for (uint32_t i = 0; i < s->n_windows; i++) PB_CHECK(s->window[i].opens > spec->from_lap);
    for (uint32_t i = 0; i < s->n_rivals; i++) PB_CHECK(spec->cars[s->rival[i].car].state.running);
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(a_car_that_is_out_and_a_race_that_is_over_have_no_strategy)
{
    pb_race_spec             *spec    = under_way();
    pb_decider               *d       = decider(spec, 1000, PB_ISA_AUTO);
    const pb_strategy_options options = quick();
    pb_strategy              *s       = calloc(1, sizeof *s);
    pb_error                  error   = {0};
    assert_non_null(s);
    PB_CHECK_EQ(pb_decide_strategy(d, 3, &options, s, &error), PB_E_RULE);
    PB_CHECK_HAS(error.text, "C04 is out of the race since lap 12");
    PB_CHECK_EQ(pb_decide_strategy(d, 4, &options, s, &error), PB_E_RANGE);
    pb_decider_spec(d)->from_lap = spec->rules.laps;
    PB_CHECK_EQ(pb_decide_strategy(d, 0, &options, s, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "nothing left to plan");
    PB_CHECK_EQ(s->n, 0); /* untouched */
    free(s);
    pb_decider_destroy(d);
    free(spec);
}

/* ---- two plans ---- */

static pb_plan one_stop(uint16_t lap)
{
    return (pb_plan){.weight_prob = 1, .n_stints = 2, .stints = {{.compound = 1}, {.compound = 2, .in_lap = lap}}};
}

PB_TEST(two_plans_are_each_others_difference)
{
    pb_race_spec *spec = grid_race();
    pb_decider   *d    = decider(spec, 8000, PB_ISA_AUTO);
    const pb_plan a = one_stop(27), b = one_stop(4);
    pb_ranked     side[2];
    PB_CHECK_EQ(pb_decide_compare(d, CAR, &(pb_aim){.kind = PB_AIM_POINTS}, &a, &b, side, NULL), PB_OK);
    PB_CHECK(side[0].gain.lo > 0);
    PB_CHECK_NEAR(side[0].gain.value, -side[1].gain.value, 1e-12);
    PB_CHECK_NEAR(side[0].gain.value, side[0].value - side[1].value, 1e-9);
    PB_CHECK_NEAR(side[0].p_better + side[1].p_better, 1, 1e-12);
    PB_CHECK_NEAR(side[0].p_best + side[1].p_best, 1, 1e-9);
    PB_CHECK_EQ(side[0].trials, 4000);
    pb_decider_destroy(d);
    free(spec);
}

PB_TEST(plans_that_break_the_rules_are_not_compared)
{
    pb_race_spec *spec = grid_race();
    pb_decider   *d    = decider(spec, 1000, PB_ISA_AUTO);
    const pb_plan a = one_stop(27), b = one_stop(57);
    pb_ranked     side[2] = {{.candidate = 77}, {.candidate = 77}};
    PB_CHECK_EQ(pb_decide_compare(d, CAR, &(pb_aim){.kind = PB_AIM_POINTS}, &a, &b, side, NULL), PB_E_RULE);
    PB_CHECK_EQ(pb_decide_compare(d, CAR, &(pb_aim){.kind = PB_AIM_POINTS}, &b, &a, side, NULL), PB_E_RULE);
    PB_CHECK_EQ(side[0].candidate, 77);
    pb_decider_destroy(d);
    free(spec);
}

/* ---- the same everywhere ---- */

PB_TEST(every_instruction_set_gives_the_same_strategy_to_the_bit)
{
    pb_race_spec             *spec    = grid_race();
    const pb_strategy_options options = {
        .aim = {.kind = PB_AIM_POINTS}, .cars = 3, .rounds = 2, .look_trials = 64, .triggers = true};
    pb_decider  *d    = decider(spec, 1000, PB_ISA_SCALAR);
    pb_strategy *want = plan(d, &options);
    pb_decider_destroy(d);
    for (int isa = PB_ISA_PORTABLE; isa < PB_ISA_N; isa++) {
        if (!pb_isa_available((pb_isa)isa)) continue;
        d                = decider(spec, 1000, (pb_isa)isa);
        pb_strategy *got = plan(d, &options);
        pb_decider_destroy(d);
        PB_CHECK_EQ(got->n_nodes, want->n_nodes);
        PB_CHECK_EQ(got->trials, want->trials);
        for (uint32_t i = 0; i < want->n; i++) {
            PB_CHECK_EQ(got->ranked[i].candidate, want->ranked[i].candidate);
            PB_CHECK_NEAR(got->ranked[i].value, want->ranked[i].value, 0);
        }
        for (uint32_t i = 0; i < want->n_nodes; i++) PB_CHECK_NEAR(got->node[i].share, want->node[i].share, 0);
        free(got);
    }
    free(want);
    free(spec);
}

PB_TEST_MAIN(PB_RUN(the_best_plan_comes_first_and_the_chances_sum_to_one),
             PB_RUN(every_first_set_has_its_value_the_best_first),
             PB_RUN(a_window_holds_its_own_best_lap_and_leaves_room_for_the_other_stops),
             PB_RUN(plans_b_and_c_are_of_other_kinds_and_nothing_better_of_theirs_stands_above_them),
             PB_RUN(beyond_its_trigger_plan_b_is_the_better_one),
             PB_RUN(searching_for_triggers_leaves_the_race_as_it_was),
             PB_RUN(behind_a_safety_car_triggers_are_looked_for_after_it),
             PB_RUN(the_quickest_cars_answer_with_legal_plans_and_ours_is_among_them),
             PB_RUN(a_rival_leaves_a_plan_that_is_far_behind),
             PB_RUN(branches_of_the_tree_are_parts_of_what_they_grow_from),
             PB_RUN(without_anything_to_react_to_the_plan_is_driven_as_planned),
             PB_RUN(the_stops_of_a_watched_car_are_those_that_are_counted),
             PB_RUN(from_a_lap_on_the_past_stays_and_only_what_is_to_come_is_planned),
             PB_RUN(a_car_that_is_out_and_a_race_that_is_over_have_no_strategy),
             PB_RUN(two_plans_are_each_others_difference), PB_RUN(plans_that_break_the_rules_are_not_compared),
             PB_RUN(every_instruction_set_gives_the_same_strategy_to_the_bit))
