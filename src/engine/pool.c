/* Threads behind bounded queues, one a lane:
 *
 *     pb_pool_do --> [ f user | f user | ... ] --> thread, thread, ...
 *
 * A lane that ends takes nothing more and empties its queue; who waits for it waits on
 * `gone`, which the last of its threads tells. */
#include "pitboard/engine_pool.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "live.h"
#include "pitboard/engine.h"

#define QUICK_THREADS 2
#define THREADS_MAX 256u
#define QUEUE_MAX (1u << 20)

typedef struct task {
    void (*f)(void *user);
    void   *user;
    int64_t since_us;
} task;

typedef struct lane {
    const char     *name;
    pthread_mutex_t lock;
    pthread_cond_t  come, gone;
    task           *queue; /* a ring of cap places */
    uint32_t        cap, first, n;
    uint32_t        alive; /* threads that have not ended */
    bool            ending;
    pb_metric      *waiting, *running, *done, *refused, *waited;
} pool_lane;

struct pb_pool {
    pool_lane  lane[PB_LANE_N];
    pthread_t *threads;
    uint32_t   n_threads;
};

static const char *const lane_names[PB_LANE_N] = {"quick", "work"};

/* Waits for a task; false when the lane ends and nothing is left. */
static bool take(pool_lane *l, task *out)
{
    pthread_mutex_lock(&l->lock);
    while (l->n == 0 && !l->ending) pthread_cond_wait(&l->come, &l->lock);
    bool got = l->n > 0;
    if (got) {
        *out     = l->queue[l->first];
        l->first = (l->first + 1) % l->cap;
        l->n--;
        pb_metric_set(l->waiting, l->name, l->n);
    }
    pthread_mutex_unlock(&l->lock);
    return got;
}

static void *work(void *user)
{
    pool_lane *l = user;
    task       t;
    pb__step_back();
    while (take(l, &t)) {
        pb_metric_observe(l->waited, l->name, (double)(pb_engine_mono_us() - t.since_us) * 1e-6);
        pb_metric_add(l->running, l->name, 1);
        t.f(t.user);
        pb_metric_add(l->running, l->name, -1);
        pb_metric_add(l->done, l->name, 1);
    }
    pthread_mutex_lock(&l->lock);
    if (--l->alive == 0) pthread_cond_broadcast(&l->gone);
    pthread_mutex_unlock(&l->lock);
    return NULL;
}

static void count(pool_lane *l, pb_metrics *m)
{
    l->waiting = pb_metric_gauge(m, "pitboard_pool_waiting", "pieces of work that wait for a thread", "lane");
    l->running = pb_metric_gauge(m, "pitboard_pool_running", "pieces of work that threads are at", "lane");
    l->done    = pb_metric_counter(m, "pitboard_pool_done_total", "pieces of work done", "lane");
    l->refused =
        pb_metric_counter(m, "pitboard_pool_refused_total", "pieces of work refused: the queue was full", "lane");
    l->waited = pb_metric_histogram(m, "pitboard_pool_wait_seconds", "time between asking and beginning", "lane");
    pb_metric_set(l->waiting, l->name, 0); /* there from the start, so that an alert can see it */
    pb_metric_set(l->running, l->name, 0);
    pb_metric_add(l->refused, l->name, 0);
}

static bool make_lane(pool_lane *l, const char *name, uint32_t queue, pb_metrics *metrics)
{
    pthread_condattr_t by_mono;
    l->name  = name;
    l->cap   = queue;
    l->queue = calloc(queue, sizeof *l->queue);
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->come, NULL);
    pthread_condattr_init(&by_mono);
    pthread_condattr_setclock(&by_mono, CLOCK_MONOTONIC);
    pthread_cond_init(&l->gone, &by_mono);
    pthread_condattr_destroy(&by_mono);
    count(l, metrics);
    return l->queue != NULL;
}

static void free_lane(pool_lane *l)
{
    pthread_mutex_destroy(&l->lock);
    pthread_cond_destroy(&l->come);
    pthread_cond_destroy(&l->gone);
    free(l->queue);
}

/* Signals are for whoever waits for them, never for a worker. */
static bool start_thread(pb_pool *pool, pool_lane *l)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_mutex_lock(&l->lock);
    l->alive++;
    pthread_mutex_unlock(&l->lock);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&pool->threads[pool->n_threads], NULL, work, l) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started)
        pool->n_threads++;
    else {
        pthread_mutex_lock(&l->lock);
        l->alive--;
        pthread_mutex_unlock(&l->lock);
    }
    return started;
}

static uint32_t threads_of(const uint32_t threads[PB_LANE_N], pb_pool_lane lane)
{
    if (threads[lane] > 0) return threads[lane];
    return lane == PB_LANE_QUICK ? QUICK_THREADS : pb_engine_cores();
}

static pb_status start(pb_pool *pool, const uint32_t threads[PB_LANE_N], pb_error *error)
{
    for (pb_pool_lane lane = 0; lane < PB_LANE_N; lane++)
        for (uint32_t i = 0; i < threads_of(threads, lane); i++)
            if (!start_thread(pool, &pool->lane[lane]))
                return pb_error_set(error, PB_E_NOMEM, "the system gives no more threads (%u were started)",
                                    pool->n_threads);
    return PB_OK;
}

pb_status pb_pool_create(const uint32_t threads[PB_LANE_N], uint32_t queue, pb_metrics *metrics, pb_pool **out,
                         pb_error *error)
{
    uint32_t n = 0;
    if (queue == 0 || queue > QUEUE_MAX)
        return pb_error_set(error, PB_E_RANGE, "a queue of %u places, outside 1 .. %u", queue, QUEUE_MAX);
    for (pb_pool_lane lane = 0; lane < PB_LANE_N; lane++) {
        if (threads[lane] > THREADS_MAX)
            return pb_error_set(error, PB_E_RANGE, "%u threads, more than %u", threads[lane], THREADS_MAX);
        n += threads_of(threads, lane);
    }
    pb_pool *pool = calloc(1, sizeof *pool);
    if (!pool) return pb_error_set(error, PB_E_NOMEM, "out of memory for a pool");
    pool->threads = calloc(n, sizeof *pool->threads);
    bool made     = pool->threads != NULL;
    for (pb_pool_lane lane = 0; lane < PB_LANE_N; lane++)
        made = make_lane(&pool->lane[lane], lane_names[lane], queue, metrics) && made;
    pb_status status = made ? start(pool, threads, error) : pb_error_set(error, PB_E_NOMEM, "out of memory for a pool");
    if (status != PB_OK) {
        (void)pb_pool_destroy(pool, 1000);
        return status;
    }
    *out = pool;
    return PB_OK;
}

static void end_lane(pool_lane *l)
{
    pthread_mutex_lock(&l->lock);
    l->ending = true;
    pthread_cond_broadcast(&l->come);
    pthread_mutex_unlock(&l->lock);
}

/* True when all threads of the lane have ended by then. */
static bool wait_for(pool_lane *l, const struct timespec *until)
{
    int late = 0;
    pthread_mutex_lock(&l->lock);
    while (l->alive > 0 && late == 0) late = pthread_cond_timedwait(&l->gone, &l->lock, until);
    bool ended = l->alive == 0;
    pthread_mutex_unlock(&l->lock);
    return ended;
}

bool pb_pool_destroy(pb_pool *pool, uint32_t wait_ms)
{
    if (!pool) return true;
    struct timespec until;
    bool            ended = true;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t ns    = until.tv_nsec + (int64_t)(wait_ms % 1000) * 1000000;
    until.tv_sec  = until.tv_sec + wait_ms / 1000 + ns / 1000000000;
    until.tv_nsec = (long)(ns % 1000000000);
    for (pb_pool_lane lane = 0; lane < PB_LANE_N; lane++) end_lane(&pool->lane[lane]);
    for (pb_pool_lane lane = 0; lane < PB_LANE_N; lane++) ended = wait_for(&pool->lane[lane], &until) && ended;
    if (!ended) return false; /* a thread still looks at it: it stays */
    for (uint32_t i = 0; i < pool->n_threads; i++) pthread_join(pool->threads[i], NULL);
    for (pb_pool_lane lane = 0; lane < PB_LANE_N; lane++) free_lane(&pool->lane[lane]);
    free(pool->threads);
    free(pool);
    return true;
}

pb_status pb_pool_do(pb_pool *pool, pb_pool_lane lane_no, void (*f)(void *user), void *user)
{
    pool_lane *l      = &pool->lane[lane_no];
    pb_status  status = PB_OK;
    pthread_mutex_lock(&l->lock);
    if (l->ending)
        status = PB_E_CANCELLED;
    else if (l->n == l->cap)
        status = PB_E_LIMIT;
    else {
        l->queue[(l->first + l->n) % l->cap] = (task){f, user, pb_engine_mono_us()};
        l->n++;
        pb_metric_set(l->waiting, l->name, l->n);
        pthread_cond_signal(&l->come);
    }
    pthread_mutex_unlock(&l->lock);
    if (status == PB_E_LIMIT) pb_metric_add(l->refused, l->name, 1);
    return status;
}

uint32_t pb_pool_waiting(const pb_pool *pool, pb_pool_lane lane_no)
{
    pool_lane *l = (pool_lane *)(uintptr_t)&pool->lane[lane_no]; /* only its lock changes */
    pthread_mutex_lock(&l->lock);
    uint32_t n = l->n;
    pthread_mutex_unlock(&l->lock);
    return n;
}
