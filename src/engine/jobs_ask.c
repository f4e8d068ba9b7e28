/* Jobs as people see them: added, looked at, cancelled. All of it names the team. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "pitboard/store_server.h"

#define LIST_MAX "1000"

/* ---- add ---- */

static bool is_kind(const pb_jobs *jobs, const char *kind)
{
    for (uint32_t i = 0; i < jobs->options.n_kinds; i++)
        if (strcmp(jobs->kinds[i].name, kind) == 0) return true;
    return false;
}

static pb_status check_room(pb_jobs *jobs, pb_store *store, const char *team, const char *user, pb_error *error)
{
    const pb_value who[] = {pb_value_text(team), pb_value_text(user)};
    int64_t        n     = 0;
    PB_TRY(pb_store_count(store,
                          "SELECT count(*) FROM server_jobs WHERE state IN ('waiting', 'running') AND team = ?1 AND "
                          "name = coalesce(?2, '')",
                          who, 2, 0, &n, error));
    if (n >= jobs->options.per_user_max)
        return pb_error_set(error, PB_E_RULE, "%lld of your jobs wait or run; wait for one, or cancel it (at most %u)",
                            (long long)n, jobs->options.per_user_max);
    PB_TRY(pb_store_count(store, "SELECT count(*) FROM server_jobs WHERE state IN ('waiting', 'running')", NULL, 0, 0,
                          &n, error));
    if (n >= jobs->options.all_max)
        return pb_error_set(error, PB_E_LIMIT, "too many jobs wait already; try again later");
    return PB_OK;
}

pb_status pb_jobs_add(pb_jobs *jobs, const char *kind, const char *team, const char *user, const char *trace,
                      pb_span input, char id[PB_JOB_ID_MAX], pb_error *error)
{
    char name[PB_JOB_ID_MAX];
    if (!is_kind(jobs, kind)) return pb_error_set(error, PB_E_RANGE, "no jobs of kind %s are done here", kind);
    pb__job_new_id(name);
    pb_store *store = pb__jobs_take_store(jobs, error);
    if (!store) return PB_E_IO;
    const pb_value values[] = {
        pb_value_text(name),
        pb_value_text(kind),
        pb_value_text(team),
        {.kind = PB_VALUE_TEXT, .text = pb_span_of(user)},
        pb_value_text(trace),
        pb_value_i64(pb_engine_utc_us()),
        {.kind = PB_VALUE_TEXT, .text = input.len > 0 ? input : pb_span_of("null")},
    };
    pb_status status = check_room(jobs, store, team, user, error);
    if (status == PB_OK)
        status = pb_store_change(store,
                                 "INSERT INTO server_jobs(id, kind, team, name, trace, state, progress, created_us, "
                                 "tries, input) VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', 0, ?6, 0, ?7)",
                                 values, 7, NULL, error);
    PB_TRY(pb__jobs_give_store(jobs, status, error));
    memcpy(id, name, sizeof name);
    pb_logger_say(jobs->options.log, PB_LOG_INFO, "job", trace, "job %s (%s) waits", name, kind);
    pb__jobs_wake(jobs);
    if (jobs->options.changed) jobs->options.changed(jobs->options.user, team, name, PB_JOB_WAITING, 0);
    return PB_OK;
}

/* ---- look ---- */

#define COLUMNS "id, kind, name, state, progress, what, created_us, started_us, ended_us, error"
enum { ID, KIND, NAME, STATE, PROGRESS, WHAT, CREATED, STARTED, ENDED, WHY, RESULT };

static void put_text(pb_json_writer *to, const char *key, const char *text)
{
    pb_json_put_text(to, key, text[0] ? text : NULL);
}

static pb_span text_of(const pb_store_rows *rows, uint32_t column)
{
    pb_value value = pb_store_column(rows, column);
    return value.kind == PB_VALUE_TEXT ? value.text : (pb_span){"", 0};
}

/* Progress of one that runs here is newer in memory. */
static void newer_progress(pb_jobs *jobs, const char *id, double *progress, char what[PB__JOB_WHAT_MAX])
{
    (void)pthread_mutex_lock(&jobs->lock);
    for (uint32_t i = 0; i < jobs->options.threads; i++) {
        const pb_job_run *run = &jobs->runs[i];
        if (!run->active || strcmp(run->id, id) != 0) continue;
        *progress = run->progress;
        memcpy(what, run->what, PB__JOB_WHAT_MAX);
    }
    (void)pthread_mutex_unlock(&jobs->lock);
}

static void put_members(pb_jobs *jobs, const pb_store_rows *rows, pb_json_writer *to)
{
    char   id[PB_JOB_ID_MAX], kind[64], name[128], state[16], what[PB__JOB_WHAT_MAX];
    double progress = pb_store_column_f64(rows, PROGRESS, 0);
    pb_store_column_text(rows, ID, id, sizeof id);
    pb_store_column_text(rows, KIND, kind, sizeof kind);
    pb_store_column_text(rows, NAME, name, sizeof name);
    pb_store_column_text(rows, STATE, state, sizeof state);
    pb_store_column_text(rows, WHAT, what, sizeof what);
    if (strcmp(state, "running") == 0) newer_progress(jobs, id, &progress, what);
    pb_json_put_text(to, "id", id);
    pb_json_put_text(to, "kind", kind);
    pb_json_put_text(to, "state", state);
    pb_json_put_fixed(to, "progress", progress, 4);
    put_text(to, "what", what);
    pb_json_put_utc(to, "created", pb_store_column_i64(rows, CREATED, 0));
    pb_json_put_utc(to, "started", pb_store_column_i64(rows, STARTED, 0));
    pb_json_put_utc(to, "ended", pb_store_column_i64(rows, ENDED, 0));
    put_text(to, "by", name);
    pb_json_put_raw(to, "error", text_of(rows, WHY));
}

static pb_status no_such_job(pb_error *error)
{
    return pb_error_set(error, PB_E_NOENT, "no such job; results are kept for some days");
}

static pb_job_state state_named(pb_span name)
{
    pb_job_state s = PB_JOB_WAITING;
    while (s < PB_JOB_CANCELLED && !pb_span_equal_text(name, pb_job_state_name(s))) s++;
    return s;
}

pb_status pb_jobs_put(pb_jobs *jobs, const char *team, const char *id, bool with_result, pb_json_writer *to,
                      pb_job_state *told, pb_error *error)
{
    const pb_value which[] = {pb_value_text(team), pb_value_text(id)};
    pb_store_rows *rows    = NULL;
    if (!pb__job_is_id(id)) return no_such_job(error);
    pb_store *store = pb__jobs_take_store(jobs, error);
    if (!store) return PB_E_IO;
    pb_status status =
        pb_store_select(store,
                        with_result ? "SELECT " COLUMNS ", result FROM server_jobs WHERE team = ?1 AND id = ?2"
                                    : "SELECT " COLUMNS " FROM server_jobs WHERE team = ?1 AND id = ?2",
                        which, 2, &rows, error);
    if (status == PB_OK) status = pb_store_rows_next(rows, error);
    if (status == PB_OK) {
        pb_job_state now = state_named(text_of(rows, STATE));
        put_members(jobs, rows, to);
        if (with_result && now == PB_JOB_DONE) pb_json_put_raw(to, "result", text_of(rows, RESULT));
        if (told) *told = now;
    }
    pb_store_rows_close(rows);
    status = pb__jobs_give_store(jobs, status, error);
    return status == PB_E_EMPTY ? no_such_job(error) : status;
}

pb_status pb_jobs_find(pb_jobs *jobs, const char *team, const char *kind, pb_span input, char id[PB_JOB_ID_MAX],
                       pb_job_state *state, pb_error *error)
{
    const pb_value which[] = {pb_value_text(team), pb_value_text(kind), {.kind = PB_VALUE_TEXT, .text = input}};
    pb_store_rows *rows    = NULL;
    pb_store      *store   = pb__jobs_take_store(jobs, error);
    if (!store) return PB_E_IO;
    pb_status status = pb_store_select(store,
                                       "SELECT id, state FROM server_jobs WHERE team = ?1 AND kind = ?2 AND input = ?3 "
                                       "AND state IN ('waiting', 'running', 'done') ORDER BY created_us DESC, id "
                                       "LIMIT 1",
                                       which, 3, &rows, error);
    if (status == PB_OK) status = pb_store_rows_next(rows, error);
    if (status == PB_OK) {
        pb_store_column_text(rows, 0, id, PB_JOB_ID_MAX);
        *state = state_named(text_of(rows, 1));
    }
    pb_store_rows_close(rows);
    status = pb__jobs_give_store(jobs, status, error);
    return status == PB_E_EMPTY ? no_such_job(error) : status;
}

pb_status pb_jobs_put_result(pb_jobs *jobs, const char *team, const char *id, const char *key, pb_json_writer *to,
                             pb_error *error)
{
    const pb_value which[] = {pb_value_text(team), pb_value_text(id)};
    pb_store_rows *rows    = NULL;
    if (!pb__job_is_id(id)) return no_such_job(error);
    pb_store *store = pb__jobs_take_store(jobs, error);
    if (!store) return PB_E_IO;
    pb_status status = pb_store_select(
        store, "SELECT result FROM server_jobs WHERE team = ?1 AND id = ?2 AND state = 'done'", which, 2, &rows, error);
    if (status == PB_OK) status = pb_store_rows_next(rows, error);
    if (status == PB_OK) pb_json_put_raw(to, key, text_of(rows, 0));
    pb_store_rows_close(rows);
    status = pb__jobs_give_store(jobs, status, error);
    return status == PB_E_EMPTY ? no_such_job(error) : status;
}

pb_status pb_jobs_list(pb_jobs *jobs, const char *team, pb_json_writer *to, pb_error *error)
{
    const pb_value which = pb_value_text(team);
    pb_store_rows *rows  = NULL;
    pb_store      *store = pb__jobs_take_store(jobs, error);
    if (!store) return PB_E_IO;
    pb_status status = pb_store_select(store,
                                       "SELECT " COLUMNS " FROM server_jobs WHERE team = ?1 "
                                       "ORDER BY created_us DESC, id LIMIT " LIST_MAX,
                                       &which, 1, &rows, error);
    while (status == PB_OK && (status = pb_store_rows_next(rows, error)) == PB_OK) {
        pb_json_object(to, NULL);
        put_members(jobs, rows, to);
        pb_json_object_end(to);
    }
    pb_store_rows_close(rows);
    return pb__jobs_give_store(jobs, status == PB_E_EMPTY ? PB_OK : status, error);
}

/* ---- cancel ---- */

static void stop_here(pb_jobs *jobs, const char *id)
{
    (void)pthread_mutex_lock(&jobs->lock);
    for (uint32_t i = 0; i < jobs->options.threads; i++)
        if (jobs->runs[i].active && strcmp(jobs->runs[i].id, id) == 0)
            atomic_store(&jobs->runs[i].stop, PB__STOP_CANCELLED);
    (void)pthread_mutex_unlock(&jobs->lock);
}

pb_status pb_jobs_cancel(pb_jobs *jobs, const char *team, const char *id, pb_error *error)
{
    const pb_value values[]  = {pb_value_text(team), pb_value_text(id), pb_value_i64(pb_engine_utc_us())};
    int64_t        cancelled = 0, forgotten = 0;
    if (!pb__job_is_id(id)) return no_such_job(error);
    pb_store *store = pb__jobs_take_store(jobs, error);
    if (!store) return PB_E_IO;
    pb_status status = pb_store_change(store,
                                       "UPDATE server_jobs SET state = 'cancelled', ended_us = ?3, owner = NULL "
                                       "WHERE team = ?1 AND id = ?2 AND state IN ('waiting', 'running')",
                                       values, 3, &cancelled, error);
    if (status == PB_OK && cancelled == 0)
        status =
            pb_store_change(store, "DELETE FROM server_jobs WHERE team = ?1 AND id = ?2", values, 2, &forgotten, error);
    PB_TRY(pb__jobs_give_store(jobs, status, error));
    if (cancelled == 0) return forgotten > 0 ? PB_OK : no_such_job(error);
    stop_here(jobs, id);
    if (jobs->options.changed) jobs->options.changed(jobs->options.user, team, id, PB_JOB_CANCELLED, 0);
    return PB_OK;
}
