/* Is this a race that can be played out? Ranges come from the field table, the
 * rules between fields from here. */
#include <stdio.h>
#include <string.h>

#include "pitboard/race_fields.h"

#define SUM_SLACK 1e-6 /* probabilities written with seven digits still sum to 1 */

/* ---- numbers that must rise or sum to 1 ---- */

static pb_status check_rising(const double *value, size_t n, bool strictly, const char *pointer, pb_error *error)
{
    for (size_t i = 1; i < n; i++)
        if (value[i] < value[i - 1] || (strictly && value[i] == value[i - 1]))
            return pb_error_set(error, PB_E_RULE, "%s/%zu: %.10g does not rise from %.10g before it", pointer, i,
                                value[i], value[i - 1]);
    return PB_OK;
}

static pb_status check_sum(const double *value, size_t n, const char *pointer, pb_error *error)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) sum += value[i];
    if (sum > 1.0 - SUM_SLACK && sum < 1.0 + SUM_SLACK) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "%s: the probabilities sum to %.10g, they must sum to 1", pointer, sum);
}

static pb_status check_curves(const pb_race_spec *s, pb_error *error)
{
    PB_TRY(check_rising(s->pit.stop_s, PB_QUANTILES, false, "/pit/stop_s", error));
    PB_TRY(check_rising(s->traffic.hold_s, PB_QUANTILES, false, "/traffic/hold_s", error));
    PB_TRY(check_rising(s->traffic.air_gap_s, PB_GAP_KNOTS, true, "/traffic/air_gap_s", error));
    PB_TRY(check_rising(s->start.slot_gap_s, PB_CARS_MAX, false, "/start/slot_gap_s", error));
    if (s->start.slot_gap_s[0] != 0.0)
        return pb_error_set(error, PB_E_RULE,
                            "/start/slot_gap_s/0: %.10g is not allowed, the leader is 0 behind itself",
                            s->start.slot_gap_s[0]);
    PB_TRY(check_sum(s->neutral.sc_laps, 10, "/neutral/sc_laps", error));
    return check_sum(s->neutral.vsc_laps, 5, "/neutral/vsc_laps", error);
}

/* Fleishman (1978), table 1 and its note: what a cubic of a normal can reach. */
static pb_status check_noise(const pb_noise_spec *noise, pb_error *error)
{
    double least = 1.58837 * noise->skew * noise->skew - 1.13168;
    if (noise->kurtosis >= least) return PB_OK;
    return pb_error_set(error, PB_E_RULE,
                        "/noise/kurtosis: %.10g is not allowed, with a skew of %.10g it must be at least %.4g",
                        noise->kurtosis, noise->skew, least);
}

static pb_status check_phases(const pb_race_spec *s, pb_error *error)
{
    double free_from = 0.0;
    for (int i = 0; i < s->neutral.n_phases; i++) {
        const pb_phase_spec *phase = &s->neutral.phases[i];
        if (phase->start_progress < free_from)
            return pb_error_set(
                error, PB_E_RULE,
                "/neutral/phases/%d/start_progress: %.10g lies before the end of the phase before it, %.10g", i,
                phase->start_progress, free_from);
        if (phase->end_progress <= phase->start_progress)
            return pb_error_set(error, PB_E_RULE,
                                "/neutral/phases/%d/end_progress: %.10g is not after the start, %.10g", i,
                                phase->end_progress, phase->start_progress);
        if (phase->end_progress > s->rules.laps)
            return pb_error_set(error, PB_E_RULE,
                                "/neutral/phases/%d/end_progress: %.10g lies beyond the race, %d laps", i,
                                phase->end_progress, s->rules.laps);
        free_from = phase->end_progress;
    }
    return PB_OK;
}

/* ---- compounds ---- */

static pb_status check_compounds(const pb_race_spec *s, pb_error *error)
{
    for (int i = 0; i < s->n_compounds; i++)
        for (int k = 0; k < i; k++)
            if (strcmp(s->compounds[i].name, s->compounds[k].name) == 0)
                return pb_error_set(error, PB_E_RULE, "/compounds/%d/name: \"%s\" is there twice, names must differ", i,
                                    s->compounds[i].name);
    return PB_OK;
}

static bool knows_compound(const pb_race_spec *s, int compound)
{
    return compound < s->n_compounds;
}

static pb_status unknown_compound(const char *pointer, int compound, int n, pb_error *error)
{
    return pb_error_set(error, PB_E_RULE, "%s: compound %d is not in the list of %d", pointer, compound, n);
}

/* ---- plans ---- */

static pb_status check_stint(const pb_race_spec *s, const pb_plan *plan, int k, const char *pointer, pb_error *error)
{
    const pb_stint_spec *stint = &plan->stints[k];
    char                 own[96];
    snprintf(own, sizeof own, "%s/stints/%d/compound", pointer, k);
    if (!knows_compound(s, stint->compound)) return unknown_compound(own, stint->compound, s->n_compounds, error);
    snprintf(own, sizeof own, "%s/stints/%d/in_lap", pointer, k);
    if (k == 0)
        return stint->in_lap == 0
                   ? PB_OK
                   : pb_error_set(error, PB_E_RULE, "%s: %d is not allowed, the first set is fitted before the race: 0",
                                  own, stint->in_lap);
    if (stint->in_lap <= plan->stints[k - 1].in_lap)
        return pb_error_set(error, PB_E_RULE, "%s: lap %d does not come after the stop before it, lap %d", own,
                            stint->in_lap, plan->stints[k - 1].in_lap);
    if (stint->in_lap >= s->rules.laps)
        return pb_error_set(error, PB_E_RULE,
                            "%s: lap %d lies beyond the race, the last stop can be at the end of lap %d of %d", own,
                            stint->in_lap, s->rules.laps - 1, s->rules.laps);
    return PB_OK;
}

static bool wet_is_possible(const pb_race_spec *s)
{
    if (s->weather.rain_prob > 0.0) return true;
    for (int lap = 1; lap <= s->weather.known_laps; lap++)
        if (s->weather.wetness_frac[lap] > 0.0) return true;
    return false;
}

/* Bit k: compounds[k] is used by a car that follows this plan to the end. */
static unsigned compounds_of(const pb_race_spec *s, const pb_car_spec *car, const pb_plan *plan)
{
    unsigned used = s->from_lap > 0 ? car->state.compounds_used | 1u << car->state.compound : 0;
    for (int k = 0; k < plan->n_stints; k++)
        if (s->from_lap == 0 || plan->stints[k].in_lap > s->from_lap) used |= 1u << plan->stints[k].compound;
    return used;
}

static pb_status check_two_compounds(const pb_race_spec *s, const pb_car_spec *car, const pb_plan *plan,
                                     const char *pointer, pb_error *error)
{
    unsigned used     = compounds_of(s, car, plan);
    int      n_slicks = 0;
    if (!s->rules.two_compounds || wet_is_possible(s) || pb_race_stops_left(s) == 0) return PB_OK;
    for (int i = 0; i < s->n_compounds; i++) {
        if (!(used >> i & 1u)) continue;
        if (s->compounds[i].kind != PB_TYRE_SLICK) return PB_OK;
        n_slicks++;
    }
    if (n_slicks >= 2) return PB_OK;
    return pb_error_set(
        error, PB_E_RULE,
        "%s/stints: %s uses one dry compound only, a dry race needs two (or set rules.two_compounds to false)", pointer,
        car->code);
}

static pb_status check_min_stops(const pb_race_spec *s, const pb_car_spec *car, const pb_plan *plan,
                                 const char *pointer, pb_error *error)
{
    int stops = s->from_lap > 0 ? car->state.stops_done : 0;
    for (int k = 1; k < plan->n_stints; k++) stops += plan->stints[k].in_lap > s->from_lap;
    int most = (s->from_lap > 0 ? car->state.stops_done : 0) + (int)pb_race_stops_left(s);
    if (stops >= s->rules.min_stops || most < s->rules.min_stops) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "%s/stints: %s makes %d stops, rules.min_stops asks for %d", pointer,
                        car->code, stops, s->rules.min_stops);
}

static pb_status check_plans(const pb_race_spec *s, int c, pb_error *error)
{
    const pb_car_spec *car   = &s->cars[c];
    double             sum   = 0.0;
    int                total = 0;
    char               pointer[64];
    for (int p = 0; p < car->n_plans; p++) {
        const pb_plan *plan = &car->plans[p];
        snprintf(pointer, sizeof pointer, "/cars/%d/plans/%d", c, p);
        for (int k = 0; k < plan->n_stints; k++) PB_TRY(check_stint(s, plan, k, pointer, error));
        if (s->from_lap == 0 || car->state.running) {
            PB_TRY(check_two_compounds(s, car, plan, pointer, error));
            PB_TRY(check_min_stops(s, car, plan, pointer, error));
        }
        sum += plan->weight_prob;
        total += plan->n_stints;
    }
    if (total > PB_PLAN_ENTRIES_MAX)
        return pb_error_set(error, PB_E_LIMIT,
                            "/cars/%d/plans: %d stints in all plans together, at most %d are allowed", c, total,
                            PB_PLAN_ENTRIES_MAX);
    if (sum > 1.0 - SUM_SLACK && sum < 1.0 + SUM_SLACK) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "/cars/%d/plans: the weights sum to %.10g, they must sum to 1", c, sum);
}

/* ---- cars ---- */

static pb_status check_car_alone(const pb_race_spec *s, int c, pb_error *error)
{
    const pb_car_spec *car = &s->cars[c];
    if (car->grid > s->n_cars)
        return pb_error_set(error, PB_E_RULE, "/cars/%d/grid: slot %d is not allowed, %d cars fill slots 1 to %d", c,
                            car->grid, s->n_cars, s->n_cars);
    for (int k = 0; k < c; k++) {
        if (strcmp(car->code, s->cars[k].code) == 0)
            return pb_error_set(error, PB_E_RULE, "/cars/%d/code: \"%s\" is there twice, each car once", c, car->code);
        if (car->grid == s->cars[k].grid)
            return pb_error_set(error, PB_E_RULE, "/cars/%d/grid: slot %d is taken by %s already", c, car->grid,
                                s->cars[k].code);
    }
    return PB_OK;
}

/* ---- the state of a race under way ---- */

/* The last stint that has begun by then. */
static const pb_stint_spec *current_stint(const pb_plan *plan, int lap)
{
    int i = 0;
    while (i + 1 < plan->n_stints && plan->stints[i + 1].in_lap <= lap) i++;
    return &plan->stints[i];
}

static pb_status check_state(const pb_race_spec *s, int c, pb_error *error)
{
    const pb_car_state *state = &s->cars[c].state;
    char                pointer[64];
    snprintf(pointer, sizeof pointer, "/cars/%d/state/compound", c);
    if (!knows_compound(s, state->compound)) return unknown_compound(pointer, state->compound, s->n_compounds, error);
    const pb_stint_spec *on = current_stint(&s->cars[c].plans[0], s->from_lap);
    if (state->running && state->compound != on->compound)
        return pb_error_set(error, PB_E_RULE, "%s: \"%s\" is not allowed, the car's plan has it on %s after lap %d",
                            pointer, s->compounds[state->compound].name, s->compounds[on->compound].name, s->from_lap);
    if (state->compounds_used >> s->n_compounds)
        return pb_error_set(error, PB_E_RULE, "/cars/%d/state/compounds_used: a compound is not in the list of %d", c,
                            s->n_compounds);
    if (state->laps_done > s->from_lap)
        return pb_error_set(error, PB_E_RULE, "/cars/%d/state/laps_done: %d is not allowed, the leader has done %d", c,
                            state->laps_done, s->from_lap);
    if (state->running && (state->position < 1 || state->position > s->n_cars))
        return pb_error_set(error, PB_E_RULE, "/cars/%d/state/position: %d is not allowed, it must be from 1 to %d", c,
                            state->position, s->n_cars);
    return PB_OK;
}

/* Running cars: no place twice, and gaps grow with the place. */
static pb_status check_order(const pb_race_spec *s, int a, int b, pb_error *error)
{
    const pb_car_state *one = &s->cars[a].state, *other = &s->cars[b].state;
    if (!one->running || !other->running) return PB_OK;
    if (one->position == other->position)
        return pb_error_set(error, PB_E_RULE, "/cars/%d/state/position: place %d is taken by %s already", a,
                            one->position, s->cars[b].code);
    if ((one->position > other->position) ? one->gap_s >= other->gap_s : one->gap_s <= other->gap_s) return PB_OK;
    return pb_error_set(error, PB_E_RULE,
                        "/cars/%d/state/gap_s: %.10g s in place %d does not fit %s's %.10g s in place %d", a,
                        one->gap_s, one->position, s->cars[b].code, other->gap_s, other->position);
}

static pb_status check_under_way(const pb_race_spec *s, pb_error *error)
{
    int running = 0;
    if (s->from_lap == 0) return PB_OK;
    if (s->from_lap >= s->rules.laps)
        return pb_error_set(error, PB_E_RULE, "/from_lap: %d is not allowed, it must be before the last lap, %d",
                            s->from_lap, s->rules.laps);
    for (int a = 0; a < s->n_cars; a++) {
        PB_TRY(check_state(s, a, error));
        for (int b = 0; b < a; b++) PB_TRY(check_order(s, a, b, error));
        running += s->cars[a].state.running;
    }
    if (running > 0) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "/cars: no car is running on lap %d", s->from_lap);
}

pb_status pb_race_spec_check(const pb_race_spec *spec, pb_error *error)
{
    PB_TRY(pb_record_check(pb_race_record(), spec, "", error));
    PB_TRY(check_curves(spec, error));
    PB_TRY(check_noise(&spec->noise, error));
    PB_TRY(check_phases(spec, error));
    PB_TRY(check_compounds(spec, error));
    for (int c = 0; c < spec->n_cars; c++) PB_TRY(check_car_alone(spec, c, error));
    PB_TRY(check_under_way(spec, error));
    for (int c = 0; c < spec->n_cars; c++) PB_TRY(check_plans(spec, c, error));
    return PB_OK;
}
