/* log_mend_laps: rows in the place of those that are missing between two others.
 *
 *     14 | 15  16 | 17        the car was on MEDIUM on lap 14 and its set is two laps
 *     M    m   h    H 2       old on lap 17: it came in at the end of lap 15 */
#include <string.h>

#include "log_mend.h"
#include "stop_signs.h"

/* The lap at whose end the set was changed; 0 it was not. */
static uint16_t in_lap_between(const pb_lap *a, const pb_lap *b)
{
    bool ages  = a->tyre_age_laps >= 0 && b->tyre_age_laps >= 0;
    bool young = ages && b->tyre_age_laps < a->tyre_age_laps + b->number - a->number;
    if (!young && !pb__another_set(a, b)) return 0;
    int lap = b->tyre_age_laps > 0 ? b->number - b->tyre_age_laps : a->number;
    if (a->pit_in_ms != PB_MS_NONE || lap < a->number) return a->number;
    return (uint16_t)(lap < b->number ? lap : b->number - 1);
}

static int16_t age_at(const pb_lap *known, uint16_t number)
{
    int age = known->tyre_age_laps + number - known->number;
    return (int16_t)(known->tyre_age_laps < 0 || age < 1 ? -1 : age);
}

static pb_lap made_up(const pb_lap *a, const pb_lap *b, uint16_t number, const pb_lap *set)
{
    int64_t span   = (int64_t)b->session_ms - a->session_ms;
    pb_lap  lap    = {.number        = number,
                      .time_ms       = PB_MS_NONE,
                      .start_ms      = PB_MS_NONE,
                      .pit_in_ms     = PB_MS_NONE,
                      .pit_out_ms    = PB_MS_NONE,
                      .sector_ms     = {PB_MS_NONE, PB_MS_NONE, PB_MS_NONE},
                      .stint         = set->stint,
                      .compound      = set->compound,
                      .tyre_age_laps = age_at(set, number),
                      .fresh         = set->fresh,
                      .generated     = true,
                      .line          = a->line};
    lap.session_ms = (int32_t)(a->session_ms + span * (number - a->number) / (b->number - a->number));
    memcpy(lap.compound_name, set->compound_name, sizeof lap.compound_name);
    return lap;
}

/* Rows after a and before b, to out; a is in the new array already. */
static uint32_t fill(pb_lap *a, const pb_lap *b, int32_t before_ms, pb_lap *out, pb_gap_laps *gap)
{
    uint16_t in = in_lap_between(a, b);
    uint32_t n  = 0;
    if (in == a->number && a->pit_in_ms == PB_MS_NONE) a->pit_in_ms = a->session_ms - before_ms;
    for (uint16_t lap = (uint16_t)(a->number + 1); lap < b->number; lap++) {
        out[n] = made_up(a, b, lap, in && lap > in ? b : a);
        if (lap == in) out[n].pit_in_ms = out[n].session_ms - before_ms;
        pb__gap_add(gap, lap);
        n++;
    }
    return n;
}

static uint32_t n_missing(const pb_log_car *car)
{
    return car->n_laps == 0 ? 0 : car->laps[car->n_laps - 1].number - car->laps[0].number + 1u - car->n_laps;
}

pb_status pb__mend_laps(pb_race_log *log, int32_t entry_to_line_ms, pb_race_gaps *gaps)
{
    for (uint32_t c = 0; c < log->n_cars; c++) {
        pb_log_car *car     = &log->cars[c];
        uint32_t    missing = n_missing(car), n = 0;
        if (missing == 0) continue;
        pb_lap *laps = pb_arena_take(&log->arena, (car->n_laps + missing) * sizeof *laps);
        if (!laps) return PB_E_NOMEM;
        for (uint32_t i = 0; i < car->n_laps; i++) {
            laps[n++] = car->laps[i];
            if (i + 1 < car->n_laps)
                n += fill(&laps[n - 1], &car->laps[i + 1], entry_to_line_ms, &laps[n], &gaps->car[c].gap[PB_GAP_LAPS]);
        }
        car->laps   = laps;
        car->n_laps = n;
    }
    return PB_OK;
}
