/* Small symmetric systems, shared by the fits. Matrices are k x k, row-major, full. */
#ifndef PB_NUM_LINEAR_H
#define PB_NUM_LINEAR_H

#include "pitboard/num.h"

/* A design as the fits take it: n rows of k values; w and ridge may be NULL. */
typedef struct pb__design {
    const double *x, *ridge;
    size_t        n, k;
} pb__design;

/* a = X'WX + R. */
void pb__gram(const pb__design *d, const double *w, double *a);
/* b = X'Wy. */
void pb__moment(const pb__design *d, const double *w, const double *y, double *b);
/* The value of row i: x b. */
double pb__row_value(const pb__design *d, size_t i, const double *b);

/* Cholesky of a positive definite matrix after its columns are scaled to 1 on
 * the diagonal; a gets the factor, scale (k) the scaling. PB_E_RANGE: not
 * positive definite, to 1e-11 of the scaled diagonal. */
pb_status pb__spd_factor(double *a, double *scale, size_t k);
void      pb__spd_solve(const double *a, const double *scale, size_t k, double *b); /* in place */
void      pb__spd_inverse(const double *a, const double *scale, size_t k, double *out);

#endif
