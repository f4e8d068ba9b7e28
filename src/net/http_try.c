/* One attempt: a request out, an answer in, and a verdict on it. */
#include <string.h>

#include "http.h"

typedef struct attempt {
    pb_http        *http;
    const pb__call *call;
    pb__try        *t;
    pb_error        error; /* of the sink */
    pb__sink_says   says;
    bool            started, cancelled;
} attempt;

static bool is_good(int status)
{
    return status >= 200 && status < 300;
}

/* ---- what curl calls ---- */

static size_t on_head(char *at, size_t size, size_t n, void *context)
{
    attempt *a = context;
    pb__head_line(&a->t->head, (pb_span){at, size * n});
    return size * n;
}

/* The sink hears of the head once. */
static bool start(attempt *a)
{
    if (!a->started && a->says == PB__SINK_GO)
        a->says = a->call->sink.start(a->call->sink.context, &a->t->head, &a->error);
    a->started = true;
    return a->says == PB__SINK_GO;
}

static size_t on_body(char *at, size_t size, size_t n, void *context)
{
    attempt *a   = context;
    size_t   len = size * n;
    if (is_good(a->t->head.status)) {
        if (!start(a)) return 0;
        a->says = a->call->sink.take(a->call->sink.context, (pb_span){at, len}, &a->error);
        return a->says == PB__SINK_GO ? len : 0;
    }
    size_t room = PB__ASIDE_MAX - a->t->n_aside, kept = len < room ? len : room;
    memcpy(a->t->aside + a->t->n_aside, at, kept);
    a->t->n_aside += kept;
    a->t->aside[a->t->n_aside] = '\0';
    return len;
}

static int on_progress(void *context, curl_off_t all, curl_off_t done, curl_off_t up_all, curl_off_t up)
{
    attempt               *a    = context;
    const pb_http_options *o    = &a->http->options;
    uint64_t               have = a->call->sink.have(a->call->sink.context);
    (void)up_all;
    (void)up;
    bool sized   = all > 0 && is_good(a->t->head.status) && (uint64_t)done <= have;
    a->cancelled = !o->go_on(o->context, have, sized ? have - (uint64_t)done + (uint64_t)all : 0);
    return a->cancelled;
}

/* ---- verdicts ---- */

static void judge(attempt *a, pb__verdict verdict, pb_status status)
{
    a->t->verdict = verdict;
    a->t->status  = status;
}

static bool is_tls_doubt(CURLcode code)
{
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE ||
           code == CURLE_SSL_ISSUER_ERROR || code == CURLE_SSL_INVALIDCERTSTATUS;
}

static bool is_never(CURLcode code)
{
    return is_tls_doubt(code) || code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT ||
           code == CURLE_TOO_MANY_REDIRECTS || code == CURLE_OUT_OF_MEMORY || code == CURLE_BAD_FUNCTION_ARGUMENT;
}

/* Nothing went out yet. */
static bool is_unsent(CURLcode code)
{
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY || code == CURLE_COULDNT_CONNECT ||
           code == CURLE_SSL_CONNECT_ERROR;
}

static void judge_failure(attempt *a, CURLcode code, const char *shown, pb_error *error)
{
    const char *why = curl_easy_strerror(code);
    a->t->unsent    = is_unsent(code);
    if (a->cancelled) {
        judge(a, PB__NEVER, pb_error_set(error, PB_E_CANCELLED, "%s: stopped on request", shown));
    } else if (is_tls_doubt(code)) {
        judge(a, PB__NEVER,
              pb_error_set(error, PB_E_IO,
                           "%s: the server cannot prove who it is: %s (check the name, the clock of "
                           "this machine and its certificates)",
                           shown, why));
    } else if (is_never(code)) {
        judge(a, PB__NEVER,
              pb_error_set(error, code == CURLE_OUT_OF_MEMORY ? PB_E_NOMEM : PB_E_IO, "%s: %s", shown, why));
    } else {
        judge(a, PB__AGAIN, pb_error_set(error, PB_E_IO, "%s: %s", shown, why));
    }
}

static void judge_sink(attempt *a, const char *shown, pb_error *error)
{
    pb_error_set(error, a->error.status, "%s: %s", shown, a->error.text);
    judge(a, a->says == PB__SINK_AGAIN ? PB__AGAIN : PB__NEVER, a->error.status);
}

static bool is_again(int status)
{
    return status == 408 || status == 425 || status == 429 || status == 500 || status == 502 || status == 503 ||
           status == 504;
}

static bool is_moved(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static void judge_answer(attempt *a, const char *shown, pb_error *error)
{
    int         status = a->t->head.status;
    const char *moved  = NULL;
    if (is_good(status) && !start(a)) {
        judge_sink(a, shown, error);
        return;
    }
    if (is_moved(status) && curl_easy_getinfo(a->http->curl, CURLINFO_REDIRECT_URL, &moved) == CURLE_OK && moved &&
        pb_span_copy(pb_span_of(moved), a->t->moved_to, sizeof a->t->moved_to)) {
        judge(a, PB__MOVED, PB_OK);
    } else if (is_again(status)) {
        judge(a, PB__AGAIN, pb_error_set(error, PB_E_IO, "%s: the server answered %d", shown, status));
    } else if (is_good(status) || status == 304) {
        a->says = a->call->sink.end(a->call->sink.context, &a->t->head, &a->error);
        judge(a, PB__DONE, PB_OK);
        if (a->says != PB__SINK_GO) judge_sink(a, shown, error);
    } else {
        judge(a, PB__DONE, PB_OK);
    }
}

/* ---- the request ---- */

/* NULL leaves what was there; the list is checked once, at the end. */
static struct curl_slist *add(struct curl_slist *list, const char *text)
{
    struct curl_slist *more = curl_slist_append(list, text);
    return more ? more : list;
}

static bool names(const char *header, const char *name)
{
    size_t len = strlen(name);
    return strncasecmp(header, name, len) == 0 && header[len] == ':';
}

static struct curl_slist *headers_of(attempt *a, bool bare)
{
    const pb_http_request *r     = a->call->request;
    bool                   typed = false;
    struct curl_slist     *list  = add(NULL, "Expect:"); /* no pause before a body */
    for (uint32_t i = 0; i < r->n_headers && !bare; i++) {
        typed = typed || names(r->headers[i], "content-type");
        list  = add(list, r->headers[i]);
    }
    if (!typed && r->body.at) list = add(list, "Content-Type:"); /* curl would say it is a form */
    list = a->call->sink.begin(a->call->sink.context, list);
    if (a->call->sign && !bare) list = a->call->sign(a->call->sign_context, pb__http_utc_ms(a->http), list);
    return list;
}

static void set_method(CURL *curl, const pb_http_request *r)
{
    bool body = r->method == PB_HTTP_PUT || r->method == PB_HTTP_POST;
    if (r->method == PB_HTTP_HEAD) curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    if (body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, r->body.len ? r->body.at : "");
    }
    if (r->method == PB_HTTP_PUT) curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PUT");
}

static void set_limits(CURL *curl, const pb_http_options *o, bool big)
{
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_ms);
    if (!big) curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)o->total_ms);
    if (o->stall_s > 0) {
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
        curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)o->stall_s);
    }
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, o->agent);
}

static void set_callbacks(CURL *curl, attempt *a)
{
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, a);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, a);
    if (!a->http->options.go_on) return;
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, a);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
}

void pb__http_try(pb_http *http, const pb__call *call, const char *url, bool bare, pb_error *error)
{
    CURL   *curl = http->curl;
    attempt a    = {.http = http, .call = call, .t = &http->attempt, .says = PB__SINK_GO};
    char    shown[512];
    memset(a.t, 0, sizeof *a.t);
    pb__head_begin(&a.t->head);
    pb_http_url_shown(url, shown, sizeof shown);

    curl_easy_reset(curl); /* keeps the connection */
    struct curl_slist *headers = headers_of(&a, bare);
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L); /* a key of a bucket may hold "/../" */
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    if (pb__url_is_loopback(url)) curl_easy_setopt(curl, CURLOPT_PROXY, "");
    set_method(curl, call->request);
    set_limits(curl, &http->options, call->big);
    set_callbacks(curl, &a);
    CURLcode code = curl_easy_perform(curl);
    curl_slist_free_all(headers);
    if (a.says != PB__SINK_GO)
        judge_sink(&a, shown, error);
    else if (code != CURLE_OK)
        judge_failure(&a, code, shown, error);
    else
        judge_answer(&a, shown, error);
}
