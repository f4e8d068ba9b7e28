/* server_head.h - the head of an HTTP/1 request, and a body's frame, read strictly.
 *
 * What two servers could read differently is refused: a line feed without its carriage
 * return, a folded line, blanks before the colon, a second Content-Length, both lengths
 * and chunks, a transfer coding but chunked. Pure: bytes in, a struct out. */
#ifndef PB_SERVER_HEAD_H
#define PB_SERVER_HEAD_H

#include "pitboard/net_server.h"

#define PB__HEAD_MAX (16u << 10)
#define PB__TARGET_MAX (8u << 10)
#define PB__FIELDS_MAX 100

/* The header fields that are kept, in small letters; '1': may be sent once only. */
#define PB__KEPT_LIST(X)                                                                                               \
    X(ACCEPT, "accept", 0)                                                                                             \
    X(ACCEPT_ENCODING, "accept-encoding", 0)                                                                           \
    X(AUTHORIZATION, "authorization", 1)                                                                               \
    X(CONTENT_TYPE, "content-type", 1)                                                                                 \
    X(CONTENT_ENCODING, "content-encoding", 1)                                                                         \
    X(COOKIE, "cookie", 0)                                                                                             \
    X(HOST, "host", 1)                                                                                                 \
    X(IF_NONE_MATCH, "if-none-match", 0)                                                                               \
    X(IF_MATCH, "if-match", 0)                                                                                         \
    X(IDEMPOTENCY_KEY, "idempotency-key", 1)                                                                           \
    X(ORIGIN, "origin", 1)                                                                                             \
    X(TRACEPARENT, "traceparent", 1)                                                                                   \
    X(USER_AGENT, "user-agent", 0)                                                                                     \
    X(X_API_KEY, "x-api-key", 1)                                                                                       \
    X(X_PITBOARD_FEED, "x-pitboard-feed", 1)                                                                           \
    X(X_REQUEST_ID, "x-request-id", 1)                                                                                 \
    X(X_FORWARDED_FOR, "x-forwarded-for", 0)                                                                           \
    X(ACCESS_METHOD, "access-control-request-method", 1)                                                               \
    X(ACCESS_HEADERS, "access-control-request-headers", 0)                                                             \
    X(WS_PROTOCOL, "sec-websocket-protocol", 0)                                                                        \
    X(WS_KEY, "sec-websocket-key", 1)                                                                                  \
    X(WS_VERSION, "sec-websocket-version", 1)                                                                          \
    X(WS_EXTENSIONS, "sec-websocket-extensions", 0)

typedef enum pb__kept {
#define PB__KEPT_ENUM(id, name, once) PB__KEPT_##id,
    PB__KEPT_LIST(PB__KEPT_ENUM)
#undef PB__KEPT_ENUM
        PB__KEPT_N
} pb__kept;

int pb__kept_find(pb_span name); /* -1: not kept */

typedef struct pb__field {
    int     id;
    pb_span value; /* blanks off */
} pb__field;

typedef struct pb__request {
    size_t    bytes; /* of the whole head */
    pb_method method;
    pb_span   target; /* as sent, path and query; without scheme and host */
    bool      http10;
    bool      keep;
    bool      upgrade; /* to websocket, with Connection: upgrade */
    bool      expect;  /* 100-continue */
    bool      chunked;
    bool      has_length;
    uint64_t  length;
    uint32_t  n_fields;
    pb__field fields[PB__FIELDS_MAX]; /* kept ones, in their order */
} pb__request;

/* 0: read. -1: not whole yet. Else the status of the answer that refuses it, *why a
 * static sentence. Spans point into bytes. */
int pb__request_read(pb_span bytes, pb__request *out, const char **why);

/* Keeps one field, if it is one that is kept (for HTTP/2, whose framing is not ours). 0, or
 * the status that refuses it. */
int pb__request_add(pb__request *head, pb_span name, pb_span value, const char **why);

pb_method pb__method_of(pb_span text);

/* Decodes the path of target into to (room: target.len + 1) and finds the query (NUL
 * terminated behind it). 0, or 400 with *why. */
int pb__path_read(pb_span target, char *to, const char **path, const char **query, const char **why);
/* The rule for a path that is decoded: begins with '/', no "..", "//", backslash, control
 * byte, and UTF-8. NULL, or what is wrong. */
const char *pb__path_wrong(pb_span path);

/* ---- a body as it arrives ---- */

typedef enum pb__chunk_state {
    PB__CHUNK_SIZE,
    PB__CHUNK_EXTENSION,
    PB__CHUNK_SIZE_LF,
    PB__CHUNK_DATA,
    PB__CHUNK_DATA_CR,
    PB__CHUNK_DATA_LF,
    PB__CHUNK_TRAILER,    /* at a line's begin */
    PB__CHUNK_TRAILER_IN, /* inside a trailer, which is thrown away */
    PB__CHUNK_TRAILER_LF,
    PB__CHUNK_END_LF,
} pb__chunk_state;

typedef struct pb__body {
    bool            chunked;
    bool            done;
    uint64_t        left; /* of the length, or of this chunk */
    pb__chunk_state state;
    uint32_t        digits, extra; /* of the size; bytes of extensions and trailers so far */
} pb__body;

pb__body pb__body_begin(const pb__request *head);
/* Takes from bytes: *data is what belongs to the body (may be empty), *used what was
 * looked at. Call again until done or all is used. 0, or 400 with *why. */
int pb__body_take(pb__body *b, pb_span bytes, pb_span *data, size_t *used, const char **why);

#endif
