/* Jobs as rows: what changes hands does so by one UPDATE that only one can win. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs.h"
#include "pitboard/store_server.h"

#define BACK_OFF_FIRST 100000
#define BACK_OFF_MOST 5000000
#define SILENT_US 5000000 /* an answer that takes longer is told */

/* ---- the handle ---- */

static const char away[] = "the store of the jobs cannot be reached now; it is tried again by itself";

/* Under store_lock. */
static void tell_how_it_was(pb_jobs *jobs, bool is_away)
{
    atomic_store(&jobs->is_away, is_away);
    atomic_store(&jobs->waits_since_us, 0);
}

pb_store *pb__jobs_take_store(pb_jobs *jobs, pb_error *error)
{
    pb_error why = {0};
    (void)pthread_mutex_lock(&jobs->store_lock);
    int64_t now = pb_engine_mono_us();
    atomic_store(&jobs->waits_since_us, now);
    if (!jobs->store && now >= jobs->next_try_us &&
        pb_store_open(jobs->store_url, PB_STORE_WRITE, &jobs->store, &why) != PB_OK) {
        jobs->store       = NULL;
        jobs->back_off_us = jobs->back_off_us * 2 < BACK_OFF_MOST ? jobs->back_off_us * 2 : BACK_OFF_MOST;
        jobs->next_try_us = pb_engine_mono_us() + jobs->back_off_us;
        pb_logger_say(jobs->options.log, PB_LOG_WARN, "job", NULL, "the store is away: %s", why.text);
    }
    if (jobs->store) {
        jobs->back_off_us = BACK_OFF_FIRST / 2;
        return jobs->store;
    }
    tell_how_it_was(jobs, true);
    (void)pthread_mutex_unlock(&jobs->store_lock);
    (void)pb_error_set(error, PB_E_IO, "%s", away);
    return NULL;
}

pb_status pb__jobs_give_store(pb_jobs *jobs, pb_status status, pb_error *error)
{
    if (status == PB_E_IO) {
        if (error) pb_logger_say(jobs->options.log, PB_LOG_WARN, "job", NULL, "the store is away: %s", error->text);
        (void)pb_error_set(error, PB_E_IO, "%s", away);
        pb_store_close(jobs->store);
        jobs->store = NULL;
    }
    if (status == PB_E_IO) tell_how_it_was(jobs, true);
    atomic_store(&jobs->waits_since_us, 0);
    (void)pthread_mutex_unlock(&jobs->store_lock);
    return status;
}

/* What reads may go on while another holds the file against writing. */
void pb__jobs_try_store(pb_jobs *jobs)
{
    pb_store *store = pb__jobs_take_store(jobs, NULL);
    if (!store) return;
    pb_status status = pb_store_change(store, "UPDATE server_jobs SET what = what WHERE id = ''", NULL, 0, NULL, NULL);
    if (status == PB_OK) tell_how_it_was(jobs, false);
    (void)pb__jobs_give_store(jobs, status, NULL);
}

void pb_jobs_look_at_store(void *user, char state[16], char why[128], bool *ready)
{
    pb_jobs *jobs  = user;
    int64_t  since = atomic_load(&jobs->waits_since_us);
    bool     hangs = since > 0 && pb_engine_mono_us() - since > SILENT_US, gone = atomic_load(&jobs->is_away);
    *ready = !hangs && !gone;
    (void)snprintf(state, 16, "%s", *ready ? "ok" : "stalled");
    (void)snprintf(why, 128, "%s",
                   *ready  ? ""
                   : hangs ? "users, jobs and calls are kept there: it does not answer"
                           : "users, jobs and calls are kept there: it cannot be reached or written");
}

/* One UPDATE that must change a row. */
static pb_status change_ours(pb_jobs *jobs, const char *sql, const pb_value *values, uint32_t n, pb_error *error)
{
    int64_t   changed = 0;
    pb_store *store   = pb__jobs_take_store(jobs, error);
    if (!store) return PB_E_IO;
    pb_status status = pb__jobs_give_store(jobs, pb_store_change(store, sql, values, n, &changed, error), error);
    if (status == PB_OK && changed == 0) return pb_error_set(error, PB_E_CANCELLED, "the job is no longer ours");
    return status;
}

static pb_value text_value(pb_span text)
{
    return (pb_value){.kind = PB_VALUE_TEXT, .text = text};
}

/* LIKE pattern of our signs of life: hexadecimal digits, points, numbers. */
static void owner_pattern(const pb_jobs *jobs, char out[PB__JOB_OWNER_MAX + 24])
{
    (void)snprintf(out, PB__JOB_OWNER_MAX + 24, "%s %%", jobs->owner);
}

static void beat_now(const pb_jobs *jobs, char out[PB__JOB_OWNER_MAX + 24])
{
    pb__job_owner_beat(jobs->owner, pb_engine_utc_us() / 1000000, out);
}

/* ---- claim ---- */

static void put_claim_sql(const pb_jobs *jobs, char *sql, size_t cap)
{
    size_t at = (size_t)snprintf(sql, cap,
                                 "SELECT id, kind, team, trace, tries, input FROM server_jobs "
                                 "WHERE state = 'waiting' AND kind IN (");
    for (uint32_t i = 0; i < jobs->options.n_kinds; i++)
        at += (size_t)snprintf(sql + at, cap - at, "%s?%u", i ? ", " : "", i + 1);
    (void)snprintf(sql + at, cap - at, ") ORDER BY created_us, id LIMIT 1");
}

static const pb_job_kind *kind_of(const pb_jobs *jobs, const char *name)
{
    for (uint32_t i = 0; i < jobs->options.n_kinds; i++)
        if (strcmp(jobs->kinds[i].name, name) == 0) return &jobs->kinds[i];
    return NULL;
}

static pb_status keep_input(pb_job_run *run, pb_value input, pb_error *error)
{
    size_t len = input.kind == PB_VALUE_TEXT ? input.text.len : 0;
    char  *at  = malloc(len + 1);
    if (!at) return pb_error_set(error, PB_E_NOMEM, "out of memory for the input of a job");
    if (len > 0) memcpy(at, input.text.at, len);
    at[len]        = '\0';
    run->input.at  = at;
    run->input.len = len;
    return PB_OK;
}

/* Reads the row that waited longest into the run; its input is then the caller's to free. */
static pb_status next_waiting(pb_jobs *jobs, pb_store *store, pb_job_run *run, pb_error *error)
{
    char           sql[512], kind[64];
    pb_value       names[PB__JOB_KINDS_MAX];
    pb_store_rows *rows = NULL;
    put_claim_sql(jobs, sql, sizeof sql);
    for (uint32_t i = 0; i < jobs->options.n_kinds; i++) names[i] = pb_value_text(jobs->kinds[i].name);
    PB_TRY(pb_store_select(store, sql, names, jobs->options.n_kinds, &rows, error));
    pb_status status = pb_store_rows_next(rows, error);
    if (status == PB_OK) {
        pb_store_column_text(rows, 0, run->id, sizeof run->id);
        pb_store_column_text(rows, 1, kind, sizeof kind);
        pb_store_column_text(rows, 2, run->team, sizeof run->team);
        pb_store_column_text(rows, 3, run->trace, sizeof run->trace);
        run->tries = pb_store_column_i64(rows, 4, 0) + 1;
        run->kind  = kind_of(jobs, kind);
        status     = keep_input(run, pb_store_column(rows, 5), error);
    }
    pb_store_rows_close(rows);
    return status;
}

static pb_status claim_one(pb_jobs *jobs, pb_store *store, pb_job_run *run, int64_t *won, pb_error *error)
{
    char beat[PB__JOB_OWNER_MAX + 24];
    PB_TRY(next_waiting(jobs, store, run, error));
    beat_now(jobs, beat);
    const pb_value values[] = {pb_value_text(run->id), pb_value_text(beat), pb_value_i64(pb_engine_utc_us())};
    pb_status      status =
        pb_store_change(store,
                        "UPDATE server_jobs SET state = 'running', owner = ?2, started_us = ?3, progress = 0, "
                        "what = NULL, tries = tries + 1 WHERE id = ?1 AND state = 'waiting'",
                        values, 3, won, error);
    if (status != PB_OK || *won == 0) pb_bytes_free(&run->input);
    return status;
}

pb_status pb__jobs_claim(pb_jobs *jobs, pb_job_run *run, pb_error *error)
{
    int64_t   won    = 0;
    pb_status status = PB_OK;
    if (jobs->options.n_kinds == 0) return PB_E_EMPTY;
    pb_store *store = pb__jobs_take_store(jobs, error);
    if (!store) return PB_E_IO;
    while (status == PB_OK && won == 0) status = claim_one(jobs, store, run, &won, error);
    return pb__jobs_give_store(jobs, status, error);
}

/* ---- while it runs, and its end ---- */

pb_status pb__jobs_beat(pb_jobs *jobs, const char *id, double progress, const char *what, pb_error *error)
{
    char beat[PB__JOB_OWNER_MAX + 24], ours[PB__JOB_OWNER_MAX + 24];
    beat_now(jobs, beat);
    owner_pattern(jobs, ours);
    const pb_value values[] = {pb_value_text(id), pb_value_text(ours), pb_value_text(beat), pb_value_f64(progress),
                               pb_value_text(what)};
    return change_ours(jobs,
                       "UPDATE server_jobs SET owner = ?3, progress = ?4, what = ?5 "
                       "WHERE id = ?1 AND state = 'running' AND owner LIKE ?2",
                       values, 5, error);
}

pb_status pb__jobs_end(pb_jobs *jobs, const pb_job_run *run, pb_job_state state, const pb_bytes *result,
                       const char *why, pb_error *error)
{
    char ours[PB__JOB_OWNER_MAX + 24];
    owner_pattern(jobs, ours);
    const pb_value values[] = {
        pb_value_text(run->id),
        pb_value_text(ours),
        pb_value_text(pb_job_state_name(state)),
        pb_value_f64(state == PB_JOB_DONE ? 1 : run->progress),
        pb_value_i64(pb_engine_utc_us()),
        result ? text_value((pb_span){result->at, result->len}) : pb_value_null(),
        pb_value_text(why),
    };
    return change_ours(jobs,
                       "UPDATE server_jobs SET state = ?3, progress = ?4, ended_us = ?5, result = ?6, error = ?7, "
                       "owner = NULL WHERE id = ?1 AND state = 'running' AND owner LIKE ?2",
                       values, 7, error);
}

pb_status pb__jobs_release(pb_jobs *jobs, const char *id, pb_error *error)
{
    char ours[PB__JOB_OWNER_MAX + 24];
    owner_pattern(jobs, ours);
    const pb_value values[] = {pb_value_text(id), pb_value_text(ours)};
    return change_ours(jobs,
                       "UPDATE server_jobs SET state = 'waiting', owner = NULL, started_us = NULL, progress = 0, "
                       "what = NULL, tries = tries - 1 WHERE id = ?1 AND state = 'running' AND owner LIKE ?2",
                       values, 2, error);
}

/* ---- those whose owner is gone ---- */

typedef struct lost {
    char    id[PB_JOB_ID_MAX], beat[PB__JOB_OWNER_MAX + 24];
    int64_t tries;
} lost;

#define LOST_MAX 64 /* of one look; the next one sees the rest */

static pb_status find_lost(pb_store *store, lost *out, uint32_t *n, pb_error *error)
{
    pb_store_rows *rows  = NULL;
    int64_t        now_s = pb_engine_utc_us() / 1000000;
    *n                   = 0;
    PB_TRY(pb_store_select(store, "SELECT id, owner, tries FROM server_jobs WHERE state = 'running'", NULL, 0, &rows,
                           error));
    pb_status status = PB_OK;
    while (*n < LOST_MAX && (status = pb_store_rows_next(rows, error)) == PB_OK) {
        lost *l = &out[*n];
        pb_store_column_text(rows, 0, l->id, sizeof l->id);
        pb_store_column_text(rows, 1, l->beat, sizeof l->beat);
        l->tries = pb_store_column_i64(rows, 2, 0);
        *n += pb__job_owner_gone(l->beat, now_s);
    }
    pb_store_rows_close(rows);
    return status == PB_E_EMPTY ? PB_OK : status;
}

/* Only while it still stands as it was seen. */
static pb_status settle(pb_store *store, const lost *l, bool again, int64_t *changed, pb_error *error)
{
    char text[96];
    (void)snprintf(text, sizeof text, "the server ended %d times while it ran; it is not tried again",
                   PB__JOB_TRIES_MAX);
    char          *why      = again ? NULL : pb__job_error_json(PB_E_CANCELLED, text);
    const pb_value values[] = {pb_value_text(l->id), pb_value_text(l->beat),
                               pb_value_text(again ? "waiting" : "failed"),
                               again ? pb_value_null() : pb_value_i64(pb_engine_utc_us()), pb_value_text(why)};
    pb_status      status   = pb_store_change(store,
                                              "UPDATE server_jobs SET state = ?3, ended_us = ?4, error = ?5, owner = NULL "
                                                     "WHERE id = ?1 AND state = 'running' AND coalesce(owner, '') = coalesce(?2, '')",
                                              values, 5, changed, error);
    free(why);
    return status;
}

pb_status pb__jobs_sweep(pb_jobs *jobs, uint32_t *waits, pb_error *error)
{
    lost      found[LOST_MAX];
    uint32_t  n     = 0;
    pb_store *store = pb__jobs_take_store(jobs, error);
    *waits          = 0;
    if (!store) return PB_E_IO;
    pb_status status = find_lost(store, found, &n, error);
    for (uint32_t i = 0; i < n && status == PB_OK; i++) {
        int64_t changed = 0;
        bool    again   = found[i].tries < PB__JOB_TRIES_MAX;
        status          = settle(store, &found[i], again, &changed, error);
        *waits += again && changed > 0;
        if (status == PB_OK && changed > 0)
            pb_logger_say(jobs->options.log, PB_LOG_WARN, "job", NULL, "job %s: who ran it is gone; it %s", found[i].id,
                          again ? "begins again" : "has failed");
    }
    return pb__jobs_give_store(jobs, status, error);
}

/* ---- care ---- */

pb_status pb__jobs_forget_old(pb_jobs *jobs, pb_error *error)
{
    const pb_value before = pb_value_i64(pb_engine_utc_us() - jobs->options.keep_s * 1000000);
    const pb_value most   = pb_value_i64(PB__JOB_KEPT_MAX);
    pb_store      *store  = pb__jobs_take_store(jobs, error);
    if (!store) return PB_E_IO;
    pb_status status = pb_store_change(
        store, "DELETE FROM server_jobs WHERE ended_us < ?1 AND state IN ('done', 'failed', 'cancelled')", &before, 1,
        NULL, error);
    if (status == PB_OK)
        status = pb_store_change(store,
                                 "DELETE FROM server_jobs WHERE state IN ('done', 'failed', 'cancelled') AND "
                                 "(SELECT count(*) FROM server_jobs AS newer WHERE newer.team = server_jobs.team AND "
                                 "newer.name = server_jobs.name AND newer.created_us > server_jobs.created_us) >= ?1",
                                 &most, 1, NULL, error);
    return pb__jobs_give_store(jobs, status, error);
}

static void count_state(int64_t counts[PB_JOB_CANCELLED + 1], const char *name, int64_t n)
{
    for (int s = 0; s <= PB_JOB_CANCELLED; s++)
        if (strcmp(pb_job_state_name((pb_job_state)s), name) == 0) counts[s] = n;
}

pb_status pb__jobs_count(pb_jobs *jobs, int64_t counts[PB_JOB_CANCELLED + 1], pb_error *error)
{
    pb_store_rows *rows  = NULL;
    pb_store      *store = pb__jobs_take_store(jobs, error);
    if (!store) return PB_E_IO;
    memset(counts, 0, (PB_JOB_CANCELLED + 1) * sizeof *counts);
    pb_status status =
        pb_store_select(store, "SELECT state, count(*) FROM server_jobs GROUP BY state", NULL, 0, &rows, error);
    while (status == PB_OK && (status = pb_store_rows_next(rows, error)) == PB_OK) {
        char name[16];
        pb_store_column_text(rows, 0, name, sizeof name);
        count_state(counts, name, pb_store_column_i64(rows, 1, 0));
    }
    pb_store_rows_close(rows);
    return pb__jobs_give_store(jobs, status == PB_E_EMPTY ? PB_OK : status, error);
}
