/* Threads of the jobs: runners do the work, one keeper tells the store how it goes. */
#include <stdlib.h>
#include <string.h>

#include "jobs.h"

#define IDLE_US 5000000 /* another process may have added one */
#define AWAY_US 1000000
#define TELL_US 500000 /* progress: twice a second */
#define SWEEP_US 15000000
#define COUNT_US 5000000
#define FORGET_US 60000000

/* ---- what the work sees ---- */

pb_span pb_job_input(const pb_job_run *run)
{
    return (pb_span){run->input.at, run->input.len};
}

const char *pb_job_team(const pb_job_run *run)
{
    return run->team;
}

static void tell(const pb_job_run *run, pb_job_state state, double progress)
{
    const pb_jobs_options *o = &run->jobs->options;
    if (o->changed) o->changed(o->user, run->team, run->id, state, progress);
}

bool pb_job_progress(pb_job_run *run, double frac, const char *what)
{
    pb_jobs *jobs = run->jobs;
    int64_t  now  = pb_engine_mono_us();
    (void)pthread_mutex_lock(&jobs->lock);
    run->progress = frac >= 0 ? (frac <= 1 ? frac : 1) : 0; /* NAN: 0 */
    run->fresh    = true;
    if (what) pb_utf8_copy(pb_span_of(what), run->what, sizeof run->what);
    double progress = run->progress;
    bool   due      = now - run->told_us >= TELL_US;
    if (due) run->told_us = now;
    (void)pthread_mutex_unlock(&jobs->lock);
    if (due) tell(run, PB_JOB_RUNNING, progress);
    return atomic_load(&run->stop) == PB__STOP_NO;
}

/* ---- the end of one ---- */

static bool is_closing(pb_jobs *jobs)
{
    (void)pthread_mutex_lock(&jobs->lock);
    bool closing = jobs->closing;
    (void)pthread_mutex_unlock(&jobs->lock);
    return closing;
}

static pb_status judge(pb_job_run *run, pb_status status, const pb_bytes *result, pb_error *error)
{
    size_t most = run->jobs->options.result_max;
    if (status != PB_OK) return status;
    if (result->len > most)
        return pb_error_set(error, PB_E_LIMIT, "the result has %zu bytes, %zu are kept; ask for less", result->len,
                            most);
    if (!pb_utf8_valid((pb_span){result->at, result->len}))
        return pb_error_set(error, PB_E_SYNTAX, "the result is no UTF-8");
    return PB_OK;
}

static bool is_abandoned(pb_jobs *jobs)
{
    (void)pthread_mutex_lock(&jobs->lock);
    bool abandoned = jobs->abandoned;
    (void)pthread_mutex_unlock(&jobs->lock);
    return abandoned;
}

/* Until it is written or there is no sense in it any more. */
static pb_status insist(pb_job_run *run, pb_job_state state, const pb_bytes *result, const char *why)
{
    pb_error  error;
    pb_status status;
    for (;;) {
        bool last = is_closing(run->jobs);
        status    = state == PB_JOB_WAITING ? pb__jobs_release(run->jobs, run->id, &error)
                                            : pb__jobs_end(run->jobs, run, state, result, why, &error);
        if (status != PB_E_IO || last) break;
        pb__jobs_wait(run->jobs, AWAY_US);
    }
    if (status != PB_OK && status != PB_E_CANCELLED)
        pb_logger_say(run->jobs->options.log, PB_LOG_ERROR, "job", run->trace, "job %s: its end was not written: %s",
                      run->id, error.text);
    return status;
}

static void finish(pb_job_run *run, pb_status status, const pb_bytes *result, const pb_error *error, double seconds)
{
    pb_jobs *jobs = run->jobs;
    if (is_abandoned(jobs)) return; /* it waits already, and who would be told is gone */
    int          stop  = atomic_load(&run->stop);
    bool         ends  = status == PB_E_CANCELLED && stop == PB__STOP_END;
    char        *why   = status == PB_OK ? NULL : pb__job_error_json(status, error->text);
    pb_job_state state = ends ? PB_JOB_WAITING : status == PB_OK ? PB_JOB_DONE : PB_JOB_FAILED;
    pb_status    wrote = insist(run, state, status == PB_OK ? result : NULL, why);
    if (wrote == PB_E_CANCELLED) state = PB_JOB_CANCELLED;
    pb_metric_observe(jobs->m_seconds, run->kind->name, seconds);
    pb_logger_say(jobs->options.log, state == PB_JOB_FAILED ? PB_LOG_WARN : PB_LOG_INFO, "job", run->trace,
                  "job %s (%s) %s after %.1f s%s%s", run->id, run->kind->name, pb_job_state_name(state), seconds,
                  state == PB_JOB_FAILED ? ": " : "", state == PB_JOB_FAILED ? error->text : "");
    if (wrote == PB_OK) tell(run, state, state == PB_JOB_DONE ? 1 : run->progress);
    free(why);
}

/* ---- runner ---- */

static void set_active(pb_job_run *run, bool active)
{
    pb_jobs *jobs = run->jobs;
    (void)pthread_mutex_lock(&jobs->lock);
    run->active  = active;
    run->fresh   = false;
    run->beat_us = pb_engine_mono_us();
    run->told_us = run->beat_us;
    if (active) {
        run->progress = 0;
        run->what[0]  = '\0';
        atomic_store(&run->stop, jobs->closing ? PB__STOP_END : PB__STOP_NO);
    }
    (void)pthread_mutex_unlock(&jobs->lock);
}

static void do_one(pb_job_run *run)
{
    pb_bytes result = {0};
    pb_error error  = {0};
    int64_t  from   = pb_engine_mono_us();
    set_active(run, true);
    pb_logger_say(run->jobs->options.log, PB_LOG_INFO, "job", run->trace, "job %s (%s) begins, try %lld", run->id,
                  run->kind->name, (long long)run->tries);
    tell(run, PB_JOB_RUNNING, 0);
    pb_status status = run->kind->work(run->kind->user, run, &result, &error);
    status           = judge(run, status, &result, &error);
    finish(run, status, &result, &error, (double)(pb_engine_mono_us() - from) * 1e-6);
    set_active(run, false);
    pb_bytes_free(&result);
    pb_bytes_free(&run->input);
}

static void say_gone(pb_jobs *jobs)
{
    (void)pthread_mutex_lock(&jobs->lock);
    bool last = --jobs->n_alive == 0 && jobs->abandoned;
    (void)pthread_cond_broadcast(&jobs->gone);
    (void)pthread_mutex_unlock(&jobs->lock);
    if (last) pb__jobs_destroy(jobs);
}

/* Nothing was there when `seen` was what had been added: waits for more. */
static void wait_for_more(pb_jobs *jobs, uint64_t seen, int64_t us)
{
    (void)pthread_mutex_lock(&jobs->lock);
    bool more = jobs->added != seen || jobs->closing;
    (void)pthread_mutex_unlock(&jobs->lock);
    if (!more) pb__jobs_wait(jobs, us);
}

void *pb__jobs_runner(void *with)
{
    pb_job_run *run  = with;
    pb_jobs    *jobs = run->jobs;
    pb__step_back();
    for (;;) {
        pb_error error;
        (void)pthread_mutex_lock(&jobs->lock);
        uint64_t seen = jobs->added;
        bool     over = jobs->closing;
        (void)pthread_mutex_unlock(&jobs->lock);
        if (over) break;
        pb_status status = pb__jobs_claim(jobs, run, &error);
        if (status == PB_OK)
            do_one(run);
        else
            wait_for_more(jobs, seen, status == PB_E_EMPTY ? IDLE_US : AWAY_US);
    }
    say_gone(jobs);
    return NULL;
}

/* ---- keeper ---- */

/* What a run has to say now; false: nothing. */
static bool look_at(pb_job_run *run, char id[PB_JOB_ID_MAX], double *progress, char what[PB__JOB_WHAT_MAX])
{
    int64_t now = pb_engine_mono_us();
    (void)pthread_mutex_lock(&run->jobs->lock);
    bool due = run->active && (run->fresh || now - run->beat_us >= PB__JOB_BEAT_US);
    if (due) {
        run->fresh   = false;
        run->beat_us = now;
        *progress    = run->progress;
        memcpy(id, run->id, PB_JOB_ID_MAX);
        memcpy(what, run->what, PB__JOB_WHAT_MAX);
    }
    (void)pthread_mutex_unlock(&run->jobs->lock);
    return due;
}

static void stop_if_still(pb_job_run *run, const char *id)
{
    (void)pthread_mutex_lock(&run->jobs->lock);
    int no = PB__STOP_NO;
    if (run->active && strcmp(run->id, id) == 0)
        (void)atomic_compare_exchange_strong(&run->stop, &no, PB__STOP_CANCELLED);
    (void)pthread_mutex_unlock(&run->jobs->lock);
}

static void keep_run(pb_job_run *run)
{
    char     id[PB_JOB_ID_MAX], what[PB__JOB_WHAT_MAX];
    double   progress;
    pb_error error;
    if (!look_at(run, id, &progress, what)) return;
    if (pb__jobs_beat(run->jobs, id, progress, what, &error) == PB_E_CANCELLED) stop_if_still(run, id);
}

static void count(pb_jobs *jobs)
{
    int64_t counts[PB_JOB_CANCELLED + 1];
    if (!jobs->m_jobs || pb__jobs_count(jobs, counts, NULL) != PB_OK) return;
    for (int s = 0; s <= PB_JOB_CANCELLED; s++)
        pb_metric_set(jobs->m_jobs, pb_job_state_name((pb_job_state)s), (double)counts[s]);
}

static void sweep(pb_jobs *jobs)
{
    uint32_t waits = 0;
    if (pb__jobs_sweep(jobs, &waits, NULL) == PB_OK && waits > 0) pb__jobs_wake(jobs);
}

static bool is_due(int64_t *next_us, int64_t every_us)
{
    int64_t now = pb_engine_mono_us();
    if (now < *next_us) return false;
    *next_us = now + every_us;
    return true;
}

void *pb__jobs_keeper(void *with)
{
    pb_jobs *jobs     = with;
    int64_t  sweep_us = pb_engine_mono_us() + SWEEP_US, count_us = 0, forget_us = 0;
    while (!is_closing(jobs)) {
        for (uint32_t i = 0; i < jobs->n_runners; i++) keep_run(&jobs->runs[i]);
        if (is_due(&sweep_us, SWEEP_US)) sweep(jobs);
        if (is_due(&count_us, COUNT_US)) {
            pb__jobs_try_store(jobs);
            count(jobs);
        }
        if (is_due(&forget_us, FORGET_US)) (void)pb__jobs_forget_old(jobs, NULL);
        pb__jobs_wait(jobs, TELL_US);
    }
    say_gone(jobs);
    return NULL;
}
