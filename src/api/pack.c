/* Packed answers and bodies: gzip out, gzip and zstd in. */
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "pitboard/codec_fast.h"

/* q=0 in all its spellings: 0, 0.0, 0.000 */
static bool refused(pb_span params)
{
    for (size_t i = 0; i + 2 < params.len; i++) {
        if ((params.at[i] | 32) != 'q' || params.at[i + 1] != '=') continue;
        for (i += 2; i < params.len && (params.at[i] == '0' || params.at[i] == '.'); i++) continue;
        return i == params.len || params.at[i] == ' ' || params.at[i] == ';';
    }
    return false;
}

bool pb__takes_gzip(const char *accept_encoding)
{
    bool any = false;
    for (const char *at = accept_encoding ? accept_encoding : ""; *at;) {
        const char *end  = strchrnul(at, ',');
        const char *semi = memchr(at, ';', (size_t)(end - at));
        const char *stop = semi ? semi : end;
        pb_span     name = pb_span_trim((pb_span){at, (size_t)(stop - at)});
        bool        take = !refused((pb_span){stop, (size_t)(end - stop)});
        if (pb_span_equal_nocase(name, "gzip") || pb_span_equal_nocase(name, "x-gzip")) return take;
        if (pb_span_equal_text(name, "*")) any = take;
        at = *end ? end + 1 : end;
    }
    return any;
}

static int status_of(pb_status status)
{
    return status == PB_OK ? 0 : status == PB_E_LIMIT ? 413 : status == PB_E_NOMEM ? 503 : 400;
}

int pb__unpack(const char *encoding, pb_span packed, size_t limit, pb_bytes *out, pb_error *error)
{
    pb_span name = pb_span_trim(pb_span_of(encoding));
    if (pb_span_equal_nocase(name, "gzip") || pb_span_equal_nocase(name, "x-gzip"))
        return status_of(pb_gunzip(packed, limit, out, error));
    if (pb_span_equal_nocase(name, "zstd")) return status_of(pb_unzstd(packed, limit, out, error));
    (void)pb_error_set(error, PB_E_UNSUPPORTED, "content-encoding %.40s is not taken here (send gzip, zstd or none)",
                       encoding);
    return 415;
}
