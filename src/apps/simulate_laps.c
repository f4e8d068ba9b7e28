/* What a simulation tells lap by lap: gaps to come, likely stops. See simulate_report.h. */
#include "simulate_report.h"

#define DECIMALS 3
#define QUANTILES 5

static const double      probs[QUANTILES] = {0.10, 0.25, 0.50, 0.75, 0.90};
static const char *const names[QUANTILES] = {"p10", "p25", "p50", "p75", "p90"};

/* Laps to come in which both cars still run in one traced race of ten; the first is from_lap + 1. */
static uint32_t laps_told(const pb__simulated *what, uint32_t car, double *buffer, double (*out)[QUANTILES])
{
    const pb_sim_result *r = what->result;
    uint32_t             n = 0;
    for (uint32_t lap = what->spec->from_lap + 1u; lap <= r->n_laps; lap++, n++) {
        uint32_t spoke = pb_sim_gap_quantiles(r, car, lap, what->gap_to, probs, QUANTILES, buffer, out[n]);
        if (spoke == 0 || spoke * 10 < r->trace.trials) break;
    }
    return n;
}

void pb__simulate_put_gaps(pb_json_writer *to, const pb__simulated *what, uint32_t car, double *buffer)
{
    double   gap[PB_LAPS_MAX + 1][QUANTILES];
    uint32_t n = laps_told(what, car, buffer, gap);
    pb_json_object(to, "gaps");
    for (int q = 0; q < QUANTILES; q++) {
        pb_json_array(to, names[q]);
        for (uint32_t k = 0; k < n; k++) pb_json_put_fixed(to, NULL, gap[k][q], DECIMALS);
        pb_json_array_end(to);
    }
    pb_json_object_end(to);
}

static void put_likely(pb_json_writer *to, const pb__likely *likely)
{
    pb_json_object(to, "likely");
    pb_json_put_fixed(to, "share", likely->share, DECIMALS);
    pb_json_array(to, "sets");
    for (uint32_t k = 0; k <= likely->n_stops; k++) pb_json_put_text(to, NULL, likely->set[k]);
    pb_json_array_end(to);
    pb_json_array(to, "stops");
    for (uint32_t k = 0; k < likely->n_stops; k++) {
        pb_json_object(to, NULL);
        pb_json_put_i64(to, "from_lap", likely->from[k]);
        pb_json_put_i64(to, "to_lap", likely->to[k]);
        pb_json_object_end(to);
    }
    pb_json_array_end(to);
    pb_json_object_end(to);
}

void pb__simulate_put_stops(pb_json_writer *to, const pb__simulated *what, uint32_t car)
{
    const pb_sim_result *r = what->result;
    pb__likely           likely;
    bool                 out = what->spec->from_lap && !what->spec->cars[car].state.running;
    if (!out && pb__likely_find(what, car, &likely))
        put_likely(to, &likely);
    else
        pb_json_put_null(to, "likely");
    pb_json_array(to, "pit_laps");
    for (uint32_t lap = what->spec->from_lap + 1u; lap <= r->n_laps; lap++)
        pb_json_put_fixed(to, NULL, pb__share(r->pit_lap[(size_t)car * (r->n_laps + 1) + lap], r->trials), DECIMALS);
    pb_json_array_end(to);
}
