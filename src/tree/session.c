/* See session.h. */
#include <stdlib.h>

#include "forest.h"
#include "loss.h"
#include "session.h"
#include "train_check.h"

pb_status pb__session_init(pb__session *s, const pb__xgb *xgb, const pb_tree_rows *rows, const pb_tree_options *o,
                           pb_error *error)
{
    *s = (pb__session){.xgb = xgb, .rows = rows, .options = o};
    PB_TRY(pb__train_check(rows, o, error));
    size_t n    = rows->n * o->classes;
    s->base     = malloc(n * sizeof(float));
    s->gradient = malloc(n * sizeof(float));
    s->hessian  = malloc(n * sizeof(float));
    if (!s->base || !s->gradient || !s->hessian)
        return pb_error_set(error, PB_E_NOMEM, "training trees: out of memory for %zu rows", rows->n);
    for (size_t i = 0; i < n; i++) s->base[i] = rows->base ? rows->base[i] : o->base_margin;
    return pb__matrix_create(xgb, rows, o, s->base, &s->matrix, error);
}

void pb__session_fini(pb__session *s)
{
    if (s->matrix) s->xgb->XGDMatrixFree(s->matrix);
    free(s->base);
    free(s->gradient);
    free(s->hessian);
    *s = (pb__session){0};
}

pb_status pb__session_boost(pb__session *s, BoosterHandle booster, const float *margins, const uint32_t *fold,
                            uint32_t hold, pb_error *error)
{
    size_t n = s->rows->n * s->options->classes;
    pb__loss_gradient(s->rows, s->options, margins, fold, hold, s->gradient, s->hessian);
    return pb__xgb_check(s->xgb, s->xgb->XGBoosterBoostOneIter(booster, s->matrix, s->gradient, s->hessian, n),
                         "grow a tree", error);
}

static pb_status grow(pb__session *s, BoosterHandle booster, uint32_t rounds, pb_error *error)
{
    const float *margins = s->base;
    size_t       n;
    for (uint32_t r = 0; r < rounds; r++) {
        if (r > 0) PB_TRY(pb__booster_margins(s->xgb, booster, s->matrix, &margins, &n, error));
        PB_TRY(pb__session_boost(s, booster, margins, NULL, PB__HOLD_NONE, error));
    }
    return PB_OK;
}

/* XGBoost has no model of no trees to hand over. */
static pb_status bare_forest(const pb__session *s, pb_forest **out, pb_error *error)
{
    pb__forest_head head = {.objective   = s->options->objective,
                            .classes     = s->options->classes,
                            .features    = (uint32_t)s->rows->k,
                            .base_margin = s->options->base_margin};
    return pb__forest_make(&head, NULL, NULL, "trained forest", out, error);
}

pb_status pb__session_grow(pb__session *s, uint32_t rounds, pb_forest **out, pb_error *error)
{
    BoosterHandle booster = NULL;
    if (rounds == 0) return bare_forest(s, out, error);
    PB_TRY(pb__booster_create(s->xgb, s->matrix, s->options, s->rows->k, &booster, error));
    pb_status status = grow(s, booster, rounds, error);
    if (status == PB_OK) status = pb__booster_forest(s->xgb, booster, s->options, s->rows->k, out, error);
    s->xgb->XGBoosterFree(booster);
    return status;
}
