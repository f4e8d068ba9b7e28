/* One function on a thread of its own. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/engine.h"

struct pb_beside {
    pthread_t thread;
    void (*f)(void *user);
    void *user;
};

static void *work(void *with)
{
    pb_beside *b = with;
    b->f(b->user);
    return NULL;
}

pb_status pb_engine_beside(void (*f)(void *user), void *user, pb_beside **out, pb_error *error)
{
    pb_beside *b = malloc(sizeof *b);
    if (!b) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *b         = (pb_beside){.f = f, .user = user};
    int failed = pthread_create(&b->thread, NULL, work, b);
    if (failed != 0) {
        free(b);
        return pb_error_set(error, PB_E_LIMIT, "no thread could be started: %s", strerror(failed));
    }
    *out = b;
    return PB_OK;
}

void pb_engine_join(pb_beside *beside)
{
    if (!beside) return;
    (void)pthread_join(beside->thread, NULL);
    free(beside);
}
