#include "backtest_scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/engine.h"

/* A threshold is chosen on the seasons before the scored ones, each predictor its own. */
static pb_status choose_threshold(const backtest_scores *s, size_t who, double *threshold, pb_error *error)
{
    const backtest_learned *l       = s->learned;
    const pb_history        history = {.races = l->history.races, .n = l->history.n};
    if (l->n_tuned == 0 || l->said[who].earlier.n == 0) return PB_OK;
    return pb_score_best_threshold(&history, l->tuned, l->n_tuned, &l->said[who].earlier, threshold, error);
}

static pb_status score_one(void *user, size_t who, pb_error *error)
{
    backtest_scores        *s       = user;
    const backtest_learned *l       = s->learned;
    const pb_history        history = {.races = l->history.races, .n = l->history.n};
    pb_score_options        options = pb_score_options_default();
    options.official                = l->options.official;
    PB_TRY(choose_threshold(s, who, &options.threshold, error));
    PB_TRY(pb_score_create(l->protocol->name, &history, l->scored, l->n_scored, &l->said[who].rows, &options,
                           &s->score[who], error));
    if (who == 0) s->n_calibrations = pb_score_calibrate(s->score[0], s->calibration, PB_CALIBRATION_MAX);
    return PB_OK;
}

pb_status backtest_scores_make(const backtest_learned *learned, bool per_race, backtest_scores *out, pb_error *error)
{
    *out = (backtest_scores){
        .learned = learned, .calibration = calloc(PB_CALIBRATION_MAX, sizeof *out->calibration), .per_race = per_race};
    if (strcmp(learned->protocol->name, "pitcall") == 0)
        out->threshold_from =
            learned->n_tuned > 0 && learned->said[0].earlier.n > 0 ? "the seasons before" : "the scored races";
    pb_status status = out->calibration ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK)
        status = pb_engine_each(learned->n_said, learned->options.threads, score_one, out, NULL, error);
    if (status != PB_OK) backtest_scores_free(out);
    return status;
}

void backtest_scores_free(backtest_scores *scores)
{
    for (int i = 0; i < BACKTEST_PREDICTORS_MAX; i++) pb_score_destroy(scores->score[i]);
    free(scores->calibration);
    memset(scores, 0, sizeof *scores);
}
