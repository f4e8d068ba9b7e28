/* pace_baseline.h - simple answers to what the next lap takes: the last lap, the
 * median of the last three, and a smoothed level with a trend and a memory (AR(1)).
 * The same definitions as ../shared/tools/baselines.py; learned from the newest 40
 * races.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_PACE_BASELINE_H
#define PB_PREDICT_PACE_BASELINE_H

#include "pitboard/predict_model.h"

pb_model_train   pb__pace_ar1_train; /* for all three */
pb_model_predict pb__pace_ar1_predict;
pb_model_predict pb__pace_last_predict;
pb_model_predict pb__pace_median3_predict;

#endif
