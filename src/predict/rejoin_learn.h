/* rejoin_learn.h - learning where stops put cars from past races.
 *
 * Shared inside predict; rejoin_*.c. */
#ifndef PB_PREDICT_REJOIN_LEARN_H
#define PB_PREDICT_REJOIN_LEARN_H

#include "rejoin_board.h"
#include "rejoin_params.h"

/* Weights of a car's coming laps, from every green lap of these races. */
pb_status pb__rejoin_learn_pace(const pb_history *past, double pace[PB__REJOIN_PACE_N]);

/* Who stops: trees from all these races, and for every race trees that have not
 * seen it (folds of races), so that what rests on them is learned from honest calls. */
enum { PB__REJOIN_FOLDS = 3 };
typedef struct pb__rejoin_trees {
    pb_forest *all, *fold[PB__REJOIN_FOLDS]; /* NULL: too few stops */
    size_t     races;
} pb__rejoin_trees;

pb_status        pb__rejoin_learn_calls(const pb_history *past, pb_pitcall_sight sight, const pb_learn_options *options,
                                        pb__rejoin_trees *out, pb_error *error);
const pb_forest *pb__rejoin_unseen(const pb__rejoin_trees *trees, size_t race);
void             pb__rejoin_trees_fini(pb__rejoin_trees *trees);

/* Every stop of these races, with what came of it. */
typedef struct pb__rejoin_past {
    pb__rejoin_case *at;
    uint8_t (*act)[PB_CARS_MAX]; /* PB__REJOIN_OUT .. by rival */
    bool (*ahead)[PB_CARS_MAX];  /* it ended the out-lap's lap number before */
    double *place;
    double *off_s; /* own loss less the expected one; NAN not known */
    size_t  n, cap;
} pb__rejoin_past;

pb_status pb__rejoin_past_init(const pb_history *past, pb_pitcall_sight sight, const pb__rejoin_book *book,
                               const double *pace, const pb__rejoin_trees *trees, pb__rejoin_past *out,
                               pb_error *error);
void      pb__rejoin_past_fini(pb__rejoin_past *past);

/* Who stops with whom, how late is behind, how far losses are off; parts with too
 * little to learn from stay as they are. */
pb_status pb__rejoin_fit_rivals(const pb__rejoin_past *past, pb__rejoin_params *p);
/* Everything of p but the pace, which is there already. Parts with too little to
 * learn from stay as they are. */
pb_status pb__rejoin_fit(const pb__rejoin_past *past, bool quick, pb__rejoin_params *p);

#endif
