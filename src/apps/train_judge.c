/* How good a fitted model is on races it has not seen: see train_run.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "train_run.h"

/* Of evaluation.md, "Best simple baselines and marks": the bold one. */
static const char *const headlines[][2] = {
    {"forecast", "rps"},       {"live", "rps"},
    {"pace", "h1_clean_crps"}, {"pitcall", "log_loss"},
    {"sc", "log_loss"},        {"pitstop", "interval_score90"},
    {"rain", "log_loss"},      {"stops", "dry_all_count_acc"},
    {"undercut", "log_loss"},  {"rejoin", "exact"},
};

const char *train_headline(const char *protocol)
{
    for (size_t i = 0; i < sizeof headlines / sizeof *headlines; i++)
        if (strcmp(headlines[i][0], protocol) == 0) return headlines[i][1];
    return "";
}

bool train_more_is_better(const char *metric)
{
    size_t n = strlen(metric);
    return strcmp(metric, "exact") == 0 || (n > 4 && strcmp(metric + n - 4, "_acc") == 0);
}

static pb_status predict_races(const pb_predictor *predictor, const pb_model *model, const backtest_history *history,
                               const size_t *races, size_t n, pb_history_race *room, pb_rows *rows, pb_error *error)
{
    for (size_t i = 0; i < n; i++) {
        pb_history upto;
        size_t     before = rows->n;
        backtest_history_upto(history, races[i], room, &upto);
        PB_TRY(predictor->predict(model, &upto, upto.n - 1, rows, error));
        pb_rows_round(rows, before);
    }
    return PB_OK;
}

pb_status train_judge(const pb_model_kind *kind, const pb_predictor *predictor, const pb_model *model,
                      const backtest_history *history, const size_t *races, size_t n, train_judged *out,
                      pb_error *error)
{
    const pb_history       all     = {.races = history->races, .n = history->n};
    const pb_score_options options = pb_score_options_default();
    pb_history_race       *room    = calloc(history->n + 1, sizeof *room);
    out->name                      = predictor->name;
    if (!room) return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", history->n);
    pb_status status = predict_races(predictor, model, history, races, n, room, &out->rows, error);
    free(room);
    if (status != PB_OK) return status;
    return pb_score_create(kind->protocol, &all, races, n, &out->rows, &options, &out->score, error);
}

void train_judged_free(train_judged *judged)
{
    pb_rows_fini(&judged->rows);
    pb_score_destroy(judged->score);
    *judged = (train_judged){0};
}

pb_status train_features(const pb_model_kind *kind, const pb_model *model, const backtest_history *history,
                         const size_t *races, size_t n, pb_feature_rows *rows, size_t *ends, pb_error *error)
{
    *rows = (pb_feature_rows){.k = kind->schema ? kind->schema->n : 0};
    if (!kind->schema || !kind->features) return PB_OK;
    pb_history_race *room   = calloc(history->n + 1, sizeof *room);
    pb_status        status = room ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (size_t i = 0; status == PB_OK && i < n; i++) {
        pb_history upto;
        backtest_history_upto(history, races[i], room, &upto);
        status  = kind->features(model, &upto, upto.n - 1, rows, error);
        ends[i] = rows->n;
    }
    free(room);
    return status;
}
