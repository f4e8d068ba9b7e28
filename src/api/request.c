/* A request as a route sees it: parameters of the path, and the query, decoded into the request's own text. */
#include <stdlib.h>
#include <string.h>

#include "core.h"

const pb_caller *pb_request_caller(const pb_request *r)
{
    return &r->caller;
}

const char *pb_request_param(const pb_request *r, const char *name)
{
    for (uint32_t i = 0; i < r->n_params && i < r->row->n_params; i++)
        if (pb_span_equal_text(r->row->param[i], name)) return r->param[i];
    return "";
}

const char *pb__query_value(const pb_request *r, const char *name)
{
    for (uint32_t i = 0; i < r->n_query; i++)
        if (strcmp(r->query[i].name, name) == 0) return r->query[i].value;
    return NULL;
}

const char *pb_request_query(const pb_request *r, const char *name)
{
    return pb__query_value(r, name);
}

pb_json pb_request_json(const pb_request *r)
{
    return r->doc ? pb_json_root(r->doc) : (pb_json){0};
}

pb_span pb_request_body(const pb_request *r)
{
    return r->body;
}

const char *pb_request_content_type(const pb_request *r)
{
    return r->content_type;
}

const char *pb_request_header(const pb_request *r, const char *name)
{
    return pb_exchange_header(r->x, name);
}

bool pb_request_gone(const pb_request *r)
{
    return pb_exchange_gone(r->x);
}

const char *pb_request_address(const pb_request *r)
{
    return pb_exchange_address(r->x);
}

const char *pb_request_id(const pb_request *r)
{
    return r->id;
}

pb_logger *pb_request_log(const pb_request *r)
{
    return r->api->options.log;
}

/* ---- reading ---- */

static bool wrong(pb_request *r, const char *name, const char *what)
{
    return pb_reply_problem(&r->reply, 400, name, "%s", what) == PB_OK;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Into to, which has room for all of it and a NUL; NULL when it is no text: its end otherwise. */
static char *decode(pb_span from, char *to)
{
    for (size_t i = 0; i < from.len; i++, to++) {
        *to = from.at[i] == '+' ? ' ' : from.at[i];
        if (from.at[i] == '%') {
            int high = i + 2 < from.len ? digit(from.at[i + 1]) : -1;
            int low  = i + 2 < from.len ? digit(from.at[i + 2]) : -1;
            if (high < 0 || low < 0) return NULL;
            *to = (char)(high * 16 + low);
            i += 2;
        }
        if ((unsigned char)*to < 0x20 || *to == 0x7f) return NULL;
    }
    *to = '\0';
    return to;
}

/* One of name=value; *to moves behind what is taken of the text. */
static bool read_pair(pb_request *r, pb_span pair, char **to)
{
    const char *is   = memchr(pair.at, '=', pair.len);
    size_t      len  = is ? (size_t)(is - pair.at) : pair.len;
    char       *name = *to, *end = decode((pb_span){pair.at, len}, name);
    char       *value = end ? end + 1 : NULL;
    if (end) end = is ? decode((pb_span){is + 1, pair.len - len - 1}, value) : decode((pb_span){0}, value);
    if (!end || !pb_utf8_valid((pb_span){name, (size_t)(end - name)}))
        return wrong(r, "", "the query is not text (percent-encode UTF-8, without control characters)");
    *to = end + 1;
    if (pb__query_value(r, name)) return wrong(r, name, "stands twice in the query (give it once)");
    if (r->n_query == PB__QUERY_MAX) return wrong(r, "", "the query has more than 32 parts");
    r->query[r->n_query++] = (pb__pair){name, value};
    return true;
}

bool pb__request_read_path(pb_request *r, const pb__match *match)
{
    size_t need = strlen(pb_exchange_query(r->x)) + 3; /* a value that is not there needs a NUL more */
    for (const char *at = pb_exchange_query(r->x); *at; at++) need += *at == '&';
    for (uint32_t i = 0; i < match->n_params; i++) need += match->param[i].len + 1;
    char *to = r->text;
    if (need > sizeof r->text) to = r->long_text = malloc(need);
    if (!to) return pb_reply_problem(&r->reply, 503, "", "out of memory") == PB_OK;
    for (uint32_t i = 0; i < match->n_params; i++) {
        r->param[i] = to;
        memcpy(to, match->param[i].at, match->param[i].len);
        to[match->param[i].len] = '\0';
        to += match->param[i].len + 1;
    }
    r->n_params = match->n_params;
    r->text_end = to;
    return true;
}

bool pb__request_read_query(pb_request *r)
{
    char *to = r->text_end;
    for (const char *at = pb_exchange_query(r->x); *at;) {
        const char *end = strchrnul(at, '&');
        if (end > at && !read_pair(r, (pb_span){at, (size_t)(end - at)}, &to)) return false;
        at = *end ? end + 1 : end;
    }
    return true;
}
