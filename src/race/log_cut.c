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

/* Returns whether a row went. */
static bool keep_until(pb_log_car *car, int32_t t)
{
    uint32_t kept = 0, had = car->n_laps;
    for (uint32_t i = 0; i < had; i++)
        if (car->laps[i].session_ms <= t) car->laps[kept++] = car->laps[i];
    car->n_laps = kept;
    return kept < had;
}

/* One cut; returns whether a row went. */
static bool cut_once(pb_race_log *log, uint32_t lap, pb_race_outcome *outcome)
{
    bool    run = pb_race_outcome_of(log, outcome) == PB_OK;
    int32_t t   = run ? horizon(outcome, lap) : INT32_MIN;
    if (run && lap > outcome->laps) return false;

    uint32_t kept = 0;
    bool     less = false;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        if (keep_until(&log->cars[c], t)) less = true;
        if (log->cars[c].n_laps > 0) log->cars[kept++] = log->cars[c];
    }
    log->n_cars = kept;
    return less;
}

/* Cut until nothing more goes: a car in front that stops on lap L leaves a row
 * of which only later laps tell that it was not completed. Without them it led,
 * and what came after it is not known yet. Without this the cut of a file that
 * ends here would differ from the cut of the whole file (4 laps of 9,288). */
void pb_race_log_cut(pb_race_log *log, uint32_t lap)
{
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    PB_ASSERT(outcome != NULL);
    while (log->n_cars > 0 && cut_once(log, lap, outcome)) continue;
    free(outcome);
}
