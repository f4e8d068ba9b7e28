/* unpacker: gzip and zstd, piece by piece, within a limit. */
#include <limits.h>
#include <stdlib.h>

#include <zlib.h>
#include <zstd.h>

#include "pitboard/codec_fast.h"

#define GZIP_ONLY (16 + MAX_WBITS) /* zlib.h: 16 added means gzip, not zlib */
#define ZSTD_WINDOW_LOG 27         /* 128 MiB, what `zstd` itself takes by default */

struct pb_unpacker {
    pb_packing    packing;
    uint64_t      limit, given;
    bool          whole;   /* between members */
    bool          begun;   /* a whole member has been read */
    bool          padding; /* zero bytes after the last member of gzip: nothing more to come */
    z_stream      z;
    ZSTD_DStream *zstd;
};

pb_packing pb_packing_of(pb_span bytes)
{
    const unsigned char *b = (const unsigned char *)bytes.at;
    if (bytes.len >= 2 && b[0] == 0x1f && b[1] == 0x8b) return PB_PACKING_GZIP;
    if (bytes.len >= 4 && b[0] == 0x28 && b[1] == 0xb5 && b[2] == 0x2f && b[3] == 0xfd) return PB_PACKING_ZSTD;
    return PB_PACKING_NONE;
}

static bool open_stream(pb_unpacker *u)
{
    if (u->packing == PB_PACKING_GZIP) return inflateInit2(&u->z, GZIP_ONLY) == Z_OK;
    u->zstd = ZSTD_createDStream();
    return u->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG));
}

pb_status pb_unpacker_create(pb_packing packing, uint64_t limit, pb_unpacker **out, pb_error *error)
{
    PB_ASSERT(packing == PB_PACKING_GZIP || packing == PB_PACKING_ZSTD);
    pb_unpacker *u = calloc(1, sizeof *u);
    if (!u) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    u->packing = packing;
    u->limit   = limit && limit < UINT64_MAX ? limit : UINT64_MAX - 1; /* one more must not wrap */
    u->whole   = true;
    if (!open_stream(u)) {
        pb_unpacker_destroy(u);
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    *out = u;
    return PB_OK;
}

void pb_unpacker_destroy(pb_unpacker *u)
{
    if (!u) return;
    if (u->packing == PB_PACKING_GZIP) inflateEnd(&u->z);
    ZSTD_freeDStream(u->zstd);
    free(u);
}

void pb_unpacker_reset(pb_unpacker *u)
{
    u->given = 0;
    u->whole = true;
    u->begun = u->padding = false;
    if (u->packing == PB_PACKING_GZIP)
        inflateReset(&u->z);
    else
        ZSTD_DCtx_reset(u->zstd, ZSTD_reset_session_only);
}

bool pb_unpacker_whole(const pb_unpacker *u)
{
    return u->whole;
}

static uInt clamp(size_t n)
{
    return n > INT_MAX ? INT_MAX : (uInt)n;
}

/* Tapes and some servers pad with zero bytes behind the last member. */
static void pass_padding(pb_unpacker *u, pb_span *in)
{
    if (!u->whole || !u->begun) return;
    if (!u->padding && (in->len == 0 || *in->at != 0)) return;
    u->padding = true;
    while (in->len && *in->at == 0) {
        in->at++;
        in->len--;
    }
}

static pb_status step_gzip(pb_unpacker *u, pb_span *in, char *to, size_t cap, size_t *n, pb_error *error)
{
    pass_padding(u, in);
    if (in->len == 0 && u->whole) return PB_OK;
    if (u->padding) return pb_error_set(error, PB_E_SYNTAX, "something that is no gzip follows the gzip data");
    u->z.next_in   = (Bytef *)(uintptr_t)in->at;
    u->z.avail_in  = clamp(in->len);
    u->z.next_out  = (Bytef *)to;
    u->z.avail_out = clamp(cap);
    uInt had = u->z.avail_in, room = u->z.avail_out;
    int  code = inflate(&u->z, Z_NO_FLUSH);
    in->at += had - u->z.avail_in;
    in->len -= had - u->z.avail_in;
    *n       = room - u->z.avail_out;
    u->whole = code == Z_STREAM_END;
    if (code == Z_MEM_ERROR) return pb_error_set(error, PB_E_NOMEM, "out of memory while unpacking gzip");
    if (code == Z_STREAM_END) {
        u->begun = true;
        inflateReset(&u->z);
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return pb_error_set(error, PB_E_SYNTAX, "the gzip data is broken: %s", u->z.msg ? u->z.msg : "not gzip");
    }
    return PB_OK;
}

static pb_status step_zstd(pb_unpacker *u, pb_span *in, char *to, size_t cap, size_t *n, pb_error *error)
{
    ZSTD_inBuffer  from = {in->at, in->len, 0};
    ZSTD_outBuffer out  = {to, cap, 0};
    if (in->len == 0 && u->whole) return PB_OK;
    size_t code = ZSTD_decompressStream(u->zstd, &out, &from);
    if (ZSTD_isError(code))
        return pb_error_set(error, PB_E_SYNTAX, "the zstd data is broken: %s", ZSTD_getErrorName(code));
    in->at += from.pos;
    in->len -= from.pos;
    *n       = out.pos;
    u->whole = code == 0;
    return PB_OK;
}

pb_status pb_unpacker_step(pb_unpacker *u, pb_span *in, char *to, size_t cap, size_t *n, pb_error *error)
{
    *n = 0;
    do { /* one call of the library may stop between two members; go on while it moves */
        size_t    more = 0, before = in->len;
        uint64_t  room   = u->limit - u->given + 1; /* one over the limit, so that "too long" can be seen */
        size_t    piece  = cap - *n < room ? cap - *n : (size_t)room;
        pb_status status = u->packing == PB_PACKING_GZIP ? step_gzip(u, in, to + *n, piece, &more, error)
                                                         : step_zstd(u, in, to + *n, piece, &more, error);
        *n += more;
        u->given += more;
        if (status != PB_OK) return status;
        if (u->given > u->limit)
            return pb_error_set(error, PB_E_LIMIT, "unpacks to more than the %llu bytes allowed here",
                                (unsigned long long)u->limit);
        if (more == 0 && in->len == before) break;
    } while (*n < cap);
    return PB_OK;
}
