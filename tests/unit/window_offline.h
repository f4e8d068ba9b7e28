/* window_offline.h - windows worked out the slow way, from all points at once: the
 * definitions of docs/features.md read literally, two passes for the deviation.
 * Shares no code with src/feature. Points must be sorted by car and time. */
#ifndef PB_TEST_WINDOW_OFFLINE_H
#define PB_TEST_WINDOW_OFFLINE_H

#include <math.h>
#include <stdlib.h>

#include "pitboard/feature_window.h"

typedef struct offline {
    const pb_window_options *o;
    const pb_point          *p;
    size_t                   n;
    uint16_t                *lap;
    uint8_t                 *sector;
    uint32_t                *visit, *turn; /* of the car to a sector; laps begun */
    bool                    *began[3];
    pb_window               *window;
    size_t                   n_windows, cap;
} offline;

static bool off_has(const pb_point *p, pb_channel c)
{
    return pb_point_has(p, c) && fabsf(p->ch[c]) <= 1e6f;
}
static double off_value(const pb_point *p, pb_channel c)
{
    return off_has(p, c) ? (double)p->ch[c] : NAN;
}

/* Seconds since the car's point before that had all these channels. */
static double off_dt(const offline *w, size_t i, pb_channel a, pb_channel b, pb_channel c)
{
    for (size_t j = i; j-- > 0 && w->p[j].car == w->p[i].car;) {
        if (!off_has(&w->p[j], a) || !off_has(&w->p[j], b) || !off_has(&w->p[j], c)) continue;
        int64_t us = w->p[i].time_us - w->p[j].time_us;
        return (double)(us > w->o->max_dt_us ? w->o->max_dt_us : us) * 1e-6;
    }
    return 0;
}

static uint8_t off_told(const offline *w, const pb_point *p)
{
    if (w->o->sector_end_m[0] > 0 && off_has(p, PB_CH_LAPDIST))
        return (uint8_t)(1 + (p->ch[PB_CH_LAPDIST] >= w->o->sector_end_m[0]) +
                         (p->ch[PB_CH_LAPDIST] >= w->o->sector_end_m[1]));
    for (uint8_t s = 1; s <= 3; s++)
        if (off_has(p, PB_CH_SECTOR) && p->ch[PB_CH_SECTOR] == (float)s) return s;
    return 0;
}

static void off_places(offline *w)
{
    int64_t told_us = 0;
    double  dist    = NAN;
    for (size_t i = 0; i < w->n; i++) {
        const pb_point *p      = &w->p[i];
        bool            same   = i > 0 && p[-1].car == p->car;
        uint16_t        lap    = same ? w->lap[i - 1] : 0;
        uint8_t         sector = same ? w->sector[i - 1] : 0;
        if (!same) told_us = 0, dist = NAN;
        bool falls = dist - off_value(p, PB_CH_LAPDIST) > (double)w->o->lap_m / 2;
        bool turns = p->lap != 0 ? p->lap != lap : lap == 0 && w->o->lap_m > 0 && falls;
        bool next  = p->lap == 0 || (lap != 0 && p->lap == lap + 1);
        w->lap[i]  = p->lap != 0 ? p->lap : lap;
        w->turn[i] = (same ? w->turn[i - 1] : 0) + turns;
        if (turns) sector = next && sector == 3;
        if (off_has(p, PB_CH_LAPDIST)) dist = (double)p->ch[PB_CH_LAPDIST];
        if (off_told(w, p) != 0) told_us = p->time_us;
        w->sector[i] = off_told(w, p) != 0 ? off_told(w, p) : p->time_us - told_us > w->o->hold_us ? 0 : sector;
        w->visit[i]  = !same ? 0 : w->visit[i - 1] + (turns || w->sector[i] != w->sector[i - 1]);
    }
}

static void off_events(offline *w)
{
    const pb_channel channel[3] = {PB_CH_ACCX, PB_CH_ACCY, PB_CH_SPEED};
    const float      limit[3]   = {w->o->brake_g, w->o->corner_g, w->o->fast_kmh};
    for (int e = 0; e < 3; e++) {
        bool inside = false;
        for (size_t i = 0; i < w->n; i++) {
            if (i > 0 && w->p[i].car != w->p[i - 1].car) inside = false;
            double v = off_value(&w->p[i], channel[e]);
            if (isnan(v)) continue;
            if (e < 2) v = fabs(v);
            w->began[e][i] = !inside && v > (double)limit[e];
            if (w->began[e][i])
                inside = true;
            else if (v < (double)limit[e] * (double)w->o->hysteresis_frac)
                inside = false;
        }
    }
}

static double off_clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

/* Sum of f dt over the points [a, b) that have the channels; NAN if none has. */
typedef double off_term(const offline *w, size_t i);
static double  off_sum(const offline *w, size_t a, size_t b, pb_channel x, pb_channel y, pb_channel z, off_term *f)
{
    double sum = 0;
    size_t n   = 0;
    for (size_t i = a; i < b; i++) {
        if (!off_has(&w->p[i], x) || !off_has(&w->p[i], y) || !off_has(&w->p[i], z)) continue;
        sum += f(w, i) * off_dt(w, i, x, y, z);
        n++;
    }
    return n > 0 ? sum : NAN;
}
static double off_one(const offline *w, size_t i)
{
    return (void)w, (void)i, 1;
}
static double off_lat(const offline *w, size_t i)
{
    return fabs(off_value(&w->p[i], PB_CH_ACCY));
}
static double off_lon(const offline *w, size_t i)
{
    return fabs(off_value(&w->p[i], PB_CH_ACCX));
}
static double off_front(const offline *w, size_t i)
{
    return fmax(off_value(&w->p[i], PB_CH_PBRAKE_F), 0);
}
static double off_rear(const offline *w, size_t i)
{
    return fmax(off_value(&w->p[i], PB_CH_PBRAKE_R), 0);
}
static double off_both(const offline *w, size_t i)
{
    return off_front(w, i) + off_rear(w, i);
}
static double off_square(const offline *w, size_t i)
{
    return off_front(w, i) * off_front(w, i) + off_rear(w, i) * off_rear(w, i);
}
static double off_turn(const offline *w, size_t i)
{
    double s = off_value(&w->p[i], PB_CH_STEERING);
    return (double)((s > 0) - (s < 0)) * off_lat(w, i);
}
static double off_left(const offline *w, size_t i, double sign)
{
    double axle = 0.5 + sign * off_clamp((double)w->o->lon_transfer_frac * off_value(&w->p[i], PB_CH_ACCX), -0.4, 0.4);
    return off_clamp(0.5 + 0.5 * (double)w->o->lat_transfer_frac * off_turn(w, i) / axle, 0, 1);
}
static double off_left_front(const offline *w, size_t i)
{
    return off_left(w, i, -1);
}
static double off_left_rear(const offline *w, size_t i)
{
    return off_left(w, i, 1);
}
static double off_full(const offline *w, size_t i)
{
    return off_value(&w->p[i], PB_CH_APS) > (double)w->o->full_throttle_pct;
}

static float off_or_nan(size_t n, double x)
{
    return n > 0 ? (float)x : NAN;
}
static float off_share(double part, double whole)
{
    return whole > 0 ? (float)(part / whole) : NAN;
}

static void off_speed(const offline *w, size_t a, size_t b, float *mean, float *sd)
{
    double sum = 0, square = 0;
    size_t n = 0;
    for (size_t i = a; i < b; i++)
        if (off_has(&w->p[i], PB_CH_SPEED)) sum += (double)w->p[i].ch[PB_CH_SPEED], n++;
    for (size_t i = a; i < b; i++)
        if (off_has(&w->p[i], PB_CH_SPEED)) square += pow((double)w->p[i].ch[PB_CH_SPEED] - sum / (double)n, 2);
    *mean = off_or_nan(n, sum / (double)n);
    *sd   = off_or_nan(n, sqrt(square / (double)n));
}

static void off_extremes(const offline *w, size_t a, size_t b, float *at)
{
    double peak[2] = {0, 0};
    size_t n[3] = {0}, began[3] = {0};
    for (size_t i = a; i < b; i++) {
        const pb_channel channel[3] = {PB_CH_ACCX, PB_CH_ACCY, PB_CH_SPEED};
        for (int e = 0; e < 3; e++) n[e] += off_has(&w->p[i], channel[e]), began[e] += w->began[e][i];
        if (off_has(&w->p[i], PB_CH_ACCX)) peak[0] = fmax(peak[0], off_lon(w, i));
        if (off_has(&w->p[i], PB_CH_ACCY)) peak[1] = fmax(peak[1], off_lat(w, i));
        if (off_has(&w->p[i], PB_CH_TYRE_AGE) && isnan(at[PB_WF_tyre_age_laps]))
            at[PB_WF_tyre_age_laps] = w->p[i].ch[PB_CH_TYRE_AGE];
    }
    at[PB_WF_heavy_braking_n]  = off_or_nan(n[0], (double)began[0]);
    at[PB_WF_hard_cornering_n] = off_or_nan(n[1], (double)began[1]);
    at[PB_WF_high_speed_n]     = off_or_nan(n[2], (double)began[2]);
    at[PB_WF_peak_lon_g]       = off_or_nan(n[0], peak[0]);
    at[PB_WF_peak_lat_g]       = off_or_nan(n[1], peak[1]);
}

static void off_features(const offline *w, size_t a, size_t b, pb_window_kind kind, float *at)
{
    const pb_channel x = PB_CH_ACCX, y = PB_CH_ACCY, s = PB_CH_STEERING, f = PB_CH_PBRAKE_F, r = PB_CH_PBRAKE_R,
                     t = PB_CH_APS;
    for (int i = 0; i < PB_WINDOW_FEATURES_N; i++) at[i] = NAN;
    at[PB_WF_lat_g_s]      = (float)off_sum(w, a, b, y, y, y, off_lat);
    at[PB_WF_lon_g_s]      = (float)off_sum(w, a, b, x, x, x, off_lon);
    at[PB_WF_brake_energy] = (float)off_sum(w, a, b, f, r, r, off_square);
    off_speed(w, a, b, &at[PB_WF_speed_mean_kmh], &at[PB_WF_speed_sd_kmh]);
    off_extremes(w, a, b, at);
    if (w->lap[a] != 0) at[PB_WF_lap] = w->lap[a];
    for (int k = 1; k <= 3; k++)
        if (kind != PB_WINDOW_LAP && w->sector[a] != 0) at[PB_WF_sector_1 + k - 1] = w->sector[a] == k;
    double load_s = off_sum(w, a, b, x, y, s, off_one), throttle_s = off_sum(w, a, b, t, t, t, off_one);

    at[PB_WF_front_load_ratio] = off_share(off_sum(w, a, b, x, y, s, off_left_front), load_s);
    at[PB_WF_rear_load_ratio]  = off_share(off_sum(w, a, b, x, y, s, off_left_rear), load_s);
    at[PB_WF_lateral_bias]     = off_share(off_sum(w, a, b, y, s, s, off_turn), off_sum(w, a, b, y, s, s, off_lat));
    at[PB_WF_brake_balance]    = off_share(off_sum(w, a, b, f, r, r, off_front), off_sum(w, a, b, f, r, r, off_both));
    at[PB_WF_throttle_on_frac] = off_share(off_sum(w, a, b, t, t, t, off_full), throttle_s);
}

static int64_t off_floor(int64_t x, int64_t step)
{
    return (x >= 0 ? x / step : -((-x + step - 1) / step)) * step;
}

/* Where the window of point i begins, and by what it ends at the latest (INT64_MAX: open). */
static int64_t off_from(const offline *w, size_t i, pb_window_kind kind, int64_t *to)
{
    size_t first = i;
    if (kind == PB_WINDOW_5S) {
        int64_t from = off_floor(w->p[i].time_us, w->o->tumble_us);
        *to          = from + w->o->tumble_us;
        return from;
    }
    for (; first > 0 && w->p[first - 1].car == w->p[i].car; first--)
        if (kind == PB_WINDOW_LAP ? w->turn[first - 1] != w->turn[i] : w->visit[first - 1] != w->visit[i]) break;
    *to = INT64_MAX;
    if (kind == PB_WINDOW_LAP) return w->p[first].time_us;
    int64_t from = w->p[first].time_us + off_floor(w->p[i].time_us - w->p[first].time_us, w->o->sector_us);
    *to          = from + w->o->sector_us;
    return from;
}

static bool off_same(const offline *w, size_t i, size_t j, pb_window_kind kind)
{
    int64_t to_i, to_j;
    if (w->p[i].car != w->p[j].car || off_from(w, i, kind, &to_i) != off_from(w, j, kind, &to_j)) return false;
    return kind == PB_WINDOW_5S || (kind == PB_WINDOW_LAP ? w->turn[i] == w->turn[j] : w->visit[i] == w->visit[j]);
}

static void off_window(offline *w, size_t a, size_t b, pb_window_kind kind)
{
    if (w->n_windows == w->cap) {
        w->cap    = w->cap * 2 + 64;
        w->window = realloc(w->window, w->cap * sizeof *w->window);
        if (w->window == NULL) abort();
    }
    pb_window *out = &w->window[w->n_windows++];
    *out = (pb_window){.kind = (uint8_t)kind, .car = w->p[a].car, .lap = w->lap[a], .n_points = (uint32_t)(b - a)};
    out->sector  = kind == PB_WINDOW_LAP ? 0 : w->sector[a];
    out->from_us = off_from(w, a, kind, &out->to_us);
    bool follows = b < w->n && w->p[b].car == w->p[a].car;
    if (follows && w->p[b].time_us < out->to_us) out->to_us = w->p[b].time_us;
    if (!follows && kind == PB_WINDOW_LAP) out->to_us = w->p[b - 1].time_us + 1;
    off_features(w, a, b, kind, out->at);
}

/* All windows by kind, then car, then time. Free with offline_fini. */
static offline offline_windows(const pb_window_options *o, const pb_point *points, size_t n)
{
    offline w = {.o = o, .p = points, .n = n};
    w.lap     = calloc(n + 1, sizeof *w.lap);
    w.sector  = calloc(n + 1, sizeof *w.sector);
    w.visit   = calloc(n + 1, sizeof *w.visit);
    w.turn    = calloc(n + 1, sizeof *w.turn);
    for (int e = 0; e < 3; e++) w.began[e] = calloc(n + 1, sizeof *w.began[e]);
    off_places(&w);
    off_events(&w);
    for (int k = 0; k < PB_WINDOW_N; k++)
        for (size_t a = 0, b; a < n; a = b) {
            for (b = a + 1; b < n && off_same(&w, b - 1, b, (pb_window_kind)k);) b++;
            off_window(&w, a, b, (pb_window_kind)k);
        }
    return w;
}

static void offline_fini(offline *w)
{
    free(w->lap);
    free(w->sector);
    free(w->visit);
    free(w->turn);
    for (int e = 0; e < 3; e++) free(w->began[e]);
    free(w->window);
}

#endif
