#include "learn_sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void pb__sample_add(pb__sample *s, double x, double w)
{
    if (s->failed || !isfinite(x) || !(w > 0)) return;
    if (s->n == s->cap) {
        size_t cap   = s->cap ? 2 * s->cap : 256;
        void  *grown = realloc(s->at, cap * sizeof *s->at);
        if (!grown) {
            s->failed = true;
            return;
        }
        s->at  = grown;
        s->cap = cap;
    }
    s->at[s->n++] = (struct pb__weighted){x, w};
    s->sorted     = false;
}

void pb__sample_fini(pb__sample *s)
{
    free(s->at);
    memset(s, 0, sizeof *s);
}

double pb__sample_weight(const pb__sample *s)
{
    double sum = 0;
    for (size_t i = 0; i < s->n; i++) sum += s->at[i].w;
    return sum;
}

double pb__sample_mean(const pb__sample *s)
{
    double sum = 0;
    for (size_t i = 0; i < s->n; i++) sum += s->at[i].w * s->at[i].x;
    return s->n ? sum / pb__sample_weight(s) : NAN;
}

double pb__sample_sd(const pb__sample *s)
{
    double mean = pb__sample_mean(s), sum = 0;
    for (size_t i = 0; i < s->n; i++) sum += s->at[i].w * (s->at[i].x - mean) * (s->at[i].x - mean);
    return s->n > 1 ? sqrt(sum / pb__sample_weight(s) * (double)s->n / (double)(s->n - 1)) : 0;
}

double pb__sample_size(const pb__sample *s)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < s->n; i++) {
        sum += s->at[i].w;
        squares += s->at[i].w * s->at[i].w;
    }
    return squares > 0 ? sum * sum / squares : 0;
}

static int rising(const void *a, const void *b)
{
    const struct pb__weighted *x = a, *y = b;
    return (x->x > y->x) - (x->x < y->x);
}

static void sort(pb__sample *s)
{
    if (!s->sorted && s->n) qsort(s->at, s->n, sizeof *s->at, rising);
    s->sorted = true;
}

double pb__sample_quantile(pb__sample *s, double p)
{
    if (s->n == 0) return NAN;
    sort(s);
    double target = p * pb__sample_weight(s), below = 0, last_mid = 0;
    for (size_t i = 0; i < s->n; i++) {
        double mid = below + s->at[i].w / 2;
        if (mid >= target) {
            if (i == 0) return s->at[0].x;
            return s->at[i - 1].x + (s->at[i].x - s->at[i - 1].x) * (target - last_mid) / (mid - last_mid);
        }
        below += s->at[i].w;
        last_mid = mid;
    }
    return s->at[s->n - 1].x;
}

double pb__sample_mad_sigma(pb__sample *s)
{
    double     median = pb__sample_quantile(s, 0.5);
    pb__sample off    = {0};
    for (size_t i = 0; i < s->n; i++) pb__sample_add(&off, fabs(s->at[i].x - median), s->at[i].w);
    double sigma = 1.4826 * pb__sample_quantile(&off, 0.5);
    pb__sample_fini(&off);
    return sigma;
}

/* Mean of what lies beyond the given share at one end. */
static double tail_mean(const pb__sample *s, double share, bool upper)
{
    double want = share * pb__sample_weight(s), got = 0, sum = 0;
    for (size_t k = 0; k < s->n && got < want; k++) {
        const struct pb__weighted *v = &s->at[upper ? s->n - 1 - k : k];
        double                     w = fmin(v->w, want - got);
        sum += w * v->x;
        got += w;
    }
    return got > 0 ? sum / got : 0;
}

void pb__sample_knots(pb__sample *s, double out[PB_QUANTILES])
{
    if (s->n == 0) return;
    for (int q = 1; q < PB_QUANTILES - 1; q++) out[q] = pb__sample_quantile(s, pb_quantile_prob[q]);
    out[0]                = fmin(out[1], 2 * tail_mean(s, 0.01, false) - out[1]);
    out[PB_QUANTILES - 1] = fmax(out[PB_QUANTILES - 2], 2 * tail_mean(s, 0.01, true) - out[PB_QUANTILES - 2]);
    for (int q = 1; q < PB_QUANTILES; q++) out[q] = fmax(out[q], out[q - 1]);
}
