/* backtest_learned.h - models that are learned, played back: refitted for every
 * scored season on the seasons before it, they and their baselines predict each
 * of its races with everything that came before it.
 *
 * Used by the backtest command only. */
#ifndef PB_APPS_BACKTEST_LEARNED_H
#define PB_APPS_BACKTEST_LEARNED_H

#include "backtest_history.h"

#define BACKTEST_AGAINST_MAX 4
#define BACKTEST_PREDICTORS_MAX (1 + PB_BASELINES_MAX + BACKTEST_AGAINST_MAX)

typedef struct backtest_learned_options {
    const char        *protocol;
    const char        *given;   /* file of rows that stand for the model's; NULL: the model's own */
    const char *const *against; /* files of rows that are scored beside the baselines */
    size_t             n_against;
    const char        *models;  /* registry whose active version is used and not refitted; NULL: refit */
    uint32_t           threads; /* 0: as many as cores */
    uint64_t           seed;
    bool               model_only; /* without the baselines */
    bool               official;
} backtest_learned_options;

/* What one predictor said. */
typedef struct backtest_said {
    char        name[64];
    const char *path;    /* file it was read from; NULL: it was computed */
    pb_rows     rows;    /* of the scored races */
    pb_rows     earlier; /* of up to two seasons before them, where the protocol has a threshold to choose */
} backtest_said;

/* Release with backtest_learned_free. */
typedef struct backtest_learned {
    const pb_model_kind     *kind;
    const pb_protocol       *protocol;
    pb_model                *fixed; /* of options.models; else NULL */
    backtest_learned_options options;
    backtest_history         history;
    size_t                  *scored; /* races of the history, ascending */
    size_t                   n_scored;
    size_t                  *tuned; /* those that thresholds are chosen on */
    size_t                   n_tuned;
    backtest_said            said[BACKTEST_PREDICTORS_MAX]; /* the model first */
    size_t                   n_said;
    char (*why)[PB_ERROR_TEXT_MAX]; /* of each race that was asked for and could not be scored */
    size_t skipped;
} backtest_learned;

/* The kind that a protocol judges: the one of its name, else the first. NULL if none. */
const pb_model_kind *backtest_kind_of(const char *protocol);

/* data must outlive the result. */
pb_status backtest_learned_run(const backtest_data *data, const backtest_learned_options *options, int until_season,
                               int until_round, backtest_learned *out, pb_error *error);
void      backtest_learned_free(backtest_learned *learned);

/* Rows of the model as CSV, columns by protocol, the newest race learned from in
 * the last one. */
pb_status backtest_learned_rows(const backtest_learned *learned, const char *path, pb_error *error);

#endif
