/* pairs_parts.h - reading places, times and stops off recorded laps.
 *
 * Shared inside predict; pairs_*.c only. */
#ifndef PB_PREDICT_PAIRS_PARTS_H
#define PB_PREDICT_PAIRS_PARTS_H

#include "pitboard/predict_pairs.h"

#define PB__CAR_STOPS 32

/* Tyre stops of a car, those under a red flag included. */
typedef struct pb__car_stops {
    uint32_t     n;
    pb_tyre_stop at[PB__CAR_STOPS];
} pb__car_stops;

void pb__stops_read(const pb_race_log *log, const pb_race_outcome *outcome, uint32_t car, pb__car_stops *out);
/* Index of the first stop with an in-lap from `lap` on; n when there is none. */
uint32_t pb__stops_from(const pb__car_stops *stops, uint32_t lap);
/* Session time at the end of a completed lap; PB_MS_NONE. */
int32_t pb__lap_end_ms(const pb_race_log *log, const pb_race_outcome *outcome, uint32_t car, uint32_t lap);

/* Of all tyre stops but those under a red flag; PB_MS_NONE. */
int32_t pb__lane_median(const pb_race_log *log, const pb_race_outcome *outcome);
/* The car was slow before it, or long in the lane: no free choice. */
bool pb__stop_forced(const pb_log_car *car, const pb_tyre_stop *stop, int32_t lane_median_ms);

#endif
