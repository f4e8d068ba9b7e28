/* The loop: lws's callbacks, posts, waking, draining. */
#include <stdlib.h>
#include <time.h>

#include "server.h"

int64_t pb__now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool pb__on_loop(const pb_server *server)
{
    return atomic_load_explicit(&server->running, memory_order_acquire) && pthread_equal(server->loop, pthread_self());
}

/* ---- from other threads ---- */

/* With the lock held. One write into lws's event descriptor wakes for all that is queued. */
void pb__wake(pb_server *server)
{
    if (server->woken || server->closed) return;
    server->woken = true;
    lws_cancel_service(server->lws);
}

void pb_server_post(pb_server *server, void (*f)(void *user), void *user)
{
    pb__post *p = malloc(sizeof *p);
    PB_ASSERT(p);
    *p = (pb__post){NULL, f, user};
    pthread_mutex_lock(&server->lock);
    *(server->posts ? &server->posts_last->next : &server->posts) = p;
    server->posts_last                                            = p;
    pb__wake(server);
    pthread_mutex_unlock(&server->lock);
}

void pb_server_drain(pb_server *server, uint32_t wait_ms)
{
    pthread_mutex_lock(&server->lock);
    server->drain_asked = true;
    server->drain_ms    = wait_ms;
    pb__wake(server);
    pthread_mutex_unlock(&server->lock);
}

static void run_posts(pb__post *p)
{
    while (p) {
        pb__post *next = p->next;
        p->f(p->user);
        free(p);
        p = next;
    }
}

/* ---- draining ---- */

static void begin_drain(pb_server *s, uint32_t wait_ms)
{
    int64_t now = pb__now_us(), until = now + (int64_t)wait_ms * 1000;
    if (!s->draining || until < s->drain_until_us) s->drain_until_us = until;
    if (s->draining) return;
    s->draining      = true;
    s->drain_from_us = now;
    pb__listen_stop(s);
    pb__tick_start(s);
}

static void woken(pb_server *s)
{
    pthread_mutex_lock(&s->lock);
    pb__post *posts   = s->posts;
    bool      drain   = s->drain_asked;
    uint32_t  wait_ms = s->drain_ms;
    s->posts = s->posts_last = NULL;
    s->woken = s->drain_asked = false;
    pthread_mutex_unlock(&s->lock);
    run_posts(posts);
    pb__replies_run(s);
    if (drain) begin_drain(s, wait_ms);
}

/* ---- what lws tells ---- */

int pb__lws_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len)
{
    (void)user, (void)in, (void)len;
    pb_server *s = lws_context_user(lws_get_context(wsi));
    s->depth++;
    if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) woken(s);
    if (reason == LWS_CALLBACK_RAW_RX_FILE) pb__poll_run(s);
    s->depth--;
    pb__ws_wants_run(s);
    return 0;
}

/* ---- timers and the run ---- */

void pb__tick_start(pb_server *s)
{
    lws_sul_schedule(s->lws, 0, &s->tick, pb__tick, s->draining ? 20 * LWS_US_PER_MS : 250 * LWS_US_PER_MS);
}

static void every(lws_sorted_usec_list_t *sul)
{
    pb__every *e = lws_container_of(sul, pb__every, sul);
    lws_sul_schedule(e->server->lws, 0, &e->sul, every, (lws_usec_t)e->ms * LWS_US_PER_MS);
    e->server->depth++;
    e->f(e->user);
    e->server->depth--;
    pb__ws_wants_run(e->server);
}

void pb_server_every(pb_server *s, uint32_t ms, void (*f)(void *user), void *user)
{
    PB_ASSERT(s->n_every < PB__EVERY_MAX && ms > 0);
    pb__every *e = &s->every[s->n_every++];
    *e           = (pb__every){.server = s, .ms = ms, .f = f, .user = user};
    lws_sul_schedule(s->lws, 0, &e->sul, every, (lws_usec_t)ms * LWS_US_PER_MS);
}

static bool done(const pb_server *s)
{
    return s->draining && (!s->conns || pb__now_us() >= s->drain_until_us);
}

void pb_server_run(pb_server *s)
{
    s->loop = pthread_self();
    atomic_store_explicit(&s->running, true, memory_order_release);
    pb__tick_start(s);
    pthread_mutex_lock(&s->lock);
    s->woken = false; /* what was queued before */
    pb__wake(s);
    pthread_mutex_unlock(&s->lock);
    while (!done(s) && lws_service(s->lws, 0) >= 0) pb__conn_free_buried(s);
    while (s->conns) pb__conn_bury(s->conns);
    pb__conn_free_buried(s);
}
