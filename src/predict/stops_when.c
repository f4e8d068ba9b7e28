/* stops_when: on which laps, given how many stops and on which set the car starts.
 *
 * Quantiles of what cars with as many stops did, as shares of the distance. A stop
 * under a safety car comes when the safety car comes, so cars that had one say
 * little. */
#include <stdlib.h>

#include "pitboard/num.h"
#include "stops_parts.h"

#define SLOTS 2.0   /* how far on the grid is near */
#define FAR 0.2     /* weight of a car that is not */
#define NEUTRAL 0.2 /* of a car, for each of its stops under SC or VSC */
#define WEIGHT_MIN 1e-12

static double weight_of(const pb__stops_past *p, uint32_t stops)
{
    return p->car->n == stops ? p->lap * pb__stops_power(NEUTRAL, p->car->neutral) : 0;
}

static double near(const pb__stops_asked *asked, const pb__stops_car *car)
{
    double d = (asked->grid - car->grid) / SLOTS;
    if (!asked->grid || !car->grid) return 1;
    return FAR + (1 - FAR) * pb_exp(-d * d / 2);
}

/* What a car on each first set must count for the sets to have the shares `start`. */
static void balance(const pb__stops_past *past, size_t n, uint32_t stops, const double start[PB__STOPS_SETS],
                    double factor[PB__STOPS_SETS])
{
    double share[PB__STOPS_SETS] = {0}, all = 0;
    for (size_t i = 0; i < n; i++) {
        double w = weight_of(&past[i], stops);
        if (past[i].car->set[0] >= 0) share[past[i].car->set[0]] += w;
        all += w;
    }
    for (int s = 0; s < PB__STOPS_SETS; s++) factor[s] = share[s] > WEIGHT_MIN ? start[s] * all / share[s] : 0;
}

static int by_x(const void *a, const void *b)
{
    const pb__stops_weighted *x = a, *y = b;
    return x->x != y->x ? (x->x > y->x) - (x->x < y->x) : (x->w > y->w) - (x->w < y->w);
}

static double quantile(const pb__stops_weighted *v, size_t n, double all, double q)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += v[i].w;
        if (sum >= q * all) return v[i].x;
    }
    return v[n - 1].x;
}

void pb__stops_when(const pb__stops_past *past, size_t n, const pb__stops_asked *asked, uint32_t stops, uint32_t at,
                    const double start[PB__STOPS_SETS], const double *quantiles, size_t n_quantiles,
                    pb__stops_weighted *room, double *out)
{
    double factor[PB__STOPS_SETS], all = 0;
    size_t k = 0;
    PB_ASSERT(at < stops && stops <= PB_STOPS_MAX);
    balance(past, n, stops, start, factor);
    for (size_t i = 0; i < n; i++) {
        double w = weight_of(&past[i], stops);
        if (!(w > 0)) continue;
        w *= near(asked, past[i].car) * (past[i].car->set[0] >= 0 ? factor[past[i].car->set[0]] : 1);
        all += w;
        room[k++] = (pb__stops_weighted){past[i].car->share[at], w};
    }
    if (k > 0) qsort(room, k, sizeof *room, by_x);
    for (size_t q = 0; q < n_quantiles; q++)
        out[q] = all > WEIGHT_MIN ? quantile(room, k, all, quantiles[q]) : (at + 1) / (stops + 1.0);
}
