/* bench_tree.h - timing of trees: one row through 200 of them. */
#ifndef PB_APPS_BENCH_TREE_H
#define PB_APPS_BENCH_TREE_H

#include "pitboard/base.h"

/* Microseconds a row: one figure a run, after a warm-up. explain: TreeSHAP instead of
 * the margin. */
pb_status pb__bench_tree_us(bool explain, double *us, uint32_t runs, pb_error *error);

#endif
