/* fast_names: keys to slots. */
#include <string.h>

#include "pitboard/codec_fast.h"

/* Length, first and last bytes tell the names of loggers apart well enough; the
 * rest is compared. */
static uint32_t hash(pb_span key)
{
    const unsigned char *at = (const unsigned char *)key.at;
    uint32_t             h  = (uint32_t)key.len * 0x9e3779b1u;

    h = (h ^ at[0]) * 0x85ebca6bu;
    h = (h ^ at[key.len - 1]) * 0xc2b2ae35u;
    h = (h ^ at[key.len / 2]) * 0x27d4eb2fu;
    return h >> 24;
}

static bool is_name(const pb_fast_names *names, uint32_t k, pb_span key)
{
    return names->len[k] == key.len && memcmp(names->name[k], key.at, key.len) == 0;
}

int pb_fast_names_find(const pb_fast_names *names, pb_span key)
{
    if (key.len == 0) return -1;
    for (uint32_t h = hash(key); names->slot[h]; h = (h + 1) & 255)
        if (is_name(names, names->slot[h] - 1u, key)) return names->slot[h] - 1;
    return -1;
}

void pb_fast_names_init(pb_fast_names *names, const char *const *name, uint32_t n)
{
    PB_ASSERT(n <= PB_FAST_NAMES_MAX);
    memset(names, 0, sizeof *names);
    names->name = name;
    names->n    = n;
    for (uint32_t k = 0; k < n; k++) {
        pb_span key = pb_span_of(name[k]);
        PB_ASSERT(key.len >= 1 && key.len <= UINT8_MAX && pb_fast_names_find(names, key) < 0);
        names->len[k] = (uint8_t)key.len;
        uint32_t h    = hash(key);
        while (names->slot[h]) h = (h + 1) & 255;
        names->slot[h] = (uint8_t)(k + 1);
    }
}
