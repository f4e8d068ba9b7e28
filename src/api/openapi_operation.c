/* One row as an operation of the document. */
#include <stdio.h>
#include <string.h>

#include "openapi.h"

#define MEMBERS_MAX 128

const pb__openapi_problem pb__openapi_problems[] = {
    {400, "BadRequest", "The request cannot be read: a query key that is not known, a body that is no JSON.",
     "0 is no number of 1 .. 1000", "limit"},
    {401, "Unauthorized", "A token or key is needed, or it is not valid any more.",
     "this needs a token or key (Authorization: Bearer TOKEN, or x-api-key)", NULL},
    {403, "Forbidden", "The role is not enough.", "this needs the role engineer; yours is viewer", NULL},
    {404, "NotFound", "It is not there, or it is another team's.", "no session of this name", NULL},
    {409, "Conflict", "It is not in a state in which this can be done.", "the replay has ended", NULL},
    {413, "TooLarge", "The body is too long.", "the body is longer than the 4194304 bytes taken here (unpacked)", NULL},
    {415, "UnsupportedType", "The body has another type or packing than is taken here.",
     "the body must be JSON, and say so (content-type: application/json)", "content-type"},
    {422, "Unprocessable", "The body is JSON, but not what is asked for.", "12 is outside 100 .. 10000000", "/trials"},
    {429, "TooMany", "The rate is used up.", "more than 100 requests a minute (wait 1 s)", NULL},
    {500, "Failed", "Something went wrong here.", "something went wrong here (the log has more under this id)", NULL},
    {503, "Busy", "Too much is being worked on, or a part is away.",
     "too much is being worked on at the moment (try again soon)", NULL},
    {0}};

static const pb__openapi_problem *problem_of(int status)
{
    const pb__openapi_problem *p = pb__openapi_problems;
    while (p->name && p->status != status) p++;
    return p->name ? p : NULL;
}

void pb__openapi_ref(pb_json_writer *w, const char *key, const char *kind, const char *name)
{
    char text[160];
    (void)snprintf(text, sizeof text, "#/components/%s/%s", kind, name);
    pb_json_object(w, key);
    pb_json_put_text(w, "$ref", text);
    pb_json_object_end(w);
}

void pb__openapi_rates(pb_json_writer *w)
{
    pb__openapi_ref(w, "RateLimit-Limit", "headers", "RateLimit-Limit");
    pb__openapi_ref(w, "RateLimit-Remaining", "headers", "RateLimit-Remaining");
    pb__openapi_ref(w, "RateLimit-Reset", "headers", "RateLimit-Reset");
}

/* ---- parameters ---- */

static void begin_parameter(pb_json_writer *w, pb_span name, const char *in, const char *help)
{
    char text[64];
    (void)pb_span_copy(name, text, sizeof text);
    pb_json_object(w, NULL);
    pb_json_put_text(w, "name", text);
    pb_json_put_text(w, "in", in);
    if (strcmp(in, "path") == 0) pb_json_put_bool(w, "required", true);
    if (help) pb_json_put_text(w, "description", help);
}

/* Of "id: a race, 2023-07; car: a number" what is said of one; the whole when names are not told apart. */
static void help_of(const char *all, pb_span name, char *out, size_t cap)
{
    for (const char *at = all; at && *at;) {
        const char *end  = strpbrk(at, ";\n");
        pb_span     part = pb_span_trim((pb_span){at, end ? (size_t)(end - at) : strlen(at)});
        if (part.len > name.len && memcmp(part.at, name.at, name.len) == 0 && part.at[name.len] == ':') {
            (void)pb_span_copy(pb_span_trim((pb_span){part.at + name.len + 1, part.len - name.len - 1}), out, cap);
            return;
        }
        at = end ? end + 1 : NULL;
    }
    (void)pb_span_copy(pb_span_of(all), out, cap);
}

/* The i-th of "live, 44"; false: there are not so many. */
static bool example_of(const char *all, uint32_t i, char *out, size_t cap)
{
    for (const char *at = all; at; i--) {
        const char *end = strpbrk(at, ",; ");
        if (i == 0) return pb_span_copy((pb_span){at, end ? (size_t)(end - at) : strlen(at)}, out, cap);
        at = end ? end + strspn(end, ",; ") : NULL;
    }
    return false;
}

static void put_path_parameters(const pb__row *row, pb_json_writer *w)
{
    char text[256];
    for (uint32_t i = 0; i < row->n_params; i++) {
        help_of(row->route->param_help, row->param[i], text, sizeof text);
        begin_parameter(w, row->param[i], "path", text[0] ? text : NULL);
        pb_json_object(w, "schema");
        pb_json_put_text(w, "type", "string");
        pb_json_object_end(w);
        if (example_of(row->route->param_example, i, text, sizeof text)) pb_json_put_text(w, "example", text);
        pb_json_object_end(w);
    }
}

/* "-lap,driver" to sort by, "driver,lap" to have: of the first plain members of the items. */
static void put_names_example(const pb_api *api, const pb__row *row, bool sort, pb_json_writer *w)
{
    const char *names[MEMBERS_MAX], *found[2] = {NULL, NULL};
    pb_json     properties = pb_json_member(pb__schema_follow(api->schemas, row->answer), "properties");
    size_t      n = pb_json_keys(properties, names, MEMBERS_MAX), k = 0;
    char        text[160];
    for (size_t i = 0; i < n && i < MEMBERS_MAX && k < 2; i++)
        if (pb__list_is_plain(api->schemas, pb_json_member(properties, names[i]))) found[k++] = names[i];
    if (k < 2) return;
    (void)snprintf(text, sizeof text, sort ? "-%s,%s" : "%s,%s", found[sort ? 1 : 0], found[sort ? 0 : 1]);
    pb_json_put_text(w, "example", text);
}

static void put_list_parameters(const pb_api *api, const pb__row *row, pb_json_writer *w)
{
    static const char *const help[] = {"How many items at most, 1 .. 1000.",
                                       "Of the page after: \"next\" of the one before.",
                                       "Members to sort by, - for downwards: -lap,driver. Nothing comes last.",
                                       "Members to have, all others are left out: lap,driver."};
    const char              *names[MEMBERS_MAX];
    for (size_t i = 0; i < 4; i++) {
        begin_parameter(w, pb_span_of(pb__list_words[i]), "query", help[i]);
        pb_json_object(w, "schema");
        pb_json_put_text(w, "type", i == 0 ? "integer" : "string");
        if (i == 0) pb_json_put_i64(w, "minimum", 1);
        if (i == 0) pb_json_put_i64(w, "maximum", 1000);
        if (i == 0) pb_json_put_i64(w, "default", 100);
        pb_json_object_end(w);
        if (i >= 2) put_names_example(api, row, i == 2, w);
        pb_json_object_end(w);
    }
    pb_json properties = pb_json_member(pb__schema_follow(api->schemas, row->answer), "properties");
    size_t  n          = pb_json_keys(properties, names, MEMBERS_MAX);
    for (size_t i = 0; i < n && i < MEMBERS_MAX; i++) {
        pb_json schema = pb_json_member(properties, names[i]);
        if (!pb__list_is_plain(api->schemas, schema) || pb__query_of_row(row, names[i]) < row->n_query) continue;
        begin_parameter(w, pb_span_of(names[i]), "query", "Only items that have this value.");
        pb_json_put_value(w, "schema", schema);
        pb_json_object_end(w);
    }
}

static void put_parameters(const pb_api *api, const pb__row *row, pb_json_writer *w)
{
    bool list = (row->route->flags & PB_ROUTE_LIST) != 0;
    if (row->n_params == 0 && row->n_query == 0 && !list) return;
    pb_json_array(w, "parameters");
    put_path_parameters(row, w);
    for (uint32_t i = 0; i < row->n_query; i++) {
        begin_parameter(w, pb_span_of(row->route->query[i].name), "query", row->route->query[i].help);
        pb_json_put_value(w, "schema", row->query[i]);
        pb_json_object_end(w);
    }
    if (list) put_list_parameters(api, row, w);
    pb_json_array_end(w);
}

/* ---- request body ---- */

static void put_raw(pb_json_writer *w, const char *media)
{
    pb_json_object(w, media);
    pb_json_object(w, "schema");
    pb_json_object_end(w);
    pb_json_object_end(w);
}

static void put_examples(pb_json_writer *w, pb_json schema)
{
    pb_json examples = pb_json_member(schema, "examples");
    if (pb_json_length(examples) > 0) pb_json_put_value(w, "example", pb_json_at(examples, 0));
}

static void put_body(const pb__row *row, pb_json_writer *w)
{
    const pb_route *route = row->route;
    bool            raw   = (route->flags & PB_ROUTE_RAW) != 0;
    if (!route->body && !raw) return;
    pb_json_object(w, "requestBody");
    pb_json_put_bool(w, "required", raw || pb_json_length(pb_json_member(row->body, "required")) > 0);
    pb_json_object(w, "content");
    if (route->body) {
        pb_json_object(w, "application/json");
        pb__openapi_ref(w, "schema", "schemas", route->body);
        put_examples(w, row->body);
        pb_json_object_end(w);
    } else {
        put_raw(w, "application/json");
    }
    if (raw) {
        put_raw(w, "application/x-ndjson");
        put_raw(w, "text/csv");
        put_raw(w, "application/msgpack");
    }
    pb_json_object_end(w);
    pb_json_object_end(w);
}

/* ---- answers ---- */

/* One item, so that the envelope is seen with something in it. */
static void put_list_example(pb_json item, pb_json_writer *w)
{
    pb_json examples = pb_json_member(item, "examples");
    if (pb_json_length(examples) == 0) return;
    pb_json_object(w, "example");
    pb_json_array(w, "items");
    pb_json_put_value(w, NULL, pb_json_at(examples, 0));
    pb_json_array_end(w);
    pb_json_put_text(w, "next", "0000000154b0c4ce");
    pb_json_put_i64(w, "total", 2);
    pb_json_object_end(w);
}

static void put_list_schema(const pb__row *row, pb_json_writer *w)
{
    static const char *const required[] = {"items", "next", "total"};
    pb_json_object(w, "schema");
    pb_json_put_text(w, "type", "object");
    pb_json_array(w, "required");
    for (size_t i = 0; i < 3; i++) pb_json_put_text(w, NULL, required[i]);
    pb_json_array_end(w);
    pb_json_put_bool(w, "additionalProperties", false);
    pb_json_object(w, "properties");
    pb_json_object(w, "items");
    pb_json_put_text(w, "type", "array");
    pb__openapi_ref(w, "items", "schemas", row->route->answer);
    pb_json_object_end(w);
    pb_json_object(w, "next");
    pb_json_array(w, "type");
    pb_json_put_text(w, NULL, "string");
    pb_json_put_text(w, NULL, "null");
    pb_json_array_end(w);
    pb_json_put_text(w, "description", "The cursor of the page after; null: there is none.");
    pb_json_object_end(w);
    pb_json_object(w, "total");
    pb_json_put_text(w, "type", "integer");
    pb_json_put_text(w, "description", "Items of all pages.");
    pb_json_object_end(w);
    pb_json_object_end(w);
    pb_json_object_end(w);
}

static void put_media(const pb_api *api, const pb__row *row, const char *schema, pb_json_writer *w)
{
    const char *media = row->route->media;
    pb_json_object(w, media ? media : "application/json");
    if (!schema) {
        pb_json_object(w, "schema");
        if (!media || strncmp(media, "text/", 5) == 0) pb_json_put_text(w, "type", media ? "string" : "object");
        pb_json_object_end(w);
    } else if (row->route->flags & PB_ROUTE_LIST) {
        put_list_schema(row, w);
        put_list_example(pb__schemas_find(api->schemas, schema), w);
    } else {
        pb__openapi_ref(w, "schema", "schemas", schema);
        put_examples(w, pb__schemas_find(api->schemas, schema));
    }
    pb_json_object_end(w);
}

/* What a POST to /users makes is at /users/{name}, if anything is. */
static bool has_place(const pb_api *api, const pb__row *row)
{
    size_t len = strlen(row->route->path);
    for (uint32_t i = 0; i < api->n_rows; i++)
        if (strncmp(api->rows[i].route->path, row->route->path, len) == 0 &&
            strncmp(api->rows[i].route->path + len, "/{", 2) == 0)
            return true;
    return false;
}

static void put_success(const pb_api *api, const pb__row *row, int status, const char *schema, pb_json_writer *w)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%d", status);
    pb_json_object(w, text);
    pb_json_put_text(w, "description",
                     status == 202   ? "Taken: a job does it."
                     : status == 204 ? "Done."
                     : status == 302 ? "It is elsewhere: Location says where."
                                     : "What was asked for.");
    pb_json_object(w, "headers");
    pb__openapi_ref(w, "X-Request-Id", "headers", "X-Request-Id");
    if (row->route->method == PB_GET && status == 200 && !(row->route->flags & PB_ROUTE_FRESH))
        pb__openapi_ref(w, "ETag", "headers", "ETag");
    if (status == 202 || (status == 201 && has_place(api, row))) pb__openapi_ref(w, "Location", "headers", "Location");
    if (status == 202) pb__openapi_ref(w, "Retry-After", "headers", "Retry-After");
    if (!(row->route->flags & PB_ROUTE_UNCOUNTED)) pb__openapi_rates(w);
    pb_json_object_end(w);
    if (status != 204 && (schema || row->route->media)) {
        pb_json_object(w, "content");
        put_media(api, row, schema, w);
        pb_json_object_end(w);
    }
    pb_json_object_end(w);
}

/* Answers of a status that the row names beside the usual ones. */
static void put_other(const pb_api *api, const pb__row *row, int status, pb_json_writer *w)
{
    const pb__openapi_problem *p = problem_of(status);
    char                       text[16];
    if (status < 300) {
        bool job = status == 202 && pb_api_schema("JobTaken");
        put_success(api, row, status, job ? "JobTaken" : row->route->answer, w);
        return;
    }
    (void)snprintf(text, sizeof text, "%d", status);
    if (p && status != 503) {
        pb__openapi_ref(w, text, "responses", p->name);
        return;
    }
    pb_json_object(w, text);
    pb_json_put_text(w, "description", status == 503 ? p->description : pb_status_words(status));
    pb_json_object(w, "content");
    if (status == 503)
        put_media(api, row, row->route->answer, w); /* named by the row: with a body of its own (/readyz) */
    pb_json_object(w, "application/problem+json");
    pb__openapi_ref(w, "schema", "schemas", "Problem");
    pb_json_object_end(w);
    pb_json_object_end(w);
    pb_json_object_end(w);
}

/* Whether the core itself, or what run may return, can lead to this status. */
static bool can_be(const pb__row *row, int status)
{
    const pb_route *route  = row->route;
    bool            body   = route->body || (route->flags & PB_ROUTE_RAW);
    bool            person = route->role > PB_ROLE_NONE;
    switch (status) {
    case 401:
        return person;
    case 403:
        return person; /* a role, or with --auth off a page of another origin */
    case 404:
        return row->n_params > 0;
    case 413:
    case 415:
    case 422:
        return body;
    case 429:
        return !(route->flags & PB_ROUTE_UNCOUNTED);
    case 503:
        return !(route->flags & PB_ROUTE_LOOP);
    default:
        return status == 400 || status == 500;
    }
}

static bool is_named(const pb_route *route, int status)
{
    for (size_t i = 0; i < sizeof route->other / sizeof *route->other; i++)
        if (route->other[i] == status) return true;
    return false;
}

static void put_responses(const pb_api *api, const pb__row *row, pb_json_writer *w)
{
    const pb_route *route = row->route;
    pb_json_object(w, "responses");
    put_success(api, row, row->success, route->answer, w);
    if (route->method == PB_GET && !(route->flags & PB_ROUTE_FRESH) && !is_named(route, 304)) {
        pb_json_object(w, "304");
        pb_json_put_text(w, "description", "The version that If-None-Match names still holds.");
        pb_json_object_end(w);
    }
    for (size_t i = 0; i < sizeof route->other / sizeof *route->other; i++)
        if (route->other[i] != 0) put_other(api, row, route->other[i], w);
    for (const pb__openapi_problem *p = pb__openapi_problems; p->name; p++) {
        char text[16];
        if (!can_be(row, p->status) || is_named(route, p->status)) continue;
        (void)snprintf(text, sizeof text, "%d", p->status);
        pb__openapi_ref(w, text, "responses", p->name);
    }
    pb_json_object_end(w);
}

/* ---- the operation ---- */

static void put_scheme(pb_json_writer *w, const char *name)
{
    pb_json_object(w, NULL);
    pb_json_array(w, name);
    pb_json_array_end(w);
    pb_json_object_end(w);
}

static void put_security(const pb__row *row, pb_json_writer *w)
{
    pb_json_array(w, "security");
    if (row->route->role > PB_ROLE_NONE) {
        put_scheme(w, "bearer");
        put_scheme(w, "apiKey");
    }
    pb_json_array_end(w);
    pb_json_put_text(w, "x-role", pb_role_name(row->route->role));
    pb_json_put_bool(w, "x-costly", (row->route->flags & PB_ROUTE_COSTLY) != 0);
    if (row->route->flags & PB_ROUTE_HOME) pb_json_put_bool(w, "x-home", true);
}

void pb__openapi_operation(const pb_api *api, const pb__row *row, pb_json_writer *w)
{
    const pb_route *route      = row->route;
    char            method[12] = "";
    for (size_t i = 0; pb_method_name(route->method)[i] && i + 1 < sizeof method; i++)
        method[i] = (char)(pb_method_name(route->method)[i] | 32);
    pb_json_object(w, method);
    pb_json_put_text(w, "operationId", route->id);
    pb_json_array(w, "tags");
    pb_json_put_text(w, NULL, route->tag);
    pb_json_array_end(w);
    pb_json_put_text(w, "summary", route->summary);
    if (route->details) pb_json_put_text(w, "description", route->details);
    put_security(row, w);
    put_parameters(api, row, w);
    put_body(row, w);
    put_responses(api, row, w);
    pb_json_object_end(w);
}
