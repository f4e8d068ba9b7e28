/* truth_pace: how long clean laps took. */
#include "truth_add.h"

#include <math.h>
#include <string.h>

#define FIRST_CLEAN_LAP 4
#define NEAR_BEST 1.07

static bool same_run(const pb_log_car *car, int32_t from, int32_t to)
{
    const pb_lap *a = &car->laps[from], *b = &car->laps[to];
    if (a->stint == 0 || a->stint != b->stint || a->compound != b->compound) return false;
    if (strcmp(a->odd_compound, b->odd_compound) != 0) return false;
    for (int32_t i = from; i <= to; i++)
        if (car->laps[i].pit_in_ms != PB_MS_NONE) return false;
    return true;
}

static double fastest_s(const pb_race_log *log)
{
    double best = INFINITY;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++)
            if (log->cars[c].laps[i].time_ms != PB_MS_NONE) best = fmin(best, log->cars[c].laps[i].time_ms / 1000.0);
    return best;
}

static bool near_best(const pb_lap *lap, double best_s)
{
    return lap->time_ms == PB_MS_NONE || lap->time_ms / 1000.0 <= NEAR_BEST * best_s;
}

/* Comparable with published scores of lap times; the race is dry. */
static bool all_clean(const pb_log_car *car, int32_t from, int32_t to, double best_s)
{
    const pb_lap *a = &car->laps[from], *b = &car->laps[to];
    if (b->number < FIRST_CLEAN_LAP || !a->accurate || !near_best(a, best_s) || !near_best(b, best_s)) return false;
    for (int32_t i = from; i <= to; i++)
        if (car->laps[i].status != PB_STATUS_BIT_CLEAR) return false;
    return true;
}

static pb_status add_lap(const pb_race_log *log, uint32_t c, uint32_t i, bool dry, double best_s, pb__truths *out)
{
    static const uint16_t horizons[] = {1, 5};
    const pb_log_car     *car        = &log->cars[c];
    const pb_lap         *lap        = &car->laps[i];
    for (int k = 0; k < 2; k++) {
        int32_t from = lap->number > horizons[k] ? pb_lap_row(car, lap->number - (uint32_t)horizons[k]) : -1;
        if (from < 0 || !same_run(car, from, (int32_t)i)) continue;
        bool      clean = dry && all_clean(car, from, (int32_t)i, best_s);
        pb__truth truth = {.car     = (int16_t)c,
                           .lap     = lap->number,
                           .horizon = horizons[k],
                           .row     = (int32_t)i,
                           .from    = from,
                           .y       = lap->time_ms / 1000.0,
                           .bits    = (uint8_t)((dry ? PB__TRUTH_DRY : 0) | (clean ? PB__TRUTH_CLEAN : 0))};
        PB_TRY(pb__truths_add(out, &truth));
    }
    return PB_OK;
}

pb_status pb__truth_pace(const pb_history_race *race, pb__truths *out)
{
    if (!race->usable) return PB_OK;
    const pb_race_log *log    = race->log;
    bool               dry    = pb__race_is_dry(log);
    double             best_s = fastest_s(log);
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++)
            if (pb_lap_is_clean(&log->cars[c].laps[i])) PB_TRY(add_lap(log, c, i, dry, best_s, out));
    return PB_OK;
}
