/* loss.h - the losses that trees are grown on, and their gradients.
 *
 * Gradients and hessians are rounded to a grid so coarse that their sums over all
 * rows are exact in double precision: XGBoost's histograms are then the same for
 * any number of threads, and so is the forest. The grid is 2^-52 of the largest
 * times the number of rows, far below what decides a split. */
#ifndef PB_TREE_LOSS_H
#define PB_TREE_LOSS_H

#include "pitboard/tree.h"

/* Fills n x classes. Rows with fold[i] == hold get 0 and 0 (they are held out); hold
 * PB__HOLD_NONE uses all. */
#define PB__HOLD_NONE UINT32_MAX
void pb__loss_gradient(const pb_tree_rows *rows, const pb_tree_options *options, const float *margins,
                       const uint32_t *fold, uint32_t hold, float *gradient, float *hessian);

/* Loss of one row at these margins (classes of them), without weight. Not for
 * CUSTOM, whose loss nobody told us. */
double pb__loss_row(const pb_tree_options *options, float y, const float *margin);

#endif
