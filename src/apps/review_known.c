/* review_known: what became known on the in-lap, before the car's own pit entry. */
#include <string.h>

#include "review_race.h"

#define STOPS_MAX 32

/* Which of the flags of a lap was the last to be seen. */
static pb_neutral_kind last_of(const pb_lap *lap)
{
    size_t n = strlen(lap->status_order);
    switch (n > 0 ? lap->status_order[n - 1] : '\0') {
    case '4':
        return PB_NEUTRAL_SC;
    case '5':
        return PB_NEUTRAL_RED;
    case '6':
    case '7': /* about to end, and still slow */
        return PB_NEUTRAL_VSC;
    case '\0':
        if (lap->status & PB_STATUS_BIT_RED) return PB_NEUTRAL_RED;
        if (lap->status & PB_STATUS_BIT_SC) return PB_NEUTRAL_SC;
        return lap->status & PB_STATUS_BIT_VSC ? PB_NEUTRAL_VSC : (pb_neutral_kind)0;
    default:
        return (pb_neutral_kind)0;
    }
}

static pb_neutral_kind flag_at(const review_race *race, int32_t ms, const pb_lap *lap)
{
    if (!race->exact) return last_of(lap);
    for (uint32_t i = 0; i < race->n_phases; i++)
        if (race->phases[i].start_ms <= ms && race->phases[i].end_ms > ms) return race->phases[i].kind;
    return (pb_neutral_kind)0;
}

/* A car that is led through the lane by the safety car, or serves a penalty, is
 * no rival that stops. */
static bool boxed_between(const pb_race_log *log, const pb_race_outcome *outcome, uint32_t car, int32_t from,
                          int32_t to, uint8_t *fitted)
{
    pb_tyre_stop stop[STOPS_MAX];
    uint32_t     n = pb_car_stops(log, car, outcome, false, stop, STOPS_MAX);
    for (uint32_t k = 0; k < n && k < STOPS_MAX; k++) {
        int32_t row = pb_lap_row(&log->cars[car], stop[k].in_lap);
        int32_t in  = row >= 0 ? log->cars[car].laps[row].pit_in_ms : PB_MS_NONE;
        if (in == PB_MS_NONE || in <= from || in >= to) continue;
        *fitted = stop[k].compound;
        return true;
    }
    return false;
}

static int32_t entry_of(const review_race *race, const pb_lap *lap)
{
    return lap->pit_in_ms != PB_MS_NONE ? lap->pit_in_ms : lap->session_ms - pb_entry_to_line_ms(race->log);
}

void review_known_of(const review_race *race, uint16_t lap, uint32_t car, review_known *out)
{
    const pb_log_car *own = &race->log->cars[car];
    int32_t           row = pb_lap_row(own, lap + 1u);
    *out                  = (review_known){.entry_ms = race->outcome->lead_ms[lap]};
    if (row < 0) return;
    out->entry_ms = entry_of(race, &own->laps[row]);
    out->flag     = flag_at(race, out->entry_ms, &own->laps[row]);
    for (uint32_t c = 0; c < race->log->n_cars; c++)
        out->boxed[c] = c != car && boxed_between(race->log, race->outcome, c, race->outcome->lead_ms[lap],
                                                  out->entry_ms, &out->fitted[c]);
}
