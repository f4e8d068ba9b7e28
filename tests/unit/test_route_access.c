/* /auth, /users and /admin/audit over the real server: role x route x owner, and what is refused. */
#include "access_fixture.h"
#include "api/schema.h"
#include "api_client.h"

typedef struct site {
    fixture        f;
    served         s;
    pb_route_table table;
    pb__schemas   *schemas;
    char ann[1024], bob[1024], cal[1024], dee[1024]; /* header lines: admin, engineer, viewer; admin of blue */
} site;

static void sign(site *t, const char *team, const char *user, pb_role role, char out[1024])
{
    add(&t->f, team, user, role);
    pb__grant g = sign_in(&t->f, team, user);
    snprintf(out, 1024, "Authorization: Bearer %s\r\nContent-Type: application/json\r\n", g.access_token);
    pb__grant_wipe(&g);
}

static void open_site(site *t)
{
    memset(t, 0, sizeof *t);
    begin(&t->f);
    sign(t, "main", "ann", PB_ROLE_ADMIN, t->ann);
    sign(t, "main", "bob", PB_ROLE_ENGINEER, t->bob);
    sign(t, "main", "cal", PB_ROLE_VIEWER, t->cal);
    sign(t, "blue", "dee", PB_ROLE_ADMIN, t->dee);
    t->table                = pb_access_routes(t->f.access);
    t->s.options            = pb_api_options_default();
    t->s.options.tables     = &t->table;
    t->s.options.n_tables   = 1;
    t->s.options.access     = t->f.access;
    t->s.options.limits     = (pb_api_limits){0};
    t->s.options.audit      = pb_access_audit;
    t->s.options.audit_user = t->f.access;
    serve_begin(&t->s);
    must(pb__schemas_create(NULL, &t->schemas, &t->f.error), &t->f);
}

static void close_site(site *t)
{
    serve_end(&t->s);
    pb__schemas_destroy(t->schemas);
    end(&t->f);
}

static void gives(site *t, int status, const char *who, const char *method, const char *path, const char *body)
{
    char target[200];
    snprintf(target, sizeof target, "/api/v1%s", path);
    if (ask(&t->s, method, target, who, body) != status)
        fail_msg("%s %s: %d, wanted %d: %.300s", method, path, t->s.status, status, t->s.body);
}

static void fits(site *t, pb_json value, const char *schema)
{
    pb__misfit misfit;
    if (!pb__schema_check(t->schemas, pb__schemas_find(t->schemas, schema), value, &misfit))
        fail_msg("%s %s: %s", schema, misfit.pointer, misfit.text);
}

/* The answer, as its schema says; of a list every item. Free it. */
static pb_json_doc *read_as(site *t, const char *schema, bool list)
{
    pb_json_doc *doc;
    if (pb_json_parse(pb_span_of(t->s.body), "answer", &doc, &t->f.error) != PB_OK) fail_msg("%.300s", t->s.answer);
    pb_json root = pb_json_root(doc), items = pb_json_get(root, "items");
    if (!list) fits(t, root, schema);
    for (size_t i = 0; list && i < pb_json_length(items); i++) fits(t, pb_json_at(items, i), schema);
    return doc;
}

static void is_as(site *t, const char *schema)
{
    pb_json_free(read_as(t, schema, false));
}

static size_t count_as(site *t, const char *schema)
{
    pb_json_doc *doc = read_as(t, schema, true);
    size_t       n   = pb_json_length(pb_json_get(pb_json_root(doc), "items"));
    pb_json_free(doc);
    return n;
}

static const char json[]   = "Content-Type: application/json\r\n";
static const char nobody[] = "";

PB_TEST(tokens_are_given_refreshed_and_ended)
{
    site t;
    char again[200], header[1200], token[1100] = "", refresh[80] = "";
    open_site(&t);
    gives(&t, 200, json, "POST", "/auth/token", "{\"user\":\"ann\",\"password\":\"" PASSWORD "\"}");
    PB_CHECK_HAS(told(&t.s, "cache-control"), "no-store");
    pb_json_doc *doc = read_as(&t, "TokenAnswer", false);
    must(pb_json_text(pb_json_get(pb_json_root(doc), "access_token"), token, sizeof token, &t.f.error), &t.f);
    must(pb_json_text(pb_json_get(pb_json_root(doc), "refresh_token"), refresh, sizeof refresh, &t.f.error), &t.f);
    pb_json_free(doc);
    snprintf(header, sizeof header, "Authorization: bearer %s\r\n", token);
    gives(&t, 200, header, "GET", "/users/ann", NULL);
    is_as(&t, "User");
    snprintf(again, sizeof again, "{\"refresh_token\":\"%s\"}", refresh);
    gives(&t, 200, json, "POST", "/auth/refresh", again);
    is_as(&t, "TokenAnswer");
    gives(&t, 204, header, "POST", "/auth/logout", NULL);
    gives(&t, 401, header, "GET", "/users/ann", NULL);
    is_as(&t, "Problem");
    gives(&t, 401, json, "POST", "/auth/refresh", again);
    gives(&t, 401, json, "POST", "/auth/token", "{\"user\":\"ann\",\"password\":\"wrong password\"}");
    is_as(&t, "Problem");
    PB_CHECK(!strstr(t.s.body, "wrong password"));
    gives(&t, 422, json, "POST", "/auth/token", "{\"user\":\"ann\"}");
    gives(&t, 422, json, "POST", "/auth/token", "{\"user\":\"ann\",\"password\":\"x\",\"role\":\"admin\"}");
    gives(&t, 401, json, "POST", "/auth/refresh", "{\"refresh_token\":\"x\"}");
    close_site(&t);
}

PB_TEST(who_guesses_is_told_how_long_to_wait)
{
    site t;
    open_site(&t);
    for (int i = 0; i < 5; i++)
        gives(&t, 401, json, "POST", "/auth/token", "{\"user\":\"bob\",\"password\":\"wrong password\"}");
    gives(&t, 429, json, "POST", "/auth/token", "{\"user\":\"bob\",\"password\":\"" PASSWORD "\"}");
    PB_CHECK_TEXT(told(&t.s, "retry-after"), "1");
    is_as(&t, "Problem");
    close_site(&t);
}

PB_TEST(the_first_admin_comes_by_the_link)
{
    site t;
    char link[65], body[300];
    memset(&t, 0, sizeof t);
    begin(&t.f);
    must(pb_access_first_token(t.f.access, link, &t.f.error), &t.f);
    t.table              = pb_access_routes(t.f.access);
    t.s.options          = pb_api_options_default();
    t.s.options.tables   = &t.table;
    t.s.options.n_tables = 1;
    t.s.options.access   = t.f.access;
    serve_begin(&t.s);
    must(pb__schemas_create(NULL, &t.schemas, &t.f.error), &t.f);
    snprintf(body, sizeof body, "{\"link\":\"%s\",\"user\":\"ann\",\"password\":\"" PASSWORD "\"}", link);
    gives(&t, 200, json, "POST", "/auth/token", body);
    is_as(&t, "TokenAnswer");
    gives(&t, 401, json, "POST", "/auth/token", body);
    close_site(&t);
}

/* ---- role x route x owner ---- */

typedef struct cell {
    const char *method, *path, *body;
    int         nobody, viewer, engineer, admin, other; /* other: the admin of another team */
} cell;

PB_TEST(every_role_gets_what_it_may_of_its_own_team_and_nothing_of_another)
{
    static const cell cells[] = {
        {"GET", "/users", NULL, 401, 403, 403, 200, 200},
        {"GET", "/users?team=main", NULL, 401, 403, 403, 200, 403},
        {"GET", "/users?team=blue", NULL, 401, 403, 403, 200, 200},
        {"GET", "/users?team=nowhere", NULL, 401, 403, 403, 200, 403},
        {"GET", "/users/bob", NULL, 401, 403, 200, 200, 404},
        {"GET", "/users/dee", NULL, 401, 403, 403, 404, 200},
        {"GET", "/users/dee?team=blue", NULL, 401, 403, 403, 200, 200},
        {"GET", "/users/ann?team=main", NULL, 401, 403, 403, 200, 403},
        {"PATCH", "/users/bob", "{\"role\":\"admin\"}", 401, 403, 403, 0, 404},
        {"PATCH", "/users/cal", "{\"role\":\"admin\"}", 401, 403, 403, 0, 404},
        {"PATCH", "/users/ann?team=main", "{\"role\":\"viewer\"}", 401, 403, 403, 409, 403},
        {"DELETE", "/users/ann", NULL, 401, 403, 403, 409, 404},
        {"DELETE", "/users/ann?team=main", NULL, 401, 403, 403, 409, 403},
        {"DELETE", "/users/nobody", NULL, 401, 403, 403, 404, 404},
        {"POST", "/users", "{\"user\":\"new\",\"team\":\"main\"}", 401, 403, 403, 0, 403},
        {"POST", "/users", "{\"user\":\"new\",\"team\":\"red\"}", 401, 403, 403, 0, 403},
        {"POST", "/users", "{\"user\":\"a/b\"}", 401, 403, 403, 422, 422},
        {"GET", "/auth/keys", NULL, 401, 200, 200, 200, 200},
        {"GET", "/auth/keys?team=main", NULL, 401, 200, 200, 200, 403},
        {"GET", "/auth/keys?team=blue", NULL, 401, 403, 403, 200, 200},
        {"POST", "/auth/keys", "{\"name\":\"k\",\"role\":\"admin\"}", 401, 403, 403, 0, 0},
        {"POST", "/auth/keys", "{\"name\":\"k\",\"role\":\"engineer\"}", 401, 403, 0, 0, 0},
        {"DELETE", "/auth/keys/bobs", NULL, 401, 404, 0, 0, 404},
        {"DELETE", "/auth/keys/bobs?team=main", NULL, 401, 404, 0, 0, 403},
        {"GET", "/admin/audit", NULL, 401, 403, 403, 200, 200},
        {"GET", "/admin/audit?team=main", NULL, 401, 403, 403, 200, 403},
        {"POST", "/auth/logout", NULL, 401, 0, 0, 0, 0},
    };
    site t;
    char key[80];
    open_site(&t);
    must(pb_access_add_key(t.f.access, "main", "bobs", PB_ROLE_VIEWER, "bob", 0, key, &t.f.error), &t.f);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) { /* 0: it would change something; below */
        const cell *c        = &cells[i];
        const char *who[]    = {c->body ? json : nobody, t.cal, t.bob, t.ann, t.dee};
        const int   wanted[] = {c->nobody, c->viewer, c->engineer, c->admin, c->other};
        for (int k = 0; k < 5; k++)
            if (wanted[k]) gives(&t, wanted[k], who[k], c->method, c->path, c->body);
    }
    close_site(&t);
}

PB_TEST(no_answer_has_anything_of_another_team)
{
    static const char *const paths[] = {"/users", "/users/dee", "/auth/keys", "/admin/audit", "/users/ann"};
    site                     t;
    char                     key[80];
    open_site(&t);
    must(pb_access_add_key(t.f.access, "main", "bobs", PB_ROLE_VIEWER, "bob", 0, key, &t.f.error), &t.f);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char target[100];
        snprintf(target, sizeof target, "/api/v1%s", paths[i]);
        (void)ask(&t.s, "GET", target, t.dee, NULL);
        PB_CHECK(!strstr(t.s.body, "bob") && !strstr(t.s.body, "main") && !strstr(t.s.body, "cal"));
    }
    close_site(&t);
}

PB_TEST(admins_make_change_and_remove_users_and_it_is_noted)
{
    site t;
    open_site(&t);
    gives(&t, 201, t.ann, "POST", "/users", "{\"user\":\"eve\",\"password\":\"" PASSWORD "\",\"role\":\"engineer\"}");
    is_as(&t, "User");
    gives(&t, 409, t.ann, "POST", "/users", "{\"user\":\"eve\",\"password\":\"" PASSWORD "\"}");
    gives(&t, 422, t.ann, "POST", "/users", "{\"user\":\"fay\",\"password\":\"short\"}");
    gives(&t, 201, t.ann, "POST", "/users", "{\"user\":\"fay\",\"team\":\"red\"}");
    gives(&t, 201, t.dee, "POST", "/users", "{\"user\":\"fay\"}");
    PB_CHECK_HAS(t.s.body, "\"blue\"");
    gives(&t, 200, t.ann, "GET", "/users", NULL);
    PB_CHECK_EQ(count_as(&t, "User"), 4);
    gives(&t, 200, t.ann, "GET", "/users?role=engineer&sort=-user&limit=1", NULL);
    PB_CHECK_EQ(count_as(&t, "User"), 1);
    PB_CHECK_HAS(t.s.body, "\"eve\"");
    gives(&t, 200, t.ann, "PATCH", "/users/cal", "{\"role\":\"engineer\"}");
    is_as(&t, "User");
    gives(&t, 401, t.cal, "GET", "/users/cal", NULL); /* signed in no longer */
    gives(&t, 204, t.ann, "DELETE", "/users/eve", NULL);
    gives(&t, 404, t.ann, "DELETE", "/users/eve", NULL);
    gives(&t, 200, t.ann, "GET", "/admin/audit", NULL);
    PB_CHECK(count_as(&t, "AuditEntry") >= 6);
    PB_CHECK_HAS(t.s.body, "PATCH /api/v1/users/{name}");
    PB_CHECK(!strstr(t.s.body, "sentence"));
    close_site(&t);
}

PB_TEST(one_changes_the_own_password_with_the_current_one_and_nothing_else)
{
    site t;
    open_site(&t);
    gives(&t, 403, t.cal, "PATCH", "/users/cal", "{\"password\":\"another sentence\"}");
    gives(&t, 403, t.cal, "PATCH", "/users/cal",
          "{\"password\":\"another sentence\",\"current_password\":\"wrong password\"}");
    gives(&t, 403, t.cal, "PATCH", "/users/cal", "{\"role\":\"admin\"}");
    gives(&t, 200, t.cal, "PATCH", "/users/cal",
          "{\"password\":\"another sentence\",\"current_password\":\"" PASSWORD "\"}");
    gives(&t, 200, json, "POST", "/auth/token", "{\"user\":\"cal\",\"password\":\"another sentence\"}");
    gives(&t, 401, t.cal, "GET", "/users/cal", NULL);
    close_site(&t);
}

PB_TEST(keys_are_made_once_shown_once_and_make_no_keys)
{
    site t;
    char key[80] = "", header[200];
    open_site(&t);
    gives(&t, 201, t.bob, "POST", "/auth/keys", "{\"name\":\"wall\",\"role\":\"engineer\",\"expires_in\":600}");
    pb_json_doc *doc = read_as(&t, "KeyMade", false);
    must(pb_json_text(pb_json_get(pb_json_root(doc), "key"), key, sizeof key, &t.f.error), &t.f);
    pb_json_free(doc);
    gives(&t, 409, t.ann, "POST", "/auth/keys", "{\"name\":\"wall\"}");
    gives(&t, 201, t.ann, "POST", "/auth/keys", "{\"name\":\"anns\",\"expires_in\":null}");
    snprintf(header, sizeof header, "X-API-Key: %s\r\n%s", key, json);
    gives(&t, 403, header, "POST", "/auth/keys", "{\"name\":\"more\"}");
    gives(&t, 409, header, "POST", "/auth/logout", NULL);
    gives(&t, 200, t.bob, "GET", "/auth/keys", NULL);
    PB_CHECK_EQ(count_as(&t, "Key"), 1); /* the own ones */
    PB_CHECK(!strstr(t.s.body, key));
    gives(&t, 200, t.ann, "GET", "/auth/keys", NULL);
    PB_CHECK_EQ(count_as(&t, "Key"), 2);
    gives(&t, 404, t.bob, "DELETE", "/auth/keys/anns", NULL);
    gives(&t, 204, t.bob, "DELETE", "/auth/keys/wall", NULL);
    gives(&t, 401, header, "GET", "/auth/keys", NULL);
    close_site(&t);
}

PB_TEST_MAIN(PB_RUN(tokens_are_given_refreshed_and_ended), PB_RUN(who_guesses_is_told_how_long_to_wait),
             PB_RUN(the_first_admin_comes_by_the_link),
             PB_RUN(every_role_gets_what_it_may_of_its_own_team_and_nothing_of_another),
             PB_RUN(no_answer_has_anything_of_another_team),
             PB_RUN(admins_make_change_and_remove_users_and_it_is_noted),
             PB_RUN(one_changes_the_own_password_with_the_current_one_and_nothing_else),
             PB_RUN(keys_are_made_once_shown_once_and_make_no_keys))
