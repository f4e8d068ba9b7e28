/* See ubjson.h. Big-endian numbers; a container may announce the type ($) and the
 * number (#) of its elements, and then has no closing bracket. */
#include <string.h>

#include "ubjson.h"

#define DEPTH_MAX 16

static uint8_t peek(const pb__ubj *u)
{
    return u->broken || u->at >= u->end ? 0 : *u->at;
}

static uint8_t take(pb__ubj *u)
{
    if (u->broken || u->at >= u->end) {
        u->broken = true;
        return 0;
    }
    return *u->at++;
}

/* Bytes of a number of this type; 0 for no number. */
static size_t width_of(uint8_t type)
{
    switch (type) {
    case 'i':
    case 'U':
        return 1;
    case 'I':
        return 2;
    case 'l':
    case 'd':
        return 4;
    case 'L':
    case 'D':
        return 8;
    default:
        return 0;
    }
}

static uint64_t take_bytes(pb__ubj *u, size_t n)
{
    uint64_t x = 0;
    for (size_t i = 0; i < n; i++) x = x << 8 | take(u);
    return x;
}

static int64_t take_int(pb__ubj *u, uint8_t type)
{
    uint64_t x = take_bytes(u, width_of(type));
    switch (type) {
    case 'U':
        return (int64_t)x;
    case 'i':
        return (int8_t)x;
    case 'I':
        return (int16_t)x;
    case 'l':
        return (int32_t)x;
    case 'L':
        return (int64_t)x;
    default:
        u->broken = true;
        return 0;
    }
}

/* A length: a type, then a number that the bytes left could hold. */
static size_t take_length(pb__ubj *u)
{
    int64_t n = take_int(u, take(u));
    if (n < 0 || n > u->end - u->at) u->broken = true;
    return u->broken ? 0 : (size_t)n;
}

typedef struct container {
    uint8_t type; /* of all elements; 0: each says */
    bool    counted;
    size_t  n;
} container;

static container take_opening(pb__ubj *u, uint8_t bracket)
{
    container c = {0};
    if (take(u) != bracket) u->broken = true;
    if (peek(u) == '$') {
        take(u);
        c.type = take(u);
        if (width_of(c.type) == 0 || peek(u) != '#') u->broken = true;
    }
    if (peek(u) == '#') {
        take(u);
        c.counted = true;
        c.n       = take_length(u);
    }
    return c;
}

static void skip_bytes(pb__ubj *u, size_t n)
{
    if (u->broken || n > (size_t)(u->end - u->at))
        u->broken = true;
    else
        u->at += n;
}

static void skip_value(pb__ubj *u, int depth);

static void skip_container(pb__ubj *u, uint8_t bracket, int depth)
{
    uint8_t   close = bracket == '[' ? ']' : '}';
    container c     = take_opening(u, bracket);
    if (depth <= 0) u->broken = true;
    if (c.type) {
        skip_bytes(u, c.n * width_of(c.type));
        return;
    }
    for (size_t i = 0; !u->broken && (c.counted ? i < c.n : peek(u) != close); i++) {
        if (bracket == '{') skip_bytes(u, take_length(u));
        skip_value(u, depth - 1);
    }
    if (!c.counted) take(u);
}

static void skip_value(pb__ubj *u, int depth)
{
    uint8_t type = peek(u);
    if (type == '[' || type == '{') {
        skip_container(u, type, depth);
        return;
    }
    take(u);
    if (type == 'S')
        skip_bytes(u, take_length(u));
    else if (width_of(type))
        skip_bytes(u, width_of(type));
    else if (type != 'T' && type != 'F' && type != 'Z')
        u->broken = true;
}

void pb__ubj_skip(pb__ubj *value)
{
    skip_value(value, DEPTH_MAX);
}

pb__ubj pb__ubj_get(pb__ubj u, const char *key)
{
    size_t    len = strlen(key);
    container c   = take_opening(&u, '{');
    for (size_t i = 0; !u.broken && (c.counted ? i < c.n : peek(&u) != '}'); i++) {
        size_t         n  = take_length(&u);
        const uint8_t *at = u.at;
        skip_bytes(&u, n);
        if (u.broken || (n == len && memcmp(at, key, n) == 0)) return u;
        pb__ubj_skip(&u);
    }
    u.broken = true;
    return u;
}

pb__ubj pb__ubj_array(pb__ubj u, size_t *n)
{
    container c = take_opening(&u, '[');
    if (c.type || !c.counted) u.broken = true;
    *n = u.broken ? 0 : c.n;
    return u;
}

size_t pb__ubj_count(pb__ubj u)
{
    container c = take_opening(&u, '[');
    if (!c.type) u.broken = true;
    return u.broken ? 0 : c.n;
}

bool pb__ubj_floats(pb__ubj u, float *out, size_t n)
{
    container c = take_opening(&u, '[');
    if (c.type != 'd' || c.n != n) return false;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = (uint32_t)take_bytes(&u, 4);
        memcpy(&out[i], &bits, sizeof bits);
    }
    return !u.broken;
}

bool pb__ubj_ints(pb__ubj u, int32_t *out, size_t n)
{
    container c = take_opening(&u, '[');
    if (c.n != n || !c.type) return false;
    for (size_t i = 0; i < n; i++) {
        int64_t x = take_int(&u, c.type);
        if (x != (int32_t)x) return false;
        out[i] = (int32_t)x;
    }
    return !u.broken;
}
