/* sc_baseline.h - what the chance of a safety car must beat: one rate for all
 * laps, and the rate of the phase of the race times that of the circuit. Both are
 * the scorer's (b_sc) and learn from all races before the one that is asked for.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_SC_BASELINE_H
#define PB_PREDICT_SC_BASELINE_H

#include "pitboard/predict_model.h"

pb_model_predict pb__sc_phase_circuit_predict, pb__sc_global_predict;

#endif
