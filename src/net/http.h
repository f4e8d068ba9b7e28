/* http.h - inside the HTTP client: one attempt, many attempts, where bytes go. */
#ifndef PB_NET_HTTP_H
#define PB_NET_HTTP_H

#include <curl/curl.h>

#include "pitboard/net_http.h"

#define PB__ASIDE_MAX 4096
#define PB__PER_SECOND_MAX 1000
#define PB__PER_HOUR_MAX 10000

/* What the head of an answer says. */
typedef struct pb__head {
    int     status;
    int64_t length;                  /* Content-Length; -1 */
    int64_t range_from, range_total; /* Content-Range; -1 */
    char    etag[160], last_modified[64], content_type[96], retry_after[64];
} pb__head;

void pb__head_begin(pb__head *head);
/* One line of a head, with or without its line end; a status line begins anew. */
void pb__head_line(pb__head *head, pb_span line);
/* How long the server asks to wait; -1 when it does not. */
int64_t pb__head_wait_ms(const pb__head *head, int64_t utc_ms);

/* Where the bytes of a 2xx answer go. Anything but PB__SINK_GO ends the attempt,
 * with the reason in *error. */
typedef enum pb__sink_says { PB__SINK_GO, PB__SINK_AGAIN, PB__SINK_STOP } pb__sink_says;

typedef struct pb__sink {
    void *context;
    /* Before an attempt: adds headers (Range ...). */
    struct curl_slist *(*begin)(void *context, struct curl_slist *headers);
    /* The head is whole; called once before the first byte, or before end. */
    pb__sink_says (*start)(void *context, const pb__head *head, pb_error *error);
    pb__sink_says (*take)(void *context, pb_span bytes, pb_error *error);
    /* The answer is complete; also for 304. */
    pb__sink_says (*end)(void *context, const pb__head *head, pb_error *error);
    /* Bytes that are there, for progress and to see that an attempt brought some. */
    uint64_t (*have)(void *context);
} pb__sink;

typedef struct pb__call {
    const pb_http_request *request;
    pb__sink               sink;
    bool                   big; /* no total_ms */
    /* Adds what signs this attempt; may be NULL. */
    struct curl_slist *(*sign)(void *context, int64_t utc_ms, struct curl_slist *headers);
    void *sign_context;
} pb__call;

typedef enum pb__verdict { PB__DONE, PB__AGAIN, PB__NEVER, PB__MOVED } pb__verdict;

/* What one attempt came to. */
typedef struct pb__try {
    pb__head    head;
    pb__verdict verdict;
    pb_status   status; /* of error, when the verdict is AGAIN or NEVER */
    bool        unsent; /* the server cannot have seen the request */
    char        moved_to[PB_URL_MAX];
    char        aside[PB__ASIDE_MAX + 1]; /* beginning of an answer that is no 2xx */
    size_t      n_aside;
} pb__try;

/* Requests counted: see http_rate.c. times is a ring of the last ones. */
typedef struct pb__rate {
    uint32_t per_second, per_hour, cap;
    uint32_t n;     /* in times, oldest first */
    int64_t *times; /* UTC ms */
} pb__rate;

/* False when out of memory. */
bool pb__rate_init(pb__rate *rate, uint32_t per_second, uint32_t per_hour);
void pb__rate_fini(pb__rate *rate);
/* Ms until one more may go; 0: now, and it is counted. */
int64_t pb__rate_take(pb__rate *rate, int64_t utc_ms);
/* The same, counted in a file that other processes use too. A broken one counts as empty. */
pb_status pb__rate_take_file(pb__rate *rate, const char *path, int64_t utc_ms, int64_t *wait_ms, pb_error *error);

struct pb_http {
    pb_http_options options;
    CURL           *curl;
    pb__rate        rate;
    uint64_t        draws; /* of chance, so far */
    pb__try         attempt;
};

int64_t pb__http_utc_ms(const pb_http *http);
/* Sleeps in small pieces, asking go_on in between. */
pb_status pb__http_sleep(pb_http *http, int64_t ms, const char *why, pb_error *error);
/* The wait before attempt number `next` (2 ...), with its chance. */
int64_t pb__http_backoff_ms(pb_http *http, uint32_t next);
/* One attempt at url; bare: without the request's own headers. Fills http->attempt. */
void pb__http_try(pb_http *http, const pb__call *call, const char *url, bool bare, pb_error *error);
/* As many attempts as it takes. PB_OK: an answer that is final is in http->attempt. */
pb_status pb__http_call(pb_http *http, const pb__call *call, uint32_t *attempts, pb_error *error);
/* What an answer other than 2xx says. */
pb_status pb__http_refusal(int status, pb_span body, const pb_http_request *request, pb_error *error);
/* Called again with a signature: see s3.c. */
pb_status pb__http_send_call(pb_http *http, pb__call *call, pb_http_answer *out, pb_error *error);
pb_status pb__http_fetch_call(pb_http *http, pb__call *call, const char *path, const pb_http_fetch_options *options,
                              pb_http_file *out, pb_error *error);

/* PB_OK when this URL may be asked at all. */
pb_status pb__url_check(const char *url, bool plain_http, pb_error *error);
bool      pb__url_same_origin(const char *a, const char *b);
bool      pb__url_is_loopback(const char *url);

#endif
