/* explain.h - reasons in words and numbers, for kinds that answer by trees.
 *
 * Shared inside predict only. */
#ifndef PB_EXPLAIN_H
#define PB_EXPLAIN_H

#include "pitboard/predict_model.h"

/* Puts one reason where it belongs among the strongest, by |value|; a weaker one
 * than all that are there is dropped. Start with pb__evidence_none. */
void pb__evidence_none(pb_evidence evidence[PB_EVIDENCE_MAX]);
void pb__evidence_add(pb_evidence evidence[PB_EVIDENCE_MAX], double value, const char *unit, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The strongest reasons for the margin of one class of a forest, by exact SHAP:
 * "tyre age, laps is 24". Words come from the schema's `what`; unit names the
 * margin ("log-odds", "s"), scale is what one of the margin is worth in it.
 * Adds to what is in evidence. */
pb_status pb__explain_forest(const pb_forest *forest, const pb_feature_schema *schema, const float *row,
                             uint32_t class_index, double scale, const char *unit,
                             pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error);

#endif
