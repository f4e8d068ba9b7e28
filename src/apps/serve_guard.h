/* serve_guard.h - the end of `pitboard serve` and `demo` takes no longer than it may.
 *
 * A store that hangs, or work that does not stop, holds threads that nothing can end. What
 * was received is in the record by then; so the process ends without them. */
#ifndef PB_APPS_SERVE_GUARD_H
#define PB_APPS_SERVE_GUARD_H

#include <stdint.h>

typedef struct serve_guard serve_guard;

/* From now on: after ms `late` is called, from a thread of its own, and the process ends with
 * the code that was last set, at first PB__EXIT_FAILED. NULL when there is no memory or thread
 * for it: nobody watches then. */
serve_guard *serve_guard_start(uint32_t ms, void (*late)(void *with), void *with);
void         serve_guard_code(serve_guard *guard, int code);
/* It ended in time. NULL is harmless. */
void serve_guard_stop(serve_guard *guard);

#endif
