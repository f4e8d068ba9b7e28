/* URLs: which may be asked, and how they may be shown. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http.h"

/* ---- parts ---- */

/* One part of a URL, or NULL; free with curl_free. */
static char *part_of(const char *url, CURLUPart part)
{
    char  *text  = NULL;
    CURLU *parts = curl_url();
    if (parts && curl_url_set(parts, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK)
        (void)curl_url_get(parts, part, &text, part == CURLUPART_PORT ? CURLU_DEFAULT_PORT : 0);
    curl_url_cleanup(parts);
    return text;
}

static bool host_is_loopback(const char *host)
{
    unsigned a, b, c, d;
    char     rest;
    if (!host) return false;
    if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) return true;
    return sscanf(host, "%3u.%3u.%3u.%3u%c", &a, &b, &c, &d, &rest) == 4 && a == 127; // NOLINT(cert-err34-c)
}

bool pb__url_is_loopback(const char *url)
{
    char *host = part_of(url, CURLUPART_HOST);
    bool  is   = host_is_loopback(host);
    curl_free(host);
    return is;
}

static bool same_part(const char *a, const char *b, CURLUPart part)
{
    char *x = part_of(a, part), *y = part_of(b, part);
    bool  same = x && y && strcasecmp(x, y) == 0;
    curl_free(x);
    curl_free(y);
    return same;
}

bool pb__url_same_origin(const char *a, const char *b)
{
    return same_part(a, b, CURLUPART_SCHEME) && same_part(a, b, CURLUPART_HOST) && same_part(a, b, CURLUPART_PORT);
}

pb_status pb__url_check(const char *url, bool plain_http, pb_error *error)
{
    char  shown[512];
    char *scheme = part_of(url, CURLUPART_SCHEME), *host = part_of(url, CURLUPART_HOST);
    bool  tls = scheme && strcasecmp(scheme, "https") == 0, plain = scheme && strcasecmp(scheme, "http") == 0;
    bool  whole = host && strstr(url, "://") && strlen(url) < PB_URL_MAX;
    bool  near  = host_is_loopback(host);
    curl_free(scheme);
    curl_free(host);
    pb_http_url_shown(url, shown, sizeof shown);
    if ((!tls && !plain) || !whole)
        return pb_error_set(error, PB_E_SYNTAX, "'%s' is no URL that can be fetched (write https://HOST/PATH)", shown);
    if (plain && !near && !plain_http)
        return pb_error_set(error, PB_E_USAGE,
                            "%s: http:// can be read and changed by anyone on the way; write https://, or allow it "
                            "with --plain-http",
                            shown);
    return PB_OK;
}

pb_status pb_http_url_check(const char *url, bool plain_http, pb_error *error)
{
    return pb__url_check(url, plain_http, error);
}

/* ---- shown ---- */

/* Keys whose values open doors: any that holds one of these words. */
static bool is_secret_key(pb_span key)
{
    static const char *const words[] = {"token", "key", "secret", "sign", "pass", "auth", "credential", "appid", "sig"};
    char                     low[64];
    (void)pb_span_copy(key, low, sizeof low);
    if (strcasecmp(low, "session_key") == 0 || strcasecmp(low, "meeting_key") == 0)
        return false; /* numbers of OpenF1 */
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasestr(low, words[i])) return true;
    return false;
}

typedef struct out {
    char  *at;
    size_t used, cap;
} out;

static void put(out *to, const char *text, size_t len)
{
    size_t room = to->cap - 1 - to->used;
    if (len > room) len = room;
    memcpy(to->at + to->used, text, len);
    to->used += len;
    to->at[to->used] = '\0';
}

static void put_query(out *to, const char *at)
{
    while (*at) {
        size_t      len    = strcspn(at, "&#");
        const char *equals = memchr(at, '=', len);
        bool        hide   = equals && is_secret_key((pb_span){at, (size_t)(equals - at)});
        put(to, at, hide ? (size_t)(equals - at) + 1 : len);
        if (hide) put(to, "***", 3);
        at += len;
        if (*at) put(to, at++, 1);
    }
}

void pb_http_url_shown(const char *url, char *text, size_t cap)
{
    out         to    = {.at = text, .cap = cap};
    const char *slash = strstr(url, "://"), *host = slash ? slash + 3 : url;
    size_t      len = strcspn(host, "/?#");
    const char *at  = memrchr(host, '@', len);
    text[0]         = '\0';
    put(&to, url, (size_t)(host - url));
    if (at) {
        len -= (size_t)(at + 1 - host);
        host = at + 1;
    }
    size_t path = len + strcspn(host + len, "?");
    put(&to, host, path);
    if (host[path]) put(&to, "?", 1);
    if (host[path]) put_query(&to, host + path + 1);
}

bool pb_http_escape(pb_span text, bool keep_slash, char *to, size_t cap)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    size_t            used    = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c    = (unsigned char)text.at[i];
        bool          keep = c != '\0' && (strchr(plain, c) || (c == '/' && keep_slash));
        if (used + 4 > cap) return false;
        if (keep)
            to[used++] = (char)c;
        else
            used += (size_t)snprintf(to + used, 4, "%%%02X", c);
    }
    if (used >= cap) return false;
    to[used] = '\0';
    return true;
}
