/* file_feed_parts.h - the readers behind pb_file_feed. Inside wire only. */
#ifndef PB_WIRE_FILE_FEED_PARTS_H
#define PB_WIRE_FILE_FEED_PARTS_H

#include "pitboard/wire_feed.h"

/* ---- telemetry_feed.c: CSV of telemetry as records of NDJSON ---- */
bool      pb__telemetry_feed_recognise(const char *path, pb_span head);
pb_status pb__telemetry_feed_open(const char *path, void **state, pb_error *error);
/* From a place that pb__telemetry_feed_tell gave. */
pb_status pb__telemetry_feed_open_at(const char *path, uint64_t offset, uint64_t line, void **state, pb_error *error);
pb_status pb__telemetry_feed_next(void *state, pb_file_record *out, pb_error *error);
uint32_t  pb__telemetry_feed_refused(const void *state);
void      pb__telemetry_feed_tell(const void *state, uint64_t *offset, uint64_t *line);
void      pb__telemetry_feed_close(void *state);

#endif
