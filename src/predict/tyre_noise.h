/* tyre_noise.h - how restless tyres, tracks and laps are: the spreads of the filter,
 * found by what foretells the next lap of past races best.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_TYRE_NOISE_H
#define PB_PREDICT_TYRE_NOISE_H

#include "pitboard/predict_tyre.h"

/* Coordinate search over the newest dry races; needs and updates "tyre.pool". */
pb_status pb__tyre_learn_noise(const pb_history *past, bool quick, pb_model *model, pb_error *error);

#endif
