/* rejoin_desk.h - a desk with its past: everything a question of one race needs.
 *
 * Shared inside predict; rejoin_*.c. */
#ifndef PB_PREDICT_REJOIN_DESK_H
#define PB_PREDICT_REJOIN_DESK_H

#include "rejoin_board.h"
#include "rejoin_params.h"

struct pb_rejoin_desk {
    pb__rejoin_params params;
    pb__rejoin_book   book;
    pb__rejoin_board  board;
    double            share[PB_REJOIN_FLAGS]; /* of the green loss */
};

/* The case of an ask, and the parameters under its flag; ask is checked. */
pb_status pb__rejoin_desk_case(pb_rejoin_desk *desk, const pb_rejoin_ask *ask, pb__rejoin_case *out,
                               pb__rejoin_params *params, pb__rejoin_calls *calls, pb_error *error);
/* Place and chance of a case, as rows have them. */
void pb__rejoin_told(const pb__rejoin_params *params, const pb__rejoin_places *places, uint32_t *place,
                     double *within1);

/* Shares of the green loss, in the order of the flags but green, learned from past races. */
pb_status pb__rejoin_learn_shares(const pb_history *past, double share[PB_REJOIN_FLAGS]);

#endif
