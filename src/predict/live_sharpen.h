/* live_sharpen.h - log-odds of the trees made as sure as they turn out to be.
 *
 * Few rounds of small steps leave the surest answers, who wins above all, less
 * sure than they should be. A line a + b x log-odds, one for each band of the
 * place that is asked for, is fitted on races held out from the trees.
 *
 * Shared inside predict only. */
#ifndef PB_LIVE_SHARPEN_H
#define PB_LIVE_SHARPEN_H

#include "pitboard/predict_model.h"

#define PB__SHARPEN_BANDS 3 /* first place, second, the others */

typedef struct pb__live_sharpen {
    double line[PB__SHARPEN_BANDS][2]; /* a, b */
} pb__live_sharpen;

/* Fits the lines over `folds` folds of groups; column_k is the feature that holds
 * the place asked for, weight (n) what a row counts for the lines (NULL: as in
 * rows). A band too thin for that, or folds < 2, keeps 0, 1. */
pb_status pb__live_sharpen_learn(const pb_tree_rows *rows, size_t column_k, const float *weight,
                                 const pb_tree_options *trees, uint32_t folds, pb__live_sharpen *out, pb_error *error);
double    pb__live_sharpened(const pb__live_sharpen *sharpen, uint32_t k, double log_odds);

#endif
