/* The api: rows made ready, and a request from its path to whoever answers it. */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core.h"

pb_api_options pb_api_options_default(void)
{
    return (pb_api_options){
        .home_team    = "main",
        .limits       = {.anonymous = 100, .signed_in = 1000, .costly = 20, .login = 10, .points_per_s = 10000},
        .unpacked_max = (size_t)64 << 20};
}

/* ---- a request ---- */

static pb_request *begin(pb_api *api, pb_exchange *x)
{
    pb_request *r = calloc(1, sizeof *r);
    if (!r) {
        const pb_answer none = {.status = 503};
        pb_exchange_reply(x, &none);
        return NULL;
    }
    r->api           = api;
    r->x             = x;
    r->method        = pb_exchange_method(x);
    r->began_us      = pb_exchange_began_us(x);
    r->gzip          = pb__takes_gzip(pb_exchange_header(x, "accept-encoding"));
    r->reply.request = r;
    pb__ids_read(r);
    pb_metric_add(api->in_flight, NULL, 1);
    return r;
}

static void run(void *user)
{
    pb_request *r     = user;
    pb_error    error = {0};
    if (pb__query_check(r) && pb__request_take_body(r)) {
        r->ran           = true;
        pb_status status = r->row->route->run(r->row->context, r, &r->reply, &error);
        if (status != PB_OK && !(status == PB_E_CANCELLED && r->reply.is_problem))
            pb__reply_error(&r->reply, status, &error);
    }
    r->done_us = r->run_us ? pb_engine_mono_us() : 0;
    pb__finish(r);
}

static void run_in_pool(void *user)
{
    ((pb_request *)user)->run_us = pb_engine_mono_us();
    run(user);
}

static void hand_over(pb_request *r)
{
    uint32_t     flags = r->row->route->flags;
    pb_pool_lane lane  = flags & PB_ROUTE_WORK ? PB_LANE_WORK : PB_LANE_QUICK;
    if (flags & PB_ROUTE_LOOP) {
        run(r);
        return;
    }
    pb_status status = pb_pool_do(r->api->options.pool, lane, run_in_pool, r);
    if (status == PB_OK) return;
    (void)pb_reply_problem(&r->reply, 503, "", "%s",
                           status == PB_E_LIMIT ? "too much is being worked on at the moment (try again soon)"
                                                : "the server is going down (try again soon)");
    pb_reply_header(&r->reply, "retry-after", status == PB_E_LIMIT ? "1" : "5");
    pb__finish(r);
}

/* True when r->row is to run; else the reply says what is wrong. */
static bool admit(pb_request *r, const pb__match *match, bool found)
{
    const char *foreign =
        pb__foreign(r->api, r->x, r->method != PB_GET && r->method != PB_HEAD && r->method != PB_OPTIONS);
    if (foreign) return pb_reply_problem(&r->reply, 403, "", "%s", foreign) == PB_OK;
    bool good = pb__who(r->api, r->x, &r->caller);
    if (!pb__count(r, r->row ? r->row->route->flags : 0)) return false;
    if (!found) return pb_reply_problem(&r->reply, 404, "", "nothing is at this path (see /docs)") == PB_OK;
    if (r->method == PB_OPTIONS && !r->row) {
        pb__cors_preflight(r, match);
        return false;
    }
    if (!r->row) {
        (void)pb_reply_problem(&r->reply, 405, "", "%s is not for this path (see the header allow)",
                               pb_method_name(r->method));
        pb__reply_allow(&r->reply, match);
        return false;
    }
    return pb__request_read_path(r, match) && pb__may(r, good) && pb__request_read_query(r);
}

void pb_api_request(void *user, pb_exchange *x)
{
    pb_api     *api = user;
    pb__match   match;
    pb_request *r = begin(api, x);
    if (!r) return;
    bool found = pb__router_find(api->router, pb_exchange_path(x), &match);
    if (found && r->method < PB_METHOD_OTHER) r->row = match.rows[r->method];
    if (found && r->method == PB_HEAD && !r->row) r->row = match.rows[PB_GET];
    if (admit(r, &match, found))
        hand_over(r);
    else
        pb__finish(r);
}

bool pb_api_who(pb_api *api, pb_exchange *x, pb_caller *out)
{
    pb_request *r = begin(api, x);
    if (!r) return false;
    const char *foreign = pb__foreign(api, x, true);
    bool        good    = pb__who(api, x, &r->caller);
    if (foreign)
        (void)pb_reply_problem(&r->reply, 403, "", "%s", foreign);
    else if (pb__count(r, 0) && !good)
        pb__reply_unknown(&r->reply, true);
    if (r->reply.is_problem) {
        pb__finish(r);
        return false;
    }
    *out = r->caller;
    pb__forget(r);
    return true;
}

pb_blob *pb_api_document(pb_api *api)
{
    return api->document.plain;
}

/* ---- rows ---- */

static pb_status schema_of(const pb__schemas *s, const pb_route *route, const char *name, pb_json *out, pb_error *error)
{
    if (!name) return PB_OK;
    *out = pb__schemas_find(s, name);
    if (pb_json_present(*out)) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "route %s: there is no schema %s (src/api/schemas/%s.json)", route->id, name,
                        name);
}

static pb_status make_queries(pb_api *api, pb__row *row, pb_error *error)
{
    const pb_route *route = row->route;
    pb_error        why;
    for (; row->n_query < PB_ROUTE_QUERIES && route->query[row->n_query].name; row->n_query++) {
        const pb_route_query *q = &route->query[row->n_query];
        if (pb__schemas_add(api->schemas, q->schema, q->name, &row->query[row->n_query], &why) != PB_OK)
            return pb_error_set(error, PB_E_RANGE, "route %s: query %s", route->id, why.text);
    }
    return PB_OK;
}

static pb_status make_row(pb_api *api, pb__row *row, pb_error *error)
{
    const pb_route *route = row->route;
    if (!route->run || !route->id || !route->tag || !route->summary)
        return pb_error_set(error, PB_E_RANGE, "route %s: needs run, id, tag and summary", route->path);
    if ((route->flags & PB_ROUTE_LIST) && !route->answer)
        return pb_error_set(error, PB_E_RANGE, "route %s: a list needs the schema of its items", route->id);
    for (const pb__row *other = api->rows; other < row; other++)
        if (strcmp(other->route->id, route->id) == 0)
            return pb_error_set(error, PB_E_RANGE, "route %s: the id is there twice", route->id);
    PB_TRY(schema_of(api->schemas, route, route->body, &row->body, error));
    PB_TRY(schema_of(api->schemas, route, route->answer, &row->answer, error));
    PB_TRY(make_queries(api, row, error));
    row->success  = route->status ? route->status : route->answer || route->media ? 200 : 204;
    row->n_params = pb__router_params(route->path, row->param);
    (void)snprintf(row->name, sizeof row->name, "%s %s", pb_method_name(route->method), route->path);
    (void)snprintf(row->ok, sizeof row->ok, "%s,%d", row->name, row->success);
    (void)snprintf(row->same, sizeof row->same, "%s,304", row->name);
    return pb__router_add(api->router, route->method, route->path, row, error);
}

static pb_status make_table(pb_api *api, const pb_route *rows, uint32_t n, void *context, pb_error *error)
{
    for (uint32_t i = 0; i < n; i++) {
        pb__row *row = &api->rows[api->n_rows];
        row->route   = &rows[i];
        row->context = context;
        PB_TRY(make_row(api, row, error));
        api->n_rows++;
    }
    return PB_OK;
}

static pb_status make_rows(pb_api *api, pb_error *error)
{
    const pb_api_options *o = &api->options;
    uint32_t              n = pb__core_rows_n + pb__web_rows_n;
    for (uint32_t i = 0; i < o->n_tables; i++) n += o->tables[i].n;
    api->rows = calloc(n, sizeof *api->rows);
    if (!api->rows) return pb_error_set(error, PB_E_NOMEM, "out of memory for the routes");
    for (uint32_t i = 0; i < o->n_tables; i++)
        PB_TRY(make_table(api, o->tables[i].rows, o->tables[i].n, o->tables[i].context, error));
    PB_TRY(make_table(api, pb__web_rows, pb__web_rows_n, api, error));
    return make_table(api, pb__core_rows, pb__core_rows_n, api, error);
}

/* ---- create, destroy ---- */

static pb_status check_options(const pb_api_options *o, pb_error *error)
{
    for (uint32_t i = 0; i < o->n_cors; i++) {
        if (strcmp(o->cors[i], "*") == 0 && o->access)
            return pb_error_set(error, PB_E_RANGE, "cors *: with access control origins are named one by one");
        if (strcmp(o->cors[i], "*") != 0 && !strstr(o->cors[i], "://"))
            return pb_error_set(error, PB_E_RANGE, "cors %s: an origin looks like https://pit.example", o->cors[i]);
    }
    return PB_OK;
}

static void make_metrics(pb_api *api)
{
    pb_metrics *m  = api->options.metrics;
    api->requests  = pb_metric_counter(m, "pitboard_http_requests_total", "requests answered", "route,status");
    api->seconds   = pb_metric_histogram(m, "pitboard_http_request_seconds",
                                         "time from the head of a request to its answer", "route");
    api->in_flight = pb_metric_gauge(m, "pitboard_http_in_flight", "requests that are being answered", NULL);
    api->limited   = pb_metric_counter(m, "pitboard_rate_limited_total", "requests refused because of a rate", "class");
    pb_metric_set(api->in_flight, NULL, 0);
}

static pb_status make_document(pb_api *api, pb_error *error)
{
    pb_blob *text = NULL;
    PB_TRY(pb__openapi_make(api, &text, error));
    pb_status status = pb__file_make(pb_blob_bytes(text), &api->document, error);
    pb_blob_drop(text);
    return status;
}

static pb_status make(pb_api *api, pb_error *error)
{
    PB_TRY(check_options(&api->options, error));
    if (sodium_init() < 0) return pb_error_set(error, PB_E_IO, "the system gives no random numbers");
    randombytes_buf(api->id_key, sizeof api->id_key);
    api->router = pb__router_create();
    api->rates  = pb__rate_table_create();
    if (!api->router || !api->rates) return pb_error_set(error, PB_E_NOMEM, "out of memory for the api");
    PB_TRY(pb__schemas_create(NULL, &api->schemas, error));
    PB_TRY(make_rows(api, error));
    make_metrics(api);
    PB_TRY(make_document(api, error));
    PB_TRY(pb__web_make(api->options.access != NULL, api->web, error));
    return pb__docs_make(&api->docs, error);
}

pb_status pb_api_create(const pb_api_options *options, pb_api **out, pb_error *error)
{
    pb_api *api = calloc(1, sizeof *api);
    if (!api) return pb_error_set(error, PB_E_NOMEM, "out of memory for the api");
    api->options     = *options;
    pb_status status = make(api, error);
    if (status != PB_OK) {
        pb_api_destroy(api);
        return status;
    }
    *out = api;
    return PB_OK;
}

void pb_api_destroy(pb_api *api)
{
    if (!api) return;
    pb__file_drop(&api->document);
    pb__file_drop(&api->docs.file);
    for (int i = 0; i < PB__WEB_FILES; i++) pb__file_drop(&api->web[i]);
    pb__rate_table_destroy(api->rates);
    pb__router_destroy(api->router);
    pb__schemas_destroy(api->schemas);
    free(api->rows);
    free(api);
}
