/* file_feed_parts: kinds of files that can be replayed, one row each in the table of
 * file_feed.c. Inside wire only.
 *
 * The first part that recognises a path opens it. head: the first bytes of a file, as
 * they are (gzip or zstd packed); empty for a folder. */
#ifndef PB_WIRE_FILE_FEED_PARTS_H
#define PB_WIRE_FILE_FEED_PARTS_H

#include "pitboard/wire_feed.h"

#define PB__FEED_HEAD_MAX 8192

typedef struct pb__file_part {
    const char *what; /* "a lap CSV": for the message when nothing fits */
    bool (*recognise)(const char *path, bool folder, pb_span head);
    pb_status (*open)(const char *path, void **state, pb_error *error);
    pb_status (*next)(void *state, pb_file_record *out, pb_error *error); /* PB_E_EMPTY at the end */
    void (*close)(void *state);
    uint32_t (*refused)(const void *state);
} pb__file_part;

extern const pb__file_part pb__part_event_lines; /* feed_event_lines.c */
extern const pb__file_part pb__part_laps;        /* feed_laps.c */
extern const pb__file_part pb__part_tables;      /* feed_tables.c: a folder, or one file */
extern const pb__file_part pb__part_telemetry;   /* feed_telemetry.c */
extern const pb__file_part pb__part_live_timing; /* feed_live_timing.c */

/* ---- telemetry_feed.c: CSV of telemetry as records of NDJSON ---- */
bool      pb__telemetry_feed_recognise(const char *path, pb_span head);
pb_status pb__telemetry_feed_open(const char *path, void **state, pb_error *error);
/* From a place that pb__telemetry_feed_tell gave. */
pb_status pb__telemetry_feed_open_at(const char *path, uint64_t offset, uint64_t line, void **state, pb_error *error);
pb_status pb__telemetry_feed_next(void *state, pb_file_record *out, pb_error *error);
uint32_t  pb__telemetry_feed_refused(const void *state);
void      pb__telemetry_feed_tell(const void *state, uint64_t *offset, uint64_t *line);
void      pb__telemetry_feed_close(void *state);

/* ---- recordings of F1 live timing (lt_file.c) ----
 *
 *     a file      lines of any form of lt_message.h, or one snapshot; beside NAME_live*
 *                 NAME_subscribe.txt is the snapshot it begins with
 *     a stream    TimingData.jsonStream, timing_data.raw: the name tells the topic
 *     a folder    of streams, merged by (time, topic); or of subscribe.* and live.*; or the
 *                 parts of one recording by FastF1, which overlap
 *
 * PB_E_UNSUPPORTED when it is none of these. */
typedef struct pb__lt_file pb__lt_file;
pb_status                  pb__lt_file_open(const char *path, pb__lt_file **out, pb_error *error);
/* PB_OK, PB_E_EMPTY at the end. A line without a time of its own is due with the one
 * before it. */
pb_status pb__lt_file_next(pb__lt_file *file, pb_file_record *out, pb_error *error);
void      pb__lt_file_close(pb__lt_file *file);
/* Lines passed over because no message is that long. */
uint32_t pb__lt_file_refused(const pb__lt_file *file);
/* Lines whose time lay before that of the line before. */
uint32_t pb__lt_file_went_back(const pb__lt_file *file);

#endif
