/* pitboard/base_log.h - lines for whoever has to find out later what happened, and
 * spans for whoever asks where the time went.
 *
 * A sink is an argument; NULL takes nothing. With PB_LOG_JSON each line is one object:
 *   {"time":"2026-12-01T10:00:00.123Z","level":"info","stage":"api","id":"7f3a...","text":"...","fields"...}
 * else "10:00:00.123 api: text". Lines are whole for any number of threads. Secrets
 * are no business of a log: callers give names and numbers, never headers or bodies;
 * control bytes are escaped.
 *
 * The correlation id (32 hex digits, the trace id of W3C Trace Context) comes with the
 * request and goes through every stage that works for it.
 *
 * Floor 0. Uses libc only. */
#ifndef PITBOARD_BASE_LOG_H
#define PITBOARD_BASE_LOG_H

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum pb_logger_level { PB_LOG_DEBUG, PB_LOG_INFO, PB_LOG_WARN, PB_LOG_ERROR, PB_LOG_OFF } pb_logger_level;
typedef enum pb_logger_form { PB_LOG_PLAIN, PB_LOG_JSON } pb_logger_form;

#define PB_TRACE_ID_MAX 33           /* 32 hex digits and NUL */

typedef struct pb_logger pb_logger;

/* fd is not closed. */
pb_logger *pb_logger_create(int fd, pb_logger_form form, pb_logger_level least);
void    pb_logger_destroy(pb_logger *log);
/* stage: a static word ("api", "session", "job", "access"). id "" or NULL: none. */
void pb_logger_say(pb_logger *log, pb_logger_level level, const char *stage, const char *id, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* A piece of work with a begin and an end, for OpenTelemetry. Times: UTC, ns. */
typedef struct pb_trace_span {
    char        trace[PB_TRACE_ID_MAX];
    char        span[17], parent[17];    /* 16 hex digits; "" no parent */
    const char *name;                    /* static */
    int64_t     from_ns, to_ns;
    int32_t     status;                  /* HTTP status, or 0 */
    bool        failed;
} pb_trace_span;

/* Where spans go (the exporter hangs itself in here); a full exporter drops and counts. */
void pb_logger_on_span(pb_logger *log, void (*f)(void *user, const pb_trace_span *span), void *user);
void pb_logger_span(pb_logger *log, const pb_trace_span *span);
bool pb_logger_wants_spans(const pb_logger *log);

#ifdef __cplusplus
}
#endif
#endif
