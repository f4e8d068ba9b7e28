/* log_mend: what a row leaves out, from the rows around it. See race_gaps.h. */
#include "log_mend.h"

#include <stdlib.h>
#include <string.h>

#include "stop_signs.h"

void pb__gap_add(pb_gap_laps *gap, uint16_t lap)
{
    if (gap->n++ == 0) gap->first = lap;
    gap->last = lap;
}

/* ---- pit entries ---- */

/* Marked first, filled after: an entry filled in is a pit time of the car. */
static void mend_entries(pb_log_car *car, int32_t before_ms, pb_gap_laps *gap)
{
    bool shown[PB_LAPS_MAX] = {false};
    for (uint32_t i = 0; i + 1 < car->n_laps && i < PB_LAPS_MAX; i++)
        shown[i] = car->laps[i + 1].number == car->laps[i].number + 1 && pb__stop_without_entry(car, i);
    for (uint32_t i = 0; i + 1 < car->n_laps && i < PB_LAPS_MAX; i++) {
        if (!shown[i]) continue;
        car->laps[i].pit_in_ms = car->laps[i].session_ms - before_ms;
        pb__gap_add(gap, car->laps[i].number);
    }
}

/* ---- cells of timed laps ---- */

/* The flags are the same for everybody: those of the row that ended nearest. */
static const pb_lap *nearest_with_status(const pb_race_log *log, const pb_lap *lap)
{
    const pb_lap *best = NULL;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            const pb_lap *o = &log->cars[c].laps[i];
            if (o->status == 0) continue;
            if (!best || abs(o->session_ms - lap->session_ms) < abs(best->session_ms - lap->session_ms)) best = o;
        }
    return best;
}

/* A retired car's last row has neither time nor status: that is no gap. */
static void mend_status(const pb_race_log *log, pb_lap *lap, pb_gap_laps *gap)
{
    const pb_lap *near;
    if (lap->status != 0 || (lap->time_ms == PB_MS_NONE && !lap->accurate && !lap->generated)) return;
    if (!lap->generated) pb__gap_add(gap, lap->number);
    if (!(near = nearest_with_status(log, lap))) return;
    lap->status = near->status;
    memcpy(lap->status_order, near->status_order, sizeof lap->status_order);
}

static void mend_time(pb_log_car *car, uint32_t i, pb_gap_laps *gap)
{
    pb_lap *lap = &car->laps[i];
    if (lap->time_ms != PB_MS_NONE || !lap->accurate) return;
    pb__gap_add(gap, lap->number);
    if (i == 0 || lap[-1].number + 1 != lap->number || lap->session_ms <= lap[-1].session_ms) return;
    lap->time_ms = lap->session_ms - lap[-1].session_ms;
}

static void mend_position(const pb_race_log *log, pb_lap *lap, pb_gap_laps *gap)
{
    uint8_t place = 1;
    if (lap->position != 0 || (lap->time_ms == PB_MS_NONE && !lap->generated)) return;
    if (!lap->generated) pb__gap_add(gap, lap->number);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t row = pb_lap_row(&log->cars[c], lap->number);
        place       = (uint8_t)(place + (row >= 0 && log->cars[c].laps[row].session_ms < lap->session_ms));
    }
    lap->position = place;
}

static void mend_cells(const pb_race_log *log, uint32_t c, pb_car_gaps *gaps)
{
    pb_log_car *car = &log->cars[c];
    for (uint32_t i = 0; i < car->n_laps; i++) {
        pb_lap *lap = &car->laps[i];
        mend_status(log, lap, &gaps->gap[PB_GAP_STATUS]);
        mend_time(car, i, &gaps->gap[PB_GAP_TIME]);
        mend_position(log, lap, &gaps->gap[PB_GAP_POSITION]);
    }
}

pb_status pb_race_log_mend(pb_race_log *log, pb_race_gaps *gaps)
{
    int32_t before_ms = pb_entry_to_line_ms(log);
    memset(gaps, 0, sizeof *gaps);
    PB_ASSERT(log->n_cars <= PB_CARS_MAX);
    for (uint32_t c = 0; c < log->n_cars; c++) mend_entries(&log->cars[c], before_ms, &gaps->car[c].gap[PB_GAP_ENTRY]);
    PB_TRY(pb__mend_laps(log, before_ms, gaps));
    for (uint32_t c = 0; c < log->n_cars; c++) mend_cells(log, c, &gaps->car[c]);
    pb__mend_tyres(log, gaps);
    return PB_OK;
}
