/* rejoin_params.h - what the rejoin model has learned, in and out of a pb_model.
 *
 * Shared inside predict; rejoin_*.c. */
#ifndef PB_PREDICT_REJOIN_PARAMS_H
#define PB_PREDICT_REJOIN_PARAMS_H

#include "rejoin_case.h"

/* Measured once on 2018-2022, for whoever has too little to learn from. */
pb__rejoin_params pb__rejoin_params_default(void);

/* What is learned for one sight stands under "lap." or "clock.". */
pb_status pb__rejoin_params_put(pb_model *model, pb_pitcall_sight sight, const pb__rejoin_params *p, pb_error *error);
/* PB_E_MISSING, PB_E_RANGE: with what is wrong. */
pb_status pb__rejoin_params_get(const pb_model *model, pb_pitcall_sight sight, pb__rejoin_params *p, pb_error *error);

/* Chance that any car stops at the end of any lap, where there are no trees. */
#define PB__REJOIN_RATE 0.031 /* evaluation.md */

/* The trees of a sight, NULL if it has none; PB_E_RANGE when they are of another schema. */
pb_status   pb__rejoin_forest(const pb_model *model, pb_pitcall_sight sight, const pb_forest **out, pb_error *error);
const char *pb__rejoin_forest_name(pb_pitcall_sight sight);

/* Levels of circuits as they stood after training, for whoever has no history. */
pb_status        pb__rejoin_circuits_put(pb_model *model, const pb__rejoin_book *book, pb_error *error);
pb__rejoin_level pb__rejoin_circuit_of(const pb_model *model, const char *circuit);

#endif
