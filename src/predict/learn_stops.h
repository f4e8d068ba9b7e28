/* learn_stops.h - every tyre stop of the races, with what it cost.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_LEARN_STOPS_H
#define PB_PREDICT_LEARN_STOPS_H

#include "learn_set.h"

/* What was out when the car stopped. Onset: it came out during the in-lap. */
typedef enum pb__stop_flag {
    PB__STOP_GREEN,
    PB__STOP_SC_ONSET,
    PB__STOP_SC,
    PB__STOP_VSC_ONSET,
    PB__STOP_VSC,
    PB__STOP_OTHER, /* yellow, red, or flags that changed kind */
} pb__stop_flag;

typedef struct pb__stop {
    uint16_t      race;
    uint8_t       car;
    uint16_t      in_lap;
    pb__stop_flag flag;
    pb_compound   compound;     /* fitted */
    double        lane_s;       /* NAN unknown */
    double        lane_off_s;   /* against the race's median green lane time; NAN when there is none */
    double        loss_s;       /* green: in- and out-lap against the pace model; NAN unknown */
    double        rival_loss_s; /* against cars within 20 s that did not stop, over the same two laps; NAN none */
    double        gap_mate_s;   /* entered this long after a car of the same team on the same lap; NAN no */
} pb__stop;

/* Free *out. */
pb_status pb__stops(const pb__learn_set *set, pb__stop **out, size_t *n);

#endif
