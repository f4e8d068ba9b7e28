/* Jobs: opened, closed. See jobs.h for how the parts meet. */
#include "jobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

const char *pb_job_state_name(pb_job_state state)
{
    static const char *const names[] = {"waiting", "running", "done", "failed", "cancelled"};
    return state <= PB_JOB_CANCELLED ? names[state] : "?";
}

pb_jobs_options pb_jobs_options_default(void)
{
    return (pb_jobs_options){
        .threads = 1, .per_user_max = 8, .all_max = 200, .keep_s = 7 * 24 * 3600, .result_max = 16u << 20};
}

char *pb__job_error_json(pb_status status, const char *text)
{
    char          *out = NULL;
    size_t         len = 0;
    pb_json_writer w;
    FILE          *to = open_memstream(&out, &len);
    if (!to) return NULL;
    pb_json_begin(&w, to, 0);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "status", pb_status_name(status));
    pb_json_put_text(&w, "detail", text[0] ? text : pb_status_text(status));
    pb_json_object_end(&w);
    (void)fclose(to);
    return out;
}

/* ---- waiting ---- */

static struct timespec from_now(int64_t us)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    int64_t ns = at.tv_nsec + us % 1000000 * 1000;
    at.tv_sec += us / 1000000 + ns / 1000000000;
    at.tv_nsec = ns % 1000000000;
    return at;
}

void pb__jobs_wait(pb_jobs *jobs, int64_t us)
{
    struct timespec until = from_now(us);
    (void)pthread_mutex_lock(&jobs->lock);
    if (!jobs->closing) (void)pthread_cond_timedwait(&jobs->come, &jobs->lock, &until);
    (void)pthread_mutex_unlock(&jobs->lock);
}

void pb__jobs_wake(pb_jobs *jobs)
{
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->added++;
    (void)pthread_cond_broadcast(&jobs->come);
    (void)pthread_mutex_unlock(&jobs->lock);
}

/* ---- open ---- */

static pb_status check(const pb_jobs_options *o, pb_error *error)
{
    if (o->n_kinds > PB__JOB_KINDS_MAX)
        return pb_error_set(error, PB_E_LIMIT, "%u kinds of jobs; at most %d", o->n_kinds, PB__JOB_KINDS_MAX);
    if (o->threads < 1 || o->threads > PB__JOB_THREADS_MAX)
        return pb_error_set(error, PB_E_RANGE, "%u threads for jobs; 1 .. %d", o->threads, PB__JOB_THREADS_MAX);
    if (o->per_user_max < 1 || o->all_max < 1 || o->keep_s < 0)
        return pb_error_set(error, PB_E_RANGE, "limits of jobs must be positive");
    return PB_OK;
}

static void init_locks(pb_jobs *jobs)
{
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&jobs->come, &monotonic);
    (void)pthread_cond_init(&jobs->gone, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    (void)pthread_mutex_init(&jobs->lock, NULL);
    (void)pthread_mutex_init(&jobs->store_lock, NULL);
}

static pb_jobs *make(const pb_jobs_options *options)
{
    pb_jobs *jobs = calloc(1, sizeof *jobs);
    if (!jobs) return NULL;
    jobs->options   = *options;
    jobs->store_url = strdup(options->store_url);
    if (options->n_kinds > 0) memcpy(jobs->kinds, options->kinds, options->n_kinds * sizeof *jobs->kinds);
    pb__job_owner_name(jobs->owner);
    init_locks(jobs);
    jobs->m_jobs    = pb_metric_gauge(options->metrics, "pitboard_jobs", "Jobs in the store, by state.", "state");
    jobs->m_seconds = pb_metric_histogram(options->metrics, "pitboard_job_seconds", "Time that jobs ran.", "kind");
    for (uint32_t i = 0; i < options->threads; i++) jobs->runs[i].jobs = jobs;
    return jobs;
}

void pb__jobs_destroy(pb_jobs *jobs)
{
    pb_store_close(jobs->store);
    (void)pthread_cond_destroy(&jobs->come);
    (void)pthread_cond_destroy(&jobs->gone);
    (void)pthread_mutex_destroy(&jobs->lock);
    (void)pthread_mutex_destroy(&jobs->store_lock);
    free(jobs->store_url);
    free(jobs);
}

static pb_status start_threads(pb_jobs *jobs, pb_error *error)
{
    jobs->n_alive = jobs->options.threads + 1;
    for (; jobs->n_runners < jobs->options.threads; jobs->n_runners++)
        if (pthread_create(&jobs->runners[jobs->n_runners], NULL, pb__jobs_runner, &jobs->runs[jobs->n_runners]) != 0)
            break;
    jobs->has_keeper =
        jobs->n_runners == jobs->options.threads && pthread_create(&jobs->keeper, NULL, pb__jobs_keeper, jobs) == 0;
    if (jobs->has_keeper) return PB_OK;
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->n_alive -= jobs->options.threads + 1 - jobs->n_runners;
    (void)pthread_mutex_unlock(&jobs->lock);
    return pb_error_set(error, PB_E_NOMEM, "the threads of the jobs could not be started");
}

pb_status pb_jobs_open(const pb_jobs_options *options, pb_jobs **out, pb_error *error)
{
    uint32_t waits;
    PB_TRY(check(options, error));
    pb_jobs *jobs = make(options);
    if (!jobs || !jobs->store_url) {
        if (jobs) pb__jobs_destroy(jobs);
        return pb_error_set(error, PB_E_NOMEM, "out of memory for the jobs");
    }
    pb_status status = pb_store_open(jobs->store_url, PB_STORE_CREATE, &jobs->store, error);
    if (status == PB_OK) status = pb__jobs_sweep(jobs, &waits, error);
    if (status != PB_OK) {
        pb__jobs_destroy(jobs);
        return status;
    }
    status = start_threads(jobs, error);
    if (status != PB_OK)
        (void)pb_jobs_close(jobs, 1000);
    else
        *out = jobs;
    return status;
}

/* ---- close ---- */

static void tell_all_to_stop(pb_jobs *jobs)
{
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->closing = true;
    for (uint32_t i = 0; i < jobs->options.threads; i++) {
        int no = PB__STOP_NO;
        (void)atomic_compare_exchange_strong(&jobs->runs[i].stop, &no, PB__STOP_END);
    }
    (void)pthread_cond_broadcast(&jobs->come);
    (void)pthread_mutex_unlock(&jobs->lock);
}

static bool all_gone(pb_jobs *jobs, uint32_t wait_ms)
{
    struct timespec until = from_now((int64_t)wait_ms * 1000);
    (void)pthread_mutex_lock(&jobs->lock);
    while (jobs->n_alive > 0 && pthread_cond_timedwait(&jobs->gone, &jobs->lock, &until) == 0) continue;
    bool gone = jobs->n_alive == 0;
    (void)pthread_mutex_unlock(&jobs->lock);
    return gone;
}

/* What would not stop waits for the next start; its thread has what it needs as long as it lives. */
static void leave_behind(pb_jobs *jobs)
{
    for (uint32_t i = 0; i < jobs->n_runners; i++) {
        char id[PB_JOB_ID_MAX] = "";
        (void)pthread_mutex_lock(&jobs->lock);
        if (jobs->runs[i].active) memcpy(id, jobs->runs[i].id, sizeof id);
        (void)pthread_mutex_unlock(&jobs->lock);
        if (id[0]) (void)pb__jobs_release(jobs, id, NULL);
        (void)pthread_detach(jobs->runners[i]);
    }
    if (jobs->has_keeper) (void)pthread_detach(jobs->keeper);
    (void)pthread_mutex_lock(&jobs->lock);
    jobs->abandoned = true;
    bool last       = jobs->n_alive == 0;
    (void)pthread_mutex_unlock(&jobs->lock);
    if (last) pb__jobs_destroy(jobs);
}

bool pb_jobs_close(pb_jobs *jobs, uint32_t wait_ms)
{
    if (!jobs) return true;
    tell_all_to_stop(jobs);
    if (!all_gone(jobs, wait_ms)) {
        leave_behind(jobs);
        return false;
    }
    for (uint32_t i = 0; i < jobs->n_runners; i++) (void)pthread_join(jobs->runners[i], NULL);
    if (jobs->has_keeper) (void)pthread_join(jobs->keeper, NULL);
    pb__jobs_destroy(jobs);
    return true;
}
