/* stop_signs: what tells of a stop when its entry does not. The feed counts a new
 * stint at every pass through the lane, so the age goes before the stint. No row
 * of 2018 to 2026 outside a red flag has an exit and another set, but no entry:
 * where the feed is whole nothing changes. */
#include "stop_signs.h"

bool pb__another_set(const pb_lap *a, const pb_lap *b)
{
    bool named = a->compound != PB_COMPOUND_UNKNOWN && b->compound != PB_COMPOUND_UNKNOWN;
    if (named && a->compound != b->compound) return true;
    if (a->tyre_age_laps >= 0 && b->tyre_age_laps >= 0) return b->tyre_age_laps <= a->tyre_age_laps;
    return a->stint != 0 && b->stint > a->stint;
}

static bool has_no_pit_time(const pb_log_car *car)
{
    for (uint32_t i = 0; i < car->n_laps; i++)
        if (car->laps[i].pit_in_ms != PB_MS_NONE || car->laps[i].pit_out_ms != PB_MS_NONE) return false;
    return true;
}

bool pb__stop_without_entry(const pb_log_car *car, uint32_t i)
{
    const pb_lap *a = &car->laps[i], *b = &car->laps[i + 1];
    if (a->pit_in_ms != PB_MS_NONE || ((a->status | b->status) & PB_STATUS_BIT_RED)) return false;
    return pb__another_set(a, b) && (b->pit_out_ms != PB_MS_NONE || has_no_pit_time(car));
}
