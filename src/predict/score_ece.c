/* score_ece: bins of equal size, and the expected calibration error over ten of
 * them. */
#include <math.h>
#include <stdlib.h>

#include "score_tally.h"

#define BINS 10

typedef struct ranked {
    double   p;
    uint32_t i;
} ranked;

static int rising(const void *a, const void *b)
{
    const ranked *x = a, *y = b;
    if (x->p != y->p) return x->p < y->p ? -1 : 1;
    return (x->i > y->i) - (x->i < y->i);
}

bool pb__equal_bins(const double *p, size_t n, uint32_t bins, uint32_t *bin)
{
    ranked *order = malloc((n + 1) * sizeof *order);
    if (!order) return false;
    for (size_t i = 0; i < n; i++) order[i] = (ranked){.p = p[i], .i = (uint32_t)i};
    qsort(order, n, sizeof *order, rising);
    for (size_t k = 0, first = 0; k < n; k++) {
        if (order[k].p != order[first].p) first = k;
        bin[order[k].i] = (uint32_t)(first * bins / n);
    }
    free(order);
    return true;
}

/* s: events and probabilities of every bin, then cases. */
static double mean_gap(const double *s, uint32_t cols)
{
    double sum = 0;
    for (int k = 0; k < BINS; k++) sum += fabs(s[2 * k] - s[2 * k + 1]);
    return s[cols - 1] > 0 ? sum / s[cols - 1] : NAN;
}

void pb__ece_new(pb_score *score, const char *prefix, size_t series)
{
    if (score->broken || score->series[series].n == 0) return;
    size_t            m   = pb__measure_new(score, prefix, "ece", mean_gap, 2 * BINS + 1);
    const pb__series *s   = &score->series[series];
    uint32_t         *bin = malloc(s->n * sizeof *bin);
    if (!bin || !pb__equal_bins(s->p, s->n, BINS, bin)) score->broken = true;
    for (size_t i = 0; i < s->n && !score->broken; i++) {
        pb__measure_add(score, m, s->race[i], 2 * bin[i], s->y[i]);
        pb__measure_add(score, m, s->race[i], 2 * bin[i] + 1, s->p[i]);
        pb__measure_add(score, m, s->race[i], 2 * BINS, 1);
        pb__measure_row(score, m);
    }
    free(bin);
}
