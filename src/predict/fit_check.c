#include "fit_internal.h"

/* A row follows the one before on the session clock when the clock moved by the
 * lap time. A jump this much longer means that laps are missing between them. */
#define JUMP_MS 60000
#define JUMPS_MAX 3

static bool jumps(const pb_log_car *car, uint32_t i)
{
    const pb_lap *a = &car->laps[i - 1], *b = &car->laps[i];
    if (a->session_ms == PB_MS_NONE || b->session_ms == PB_MS_NONE || b->time_ms == PB_MS_NONE) return false;
    return b->number == a->number + 1 && b->session_ms - a->session_ms - b->time_ms > JUMP_MS;
}

/* Cars whose lap numbers go on although laps are missing (2020 round 1: the feed
 * lost three to five laps, not the same number for every car). */
static uint32_t cars_that_jump(const pb_race_log *log, uint32_t *lap)
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 1; i < log->cars[c].n_laps; i++)
            if (jumps(&log->cars[c], i)) {
                n++;
                *lap = log->cars[c].laps[i].number;
                break;
            }
    return n;
}

static uint32_t timed_laps(const pb_race_log *log)
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) n += log->cars[c].laps[i].time_ms > 0;
    return n;
}

pb_status pb__fit_check(const pb_race_log *log, bool need_times, pb_error *error)
{
    uint32_t lap = 0;

    if (log->n_cars < PB_CARS_MIN)
        return pb_error_set(error, PB_E_EMPTY, "%s: %u car(s) with a lap so far; a race needs at least %d", log->source,
                            log->n_cars, PB_CARS_MIN);
    if (log->n_cars > PB_CARS_MAX)
        return pb_error_set(error, PB_E_LIMIT, "%s: %u cars; at most %d can be played", log->source, log->n_cars,
                            PB_CARS_MAX);
    if (need_times && timed_laps(log) == 0)
        return pb_error_set(error, PB_E_MISSING,
                            "%s: not one lap has a time, so nothing can be derived from it; give a race file instead",
                            log->source);
    uint32_t n = cars_that_jump(log, &lap);
    if (n >= JUMPS_MAX)
        return pb_error_set(error, PB_E_RANGE,
                            "%s: lap numbers are shifted: the session clock of %u cars jumps over missing laps (around "
                            "lap %u); the rows need realigning first",
                            log->source, n, lap);
    return PB_OK;
}

pb_status pb_fit_check(const pb_race_log *log, pb_error *error)
{
    return pb__fit_check(log, true, error);
}
