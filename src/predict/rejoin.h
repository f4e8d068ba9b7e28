/* rejoin.h - where a stop puts a car: parts of the model and its baselines.
 *
 * Shared inside predict; rejoin_*.c. */
#ifndef PB_PREDICT_REJOIN_H
#define PB_PREDICT_REJOIN_H

#include "truth.h"

/* ---- baselines (rejoin_baseline.c): the scorer's ---- */

/* Cars within the median loss of the circuit; the same with this race's stops so
 * far; the place before the stop. */
pb_model_predict pb__rejoin_circuit_updated, pb__rejoin_circuit, pb__rejoin_no_loss;

#endif
