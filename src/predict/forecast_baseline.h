/* forecast_baseline.h - what a forecast must beat.
 *
 * grid_slot: where those ended who stood on this slot. grid_plus_form: the same
 * with the rank of a regression on slot and mean place of driver and team in the
 * six races before. Both are the scorer's (b_forecast, b_form) and learn from all
 * races before the one that is asked for.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_FORECAST_BASELINE_H
#define PB_PREDICT_FORECAST_BASELINE_H

#include "pitboard/predict_model.h"

pb_model_predict pb__forecast_grid_slot_predict, pb__forecast_grid_form_predict;

#endif
