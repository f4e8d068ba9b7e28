/* Least squares with ridge, plain and Huber-robust. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "linear.h"

#define ROUNDS_MOST 60
#define CLOSE 1e-9 /* change of a fitted value, in sigmas */

static bool all_finite(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(x[i])) return false;
    return true;
}

/* One weighted solution; a is scratch of k x k. */
static pb_status solve_once(const pb__design *d, const double *y, const double *w, double *a, double *b, double *cov)
{
    double       scale[PB_FIT_MAX], got[PB_FIT_MAX];
    const size_t k = d->k;
    pb__gram(d, w, a);
    PB_TRY(pb__spd_factor(a, scale, k));
    pb__moment(d, w, y, got);
    pb__spd_solve(a, scale, k, got);
    if (!all_finite(got, k)) return PB_E_RANGE;
    memcpy(b, got, k * sizeof *b);
    if (cov) pb__spd_inverse(a, scale, k, cov);
    return PB_OK;
}

pb_status pb_least_squares(const double *x, const double *y, const double *w, size_t n, size_t k, const double *ridge,
                           double *b, double *cov)
{
    PB_ASSERT(k >= 1 && k <= PB_FIT_MAX);
    pb__design d = {.x = x, .ridge = ridge, .n = n, .k = k};
    double    *a = malloc(k * k * sizeof *a);
    if (!a) return PB_E_NOMEM;
    pb_status status = solve_once(&d, y, w, a, b, cov);
    free(a);
    return status;
}

/* What a robust fit works with. */
typedef struct robust {
    pb__design    d;
    const double *y, *w;
    double       *a;        /* k x k scratch */
    double       *fitted;   /* n: x b of the last round */
    double       *residual; /* n: in units of sigma's variance, (y - x b) sqrt(w) */
    double       *scratch;  /* n */
    double       *weight;   /* n: w times Huber's weight */
} robust;

static double prior_weight(const robust *r, size_t i)
{
    return r->w ? r->w[i] : 1.0;
}

/* Residuals of b, and the largest change of a fitted value. */
static double update_residuals(robust *r, const double *b)
{
    double most = 0;
    for (size_t i = 0; i < r->d.n; i++) {
        double value   = pb__row_value(&r->d, i, b);
        double root    = sqrt(prior_weight(r, i));
        most           = fmax(most, fabs(value - r->fitted[i]) * root);
        r->fitted[i]   = value;
        r->residual[i] = (r->y[i] - value) * root;
    }
    return most;
}

/* The scale of the residuals of rows that count, about 0. */
static double residual_sigma(robust *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->d.n; i++)
        if (prior_weight(r, i) > 0) r->scratch[n++] = r->residual[i];
    double sigma = pb_mad_sigma(r->scratch, n);
    return isnan(sigma) ? 0.0 : sigma;
}

static void reweight(robust *r, double reach)
{
    for (size_t i = 0; i < r->d.n; i++) {
        double size  = fabs(r->residual[i]);
        r->weight[i] = prior_weight(r, i) * (size > reach ? reach / size : 1.0);
    }
}

/* Rounds of reweighting until nothing moves. Residuals as small as rounding
 * mean that most rows fit exactly: there is no scale to weigh by. */
static pb_status iterate(robust *r, double c, double *b, double *cov, double *sigma)
{
    double size = 0;
    for (size_t i = 0; i < r->d.n; i++) {
        r->weight[i] = prior_weight(r, i);
        size         = fmax(size, fabs(r->y[i]) * sqrt(r->weight[i]));
    }
    PB_TRY(solve_once(&r->d, r->y, r->weight, r->a, b, cov));
    update_residuals(r, b);
    *sigma = residual_sigma(r);
    for (int round = 0; round<ROUNDS_MOST && * sigma> 1e-13 * size; round++) {
        reweight(r, c * *sigma);
        PB_TRY(solve_once(&r->d, r->y, r->weight, r->a, b, cov));
        double moved = update_residuals(r, b);
        *sigma       = residual_sigma(r);
        if (moved <= CLOSE * *sigma) break;
    }
    return PB_OK;
}

pb_status pb_robust_squares(const double *x, const double *y, const double *w, size_t n, size_t k, const double *ridge,
                            double c, double *b, double *cov, double *sigma)
{
    PB_ASSERT(k >= 1 && k <= PB_FIT_MAX && c > 0);
    double *room = calloc(k * k + 4 * n + k, sizeof *room);
    if (!room) return PB_E_NOMEM;
    double   *rows = room + k * k;
    robust    r    = {.d        = {.x = x, .ridge = ridge, .n = n, .k = k},
                      .y        = y,
                      .w        = w,
                      .a        = room,
                      .fitted   = rows,
                      .residual = rows + n,
                      .scratch  = rows + 2 * n,
                      .weight   = rows + 3 * n};
    double   *got = rows + 4 * n, scale = 0;
    pb_status status = iterate(&r, c, got, cov, &scale);
    if (status == PB_OK) {
        memcpy(b, got, k * sizeof *b);
        if (sigma) *sigma = scale;
    }
    free(room);
    return status;
}
