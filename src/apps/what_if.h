/* what_if.h - two races on the same draws, and what they came to.
 *
 * Used by api_what_if (plays them) and what_if_json (tells it). */
#ifndef PB_APPS_WHAT_IF_H
#define PB_APPS_WHAT_IF_H

#include "pitboard/codec.h"
#include "pitboard/decide.h"
#include "pitboard/sim.h"
#include "what_if_change.h"

#define WHAT_IF_BATCHES 20

typedef enum what_if_measure {
    WHAT_IF_POINTS,
    WHAT_IF_PLACE,
    WHAT_IF_WIN,
    WHAT_IF_PODIUM,
    WHAT_IF_MEASURES
} what_if_measure;

/* Sums over all trials so far, by car. */
typedef struct what_if_sums {
    double of[PB_CARS_MAX][WHAT_IF_MEASURES];
} what_if_sums;

/* One of the two races. */
typedef struct what_if_side {
    pb_race_spec   *spec;
    pb_sim_model   *model;
    pb_sim_result  *result;
    pb_sim_scratch *scratch;
} what_if_side;

typedef struct what_if {
    what_if_side   before, after;
    what_if_change both, change; /* in both of them; in the second alone */
    uint64_t       seed;
    uint32_t       trials; /* a multiple of WHAT_IF_BATCHES */
    what_if_sums   total[2];
    /* Of differences, a batch each. */
    double sum[PB_CARS_MAX][WHAT_IF_MEASURES], squares[PB_CARS_MAX][WHAT_IF_MEASURES];
} what_if;

/* What is gained, with its 90 % interval; a place less is better. */
pb_gain what_if_difference(const what_if *w, uint32_t car, what_if_measure m);
/* One value: the answer of the route. */
void what_if_json(const what_if *w, pb_json_writer *to);

#endif
