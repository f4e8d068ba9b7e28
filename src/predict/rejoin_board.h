/* rejoin_board.h - one race, from which cases are made: who is where when a car
 * ends a lap, as far as it may be seen then.
 *
 * By lap: every row with a number up to that lap (as the protocol is scored). By
 * clock: every row that had ended by a moment; cars behind have not ended that lap
 * yet, so where they will be is foretold. What a car is likely to do next is asked
 * as of its own last crossing, once.
 *
 * Shared inside predict; rejoin_*.c. */
#ifndef PB_PREDICT_REJOIN_BOARD_H
#define PB_PREDICT_REJOIN_BOARD_H

#include "pitboard/predict_rejoin.h"
#include "rejoin_case.h"

/* What a board is told of the past; borrowed. */
typedef struct pb__rejoin_known {
    const double    *pace;   /* PB__REJOIN_PACE_N weights */
    const double    *team_s; /* by car */
    pb__rejoin_level before;
    const pb_forest *calls; /* schema of pitcall, for the sight; NULL: everybody at `rate` */
    double           rate;  /* (0, 1) */
} pb__rejoin_known;

/* What makes a stop another one than usual. */
typedef struct pb__rejoin_terms {
    pb_rejoin_flag flag;
    double         share;   /* of the green loss that is paid under the flag */
    double         extra_s; /* on top */
} pb__rejoin_terms;

typedef struct pb__rejoin_board {
    const pb_history_race *race;
    pb_pitcall_sight       sight;
    pb__rejoin_known       known;
    pb_scene              *scene;
    pb__rejoin_view       *view;
    pb__rejoin_cost       *costs;
    pb__rejoin_level       level; /* under the look */
    bool                   looked;
    float                 *call; /* cars x (PB_LAPS_MAX + 1) log-odds; NAN not asked yet */
} pb__rejoin_board;

/* PB_E_NOMEM. Release with pb__rejoin_board_fini. */
pb_status pb__rejoin_board_init(pb__rejoin_board *board, const pb_history_race *race, pb_pitcall_sight sight,
                                const pb__rejoin_known *known, pb_error *error);
void      pb__rejoin_board_fini(pb__rejoin_board *board);

/* The case of a car that stops one lap after `lap`. max_ms: by clock, no earlier
 * than its crossing; PB_MS_NONE: that. PB_E_EMPTY when it has no row of that lap or
 * that row is not seen. */
pb_status pb__rejoin_case_of(pb__rejoin_board *board, uint32_t car, uint16_t lap, int32_t max_ms,
                             const pb__rejoin_terms *terms, pb__rejoin_case *out, pb_error *error);

#endif
