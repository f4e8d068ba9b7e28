/* OTLP 1.x, JSON encoding: ids as hex digits, 64-bit integers as text, enums as numbers. */
#include <inttypes.h>
#include <string.h>

#include "pitboard/codec.h"
#include "trace_work.h"

#define KIND_INTERNAL 1
#define KIND_SERVER 2
#define STATUS_ERROR 2

static bool is_id(const char *id, size_t digits)
{
    return strspn(id, "0123456789abcdef") == digits && id[digits] == '\0' && strspn(id, "0") < digits;
}

bool pb__trace_span_is_whole(const pb_trace_span *span)
{
    return is_id(span->trace, 32) && is_id(span->span, 16) && span->name &&
           (span->parent[0] == '\0' || is_id(span->parent, 16));
}

static void put_attribute(pb_json_writer *w, const char *key, const char *type, const char *value)
{
    pb_json_object(w, NULL);
    pb_json_put_text(w, "key", key);
    pb_json_object(w, "value");
    pb_json_put_text(w, type, value);
    pb_json_object_end(w);
    pb_json_object_end(w);
}

static void put_i64(pb_json_writer *w, const char *key, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    pb_json_put_text(w, key, text);
}

static void put_span(pb_json_writer *w, const pb_trace_span *span)
{
    char status[16];
    pb_json_object(w, NULL);
    pb_json_put_text(w, "traceId", span->trace);
    pb_json_put_text(w, "spanId", span->span);
    if (span->parent[0]) pb_json_put_text(w, "parentSpanId", span->parent);
    pb_json_put_text(w, "name", span->name);
    pb_json_put_i64(w, "kind", span->status ? KIND_SERVER : KIND_INTERNAL);
    put_i64(w, "startTimeUnixNano", span->from_ns);
    put_i64(w, "endTimeUnixNano", span->to_ns);
    if (span->status) {
        snprintf(status, sizeof status, "%" PRId32, span->status);
        pb_json_array(w, "attributes");
        put_attribute(w, "http.response.status_code", "intValue", status);
        pb_json_array_end(w);
    }
    if (span->failed) {
        pb_json_object(w, "status");
        pb_json_put_i64(w, "code", STATUS_ERROR);
        pb_json_object_end(w);
    }
    pb_json_object_end(w);
}

static void put_resource(pb_json_writer *w, const char *service, const char *version)
{
    pb_json_object(w, "resource");
    pb_json_array(w, "attributes");
    if (service) put_attribute(w, "service.name", "stringValue", service);
    if (version) put_attribute(w, "service.version", "stringValue", version);
    pb_json_array_end(w);
    pb_json_object_end(w);
}

void pb__trace_json_write(FILE *to, const char *service, const char *version, const pb_trace_span *spans, size_t n)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 0);
    pb_json_object(&w, NULL);
    pb_json_array(&w, "resourceSpans");
    pb_json_object(&w, NULL);
    put_resource(&w, service, version);
    pb_json_array(&w, "scopeSpans");
    pb_json_object(&w, NULL);
    pb_json_object(&w, "scope");
    pb_json_put_text(&w, "name", "pitboard");
    pb_json_object_end(&w);
    pb_json_array(&w, "spans");
    for (size_t i = 0; i < n; i++) put_span(&w, &spans[i]);
    pb_json_array_end(&w);
    pb_json_object_end(&w);
    pb_json_array_end(&w);
    pb_json_object_end(&w);
    pb_json_array_end(&w);
    pb_json_object_end(&w);
    pb_json_end(&w);
}
