/* Quantiles of the gap to a car, to the leader or to the median car, from the
 * traced races. */
#include <math.h>

#include "pitboard/sim.h"

static const float *gaps_at(const pb_sim_result *r, uint32_t trial, uint32_t lap)
{
    return r->trace.gap_s + ((size_t)trial * r->n_laps + lap - 1) * r->n_cars;
}

/* Of the cars that run; NaN when none does. */
static double median_gap(const float *gaps, uint32_t n_cars)
{
    double running[PB_CARS_MAX];
    size_t n = 0;
    for (uint32_t car = 0; car < n_cars; car++)
        if (!isnan(gaps[car])) running[n++] = (double)gaps[car];
    if (n == 0) return (double)NAN;
    pb_sort_f64(running, n);
    return pb_quantile_sorted(running, n, 0.5);
}

static double reference_gap(const pb_sim_result *r, const float *gaps, uint32_t to)
{
    if (to == PB_SIM_TO_LEADER) return 0;
    return to == PB_SIM_TO_MEDIAN ? median_gap(gaps, r->n_cars) : (double)gaps[to];
}

uint32_t pb_sim_gap_quantiles(const pb_sim_result *r, uint32_t car, uint32_t lap, uint32_t to, const double *probs,
                              size_t n_probs, double *buffer, double *out)
{
    uint32_t n = 0;
    PB_ASSERT(lap >= 1 && lap <= r->n_laps && car < r->n_cars);
    PB_ASSERT(to < r->n_cars || to == PB_SIM_TO_LEADER || to == PB_SIM_TO_MEDIAN);
    for (uint32_t trial = 0; trial < r->trace.trials; trial++) {
        const float *gaps = gaps_at(r, trial, lap);
        if (isnan(gaps[car])) continue;
        double gap = (double)gaps[car] - reference_gap(r, gaps, to);
        if (!isnan(gap)) buffer[n++] = gap;
    }
    if (n == 0) return 0;
    pb_sort_f64(buffer, n);
    for (size_t k = 0; k < n_probs; k++) out[k] = pb_quantile_sorted(buffer, n, probs[k]);
    return n;
}
