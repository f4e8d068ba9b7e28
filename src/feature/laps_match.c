/* laps_match: whose laps these are, by their times.
 *
 * Every official car is tried at every shift of the counter; the least root mean
 * square of the differences wins, none counting for more than a second: one lap
 * that does not fit says more than many that do. The official lap 1 begins with the green flag and not at the
 * line, so it is never compared. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/feature_laps.h"

#define LEAST_LAPS 4
#define NEAR_S 1.5 /* a worse median is nobody's */
#define FIT_MOST_S 1.0
#define DAY_S 86400.0
#define DRIFT_LAPS 10

typedef struct pair {
    const pb_telemetry_lap *lap;
    const pb_official_lap  *official;
} pair;

/* One car at one shift. */
typedef struct trial {
    const pb_official_lap *at; /* its laps */
    uint32_t               n;
    int32_t                shift; /* number = official lap + shift */
    uint32_t               n_pairs;
    double                 fit_s, median_s, worst_s;
} trial;

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(const double *sorted, uint32_t n, double q)
{
    double   at = q * (n - 1);
    uint32_t i  = (uint32_t)at;
    return i + 1 < n ? sorted[i] + (at - i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

static int32_t key_of(const pb_lap_report *r, uint32_t i)
{
    return r->laps[i].number ? r->laps[i].number : (int32_t)i + 1;
}

static const pb_official_lap *official_of(const trial *t, int32_t lap)
{
    for (uint32_t i = 0; i < t->n; i++)
        if (t->at[i].lap == lap) return &t->at[i];
    return NULL;
}

/* Laps that can be compared; unbroken false: any that are plausible. */
static uint32_t pairs_of(const pb_lap_report *r, const trial *t, bool unbroken, pair *out)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n_laps; i++) {
        const pb_telemetry_lap *lap = &r->laps[i];
        if (!lap->plausible || (unbroken && !lap->unbroken)) continue;
        const pb_official_lap *o = official_of(t, key_of(r, i) - t->shift);
        if (o && o->lap > 1 && !o->in_pit) out[n++] = (pair){lap, o};
    }
    return n;
}

static void judge(const pb_lap_report *r, trial *t)
{
    pair   pairs[PB_TELEMETRY_LAPS_MAX];
    double off[PB_TELEMETRY_LAPS_MAX];
    t->n_pairs = pairs_of(r, t, true, pairs);
    if (t->n_pairs == 0) return;
    double sum = 0;
    for (uint32_t i = 0; i < t->n_pairs; i++) {
        off[i] = fabs(pairs[i].lap->time_s - pairs[i].official->time_s);
        sum += fmin(off[i] * off[i], FIT_MOST_S * FIT_MOST_S);
    }
    qsort(off, t->n_pairs, sizeof *off, by_size);
    t->median_s = quantile(off, t->n_pairs, 0.5);
    t->worst_s  = off[t->n_pairs - 1];
    t->fit_s    = sqrt(sum / t->n_pairs);
}

static uint32_t usable(const pb_lap_report *r)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n_laps; i++) n += r->laps[i].plausible && r->laps[i].unbroken;
    return n;
}

/* Laps that this shift puts beside the official ones: a counter that jumped by thousands
 * makes thousands of shifts, most of which put none there. */
static uint32_t beside(const pb_lap_report *r, const trial *t)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n_laps; i++) {
        int32_t lap = key_of(r, i) - t->shift;
        n += lap >= t->at[0].lap && lap <= t->at[t->n - 1].lap;
    }
    return n;
}

/* The best shift of one car; n_pairs 0 when none has laps enough to say anything. */
static trial best_shift(const pb_lap_report *r, const pb_official_lap *at, uint32_t n)
{
    trial    best  = {.at = at, .n = n};
    uint32_t least = usable(r) / 2 > LEAST_LAPS ? usable(r) / 2 : LEAST_LAPS;
    int32_t  lo = key_of(r, 0) - at[n - 1].lap, hi = key_of(r, r->n_laps - 1) - 1;
    for (int32_t shift = lo; shift <= hi; shift++) {
        trial t = {.at = at, .n = n, .shift = shift};
        if (beside(r, &t) < least) continue;
        judge(r, &t);
        if (t.n_pairs >= least && (best.n_pairs == 0 || t.fit_s < best.fit_s)) best = t;
    }
    return best;
}

/* Of one time of day from another, within half a day. */
static double wrapped(double s)
{
    return s - DAY_S * floor(s / DAY_S + 0.5);
}

/* Slope of y over x by least squares. */
static double slope(const double *x, const double *y, uint32_t n)
{
    double mx = 0, my = 0, xx = 0, xy = 0;
    for (uint32_t i = 0; i < n; i++) {
        mx += x[i] / n;
        my += y[i] / n;
    }
    for (uint32_t i = 0; i < n; i++) {
        xx += (x[i] - mx) * (x[i] - mx);
        xy += (x[i] - mx) * (y[i] - my);
    }
    return xx > 0 ? xy / xx : 0;
}

static void compare_clocks(const pb_lap_report *r, const trial *t, pb_lap_match *out)
{
    pair     pairs[PB_TELEMETRY_LAPS_MAX];
    double   at[PB_TELEMETRY_LAPS_MAX], off[PB_TELEMETRY_LAPS_MAX], first = NAN;
    uint32_t all = pairs_of(r, t, false, pairs), n = 0;
    for (uint32_t i = 0; i < all; i++) {
        double end = (double)pairs[i].lap->end_us * 1e-6, o = end - pairs[i].official->end_s;
        if (isnan(o)) continue;
        if (isnan(first)) first = wrapped(o);
        at[n]    = end;
        off[n++] = first + wrapped(o - first);
    }
    if (n == 0) return;
    if (n >= DRIFT_LAPS) out->clock_drift_ppm = 1e6 * slope(at, off, n);
    qsort(off, n, sizeof *off, by_size);
    out->clock_offset_s = wrapped(quantile(off, n, 0.5));
    out->clock_spread_s = 0.5 * (quantile(off, n, 0.9) - quantile(off, n, 0.1));
}

/* Laps of the car that begins at i. */
static uint32_t run_of(const pb_official_lap *official, uint32_t n, uint32_t i)
{
    uint32_t end = i;
    while (end < n && official[end].car == official[i].car) end++;
    return end - i;
}

void pb_laps_match(const pb_lap_report *r, const pb_official_lap *official, uint32_t n, int32_t only, pb_lap_match *out)
{
    trial best = {0}, second = {0};
    *out = (pb_lap_match){.clock_offset_s = NAN, .clock_drift_ppm = NAN};
    if (r->n_laps == 0) return;
    for (uint32_t i = 0, len; i < n; i += len) {
        len = run_of(official, n, i);
        if (only && official[i].car != only) continue;
        trial t = best_shift(r, official + i, len);
        if (t.n_pairs == 0) continue;
        if (best.n_pairs == 0 || t.fit_s < best.fit_s) {
            second = best;
            best   = t;
        } else if (second.n_pairs == 0 || t.fit_s < second.fit_s) {
            second = t;
        }
    }
    if (second.n_pairs) {
        out->second_car   = second.at->car;
        out->second_fit_s = second.fit_s;
    }
    if (best.n_pairs == 0 || best.median_s > NEAR_S) return;
    out->car        = best.at->car;
    out->lap_offset = best.shift;
    out->n          = best.n_pairs;
    out->median_s   = best.median_s;
    out->worst_s    = best.worst_s;
    out->fit_s      = best.fit_s;
    compare_clocks(r, &best, out);
}
