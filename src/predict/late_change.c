#include "late_change.h"

uint8_t pb__compound_from(const pb_log_car *car, uint32_t i)
{
    for (; i < car->n_laps; i++) {
        if (car->laps[i].compound != PB_COMPOUND_UNKNOWN) return car->laps[i].compound;
        if (i + 1 < car->n_laps && car->laps[i].pit_in_ms != PB_MS_NONE) break;
    }
    return PB_COMPOUND_UNKNOWN;
}

bool pb__late_change(const pb_log_car *car, uint32_t i, pb_tyre_stop *out)
{
    if (i + 2 >= car->n_laps) return false;
    const pb_lap *in = &car->laps[i], *next = in + 1, *late = in + 2;
    if (next->number != in->number + 1 || late->number != in->number + 2) return false;
    if (in->pit_in_ms == PB_MS_NONE || next->pit_in_ms != PB_MS_NONE || late->compound == PB_COMPOUND_UNKNOWN)
        return false;
    if (next->compound != in->compound) return false;
    bool changed = in->compound == PB_COMPOUND_UNKNOWN ? late->stint > 1 : late->compound != in->compound;
    if (!changed) return false;
    *out = (pb_tyre_stop){.in_lap = in->number, .compound = late->compound, .lane_ms = PB_MS_NONE, .new_age_laps = -1};
    return true;
}
