/* api_client.h - an api behind a real server on loopback, and a client that sends bytes as they are. */
#ifndef PB_TEST_API_CLIENT_H
#define PB_TEST_API_CLIENT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "pb_test.h"
#include "pitboard/api.h"

typedef struct served {
    pb_api_options options;
    pb_api        *api;
    pb_pool       *pool;
    pb_server     *server;
    pthread_t      thread;
    char           answer[256 << 10]; /* of the last request: head and body */
    size_t         len;
    int            status;
    char          *body;
} served;

static void *serve(void *user)
{
    pb_server_run(user);
    return NULL;
}

/* options: tables, access and limits are set; the pool is made here unless there is one. */
static inline void serve_begin(served *s)
{
    static const uint32_t threads[PB_LANE_N] = {2, 1};
    pb_server_options     o                  = pb_server_options_default();
    pb_error              e                  = {0};
    if (!s->options.pool) PB_CHECK_EQ(pb_pool_create(threads, 64, NULL, &s->pool, &e), PB_OK);
    if (s->pool) s->options.pool = s->pool;
    if (pb_api_create(&s->options, &s->api, &e) != PB_OK) fail_msg("%s", e.text);
    o.listen  = "127.0.0.1:0";
    o.user    = s->api;
    o.request = pb_api_request;
    if (pb_server_open(&o, &s->server, &e) != PB_OK) fail_msg("%s", e.text);
    PB_CHECK_EQ(pthread_create(&s->thread, NULL, serve, s->server), 0);
}

static inline void serve_end(served *s)
{
    pb_server_drain(s->server, 5000);
    pthread_join(s->thread, NULL);
    pb_server_close(s->server);
    PB_CHECK(pb_pool_destroy(s->pool, 5000));
    pb_api_destroy(s->api);
}

static inline int dial(const served *s)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(pb_server_port(s->server))};
    int                fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr    = htonl(INADDR_LOOPBACK);
    PB_CHECK_EQ(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static inline void send_all(int fd, const char *at, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, at, len, MSG_NOSIGNAL);
        PB_CHECK(n > 0);
        at += n;
        len -= (size_t)n;
    }
}

/* Sends bytes and reads to the end of the connection. */
static inline int exchange(served *s, const char *head, const void *body, size_t body_len)
{
    int fd = dial(s);
    send_all(fd, head, strlen(head));
    send_all(fd, body, body_len);
    s->len = 0;
    for (ssize_t n; (n = recv(fd, s->answer + s->len, sizeof s->answer - 1 - s->len, 0)) > 0;) s->len += (size_t)n;
    close(fd);
    s->answer[s->len] = '\0';
    s->body           = strstr(s->answer, "\r\n\r\n");
    s->body           = s->body ? s->body + 4 : s->answer + s->len;
    s->status         = strncmp(s->answer, "HTTP/1.1 ", 9) == 0 ? atoi(s->answer + 9) : 0;
    return s->status;
}

/* headers: lines that end with \r\n; body NULL none. */
static inline int ask_bytes(served *s, const char *method, const char *target, const char *headers, const void *body,
                            size_t len)
{
    char head[8192], length[48] = "";
    if (body) (void)snprintf(length, sizeof length, "Content-Length: %zu\r\n", len);
    (void)snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s%s\r\n", method,
                   target, pb_server_port(s->server), length, headers);
    return exchange(s, head, body ? body : "", body ? len : 0);
}

static inline int ask(served *s, const char *method, const char *target, const char *headers, const char *body)
{
    return ask_bytes(s, method, target, headers, body, body ? strlen(body) : 0);
}

/* The value of a header of the answer; "" none. */
static inline const char *told(served *s, const char *name)
{
    static char value[1024];
    size_t      len = strlen(name);
    for (const char *line = s->answer; line && line < s->body; line = strstr(line, "\r\n")) {
        if (line[0] == '\r') line += 2;
        if (strncasecmp(line, name, len) != 0 || line[len] != ':') continue;
        const char *at = line + len + 1 + strspn(line + len + 1, " "), *end = strstr(at, "\r\n");
        (void)snprintf(value, sizeof value, "%.*s", (int)(end - at), at);
        return value;
    }
    return "";
}

#endif
