/* pitboard/engine_jobs.h - long work that is asked for now and fetched later.
 *
 * A job is a row in the store from the moment it is taken: it outlives the process.
 * One that ran when the process ended begins again at the next start (its work is a
 * pure function of its input), at most 3 times; one that waited still waits. Results
 * are kept for keep_s. Kinds are registered before the start; a kind's function runs on
 * a thread of the jobs, tells progress, and stops soon after it is cancelled.
 *
 * Jobs belong to a team and a user; who asks must name the team, and sees nothing of
 * another's (PB_E_NOENT).
 *
 * Floor 6. Uses store. */
#ifndef PITBOARD_ENGINE_JOBS_H
#define PITBOARD_ENGINE_JOBS_H

#include "pitboard/base_log.h"
#include "pitboard/base_metrics.h"
#include "pitboard/codec.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_JOB_ID_MAX 40

typedef struct pb_jobs pb_jobs;

typedef enum pb_job_state { PB_JOB_WAITING, PB_JOB_RUNNING, PB_JOB_DONE, PB_JOB_FAILED, PB_JOB_CANCELLED } pb_job_state;
const char *pb_job_state_name(pb_job_state state);   /* "waiting", ... */

/* What the work sees of its job. */
typedef struct pb_job_run pb_job_run;
pb_span     pb_job_input(const pb_job_run *run);                      /* JSON */
const char *pb_job_team(const pb_job_run *run);
/* frac 0 .. 1; false: cancelled, or the process ends: stop soon with PB_E_CANCELLED. */
bool        pb_job_progress(pb_job_run *run, double frac, const char *what);

/* Writes the result, one JSON value, into *result (from malloc). */
typedef pb_status pb_job_work(void *user, pb_job_run *run, pb_bytes *result, pb_error *error);

typedef struct pb_job_kind {
    const char  *name;               /* "simulation", "train" */
    pb_job_work *work;
    void        *user;
} pb_job_kind;

typedef struct pb_jobs_options {
    const char        *store_url;
    const pb_job_kind *kinds;        /* borrowed */
    uint32_t           n_kinds;
    uint32_t           threads;      /* 1 */
    uint32_t           per_user_max; /* waiting or running, 8 */
    uint32_t           all_max;      /* 200 */
    int64_t            keep_s;       /* of results, 7 days */
    size_t             result_max;   /* bytes, 16 MiB */
    pb_metrics        *metrics;
    pb_logger            *log;
    /* A job changed (on a thread of the jobs; be quick). May be NULL. */
    void (*changed)(void *user, const char *team, const char *id, pb_job_state state, double progress);
    void *user;
} pb_jobs_options;
pb_jobs_options pb_jobs_options_default(void);

pb_status pb_jobs_open(const pb_jobs_options *options, pb_jobs **out, pb_error *error);
/* Running ones are told to stop and wait for the next start; at most wait_ms. False: one did not stop, and what
 * its work uses (log, metrics and the users of its kind too) must stay until the process ends. */
bool      pb_jobs_close(pb_jobs *jobs, uint32_t wait_ms);

/* PB_E_RULE: too many of this user; PB_E_LIMIT: of all. id gets its name: 128 random bits. */
pb_status pb_jobs_add(pb_jobs *jobs, const char *kind, const char *team, const char *user, const char *trace,
                      pb_span input, char id[PB_JOB_ID_MAX], pb_error *error);
/* The job as JSON into an open object: id, kind, state, progress, what, created, started, ended, by, error
 * {"status", "detail"} or null; result (the value) when done and with_result. The state that it tells goes into
 * *told, too, unless that is NULL. PB_E_NOENT. */
pb_status pb_jobs_put(pb_jobs *jobs, const char *team, const char *id, bool with_result, pb_json_writer *to,
                      pb_job_state *told, pb_error *error);
/* The newest of the team's jobs of a kind with this very input that waits, runs or is done. PB_E_NOENT. */
pb_status pb_jobs_find(pb_jobs *jobs, const char *team, const char *kind, pb_span input, char id[PB_JOB_ID_MAX],
                       pb_job_state *state, pb_error *error);
/* The result alone, as a value under key (NULL inside arrays and at the root). PB_E_NOENT: no such job, or not done. */
pb_status pb_jobs_put_result(pb_jobs *jobs, const char *team, const char *id, const char *key, pb_json_writer *to,
                             pb_error *error);
/* The team's jobs, newest first, as values of an open array. */
pb_status pb_jobs_list(pb_jobs *jobs, const char *team, pb_json_writer *to, pb_error *error);
/* Waiting: cancelled at once; running: told to stop; over: forgotten with its result. */
pb_status pb_jobs_cancel(pb_jobs *jobs, const char *team, const char *id, pb_error *error);

/* How their store is, as pb_dependency asks (api_routes.h); waits for nothing. */
void pb_jobs_look_at_store(void *jobs, char state[16], char why[128], bool *ready);

#ifdef __cplusplus
}
#endif
#endif
