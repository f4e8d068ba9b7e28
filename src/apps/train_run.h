/* train_run.h - trains a kind of model on everything, and judges it on a season
 * that another fit of it has not seen.
 *
 * Used by the train and models commands only. */
#ifndef PB_APPS_TRAIN_RUN_H
#define PB_APPS_TRAIN_RUN_H

#include "backtest_history.h"
#include "pitboard/predict_registry.h"
#include "pitboard/predict_score.h"

#define TRAIN_KINDS_MAX 32
#define TRAIN_QUICK_RACES 6 /* judged with --quick */

/* Rows that one predictor wrote of some races, scored. */
typedef struct train_judged {
    const char *name; /* of the predictor; "" when there is none */
    pb_rows     rows;
    pb_score   *score; /* NULL: could not be scored */
} train_judged;

/* Everything about one kind. */
typedef struct train_kind {
    const pb_model_kind *kind;
    pb_model            *model;  /* trained on everything */
    pb_model            *active; /* the one it will be compared with; NULL: none */
    pb_model_choice      choice; /* of the active one */
    bool                 seen;   /* the active one was trained on some of these races */
    size_t              *races;  /* that it is judged on */
    size_t               n_races;
    train_judged         self, baseline, shadow;
    char                 failed[PB_ERROR_TEXT_MAX]; /* why there is no model; "" */
    char                 why[PB_ERROR_TEXT_MAX];    /* why it is not judged; "" */
    double               seconds;
} train_kind;

typedef struct train_options {
    pb_learn_options learn;
    uint32_t         threads;
    const char      *models; /* folder of the registry, for the shadow comparison; NULL: none */
    const char      *trained_at;
    bool             alone; /* no judging: for tests of the machinery and in haste */
    /* Instead of a bar on the terminal; false: begin no further fit, PB_E_CANCELLED. From the calling thread. */
    bool (*progress)(void *user, size_t done, size_t n);
    void *user;
} train_options;

/* Trains and judges all of them; a kind that cannot be trained says why and does
 * not stop the others. Free each with train_kind_free in any case. */
pb_status train_run(const backtest_history *history, const pb_model_kind *const *kinds, size_t n,
                    const train_options *options, train_kind *out, pb_error *error);
void      train_kind_free(train_kind *t);

/* ---- judging, also for drift ---- */

/* Lets a predictor predict these races and scores it. model may be NULL when it
 * learns nothing. */
pb_status train_judge(const pb_model_kind *kind, const pb_predictor *predictor, const pb_model *model,
                      const backtest_history *history, const size_t *races, size_t n, train_judged *out,
                      pb_error *error);
void      train_judged_free(train_judged *judged);

/* The metric that decides for a protocol, "" when none. Smaller is better, unless
 * it is a share of right answers. */
const char *train_headline(const char *protocol);
bool        train_more_is_better(const char *metric);
/* Feature rows of these races; ends[i] is where race i ends. A kind without
 * features leaves rows empty. */
pb_status train_features(const pb_model_kind *kind, const pb_model *model, const backtest_history *history,
                         const size_t *races, size_t n, pb_feature_rows *rows, size_t *ends, pb_error *error);

#endif
