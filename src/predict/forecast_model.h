/* forecast_model.h - what the kind forecast keeps in its model.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_FORECAST_MODEL_H
#define PB_PREDICT_FORECAST_MODEL_H

#include "forecast_field.h"

typedef struct pb__forecast_model {
    pb_form_rules        rules;
    pb__forecast_weights with_grid, without_grid;
} pb__forecast_model;

/* PB_E_MISSING, PB_E_RANGE with the reason; *out is then untouched. */
pb_status pb__forecast_model_get(const pb_model *model, pb__forecast_model *out, pb_error *error);
pb_status pb__forecast_model_put(pb_model *model, const pb__forecast_model *from, pb_error *error);

#endif
