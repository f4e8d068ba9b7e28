/* folds.h - groups of rows dealt out to folds, for cross-validation. */
#ifndef PB_TREE_FOLDS_H
#define PB_TREE_FOLDS_H

#include "pitboard/base.h"

/* fold[i] in 0 .. folds - 1, equal for rows of one group; folds get as many groups as
 * one another, give or take one, in an order drawn from seed alone (not from the
 * order of the rows). PB_E_RANGE with fewer groups than folds. */
pb_status pb__folds_deal(const uint32_t *group, size_t n, uint32_t folds, uint64_t seed, uint32_t *fold,
                         pb_error *error);

#endif
