/* profile_start: places won on lap 1, among the cars that came round and had a slot. */
#include <math.h>

#include "profile_parts.h"

#define CARS_LEAST 10
#define INCIDENT_PLACES 8.0 /* more are a spin or a puncture, not a start: cut off there */

/* The start as it was meant: no red flag on lap 1, no rolling start in the rain. */
static bool fair_start(const pb__profiled *race)
{
    uint32_t cars = 0, wet = 0, sc_first = 0;
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        int32_t row = pb_lap_row(&race->log->cars[c], 1);
        if (row < 0) continue;
        const pb_lap *lap = &race->log->cars[c].laps[row];
        if (lap->status & PB_STATUS_BIT_RED) return false;
        cars++;
        wet += pb_compound_is_wet((pb_compound)lap->compound);
        sc_first += (lap->status & PB_STATUS_BIT_SC) && !(lap->status & (PB_STATUS_BIT_SC - 1));
    }
    return !(2 * wet > cars && 2 * sc_first > cars);
}

/* End of lap 1 of a car that started from a slot; PB_MS_NONE if it did not come round, or by way of the lane. */
static int32_t lap1_end_ms(const pb_log_car *car)
{
    int32_t row = pb_lap_row(car, 1);
    if (row < 0 || car->grid == 0) return PB_MS_NONE;
    return car->laps[row].pit_in_ms != PB_MS_NONE ? PB_MS_NONE : car->laps[row].session_ms;
}

void pb__profile_starts(const pb__profiled *race, pb_profile_race *out)
{
    const pb_race_log *log = race->log;
    int32_t            end[PB_CARS_MAX];
    uint32_t           n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) n += (end[c] = lap1_end_ms(&log->cars[c])) != PB_MS_NONE;
    if (n < CARS_LEAST || !fair_start(race)) return;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int slot = 1, place = 1;
        if (end[c] == PB_MS_NONE) continue;
        for (uint32_t k = 0; k < log->n_cars; k++) {
            if (end[k] == PB_MS_NONE) continue;
            slot += log->cars[k].grid < log->cars[c].grid;
            place += end[k] < end[c];
        }
        out->cars[c].raw[0]   = (float)fmin(fmax(slot - place, -INCIDENT_PLACES), INCIDENT_PLACES);
        out->cars[c].basis[0] = (float)slot;
    }
}
