/* race_log: a recorded race and what a single row of it says. */
#include "pitboard/race.h"

#include <string.h>

void pb_race_log_init(pb_race_log *log)
{
    memset(log, 0, sizeof *log);
    pb_arena_init(&log->arena, 0);
}

void pb_race_log_fini(pb_race_log *log)
{
    pb_arena_fini(&log->arena);
    pb_race_log_init(log);
}

int32_t pb_lap_row(const pb_log_car *car, uint32_t lap)
{
    uint32_t lo = 0, hi = car->n_laps;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (car->laps[mid].number < lap)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < car->n_laps && car->laps[lo].number == lap ? (int32_t)lo : -1;
}

/* The feed starts a new stint at every pass through the pit lane, also when the
 * safety car leads the field through it; so the age decides, and the stint
 * number only where an age is missing. */
bool pb_same_set(const pb_log_car *car, uint32_t i)
{
    PB_ASSERT(i + 1 < car->n_laps);
    const pb_lap *a = &car->laps[i], *b = &car->laps[i + 1];
    if (a->compound != b->compound) return false;
    if (a->tyre_age_laps < 0 || b->tyre_age_laps < 0) return a->stint != 0 && a->stint == b->stint;
    return b->tyre_age_laps == a->tyre_age_laps + 1;
}

bool pb_lap_is_clean(const pb_lap *lap)
{
    return lap->status == PB_STATUS_BIT_CLEAR && lap->accurate && lap->time_ms != PB_MS_NONE &&
           lap->pit_in_ms == PB_MS_NONE && lap->pit_out_ms == PB_MS_NONE;
}
