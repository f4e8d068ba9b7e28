/* score_curve: areas under the ROC and the precision-recall curve, equal
 * probabilities counted together. */
#include <math.h>
#include <stdlib.h>

#include "score_tally.h"

/* Cases by falling probability. */
typedef struct ranked {
    double   p;
    uint32_t i;
} ranked;

static int falling(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->p != y->p) return x->p < y->p ? 1 : -1;
    return (x->i > y->i) - (x->i < y->i);
}

static double weight_of(const pb_score *score, uint32_t resample, uint32_t race)
{
    return resample < score->resamples ? (double)score->weight[resample * score->races + race] : 1;
}

/* Sums of events and others over one resample. */
static void totals(const pb_score *score, const pb__series *s, uint32_t resample, double *events, double *others)
{
    *events = *others = 0;
    for (size_t k = 0; k < s->n; k++) {
        double w = weight_of(score, resample, s->race[k]);
        *events += w * s->y[k];
        *others += w * (1 - s->y[k]);
    }
}

/* ROC: share of (event, other) pairs in the right order, ties half. PR: mean
 * precision over the events, each tie at its end. */
static double area(const pb_score *score, const pb__series *s, const ranked *order, uint32_t resample, pb__curve curve)
{
    double events, others, above = 0, below = 0, sum = 0;
    totals(score, s, resample, &events, &others);
    if (!(events > 0) || !(others > 0)) return NAN;
    for (size_t k = 0; k < s->n;) {
        double a = 0, b = 0;
        size_t first = k;
        for (; k < s->n && order[k].p == order[first].p; k++) {
            double w = weight_of(score, resample, s->race[order[k].i]);
            a += w * s->y[order[k].i];
            b += w * (1 - s->y[order[k].i]);
        }
        above += a;
        below += b;
        if (curve == PB__ROC)
            sum += b * (above - 0.5 * a) / (events * others);
        else if (above + below > 0)
            sum += a / events * above / (above + below);
    }
    return sum;
}

bool pb__curve_values(const pb_score *score, const pb__series *series, pb__curve curve, double *out)
{
    ranked *order = malloc((series->n + 1) * sizeof *order);
    if (!order) return false;
    for (size_t i = 0; i < series->n; i++) order[i] = (ranked){.p = series->p[i], .i = (uint32_t)i};
    qsort(order, series->n, sizeof *order, falling);
    for (uint32_t r = 0; r <= score->resamples; r++) out[r] = area(score, series, order, r, curve);
    free(order);
    return true;
}
