/* pitboard/net_http.h - HTTP as a client: ask, be patient, keep what came.
 *
 * Who calls waits. What goes wrong on the way (a lost connection, 429, 500, 502,
 * 503, 504, a time-out) is tried again: after the time that the server names
 * (Retry-After), else after a time that doubles with every attempt, between half
 * and the whole of it by chance. Chance comes from a seed, time from a clock that
 * is an argument, so a test need not wait. Certificates are checked; http:// goes
 * to this machine only, unless allowed. What was sent as a header, a password in
 * a URL and values of its keys like "token" are in no message and no file.
 *
 *     pb_http_send     a question and its answer in memory
 *     pb_http_fetch    a GET into a file that is complete or not there: broken off
 *                      it goes on (Range), unchanged it is not sent again (ETag)
 *     pb_http_trim     keeps a folder of fetched files below a size
 *
 * Floor 2. Uses base, codec; libcurl. */
#ifndef PITBOARD_NET_HTTP_H
#define PITBOARD_NET_HTTP_H

#include "pitboard/codec.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_URL_MAX 8192

typedef struct pb_http_clock {
    int64_t (*utc_ms)(void *context);                  /* since 1970 */
    void    (*sleep_ms)(void *context, int64_t ms);
    void     *context;
} pb_http_clock;
pb_http_clock pb_http_real_clock(void);

/* Texts must live as long as the handle. Start from pb_http_options_default(). */
typedef struct pb_http_options {
    uint32_t      connect_ms;        /* until connected. 10,000 */
    uint32_t      stall_s;           /* without a byte it is broken off. 30; 0 never */
    uint32_t      total_ms;          /* of one attempt of pb_http_send; a file has none. 60,000; 0 none */
    uint64_t      size_max;          /* bytes of an answer in memory. 32 MiB */
    uint64_t      file_max;          /* bytes of a file. 64 GiB */
    uint32_t      redirects_max;     /* of a GET or HEAD. 5 */
    uint32_t      attempts_max;      /* without a new byte. 6; >= 1 */
    uint32_t      backoff_ms;        /* before the second attempt. 500 */
    uint32_t      backoff_max_ms;    /* never longer. 60,000 */
    uint32_t      patience_ms;       /* a server that names a longer wait is given up. 900,000 */
    uint64_t      seed;              /* of the chance in the waits */
    uint32_t      per_second;        /* at most so many requests within any second. 0: no limit; <= 1,000 */
    uint32_t      per_hour;          /* within any hour. 0: no limit; <= 10,000 */
    const char   *rate_file;         /* where requests are counted, for all processes that name it (missing folders
                                      * are made); NULL: in memory */
    bool          plain_http;        /* http:// to other machines too */
    const char   *agent;             /* "pitboard" */
    pb_http_clock clock;
    /* Called now and then while something is awaited; false stops: PB_E_CANCELLED.
     * all is 0 while unknown. May be NULL. */
    bool (*go_on)(void *context, uint64_t done, uint64_t all);
    /* Called before every wait, with its length and what it is for. May be NULL. */
    void (*waits)(void *context, int64_t ms, const char *why);
    void  *context;                  /* of both */
} pb_http_options;
pb_http_options pb_http_options_default(void);

/* One handle keeps one connection alive; not for two threads at a time. */
typedef struct pb_http pb_http;
pb_status pb_http_open(const pb_http_options *options, pb_http **out, pb_error *error);
void      pb_http_close(pb_http *http);

typedef enum pb_http_method { PB_HTTP_GET, PB_HTTP_HEAD, PB_HTTP_PUT, PB_HTTP_POST } pb_http_method;

typedef struct pb_http_request {
    pb_http_method     method;
    const char        *url;
    const char *const *headers;      /* "Name: value"; not sent on to another host by a redirect */
    uint32_t           n_headers;
    pb_span            body;         /* of PUT and POST */
    bool               once;         /* not to be done twice (a POST that orders something): tried again only when
                                      * the server cannot have seen it, or said 429 or 503 */
} pb_http_request;

typedef struct pb_http_answer {
    int      status;                 /* 200, 404 ...; what is tried again ends as an error instead */
    pb_bytes body;                   /* of another status than 2xx at most its first 4 KiB */
    char     content_type[96], etag[160], last_modified[64];  /* "" not told */
    int64_t  length;                 /* that was announced; -1 not told */
    uint32_t attempts;
} pb_http_answer;

/* PB_E_SYNTAX   no URL of http or https
 * PB_E_USAGE    http:// to another machine, without plain_http
 * PB_E_LIMIT    longer than size_max (file_max)
 * PB_E_CANCELLED  go_on said so
 * PB_E_IO       no answer after attempts_max, or a certificate that is not to be trusted
 * Free the answer with pb_http_answer_free. */
pb_status pb_http_send(pb_http *http, const pb_http_request *request, pb_http_answer *out, pb_error *error);
void      pb_http_answer_free(pb_http_answer *answer);
/* PB_OK for 2xx; else an error that says what the server answered: PB_E_NOENT for
 * 404 and 410, else PB_E_IO. */
pb_status pb_http_expect(const pb_http_answer *answer, const pb_http_request *request, pb_error *error);

/* How pb_http_fetch keeps a file:
 *
 *     PATH              the whole answer, and nothing before it is whole
 *     PATH.pb-meta      {url, etag, last_modified, bytes, sha256, fetched_ms}
 *     PATH.pb-part      what has come of an unfinished one, locked while it is written
 *     PATH.pb-part-meta {url, etag, last_modified, total} of it
 *
 * A file that differs from its meta is fetched again. */
typedef struct pb_http_fetch_options {
    int64_t     max_age_ms;          /* a file fetched since then is taken without asking; 0: always ask */
    int64_t     bytes;               /* that it must have; -1 unknown */
    const char *etag;                /* that it must have; the file with it is taken without asking. NULL unknown */
    /* Looks at the whole file before it counts; anything but PB_OK: fetched again, at
     * last given up with this error. May be NULL. */
    pb_status (*check)(void *context, const char *path, pb_error *error);
    void       *check_context;
} pb_http_fetch_options;
pb_http_fetch_options pb_http_fetch_options_default(void);   /* 0, -1, NULL, NULL */

typedef struct pb_http_file {
    uint64_t bytes;
    uint64_t resumed_at;             /* bytes that were there from a former time; 0 none */
    bool     unchanged;              /* the file of a former time is still right */
    uint32_t attempts;               /* 0: nobody was asked */
    char     sha256[65];
} pb_http_file;

/* GETs into path; missing folders are made. Errors as of pb_http_send and
 * pb_http_expect, and PB_E_IO when path cannot be written or is being fetched by
 * another process. What has come of a broken one stays for the next time. */
pb_status pb_http_fetch(pb_http *http, const pb_http_request *request, const char *path,
                        const pb_http_fetch_options *options, pb_http_file *out, pb_error *error);

/* Deletes fetched files under folder, the longest unused first, until all take at
 * most bytes_max; what was used at keep_ms (UTC) or later stays. *left: bytes then.
 * Knows its own by their .pb-meta and .pb-part; other files are not touched. */
pb_status pb_http_trim(const char *folder, uint64_t bytes_max, int64_t keep_ms, uint64_t *left, pb_error *error);

/* PB_OK when this URL may be asked at all; else PB_E_SYNTAX, or PB_E_USAGE for http:// to
 * another machine without plain_http. To tell at the start what pb_http_send would tell later. */
pb_status pb_http_url_check(const char *url, bool plain_http, pb_error *error);
/* A URL as it may be shown: without a password, "***" for values of keys like
 * token, key, secret, signature. Cut at cap. */
void pb_http_url_shown(const char *url, char *out, size_t cap);
/* Text as part of a path of a URL: all but letters, digits and -._~ as %XX, also "/"
 * unless keep_slash. False when it does not fit. */
bool pb_http_escape(pb_span text, bool keep_slash, char *out, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
