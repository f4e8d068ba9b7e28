/* chunk_decode: bytes to columns. Nothing in them is trusted before their sum
 * holds, and nothing is used outside its bounds even then. */
#include <string.h>
#include <zstd.h>

#include "chunk.h"
#include "chunk_bytes.h"
#include "pitboard/codec.h"

static const double tens[PB__CHUNK_DECIMALS_MAX + 1] = {1, 10, 100, 1e3, 1e4, 1e5, 1e6};

static uint64_t unzigzag(uint64_t z)
{
    return (z >> 1) ^ (0 - (z & 1));
}

static pb_status no_chunk(const char *why, pb_error *error)
{
    return pb_error_set(error, PB_E_SYNTAX, "telemetry chunk: %s (restore a backup: pitboard db restore)", why);
}

/* ---- columns ---- */

static const uint8_t *get_planes(const uint8_t *at, uint32_t n, uint8_t planes, uint64_t *numbers)
{
    memset(numbers, 0, (size_t)n * 8);
    for (unsigned p = 0; p < 8; p++) {
        if (!(planes >> p & 1)) continue;
        for (uint32_t i = 0; i < n; i++) numbers[i] |= (uint64_t)at[i] << (8 * p);
        at += n;
    }
    return at;
}

static void decode_i64(const pb__chunk_entry *e, const uint8_t *at, uint32_t n, uint64_t *numbers, int64_t *out)
{
    uint64_t value = pb__get_u64(at), delta = e->coding == PB__CHUNK_DELTA2 ? pb__get_u64(at + 8) : 0;
    if (e->coding == PB__CHUNK_SAME) {
        for (uint32_t i = 0; i < n; i++) out[i] = (int64_t)value;
        return;
    }
    (void)get_planes(at + (e->coding == PB__CHUNK_DELTA2 ? 16 : 8), n, e->planes, numbers);
    out[0] = (int64_t)value;
    for (uint32_t i = 1; i < n; i++) {
        uint64_t number = unzigzag(numbers[i]);
        if (e->coding == PB__CHUNK_DELTA)
            delta = number;
        else if (i > 1)
            delta += number;
        value += delta;
        out[i] = (int64_t)value;
    }
}

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void decode_decimal(const pb__chunk_entry *e, const uint8_t *at, uint32_t n, uint64_t *numbers, float *out)
{
    const uint8_t *gaps  = at + 4;
    uint32_t       whole = pb__get_u32(at);
    double         ten   = tens[e->decimals];
    (void)get_planes(gaps + (e->gaps ? (n + 7) / 8 : 0), n, e->planes, numbers);
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) whole += (uint32_t)unzigzag(numbers[i]);
        out[i] = (float)((double)(int32_t)whole / ten);
    }
    for (uint32_t i = 0; e->gaps && i < n; i++)
        if (gaps[i / 8] >> (i % 8) & 1) out[i] = float_of(PB__CHUNK_MISSING);
}

static void decode_xor(const pb__chunk_entry *e, const uint8_t *at, uint32_t n, uint64_t *numbers, float *out)
{
    uint32_t bits = pb__get_u32(at);
    if (e->coding == PB__CHUNK_SAME)
        memset(numbers, 0, (size_t)n * 8);
    else
        (void)get_planes(at + 4, n, e->planes, numbers);
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) bits ^= (uint32_t)numbers[i];
        out[i] = float_of(bits);
    }
}

/* ---- header and directory ---- */

typedef struct header {
    uint32_t n_rows, n_columns, raw, size;
    bool     packed;
} header;

static pb_status read_header(pb_span bytes, header *h, pb_chunk *out, pb_error *error)
{
    const uint8_t *at = (const uint8_t *)bytes.at;
    if (bytes.len < PB__CHUNK_HEADER || pb__get_u32(at) != PB__CHUNK_MAGIC)
        return no_chunk("it does not begin as one", error);
    if (pb_crc32((pb_span){bytes.at + 8, bytes.len - 8}) != pb__get_u32(at + 4))
        return no_chunk("its checksum does not hold", error);
    if (at[8] != PB__CHUNK_VERSION)
        return pb_error_set(error, PB_E_UNSUPPORTED, "telemetry chunk: version %u, this program knows %d", at[8],
                            PB__CHUNK_VERSION);
    *h           = (header){.packed    = at[9] == 1,
                            .n_columns = at[10],
                            .n_rows    = pb__get_u32(at + 12),
                            .raw       = pb__get_u32(at + 16),
                            .size      = pb__get_u32(at + 20)};
    out->from_us = (int64_t)pb__get_u64(at + 24);
    out->to_us   = (int64_t)pb__get_u64(at + 32);
    if (h->size != bytes.len || at[9] > 1 || at[11] != 0 || h->n_rows == 0 || h->n_rows > PB__CHUNK_ROWS_MAX ||
        h->n_columns == 0 || h->n_columns > PB_CHUNK_COLUMNS_MAX)
        return no_chunk("its header says what no writer says", error);
    return PB_OK;
}

static bool fits(const pb__chunk_entry *e)
{
    if (e->kind == PB__CHUNK_I64) return e->coding <= PB__CHUNK_DELTA2 && !e->gaps && e->decimals == 0;
    if (e->kind != PB__CHUNK_F32 || e->planes > 0x0f) return false;
    if (e->coding == PB__CHUNK_DECIMAL) return e->decimals <= PB__CHUNK_DECIMALS_MAX;
    return (e->coding == PB__CHUNK_SAME || e->coding == PB__CHUNK_XOR) && !e->gaps && e->decimals == 0;
}

/* Returns bytes taken; 0 when the entry is none. */
static size_t read_entry(pb_span left, pb__chunk_entry *e)
{
    const uint8_t *at = (const uint8_t *)left.at;
    if (left.len < 5) return 0;
    size_t len = at[4];
    if (len == 0 || len >= PB__CHUNK_NAME_MAX || left.len < 5 + len || memchr(at + 5, 0, len)) return 0;
    *e = (pb__chunk_entry){
        .kind = at[0], .coding = at[1], .planes = at[2], .decimals = at[3] & 0x7f, .gaps = at[3] >> 7 != 0};
    memcpy(e->name, at + 5, len);
    return fits(e) ? 5 + len : 0;
}

static pb_status read_directory(pb__chunk_work *work, const header *h, pb_span *left, pb_error *error)
{
    size_t need = 0;
    for (uint32_t i = 0; i < h->n_columns; i++) {
        size_t taken = read_entry(*left, &work->entries[i]);
        if (taken == 0) return no_chunk("its directory says what no writer says", error);
        *left = (pb_span){left->at + taken, left->len - taken};
        need += pb__chunk_body(&work->entries[i], h->n_rows);
    }
    return need == h->raw ? PB_OK : no_chunk("its columns are not as long as its rows", error);
}

/* ---- payload ---- */

static pb_status unpack(pb__chunk_work *work, const header *h, pb_span left, const uint8_t **raw, pb_error *error)
{
    if (!h->packed) {
        *raw = (const uint8_t *)left.at;
        return left.len == h->raw ? PB_OK : no_chunk("its columns are cut short", error);
    }
    if (!work->expand) work->expand = ZSTD_createDCtx();
    if (!work->expand || !pb__chunk_grow(&work->raw, h->raw + 1))
        return pb_error_set(error, PB_E_NOMEM, "out of memory for a chunk");
    size_t n = ZSTD_decompressDCtx(work->expand, work->raw.at, h->raw, left.at, left.len);
    *raw     = work->raw.at;
    return !ZSTD_isError(n) && n == h->raw ? PB_OK : no_chunk("its columns cannot be expanded", error);
}

static void read_columns(pb__chunk_work *work, const header *h, const uint8_t *raw)
{
    uint8_t  *to = work->values.at;
    uint64_t *z  = (uint64_t *)(void *)work->numbers.at;
    for (uint32_t i = 0; i < h->n_columns; i++) {
        const pb__chunk_entry *e = &work->entries[i];
        work->columns[i]         = (pb_chunk_column){.name = e->name};
        if (e->kind == PB__CHUNK_I64) {
            decode_i64(e, raw, h->n_rows, z, (int64_t *)(void *)to);
            work->columns[i].i64 = (const int64_t *)(const void *)to;
        } else {
            if (e->coding == PB__CHUNK_DECIMAL)
                decode_decimal(e, raw, h->n_rows, z, (float *)(void *)to);
            else
                decode_xor(e, raw, h->n_rows, z, (float *)(void *)to);
            work->columns[i].f32 = (const float *)(const void *)to;
        }
        raw += pb__chunk_body(e, h->n_rows);
        to += (size_t)h->n_rows * 8;
    }
}

pb_status pb__chunk_decode(pb__chunk_work *work, pb_span bytes, pb_chunk *out, pb_error *error)
{
    pb_chunk       got = *out;
    header         h   = {0};
    const uint8_t *raw = NULL;
    PB_TRY(read_header(bytes, &h, &got, error));
    pb_span left = {bytes.at + PB__CHUNK_HEADER, bytes.len - PB__CHUNK_HEADER};
    PB_TRY(read_directory(work, &h, &left, error));
    PB_TRY(unpack(work, &h, left, &raw, error));
    if (!pb__chunk_grow(&work->values, (size_t)h.n_columns * h.n_rows * 8) ||
        !pb__chunk_grow(&work->numbers, (size_t)h.n_rows * 8))
        return pb_error_set(error, PB_E_NOMEM, "out of memory for a chunk");
    read_columns(work, &h, raw);
    got.n_rows    = h.n_rows;
    got.n_columns = h.n_columns;
    got.columns   = work->columns;
    *out          = got;
    return PB_OK;
}
