/* sigv4: the request is written down in one way only, hashed, and the hash is
 * signed with a key that is good for one day, region and service.
 *
 *     canonical   METHOD \n path \n query \n name:value \n ... \n \n names \n body hash
 *     to sign     AWS4-HMAC-SHA256 \n time \n day/region/service/aws4_request \n hash of canonical
 *     key         HMAC(HMAC(HMAC(HMAC("AWS4" secret, day), region), service), "aws4_request")
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sigv4.h"

#define CANONICAL_MAX 16384

/* Text that grows; full: it did not fit. */
typedef struct text {
    char  *at;
    size_t used, cap;
    bool   full;
} text;

static void put(text *to, const char *more)
{
    size_t len = strlen(more);
    if (to->full || len >= to->cap - to->used) {
        to->full = true;
        return;
    }
    memcpy(to->at + to->used, more, len + 1);
    to->used += len;
}

static void put_names(text *to, const pb__signed_request *r)
{
    for (uint32_t i = 0; i < r->n_headers; i++) {
        if (i > 0) put(to, ";");
        put(to, r->headers[i].name);
    }
}

static bool hash_canonical(const pb__signed_request *r, char hex[65])
{
    char room[CANONICAL_MAX];
    text t = {.at = room, .cap = sizeof room};
    put(&t, r->method);
    put(&t, "\n");
    put(&t, r->path);
    put(&t, "\n");
    put(&t, r->query);
    put(&t, "\n");
    for (uint32_t i = 0; i < r->n_headers; i++) {
        put(&t, r->headers[i].name);
        put(&t, ":");
        put(&t, r->headers[i].value);
        put(&t, "\n");
    }
    put(&t, "\n");
    put_names(&t, r);
    put(&t, "\n");
    put(&t, r->body_sha256);
    pb_sha256_hex((pb_span){room, t.used}, hex);
    return !t.full;
}

static void chain(uint8_t key[32], const char *with)
{
    uint8_t out[32];
    pb_hmac_sha256((pb_span){(const char *)key, 32}, pb_span_of(with), out);
    memcpy(key, out, sizeof out);
}

static bool make_key(const pb__sigv4 *who, const char *day, uint8_t key[32])
{
    char first[256];
    int  n = snprintf(first, sizeof first, "AWS4%s", who->secret);
    if (n < 0 || n >= (int)sizeof first) return false;
    pb_hmac_sha256((pb_span){first, (size_t)n}, pb_span_of(day), key);
    chain(key, who->region);
    chain(key, who->service);
    chain(key, "aws4_request");
    explicit_bzero(first, sizeof first);
    return true;
}

pb_status pb__sigv4_sign(const pb__sigv4 *who, const pb__signed_request *request, char out[PB__AUTHORIZATION_MAX])
{
    char    day[9], scope[256], hash[65], signature[65], to_sign[512];
    uint8_t key[32], raw[32];
    (void)pb_span_copy((pb_span){request->at, 8}, day, sizeof day);
    int a = snprintf(scope, sizeof scope, "%s/%s/%s/aws4_request", day, who->region, who->service);
    if (a >= (int)sizeof scope || !hash_canonical(request, hash) || !make_key(who, day, key)) return PB_E_LIMIT;
    int b = snprintf(to_sign, sizeof to_sign, "AWS4-HMAC-SHA256\n%s\n%s\n%s", request->at, scope, hash);
    if (b >= (int)sizeof to_sign) return PB_E_LIMIT;
    pb_hmac_sha256((pb_span){(const char *)key, sizeof key}, pb_span_of(to_sign), raw);
    explicit_bzero(key, sizeof key);
    pb_hex(raw, sizeof raw, signature);
    text t = {.at = out, .cap = PB__AUTHORIZATION_MAX};
    put(&t, "AWS4-HMAC-SHA256 Credential=");
    put(&t, who->key_id);
    put(&t, "/");
    put(&t, scope);
    put(&t, ", SignedHeaders=");
    put_names(&t, request);
    put(&t, ", Signature=");
    put(&t, signature);
    return t.full ? PB_E_LIMIT : PB_OK;
}

void pb__sigv4_time(int64_t utc_ms, char out[17])
{
    time_t    seconds = (time_t)(utc_ms / 1000);
    struct tm utc;
    gmtime_r(&seconds, &utc);
    if (strftime(out, 17, "%Y%m%dT%H%M%SZ", &utc) != 16) memcpy(out, "19700101T000000Z", 17);
}
