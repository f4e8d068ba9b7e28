/* As many attempts as it takes: waits, redirects, and when to give up. */
#include <string.h>

#include "http.h"
#include "s3_xml.h"

/* Waits until one more request may go, and counts it. */
static pb_status wait_turn(pb_http *http, pb_error *error)
{
    for (;;) {
        int64_t     wait = 0, now = pb__http_utc_ms(http);
        const char *file = http->options.rate_file;
        if (file && http->rate.cap)
            PB_TRY(pb__rate_take_file(&http->rate, file, now, &wait, error));
        else
            wait = pb__rate_take(&http->rate, now);
        if (wait == 0) return PB_OK;
        PB_TRY(pb__http_sleep(http, wait, "no more requests may go for now", error));
    }
}

/* Where a redirect may lead: not back to plain http, and not with a signature. */
static pb_status check_move(const pb_http *http, const pb__call *call, const char *from, uint32_t hops, pb_error *error)
{
    const char *to = http->attempt.moved_to;
    char        a[256], b[256];
    pb_http_url_shown(from, a, sizeof a);
    pb_http_url_shown(to, b, sizeof b);
    bool asks = call->request->method == PB_HTTP_GET || call->request->method == PB_HTTP_HEAD;
    if (!asks || call->sign)
        return pb_error_set(error, PB_E_IO,
                            "%s: the server sends us on to %s, where this may not go by itself (use "
                            "that address)",
                            a, b);
    if (hops >= http->options.redirects_max)
        return pb_error_set(error, PB_E_IO, "%s: sent on more than %u times, at last to %s", a,
                            http->options.redirects_max, b);
    if (strncasecmp(from, "https:", 6) == 0 && strncasecmp(to, "https:", 6) != 0)
        return pb_error_set(error, PB_E_IO, "%s: the server sends us on to %s, which is not secured", a, b);
    return pb__url_check(to, http->options.plain_http, error);
}

/* One attempt, wherever it leads. */
static pb_status follow(pb_http *http, const pb__call *call, pb_error *error)
{
    char url[PB_URL_MAX];
    bool bare = false;
    (void)pb_span_copy(pb_span_of(call->request->url), url, sizeof url);
    for (uint32_t hops = 0;; hops++) {
        PB_TRY(wait_turn(http, error));
        pb__http_try(http, call, url, bare, error);
        if (http->attempt.verdict != PB__MOVED) return PB_OK;
        PB_TRY(check_move(http, call, url, hops, error));
        bare = bare || !pb__url_same_origin(url, http->attempt.moved_to);
        memcpy(url, http->attempt.moved_to, sizeof url);
    }
}

static bool may_repeat(const pb__try *t, const pb_http_request *request)
{
    return !request->once || t->unsent || t->head.status == 429 || t->head.status == 503;
}

/* What the server asks for, else the backoff; PB_E_IO when it asks for too much. */
static pb_status wait_again(pb_http *http, const pb__call *call, uint32_t attempt, const char *why, pb_error *error)
{
    char    shown[256];
    int64_t asked = pb__head_wait_ms(&http->attempt.head, pb__http_utc_ms(http));
    if (asked > http->options.patience_ms) {
        pb_http_url_shown(call->request->url, shown, sizeof shown);
        return pb_error_set(error, PB_E_IO, "%s: the server answered %d and wants us back in %lld s (try again then)",
                            shown, http->attempt.head.status, (long long)(asked / 1000));
    }
    int64_t wait = pb__http_backoff_ms(http, attempt + 1);
    return pb__http_sleep(http, asked >= 0 ? asked : wait, why, error);
}

pb_status pb__http_call(pb_http *http, const pb__call *call, uint32_t *attempts, pb_error *error)
{
    const pb__try *t    = &http->attempt;
    pb_error       why  = {0};
    uint64_t       most = call->sink.have(call->sink.context);
    *attempts           = 0;
    PB_TRY(pb__url_check(call->request->url, http->options.plain_http, error));
    for (uint32_t vain = 1;; vain++) {
        PB_TRY(follow(http, call, error ? error : &why));
        *attempts += 1;
        if (error) why = *error;
        if (t->verdict == PB__DONE) return PB_OK;
        if (t->verdict == PB__NEVER) return t->status;
        uint64_t have = call->sink.have(call->sink.context);
        if (have > most) vain = 1; /* it goes on, if in pieces */
        if (have > most) most = have;
        if (!may_repeat(t, call->request)) return t->status;
        if (vain >= http->options.attempts_max)
            return pb_error_set(error, t->status, "%s (given up after %u attempt%s)", why.text, *attempts,
                                *attempts == 1 ? "" : "s");
        PB_TRY(wait_again(http, call, vain, why.text, error));
    }
}

/* ---- what a refusal says ---- */

/* The server's own words, unless they repeat what must not be shown. */
static bool read_words(pb_span body, const pb_http_request *request, char *out, size_t cap)
{
    static const char *const keys[] = {"detail", "message", "error"};
    pb_json_doc             *doc    = NULL;
    bool                     found  = false;
    if (body.len > 0 && body.at[0] == '<') return pb__xml_find(body, "Code", out, cap);
    if (pb_json_parse(body, "answer", &doc, NULL) != PB_OK) return false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !found; i++)
        found = pb_json_present(pb_json_get(pb_json_root(doc), keys[i])) &&
                pb_json_text(pb_json_get(pb_json_root(doc), keys[i]), out, cap, NULL) == PB_OK;
    pb_json_free(doc);
    for (uint32_t i = 0; i < request->n_headers && found; i++) {
        const char *colon = strchr(request->headers[i], ':');
        pb_span     value = pb_span_trim(pb_span_of(colon ? colon + 1 : NULL));
        if (value.len > 0 && memmem(out, strlen(out), value.at, value.len)) found = false;
    }
    return found && strcspn(request->url, "@") == strlen(request->url);
}

static const char *advice(int status)
{
    if (status == 401 || status == 403) return " (not allowed: check the credentials)";
    if (status == 404 || status == 410) return " (there is no such thing: check the address)";
    return "";
}

pb_status pb__http_refusal(int status, pb_span body, const pb_http_request *request, pb_error *error)
{
    char shown[256], words[200];
    bool told = read_words(body, request, words, sizeof words);
    pb_http_url_shown(request->url, shown, sizeof shown);
    return pb_error_set(error, status == 404 || status == 410 ? PB_E_NOENT : PB_E_IO,
                        "%s: the server answered %d%s%s%s", shown, status, told ? ": " : "", told ? words : "",
                        advice(status));
}
