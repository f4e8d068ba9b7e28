/* live_board.h - the race as a model sees it: for every running car and every
 * place k, how much must happen for it to end in the first k?
 *
 * A car ends in the first k when at most k - 1 others end before it, that is when
 * it beats the k-th of the others in the final order. The others are put in order
 * by several yardsticks - gap now, gap if all had made as many stops, strength before the race, pace in it, place on the grid - and the
 * row holds, for each, the margin to the k-th of them, > 0 when the car is ahead
 * already.
 *
 * Shared inside predict only. */
#ifndef PB_LIVE_BOARD_H
#define PB_LIVE_BOARD_H

#include "live_sharpen.h"
#include "live_state.h"

extern const pb_feature_schema pb__live_schema;
#define PB__LIVE_FEATURES_MAX 64
#define PB__LIVE_STRENGTHS 6 /* coefficients: constant, start, form by finish, pace and grid, retirement */

/* What is learned beside the trees. */
typedef struct pb__live_parts {
    double           strength[PB__LIVE_STRENGTHS]; /* expected final place before the race */
    pb__live_sharpen sharpen;
} pb__live_parts;

/* Yardsticks that put the running cars in order, lower is better. */
enum {
    PB__LIVE_GAP,      /* to the leader, s */
    PB__LIVE_EVEN,     /* the same if all had made as many stops, s */
    PB__LIVE_PACED,    /* the same at the flag, by the pace so far, s */
    PB__LIVE_STRENGTH, /* expected place before the race */
    PB__LIVE_PACE,     /* in this race, s a lap, shrunk to 0 */
    PB__LIVE_START,    /* slot of the grid */
    PB__LIVE_YARDS
};

/* By index in the state, running cars only. */
typedef struct pb__live_board {
    const pb__live_state *state;
    double                owing;                   /* share of the running that owe a second compound */
    uint32_t              late_ahead[PB_CARS_MAX]; /* cars ahead that do not come round */
    double                yard[PB__LIVE_YARDS][PB_CARS_MAX];
    double                sorted[PB__LIVE_YARDS][PB_CARS_MAX];
    uint32_t              rank[PB__LIVE_YARDS][PB_CARS_MAX]; /* 0 ..; ties by place */
} pb__live_board;

/* Terms of the strength of car i. */
void pb__live_strength_row(const pb__live_car *car, double x[PB__LIVE_STRENGTHS]);

/* The state must outlive the board. */
void pb__live_board_of(const pb__live_state *state, const pb__live_parts *parts, pb__live_board *out);
/* Row of car i (running) and place k, 1 .. running - 1; pb__live_schema.n values. */
void pb__live_row(const pb__live_board *board, uint32_t i, uint32_t k, float *row);

/* -1, 0 or 1 a feature: what cannot lower the chance of ending in the first k. */
void pb__live_monotone(int8_t *out);

#endif
