/* Requests of HTTP/1.1 on one connection, one after the other. */
#include <string.h>

#include "server.h"

/* ---- answers ---- */

static void after_answer(pb__conn *c)
{
    if (c->dead || pb__conn_clogged(c)) return;
    if (!c->keep) {
        pb__conn_linger(c);
        return;
    }
    c->state    = PB__CONN_HEAD;
    c->since_us = pb__now_us();
}

static void send_answer(pb__conn *c, const pb_answer *answer)
{
    pb_server *s    = c->server;
    char      *head = (char *)s->scratch + LWS_PRE + PB__TLS_CHUNK;
    if (s->draining) c->keep = false;
    size_t n = pb__answer_head(s, answer, (pb__answer_form){c->keep, c->http10}, head, PB__ANSWER_HEAD);
    PB_ASSERT(n > 0); /* our own headers: 16 KiB are enough */
    bool body = !c->head_only && pb__has_body(answer->status);
    c->state  = PB__CONN_WAIT;
    pb__conn_send(c, head, n, body ? answer->body : NULL);
    after_answer(c);
}

static void run(pb__conn *c);

void pb__h1_answer(pb__conn *c, pb_exchange *x, const pb_answer *answer)
{
    if (x->for_ws) { /* ws_accept's: the handshake, which is on the stack, goes on from here */
        x->answered = true;
        send_answer(c, answer);
        return;
    }
    bool nested = c->answering, inside = c->inside;
    c->exchange = NULL;
    c->inside   = true;
    send_answer(c, answer);
    pb__exchange_free(x);
    if (!nested) run(c);
    c->inside = inside;
    if (c->dead && !inside) pb__conn_close(c);
}

/* The stream cannot be trusted any more: an answer, and the end. */
void pb__h1_refuse(pb__conn *c, int status, const char *why)
{
    static const pb_header headers[] = {{"Content-Type", "application/problem+json"},
                                        {"X-Content-Type-Options", "nosniff"},
                                        {"Cache-Control", "no-store"}};
    PB__COUNT(c->server, refused_requests, 1);
    if (c->exchange) pb__exchange_free(c->exchange);
    c->exchange   = NULL;
    c->keep       = false;
    pb_blob *body = pb__problem(status, why);
    send_answer(c, &(pb_answer){status, headers, 3, body});
    pb_blob_drop(body);
}

/* ---- requests ---- */

static void deliver(pb__conn *c)
{
    c->state    = PB__CONN_WAIT;
    c->since_us = pb__now_us();
    pb__exchange_deliver(c->exchange);
}

static const char too_long[] = "the body is longer than this server takes (see its limit of a request's body)";
static const char too_many[] = "too many bodies are being received; ask again in a moment";

static void refuse_body(pb__conn *c, int status)
{
    pb__h1_refuse(c, status, status == 413 ? too_long : too_many);
}

static void begin_body(pb__conn *c, const pb__request *head)
{
    c->reading = pb__body_begin(head);
    c->state   = PB__CONN_BODY;
    if (head->length > c->server->o.body_max) {
        refuse_body(c, 413);
        return;
    }
    if (c->reading.done)
        deliver(c);
    else if (head->expect)
        pb__conn_send(c, "HTTP/1.1 100 Continue\r\n\r\n", 25, NULL);
}

static void begin_request(pb__conn *c, const pb__request *head)
{
    int         status;
    const char *why;
    c->keep      = head->keep;
    c->http10    = head->http10;
    c->head_only = head->method == PB_HEAD;
    c->since_us  = pb__now_us();
    c->exchange  = pb__exchange_of_head(c, head, &status, &why);
    if (!c->exchange)
        pb__h1_refuse(c, status, why);
    else if (pb__ws_wanted(c, head)) {
        pb_exchange *x = c->exchange;
        c->exchange    = NULL;
        pb__ws_begin(c, head, x);
    } else
        begin_body(c, head);
}

/* HTTP/2 by prior knowledge (RFC 9113, 3.3), where there is no TLS to agree on it: its first line is no request. */
static bool begins_h2(const pb__conn *c, pb_span left)
{
    return !c->tls && c->server->h2 && left.len >= 18 && memcmp(left.at, "PRI * HTTP/2.0\r\n\r\n", 18) == 0;
}

/* Bytes used; 0: more is needed, or the answer must go first. */
static size_t step_head(pb__conn *c, pb_span left)
{
    pb__request head;
    const char *why;
    int         status = pb__request_read(left, &head, &why);
    if (status < 0) return 0;
    if (begins_h2(c, left)) {
        pb__h2_begin(c);
        pb__h2_input(c, left.at, left.len);
        return left.len;
    }
    if (status > 0) {
        c->head_only = false;
        pb__h1_refuse(c, status, why);
        return left.len;
    }
    begin_request(c, &head);
    return head.bytes;
}

static size_t step_body(pb__conn *c, pb_span left)
{
    pb_span     data;
    size_t      used;
    const char *why;
    int         status = pb__body_take(&c->reading, left, &data, &used, &why);
    if (status != 0) {
        pb__h1_refuse(c, status, why);
        return left.len;
    }
    if (data.len > 0) {
        pb_exchange *x      = c->exchange;
        size_t       before = x->body_len;
        if ((status = pb__exchange_room(x, data.len)) != 0) {
            refuse_body(c, status);
            return left.len;
        }
        memcpy(x->body + x->body_len, data.at, data.len);
        x->body_len += data.len;
        if (before >> 16 != x->body_len >> 16) c->since_us = pb__now_us(); /* another 64 KiB are there */
    }
    if (c->reading.done) deliver(c);
    return used;
}

/* What can be done with left right now; returns how much of it was. */
static size_t work(pb__conn *c, pb_span left)
{
    size_t used = 0;
    while (!c->dead && used < left.len) {
        pb_span rest = {left.at + used, left.len - used};
        size_t  n    = 0;
        if (c->state == PB__CONN_HEAD)
            n = step_head(c, rest);
        else if (c->state == PB__CONN_BODY)
            n = step_body(c, rest);
        else if (c->state == PB__CONN_LINGER)
            n = rest.len;
        if (n == 0) break;
        used += n;
    }
    return used;
}

/* What was kept, after an answer has gone. */
static void run(pb__conn *c)
{
    if (c->answering) return;
    c->answering = true;
    if (c->in_len > 0 && !c->dead) {
        size_t used = work(c, (pb_span){c->in, c->in_len});
        if (c->state != PB__CONN_LINGER && used > 0) pb__conn_used(c, used < c->in_len ? used : c->in_len);
    }
    c->answering = false;
    if (c->state == PB__CONN_WS && c->in_len > 0 && !c->dead) {
        pb__ws_input(c, NULL, 0);
        return;
    }
    if (!c->dead) pb__conn_pause(c, c->state == PB__CONN_WAIT && c->in_len >= PB__IN_MAX);
}

static void discard(pb__conn *c, size_t len)
{
    c->lingered += len;
    if (c->lingered > PB__LINGER_MAX) pb__conn_close(c);
}

void pb__h1_input(pb__conn *c, const char *at, size_t len)
{
    if (c->state == PB__CONN_LINGER) {
        discard(c, len);
        return;
    }
    if (c->in_len == 0 && !c->answering) { /* the common case: nothing is copied */
        c->answering = true;
        if (c->state == PB__CONN_HEAD) c->since_us = pb__now_us();
        size_t used  = work(c, (pb_span){at, len});
        c->answering = false;
        at += used;
        len -= used;
    }
    if (c->dead || c->state == PB__CONN_LINGER) return;
    if (len > 0 && !pb__conn_keep_in(c, at, len)) {
        pb__conn_close(c);
        return;
    }
    run(c);
}

void pb__h1_writable(pb__conn *c)
{
    pb__conn_flush(c);
    if (c->dead || pb__conn_clogged(c)) return;
    if (c->state == PB__CONN_WAIT && !c->exchange) {
        after_answer(c);
        run(c);
    }
}
