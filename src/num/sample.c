/* Order statistics and running moments. */
#include <math.h>
#include <stdlib.h>

#include "pitboard/num.h"

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    if (isnan(a) || isnan(b)) return isnan(a) - isnan(b);
    return (a > b) - (a < b);
}

void pb_sort_f64(double *x, size_t n)
{
    if (n > 1) qsort(x, n, sizeof *x, by_value);
}

double pb_quantile_sorted(const double *x, size_t n, double p)
{
    if (n == 0 || isnan(p)) return NAN;
    double at = fmin(fmax(p, 0.0), 1.0) * (double)(n - 1);
    size_t i  = (size_t)at;
    if (i + 1 >= n) return x[n - 1];
    double frac = at - (double)i;
    return frac == 0.0 ? x[i] : x[i] + frac * (x[i + 1] - x[i]);
}

double pb_median(double *x, size_t n)
{
    pb_sort_f64(x, n);
    return pb_quantile_sorted(x, n, 0.5);
}

double pb_mad_sigma(double *x, size_t n)
{
    const double normal = 1.482602218505602; /* 1 / quantile of the normal at 3/4 */
    double       middle = pb_median(x, n);
    for (size_t i = 0; i < n; i++) x[i] = fabs(x[i] - middle);
    return normal * pb_median(x, n);
}

void pb_moments_add(pb_moments *m, double x)
{
    m->n++;
    double step = x - m->mean;
    m->mean += step / (double)m->n;
    m->m2 += step * (x - m->mean);
}

double pb_moments_sd(const pb_moments *m)
{
    return m->n < 2 ? 0.0 : sqrt(m->m2 / (double)(m->n - 1));
}
