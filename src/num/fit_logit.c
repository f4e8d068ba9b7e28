/* Logistic regression with ridge: Newton's steps, halved until they help. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linear.h"

#define ROUNDS_MOST 100
#define HALVES_MOST 40
#define CLOSE 1e-12 /* gain of a step, per row, that is no gain */
#define STILL 1e-2  /* log odds */

typedef struct logit {
    pb__design    d;
    const double *y, *w;
    double       *a;      /* k x k */
    double       *weight; /* n: w p (1 - p) */
    double       *miss;   /* n: y - p */
} logit;

static double prior_weight(const logit *l, size_t i)
{
    return l->w ? l->w[i] : 1.0;
}

/* log(1 + exp(x)) without overflow. */
static double softplus(double x)
{
    return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/* Minus the log likelihood, plus half the ridge. */
static double cost(const logit *l, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < l->d.n; i++) {
        double value = pb__row_value(&l->d, i, b);
        sum += prior_weight(l, i) * (softplus(value) - l->y[i] * value);
    }
    for (size_t j = 0; l->d.ridge && j < l->d.k; j++) sum += 0.5 * l->d.ridge[j] * b[j] * b[j];
    return sum;
}

/* Newton's step from b into step; *gain is the fall of the cost it promises, twice. */
static pb_status newton(logit *l, const double *b, double *step, double *scale, double *gain)
{
    const size_t k = l->d.k;
    double       slope[PB_FIT_MAX];
    for (size_t i = 0; i < l->d.n; i++) {
        double p     = pb_logistic(pb__row_value(&l->d, i, b));
        l->weight[i] = prior_weight(l, i) * p * (1 - p);
        l->miss[i]   = l->y[i] - p;
    }
    pb__moment(&l->d, l->w, l->miss, slope);
    for (size_t j = 0; l->d.ridge && j < k; j++) slope[j] -= l->d.ridge[j] * b[j];
    pb__gram(&l->d, l->weight, l->a);
    PB_TRY(pb__spd_factor(l->a, scale, k));
    memcpy(step, slope, k * sizeof *step);
    pb__spd_solve(l->a, scale, k, step);
    *gain = 0;
    for (size_t j = 0; j < k; j++) *gain += slope[j] * step[j];
    return isfinite(*gain) ? PB_OK : PB_E_RANGE;
}

/* Moves b along step, halving until the cost does not rise; false when nothing helps. */
static bool walk(const logit *l, double *b, const double *step, double *now)
{
    double next[PB_FIT_MAX], part = 1;
    for (int i = 0; i < HALVES_MOST; i++, part *= 0.5) {
        for (size_t j = 0; j < l->d.k; j++) next[j] = b[j] + part * step[j];
        double then = cost(l, next);
        if (!(then <= *now)) continue;
        memcpy(b, next, l->d.k * sizeof *b);
        *now = then;
        return true;
    }
    return false;
}

/* The largest change of a row's log odds that step makes. */
static double reach_of(const logit *l, const double *step)
{
    double most = 0;
    for (size_t i = 0; i < l->d.n; i++)
        if (prior_weight(l, i) > 0) most = fmax(most, fabs(pb__row_value(&l->d, i, step)));
    return most;
}

/* Where the cost has an end, a step that gains nothing goes nowhere. A step that
 * gains nothing and still goes far means that some rows can be told apart for
 * certain: their log odds would grow for ever. */
static pb_status iterate(logit *l, double *b, double *cov)
{
    double step[PB_FIT_MAX], scale[PB_FIT_MAX], gain, now = cost(l, b);
    for (int i = 0; i < ROUNDS_MOST; i++) {
        PB_TRY(newton(l, b, step, scale, &gain));
        if (gain > CLOSE * (double)l->d.n && walk(l, b, step, &now)) continue;
        if (reach_of(l, step) > STILL) return PB_E_RANGE;
        for (size_t j = 0; j < l->d.k; j++) b[j] += step[j];
        if (cov) pb__spd_inverse(l->a, scale, l->d.k, cov);
        return PB_OK;
    }
    return PB_E_RANGE;
}

static bool are_shares(const double *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(y[i] >= 0 && y[i] <= 1)) return false;
    return true;
}

pb_status pb_logit_fit(const double *x, const double *y, const double *w, size_t n, size_t k, const double *ridge,
                       double *b, double *cov)
{
    PB_ASSERT(k >= 1 && k <= PB_FIT_MAX);
    if (!are_shares(y, n)) return PB_E_RANGE;
    double *room = calloc(k * k + 2 * n + k, sizeof *room);
    if (!room) return PB_E_NOMEM;
    logit     l      = {.d      = {.x = x, .ridge = ridge, .n = n, .k = k},
                        .y      = y,
                        .w      = w,
                        .a      = room,
                        .weight = room + k * k,
                        .miss   = room + k * k + n};
    double   *got    = room + k * k + 2 * n;
    pb_status status = iterate(&l, got, cov);
    if (status == PB_OK) memcpy(b, got, k * sizeof *b);
    free(room);
    return status;
}
