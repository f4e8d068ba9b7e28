/* each: independent jobs over threads. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "pitboard/engine.h"

typedef struct crew {
    size_t         n;
    pb_engine_job *job;
    void          *user;
    void (*told)(void *user, size_t n_done, size_t n);
    atomic_size_t   next, done;
    atomic_bool     stop;
    pthread_mutex_t lock;
    size_t          failed; /* lowest number that did; n: none */
    pb_error        error;
} crew;

static void note_failure(crew *c, size_t i, const pb_error *error)
{
    atomic_store(&c->stop, true);
    pthread_mutex_lock(&c->lock);
    if (i < c->failed) {
        c->failed = i;
        c->error  = *error;
    }
    pthread_mutex_unlock(&c->lock);
}

static void work(crew *c, bool caller)
{
    while (!atomic_load(&c->stop)) {
        size_t i = atomic_fetch_add(&c->next, 1);
        if (i >= c->n) return;
        pb_error  error  = {0};
        pb_status status = c->job(c->user, i, &error);
        if (status != PB_OK) {
            if (error.status == PB_OK) pb_error_set(&error, status, "%s", pb_status_text(status));
            note_failure(c, i, &error);
        }
        size_t done = atomic_fetch_add(&c->done, 1) + 1;
        if (caller && c->told) c->told(c->user, done, c->n);
    }
}

static void *helper_main(void *arg)
{
    work(arg, false);
    return NULL;
}

pb_status pb_engine_each(size_t n, uint32_t threads, pb_engine_job *job, void *user,
                         void (*done)(void *user, size_t n_done, size_t n), pb_error *error)
{
    crew      c = {.n = n, .job = job, .user = user, .told = done, .failed = n};
    pthread_t helper[PB_THREADS_MAX];
    size_t    want = threads ? threads : pb_engine_cores(), helpers = 0;

    if (want > PB_THREADS_MAX) want = PB_THREADS_MAX;
    pthread_mutex_init(&c.lock, NULL);
    while (helpers + 1 < want && helpers + 1 < n && pthread_create(&helper[helpers], NULL, helper_main, &c) == 0)
        helpers++;
    work(&c, true);
    for (size_t i = 0; i < helpers; i++) pthread_join(helper[i], NULL);
    pthread_mutex_destroy(&c.lock);
    if (c.failed == n) return PB_OK;
    if (error) *error = c.error;
    return c.error.status;
}
