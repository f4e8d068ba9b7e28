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

/* The last part of the path, as far as it is fit for a file name. */
static void name_of(const char *url, char *out, size_t cap)
{
    size_t      len  = strcspn(url, "?#");
    const char *at   = memrchr(url, '/', len);
    pb_span     name = at ? (pb_span){at + 1, (size_t)(url + len - at - 1)} : pb_span_of("");
    if (name.len == 0 || name.at[0] == '.' || !pb_span_copy(name, out, cap))
        (void)pb_span_copy(pb_span_of("file"), out, cap);
    for (char *c = out; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f) *c = '_';
}

pb_status pb__fetch_url(pb__fetch *f, const char *url, pb_error *error)
{
    char        base[PB_URL_MAX], path[PATH_MAX + 800], name[128], sha[65];
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
