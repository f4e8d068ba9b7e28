/* line_stream.h - a text file of any size, packed or not, in pieces of whole
 * lines. Inside wire only.
 *
 *     file --read--> [in] --unpack--> [ whole lines | rest of a line | room ]
 *                                       given         kept for the next piece */
#ifndef PB_WIRE_LINE_STREAM_H
#define PB_WIRE_LINE_STREAM_H

#include "pitboard/codec_fast.h"

#define PB__LINE_STREAM_BYTES (256u << 10) /* a piece; no line may be longer */

typedef struct pb__line_stream {
    int          fd;
    pb_unpacker *unpacker; /* NULL: plain */
    char        *in, *text;
    pb_span      left;     /* of in, not unpacked yet */
    size_t       from, to; /* of text: what was not given yet */
    uint64_t     offset;   /* of text + from, in unpacked bytes */
    uint64_t     read_bytes, file_bytes;
    bool         ended;
} pb__line_stream;

/* *s must be zero. On error nothing is held. */
pb_status pb__line_stream_open(pb__line_stream *s, const char *path, pb_error *error);
void      pb__line_stream_close(pb__line_stream *s);
/* The next lines, valid until the next call; the last may lack its line end.
 * PB_E_EMPTY at the end; PB_E_LIMIT for a line that is too long: it is passed
 * over, go on; PB_E_SYNTAX, PB_E_IO: nothing more comes. */
pb_status pb__line_stream_next(pb__line_stream *s, pb_span *lines, pb_error *error);
/* Moves on to an offset that is not behind. PB_E_RANGE beyond the end. */
pb_status pb__line_stream_seek(pb__line_stream *s, uint64_t offset, pb_error *error);

#endif
