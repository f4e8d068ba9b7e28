#include "learn_pairs.h"

#include <math.h>
#include <stdlib.h>

static size_t rows_of(const pb__learn_set *set)
{
    size_t rows = 0;
    for (size_t r = 0; r < set->n; r++)
        for (uint32_t c = 0; c < set->race[r].log->n_cars; c++) rows += set->race[r].log->cars[c].n_laps;
    return rows;
}

/* Both laps green, nobody lapping either, paces known. */
static bool make_pair(const pb__learn_race *race, uint32_t c, uint32_t i, pb__pair *out)
{
    const pb__pace_lap *rear = &race->pace.lap[c][i];
    const pb_lap       *lap  = &race->log->cars[c].laps[i];
    if (lap->number < 4 || !pb__lap_is_green(lap) || !rear->ahead_same_lap || rear->ahead_row < 0 || rear->lapped_by)
        return false;
    if (!(rear->gap_s > 0 && rear->gap_s <= PB__PAIR_GAP_S)) return false;

    const pb__pace_lap *front     = &race->pace.lap[rear->ahead][rear->ahead_row];
    const pb_lap       *front_lap = &race->log->cars[rear->ahead].laps[rear->ahead_row];
    if (!pb__lap_is_green(front_lap) || front->lapped_by || !isfinite(front->residual_s) || !isfinite(rear->residual_s))
        return false;

    *out = (pb__pair){.weight           = race->weight,
                      .gap_s            = rear->gap_s,
                      .delta_s          = front->expected_s - rear->expected_s,
                      .rear_residual_s  = rear->residual_s,
                      .front_residual_s = front->residual_s,
                      .next_gap_s       = (float)((lap->session_ms - front_lap->session_ms) * 1e-3),
                      .circuit          = (int16_t)race->circuit,
                      .passed           = lap->session_ms < front_lap->session_ms,
                      .train            = front->ahead_same_lap && front->gap_s <= PB__TRAIN_GAP_S,
                      .clean            = rear->clean};
    return true;
}

pb_status pb__pairs(const pb__learn_set *set, pb__pair **out, size_t *n)
{
    size_t    rows  = rows_of(set);
    pb__pair *pairs = malloc((rows ? rows : 1) * sizeof *pairs);
    if (!pairs) return PB_E_NOMEM;
    *n = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!race->has_pace || !race->dry) continue;
        for (uint32_t c = 0; c < race->log->n_cars; c++)
            for (uint32_t i = 0; i < race->log->cars[c].n_laps; i++)
                if (make_pair(race, c, i, &pairs[*n])) pairs[(*n)++].race = (uint16_t)r;
    }
    *out = pairs;
    return PB_OK;
}
