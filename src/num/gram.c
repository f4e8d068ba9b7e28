/* The sums that normal equations are made of. */
#include <string.h>

#include "linear.h"

/* Designs are mostly indicators: only what is not zero is multiplied. */
static size_t nonzero(const double *row, size_t k, size_t *index)
{
    size_t n = 0;
    for (size_t j = 0; j < k; j++)
        if (row[j] != 0.0) index[n++] = j;
    return n;
}

static void add_row(const double *row, double w, size_t k, double *a)
{
    size_t index[PB_FIT_MAX], n = nonzero(row, k, index);
    for (size_t p = 0; p < n; p++) {
        double *to = a + index[p] * k;
        double  wx = w * row[index[p]];
        for (size_t q = 0; q <= p; q++) to[index[q]] += wx * row[index[q]];
    }
}

void pb__gram(const pb__design *d, const double *w, double *a)
{
    memset(a, 0, d->k * d->k * sizeof *a);
    for (size_t i = 0; i < d->n; i++)
        if (!w || w[i] != 0.0) add_row(d->x + i * d->k, w ? w[i] : 1.0, d->k, a);
    for (size_t r = 0; r < d->k; r++) {
        if (d->ridge) a[r * d->k + r] += d->ridge[r];
        for (size_t c = 0; c < r; c++) a[c * d->k + r] = a[r * d->k + c];
    }
}

void pb__moment(const pb__design *d, const double *w, const double *y, double *b)
{
    memset(b, 0, d->k * sizeof *b);
    for (size_t i = 0; i < d->n; i++) {
        if (w && w[i] == 0.0) continue;
        double wy = w ? w[i] * y[i] : y[i];
        for (size_t j = 0; j < d->k; j++) b[j] += wy * d->x[i * d->k + j];
    }
}

double pb__row_value(const pb__design *d, size_t i, const double *b)
{
    double sum = 0;
    for (size_t j = 0; j < d->k; j++) sum += d->x[i * d->k + j] * b[j];
    return sum;
}
