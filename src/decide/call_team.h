/* call_team.h - the two cars of a team in one race: what each may do on this lap,
 * and the races of both that tell what that is worth together.
 *
 * The sides stand in the order of the race file, so that the answer is the same
 * whichever of the two was asked for.
 *
 * Shared inside decide; call_team.c and call_swap.c only. */
#ifndef PB_DECIDE_CALL_TEAM_H
#define PB_DECIDE_CALL_TEAM_H

#include "call_work.h"

enum { PB__IN, PB__OUT, PB__MOVES }; /* what one car does on this lap */

/* Four ways: bit s is set where side s stays out. The slot after them is the swap's. */
enum { PB__WAYS = 4, PB__SWAP_SLOT = PB__WAYS };

typedef struct pb__side {
    uint32_t     car;
    bool         may[PB__MOVES];
    pb_candidate plan[PB__MOVES]; /* the one that is called for, the best that does not stop now */
    bool         boxes;           /* the single call */
    double       lean;            /* what a stop is worth besides; in the unit of the aim of both */
} pb__side;

typedef struct pb__pair {
    pb__work  *w;
    pb_aim     aim; /* of both together: points, places or wins */
    pb__side   side[2];
    pb__runner run[PB__WAYS];
    bool       open[PB__WAYS];
} pb__pair;

/* Both cars keep to their plans of this way. Close *out. */
pb_status pb__pair_play(const pb__pair *pair, uint32_t way, uint32_t slot, pb__runner *out, pb_error *error);
/* a less b, both cars together, on the same draws; 90 %. */
pb_gain pb__pair_less(const pb__pair *pair, const pb__runner *a, const pb__runner *b);

/* Whether the cars exchange places now, against the way that was chosen. */
pb_status pb__call_swap(const pb__pair *pair, uint32_t way, pb_error *error);

#endif
