/* penalty.h - time penalties that a car still has to serve, read from the words
 * of race control.
 *
 * A 5 or 10 second penalty is served at the next stop, before work on the car
 * begins, so it is seconds of pit-lane time known beforehand. Where no messages
 * are at hand nothing is pending.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_PENALTY_H
#define PB_PREDICT_PENALTY_H

#include "pitboard/predict_model.h"

typedef struct pb__penalty {
    int16_t car_number;
    uint8_t seconds; /* of a time penalty */
    bool    served;  /* the message says that it was served */
} pb__penalty;

/* Reads "FIA STEWARDS: 5 SECOND TIME PENALTY FOR CAR 14 (ALO) - ..."; false when
 * the message imposes or ends no time penalty. */
bool pb__penalty_read(const char *message, pb__penalty *out);

/* Seconds that car `car` of a race has been given by leader lap in_lap - 1 and had
 * no visit to the lane for since. */
double pb__penalty_pending_s(const pb_history_race *race, uint32_t car, uint32_t in_lap);

#endif
