/* Cholesky's factor of a scaled matrix: S A S = L L', S = diag(scale). */
#include <math.h>
#include <string.h>

#include "linear.h"

#define PIVOT_LEAST 1e-11 /* of a diagonal of 1: less is rounding, not information */

static bool scale_columns(double *a, double *scale, size_t k)
{
    for (size_t j = 0; j < k; j++) {
        double d = a[j * k + j];
        if (!(d > 0.0) || !isfinite(d)) return false;
        scale[j] = 1.0 / sqrt(d);
    }
    for (size_t r = 0; r < k; r++)
        for (size_t c = 0; c < k; c++) a[r * k + c] *= scale[r] * scale[c];
    return true;
}

static double dot(const double *x, const double *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += x[i] * y[i];
    return sum;
}

pb_status pb__spd_factor(double *a, double *scale, size_t k)
{
    if (!scale_columns(a, scale, k)) return PB_E_RANGE;
    for (size_t r = 0; r < k; r++) {
        double *row = a + r * k;
        for (size_t c = 0; c < r; c++) row[c] = (row[c] - dot(row, a + c * k, c)) / a[c * k + c];
        double pivot = row[r] - dot(row, row, r);
        if (!(pivot > PIVOT_LEAST)) return PB_E_RANGE;
        row[r] = sqrt(pivot);
    }
    return PB_OK;
}

void pb__spd_solve(const double *a, const double *scale, size_t k, double *b)
{
    for (size_t r = 0; r < k; r++) b[r] = (b[r] * scale[r] - dot(a + r * k, b, r)) / a[r * k + r];
    for (size_t r = k; r-- > 0;) {
        for (size_t i = r + 1; i < k; i++) b[r] -= a[i * k + r] * b[i];
        b[r] /= a[r * k + r];
    }
    for (size_t r = 0; r < k; r++) b[r] *= scale[r];
}

void pb__spd_inverse(const double *a, const double *scale, size_t k, double *out)
{
    memset(out, 0, k * k * sizeof *out);
    for (size_t r = 0; r < k; r++) {
        out[r * k + r] = 1.0;
        pb__spd_solve(a, scale, k, out + r * k); /* symmetric: a row is a column */
    }
}
