/* The document: OpenAPI 3.1, from the rows and the schemas, made once. Parts that every route shares are
 * components; what a route is and says is in its operation (openapi_operation.c). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "openapi.h"

static void put_info(const pb_api *api, pb_json_writer *w)
{
    pb_json_object(w, "info");
    pb_json_put_text(w, "title", "Pitboard");
    pb_json_put_text(w, "version", PB_VERSION);
    pb_json_put_text(
        w, "description",
        "Race strategy: laps and races, sessions that are followed live, calls, predictions and simulations. "
        "The unit of a quantity is the end of its name: _s seconds, _ms milliseconds, _m, _kg, _kmh; tyre_age and what "
        "is called after laps counts laps. Moments (created, started, ended, at ...) are UTC, RFC 3339 with Z and "
        "milliseconds: 2026-12-01T10:00:00.123Z; *_ms of a race are on the clock of its session. What is not known is "
        "null and its member is there. Lists answer {items, next, total}: ask again with cursor=NEXT until next is "
        "null; limit, sort (-lap,driver), fields (lap,time_ms) and MEMBER=VALUE (driver=VER) choose, and go with every "
        "page. GET answers carry an ETag: send it as If-None-Match and 304 says that nothing has changed; HEAD answers "
        "as GET without the body. A POST that makes something answers 201 with Location, one that is too long for an "
        "answer 202 with Location and Retry-After. The same body of a prediction, simulation or recommendation gives "
        "the same bytes, so asking again is safe. Errors are problem details (RFC 9457): detail says what is wrong and "
        "what to do, pointer where (a JSON pointer into the body, or the name of a query key or header), id leads to "
        "the request in the log. The WebSocket is at /ws/v1.");
    pb_json_object(w, "license");
    pb_json_put_text(w, "name", "Apache-2.0");
    pb_json_put_text(w, "identifier", "Apache-2.0");
    pb_json_object_end(w);
    pb_json_object_end(w);
    pb_json_array(w, "servers");
    pb_json_object(w, NULL);
    pb_json_put_text(w, "url", "/");
    pb_json_object_end(w);
    pb_json_array_end(w);
    (void)api;
}

static bool tag_was_before(const pb_api *api, uint32_t row)
{
    for (uint32_t i = 0; i < row; i++)
        if (strcmp(api->rows[i].route->tag, api->rows[row].route->tag) == 0) return true;
    return false;
}

static const char *const tag_help[][2] = {
    {"access", "Signing in, tokens, API keys and users."},
    {"admin", "The server itself: its options, the audit log, backups."},
    {"backtests", "How good the program was on races it had not seen."},
    {"calls", "Our own calls over all sessions, and what became of them."},
    {"circuits", "What is known of a circuit, and what is expected of a race there."},
    {"drivers", "Drivers and the races they drove."},
    {"health", "For probes and scrapers."},
    {"jobs", "Work that takes longer than an answer should."},
    {"models", "Versions of the models: their figures, which is used, training."},
    {"predictions", "One quantity with its interval, of a recorded race or of one told in a few facts."},
    {"races", "Recorded races: laps, stints, results, events."},
    {"recommendations", "What to do with a car now, and why."},
    {"server", "This document, and a page to try it on."},
    {"sessions", "Races that are followed as they happen, or played again."},
    {"simulations", "A race played many times."},
    {"strategies", "Plans of a car: the best, against each other, as a tree, and what if."},
    {"telemetry", "Points into a session."},
};

static const char *help_of_tag(const char *name)
{
    for (size_t i = 0; i < sizeof tag_help / sizeof *tag_help; i++)
        if (strcmp(tag_help[i][0], name) == 0) return tag_help[i][1];
    return NULL;
}

static void put_tags(const pb_api *api, pb_json_writer *w)
{
    pb_json_array(w, "tags");
    for (uint32_t i = 0; i < api->n_rows; i++) {
        if (tag_was_before(api, i)) continue;
        pb_json_object(w, NULL);
        pb_json_put_text(w, "name", api->rows[i].route->tag);
        const char *help = help_of_tag(api->rows[i].route->tag);
        if (help) pb_json_put_text(w, "description", help);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

/* ---- paths ---- */

/* "{rest...}" is "{rest}" in the document: OpenAPI has no word for it. */
static void path_of(const char *path, char *out, size_t cap)
{
    const char *dots = strstr(path, "...}");
    (void)snprintf(out, cap, "%.*s%s", dots ? (int)(dots - path) : (int)strlen(path), path, dots ? "}" : "");
}

static bool path_was_before(const pb_api *api, uint32_t row)
{
    for (uint32_t i = 0; i < row; i++)
        if (strcmp(api->rows[i].route->path, api->rows[row].route->path) == 0) return true;
    return false;
}

static void put_paths(const pb_api *api, pb_json_writer *w)
{
    char path[160];
    pb_json_object(w, "paths");
    for (uint32_t i = 0; i < api->n_rows; i++) {
        if (path_was_before(api, i)) continue;
        path_of(api->rows[i].route->path, path, sizeof path);
        pb_json_object(w, path);
        for (uint32_t k = i; k < api->n_rows; k++)
            if (strcmp(api->rows[k].route->path, api->rows[i].route->path) == 0)
                pb__openapi_operation(api, &api->rows[k], w);
        pb_json_object_end(w);
    }
    pb_json_object_end(w);
}

/* ---- components ---- */

static void put_schemas(const pb_api *api, pb_json_writer *w)
{
    const char *name;
    pb_json_object(w, "schemas");
    for (size_t i = 0; (name = pb__schemas_name(api->schemas, i)); i++)
        pb_json_put_value(w, name, pb__schemas_find(api->schemas, name));
    pb_json_object_end(w);
}

static void put_header(pb_json_writer *w, const char *name, const char *type, const char *description)
{
    pb_json_object(w, name);
    pb_json_put_text(w, "description", description);
    pb_json_object(w, "schema");
    pb_json_put_text(w, "type", type);
    pb_json_object_end(w);
    pb_json_object_end(w);
}

static void put_headers(pb_json_writer *w)
{
    pb_json_object(w, "headers");
    put_header(w, "RateLimit-Limit", "integer", "Requests that are allowed in a minute, of the rate that ends first.");
    put_header(w, "RateLimit-Remaining", "integer", "How many of them are left.");
    put_header(w, "RateLimit-Reset", "integer", "Seconds until all of them are there again.");
    put_header(w, "Retry-After", "integer", "Seconds to wait.");
    put_header(w, "ETag", "string", "Name of this version; send it as If-None-Match to be told 304 while it holds.");
    put_header(w, "Location", "string", "Path of what was made, or of the job that makes it.");
    put_header(w, "X-Request-Id", "string", "Names this request in the log: the trace id that was sent, or a new one.");
    put_header(w, "WWW-Authenticate", "string", "Bearer.");
    pb_json_object_end(w);
}

static void put_problem(pb_json_writer *w, const pb__openapi_problem *p)
{
    pb_json_object(w, p->name);
    pb_json_put_text(w, "description", p->description);
    pb_json_object(w, "headers");
    pb__openapi_ref(w, "X-Request-Id", "headers", "X-Request-Id");
    if (p->status == 429 || p->status == 503) pb__openapi_ref(w, "Retry-After", "headers", "Retry-After");
    if (p->status == 401) pb__openapi_ref(w, "WWW-Authenticate", "headers", "WWW-Authenticate");
    if (p->status == 429) pb__openapi_rates(w);
    pb_json_object_end(w);
    pb_json_object(w, "content");
    pb_json_object(w, "application/problem+json");
    pb__openapi_ref(w, "schema", "schemas", "Problem");
    pb_json_object(w, "example");
    pb_json_put_text(w, "type", "about:blank");
    pb_json_put_text(w, "title", pb_status_words(p->status));
    pb_json_put_i64(w, "status", p->status);
    pb_json_put_text(w, "detail", p->example);
    if (p->pointer) pb_json_put_text(w, "pointer", p->pointer);
    pb_json_put_text(w, "id", "4bf92f3577b34da6a3ce929d0e0e4736");
    pb_json_object_end(w);
    pb_json_object_end(w);
    pb_json_object_end(w);
    pb_json_object_end(w);
}

static void put_security_schemes(pb_json_writer *w)
{
    pb_json_object(w, "securitySchemes");
    pb_json_object(w, "bearer");
    pb_json_put_text(w, "type", "http");
    pb_json_put_text(w, "scheme", "bearer");
    pb_json_put_text(w, "bearerFormat", "JWT");
    pb_json_put_text(w, "description", "A token of POST /api/v1/auth/token; it holds for 60 minutes.");
    pb_json_object_end(w);
    pb_json_object(w, "apiKey");
    pb_json_put_text(w, "type", "apiKey");
    pb_json_put_text(w, "in", "header");
    pb_json_put_text(w, "name", "x-api-key");
    pb_json_put_text(w, "description", "A key of POST /api/v1/auth/keys.");
    pb_json_object_end(w);
    pb_json_object_end(w);
}

static void put_components(const pb_api *api, pb_json_writer *w)
{
    pb_json_object(w, "components");
    put_schemas(api, w);
    put_headers(w);
    pb_json_object(w, "responses");
    for (const pb__openapi_problem *p = pb__openapi_problems; p->name; p++) put_problem(w, p);
    pb_json_object_end(w);
    put_security_schemes(w);
    pb_json_object_end(w);
}

pb_status pb__openapi_make(pb_api *api, pb_blob **out, pb_error *error)
{
    char          *at  = NULL;
    size_t         len = 0;
    pb_json_writer w;
    FILE          *to = open_memstream(&at, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory for the document");
    pb_json_begin(&w, to, 0);
    pb_json_object(&w, NULL);
    pb_json_put_text(&w, "openapi", "3.1.0");
    put_info(api, &w);
    put_tags(api, &w);
    put_paths(api, &w);
    put_components(api, &w);
    pb_json_object_end(&w);
    pb_json_end(&w);
    if (fclose(to) != 0) {
        free(at);
        return pb_error_set(error, PB_E_NOMEM, "out of memory for the document");
    }
    *out = pb_blob_take(at, len);
    return *out ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for the document");
}
