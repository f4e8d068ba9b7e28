#include "serve_guard.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "command.h"
#include "pitboard/engine.h"

struct serve_guard {
    pb_beside *thread;
    int        ended; /* an event: it did, in time */
    int64_t    until_us;
    atomic_int code;
    void (*late)(void *with);
    void *with;
};

/* Nothing is released: threads that hang still look at it. */
static void watch(void *with)
{
    serve_guard  *g   = with;
    struct pollfd fds = {.fd = g->ended, .events = POLLIN};
    for (int64_t left; (left = g->until_us - pb_engine_mono_us()) > 0;)
        if (poll(&fds, 1, (int)(left / 1000) + 1) > 0) return;
    g->late(g->with);
    (void)fflush(stdout);
    _exit(atomic_load(&g->code));
}

static void free_guard(serve_guard *g)
{
    if (g->ended >= 0) close(g->ended);
    free(g);
}

serve_guard *serve_guard_start(uint32_t ms, void (*late)(void *with), void *with)
{
    serve_guard *g = calloc(1, sizeof *g);
    if (!g) return NULL;
    g->until_us = pb_engine_mono_us() + (int64_t)ms * 1000;
    g->late     = late;
    g->with     = with;
    g->ended    = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    atomic_init(&g->code, PB__EXIT_FAILED);
    if (g->ended >= 0 && pb_engine_beside(watch, g, &g->thread, NULL) == PB_OK) return g;
    free_guard(g);
    return NULL;
}

void serve_guard_code(serve_guard *guard, int code)
{
    if (guard) atomic_store(&guard->code, code);
}

void serve_guard_stop(serve_guard *guard)
{
    const uint64_t one = 1;
    if (!guard) return;
    ssize_t told = write(guard->ended, &one, sizeof one); /* an event takes one always */
    (void)told;
    pb_engine_join(guard->thread);
    free_guard(guard);
}
