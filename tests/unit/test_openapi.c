/* The document: valid in shape, every row in it and nothing that leads nowhere. */
#include "pb_test.h"

#include "api/core.h"
#include "pitboard/api_access.h"

static pb_status nothing(void *c, pb_request *r, pb_reply *reply, pb_error *e)
{
    (void)c, (void)r, (void)reply, (void)e;
    return PB_OK;
}

static const pb_route rows[] = {
    {.method        = PB_GET,
     .path          = "/t/{id}/cars/{car}",
     .id            = "getCar",
     .tag           = "t",
     .summary       = "one car",
     .details       = "More.\n\nAnd more.",
     .role          = PB_ROLE_VIEWER,
     .run           = nothing,
     .answer        = "Key",
     .param_help    = "id: a session; car: its number",
     .param_example = "live,44",
     .query         = {{"laps", "{\"type\":\"integer\",\"minimum\":1}", "how many"}}},
    {.method  = PB_GET,
     .path    = "/t",
     .id      = "getAll",
     .tag     = "t",
     .summary = "all",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_LIST,
     .run     = nothing,
     .answer  = "Key"},
    {.method  = PB_POST,
     .path    = "/t",
     .id      = "postOne",
     .tag     = "t",
     .summary = "make one",
     .role    = PB_ROLE_ADMIN,
     .flags   = PB_ROUTE_HOME,
     .run     = nothing,
     .body    = "KeyRequest",
     .answer  = "Key",
     .status  = 201,
     .other   = {202, 409, 410}},
    {.method  = PB_DELETE,
     .path    = "/t/{id}",
     .id      = "deleteOne",
     .tag     = "u",
     .summary = "away",
     .role    = PB_ROLE_ENGINEER,
     .run     = nothing},
    {.method  = PB_POST,
     .path    = "/t/raw",
     .id      = "postRaw",
     .tag     = "u",
     .summary = "bytes",
     .flags   = PB_ROUTE_RAW,
     .run     = nothing,
     .answer  = "Key"},
    {.method  = PB_GET,
     .path    = "/files/{name...}",
     .id      = "getFile",
     .tag     = "u",
     .summary = "text",
     .flags   = PB_ROUTE_UNCOUNTED | PB_ROUTE_LOOP,
     .run     = nothing,
     .media   = "text/plain"},
    {.method  = PB_GET,
     .path    = "/ready",
     .id      = "getReady",
     .tag     = "u",
     .summary = "ready",
     .flags   = PB_ROUTE_LOOP,
     .run     = nothing,
     .answer  = "Key",
     .other   = {503}},
};
static const pb_route_table table = {rows, sizeof rows / sizeof *rows, NULL};

static pb_api *made(pb_json_doc **out)
{
    pb_api_options o   = pb_api_options_default();
    pb_api        *api = NULL;
    pb_error       e   = {0};
    o.tables           = &table;
    o.n_tables         = 1;
    if (pb_api_create(&o, &api, &e) != PB_OK) fail_msg("%s", e.text);
    PB_CHECK_EQ(pb_json_parse(pb_blob_bytes(pb_api_document(api)), "openapi", out, &e), PB_OK);
    return api;
}

static pb_json at(pb_json from, const char *const *keys)
{
    for (; *keys; keys++) from = pb_json_get(from, *keys);
    return from;
}
#define AT(from, ...) at(from, (const char *const[]){__VA_ARGS__, NULL})

static const char *text_at(pb_json value)
{
    return pb_json_chars(value).at;
}

/* "#/components/schemas/Key" */
static bool resolves(pb_json root, const char *ref)
{
    char  copy[256];
    char *save = NULL;
    if (strncmp(ref, "#/", 2) != 0) return false;
    (void)snprintf(copy, sizeof copy, "%s", ref + 2);
    for (char *key = strtok_r(copy, "/", &save); key; key = strtok_r(NULL, "/", &save)) root = pb_json_get(root, key);
    return pb_json_present(root);
}

static size_t refs(pb_json root, pb_json value)
{
    const char *keys[512];
    size_t      n = pb_json_keys(value, keys, 512), found = 0;
    PB_CHECK(n <= 512);
    for (size_t i = 0; i < n; i++) {
        pb_json member = pb_json_get(value, keys[i]);
        if (strcmp(keys[i], "$ref") == 0 && pb_json_kind_of(member) == PB_JSON_TEXT) {
            if (!resolves(root, text_at(member))) fail_msg("%s: %s leads nowhere", member.pointer, text_at(member));
            found++;
        }
        found += refs(root, member);
    }
    for (size_t i = 0; i < pb_json_length(value); i++) found += refs(root, pb_json_at(value, i));
    return found;
}

PB_TEST(every_reference_leads_somewhere)
{
    pb_json_doc *doc;
    pb_api      *api = made(&doc);
    PB_CHECK(refs(pb_json_root(doc), pb_json_root(doc)) > 50);
    pb_json_free(doc);
    pb_api_destroy(api);
}

PB_TEST(the_document_says_what_it_is)
{
    pb_json_doc *doc;
    pb_api      *api  = made(&doc);
    pb_json      root = pb_json_root(doc);
    PB_CHECK_TEXT(text_at(AT(root, "openapi")), "3.1.0");
    PB_CHECK_TEXT(text_at(AT(root, "info", "version")), PB_VERSION);
    PB_CHECK_TEXT(text_at(AT(root, "info", "title")), "Pitboard");
    PB_CHECK_EQ(pb_json_length(AT(root, "tags")), 3);
    PB_CHECK_TEXT(text_at(AT(root, "components", "securitySchemes", "apiKey", "name")), "x-api-key");
    PB_CHECK_TEXT(text_at(AT(root, "components", "securitySchemes", "bearer", "scheme")), "bearer");
    pb_json_free(doc);
    pb_api_destroy(api);
}

static void check_answer(pb_json root, pb_json answer)
{
    const char *ref = text_at(AT(answer, "$ref"));
    if (ref[0]) answer = AT(root, "components", "responses", strrchr(ref, '/') + 1);
    PB_CHECK(text_at(AT(answer, "description"))[0]);
}

static void check_operation(pb_json root, pb_json op)
{
    const char *statuses[64];
    size_t      n    = pb_json_keys(AT(op, "responses"), statuses, 64);
    bool        good = false;
    PB_CHECK(text_at(AT(op, "operationId"))[0] && text_at(AT(op, "summary"))[0]);
    PB_CHECK_EQ(pb_json_length(AT(op, "tags")), 1);
    PB_CHECK(pb_json_kind_of(AT(op, "security")) == PB_JSON_ARRAY);
    for (size_t i = 0; i < n; i++) {
        good = good || statuses[i][0] == '2' || strncmp(statuses[i], "30", 2) == 0; /* or it leads elsewhere */
        PB_CHECK_EQ(strlen(statuses[i]), 3);
        check_answer(root, AT(op, "responses", statuses[i]));
    }
    PB_CHECK(good);
    PB_CHECK(pb_json_present(AT(op, "responses", "400")) && pb_json_present(AT(op, "responses", "500")));
    bool person = strcmp(text_at(AT(op, "x-role")), "none") != 0;
    PB_CHECK_EQ(pb_json_length(AT(op, "security")), person ? 2 : 0);
    PB_CHECK_EQ(pb_json_present(AT(op, "responses", "401")), person);
}

PB_TEST(every_row_is_an_operation_with_answers_and_there_is_no_other)
{
    static const char *const methods[] = {"get", "head", "post", "put", "patch", "delete", "options"};
    pb_json_doc             *doc;
    pb_api                  *api  = made(&doc);
    pb_json                  root = pb_json_root(doc), paths = AT(root, "paths");
    const char              *names[64];
    size_t                   n = pb_json_keys(paths, names, 64), operations = 0;
    for (size_t i = 0; i < api->n_rows; i++) {
        const pb_route *r    = api->rows[i].route;
        bool            rest = strstr(r->path, "...}") != NULL;
        pb_json         op   = AT(paths, rest ? "/files/{name}" : r->path, methods[r->method]);
        PB_CHECK_TEXT(text_at(AT(op, "operationId")), r->id);
        check_operation(root, op);
    }
    for (size_t i = 0; i < n; i++) operations += pb_json_keys(AT(paths, names[i]), NULL, 0);
    PB_CHECK_EQ(operations, api->n_rows);
    pb_json_free(doc);
    pb_api_destroy(api);
}

PB_TEST(parameters_bodies_and_answers_are_those_of_the_row)
{
    pb_json_doc *doc;
    pb_api      *api   = made(&doc);
    pb_json      paths = AT(pb_json_root(doc), "paths"), car = AT(paths, "/t/{id}/cars/{car}", "get");
    pb_json      id = pb_json_at(AT(car, "parameters"), 0), number = pb_json_at(AT(car, "parameters"), 1);
    PB_CHECK_TEXT(text_at(AT(id, "name")), "id");
    PB_CHECK_TEXT(text_at(AT(id, "description")), "a session");
    PB_CHECK_TEXT(text_at(AT(id, "example")), "live");
    PB_CHECK_TEXT(text_at(AT(number, "description")), "its number");
    PB_CHECK_TEXT(text_at(AT(number, "example")), "44");
    PB_CHECK_TEXT(text_at(AT(pb_json_at(AT(car, "parameters"), 2), "name")), "laps");
    PB_CHECK_TEXT(text_at(AT(car, "responses", "200", "content", "application/json", "schema", "$ref")),
                  "#/components/schemas/Key");
    PB_CHECK(pb_json_present(AT(car, "responses", "304")) && pb_json_present(AT(car, "responses", "404")));

    pb_json post = AT(paths, "/t", "post");
    PB_CHECK_TEXT(text_at(AT(post, "requestBody", "content", "application/json", "schema", "$ref")),
                  "#/components/schemas/KeyRequest");
    PB_CHECK(pb_json_present(AT(post, "requestBody", "content", "application/json", "example")));
    static const char *const statuses[] = {"201", "202", "400", "401", "403", "409", "410",
                                           "413", "415", "422", "429", "500", "503"};
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        PB_CHECK(pb_json_present(AT(post, "responses", statuses[i])));
    PB_CHECK_EQ(pb_json_keys(AT(post, "responses"), NULL, 0), sizeof statuses / sizeof *statuses);

    pb_json list = AT(paths, "/t", "get", "responses", "200", "content", "application/json", "schema", "properties");
    PB_CHECK_TEXT(text_at(AT(list, "items", "items", "$ref")), "#/components/schemas/Key");
    PB_CHECK(!pb_json_present(AT(paths, "/t/{id}", "delete", "responses", "204", "content")));
    PB_CHECK(!pb_json_present(AT(paths, "/files/{name}", "get", "responses", "429")));
    pb_json away = AT(paths, "/ready", "get", "responses", "503", "content");
    PB_CHECK_TEXT(text_at(AT(away, "application/json", "schema", "$ref")), "#/components/schemas/Key");
    PB_CHECK_TEXT(text_at(AT(away, "application/problem+json", "schema", "$ref")), "#/components/schemas/Problem");
    PB_CHECK(pb_json_present(AT(paths, "/t/raw", "post", "requestBody", "content", "text/csv")));
    pb_json_free(doc);
    pb_api_destroy(api);
}

PB_TEST_MAIN(PB_RUN(every_reference_leads_somewhere), PB_RUN(the_document_says_what_it_is),
             PB_RUN(every_row_is_an_operation_with_answers_and_there_is_no_other),
             PB_RUN(parameters_bodies_and_answers_are_those_of_the_row))
