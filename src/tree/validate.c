/* Grouped cross-validation: one booster a fold, all over the same matrix, grown in
 * step. A fold's held-out rows have gradients of zero, so they shape no tree, yet
 * XGBoost keeps their margins up to date with the others': the held-out loss of
 * every round costs one pass over the margins. */
#include <math.h>
#include <stdlib.h>

#include "folds.h"
#include "loss.h"
#include "session.h"

typedef struct validation {
    pb__session   *s;
    uint32_t      *fold;    /* n */
    BoosterHandle *booster; /* folds */
    /* CUSTOM, whose loss is known by its gradient only: its integral along the way
     * that the margins of held-out rows take (trapezoids), from 0 at the start. */
    float *margin, *slope; /* n: of held-out rows after the last round */
    double path_loss;
} validation;

static double weight(const pb_tree_rows *rows, size_t i)
{
    return rows->w ? rows->w[i] : 1;
}

/* Sum of losses of the rows held out of fold f. */
static double told_loss(const validation *v, uint32_t f, const float *margins)
{
    const pb_tree_rows *rows = v->s->rows;
    double              sum  = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (v->fold[i] == f)
            sum += weight(rows, i) * pb__loss_row(v->s->options, rows->y[i], margins + i * v->s->options->classes);
    return sum;
}

static double path_step(validation *v, uint32_t f, const float *margins, bool first)
{
    const pb_tree_rows    *rows = v->s->rows;
    const pb_tree_options *o    = v->s->options;
    double                 sum  = 0;
    o->gradient(rows, margins, v->s->gradient, v->s->hessian, o->gradient_arg);
    for (size_t i = 0; i < rows->n; i++) {
        if (v->fold[i] != f) continue;
        float slope = v->s->gradient[i];
        if (!first) sum += weight(rows, i) * 0.5 * ((double)slope + v->slope[i]) * ((double)margins[i] - v->margin[i]);
        v->slope[i]  = slope;
        v->margin[i] = margins[i];
    }
    return sum;
}

static pb_status fold_margins(validation *v, uint32_t f, uint32_t round, const float **out, pb_error *error)
{
    size_t n;
    *out = v->s->base;
    if (round == 0) return PB_OK;
    return pb__booster_margins(v->s->xgb, v->booster[f], v->s->matrix, out, &n, error);
}

/* Mean held-out loss after so many rounds; then grows the next tree when asked to. */
static pb_status one_round(validation *v, uint32_t round, bool grow, double *loss, pb_error *error)
{
    const pb_tree_options *o   = v->s->options;
    double                 sum = 0, weights = 0;
    for (uint32_t f = 0; f < o->folds; f++) {
        const float *margins;
        PB_TRY(fold_margins(v, f, round, &margins, error));
        if (o->objective == PB_TREE_CUSTOM)
            v->path_loss += path_step(v, f, margins, round == 0);
        else
            sum += told_loss(v, f, margins);
        if (grow) PB_TRY(pb__session_boost(v->s, v->booster[f], margins, v->fold, f, error));
    }
    for (size_t i = 0; i < v->s->rows->n; i++) weights += weight(v->s->rows, i);
    *loss = (o->objective == PB_TREE_CUSTOM ? v->path_loss : sum) / weights;
    return PB_OK;
}

static pb_status find_best(validation *v, uint32_t *rounds, double *best, pb_error *error)
{
    const pb_tree_options *o = v->s->options;
    *rounds                  = 0;
    *best                    = INFINITY;
    for (uint32_t r = 0; r <= o->rounds; r++) {
        double loss;
        PB_TRY(one_round(v, r, r < o->rounds, &loss, error));
        if (loss < *best) {
            *best   = loss;
            *rounds = r;
        }
        if (o->stop_after && r - *rounds >= o->stop_after) break;
    }
    if (!isfinite(*best)) return pb_error_set(error, PB_E_RANGE, "training trees: the held-out loss is not finite");
    return PB_OK;
}

static pb_status validation_init(validation *v, pb__session *s, pb_error *error)
{
    const pb_tree_options *o = s->options;
    size_t                 n = s->rows->n;
    *v                       = (validation){.s = s};
    v->fold                  = malloc(n * sizeof *v->fold);
    v->booster               = calloc(o->folds, sizeof *v->booster);
    v->margin                = malloc(n * sizeof *v->margin);
    v->slope                 = malloc(n * sizeof *v->slope);
    if (!v->fold || !v->booster || !v->margin || !v->slope)
        return pb_error_set(error, PB_E_NOMEM, "training trees: out of memory for %zu rows", n);
    PB_TRY(pb__folds_deal(s->rows->group, n, o->folds, o->seed, v->fold, error));
    for (uint32_t f = 0; f < o->folds; f++)
        PB_TRY(pb__booster_create(s->xgb, s->matrix, o, s->rows->k, &v->booster[f], error));
    return PB_OK;
}

static void validation_fini(validation *v)
{
    for (uint32_t f = 0; v->booster && f < v->s->options->folds; f++)
        if (v->booster[f]) v->s->xgb->XGBoosterFree(v->booster[f]);
    free(v->booster);
    free(v->fold);
    free(v->margin);
    free(v->slope);
}

pb_status pb__session_validate(pb__session *s, uint32_t *rounds, double *loss, pb_error *error)
{
    validation v;
    pb_status  status = validation_init(&v, s, error);
    if (status == PB_OK) status = find_best(&v, rounds, loss, error);
    validation_fini(&v);
    return status;
}
