/* pitboard/codec.h - files, CSV, JSON and gzip: bytes to values with a place
 * for every error.
 *
 * Floor 1. Uses base; jansson for JSON documents, zlib for gzip. */
#ifndef PITBOARD_CODEC_H
#define PITBOARD_CODEC_H

#include <stdio.h>

#include "pitboard/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- whole files ---- */
typedef struct pb_bytes {
    char  *at;       /* one NUL follows the last byte */
    size_t len;
} pb_bytes;

#define PB_FILE_MAX (256u << 20)

/* Reads a file, unpacking gzip when it is gzip (by its first bytes; a gzip bomb
 * stops at limit). limit 0 means PB_FILE_MAX. PB_E_NOENT, PB_E_IO, PB_E_LIMIT,
 * PB_E_SYNTAX (broken gzip). Free with pb_bytes_free. */
pb_status pb_file_read(const char *path, size_t limit, pb_bytes *out, pb_error *error);
/* Writes to a temporary file beside path, then renames: never half a file. A
 * symbolic link stays and what it names is replaced; a pipe or a terminal is
 * written directly. */
pb_status pb_file_write(const char *path, pb_span text, pb_error *error);
void      pb_bytes_free(pb_bytes *bytes);
/* Unpacks gzip, of one or several members. On error *out is untouched. */
pb_status pb_gunzip(pb_span packed, size_t limit, pb_bytes *out, pb_error *error);
/* Packs as one gzip member without a time or a name. Free with pb_bytes_free; on
 * error *out is untouched. */
pb_status pb_gzip(pb_span plain, pb_bytes *out, pb_error *error);
/* CRC-32 as gzip and PNG have it (ISO 3309, polynomial 0xedb88320). */
uint32_t  pb_crc32(pb_span bytes);

/* SHA-256 (FIPS 180-4) of bytes, as 64 small hex digits. */
void pb_sha256_hex(pb_span bytes, char out[65]);
/* The same, piece by piece: begin, add as often as wanted, end. */
typedef struct pb_sha256 {
    uint32_t      state[8];
    unsigned char block[64];     /* what does not fill a block yet */
    uint64_t      bytes;
} pb_sha256;
void pb_sha256_begin(pb_sha256 *sha);
void pb_sha256_add(pb_sha256 *sha, pb_span bytes);
void pb_sha256_end(pb_sha256 *sha, uint8_t out[32]);
/* HMAC-SHA-256 (RFC 2104). */
void pb_hmac_sha256(pb_span key, pb_span text, uint8_t out[32]);
/* Small hex digits, two a byte, and a NUL: out holds 2 * n + 1. */
void pb_hex(const uint8_t *bytes, size_t n, char *out);

/* True when the bytes are valid UTF-8 (no overlongs, no surrogates). */
bool pb_utf8_valid(pb_span text);
/* As many whole characters of valid UTF-8 as fit with a NUL; cap > 0. */
void pb_utf8_copy(pb_span text, char *to, size_t cap);

/* ---- CSV: RFC 4180 with what the world adds ----
 * A BOM and mixed line ends are accepted, quotes may hold separators and line
 * ends, "" inside quotes is a quote, blank lines are skipped. Nothing is
 * allocated per row. */
#define PB_CSV_FIELDS_MAX 128

typedef struct pb_csv {
    const char *at, *end;
    char        separator;
    uint32_t    line;                 /* of the row that was read last; the first line is 1 */
    uint32_t    next_line;
    uint32_t    n_fields;
    pb_span     field[PB_CSV_FIELDS_MAX]; /* valid until the next row; quotes taken off */
    pb_arena   *arena;                /* only for fields with doubled quotes; takes at most about
                                       * four times the longest row, then reuses it */
    char       *spare;                /* of the arena: where such fields are put together */
    size_t      spare_left, spare_size;
} pb_csv;

/* text must outlive the reader. separator ',' or ';'. A quote opens a quoted
 * field only as the field's first byte; elsewhere it is a letter. Lines end
 * with \n, \r\n or \r. */
void pb_csv_init(pb_csv *csv, pb_span text, char separator, pb_arena *arena);

/* Reads the next row. PB_OK, PB_E_EMPTY at the end of the text, PB_E_SYNTAX for
 * an unclosed quote (the reader is then at the end), PB_E_LIMIT for more than
 * PB_CSV_FIELDS_MAX fields (the row is skipped), PB_E_NOMEM when the arena is
 * full (the row is skipped). csv->line names the line where the row begins. */
pb_status pb_csv_next(pb_csv *csv);
/* Index of a column in the row last read (a header), or -1. */
int       pb_csv_column(const pb_csv *csv, const char *name);
/* Writes one field, quoted if it must be for either separator. */
void      pb_csv_put(FILE *to, const char *text);

/* ---- JSON reading with pointers; jansson underneath ----
 * A cursor names a value inside a document and its JSON pointer, so that every
 * complaint says where. */
typedef struct pb_json_doc pb_json_doc;

#define PB_JSON_DEPTH_MAX 64
#define PB_JSON_BYTES_MAX (32u << 20) /* a value takes some 16 times its text in memory */

typedef struct pb_json {
    void              *value;         /* json_t *, borrowed from the document; NULL: absent */
    const pb_json_doc *doc;           /* for its name in messages */
    char               pointer[96];   /* "/cars/3/pace_s"; "" is the root; a longer one ends in "..." */
} pb_json;

/* Parses text; name is used in messages ("race.json:12:7: ..."). Refuses NaN,
 * Infinity, duplicate keys, more than PB_JSON_DEPTH_MAX levels, trailing text,
 * bad UTF-8, integers beyond 64 bits, a root that is no object or array, and
 * more than PB_JSON_BYTES_MAX bytes (PB_E_LIMIT). A BOM is skipped. */
pb_status pb_json_parse(pb_span text, const char *name, pb_json_doc **out, pb_error *error);
void      pb_json_free(pb_json_doc *doc);
pb_json   pb_json_root(const pb_json_doc *doc);

bool      pb_json_present(pb_json at);
pb_json   pb_json_get(pb_json object, const char *key);     /* absent when missing */
pb_json   pb_json_at(pb_json array, size_t i);
size_t    pb_json_length(pb_json array);                     /* of an array; 0 for anything else */
bool      pb_json_is_null(pb_json at);                       /* null is written there; false when absent */
/* Keys of an object in the order of the text, 0 for anything else. Writes at most
 * cap, returns how many there are; they live as long as the document. */
size_t    pb_json_keys(pb_json object, const char **out, size_t cap);

/* For whoever reads documents whose form is not known before. */
typedef enum pb_json_kind {
    PB_JSON_ABSENT, PB_JSON_NULL, PB_JSON_BOOL, PB_JSON_WHOLE, PB_JSON_REAL, PB_JSON_TEXT, PB_JSON_ARRAY, PB_JSON_OBJECT
} pb_json_kind;
pb_json_kind pb_json_kind_of(pb_json at);
pb_span   pb_json_chars(pb_json at);                         /* of a text, a NUL behind them; empty for anything else */
double    pb_json_number(pb_json at);                        /* of a number, 1 of true; 0 for anything else */
size_t    pb_json_count(pb_json object);                     /* members of an object; 0 for anything else */
pb_json   pb_json_member(pb_json object, const char *key);   /* as pb_json_get, without the pointer: cheaper */
bool      pb_json_same(pb_json a, pb_json b);                /* the same value; 1 and 1.0 are */

/* Each refuses a value of another type (PB_E_SYNTAX), naming the pointer and what
 * it found; null is a value of another type. Outside lo .. hi: PB_E_RANGE; a text
 * of cap bytes or more: PB_E_LIMIT. Absent values leave *out alone and return
 * PB_OK: defaults stay. pb_json_f64 takes whole numbers too. */
pb_status pb_json_f64(pb_json at, double lo, double hi, double *out, pb_error *error);
pb_status pb_json_i64(pb_json at, int64_t lo, int64_t hi, int64_t *out, pb_error *error);
pb_status pb_json_bool(pb_json at, bool *out, pb_error *error);
pb_status pb_json_text(pb_json at, char *out, size_t cap, pb_error *error);
pb_status pb_json_need(pb_json at, pb_error *error);         /* PB_E_MISSING when absent */
pb_status pb_json_is_object(pb_json at, pb_error *error);
pb_status pb_json_is_array(pb_json at, size_t lo, size_t hi, pb_error *error);
/* Refuses keys of an object that are not in the list, with the nearest name. */
pb_status pb_json_only_keys(pb_json object, const char *const *keys, size_t n, pb_error *error);

/* ---- JSON documents that change: RFC 7386 merge patches (src/codec/json_patch.c) ----
 * A merge patch cannot say "set to null", so null members count as absent on both
 * sides; pb_json_drop_nulls makes a document in which there are none (inside arrays
 * nulls stay: arrays are replaced whole). Then merge(diff(a, b), a) is b, whatever a, b. */
/* The patch that makes to out of from, one line without a line feed; free with
 * pb_bytes_free. "{}" when nothing changed, and *same (may be NULL) is true. */
pb_status pb_json_merge_diff(const pb_json_doc *from, const pb_json_doc *to, pb_bytes *patch, bool *same, pb_error *error);
/* Applies a patch to doc. patch is left alone. */
pb_status pb_json_merge(pb_json_doc *doc, const pb_json_doc *patch, pb_error *error);
void      pb_json_drop_nulls(pb_json_doc *doc);
/* Members of that name go, wherever they are outside of arrays. */
void      pb_json_drop_key(pb_json_doc *doc, const char *key);
/* Each array of that name (outside of arrays) whose values are objects with different
 * whole numbers or texts `key` becomes an object {"44": {...}}, an empty one {}; any other stays. */
pb_status pb_json_key_arrays(pb_json_doc *doc, const char *array, const char *key, pb_error *error);
/* The value as text on one line, without a line feed; free with pb_bytes_free. Absent: "null". */
pb_status pb_json_dump(pb_json at, pb_bytes *out, pb_error *error);

/* ---- JSON writing: straight to a stream, keys in the order given, numbers
 * shortest that read back the same; never NaN or Infinity (written null) ---- */
typedef struct pb_json_writer {
    FILE *to;
    int   indent;                     /* 0: one line */
    int   depth;
    bool  first[PB_JSON_DEPTH_MAX + 2];
    bool  inline_array;               /* set it to have the next array, with all inside, on one line */
    int   inline_depth;               /* of the array that is being written so; 0: none */
} pb_json_writer;

void pb_json_begin(pb_json_writer *w, FILE *to, int indent);
void pb_json_end(pb_json_writer *w);                          /* line feed */
void pb_json_object(pb_json_writer *w, const char *key);      /* key NULL inside arrays and at the root */
void pb_json_object_end(pb_json_writer *w);
void pb_json_array(pb_json_writer *w, const char *key);
void pb_json_array_end(pb_json_writer *w);
void pb_json_put_f64(pb_json_writer *w, const char *key, double value);
void pb_json_put_fixed(pb_json_writer *w, const char *key, double value, int decimals); /* 0 .. 17; trailing zeros off */
void pb_json_put_i64(pb_json_writer *w, const char *key, int64_t value);
void pb_json_put_bool(pb_json_writer *w, const char *key, bool value);
/* NULL is written null; bytes that are not UTF-8 become U+FFFD. */
void pb_json_put_text(pb_json_writer *w, const char *key, const char *text);
void pb_json_put_null(pb_json_writer *w, const char *key);
/* A moment, microseconds since 1970, as "2026-12-01T10:00:00.123Z" (RFC 3339); null when it is 0 or less (not known)
 * or after the year 9999. */
void pb_json_put_utc(pb_json_writer *w, const char *key, int64_t us);
/* One value that is JSON already, as it stands; "" is written null. */
void pb_json_put_raw(pb_json_writer *w, const char *key, pb_span json);
void pb_json_put_value(pb_json_writer *w, const char *key, pb_json value);   /* a value read before, keys in their order */

/* The shortest of %.15g .. %.17g that reads back the same, in every locale.
 * Returns its length; "nan" or "inf" for what is not finite. */
#define PB_F64_TEXT_MAX 32
size_t pb_f64_text(double value, char out[PB_F64_TEXT_MAX]);

#ifdef __cplusplus
}
#endif
#endif
