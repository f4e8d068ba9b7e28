/* Lapping: what a lap costs a car that is lapped during it, and the car that
 * does it, against clear laps. */
#include <math.h>

#include "learn_fits.h"
#include "learn_sample.h"

typedef struct costs {
    pb__sample none, one, two, lapping;
} costs;

static void note(costs *c, const pb__pace_lap *lap, double weight)
{
    bool clear = lap->gap_s > 2 || !lap->ahead_same_lap;
    if (!clear || !isfinite(lap->residual_s) || fabsf(lap->residual_s) > 8) return;
    if (lap->lapped_by == 1) pb__sample_add(&c->one, lap->residual_s, weight);
    if (lap->lapped_by == 2) pb__sample_add(&c->two, lap->residual_s, weight);
    if (lap->lapped_by == 0 && lap->lapping == 0 && lap->gap_s > 3) pb__sample_add(&c->none, lap->residual_s, weight);
    if (lap->lapped_by == 0 && lap->lapping == 1 && (lap->gap_s > 2 || !lap->ahead_same_lap))
        pb__sample_add(&c->lapping, lap->residual_s, weight);
}

pb_status pb__learn_lapping(const pb__learn_set *set, pb_prior *prior)
{
    pb_traffic_spec *t   = &prior->base.traffic;
    costs            c   = {0};
    const double     few = 30;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!race->has_pace || !race->dry) continue;
        for (uint32_t k = 0; k < race->log->n_cars; k++)
            for (uint32_t i = 0; i < race->log->cars[k].n_laps; i++)
                if (race->log->cars[k].laps[i].number >= 4 && pb__lap_is_green(&race->log->cars[k].laps[i]))
                    note(&c, &race->pace.lap[k][i], race->weight);
    }
    double none = pb__sample_mean(&c.none);
    if (pb__sample_size(&c.one) >= few) t->lapped_s = fmax(pb__sample_mean(&c.one) - none, 0);
    if (pb__sample_size(&c.two) >= few) t->lapped_more_s = fmax(pb__sample_mean(&c.two) - none - t->lapped_s, 0);
    if (pb__sample_size(&c.lapping) >= few) t->lapping_s = fmax(pb__sample_mean(&c.lapping) - none, 0);
    bool failed = c.none.failed || c.one.failed || c.two.failed || c.lapping.failed;
    pb__sample_fini(&c.none);
    pb__sample_fini(&c.one);
    pb__sample_fini(&c.two);
    pb__sample_fini(&c.lapping);
    return failed ? PB_E_NOMEM : PB_OK;
}
