/* pitboard/net_server.h - HTTP/1.1, HTTP/2, TLS 1.3 and WebSocket as a server, on the
 * loop of libwebsockets. Knows no racing word.
 *
 *     one thread: pb_server_run            any thread
 *     ------------------------------       ---------------------------
 *     accept, read a whole request  --->   request(user, exchange)  (on the loop)
 *                                          ... later, anywhere: pb_exchange_reply
 *     write the answer  <------------------'
 *
 *     WebSocket is pulled: pb_ws_want says that there is something; when the socket
 *     takes it, ws_next is asked for one message. Nothing is queued for a client, so a
 *     slow one costs no memory: who is asked decides what is still worth sending.
 *
 * What holds: HTTP/1.1 and 1.0, keep-alive, pipelining (one request at a time, the next
 * when the answer was taken), bodies by length or chunks, Expect: 100-continue. Over TLS
 * 1.3, and no other, ALPN gives h2 or http/1.1; without TLS, HTTP/2 by prior knowledge;
 * no upgrade to h2c. HTTP/2 is there when libnghttp2.so.14 is (wherever libcurl is); else
 * HTTP/1.1 is all. WebSocket over HTTP/1.1, permessage-deflate without context when asked
 * for (a message is packed once for all who get it). HTTP in the clear on a TLS port gets
 * a 400 in the clear.
 *
 * What is refused here, before anybody above hears of it, with a problem document (RFC
 * 9457) and, over HTTP/1, the end of the connection: heads over 16 KiB or 100 fields
 * (431), targets over 8 KiB (414), bodies over the limits (413, 503), what is slower than
 * them (408, or closed in silence where nothing was asked), both Content-Length and
 * Transfer-Encoding, a length that is not one plain number, a second one, chunks that are
 * not well-formed, a line feed alone, a folded line, blanks before a colon, control bytes,
 * no Host or two, a second Authorization and its like (400), transfer codings but chunked,
 * CONNECT (501), other versions (505), other expectations (417), a target that is no path
 * of ours, a path with "." or "..", "//", %2F, a backslash, control bytes or bytes that
 * are no UTF-8 (400). More connections than allowed, in all or from one address (of IPv6:
 * one network of 64 bits), are closed at once. WebSockets: frames that break RFC 6455
 * (1002), binary (1003), text that is no UTF-8 (1007), longer than ws_message_max, packed
 * or not (1009), more frames than ws_messages_per_s in the long run, twice that at once
 * (1008).
 *
 * Memory: what clients make us keep is counted and bounded, besides bodies: 64 MiB of heads,
 * of requests that are not answered and of what is sent ahead, 24 MiB of them of one address
 * (503, a stream that is reset, or the end of the connection), and 128 MiB of answers that are
 * not taken: who has taken nothing for longest is closed. HTTP/2: a connection that takes back
 * more than 200 requests before their answers, 20 a second in the long run, or whose head goes
 * on for 64 KiB, is closed.
 *
 * Floor 2. Uses base, codec; libwebsockets, OpenSSL, zlib, libnghttp2 at run time. */
#ifndef PITBOARD_NET_SERVER_H
#define PITBOARD_NET_SERVER_H

#include "pitboard/base_blob.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_server pb_server;
typedef struct pb_exchange pb_exchange;  /* one request and its answer */
typedef struct pb_ws pb_ws;              /* one WebSocket */

typedef enum pb_method {
    PB_GET, PB_HEAD, PB_POST, PB_PUT, PB_PATCH, PB_DELETE, PB_OPTIONS, PB_METHOD_OTHER
} pb_method;
const char *pb_method_name(pb_method method);
/* "Not Found" of 404 (RFC 9110); "Error" or "OK" of a status that has no words of its own. */
const char *pb_status_words(int status);

typedef struct pb_server_options {
    const char *listen;              /* "127.0.0.1:8080", "[::1]:0"; port 0: a free one */
    const char *tls_cert, *tls_key;  /* PEM files; NULL both: no TLS. TLS 1.3 only */
    size_t      body_max;            /* bytes of a request's body, 32 MiB */
    size_t      bodies_max;          /* of all requests that are not answered yet, 128 MiB: 503 beyond */
    uint32_t    head_ms, body_ms;    /* a head, and each further 64 KiB of a body, must be there by then: 5,000; 10,000 */
    uint32_t    idle_ms;             /* a connection without a request is closed, 30,000 */
    uint32_t    connections_max;     /* 12,000 in all, or what the limit of open files (raised as far as it goes) leaves ... */
    uint32_t    per_address_max;     /* ... and from one address, 4,000 */
    uint32_t    ws_message_max;      /* bytes from a client, 16 KiB */
    uint32_t    ws_messages_per_s;   /* from one client, 50 */
    uint32_t    ws_ping_ms;          /* 30,000; who does not answer within as long again is closed */
    const char *ws_path, *ws_protocol; /* "/ws/v1", "pitboard.v1"; path NULL: no WebSocket */

    void *user;
    /* All on the loop's thread. */
    void (*request)(void *user, pb_exchange *exchange);           /* must lead to one pb_exchange_reply */
    /* Before the upgrade: false refuses with the answer that was given to the exchange. */
    bool (*ws_accept)(void *user, pb_exchange *exchange);
    void (*ws_open)(void *user, pb_ws *ws);
    void (*ws_message)(void *user, pb_ws *ws, pb_span text);      /* a whole message; text frames only (1003) */
    pb_blob *(*ws_next)(void *user, pb_ws *ws);                   /* one message to send, held by the caller; NULL: nothing (more) */
    void (*ws_close)(void *user, pb_ws *ws);                      /* ws is gone after it */
} pb_server_options;
pb_server_options pb_server_options_default(void);

/* Listens at once (readiness can be told); answers begin with pb_server_run. PB_E_IO
 * when the address is taken, PB_E_USAGE for an address or a certificate that is wrong,
 * with what to do. Copies the options' texts. */
pb_status pb_server_open(const pb_server_options *options, pb_server **out, pb_error *error);
uint16_t  pb_server_port(const pb_server *server);
/* Serves until pb_server_drain has done its work. */
void      pb_server_run(pb_server *server);
/* From any thread, and from a signal's waiter: accepts nobody more, closes idle
 * connections and WebSockets (1001), finishes what is in flight, at most wait_ms. */
void      pb_server_drain(pb_server *server, uint32_t wait_ms);
void      pb_server_close(pb_server *server);    /* after run has returned; an exchange that is still held may be answered later, to nobody */

/* From any thread: f runs on the loop soon; in the order of the posts of a thread. What is
 * posted after run has returned does not run. */
void      pb_server_post(pb_server *server, void (*f)(void *user), void *user);
/* On the loop: f every so many milliseconds from now on, at most 8 of them; before run or on the loop. */
void      pb_server_every(pb_server *server, uint32_t ms, void (*f)(void *user), void *user);

typedef struct pb_server_counts {
    uint64_t connections, refused_connections;     /* so far */
    uint64_t requests, refused_requests, timeouts;
    uint64_t bytes_in, bytes_out;
    uint32_t open, ws_open;                        /* now */
    uint64_t ws_in, ws_out, ws_refused;            /* messages; clients closed for what they did */
} pb_server_counts;
void pb_server_counts_get(const pb_server *server, pb_server_counts *out);   /* any thread */

/* ---- a request: valid until it is answered; read on any one thread ---- */
pb_method   pb_exchange_method(const pb_exchange *x);
const char *pb_exchange_path(const pb_exchange *x);     /* percent-decoded once, without query; no "..", no NUL, no "//" */
const char *pb_exchange_query(const pb_exchange *x);    /* as sent, "" none */
/* Small letters ("authorization"); of the ones the server keeps, NULL when not sent.
 * Kept: accept, accept-encoding, authorization, content-type, content-encoding,
 * cookie, host, if-none-match, if-match, idempotency-key, origin, traceparent, user-agent, x-api-key,
 * x-pitboard-feed, x-request-id, x-forwarded-for, access-control-request-method,
 * access-control-request-headers, sec-websocket-protocol. */
const char *pb_exchange_header(const pb_exchange *x, const char *name);
pb_span     pb_exchange_body(const pb_exchange *x);     /* as sent: still packed */
const char *pb_exchange_address(const pb_exchange *x);  /* of the peer, "127.0.0.1" */
bool        pb_exchange_secure(const pb_exchange *x);
bool        pb_exchange_gone(const pb_exchange *x);     /* the client has left: from any thread, before the answer */
int64_t     pb_exchange_began_us(const pb_exchange *x); /* monotonic: when its head was read */

typedef struct pb_header { const char *name, *value; } pb_header;

typedef struct pb_answer {
    int              status;
    const pb_header *headers;        /* Content-Length, Date and Server are added; one that is no token, or has control bytes, is left out */
    uint32_t         n_headers;      /* at most 64, together at most some 15 KiB */
    pb_blob         *body;           /* NULL none; the exchange holds it for itself */
} pb_answer;
/* Once for each exchange, from any thread; it is gone afterwards. The client may be gone
 * before: then nothing is sent. An exchange of ws_accept is answered there (false) or not
 * at all (true). */
void pb_exchange_reply(pb_exchange *x, const pb_answer *answer);

/* ---- a WebSocket: on the loop only ---- */
void        pb_ws_set_user(pb_ws *ws, void *user);
void       *pb_ws_user(const pb_ws *ws);
const char *pb_ws_address(const pb_ws *ws);
/* Header of the request that became it (see above), valid in ws_open only. */
const char *pb_ws_header(const pb_ws *ws, const char *name);
void        pb_ws_want(pb_ws *ws);                      /* ws_next is asked when it can be written */
void        pb_ws_end(pb_ws *ws, uint16_t code, const char *reason);
/* The monotonic time, us, since which the client has taken nothing although asked to; 0: it keeps up. */
int64_t     pb_ws_slow_since_us(const pb_ws *ws);

#ifdef __cplusplus
}
#endif
#endif
