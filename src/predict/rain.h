/* rain.h - whether the field is on slicks or on tyres for a wet track, lap by lap
 * of the leader, and what could be seen coming (M8).
 *
 * Shared inside predict; rain_*.c and truth_rain.c. */
#ifndef PB_PREDICT_RAIN_H
#define PB_PREDICT_RAIN_H

#include "truth.h"

#define PB__RAIN_WINDOW_LAPS 5

enum { PB__RAIN_FEATURES = 7 };
extern const pb_feature_schema pb__rain_schema;

/* Of the cars that have a lap `lap`, the share that did it on intermediates or
 * wets; NAN when there are none. This is the truth's view: by lap number. */
double pb__wet_share(const pb_race_log *log, uint32_t lap);

/* What could be seen when the leader ended lap `lap`: rows and weather up to
 * then. False when nobody had ended a lap. */
bool pb__rain_features(const pb_history_race *race, uint32_t lap, double row[PB__RAIN_FEATURES]);

/* How often it happened, on slicks and on wet tyres: the simple predictor. */
pb_model_train   pb__rain_rate_train;
pb_model_predict pb__rain_rate_predict;

#endif
