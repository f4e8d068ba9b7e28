/* A question and its answer in memory. */
#include <stdlib.h>
#include <string.h>

#include "http.h"

typedef struct memory {
    pb_bytes body;
    size_t   cap;
    uint64_t size_max;
} memory;

static struct curl_slist *begin(void *context, struct curl_slist *headers)
{
    memory *m   = context;
    m->body.len = 0;
    return headers;
}

static pb__sink_says too_long(const memory *m, pb_error *error)
{
    pb_error_set(error, PB_E_LIMIT, "the answer is longer than the %llu bytes allowed here",
                 (unsigned long long)m->size_max);
    return PB__SINK_STOP;
}

static pb__sink_says start(void *context, const pb__head *head, pb_error *error)
{
    const memory *m = context;
    return head->length > 0 && (uint64_t)head->length > m->size_max ? too_long(m, error) : PB__SINK_GO;
}

static pb__sink_says take(void *context, pb_span bytes, pb_error *error)
{
    memory *m = context;
    if (bytes.len > m->size_max - m->body.len) return too_long(m, error);
    if (m->body.len + bytes.len + 1 > m->cap) {
        size_t cap  = 2 * (m->body.len + bytes.len) + 4096;
        char  *more = realloc(m->body.at, cap);
        if (!more) {
            pb_error_set(error, PB_E_NOMEM, "out of memory");
            return PB__SINK_STOP;
        }
        m->body.at = more;
        m->cap     = cap;
    }
    memcpy(m->body.at + m->body.len, bytes.at, bytes.len);
    m->body.len += bytes.len;
    m->body.at[m->body.len] = '\0';
    return PB__SINK_GO;
}

static pb__sink_says end(void *context, const pb__head *head, pb_error *error)
{
    (void)context;
    (void)head;
    (void)error;
    return PB__SINK_GO;
}

static uint64_t have(void *context)
{
    (void)context;
    return 0; /* a broken one begins anew: nothing is gained */
}

static pb_status hand_out(const pb_http *http, memory *m, pb_http_answer *out, pb_error *error)
{
    const pb__try *t = &http->attempt;
    out->status      = t->head.status;
    out->length      = t->head.length;
    memcpy(out->content_type, t->head.content_type, sizeof out->content_type);
    memcpy(out->etag, t->head.etag, sizeof out->etag);
    memcpy(out->last_modified, t->head.last_modified, sizeof out->last_modified);
    bool good = out->status >= 200 && out->status < 300;
    if (!good && take(m, (pb_span){t->aside, t->n_aside}, error) != PB__SINK_GO) return PB_E_NOMEM;
    if (!m->body.at && take(m, (pb_span){"", 0}, error) != PB__SINK_GO) return PB_E_NOMEM;
    out->body = m->body;
    return PB_OK;
}

pb_status pb__http_send_call(pb_http *http, pb__call *call, pb_http_answer *out, pb_error *error)
{
    memory         m   = {.size_max = http->options.size_max};
    pb_http_answer got = {0};
    call->sink         = (pb__sink){&m, begin, start, take, end, have};
    pb_status status   = pb__http_call(http, call, &got.attempts, error);
    if (status == PB_OK && (http->attempt.head.status < 200 || http->attempt.head.status >= 300)) m.body.len = 0;
    if (status == PB_OK) status = hand_out(http, &m, &got, error);
    if (status == PB_OK)
        *out = got;
    else
        free(m.body.at);
    return status;
}

pb_status pb_http_send(pb_http *http, const pb_http_request *request, pb_http_answer *out, pb_error *error)
{
    pb__call call = {.request = request};
    return pb__http_send_call(http, &call, out, error);
}

void pb_http_answer_free(pb_http_answer *answer)
{
    pb_bytes_free(&answer->body);
}

pb_status pb_http_expect(const pb_http_answer *answer, const pb_http_request *request, pb_error *error)
{
    if (answer->status >= 200 && answer->status < 300) return PB_OK;
    return pb__http_refusal(answer->status, (pb_span){answer->body.at, answer->body.len}, request, error);
}
