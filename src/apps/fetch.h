/* fetch.h - what `pitboard import` gets from elsewhere: into the cache folder,
 * whole, and from there imported as files.
 *
 *     CACHE/openf1/HOST/2023_07_spain/laps.json      a collection of a session
 *     CACHE/ergast/HOST/2023_07/laps_100.json        a page, by its offset
 *     CACHE/s3/HOST/BUCKET/KEY                       an object
 *     CACHE/url/HOST/FINGERPRINT/PATH                any other address
 *     CACHE/requests/HOST                            when requests went, for the limits
 */
#ifndef PB_APPS_FETCH_H
#define PB_APPS_FETCH_H

#include <limits.h>

#include "import_list.h"
#include "options.h"
#include "pitboard/net_http.h"
#include "terminal.h"

/* As given; NULL and 0 where not. */
typedef struct pb__fetch_args {
    const char *base, *cache, *endpoint, *region;
    uint32_t    session_key, season, round;
    uint32_t    per_second, per_hour; /* requests; 0 no limit */
    uint32_t    tries;                /* in vain */
    uint32_t    fresh_s;              /* what was fetched since then is not asked for again */
    uint32_t    cache_max_mb;
    bool        plain_http;
} pb__fetch_args;

typedef struct pb__fetch {
    const pb__fetch_args *args;
    pb__import_list      *list; /* texts live there; what is not there is refused there */
    char                  cache[PATH_MAX];
    char                  host[256], requests[PATH_MAX + 300];
    pb_http              *http;
    pb__progress          progress;
    uint64_t              done, all; /* bytes of all objects of a bucket; all 0: of the file alone */
    int64_t               began_ms;
    const char          **paths;
    uint32_t              n_paths, cap_paths;
} pb__fetch;

/* Replaces what has to be fetched among the operands behind the format by files:
 * URLs, the session, the season. The operands then live as long as the list. */
pb_status pb__fetch_all(const pb__fetch_args *args, pb__import_list *list, pb__operands *operands, pb_error *error);
/* True when something of this is to be fetched. */
bool pb__fetch_is_wanted(const pb__fetch_args *args, const pb__operands *operands);
/* After the import: the cache below its size again. */
pb_status pb__fetch_trim(const pb__fetch_args *args, pb_error *error);
/* Where the cache lies. */
pb_status pb__fetch_cache(const pb__fetch_args *args, char out[PATH_MAX], pb_error *error);

/* ---- fetch_work.c ---- */

/* A client for the host of url, with the limits of a service or without. */
pb_status pb__fetch_open(pb__fetch *f, const char *url, bool limited, pb_error *error);
pb_status pb__fetch_add(pb__fetch *f, const char *path, pb_error *error);
/* GETs url into path (under the cache). check: the file must be JSON. */
pb_status pb__fetch_file(pb__fetch *f, const char *url, const char *path, bool check_json, pb_error *error);
/* The same, read. Free *doc with pb_json_free. */
pb_status pb__fetch_json(pb__fetch *f, const char *url, const char *path, pb_json_doc **doc, pb_error *error);
/* "api.openf1.org" and "127.0.0.1_8080", as the name of a folder. */
void pb__fetch_host(const char *url, char *out, size_t cap);
/* Letters and digits, small; all else one "-". */
void pb__fetch_slug(const char *text, char *out, size_t cap);
/* Every part of it, between slashes, is a fit name for a file: not empty, not hidden, not long. */
bool pb__fetch_is_plain(const char *path);
/* Text with format, in a buffer; PB_E_LIMIT when it does not fit. */
pb_status pb__fetch_print(char *out, size_t cap, pb_error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* ---- the sources, each in its file ---- */
pb_status pb__fetch_openf1(pb__fetch *f, const char *base, uint32_t session_key, const char *only, pb_error *error);
pb_status pb__fetch_ergast(pb__fetch *f, pb_error *error);
pb_status pb__fetch_bucket(pb__fetch *f, const char *url, pb_error *error);
pb_status pb__fetch_url(pb__fetch *f, const char *url, pb_error *error);

#endif
