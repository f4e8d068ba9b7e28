/* lt_file: the files of one recording of live timing. Inside wire only. */
#ifndef PB_WIRE_LT_FILE_H
#define PB_WIRE_LT_FILE_H

#include "file_feed_parts.h"
#include "lt_message.h"

#define PB__LT_SOURCES_MAX 64

typedef struct pb__lt_source {
    pb_bytes     bytes;
    pb_span      left;  /* lines not read yet */
    pb_span      line;  /* the next one */
    int64_t      at_us; /* its time */
    pb__lt_topic topic; /* of a stream; PB__LT_T_N: lines say it themselves */
    bool         whole; /* one message, many lines */
} pb__lt_source;

struct pb__lt_file {
    pb__lt_source sources[PB__LT_SOURCES_MAX];
    uint32_t      n, at; /* of several parts: the one that is being read */
    bool          merge; /* streams: by time; parts: one after the other */
    int64_t       last_us;
    uint32_t      refused, went_back;
    char         *line; /* of a stream, with its topic */
    size_t        line_size;
};

/* ---- lt_file_open.c: which files belong to a recording ---- */
pb_status pb__lt_find_sources(pb__lt_file *file, const char *path, pb_error *error);

/* ---- lt_file_time.c: when a line is due ---- */
/* The UTC that a line of a hub, a typed line or a line of save ends with. */
bool pb__lt_time_of_line(pb_span line, int64_t *out_us);
/* That of a snapshot: its heartbeat's. */
bool pb__lt_time_of_snapshot(pb_span text, int64_t *out_us);
/* True when the text begins as one of the forms does: a known topic among its first names. */
bool pb__lt_is_live_timing(pb_span text);

/* Takes the next line off, its line end too; false at the end. Blank lines are passed over. */
bool pb__lt_take_line(pb_span *left, pb_span *line);

#endif
