/* See booster.h. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "booster.h"

static pb_status set_info(const pb__xgb *x, DMatrixHandle m, const char *field, const float *values, size_t n,
                          pb_error *error)
{
    return pb__xgb_check(x, x->XGDMatrixSetFloatInfo(m, field, values, n), "take the rows", error);
}

pb_status pb__matrix_create(const pb__xgb *x, const pb_tree_rows *rows, const pb_tree_options *o, const float *margins,
                            DMatrixHandle *out, pb_error *error)
{
    DMatrixHandle m = NULL;
    PB_TRY(pb__xgb_check(x, x->XGDMatrixCreateFromMat_omp(rows->x, rows->n, rows->k, NAN, &m, (int)o->threads),
                         "take the rows", error));
    pb_status status = set_info(x, m, "label", rows->y, rows->n, error);
    if (status == PB_OK) status = set_info(x, m, "base_margin", margins, rows->n * o->classes, error);
    if (status == PB_OK)
        *out = m;
    else
        x->XGDMatrixFree(m);
    return status;
}

static pb_status set_text(const pb__xgb *x, BoosterHandle b, const char *name, const char *value, pb_error *error)
{
    return pb__xgb_check(x, x->XGBoosterSetParam(b, name, value), name, error);
}

static pb_status set_u64(const pb__xgb *x, BoosterHandle b, const char *name, uint64_t value, pb_error *error)
{
    char text[32];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return set_text(x, b, name, text, error);
}

/* Our own text of a number: printf would write a comma where the locale wants one. */
static pb_status set_f64(const pb__xgb *x, BoosterHandle b, const char *name, double value, pb_error *error)
{
    char     text[48];
    uint64_t nano = (uint64_t)(value * 1e9 + 0.5);
    snprintf(text, sizeof text, "%" PRIu64 ".%09" PRIu64, nano / 1000000000u, nano % 1000000000u);
    return set_text(x, b, name, text, error);
}

static pb_status set_monotone(const pb__xgb *x, BoosterHandle b, const int8_t *monotone, size_t k, pb_error *error)
{
    char   text[PB_TREE_FEATURES_MAX * 3 + 3] = "(";
    size_t at                                 = 1;
    if (!monotone) return PB_OK;
    for (size_t j = 0; j < k; j++)
        at += (size_t)snprintf(text + at, sizeof text - at, "%s%d", j ? "," : "", monotone[j]);
    snprintf(text + at, sizeof text - at, ")");
    return set_text(x, b, "monotone_constraints", text, error);
}

static const char *objective_name(pb_tree_objective objective)
{
    switch (objective) {
    case PB_TREE_SOFTMAX:
        return "multi:softprob";
    case PB_TREE_LOGISTIC:
        return "binary:logistic";
    default:
        return "reg:squarederror";
    }
}

static pb_status set_params(const pb__xgb *x, BoosterHandle b, const pb_tree_options *o, size_t k, pb_error *error)
{
    PB_TRY(set_text(x, b, "objective", objective_name(o->objective), error));
    if (o->objective == PB_TREE_SOFTMAX) PB_TRY(set_u64(x, b, "num_class", o->classes, error));
    PB_TRY(set_text(x, b, "tree_method", "hist", error));
    PB_TRY(set_text(x, b, "verbosity", "0", error));
    PB_TRY(set_text(x, b, "disable_default_eval_metric", "1", error));
    PB_TRY(set_u64(x, b, "nthread", o->threads, error));
    PB_TRY(set_u64(x, b, "seed", o->seed & 0x7fffffff, error));
    PB_TRY(set_u64(x, b, "max_depth", o->depth, error));
    PB_TRY(set_u64(x, b, "max_bin", o->bins, error));
    PB_TRY(set_f64(x, b, "eta", o->rate, error));
    PB_TRY(set_f64(x, b, "lambda", o->lambda, error));
    PB_TRY(set_f64(x, b, "gamma", o->gamma, error));
    PB_TRY(set_f64(x, b, "min_child_weight", o->min_weight, error));
    PB_TRY(set_f64(x, b, "subsample", o->row_share, error));
    PB_TRY(set_f64(x, b, "colsample_bytree", o->column_share, error));
    return set_monotone(x, b, o->monotone, k, error);
}

pb_status pb__booster_create(const pb__xgb *x, DMatrixHandle matrix, const pb_tree_options *o, size_t features,
                             BoosterHandle *out, pb_error *error)
{
    BoosterHandle b = NULL;
    PB_TRY(pb__xgb_check(x, x->XGBoosterCreate(&matrix, 1, &b), "begin", error));
    pb_status status = set_params(x, b, o, features, error);
    if (status == PB_OK)
        *out = b;
    else
        x->XGBoosterFree(b);
    return status;
}

pb_status pb__booster_margins(const pb__xgb *x, BoosterHandle booster, DMatrixHandle matrix, const float **out,
                              size_t *n, pb_error *error)
{
    static const char config[] = "{\"type\": 1, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0,"
                                 " \"strict_shape\": false}";
    const bst_ulong  *shape    = NULL;
    bst_ulong         dim      = 0;
    PB_TRY(
        pb__xgb_check(x, x->XGBoosterPredictFromDMatrix(booster, matrix, config, &shape, &dim, out), "predict", error));
    *n = 1;
    for (bst_ulong i = 0; i < dim; i++) *n *= shape[i];
    return PB_OK;
}
