/* pitboard/engine_trace.h - spans to whoever collects them: OTLP over HTTP, as JSON.
 *
 *     pb_logger_span --> ring --> [thread: 512 spans or 2 s] --> POST ENDPOINT/v1/traces
 *
 * Nobody waits for a collector: who gives a span copies it into a ring and goes on;
 * a full ring drops it. While the collector is away the batch is held, tried again
 * after 1 s, then twice as long, up to 30 s. What became of the spans is told by the
 * metric pitboard_spans_total{result}: exported, dropped (no room, or not sent at the
 * end), refused (the collector said that it does not want them).
 *
 * Floor 6. Uses net and below. */
#ifndef PITBOARD_ENGINE_TRACE_H
#define PITBOARD_ENGINE_TRACE_H

#include "pitboard/base_log.h"
#include "pitboard/base_metrics.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_trace_options {
    const char *endpoint;            /* "http://127.0.0.1:4318"; /v1/traces is added unless it is there */
    const char *headers;             /* "name=value,name=value", values as %XX where they have to be; NULL none. Secret: in no
                                      * message, log or metric. From OTEL_EXPORTER_OTLP_HEADERS */
    const char *service, *version;   /* of the resource. "pitboard"; NULL: not told */
    uint32_t    ring;                /* spans that wait, 8,192 */
    uint32_t    batch;               /* spans a request, 512 */
    uint32_t    every_ms;            /* a smaller batch is sent after it, 2,000 */
    uint32_t    backoff_ms;          /* before the second attempt, 1,000; doubles up to 30,000 */
    pb_metrics *metrics;             /* may be NULL */
    pb_logger  *log;                 /* where spans come from, and where it is said when the collector is away or back */
} pb_trace_options;
pb_trace_options pb_trace_options_default(void);

typedef struct pb_trace_export pb_trace_export;

/* Starts the thread and hangs itself into the log. Texts are copied.
 * PB_E_SYNTAX  no URL, or no list of headers
 * PB_E_USAGE   http:// to another machine: spans and secrets go by https:// or stay here */
pb_status pb_trace_export_start(const pb_trace_options *options, pb_trace_export **out, pb_error *error);
/* Takes no more, sends what waits for at most wait_ms, ends. NULL is harmless. */
void      pb_trace_export_stop(pb_trace_export *exporter, uint32_t wait_ms);

#ifdef __cplusplus
}
#endif
#endif
