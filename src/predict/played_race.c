#include "played_race.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CLEAR_S 3.0   /* no car within this ahead: clear air */
#define NEAR_S 20.0   /* a stop is measured against cars within this */
#define ODD_S 5.0     /* a lap further off is no measure of traffic */
#define SAME_LAP 0.95 /* of a lap behind the leader; further back the order is not the road */

struct pb__played {
    const pb__learn_race *race;
    pb_race_spec         *spec;
    pb_sim_result        *result;
    uint32_t              spec_of[PB_CARS_MAX];               /* by car of the log; UINT32_MAX none */
    bool                  green[PB_LAPS_MAX + 2];             /* leader lap green, and around it */
    bool                  pits[PB_CARS_MAX][PB_LAPS_MAX + 2]; /* by car of the spec: in-lap or out-lap */
    double                pace_s[PB_CARS_MAX][PB_LAPS_MAX + 2];
};

/* ---- recorded ---- */

static bool recorded_pair(const pb__learn_race *race, uint32_t c, uint32_t i, pb__seen_pair *out)
{
    const pb_lap       *lap  = &race->log->cars[c].laps[i];
    const pb__pace_lap *rear = &race->pace.lap[c][i];
    if (!rear->ahead_same_lap || rear->ahead_row < 0 || rear->lapped_by) return false;
    const pb__pace_lap *front     = &race->pace.lap[rear->ahead][rear->ahead_row];
    const pb_lap       *front_lap = &race->log->cars[rear->ahead].laps[rear->ahead_row];
    if (!pb__lap_is_green(front_lap) || front->lapped_by) return false;
    if (!isfinite(front->expected_s) || !isfinite(rear->residual_s)) return false;
    int32_t next_ms = lap->session_ms - front_lap->session_ms;
    *out            = (pb__seen_pair){.gap_s      = (double)rear->gap_s,
                                      .delta_s    = (double)(front->expected_s - rear->expected_s),
                                      .loss_s     = rear->clean ? (double)rear->residual_s : (double)NAN,
                                      .next_gap_s = next_ms ? next_ms * 1e-3 : 1e-4,
                                      .train      = front->ahead_same_lap && front->gap_s <= 1};
    return true;
}

void pb__see_recorded(const pb__learn_race *race, const pb__eye *eye)
{
    for (uint32_t c = 0; c < race->log->n_cars; c++)
        for (uint32_t i = 0; i < race->log->cars[c].n_laps; i++) {
            const pb_lap       *lap  = &race->log->cars[c].laps[i];
            const pb__pace_lap *rear = &race->pace.lap[c][i];
            pb__seen_pair       pair;
            if (lap->number < 4 || !pb__lap_is_green(lap)) continue;
            eye->lap(eye->self, rear->ahead_same_lap ? (double)rear->gap_s : (double)INFINITY);
            if (recorded_pair(race, c, i, &pair)) eye->pair(eye->self, &pair);
        }
}

/* ---- played ---- */

static void note_green(pb__played *p)
{
    const pb_neutral_spec *neutral = &p->spec->neutral;
    for (uint32_t n = 1; n <= p->spec->rules.laps; n++) {
        p->green[n] = n >= 4;
        for (uint32_t i = 0; i < neutral->n_phases; i++)
            if (neutral->phases[i].start_progress < n + 0.3 && neutral->phases[i].end_progress > n - 1.3)
                p->green[n] = false;
    }
}

/* Pace without noise: what the simulator adds up, car by car. */
static void note_pace(pb__played *p)
{
    for (uint32_t c = 0; c < p->spec->n_cars; c++) {
        const pb_car_spec *car  = &p->spec->cars[c];
        const pb_plan     *plan = &car->plans[0];
        uint32_t           s    = 0;
        double             age  = plan->stints[0].age_laps;
        for (uint32_t n = 1; n <= p->spec->rules.laps; n++) {
            if (s + 1 < plan->n_stints && plan->stints[s + 1].in_lap + 1u == n) {
                age               = plan->stints[++s].age_laps;
                p->pits[c][n]     = true;
                p->pits[c][n - 1] = true;
            }
            const pb_compound_spec *k = &p->spec->compounds[plan->stints[s].compound];
            p->pace_s[c][n] =
                car->pace_s + k->offset_s + car->wear_mult * (k->wear_s_per_lap * age + k->wear_quad_s * age * age);
            age += n < 4 || p->green[n] ? 1 : p->spec->neutral.wear_mult;
        }
    }
}

static void note_cars(pb__played *p)
{
    for (uint32_t c = 0; c < p->race->log->n_cars; c++) {
        p->spec_of[c] = UINT32_MAX;
        for (uint32_t s = 0; s < p->spec->n_cars; s++)
            if (strcmp(p->race->log->cars[c].code, p->spec->cars[s].code) == 0) p->spec_of[c] = s;
    }
}

pb_status pb__played_create(const pb__learn_race *race, const pb_prior *prior, pb__played **out, pb_error *error)
{
    pb_fit_options options = {.whole_race = true, .actual_neutral = true, .actual_plans = true, .blind_lane = true};
    pb__played    *p       = calloc(1, sizeof *p);
    if (p) p->spec = malloc(sizeof *p->spec);
    if (!p || !p->spec) {
        free(p);
        return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", race->log->source);
    }
    p->race          = race;
    pb_status status = pb_fit_race(race->log, prior, &options, NULL, 0, p->spec, error);
    if (status != PB_OK) {
        pb__played_destroy(p);
        return status;
    }
    p->spec->effects &=
        ~(unsigned)(PB_EFFECT_PACE_UNCERTAINTY | PB_EFFECT_WEAR_UNCERTAINTY | PB_EFFECT_RETIREMENTS | PB_EFFECT_COVER |
                    PB_EFFECT_REACT_SC | PB_EFFECT_REACT_RAIN | PB_EFFECT_PLAN_JITTER | PB_EFFECT_PENALTIES);
    note_green(p);
    note_pace(p);
    note_cars(p);
    *out = p;
    return PB_OK;
}

void pb__played_destroy(pb__played *p)
{
    if (!p) return;
    pb_sim_result_destroy(p->result);
    free(p->spec);
    free(p);
}

void pb__played_turn(pb__played *p, const pb_race_spec *base)
{
    double circuit                = p->spec->traffic.pass_circuit;
    p->spec->traffic              = base->traffic;
    p->spec->traffic.pass_circuit = circuit;
    p->spec->pit.sc_onset_frac    = base->pit.sc_onset_frac;
    p->spec->pit.sc_frac          = base->pit.sc_frac;
    p->spec->pit.vsc_onset_frac   = base->pit.vsc_onset_frac;
    p->spec->pit.vsc_frac         = base->pit.vsc_frac;
}

pb_status pb__played_run(pb__played *p, uint32_t trials, pb_error *error)
{
    pb_sim_model   *model   = NULL;
    pb_sim_scratch *scratch = NULL;
    pb_sim_result_destroy(p->result);
    p->result        = NULL;
    pb_status status = pb_sim_model_create(p->spec, &model, error);
    if (status == PB_OK) status = pb_sim_result_create(model, trials, &p->result);
    if (status == PB_OK) status = pb_sim_scratch_create(model, &scratch);
    if (status == PB_OK) pb_sim_run(model, 1, 0, trials, PB_ISA_AUTO, scratch, p->result);
    pb_sim_scratch_destroy(scratch);
    pb_sim_model_destroy(model);
    return status;
}

static size_t cell(const pb__played *p, uint32_t trial, uint32_t lap, uint32_t car)
{
    return ((size_t)trial * p->result->n_laps + lap - 1) * p->result->n_cars + car;
}

static double gap_at(const pb__played *p, uint32_t trial, uint32_t lap, uint32_t car)
{
    return (double)p->result->trace.gap_s[cell(p, trial, lap, car)];
}

/* Car at each place at the end of a lap; returns how many run. */
static uint32_t order_at(const pb__played *p, uint32_t trial, uint32_t lap, uint32_t car[PB_CARS_MAX])
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < p->result->n_cars; c++) {
        uint32_t place = p->result->trace.place[cell(p, trial, lap, c)];
        if (place == 0) continue;
        car[place - 1] = c;
        n              = place > n ? place : n;
    }
    return n;
}

/* How the gap of a car moved on a lap, less its own pace: its noise and losses
 * less the leader's. */
static double moved_s(const pb__played *p, uint32_t trial, uint32_t lap, uint32_t car)
{
    return gap_at(p, trial, lap, car) - gap_at(p, trial, lap - 1, car) - p->pace_s[car][lap];
}

/* Mean of that over the cars that run in clear air: what losses are measured
 * against, since a leader leads also because he has a good spell. */
static double clear_level_s(const pb__played *p, uint32_t trial, uint32_t lap, const uint32_t *at, uint32_t n)
{
    double sum = 0, count = 0;
    for (uint32_t k = 0; k < n; k++) {
        double gap_s =
            k > 0 ? gap_at(p, trial, lap - 1, at[k]) - gap_at(p, trial, lap - 1, at[k - 1]) : (double)INFINITY;
        double off_s = moved_s(p, trial, lap, at[k]);
        if (gap_s < CLEAR_S || p->pits[at[k]][lap] || !isfinite(off_s)) continue;
        sum += off_s;
        count++;
    }
    return count >= 2 ? sum / count : (double)NAN;
}

static void see_lap(const pb__played *p, uint32_t trial, uint32_t lap, const pb__eye *eye)
{
    uint32_t at[PB_CARS_MAX], n = order_at(p, trial, lap - 1, at);
    double   lap_s = p->race->pace.median_s, level_s = clear_level_s(p, trial, lap, at, n);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t rear = at[k], front = k > 0 ? at[k - 1] : 0;
        double   end = gap_at(p, trial, lap, rear), start = gap_at(p, trial, lap - 1, rear);
        if (p->pits[rear][lap] || p->pits[rear][lap - 1] || !isfinite(end)) continue;
        bool   there = k > 0 && !p->pits[front][lap - 1]; /* a car in the lane is not on the road */
        double gap_s = there ? start - gap_at(p, trial, lap - 1, front) : (double)INFINITY;
        eye->lap(eye->self, gap_s);
        if (!there || p->pits[front][lap] || !isfinite(gap_at(p, trial, lap, front)) || start > SAME_LAP * lap_s)
            continue;
        double        loss_s = moved_s(p, trial, lap, rear) - level_s;
        bool          train  = k > 1 && gap_at(p, trial, lap - 1, front) - gap_at(p, trial, lap - 1, at[k - 2]) <= 1;
        pb__seen_pair pair   = {.gap_s      = gap_s,
                                .delta_s    = p->pace_s[front][lap] - p->pace_s[rear][lap],
                                .loss_s     = fabs(loss_s) < ODD_S ? loss_s : (double)NAN,
                                .next_gap_s = end - gap_at(p, trial, lap, front),
                                .train      = train};
        eye->pair(eye->self, &pair);
    }
}

void pb__see_played(const pb__played *p, const pb__eye *eye)
{
    for (uint32_t trial = 0; p->result && trial < p->result->trace.trials; trial++)
        for (uint32_t lap = 4; lap <= p->result->n_laps; lap++)
            if (p->green[lap]) see_lap(p, trial, lap, eye);
}

double pb__played_stop_share(const pb__played *p, uint32_t trial, const pb__stop *stop)
{
    uint32_t car = p->spec_of[stop->car], lap = stop->in_lap;
    if (!p->result || car == UINT32_MAX || lap < 2 || lap + 1u > p->result->n_laps || !p->pits[car][lap]) return NAN;
    double from = gap_at(p, trial, lap - 1, car), lost = gap_at(p, trial, lap + 1, car) - from, sum = 0;
    int    n = 0;
    for (uint32_t c = 0; c < p->result->n_cars; c++) {
        if (c == car || p->pits[c][lap] || p->pits[c][lap + 1]) continue;
        double at = gap_at(p, trial, lap - 1, c), moved = gap_at(p, trial, lap + 1, c) - at;
        if (!(fabs(at - from) <= NEAR_S) || !isfinite(moved)) continue;
        sum += moved;
        n++;
    }
    return n > 0 ? (lost - sum / n) / p->spec->pit.loss_s : (double)NAN;
}
