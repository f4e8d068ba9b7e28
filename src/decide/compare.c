/* compare: two plans, trial by trial, on the same draws. */
#include <math.h>

#include "decider.h"
#include "pitboard/num.h"

pb__paired pb__compare(const pb_race_spec *spec, const pb_aim *aim, const pb__runner *a, const pb__runner *b)
{
    pb__paired p   = {.n = a->n < b->n ? a->n : b->n, .p_better = 0.5};
    double     sum = 0, squares = 0, better = 0;
    for (uint32_t i = 0; i < p.n; i++) {
        double x = pb__worth_at(spec, aim, a, i) - pb__worth_at(spec, aim, b, i);
        sum += x;
        squares += x * x;
        better += a->own[i] < b->own[i] ? 1 : a->own[i] == b->own[i] ? 0.5 : 0;
    }
    if (p.n < 2) return p;
    p.p_better = better / p.n;
    p.mean     = sum / p.n;
    p.se       = sqrt(fmax((squares - sum * p.mean) / (p.n - 1), 0) / p.n);
    return p;
}

double pb__chance_above(const pb__paired *p)
{
    return p->se > 0 ? pb_normal_cdf(p->mean / p->se) : p->mean > 0 ? 1 : p->mean < 0 ? 0 : 0.5;
}
