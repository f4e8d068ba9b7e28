/* The correlation id of a request: as the client says (W3C Trace Context, or x-request-id), else one that nobody
 * can guess: a counter through a keyed hash costs no call of the system. */
#include <sodium.h>
#include <string.h>

#include "core.h"

static bool is_hex(const char *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!((at[i] >= '0' && at[i] <= '9') || (at[i] >= 'a' && at[i] <= 'f'))) return false;
    return true;
}

static bool is_zero(const char *at, size_t n)
{
    return strspn(at, "0") >= n;
}

/* 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 */
static bool take_traceparent(pb_request *r)
{
    const char *at = pb_exchange_header(r->x, "traceparent");
    if (!at || strlen(at) < 55 || at[2] != '-' || at[35] != '-' || at[52] != '-') return false;
    if (!is_hex(at, 2) || !is_hex(at + 3, 32) || !is_hex(at + 36, 16)) return false;
    if (strncmp(at, "ff", 2) == 0 || is_zero(at + 3, 32) || is_zero(at + 36, 16)) return false;
    memcpy(r->id, at + 3, 32);
    memcpy(r->parent, at + 36, 16);
    return true;
}

static bool take_request_id(pb_request *r)
{
    const char *at = pb_exchange_header(r->x, "x-request-id");
    if (!at || strlen(at) != 32 || !is_hex(at, 32) || is_zero(at, 32)) return false;
    memcpy(r->id, at, 32);
    return true;
}

void pb__ids_read(pb_request *r)
{
    uint8_t  bytes[crypto_shorthash_BYTES];
    uint64_t in[2]  = {atomic_fetch_add_explicit(&r->api->id_count, 1, memory_order_relaxed), 0};
    bool     told   = take_traceparent(r) || take_request_id(r);
    char    *half[] = {r->span, r->id, r->id + 16};
    for (uint32_t i = 0; i < (told ? 1u : 3u); i++) {
        in[1] = i;
        crypto_shorthash(bytes, (const unsigned char *)in, sizeof in, r->api->id_key[i == 2]);
        pb_hex(bytes, sizeof bytes, half[i]);
    }
}
