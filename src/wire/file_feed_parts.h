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

#endif
