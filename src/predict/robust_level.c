#include "robust_level.h"

#include <string.h>

#include "pitboard/num.h"

#define STEPS 8
#define PRIOR_TAIL 2.0 /* numbers beyond this many sds were of something else */

static double settle(const pb__robust *c, double from)
{
    for (int step = 0; step < STEPS; step++) {
        double z   = (c->prior - from) / (PRIOR_TAIL * c->prior_sd);
        double w   = 1 / (c->prior_sd * c->prior_sd) / (1 + z * z);
        double sum = w * c->prior, all = w;
        for (size_t i = 0; i < c->n; i++) {
            z = (c->x[i] - from) / (c->tail * c->scale);
            w = 1 / (c->scale * c->scale) / (1 + z * z);
            sum += w * c->x[i];
            all += w;
        }
        from = sum / all;
    }
    return from;
}

static double likelihood(const pb__robust *c, double at)
{
    double z   = (c->prior - at) / (PRIOR_TAIL * c->prior_sd);
    double sum = -PRIOR_TAIL * PRIOR_TAIL / 2 * pb_log(1 + z * z);
    for (size_t i = 0; i < c->n; i++) {
        z = (c->x[i] - at) / (c->tail * c->scale);
        sum -= c->tail * c->tail / 2 * pb_log(1 + z * z);
    }
    return sum;
}

double pb__robust_level(const pb__robust *r, double *spare)
{
    double best = settle(r, r->prior);
    if (r->n == 0) return best;
    memcpy(spare, r->x, r->n * sizeof *spare);
    double other = settle(r, pb_median(spare, r->n));
    return likelihood(r, other) > likelihood(r, best) ? other : best;
}
