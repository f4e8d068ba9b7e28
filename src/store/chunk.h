/* chunk.h - inside store only: columns to bytes and back.
 *
 * Layout: docs/formats/telemetry-chunk.md. Both ways use a work space that grows
 * to the largest chunk it has met and then allocates nothing. */
#ifndef PITBOARD_STORE_CHUNK_H
#define PITBOARD_STORE_CHUNK_H

#include "pitboard/store_live.h"

#define PB__CHUNK_MAGIC UINT32_C(0x43544250) /* "PBTC", the lowest byte first */
#define PB__CHUNK_VERSION 1
#define PB__CHUNK_HEADER 40 /* bytes */
#define PB__CHUNK_ROWS_MAX 65536
#define PB__CHUNK_NAME_MAX 64 /* with its NUL */
#define PB__CHUNK_DECIMALS_MAX 6
#define PB__CHUNK_MISSING UINT32_C(0x7fc00000) /* bits of NAN as C makes it */

enum { PB__CHUNK_I64, PB__CHUNK_F32 };                                                        /* kinds */
enum { PB__CHUNK_SAME, PB__CHUNK_DELTA, PB__CHUNK_DELTA2, PB__CHUNK_DECIMAL, PB__CHUNK_XOR }; /* codings */

/* A column as its entry in the directory describes it. */
typedef struct pb__chunk_entry {
    uint8_t kind, coding;
    uint8_t planes;   /* bit p: byte p of the numbers is stored; the others are 0 */
    uint8_t decimals; /* of PB__CHUNK_DECIMAL */
    bool    gaps;     /* a bit a row says where it is missing */
    char    name[PB__CHUNK_NAME_MAX];
} pb__chunk_entry;

typedef struct pb__chunk_buffer {
    uint8_t *at;
    size_t   cap;
} pb__chunk_buffer;

typedef struct pb__chunk_work {
    void            *compress, *expand; /* contexts of zstd */
    pb__chunk_buffer raw, out, numbers, values;
    pb__chunk_entry  entries[PB_CHUNK_COLUMNS_MAX];
    pb_chunk_column  columns[PB_CHUNK_COLUMNS_MAX];
} pb__chunk_work;

void pb__chunk_work_fini(pb__chunk_work *work); /* zeroed memory is a new one */
bool pb__chunk_grow(pb__chunk_buffer *buffer, size_t need);

/* Bytes of a column before compression: head, bits of gaps, planes. */
size_t pb__chunk_body(const pb__chunk_entry *entry, uint32_t n_rows);

/* *out lives in work until the next encode. PB_E_RANGE when the chunk is none. */
pb_status pb__chunk_encode(pb__chunk_work *work, const pb_chunk *chunk, pb_span *out, pb_error *error);

/* Columns, times and rows of *out, which lives in work until the next decode;
 * session, car and seq are the row's. PB_E_SYNTAX when the bytes are no chunk or
 * not whole, PB_E_UNSUPPORTED when they are of a newer version. */
pb_status pb__chunk_decode(pb__chunk_work *work, pb_span bytes, pb_chunk *out, pb_error *error);

#endif
