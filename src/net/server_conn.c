/* A connection: its life, what it keeps of the input, its output. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "server.h"

/* ---- life ---- */

pb__conn *pb__conn_new(pb_server *server)
{
    pb__conn *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    *c = (pb__conn){.server = server, .next = server->conns, .since_us = pb__now_us()};
    if (c->next) c->next->prev = c;
    server->conns = c;
    c->fd         = -1;
    PB__COUNT(server, connections, 1);
    PB__COUNT(server, open, 1);
    return c;
}

void pb__conn_detach(pb__conn *c)
{
    if (c->ws) pb__ws_gone(c);
    if (c->h2) pb__h2_gone(c);
    if (!c->exchange) return;
    c->exchange->conn = NULL;
    atomic_store_explicit(&c->exchange->gone, true, memory_order_relaxed);
    if (c->state == PB__CONN_BODY) pb__exchange_free(c->exchange); /* nobody above has heard of it */
    c->exchange = NULL;
}

/* Out of everything at once; the memory goes when nobody on the stack can come back to it. */
void pb__conn_bury(pb__conn *c)
{
    pb_server *s = c->server;
    if (c->buried) return;
    c->dead = c->buried = true;
    pb__conn_detach(c);
    if (c->tls && c->state != PB__CONN_LINGER) pb__tls_end(c);
    if (c->fd >= 0) close(c->fd); /* and with it, out of epoll */
    pb__hold_end(c);
    *(c->prev ? &c->prev->next : &s->conns) = c->next;
    if (c->next) c->next->prev = c->prev;
    pb__listen_forget(s, &c->key);
    PB__UNCOUNT(s, open);
    c->next   = s->graves;
    s->graves = c;
}

void pb__conn_free_buried(pb_server *s)
{
    while (s->graves) {
        pb__conn *c = s->graves;
        s->graves   = c->next;
        pb_blob_drop(c->out.body);
        free(c->out.head);
        free(c->in);
        SSL_free(c->ssl);
        free(c);
    }
}

void pb__conn_close(pb__conn *c)
{
    c->dead = true;
    if (!c->inside) pb__conn_bury(c);
}

/* A socket that is closed with bytes unread resets the connection, and the client never
 * sees the answer: so it is told, and read on for a while. */
void pb__conn_linger(pb__conn *c)
{
    if (c->state == PB__CONN_LINGER) return;
    c->state    = PB__CONN_LINGER;
    c->since_us = pb__now_us();
    c->in_len   = 0;
    if (c->tls) pb__tls_end(c);
    shutdown(c->fd, SHUT_WR);
    pb__conn_pause(c, false);
}

void pb__conn_pause(pb__conn *c, bool pause)
{
    if (c->paused == pause) return;
    c->paused = pause;
    pb__poll_change(c);
}

/* ---- input that is kept ---- */

bool pb__conn_keep_in(pb__conn *c, const char *at, size_t len)
{
    if (c->in_len + len > c->in_cap) {
        size_t cap = c->in_len + len > 2 * c->in_cap ? c->in_len + len : 2 * c->in_cap;
        if (!pb__hold(c, cap - c->in_cap)) return false;
        char *more = realloc(c->in, cap);
        if (!more) {
            pb__release(c->server, c, cap - c->in_cap);
            return false;
        }
        c->in     = more;
        c->in_cap = cap;
    }
    memcpy(c->in + c->in_len, at, len);
    c->in_len += len;
    return true;
}

void pb__conn_used(pb__conn *c, size_t n)
{
    c->in_len -= n;
    if (c->in_len > 0) {
        memmove(c->in, c->in + n, c->in_len);
        return;
    }
    if (!c->uncounted) pb__release(c->server, c, c->in_cap);
    free(c->in); /* ten thousand idle connections keep no buffers */
    c->in     = NULL;
    c->in_cap = 0;
}

void pb__conn_input(pb__conn *c, const char *at, size_t len)
{
    if (c->state == PB__CONN_WS)
        pb__ws_input(c, at, len);
    else if (c->state == PB__CONN_H2)
        pb__h2_input(c, at, len);
    else
        pb__h1_input(c, at, len);
}

/* ---- output ---- */

bool pb__conn_clogged(const pb__conn *c)
{
    return c->out.head || c->out.body || (c->tls && pb__tls_clogged(c));
}

/* The rest of a head that was not taken, and of its body. */
static void keep_out(pb__conn *c, const char *head, size_t head_len, pb_blob *body, size_t taken)
{
    size_t body_len = pb_blob_bytes(body).len;
    if (taken == head_len + body_len) return;
    c->since_us = pb__now_us();
    if (taken < head_len) {
        c->out.head = malloc(head_len - taken);
        if (!c->out.head) {
            pb__conn_close(c);
            return;
        }
        memcpy(c->out.head, head + taken, head_len - taken);
        c->out.head_at  = 0;
        c->out.head_len = head_len - taken;
    }
    c->out.body    = body_len > 0 ? pb_blob_hold(body) : NULL;
    c->out.body_at = taken > head_len ? taken - head_len : 0;
    if (!c->h2) pb__answers_are(c, c->out.head_len + body_len);
}

/* Bytes taken; SIZE_MAX when the connection is broken. */
static size_t send_plain(pb__conn *c, pb_span head, pb_span body)
{
    struct iovec  parts[2] = {{(void *)(uintptr_t)head.at, head.len}, {(void *)(uintptr_t)body.at, body.len}};
    struct msghdr message  = {.msg_iov = parts, .msg_iovlen = body.len > 0 ? 2 : 1};
    ssize_t       n        = sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) return (size_t)n;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? 0 : SIZE_MAX;
}

static size_t send_parts(pb__conn *c, pb_span head, pb_span body)
{
    size_t n = c->tls ? pb__tls_send(c, head, body) : send_plain(c, head, body);
    if (n == SIZE_MAX)
        pb__conn_close(c);
    else
        PB__COUNT(c->server, bytes_out, n);
    return n;
}

void pb__conn_send(pb__conn *c, const char *head, size_t head_len, pb_blob *body)
{
    if (c->dead) return;
    if (pb__conn_clogged(c)) { /* a client that did not even take "100 Continue" */
        pb__conn_close(c);
        return;
    }
    size_t n = send_parts(c, (pb_span){head, head_len}, pb_blob_bytes(body));
    if (n == SIZE_MAX) return;
    keep_out(c, head, head_len, body, n);
    if (pb__conn_clogged(c)) pb__poll_out(c);
}

static void drop_out(pb__conn *c)
{
    free(c->out.head);
    pb_blob_drop(c->out.body);
    c->out = (pb__out){0};
    if (!c->h2) pb__answers_are(c, 0);
}

void pb__conn_flush(pb__conn *c)
{
    if (c->dead || !pb__conn_clogged(c)) return;
    if (c->tls && !pb__tls_flush(c)) {
        pb__conn_close(c);
        return;
    }
    pb__out *o     = &c->out;
    pb_span  whole = pb_blob_bytes(o->body);
    pb_span  head  = {o->head ? o->head + o->head_at : NULL, o->head_len - o->head_at};
    pb_span  body  = {whole.at ? whole.at + o->body_at : NULL, whole.len - o->body_at};
    size_t   n     = head.len + body.len > 0 ? send_parts(c, head, body) : 0;
    if (n == SIZE_MAX) return;
    if (n > 0) c->since_us = pb__now_us();
    size_t of_head = n < head.len ? n : head.len;
    o->head_at += of_head;
    o->body_at += n - of_head;
    if (n == head.len + body.len) drop_out(c);
    if (pb__conn_clogged(c)) pb__poll_out(c);
}
