/* stops: which tyre stops a car made, from its rows.
 *
 * A stop is a pit entry, a following row and a changed set. Where the feed kept
 * the old set (2022 round 11, 17 cars), a green visit that took as long as a
 * tyre stop counts too; a drive-through is shorter. Where the entry is missing,
 * what else the rows show (stop_signs.h). */
#include <stdlib.h>

#include "stop_signs.h"

#define LANE_MIN_MS 5000
#define LANE_MAX_MS 60000
#define LANE_SLACK_MS INT64_C(1000) /* a stop without a recorded change: at least the median less this */
#define NO_MEDIAN INT64_MAX

static bool green(const pb_lap *lap)
{
    return !(lap->status & PB_STATUS_BITS_NEUTRAL);
}

static bool follows(const pb_log_car *car, uint32_t i)
{
    return car->laps[i + 1].number == car->laps[i].number + 1;
}

static int32_t lane_time(const pb_log_car *car, uint32_t i)
{
    int32_t in = car->laps[i].pit_in_ms, out = car->laps[i + 1].pit_out_ms;
    return in == PB_MS_NONE || out == PB_MS_NONE ? PB_MS_NONE : out - in;
}

static int by_value(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

/* Twice the median lane time of the green stops with a recorded change. */
static int64_t twice_lane_median(const pb_race_log *log)
{
    int32_t  v[1024]; /* 40 cars x 25 stops; later ones cannot move the median of a real race */
    uint32_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *car = &log->cars[c];
        for (uint32_t i = 0; i + 1 < car->n_laps && n < sizeof v / sizeof *v; i++) {
            int32_t ms = lane_time(car, i);
            if (ms <= LANE_MIN_MS || ms >= LANE_MAX_MS || !follows(car, i) || pb_same_set(car, i)) continue;
            if (green(&car->laps[i]) && green(&car->laps[i + 1])) v[n++] = ms;
        }
    }
    if (n == 0) return NO_MEDIAN;
    qsort(v, n, sizeof *v, by_value);
    return (int64_t)v[(n - 1) / 2] + v[n / 2];
}

/* Long enough, under green, for tyres to have been changed. */
static bool looks_like_a_stop(const pb_log_car *car, uint32_t i, int64_t median2)
{
    int32_t ms = lane_time(car, i);
    return ms != PB_MS_NONE && median2 != NO_MEDIAN && green(&car->laps[i]) && green(&car->laps[i + 1]) &&
           2 * (int64_t)ms >= median2 - 2 * LANE_SLACK_MS && ms < LANE_MAX_MS;
}

/* A set changed while the race was stopped leaves no pit entry: the compound or
 * the age tells. An unknown compound tells nothing. */
static bool changed_while_stopped(const pb_log_car *car, uint32_t i)
{
    const pb_lap *a = &car->laps[i], *b = &car->laps[i + 1];
    if (!((a->status | b->status) & PB_STATUS_BIT_RED) || b->compound == PB_COMPOUND_UNKNOWN) return false;
    if (a->compound != PB_COMPOUND_UNKNOWN && a->compound != b->compound) return true;
    return a->tyre_age_laps >= 0 && b->tyre_age_laps >= 0 && b->tyre_age_laps != a->tyre_age_laps + 1;
}

static bool is_stop(const pb_log_car *car, uint32_t i, bool with_red, int64_t median2)
{
    bool red = (car->laps[i].status | car->laps[i + 1].status) & PB_STATUS_BIT_RED;
    if (red && !with_red) return false;
    if (car->laps[i].pit_in_ms == PB_MS_NONE)
        return red ? changed_while_stopped(car, i) : pb__stop_without_entry(car, i);
    return !pb_same_set(car, i) || looks_like_a_stop(car, i, median2);
}

static pb_tyre_stop stop_at(const pb_log_car *car, uint32_t i)
{
    const pb_lap *a = &car->laps[i], *b = &car->laps[i + 1];
    return (pb_tyre_stop){
        .in_lap       = a->number,
        .compound     = b->compound,
        .lane_ms      = lane_time(car, i),
        .new_age_laps = b->tyre_age_laps < 0 ? -1 : (int16_t)(b->tyre_age_laps > 0 ? b->tyre_age_laps - 1 : 0),
        .neutral      = !green(a),
        .red          = (a->status | b->status) & PB_STATUS_BIT_RED,
    };
}

uint32_t pb_car_stops(const pb_race_log *log, uint32_t car, const pb_race_outcome *outcome, bool with_red,
                      pb_tyre_stop *out, uint32_t cap)
{
    PB_ASSERT(car < log->n_cars);
    const pb_log_car *c       = &log->cars[car];
    int64_t           median2 = twice_lane_median(log);
    uint32_t          n       = 0;
    for (uint32_t i = 0; i + 1 < c->n_laps; i++) {
        if (!follows(c, i) || c->laps[i + 1].number > outcome->laps || !is_stop(c, i, with_red, median2)) continue;
        if (n < cap) out[n] = stop_at(c, i);
        n++;
    }
    return n;
}
