/* trace_work.h - the parts of the exporter of spans: its headers, and its JSON. */
#ifndef PB_ENGINE_TRACE_WORK_H
#define PB_ENGINE_TRACE_WORK_H

#include <stdio.h>

#include "pitboard/engine_trace.h"

#define PB__TRACE_HEADERS_MAX 16

/* "name=value,name=value" as lines "name: value". lines[i] are from malloc, also on an
 * error. Errors tell names, never values. */
pb_status pb__trace_headers_read(const char *text, char *lines[PB__TRACE_HEADERS_MAX], uint32_t *n, pb_error *error);

/* One ExportTraceServiceRequest in OTLP's JSON. */
void pb__trace_json_write(FILE *to, const char *service, const char *version, const pb_trace_span *spans, size_t n);
/* Ids that a collector takes: 32 and 16 hex digits, not all 0. */
bool pb__trace_span_is_whole(const pb_trace_span *span);

#endif
