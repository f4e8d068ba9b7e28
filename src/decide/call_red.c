/* call_red: the race is stopped and tyres may be changed for nothing. Every set
 * there is, and the one the car is on, is played to the flag on the same draws. */
#include <math.h>
#include <string.h>

#include "call_work.h"

#define TRIALS 2000u    /* of each, or all the decider has room for */
#define TIE_POINTS 0.15 /* as good as alike: change; a new set has its full life */
#define TIE_PLACES 0.15
#define TIE_PROB 0.005
#define FLAG_AFTER_LINE 0.05 /* laps; a red flag acts at once: the race stands still */
#define FLAG_LAPS 0.01
#define AGE_MOST 100.0 /* that a race file may give a set that is fitted */
#define WAYS (PB_COMPOUNDS_MAX + 1)

/* One way to go on after the restart. */
typedef struct way {
    bool         keep;
    uint32_t     compound;
    uint8_t      sets_left[PB_COMPOUND_N]; /* by pb_compound */
    pb_candidate then;
    pb__runner   run;
    pb_ranked    played;
} way;

typedef struct ways {
    way      at[WAYS];
    uint32_t n;
    uint32_t order[WAYS]; /* best first */
} ways;

static double tie_of(const pb_aim *aim)
{
    const char *unit = pb_aim_unit(aim);
    return strcmp(unit, "points") == 0 ? TIE_POINTS : strcmp(unit, "places") == 0 ? TIE_PLACES : TIE_PROB;
}

/* ---- the ways ---- */

/* The stop that the simulator takes for nothing while the race is stopped. */
static uint16_t now_of(const pb_race_spec *spec)
{
    return (uint16_t)(spec->from_lap + 1u);
}

/* The cheapest way on for the set it is on. */
static bool keep_on(const pb_race_spec *spec, uint32_t car, pb_plan *out)
{
    double   least = INFINITY, cost;
    pb_plan  plan;
    uint32_t left = spec->rules.laps - spec->from_lap;
    if (pb__run_to_flag(spec, car, &plan, &cost)) least = cost, *out = plan;
    for (uint32_t lap = spec->from_lap + 2u; lap < spec->rules.laps; lap += 1 + left / 12)
        for (uint32_t k = 0; k < spec->n_compounds; k++) {
            if (spec->compounds[k].kind != PB_TYRE_SLICK || pb_decide_sets_left(spec, car, k) == 0) continue;
            if (!pb__complete(spec, car, (uint16_t)lap, k, 1, &plan, &cost) || cost >= least) continue;
            least = cost;
            *out  = plan;
        }
    return least < INFINITY;
}

/* The set is kept: in the simulator every car changes, so this one fits its own
 * again, as old as it is then. */
static bool refit(const pb_race_spec *spec, uint32_t car, pb_plan *plan)
{
    const pb_car_state *state = &spec->cars[car].state;
    uint32_t            at    = pb__stint_at(plan, spec->from_lap) + 1u;
    if (plan->n_stints == PB_PLAN_STINTS) return false;
    memmove(&plan->stints[at + 1], &plan->stints[at], (plan->n_stints - at) * sizeof *plan->stints);
    plan->n_stints++;
    plan->stints[at] = (pb_stint_spec){
        .compound = state->compound, .in_lap = now_of(spec), .age_laps = fmin(state->tyre_age_laps + 1, AGE_MOST)};
    return true;
}

static bool plan_way(const pb_race_spec *spec, uint32_t car, way *x)
{
    pb_plan *plan = &x->then.plan;
    double   cost;
    x->then.obey_until = now_of(spec);
    for (uint32_t k = 0; k < spec->n_compounds; k++) {
        uint32_t left                          = pb_decide_sets_left(spec, car, k);
        x->sets_left[pb__compound_id(spec, k)] = (uint8_t)(left - (!x->keep && k == x->compound));
    }
    if (x->keep) return keep_on(spec, car, plan) && refit(spec, car, plan);
    return pb__complete(spec, car, now_of(spec), x->compound, 1, plan, &cost);
}

/* Plays one way if it is legal; what is played stays open. */
static pb_status try_way(pb__work *w, way *x, uint32_t slot, bool *legal, pb_error *error)
{
    *legal = plan_way(w->spec, w->car, x);
    if (!*legal) return PB_OK;
    PB_TRY(pb__runner_open(w->d, w->car, &x->then, slot, &x->run, error));
    pb__runner_play(w->d, w->car, &w->options->aim, &x->run, TRIALS);
    pb__describe(w->d, &w->options->aim, &x->run, (uint16_t)slot, &x->played);
    return PB_OK;
}

static pb_status try_all(pb__work *w, ways *all, pb_error *error)
{
    bool legal, rain = pb__rain_about(w->spec);
    for (uint32_t k = 0; k <= w->spec->n_compounds; k++) {
        bool keep = k == w->spec->n_compounds;
        if (!keep && !pb__may_fit(w->spec, w->car, k, rain)) continue;
        all->at[all->n] = (way){.keep = keep, .compound = k};
        PB_TRY(try_way(w, &all->at[all->n], all->n, &legal, error));
        all->n += legal;
    }
    if (all->n > 0) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "%s has no legal way on from the red flag on lap %d",
                        w->spec->cars[w->car].code, w->spec->from_lap);
}

/* Best first; the set is kept only where that is better by more than a tie. */
static void sort(ways *all, double tie)
{
    for (uint32_t i = 0; i < all->n; i++) {
        uint32_t j = i;
        for (; j > 0 && all->at[i].played.value > all->at[all->order[j - 1]].played.value; j--)
            all->order[j] = all->order[j - 1];
        all->order[j] = i;
    }
    const way *best = &all->at[all->order[0]], *second = all->n > 1 ? &all->at[all->order[1]] : best;
    if (!best->keep || second == best || best->played.value > second->played.value + tie) return;
    uint32_t t    = all->order[0];
    all->order[0] = all->order[1];
    all->order[1] = t;
}

/* ---- what is told ---- */

static void add_fact(pb_call_action *a, pb_fact_kind kind, double value)
{
    if (a->n_facts == PB_CALL_FACTS) return;
    double weight         = 5.0 - a->n_facts;
    a->fact[a->n_facts++] = (pb_fact){.kind = kind, .car = PB_CALL_NOBODY, .value = value, .weight = weight};
}

/* Each against the next best, trial by trial. */
static void measure(const pb__work *w, const way *x, const way *than, pb_call_action *a)
{
    pb__paired p  = pb__compare(w->spec, &w->options->aim, &x->run, &than->run);
    a->gain       = (pb_gain){p.mean, p.mean - PB__Z90 * p.se, p.mean + PB__Z90 * p.se};
    a->confidence = p.p_better;
    add_fact(a, pb__gain_fact(&w->options->aim, false), p.mean);
}

/* The first stint of a plan behind what is fitted now. */
static uint32_t later_of(const pb_race_spec *spec, const pb_plan *plan)
{
    return pb__stint_at(plan, now_of(spec)) + 1u;
}

static pb_call_action action_of(const pb__work *w, const way *x, const way *than)
{
    const pb_plan *plan = &x->then.plan;
    uint32_t       next = later_of(w->spec, plan);
    pb_call_action a    = {.action     = x->keep ? PB_ACTION_STAY_OUT : PB_ACTION_BOX,
                           .rival      = PB_CALL_NOBODY,
                           .mean_place = x->played.mean_place,
                           .flip       = {.car = PB_CALL_NOBODY},
                           .confidence = 1};
    if (!x->keep) {
        a.compound   = (uint8_t)pb__compound_id(w->spec, x->compound);
        a.target_lap = w->spec->from_lap;
    } else if (next < plan->n_stints) {
        a.compound   = (uint8_t)pb__compound_id(w->spec, plan->stints[next].compound);
        a.target_lap = plan->stints[next].in_lap;
    }
    add_fact(&a, PB_FACT_RED_FREE, 0);
    if (than) measure(w, x, than, &a);
    add_fact(&a, PB_FACT_TYRE_AGE, w->state->tyre_age_laps);
    if (!x->keep) add_fact(&a, PB_FACT_SETS_LEFT, x->sets_left[a.compound]);
    return a;
}

/* What is fitted now and later, and what is left then. */
static pb_call_red plan_of(const pb_race_spec *spec, const way *x)
{
    pb_call_red    out  = {.known = true};
    const pb_plan *plan = &x->then.plan;
    if (!x->keep) out.compound = (uint8_t)pb__compound_id(spec, x->compound);
    memcpy(out.sets_left, x->sets_left, sizeof out.sets_left);
    for (uint32_t s = later_of(spec, plan); s < plan->n_stints && out.n_later < PB_CALL_RED_LATER; s++) {
        out.later[out.n_later] = (uint8_t)pb__compound_id(spec, plan->stints[s].compound);
        out.lap[out.n_later++] = plan->stints[s].in_lap;
    }
    return out;
}

static void tell(pb__work *w, const ways *all)
{
    pb_call   *call = w->call;
    const way *best = &all->at[all->order[0]], *second = all->n > 1 ? &all->at[all->order[1]] : NULL;
    call->actions[call->n_actions++] = action_of(w, best, second);
    for (uint32_t i = 1; i < all->n && call->n_actions < PB_CALL_ACTIONS_MAX; i++)
        call->actions[call->n_actions++] = action_of(w, &all->at[all->order[i]], best);
    call->clear = !second || (call->actions[0].gain.value > tie_of(&w->options->aim) && call->actions[0].gain.lo > 0);
    call->red   = plan_of(w->spec, best);
    call->p_win = best->played.p_win;
    call->can_make_entry = PB_YES;
    call->decide_by_s    = (double)NAN; /* the race stands still */
    if (call->n_rules < PB_CALL_RULES_MAX)
        call->rules[call->n_rules++] = (pb_call_rule){.kind = PB_RULE_RED_FREE, .binds = !best->keep};
}

/* The flag, where only the view knows of it; it ends what is out besides. */
static void show_flag(const pb_race_spec *spec, pb_neutral_spec *n)
{
    double line = spec->from_lap, on = line + FLAG_AFTER_LINE;
    for (uint32_t i = 0; i < n->n_phases; i++)
        if (n->phases[i].kind == PB_NEUTRAL_RED && n->phases[i].end_progress > line &&
            n->phases[i].start_progress < line + 1)
            return;
    while (n->n_phases > 0 && n->phases[n->n_phases - 1].start_progress >= line) n->n_phases--;
    if (n->n_phases == PB_PHASES_MAX) n->n_phases--;
    pb_phase_spec *last = n->n_phases > 0 ? &n->phases[n->n_phases - 1] : NULL;
    if (last && last->end_progress > line) last->end_progress = line;
    n->phases[n->n_phases++] = (pb_phase_spec){PB_NEUTRAL_RED, on, on + FLAG_LAPS, true};
}

pb_status pb__call_red(pb__work *w, pb_error *error)
{
    pb_race_spec   *spec = pb_decider_spec(w->d);
    pb_neutral_spec was  = spec->neutral;
    ways            all;
    memset(&all, 0, sizeof all);
    show_flag(spec, &spec->neutral);
    pb_status status = try_all(w, &all, error);
    spec->neutral    = was;
    if (status == PB_OK) {
        sort(&all, tie_of(&w->options->aim));
        tell(w, &all);
    }
    for (uint32_t i = 0; i < all.n; i++) pb__runner_close(&all.at[i].run);
    return status;
}
