/* server_nghttp2.h - the part of libnghttp2 (1.14 .. 1.6x, libnghttp2.so.14) that is used.
 *
 * Wherever libcurl is, it is, since libcurl needs it; its headers are another package,
 * so what we call is written down here. These have been the same since 1.14 (2016); the
 * library's own page is nghttp2.org/documentation. */
#ifndef PB_SERVER_NGHTTP2_H
#define PB_SERVER_NGHTTP2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct nghttp2_session           nghttp2_session;
typedef struct nghttp2_session_callbacks nghttp2_session_callbacks;

typedef struct nghttp2_frame { /* what every frame begins with */
    size_t  length;
    int32_t stream_id;
    uint8_t type, flags, reserved;
} nghttp2_frame;

typedef struct nghttp2_nv {
    const uint8_t *name, *value;
    size_t         namelen, valuelen;
    uint8_t        flags;
} nghttp2_nv;

typedef struct nghttp2_settings_entry {
    int32_t  settings_id;
    uint32_t value;
} nghttp2_settings_entry;

typedef union nghttp2_data_source {
    int   fd;
    void *ptr;
} nghttp2_data_source;

typedef ssize_t (*pb__h2_read)(nghttp2_session *, int32_t stream, uint8_t *to, size_t cap, uint32_t *flags,
                               nghttp2_data_source *, void *user);
typedef struct nghttp2_data_provider {
    nghttp2_data_source source;
    pb__h2_read         read_callback;
} nghttp2_data_provider;

enum {
    PB__H2_DATA           = 0,
    PB__H2_HEADERS        = 1,
    PB__H2_END_STREAM     = 1, /* flag of a frame */
    PB__H2_DATA_EOF       = 1, /* flag of a read */
    PB__H2_MAX_STREAMS    = 3, /* settings */
    PB__H2_WINDOW         = 4,
    PB__H2_HEADER_LIST    = 6,
    PB__H2_NO_ERROR       = 0,
    PB__H2_CANCEL         = 8,
    PB__H2_STREAM_FAILED  = -521, /* from a callback: resets the stream */
    PB__H2_SESSION_FAILED = -902, /* from a callback: ends the connection */
};

typedef int (*pb__h2_on_frame)(nghttp2_session *, const nghttp2_frame *, void *user);
typedef int (*pb__h2_on_header)(nghttp2_session *, const nghttp2_frame *, const uint8_t *name, size_t name_len,
                                const uint8_t *value, size_t value_len, uint8_t flags, void *user);
typedef int (*pb__h2_on_data)(nghttp2_session *, uint8_t flags, int32_t stream, const uint8_t *at, size_t len,
                              void *user);
typedef int (*pb__h2_on_close)(nghttp2_session *, int32_t stream, uint32_t code, void *user);

#define PB__H2_LIST(X)                                                                                                 \
    X(int, session_callbacks_new, (nghttp2_session_callbacks **))                                                      \
    X(void, session_callbacks_del, (nghttp2_session_callbacks *))                                                      \
    X(void, session_callbacks_set_on_begin_headers_callback, (nghttp2_session_callbacks *, pb__h2_on_frame))           \
    X(void, session_callbacks_set_on_header_callback, (nghttp2_session_callbacks *, pb__h2_on_header))                 \
    X(void, session_callbacks_set_on_frame_recv_callback, (nghttp2_session_callbacks *, pb__h2_on_frame))              \
    X(void, session_callbacks_set_on_data_chunk_recv_callback, (nghttp2_session_callbacks *, pb__h2_on_data))          \
    X(void, session_callbacks_set_on_stream_close_callback, (nghttp2_session_callbacks *, pb__h2_on_close))            \
    X(int, session_server_new, (nghttp2_session **, const nghttp2_session_callbacks *, void *user))                    \
    X(void, session_del, (nghttp2_session *))                                                                          \
    X(ssize_t, session_mem_recv, (nghttp2_session *, const uint8_t *, size_t))                                         \
    X(ssize_t, session_mem_send, (nghttp2_session *, const uint8_t **))                                                \
    X(int, session_want_read, (nghttp2_session *))                                                                     \
    X(int, session_want_write, (nghttp2_session *))                                                                    \
    X(int32_t, session_get_last_proc_stream_id, (nghttp2_session *))                                                   \
    X(int, session_set_stream_user_data, (nghttp2_session *, int32_t, void *))                                         \
    X(void *, session_get_stream_user_data, (nghttp2_session *, int32_t))                                              \
    X(int, session_set_local_window_size, (nghttp2_session *, uint8_t, int32_t stream, int32_t))                       \
    X(int, submit_settings, (nghttp2_session *, uint8_t, const nghttp2_settings_entry *, size_t))                      \
    X(int, submit_response, (nghttp2_session *, int32_t, const nghttp2_nv *, size_t, const nghttp2_data_provider *))   \
    X(int, submit_rst_stream, (nghttp2_session *, uint8_t, int32_t, uint32_t))                                         \
    X(int, submit_shutdown_notice, (nghttp2_session *))                                                                \
    X(int, submit_goaway, (nghttp2_session *, uint8_t, int32_t last, uint32_t code, const uint8_t *, size_t))

typedef struct pb__h2_library {
    void                      *library;
    nghttp2_session_callbacks *callbacks; /* ours, the same for every connection */
/* NOLINTBEGIN(bugprone-macro-parentheses): a member that is declared takes none */
#define PB__H2_FIELD(type, name, arguments) type(*name) arguments;
    PB__H2_LIST(PB__H2_FIELD)
#undef PB__H2_FIELD
    /* NOLINTEND(bugprone-macro-parentheses) */
} pb__h2_library;

pb__h2_library *pb__h2_load(void); /* NULL: not here */
void            pb__h2_unload(pb__h2_library *library);
/* server_h2.c: puts its callbacks in. */
bool pb__h2_callbacks(pb__h2_library *library);

#endif
