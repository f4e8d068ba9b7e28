/* A WebSocket: output, pings, the end. See pitboard/net_server.h. */
#include <stdlib.h>
#include <string.h>

#include "ws.h"

#define TURN_MAX 32 /* messages to one client before the others have their turn */

/* ---- asking ---- */

void pb__ws_queue(pb_ws *ws)
{
    if (ws->queued) return;
    pb_server *s  = ws->conn->server;
    ws->queued    = true;
    ws->next_want = s->wants;
    s->wants      = ws;
}

void pb_ws_want(pb_ws *ws)
{
    ws->wanted = true;
    if (!pb__conn_clogged(ws->conn)) pb__ws_queue(ws);
}

static void take_from_queue(pb_ws *ws)
{
    if (!ws->queued) return;
    pb_ws **at = &ws->conn->server->wants;
    while (*at != ws) at = &(*at)->next_want;
    *at        = ws->next_want;
    ws->queued = false;
}

/* What was asked for while callbacks ran; lws need not go round through poll for it. */
void pb__ws_wants_run(pb_server *s)
{
    if (s->depth > 0) return;
    s->depth++;
    for (pb_ws *ws; (ws = s->wants);) {
        pb__conn *c = ws->conn;
        s->wants    = ws->next_want;
        ws->queued  = false;
        bool inside = c->inside;
        c->inside   = true;
        pb__ws_send(ws);
        c->inside = inside;
        if (c->dead && !inside) pb__conn_close(c);
    }
    s->depth--;
}

/* ---- sending ---- */

static void send_frame(pb_ws *ws, pb__ws_op op, const void *payload, size_t len)
{
    uint8_t frame[PB__WS_HEAD_MAX + PB__WS_CONTROL_MAX];
    size_t  n = pb__ws_frame_write(op, false, len, frame);
    if (len > 0) memcpy(frame + n, payload, len);
    pb__conn_send(ws->conn, (const char *)frame, n + len, NULL);
}

static void send_message(pb_ws *ws, pb_blob *text)
{
    uint8_t  head[PB__WS_HEAD_MAX];
    pb_blob *packed = ws->deflate ? pb__deflate(ws->conn->server, text) : NULL;
    pb_blob *body   = packed ? packed : text;
    size_t   n      = pb__ws_frame_write(PB__WS_TEXT, packed != NULL, pb_blob_bytes(body).len, head);
    pb__conn_send(ws->conn, (const char *)head, n, body);
    pb_blob_drop(packed);
    PB__COUNT(ws->conn->server, ws_out, 1);
}

/* The socket has been told all; the api hears that it is gone. */
static void closed(pb__conn *c)
{
    pb__ws_gone(c);
    pb__conn_linger(c);
}

/* One thing that is due; false: nothing is. */
static bool send_one(pb_ws *ws)
{
    const pb_server_options *o = &ws->conn->server->o;
    if (ws->pong_len >= 0) {
        send_frame(ws, PB__WS_PONG, ws->pong, (size_t)ws->pong_len);
        ws->pong_len = -1;
    } else if (ws->ending) {
        send_frame(ws, PB__WS_CLOSE, ws->close, ws->close_len);
        ws->ended = true;
    } else if (ws->ping_due) {
        send_frame(ws, PB__WS_PING, NULL, 0);
        ws->ping_due = false;
    } else {
        pb_blob *text = ws->wanted ? o->ws_next(o->user, ws) : NULL;
        ws->wanted    = text != NULL;
        if (text) send_message(ws, text);
        pb_blob_drop(text);
        return text || ws->ending; /* which ws_next may have done */
    }
    return true;
}

void pb__ws_send(pb_ws *ws)
{
    pb__conn *c = ws->conn;
    for (int i = 0; i < TURN_MAX; i++) {
        if (c->dead || pb__conn_clogged(c)) return;
        if (ws->ended) {
            closed(c);
            return;
        }
        if (!send_one(ws)) return;
    }
    if (!c->dead && !pb__conn_clogged(c)) pb__poll_out(c);
}

void pb__ws_writable(pb__conn *c)
{
    pb__conn_flush(c);
    if (!c->dead) pb__ws_send(c->ws);
}

/* ---- the end ---- */

void pb__ws_finish(pb_ws *ws, uint16_t code, const char *why)
{
    if (ws->ending) return;
    size_t n      = why ? strlen(why) : 0;
    ws->ending    = true;
    ws->close[0]  = (uint8_t)(code >> 8);
    ws->close[1]  = (uint8_t)code;
    ws->close_len = 2 + (n < PB__WS_CONTROL_MAX - 2 ? n : PB__WS_CONTROL_MAX - 2);
    if (n > 0) memcpy(ws->close + 2, why, ws->close_len - 2);
    pb__ws_queue(ws);
}

void pb__ws_fail(pb_ws *ws, uint16_t code, const char *why)
{
    if (!ws->ending) PB__COUNT(ws->conn->server, ws_refused, 1);
    pb__ws_finish(ws, code, why);
}

void pb_ws_end(pb_ws *ws, uint16_t code, const char *reason)
{
    PB_ASSERT(code >= 1000 && code <= 4999);
    pb__ws_finish(ws, code, reason);
}

void pb__ws_gone(pb__conn *c)
{
    pb_server *s  = c->server;
    pb_ws     *ws = c->ws;
    if (s->o.ws_close) s->o.ws_close(s->o.user, ws);
    take_from_queue(ws);
    PB__UNCOUNT(s, ws_open);
    c->ws = NULL;
    pb__ws_forget_message(ws);
    free(ws);
}

/* ---- time ---- */

void pb__ws_tick(pb__conn *c, int64_t now_us)
{
    pb_ws  *ws   = c->ws;
    int64_t wait = (int64_t)c->server->o.ws_ping_ms * 1000;
    if (c->server->draining) pb__ws_finish(ws, 1001, "the server stops");
    if (pb__conn_clogged(c) && now_us - c->since_us > 2 * wait) {
        pb__conn_close(c); /* it takes nothing, for a minute */
        return;
    }
    if (now_us - ws->ping_us <= wait) return;
    if (ws->ping_out) {
        PB__COUNT(c->server, timeouts, 1);
        pb__conn_close(c);
        return;
    }
    ws->ping_us  = now_us;
    ws->ping_due = ws->ping_out = true;
    pb__ws_queue(ws);
}

/* ---- what is told of it ---- */

void pb_ws_set_user(pb_ws *ws, void *user)
{
    ws->user = user;
}

void *pb_ws_user(const pb_ws *ws)
{
    return ws->user;
}

const char *pb_ws_address(const pb_ws *ws)
{
    return ws->conn->address;
}

const char *pb_ws_header(const pb_ws *ws, const char *name)
{
    return ws->request ? pb_exchange_header(ws->request, name) : NULL;
}

int64_t pb_ws_slow_since_us(const pb_ws *ws)
{
    return pb__conn_clogged(ws->conn) ? ws->conn->since_us : 0;
}
