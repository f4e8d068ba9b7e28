/* api_cache.h - answers kept for who asks the same again.
 *
 * Bounded by bytes; what was asked for longest ago goes first. Any thread.
 *
 * Used by the routes of api_work. */
#ifndef PB_APPS_API_CACHE_H
#define PB_APPS_API_CACHE_H

#include "pitboard/base_blob.h"
#include "pitboard/base_metrics.h"

#define API_CACHE_KEY 65 /* SHA-256 as hex */

typedef struct api_cache api_cache;

/* NULL when out of memory. bytes 0: keeps nothing. */
api_cache *api_cache_create(size_t bytes, pb_metrics *metrics);
void       api_cache_destroy(api_cache *cache);
/* Held for the caller; NULL: not there. */
pb_blob *api_cache_get(api_cache *cache, const char key[API_CACHE_KEY]);
/* Keeps it; what is larger than an eighth of all is not kept. */
void api_cache_put(api_cache *cache, const char key[API_CACHE_KEY], pb_blob *blob);

#endif
