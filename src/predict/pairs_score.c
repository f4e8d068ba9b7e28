/* pairs_score: how often the advised side gained, and how sure that is. */
#include <math.h>
#include <stdlib.h>

#include "pitboard/num.h"
#include "pitboard/predict_pairs.h"

#define BOOTSTRAP_SEED 7
#define BOOTSTRAP_PURPOSE 0x70616972u /* "pair" */

typedef enum measure { SHARE, PLACES, SECONDS, FLAG, MEASURES } measure;
typedef enum look { ADVISED, STOPPER, LIFT, LOOKS } look;
#define QUANTITIES (MEASURES * LOOKS + 1) /* the last is the edge */
#define EDGE (MEASURES * LOOKS)

/* Of one block, or of many added up: what stoppers gained where the advice was on
 * their side ([1]) and where it was not ([0]). */
typedef struct sums {
    double n[MEASURES][2], gain[MEASURES][2];
} sums;

int pb_pair_advised(const pb_pair_case *c, pb_pair_basis basis)
{
    if (c->car_said == PB_PAIR_NOT_ASKED) return 0;
    if (basis == PB_PAIR_BY_STOP) return c->car_said == PB_PAIR_SAID_STOP ? 1 : -1;
    if (c->other_said != c->car_said) return 0; /* both did as advised, or neither */
    return c->car_said == PB_PAIR_SAID_STOP ? 1 : -1;
}

double pb_pair_gained(const pb_pair *pair)
{
    if (pair->gain_places != 0) return pair->gain_places > 0 ? 1 : 0;
    if (isnan(pair->gain_s) || pair->gain_s == 0) return 0.5;
    return pair->gain_s > 0 ? 1 : 0;
}

/* Gain of the one that stopped; NAN: not known of this pair. */
static double gain_of(const pb_pair *p, measure m)
{
    switch (m) {
    case SHARE:
        return pb_pair_gained(p);
    case PLACES:
        return p->gain_places;
    case SECONDS:
        return p->gain_s;
    case FLAG:
        if (p->place_flag[0] == 0 || p->place_flag[1] == 0) return (double)NAN;
        return (p->place_before[0] - p->place_flag[0]) - (p->place_before[1] - p->place_flag[1]);
    case MEASURES:
    default:
        return (double)NAN;
    }
}

static void add_case(sums *s, const pb_pair *pair, int side)
{
    for (int m = 0; m < MEASURES; m++) {
        double gain = gain_of(pair, (measure)m);
        if (isnan(gain)) continue;
        s->n[m][side > 0] += 1;
        s->gain[m][side > 0] += gain;
    }
}

static void add_sums(sums *to, const sums *from)
{
    for (int m = 0; m < MEASURES; m++)
        for (int k = 0; k < 2; k++) {
            to->n[m][k] += from->n[m][k];
            to->gain[m][k] += from->gain[m][k];
        }
}

static double over(double sum, double n)
{
    return n > 0 ? sum / n : (double)NAN;
}

/* The other side of a share is the rest of it; of a gain, its opposite. */
static double advised(const sums *s, int m)
{
    double other = m == SHARE ? s->n[m][0] - s->gain[m][0] : -s->gain[m][0];
    return over(s->gain[m][1] + other, s->n[m][0] + s->n[m][1]);
}

static double stopper(const sums *s, int m)
{
    return over(s->gain[m][0] + s->gain[m][1], s->n[m][0] + s->n[m][1]);
}

/* The rule the advice is held against is chosen on all cases, not anew in every sample. */
static double value_of(const sums *s, int q, bool stop_rule)
{
    int m = q / LOOKS;
    if (q == EDGE) return advised(s, SHARE) - (stop_rule ? stopper(s, SHARE) : 1 - stopper(s, SHARE));
    if (q % LOOKS == ADVISED) return advised(s, m);
    if (q % LOOKS == STOPPER) return stopper(s, m);
    return over(s->gain[m][1], s->n[m][1]) - over(s->gain[m][0], s->n[m][0]);
}

static pb_pair_value summary(const sums *all, int q, bool stop_rule, double *x, uint32_t n)
{
    pb_pair_value v = {value_of(all, q, stop_rule), (double)NAN, (double)NAN};
    pb_sort_f64(x, n);
    while (n > 0 && isnan(x[n - 1])) n--;
    if (n == 0 || isnan(v.value)) return v;
    v.lo = pb_quantile_sorted(x, n, 0.05);
    v.hi = pb_quantile_sorted(x, n, 0.95);
    return v;
}

static void resample(const sums *block, uint32_t blocks, uint32_t sample, sums *out)
{
    *out = (sums){0};
    for (uint32_t i = 0; i < blocks; i++) {
        pb_philox d = pb_draw(BOOTSTRAP_SEED, sample, i, 0, BOOTSTRAP_PURPOSE);
        add_sums(out, &block[(uint32_t)(pb_uniform(d.word[0]) * blocks)]);
    }
}

static void tell(const sums *all, bool stop_rule, double *x, uint32_t stride, uint32_t samples, pb_pair_score *out)
{
    pb_pair_measure *to[MEASURES] = {&out->share, &out->places, &out->seconds, &out->flag};
    for (int m = 0; m < MEASURES; m++) {
        pb_pair_value *said[LOOKS] = {&to[m]->advised, &to[m]->stopper, &to[m]->lift};
        to[m]->n                   = (size_t)(all->n[m][0] + all->n[m][1]);
        for (int k = 0; k < LOOKS; k++) {
            int q    = m * LOOKS + k;
            *said[k] = summary(all, q, stop_rule, x + (size_t)q * stride, samples);
        }
    }
    out->n      = out->share.n;
    out->n_stop = (size_t)all->n[SHARE][1];
    out->edge   = summary(all, EDGE, stop_rule, x + (size_t)EDGE * stride, samples);
}

static void judge(const sums *block, uint32_t blocks, uint32_t resamples, double *x, pb_pair_score *out)
{
    sums all = {0}, drawn;
    for (uint32_t b = 0; b < blocks; b++) add_sums(&all, &block[b]);
    bool stop_rule = !(stopper(&all, SHARE) < 0.5);
    for (uint32_t s = 0; s < resamples; s++) {
        resample(block, blocks, s, &drawn);
        for (int q = 0; q < QUANTITIES; q++) x[(size_t)q * resamples + s] = value_of(&drawn, q, stop_rule);
    }
    tell(&all, stop_rule, x, resamples, blocks > 1 ? resamples : 0, out);
}

/* Blocks without a case are blocks all the same: the race was there. */
static uint32_t count_blocks(const pb_pair_case *cases, size_t n)
{
    uint32_t most = 0;
    for (size_t i = 0; i < n; i++)
        if (cases[i].block + 1u > most) most = cases[i].block + 1u;
    return most;
}

pb_status pb_pairs_score(const pb_pair_case *cases, size_t n, pb_pair_basis basis, uint32_t resamples,
                         pb_pair_score *out, pb_error *error)
{
    uint32_t blocks = count_blocks(cases, n);
    sums    *block  = calloc((size_t)blocks + 1, sizeof *block);
    double  *x      = malloc(((size_t)resamples * QUANTITIES + 1) * sizeof *x);
    *out            = (pb_pair_score){0};
    if (block && x) {
        for (size_t i = 0; i < n; i++) {
            int side = pb_pair_advised(&cases[i], basis);
            if (side != 0) add_case(&block[cases[i].block], &cases[i].pair, side);
        }
        judge(block, blocks, resamples, x, out);
    }
    pb_status status = block && x ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for %u blocks", blocks);
    free(block);
    free(x);
    return status;
}
