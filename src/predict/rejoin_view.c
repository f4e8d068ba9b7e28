#include "rejoin_view.h"

#include <math.h>
#include <string.h>

#include "pitboard/num.h"

#define CLEAN_MIN 3  /* cars that make a median of clean laps */
#define FAR_S 6.0    /* a lap so far from the field's tells nothing of pace */
#define PARTIAL 10U  /* a lap is partly seen when a tenth of the cars of the lap before are missing */
#define PACE_LAPS 12 /* clean laps back, whatever the set */

void pb__rejoin_view_init(pb__rejoin_view *view, const pb_race_log *log)
{
    view->log = log;
    pb__rejoin_look(view, PB_LAPS_MAX, INT32_MAX);
}

void pb__rejoin_look(pb__rejoin_view *view, uint16_t max_lap, int32_t max_ms)
{
    view->max_lap = max_lap;
    view->max_ms  = max_ms;
    memset(view->has_all, 0, sizeof view->has_all);
    memset(view->has_clean, 0, sizeof view->has_clean);
}

bool pb__rejoin_sees(const pb__rejoin_view *view, const pb_lap *row)
{
    return row->number <= view->max_lap && row->session_ms <= view->max_ms;
}

int32_t pb__rejoin_last(const pb__rejoin_view *view, uint32_t car)
{
    const pb_log_car *c = &view->log->cars[car];
    for (uint32_t i = c->n_laps; i-- > 0;)
        if (pb__rejoin_sees(view, &c->laps[i])) return (int32_t)i;
    return -1;
}

/* ---- laps ---- */

double pb__rejoin_lap_s(const pb_log_car *car, int32_t i)
{
    if (i < 1 || car->laps[i - 1].number + 1 != car->laps[i].number) return NAN;
    return ((double)car->laps[i].session_ms - car->laps[i - 1].session_ms) / 1000.0;
}

static bool is_outside(const pb_log_car *car, int32_t i)
{
    return i > 0 && car->laps[i].pit_in_ms == PB_MS_NONE && car->laps[i - 1].pit_in_ms == PB_MS_NONE;
}

static bool is_clear(const pb_log_car *car, int32_t i)
{
    return is_outside(car, i) && car->laps[i].status == PB_STATUS_BIT_CLEAR;
}

typedef bool counts(const pb_log_car *car, int32_t i);

/* Laps of that number that count, as seconds; or, with change, less the lap before of
 * the same car. */
static size_t collect(const pb__rejoin_view *view, uint32_t lap, counts *judge, bool change, double x[PB_CARS_MAX])
{
    size_t n = 0;
    for (uint32_t c = 0; c < view->log->n_cars; c++) {
        const pb_log_car *car = &view->log->cars[c];
        int32_t           i   = pb_lap_row(car, lap);
        if (i < 1 || !pb__rejoin_sees(view, &car->laps[i]) || !judge(car, i)) continue;
        if (change && !judge(car, i - 1)) continue;
        double s = pb__rejoin_lap_s(car, i) - (change ? pb__rejoin_lap_s(car, i - 1) : 0);
        if (!isnan(s)) x[n++] = s;
    }
    return n;
}

static uint32_t rows_seen(const pb__rejoin_view *view, uint32_t lap)
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < view->log->n_cars; c++) {
        int32_t i = pb_lap_row(&view->log->cars[c], lap);
        n += i >= 0 && pb__rejoin_sees(view, &view->log->cars[c].laps[i]);
    }
    return n;
}

/* By clock the cars ahead have ended a lap that those behind are still on, and
 * they are the faster ones: then the field's lap is the one before, moved by what
 * those seen have gained. */
static double median_lap(pb__rejoin_view *view, uint32_t lap, counts *judge, size_t least, bool whole)
{
    double x[PB_CARS_MAX], moved[PB_CARS_MAX];
    size_t n = collect(view, lap, judge, false, x);
    if (!whole && lap > 2 && PARTIAL * rows_seen(view, lap) < (PARTIAL - 1) * rows_seen(view, lap - 1)) {
        double before = median_lap(view, lap - 1, judge, least, true);
        size_t k      = collect(view, lap, judge, true, moved);
        if (!isnan(before) && k >= least) return before + pb_median(moved, k);
    }
    return n >= least ? pb_median(x, n) : NAN;
}

double pb__rejoin_field_s(pb__rejoin_view *view, uint32_t lap)
{
    if (lap > PB_LAPS_MAX) return NAN;
    if (!view->has_all[lap]) view->all_s[lap] = median_lap(view, lap, is_outside, 1, false);
    view->has_all[lap] = true;
    return view->all_s[lap];
}

static double clean_field_s(pb__rejoin_view *view, uint32_t lap)
{
    if (!view->has_clean[lap]) view->clean_s[lap] = median_lap(view, lap, is_clear, CLEAN_MIN, false);
    view->has_clean[lap] = true;
    return view->clean_s[lap];
}

/* ---- pace ---- */

/* Newest first; returns how many. */
static uint32_t clean_laps(pb__rejoin_view *view, const pb_log_car *car, int32_t from, double rel[PACE_LAPS])
{
    uint32_t n = 0;
    for (int32_t i = from; i >= 1 && n < PACE_LAPS; i--) {
        if (!is_clear(car, i)) continue;
        double s = pb__rejoin_lap_s(car, i) - clean_field_s(view, car->laps[i].number);
        if (fabs(s) < FAR_S) rel[n++] = s;
    }
    return n;
}

static double mean_of(const double *x, uint32_t n)
{
    double sum = 0;
    for (uint32_t i = 0; i < n; i++) sum += x[i];
    return n > 0 ? sum / n : 0;
}

/* Laps since the car left the lane: 0 on the row of its out-lap; -1 not lately. */
static int since_stop(const pb_log_car *car, int32_t i)
{
    for (int k = 0; k < 4 && i - k >= 1; k++)
        if (car->laps[i - k - 1].pit_in_ms != PB_MS_NONE) return k;
    return -1;
}

void pb__rejoin_pace_row(pb__rejoin_view *view, uint32_t car, int32_t i, double x[PB__REJOIN_PACE_N])
{
    const pb_log_car *c = &view->log->cars[car];
    double            rel[PACE_LAPS];
    uint32_t          n     = clean_laps(view, c, i, rel);
    int               since = since_stop(c, i);
    *x++                    = n > 0 ? rel[0] : 0;
    *x++                    = mean_of(rel, n < 3 ? n : 3);
    *x++                    = mean_of(rel, n);
    *x++                    = since == 0;
    *x++                    = since == 1;
    *x++                    = since >= 2;
    *x++                    = n == 0;
    *x                      = 1;
}

double pb__rejoin_pace(pb__rejoin_view *view, const double weights[PB__REJOIN_PACE_N], uint32_t car, int32_t i)
{
    double x[PB__REJOIN_PACE_N], sum = 0;
    pb__rejoin_pace_row(view, car, i, x);
    for (int k = 0; k < PB__REJOIN_PACE_N; k++) sum += weights[k] * x[k];
    return sum;
}
