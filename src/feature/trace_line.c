/* trace_line: the rows of a lap with their distance from the line, and the time since it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trace_work.h"

#define JITTER_M 5.0          /* rows of one burst may change places */
#define FAST_MS 150.0         /* no car is faster */
#define SLACK_M 60.0          /* by how much a lap distance may jump more than that */
#define SLOW_MS 3.0           /* below, distance says nothing of time */
#define STEP_MOST_M 150.0     /* two places farther apart are no way that was driven */
#define SURE_FRAC 0.9         /* of the rows with a way that is known */
#define LENGTH_MOST_OFF 0.03  /* of a lap */
#define LAP_LEAST_M 1.0       /* less is no way, */
#define LAP_MOST_M 100000.0   /* and more is no lap: the longest circuit had 72 km */
#define COME_LATE_US 45000000 /* how late a row of a burst may come, */
#define COME_EARLY_US 5000000 /* and how early: its lap is tied to the quickest */

static double lapdist_of(const pb_point *p)
{
    double m = pb_point_has(p, PB_CH_LAPDIST) ? (double)p->ch[PB_CH_LAPDIST] : NAN;
    return isfinite(m) ? m : NAN;
}

static double speed_of(const pb_point *p)
{
    double ms = pb_point_has(p, PB_CH_SPEED) ? (double)p->ch[PB_CH_SPEED] / 3.6 : NAN;
    return ms <= FAST_MS ? fmax(ms, 0) : NAN;
}

static bool has_axes(const pb_point *p)
{
    return pb_point_has(p, PB_CH_POS_X) && pb_point_has(p, PB_CH_POS_Y);
}

/* The way between two rows by their places; NAN when they have none. */
static double way_of(const pb_point *a, const pb_point *b)
{
    double m = NAN;
    if (has_axes(a) && has_axes(b))
        m = hypot((double)(b->ch[PB_CH_POS_X] - a->ch[PB_CH_POS_X]), (double)(b->ch[PB_CH_POS_Y] - a->ch[PB_CH_POS_Y]));
    else if (pb__has_degrees(a) && pb__has_degrees(b))
        m = PB__DEGREE_M * hypot(b->lat_deg - a->lat_deg, (b->lon_deg - a->lon_deg) * cos(a->lat_deg * PB__RADIANS));
    return m <= STEP_MOST_M ? m : NAN;
}

/* The next row with a lap distance behind i; n none. */
static uint32_t next_told(const pb_point *rows, uint32_t n, uint32_t i)
{
    for (i++; i < n && isnan(lapdist_of(&rows[i])); i++) {
    }
    return i;
}

/* ---- which rows are of the lap ---- */

typedef struct stretch {
    uint32_t from, to; /* rows [from, to) */
} stretch;

static stretch by_time(const pb_trace_ask *ask, const pb_point *rows, uint32_t n)
{
    stretch s = {0, n};
    while (s.from < n && rows[s.from].time_us < ask->start_us) s.from++;
    while (s.to > s.from && rows[s.to - 1].time_us > ask->end_us) s.to--;
    return s;
}

static bool is_fall(const pb_point *rows, uint32_t n, uint32_t i, double last, double half)
{
    uint32_t next = next_told(rows, n, i);
    return lapdist_of(&rows[i]) < last - half && (next == n || lapdist_of(&rows[next]) < last - half);
}

/* From the fall that came nearest to the start of the lap to the one after it. */
static stretch by_falls(const pb_trace_ask *ask, const pb_point *rows, uint32_t n)
{
    stretch s    = {n, n};
    double  last = NAN, half = (double)ask->lap_m / 2;
    for (uint32_t i = next_told(rows, n, UINT32_MAX); i < n; i = next_told(rows, n, i)) {
        double d = lapdist_of(&rows[i]);
        if (!isnan(last) && is_fall(rows, n, i, last, half)) {
            int64_t late = rows[i].time_us - ask->start_us;
            if (s.from < n && rows[s.from].time_us < rows[i].time_us && s.to == n) s.to = i;
            if (late >= -COME_EARLY_US && late <= COME_LATE_US && s.from == n) s.from = i;
            last = d;
        } else if (isnan(last) || d > last) {
            bool skips = !isnan(last) && d > last + half;
            if (!skips) last = d;
        }
    }
    return s;
}

/* ---- anchors ---- */

/* A lap distance fits when it goes on from the one before, not beyond the one behind, and no faster than a car. */
static bool fits(const pb_trace_ask *ask, double d, double last, double next, double dt_s)
{
    if (d < 0 || d > (double)ask->lap_m + SLACK_M || d < last) return false;
    if (!isnan(next) && d > next + JITTER_M && next >= last) return false;
    return ask->bursts || d - last <= FAST_MS * dt_s + SLACK_M;
}

static double next_of(const pb__line *line, uint32_t i)
{
    for (i++; i < line->n; i++)
        if (!isnan(lapdist_of(line->row[i]))) return lapdist_of(line->row[i]);
    return NAN;
}

static void find_anchors(const pb_trace_ask *ask, pb__line *line)
{
    double  last = 0;
    int64_t at   = ask->start_us;
    for (uint32_t i = 0; i < line->n; i++) {
        double d  = lapdist_of(line->row[i]);
        double dt = (double)(line->row[i]->time_us - at) * 1e-6;
        if (isnan(d) || !fits(ask, d, last, next_of(line, i), dt)) continue;
        line->anchor[i] = true;
        line->d_m[i]    = d;
        line->anchors++;
        last = d;
        at   = line->row[i]->time_us;
    }
}

/* ---- between them ---- */

typedef struct walk {
    double   speed; /* the last that was told */
    bool     by_place;
    uint32_t sure; /* steps whose way is known */
} walk;

/* What stands for the way from a to b: metres where they are known, else something in proportion to time. */
static double weight(walk *w, const pb_point *a, const pb_point *b)
{
    double way = way_of(a, b), va = speed_of(a), vb = speed_of(b);
    double dt = fmax((double)(b->time_us - a->time_us) * 1e-6, 1e-6);
    if (!isnan(vb)) w->speed = vb;
    if (!isnan(way)) {
        w->by_place = true;
        w->sure++;
        return way;
    }
    w->sure += !isnan(va) && !isnan(vb);
    if (!isnan(va) && !isnan(vb)) return dt * (va + vb) / 2;
    return dt * (isnan(w->speed) ? 1 : w->speed);
}

/* Sums of the ways from row to row into d of what is no anchor; of anchors they stay in sum. */
static void spread(pb__line *line, const double *sum, uint32_t from, uint32_t to, double d0, double d1, double s0,
                   double s1)
{
    for (uint32_t i = from; i < to; i++) line->d_m[i] = s1 > s0 ? d0 + (d1 - d0) * (sum[i] - s0) / (s1 - s0) : d0;
}

/* The lap distance at the next line, from the last that was told. No lap is as long as the other by a counter of
 * wheels; all are made so, for the line is one place. */
static double end_of(const pb_trace_ask *ask, double d, double s, double sum_end)
{
    double lap = (double)ask->lap_m, end = ask->bursts || s <= 0 ? 0 : d + (sum_end - s) * d / s;
    return fmax(fabs(end - lap) <= LENGTH_MOST_OFF * lap ? end : lap, d);
}

static void place_rows(const pb_trace_ask *ask, pb__line *line, const double *sum, double sum_end)
{
    double   d0 = 0, s0 = 0;
    uint32_t from = 0;
    if (line->sure && !ask->bursts) pb__smooth_anchors(line, sum);
    for (uint32_t i = 0; i < line->n; i++) {
        if (!line->anchor[i]) continue;
        spread(line, sum, from, i, d0, line->d_m[i], s0, sum[i]);
        d0   = line->d_m[i];
        s0   = sum[i];
        from = i + 1;
    }
    double end = end_of(ask, d0, s0, sum_end);
    spread(line, sum, from, line->n, d0, end, s0, sum_end);
    for (uint32_t i = 0; i < line->n; i++) line->d_m[i] *= (double)ask->lap_m / end;
}

/* The part of the way from a to b that lies before (or behind) the instant between them. */
static double part_of(walk *w, const pb_point *a, const pb_point *b, int64_t at_us, bool before)
{
    double all = (double)(b->time_us - a->time_us), first = (double)(at_us - a->time_us);
    if (all <= 0) return 0;
    return weight(w, a, b) * fmin(fmax((before ? first : all - first) / all, 0), 1);
}

/* sum[i]: the way from the line to row i. Returns that to the next line. Of rows in bursts the ends are not told apart. */
static double sum_ways(const pb_trace_ask *ask, const pb_point *rows, uint32_t n, stretch s, pb__line *line,
                       double *sum)
{
    walk   w  = {.speed = NAN};
    double at = 0;
    if (s.from > 0 && !ask->bursts) at = part_of(&w, &rows[s.from - 1], &rows[s.from], ask->start_us, false);
    for (uint32_t i = 0; i < line->n; i++) {
        if (i > 0) at += weight(&w, line->row[i - 1], line->row[i]);
        sum[i] = at;
    }
    if (s.to < n && !ask->bursts) at += part_of(&w, &rows[s.to - 1], &rows[s.to], ask->end_us, true);
    line->sure = (double)w.sure >= SURE_FRAC * (double)line->n;
    line->way  = ask->lap_m > 0 && line->anchors > 0 ? PB_TRACE_LAPDIST : w.by_place ? PB_TRACE_PLACE : PB_TRACE_SPEED;
    return line->way == PB_TRACE_LAPDIST || w.sure > 0 ? at : 0; /* else it is of seconds, not of metres */
}

/* ---- time ---- */

static void times_told(const pb_trace_ask *ask, pb__line *line)
{
    for (uint32_t i = 0; i < line->n; i++) line->t_s[i] = (double)(line->row[i]->time_us - ask->start_us) * 1e-6;
}

/* Metres over speed from row to row, stretched to the time of the lap. */
static void times_driven(pb__line *line)
{
    double at = 0, d = 0, v = NAN;
    for (uint32_t i = 0; i < line->n; i++) {
        double now  = speed_of(line->row[i]);
        double mean = isnan(now) ? v : isnan(v) ? now : (now + v) / 2;
        at += fmax(line->d_m[i] - d, 0) / fmax(isnan(mean) ? 40 : mean, SLOW_MS);
        line->t_s[i] = at;
        d            = line->d_m[i];
        v            = isnan(now) ? v : now;
    }
    double all = at + fmax(line->length_m - d, 0) / fmax(isnan(v) ? 40 : v, SLOW_MS);
    for (uint32_t i = 0; i < line->n && all > 0; i++) line->t_s[i] *= line->time_s / all;
}

/* ---- the whole ---- */

static pb_status make_room(pb__line *line, uint32_t n, double **sum, pb_error *error)
{
    size_t one  = sizeof(pb_point *) + 3 * sizeof(double) + sizeof(bool);
    char  *room = calloc(n, one);
    if (!room) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    line->row    = (const pb_point **)(void *)room;
    line->d_m    = (double *)(void *)(room + n * sizeof(pb_point *));
    line->t_s    = line->d_m + n;
    *sum         = line->t_s + n;
    line->anchor = (bool *)(void *)(*sum + n);
    line->n      = n;
    return PB_OK;
}

/* Those of the lap; one that is earlier than the one before is late and passed over, as by feature_laps.h. */
static void take_rows(const pb_trace_ask *ask, const pb_point *rows, stretch s, pb__line *line)
{
    int64_t last = ask->start_us;
    line->n      = 0;
    for (uint32_t i = s.from; i < s.to; i++) {
        if (!ask->bursts && (rows[i].time_us < last || rows[i].time_us > ask->end_us)) continue;
        line->row[line->n++] = &rows[i];
        last                 = rows[i].time_us;
    }
}

/* Rows may have gone back, or beyond the line, by a jitter of the sums; a grid needs them in order. */
static void straighten(pb__line *line)
{
    double d = 0, t = 0;
    for (uint32_t i = 0; i < line->n; i++) {
        line->d_m[i] = d = fmin(fmax(line->d_m[i], d), line->length_m);
        line->t_s[i] = t = fmin(fmax(line->t_s[i], t), line->time_s);
    }
}

pb_status pb__line_make(const pb_trace_ask *ask, const pb_point *rows, uint32_t n, pb__line *line, pb_error *error)
{
    double *sum = NULL;
    memset(line, 0, sizeof *line);
    stretch s = ask->bursts && ask->lap_m > 0 ? by_falls(ask, rows, n) : by_time(ask, rows, n);
    if (s.to <= s.from) return pb_error_set(error, PB_E_EMPTY, "no point of this lap");
    PB_TRY(make_room(line, s.to - s.from, &sum, error));
    take_rows(ask, rows, s, line);
    if (ask->lap_m > 0) find_anchors(ask, line);
    line->time_s   = (double)(ask->end_us - ask->start_us) * 1e-6;
    double sum_end = sum_ways(ask, rows, n, s, line, sum);
    if (line->way == PB_TRACE_LAPDIST)
        place_rows(ask, line, sum, sum_end);
    else
        memcpy(line->d_m, sum, line->n * sizeof *sum);
    if (line->jitters) pb__smooth_rows(ask, line, sum);
    line->length_m = line->way == PB_TRACE_LAPDIST ? (double)ask->lap_m : sum_end;
    if (!(line->length_m >= LAP_LEAST_M && line->length_m <= LAP_MOST_M)) {
        free((void *)line->row);
        return pb_error_set(error, PB_E_EMPTY, "no way in this lap, or none that a car could go");
    }
    if (ask->bursts && line->way == PB_TRACE_LAPDIST)
        times_driven(line);
    else
        times_told(ask, line);
    straighten(line);
    return PB_OK;
}
