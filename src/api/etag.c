/* Names of versions (RFC 9110, 8.8.3). The same bytes packed have a name of their own: "X" and "X-gz". */
#include <stdio.h>
#include <string.h>

#include "core.h"

#define HASH_DIGITS 32
#define PACKED "-gz"

void pb__etag_of(pb_span bytes, char out[80])
{
    char hex[65];
    pb_sha256_hex(bytes, hex);
    (void)snprintf(out, 80, "\"%.*s\"", HASH_DIGITS, hex);
}

void pb__etag_quote(const char *etag, char out[80])
{
    bool quoted = etag[0] == '"';
    (void)snprintf(out, 80, quoted ? "%.70s" : "\"%.70s\"", etag);
}

/* One name without W/, quotes and what says that it is packed. */
static pb_span core_of(pb_span name)
{
    const size_t tail = sizeof PACKED - 1;
    if (name.len >= 2 && memcmp(name.at, "W/", 2) == 0) name = (pb_span){name.at + 2, name.len - 2};
    if (name.len >= 2 && name.at[0] == '"' && name.at[name.len - 1] == '"') name = (pb_span){name.at + 1, name.len - 2};
    if (name.len > tail && memcmp(name.at + name.len - tail, PACKED, tail) == 0) name.len -= tail;
    return name;
}

bool pb__etag_matches(const char *if_none_match, const char *etag)
{
    if (!if_none_match || !etag[0]) return false;
    pb_span wanted = core_of(pb_span_of(etag));
    for (const char *at = if_none_match; *at;) {
        const char *end = strchrnul(at, ',');
        pb_span     one = pb_span_trim((pb_span){at, (size_t)(end - at)});
        if (pb_span_equal_text(one, "*") || pb_span_equal(core_of(one), wanted)) return true;
        at = *end ? end + 1 : end;
    }
    return false;
}
