/* score_lookup.h - the row that answers a truth.
 *
 * Shared by score_*.c only. */
#ifndef PB_PREDICT_SCORE_LOOKUP_H
#define PB_PREDICT_SCORE_LOOKUP_H

#include "score_tally.h"

/* Rows in the order of their keys; of equal keys the last one counts. */
typedef struct pb__lookup {
    const pb_row **at;
    size_t         n, duplicates;
    bool           rivals; /* the first text is part of the key */
} pb__lookup;

pb_status pb__lookup_init(const pb_rows *rows, bool rivals, pb__lookup *out);
void      pb__lookup_fini(pb__lookup *lookup);
/* NULL when nothing was told. */
const pb_row *pb__lookup_row(const pb__lookup *lookup, const pb_race_log *log, const pb__truth *truth);

/* What a protocol's scoring works on: truths of all races with their rows. */
typedef struct pb__asked {
    const pb_race_log *log;
    const pb__truth   *truth;
    const pb_row      *row;  /* NULL: missing */
    uint32_t           race; /* index among the scored */
} pb__asked;

/* One a protocol. Every one adds its measures and series to the score, and counts
 * what is missing. */
typedef void   pb__score_rows(pb_score *score, const pb__asked *asked, size_t n, const pb_score_options *options);
pb__score_rows pb__score_placed, pb__score_pace, pb__score_sc, pb__score_rain, pb__score_pitcall, pb__score_pitstop,
    pb__score_undercut, pb__score_stops, pb__score_rejoin;

/* Threshold of the best F1, half way to the next probability below; NAN without rows. */
double pb__best_threshold(const pb__asked *asked, size_t n);

/* Median of |x|; reorders x. NAN if n = 0. */
double pb__median_size(double *x, size_t n);

#endif
