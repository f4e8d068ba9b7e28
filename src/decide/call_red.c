/* call_red: the race is stopped and tyres may be changed for nothing. Every set
 * there is, and the one the car is on, is played to the flag. */
#include <math.h>

#include "call_work.h"

#define TRIALS 1000u
#define TIE 0.15 /* as good as alike: change; a new set has its full life */

/* One way to go on after the restart. */
typedef struct way {
    bool         keep;
    uint32_t     compound;
    pb_candidate then;
    pb_ranked    played;
} way;

/* The set is fitted now; then the cheapest way to the flag. */
static bool fit(pb_decider *d, uint32_t car, way *out)
{
    pb_race_spec *spec  = pb_decider_spec(d);
    pb_car_spec  *c     = &spec->cars[car];
    uint32_t      now   = pb__stint_at(&c->plans[0], spec->from_lap);
    double        least = INFINITY, cost;
    pb_plan       plan;
    c->plans[0].n_stints = (uint8_t)(now + 1u);
    if (!out->keep) {
        if (now + 1u >= PB_PLAN_STINTS || c->plans[0].stints[now].in_lap >= spec->from_lap) return false;
        c->plans[0].stints[c->plans[0].n_stints++] =
            (pb_stint_spec){.compound = (uint8_t)out->compound, .in_lap = spec->from_lap};
        c->state.compound      = (uint8_t)out->compound;
        c->state.tyre_age_laps = 0;
        c->state.compounds_used |= (uint16_t)(1u << out->compound);
    }
    if (pb__run_to_flag(spec, car, &plan, &cost)) least = cost, out->then.plan = plan;
    uint32_t left = spec->rules.laps - spec->from_lap;
    for (uint32_t lap = spec->from_lap + 2u; lap < spec->rules.laps; lap += 1 + left / 12)
        for (uint32_t k = 0; k < spec->n_compounds; k++) {
            if (spec->compounds[k].kind != PB_TYRE_SLICK || pb_decide_sets_left(spec, car, k) == 0) continue;
            if (!pb__complete(spec, car, (uint16_t)lap, k, 1, &plan, &cost) || cost >= least) continue;
            least          = cost;
            out->then.plan = plan;
        }
    out->then.obey_until = (uint16_t)(spec->from_lap + 1u);
    return least < INFINITY;
}

static pb_status try_way(pb__work *w, way *out, bool *legal, pb_error *error)
{
    pb_race_spec *spec = pb_decider_spec(w->d);
    pb_car_spec   was  = spec->cars[w->car];
    *legal             = fit(w->d, w->car, out);
    pb_status status =
        *legal ? pb_decide_play(w->d, w->car, &w->options->aim, &out->then, TRIALS, &out->played, error) : PB_OK;
    spec->cars[w->car] = was;
    return status;
}

static pb_call_action action_of(const pb__work *w, const way *x, const way *than)
{
    pb_call_action a = {.action     = x->keep ? PB_ACTION_STAY_OUT : PB_ACTION_BOX,
                        .rival      = PB_CALL_NOBODY,
                        .mean_place = x->played.mean_place,
                        .compound   = x->keep ? 0 : (uint8_t)pb__compound_id(w->spec, x->compound),
                        .target_lap = w->spec->from_lap,
                        .flip       = {.car = PB_CALL_NOBODY},
                        .confidence = 1,
                        .n_facts    = 1,
                        .fact       = {{.kind = PB_FACT_RED_FREE, .car = PB_CALL_NOBODY, .value = 0, .weight = 5}}};
    if (!than) return a;
    double half  = 2.5 / sqrt(TRIALS); /* points, unpaired: the sets change the draws of the stints */
    a.gain.value = x->played.value - than->played.value;
    a.gain.lo    = a.gain.value - half;
    a.gain.hi    = a.gain.value + half;
    a.confidence = a.gain.value > half ? 0.75 : a.gain.value > -half ? 0.5 : 0.25;

    const pb_fact_kind kind = pb__gain_fact(&w->options->aim, false);

    a.fact[a.n_facts++] = (pb_fact){.kind = kind, .car = PB_CALL_NOBODY, .value = a.gain.value, .weight = 4};
    a.fact[a.n_facts++] =
        (pb_fact){.kind = PB_FACT_TYRE_AGE, .car = PB_CALL_NOBODY, .value = w->state->tyre_age_laps, .weight = 3};
    return a;
}

pb_status pb__call_red(pb__work *w, pb_error *error)
{
    way      ways[PB_COMPOUNDS_MAX + 1];
    uint32_t n = 0, best = 0;
    bool     legal, rain = pb__rain_about(w->spec);
    for (uint32_t k = 0; k <= w->spec->n_compounds; k++) {
        bool keep = k == w->spec->n_compounds;
        if (!keep && !pb__may_fit(w->spec, w->car, k, rain)) continue;
        ways[n] = (way){.keep = keep, .compound = k};
        PB_TRY(try_way(w, &ways[n], &legal, error));
        n += legal;
    }
    if (n == 0)
        return pb_error_set(error, PB_E_RULE, "%s has no legal way on from the red flag on lap %d",
                            w->spec->cars[w->car].code, w->spec->from_lap);
    for (uint32_t i = 1; i < n; i++) {
        double margin = ways[i].keep && !ways[best].keep ? TIE : 0;
        if (ways[i].played.value > ways[best].played.value + margin) best = i;
    }
    const way *second = NULL;
    for (uint32_t i = 0; i < n; i++)
        if (i != best && (!second || ways[i].played.value > second->played.value)) second = &ways[i];
    w->call->actions[w->call->n_actions++] = action_of(w, &ways[best], second);
    for (uint32_t i = 0; i < n && w->call->n_actions < PB_CALL_ACTIONS_MAX; i++)
        if (i != best) w->call->actions[w->call->n_actions++] = action_of(w, &ways[i], &ways[best]);
    w->call->red_compound   = w->call->actions[0].compound;
    w->call->p_win          = ways[best].played.p_win;
    w->call->can_make_entry = PB_YES;
    w->call->clear          = !second || ways[best].played.value - second->played.value > TIE;
    if (w->call->n_rules < PB_CALL_RULES_MAX)
        w->call->rules[w->call->n_rules++] = (pb_call_rule){.kind = PB_RULE_RED_FREE, .binds = true};
    return PB_OK;
}
