/* jobs.h - what the threads of the jobs share. Each field says whose it is.
 *
 *     add --> row "waiting" --> runner claims it --> "running" --> work --> "done" | "failed"
 *                                   ^                  |   keeper: progress, sign of life, twice a second at most
 *                                   +-- owner is gone -+
 *
 * The row is the truth; memory has only what runs here. A claim, a sign of life and an
 * end are one UPDATE each that names the state (and owner) it expects: who changes no
 * row has lost the job. */
#ifndef PB_ENGINE_JOBS_PARTS_H
#define PB_ENGINE_JOBS_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "pitboard/engine.h"
#include "pitboard/engine_jobs.h"
#include "pitboard/store.h"

#define PB__JOB_KINDS_MAX 16
#define PB__JOB_THREADS_MAX 16
#define PB__JOB_TRIES_MAX 3
#define PB__JOB_WHAT_MAX 128
#define PB__JOB_OWNER_MAX 120
#define PB__JOB_BEAT_US 5000000 /* a sign of life is at most so old */
#define PB__JOB_GONE_S 30       /* without one for so long, the owner is gone */
#define PB__JOB_KEPT_MAX 256    /* jobs that are over, of one user; the oldest go */

typedef enum pb__job_stop { PB__STOP_NO, PB__STOP_CANCELLED, PB__STOP_END } pb__job_stop;

struct pb_job_run {
    pb_jobs           *jobs;
    const pb_job_kind *kind;
    char               id[PB_JOB_ID_MAX], team[64], trace[PB_TRACE_ID_MAX];
    pb_bytes           input;
    int64_t            tries;
    atomic_int         stop; /* pb__job_stop */
    /* under jobs->lock */
    bool    active;
    bool    fresh; /* progress that is not in the store */
    double  progress;
    char    what[PB__JOB_WHAT_MAX];
    int64_t told_us, beat_us; /* monotonic */
};

struct pb_jobs {
    pb_jobs_options options;
    char           *store_url;
    pb_job_kind     kinds[PB__JOB_KINDS_MAX];
    char            owner[PB__JOB_OWNER_MAX]; /* without its time */

    /* store; under store_lock, which is never taken while lock is held */
    pthread_mutex_t store_lock;
    pb_store       *store; /* NULL: away */
    int64_t         next_try_us, back_off_us;
    /* of the store, for whoever looks: since when an answer is waited for, 0 it is not; how it was last */
    atomic_int_least64_t waits_since_us;
    atomic_bool          is_away;

    /* threads */
    pthread_mutex_t lock;
    pthread_cond_t  come; /* something was added, or the end */
    uint64_t        added;
    bool            closing;
    bool            abandoned; /* closed, and not all had ended: the last one out frees this */
    uint32_t        n_alive;   /* runners and the keeper */
    pthread_cond_t  gone;      /* one of them ended */
    pthread_t       runners[PB__JOB_THREADS_MAX], keeper;
    uint32_t        n_runners;
    bool            has_keeper;
    pb_job_run      runs[PB__JOB_THREADS_MAX];

    pb_metric *m_jobs, *m_seconds;
};

void pb__step_back(void); /* live.h */

/* ---- jobs_owner.c ---- */
void pb__job_new_id(char id[PB_JOB_ID_MAX]);
bool pb__job_is_id(const char *id);
/* Who we are: machine, process, and 64 random bits. */
void pb__job_owner_name(char out[PB__JOB_OWNER_MAX]);
/* "NAME TIME": a sign of life. */
void pb__job_owner_beat(const char *name, int64_t now_s, char out[PB__JOB_OWNER_MAX + 24]);
/* True when whoever wrote this sign runs no more. */
bool pb__job_owner_gone(const char *beat, int64_t now_s);

/* ---- jobs_store.c ---- */
/* The store, locked; NULL (PB_E_IO) when it is away. Each take has its give. */
pb_store *pb__jobs_take_store(pb_jobs *jobs, pb_error *error);
/* Returns status; PB_E_IO gives the handle up, so that the next take opens another, and its text, which
 * says where the store is, goes to the log instead of to who asked. */
pb_status pb__jobs_give_store(pb_jobs *jobs, pb_status status, pb_error *error);
/* Can it be written now? For pb_jobs_look_at_store. */
void pb__jobs_try_store(pb_jobs *jobs);
/* The longest waiting job of a kind we know becomes ours. PB_E_EMPTY: there is none. */
pb_status pb__jobs_claim(pb_jobs *jobs, pb_job_run *run, pb_error *error);
/* PB_E_CANCELLED: it is not ours any more. */
pb_status pb__jobs_beat(pb_jobs *jobs, const char *id, double progress, const char *what, pb_error *error);
/* result, error: JSON or NULL. PB_E_CANCELLED as above. */
pb_status pb__jobs_end(pb_jobs *jobs, const pb_job_run *run, pb_job_state state, const pb_bytes *result,
                       const char *why, pb_error *error);
/* It waits again, and this try is not counted. */
pb_status pb__jobs_release(pb_jobs *jobs, const char *id, pb_error *error);
/* What runs under an owner who is gone waits again, or has failed. *waits: how many. */
pb_status pb__jobs_sweep(pb_jobs *jobs, uint32_t *waits, pb_error *error);
pb_status pb__jobs_forget_old(pb_jobs *jobs, pb_error *error);
pb_status pb__jobs_count(pb_jobs *jobs, int64_t counts[PB_JOB_CANCELLED + 1], pb_error *error);

/* {"status": ..., "detail": ...}; NULL when out of memory. */
char *pb__job_error_json(pb_status status, const char *text);

/* ---- threads; each takes its run or the jobs ---- */
void *pb__jobs_runner(void *run);
void *pb__jobs_keeper(void *jobs);
/* Closed: frees all of it. */
void pb__jobs_destroy(pb_jobs *jobs);
/* Waits on `come` under lock, at most so long. */
void pb__jobs_wait(pb_jobs *jobs, int64_t us);
void pb__jobs_wake(pb_jobs *jobs);

#endif
