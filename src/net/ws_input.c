/* What a client sends over its WebSocket. */
#include <stdlib.h>
#include <string.h>

#include "ws.h"

/* ---- how often ---- */

/* Every frame counts, since empty parts and pings cost as much as messages. */
static bool too_often(pb_ws *ws)
{
    double  rate = ws->conn->server->o.ws_messages_per_s;
    int64_t now  = pb__now_us();
    ws->tokens += rate * (double)(now - ws->tokens_us) / 1e6;
    ws->tokens_us = now;
    if (ws->tokens > 2 * rate) ws->tokens = 2 * rate;
    ws->tokens -= 1;
    return ws->tokens < 0;
}

/* ---- messages ---- */

static bool room(pb_ws *ws, size_t n)
{
    if (ws->message_len + n <= ws->message_cap) return true;
    size_t add = ws->message_len + n - ws->message_cap;
    if (!pb__hold(ws->conn, add)) return false;
    char *more = realloc(ws->message, ws->message_len + n);
    if (!more) {
        pb__release(ws->conn->server, ws->conn, add);
        return false;
    }
    ws->message     = more;
    ws->message_cap = ws->message_len + n;
    return true;
}

void pb__ws_forget_message(pb_ws *ws)
{
    pb__release(ws->conn->server, ws->conn, ws->message_cap);
    free(ws->message);
    ws->message     = NULL;
    ws->message_len = ws->message_cap = 0;
}

static void tell(pb_ws *ws, pb_span text)
{
    const pb_server_options *o = &ws->conn->server->o;
    if (!pb__ws_utf8(text)) {
        pb__ws_fail(ws, 1007, "a text is no valid UTF-8");
        return;
    }
    PB__COUNT(ws->conn->server, ws_in, 1);
    if (o->ws_message) o->ws_message(o->user, ws, text);
}

static void unpack(pb_ws *ws)
{
    size_t most = ws->conn->server->o.ws_message_max, len = 0;
    char  *text = malloc(most);
    int code = text ? pb__inflate(ws->conn->server, (pb_span){ws->message, ws->message_len}, text, most, &len) : 1011;
    if (code != 0)
        pb__ws_fail(ws, (uint16_t)code, code == 1009 ? "a message is too long" : "a message cannot be unpacked");
    else
        tell(ws, (pb_span){text, len});
    free(text);
}

static void end_message(pb_ws *ws)
{
    if (ws->packed)
        unpack(ws);
    else
        tell(ws, (pb_span){ws->message, ws->message_len});
    ws->in_message = false;
    pb__ws_forget_message(ws); /* two thousand silent clients keep no buffers */
}

/* ---- frames ---- */

static void end_control(pb_ws *ws)
{
    pb_span payload = {ws->control, (size_t)ws->frame.len};
    if (ws->frame.op == PB__WS_PING) {
        memcpy(ws->pong, payload.at, payload.len);
        ws->pong_len = (int)payload.len;
        pb__ws_queue(ws);
    } else if (ws->frame.op == PB__WS_CLOSE) {
        pb__ws_finish(ws, pb__ws_close_code(payload), NULL);
    }
}

static void begin_data(pb_ws *ws)
{
    const pb__ws_frame *f = &ws->frame;
    if (f->op == PB__WS_BINARY)
        pb__ws_fail(ws, 1003, "only text is understood");
    else if ((f->op == PB__WS_MORE) != ws->in_message)
        pb__ws_fail(ws, 1002, "the parts of a message are in no order");
    else if (f->len > ws->conn->server->o.ws_message_max - ws->message_len)
        pb__ws_fail(ws, 1009, "a message is too long");
    else if (!room(ws, (size_t)f->len))
        pb__ws_fail(ws, 1011, "out of memory");
    if (f->op == PB__WS_TEXT) ws->packed = f->packed;
    ws->in_message = true;
}

/* Bytes used of a frame's head; 0: more are needed. */
static size_t take_head(pb_ws *ws, pb_span left)
{
    const char *why;
    int         code = pb__ws_frame_read(left, ws->deflate, &ws->frame, &why);
    if (code < 0) return 0;
    if (code == 0 && too_often(ws)) {
        code = 1008;
        why  = "too many messages";
    }
    if (code > 0) {
        pb__ws_fail(ws, (uint16_t)code, why);
        return left.len;
    }
    ws->in_frame = true;
    ws->frame_at = 0;
    if (ws->frame.op < PB__WS_CLOSE) begin_data(ws);
    return ws->frame.bytes;
}

static size_t take_payload(pb_ws *ws, pb_span left)
{
    pb__ws_frame *f    = &ws->frame;
    size_t        n    = f->len - ws->frame_at < left.len ? (size_t)(f->len - ws->frame_at) : left.len;
    bool          data = f->op < PB__WS_CLOSE;
    char         *to   = data ? ws->message + ws->message_len : ws->control + ws->frame_at;
    if (n > 0) pb__ws_unmask(left.at, n, f->mask, ws->frame_at, to);
    ws->frame_at += n;
    if (data) ws->message_len += n;
    return n;
}

static void end_frame(pb_ws *ws)
{
    ws->in_frame = false;
    if (ws->frame.op >= PB__WS_CLOSE)
        end_control(ws);
    else if (ws->frame.last)
        end_message(ws);
}

static size_t work(pb_ws *ws, pb_span all)
{
    size_t used = 0;
    while (used < all.len && !ws->ending) {
        pb_span left = {all.at + used, all.len - used};
        size_t  n    = ws->in_frame ? take_payload(ws, left) : take_head(ws, left);
        if (n == 0 && !ws->in_frame) break;
        used += n;
        if (!ws->ending && ws->in_frame && ws->frame_at == ws->frame.len) end_frame(ws);
    }
    return ws->ending ? all.len : used; /* what comes behind the end is nobody's */
}

void pb__ws_input(pb__conn *c, const char *at, size_t len)
{
    pb_ws *ws    = c->ws;
    ws->ping_out = false; /* it lives */
    if (c->in_len == 0) {
        size_t used = work(ws, (pb_span){at, len});
        at += used;
        len -= used;
        if (len > 0 && !pb__conn_keep_in(c, at, len)) pb__conn_close(c);
        return;
    }
    if (len > 0 && !pb__conn_keep_in(c, at, len)) {
        pb__conn_close(c);
        return;
    }
    size_t used = work(ws, (pb_span){c->in, c->in_len});
    pb__conn_used(c, used);
}
