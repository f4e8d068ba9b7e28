/* Who asks, and whether he may: token or key, role, team, and how often he has asked. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"
#include "pitboard/api_access.h"

#define MINUTE_US 60000000

/* The token of "Bearer TOKEN"; "" when the header has another form. */
static const char *bearer_of(const char *authorization)
{
    if (!authorization) return NULL;
    if (strncasecmp(authorization, "Bearer ", 7) != 0) return "";
    authorization += 7;
    return authorization + strspn(authorization, " ");
}

/* Nobody is counted by the address; of IPv6 by the half that is given out as one. */
static void limit_by_address(pb_caller *c, const char *address)
{
    uint8_t six[16];
    (void)pb_span_copy(pb_span_of(address), c->limit, sizeof c->limit);
    if (strchr(address, '.') || inet_pton(AF_INET6, address, six) != 1) return;
    pb_hex(six, sizeof six / 2, c->limit);
}

static void everybody(const pb_api *api, pb_caller *c)
{
    c->role = PB_ROLE_ADMIN;
    c->home = true;
    (void)pb_span_copy(pb_span_of(api->options.home_team), c->team, sizeof c->team);
}

bool pb__who(pb_api *api, pb_exchange *x, pb_caller *out)
{
    bool        good   = true;
    const char *bearer = bearer_of(pb_exchange_header(x, "authorization"));
    const char *key    = pb_exchange_header(x, "x-api-key");
    *out               = (pb_caller){0};
    if (!api->options.access)
        everybody(api, out);
    else if (bearer || key)
        good = pb_access_check(api->options.access, bearer, key, out, NULL) == PB_OK;
    if (!good) *out = (pb_caller){0};
    if (out->limit[0]) return good;
    if (out->user[0])
        (void)snprintf(out->limit, sizeof out->limit, "%s/%s", out->team, out->user);
    else
        limit_by_address(out, pb_exchange_address(x));
    return good;
}

/* ---- limits ---- */

static bool take(pb_request *r, char class_of, uint32_t limit)
{
    const pb__rate rate = {.limit = limit, .window_us = MINUTE_US};
    pb__rate_told  told;
    bool           taken = pb__rate_ask(r->api->rates, class_of, r->caller.limit, &rate, 1, r->began_us, &told);
    /* What is told is the rate that ends first. */
    if (told.limit > 0 && (r->rate.limit == 0 || told.remaining < r->rate.remaining || !taken)) r->rate = told;
    if (taken) return true;
    pb_metric_add(r->api->limited, class_of == 'c' ? "costly" : class_of == 'a' ? "anonymous" : "signed_in", 1);
    (void)pb_reply_problem(&r->reply, 429, "", "more than %u requests a minute%s (wait %lld s)", told.limit,
                           class_of == 'c' ? " of this kind" : "", (long long)((told.wait_us + 999999) / 1000000));
    return false;
}

bool pb__count(pb_request *r, uint32_t flags)
{
    const pb_api_limits *limits = &r->api->options.limits;
    bool                 nobody = r->caller.role == PB_ROLE_NONE;
    if (flags & PB_ROUTE_UNCOUNTED) return true;
    if (!take(r, nobody ? 'a' : 's', nobody ? limits->anonymous : limits->signed_in)) return false;
    return !(flags & PB_ROUTE_COSTLY) || take(r, 'c', limits->costly);
}

pb_status pb_api_count_points(pb_api *api, const char *source, uint64_t n, double *wait_s)
{
    const pb__rate rate = {.limit = api->options.limits.points_per_s, .window_us = 1000000, .in_debt = true};
    pb__rate_told  told;
    *wait_s = 0;
    if (pb__rate_ask(api->rates, 'p', source, &rate, n, pb_engine_mono_us(), &told)) return PB_OK;
    pb_metric_add(api->limited, "points", 1);
    *wait_s = (double)told.wait_us * 1e-6;
    return PB_E_LIMIT;
}

/* ---- may he ---- */

void pb__reply_unknown(pb_reply *reply, bool token_was_bad)
{
    (void)pb_reply_problem(reply, 401, "", "%s",
                           token_was_bad ? "the token or key is not valid (ask for a new one: POST /api/v1/auth/token)"
                                         : "this needs a token or key (Authorization: Bearer TOKEN, or x-api-key)");
    pb_reply_header(reply, "www-authenticate",
                    token_was_bad ? "Bearer realm=\"pitboard\", error=\"invalid_token\"" : "Bearer realm=\"pitboard\"");
}

bool pb__may(pb_request *r, bool good_token)
{
    const pb_route *route = r->row->route;
    if (route->role == PB_ROLE_NONE) return true;
    if (r->caller.role == PB_ROLE_NONE) {
        pb__reply_unknown(&r->reply, !good_token);
        return false;
    }
    if (r->caller.role < route->role)
        return pb_reply_problem(&r->reply, 403, "", "this needs the role %s; yours is %s", pb_role_name(route->role),
                                pb_role_name(r->caller.role)) == PB_OK;
    if ((route->flags & PB_ROUTE_HOME) && !r->caller.home)
        return pb_reply_problem(&r->reply, 403, "", "this is for the team that runs the server") == PB_OK;
    return true;
}
