/* truth_stops: how often a car stopped in a race that no red flag touched. */
#include "truth_add.h"

#define LIST_MAX 64

/* The first set; where lap 1 was not told (2018), that of lap 2. */
static uint8_t first_set(const pb_log_car *car)
{
    uint8_t first = car->n_laps > 0 ? car->laps[0].compound : (uint8_t)PB_COMPOUND_UNKNOWN;
    return first == PB_COMPOUND_UNKNOWN && car->n_laps > 1 ? car->laps[1].compound : first;
}

void pb__stops_made(const pb_race_log *log, uint32_t c, const pb_race_outcome *outcome, pb__made_stops *out)
{
    pb_tyre_stop stops[LIST_MAX];
    uint32_t     n = pb_car_stops(log, c, outcome, false, stops, LIST_MAX);
    *out           = (pb__made_stops){.n = n, .compound = {first_set(&log->cars[c])}};
    for (uint32_t i = 0; i < n && i < PB__MADE_STOPS_MAX; i++) {
        out->lap[i]          = stops[i].in_lap;
        out->compound[i + 1] = stops[i].compound;
        out->neutral += stops[i].neutral;
    }
}

bool pb__race_saw_red(const pb_race_log *log)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++)
            if (log->cars[c].laps[i].status & PB_STATUS_BIT_RED) return true;
    return false;
}

pb_status pb__truth_stops(const pb_history_race *race, pb__truths *out)
{
    if (!race->usable || pb__race_saw_red(race->log)) return PB_OK;
    uint8_t bits = pb__race_is_dry(race->log) ? PB__TRUTH_TOOK_FLAG | PB__TRUTH_DRY : PB__TRUTH_TOOK_FLAG;
    for (uint32_t c = 0; c < race->log->n_cars; c++) {
        pb__made_stops made;
        if (!race->outcome->car[c].took_flag || race->unplaced[c]) continue;
        pb__stops_made(race->log, c, race->outcome, &made);
        pb__truth truth = {
            .car = (int16_t)c, .row = -1, .from = -1, .y = made.n, .place = pb__place_of(race, c, false), .bits = bits};
        PB_TRY(pb__truths_add(out, &truth));
    }
    return PB_OK;
}
