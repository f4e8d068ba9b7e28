#include "tool_played.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/predict.h"

/* ---- recorded ---- */

void check_recorded(const pb__learn_race *race, check_traffic *out)
{
    for (uint32_t c = 0; c < race->log->n_cars; c++)
        for (uint32_t i = 0; i < race->log->cars[c].n_laps; i++) {
            const pb_lap       *lap  = &race->log->cars[c].laps[i];
            const pb__pace_lap *rear = &race->pace.lap[c][i];
            if (lap->number < 4 || !pb__lap_is_green(lap)) continue;
            check_traffic_lap(out, rear->ahead_same_lap ? (double)rear->gap_s : (double)INFINITY);
            if (!rear->ahead_same_lap || rear->ahead_row < 0 || rear->lapped_by) continue;
            const pb__pace_lap *front     = &race->pace.lap[rear->ahead][rear->ahead_row];
            const pb_lap       *front_lap = &race->log->cars[rear->ahead].laps[rear->ahead_row];
            if (!pb__lap_is_green(front_lap) || front->lapped_by || !isfinite(front->expected_s) ||
                !isfinite(rear->residual_s))
                continue;
            check_pair pair = {.gap_s      = (double)rear->gap_s,
                               .delta_s    = (double)(front->expected_s - rear->expected_s),
                               .loss_s     = rear->clean ? (double)rear->residual_s : (double)NAN,
                               .next_gap_s = (lap->session_ms - front_lap->session_ms) * 1e-3,
                               .train      = front->ahead_same_lap && front->gap_s <= 1};
            if (pair.next_gap_s == 0) pair.next_gap_s = 1e-4;
            check_traffic_add(out, &pair);
        }
}

/* ---- played ---- */

/* One race being played, with what is known of every car and lap beforehand. */
typedef struct play {
    const pb__learn_race *race;
    const pb_race_spec   *spec;
    const pb_sim_result  *result;
    uint32_t              spec_of[PB_CARS_MAX];   /* by car of the log; UINT32_MAX none */
    bool                  green[PB_LAPS_MAX + 2]; /* leader lap wholly green, and the one before and after */
    bool                  pits[PB_CARS_MAX][PB_LAPS_MAX + 2]; /* by spec car: in-lap or out-lap */
    double                pace_s[PB_CARS_MAX][PB_LAPS_MAX + 2];
} play;

static double gap_at(const play *p, uint32_t trial, uint32_t lap, uint32_t car)
{
    return (double)p->result->trace.gap_s[((size_t)trial * p->result->n_laps + lap - 1) * p->result->n_cars + car];
}

static uint32_t place_at(const play *p, uint32_t trial, uint32_t lap, uint32_t car)
{
    return p->result->trace.place[((size_t)trial * p->result->n_laps + lap - 1) * p->result->n_cars + car];
}

static void note_pace(play *p)
{
    for (uint32_t c = 0; c < p->spec->n_cars; c++) {
        const pb_car_spec *car  = &p->spec->cars[c];
        const pb_plan     *plan = &car->plans[0];
        uint32_t           s    = 0;
        double             age  = plan->stints[0].age_laps;
        for (uint32_t n = 1; n <= p->spec->rules.laps; n++) {
            if (s + 1 < plan->n_stints && plan->stints[s + 1].in_lap + 1u == n) {
                s++;
                age               = plan->stints[s].age_laps;
                p->pits[c][n]     = true;
                p->pits[c][n - 1] = true;
            }
            const pb_compound_spec *k = &p->spec->compounds[plan->stints[s].compound];
            p->pace_s[c][n] =
                car->pace_s + k->offset_s + k->wear_s_per_lap * car->wear_mult * age + k->wear_quad_s * age * age;
            age += n < 4 || p->green[n] ? 1 : p->spec->neutral.wear_mult;
        }
    }
}

static void note_green(play *p)
{
    for (uint32_t n = 1; n <= p->spec->rules.laps; n++) {
        p->green[n] = n >= 4;
        for (uint32_t i = 0; i < p->spec->neutral.n_phases; i++)
            if (p->spec->neutral.phases[i].start_progress < n + 0.3 &&
                p->spec->neutral.phases[i].end_progress > n - 1.3)
                p->green[n] = false;
    }
}

static void note_cars(play *p)
{
    for (uint32_t c = 0; c < p->race->log->n_cars; c++) {
        p->spec_of[c] = UINT32_MAX;
        for (uint32_t s = 0; s < p->spec->n_cars; s++)
            if (strcmp(p->race->log->cars[c].code, p->spec->cars[s].code) == 0) p->spec_of[c] = s;
    }
}

/* Car at each place at the end of a lap; returns how many run. */
static uint32_t order_at(const play *p, uint32_t trial, uint32_t lap, uint32_t car[PB_CARS_MAX])
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < p->result->n_cars; c++) {
        uint32_t place = place_at(p, trial, lap, c);
        if (place == 0) continue;
        car[place - 1] = c;
        n              = place > n ? place : n;
    }
    return n;
}

/* How the gap of a car moved on a lap, less its own pace: its noise and losses
 * less the leader's. */
static double moved_s(const play *p, uint32_t trial, uint32_t lap, uint32_t car)
{
    return gap_at(p, trial, lap, car) - gap_at(p, trial, lap - 1, car) - p->pace_s[car][lap];
}

/* Mean of that over the cars that run in clear air: what losses are measured
 * against, since a leader leads also because he has a good spell. */
static double clear_level_s(const play *p, uint32_t trial, uint32_t lap, const uint32_t *at, uint32_t n)
{
    double sum = 0, count = 0;
    for (uint32_t k = 0; k < n; k++) {
        double gap_s =
            k > 0 ? gap_at(p, trial, lap - 1, at[k]) - gap_at(p, trial, lap - 1, at[k - 1]) : (double)INFINITY;
        double off_s = moved_s(p, trial, lap, at[k]);
        if (gap_s < 3 || p->pits[at[k]][lap] || !(fabs(off_s) < 1000)) continue;
        sum += off_s;
        count++;
    }
    return count >= 2 ? sum / count : (double)NAN;
}

/* Only the field within one lap of the leader: further back, the car ahead in
 * the order is not the car ahead on the road. */
static void measure_lap(const play *p, uint32_t trial, uint32_t lap, check_traffic *out)
{
    uint32_t at[PB_CARS_MAX], n = order_at(p, trial, lap - 1, at);
    double   lap_s = p->race->pace.median_s, level_s = clear_level_s(p, trial, lap, at, n);
    for (uint32_t k = 0; k < n; k++) {
        uint32_t rear = at[k];
        double   end = gap_at(p, trial, lap, rear), start = gap_at(p, trial, lap - 1, rear);
        if (p->pits[rear][lap] || p->pits[rear][lap - 1] || !isfinite(end)) continue;
        uint32_t front     = k > 0 ? at[k - 1] : UINT32_MAX;
        bool     out_there = k > 0 && !p->pits[front][lap - 1];
        check_traffic_lap(out, out_there ? start - gap_at(p, trial, lap - 1, front) : (double)INFINITY);
        if (!out_there || p->pits[front][lap] || !isfinite(gap_at(p, trial, lap, front)) || start > 0.95 * lap_s)
            continue;
        double     loss_s = moved_s(p, trial, lap, rear) - level_s;
        bool       train  = k > 1 && gap_at(p, trial, lap - 1, front) - gap_at(p, trial, lap - 1, at[k - 2]) <= 1;
        check_pair pair   = {.gap_s      = start - gap_at(p, trial, lap - 1, front),
                             .delta_s    = p->pace_s[front][lap] - p->pace_s[rear][lap],
                             .loss_s     = fabs(loss_s) < 5 ? loss_s : (double)NAN,
                             .next_gap_s = end - gap_at(p, trial, lap, front),
                             .train      = train};
        check_traffic_add(out, &pair);
    }
}

/* Time lost over in- and out-lap against cars within 20 s that stay out. */
static void measure_stop(const play *p, uint32_t trial, const pb__stop *stop, double green_s, check_stops *out)
{
    uint32_t car = p->spec_of[stop->car], lap = stop->in_lap;
    if (car == UINT32_MAX || lap < 2 || lap + 1u > p->result->n_laps || !p->pits[car][lap]) return;
    double from = gap_at(p, trial, lap - 1, car), lost = gap_at(p, trial, lap + 1, car) - from;
    double sum = 0;
    int    n   = 0;
    for (uint32_t c = 0; c < p->result->n_cars; c++) {
        if (c == car || p->pits[c][lap] || p->pits[c][lap + 1]) continue;
        double at = gap_at(p, trial, lap - 1, c), moved = gap_at(p, trial, lap + 1, c) - at;
        if (!(fabs(at - from) <= 20) || !isfinite(moved)) continue;
        sum += moved;
        n++;
    }
    if (n > 0 && isfinite(lost)) check_stops_add(out, stop->flag, (lost - sum / n) / green_s);
}

static void measure(const play *p, const pb__stop *stops, size_t n_stops, check_traffic *out, check_stops *played)
{
    for (uint32_t t = 0; t < p->result->trace.trials; t++) {
        for (uint32_t lap = 4; lap <= p->result->n_laps; lap++)
            if (p->green[lap]) measure_lap(p, t, lap, out);
        for (size_t i = 0; i < n_stops; i++) measure_stop(p, t, &stops[i], p->spec->pit.loss_s, played);
    }
}

static bool run(const pb_race_spec *spec, uint32_t trials, pb_sim_result **out, pb_error *error)
{
    pb_sim_model   *model   = NULL;
    pb_sim_scratch *scratch = NULL;
    bool ok = pb_sim_model_create(spec, &model, error) == PB_OK && pb_sim_result_create(model, trials, out) == PB_OK &&
              pb_sim_scratch_create(model, &scratch) == PB_OK;
    if (ok) pb_sim_run(model, 1, 0, trials, PB_ISA_AUTO, scratch, *out);
    pb_sim_scratch_destroy(scratch);
    pb_sim_model_destroy(model);
    return ok;
}

bool check_played(const pb__learn_race *race, const pb_prior *prior, uint32_t trials, const pb__stop *stops,
                  size_t n_stops, check_traffic *out, check_stops *played)
{
    pb_fit_options options = {.whole_race = true, .actual_neutral = true, .actual_plans = true, .blind_lane = true};
    pb_race_spec  *spec    = malloc(sizeof *spec);
    play          *p       = calloc(1, sizeof *p);
    pb_sim_result *result  = NULL;
    pb_error       error   = {0};
    bool           ok      = spec && p && pb_fit_race(race->log, prior, &options, NULL, 0, spec, &error) == PB_OK;
    if (ok) {
        spec->effects &= ~(unsigned)(PB_EFFECT_PACE_UNCERTAINTY | PB_EFFECT_WEAR_UNCERTAINTY | PB_EFFECT_RETIREMENTS |
                                     PB_EFFECT_COVER | PB_EFFECT_REACT_SC | PB_EFFECT_REACT_RAIN |
                                     PB_EFFECT_PLAN_JITTER | PB_EFFECT_PENALTIES);
        ok = run(spec, trials, &result, &error);
    }
    if (ok) {
        p->race   = race;
        p->spec   = spec;
        p->result = result;
        note_green(p);
        note_pace(p);
        note_cars(p);
        measure(p, stops, n_stops, out, played);
    } else {
        fprintf(stderr, "%s: %s\n", race->log->source, error.text);
    }
    pb_sim_result_destroy(result);
    free(p);
    free(spec);
    return ok;
}

static int slot_of(pb__stop_flag flag)
{
    switch (flag) {
    case PB__STOP_SC_ONSET:
        return 0;
    case PB__STOP_SC:
        return 1;
    case PB__STOP_VSC_ONSET:
        return 2;
    case PB__STOP_VSC:
        return 3;
    default:
        return -1;
    }
}

void check_stops_add(check_stops *s, pb__stop_flag flag, double share)
{
    int k = slot_of(flag);
    if (k < 0 || !isfinite(share)) return;
    if (s->n[k] == s->cap[k]) {
        size_t  cap   = s->cap[k] ? 2 * s->cap[k] : 1024;
        double *grown = realloc(s->share[k], cap * sizeof *grown);
        if (!grown) return;
        s->share[k] = grown;
        s->cap[k]   = cap;
    }
    s->share[k][s->n[k]++] = share;
}

void check_stops_free(check_stops *s)
{
    for (int k = 0; k < CHECK_STOPS; k++) free(s->share[k]);
}
