/* learn_pairs.h - one car behind another for one green lap: what following,
 * holding and passing are learned from.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_LEARN_PAIRS_H
#define PB_PREDICT_LEARN_PAIRS_H

#include "learn_set.h"

#define PB__PAIR_GAP_S 8.0   /* further apart is no pair */
#define PB__TRAIN_GAP_S 1.0  /* effects.md 5: the car ahead is held up itself within this */
#define PB__PAIR_REACH_S 3.0 /* passes from further back are too few to tell */

typedef struct pb__pair {
    double   weight;
    float    gap_s;           /* at the line, at the lap's start */
    float    delta_s;         /* pace model of the car ahead less own; > 0: the car behind is faster */
    float    rear_residual_s; /* against its clear-air pace */
    float    front_residual_s;
    float    next_gap_s; /* at the end of the lap; < 0: passed */
    int16_t  circuit;    /* index into prior->circuits, -1 unknown */
    uint16_t race;       /* index into the set */
    bool     passed;
    bool     train;
    bool     clean; /* the lap of the car behind is clean */
} pb__pair;

/* All pairs of cars on the same lap in dry races, both green all lap. Free *out. */
pb_status pb__pairs(const pb__learn_set *set, pb__pair **out, size_t *n);

#endif
