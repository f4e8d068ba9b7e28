#include "api_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define PLACES 1024
#define ANSWER_OVERHEAD 128

typedef struct place {
    char     key[API_CACHE_KEY];
    pb_blob *blob; /* NULL: free */
    uint64_t used; /* when, as a count */
} place;

struct api_cache {
    pthread_mutex_t lock;
    size_t          most, bytes;
    uint64_t        count;
    pb_metric      *hits, *misses, *held;
    place           at[PLACES];
};

api_cache *api_cache_create(size_t bytes, pb_metrics *metrics)
{
    api_cache *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    pthread_mutex_init(&c->lock, NULL);
    c->most   = bytes;
    c->hits   = pb_metric_counter(metrics, "pitboard_cache_hits_total", "answers that were kept", "cache");
    c->misses = pb_metric_counter(metrics, "pitboard_cache_misses_total", "answers that had to be made", "cache");
    c->held   = pb_metric_gauge(metrics, "pitboard_cache_bytes", "bytes of answers kept", "cache");
    return c;
}

static void forget(api_cache *c, place *p)
{
    c->bytes -= pb_blob_bytes(p->blob).len + ANSWER_OVERHEAD;
    pb_blob_drop(p->blob);
    p->blob = NULL;
}

void api_cache_destroy(api_cache *cache)
{
    if (!cache) return;
    for (size_t i = 0; i < PLACES; i++)
        if (cache->at[i].blob) forget(cache, &cache->at[i]);
    pthread_mutex_destroy(&cache->lock);
    free(cache);
}

static place *find(api_cache *c, const char *key)
{
    for (size_t i = 0; i < PLACES; i++)
        if (c->at[i].blob && memcmp(c->at[i].key, key, API_CACHE_KEY) == 0) return &c->at[i];
    return NULL;
}

pb_blob *api_cache_get(api_cache *cache, const char key[API_CACHE_KEY])
{
    pb_blob *blob = NULL;
    pthread_mutex_lock(&cache->lock);
    place *p = find(cache, key);
    if (p) {
        p->used = ++cache->count;
        blob    = pb_blob_hold(p->blob);
    }
    pthread_mutex_unlock(&cache->lock);
    pb_metric_add(blob ? cache->hits : cache->misses, "answers", 1);
    return blob;
}

/* A free place, after the oldest made room. */
static place *make_room(api_cache *c, size_t bytes)
{
    for (;;) {
        place *empty = NULL, *oldest = NULL;
        for (size_t i = 0; i < PLACES; i++) {
            place *p = &c->at[i];
            if (!p->blob)
                empty = p;
            else if (!oldest || p->used < oldest->used)
                oldest = p;
        }
        if (empty && c->bytes + bytes <= c->most) return empty;
        if (!oldest) return NULL;
        forget(c, oldest);
    }
}

void api_cache_put(api_cache *cache, const char key[API_CACHE_KEY], pb_blob *blob)
{
    size_t bytes = pb_blob_bytes(blob).len + ANSWER_OVERHEAD;
    if (!blob || bytes > cache->most / 8) return;
    pthread_mutex_lock(&cache->lock);
    place *p = find(cache, key) ? NULL : make_room(cache, bytes);
    if (p) {
        memcpy(p->key, key, API_CACHE_KEY);
        p->blob = pb_blob_hold(blob);
        p->used = ++cache->count;
        cache->bytes += bytes;
    }
    pb_metric_set(cache->held, "answers", (double)cache->bytes);
    pthread_mutex_unlock(&cache->lock);
}
