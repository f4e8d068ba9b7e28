/* A request and its way to the answer: see pitboard/net_server.h. */
#include <stdlib.h>
#include <string.h>

#include "server.h"

/* ---- made and freed ---- */

pb_exchange *pb__exchange_new(pb__conn *conn, size_t room)
{
    pb_server   *server = conn->server;
    size_t       all    = sizeof(pb_exchange) + room;
    pb_exchange *x      = pb__hold(conn, all) ? malloc(all) : NULL;
    if (!x) return NULL;
    memset(x, 0, sizeof *x);
    x->server   = server;
    x->conn     = conn;
    x->room     = all;
    x->query    = "";
    x->began_us = pb__now_us();
    atomic_fetch_add_explicit(&server->holders, 1, memory_order_relaxed);
    return x;
}

static void free_answer(pb_exchange *x)
{
    if (x->fields) pb_blob_drop(x->answer.body);
    free(x->fields);
}

/* On the loop, but for one whose server has ended. */
void pb__exchange_free(pb_exchange *x)
{
    pb_server *server = x->server;
    server->bodies_now -= x->body_cap;
    pb__release(server, x->stream ? pb__h2_conn(x->stream) : x->conn, x->room);
    free_answer(x);
    free(x->body);
    free(x);
    pb__server_drop(server);
}

/* What was sent in several fields is one list (RFC 9110, 5.3); of cookies, with "; ". */
static char *put_kept(pb_exchange *x, const pb__request *head, int id, char *to)
{
    x->kept[id]       = to;
    const char *apart = id == PB__KEPT_COOKIE ? "; " : ", ";
    for (uint32_t i = 0, n = 0; i < head->n_fields; i++) {
        const pb__field *f = &head->fields[i];
        if (f->id != id) continue;
        if (n++ > 0) memcpy(to, apart, 2), to += 2;
        if (f->value.len > 0) memcpy(to, f->value.at, f->value.len);
        to += f->value.len;
    }
    *to = '\0';
    return to + 1;
}

static size_t room_for(const pb__request *head)
{
    size_t n = head->target.len + 2;
    for (uint32_t i = 0; i < head->n_fields; i++) n += head->fields[i].value.len + 3;
    return n;
}

pb_exchange *pb__exchange_of_head(pb__conn *conn, const pb__request *head, int *status, const char **why)
{
    pb_exchange *x = pb__exchange_new(conn, room_for(head));
    *why           = "too much is being received; ask again in a moment";
    *status        = 503;
    if (!x) return NULL;
    *status = pb__path_read(head->target, x->head, &x->path, &x->query, why);
    if (*status != 0) {
        pb__exchange_free(x);
        return NULL;
    }
    char *to = x->head + head->target.len + 2;
    for (uint32_t i = 0; i < head->n_fields; i++)
        if (!x->kept[head->fields[i].id]) to = put_kept(x, head, head->fields[i].id, to);
    x->method = head->method;
    x->secure = conn->tls;
    memcpy(x->address, conn->address, sizeof x->address);
    return x;
}

/* ---- its body ---- */

static int grow_body(pb_exchange *x, size_t want)
{
    pb_server *s   = x->server;
    size_t     cap = x->body_cap ? x->body_cap : 4096;
    while (cap < want) cap *= 2;
    if (cap > s->o.body_max) cap = s->o.body_max;
    if (s->bodies_now + (cap - x->body_cap) > s->o.bodies_max) return 503;
    char *more = realloc(x->body, cap);
    if (!more) return 503;
    s->bodies_now += cap - x->body_cap;
    x->body     = more;
    x->body_cap = cap;
    return 0;
}

int pb__exchange_room(pb_exchange *x, size_t n)
{
    if (n > x->server->o.body_max - x->body_len) return 413;
    return x->body_len + n <= x->body_cap ? 0 : grow_body(x, x->body_len + n);
}

void pb__exchange_deliver(pb_exchange *x)
{
    PB__COUNT(x->server, requests, 1);
    x->server->o.request(x->server->o.user, x);
}

/* ---- what is told of it ---- */

pb_method pb_exchange_method(const pb_exchange *x)
{
    return x->method;
}

const char *pb_exchange_path(const pb_exchange *x)
{
    return x->path;
}

const char *pb_exchange_query(const pb_exchange *x)
{
    return x->query;
}

const char *pb_exchange_header(const pb_exchange *x, const char *name)
{
    int id = pb__kept_find(pb_span_of(name));
    return id < 0 ? NULL : x->kept[id];
}

pb_span pb_exchange_body(const pb_exchange *x)
{
    return (pb_span){x->body, x->body_len};
}

const char *pb_exchange_address(const pb_exchange *x)
{
    return x->address;
}

bool pb_exchange_gone(const pb_exchange *x)
{
    return atomic_load_explicit(&x->gone, memory_order_relaxed);
}

bool pb_exchange_secure(const pb_exchange *x)
{
    return x->secure;
}

int64_t pb_exchange_began_us(const pb_exchange *x)
{
    return x->began_us;
}

/* ---- its answer ---- */

static void answer_now(pb_exchange *x, const pb_answer *answer)
{
    if (x->stream)
        pb__h2_answer(x->stream, x, answer);
    else if (x->conn)
        pb__h1_answer(x->conn, x, answer);
    else
        pb__exchange_free(x);
}

/* A copy of an answer that outlives the call: fields, then their texts, in one block.
 * Out of memory it becomes a bare 503. */
static void copy_answer(pb_exchange *x, const pb_answer *a)
{
    size_t n = 0;
    for (uint32_t i = 0; i < a->n_headers; i++) n += strlen(a->headers[i].name) + strlen(a->headers[i].value) + 2;
    x->fields = malloc(sizeof(pb_header) * (a->n_headers + 1) + n);
    x->answer = (pb_answer){.status = 503};
    if (!x->fields) return;
    char *to = (char *)(x->fields + a->n_headers + 1);
    for (uint32_t i = 0; i < a->n_headers; i++) {
        x->fields[i].name  = to;
        to                 = stpcpy(to, a->headers[i].name) + 1;
        x->fields[i].value = to;
        to                 = stpcpy(to, a->headers[i].value) + 1;
    }
    x->answer = (pb_answer){a->status, x->fields, a->n_headers, pb_blob_hold(a->body)};
}

static void queue(pb_exchange *x)
{
    pb_server *s = x->server;
    pthread_mutex_lock(&s->lock);
    bool closed = s->closed;
    if (!closed) {
        *(s->replies ? &s->replies_last->next : &s->replies) = x;
        s->replies_last                                      = x;
        pb__wake(s);
    }
    pthread_mutex_unlock(&s->lock);
    if (!closed) return;
    x->body_cap = x->room = 0; /* nobody counts any more */
    pb__exchange_free(x);
}

void pb_exchange_reply(pb_exchange *x, const pb_answer *answer)
{
    PB_ASSERT(answer->status >= 200 && answer->status <= 599 && answer->n_headers <= PB__ANSWER_FIELDS);
    if (pb__on_loop(x->server)) {
        answer_now(x, answer);
        return;
    }
    copy_answer(x, answer);
    queue(x);
}

void pb__replies_run(pb_server *server)
{
    pthread_mutex_lock(&server->lock);
    pb_exchange *x  = server->replies;
    server->replies = server->replies_last = NULL;
    pthread_mutex_unlock(&server->lock);
    while (x) {
        pb_exchange *next = x->next;
        answer_now(x, &x->answer);
        x = next;
    }
}
