/* explain_run.h - one answer of one kind of model, with its reasons.
 *
 * Used by the explain command only. */
#ifndef PB_APPS_EXPLAIN_RUN_H
#define PB_APPS_EXPLAIN_RUN_H

#include <stdio.h>

#include "backtest_history.h"
#include "pitboard/predict_registry.h"

typedef struct explain_answer {
    const pb_model_kind *kind;
    const pb_protocol   *protocol;
    const char          *predictor; /* "model", or the baseline that stands in */
    pb_model_choice      choice;
    char                 race[96]; /* title */
    bool                 seen;     /* the model was trained on this race */
    int16_t              until_season, until_round;
    pb_row               row;
    pb_evidence          evidence[PB_EVIDENCE_MAX]; /* empty texts end it */
} explain_answer;

typedef struct explain_question {
    const pb_model_kind *kind;
    const char          *models; /* folder */
    const char          *car;    /* code or number; NULL none */
    uint16_t             lap, horizon;
    size_t               race; /* of the history */
} explain_question;

pb_status explain_run(const explain_question *question, const backtest_history *history, explain_answer *out,
                      pb_error *error);

void explain_table(const explain_answer *answer, FILE *to);
void explain_json(const explain_answer *answer, FILE *to);

#endif
