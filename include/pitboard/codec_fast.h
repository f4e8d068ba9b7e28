/* pitboard/codec_fast.h - what the hot path of telemetry reads: JSON rows at the
 * speed of simdjson, MessagePack, gzip and zstd piece by piece.
 *
 * A row is an object whose keys are few and known beforehand: a table of names
 * gives each a slot, and a row is filled slot by slot, whatever it came from.
 *
 *     {"car":88,"nmot":6200,"x":1}      names: 0 car, 1 speed, 2 nmot
 *        |         |          |
 *        v         v          v
 *     seen 0b101   at[0] 88   at[2] 6200   unknown 1
 *
 * Everything is bounded, knows no locale, throws nothing, and allocates nothing
 * once its buffers have grown to the size of the bodies that come.
 *
 * Floor 1. Uses base; simdjson, zlib and zstd. */
#ifndef PITBOARD_CODEC_FAST_H
#define PITBOARD_CODEC_FAST_H

#include "pitboard/codec.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- names and rows ---- */
#define PB_FAST_NAMES_MAX 64

typedef enum pb_fast_kind {
    PB_FAST_NULL = 0,
    PB_FAST_WHOLE,                 /* whole */
    PB_FAST_REAL,                  /* real, finite when it came from JSON */
    PB_FAST_BOOL,                  /* whole 0 or 1 */
    PB_FAST_TEXT,                  /* text, unescaped */
    PB_FAST_OTHER                  /* an array, an object, bytes, a number nobody can hold */
} pb_fast_kind;

typedef struct pb_fast_value {
    uint8_t kind;                  /* pb_fast_kind */
    union {
        int64_t whole;
        double  real;
        pb_span text;              /* valid until the next row */
    };
} pb_fast_value;

typedef struct pb_fast_row {
    uint64_t      seen;            /* bit k: name k is there */
    uint32_t      unknown;         /* keys that are no name */
    bool          twice;           /* a name was there twice; the last one counts */
    pb_fast_value at[PB_FAST_NAMES_MAX];
} pb_fast_row;

typedef struct pb_fast_names {
    const char *const *name;       /* borrowed */
    uint32_t           n;
    uint8_t            len[PB_FAST_NAMES_MAX];
    uint8_t            slot[256];  /* by hash, open addressing; 1 + index, 0 free */
} pb_fast_names;

/* At most PB_FAST_NAMES_MAX different names of 1 .. 255 bytes. */
void pb_fast_names_init(pb_fast_names *names, const char *const *name, uint32_t n);
/* Its index, or -1. */
int  pb_fast_names_find(const pb_fast_names *names, pb_span key);

/* ---- JSON: an object, an array of objects, or one object a line ---- */
typedef struct pb_fast_json pb_fast_json;

#define PB_FAST_PADDING    64             /* bytes behind a text that may be read, whatever they hold */
#define PB_FAST_BYTES_MAX  (64u << 20)

typedef enum pb_fast_form { PB_FAST_OBJECT = 0, PB_FAST_ARRAY, PB_FAST_LINES } pb_fast_form;

pb_status    pb_fast_json_create(pb_fast_json **out, pb_error *error);
void         pb_fast_json_destroy(pb_fast_json *json);
/* Begins with a text; its form is told by its first bytes (a BOM is skipped). The
 * text is read in place when capacity >= text.len + PB_FAST_PADDING, and copied
 * otherwise; it must outlive the reading. PB_E_LIMIT beyond PB_FAST_BYTES_MAX,
 * PB_E_NOMEM, PB_E_EMPTY for nothing but blanks, PB_E_SYNTAX for what is no JSON
 * as a whole (an unclosed text, bad UTF-8; never for lines). */
pb_status    pb_fast_json_begin(pb_fast_json *json, pb_span text, size_t capacity, pb_error *error);
pb_fast_form pb_fast_json_form(const pb_fast_json *json);
/* PB_OK and a row; PB_E_EMPTY at the end; PB_E_SYNTAX for one that is no object
 * or broken: go on, the next line or element may be good (an array that is broken
 * inside ends there). *row is then unspecified. */
pb_status    pb_fast_json_next(pb_fast_json *json, const pb_fast_names *names, pb_fast_row *row);

/* The shortest text that reads back as the same number, in every locale; "null"
 * for what is not finite. Returns its length, not NUL-terminated. */
#define PB_F32_TEXT_MAX 24
size_t pb_f32_text(float value, char out[PB_F32_TEXT_MAX]);
size_t pb_f64_short(double value, char out[PB_F64_TEXT_MAX]);
/* The double nearest to the shortest decimal of a float: its own shortest text is
 * that decimal again. What is not finite stays what it is. */
double pb_f32_decimal(float value);

/* ---- MessagePack ---- */
typedef struct pb_msgpack {
    const uint8_t *at, *end;
} pb_msgpack;

typedef enum pb_msgpack_kind {
    PB_MSGPACK_NIL, PB_MSGPACK_BOOL, PB_MSGPACK_WHOLE, PB_MSGPACK_REAL, PB_MSGPACK_TEXT, PB_MSGPACK_BYTES,
    PB_MSGPACK_ARRAY, PB_MSGPACK_MAP
} pb_msgpack_kind;

typedef struct pb_msgpack_item {
    uint8_t  kind;                 /* pb_msgpack_kind; unsigned beyond int64 are PB_MSGPACK_REAL */
    uint32_t n;                    /* items of an array, pairs of a map: never more than bytes are left for */
    int64_t  whole;                /* also a bool */
    double   real;                 /* may be NaN or infinite */
    pb_span  bytes;                /* of a text, bytes or an extension; points into the input */
} pb_msgpack_item;

/* Reads one item and moves past it (not past the members of an array or a map).
 * PB_E_EMPTY at the end, PB_E_SYNTAX when it is cut short or says more than there
 * is; the reader then stays. */
pb_status pb_msgpack_next(pb_msgpack *from, pb_msgpack_item *out);
/* Moves past one value with all that is inside, at most PB_JSON_DEPTH_MAX deep. */
pb_status pb_msgpack_skip(pb_msgpack *from);
/* Reads a map into a row. PB_E_SYNTAX when it is none or broken, keys that are no
 * text count as unknown. */
pb_status pb_msgpack_row(pb_msgpack *from, const pb_fast_names *names, pb_fast_row *row);

/* ---- unpacking, piece by piece or at once ---- */
typedef enum pb_packing { PB_PACKING_NONE = 0, PB_PACKING_GZIP, PB_PACKING_ZSTD } pb_packing;

/* By the first bytes. */
pb_packing pb_packing_of(pb_span bytes);

typedef struct pb_unpacker pb_unpacker;
/* limit: how many unpacked bytes are allowed in all, 0: any number. A frame of
 * zstd may ask for a window of at most 128 MiB. */
pb_status pb_unpacker_create(pb_packing packing, uint64_t limit, pb_unpacker **out, pb_error *error);
void      pb_unpacker_destroy(pb_unpacker *u);
/* Ready for another stream; keeps its memory. */
void      pb_unpacker_reset(pb_unpacker *u);
/* Takes from *in, writes at most cap bytes to `to`, *n says how many. Call again
 * with the rest of *in and more behind it; several members or frames in a row are
 * one stream. With nothing left in *in, *n < cap says that more input is needed.
 * PB_E_SYNTAX broken, PB_E_LIMIT over the limit: what follows cannot be read. */
pb_status pb_unpacker_step(pb_unpacker *u, pb_span *in, char *to, size_t cap, size_t *n, pb_error *error);
/* True when the stream may end here: at the end of a member or frame. */
bool      pb_unpacker_whole(const pb_unpacker *u);

/* All frames at once; PB_E_SYNTAX, PB_E_LIMIT, PB_E_NOMEM. limit 0 means
 * PB_FILE_MAX. Free with pb_bytes_free; on error *out is untouched. */
pb_status pb_unzstd(pb_span packed, size_t limit, pb_bytes *out, pb_error *error);
/* One frame with its size and a checksum. level 1 .. 19, 0: 3. */
pb_status pb_zstd(pb_span plain, int level, pb_bytes *out, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
