/* server.h - inside of the server (pitboard/net_server.h): what its files share.
 *
 * libwebsockets runs the loop: timers, waking, and the one descriptor (epoll) under which
 * all connections are, since it asks poll() of every descriptor it has each time round, and
 * ten thousand silent ones would cost the others milliseconds. Its protocols mend what must
 * be refused, so they are not used either: its HTTP/1 parser takes a bare line feed, "/../" and a length of "1,2", knows no chunked bodies, and ends
 * in silence what an answer should explain; its HTTP/2 drops every header field that it
 * has no number for (x-api-key, idempotency-key, traceparent). So a head is read by
 * server_head.h, HTTP/2 by libnghttp2, TLS by OpenSSL, and WebSocket frames by ws_frame.h.
 *
 *     wire -> (TLS) -> HTTP/1: server_h1.c -> exchange -> request()
 *                   -> HTTP/2: server_h2.c ->
 *                   -> WebSocket: ws_input.c -> ws_message()
 *
 *     server.c           options, open, close             server_loop.c   lws's callbacks, run, drain, posts
 *     server_listen.c    the address, accept, limits      server_tls.c    certificate, records
 *     server_conn.c      a connection: life, output       server_tick.c   who is too slow
 *     server_poll.c      who can be read or written
 *     server_h1.c        a head, a body, a request        server_h2.c     streams
 *     server_exchange.c  a request and its answer         server_answer.c the head of an answer
 *     server_problem.c   answers that are made here       server_held.c   memory that clients hold
 *     ws*.c              WebSocket
 */
#ifndef PB_SERVER_H
#define PB_SERVER_H

#include <libwebsockets.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdatomic.h>

#include "pitboard/net_server.h"
#include "server_head.h"

#define PB__EVERY_MAX 8
#define PB__IN_MAX (64u << 10)    /* what is kept of a client that sends on before it is answered */
#define PB__LINGER_MAX (4u << 20) /* bytes that are thrown away after an answer that closes */
#define PB__READ_MAX (64u << 10)
#define PB__HELD_MAX ((size_t)64 << 20) /* of requests that are not whole or not answered, but for their bodies ... */
#define PB__HELD_ADDRESS ((size_t)24 << 20) /* ... and from one address */
#define PB__ANSWERS_MAX ((size_t)128 << 20) /* of answers that are not taken */
#define PB__TLS_CHUNK 16384u                /* one record */
#define PB__ADDRESS_TEXT 48
#define PB__ANSWER_HEAD (16u << 10) /* of one answer */
#define PB__ANSWER_FIELDS 64

typedef struct pb__conn   pb__conn;
typedef struct pb__h2     pb__h2;     /* HTTP/2 on one connection */
typedef struct pb__stream pb__stream; /* one request of it */

/* ---- one request ---- */

struct pb_exchange {
    pb_server   *server;
    pb__conn    *conn; /* on the loop only; both NULL: the client has gone */
    pb__stream  *stream;
    pb_method    method;
    const char  *path, *query;
    const char  *kept[PB__KEPT_N]; /* values, NULL when not sent */
    char         address[PB__ADDRESS_TEXT];
    bool         secure, for_ws;
    bool         answered; /* of one for ws_accept */
    atomic_bool  gone;     /* the client */
    int64_t      began_us;
    char        *body;
    size_t       body_len, body_cap;
    size_t       room;   /* bytes of itself, as they are counted */
    pb_exchange *next;   /* in the queue of answers */
    pb_answer    answer; /* from another thread: a copy, in fields */
    pb_header   *fields;
    char         head[]; /* what the texts above point into */
};

/* ---- output: at most one answer, or one frame, that was not taken whole ---- */

typedef struct pb__out {
    char    *head; /* from malloc */
    size_t   head_at, head_len;
    pb_blob *body;
    size_t   body_at;
} pb__out;

/* ---- one connection ---- */

typedef enum pb__conn_state {
    PB__CONN_HEAD, /* waits for a head, or has a part of it */
    PB__CONN_BODY,
    PB__CONN_WAIT,   /* waits for the answer, or until it was taken */
    PB__CONN_LINGER, /* all said: what comes is thrown away until the client closes */
    PB__CONN_WS,
    PB__CONN_H2, /* lws reads it; the streams are ours */
} pb__conn_state;

typedef struct pb__address_key {
    uint8_t at[16];
} pb__address_key;

struct pb__conn {
    pb_server      *server;
    pb__conn       *next, *prev;
    int             fd;
    bool            tls;
    SSL            *ssl; /* it owns both ends of its memory */
    BIO            *wire_in, *wire_out;
    pb__conn_state  state;
    bool            inside;                  /* one of its callbacks runs: it may not be freed */
    bool            dead;                    /* to be closed as soon as that returns */
    bool            paused;                  /* nothing is read from it */
    bool            out_wanted, out_watched; /* see server_poll.c */
    bool            buried;
    bool            uncounted; /* what it holds is nobody's any more */
    bool            last;      /* closes after the answer that is being made */
    bool            answering; /* h1_run is on the stack */
    bool            seen;      /* has sent something */
    int64_t         since_us;  /* of the present wait: see server_tick.c */
    char           *in;
    size_t          in_len, in_cap;
    size_t          lingered;
    size_t          held;     /* its part of server->held */
    size_t          answers;  /* its part of server->answers */
    pb_exchange    *exchange; /* BODY and WAIT */
    pb__body        reading;
    bool            keep; /* the connection lives on after this answer */
    bool            head_only;
    bool            http10;
    pb__out         out;
    pb__h2         *h2;
    pb_ws          *ws;
    pb__address_key key;
    char            address[PB__ADDRESS_TEXT];
};

/* ---- the server ---- */

typedef struct pb__post {
    struct pb__post *next;
    void (*f)(void *user);
    void *user;
} pb__post;

typedef struct pb__every {
    lws_sorted_usec_list_t sul;
    pb_server             *server;
    uint32_t               ms;
    void (*f)(void *user);
    void *user;
} pb__every;

typedef struct pb__counts {
    atomic_uint_fast64_t connections, refused_connections, requests, refused_requests, timeouts;
    atomic_uint_fast64_t bytes_in, bytes_out, ws_in, ws_out, ws_refused;
    atomic_uint_fast32_t open, ws_open;
} pb__counts;

#define PB__COUNT(server, what, n) atomic_fetch_add_explicit(&(server)->counts.what, (n), memory_order_relaxed)
#define PB__UNCOUNT(server, what) atomic_fetch_sub_explicit(&(server)->counts.what, 1, memory_order_relaxed)

struct pb__per_address; /* server_listen.c */
struct pb__deflate;     /* ws_deflate.c */

struct pb_server {
    pb_server_options       o;
    char                   *texts[5]; /* copies of the options' */
    struct lws_context     *lws;
    struct lws_vhost       *vhost;
    SSL_CTX                *tls;
    struct pb__h2_library  *h2; /* NULL: HTTP/1.1 only */
    struct lws_protocols    protocols[2];
    int                     listen_fd;
    bool                    listening; /* it is watched */
    int                     poll_fd;   /* epoll: lws watches this one */
    pb__conn               *graves;    /* closed ones whose memory may still be looked at */
    char                   *read;      /* PB__READ_MAX */
    uint16_t                port;
    atomic_uint             holders; /* the server itself, and each exchange that is not answered */
    atomic_bool             running;
    pthread_t               loop;
    pthread_mutex_t         lock; /* of the queues, of drain_ms, of waking */
    pb_exchange            *replies, *replies_last;
    pb__post               *posts, *posts_last;
    bool                    woken, closed, drain_asked;
    uint32_t                drain_ms;
    bool                    draining;
    int64_t                 drain_from_us, drain_until_us;
    pb__conn               *conns;
    struct pb__per_address *addresses;
    size_t                  bodies_now, held, answers; /* see server_held.c */
    lws_sorted_usec_list_t  tick;
    pb__every               every[PB__EVERY_MAX];
    uint32_t                n_every;
    int64_t                 date_s;
    char                    date[40];
    struct pb__deflate     *deflate;
    pb_ws                  *wants; /* have something to send */
    uint32_t                depth; /* of callbacks: wants are looked at when all have returned */
    pb__counts              counts;
    uint8_t                 scratch[LWS_PRE + PB__TLS_CHUNK + PB__ANSWER_HEAD];
};

int64_t pb__now_us(void);
bool    pb__on_loop(const pb_server *server);

/* server_listen.c */
pb_status pb__listen_open(pb_server *server, pb_error *error);
void      pb__listen_stop(pb_server *server);
void      pb__listen_accept(pb_server *server);
void      pb__listen_forget(pb_server *server, const pb__address_key *key); /* a connection of it is gone */
/* Bytes that are held for an address; valid while it has a connection. */
size_t *pb__listen_held(pb_server *server, const pb__address_key *key);

/* server_held.c */
/* n bytes more are kept because of conn; false: it, or all, have too much already. */
bool pb__hold(pb__conn *conn, size_t n);
void pb__release(pb_server *server, pb__conn *conn, size_t n); /* conn NULL: it is gone */
void pb__disown(pb__conn *conn, size_t n);                     /* still kept, but not for conn */
void pb__hold_end(pb__conn *conn);                             /* conn goes */
/* The answers that conn has not taken are now so many bytes; when all have too many, who has taken nothing for longest
 * is closed. */
void pb__answers_are(pb__conn *conn, size_t n);

/* server_tls.c: PB_E_USAGE says which file and why. */
pb_status pb__tls_open(pb_server *server, pb_error *error);
bool      pb__tls_begin(pb__conn *conn);
void      pb__tls_input(pb__conn *conn, const char *at, size_t len); /* as it came over the wire */
/* Bytes taken of head and body; SIZE_MAX: the connection is broken. */
size_t pb__tls_send(pb__conn *conn, pb_span head, pb_span body);
bool   pb__tls_flush(pb__conn *conn); /* false: broken */
bool   pb__tls_clogged(const pb__conn *conn);
void   pb__tls_end(pb__conn *conn); /* says good-bye */

/* server_loop.c */
int  pb__lws_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t len);
void pb__wake(pb_server *server);
void pb__tick_start(pb_server *server);

/* server_poll.c */
pb_status pb__poll_open(pb_server *server, pb_error *error);
bool      pb__poll_watch(pb__conn *conn);
void      pb__poll_listen(pb_server *server, bool on);
void      pb__poll_change(pb__conn *conn); /* what it is watched for */
void      pb__poll_out(pb__conn *conn);    /* tell when it can be written */
void      pb__poll_run(pb_server *server); /* what has happened */

/* server_tick.c: every quarter of a second, and more often while draining. */
void pb__tick(lws_sorted_usec_list_t *sul);

/* server_conn.c */
pb__conn *pb__conn_new(pb_server *server);
void      pb__conn_detach(pb__conn *conn); /* from its exchange and its WebSocket */
void      pb__conn_bury(pb__conn *conn);   /* closed now; its memory goes when the loop comes round */
void      pb__conn_free_buried(pb_server *server);
void      pb__conn_close(
         pb__conn *conn); /* now, or when its callback returns: conn is not to be touched after it, unless inside */
void pb__conn_linger(pb__conn *conn); /* the output was taken: tells the client, and waits for it to close */
bool pb__conn_keep_in(pb__conn *conn, const char *at, size_t len);
void pb__conn_used(pb__conn *conn, size_t n); /* the first n bytes kept */
void pb__conn_pause(pb__conn *conn, bool pause);
/* Sends head and body, in one call where the kernel takes them; keeps what it does not.
 * Nothing may be left over from before. Body may be NULL; it is held as long as needed. */
void pb__conn_send(pb__conn *conn, const char *head, size_t head_len, pb_blob *body);
void pb__conn_flush(pb__conn *conn);
bool pb__conn_clogged(const pb__conn *conn);                     /* something is left over */
void pb__conn_input(pb__conn *conn, const char *at, size_t len); /* in the clear */

/* server_h1.c */
void pb__h1_input(pb__conn *conn, const char *at, size_t len);
void pb__h1_writable(pb__conn *conn);
void pb__h1_answer(pb__conn *conn, pb_exchange *x, const pb_answer *answer); /* x is freed */
void pb__h1_refuse(pb__conn *conn, int status, const char *why);             /* and closes */

/* server_h2.c */
void      pb__h2_begin(pb__conn *conn);
void      pb__h2_input(pb__conn *conn, const char *at, size_t len);
void      pb__h2_writable(pb__conn *conn);
void      pb__h2_tick(pb__conn *conn, int64_t now_us);
void      pb__h2_gone(pb__conn *conn);
pb__conn *pb__h2_conn(const pb__stream *stream);
int64_t   pb__h2_since_us(const pb__conn *conn); /* when a client took something of an answer last */
void      pb__h2_answer(pb__stream *stream, pb_exchange *x, const pb_answer *answer); /* x is freed */

/* server_exchange.c */
pb_exchange *pb__exchange_new(pb__conn *conn, size_t room);
void         pb__exchange_free(pb_exchange *x);
pb_exchange *pb__exchange_of_head(pb__conn *conn, const pb__request *head, int *status, const char **why);
/* Room for n more bytes of a body: 0, or the status to refuse it with. */
int  pb__exchange_room(pb_exchange *x, size_t n);
void pb__exchange_deliver(pb_exchange *x); /* to options.request */
void pb__replies_run(pb_server *server);
void pb__server_drop(pb_server *server); /* one holder fewer */

/* server_answer.c */
typedef struct pb__answer_form {
    bool keep, http10;
} pb__answer_form;
/* The whole head; 0 when it does not fit. */
size_t      pb__answer_head(pb_server *server, const pb_answer *answer, pb__answer_form form, char *to, size_t cap);
bool        pb__header_fit(const pb_header *h); /* a token, and a value without control bytes */
bool        pb__has_body(int status);
const char *pb__date(pb_server *server);

/* server_problem.c: a body of RFC 9457; NULL out of memory. */
pb_blob *pb__problem(int status, const char *why);

/* ws.c */
bool pb__ws_wanted(const pb__conn *conn, const pb__request *head);
void pb__ws_begin(pb__conn *conn, const pb__request *head, pb_exchange *x); /* x is freed */
void pb__ws_input(pb__conn *conn, const char *at, size_t len);
void pb__ws_writable(pb__conn *conn);
void pb__ws_gone(pb__conn *conn);
void pb__ws_wants_run(pb_server *server);
void pb__ws_tick(pb__conn *conn, int64_t now_us);

#endif
