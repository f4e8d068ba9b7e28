/* Following: what a held car keeps as a gap, and what dirty air costs before
 * anything is held. Both are seen only mixed: a lap behind somebody is slower
 * because of the air, or because the car could not get by. So one pair-lap is
 * played as the simulator plays it, and the two are turned until the played
 * gaps and losses are the recorded ones. */
#include <math.h>
#include <stdlib.h>

#include "learn_fits.h"
#include "learn_sample.h"
#include "pitboard/num.h"

#define ROUNDS 12
#define STEP 0.7
#define HELD_FAST_S 0.3 /* held: faster by more than this ... */
#define HELD_GAP_S 1.2  /* ... within this gap, and not past (effects.md 4) */
#define CLEAR_S 3.0

static const double bin_edge_s[PB_GAP_KNOTS + 1] = {0, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0};

static int bin_of(double gap_s)
{
    for (int b = 0; b < PB_GAP_KNOTS; b++)
        if (gap_s < bin_edge_s[b + 1]) return b;
    return -1;
}

/* What one play gives: mean loss by bin, and the gaps of held cars. */
typedef struct played {
    double     loss_s[PB_GAP_KNOTS], weight[PB_GAP_KNOTS];
    pb__sample held;
} played;

static bool counts_as_held(const pb__pair *p, double next_gap_s)
{
    return p->delta_s > HELD_FAST_S && p->gap_s <= HELD_GAP_S && next_gap_s > 0;
}

static void note(played *play, const pb__pair *p, double loss_s, double next_gap_s)
{
    int b = bin_of(p->gap_s);
    if (b >= 0) {
        play->loss_s[b] += p->weight * loss_s;
        play->weight[b] += p->weight;
    }
    if (counts_as_held(p, next_gap_s)) pb__sample_add(&play->held, next_gap_s, p->weight);
}

static void finish(played *play)
{
    for (int b = 0; b < PB_GAP_KNOTS; b++) play->loss_s[b] /= fmax(play->weight[b], 1e-9);
}

static double knots_at(const double *q, double u)
{
    int i = 1;
    while (i < PB_QUANTILES - 1 && u > pb_quantile_prob[i]) i++;
    double share = (u - pb_quantile_prob[i - 1]) / (pb_quantile_prob[i] - pb_quantile_prob[i - 1]);
    return q[i - 1] + share * (q[i] - q[i - 1]);
}

static double air_loss(const pb_traffic_spec *t, double gap_s)
{
    if (gap_s <= t->air_gap_s[0]) return t->air_loss_s[0];
    for (int k = 1; k < PB_GAP_KNOTS; k++) {
        if (gap_s > t->air_gap_s[k]) continue;
        double share = (gap_s - t->air_gap_s[k - 1]) / (t->air_gap_s[k] - t->air_gap_s[k - 1]);
        return t->air_loss_s[k - 1] + share * (t->air_loss_s[k] - t->air_loss_s[k - 1]);
    }
    return 0;
}

/* One lap of the car behind: the car ahead drives the lap it drove. */
static void play_pair(const pb__pair *p, const pb_prior *prior, double noise_s, const uint32_t word[4], played *play)
{
    const pb_traffic_spec *t       = &prior->base.traffic;
    double                 circuit = p->circuit >= 0 ? prior->circuits[p->circuit].pass_circuit : 0;
    double                 loss_s  = air_loss(t, p->gap_s) + noise_s;
    double                 base_s  = p->gap_s - p->delta_s - p->front_residual_s; /* gap at the end on its own pace */
    double                 next_s  = base_s + loss_s;

    if (p->gap_s <= t->reach_s) {
        bool pass = pb_uniform(word[0]) < pb_logistic(pb__pass_logit(t, p->gap_s, p->delta_s, p->train) + circuit);
        next_s    = pass ? fmin(next_s, -t->pass_lead_s) : fmax(next_s, knots_at(t->hold_s, pb_uniform(word[1])));
    }
    note(play, p, next_s - base_s, next_s);
}

static void play_all(const pb__pair *pairs, size_t n, const pb_prior *prior, const pb__sample *noise, played *play)
{
    for (size_t i = 0; i < n; i++) {
        if (pairs[i].gap_s > CLEAR_S + 1 || !pairs[i].clean) continue;
        pb_philox draw  = pb_draw(1, (uint32_t)i, 0, 0, 0);
        size_t    which = (size_t)(pb_uniform(draw.word[2]) * (double)noise->n);
        play_pair(&pairs[i], prior, noise->at[which].x, draw.word, play);
    }
    finish(play);
}

static void record_all(const pb__pair *pairs, size_t n, played *real)
{
    for (size_t i = 0; i < n; i++)
        if (pairs[i].clean && pairs[i].gap_s <= CLEAR_S + 1)
            note(real, &pairs[i], pairs[i].rear_residual_s, pairs[i].next_gap_s);
    finish(real);
}

/* Held gaps are lognormal: two numbers that can be turned without the knots
 * running apart. */
typedef struct hold_shape {
    double log_median, log_sigma;
} hold_shape;

static void spread_hold(const hold_shape *shape, double out[PB_QUANTILES])
{
    for (int q = 0; q < PB_QUANTILES; q++) {
        double p = fmin(fmax(pb_quantile_prob[q], 0.002), 0.998);
        out[q]   = fmin(exp(shape->log_median + shape->log_sigma * pb_normal_quantile(p)), 5);
    }
}

/* Median, and half of the distance from 10 to 90 %, in logs. */
static hold_shape shape_of(pb__sample *held)
{
    double low = pb__sample_quantile(held, 0.10), mid = pb__sample_quantile(held, 0.50),
           high = pb__sample_quantile(held, 0.90);
    return (hold_shape){log(mid), log(high / low) / (2 * 1.2816)};
}

static void adjust(const hold_shape *recorded, played *real, played *play, hold_shape *shape, pb_traffic_spec *t)
{
    hold_shape got = shape_of(&play->held);
    shape->log_median += STEP * (recorded->log_median - got.log_median);
    shape->log_sigma = fmin(fmax(shape->log_sigma + STEP * (recorded->log_sigma - got.log_sigma), 0.05), 1.5);
    spread_hold(shape, t->hold_s);
    for (int b = 0; b < PB_GAP_KNOTS; b++) t->air_loss_s[b] += STEP * (real->loss_s[b] - play->loss_s[b]);
}

/* Air never pulls a car along so much that following pays, and fades out. */
static void tidy_air(pb_traffic_spec *t)
{
    for (int k = 0; k < PB_GAP_KNOTS; k++) t->air_loss_s[k] = fmin(fmax(t->air_loss_s[k], -0.3), 1.5);
    t->air_loss_s[PB_GAP_KNOTS - 1] = 0;
}

static pb_status turn(const pb__pair *pairs, size_t n, const pb__sample *noise, pb_prior *prior)
{
    pb_traffic_spec *t      = &prior->base.traffic;
    played           real   = {0};
    pb_status        status = PB_OK;

    record_all(pairs, n, &real);
    hold_shape recorded = shape_of(&real.held), shape = recorded;
    spread_hold(&shape, t->hold_s);
    for (int b = 0; b < PB_GAP_KNOTS; b++) {
        t->air_gap_s[b]  = (bin_edge_s[b] + bin_edge_s[b + 1]) / 2;
        t->air_loss_s[b] = 0;
    }
    for (int round = 0; round < ROUNDS; round++) {
        played play = {0};
        play_all(pairs, n, prior, noise, &play);
        adjust(&recorded, &real, &play, &shape, t);
        tidy_air(t);
        if (play.held.failed) status = PB_E_NOMEM;
        pb__sample_fini(&play.held);
    }
    if (real.held.failed) status = PB_E_NOMEM;
    pb__sample_fini(&real.held);
    return status;
}

/* Residuals in clear air: the noise of the car behind. */
static void clear_noise(const pb__learn_set *set, pb__sample *noise)
{
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!race->has_pace || !race->dry) continue;
        for (uint32_t c = 0; c < race->log->n_cars; c++)
            for (uint32_t i = 0; i < race->log->cars[c].n_laps; i++) {
                const pb__pace_lap *lap = &race->pace.lap[c][i];
                if (lap->clean && lap->gap_s > CLEAR_S && lap->lapped_by == 0)
                    pb__sample_add(noise, lap->residual_s, 1);
            }
    }
}

/* How far ahead a car that passed is at the line: the tenth of a hundred, since
 * it is a least value; and what the passed car loses against one that was not. */
static void learn_pass_cost(const pb__pair *pairs, size_t n, pb_traffic_spec *t)
{
    pb__sample lead = {0}, passed = {0}, kept = {0};
    for (size_t i = 0; i < n; i++) {
        const pb__pair *p = &pairs[i];
        if (p->gap_s > 1 || p->delta_s < 0 || fabsf(p->front_residual_s) > 3) continue;
        if (p->passed) pb__sample_add(&lead, -p->next_gap_s, p->weight);
        pb__sample_add(p->passed ? &passed : &kept, p->front_residual_s, p->weight);
    }
    if (passed.n >= 30) {
        t->pass_lead_s = pb__sample_quantile(&lead, 0.10);
        t->loser_s     = fmin(fmax(pb__sample_mean(&passed) - pb__sample_mean(&kept), 0), 3);
    }
    pb__sample_fini(&lead);
    pb__sample_fini(&passed);
    pb__sample_fini(&kept);
}

pb_status pb__learn_following(const pb__learn_set *set, const pb__pair *pairs, size_t n, pb_prior *prior)
{
    const size_t few    = 1000;
    pb__sample   noise  = {0};
    pb_status    status = PB_OK;

    clear_noise(set, &noise);
    if (n >= few && noise.n >= few) {
        learn_pass_cost(pairs, n, &prior->base.traffic);
        status = turn(pairs, n, &noise, prior);
    }
    if (noise.failed) status = PB_E_NOMEM;
    pb__sample_fini(&noise);
    return status;
}
