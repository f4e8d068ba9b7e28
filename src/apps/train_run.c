#include "train_run.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/engine.h"
#include "terminal.h"

#define DRIFT_RACES 60 /* the newest, whose feature rows are kept as deciles */

typedef enum step { STEP_LEARN, STEP_JUDGE, STEP_BASELINE, STEP_SHADOW, STEP_N } step;

typedef struct job {
    train_kind             *to;
    step                    step;
    const backtest_history *history;
    const train_options    *options;
    pb__progress           *progress;
    atomic_bool            *stop;
    double                  seconds;
    pb_error                error;
} job;

/* ---- which races ---- */

static bool can_judge(const pb_model_kind *kind, const pb_history_race *race)
{
    return !race->log->sprint && (strcmp(kind->protocol, "forecast") != 0 || race->has_grid);
}

/* The newest season with a race to judge by and one before it to learn from; 0 if none. */
static int held_out_season(const pb_model_kind *kind, const backtest_history *history, const pb_history *past)
{
    for (size_t i = past->n; i-- > 0;) {
        pb_history before;
        int        season = past->races[i].log->season;
        if (!can_judge(kind, &past->races[i])) continue;
        backtest_history_past(history, season, &before);
        return before.n > 0 ? season : 0;
    }
    return 0;
}

/* Every race, or some spread over the season. */
static void thin(size_t *races, size_t *n, size_t most)
{
    if (*n <= most) return;
    for (size_t i = 0; i < most; i++) races[i] = races[i * *n / most];
    *n = most;
}

static pb_status choose_races(train_kind *t, const backtest_history *history, const train_options *options,
                              pb_error *error)
{
    pb_history past;
    backtest_history_past(history, INT16_MAX, &past);
    t->races = calloc(past.n + 1, sizeof *t->races);
    if (!t->races) return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu races", past.n);
    int season = options->alone ? 0 : held_out_season(t->kind, history, &past);
    for (size_t i = 0; season > 0 && i < past.n; i++)
        if (past.races[i].log->season == season && can_judge(t->kind, &past.races[i])) t->races[t->n_races++] = i;
    if (options->learn.quick) thin(t->races, &t->n_races, TRAIN_QUICK_RACES);
    if (t->n_races == 0)
        snprintf(t->why, sizeof t->why, "%s",
                 options->alone ? "not asked for" : "no season with an earlier one to learn from");
    return PB_OK;
}

/* ---- the steps of one kind ---- */

static pb_status learn(const pb_model_kind *kind, const pb_predictor *predictor, const pb_history *past,
                       const train_options *options, pb_model **out, pb_error *error)
{
    pb_model *model = NULL;
    PB_TRY(pb_model_create(kind->name, &model, error));
    pb_status status = predictor->train ? predictor->train(past, &options->learn, model, error) : PB_OK;
    if (status == PB_OK)
        *out = model;
    else
        pb_model_destroy(model);
    return status;
}

/* Deciles of the features of the newest races, for drift. */
static pb_status note_features(const job *j, const pb_history *past, pb_model *model, pb_error *error)
{
    size_t          races[DRIFT_RACES], ends[DRIFT_RACES], n = 0;
    pb_feature_rows rows = {0};
    for (size_t i = past->n; i-- > 0 && n < DRIFT_RACES;)
        if (!past->races[i].log->sprint) races[n++] = i;
    for (size_t i = 0; i < n / 2; i++) { /* oldest first */
        size_t race      = races[i];
        races[i]         = races[n - 1 - i];
        races[n - 1 - i] = race;
    }
    pb_status status = train_features(j->to->kind, model, j->history, races, n, &rows, ends, error);
    if (status == PB_OK && rows.n > 0) status = pb_drift_note(model, j->to->kind->schema, &rows, ends, n, error);
    pb_feature_rows_fini(&rows);
    return status;
}

static pb_status learn_all(const job *j, pb_error *error)
{
    pb_history past;
    backtest_history_past(j->history, INT16_MAX, &past);
    PB_TRY(learn(j->to->kind, &j->to->kind->model, &past, j->options, &j->to->model, error));
    return note_features(j, &past, j->to->model, error);
}

static pb_status judge(const job *j, const pb_predictor *predictor, train_judged *out, pb_error *error)
{
    train_kind *t     = j->to;
    pb_model   *model = NULL;
    pb_history  past;
    backtest_history_past(j->history, j->history->races[t->races[0]].log->season, &past);
    PB_TRY(learn(t->kind, predictor, &past, j->options, &model, error));
    pb_status status = train_judge(t->kind, predictor, model, j->history, t->races, t->n_races, out, error);
    pb_model_destroy(model);
    return status;
}

static pb_status do_step(const job *j, pb_error *error)
{
    train_kind *t = j->to;
    switch (j->step) {
    case STEP_LEARN:
        return learn_all(j, error);
    case STEP_JUDGE:
        return judge(j, &t->kind->model, &t->self, error);
    case STEP_BASELINE:
        return judge(j, &t->kind->baseline[0], &t->baseline, error);
    default:
        return train_judge(t->kind, &t->kind->model, t->active, j->history, t->races, t->n_races, &t->shadow, error);
    }
}

/* A failure is noted and stops nothing but this step. */
static pb_status run_job(void *user, size_t i, pb_error *error)
{
    job   *j     = &((job *)user)[i];
    double start = pb_engine_seconds();
    if (atomic_load(j->stop)) return pb_error_set(error, PB_E_CANCELLED, "stopped on request");
    pb_status status = do_step(j, &j->error);
    j->seconds       = pb_engine_seconds() - start;
    if (status != PB_OK && !j->error.text[0]) pb_error_set(&j->error, status, "%s", pb_status_text(status));
    return PB_OK;
}

/* After all are done: they ran side by side. */
static void take_result(const job *j)
{
    train_kind *t = j->to;
    t->seconds += j->seconds;
    if (!j->error.text[0]) return;
    if (j->step == STEP_LEARN)
        snprintf(t->failed, sizeof t->failed, "%s", j->error.text);
    else if (!t->why[0])
        snprintf(t->why, sizeof t->why, "%s", j->error.text);
}

static void show(void *user, size_t done, size_t n)
{
    const job           *first = user;
    const train_options *o     = first->options;
    if (!o->progress)
        pb__progress_show(first->progress, done, n);
    else if (!o->progress(o->user, done, n))
        atomic_store(first->stop, true);
}

/* ---- what is known in the end ---- */

static bool worth_keeping(const pb_score_metric *m)
{
    return isfinite(m->value) && isfinite(m->lo) && isfinite(m->hi) && strncmp(m->name, "f1", 2) != 0;
}

static void keep(pb_model_metric *list, uint32_t *n, const pb_score_metric *m)
{
    if (*n == PB_MODEL_METRICS_MAX || !worth_keeping(m)) return;
    pb_model_metric *to = &list[(*n)++];
    pb_span_copy(pb_span_of(m->name), to->name, sizeof to->name);
    to->value = m->value;
    to->lo    = m->lo;
    to->hi    = m->hi;
}

/* The headline first, then the others in their order. */
static void keep_metrics(const train_kind *t, pb_model_meta *meta)
{
    size_t                 n       = 0;
    const char            *first   = train_headline(t->kind->protocol);
    const pb_score_metric *metrics = pb_score_metrics(t->self.score, &n);
    pb_score_metric        diff;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < n; i++) {
            if ((strcmp(metrics[i].name, first) == 0) != (pass == 0)) continue;
            keep(meta->metric, &meta->n_metrics, &metrics[i]);
            if (t->baseline.score && pb_score_difference(t->self.score, t->baseline.score, metrics[i].name, &diff)) {
                pb_span_copy(pb_span_of(metrics[i].name), diff.name, sizeof diff.name);
                keep(meta->against, &meta->n_against, &diff);
            }
        }
}

static void count_races(const pb_history *past, pb_model_meta *meta)
{
    const pb_race_log *last = past->races[past->n - 1].log;
    meta->races             = (uint32_t)past->n;
    meta->until_season      = last->season;
    meta->until_round       = last->round;
    meta->data_hash         = pb_history_hash(past);
    snprintf(meta->data, sizeof meta->data, "%u races and sprints, %d round %d to %d round %d", meta->races,
             past->races[0].log->season, past->races[0].log->round, last->season, last->round);
}

static pb_status put_meta(train_kind *t, const backtest_history *history, const train_options *options, pb_error *error)
{
    pb_history    past;
    pb_model_meta meta = {.quick = options->learn.quick};
    backtest_history_past(history, INT16_MAX, &past);
    count_races(&past, &meta);
    pb_span_copy(pb_span_of(PB_VERSION), meta.code, sizeof meta.code);
    pb_span_copy(pb_span_of(options->trained_at), meta.trained_at, sizeof meta.trained_at);
    if (t->kind->schema) {
        pb_span_copy(pb_span_of(t->kind->schema->name), meta.schema, sizeof meta.schema);
        meta.schema_hash = pb_feature_schema_hash(t->kind->schema);
    }
    if (t->self.score) {
        meta.judged_season = history->races[t->races[0]].log->season;
        meta.judged_races  = (uint32_t)t->n_races;
        if (t->baseline.name) pb_span_copy(pb_span_of(t->baseline.name), meta.baseline, sizeof meta.baseline);
        keep_metrics(t, &meta);
    }
    return pb_model_set_meta(t->model, &meta, error);
}

/* ---- all kinds ---- */

static bool has_seen(const pb_model *model, const backtest_history *history, size_t race)
{
    const pb_model_meta *meta = pb_model_meta_of(model);
    const pb_race_log   *log  = history->races[race].log;
    return meta->until_season > log->season || (meta->until_season == log->season && meta->until_round >= log->round);
}

static size_t add_jobs(train_kind *t, const backtest_history *history, const train_options *options,
                       pb__progress *progress, atomic_bool *stop, job *jobs, size_t n)
{
    for (int s = 0; s < STEP_N; s++) {
        if (s != STEP_LEARN && t->n_races == 0) continue;
        if (s == STEP_BASELINE && !t->kind->baseline[0].name) continue;
        if (s == STEP_SHADOW && !t->active) continue;
        jobs[n++] =
            (job){.to = t, .step = (step)s, .history = history, .options = options, .progress = progress, .stop = stop};
    }
    return n;
}

static pb_status prepare(train_kind *t, const backtest_history *history, const train_options *options, pb_error *error)
{
    PB_TRY(choose_races(t, history, options, error));
    if (options->alone) return PB_OK;
    PB_TRY(pb_registry_active(options->models, t->kind, &t->active, &t->choice, error));
    t->seen = t->active && t->n_races > 0 && has_seen(t->active, history, t->races[0]);
    return PB_OK;
}

static pb_status run_jobs(job *jobs, size_t n, const train_options *options, pb__progress *progress, pb_error *error)
{
    if (!options->progress) pb__progress_begin(progress, "fits");
    pb_status status = pb_engine_each(n, options->threads, run_job, jobs, show, error);
    if (!options->progress) pb__progress_clear();
    for (size_t i = 0; i < n; i++) take_result(&jobs[i]);
    return status;
}

pb_status train_run(const backtest_history *history, const pb_model_kind *const *kinds, size_t n,
                    const train_options *options, train_kind *out, pb_error *error)
{
    pb__progress progress;
    pb_history   past;
    size_t       n_jobs = 0;
    atomic_bool  stop   = false;
    for (size_t i = 0; i < n; i++) out[i] = (train_kind){.kind = kinds[i]};
    backtest_history_past(history, INT16_MAX, &past);
    if (past.n == 0) return pb_error_set(error, PB_E_EMPTY, "no usable race to learn from; see --data and --until");
    job *jobs = calloc(n * STEP_N + 1, sizeof *jobs);
    if (!jobs) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = PB_OK;
    for (size_t i = 0; status == PB_OK && i < n; i++) {
        status = prepare(&out[i], history, options, error);
        n_jobs = add_jobs(&out[i], history, options, &progress, &stop, jobs, n_jobs);
    }
    if (status == PB_OK) status = run_jobs(jobs, n_jobs, options, &progress, error);
    free(jobs);
    for (size_t i = 0; status == PB_OK && i < n; i++)
        if (out[i].model && !out[i].failed[0]) status = put_meta(&out[i], history, options, error);
    return status;
}

void train_kind_free(train_kind *t)
{
    train_judged_free(&t->self);
    train_judged_free(&t->baseline);
    train_judged_free(&t->shadow);
    pb_model_destroy(t->model);
    pb_model_destroy(t->active);
    free(t->races);
    *t = (train_kind){0};
}
