/* record_segment.h - the frames of one segment, damage passed over. */
#ifndef PB_ENGINE_RECORD_SEGMENT_H
#define PB_ENGINE_RECORD_SEGMENT_H

#include "record_form.h"

typedef struct pb__segment {
    int                fd; /* -1: none */
    pb__segment_header header;
    uint64_t           offset; /* behind the last whole frame */
    uint64_t           damaged, damaged_bytes;
    uint8_t           *window; /* bytes of the file from window_at on */
    size_t             cap, held;
    uint64_t           window_at;
} pb__segment;

/* Opens a file and reads its header; when that is damaged the header read before it,
 * of the same recording, serves. PB_E_EMPTY: shorter than a header (a crash at its
 * birth, or it is being born); PB_E_SYNTAX: it is no segment. */
pb_status pb__segment_open(pb__segment *s, const char *path, pb_error *error);
/* The next whole frame, valid until the next call. PB_E_EMPTY: none behind offset, now. */
pb_status pb__segment_next(pb__segment *s, pb_frame *out, pb_error *error);
/* Bytes of the file behind the last whole frame. */
uint64_t pb__segment_rest(const pb__segment *s);
void     pb__segment_close(pb__segment *s);
/* Lets go of the memory, too. */
void pb__segment_fini(pb__segment *s);

#endif
