/* msgpack: MessagePack, item by item (msgpack.org, 2013 specification).
 *
 *     00..7f   whole 0..127       c0 nil   c2 c3 false true     d0..d3 int 8..64
 *     80..8f   map of n           c4 c5 c6 bytes                d4..d8 extension
 *     90..9f   array of n         c7 c8 c9 extension            d9 da db text
 *     a0..bf   text of n          ca cb    float, double        dc dd array
 *     e0..ff   whole -32..-1      cc..cf   uint 8..64           de df map
 *
 * Numbers are big-endian. */
#include <string.h>

#include "pitboard/codec_fast.h"

static size_t left(const pb_msgpack *from)
{
    return (size_t)(from->end - from->at);
}

/* A big-endian number of 1, 2, 4 or 8 bytes. */
static bool take_uint(pb_msgpack *from, unsigned bytes, uint64_t *out)
{
    if (left(from) < bytes) return false;
    uint64_t v = 0;
    for (unsigned i = 0; i < bytes; i++) v = v << 8 | from->at[i];
    from->at += bytes;
    *out = v;
    return true;
}

static bool take_bytes(pb_msgpack *from, pb_msgpack_kind kind, uint64_t n, pb_msgpack_item *out)
{
    if (n > left(from)) return false;
    out->kind  = (uint8_t)kind;
    out->bytes = (pb_span){(const char *)from->at, (size_t)n};
    from->at += n;
    return true;
}

/* Every member takes a byte at least, so what cannot be there is seen at once. */
static bool take_group(pb_msgpack *from, pb_msgpack_kind kind, uint64_t n, pb_msgpack_item *out)
{
    if (n > left(from) / (kind == PB_MSGPACK_MAP ? 2 : 1)) return false;
    out->kind = (uint8_t)kind;
    out->n    = (uint32_t)n;
    return true;
}

static bool take_whole(pb_msgpack_item *out, int64_t whole)
{
    out->kind  = PB_MSGPACK_WHOLE;
    out->whole = whole;
    return true;
}

static bool take_real(pb_msgpack_item *out, double real)
{
    out->kind = PB_MSGPACK_REAL;
    out->real = real;
    return true;
}

static bool take_unsigned(pb_msgpack *from, unsigned bytes, pb_msgpack_item *out)
{
    uint64_t v;
    if (!take_uint(from, bytes, &v)) return false;
    return v > INT64_MAX ? take_real(out, (double)v) : take_whole(out, (int64_t)v);
}

static bool take_signed(pb_msgpack *from, unsigned bytes, pb_msgpack_item *out)
{
    uint64_t v;
    if (!take_uint(from, bytes, &v)) return false;
    unsigned shift = 64 - 8 * bytes;
    return take_whole(out, (int64_t)(v << shift) >> shift);
}

static bool take_float(pb_msgpack *from, unsigned bytes, pb_msgpack_item *out)
{
    uint64_t v;
    if (!take_uint(from, bytes, &v)) return false;
    if (bytes == 8) {
        double d;
        memcpy(&d, &v, sizeof d);
        return take_real(out, d);
    }
    uint32_t v32 = (uint32_t)v;
    float    f;
    memcpy(&f, &v32, sizeof f);
    return take_real(out, (double)f);
}

/* A length of so many bytes, then what has it; an extension has a type byte. */
static bool take_long(pb_msgpack *from, unsigned bytes, pb_msgpack_kind kind, bool extension, pb_msgpack_item *out)
{
    uint64_t n, type;
    if (!take_uint(from, bytes, &n)) return false;
    if (extension && !take_uint(from, 1, &type)) return false;
    if (kind == PB_MSGPACK_ARRAY || kind == PB_MSGPACK_MAP) return take_group(from, kind, n, out);
    return take_bytes(from, kind, n, out);
}

/* An item whose first byte is b >= 0xc0 and < 0xe0. */
static bool take_tagged(pb_msgpack *from, unsigned b, pb_msgpack_item *out)
{
    uint64_t type;
    switch (b) {
    case 0xc0:
        out->kind = PB_MSGPACK_NIL;
        return true;
    case 0xc2:
    case 0xc3:
        out->kind  = PB_MSGPACK_BOOL;
        out->whole = b & 1;
        return true;
    case 0xc4:
    case 0xc5:
    case 0xc6:
        return take_long(from, 1u << (b - 0xc4), PB_MSGPACK_BYTES, false, out);
    case 0xc7:
    case 0xc8:
    case 0xc9:
        return take_long(from, 1u << (b - 0xc7), PB_MSGPACK_BYTES, true, out);
    case 0xca:
    case 0xcb:
        return take_float(from, 4u << (b - 0xca), out);
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf:
        return take_unsigned(from, 1u << (b - 0xcc), out);
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
        return take_signed(from, 1u << (b - 0xd0), out);
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
        return take_uint(from, 1, &type) && take_bytes(from, PB_MSGPACK_BYTES, 1u << (b - 0xd4), out);
    case 0xd9:
    case 0xda:
    case 0xdb:
        return take_long(from, 1u << (b - 0xd9), PB_MSGPACK_TEXT, false, out);
    case 0xdc:
    case 0xdd:
        return take_long(from, 2u << (b - 0xdc), PB_MSGPACK_ARRAY, false, out);
    case 0xde:
    case 0xdf:
        return take_long(from, 2u << (b - 0xde), PB_MSGPACK_MAP, false, out);
    default:
        return false; /* c1: never used */
    }
}

static bool take_item(pb_msgpack *from, pb_msgpack_item *out)
{
    unsigned b = *from->at++;
    if (b < 0x80) return take_whole(out, b);
    if (b < 0x90) return take_group(from, PB_MSGPACK_MAP, b & 15, out);
    if (b < 0xa0) return take_group(from, PB_MSGPACK_ARRAY, b & 15, out);
    if (b < 0xc0) return take_bytes(from, PB_MSGPACK_TEXT, b & 31, out);
    if (b < 0xe0) return take_tagged(from, b, out);
    return take_whole(out, (int64_t)b - 256);
}

pb_status pb_msgpack_next(pb_msgpack *from, pb_msgpack_item *out)
{
    if (from->at == from->end) return PB_E_EMPTY;
    pb_msgpack      r = *from;
    pb_msgpack_item got;
    memset(&got, 0, sizeof got);
    if (!take_item(&r, &got)) return PB_E_SYNTAX;
    *from = r;
    *out  = got;
    return PB_OK;
}

pb_status pb_msgpack_skip(pb_msgpack *from)
{
    uint64_t        open[PB_JSON_DEPTH_MAX]; /* values still to come at each depth */
    pb_msgpack      r = *from;
    pb_msgpack_item item;
    int             depth = 0;

    open[0] = 1;
    while (depth >= 0) {
        if (open[depth] == 0) {
            depth--;
            continue;
        }
        open[depth]--;
        if (pb_msgpack_next(&r, &item) != PB_OK) return PB_E_SYNTAX;
        if (item.kind != PB_MSGPACK_ARRAY && item.kind != PB_MSGPACK_MAP) continue;
        if (++depth == PB_JSON_DEPTH_MAX) return PB_E_SYNTAX;
        open[depth] = (uint64_t)item.n * (item.kind == PB_MSGPACK_MAP ? 2 : 1);
    }
    *from = r;
    return PB_OK;
}
