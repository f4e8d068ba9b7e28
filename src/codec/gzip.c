/* Unpacking gzip within a limit. */
#include <limits.h>
#include <stdlib.h>

#include <zlib.h>

#include "pitboard/codec.h"

#define CHUNK_FIRST (64u << 10)
#define GZIP_ONLY (16 + MAX_WBITS) /* zlib.h: 16 added means gzip, not zlib */

/* Where the unpacked bytes go. */
typedef struct sink {
    pb_bytes bytes;
    size_t   cap, limit;
} sink;

/* Room for one byte over the limit (so that "too long" can be seen) and the NUL. */
static bool sink_grow(sink *s)
{
    size_t want = s->cap == 0 ? CHUNK_FIRST : s->cap * 2;
    if (want - 2 > s->limit) want = s->limit + 2;
    char *more = realloc(s->bytes.at, want);
    if (!more) return false;
    s->bytes.at = more;
    s->cap      = want;
    return true;
}

static uInt clamp(size_t n)
{
    return n > INT_MAX ? INT_MAX : (uInt)n;
}

/* One call of inflate with all the room there is. */
static int step(z_stream *z, pb_span *left, sink *s)
{
    size_t room  = s->cap - 1 - s->bytes.len;
    z->next_in   = (Bytef *)(uintptr_t)left->at;
    z->avail_in  = clamp(left->len);
    z->next_out  = (Bytef *)s->bytes.at + s->bytes.len;
    z->avail_out = clamp(room);
    uInt in = z->avail_in, out = z->avail_out;
    int  code = inflate(z, Z_NO_FLUSH);
    left->at += in - z->avail_in;
    left->len -= in - z->avail_in;
    s->bytes.len += out - z->avail_out;
    return code;
}

static pb_status refuse(int code, const z_stream *z, pb_error *error)
{
    if (code == Z_MEM_ERROR) return pb_error_set(error, PB_E_NOMEM, "out of memory while unpacking gzip");
    if (code == Z_BUF_ERROR)
        return pb_error_set(error, PB_E_SYNTAX, "the gzip data ends too early (was the download cut off?)");
    return pb_error_set(error, PB_E_SYNTAX, "the gzip data is broken: %s (fetch the file again)",
                        z->msg ? z->msg : "not gzip");
}

/* Unpacks one member; left is then what follows it. */
static pb_status unpack_member(z_stream *z, pb_span *left, sink *s, pb_error *error)
{
    for (int code = Z_OK; code != Z_STREAM_END;) {
        if (s->bytes.len + 1 >= s->cap && !sink_grow(s)) return refuse(Z_MEM_ERROR, z, error);
        code = step(z, left, s);
        if (s->bytes.len > s->limit)
            return pb_error_set(error, PB_E_LIMIT,
                                "unpacks to more than the %zu bytes allowed here (is it the right file?)", s->limit);
        if (code != Z_OK && code != Z_STREAM_END) return refuse(code, z, error);
    }
    return PB_OK;
}

/* Tapes and some servers pad with zero bytes. */
static bool only_zeros(pb_span a)
{
    for (size_t i = 0; i < a.len; i++)
        if (a.at[i] != 0) return false;
    return true;
}

static pb_status unpack_all(z_stream *z, pb_span left, sink *s, pb_error *error)
{
    do {
        PB_TRY(unpack_member(z, &left, s, error));
        if (inflateReset(z) != Z_OK) return refuse(Z_STREAM_ERROR, z, error);
    } while (!only_zeros(left));
    s->bytes.at[s->bytes.len] = '\0';
    return PB_OK;
}

pb_status pb_gunzip(pb_span packed, size_t limit, pb_bytes *out, pb_error *error)
{
    if (limit == 0) limit = PB_FILE_MAX;
    z_stream z = {0};
    if (inflateInit2(&z, GZIP_ONLY) != Z_OK) return refuse(Z_MEM_ERROR, &z, error);
    sink      s      = {.limit = limit};
    pb_status status = unpack_all(&z, packed, &s, error);
    inflateEnd(&z);
    if (status == PB_OK)
        *out = s.bytes;
    else
        pb_bytes_free(&s.bytes);
    return status;
}
