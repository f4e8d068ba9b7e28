/* pairs_forced: was a stop a choice? Who crawls home with a puncture, spins, or is
 * repaired in its box stops whatever anybody advises, and loses whatever it does:
 * such a stop says nothing of the advice. Judged from the laps up to the stop and
 * from the time in the lane, as green laps show them. */
#include <stdlib.h>

#include "pairs_parts.h"

#define PACE_LAPS 5
#define SLOW_LAP_MS 4000   /* slower than its laps of late by this: 0.3 % of green laps are (effects.md 3) */
#define SLOW_IN_MS 9000    /* an in-lap loses 2 to 4 s, and up to 7 s where the entry is early */
#define SLOW_LANE_MS 10000 /* longer in the lane than the median: 2 % are, repairs and penalties */
#define LANES_MAX 512

static int by_value(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static bool green(const pb_lap *lap)
{
    return !(lap->status & PB_STATUS_BITS_NEUTRAL);
}

/* Median of its last laps before row i that were green, timed, neither in- nor out-lap. */
static int32_t pace_before(const pb_log_car *car, int32_t i)
{
    int32_t  v[PACE_LAPS];
    uint32_t n = 0;
    while (i-- > 0 && n < PACE_LAPS) {
        const pb_lap *lap = &car->laps[i];
        if (lap->number < 2 || lap->time_ms == PB_MS_NONE || !green(lap)) continue;
        if (lap->pit_in_ms != PB_MS_NONE || lap->pit_out_ms != PB_MS_NONE) continue;
        v[n++] = lap->time_ms;
    }
    if (n < 2) return PB_MS_NONE;
    qsort(v, n, sizeof *v, by_value);
    return v[n / 2];
}

static bool slower(const pb_log_car *car, int32_t row, int32_t pace, int32_t by_ms)
{
    if (row < 0 || pace == PB_MS_NONE) return false;
    const pb_lap *lap = &car->laps[row];
    return green(lap) && lap->number > 1 && lap->pit_out_ms == PB_MS_NONE && lap->time_ms != PB_MS_NONE &&
           lap->time_ms > pace + by_ms;
}

int32_t pb__lane_median(const pb_race_log *log, const pb_race_outcome *outcome)
{
    int32_t  v[LANES_MAX];
    uint32_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        pb__car_stops stops;
        pb__stops_read(log, outcome, c, &stops);
        for (uint32_t k = 0; k < stops.n && n < LANES_MAX; k++)
            if (!stops.at[k].red && stops.at[k].lane_ms != PB_MS_NONE) v[n++] = stops.at[k].lane_ms;
    }
    if (n == 0) return PB_MS_NONE;
    qsort(v, n, sizeof *v, by_value);
    return v[n / 2];
}

bool pb__stop_forced(const pb_log_car *car, const pb_tyre_stop *stop, int32_t lane_median_ms)
{
    int32_t in = pb_lap_row(car, stop->in_lap), pace = in > 0 ? pace_before(car, in - 1) : PB_MS_NONE;
    if (slower(car, in, pace, SLOW_IN_MS) || slower(car, in - 1, pace, SLOW_LAP_MS)) return true;
    return stop->lane_ms != PB_MS_NONE && lane_median_ms != PB_MS_NONE && stop->lane_ms > lane_median_ms + SLOW_LANE_MS;
}
