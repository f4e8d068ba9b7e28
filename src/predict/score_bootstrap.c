#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "score_internal.h"

#define BOOTSTRAP_SEED 7
#define BOOTSTRAP_PURPOSE 0x626f6f74u /* "boot" */

static void add_sums(pb__race_sums *to, const pb__race_sums *from)
{
    for (int m = 0; m < PB__METRIC_N; m++) {
        to->sum[m] += from->sum[m];
        to->count[m] += from->count[m];
    }
}

static double ratio(const pb__race_sums *s, int m)
{
    return s->count[m] > 0 ? s->sum[m] / s->count[m] : NAN;
}

static double value_of(const pb__race_sums *a, const pb__race_sums *b, int m)
{
    return b ? ratio(a, m) - ratio(b, m) : ratio(a, m);
}

/* As many races as there are, drawn with replacement. */
static void resample(const pb__race_sums *races, const pb__race_sums *other, size_t n, uint32_t sample,
                     pb__race_sums *a, pb__race_sums *b)
{
    memset(a, 0, sizeof *a);
    memset(b, 0, sizeof *b);
    for (size_t i = 0; i < n; i++) {
        pb_philox d = pb_draw(BOOTSTRAP_SEED, sample, (uint32_t)i, 0, BOOTSTRAP_PURPOSE);
        size_t    k = (size_t)(pb_uniform(d.word[0]) * (double)n);
        add_sums(a, &races[k]);
        if (other) add_sums(b, &other[k]);
    }
}

static void put_metric(pb_metric *to, int m, double value, double *x, uint32_t resamples)
{
    snprintf(to->name, sizeof to->name, "%s", pb__metric_name[m]);
    pb_sort_f64(x, resamples);
    while (resamples > 0 && isnan(x[resamples - 1])) resamples--;
    to->value = value;
    to->lo    = pb_quantile_sorted(x, resamples, 0.05);
    to->hi    = pb_quantile_sorted(x, resamples, 0.95);
}

size_t pb__bootstrap(const pb__race_sums *races, const pb__race_sums *other, size_t n, uint32_t resamples,
                     pb_metric *out, size_t cap)
{
    size_t        written = 0;
    double       *x       = malloc(((size_t)resamples * PB__METRIC_N + 1) * sizeof *x);
    pb__race_sums a = {0}, b = {0};

    if (!x) return 0;
    for (uint32_t s = 0; s < resamples; s++) {
        resample(races, other, n, s, &a, &b);
        for (int m = 0; m < PB__METRIC_N; m++) x[(size_t)m * resamples + s] = value_of(&a, other ? &b : NULL, m);
    }
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    for (size_t i = 0; i < n; i++) {
        add_sums(&a, &races[i]);
        if (other) add_sums(&b, &other[i]);
    }
    for (int m = 0; m < PB__METRIC_N && written < cap; m++)
        if (a.count[m] > 0)
            put_metric(&out[written++], m, value_of(&a, other ? &b : NULL, m), x + (size_t)m * resamples, resamples);
    free(x);
    return written;
}
