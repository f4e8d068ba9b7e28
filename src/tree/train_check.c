/* See train_check.h. */
#include <limits.h>
#include <math.h>

#include "train_check.h"

#define ROUNDS_MAX 100000u
#define THREADS_MAX 1024u
#define BINS_MAX 65536u
#define RIDGE_MAX 1e9

static pb_status count_in(const char *name, uint64_t x, uint64_t lo, uint64_t hi, pb_error *error)
{
    if (x >= lo && x <= hi) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "training trees: %s is %llu, but must lie in %llu to %llu", name,
                        (unsigned long long)x, (unsigned long long)lo, (unsigned long long)hi);
}

static pb_status number_in(const char *name, double x, double lo, double hi, pb_error *error)
{
    if (x >= lo && x <= hi) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "training trees: %s is %g, but must lie in %g to %g", name, x, lo, hi);
}

static pb_status check_numbers(const pb_tree_options *o, pb_error *error)
{
    PB_TRY(number_in("rate", o->rate, 1e-6, 1, error));
    PB_TRY(number_in("lambda", o->lambda, 0, RIDGE_MAX, error));
    PB_TRY(number_in("gamma", o->gamma, 0, RIDGE_MAX, error));
    PB_TRY(number_in("min_weight", o->min_weight, 0, RIDGE_MAX, error));
    PB_TRY(number_in("row_share", o->row_share, 1e-6, 1, error));
    PB_TRY(number_in("column_share", o->column_share, 1e-6, 1, error));
    return number_in("base_margin", o->base_margin, -1e30, 1e30, error);
}

static pb_status check_options(const pb_tree_rows *rows, const pb_tree_options *o, pb_error *error)
{
    uint32_t most = o->objective == PB_TREE_SOFTMAX ? PB_TREE_CLASSES_MAX : 1;
    PB_TRY(count_in("objective", (uint64_t)o->objective, 0, PB_TREE_OBJECTIVE_N - 1, error));
    PB_TRY(count_in("classes", o->classes, o->objective == PB_TREE_SOFTMAX ? 2 : 1, most, error));
    PB_TRY(count_in("rounds", o->rounds, 1, ROUNDS_MAX / o->classes, error));
    PB_TRY(count_in("depth", o->depth, 1, PB_TREE_DEPTH_MAX, error));
    PB_TRY(count_in("bins", o->bins, 2, BINS_MAX, error));
    PB_TRY(count_in("threads", o->threads, 1, THREADS_MAX, error));
    if (o->folds) PB_TRY(count_in("folds", o->folds, 2, rows->n, error));
    if (o->folds && !rows->group)
        return pb_error_set(error, PB_E_MISSING, "training trees: %u folds need the group of every row", o->folds);
    if ((o->objective == PB_TREE_CUSTOM) != (o->gradient != NULL))
        return pb_error_set(error, PB_E_RANGE,
                            "training trees: a gradient belongs to the custom objective, and to it only");
    for (size_t j = 0; o->monotone && j < rows->k; j++) PB_TRY(number_in("monotone", o->monotone[j], -1, 1, error));
    return check_numbers(o, error);
}

static pb_status check_label(const pb_tree_options *o, size_t row, float y, pb_error *error)
{
    bool good = isfinite(y);
    if (o->objective == PB_TREE_LOGISTIC) good = y >= 0 && y <= 1;
    if (o->objective == PB_TREE_SOFTMAX) good = y >= 0 && y < (float)o->classes && y == floorf(y);
    if (good) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "training trees: row %zu has the label %g, which the objective cannot take",
                        row, (double)y);
}

static pb_status check_row(const pb_tree_rows *r, const pb_tree_options *o, size_t i, pb_error *error)
{
    PB_TRY(check_label(o, i, r->y[i], error));
    if (r->w && !(r->w[i] > 0 && isfinite(r->w[i])))
        return pb_error_set(error, PB_E_RANGE, "training trees: row %zu has the weight %g; it must be > 0", i,
                            (double)r->w[i]);
    for (uint32_t c = 0; r->base && c < o->classes; c++)
        if (!isfinite(r->base[i * o->classes + c]))
            return pb_error_set(error, PB_E_RANGE, "training trees: row %zu starts from a margin that is not finite",
                                i);
    for (size_t j = 0; j < r->k; j++)
        if (isinf(r->x[i * r->k + j]))
            return pb_error_set(error, PB_E_RANGE,
                                "training trees: row %zu: feature %zu is infinite (NAN is \"not known\")", i, j);
    return PB_OK;
}

pb_status pb__train_check(const pb_tree_rows *rows, const pb_tree_options *o, pb_error *error)
{
    if (rows->n == 0) return pb_error_set(error, PB_E_EMPTY, "training trees: there are no rows to learn from");
    PB_TRY(count_in("the number of rows", rows->n, 1, INT_MAX, error));
    PB_TRY(count_in("the number of features", rows->k, 1, PB_TREE_FEATURES_MAX, error));
    PB_TRY(check_options(rows, o, error));
    for (size_t i = 0; i < rows->n; i++) PB_TRY(check_row(rows, o, i, error));
    return PB_OK;
}
