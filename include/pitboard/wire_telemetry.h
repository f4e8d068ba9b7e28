/* pitboard/wire_telemetry.h - files of telemetry, read as a stream of points.
 *
 * CSV of telemetry, one row a point (wide) or one row a channel (long, as GR Cup
 * writes it), plain or packed with gzip or zstd. Files of many gigabytes: never
 * more than a piece of one is in memory, and reading can begin again where it was
 * broken off. Forms, names and ranges: docs/formats/points.md, gr-cup.md.
 *
 *     file --pieces--> rows --+--> points (pb_telemetry_next)
 *                             +--> refused rows, each with line and reason
 *
 * A channel that is missing is missing: nothing is held from earlier points.
 *
 * Floor 3. Uses base, codec, race. */
#ifndef PITBOARD_WIRE_TELEMETRY_H
#define PITBOARD_WIRE_TELEMETRY_H

#include "pitboard/race_event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A place in a file: bytes of its unpacked text, lines before it. {0, 0} is the start. */
typedef struct pb_telemetry_mark {
    uint64_t offset, line;
} pb_telemetry_mark;

/* The car of rows that name none in a file whose name ("...GR86-049-88...") does
 * not either. */
#define PB_TELEMETRY_UNNAMED 32767

typedef struct pb_telemetry_options {
    int32_t           car;         /* of rows that name none; 0: the file's name, else PB_TELEMETRY_UNNAMED */
    pb_telemetry_mark from;        /* as pb_telemetry_tell gave it for the same file */
    void             *user;
    void (*refused)(void *user, uint64_t line, const char *why);   /* may be NULL; why is static */
} pb_telemetry_options;

typedef struct pb_telemetry_sums {
    uint64_t rows, accepted, refused;   /* rows = accepted + refused; the header is none */
    uint64_t points;
    uint64_t read_bytes, file_bytes;    /* as they lie in the file, packed or not */
    bool     is_long;
    bool     unknown_columns;           /* the header has columns that were passed over */
} pb_telemetry_sums;

typedef struct pb_telemetry_file pb_telemetry_file;

/* True when the first bytes of a file, packed or not, are the header of telemetry.
 * zstd tells nothing before its first block, of up to 128 kB, is there. */
bool      pb_telemetry_is(pb_span head);
/* The same of a file; false when it cannot be read. */
bool      pb_telemetry_is_file(const char *path);

/* options may be NULL. PB_E_NOENT, PB_E_IO; PB_E_UNSUPPORTED when it is no
 * telemetry; PB_E_RANGE for a mark beyond the end. */
pb_status pb_telemetry_open(const char *path, const pb_telemetry_options *options, pb_telemetry_file **out,
                            pb_error *error);
void      pb_telemetry_close(pb_telemetry_file *file);
/* PB_OK and a point; PB_E_EMPTY at the end; PB_E_SYNTAX when the packing is broken
 * or cut short, PB_E_IO: nothing more comes. */
pb_status pb_telemetry_next(pb_telemetry_file *file, pb_point *out, pb_error *error);
/* Where to begin again: every point not yet given comes from there. In the long
 * form, points of other cars around the place may come twice, with the same times. */
pb_telemetry_mark        pb_telemetry_tell(const pb_telemetry_file *file);
const pb_telemetry_sums *pb_telemetry_sums_of(const pb_telemetry_file *file);

/* A point as one line of JSON without a line feed, read back the same by
 * pb_points_feed. Returns its length, 0 when it did not fit. */
#define PB_POINT_LINE_MAX 1536
size_t pb_point_line_write(const pb_point *point, char *to, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
