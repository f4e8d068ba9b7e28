#include "form_minimise.h"

#include <math.h>
#include <string.h>

#define HALVES_MOST 12
#define ENOUGH 1e-4   /* of the fall the slope promises */
#define STEP_MOST 1.0 /* in any number */
#define NO_GAIN 1e-7  /* relative */

typedef struct search {
    pb__cost *cost;
    void     *arg;
    uint32_t  n;
    double    small;
    double    x[PB__MINIMISE_MAX], slope[PB__MINIMISE_MAX], now;
    double    inverse[PB__MINIMISE_MAX][PB__MINIMISE_MAX]; /* of the curvature */
} search;

static void take_slope(const search *s, const double *x, double *slope)
{
    double at[PB__MINIMISE_MAX];
    memcpy(at, x, s->n * sizeof *at);
    for (uint32_t i = 0; i < s->n; i++) {
        at[i]        = x[i] + s->small;
        double above = s->cost(at, s->arg);
        at[i]        = x[i] - s->small;
        slope[i]     = (above - s->cost(at, s->arg)) / (2 * s->small);
        at[i]        = x[i];
    }
}

static void forget(search *s)
{
    memset(s->inverse, 0, sizeof s->inverse);
    for (uint32_t i = 0; i < s->n; i++) s->inverse[i][i] = 1;
}

static double along(const search *s, double *step)
{
    double most = 0, fall = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        step[i] = 0;
        for (uint32_t j = 0; j < s->n; j++) step[i] -= s->inverse[i][j] * s->slope[j];
        most = fmax(most, fabs(step[i]));
    }
    for (uint32_t i = 0; i < s->n; i++) {
        if (most > STEP_MOST) step[i] *= STEP_MOST / most;
        fall += step[i] * s->slope[i];
    }
    return fall;
}

/* Halves the step until it pays; false when it never does. */
static bool walk(search *s, double *step, double fall, double *next, double *then)
{
    for (int k = 0; k < HALVES_MOST; k++, fall *= 0.5) {
        for (uint32_t i = 0; i < s->n; i++) next[i] = s->x[i] + step[i];
        *then = s->cost(next, s->arg);
        if (*then <= s->now + ENOUGH * fall) return true;
        for (uint32_t i = 0; i < s->n; i++) step[i] *= 0.5;
    }
    return false;
}

/* The update of Broyden, Fletcher, Goldfarb and Shanno. */
static void learn_curvature(search *s, const double *step, const double *change)
{
    double turned[PB__MINIMISE_MAX], sy = 0, yhy = 0;
    for (uint32_t i = 0; i < s->n; i++) sy += step[i] * change[i];
    if (!(sy > 1e-14)) return;
    for (uint32_t i = 0; i < s->n; i++) {
        turned[i] = 0;
        for (uint32_t j = 0; j < s->n; j++) turned[i] += s->inverse[i][j] * change[j];
        yhy += turned[i] * change[i];
    }
    for (uint32_t i = 0; i < s->n; i++)
        for (uint32_t j = 0; j < s->n; j++)
            s->inverse[i][j] +=
                (1 + yhy / sy) * step[i] * step[j] / sy - (turned[i] * step[j] + step[i] * turned[j]) / sy;
}

static bool advance(search *s, bool *fresh)
{
    double step[PB__MINIMISE_MAX], next[PB__MINIMISE_MAX], slope[PB__MINIMISE_MAX], then;
    double fall = along(s, step);
    if (!(fall < 0) || !walk(s, step, fall, next, &then)) {
        if (*fresh) return false;
        forget(s);
        return *fresh = true;
    }
    bool done = s->now - then <= NO_GAIN * fabs(s->now);
    *fresh    = false;
    take_slope(s, next, slope);
    for (uint32_t i = 0; i < s->n; i++) {
        double before = s->slope[i];
        s->slope[i]   = slope[i];
        slope[i] -= before;
    }
    learn_curvature(s, step, slope);
    memcpy(s->x, next, s->n * sizeof *next);
    s->now = then;
    return !done;
}

double pb__minimise(pb__cost *cost, void *arg, double *x, uint32_t n, double small, uint32_t rounds)
{
    PB_ASSERT(n >= 1 && n <= PB__MINIMISE_MAX);
    search s     = {.cost = cost, .arg = arg, .n = n, .small = small, .now = cost(x, arg)};
    bool   fresh = true;
    memcpy(s.x, x, n * sizeof *x);
    forget(&s);
    take_slope(&s, s.x, s.slope);
    for (uint32_t i = 0; i < rounds && advance(&s, &fresh);) i++;
    memcpy(x, s.x, n * sizeof *x);
    return s.now;
}
