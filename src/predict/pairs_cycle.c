/* pairs_cycle: the place of a car around one of its stops. */
#include <stdlib.h>

#include "pairs_parts.h"

void pb__stops_read(const pb_race_log *log, const pb_race_outcome *outcome, uint32_t car, pb__car_stops *out)
{
    uint32_t n = pb_car_stops(log, car, outcome, true, out->at, PB__CAR_STOPS);
    out->n     = n < PB__CAR_STOPS ? n : PB__CAR_STOPS;
}

uint32_t pb__stops_from(const pb__car_stops *stops, uint32_t lap)
{
    uint32_t i = 0;
    while (i < stops->n && stops->at[i].in_lap < lap) i++;
    return i;
}

int32_t pb__lap_end_ms(const pb_race_log *log, const pb_race_outcome *outcome, uint32_t car, uint32_t lap)
{
    const pb_car_result *r = &outcome->car[car];
    if (lap == 0 || lap > r->laps_done) return PB_MS_NONE;
    if (lap == r->laps_done) return r->end_ms; /* the row of the last lap may hold a made-up time */
    int32_t row = pb_lap_row(&log->cars[car], lap);
    return row >= 0 ? log->cars[car].laps[row].session_ms : PB_MS_NONE;
}

uint8_t pb_place_after(const pb_race_log *log, const pb_race_outcome *outcome, uint32_t car, uint32_t lap)
{
    int32_t own = pb__lap_end_ms(log, outcome, car, lap);
    uint8_t n   = 1;
    if (own == PB_MS_NONE) return 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t t = pb__lap_end_ms(log, outcome, c, lap);
        if (c != car && t != PB_MS_NONE && (t < own || (t == own && c < car))) n++;
    }
    return n;
}

/* The lap by which a car near ours has done its stop too, out-lap included; the
 * last of the race when it makes none. */
static uint32_t done_by(const pb_race_log *log, const pb_race_outcome *outcome, uint32_t car, uint16_t in_lap)
{
    pb__car_stops stops;
    uint32_t      first = in_lap > PB_CYCLE_LAPS ? (uint32_t)(in_lap - PB_CYCLE_LAPS) : 1u;
    pb__stops_read(log, outcome, car, &stops);
    uint32_t k = pb__stops_from(&stops, first);
    if (k < stops.n) return stops.at[k].in_lap + 1u;
    return outcome->car[car].took_flag ? outcome->laps : outcome->car[car].laps_done;
}

static uint16_t over_lap(const pb_race_log *log, const pb_race_outcome *outcome, uint16_t in_lap, uint8_t place)
{
    uint32_t over = in_lap + 1u;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        uint8_t p = pb_place_after(log, outcome, c, in_lap - 1u);
        if (p == 0 || p == place || abs((int)p - (int)place) > PB_PAIR_PLACES) continue;
        uint32_t lap = done_by(log, outcome, c, in_lap);
        if (lap > over) over = lap;
    }
    return (uint16_t)(over < outcome->laps ? over : outcome->laps);
}

pb_status pb_stop_cycle_of(const pb_race_log *log, const pb_race_outcome *outcome, uint32_t car, uint16_t in_lap,
                           pb_stop_cycle *out)
{
    if (car >= log->n_cars || in_lap < 1 || in_lap > outcome->car[car].laps_done) return PB_E_RANGE;
    const pb_car_result *r      = &outcome->car[car];
    uint8_t              before = pb_place_after(log, outcome, car, in_lap - 1u);
    uint16_t             last   = before > 0 ? over_lap(log, outcome, in_lap, before) : in_lap;
    *out                        = (pb_stop_cycle){.before     = before,
                                                  .after_out  = pb_place_after(log, outcome, car, in_lap + 1u),
                                                  .after_five = pb_place_after(log, outcome, car, in_lap + PB_CYCLE_LAPS),
                                                  .over_lap   = last,
                                                  .over       = pb_place_after(log, outcome, car, last),
                                                  .flag       = r->took_flag ? r->place : 0};
    if (out->over == 0 && r->took_flag) out->over = r->place; /* lapped: it took the flag before that lap */
    return PB_OK;
}
