/* See loss.h. Gradients as in XGBoost's objectives (src/objective of 1.7), so that
 * settings mean what its documentation says. */
#include <math.h>

#include "loss.h"
#include "pitboard/num.h"

#define HESSIAN_LEAST 1e-16 /* XGBoost's floor for logistic hessians, kRtEps */
#define SAMPLE 2048         /* misses whose median is taken */
#define ROUNDING 0.1        /* of the corner of absolute error, in typical misses */

static double sigmoid(double margin)
{
    return 1 / (1 + pb_exp(-margin));
}

static void softmax_row(const float *margin, uint32_t classes, double *p)
{
    double most = margin[0], sum = 0;
    for (uint32_t c = 1; c < classes; c++)
        if (margin[c] > most) most = margin[c];
    for (uint32_t c = 0; c < classes; c++) sum += p[c] = pb_exp(margin[c] - most);
    for (uint32_t c = 0; c < classes; c++) p[c] /= sum;
}

static void softmax_gradient(const float *margin, float y, uint32_t classes, float *g, float *h)
{
    double p[PB_TREE_CLASSES_MAX];
    softmax_row(margin, classes, p);
    for (uint32_t c = 0; c < classes; c++) {
        double curve = 2 * p[c] * (1 - p[c]);
        g[c]         = (float)(p[c] - (y == (float)c ? 1 : 0));
        h[c]         = (float)(curve > HESSIAN_LEAST ? curve : HESSIAN_LEAST);
    }
}

/* Median of how far margins miss, over at most SAMPLE of the rows that train. */
static double typical_miss(const pb_tree_rows *rows, const float *margins, const uint32_t *fold, uint32_t hold)
{
    double miss[SAMPLE];
    size_t n = 0, step = rows->n / SAMPLE + 1;
    for (size_t i = 0; i < rows->n; i += step)
        if (!fold || fold[i] != hold) miss[n++] = fabs((double)margins[i] - rows->y[i]);
    return n ? pb_median(miss, n) : 0;
}

/* Absolute error has no curvature. A parabola that touches it from above at the
 * margin has (Hunter and Lange, quantile regression by MM, 2000), rounded off near 0
 * by scale: its steps lead to the median and, unlike leaves that are replaced by
 * medians, keep to ridge and monotone constraints. The hessian is 1 / |miss| times the
 * scale of typical misses, so that it counts rows as that of squared error does. */
static void absolute_gradient(double miss, double typical, float *g, float *h)
{
    double rounded = ROUNDING * typical;
    double c       = typical > 0 ? typical / sqrt(rounded * rounded + miss * miss) : 1;
    *g             = (float)(miss * c);
    *h             = (float)c;
}

static void row_gradient(const pb_tree_options *o, float y, const float *margin, double typical, float *g, float *h)
{
    double p;
    switch (o->objective) {
    case PB_TREE_LOGISTIC:
        p  = sigmoid(margin[0]);
        *g = (float)(p - y);
        *h = (float)(p * (1 - p) > HESSIAN_LEAST ? p * (1 - p) : HESSIAN_LEAST);
        break;
    case PB_TREE_SOFTMAX:
        softmax_gradient(margin, y, o->classes, g, h);
        break;
    case PB_TREE_ABSOLUTE:
        absolute_gradient((double)margin[0] - y, typical, g, h);
        break;
    default:
        *g = margin[0] - y;
        *h = 1;
    }
}

static void weigh(const pb_tree_rows *rows, uint32_t classes, const uint32_t *fold, uint32_t hold, float *x)
{
    for (size_t i = 0; i < rows->n; i++) {
        float w = fold && fold[i] == hold ? 0 : rows->w ? rows->w[i] : 1;
        for (uint32_t c = 0; c < classes; c++) x[i * classes + c] *= w;
    }
}

/* To multiples of a power of two u with n * max / u <= 2^53: all sums are exact. */
static void round_to_grid(float *x, size_t n)
{
    float most = 0;
    int   exponent, rows;
    for (size_t i = 0; i < n; i++)
        if (fabsf(x[i]) > most) most = fabsf(x[i]);
    if (most == 0) return;
    frexpf(most, &exponent); /* most <= 2^exponent */
    frexp((double)n, &rows);
    double unit = ldexp(1, exponent + rows - 52), per_unit = ldexp(1, 52 - exponent - rows);
    for (size_t i = 0; i < n; i++) x[i] = (float)(nearbyint(x[i] * per_unit) * unit);
}

void pb__loss_gradient(const pb_tree_rows *rows, const pb_tree_options *o, const float *margins, const uint32_t *fold,
                       uint32_t hold, float *gradient, float *hessian)
{
    uint32_t k       = o->classes;
    double   typical = 0;
    if (hold == PB__HOLD_NONE) fold = NULL;
    if (o->objective == PB_TREE_ABSOLUTE) typical = typical_miss(rows, margins, fold, hold);
    if (o->objective == PB_TREE_CUSTOM)
        o->gradient(rows, margins, gradient, hessian, o->gradient_arg);
    else
        for (size_t i = 0; i < rows->n; i++)
            row_gradient(o, rows->y[i], margins + i * k, typical, gradient + i * k, hessian + i * k);
    weigh(rows, k, fold, hold, gradient);
    weigh(rows, k, fold, hold, hessian);
    round_to_grid(gradient, rows->n * k);
    round_to_grid(hessian, rows->n * k);
}

/* log(1 + e^x) without overflow. */
static double softplus(double x)
{
    return x > 0 ? x + pb_log(1 + pb_exp(-x)) : pb_log(1 + pb_exp(x));
}

static double softmax_loss(const float *margin, float y, uint32_t classes)
{
    double p[PB_TREE_CLASSES_MAX], right;
    softmax_row(margin, classes, p);
    right = p[(uint32_t)y];
    return -pb_log(right > 1e-300 ? right : 1e-300);
}

double pb__loss_row(const pb_tree_options *o, float y, const float *margin)
{
    double miss = (double)margin[0] - y;
    switch (o->objective) {
    case PB_TREE_LOGISTIC:
        return softplus(margin[0]) - (double)y * margin[0];
    case PB_TREE_SOFTMAX:
        return softmax_loss(margin, y, o->classes);
    case PB_TREE_ABSOLUTE:
        return fabs(miss);
    default:
        return miss * miss;
    }
}
