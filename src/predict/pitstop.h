/* pitstop.h - pit-lane time before the stop (M3), its features and its baseline.
 *
 * Shared inside predict; pitstop_*.c. */
#ifndef PB_PREDICT_PITSTOP_H
#define PB_PREDICT_PITSTOP_H

#include "lane_level.h"

enum { PB__PITSTOP_FEATURES = 12 };
extern const pb_feature_schema pb__pitstop_schema;

/* What was known of a visit when the lap before its in-lap had ended. */
void pb__pitstop_features(const pb_history_race *race, const pb__lane_visit *visit, float row[PB__PITSTOP_FEATURES]);

/* The in-race median with that of the last two editions, and the team: the best
 * simple predictor (docs/accuracy.md). */
pb_model_predict pb__pitstop_in_race_team;

#endif
