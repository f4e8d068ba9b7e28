/* zstd_text: zstd at once. */
#include <stdlib.h>

#include <zstd.h>

#include "pitboard/codec_fast.h"

#define CHUNK_FIRST (64u << 10)

/* Room for more, and for the NUL; false when out of memory. */
static bool grow(pb_bytes *bytes, size_t *cap)
{
    size_t want = *cap ? *cap * 2 : CHUNK_FIRST;
    char  *more = realloc(bytes->at, want);
    if (!more) return false;
    bytes->at = more;
    *cap      = want;
    return true;
}

static pb_status unpack(pb_unpacker *u, pb_span packed, pb_bytes *to, pb_error *error)
{
    size_t cap = 0, n;
    do {
        if (to->len + 1 >= cap && !grow(to, &cap)) return pb_error_set(error, PB_E_NOMEM, "out of memory");
        PB_TRY(pb_unpacker_step(u, &packed, to->at + to->len, cap - 1 - to->len, &n, error));
        to->len += n;
    } while (packed.len || to->len + 1 == cap);
    if (!pb_unpacker_whole(u))
        return pb_error_set(error, PB_E_SYNTAX, "the zstd data ends too early (was the download cut off?)");
    to->at[to->len] = '\0';
    return PB_OK;
}

pb_status pb_unzstd(pb_span packed, size_t limit, pb_bytes *out, pb_error *error)
{
    pb_unpacker *u     = NULL;
    pb_bytes     bytes = {0};

    if (pb_packing_of(packed) != PB_PACKING_ZSTD) return pb_error_set(error, PB_E_SYNTAX, "this is no zstd data");
    PB_TRY(pb_unpacker_create(PB_PACKING_ZSTD, limit ? limit : PB_FILE_MAX, &u, error));
    pb_status status = unpack(u, packed, &bytes, error);
    pb_unpacker_destroy(u);
    if (status == PB_OK)
        *out = bytes;
    else
        pb_bytes_free(&bytes);
    return status;
}

pb_status pb_zstd(pb_span plain, int level, pb_bytes *out, pb_error *error)
{
    size_t     bound = ZSTD_compressBound(plain.len);
    char      *to    = ZSTD_isError(bound) ? NULL : malloc(bound + 1);
    ZSTD_CCtx *c     = ZSTD_createCCtx();
    size_t     n     = 0;
    bool       done  = to && c;
    if (done) {
        ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, level ? level : 3);
        ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1);
        n    = ZSTD_compress2(c, to, bound, plain.at, plain.len);
        done = !ZSTD_isError(n);
    }
    ZSTD_freeCCtx(c);
    if (!done) {
        free(to);
        return pb_error_set(error, PB_E_NOMEM, "out of memory while packing with zstd");
    }
    to[n] = '\0';
    *out  = (pb_bytes){to, n};
    return PB_OK;
}
