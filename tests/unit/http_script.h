/* http_script.h - a server that gives the answers it was told to, one a
 * connection, and remembers what it was asked; and a clock that does not wait. */
#ifndef PB_HTTP_SCRIPT_H
#define PB_HTTP_SCRIPT_H

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "pb_test.h"
#include "pitboard/net_http.h"

#define ASKED_MAX 32

typedef struct script {
    pid_t       child;
    int         log; /* requests, each with a NUL behind it */
    uint16_t    port;
    char        url[64];
    char        text[65536]; /* what was read of the log */
    const char *asked[ASKED_MAX];
    uint32_t    n_asked;
} script;

typedef struct script_answer {
    const char *bytes;
    int         hold_ms; /* before the connection is closed */
} script_answer;

/* The head of a request and as much body as it announces. */
static inline void script_read(int fd, char *to, size_t cap)
{
    size_t used = 0, want = SIZE_MAX;
    while (used + 1 < cap && used < want) {
        ssize_t n = read(fd, to + used, cap - 1 - used);
        if (n <= 0) break;
        used += (size_t)n;
        to[used]         = '\0';
        const char *end  = strstr(to, "\r\n\r\n");
        const char *size = strcasestr(to, "content-length: ");
        if (end) want = (size_t)(end + 4 - to) + (size && size < end ? (size_t)atol(size + 16) : 0); // NOLINT
    }
    to[used] = '\0';
}

static inline void script_serve(int listener, int log, const script_answer *answers, uint32_t n)
{
    static char request[32768];
    signal(SIGPIPE, SIG_IGN);
    alarm(20);
    for (uint32_t i = 0; i < n; i++) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) break;
        script_read(fd, request, sizeof request);
        if (write(log, request, strlen(request) + 1) < 0) break;
        if (write(fd, answers[i].bytes, strlen(answers[i].bytes)) < 0) break;
        if (answers[i].hold_ms) poll(NULL, 0, answers[i].hold_ms);
        shutdown(fd, SHUT_WR);
        while (read(fd, request, sizeof request) > 0) {
        } /* no reset while the answer is read */
        close(fd);
    }
    _exit(0);
}

static inline void script_start_on(script *s, const script_answer *answers, uint32_t n)
{
    struct sockaddr_in at  = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t          len = sizeof at;
    int                pipes[2], listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memset(s, 0, sizeof *s);
    PB_CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 8) == 0);
    PB_CHECK(getsockname(listener, (struct sockaddr *)&at, &len) == 0 && pipe(pipes) == 0);
    s->port  = ntohs(at.sin_port);
    s->log   = pipes[0];
    s->child = fork();
    if (s->child == 0) script_serve(listener, pipes[1], answers, n);
    close(listener);
    close(pipes[1]);
    snprintf(s->url, sizeof s->url, "http://127.0.0.1:%u/x", s->port);
}

#define SCRIPT(s, ...)                                                                                                 \
    do {                                                                                                               \
        const script_answer script_answers[] = {__VA_ARGS__};                                                          \
        script_start_on((s), script_answers, sizeof script_answers / sizeof *script_answers);                          \
    } while (0)

/* Ends the server and reads what it was asked. */
static inline void script_stop(script *s)
{
    kill(s->child, SIGTERM);
    waitpid(s->child, NULL, 0);
    size_t used = 0;
    for (ssize_t n; (n = read(s->log, s->text + used, sizeof s->text - 1 - used)) > 0;) used += (size_t)n;
    close(s->log);
    for (size_t at = 0; at < used && s->n_asked < ASKED_MAX; at += strlen(s->text + at) + 1)
        s->asked[s->n_asked++] = s->text + at;
}

/* ---- a clock that does not wait ---- */

typedef struct fake_clock {
    int64_t now_ms, slept_ms, waits[64];
    int     n_waits;
} fake_clock;

static inline int64_t fake_utc_ms(void *context)
{
    return ((const fake_clock *)context)->now_ms;
}

static inline void fake_sleep_ms(void *context, int64_t ms)
{
    fake_clock *c = context;
    c->now_ms += ms;
    c->slept_ms += ms;
    if (c->n_waits < 64) c->waits[c->n_waits++] = ms;
}

static inline pb_http_options fake_options(fake_clock *clock)
{
    pb_http_options o = pb_http_options_default();
    *clock            = (fake_clock){.now_ms = 1440938160000}; /* 2015-08-30T12:36:00Z */
    o.clock           = (pb_http_clock){fake_utc_ms, fake_sleep_ms, clock};
    o.stall_s         = 1;
    return o;
}

static inline pb_http *open_http(const pb_http_options *o)
{
    pb_http *http = NULL;
    pb_error error;
    PB_CHECK_EQ(pb_http_open(o, &http, &error), PB_OK);
    return http;
}

#endif
