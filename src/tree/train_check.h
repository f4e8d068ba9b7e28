/* train_check.h - are options and rows such that a forest can be trained? */
#ifndef PB_TREE_TRAIN_CHECK_H
#define PB_TREE_TRAIN_CHECK_H

#include "pitboard/tree.h"

pb_status pb__train_check(const pb_tree_rows *rows, const pb_tree_options *options, pb_error *error);

#endif
