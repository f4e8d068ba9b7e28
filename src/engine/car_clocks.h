/* car_clocks.h - whether a car's clock was set anew.
 *
 * Windows refuse what is older than a car's newest point. A logger that starts again with
 * another clock, or one point with a corrupt time far ahead, would so be refused for good:
 *
 *     taken  . . . .        X           X: a time far ahead
 *     late           - - - - - - - -    its clock runs on behind X: after so many, for so long,
 *                                  ^    with none taken between, that is the clock it has
 *
 * Told by the points alone, so live and in a replay at the same one. */
#ifndef PB_ENGINE_CAR_CLOCKS_H
#define PB_ENGINE_CAR_CLOCKS_H

#include "pitboard/feature_window.h"

typedef struct pb__late_run {
    int32_t  car; /* 0: free */
    uint32_t n;
    int64_t  first_us, last_us;
} pb__late_run;

typedef struct pb__car_clocks {
    uint32_t     n; /* runs that are open */
    pb__late_run run[PB_WINDOW_CARS_MAX];
} pb__car_clocks;

/* A point was taken: its car's clock is right. */
void pb__clocks_taken(pb__car_clocks *clocks, int32_t car);
/* A point was late; true when the clock is another now. */
bool pb__clocks_late(pb__car_clocks *clocks, int32_t car, int64_t time_us);

#endif
