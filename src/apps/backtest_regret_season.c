/* regret_season: the prior and the models of one season, from the seasons before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backtest_regret.h"
#include "terminal.h"

typedef struct lessons {
    pb_history     past;
    regret_season *out;
    uint64_t       seed;
    pb__progress   progress;
} lessons;

static pb_status learn_prior(const lessons *l, pb_error *error)
{
    const pb_race_log **logs = calloc(l->past.n + 1, sizeof(const pb_race_log *));
    if (!logs) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (size_t i = 0; i < l->past.n; i++) logs[i] = l->past.races[i].log;
    pb_status status = l->past.n > 0 ? pb_prior_learn(logs, l->past.n, l->out->prior, error) : PB_E_EMPTY;
    free(logs);
    if (status != PB_E_EMPTY) return status;
    pb_prior_default(l->out->prior);
    return PB_OK;
}

/* A kind that is unproven is not used live either. */
static pb_status learn_model(const lessons *l, decide_model which, pb_error *error)
{
    const pb_learn_options options = {.threads = 1, .seed = l->seed};
    const pb_model_kind   *kind    = pb_model_kind_find(decide_model_name(which));
    pb_model              *model   = NULL;
    l->out->models.known[which]    = kind != NULL;
    if (!kind || kind->unproven) return PB_OK;
    PB_TRY(pb_model_create(kind->name, &model, error));
    pb_status status = kind->model.train(&l->past, &options, model, error);
    if (status == PB_OK) {
        l->out->models.at[which] = model;
        return PB_OK;
    }
    pb_model_destroy(model);
    return status == PB_E_EMPTY ? PB_OK : status; /* too little to learn from: the call does without, and says so */
}

/* The slow ones first: they share two cores. */
static pb_status learn_one(void *user, size_t i, pb_error *error)
{
    static const int order[] = {DECIDE_PACE, DECIDE_PITCALL, DECIDE_UNDERCUT, DECIDE_REJOIN, DECIDE_RAIN};
    const lessons   *l       = user;
    if (i < DECIDE_MODELS_N) return learn_model(l, (decide_model)order[i], error);
    return learn_prior(l, error);
}

static void show(void *user, size_t done, size_t n)
{
    pb__progress_show(&((lessons *)user)->progress, done, n);
}

pb_status regret_season_learn(const backtest_history *history, const backtest_run *run, int season, regret_season *out,
                              pb_error *error)
{
    lessons l = {.out = out, .seed = run->seed};
    *out      = (regret_season){.season = season, .prior = malloc(sizeof *out->prior)};
    if (!out->prior) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    backtest_history_past(history, season, &l.past);
    backtest_history_cutoff(history, season, out->cutoff);
    pb__progress_begin(&l.progress, "fits");
    pb_status status = pb_engine_each(DECIDE_MODELS_N + 1, run->threads, learn_one, &l, show, error);
    pb__progress_clear();
    return status;
}

void regret_season_free(regret_season *season)
{
    decide_models_free(&season->models);
    free(season->prior);
    *season = (regret_season){0};
}
