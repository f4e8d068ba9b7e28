/* pace_traffic.h - who was ahead of whom on the road, lap by lap, from the line
 * crossings of all cars.
 *
 * Shared inside predict; used by pace_model.c. */
#ifndef PB_PREDICT_PACE_TRAFFIC_H
#define PB_PREDICT_PACE_TRAFFIC_H

#include "pace_model.h"

/* Fills gap_s, ahead, ahead_row, ahead_same_lap, lapped_by and lapping of every
 * lap. lap[car] has as many entries as the car has rows. */
pb_status pb__pace_traffic(const pb_race_log *log, pb__pace_lap *const *lap);

#endif
