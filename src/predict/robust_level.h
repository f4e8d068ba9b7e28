/* robust_level.h - where a few numbers lie, told by them and by what was known
 * before, either of which may be far off: a jammed wheel says nothing of a lane,
 * and last year's speed limit nothing of this year's. Both lose their weight as
 * in a Student-t likelihood.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_ROBUST_LEVEL_H
#define PB_PREDICT_ROBUST_LEVEL_H

#include <stddef.h>

typedef struct pb__robust {
    const double *x;
    size_t        n;
    double        scale; /* core spread of a number, > 0 */
    double        tail;  /* a number beyond this many scales loses weight */
    double        prior, prior_sd;
} pb__robust;

/* The better of what is found from the prior and from the median of the numbers.
 * spare has room for n. */
double pb__robust_level(const pb__robust *r, double *spare);

#endif
