/* Quantiles of the gap to the leader, from the traced races. */
#include <stdlib.h>

#include "plot.h"

static const double probs[PB__FAN_QUANTILES] = {0.10, 0.25, 0.50, 0.75, 0.90};

static void make_fan(const pb__plot *plot, uint32_t car, double *buffer, pb__fan *out)
{
    uint32_t n_laps = plot->result->n_laps;

    out->n = 0;
    for (uint32_t lap = plot->spec->from_lap + 1u; lap <= n_laps; lap++) {
        uint32_t n = pb_sim_gap_quantiles(plot->result, car, lap, PB_SIM_TO_LEADER, probs, PB__FAN_QUANTILES, buffer,
                                          out->gap[out->n]);
        if (n == 0 || n * 10 < plot->result->trace.trials) continue;
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
