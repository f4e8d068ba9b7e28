#include "learn_stops.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"

#define STOPS_PER_CAR 12
#define RIVAL_GAP_MS 20000

static bool has(const pb_lap *lap, int bits)
{
    return (lap->status & bits) != 0;
}

static pb__stop_flag flag_of(const pb_lap *before, const pb_lap *in, const pb_lap *out)
{
    int sc = PB_STATUS_BIT_SC, vsc = PB_STATUS_BIT_VSC, red = PB_STATUS_BIT_RED;
    if (has(in, red) || has(out, red) || (before && has(before, red))) return PB__STOP_OTHER;
    if (has(in, sc))
        return has(in, vsc) ? PB__STOP_OTHER : before && has(before, sc | vsc) ? PB__STOP_SC : PB__STOP_SC_ONSET;
    if (has(in, vsc)) {
        if (has(out, sc)) return PB__STOP_OTHER;
        return before && has(before, vsc) ? PB__STOP_VSC : PB__STOP_VSC_ONSET;
    }
    bool green = in->status == PB_STATUS_BIT_CLEAR && out->status == PB_STATUS_BIT_CLEAR;
    return green ? PB__STOP_GREEN : PB__STOP_OTHER;
}

/* Mean time over the two laps of cars near this one at their start. */
static double rival_time_s(const pb_race_log *log, uint32_t car, uint32_t in_lap, int32_t from_ms)
{
    double   sum = 0;
    uint32_t n   = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t a = pb_lap_row(&log->cars[c], in_lap - 1);
        if (c == car || a < 0 || (uint32_t)a + 2 >= log->cars[c].n_laps) continue;
        const pb_lap *lap = &log->cars[c].laps[a];
        if (lap[2].number != in_lap + 1 || lap[0].session_ms == PB_MS_NONE || lap[2].session_ms == PB_MS_NONE) continue;
        if (abs(lap[0].session_ms - from_ms) > RIVAL_GAP_MS) continue;
        bool stopped = false;
        for (int k = 0; k < 3; k++) stopped |= lap[k].pit_in_ms != PB_MS_NONE;
        if (stopped || lap[1].pit_out_ms != PB_MS_NONE) continue;
        sum += (lap[2].session_ms - lap[0].session_ms) * 1e-3;
        n++;
    }
    return n ? sum / n : NAN;
}

static void note_losses(const pb__learn_race *race, uint32_t car, uint32_t row, pb__stop *s)
{
    const pb_lap *in = &race->log->cars[car].laps[row], *out = in + 1;
    if (s->flag == PB__STOP_GREEN && race->has_pace && race->dry) {
        double expected_s =
            (double)race->pace.lap[car][row].expected_s + (double)race->pace.lap[car][row + 1].expected_s;
        if (in->time_ms != PB_MS_NONE && out->time_ms != PB_MS_NONE)
            s->loss_s = (in->time_ms + out->time_ms) * 1e-3 - expected_s;
    }
    if (row == 0 || in[-1].number + 1 != in->number || in[-1].session_ms == PB_MS_NONE || out->session_ms == PB_MS_NONE)
        return;
    s->rival_loss_s =
        (out->session_ms - in[-1].session_ms) * 1e-3 - rival_time_s(race->log, car, in->number, in[-1].session_ms);
}

static bool make_stop(const pb__learn_race *race, size_t r, uint32_t car, const pb_tyre_stop *tyre, pb__stop *out)
{
    const pb_log_car *c   = &race->log->cars[car];
    int32_t           row = pb_lap_row(c, tyre->in_lap);
    if (tyre->red || row < 0 || (uint32_t)row + 1 >= c->n_laps || c->laps[row + 1].number != tyre->in_lap + 1)
        return false;
    const pb_lap *in = &c->laps[row];
    *out             = (pb__stop){.race         = (uint16_t)r,
                                  .car          = (uint8_t)car,
                                  .in_lap       = tyre->in_lap,
                                  .flag         = flag_of(row > 0 ? in - 1 : NULL, in, in + 1),
                                  .compound     = (pb_compound)tyre->compound,
                                  .lane_s       = tyre->lane_ms == PB_MS_NONE ? (double)NAN : tyre->lane_ms * 1e-3,
                                  .lane_off_s   = NAN,
                                  .loss_s       = NAN,
                                  .rival_loss_s = NAN,
                                  .gap_mate_s   = NAN};
    note_losses(race, car, (uint32_t)row, out);
    return true;
}

static void note_lanes(const pb__learn_set *set, pb__stop *stops, size_t n)
{
    double green[PB_CARS_MAX * STOPS_PER_CAR];
    size_t k = 0;
    (void)set;
    for (size_t i = 0; i < n; i++)
        if (stops[i].flag == PB__STOP_GREEN && stops[i].lane_s >= 5 && stops[i].lane_s <= 60)
            green[k++] = stops[i].lane_s;
    if (k < 4) return;
    double median = pb_median(green, k);
    for (size_t i = 0; i < n; i++) stops[i].lane_off_s = stops[i].lane_s - median;
}

static int32_t entry_ms(const pb__learn_set *set, const pb__stop *s)
{
    const pb_log_car *car = &set->race[s->race].log->cars[s->car];
    return car->laps[pb_lap_row(car, s->in_lap)].pit_in_ms;
}

static void note_mates(const pb__learn_set *set, pb__stop *stops, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            const pb_race_log *log = set->race[stops[i].race].log;
            if (i == j || strcmp(log->cars[stops[i].car].team, log->cars[stops[j].car].team) != 0) continue;
            int32_t a = entry_ms(set, &stops[j]), b = entry_ms(set, &stops[i]);
            if (a == PB_MS_NONE || b == PB_MS_NONE || b < a || b - a > 60000) continue;
            stops[i].gap_mate_s = (b - a) * 1e-3;
        }
}

pb_status pb__stops(const pb__learn_set *set, pb__stop **out, size_t *n)
{
    size_t cap = 1;
    for (size_t r = 0; r < set->n; r++) cap += (size_t)set->race[r].log->n_cars * STOPS_PER_CAR;
    pb__stop *stops = malloc(cap * sizeof *stops);
    if (!stops) return PB_E_NOMEM;
    *n = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race  = &set->race[r];
        size_t                first = *n;
        for (uint32_t c = 0; c < race->log->n_cars; c++) {
            pb_tyre_stop tyre[STOPS_PER_CAR];
            uint32_t     k = pb_car_stops(race->log, c, &race->outcome, false, tyre, STOPS_PER_CAR);
            for (uint32_t i = 0; i < k && i < STOPS_PER_CAR; i++) *n += make_stop(race, r, c, &tyre[i], &stops[*n]);
        }
        note_lanes(set, stops + first, *n - first);
        note_mates(set, stops + first, *n - first);
    }
    *out = stops;
    return PB_OK;
}
