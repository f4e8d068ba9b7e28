/* pace_learn.h - what is laid over the tyre filter to foretell a lap: a forest that
 * shifts its answer, a forest that says how far off it will be, and the quantiles
 * of what is left.
 *
 * In a model, for each horizon h: "pace.shift.h" and "pace.spread.h" (forests; the
 * second gives log sd), "pace.tail.h" (pb__pace_tail).
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_PACE_LEARN_H
#define PB_PREDICT_PACE_LEARN_H

#include "pace_origin.h"

#define PB__TAIL_BINS 8

/* Tenth and ninetieth percentile of what is left, in sd, by log sd; linear between. */
typedef struct pb__pace_tail {
    double log_sd[PB__TAIL_BINS], lo[PB__TAIL_BINS], hi[PB__TAIL_BINS];
} pb__pace_tail;

/* One answer, s. */
typedef struct pb__pace_answer {
    double lap_s, q10_s, q90_s;
    double filter_s, shift_s, sd_s; /* how it came about */
} pb__pace_answer;

pb_status pb__pace_train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error);
/* A model may come from a file: for each horizon it has both forests, of this schema, and the tail, or none of them.
 * PB_E_MISSING, PB_E_RANGE with the reason. */
pb_status pb__pace_check(const pb_model *model, pb_error *error);
/* Of a model that was checked. Without forests the filter speaks alone. False when the origin is empty. */
bool pb__pace_answer_of(const pb_model *model, const pb__pace_origin *origin, int horizon, pb__pace_answer *out);

#endif
