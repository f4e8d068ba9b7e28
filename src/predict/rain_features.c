#include <math.h>
#include <stdlib.h>

#include "rain.h"

#define SEEN_LAPS 3 /* a car whose last row is older is not on the track */
#define TREND_LAPS 3
#define RAIN_WINDOW_MS 600000
#define PACE_MAX 1.5 /* a change of pace beyond this is no weather */

static const pb_feature features[PB__RAIN_FEATURES] = {
    {"wet_share", "share of the cars on intermediates or wets, by their last lap"},
    {"wet_change", "that less the same three leader laps before"},
    {"other_tyre", "1 when a car is on the other kind than most"},
    {"rain_now", "1 when the weather station says rain, 0 when not, 0.02 when it says nothing"},
    {"rain_share", "share of the last ten minutes with rain; 0.02 when not known"},
    {"pace_change", "median clean lap of the field against three laps before, log"},
    {"neutral", "1 under SC or VSC in the leader's lap"},
};

const pb_feature_schema pb__rain_schema = {"rain-1", features, PB__RAIN_FEATURES};

/* Last row of a car that ended by then; NULL when there is none, or none of late. */
static const pb_lap *last_seen(const pb_log_car *car, int32_t ms, uint32_t leader_lap)
{
    const pb_lap *last = NULL;
    for (uint32_t i = 0; i < car->n_laps && car->laps[i].session_ms <= ms; i++) last = &car->laps[i];
    return last && last->number + (uint32_t)SEEN_LAPS >= leader_lap ? last : NULL;
}

static double share_at(const pb_race_log *log, int32_t ms, uint32_t leader_lap)
{
    double cars = 0, wet = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_lap *lap = last_seen(&log->cars[c], ms, leader_lap);
        if (!lap) continue;
        cars += 1;
        wet += pb_compound_is_wet((pb_compound)lap->compound);
    }
    return cars > 0 ? wet / cars : 0;
}

/* Median of the clean laps numbered `lap` that ended by then; NAN below three. */
static double pace_at(const pb_race_log *log, int32_t ms, uint32_t lap)
{
    double x[PB_CARS_MAX];
    size_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t row = pb_lap_row(&log->cars[c], lap);
        if (row < 0 || log->cars[c].laps[row].session_ms > ms || !pb_lap_is_clean(&log->cars[c].laps[row])) continue;
        x[n++] = log->cars[c].laps[row].time_ms * 1e-3;
    }
    return n >= 3 ? pb_median(x, n) : NAN;
}

static double pace_change(const pb_race_log *log, int32_t ms, uint32_t lap)
{
    double now = pace_at(log, ms, lap), before = lap > TREND_LAPS ? pace_at(log, ms, lap - TREND_LAPS) : NAN;
    if (isnan(now)) now = pace_at(log, ms, lap - 1);
    if (isnan(now) || isnan(before) || now > PACE_MAX * before || before > PACE_MAX * now) return 0;
    return pb_log(now / before);
}

static void rain_at(const pb_history_race *race, int32_t ms, double *now, double *share)
{
    double n = 0, wet = 0;
    *now = *share = 0.02; /* about a fiftieth of the readings of a season say rain */
    for (uint32_t i = 0; i < race->n_weather; i++) {
        const pb_weather_row *w = &race->weather[i];
        if (w->rain < 0 || w->session_ms == PB_MS_NONE || w->session_ms > ms) continue;
        *now = w->rain;
        if (w->session_ms < ms - RAIN_WINDOW_MS) continue;
        n += 1;
        wet += w->rain;
    }
    if (n > 0) *share = wet / n;
}

bool pb__rain_features(const pb_history_race *race, uint32_t lap, double row[PB__RAIN_FEATURES])
{
    int32_t ms = race->outcome->lead_ms[lap];
    if (ms == PB_MS_NONE) return false;
    uint32_t before    = lap > TREND_LAPS ? lap - TREND_LAPS : 1;
    int32_t  before_ms = race->outcome->lead_ms[before];
    double   share     = share_at(race->log, ms, lap);

    row[0] = share;
    row[1] = before_ms == PB_MS_NONE ? 0 : share - share_at(race->log, before_ms, before);
    row[2] = share > 0 && share < 1;
    rain_at(race, ms, &row[3], &row[4]);
    row[5] = pace_change(race->log, ms, lap);
    row[6] = (pb__leader_status(race, lap) & PB_STATUS_BITS_NEUTRAL) != 0;
    return true;
}
