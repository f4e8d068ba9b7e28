/* rejoin_level.h - what a stop costs at a circuit: editions before, and the stops
 * of this race as they come.
 *
 * Shared inside predict; rejoin_*.c. */
#ifndef PB_PREDICT_REJOIN_LEVEL_H
#define PB_PREDICT_REJOIN_LEVEL_H

#include "lane_level.h"
#include "rejoin_view.h"

/* What one stop cost against laps of the same number by the field, less the car's
 * own pace: until the line after the in-lap, and in all less team and penalty. */
typedef struct pb__rejoin_cost {
    uint16_t car, in_lap;
    int32_t  row; /* of the in-lap */
    double   in_s, loss_s;
} pb__rejoin_cost;

/* Levels of races 0 .. n - 1 as they stood at their end. */
typedef struct pb__rejoin_book {
    const pb_history *history;
    pb__lane_book     lane; /* for the teams */
    pb__rejoin_level *of;   /* by race; NAN where there were too few stops */
    size_t            n;
} pb__rejoin_book;

/* PB_E_NOMEM. Release with pb__rejoin_book_fini. */
pb_status pb__rejoin_book_init(const pb_history *history, size_t n, const double pace[PB__REJOIN_PACE_N],
                               pb__rejoin_book *out);
void      pb__rejoin_book_fini(pb__rejoin_book *book);
/* What is known of race r before it: the latest edition, or what is usual. */
pb__rejoin_level pb__rejoin_before(const pb__rejoin_book *book, size_t r);
/* The median of races 0 .. n - 1; of none the numbers of effects.md. */
pb__rejoin_level pb__rejoin_usual(const pb__rejoin_book *book, size_t n);

/* Costs of the green stops of a race that are seen whole, penalties told by race
 * control taken off. team_s by car. At most cap; returns how many. */
size_t pb__rejoin_costs(pb__rejoin_view *view, const pb_history_race *race, const double pace[PB__REJOIN_PACE_N],
                        const double *team_s, pb__rejoin_cost *out, size_t cap);
/* The level now. */
pb__rejoin_level pb__rejoin_level_of(const pb__rejoin_level *before, const pb__rejoin_cost *costs, size_t n);

#define PB__REJOIN_COSTS_MAX 512

#endif
