/* booster.h - XGBoost's boosters and matrices for the rows of a training. */
#ifndef PB_TREE_BOOSTER_H
#define PB_TREE_BOOSTER_H

#include "pitboard/tree.h"
#include "xgb.h"

/* The rows as XGBoost's matrix, with labels and starting margins (n x classes);
 * weights are in the gradients. */
pb_status pb__matrix_create(const pb__xgb *xgb, const pb_tree_rows *rows, const pb_tree_options *options,
                            const float *margins, DMatrixHandle *out, pb_error *error);

/* A booster over the matrix, without trees. Free with XGBoosterFree. */
pb_status pb__booster_create(const pb__xgb *xgb, DMatrixHandle matrix, const pb_tree_options *options, size_t features,
                             BoosterHandle *out, pb_error *error);

/* Margins of the matrix's rows, n x classes, valid until the booster is used again. */
pb_status pb__booster_margins(const pb__xgb *xgb, BoosterHandle booster, DMatrixHandle matrix, const float **out,
                              size_t *n, pb_error *error);

/* The booster's trees as a forest. */
pb_status pb__booster_forest(const pb__xgb *xgb, BoosterHandle booster, const pb_tree_options *options, size_t features,
                             pb_forest **out, pb_error *error);

#endif
