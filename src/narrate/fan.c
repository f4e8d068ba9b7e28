/* Quantiles of the gap to the leader, from the traced races. */
#include <math.h>
#include <stdlib.h>

#include "pitboard/num.h"
#include "plot.h"

static const double probs[PB__FAN_QUANTILES] = {0.10, 0.25, 0.50, 0.75, 0.90};

static void make_fan(const pb__plot *plot, uint32_t car, double *buffer, pb__fan *out)
{
    const pb_sim_trace *t      = &plot->result->trace;
    uint32_t            n_cars = plot->result->n_cars, n_laps = plot->result->n_laps;

    out->n = 0;
    for (uint32_t lap = plot->spec->from_lap + 1u; lap <= n_laps; lap++) {
        size_t n = 0;
        for (uint32_t trial = 0; trial < t->trials; trial++) {
            float gap = t->gap_s[((size_t)trial * n_laps + lap - 1) * n_cars + car];
            if (!isnan(gap)) buffer[n++] = (double)gap;
        }
        if (n == 0 || n * 10 < t->trials) continue;
        pb_sort_f64(buffer, n);
        for (int q = 0; q < PB__FAN_QUANTILES; q++) out->gap[out->n][q] = pb_quantile_sorted(buffer, n, probs[q]);
        out->lap[out->n++] = lap;
    }
}

pb_status pb__plot_make_fans(pb__plot *plot)
{
    uint32_t n      = plot->result->n_cars;
    double  *buffer = calloc(plot->result->trace.trials, sizeof *buffer);

    plot->fans = calloc(n, sizeof *plot->fans);
    for (uint32_t rank = 0; rank < n && buffer && plot->fans; rank++)
        make_fan(plot, plot->order[rank], buffer, &plot->fans[rank]);
    free(buffer);
    return buffer && plot->fans ? PB_OK : PB_E_NOMEM;
}
