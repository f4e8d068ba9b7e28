/* shap_flat.h - TreeSHAP of the trees of up to 8 levels, which 4 points suffice for. */
#ifndef PB_TREE_SHAP_FLAT_H
#define PB_TREE_SHAP_FLAT_H

#include "shap.h"

/* Adds a class's trees of at most PB__SHAP_DEPTH levels to phi[0 .. features - 1]. */
void pb__shap_add_flat(const pb_forest *f, const float *slots, uint32_t class_index, double *phi);

#endif
