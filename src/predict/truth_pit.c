/* truth_pit: who stopped when, for which tyre, and how long visits to the lane took. */
#include "truth_add.h"

#define LANE_MIN_MS 5000
#define LANE_MAX_MS 60000
#define STOPS_MAX 64

/* Of the stops of a car the last with this in-lap, NULL if none. */
static const pb_tyre_stop *stop_on(const pb_tyre_stop *stops, uint32_t n, uint32_t lap)
{
    for (uint32_t i = n; i-- > 0;)
        if (stops[i].in_lap == lap) return &stops[i];
    return NULL;
}

static pb_status add_calls(const pb_history_race *race, uint32_t c, pb__truths *out)
{
    const pb_log_car *car = &race->log->cars[c];
    pb_tyre_stop      stops[STOPS_MAX];
    uint32_t          n = pb_car_stops(race->log, c, race->outcome, false, stops, STOPS_MAX);
    if (n > STOPS_MAX) n = STOPS_MAX;
    for (uint32_t i = 0; i < car->n_laps; i++) {
        uint32_t l = car->laps[i].number;
        if (l < 2 || l >= race->outcome->laps || l > race->outcome->car[c].laps_done) continue;
        if ((car->laps[i].status & PB_STATUS_BIT_RED) || pb_lap_row(car, l - 1) < 0) continue;
        const pb_tyre_stop *stop  = stop_on(stops, n, l);
        pb__truth           truth = {.car      = (int16_t)c,
                                     .lap      = (uint16_t)l,
                                     .row      = (int32_t)i,
                                     .from     = -1,
                                     .y        = stop != NULL,
                                     .compound = stop ? stop->compound : (uint8_t)PB_COMPOUND_UNKNOWN};
        PB_TRY(pb__truths_add(out, &truth));
    }
    return PB_OK;
}

pb_status pb__truth_pitcall(const pb_history_race *race, pb__truths *out)
{
    if (!race->usable) return PB_OK;
    for (uint32_t c = 0; c < race->log->n_cars; c++)
        if (race->log->cars[c].n_laps > 0) PB_TRY(add_calls(race, c, out));
    return PB_OK;
}

/* Lane time of the visit that follows lap i under green, 0 if none. */
static int32_t green_lane_ms(const pb_log_car *car, uint32_t i)
{
    const pb_lap *in = &car->laps[i], *next = in + 1;
    if (in->pit_in_ms == PB_MS_NONE || next->pit_out_ms == PB_MS_NONE || next->number != in->number + 1) return 0;
    if (!pb__lap_is_not_neutral(in) || !pb__lap_is_not_neutral(next)) return 0;
    int32_t ms = next->pit_out_ms - in->pit_in_ms;
    return ms > LANE_MIN_MS && ms < LANE_MAX_MS ? ms : 0;
}

pb_status pb__truth_pitstop(const pb_history_race *race, pb__truths *out)
{
    if (!race->usable) return PB_OK;
    for (uint32_t c = 0; c < race->log->n_cars; c++)
        for (uint32_t i = 0; i + 1 < race->log->cars[c].n_laps; i++) {
            int32_t   ms    = green_lane_ms(&race->log->cars[c], i);
            pb__truth truth = {.car  = (int16_t)c,
                               .lap  = race->log->cars[c].laps[i].number,
                               .row  = (int32_t)i,
                               .from = -1,
                               .y    = ms / 1000.0};
            if (ms > 0) PB_TRY(pb__truths_add(out, &truth));
        }
    return PB_OK;
}
