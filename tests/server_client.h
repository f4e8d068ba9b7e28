/* server_client.h - a server on a thread of its own, and a client that sends any bytes. */
#ifndef PB_SERVER_CLIENT_H
#define PB_SERVER_CLIENT_H

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <time.h>

#include "pb_test.h"
#include "pitboard/net_server.h"

typedef struct live_server {
    pb_server *server;
    pthread_t  thread;
} live_server;

static inline void *live_run(void *server)
{
    pb_server_run(server);
    return NULL;
}

static inline live_server live_start(const pb_server_options *options)
{
    live_server l;
    pb_error    error = {0};
    signal(SIGPIPE, SIG_IGN);
    if (pb_server_open(options, &l.server, &error) != PB_OK) print_error("%s\n", error.text);
    assert_string_equal(error.text, "");
    assert_int_equal(pthread_create(&l.thread, NULL, live_run, l.server), 0);
    return l;
}

static inline void live_stop(live_server *l)
{
    pb_server_drain(l->server, 300);
    pthread_join(l->thread, NULL);
    pb_server_close(l->server);
}

static inline int dial_port(uint16_t port)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int                fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static inline int dial(const live_server *l)
{
    return dial_port(pb_server_port(l->server));
}

static inline bool say_bytes(int fd, const void *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        ssize_t n = send(fd, (const char *)bytes + at, len - at, MSG_NOSIGNAL);
        if (n <= 0) return false;
        at += (size_t)n;
    }
    return true;
}

static inline bool say(int fd, const char *text)
{
    return say_bytes(fd, text, strlen(text));
}

/* Bytes now there, at most len, waiting up to ms; 0: closed, -1: nothing came (or reset). */
static inline ssize_t hear_some(int fd, void *to, size_t len, int ms)
{
    struct pollfd p = {fd, POLLIN, 0};
    if (poll(&p, 1, ms) != 1) return -1;
    return recv(fd, to, len, 0);
}

static inline bool hear_exactly(int fd, void *to, size_t len)
{
    for (size_t at = 0; at < len;) {
        ssize_t n = hear_some(fd, (char *)to + at, len - at, 5000);
        if (n <= 0) return false;
        at += (size_t)n;
    }
    return true;
}

/* One whole answer: head byte by byte, then Content-Length bytes; its status, 0 when the
 * connection ended before it. The head goes to head (4096), the body to body (cap). */
typedef struct heard {
    int    status;
    char   head[4096];
    char  *body; /* NUL-terminated; free it */
    size_t len;
} heard;

static inline heard hear_head_and_body(int fd, bool head_only)
{
    heard  h = {0};
    size_t n = 0;
    while (n + 1 < sizeof h.head && (n < 4 || memcmp(h.head + n - 4, "\r\n\r\n", 4) != 0)) {
        if (hear_some(fd, h.head + n, 1, 5000) != 1) return (heard){0};
        n++;
    }
    const char *length = strcasestr(h.head, "\r\nContent-Length: ");
    h.status           = atoi(h.head + 9);
    h.len              = length && !head_only ? strtoul(length + 18, NULL, 10) : 0;
    h.body             = calloc(1, h.len + 1);
    if (!hear_exactly(fd, h.body, h.len)) h.status = 0;
    return h;
}

static inline heard hear(int fd)
{
    return hear_head_and_body(fd, false);
}

static inline bool hear_end(int fd)
{
    char    byte[512];
    ssize_t n;
    while ((n = hear_some(fd, byte, sizeof byte, 5000)) > 0) {
    }
    return n == 0;
}

/* The status of one request on a connection of its own. */
static inline int status_of(const live_server *l, const char *request)
{
    int   fd = dial(l);
    heard h  = {0};
    say(fd, request);
    h = hear(fd);
    free(h.body);
    close(fd);
    return h.status;
}

static inline pb_server_counts counts_of(const live_server *l)
{
    pb_server_counts c;
    pb_server_counts_get(l->server, &c);
    return c;
}

static inline void sleep_ms(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&t, NULL);
}

/* Until what is true; false after 5 s. */
#define WAIT_UNTIL(what)                                                                                               \
    do {                                                                                                               \
        int pb_left = 2500;                                                                                            \
        while (!(what) && pb_left-- > 0) sleep_ms(2);                                                                  \
        assert_true(what);                                                                                             \
    } while (0)

#endif
