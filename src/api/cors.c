/* Pages of other origins: which may read answers, and what none may do.
 *
 * A browser sends whatever page it shows to loopback, too. Tokens protect against that, but with --auth off there
 * are none: then a request must have come to a name of this machine (a foreign name that was made to point here is
 * DNS rebinding), and one that changes something must not come from another page. */
#include <stdio.h>
#include <string.h>

#include "core.h"

#define PREFLIGHT_S "600"

bool pb__origin_listed(const pb_api *api, const char *origin)
{
    for (uint32_t i = 0; i < api->options.n_cors; i++)
        if (strcmp(api->options.cors[i], "*") == 0 || strcmp(api->options.cors[i], origin) == 0) return true;
    return false;
}

/* host[:port] without the port. */
static pb_span host_of(const char *host)
{
    const char *end = host[0] == '[' ? strchr(host, ']') : strchr(host, ':');
    if (end && host[0] == '[') end++;
    return end ? (pb_span){host, (size_t)(end - host)} : pb_span_of(host);
}

static bool is_loopback(pb_span host)
{
    if (pb_span_equal_nocase(host, "localhost") || pb_span_equal_text(host, "[::1]")) return true;
    if (host.len < 9 || memcmp(host.at, "127.", 4) != 0) return false;
    for (size_t i = 4; i < host.len; i++)
        if (host.at[i] != '.' && (host.at[i] < '0' || host.at[i] > '9')) return false;
    return true;
}

static const char *behind_scheme(const char *origin)
{
    const char *at = strstr(origin, "://");
    return at ? at + 3 : "";
}

static bool is_listed_host(const pb_api *api, const char *host)
{
    for (uint32_t i = 0; i < api->options.n_cors; i++)
        if (strcmp(behind_scheme(api->options.cors[i]), host) == 0) return true;
    return false;
}

const char *pb__foreign(const pb_api *api, pb_exchange *x, bool changes)
{
    if (api->options.access) return NULL;
    const char *host = pb_exchange_header(x, "host"), *origin = pb_exchange_header(x, "origin");
    if (host && !is_loopback(host_of(host)) && !is_listed_host(api, host))
        return "without access control only names of this machine are answered (localhost, 127.0.0.1)";
    if (!changes || !origin || pb__origin_listed(api, origin)) return NULL;
    if (host && strcmp(behind_scheme(origin), host) == 0) return NULL;
    return "a page of another origin asks, and there is no access control (list it: --cors ORIGIN)";
}

void pb__cors_preflight(pb_request *r, const pb__match *match)
{
    const char *origin = pb_exchange_header(r->x, "origin");
    char        allow[96];
    pb__reply_allow(&r->reply, match);
    r->reply.status = 204;
    if (!origin || !pb_exchange_header(r->x, "access-control-request-method")) return;
    if (!pb__origin_listed(r->api, origin)) {
        (void)pb_reply_problem(&r->reply, 403, "origin", "pages of this origin may not ask (list it: --cors ORIGIN)");
        return;
    }
    pb__allow_text(match, allow, sizeof allow);
    pb_reply_header(&r->reply, "access-control-allow-methods", allow);
    pb_reply_header(
        &r->reply, "access-control-allow-headers",
        "authorization, content-type, content-encoding, x-api-key, x-pitboard-feed, x-request-id, traceparent, "
        "if-none-match");
    pb_reply_header(&r->reply, "access-control-max-age", PREFLIGHT_S);
}
