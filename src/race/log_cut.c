/* log_cut: forget everything after the leader's end of a lap. */
#include "pitboard/race.h"

#include <stdlib.h>

/* The leader's end of the last lap up to `lap` that has one; INT32_MIN when the
 * race had not got that far. */
static int32_t horizon(const pb_race_outcome *outcome, uint32_t lap)
{
    for (uint32_t l = lap; l > 0; l--)
        if (outcome->lead_ms[l] != PB_MS_NONE) return outcome->lead_ms[l];
    return INT32_MIN;
}

static void keep_until(pb_log_car *car, int32_t t)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < car->n_laps; i++)
        if (car->laps[i].session_ms <= t) car->laps[kept++] = car->laps[i];
    car->n_laps = kept;
}

void pb_race_log_cut(pb_race_log *log, uint32_t lap)
{
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    PB_ASSERT(outcome != NULL);
    bool    run = pb_race_outcome_of(log, outcome) == PB_OK;
    bool    all = run && lap > outcome->laps;
    int32_t t   = run && !all ? horizon(outcome, lap) : INT32_MIN;
    free(outcome);
    if (all) return;

    uint32_t kept = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        keep_until(&log->cars[c], t);
        if (log->cars[c].n_laps > 0) log->cars[kept++] = log->cars[c];
    }
    log->n_cars = kept;
}
