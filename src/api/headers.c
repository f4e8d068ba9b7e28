/* The headers that every answer has. */
#include <stdio.h>
#include <string.h>

#include "core.h"

static void add(pb__headers *h, const char *name, const char *value)
{
    if (h->n < sizeof h->at / sizeof *h->at) h->at[h->n++] = (pb_header){name, value};
}

static const char *number(char text[12], int64_t value)
{
    (void)snprintf(text, 12, "%lld", (long long)(value < 0 ? 0 : value > 999999999 ? 999999999 : value));
    return text;
}

static int64_t whole_s(int64_t us)
{
    return (us + 999999) / 1000000;
}

static void add_rate(const pb_request *r, pb__headers *h)
{
    if (r->rate.limit == 0) return;
    add(h, "ratelimit-limit", number(h->limit, r->rate.limit));
    add(h, "ratelimit-remaining", number(h->remaining, r->rate.remaining));
    add(h, "ratelimit-reset", number(h->reset, whole_s(r->rate.reset_us)));
    if (r->rate.wait_us > 0) add(h, "retry-after", number(h->retry, whole_s(r->rate.wait_us)));
}

static void add_cors(const pb_request *r, pb__headers *h)
{
    const char *origin = pb_exchange_header(r->x, "origin");
    if (!origin || !pb__origin_listed(r->api, origin)) return;
    add(h, "access-control-allow-origin", origin);
    add(h, "access-control-expose-headers",
        "etag, location, retry-after, ratelimit-limit, ratelimit-remaining, ratelimit-reset, x-request-id, "
        "www-authenticate");
}

static bool is_caching(const pb_header *header)
{
    return strcmp(header->name, "cache-control") == 0;
}

/* As the route says, else read again only when it has changed; what was changed, refused or is secret is not kept at
 * all. */
static const char *caching(const pb_request *r, int status)
{
    bool fresh = r->row && (r->row->route->flags & PB_ROUTE_FRESH);
    bool read  = r->method == PB_GET || r->method == PB_HEAD;
    if (fresh || !read || (status >= 300 && status != 304)) return "no-store";
    for (uint32_t i = 0; i < r->reply.n_headers; i++)
        if (is_caching(&r->reply.header[i])) return r->reply.header[i].value;
    return "private, no-cache";
}

void pb__headers_make(const pb_request *r, int status, pb__headers *h)
{
    const pb_reply *reply = &r->reply;
    h->n                  = 0;
    if (reply->blob && status != 304) add(h, "content-type", reply->media ? reply->media : "application/json");
    if (reply->packed && status != 304) add(h, "content-encoding", "gzip");
    if (reply->etag[0]) add(h, "etag", reply->etag);
    add(h, "cache-control", caching(r, status));
    add(h, "vary", "accept-encoding, origin, authorization, x-api-key");
    add(h, "x-request-id", r->id);
    add(h, "x-content-type-options", "nosniff");
    add(h, "x-frame-options", "DENY");
    add(h, "referrer-policy", "no-referrer");
    add(h, "content-security-policy", reply->csp ? reply->csp : "default-src 'none'; frame-ancestors 'none'");
    add(h, "cross-origin-resource-policy", "same-origin");
    if (pb_exchange_secure(r->x)) add(h, "strict-transport-security", "max-age=31536000");
    add_rate(r, h);
    add_cors(r, h);
    for (uint32_t i = 0; i < reply->n_headers; i++)
        if (!is_caching(&reply->header[i])) add(h, reply->header[i].name, reply->header[i].value);
}

void pb__allow_text(const pb__match *match, char *out, size_t cap)
{
    size_t used = 0;
    for (pb_method m = PB_GET; m < PB_METHOD_OTHER && used < cap; m++) {
        bool here = match->rows[m] || m == PB_OPTIONS || (m == PB_HEAD && match->rows[PB_GET]);
        if (here) used += (size_t)snprintf(out + used, cap - used, "%s%s", used ? ", " : "", pb_method_name(m));
    }
}

void pb__reply_allow(pb_reply *reply, const pb__match *match)
{
    char text[96] = "";
    pb__allow_text(match, text, sizeof text);
    pb_reply_header(reply, "allow", text);
}
