/* chunk_encode: columns to bytes.
 *
 * A column becomes numbers that are small when it changes slowly: differences of
 * integers (of differences, for a steady clock), differences of decimals for
 * floats that were written with a few digits, else the bits that changed. Their
 * bytes are laid out plane by plane, so that the zeros stand together, and all
 * planes of the chunk are compressed at once. */
#include <math.h>
#include <string.h>
#include <zstd.h>

#include "chunk.h"
#include "chunk_bytes.h"
#include "pitboard/codec.h"

#define LEVEL 1
#define SAMPLES 64
#define ROUND 6755399441055744.0 /* 1.5 * 2^52: what is added to it is rounded to a whole number */

static const double tens[PB__CHUNK_DECIMALS_MAX + 1] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};

static uint64_t zigzag(uint64_t delta)
{
    return (delta << 1) ^ (0 - (delta >> 63));
}

static uint32_t zigzag32(uint32_t delta)
{
    return (delta << 1) ^ (0 - (delta >> 31));
}

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint8_t planes_of(uint64_t any)
{
    unsigned mask = 0;
    for (unsigned p = 0; p < 8; p++)
        if (any >> (8 * p) & 0xff) mask |= 1u << p;
    return (uint8_t)mask;
}

static uint8_t *put_planes64(uint8_t *to, const uint64_t *numbers, uint32_t n, uint8_t planes)
{
    for (unsigned p = 0; p < 8; p++) {
        if (!(planes >> p & 1)) continue;
        for (uint32_t i = 0; i < n; i++) to[i] = (uint8_t)(numbers[i] >> (8 * p));
        to += n;
    }
    return to;
}

static uint8_t *put_planes32(uint8_t *to, const uint32_t *numbers, uint32_t n, uint8_t planes)
{
    for (unsigned p = 0; p < 4; p++) {
        if (!(planes >> p & 1)) continue;
        for (uint32_t i = 0; i < n; i++) to[i] = (uint8_t)(numbers[i] >> (8 * p));
        to += n;
    }
    return to;
}

/* ---- whole numbers ---- */

/* Differences modulo 2^64. numbers[0] and, of second differences, numbers[1] are 0: the head has them. */
static uint8_t *encode_i64(pb__chunk_entry *entry, const int64_t *column, uint32_t n, uint64_t *numbers, uint8_t *to)
{
    const uint64_t *v    = (const uint64_t *)column;
    uint64_t        any1 = 0, any2 = 0;
    for (uint32_t i = 1; i < n; i++) any1 |= zigzag(v[i] - v[i - 1]);
    for (uint32_t i = 2; i < n; i++) any2 |= zigzag(v[i] - 2 * v[i - 1] + v[i - 2]);
    bool second   = n > 2 && any2 < any1;
    entry->coding = any1 == 0 ? PB__CHUNK_SAME : second ? PB__CHUNK_DELTA2 : PB__CHUNK_DELTA;
    to            = pb__put_u64(to, v[0]);
    if (any1 == 0) return to;
    numbers[0] = numbers[1] = 0;
    if (second) {
        to            = pb__put_u64(to, v[1] - v[0]);
        entry->planes = planes_of(any2);
        for (uint32_t i = 2; i < n; i++) numbers[i] = zigzag(v[i] - 2 * v[i - 1] + v[i - 2]);
    } else {
        entry->planes = planes_of(any1);
        for (uint32_t i = 1; i < n; i++) numbers[i] = zigzag(v[i] - v[i - 1]);
    }
    return put_planes64(to, numbers, n, entry->planes);
}

/* ---- floats ---- */

/* The decimal number of `ten` that gives this float again, to the bit. */
static bool is_decimal(float value, double ten)
{
    double whole = ((double)value * ten + ROUND) - ROUND;
    return fabs(whole) <= INT32_MAX && bits_of((float)(whole / ten)) == bits_of(value);
}

/* Fewest decimals that a few values of the column need; -1 none does. */
static int sample_decimals(const float *v, uint32_t n)
{
    uint32_t stride   = n / SAMPLES + 1;
    int      decimals = 0;
    for (uint32_t i = 0; i < n; i += stride) {
        if (bits_of(v[i]) == PB__CHUNK_MISSING) continue;
        while (!is_decimal(v[i], tens[decimals]))
            if (++decimals > PB__CHUNK_DECIMALS_MAX) return -1;
    }
    return decimals;
}

/* No gaps: no value waits for another. */
static bool to_decimals(const float *v, uint32_t n, double ten, int32_t *whole)
{
    uint32_t bad = 0;
    for (uint32_t i = 0; i < n; i++) {
        double   shifted = (double)v[i] * ten + ROUND;
        double   value   = shifted - ROUND;
        uint64_t bits;
        memcpy(&bits, &shifted, sizeof bits);
        whole[i] = (int32_t)(uint32_t)bits; /* the low bits of the sum are the whole number */
        bad |= bits_of((float)(value / ten)) ^ bits_of(v[i]);
        bad |= !(fabs(value) <= INT32_MAX);
    }
    return bad == 0;
}

/* A value that is missing repeats the one before it. */
static bool to_decimals_with_gaps(const float *v, uint32_t n, double ten, int32_t *whole)
{
    int32_t last = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (bits_of(v[i]) != PB__CHUNK_MISSING) {
            if (!is_decimal(v[i], ten)) return false;
            last = (int32_t)(((double)v[i] * ten + ROUND) - ROUND);
        }
        whole[i] = last;
    }
    return true;
}

static uint8_t *put_gaps(uint8_t *to, const float *v, uint32_t n)
{
    size_t bytes = (n + 7) / 8;
    memset(to, 0, bytes);
    for (uint32_t i = 0; i < n; i++) to[i / 8] |= (uint8_t)((bits_of(v[i]) == PB__CHUNK_MISSING) << (i % 8));
    return to + bytes;
}

static uint8_t *encode_decimal(pb__chunk_entry *entry, const float *v, uint32_t n, const int32_t *whole,
                               uint32_t *numbers, uint8_t *to)
{
    uint32_t any = 0;
    numbers[0]   = 0;
    for (uint32_t i = 1; i < n; i++) numbers[i] = zigzag32((uint32_t)whole[i] - (uint32_t)whole[i - 1]);
    for (uint32_t i = 1; i < n; i++) any |= numbers[i];
    entry->coding = PB__CHUNK_DECIMAL;
    entry->planes = planes_of(any);
    to            = pb__put_u32(to, (uint32_t)whole[0]);
    if (entry->gaps) to = put_gaps(to, v, n);
    return put_planes32(to, numbers, n, entry->planes);
}

static uint8_t *encode_xor(pb__chunk_entry *entry, const float *v, uint32_t n, uint32_t *numbers, uint8_t *to)
{
    uint32_t any = 0;
    numbers[0]   = 0;
    for (uint32_t i = 1; i < n; i++) numbers[i] = bits_of(v[i]) ^ bits_of(v[i - 1]);
    for (uint32_t i = 1; i < n; i++) any |= numbers[i];
    entry->coding = any ? PB__CHUNK_XOR : PB__CHUNK_SAME;
    entry->gaps   = false;
    entry->planes = planes_of(any);
    to            = pb__put_u32(to, bits_of(v[0]));
    return any ? put_planes32(to, numbers, n, entry->planes) : to;
}

/* One that is the same all over needs no decimals. */
static bool varies(const float *v, uint32_t n, bool *gaps)
{
    uint32_t any = 0, missing = 0;
    for (uint32_t i = 0; i < n; i++) {
        any |= bits_of(v[i]) ^ bits_of(v[0]);
        missing |= bits_of(v[i]) == PB__CHUNK_MISSING;
    }
    *gaps = missing != 0;
    return any != 0;
}

static uint8_t *encode_f32(pb__chunk_entry *entry, const float *v, uint32_t n, uint64_t *numbers, uint8_t *to)
{
    int32_t  *whole = (int32_t *)(numbers + n / 2 + 1); /* two halves of the same memory */
    uint32_t *small = (uint32_t *)numbers;
    int       d     = varies(v, n, &entry->gaps) ? sample_decimals(v, n) : -1;
    for (; d >= 0 && d <= PB__CHUNK_DECIMALS_MAX; d++) {
        bool all = entry->gaps ? to_decimals_with_gaps(v, n, tens[d], whole) : to_decimals(v, n, tens[d], whole);
        if (!all) continue;
        entry->decimals = (uint8_t)d;
        return encode_decimal(entry, v, n, whole, small, to);
    }
    return encode_xor(entry, v, n, small, to);
}

/* ---- a chunk ---- */

static pb_status judge(const pb_chunk *chunk, pb_error *error)
{
    if (chunk->n_rows == 0 || chunk->n_rows > PB__CHUNK_ROWS_MAX)
        return pb_error_set(error, PB_E_RANGE, "a chunk of %u rows; 1 to %d are allowed", chunk->n_rows,
                            PB__CHUNK_ROWS_MAX);
    if (chunk->n_columns == 0 || chunk->n_columns > PB_CHUNK_COLUMNS_MAX)
        return pb_error_set(error, PB_E_RANGE, "a chunk of %u columns; 1 to %d are allowed", chunk->n_columns,
                            PB_CHUNK_COLUMNS_MAX);
    if (strcmp(chunk->columns[0].name, "time_us") != 0 || !chunk->columns[0].i64)
        return pb_error_set(error, PB_E_RANGE, "the first column of a chunk is %s, not time_us in whole numbers",
                            chunk->columns[0].name);
    for (uint32_t i = 0; i < chunk->n_columns; i++) {
        const pb_chunk_column *c   = &chunk->columns[i];
        size_t                 len = c->name ? strlen(c->name) : 0;
        if (len == 0 || len >= PB__CHUNK_NAME_MAX || !c->i64 == !c->f32)
            return pb_error_set(error, PB_E_RANGE, "column %u of a chunk has no name of 1 to %d bytes, or no values", i,
                                PB__CHUNK_NAME_MAX - 1);
    }
    return PB_OK;
}

static uint8_t *put_entry(uint8_t *to, const pb__chunk_entry *e, const char *name)
{
    pb_span text = pb_span_of(name);
    *to++        = e->kind;
    *to++        = e->coding;
    *to++        = e->planes;
    *to++        = (uint8_t)(e->decimals | (e->gaps ? 0x80 : 0));
    *to++        = (uint8_t)text.len;
    memcpy(to, text.at, text.len);
    return to + text.len;
}

/* Payload after the directory, compressed when that pays. */
static size_t pack(pb__chunk_work *work, uint8_t *to, size_t cap, size_t raw, bool *packed)
{
    size_t n = ZSTD_compressCCtx(work->compress, to, cap, work->raw.at, raw, LEVEL);
    *packed  = !ZSTD_isError(n) && n < raw;
    if (*packed) return n;
    memcpy(to, work->raw.at, raw);
    return raw;
}

static bool make_room(pb__chunk_work *work, const pb_chunk *chunk)
{
    size_t raw = (size_t)chunk->n_columns * (16 + (size_t)chunk->n_rows / 8 + 1 + 8 * (size_t)chunk->n_rows);
    if (!work->compress) work->compress = ZSTD_createCCtx();
    return work->compress && pb__chunk_grow(&work->raw, raw) &&
           pb__chunk_grow(&work->out, PB__CHUNK_HEADER + PB_CHUNK_COLUMNS_MAX * (5 + PB__CHUNK_NAME_MAX) +
                                          ZSTD_compressBound(raw)) &&
           pb__chunk_grow(&work->numbers, ((size_t)chunk->n_rows + 4) * 8);
}

static void put_header(const pb__chunk_work *work, const pb_chunk *chunk, size_t raw, size_t size, bool packed)
{
    uint8_t *at = work->out.at;
    (void)pb__put_u32(at, PB__CHUNK_MAGIC);
    at[8]  = PB__CHUNK_VERSION;
    at[9]  = packed;
    at[10] = (uint8_t)chunk->n_columns;
    at[11] = 0;
    at     = pb__put_u32(at + 12, chunk->n_rows);
    at     = pb__put_u32(at, (uint32_t)raw);
    at     = pb__put_u32(at, (uint32_t)size);
    at     = pb__put_u64(at, (uint64_t)chunk->from_us);
    (void)pb__put_u64(at, (uint64_t)chunk->to_us);
    (void)pb__put_u32(work->out.at + 4, pb_crc32((pb_span){(const char *)work->out.at + 8, size - 8}));
}

pb_status pb__chunk_encode(pb__chunk_work *work, const pb_chunk *chunk, pb_span *out, pb_error *error)
{
    PB_TRY(judge(chunk, error));
    if (!make_room(work, chunk)) return pb_error_set(error, PB_E_NOMEM, "out of memory for a chunk");
    uint8_t *to = work->raw.at, *at = work->out.at + PB__CHUNK_HEADER;
    for (uint32_t i = 0; i < chunk->n_columns; i++) {
        const pb_chunk_column *c     = &chunk->columns[i];
        pb__chunk_entry        entry = {.kind = c->i64 ? PB__CHUNK_I64 : PB__CHUNK_F32};
        uint64_t              *z     = (uint64_t *)(void *)work->numbers.at;
        to                           = c->i64 ? encode_i64(&entry, c->i64, chunk->n_rows, z, to)
                                              : encode_f32(&entry, c->f32, chunk->n_rows, z, to);
        at                           = put_entry(at, &entry, c->name);
    }
    size_t raw = (size_t)(to - work->raw.at), head = (size_t)(at - work->out.at);
    bool   packed;
    size_t size = head + pack(work, at, work->out.cap - head, raw, &packed);
    put_header(work, chunk, raw, size, packed);
    *out = (pb_span){(const char *)work->out.at, size};
    return PB_OK;
}
