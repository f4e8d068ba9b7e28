/* late_change.h - stops whose new set the feed names a lap late.
 *
 *     in-lap n     SOFT, age 21, in the lane
 *     out-lap      SOFT, age 22            the old set still
 *     lap n + 2    HARD, age 1
 *
 * So some feeds of 2018 and 2019 have it (12 of 42 races, mostly of one car). The
 * scorer's definition of a stop, pb_car_stops, does not count them; a plan must.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_LATE_CHANGE_H
#define PB_PREDICT_LATE_CHANGE_H

#include "pitboard/race.h"

/* First known compound of the set a car is on in row i; UNKNOWN when there is none. */
uint8_t pb__compound_from(const pb_log_car *car, uint32_t i);
/* Such a stop in row i. */
bool pb__late_change(const pb_log_car *car, uint32_t i, pb_tyre_stop *out);

#endif
