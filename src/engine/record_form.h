/* record_form.h - the bytes of a recording: docs/formats/recording.md. Numbers are
 * little-endian; header and frames begin on multiples of 8. */
#ifndef PB_ENGINE_RECORD_FORM_H
#define PB_ENGINE_RECORD_FORM_H

#include "pitboard/engine_record.h"

#define PB__SEGMENT_HEADER 64u
#define PB__FRAME_HEADER 40u
#define PB__RECORD_VERSION 1u
#define PB__SEGMENT_NAME_MAX 16 /* "000001.pbr" */

typedef struct pb__segment_header {
    uint64_t first_seq;  /* no frame in it has a lower one */
    int64_t  created_us; /* UTC */
    uint32_t mark;       /* every frame begins with it; random, the same in a whole recording */
    char     id[PB_RECORD_ID_MAX];
} pb__segment_header;

void pb__segment_header_write(const pb__segment_header *header, uint8_t to[PB__SEGMENT_HEADER]);
/* Nothing, or the beginning of a header: of a segment that a crash met at its birth. */
bool pb__segment_is_begun(const uint8_t *from, size_t len);
/* PB_E_SYNTAX: it is none; PB_E_UNSUPPORTED: of a newer version. */
pb_status pb__segment_header_read(const uint8_t *from, size_t len, pb__segment_header *out);

/* Bytes of a frame with so much payload, padding included. */
static inline size_t pb__frame_size(size_t payload)
{
    return PB__FRAME_HEADER + (payload + 7) / 8 * 8;
}
/* Writes pb__frame_size bytes. */
void pb__frame_write(const pb_frame *frame, uint32_t mark, uint8_t *to);

typedef enum pb__frame_found {
    PB__FRAME_WHOLE,
    PB__FRAME_SHORT, /* it may go on behind the end: *size bytes are needed */
    PB__FRAME_BAD
} pb__frame_found;
/* What begins at `from`. WHOLE: *out (a view into from) and *size. */
pb__frame_found pb__frame_read(const uint8_t *from, size_t len, uint32_t mark, pb_frame *out, size_t *size);

/* Numbers of the segments of a folder, rising; free with free. */
pb_status pb__segments_list(const char *dir, uint32_t **out, size_t *n, pb_error *error);
void      pb__segment_name(uint32_t number, char out[PB__SEGMENT_NAME_MAX]);

#endif
