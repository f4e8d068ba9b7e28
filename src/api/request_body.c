/* The body of a request: unpacked, of the type it should be, read and checked. */
#include <string.h>

#include "core.h"

static bool refuse(pb_request *r, int status, const char *pointer, const char *text)
{
    return pb_reply_problem(&r->reply, status, pointer, "%s", text) == PB_OK;
}

/* "Application/JSON; charset=utf-8" -> "application/json" */
static void read_type(pb_request *r)
{
    const char *sent = pb_exchange_header(r->x, "content-type");
    pb_span     type = pb_span_of(sent);
    const char *semi = sent ? strchr(sent, ';') : NULL;
    if (semi) type.len = (size_t)(semi - sent);
    (void)pb_span_copy(pb_span_trim(type), r->content_type, sizeof r->content_type);
    for (char *c = r->content_type; *c; c++)
        if (*c >= 'A' && *c <= 'Z') *c = (char)(*c | 32);
}

static bool is_json(const char *type)
{
    size_t len = strlen(type);
    if (strcmp(type, "application/json") == 0) return true;
    return strncmp(type, "application/", 12) == 0 && len > 17 && strcmp(type + len - 5, "+json") == 0;
}

static size_t limit_of(const pb_request *r)
{
    uint32_t flags = r->row->route->flags;
    size_t   limit = r->api->options.unpacked_max;
    size_t   most  = flags & PB_ROUTE_LOOP ? PB__LOOP_BODY_MAX : flags & PB_ROUTE_RAW ? limit : PB__JSON_BODY_MAX;
    return limit < most ? limit : most;
}

static bool too_long(pb_request *r, size_t limit)
{
    return pb_reply_problem(&r->reply, 413, "", "the body is longer than the %zu bytes taken here (unpacked)", limit) ==
           PB_OK;
}

static bool unpack(pb_request *r)
{
    pb_error    error    = {0};
    size_t      limit    = limit_of(r);
    const char *encoding = pb_exchange_header(r->x, "content-encoding");
    r->body              = pb_exchange_body(r->x);
    if (encoding && encoding[0] && strcasecmp(encoding, "identity") != 0) {
        int wrong = pb__unpack(encoding, r->body, limit, &r->unpacked, &error);
        if (wrong == 413) return too_long(r, limit);
        if (wrong) return refuse(r, wrong, wrong == 415 ? "content-encoding" : "", error.text);
        r->body = (pb_span){r->unpacked.at, r->unpacked.len};
    }
    return r->body.len <= limit || too_long(r, limit);
}

static bool parse(pb_request *r, pb_span text)
{
    pb_error  error  = {0};
    pb_status status = pb_json_parse(text, "body", &r->doc, &error);
    if (status == PB_OK) return true;
    return refuse(r, status == PB_E_LIMIT ? 413 : status == PB_E_NOMEM ? 503 : 400, "", error.text);
}

static bool check(pb_request *r)
{
    pb__misfit misfit;
    if (pb__schema_check(r->api->schemas, r->row->body, pb_request_json(r), &misfit)) return true;
    return refuse(r, 422, misfit.pointer, misfit.text);
}

/* Nothing at all is as good as {}, where that is. */
static bool take_nothing(pb_request *r)
{
    pb__misfit misfit;
    if (!parse(r, pb_span_of("{}"))) return false;
    if (pb__schema_check(r->api->schemas, r->row->body, pb_request_json(r), &misfit)) return true;
    return refuse(r, 400, "", "a JSON body is needed here (see /docs)");
}

static bool take_none(pb_request *r)
{
    pb_span body = pb_span_trim(pb_exchange_body(r->x));
    bool    read = r->method == PB_GET || r->method == PB_HEAD;
    if (body.len == 0 || (!read && pb_span_equal_text(body, "{}"))) return true;
    return refuse(r, 400, "", "no body is taken here (leave it out)");
}

bool pb__request_take_body(pb_request *r)
{
    const pb_route *route = r->row->route;
    if (!route->body && !(route->flags & PB_ROUTE_RAW)) return take_none(r);
    read_type(r);
    if (!unpack(r)) return false;
    if (route->flags & PB_ROUTE_RAW) return true;
    if (r->body.len == 0) return take_nothing(r);
    if (!is_json(r->content_type))
        return refuse(r, 415, "content-type", "the body must be JSON, and say so (content-type: application/json)");
    return parse(r, r->body) && check(r);
}
