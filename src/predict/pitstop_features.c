#include <math.h>

#include "pitstop.h"

static const pb_feature features[PB__PITSTOP_FEATURES] = {
    {"seen_visits", "visits of this race the level rests on"},
    {"prior_sd_s", "how far the level may be from where it started, s"},
    {"level_s", "expected level of the lane, s"},
    {"pending_s", "time penalty to serve, s"},
    {"in_lap", "in-lap"},
    {"to_go_share", "share of the scheduled distance left after the in-lap"},
    {"tyre_age_laps", "laps on the set before the in-lap"},
    {"visits_before", "visits of this car to the lane before"},
    {"position", "place at the end of the lap before the in-lap"},
    {"lap_ratio", "that lap against the one before it: a damaged car is slow"},
    {"wet_tyres", "1 on intermediates or wets"},
    {"yellow", "1 when there was a yellow flag in that lap"},
};

const pb_feature_schema pb__pitstop_schema = {"pitstop-1", features, PB__PITSTOP_FEATURES};

static float visits_before(const pb_log_car *car, uint32_t lap)
{
    float n = 0;
    for (uint32_t i = 0; i < car->n_laps; i++)
        n += car->laps[i].pit_in_ms != PB_MS_NONE && car->laps[i].number < lap ? 1.F : 0.F;
    return n;
}

static float lap_ratio(const pb_log_car *car, uint32_t lap)
{
    int32_t last = pb_lap_row(car, lap), before = pb_lap_row(car, lap - 1);
    if (last < 0 || before < 0) return NAN;
    const pb_lap *a = &car->laps[last], *b = &car->laps[before];
    if (a->time_ms == PB_MS_NONE || b->time_ms == PB_MS_NONE) return NAN;
    return fminf((float)a->time_ms / (float)b->time_ms, 3.F);
}

static float to_go_share(const pb_race_log *log, uint32_t lap)
{
    int laps = pb_scheduled_laps(log->circuit, log->season, log->sprint);
    return laps > 0 ? fmaxf(0, (float)(laps - (int)lap) / (float)laps) : NAN;
}

void pb__pitstop_features(const pb_history_race *race, const pb__lane_visit *visit, float row[PB__PITSTOP_FEATURES])
{
    const pb_log_car *car  = &race->log->cars[visit->car];
    uint32_t          last = visit->in_lap - 1U;
    int32_t           at   = last > 0 ? pb_lap_row(car, last) : -1;
    const pb_lap     *lap  = at >= 0 ? &car->laps[at] : NULL;
    float            *to   = row;

    *to++ = (float)visit->seen;
    *to++ = (float)visit->prior_sd_s;
    *to++ = (float)visit->level_s;
    *to++ = (float)visit->pending_s;
    *to++ = (float)visit->in_lap;
    *to++ = to_go_share(race->log, visit->in_lap);
    *to++ = lap && lap->tyre_age_laps >= 0 ? (float)lap->tyre_age_laps : NAN;
    *to++ = visits_before(car, visit->in_lap);
    *to++ = lap && lap->position > 0 ? (float)lap->position : NAN;
    *to++ = last > 1 ? lap_ratio(car, last) : NAN;
    *to++ = lap ? (float)pb_compound_is_wet((pb_compound)lap->compound) : NAN;
    *to   = lap ? (float)((lap->status & PB_STATUS_BIT_YELLOW) != 0) : NAN;
}
