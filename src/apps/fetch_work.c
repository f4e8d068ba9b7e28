/* What every source of fetched files needs: see fetch.h. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fetch.h"
#include "pitboard/engine.h"

#define WAIT_TOLD_MS 5000
#define FILE_SHOWN ((uint64_t)1 << 20) /* smaller ones are there at once */

pb_status pb__fetch_print(char *out, size_t cap, pb_error *error, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(out, cap, format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < cap) return PB_OK;
    return pb_error_set(error, PB_E_LIMIT, "'%.200s...' is too long for an address or a file name", out);
}

pb_status pb__fetch_cache(const pb__fetch_args *args, char out[PATH_MAX], pb_error *error)
{
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (args->cache) return pb__fetch_print(out, PATH_MAX / 2, error, "%s", args->cache);
    if (xdg && *xdg == '/') return pb__fetch_print(out, PATH_MAX / 2, error, "%s/pitboard", xdg);
    if (home && *home == '/') return pb__fetch_print(out, PATH_MAX / 2, error, "%s/.cache/pitboard", home);
    return pb_error_set(error, PB_E_USAGE, "there is no home folder for what is fetched; name one: --cache DIR");
}

void pb__fetch_host(const char *url, char *out, size_t cap)
{
    const char *slashes = strstr(url, "://"), *host = slashes ? slashes + 3 : url;
    size_t      len = strcspn(host, "/?#"), n = 0;
    const char *at = memrchr(host, '@', len);
    for (const char *c = at ? at + 1 : host; c < host + len && n + 1 < cap; c++)
        out[n++] = isalnum((unsigned char)*c) || *c == '.' || *c == '-' ? (char)tolower((unsigned char)*c) : '_';
    out[n] = '\0';
}

void pb__fetch_slug(const char *text, char *out, size_t cap)
{
    size_t n = 0;
    for (; *text && n + 1 < cap; text++) {
        if (isalnum((unsigned char)*text) && (unsigned char)*text < 0x80)
            out[n++] = (char)tolower((unsigned char)*text);
        else if (n > 0 && out[n - 1] != '-')
            out[n++] = '-';
    }
    while (n > 0 && out[n - 1] == '-') n--;
    out[n] = '\0';
}

bool pb__fetch_is_plain(const char *path)
{
    size_t all = strlen(path);
    if (all > 700 || strstr(path, ".pb-")) return false;
    for (const char *at = path;; at++) {
        size_t len = strcspn(at, "/");
        if (len == 0 || len > 200 || at[0] == '.') return false;
        for (size_t i = 0; i < len; i++)
            if ((unsigned char)at[i] < 0x20 || at[i] == 0x7f) return false;
        at += len;
        if (*at == '\0') return true;
    }
}

static bool go_on(void *context, uint64_t done, uint64_t all)
{
    pb__fetch *f = context;
    if (f->all > 0)
        pb__progress_show(&f->progress, f->done + done, f->all);
    else if (all > FILE_SHOWN)
        pb__progress_show(&f->progress, done, all);
    return true;
}

/* Nobody should wonder why nothing happens. */
static void waits(void *context, int64_t ms, const char *why)
{
    (void)context;
    if (ms < WAIT_TOLD_MS) return;
    pb__progress_clear();
    fprintf(stderr, "waiting %lld s: %s\n", (long long)(ms / 1000), why);
}

pb_status pb__fetch_open(pb__fetch *f, const char *url, bool limited, pb_error *error)
{
    char            host[sizeof f->host];
    pb_http_options o = pb_http_options_default();
    pb__fetch_host(url, host, sizeof host);
    if (f->http && strcmp(host, f->host) == 0) return PB_OK;
    memcpy(f->host, host, sizeof host);
    pb_http_close(f->http);
    f->http = NULL;
    PB_TRY(pb__fetch_print(f->requests, sizeof f->requests, error, "%s/requests/%s", f->cache, f->host));
    o.seed         = (uint64_t)pb_engine_utc_s() << 20 ^ (uint64_t)getpid();
    o.per_second   = limited ? f->args->per_second : 0;
    o.per_hour     = limited ? f->args->per_hour : 0;
    o.rate_file    = limited ? f->requests : NULL;
    o.attempts_max = f->args->tries;
    o.plain_http   = f->args->plain_http;
    o.agent        = "pitboard/" PB_VERSION;
    o.go_on        = go_on;
    o.waits        = waits;
    o.context      = f;
    return pb_http_open(&o, &f->http, error);
}

pb_status pb__fetch_add(pb__fetch *f, const char *path, pb_error *error)
{
    if (f->n_paths == f->cap_paths) {
        uint32_t     cap  = f->cap_paths ? 2 * f->cap_paths : 64;
        const char **more = realloc(f->paths, cap * sizeof *more);
        if (!more) return pb_error_set(error, PB_E_NOMEM, "out of memory");
        f->paths     = more;
        f->cap_paths = cap;
    }
    const char *text = pb__import_text(f->list, path);
    if (!text) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    f->paths[f->n_paths++] = text;
    return PB_OK;
}

/* A service that answers with an error page in place of data is asked again. */
static pb_status is_json(void *context, const char *path, pb_error *error)
{
    pb_bytes     text = {0};
    pb_json_doc *doc  = NULL;
    (void)context;
    PB_TRY(pb_file_read(path, PB_JSON_BYTES_MAX, &text, error));
    pb_status status = pb_json_parse((pb_span){text.at, text.len}, "answer", &doc, error);
    pb_json_free(doc);
    pb_bytes_free(&text);
    return status;
}

pb_status pb__fetch_file(pb__fetch *f, const char *url, const char *path, bool check_json, pb_error *error)
{
    pb_http_file          got;
    pb_http_request       request = {.method = PB_HTTP_GET, .url = url};
    pb_http_fetch_options how     = pb_http_fetch_options_default();
    how.max_age_ms                = (int64_t)f->args->fresh_s * 1000;
    how.check                     = check_json ? is_json : NULL;
    return pb_http_fetch(f->http, &request, path, &how, &got, error);
}

pb_status pb__fetch_json(pb__fetch *f, const char *url, const char *path, pb_json_doc **doc, pb_error *error)
{
    pb_bytes text = {0};
    PB_TRY(pb__fetch_file(f, url, path, true, error));
    PB_TRY(pb_file_read(path, PB_JSON_BYTES_MAX, &text, error));
    pb_status status = pb_json_parse((pb_span){text.at, text.len}, path, doc, error);
    pb_bytes_free(&text);
    return status;
}
