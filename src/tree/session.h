/* session.h - one training: rows, settings, XGBoost's matrix of the rows. */
#ifndef PB_TREE_SESSION_H
#define PB_TREE_SESSION_H

#include "booster.h"
#include "pitboard/tree.h"

typedef struct pb__session {
    const pb__xgb         *xgb;
    const pb_tree_rows    *rows;
    const pb_tree_options *options;
    DMatrixHandle          matrix;
    float                 *base;               /* n x classes: where margins start */
    float                 *gradient, *hessian; /* n x classes, of the round */
} pb__session;

/* Checks options and rows first. The arguments are borrowed until fini, which is due
 * after an error too. */
pb_status pb__session_init(pb__session *s, const pb__xgb *xgb, const pb_tree_rows *rows, const pb_tree_options *options,
                           pb_error *error);
void      pb__session_fini(pb__session *s);

/* Grows one tree a class from the margins where the booster stands, on the rows
 * outside of fold hold (PB__HOLD_NONE: all rows; fold may then be NULL). */
pb_status pb__session_boost(pb__session *s, BoosterHandle booster, const float *margins, const uint32_t *fold,
                            uint32_t hold, pb_error *error);

/* Cross-validates: *rounds gets the number of rounds with the least held-out loss,
 * *loss that loss. See pb_forest_train. */
pb_status pb__session_validate(pb__session *s, uint32_t *rounds, double *loss, pb_error *error);

/* Trains on all rows for so many rounds. */
pb_status pb__session_grow(pb__session *s, uint32_t rounds, pb_forest **out, pb_error *error);

#endif
