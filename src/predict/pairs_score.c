/* pairs_score: how often the advised side gained, and how sure that is. */
#include <math.h>
#include <stdlib.h>

#include "pitboard/num.h"
#include "pitboard/predict_pairs.h"

#define BOOTSTRAP_SEED 7
#define BOOTSTRAP_PURPOSE 0x70616972u /* "pair" */

typedef enum quantity { SHARE, PLACES, SECONDS, FLAG, STOPPER, EDGE, LIFT, QUANTITIES } quantity;

/* Of one block, or of many added up. */
typedef struct sums {
    double n, n_seconds, n_flag, n_stop, n_stay;
    double share, places, seconds, flag, stopper;
    double gained_stop, gained_stay; /* stoppers that gained, by the side of the advice */
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

/* Places that car gained from before the stop to the flag, less those the other did. */
static double flag_places(const pb_pair *p)
{
    return (p->place_before[0] - p->place_flag[0]) - (p->place_before[1] - p->place_flag[1]);
}

static void add_case(sums *s, const pb_pair *pair, int side)
{
    double gained = pb_pair_gained(pair);
    s->n += 1;
    s->share += side > 0 ? gained : 1 - gained;
    s->places += side * (double)pair->gain_places;
    s->stopper += gained;
    if (!isnan(pair->gain_s)) {
        s->n_seconds += 1;
        s->seconds += side * pair->gain_s;
    }
    if (pair->place_flag[0] > 0 && pair->place_flag[1] > 0) {
        s->n_flag += 1;
        s->flag += side * flag_places(pair);
    }
    s->n_stop += side > 0;
    s->n_stay += side < 0;
    s->gained_stop += side > 0 ? gained : 0;
    s->gained_stay += side < 0 ? gained : 0;
}

static void add_sums(sums *to, const sums *from)
{
    to->n += from->n;
    to->n_seconds += from->n_seconds;
    to->n_flag += from->n_flag;
    to->flag += from->flag;
    to->n_stop += from->n_stop;
    to->n_stay += from->n_stay;
    to->share += from->share;
    to->places += from->places;
    to->seconds += from->seconds;
    to->stopper += from->stopper;
    to->gained_stop += from->gained_stop;
    to->gained_stay += from->gained_stay;
}

static double over(double sum, double n)
{
    return n > 0 ? sum / n : (double)NAN;
}

/* The rule the advice is held against is chosen on all cases, not anew in every sample. */
static double value_of(const sums *s, quantity q, bool stop_rule)
{
    double stopper = over(s->stopper, s->n), share = over(s->share, s->n);
    switch (q) {
    case SHARE:
        return share;
    case PLACES:
        return over(s->places, s->n);
    case SECONDS:
        return over(s->seconds, s->n_seconds);
    case FLAG:
        return over(s->flag, s->n_flag);
    case STOPPER:
        return stopper;
    case EDGE:
        return share - (stop_rule ? stopper : 1 - stopper);
    case LIFT:
        return over(s->gained_stop, s->n_stop) - over(s->gained_stay, s->n_stay);
    case QUANTITIES:
    default:
        return (double)NAN;
    }
}

static pb_pair_value summary(const sums *all, quantity q, bool stop_rule, double *x, uint32_t n)
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

static void judge(const sums *block, uint32_t blocks, uint32_t resamples, double *x, pb_pair_score *out)
{
    sums           all            = {0}, drawn;
    pb_pair_value *to[QUANTITIES] = {&out->share,   &out->places, &out->seconds, &out->flag,
                                     &out->stopper, &out->edge,   &out->lift};
    for (uint32_t b = 0; b < blocks; b++) add_sums(&all, &block[b]);
    bool stop_rule = 2 * all.stopper >= all.n;
    for (uint32_t s = 0; s < resamples; s++) {
        resample(block, blocks, s, &drawn);
        for (int q = 0; q < QUANTITIES; q++) x[(size_t)q * resamples + s] = value_of(&drawn, (quantity)q, stop_rule);
    }
    out->n         = (size_t)all.n;
    out->n_seconds = (size_t)all.n_seconds;
    out->n_flag    = (size_t)all.n_flag;
    out->n_stop    = (size_t)all.n_stop;
    for (int q = 0; q < QUANTITIES; q++)
        *to[q] = summary(&all, (quantity)q, stop_rule, x + (size_t)q * resamples, blocks > 1 ? resamples : 0);
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
