#include "pitboard/engine_trace.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pitboard/engine.h"
#include "pitboard/net_http.h"
#include "trace_work.h"

#define CONNECT_MS 3000u
#define ATTEMPT_MS 10000u
#define BACKOFF_MAX_S 30.0

struct pb_trace_export {
    pb_trace_options options;
    char            *service, *version, url[PB_URL_MAX + 16], shown[512];
    char            *headers[PB__TRACE_HEADERS_MAX + 1]; /* and the content type */
    uint32_t         n_headers;
    pb_metric       *spans_total;
    pthread_t        thread;

    pthread_mutex_t lock; /* of all until the next gap */
    pthread_cond_t  come;
    pb_trace_span  *ring;
    uint32_t        first, n;
    bool            stopping, ended;
    double          deadline_s; /* when stopping */

    /* the thread's own */
    pb_http       *http;
    pb_trace_span *batch;
    uint32_t       n_batch;
    double         backoff_s; /* 0: the last attempt went well */
};

pb_trace_options pb_trace_options_default(void)
{
    return (pb_trace_options){.service = "pitboard", .ring = 8192, .batch = 512, .every_ms = 2000, .backoff_ms = 1000};
}

static void count(const pb_trace_export *x, const char *result, uint32_t n)
{
    if (n > 0) pb_metric_add(x->spans_total, result, n);
}

/* From any thread, through the log. */
static void take(void *user, const pb_trace_span *span)
{
    pb_trace_export *x     = user;
    bool             whole = pb__trace_span_is_whole(span), room = false;
    pthread_mutex_lock(&x->lock);
    if (whole && x->n < x->options.ring) {
        x->ring[(x->first + x->n++) % x->options.ring] = *span;
        room                                           = true;
        if (x->n == x->options.batch) pthread_cond_signal(&x->come); /* else the clock wakes it */
    }
    pthread_mutex_unlock(&x->lock);
    if (!room) count(x, "dropped", 1);
}

/* ---- the thread ---- */
static void wait_until(pb_trace_export *x, double until_s)
{
    struct timespec at = {.tv_sec = (time_t)until_s};
    at.tv_nsec         = (long)(1e9 * (until_s - (double)at.tv_sec));
    pthread_cond_timedwait(&x->come, &x->lock, &at);
}

/* Under the lock. Sleeps until then, or until it is stopped or (unless at_least is 0) so many wait. */
static void sleep_until(pb_trace_export *x, double until_s, uint32_t at_least)
{
    while (!x->stopping && (at_least == 0 || x->n < at_least) && pb_engine_seconds() < until_s) wait_until(x, until_s);
}

/* Under the lock: fills what is free of the batch. */
static void fetch(pb_trace_export *x)
{
    while (x->n > 0 && x->n_batch < x->options.batch) {
        x->batch[x->n_batch++] = x->ring[x->first];
        x->first               = (x->first + 1) % x->options.ring;
        x->n--;
    }
}

/* Asked while the collector is awaited. */
static bool go_on(void *context, uint64_t done __attribute__((unused)), uint64_t all __attribute__((unused)))
{
    pb_trace_export *x = context;
    pthread_mutex_lock(&x->lock);
    bool on = !x->stopping || pb_engine_seconds() < x->deadline_s;
    pthread_mutex_unlock(&x->lock);
    return on;
}

static pb_status post(pb_trace_export *x, int *http_status, pb_error *error)
{
    char  *body = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&body, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb__trace_json_write(to, x->service, x->version, x->batch, x->n_batch);
    if (fclose(to) != 0) {
        free(body);
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    }
    pb_http_request request = {.method    = PB_HTTP_POST,
                               .url       = x->url,
                               .headers   = (const char *const *)x->headers,
                               .n_headers = x->n_headers,
                               .body      = {body, len}};
    pb_http_answer  answer  = {0};
    pb_status       status  = pb_http_send(x->http, &request, &answer, error);
    *http_status            = status == PB_OK ? answer.status : 0;
    if (status == PB_OK) pb_http_answer_free(&answer);
    free(body);
    return status;
}

/* The collector has them. */
static void went_well(pb_trace_export *x)
{
    if (x->backoff_s > 0)
        pb_logger_say(x->options.log, PB_LOG_INFO, "trace", NULL, "the collector %s is back", x->shown);
    x->backoff_s = 0;
    count(x, "exported", x->n_batch);
    x->n_batch = 0;
}

/* What it does not want now it will not want later. */
static void was_refused(pb_trace_export *x, int http_status)
{
    pb_logger_say(x->options.log, PB_LOG_WARN, "trace", NULL, "the collector %s refused %u spans: HTTP status %d",
                  x->shown, x->n_batch, http_status);
    count(x, "refused", x->n_batch);
    x->n_batch = 0;
}

/* Said once, until it is back. */
static void is_away(pb_trace_export *x, const pb_error *why)
{
    if (x->backoff_s == 0) {
        pb_logger_say(x->options.log, PB_LOG_WARN, "trace", NULL, "the collector %s is away: %s", x->shown, why->text);
        x->backoff_s = 1e-3 * x->options.backoff_ms;
    } else {
        x->backoff_s = x->backoff_s * 2 < BACKOFF_MAX_S ? x->backoff_s * 2 : BACKOFF_MAX_S;
    }
}

static void send_batch(pb_trace_export *x)
{
    pb_error error       = {0};
    int      http_status = 0;
    if (post(x, &http_status, &error) != PB_OK) {
        is_away(x, &error);
    } else if (http_status / 100 == 2) {
        went_well(x);
    } else {
        was_refused(x, http_status);
    }
}

static void *export_spans(void *with)
{
    pb_trace_export *x = with;
    pthread_mutex_lock(&x->lock);
    for (;;) {
        bool away = x->backoff_s > 0;
        sleep_until(x, pb_engine_seconds() + (away ? x->backoff_s : 1e-3 * x->options.every_ms),
                    away ? 0 : x->options.batch);
        fetch(x);
        bool last = x->stopping;
        if (last && (x->n_batch == 0 || pb_engine_seconds() >= x->deadline_s)) break;
        pthread_mutex_unlock(&x->lock);
        if (x->n_batch > 0) send_batch(x);
        pthread_mutex_lock(&x->lock);
        if (last && x->backoff_s > 0) break; /* one attempt at the end, no patience */
    }
    count(x, "dropped", x->n_batch + x->n);
    x->ended = true;
    pthread_cond_broadcast(&x->come);
    pthread_mutex_unlock(&x->lock);
    return NULL;
}

/* ---- begin and end ---- */
static void release(pb_trace_export *x)
{
    for (uint32_t i = 0; i < x->n_headers; i++) free(x->headers[i]);
    if (x->http) pb_http_close(x->http);
    pthread_cond_destroy(&x->come);
    pthread_mutex_destroy(&x->lock);
    free(x->service);
    free(x->version);
    free(x->ring);
    free(x->batch);
    free(x);
}

static pb_status read_endpoint(pb_trace_export *x, const char *endpoint, pb_error *error)
{
    static const char path[] = "/v1/traces";
    pb_status         status = pb_http_url_check(endpoint, false, error);
    pb_http_url_shown(endpoint, x->shown, sizeof x->shown);
    if (status == PB_E_USAGE)
        return pb_error_set(error, status, "%s: spans go to another machine by https:// only", x->shown);
    PB_TRY(status);
    size_t len = strlen(endpoint);
    while (len > 0 && endpoint[len - 1] == '/') len--;
    bool there = len >= sizeof path - 1 && strncmp(endpoint + len - (sizeof path - 1), path, sizeof path - 1) == 0;
    snprintf(x->url, sizeof x->url, "%.*s%s", (int)len, endpoint, there ? "" : path);
    pb_http_url_shown(x->url, x->shown, sizeof x->shown);
    return PB_OK;
}

static pb_status read_headers(pb_trace_export *x, const char *headers, pb_error *error)
{
    PB_TRY(pb__trace_headers_read(headers, x->headers, &x->n_headers, error));
    char *type = strdup("Content-Type: application/json");
    if (!type) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    x->headers[x->n_headers++] = type;
    return PB_OK;
}

static pb_status open_http(pb_trace_export *x, pb_error *error)
{
    pb_http_options o = pb_http_options_default();
    o.connect_ms      = CONNECT_MS;
    o.total_ms        = ATTEMPT_MS;
    o.size_max        = 1u << 20;
    o.attempts_max    = 1; /* patience is ours: a ring goes on filling meanwhile */
    o.redirects_max   = 0;
    o.agent           = "pitboard";
    o.go_on           = go_on;
    o.context         = x;
    return pb_http_open(&o, &x->http, error);
}

static pb_status prepare(pb_trace_export *x, const pb_trace_options *o, pb_error *error)
{
    x->ring  = calloc(o->ring, sizeof *x->ring);
    x->batch = calloc(o->batch, sizeof *x->batch);
    if (o->service) x->service = strdup(o->service);
    if (o->version) x->version = strdup(o->version);
    if (!x->ring || !x->batch || (o->service && !x->service) || (o->version && !x->version))
        return pb_error_set(error, PB_E_NOMEM, "out of memory");
    PB_TRY(read_endpoint(x, o->endpoint, error));
    PB_TRY(read_headers(x, o->headers, error));
    return open_http(x, error);
}

pb_status pb_trace_export_start(const pb_trace_options *options, pb_trace_export **out, pb_error *error)
{
    PB_ASSERT(options->endpoint && options->ring > 0 && options->batch > 0);
    pb_trace_export   *x = calloc(1, sizeof *x);
    pthread_condattr_t monotonic;
    if (!x) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pthread_mutex_init(&x->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&x->come, &monotonic);
    pthread_condattr_destroy(&monotonic);
    x->options         = *options;
    x->options.headers = x->options.endpoint = NULL; /* the caller's */
    x->spans_total =
        pb_metric_counter(options->metrics, "pitboard_spans_total", "spans by what became of them", "result");
    pb_status status = prepare(x, options, error);
    if (status == PB_OK && pthread_create(&x->thread, NULL, export_spans, x) != 0)
        status = pb_error_set(error, PB_E_NOMEM, "no thread for the trace exporter could be started");
    if (status != PB_OK) {
        release(x);
        return status;
    }
    pb_logger_on_span(options->log, take, x);
    *out = x;
    return PB_OK;
}

void pb_trace_export_stop(pb_trace_export *exporter, uint32_t wait_ms)
{
    if (!exporter) return;
    pb_logger_on_span(exporter->options.log, NULL, NULL); /* nobody is in take() after it */
    pthread_mutex_lock(&exporter->lock);
    exporter->stopping   = true;
    exporter->deadline_s = pb_engine_seconds() + 1e-3 * wait_ms;
    pthread_cond_broadcast(&exporter->come);
    double until_s = exporter->deadline_s + 1;
    while (!exporter->ended && pb_engine_seconds() < until_s) wait_until(exporter, until_s);
    bool ended = exporter->ended;
    pthread_mutex_unlock(&exporter->lock);
    /* A name server that does not answer may hold the thread in the library: it is left to the end of the process. */
    if (!ended) return;
    pthread_join(exporter->thread, NULL);
    release(exporter);
}
