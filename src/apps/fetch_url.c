/* Any other address; one of an OpenF1 session is known by its form. */
#include <string.h>

#include "fetch.h"

/* ".../v1/laps?session_key=9102&..." into base, collection and key. */
static bool is_openf1(const char *url, char *base, size_t cap, const char **only, int64_t *key)
{
    const char *query = strchr(url, '?'), *at = query ? strstr(query, "session_key=") : NULL;
    const char *slash = query ? memrchr(url, '/', (size_t)(query - url)) : NULL;
    if (!at || !slash || slash - url < 9 || !strstr(url, "/v1/")) return false;
    at += strlen("session_key=");
    if (!pb_span_to_i64((pb_span){at, strcspn(at, "&#")}, key) || *key <= 0 || *key > INT32_MAX) return false;
    *only = slash + 1;
    return pb_span_copy((pb_span){url, (size_t)(slash - url)}, base, cap);
}

/* The path of the address, which may tell the race (YYYY_RR_name); "file" when it is none to keep. */
static void name_of(const char *url, char *out, size_t cap)
{
    const char *slashes = strstr(url, "://"), *at = slashes ? slashes + 3 : url;
    size_t      len   = strcspn(at, "?#");
    const char *slash = memchr(at, '/', len);
    pb_span     path  = slash ? (pb_span){slash + 1, (size_t)(at + len - slash - 1)} : (pb_span){0};
    if (!pb_span_copy(path, out, cap) || !pb__fetch_is_plain(out)) (void)pb_span_copy(pb_span_of("file"), out, cap);
}

pb_status pb__fetch_url(pb__fetch *f, const char *url, pb_error *error)
{
    char        base[PB_URL_MAX], path[PATH_MAX + 1200], name[720], sha[65];
    const char *only = NULL;
    int64_t     key  = 0;
    if (strcmp(f->list->format, "openf1") == 0 && is_openf1(url, base, sizeof base, &only, &key))
        return pb__fetch_openf1(f, base, (uint32_t)key, only, error);
    PB_TRY(pb__fetch_open(f, url, false, error));
    name_of(url, name, sizeof name);
    pb_sha256_hex(pb_span_of(url), sha);
    PB_TRY(pb__fetch_print(path, sizeof path, error, "%s/url/%s/%.16s/%s", f->cache, f->host, sha, name));
    PB_TRY(pb__fetch_file(f, url, path, false, error));
    return pb__fetch_add(f, path, error);
}
