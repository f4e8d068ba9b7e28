/* form_minimise.h - the least of a smooth function of a few numbers, by its values
 * alone: BFGS with slopes by differences (Nocedal and Wright 2006, 6.1).
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_FORM_MINIMISE_H
#define PB_PREDICT_FORM_MINIMISE_H

#include "pitboard/base.h"

#define PB__MINIMISE_MAX 32

typedef double pb__cost(const double *x, void *arg);

/* Moves x (n <= PB__MINIMISE_MAX) downhill for at most `rounds` steps; a step of
 * `small` in any number is a fair difference to take a slope from. Returns the
 * cost at the end; x stays where it was if nothing is better. */
double pb__minimise(pb__cost *cost, void *arg, double *x, uint32_t n, double small, uint32_t rounds);

#endif
