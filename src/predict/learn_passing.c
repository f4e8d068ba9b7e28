/* Passing: logistic regression over pair-laps, circuits as random effects. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "learn_fits.h"

/* Columns: 1, delta, -gap to the knee, -gap beyond, -train, then circuits. */
enum { COL_ONE, COL_DELTA, COL_GAP, COL_FAR, COL_TRAIN, COL_CIRCUIT };

/* Spread of circuits in log-odds. Learned up to 2022, 2023 and 2024 and held
 * against the seasons after, the log loss of a pass has its least at 0.5 to 0.8,
 * 0.5 or more, and 0.35 (docs/accuracy.md, "Choices"). */
#define CIRCUIT_SIGMA 0.5
#define DELTA_MAX_S 3.0

double pb__pass_logit(const pb_traffic_spec *t, double gap_s, double delta_s, bool train)
{
    double near = fmin(gap_s, t->pass_knee_s), far = fmax(gap_s - t->pass_knee_s, 0);
    return t->pass_bias + t->pass_delta * delta_s - t->pass_gap * near - t->pass_gap_far * far -
           (train ? t->pass_train : 0);
}

static void fill(const pb__pair *p, double knee_s, double *x)
{
    x[COL_ONE]   = 1;
    x[COL_DELTA] = fmax(-DELTA_MAX_S, fmin(p->delta_s, DELTA_MAX_S));
    x[COL_GAP]   = -fmin(p->gap_s, knee_s);
    x[COL_FAR]   = -fmax(p->gap_s - knee_s, 0);
    x[COL_TRAIN] = -(double)p->train;
    if (p->circuit >= 0) x[COL_CIRCUIT + p->circuit] = 1;
}

static double log_likelihood(const double *x, const double *y, const double *w, size_t n, size_t k, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double logit = 0;
        for (size_t j = 0; j < k; j++) logit += x[i * k + j] * b[j];
        sum += w[i] * (y[i] * logit - (logit > 30 ? logit : log1p(exp(logit))));
    }
    return sum;
}

typedef struct problem {
    double *x, *y, *w, *ridge, *b;
    size_t  n, k;
} problem;

static pb_status solve(const pb__pair *pairs, size_t n_pairs, double knee_s, problem *p, double *score)
{
    memset(p->x, 0, p->n * p->k * sizeof *p->x);
    size_t i = 0;
    for (size_t j = 0; j < n_pairs; j++) {
        if (pairs[j].gap_s > PB__PAIR_REACH_S) continue;
        fill(&pairs[j], knee_s, p->x + i * p->k);
        p->y[i] = pairs[j].passed;
        p->w[i] = pairs[j].weight;
        i++;
    }
    for (size_t j = 0; j < p->k; j++) p->ridge[j] = j < COL_CIRCUIT ? 1e-4 : 1 / (CIRCUIT_SIGMA * CIRCUIT_SIGMA);
    PB_TRY(pb_logit_fit(p->x, p->y, p->w, p->n, p->k, p->ridge, p->b, NULL));
    *score = log_likelihood(p->x, p->y, p->w, p->n, p->k, p->b);
    return PB_OK;
}

static void take(const problem *p, double knee_s, const pb__pair *pairs, size_t n, pb_prior *prior)
{
    pb_traffic_spec *t = &prior->base.traffic;
    t->pass_bias       = p->b[COL_ONE];
    t->pass_delta      = fmax(p->b[COL_DELTA], 0);
    t->pass_gap        = fmax(p->b[COL_GAP], 0);
    t->pass_gap_far    = fmax(p->b[COL_FAR], 0);
    t->pass_train      = fmax(p->b[COL_TRAIN], 0);
    t->pass_knee_s     = knee_s;
    t->pass_circuit    = 0;
    t->train_gap_s     = PB__TRAIN_GAP_S;
    t->reach_s         = PB__PAIR_REACH_S;
    for (int c = 0; c < prior->n_circuits; c++) prior->circuits[c].pass_circuit = p->b[COL_CIRCUIT + c];
    for (size_t i = 0; i < n; i++)
        if (pairs[i].circuit >= 0 && pairs[i].gap_s <= PB__PAIR_REACH_S) prior->circuits[pairs[i].circuit].pairs++;
}

static pb_status best_knee(const pb__pair *pairs, size_t n, problem *p, pb_prior *prior)
{
    static const double knees_s[] = {0.6, 0.8, 1.0, 1.2, 1.4, 1.7};
    double              best = -INFINITY, score, knee_s = 0;
    for (size_t i = 0; i < sizeof knees_s / sizeof *knees_s; i++) {
        if (solve(pairs, n, knees_s[i], p, &score) != PB_OK || score <= best) continue;
        best   = score;
        knee_s = knees_s[i];
    }
    if (knee_s == 0 || solve(pairs, n, knee_s, p, &score) != PB_OK) return PB_OK; /* too few: what was there stays */
    take(p, knee_s, pairs, n, prior);
    return PB_OK;
}

pb_status pb__learn_passing(const pb__learn_set *set, const pb__pair *pairs, size_t n, pb_prior *prior)
{
    const size_t few = 500;
    problem      p   = {.k = COL_CIRCUIT + prior->n_circuits};
    (void)set;
    for (size_t i = 0; i < n; i++) p.n += pairs[i].gap_s <= PB__PAIR_REACH_S;
    if (p.n < few) return PB_OK;
    double *block = malloc((p.n * p.k + 2 * p.n + 2 * p.k) * sizeof *block);
    if (!block) return PB_E_NOMEM;
    p.x              = block;
    p.y              = p.x + p.n * p.k;
    p.w              = p.y + p.n;
    p.ridge          = p.w + p.n;
    p.b              = p.ridge + p.k;
    pb_status status = best_knee(pairs, n, &p, prior);
    free(block);
    return status;
}
