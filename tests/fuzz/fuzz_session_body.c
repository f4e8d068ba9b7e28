/* Any bytes as a body that is handed to a session: what is told of it adds up, every place is in
 * it, and the session goes on. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/engine_sessions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static pb_sessions *all;

static void end(void)
{
    pb_sessions_close(all, 1000);
}

/* Ended before the process is: what its thread reads with is taken down at the exit, too, and
 * what was made first (by the body given here) is taken down last. */
static pb_session *begin(char id[PB_SESSION_ID_MAX])
{
    static const char   point[] = "{\"time\":1,\"car\":1,\"speed_kmh\":1}";
    pb_sessions_options o       = pb_sessions_options_default();
    pb_session_spec     spec    = pb_session_spec_default();
    pb_session_taken    t;
    spec.calls            = false;
    spec.live.queue_bytes = 4u << 20;
    if (pb_sessions_open(&o, &all, NULL) != PB_OK || pb_sessions_start(all, &spec, id, NULL) != PB_OK) abort();
    pb_session *s = pb_sessions_find(all, NULL, id);
    if (pb_session_give(s, pb_span_of(point), &t, NULL) != PB_OK || atexit(end) != 0) abort();
    return s;
}

static pb_session *session(void)
{
    static char id[PB_SESSION_ID_MAX];
    return all ? pb_sessions_find(all, NULL, id) : begin(id);
}

static void look(const pb_session_taken *t, size_t size)
{
    uint64_t told = 0;
    if (t->n_reasons > sizeof t->reasons / sizeof *t->reasons) abort();
    for (uint32_t i = 0; i < t->n_reasons; i++) {
        const char *where = t->reasons[i].where;
        if (t->reasons[i].n == 0 || !t->reasons[i].why[0] || !memchr(where, 0, sizeof t->reasons[i].where)) abort();
        if (strncmp(where, "line ", 5) == 0 && strtoull(where + 5, NULL, 10) > size + 1) abort();
        told += t->reasons[i].n;
    }
    if (t->refused > told) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    pb_session      *s = session();
    pb_session_taken t;
    pb_error         error;
    pb_span          body = {(const char *)data, size};
    if (data[0] % 8 == 7) { /* first byte: how it is handed in */
        body = (pb_span){body.at + 1, body.len - 1};
        if (pb_session_give_as(s, PB_FEED_EVENT, true, body, &t, &error) == PB_OK) look(&t, size);
    } else if (pb_session_give(s, body, &t, &error) == PB_OK) {
        look(&t, size);
    }
    pb_session_drop(s);
    return 0;
}
