/* Files that were given: see watch_seen.h. */
#include <stdlib.h>

#include "watch_seen.h"

static uint64_t mix(uint64_t hash, uint64_t value)
{
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ hash >> 32;
}

static uint64_t hash_name(const char *name)
{
    uint64_t hash = 0x243f6a8885a308d3u;
    for (const char *c = name; *c; c++) hash = mix(hash, (unsigned char)*c);
    return hash ? hash : 1;
}

static uint64_t hash_state(const struct stat *st)
{
    uint64_t hash = mix(1, (uint64_t)st->st_size);
    hash          = mix(hash, (uint64_t)st->st_mtim.tv_sec);
    hash          = mix(hash, (uint64_t)st->st_mtim.tv_nsec);
    return mix(hash, (uint64_t)st->st_ino);
}

void pb__seen_fini(pb__seen *seen)
{
    free(seen->at);
    *seen = (pb__seen){0};
}

/* The pair of this name, or the free one where it belongs. */
static uint64_t *find(const pb__seen *seen, uint64_t name)
{
    size_t i = (size_t)name & (seen->cap - 1);
    while (seen->at[2 * i] != 0 && seen->at[2 * i] != name) i = (i + 1) & (seen->cap - 1);
    return &seen->at[2 * i];
}

bool pb__seen_has(const pb__seen *seen, const char *name, const struct stat *st)
{
    if (seen->cap == 0) return false;
    uint64_t        hash = hash_name(name);
    const uint64_t *pair = find(seen, hash);
    return pair[0] == hash && pair[1] == hash_state(st);
}

static bool grow(pb__seen *seen)
{
    pb__seen more = {.cap = seen->cap ? 2 * seen->cap : 64, .n = seen->n};
    more.at       = calloc(more.cap, 2 * sizeof *more.at);
    if (!more.at) return false;
    for (size_t i = 0; i < seen->cap; i++) {
        if (seen->at[2 * i] == 0) continue;
        uint64_t *to = find(&more, seen->at[2 * i]);
        to[0]        = seen->at[2 * i];
        to[1]        = seen->at[2 * i + 1];
    }
    free(seen->at);
    *seen = more;
    return true;
}

bool pb__seen_put(pb__seen *seen, const char *name, const struct stat *st)
{
    if (2 * (seen->n + 1) > seen->cap && !grow(seen)) return false;
    uint64_t  hash = hash_name(name);
    uint64_t *pair = find(seen, hash);
    seen->n += pair[0] == 0;
    pair[0] = hash;
    pair[1] = hash_state(st);
    return true;
}
