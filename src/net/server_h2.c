/* HTTP/2: streams, whose frames libnghttp2 reads and writes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"
#include "server_nghttp2.h"

#define STREAMS_MAX 100
#define STREAM_BYTES ((size_t)1200) /* a stream, here and in nghttp2, without its head */
#define HEAD_BYTES_MAX                                                                                                 \
    (4u * PB__HEAD_MAX)    /* of a head that is refused and goes on: it costs its sender next to nothing */
#define RESETS_MAX 200.0   /* requests taken back before they were answered ... */
#define RESETS_PER_S 20.0  /* ... and how many of them are forgotten (CVE-2023-44487) */
#define WINDOW (256 << 10) /* bytes of a body that may be on their way; of all of a connection, four times that */

struct pb__h2 {
    pb__h2_library  *lib;
    nghttp2_session *session;
    pb__stream      *streams;
    uint32_t         n;
    size_t           answers; /* bytes of the bodies of streams */
    double           resets;  /* that are not forgotten yet, at resets_us */
    int64_t          resets_us;
    bool             warned, ended; /* of a drain */
};

typedef struct head {
    pb__request request; /* its spans point into text */
    size_t      len;
    char        text[PB__HEAD_MAX];
} head;

struct pb__stream {
    pb__conn    *conn;
    int32_t      id;
    pb__stream  *next, *prev;
    pb_exchange *exchange; /* from its head until its answer */
    head        *head;     /* as it arrives */
    size_t       sent;     /* bytes of fields, also of those that are refused */
    int          wrong;    /* the status that refuses it */
    const char  *why;
    bool         headed, whole; /* the head, and all of it, is here */
    bool         delivered, answered, head_only;
    pb_blob     *body;
    size_t       body_at, thrown;
    int64_t      since_us;
};

/* ---- streams ---- */

static pb__stream *stream_new(pb__conn *c, int32_t id)
{
    pb__h2     *h = c->h2;
    pb__stream *s = pb__hold(c, STREAM_BYTES) ? calloc(1, sizeof *s) : NULL;
    if (!s) return NULL;
    *s = (pb__stream){.conn = c, .id = id, .next = h->streams, .since_us = pb__now_us()};
    if (s->next) s->next->prev = s;
    h->streams = s;
    h->n++;
    h->lib->session_set_stream_user_data(h->session, id, s);
    return s;
}

static void stream_free(pb__stream *s)
{
    pb__h2 *h                                 = s->conn->h2;
    *(s->prev ? &s->prev->next : &h->streams) = s->next;
    if (s->next) s->next->prev = s->prev;
    h->n--;
    if (s->exchange && !s->delivered) {
        pb__exchange_free(s->exchange); /* nobody above has heard of it */
    } else if (s->exchange) {
        s->exchange->stream = NULL;
        atomic_store_explicit(&s->exchange->gone, true, memory_order_relaxed);
        pb__disown(s->conn, s->exchange->room);
    }
    h->answers -= pb_blob_bytes(s->body).len;
    pb__answers_are(s->conn, h->answers);
    pb__release(s->conn->server, s->conn, STREAM_BYTES);
    pb_blob_drop(s->body);
    free(s->head);
    free(s);
}

static pb__stream *stream_of(pb__conn *c, int32_t id)
{
    return c->h2->lib->session_get_stream_user_data(c->h2->session, id);
}

/* ---- answers ---- */

static ssize_t read_body(nghttp2_session *session, int32_t id, uint8_t *to, size_t cap, uint32_t *flags,
                         nghttp2_data_source *source, void *user)
{
    (void)session, (void)id, (void)user;
    pb__stream *s    = source->ptr;
    pb_span     all  = pb_blob_bytes(s->body);
    size_t      left = all.len - s->body_at, n = left < cap ? left : cap;
    memcpy(to, all.at + s->body_at, n);
    s->body_at += n;
    s->since_us = pb__now_us();
    if (n == left) *flags |= PB__H2_DATA_EOF;
    return (ssize_t)n;
}

static nghttp2_nv pair(const char *name, const char *value)
{
    return (nghttp2_nv){(const uint8_t *)name, (const uint8_t *)value, strlen(name), strlen(value), 0};
}

/* What HTTP/1 says of the connection has no place here (RFC 9113, 8.2.2). */
static bool belongs(const pb_header *h)
{
    pb_span name = pb_span_of(h->name);
    return pb__header_fit(h) && !pb_span_equal_nocase(name, "connection") && !pb_span_equal_nocase(name, "keep-alive");
}

static void submit(pb__stream *s, const pb_answer *a)
{
    pb__h2    *h = s->conn->h2;
    nghttp2_nv list[PB__ANSWER_FIELDS + 4];
    char       status[16], length[24];
    size_t     n   = 0;
    pb_span    all = pb_blob_bytes(a->body);
    snprintf(status, sizeof status, "%d", a->status);
    snprintf(length, sizeof length, "%zu", all.len);
    list[n++] = pair(":status", status);
    list[n++] = pair("server", "pitboard");
    list[n++] = pair("date", pb__date(s->conn->server));
    for (uint32_t i = 0; i < a->n_headers; i++)
        if (belongs(&a->headers[i])) list[n++] = pair(a->headers[i].name, a->headers[i].value);
    if (pb__has_body(a->status)) list[n++] = pair("content-length", length);
    bool                  body = !s->head_only && pb__has_body(a->status) && all.len > 0;
    nghttp2_data_provider from = {{.ptr = s}, read_body};
    s->body                    = body ? pb_blob_hold(a->body) : NULL;
    s->answered                = true;
    h->answers += pb_blob_bytes(s->body).len;
    pb__answers_are(s->conn, h->answers);
    s->since_us = pb__now_us();
    if (h->lib->submit_response(h->session, s->id, list, n, body ? &from : NULL) != 0) pb__conn_close(s->conn);
}

/* What nghttp2 has to say goes out, as far as the socket takes it. */
static void pump(pb__conn *c)
{
    pb__h2 *h = c->h2;
    while (!c->dead && !pb__conn_clogged(c)) {
        char           together[32 << 10];
        size_t         n = 0;
        const uint8_t *at;
        ssize_t        k;
        while (n < sizeof together / 2 && (k = h->lib->session_mem_send(h->session, &at)) > 0) {
            if ((size_t)k > sizeof together - n) break; /* no frame is so long */
            memcpy(together + n, at, (size_t)k);
            n += (size_t)k;
        }
        if (n == 0) break;
        pb__conn_send(c, together, n, NULL);
    }
    if (!c->dead && !pb__conn_clogged(c) && !h->lib->session_want_read(h->session) &&
        !h->lib->session_want_write(h->session))
        pb__conn_linger(c);
}

void pb__h2_answer(pb__stream *s, pb_exchange *x, const pb_answer *answer)
{
    pb__conn *c      = s->conn;
    bool      inside = c->inside;
    s->exchange      = NULL;
    c->inside        = true;
    submit(s, answer);
    pb__exchange_free(x);
    if (!c->answering) pump(c);
    c->inside = inside;
    if (c->dead && !inside) pb__conn_close(c);
}

static void refuse(pb__stream *s, int status, const char *why)
{
    static const pb_header headers[] = {{"content-type", "application/problem+json"},
                                        {"x-content-type-options", "nosniff"},
                                        {"cache-control", "no-store"}};
    PB__COUNT(s->conn->server, refused_requests, 1);
    if (s->exchange) pb__exchange_free(s->exchange);
    s->exchange   = NULL;
    s->wrong      = status;
    pb_blob *body = pb__problem(status, why);
    submit(s, &(pb_answer){status, headers, 3, body});
    pb_blob_drop(body);
}

/* ---- what nghttp2 tells ---- */

static int on_begin(nghttp2_session *session, const nghttp2_frame *f, void *user)
{
    (void)session;
    pb__conn *c = user;
    if (c->dead) return PB__H2_SESSION_FAILED;
    if (f->type != PB__H2_HEADERS || stream_of(c, f->stream_id)) return 0;
    pb__stream *s = stream_new(c, f->stream_id);
    if (!s) {
        PB__COUNT(c->server, refused_requests, 1);
        return PB__H2_STREAM_FAILED;
    }
    s->head = malloc(sizeof *s->head);
    if (!s->head) return PB__H2_STREAM_FAILED;
    s->head->request = (pb__request){0};
    s->head->len     = 0;
    return 0;
}

/* A copy that lives as long as the head is read; empty with s->wrong when there is too much. */
static pb_span keep_text(pb__stream *s, const uint8_t *at, size_t len)
{
    head *h = s->head;
    if (len > PB__HEAD_MAX - h->len) {
        s->wrong = 431;
        s->why   = "the head is longer than 16,384 bytes";
        return (pb_span){0};
    }
    char *to = h->text + h->len;
    if (len > 0) memcpy(to, at, len);
    h->len += len;
    return (pb_span){to, len};
}

/* :authority and Host are one field, which may be sent as both. */
static bool is_said(const pb__request *of, pb_span name, pb_span value)
{
    return pb_span_equal_text(name, "host") && of->n_fields > 0 && of->fields[0].id == PB__KEPT_HOST &&
           pb_span_equal(of->fields[0].value, value);
}

static int on_header(nghttp2_session *session, const nghttp2_frame *f, const uint8_t *name, size_t name_len,
                     const uint8_t *value, size_t value_len, uint8_t flags, void *user)
{
    (void)session, (void)flags;
    pb__stream *s = stream_of(user, f->stream_id);
    if (!s) return 0;
    s->sent += name_len + value_len;
    if (s->sent > HEAD_BYTES_MAX) return PB__H2_SESSION_FAILED;
    if (s->headed || s->wrong) return 0; /* trailers are not looked at */
    pb_span n = keep_text(s, name, name_len), v = keep_text(s, value, value_len);
    if (s->wrong) return 0;
    const char *why  = NULL;
    int         code = 0;
    if (pb_span_equal_text(n, ":method")) {
        s->head->request.method = pb__method_of(v);
        code                    = pb_span_equal_text(v, "CONNECT") ? 501 : 0;
        why                     = "CONNECT is for proxies";
    } else if (pb_span_equal_text(n, ":path")) {
        s->head->request.target = v;
    } else if (pb_span_equal_text(n, ":authority")) {
        code = pb__request_add(&s->head->request, pb_span_of("host"), v, &why);
    } else if (!is_said(&s->head->request, n, v)) {
        code = pb__request_add(&s->head->request, n, v, &why);
    }
    s->wrong = code;
    s->why   = why;
    return 0;
}

static void end_head(pb__stream *s)
{
    s->headed    = true;
    s->head_only = s->head->request.method == PB_HEAD;
    if (!s->wrong && s->head->request.target.len > PB__TARGET_MAX) {
        s->wrong = 414;
        s->why   = "the target is longer than 8,192 bytes";
    }
    if (!s->wrong) s->exchange = pb__exchange_of_head(s->conn, &s->head->request, &s->wrong, &s->why);
    free(s->head);
    s->head = NULL;
    if (!s->exchange) {
        refuse(s, s->wrong, s->why);
        return;
    }
    s->exchange->conn   = NULL;
    s->exchange->stream = s;
}

static void end_stream(pb__stream *s)
{
    s->whole = true;
    if (!s->exchange) return;
    s->delivered = true;
    s->since_us  = pb__now_us();
    pb__exchange_deliver(s->exchange);
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *f, void *user)
{
    (void)session;
    if (f->type != PB__H2_HEADERS && f->type != PB__H2_DATA) return 0;
    pb__stream *s = stream_of(user, f->stream_id);
    if (!s) return 0;
    if (f->type == PB__H2_HEADERS && !s->headed) end_head(s);
    if (f->flags & PB__H2_END_STREAM) end_stream(s);
    return 0;
}

/* An answer that came before its request was whole: a client that is reset at once may not see it, so it may send on
 * for a while. */
static void throw_away(pb__stream *s, size_t len)
{
    pb__h2 *h = s->conn->h2;
    s->thrown += len;
    if (s->thrown > PB__LINGER_MAX) h->lib->submit_rst_stream(h->session, 0, s->id, PB__H2_NO_ERROR);
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *at, size_t len, void *user)
{
    (void)session, (void)flags;
    pb__stream  *s = stream_of(user, id);
    pb_exchange *x = s ? s->exchange : NULL;
    if (s && s->answered) throw_away(s, len);
    if (!x || s->delivered) return 0;
    size_t before = x->body_len;
    int    status = pb__exchange_room(x, len);
    if (status != 0) {
        refuse(s, status,
               status == 413 ? "the body is longer than this server takes" : "too many bodies are being received");
        return 0;
    }
    memcpy(x->body + x->body_len, at, len);
    x->body_len += len;
    if (before >> 16 != x->body_len >> 16) s->since_us = pb__now_us();
    return 0;
}

/* False: it takes back more than it waits for. Each costs us a request, and it a few bytes. */
static bool may_reset(pb__h2 *h)
{
    int64_t now = pb__now_us();
    h->resets -= (double)(now - h->resets_us) * RESETS_PER_S / 1e6;
    h->resets    = (h->resets > 0 ? h->resets : 0) + 1;
    h->resets_us = now;
    return h->resets <= RESETS_MAX;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t code, void *user)
{
    (void)session;
    pb__conn   *c    = user;
    pb__stream *s    = stream_of(c, id);
    bool        back = s && (code != PB__H2_NO_ERROR || !s->answered);
    if (s) stream_free(s);
    if (c->h2->n == 0) c->since_us = pb__now_us();
    if (back && !may_reset(c->h2)) pb__conn_close(c); /* an error would close the stream once more */
    return 0;
}

bool pb__h2_callbacks(pb__h2_library *h)
{
    if (h->session_callbacks_new(&h->callbacks) != 0) return false;
    h->session_callbacks_set_on_begin_headers_callback(h->callbacks, on_begin);
    h->session_callbacks_set_on_header_callback(h->callbacks, on_header);
    h->session_callbacks_set_on_frame_recv_callback(h->callbacks, on_frame);
    h->session_callbacks_set_on_data_chunk_recv_callback(h->callbacks, on_data);
    h->session_callbacks_set_on_stream_close_callback(h->callbacks, on_close);
    return true;
}

/* ---- the connection ---- */

void pb__h2_begin(pb__conn *c)
{
    static const nghttp2_settings_entry settings[] = {
        {PB__H2_MAX_STREAMS, STREAMS_MAX}, {PB__H2_WINDOW, WINDOW}, {PB__H2_HEADER_LIST, PB__HEAD_MAX}};
    pb__h2_library *lib = c->server->h2;
    pb__h2         *h   = calloc(1, sizeof *h);
    if (!h || lib->session_server_new(&h->session, lib->callbacks, c) != 0) {
        free(h);
        pb__conn_close(c);
        return;
    }
    h->lib   = lib;
    c->h2    = h;
    c->state = PB__CONN_H2;
    lib->submit_settings(h->session, 0, settings, 3);
    lib->session_set_local_window_size(h->session, 0, 0, 4 * WINDOW);
}

void pb__h2_input(pb__conn *c, const char *at, size_t len)
{
    if (c->dead) return;
    c->answering = true;
    c->since_us  = c->h2->n == 0 ? pb__now_us() : c->since_us;
    ssize_t n    = c->h2->lib->session_mem_recv(c->h2->session, (const uint8_t *)at, len);
    c->answering = false;
    pump(c);
    if (n < 0 && !c->dead) pb__conn_close(c);
}

void pb__h2_writable(pb__conn *c)
{
    pb__conn_flush(c);
    if (!c->dead) pump(c);
}

void pb__h2_gone(pb__conn *c)
{
    pb__h2 *h = c->h2;
    while (h->streams) stream_free(h->streams);
    h->lib->session_del(h->session);
    free(h);
    c->h2 = NULL;
}

pb__conn *pb__h2_conn(const pb__stream *s)
{
    return s->conn;
}

/* ---- time ---- */

int64_t pb__h2_since_us(const pb__conn *c)
{
    int64_t first = INT64_MAX;
    for (const pb__stream *s = c->h2->streams; s; s = s->next)
        if (s->body && s->since_us < first) first = s->since_us;
    return first;
}

static bool older(int64_t since_us, int64_t now_us, uint32_t ms)
{
    return now_us - since_us > (int64_t)ms * 1000;
}

static void tick_stream(pb__stream *s, int64_t now_us)
{
    const pb_server_options *o     = &s->conn->server->o;
    pb__h2                  *h     = s->conn->h2;
    bool                     waits = s->answered || !s->whole; /* for the client */
    if (!waits || !older(s->since_us, now_us, s->headed ? o->body_ms : o->head_ms)) return;
    PB__COUNT(s->conn->server, timeouts, 1);
    s->since_us = now_us;
    if (s->headed && !s->answered)
        refuse(s, 408, "the body of the request did not arrive in time");
    else
        h->lib->submit_rst_stream(h->session, 0, s->id, PB__H2_CANCEL);
}

/* First a notice, so that what is on its way is still taken; then the number of the last
 * request that is answered. */
static void drain(pb__conn *c, int64_t now_us)
{
    pb__h2 *h = c->h2;
    if (!h->warned) {
        h->warned = true;
        h->lib->submit_shutdown_notice(h->session);
    } else if (!h->ended && older(c->server->drain_from_us, now_us, 60)) {
        h->ended = true;
        h->lib->submit_goaway(h->session, 0, h->lib->session_get_last_proc_stream_id(h->session), PB__H2_NO_ERROR, NULL,
                              0);
    }
}

void pb__h2_tick(pb__conn *c, int64_t now_us)
{
    pb__h2                  *h     = c->h2;
    const pb_server_options *o     = &c->server->o;
    bool                     stuck = pb__conn_clogged(c) && older(c->since_us, now_us, o->body_ms);
    bool                     idle  = h->n == 0 && !pb__conn_clogged(c) && older(c->since_us, now_us, o->idle_ms);
    if (stuck || idle) {
        PB__COUNT(c->server, timeouts, 1);
        pb__conn_close(c);
        return;
    }
    bool inside = c->inside;
    c->inside   = true;
    for (pb__stream *s = h->streams; s; s = s->next) tick_stream(s, now_us);
    if (c->server->draining) drain(c, now_us);
    pump(c);
    if (h->ended && h->n == 0 && !c->dead && !pb__conn_clogged(c) && c->state == PB__CONN_H2) pb__conn_linger(c);
    c->inside = inside;
    if (c->dead && !inside) pb__conn_close(c);
}
