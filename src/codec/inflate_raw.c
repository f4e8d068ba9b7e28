/* inflate_raw: deflate without a header, into memory that is there. */
#include <limits.h>
#include <stdlib.h>

#include <zlib.h>

#include "pitboard/codec_inflate.h"

struct pb_inflater {
    z_stream z;
};

pb_status pb_inflater_create(pb_inflater **out, pb_error *error)
{
    pb_inflater *inflater = calloc(1, sizeof *inflater);
    if (!inflater || inflateInit2(&inflater->z, -MAX_WBITS) != Z_OK) { /* zlib.h: negative means raw */
        free(inflater);
        return pb_error_set(error, PB_E_NOMEM, "out of memory for unpacking");
    }
    *out = inflater;
    return PB_OK;
}

void pb_inflater_destroy(pb_inflater *inflater)
{
    if (!inflater) return;
    inflateEnd(&inflater->z);
    free(inflater);
}

pb_status pb_inflate_raw(pb_inflater *inflater, pb_span packed, char *to, size_t cap, size_t *len)
{
    z_stream *z = &inflater->z;
    if (packed.len > INT_MAX || cap > INT_MAX) return PB_E_LIMIT;
    if (inflateReset(z) != Z_OK) return PB_E_SYNTAX;
    z->next_in   = (Bytef *)(uintptr_t)packed.at;
    z->avail_in  = (uInt)packed.len;
    z->next_out  = (Bytef *)to;
    z->avail_out = (uInt)cap;
    int code     = inflate(z, Z_FINISH);
    if (code == Z_STREAM_END) {
        *len = cap - z->avail_out;
        return PB_OK;
    }
    return z->avail_out == 0 && (code == Z_OK || code == Z_BUF_ERROR) ? PB_E_LIMIT : PB_E_SYNTAX;
}
