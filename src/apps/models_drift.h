/* models_drift.h - whether the races after a model's training are still like
 * those it knows.
 *
 * Used by the models command only. */
#ifndef PB_APPS_MODELS_DRIFT_H
#define PB_APPS_MODELS_DRIFT_H

#include <stdio.h>

#include "backtest_history.h"
#include "pitboard/codec.h"
#include "pitboard/predict_registry.h"

#define MODELS_DRIFT_RACES 5 /* fewer tell nothing of distributions */

typedef struct models_drift {
    const pb_model_kind *kind;
    uint32_t             version;
    size_t               races;    /* newer than the model */
    pb_drift_feature    *features; /* n of them, most drifted first; NULL when it keeps none */
    size_t               n_features, n_drifted;
    char                 metric[40]; /* "" when it was never judged */
    double               value, was; /* now, and when it was judged */
    double               lo, hi;     /* where the value of so many races should lie */
    bool                 worse;      /* above */
    bool                 drifted;
    char                 why[200]; /* it has drifted, in one line; "" */
} models_drift;

/* Judges this version on the races of the history after its training. PB_E_EMPTY
 * when there is none. Free with models_drift_free. */
pb_status models_drift_find(const pb_model_kind *kind, uint32_t version, const pb_model *model,
                            const backtest_history *history, models_drift *out, pb_error *error);
void      models_drift_free(models_drift *drift);

void models_drift_table(const models_drift *drift, FILE *to);
void models_drift_put(const models_drift *drift, bool set_aside, pb_json_writer *to); /* as a value */
void models_drift_json(const models_drift *drift, bool set_aside, FILE *to);

#endif
