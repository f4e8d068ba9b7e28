/* route_server.h - rows of an api behind a real server on loopback, and a client for them. */
#ifndef PB_TEST_ROUTE_SERVER_H
#define PB_TEST_ROUTE_SERVER_H

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>

#include "api/schema.h"
#include "pb_test.h"
#include "pitboard/api.h"

typedef struct route_server {
    pb_pool     *pool;
    pb_api      *api;
    pb_server   *server;
    pb__schemas *schemas;
    pthread_t    thread;
    pb_error     error;
    /* of the last answer */
    int   status;
    char *head; /* with the body behind it */
    char *body;
} route_server;

static inline void *route_run(void *server)
{
    pb_server_run(server);
    return NULL;
}

static inline void route_begin(route_server *s, const pb_route_table *tables, uint32_t n)
{
    static const uint32_t threads[PB_LANE_N] = {2, 1};
    pb_server_options     o                  = pb_server_options_default();
    pb_api_options        a                  = pb_api_options_default();
    memset(s, 0, sizeof *s);
    if (pb_pool_create(threads, 16, NULL, &s->pool, &s->error) != PB_OK) fail_msg("%s", s->error.text);
    a.tables   = tables;
    a.n_tables = n;
    a.pool     = s->pool;
    a.limits   = (pb_api_limits){0};
    if (pb_api_create(&a, &s->api, &s->error) != PB_OK) fail_msg("%s", s->error.text);
    o.listen  = "127.0.0.1:0";
    o.ws_path = NULL;
    o.user    = s->api;
    o.request = pb_api_request;
    if (pb_server_open(&o, &s->server, &s->error) != PB_OK) fail_msg("%s", s->error.text);
    if (pb__schemas_create(NULL, &s->schemas, &s->error) != PB_OK) fail_msg("%s", s->error.text);
    PB_CHECK_EQ(pthread_create(&s->thread, NULL, route_run, s->server), 0);
}

static inline void route_end(route_server *s)
{
    pb_server_drain(s->server, 2000);
    PB_CHECK_EQ(pthread_join(s->thread, NULL), 0);
    PB_CHECK(pb_pool_destroy(s->pool, 2000));
    pb_server_close(s->server);
    pb_api_destroy(s->api);
    pb__schemas_destroy(s->schemas);
    free(s->head);
}

/* One request on a connection of its own; returns the status. */
static inline int route_ask(route_server *s, const char *method, const char *target)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(pb_server_port(s->server))};
    char               ask[1024];
    size_t             len = 0, cap = 1 << 16;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd             = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    PB_CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
    int n = snprintf(ask, sizeof ask, "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n%s\r\n", method,
                     target, pb_server_port(s->server), strcmp(method, "POST") == 0 ? "Content-Length: 0\r\n" : "");
    PB_CHECK_EQ(send(fd, ask, (size_t)n, 0), n);
    free(s->head);
    s->head = malloc(cap);
    for (ssize_t got; (got = recv(fd, s->head + len, cap - len - 1, 0)) > 0;) {
        len += (size_t)got;
        if (cap - len < 2) s->head = realloc(s->head, cap *= 2);
        PB_CHECK(s->head != NULL);
    }
    close(fd);
    s->head[len] = '\0';
    s->body      = strstr(s->head, "\r\n\r\n");
    PB_CHECK(s->body && sscanf(s->head, "HTTP/1.1 %d", &s->status) == 1);
    s->body += 4;
    return s->status;
}

static inline int route_get(route_server *s, const char *target)
{
    return route_ask(s, "GET", target);
}

static inline void route_fits(const route_server *s, pb_json value, const char *schema)
{
    pb__misfit misfit;
    pb_json    of = pb__schemas_find(s->schemas, schema);
    PB_CHECK(pb_json_present(of));
    if (!pb__schema_check(s->schemas, of, value, &misfit)) fail_msg("%s %s: %s", schema, misfit.pointer, misfit.text);
}

/* The last answer, which fits the schema; of a list every item does. Free it. */
static inline pb_json_doc *route_read(route_server *s, const char *schema, bool list)
{
    pb_json_doc *doc = NULL;
    if (pb_json_parse(pb_span_of(s->body), "answer", &doc, &s->error) != PB_OK)
        fail_msg("%s: %.300s", s->error.text, s->head);
    pb_json root = pb_json_root(doc), items = pb_json_get(root, "items");
    if (!list) route_fits(s, root, schema);
    PB_CHECK(!list || pb_json_present(items));
    for (size_t i = 0; list && i < pb_json_length(items); i++) route_fits(s, pb_json_at(items, i), schema);
    return doc;
}

/* GET that must give 200 and fit. */
static inline pb_json_doc *route_good(route_server *s, const char *target, const char *schema, bool list)
{
    if (route_get(s, target) != 200) fail_msg("%s: %.400s", target, s->head);
    return route_read(s, schema, list);
}

/* How many items the list has, all of them fitting. */
static inline size_t route_count(route_server *s, const char *target, const char *schema)
{
    pb_json_doc *doc = route_good(s, target, schema, true);
    size_t       n   = pb_json_length(pb_json_get(pb_json_root(doc), "items"));
    pb_json_free(doc);
    return n;
}

/* It is a problem with this status, and its text has this in it. */
static inline void route_bad(route_server *s, const char *target, int status, const char *has)
{
    if (route_get(s, target) != status) fail_msg("%s: %d, wanted %d", target, s->status, status);
    pb_json_free(route_read(s, "Problem", false));
    PB_CHECK_HAS(s->body, has);
}

#endif
