/* hmac: a fingerprint that only who has the key can make (RFC 2104). */
#include <string.h>

#include "pitboard/codec.h"

static void hash_pair(const uint8_t pad[64], pb_span text, uint8_t out[32])
{
    pb_sha256 sha;
    pb_sha256_begin(&sha);
    pb_sha256_add(&sha, (pb_span){(const char *)pad, 64});
    pb_sha256_add(&sha, text);
    pb_sha256_end(&sha, out);
}

/* A key longer than a block is taken by its hash. */
static void take_key(pb_span key, uint8_t block[64])
{
    pb_sha256 sha;
    memset(block, 0, 64);
    if (key.len > 0 && key.len <= 64) memcpy(block, key.at, key.len);
    if (key.len <= 64) return;
    pb_sha256_begin(&sha);
    pb_sha256_add(&sha, key);
    pb_sha256_end(&sha, block);
}

void pb_hmac_sha256(pb_span key, pb_span text, uint8_t out[32])
{
    uint8_t block[64], inner[32];
    take_key(key, block);
    for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36;
    hash_pair(block, text, inner);
    for (size_t i = 0; i < sizeof block; i++) block[i] ^= 0x36 ^ 0x5c;
    hash_pair(block, (pb_span){(const char *)inner, sizeof inner}, out);
}
