/* From a request to a WebSocket (RFC 6455, 4.2). */
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec_inflate.h"
#include "ws.h"

bool pb__ws_wanted(const pb__conn *c, const pb__request *head)
{
    const pb_server_options *o = &c->server->o;
    return o->ws_path && o->ws_next && strcmp(c->exchange->path, o->ws_path) == 0 &&
           (head->upgrade || head->method == PB_GET);
}

static bool key_fit(const char *key)
{
    char   bytes[24];
    size_t n = 0;
    return key && pb_base64_decode(pb_span_of(key), bytes, sizeof bytes, &n) == PB_OK && n == 16;
}

/* One of a list with commas. */
static bool offers(const char *list, const char *wanted)
{
    size_t n = strlen(wanted);
    while (list && *list) {
        list += strspn(list, " \t,");
        size_t len = strcspn(list, " \t,");
        if (len == n && strncmp(list, wanted, n) == 0) return true;
        list += len;
    }
    return false;
}

static void accept_key(const char *key, char to[32])
{
    char    text[80];
    uint8_t digest[SHA_DIGEST_LENGTH];
    int     n = snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    SHA1((const uint8_t *)text, (size_t)n, digest);
    EVP_EncodeBlock((uint8_t *)to, digest, sizeof digest);
}

/* What is wrong with it, and the status that says so; 0: nothing. */
static int judge(const pb__conn *c, const pb__request *head, const pb_exchange *x, const char **why)
{
    const char *version = x->kept[PB__KEPT_WS_VERSION];
    *why = "this path is a WebSocket: send Upgrade: websocket, Connection: Upgrade and Sec-WebSocket-Version: 13";
    if (!head->upgrade || !version || strcmp(version, "13") != 0) return 426;
    *why = "a WebSocket begins with GET and without a body";
    if (head->method != PB_GET || head->chunked || head->length > 0) return 400;
    *why = "Sec-WebSocket-Key is not 16 bytes in base64";
    if (!key_fit(x->kept[PB__KEPT_WS_KEY])) return 400;
    *why = "the server is about to stop";
    return c->server->draining ? 503 : 0;
}

static void say_yes(pb_ws *ws)
{
    const pb_server_options *o    = &ws->conn->server->o;
    const char *const       *kept = ws->request->kept;
    char                     key[32], text[512];
    bool                     named = o->ws_protocol && offers(kept[PB__KEPT_WS_PROTOCOL], o->ws_protocol);
    accept_key(kept[PB__KEPT_WS_KEY], key);
    int n =
        snprintf(text, sizeof text,
                 "HTTP/1.1 101 Switching Protocols\r\nServer: pitboard\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Accept: %s%s%s%s\r\n\r\n",
                 key, named ? "\r\nSec-WebSocket-Protocol: " : "", named ? o->ws_protocol : "",
                 ws->deflate ? "\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
                               "client_no_context_takeover"
                             : "");
    PB_ASSERT(n > 0 && (size_t)n < sizeof text);
    pb__conn_send(ws->conn, text, (size_t)n, NULL);
}

static void begin(pb__conn *c, pb_exchange *x)
{
    pb_server *s  = c->server;
    pb_ws     *ws = calloc(1, sizeof *ws);
    if (!ws) {
        pb__conn_close(c);
        return;
    }
    int64_t now = pb__now_us();
    *ws         = (pb_ws){.conn      = c,
                          .request   = x,
                          .deflate   = pb__deflate_offered(x->kept[PB__KEPT_WS_EXTENSIONS]),
                          .pong_len  = -1,
                          .tokens    = 2.0 * s->o.ws_messages_per_s,
                          .tokens_us = now,
                          .ping_us   = now};
    c->ws       = ws;
    c->state    = PB__CONN_WS;
    PB__COUNT(s, requests, 1);
    PB__COUNT(s, ws_open, 1);
    say_yes(ws);
    if (s->o.ws_open) s->o.ws_open(s->o.user, ws);
    ws->request = NULL;
}

void pb__ws_begin(pb__conn *c, const pb__request *head, pb_exchange *x)
{
    const char *why;
    pb_server  *s      = c->server;
    int         status = judge(c, head, x, &why);
    if (status != 0) {
        pb__h1_refuse(c, status, why);
    } else {
        x->for_ws = true;
        bool yes  = !s->o.ws_accept || s->o.ws_accept(s->o.user, x);
        PB_ASSERT(yes != x->answered); /* false refuses with an answer, true gives none */
        if (yes) begin(c, x);
    }
    pb__exchange_free(x);
}
