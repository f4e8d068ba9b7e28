/* POST /models/train: a job that does what the train command does. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api_answers.h"
#include "model_args.h"
#include "pitboard/engine.h"
#include "train_report.h"

#define FOLDERS_MAX 16

typedef struct plan {
    const pb_model_kind *kinds[TRAIN_KINDS_MAX];
    size_t               n_kinds;
    const char          *paths[FOLDERS_MAX];
    size_t               n_paths;
    int                  season, round; /* until; 0 none */
    bool                 quick, promote;
    uint64_t             seed;
    char                 dir[PB_REGISTRY_PATH_MAX];
} plan;

/* ---- what is asked for ---- */

static pb_status read_kinds(pb_json body, plan *p, pb_error *error)
{
    char        buffer[40];
    const char *kind;
    pb_error    why = {0};
    PB_TRY(api_read_text(body, "kind", buffer, sizeof buffer, &kind, error));
    if (kind && strcmp(kind, "all") != 0) {
        p->n_kinds = 1;
        if (model_args_kind(kind, &p->kinds[0], &why) == PB_OK) return PB_OK;
        return pb_error_set(error, PB_E_RULE, "/kind: %s", why.text);
    }
    while (pb_model_kinds[p->n_kinds] && p->n_kinds < TRAIN_KINDS_MAX) {
        p->kinds[p->n_kinds] = pb_model_kinds[p->n_kinds];
        p->n_kinds++;
    }
    return PB_OK;
}

static const char *path_of(const api_work_options *o, pb_span name)
{
    for (uint32_t i = 0; i < o->n_folders; i++)
        if (pb_span_equal_text(name, o->folders[i].name)) return o->folders[i].path;
    return NULL;
}

/* Names of folders, never paths: which there are is the server's to say. */
static pb_status read_folders(const api_work *work, pb_json body, plan *p, pb_error *error)
{
    const api_work_options *o    = &work->options;
    pb_json                 list = pb_json_get(body, "data");
    size_t                  n    = pb_json_length(list);
    if (o->n_folders == 0)
        return pb_error_set(error, PB_E_UNSUPPORTED, "this server was given no folder of races to learn from");
    if (n > FOLDERS_MAX) return pb_error_set(error, PB_E_LIMIT, "/data: at most %d folders", FOLDERS_MAX);
    for (size_t i = 0; i < n; i++) {
        const char *path = path_of(o, pb_json_chars(pb_json_at(list, i)));
        if (!path) return pb_error_set(error, PB_E_RULE, "/data/%zu: this server knows no folder of that name", i);
        p->paths[p->n_paths++] = path;
    }
    for (uint32_t i = 0; n == 0 && i < o->n_folders && i < FOLDERS_MAX; i++)
        p->paths[p->n_paths++] = o->folders[i].path;
    return PB_OK;
}

static pb_status read_bool(pb_json body, const char *key, bool *out, pb_error *error)
{
    pb_json  at  = pb_json_get(body, key);
    pb_error why = {0};
    if (!pb_json_present(at) || pb_json_is_null(at) || pb_json_bool(at, out, &why) == PB_OK) return PB_OK;
    return pb_error_set(error, PB_E_SYNTAX, "/%s: true or false is asked for", key);
}

static pb_status read_plan(const api_work *work, pb_json body, plan *p, pb_error *error)
{
    char        buffer[16];
    const char *until;
    pb_error    why = {0};
    *p              = (plan){0};
    PB_TRY(read_kinds(body, p, error));
    PB_TRY(read_folders(work, body, p, error));
    PB_TRY(read_bool(body, "quick", &p->quick, error));
    PB_TRY(read_bool(body, "promote", &p->promote, error));
    PB_TRY(api_read_seed(body, &p->seed, error));
    PB_TRY(api_read_text(body, "until", buffer, sizeof buffer, &until, error));
    if (model_args_race("until", until, &p->season, &p->round, &why) != PB_OK)
        return pb_error_set(error, PB_E_RULE, "/until: %s", why.text);
    if (model_args_dir(work->options.models, p->dir, &why) != PB_OK)
        return pb_error_set(error, PB_E_UNSUPPORTED, "this server has no folder for versions of models");
    return PB_OK;
}

pb_status api_train_check(const api_work *work, pb_json body, pb_error *error)
{
    plan p;
    return read_plan(work, body, &p, error);
}

/* ---- doing it ---- */

static bool tell(void *user, size_t done, size_t n)
{
    return pb_job_progress(user, n ? (double)done / (double)n : 0, "fits");
}

static void say_when(char out[24])
{
    struct tm tm;
    time_t    t = (time_t)pb_engine_utc_s();
    out[0]      = '\0';
    if (gmtime_r(&t, &tm)) strftime(out, 24, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void store(const plan *p, train_kind *t, train_stored *s)
{
    pb_error why = {0};
    if (t->failed[0]) return;
    pb_status status = pb_registry_add(p->dir, t->model, &s->number, &why);
    s->promoted      = p->promote && status == PB_OK;
    if (s->promoted) status = pb_registry_promote(p->dir, t->kind, s->number, &why);
    if (status != PB_OK)
        snprintf(t->failed, sizeof t->failed, "%s", status == PB_E_IO ? "versions cannot be kept just now" : why.text);
}

static pb_status train_on(api_work *work, const plan *p, const backtest_history *history, pb_job_run *job,
                          pb_json_writer *to, pb_error *error)
{
    char                now[24];
    const train_options how    = {.threads    = work->options.job_threads,
                                  .learn      = {.quick = p->quick, .threads = 1, .seed = p->seed},
                                  .models     = p->dir,
                                  .trained_at = now,
                                  .progress   = tell,
                                  .user       = job};
    train_kind         *t      = calloc(p->n_kinds, sizeof *t);
    train_stored       *stored = calloc(p->n_kinds, sizeof *stored);
    pb_status           status = t && stored ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    say_when(now);
    for (size_t i = 0; status == PB_OK && i < p->n_kinds; i++) status = pb_registry_ready(p->dir, p->kinds[i], error);
    if (status == PB_OK) status = train_run(history, p->kinds, p->n_kinds, &how, t, error);
    for (size_t i = 0; status == PB_OK && i < p->n_kinds; i++) store(p, &t[i], &stored[i]);
    if (status == PB_OK) train_put(t, stored, p->n_kinds, to);
    for (size_t i = 0; t && i < p->n_kinds; i++) train_kind_free(&t[i]);
    free(t);
    free(stored);
    if (p->promote) api_desks_renew(work->desks);
    return status;
}

static pb_status train(api_work *work, pb_json body, pb_job_run *job, pb_json_writer *to, pb_error *error)
{
    plan             p;
    backtest_data    data;
    backtest_history history;
    pb_error         why = {0};
    PB_TRY(read_plan(work, body, &p, error));
    const backtest_data_options read = {
        .data = p.paths, .n_data = p.n_paths, .grids = work->options.grids, .sprints = true};
    if (!pb_job_progress(job, 0, "reading races")) return pb_error_set(error, PB_E_CANCELLED, "stopped on request");
    if (backtest_data_read(&read, &data, &why) != PB_OK)
        return pb_error_set(error, PB_E_IO, "the races of these folders cannot be read");
    pb_status status = backtest_history_make(&data, p.season, p.round, &history, error);
    if (status == PB_OK) {
        status = train_on(work, &p, &history, job, to, error);
        backtest_history_free(&history);
    }
    backtest_data_free(&data);
    return status;
}

pb_status api_job_train(void *user, pb_job_run *run, pb_bytes *result, pb_error *error)
{
    return api_job(user, "train_job", train, run, result, error);
}
