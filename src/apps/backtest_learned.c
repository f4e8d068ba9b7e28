#include "backtest_learned.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/engine.h"
#include "pitboard/predict_registry.h"
#include "pitboard/predict_score.h"
#include "terminal.h"

#define TUNE_SEASONS 2

/* One predictor in one season. */
typedef struct job {
    const backtest_learned *in;
    const pb_predictor     *predictor;
    size_t                  who; /* index in said */
    int                     season;
    bool                    earlier;
    pb_rows                 rows;
    pb_error                nothing; /* set when there was too little to learn from */
    pb__progress           *progress;
} job;

const pb_model_kind *backtest_kind_of(const char *protocol)
{
    const pb_model_kind *kind = pb_model_kind_find(protocol);
    if (kind && strcmp(kind->protocol, protocol) == 0) return kind;
    for (size_t i = 0; pb_model_kinds[i]; i++)
        if (strcmp(pb_model_kinds[i]->protocol, protocol) == 0) return pb_model_kinds[i];
    return NULL;
}

/* ---- one job ---- */

static pb_status predict_season(job *j, const pb_model *model, pb_error *error)
{
    const backtest_learned *in   = j->in;
    const size_t           *list = j->earlier ? in->tuned : in->scored;
    size_t                  n    = j->earlier ? in->n_tuned : in->n_scored;
    pb_history_race        *room = calloc(in->history.n, sizeof *room);
    pb_status status = room ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", in->history.n);
    for (size_t i = 0; status == PB_OK && i < n; i++) {
        pb_history upto;
        size_t     before = j->rows.n;
        if (in->history.races[list[i]].log->season != j->season) continue;
        backtest_history_upto(&in->history, list[i], room, &upto);
        status = j->predictor->predict(model, &upto, upto.n - 1, &j->rows, error);
        pb_rows_round(&j->rows, before);
    }
    free(room);
    return status;
}

static pb_status run_job(void *user, size_t i, pb_error *error)
{
    job                   *j       = &((job *)user)[i];
    const bool             fixed   = j->who == 0 && j->in->fixed;
    const pb_learn_options options = {.threads = 1, .seed = j->in->options.seed};
    pb_model              *model   = NULL;
    pb_history             past;
    if (fixed) return predict_season(j, j->in->fixed, error);
    backtest_history_past(&j->in->history, j->season, &past);
    PB_TRY(pb_model_create(j->in->kind->name, &model, error));
    pb_status status = j->predictor->train ? j->predictor->train(&past, &options, model, error) : PB_OK;
    bool      fitted = status == PB_OK;
    if (fitted) status = predict_season(j, model, error);
    pb_model_destroy(model);
    if (!fitted && status == PB_E_EMPTY) {
        j->nothing = *error;
        return PB_OK;
    }
    if (status != PB_OK && error) {
        pb_error told = *error;
        return pb_error_set(error, status, "%s of %d: %s", j->predictor->name, j->season,
                            told.text[0] ? told.text : pb_status_text(status));
    }
    return status;
}

/* ---- all of them ---- */

static void show(void *user, size_t done, size_t n)
{
    pb__progress_show(((job *)user)->progress, done, n);
}

static size_t add_jobs(const backtest_learned *in, bool earlier, pb__progress *progress, job *jobs, size_t n)
{
    const size_t *list   = earlier ? in->tuned : in->scored;
    size_t        n_list = earlier ? in->n_tuned : in->n_scored;
    for (size_t i = n_list; i-- > 0;) { /* the newest, which learn from most, first */
        int season = in->history.races[list[i]].log->season;
        if (i + 1 < n_list && in->history.races[list[i + 1]].log->season == season) continue;
        for (size_t p = in->fixed && earlier ? 1 : 0; p < in->n_said; p++) {
            if (in->said[p].path) continue;
            const pb_predictor *who = p == 0 ? &in->kind->model : &in->kind->baseline[p - 1];
            jobs[n++] =
                (job){.in = in, .predictor = who, .who = p, .season = season, .earlier = earlier, .progress = progress};
        }
    }
    return n;
}

static bool is_scored(const backtest_learned *in, int season)
{
    for (size_t i = 0; i < in->n_scored; i++)
        if (in->history.races[in->scored[i]].log->season == season) return true;
    return false;
}

/* Oldest season first, whatever order they were done in; not those that were dropped. */
static pb_status gather(backtest_learned *out, job *jobs, size_t n, pb_error *error)
{
    for (size_t i = n; i-- > 0;) {
        if (!jobs[i].earlier && !is_scored(out, jobs[i].season)) continue;
        pb_rows *to = jobs[i].earlier ? &out->said[jobs[i].who].earlier : &out->said[jobs[i].who].rows;
        for (size_t k = 0; k < jobs[i].rows.n; k++)
            if (pb_rows_add(to, &jobs[i].rows.at[k]) != PB_OK)
                return pb_error_set(error, PB_E_NOMEM, "out of memory for the rows of %d", jobs[i].season);
        pb_rows_fini(&jobs[i].rows);
    }
    return PB_OK;
}

static void leave_out(const char *where, const char *why, backtest_learned *out)
{
    char *text = out->why[out->skipped++];
    snprintf(text, sizeof *out->why, "%.400s%s%.200s", where, where[0] ? ": " : "", why);
    fprintf(stderr, "left out: %s\n", text);
}

/* Seasons that a predictor could learn nothing for are not scored. */
static void drop_unlearned(backtest_learned *out, const job *jobs, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < out->n_scored; i++) {
        const backtest_race *race = out->history.of[out->scored[i]];
        const char          *why  = NULL;
        for (size_t k = 0; k < n && !why; k++)
            if (jobs[k].season == race->log.season && jobs[k].nothing.status != PB_OK) why = jobs[k].nothing.text;
        if (why)
            leave_out(race->path, why, out);
        else
            out->scored[kept++] = out->scored[i];
    }
    out->n_scored = kept;
    kept          = 0;
    for (size_t i = 0; i < out->n_tuned; i++) {
        bool unlearned = false;
        for (size_t k = 0; k < n; k++)
            unlearned = unlearned || (jobs[k].season == out->history.races[out->tuned[i]].log->season &&
                                      jobs[k].nothing.status != PB_OK);
        if (!unlearned) out->tuned[kept++] = out->tuned[i];
    }
    out->n_tuned = kept;
}

static pb_status predict_all(backtest_learned *out, pb_error *error)
{
    job *jobs = calloc((out->n_scored + out->n_tuned + 1) * out->n_said, sizeof *jobs);
    if (!jobs) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb__progress progress;
    pb__progress_begin(&progress, "fits");
    size_t n         = add_jobs(out, false, &progress, jobs, 0);
    n                = add_jobs(out, true, &progress, jobs, n);
    pb_status status = pb_engine_each(n, out->options.threads, run_job, jobs, show, error);
    pb__progress_clear();
    if (status == PB_OK) drop_unlearned(out, jobs, n);
    if (status == PB_OK && out->n_scored == 0)
        status = pb_error_set(error, PB_E_EMPTY, "no race left to score; the first seasons are there to learn from");
    if (status == PB_OK) status = gather(out, jobs, n, error);
    for (size_t i = 0; i < n; i++) pb_rows_fini(&jobs[i].rows);
    free(jobs);
    return status;
}

/* Rows of files stand for what a predictor would have said; those of other races
 * for its threshold. */
static pb_status read_given(backtest_said *said, const pb_protocol *protocol, pb_error *error)
{
    pb_bytes text;
    PB_TRY(pb_file_read(said->path, 0, &text, error));
    pb_status status = pb_rows_read((pb_span){text.at, text.len}, said->path, protocol, &said->rows, error);
    for (size_t i = 0; status == PB_OK && i < said->rows.n; i++)
        status = pb_rows_add(&said->earlier, &said->rows.at[i]);
    pb_bytes_free(&text);
    return status;
}

static pb_status read_files(backtest_learned *out, pb_error *error)
{
    for (size_t i = 0; i < out->n_said; i++)
        if (out->said[i].path) PB_TRY(read_given(&out->said[i], out->protocol, error));
    return PB_OK;
}

/* ---- which races ---- */

static void choose_scored(const backtest_data *data, backtest_learned *out)
{
    bool grid = strcmp(out->protocol->name, "forecast") == 0;
    for (size_t i = 0, k = 0; i < data->n; i++) {
        const backtest_race *race = &data->races[i];
        if (race->usable) k++;
        if (!race->scored) continue;
        if (!race->usable || (grid && !race->has_grid))
            leave_out(race->usable ? race->path : "", race->usable ? "no grid for it" : race->why, out);
        else
            out->scored[out->n_scored++] = k - 1;
    }
}

/* The races of up to two seasons before the first that is scored. */
static void choose_tuned(backtest_learned *out)
{
    const backtest_history *h = &out->history;
    if (strcmp(out->protocol->name, "pitcall") != 0 || out->n_scored == 0) return;
    int first = h->races[out->scored[0]].log->season, oldest = h->races[0].log->season;
    for (size_t i = 0; i < out->scored[0]; i++) {
        int season = h->races[i].log->season;
        if (season < first && season >= first - TUNE_SEASONS && season > oldest && !h->races[i].log->sprint)
            out->tuned[out->n_tuned++] = i;
    }
}

/* A file is called by its name without folders and ".csv". */
static void add_said(backtest_learned *out, const char *name, const char *path)
{
    backtest_said *said  = &out->said[out->n_said++];
    const char    *slash = strrchr(name, '/');
    said->path           = path;
    snprintf(said->name, sizeof said->name, "%.60s", path && slash ? slash + 1 : name);
    size_t n = strlen(said->name);
    if (path && n > 4 && strcmp(said->name + n - 4, ".csv") == 0) said->name[n - 4] = '\0';
}

static pb_status choose_kind(const backtest_learned_options *options, backtest_learned *out, pb_error *error)
{
    out->protocol = pb_protocol_find(options->protocol);
    out->kind     = out->protocol ? backtest_kind_of(options->protocol) : NULL;
    if (!out->protocol || (!out->kind && !options->given))
        return pb_error_set(error, PB_E_UNSUPPORTED, "%s: no model here answers that protocol", options->protocol);
    add_said(out, options->given ? "given" : out->kind->model.name, options->given);
    for (int b = 0; out->kind && b < PB_BASELINES_MAX && out->kind->baseline[b].name && !options->model_only; b++)
        add_said(out, out->kind->baseline[b].name, NULL);
    for (size_t i = 0; i < options->n_against && i < BACKTEST_AGAINST_MAX; i++)
        add_said(out, options->against[i], options->against[i]);
    return PB_OK;
}

/* A version that saw a race it is to predict proves nothing. */
static pb_status check_unseen(const backtest_learned *out, const pb_model_meta *meta, pb_error *error)
{
    for (size_t i = 0; i < out->n_scored; i++) {
        const pb_race_log *log = out->history.races[out->scored[i]].log;
        if (log->season > meta->until_season || (log->season == meta->until_season && log->round > meta->until_round))
            continue;
        return pb_error_set(error, PB_E_RULE,
                            "%s: the active %s was trained up to round %d of %d and would be judged on round %d of %d; "
                            "score later races, or leave --models out to refit",
                            out->options.models, out->kind->name, meta->until_round, meta->until_season, log->round,
                            log->season);
    }
    return PB_OK;
}

static pb_status take_version(backtest_learned *out, pb_error *error)
{
    pb_model_choice choice;
    if (!out->kind)
        return pb_error_set(error, PB_E_UNSUPPORTED, "%s: no model here answers that protocol", out->protocol->name);
    PB_TRY(pb_registry_active(out->options.models, out->kind, &out->fixed, &choice, error));
    if (!out->fixed || choice.version == 0)
        return pb_error_set(error, PB_E_NOENT,
                            "%s: no good version of %s is active there; pitboard train %s --models %s makes one",
                            out->options.models, out->kind->name, out->kind->name, out->options.models);
    if (choice.fallback[0]) fprintf(stderr, "%s\n", choice.fallback);
    return check_unseen(out, pb_model_meta_of(out->fixed), error);
}

static pb_status run_all(const backtest_data *data, int until_season, int until_round, backtest_learned *out,
                         pb_error *error)
{
    PB_TRY(choose_kind(&out->options, out, error));
    PB_TRY(backtest_history_make(data, until_season, until_round, &out->history, error));
    out->scored = calloc(data->n + 1, sizeof *out->scored);
    out->tuned  = calloc(data->n + 1, sizeof *out->tuned);
    out->why    = calloc(data->n + 1, sizeof *out->why);
    if (!out->scored || !out->tuned || !out->why)
        return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", data->n);
    choose_scored(data, out);
    choose_tuned(out);
    if (out->n_scored == 0)
        return pb_error_set(error, PB_E_EMPTY, "no race left to score; see --seasons, --races, --grids");
    PB_TRY(read_files(out, error));
    if (out->options.models) PB_TRY(take_version(out, error));
    return predict_all(out, error);
}

pb_status backtest_learned_run(const backtest_data *data, const backtest_learned_options *options, int until_season,
                               int until_round, backtest_learned *out, pb_error *error)
{
    *out             = (backtest_learned){.options = *options};
    pb_status status = run_all(data, until_season, until_round, out, error);
    if (status != PB_OK) backtest_learned_free(out);
    return status;
}

void backtest_learned_free(backtest_learned *learned)
{
    for (size_t i = 0; i < learned->n_said; i++) {
        pb_rows_fini(&learned->said[i].rows);
        pb_rows_fini(&learned->said[i].earlier);
    }
    pb_model_destroy(learned->fixed);
    backtest_history_free(&learned->history);
    free(learned->scored);
    free(learned->tuned);
    free(learned->why);
    memset(learned, 0, sizeof *learned);
}
