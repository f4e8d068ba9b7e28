/* pitboard/predict_score.h - how good predictions were: the metrics of every
 * back-test protocol with their intervals, paired differences, calibration.
 *
 * Definitions and names of the metrics are those of the independent scorer
 * (docs/accuracy.md); values agree with it on the same rows. Every metric is a
 * function of sums over the rows of a race, so resampling whole races (a block
 * bootstrap) is adding other sums. Intervals are the 5 % and 95 % points over
 * the resampled races; the same races are drawn for every predictor, so that
 * differences are paired. Draws are Philox: the same on every machine.
 *
 * Floor 4. Uses predict_model and below. */
#ifndef PITBOARD_PREDICT_SCORE_H
#define PITBOARD_PREDICT_SCORE_H

#include <stdio.h>

#include "pitboard/predict_model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- rows files: one predicted row a line, columns by protocol ----
 * What is scored is what was written: numbers are rounded to the digits of the
 * file first. The last column, cutoff, names the newest race a row's model
 * learned from ("2022-22"); it is not read back. */

/* Numbers of rows from .. n - 1 as they will be read back; what is not finite
 * becomes NAN, an empty cell. */
void      pb_rows_round(pb_rows *rows, size_t from);
void      pb_rows_put_header(FILE *to, const pb_protocol *protocol);
void      pb_rows_put(FILE *to, const pb_protocol *protocol, const pb_row *row, const char *cutoff);
/* Appends the rows of a file in any order of columns. Columns of keys and the
 * first value must be there (PB_E_MISSING); other values may be missing or empty:
 * NAN. A key or number that is none is refused with its line (PB_E_SYNTAX). */
pb_status pb_rows_read(pb_span text, const char *path, const pb_protocol *protocol, pb_rows *rows, pb_error *error);

/* ---- metrics ---- */

typedef struct pb_score_metric {
    char     name[40];           /* "h1_clean_crps" */
    double   value, lo, hi;      /* lo and hi NAN: no interval */
    uint64_t n;                  /* rows it rests on */
} pb_score_metric;

typedef struct pb_score_options {
    bool     official;           /* forecast, live: places of the results table, not of the road */
    uint32_t resamples;          /* 400 */
    double   threshold;          /* pitcall: a call is made from here on; NAN: the best one on the scored races,
                                  * which flatters */
} pb_score_options;

pb_score_options pb_score_options_default(void);

/* What was asked and what was there. */
typedef struct pb_score_facts {
    size_t races, truth_rows;
    size_t missing, duplicates;  /* asked and not told; told twice (the last counts) */
    size_t positives;            /* pitcall: stops; sc: rows before a deployment */
    size_t bad_rows;             /* places whose probabilities do not add up to one within 0.02, or are negative */
    double threshold;            /* pitcall; else NAN */
    bool   valid;                /* at most 2 % missing */
} pb_score_facts;

typedef struct pb_score pb_score;

/* Scores rows of a protocol against what happened in these races of the history
 * (indices, ascending; those without a truth count for nothing). PB_E_UNSUPPORTED
 * for a protocol without a truth, PB_E_EMPTY when no race has one, PB_E_NOMEM. */
pb_status pb_score_create(const char *protocol, const pb_history *history, const size_t *races, size_t n_races,
                          const pb_rows *rows, const pb_score_options *options, pb_score **out, pb_error *error);
void      pb_score_destroy(pb_score *score);

const pb_score_facts  *pb_score_facts_of(const pb_score *score);
/* All metrics in the order they are reported; borrowed. */
const pb_score_metric *pb_score_metrics(const pb_score *score, size_t *n);
const pb_score_metric *pb_score_find(const pb_score *score, const char *name);   /* NULL if none */
/* One metric of one race (index into `races`); NAN where the race has no such rows. */
double                 pb_score_of_race(const pb_score *score, const char *name, size_t race);
/* a less b over the same resampled races; false when one of them lacks the
 * metric. Both must come from the same races and resamples. */
bool                   pb_score_difference(const pb_score *a, const pb_score *b, const char *name,
                                           pb_score_metric *out);

/* pitcall: the threshold with the best F1 on these races; half way to the next
 * probability below. PB_E_EMPTY when no race has rows. */
pb_status pb_score_best_threshold(const pb_history *history, const size_t *races, size_t n_races, const pb_rows *rows,
                                  double *threshold, pb_error *error);

/* ---- calibration ---- */

#define PB_CALIBRATION_BINS 20
#define PB_CALIBRATION_MAX  12
#define PB_CALIBRATION_CASES 300 /* fewer tell nothing of a bin */

/* Cases of about the same predicted probability. */
typedef struct pb_calibration_bin {
    double   predicted;          /* mean */
    double   observed, lo, hi;   /* rate and its 90 % interval over resampled races; with no event (or nothing
                                  * but events) the open end is that of three expected: -ln 0.05 / n */
    uint64_t n;
    bool     inside;             /* predicted in lo .. hi */
} pb_calibration_bin;

typedef enum pb_calibration_kind {
    PB_CALIBRATION_EVENT = 0,    /* a probability of something that happens or not: slope, intercept, bins */
    PB_CALIBRATION_PLACES,       /* a distribution over places: bins of the randomised PIT, tenths */
    PB_CALIBRATION_INTERVAL,     /* lo .. hi: covered share */
} pb_calibration_kind;

typedef struct pb_calibration {
    char                name[40];          /* "p_stop", "place", "q10..q90" */
    pb_calibration_kind kind;
    uint64_t            n;
    pb_score_metric     slope, intercept;  /* EVENT: logit P(event) = intercept + slope * logit(predicted) */
    pb_score_metric     offset;            /* EVENT: the intercept with a slope of one */
    pb_score_metric     covered;           /* INTERVAL: share inside; PLACES: PIT in 0.1 .. 0.9 */
    double              nominal;           /* of covered */
    pb_calibration_bin  bin[PB_CALIBRATION_BINS];   /* PLACES: predicted is 0.1, observed the share */
    uint32_t            n_bins;            /* as many as have PB_CALIBRATION_CASES, at most 20 */
    uint32_t            n_inside;
    double              expected, counted; /* sc: deployments: p at lap 0, then a third of every p */
    double              poisson_lo, poisson_hi; /* 5 % and 95 % points of a Poisson count of mean `expected`; else NAN */
} pb_calibration;

/* Of every probability and interval in the rows. Returns how many were written. */
size_t pb_score_calibrate(const pb_score *score, pb_calibration *out, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
