/* Packing gzip, and its checksum. */
#include <limits.h>
#include <stdlib.h>

#include <zlib.h>

#include "pitboard/codec.h"

#define GZIP_ONLY (16 + MAX_WBITS) /* zlib.h: 16 added means gzip, not zlib */
#define MEMORY 8                   /* zlib.h: the default of deflateInit */

uint32_t pb_crc32(pb_span bytes)
{
    uLong crc = crc32(0, Z_NULL, 0);
    while (bytes.len > 0) {
        uInt n = bytes.len > INT_MAX ? INT_MAX : (uInt)bytes.len;
        crc    = crc32(crc, (const Bytef *)bytes.at, n);
        bytes.at += n;
        bytes.len -= n;
    }
    return (uint32_t)crc;
}

/* All at once: there is room for the worst case. */
static bool pack(z_stream *z, pb_span plain, pb_bytes *to)
{
    uLong room = deflateBound(z, (uLong)plain.len);
    if (room > UINT_MAX) return false;
    to->at = malloc(room + 1);
    if (!to->at) return false;
    z->next_in   = (Bytef *)(uintptr_t)plain.at;
    z->avail_in  = (uInt)plain.len;
    z->next_out  = (Bytef *)to->at;
    z->avail_out = (uInt)room;
    if (deflate(z, Z_FINISH) != Z_STREAM_END) return false;
    to->len         = (size_t)(room - z->avail_out);
    to->at[to->len] = '\0';
    return true;
}

pb_status pb_gzip(pb_span plain, pb_bytes *out, pb_error *error)
{
    z_stream z      = {0};
    pb_bytes packed = {0};
    if (plain.len > PB_FILE_MAX)
        return pb_error_set(error, PB_E_LIMIT, "%zu bytes are too many to pack; at most %u", plain.len, PB_FILE_MAX);
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_ONLY, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
        return pb_error_set(error, PB_E_NOMEM, "out of memory while packing gzip");
    bool done = pack(&z, plain, &packed);
    deflateEnd(&z);
    if (!done) {
        pb_bytes_free(&packed);
        return pb_error_set(error, PB_E_NOMEM, "out of memory while packing gzip");
    }
    *out = packed;
    return PB_OK;
}
