/* result.c - the counts of a simulation: made, joined, read. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

static bool take(void *to, size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);
    memcpy(to, &p, sizeof p);
    return p != NULL;
}

pb_status pb_sim_result_create(const pb_sim_model *model, uint32_t trace_trials, pb_sim_result **out)
{
    pb_sim_result *r = calloc(1, sizeof *r);
    if (!r) return PB_E_NOMEM;
    size_t n = model->n_cars, laps = model->n_laps;
    if (trace_trials > PB_SIM_TRACE_MAX) trace_trials = PB_SIM_TRACE_MAX;
    r->n_cars     = model->n_cars;
    r->n_laps     = model->n_laps;
    r->time_bin_s = PB_SIM_TIME_BIN_S;
    /* a timed race ends where the clock says, or with its laps */
    double end =
        model->reference_s[model->n_laps] + (double)model->leader_ticks[model->n_laps] * (double)model->inv_ticks;
    if (model->time_limited && model->limit_s < end) end = model->limit_s;
    r->time_origin_s = end - PB_SIM_TIME_BINS / 8.0 * r->time_bin_s;
    r->trace.trials  = trace_trials;
    bool ok = take(&r->place, n * n, sizeof *r->place) && take(&r->class_place, n * n, sizeof *r->class_place) &&
              take(&r->dnf, n, sizeof *r->dnf) && take(&r->stops, n, sizeof *r->stops) &&
              take(&r->pit_lap, n * (laps + 1), sizeof *r->pit_lap) &&
              take(&r->strategy, n * PB_SIM_STRATEGIES, sizeof *r->strategy) &&
              take(&r->time_bins, n * PB_SIM_TIME_BINS, sizeof *r->time_bins) &&
              take(&r->trace.gap_s, (size_t)trace_trials * laps * n, sizeof(float)) &&
              take(&r->trace.place, (size_t)trace_trials * laps * n, 1);
    if (!ok) {
        pb_sim_result_destroy(r);
        return PB_E_NOMEM;
    }
    *out = r;
    return PB_OK;
}

void pb_sim_result_destroy(pb_sim_result *r)
{
    if (!r) return;
    free(r->place);
    free(r->class_place);
    free(r->dnf);
    free(r->stops);
    free(r->pit_lap);
    free(r->strategy);
    free(r->time_bins);
    free(r->trace.gap_s);
    free(r->trace.place);
    free(r);
}

static void add_counts(uint64_t *to, const uint64_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] += from[i];
}

/* A part that did not play a trial has left its trace at zero bytes; a played
 * lap has a place or a NaN gap, so adding by copy of what is set is enough. */
static void join_trace(pb_sim_result *to, const pb_sim_result *from)
{
    size_t n = (size_t)from->trace.trials * to->n_laps * to->n_cars;
    for (size_t i = 0; i < n; i++)
        if (from->trace.place[i] != 0 || isnan(from->trace.gap_s[i])) {
            to->trace.place[i] = from->trace.place[i];
            to->trace.gap_s[i] = from->trace.gap_s[i];
        }
}

void pb_sim_result_add(pb_sim_result *to, const pb_sim_result *from)
{
    size_t n = to->n_cars;
    PB_ASSERT(from->n_cars == to->n_cars && from->n_laps == to->n_laps && from->trace.trials <= to->trace.trials);
    to->trials += from->trials;
    add_counts(to->place, from->place, n * n);
    add_counts(to->class_place, from->class_place, n * n);
    add_counts(to->dnf, from->dnf, n);
    add_counts(to->stops, from->stops, n);
    add_counts(to->pit_lap, from->pit_lap, n * (to->n_laps + 1));
    add_counts(to->strategy, from->strategy, n * PB_SIM_STRATEGIES);
    for (size_t i = 0; i < n * PB_SIM_TIME_BINS; i++) to->time_bins[i] += from->time_bins[i];
    to->sc += from->sc;
    to->vsc += from->vsc;
    to->red += from->red;
    to->wet += from->wet;
    join_trace(to, from);
}

double pb_sim_p_place(const pb_sim_result *r, uint32_t car, uint32_t place)
{
    return r->trials ? (double)r->place[car * r->n_cars + place - 1] / (double)r->trials : 0.0;
}

double pb_sim_mean_place(const pb_sim_result *r, uint32_t car)
{
    double sum = 0.0;
    for (uint32_t p = 1; p <= r->n_cars; p++) sum += (double)p * pb_sim_p_place(r, car, p);
    return sum;
}

double pb_sim_expected_points(const pb_sim_result *r, uint32_t car, const pb_rules_spec *rules)
{
    double sum = 0.0;
    for (uint32_t p = 1; p <= r->n_cars && p <= rules->n_points; p++)
        sum += rules->points[p - 1] * pb_sim_p_place(r, car, p);
    return sum;
}

double pb_sim_finish_quantile_s(const pb_sim_result *r, uint32_t car, double prob)
{
    const uint32_t *bins = r->time_bins + (size_t)car * PB_SIM_TIME_BINS;
    uint64_t        n = 0, seen = 0;
    for (uint32_t i = 0; i < PB_SIM_TIME_BINS; i++) n += bins[i];
    if (n == 0) return NAN;
    double want = prob * (double)n;
    for (uint32_t i = 0; i < PB_SIM_TIME_BINS; i++) {
        if (bins[i] && (double)(seen + bins[i]) >= want) {
            double part = (want - (double)seen) / (double)bins[i];
            return r->time_origin_s + r->time_bin_s * ((double)i + (part > 0.0 ? part : 0.0));
        }
        seen += bins[i];
    }
    return r->time_origin_s + r->time_bin_s * PB_SIM_TIME_BINS;
}
