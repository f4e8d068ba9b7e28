/* plan_check: can this car drive this plan, and two plans side by side. */
#include <string.h>

#include "decider.h"
#include "options.h"
#include "pitboard/decide_strategy.h"

/* ---- one plan ---- */

static pb_status check_past(const pb_race_spec *spec, uint32_t car, const pb_plan *plan, pb_error *error)
{
    const pb_plan *own = &spec->cars[car].plans[0];
    uint32_t       now = pb__stint_at(own, spec->from_lap);
    if (spec->from_lap == 0) return PB_OK;
    bool same = pb__stint_at(plan, spec->from_lap) == now;
    for (uint32_t i = 0; i <= now; i++)
        if (!same || i >= plan->n_stints || plan->stints[i].compound != own->stints[i].compound ||
            plan->stints[i].in_lap != own->stints[i].in_lap)
            return pb_error_set(
                error, PB_E_RULE,
                "by lap %u %s has driven another race: %u stop(s), and is on %s; the plan must begin so",
                spec->from_lap, spec->cars[car].code, now, spec->compounds[own->stints[now].compound].name);
    return PB_OK;
}

static pb_status check_laps(const pb_race_spec *spec, const pb_plan *plan, pb_error *error)
{
    for (uint32_t i = 1; i < plan->n_stints; i++) {
        uint32_t lap = plan->stints[i].in_lap, before = plan->stints[i - 1].in_lap;
        if (lap < 1 || lap >= spec->rules.laps)
            return pb_error_set(error, PB_E_RULE,
                                "a stop at the end of lap %u: the race has %u laps, so stops come on laps 1 to %u", lap,
                                spec->rules.laps, spec->rules.laps - 1u);
        if (lap <= before)
            return pb_error_set(error, PB_E_RULE, "stops on laps %u and %u: each comes after the one before", before,
                                lap);
    }
    return PB_OK;
}

/* Sets that would have to be fitted yet. */
static uint32_t wanted(const pb_race_spec *spec, const pb_plan *plan, uint32_t compound)
{
    uint32_t n = 0, first = spec->from_lap > 0 ? pb__stint_at(plan, spec->from_lap) + 1u : 0;
    for (uint32_t i = first; i < plan->n_stints; i++) n += plan->stints[i].compound == compound;
    return n;
}

static pb_status check_sets(const pb_race_spec *spec, uint32_t car, const pb_plan *plan, pb_error *error)
{
    for (uint32_t k = 0; k < spec->n_compounds; k++) {
        uint32_t left = pb_decide_sets_left(spec, car, k), wants = wanted(spec, plan, k);
        if (wants > left)
            return pb_error_set(error, PB_E_RULE, "it takes %u sets of %s; %s has %u at most", wants,
                                spec->compounds[k].name, spec->cars[car].code, left);
    }
    return PB_OK;
}

pb_status pb_decide_plan_check(const pb_race_spec *spec, uint32_t car, const pb_plan *plan, pb_error *error)
{
    PB_TRY(check_past(spec, car, plan, error));
    PB_TRY(check_laps(spec, plan, error));
    PB_TRY(check_sets(spec, car, plan, error));
    if (pb_decide_legal(spec, car, plan)) return PB_OK;
    uint32_t done = spec->from_lap > 0 ? spec->cars[car].state.stops_done : 0,
             all  = done + pb__stops_to_come(spec, plan);
    if (all < spec->rules.min_stops)
        return pb_error_set(error, PB_E_RULE, "it makes %u stop(s); the rules of this race ask for %u", all,
                            spec->rules.min_stops);
    return pb_error_set(error, PB_E_RULE, "it uses one dry compound; a dry race asks for two");
}

/* ---- two plans ---- */

static void side(const pb_decider *d, const pb_aim *aim, const pb__runner *a, const pb__runner *b, uint16_t number,
                 pb_ranked *out)
{
    pb__paired p = pb__compare(&d->spec, aim, a, b);
    pb__describe(d, aim, a, number, out);
    out->gain     = (pb_gain){p.mean, p.mean - PB__Z90 * p.se, p.mean + PB__Z90 * p.se};
    out->p_better = p.p_better;
    out->p_best   = pb__chance_above(&p);
}

pb_status pb_decide_compare(pb_decider *d, uint32_t car, const pb_aim *aim, const pb_plan *a, const pb_plan *b,
                            pb_ranked out[2], pb_error *error)
{
    const uint16_t     obey   = (uint16_t)(d->spec.from_lap + 1u);
    const pb_candidate c[2]   = {{*a, obey}, {*b, obey}};
    pb__runner         r[2]   = {{0}, {0}};
    uint32_t           half   = d->effort.trials / 2 < d->room ? d->effort.trials / 2 : d->room;
    pb_status          status = PB_OK;
    PB_TRY(pb_decide_plan_check(&d->spec, car, a, error));
    PB_TRY(pb_decide_plan_check(&d->spec, car, b, error));
    for (uint32_t i = 0; i < 2 && status == PB_OK; i++) {
        status = pb__runner_open(d, car, &c[i], i, &r[i], error);
        if (status == PB_OK) pb__runner_play(d, car, aim, &r[i], half);
    }
    for (uint32_t i = 0; i < 2 && status == PB_OK; i++) side(d, aim, &r[i], &r[1 - i], (uint16_t)i, &out[i]);
    pb__runner_close(&r[0]);
    pb__runner_close(&r[1]);
    return status;
}
