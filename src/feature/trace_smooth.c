/* trace_smooth: a lap distance that jitters, made as steady as a car is. */
#include <math.h>
#include <string.h>

#include "trace_work.h"

/* Found by trying on the recordings of GR Cup loggers; there is no theory behind them. */
#define SMOOTH_M 250.0 /* a few seconds */
#define SMOOTH_LEAST 8u
#define JITTER_MOST_M 1.5 /* root mean square of what was averaged away; more is seen in a difference of times */
#define SMOOTH_S 0.8
#define END_WEIGHT 30

/* ---- anchors ---- */

typedef struct ends {
    uint32_t first, last; /* anchors */
} ends;

static ends ends_of(const pb__line *line)
{
    ends e = {line->n, 0};
    for (uint32_t i = 0; i < line->n; i++) {
        if (!line->anchor[i]) continue;
        if (e.first == line->n) e.first = i;
        e.last = i;
    }
    return e;
}

/* A lap distance may be sampled at another moment than its row says. Where the way from row to row is well known,
 * what the anchors say beyond it is averaged over SMOOTH_M before and behind: it goes slowly, their jitter does not. */
void pb__smooth_anchors(pb__line *line, const double *sum)
{
    ends    e = ends_of(line);
    double *d = line->t_s, total = 0; /* as told: times come later */
    if (line->anchors < SMOOTH_LEAST || sum[e.last] <= sum[e.first]) return;
    double k = (line->d_m[e.last] - line->d_m[e.first]) / (sum[e.last] - sum[e.first]), off = 0;
    memcpy(d, line->d_m, line->n * sizeof *d);
    for (uint32_t i = e.first, lo = e.first, hi = e.first, n = 0; i <= e.last; i++) {
        if (!line->anchor[i]) continue;
        for (; hi <= e.last && (!line->anchor[hi] || d[hi] <= d[i] + SMOOTH_M); hi++)
            if (line->anchor[hi]) total += d[hi] - k * sum[hi], n++;
        for (; !line->anchor[lo] || d[lo] < d[i] - SMOOTH_M; lo++)
            if (line->anchor[lo]) total -= d[lo] - k * sum[lo], n--;
        line->d_m[i] = fmax(k * sum[i] + total / n, 0);
        off += (line->d_m[i] - d[i]) * (line->d_m[i] - d[i]);
    }
    line->jitters = sqrt(off / line->anchors) > JITTER_MOST_M;
}

/* ---- rows ---- */

typedef struct straight { /* sums of a line of least squares, d over t */
    double n, t, tt, d, td;
} straight;

static void add_to(straight *s, double t, double d, double weight)
{
    s->n += weight;
    s->t += weight * t;
    s->tt += weight * t * t;
    s->d += weight * d;
    s->td += weight * t * d;
}

/* Through fewer than four points, or points of one instant, there is none: NAN. */
static double straight_at(const straight *s, double t)
{
    double det = s->n * s->tt - s->t * s->t;
    if (s->n < 4 || det < 1e-6) return NAN;
    return (s->d + (s->n * s->td - s->t * s->d) / det * (s->n * t - s->t)) / s->n;
}

static double time_of(const pb_trace_ask *ask, const pb__line *line, uint32_t i)
{
    return (double)(line->row[i]->time_us - ask->start_us) * 1e-6;
}

/* Where distances jitter a car does not: each row goes onto the straight line through those within SMOOTH_S. At both
 * ends the line is where it is: those count for many. The sums go along with the rows: any number of rows may be of
 * one instant. */
void pb__smooth_rows(const pb_trace_ask *ask, pb__line *line, double *room)
{
    straight around = {0};
    double   end    = (double)(ask->end_us - ask->start_us) * 1e-6;
    memcpy(room, line->d_m, line->n * sizeof *room);
    for (uint32_t i = 0, lo = 0, hi = 0; i < line->n; i++) {
        double t = time_of(ask, line, i);
        for (; hi < line->n && time_of(ask, line, hi) <= t + SMOOTH_S; hi++)
            add_to(&around, time_of(ask, line, hi), room[hi], 1);
        for (; lo < hi && time_of(ask, line, lo) < t - SMOOTH_S; lo++)
            add_to(&around, time_of(ask, line, lo), room[lo], -1);
        straight s = around;
        if (t <= SMOOTH_S) add_to(&s, 0, 0, END_WEIGHT);
        if (end - t <= SMOOTH_S) add_to(&s, end, (double)ask->lap_m, END_WEIGHT);
        double d = straight_at(&s, t);
        if (!isnan(d)) line->d_m[i] = fmax(d, 0);
    }
}
