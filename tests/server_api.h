/* server_api.h - what stands behind a server in its tests: it echoes, tells what it was
 * asked, answers later from a thread, or holds an exchange until a test answers it. */
#ifndef PB_SERVER_API_H
#define PB_SERVER_API_H

#include <stdatomic.h>

#include "server_client.h"

#define GET(target) "GET " target " HTTP/1.1\r\nHost: x\r\n\r\n"
#define POST "POST /echo HTTP/1.1\r\nHost: x\r\n"

typedef struct state {
    pthread_mutex_t lock;
    pb_exchange    *held; /* of /hold */
    atomic_int      seen, threads;
    pb_blob        *big;
} state;

static inline void reply_text(pb_exchange *x, int status, const char *text)
{
    const pb_header headers[] = {{"Content-Type", "text/plain"}};
    pb_blob        *body      = pb_blob_make(pb_span_of(text));
    pb_exchange_reply(x, &(pb_answer){status, headers, 1, body});
    pb_blob_drop(body);
}

typedef struct later {
    state       *s;
    pb_exchange *x;
} later;

static inline void *reply_later(void *argument)
{
    later l = *(later *)argument;
    free(argument);
    sleep_ms(3);
    reply_text(l.x, 200, "later");
    l.s->threads--;
    return NULL;
}

static inline void begin_later(state *s, pb_exchange *x)
{
    pthread_t thread;
    later    *l = malloc(sizeof *l);
    *l          = (later){s, x};
    s->threads++;
    assert_int_equal(pthread_create(&thread, NULL, reply_later, l), 0);
    pthread_detach(thread);
}

static inline void reply_facts(pb_exchange *x)
{
    char        text[2048];
    const char *names[] = {"host", "x-api-key", "accept", "cookie", "idempotency-key", "x-unknown"};
    int         n =
        snprintf(text, sizeof text, "%s %s ?%s from %s%s", pb_method_name(pb_exchange_method(x)), pb_exchange_path(x),
                 pb_exchange_query(x), pb_exchange_address(x), pb_exchange_secure(x) ? " secure" : "");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = pb_exchange_header(x, names[i]);
        n += snprintf(text + n, sizeof text - (size_t)n, "\n%s=%s", names[i], value ? value : "(none)");
    }
    reply_text(x, 200, text);
}

static inline void reply_forged(pb_exchange *x)
{
    const pb_header headers[] = {{"X-Good", "yes"}, {"X-Bad", "a\r\nSet-Cookie: x"}, {"Bad Name", "y"}};
    pb_exchange_reply(x, &(pb_answer){200, headers, 3, NULL});
}

static inline void request(void *user, pb_exchange *x)
{
    state      *s    = user;
    const char *path = pb_exchange_path(x);
    s->seen++;
    if (strcmp(path, "/echo") == 0) {
        pb_blob *body = pb_blob_make(pb_exchange_body(x));
        pb_exchange_reply(x, &(pb_answer){.status = 200, .body = body});
        pb_blob_drop(body);
    } else if (strcmp(path, "/hold") == 0) {
        pthread_mutex_lock(&s->lock);
        s->held = x;
        pthread_mutex_unlock(&s->lock);
    } else if (strcmp(path, "/later") == 0) {
        begin_later(s, x);
    } else if (strcmp(path, "/big") == 0) {
        pb_exchange_reply(x, &(pb_answer){.status = 200, .body = s->big});
    } else if (strcmp(path, "/none") == 0) {
        pb_exchange_reply(x, &(pb_answer){.status = 304, .body = s->big});
    } else if (strcmp(path, "/forged") == 0) {
        reply_forged(x);
    } else {
        reply_facts(x);
    }
}

static inline pb_exchange *wait_held(state *s)
{
    pb_exchange *x = NULL;
    for (int i = 0; i < 2500 && !x; i++) {
        pthread_mutex_lock(&s->lock);
        x       = s->held;
        s->held = NULL;
        pthread_mutex_unlock(&s->lock);
        if (!x) sleep_ms(2);
    }
    assert_non_null(x);
    return x;
}

static inline state fresh(void)
{
    return (state){.lock = PTHREAD_MUTEX_INITIALIZER};
}

static inline pb_server_options options_of(state *s)
{
    pb_server_options o = pb_server_options_default();
    o.listen            = "127.0.0.1:0";
    o.user              = s;
    o.request           = request;
    return o;
}

#define WITH_SERVER(s, l)                                                                                              \
    state             s = fresh();                                                                                     \
    pb_server_options o = options_of(&s);                                                                              \
    live_server       l = live_start(&o)

static inline void check_answer(int fd, int status, const char *part)
{
    heard h = hear(fd);
    PB_CHECK_EQ(h.status, status);
    if (part) PB_CHECK_HAS(h.body, part);
    free(h.body);
}

#endif
