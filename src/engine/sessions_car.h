/* sessions_car.h - one car with its laps. */
#ifndef PB_ENGINE_SESSIONS_CAR_H
#define PB_ENGINE_SESSIONS_CAR_H

#include "sessions.h"

typedef struct pb__car_laps {
    uint32_t n;
    pb_lap   at[PB_LAPS_MAX];
} pb__car_laps;

/* While the state is looked at. */
void pb__car_copy_laps(const pb_pipeline *pipeline, int16_t key, pb__car_laps *out);
void pb__put_one_car(const pb_live_car *car, const pb__car_laps *laps, pb_json_writer *to);

#endif
