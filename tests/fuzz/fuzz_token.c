/* Any bytes as a bearer and as a key: nobody gets in who was not let in, whatever the bytes are.
 *
 * The first byte chooses: the bytes as they are, behind a header of ours, or as claims that are signed with
 * our key, so that what is behind the signature is reached, too. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "api/access_parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static pb_access *shared;
static char       path[64], token[1 << 16];

static int64_t now_s(void *user)
{
    (void)user;
    return INT64_C(1764550000);
}

static void drop(void)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    pb_access_close(shared);
    for (int i = 0; i < 3; i++) {
        char name[80];
        (void)snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

static void start(void)
{
    char              url[80];
    pb_access_options options = pb_access_options_default();
    (void)snprintf(path, sizeof path, "/tmp/pb_fuzz_token_%d.db", (int)getpid());
    (void)snprintf(url, sizeof url, "sqlite:%s", path);
    options.store_url = url;
    options.now_s     = now_s;
    if (pb_access_open(&options, &shared, NULL) != PB_OK) abort();
    atexit(drop);
}

static size_t put_base64(char *to, size_t cap, const uint8_t *bytes, size_t n)
{
    (void)sodium_bin2base64(to, cap, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    return strlen(to);
}

/* header.claims.signature, the claims any bytes. */
static void sign(const uint8_t *data, size_t size)
{
    uint8_t signature[32];
    size_t  at = (size_t)snprintf(token, sizeof token, "%s", shared->header);
    at += put_base64(token + at, sizeof token - at, data, size);
    pb_hmac_sha256((pb_span){(const char *)shared->secret, sizeof shared->secret}, (pb_span){token, at}, signature);
    token[at++] = '.';
    (void)put_base64(token + at, sizeof token - at, signature, sizeof signature);
}

/* Whoever gets in by claims of any bytes was signed by us for a user who may be: with the store empty only tokens
 * younger than what is known of people are, and their names have their sizes. */
static void judge(bool ours)
{
    pb_caller caller = {.role = PB_ROLE_NONE};
    pb_error  error;
    pb_status status = pb_access_check(shared, token, NULL, &caller, &error);
    if (status != PB_OK && (status != PB_E_RULE || strcmp(error.text, pb__not_valid) != 0)) abort();
    if (status == PB_OK && (!ours || caller.role == PB_ROLE_NONE || !caller.user[0] || !caller.team[0])) abort();
    if (!memchr(caller.user, 0, sizeof caller.user) || !memchr(caller.team, 0, sizeof caller.team)) abort();
    if (pb_access_check(shared, NULL, token, &caller, &error) == PB_OK) abort(); /* there are no keys */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!shared) start();
    if (size < 1 || size > 16384) return 0;
    int    how = data[0] % 3;
    size_t at  = how == 1 ? (size_t)snprintf(token, sizeof token, "%s", shared->header) : 0;
    if (how == 2)
        sign(data + 1, size - 1);
    else {
        memcpy(token + at, data + 1, size - 1);
        token[at + size - 1] = '\0';
    }
    judge(how == 2);
    return 0;
}
