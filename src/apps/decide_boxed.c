/* Rivals that are on their way into the lane: see decide_state.h. */
#include <math.h>
#include <string.h>

#include "decide_state.h"
#include "pitboard/predict.h"
#include "pitboard/predict_plan.h"
#include "pitboard/race_call.h"

#define SET_UNKNOWN PB_CALL_NOBODY

/* The stint of a plan that is under way. */
static uint32_t stint_now(const pb_plan *plan, uint32_t lap)
{
    uint32_t s = 0;
    while (s + 1u < plan->n_stints && plan->stints[s + 1].in_lap <= lap) s++;
    return s;
}

static bool owes_compound(const pb_race_spec *spec, uint32_t car, uint8_t on)
{
    if (!spec->rules.two_compounds || spec->compounds[on].kind != PB_TYRE_SLICK) return false;
    uint32_t used = spec->cars[car].state.compounds_used | 1u << on;
    return (used & (used - 1)) == 0;
}

static double cost_with(const pb_race_spec *spec, uint32_t car, const pb_plan *plan, uint32_t k, uint8_t compound)
{
    pb_plan      trial       = *plan;
    pb_plan_rest rest        = {.spec      = spec,
                                .from      = spec->from_lap,
                                .laps      = spec->rules.laps,
                                .first     = (uint8_t)(k - 1),
                                .age_laps  = spec->cars[car].state.tyre_age_laps,
                                .wear_mult = spec->cars[car].wear_mult};
    trial.stints[k].compound = compound;
    return pb_plan_cost_s(&rest, &trial);
}

/* Of the kind of tyre it is on, the set that costs least to the end. */
static uint8_t set_for(const pb_race_spec *spec, uint32_t car, const pb_plan *plan, uint32_t k)
{
    uint8_t on = plan->stints[k - 1].compound, best = on;
    bool    owed  = owes_compound(spec, car, on);
    double  least = INFINITY;
    for (uint8_t c = 0; c < spec->n_compounds; c++) {
        if (spec->compounds[c].kind != spec->compounds[on].kind || (owed && c == on)) continue;
        double cost = cost_with(spec, car, plan, k, c);
        if (cost >= least) continue;
        least = cost;
        best  = c;
    }
    return best;
}

static bool room_for_one_more(const pb_car_spec *car, const pb_plan *plan)
{
    uint32_t all = 0;
    for (uint32_t p = 0; p < car->n_plans; p++) all += car->plans[p].n_stints;
    return plan->n_stints < PB_PLAN_STINTS && all < PB_PLAN_ENTRIES_MAX;
}

/* In-laps rise, so moving the next stop forward leaves the later ones in order. */
static pb_status stop_now(pb_race_spec *spec, uint32_t car, pb_plan *plan, uint16_t lap, uint8_t set, pb_error *error)
{
    uint32_t k = stint_now(plan, spec->from_lap) + 1;
    if (k == plan->n_stints) {
        if (!room_for_one_more(&spec->cars[car], plan))
            return pb_error_set(error, PB_E_LIMIT, "--boxed %s: its plans have no room for one more stop",
                                spec->cars[car].code);
        plan->n_stints++;
        plan->stints[k]          = (pb_stint_spec){.compound = plan->stints[k - 1].compound, .in_lap = lap};
        plan->stints[k].compound = set_for(spec, car, plan, k);
    }
    plan->stints[k].in_lap = lap;
    if (set != SET_UNKNOWN) plan->stints[k].compound = set;
    return PB_OK;
}

static pb_status box(pb_race_spec *spec, uint32_t car, uint8_t set, pb_error *error)
{
    uint16_t lap = (uint16_t)(spec->from_lap + 1);
    if (lap >= spec->rules.laps)
        return pb_error_set(error, PB_E_RULE, "--boxed %s: lap %u is the last, nobody stops at the end of it",
                            spec->cars[car].code, lap);
    for (uint32_t p = 0; p < spec->cars[car].n_plans; p++)
        PB_TRY(stop_now(spec, car, &spec->cars[car].plans[p], lap, set, error));
    return PB_OK;
}

/* "HAM" or "HAM:INTERMEDIATE"; the word is taken off its car. */
static pb_status set_named(const pb_race_spec *spec, char *code, uint8_t *set, pb_error *error)
{
    const char *names[PB_COMPOUNDS_MAX];
    char       *colon = strchr(code, ':');
    *set              = SET_UNKNOWN;
    if (!colon) return PB_OK;
    *colon = '\0';
    for (uint8_t k = 0; k < spec->n_compounds; k++) {
        names[k] = spec->compounds[k].name;
        if (!pb_span_equal_nocase(pb_span_of(colon + 1), names[k])) continue;
        *set = k;
        return PB_OK;
    }
    const char *near = pb_nearest(pb_span_of(colon + 1), names, spec->n_compounds);
    return pb_error_set(error, PB_E_USAGE, "--boxed %s:%s: no such tyre in this race%s%s%s", code, colon + 1,
                        near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* Somebody fits another kind of tyre: that tells of the track. */
static void see_change(pb_race_spec *spec, uint32_t car, uint8_t set)
{
    if (set == SET_UNKNOWN || spec->compounds[set].kind == spec->compounds[spec->cars[car].state.compound].kind) return;
    pb_fit_change_seen(spec, spec->compounds[set].kind);
}

pb_status decide_state_boxed(pb_race_spec *spec, const char *codes, bool boxed[PB_CARS_MAX], pb_error *error)
{
    char     code[32];
    uint32_t car = 0;
    uint8_t  set;
    for (const char *at = codes; at && *at;) {
        size_t len = strcspn(at, ",");
        if (!pb_span_copy(pb_span_trim((pb_span){at, len}), code, sizeof code) || !code[0])
            return pb_error_set(error, PB_E_USAGE, "--boxed %.60s: it is a list of cars: --boxed HAM,VER:HARD", codes);
        at += len + (at[len] == ',');
        PB_TRY(set_named(spec, code, &set, error));
        PB_TRY(decide_state_car(spec, code, "--boxed", &car, error));
        PB_TRY(decide_state_runs(spec, car, "--boxed", error));
        if (!boxed[car]) PB_TRY(box(spec, car, set, error));
        see_change(spec, car, set);
        boxed[car] = true;
    }
    return PB_OK;
}
