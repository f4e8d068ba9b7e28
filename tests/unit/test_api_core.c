/* The core over a real server: who may ask what, and what every answer has. */
#include <stdatomic.h>
#include <strings.h>

#include "api_client.h"
#include "pitboard/api_access.h"
#include "pitboard/codec_fast.h"

#define JSON "Content-Type: application/json\r\n"
#define PASSWORD "a long sentence is easy to keep"

/* ---- rows ---- */

static pb_blob    *big;
static atomic_uint audits;
static char        audited[256];

static pb_status get_blob(void *c, pb_request *r, pb_reply *reply, pb_error *e)
{
    (void)c, (void)r, (void)e;
    pb_reply_blob(reply, big, "application/json", "v1");
    return PB_OK;
}

static pb_status get_open(void *c, pb_request *r, pb_reply *reply, pb_error *e)
{
    (void)c, (void)e;
    const pb_caller *caller = pb_request_caller(r);
    pb_json_writer  *w      = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_json_put_text(w, "role", pb_role_name(caller->role));
    pb_json_put_text(w, "team", caller->team);
    pb_json_put_text(w, "user", caller->user);
    pb_json_put_text(w, "limit", caller->limit);
    pb_json_put_text(w, "say", pb_request_query(r, "say"));
    pb_json_object_end(w);
    pb_reply_header(reply, "x-good", "yes");
    pb_reply_header(reply, "x-bad", "yes\r\nset-cookie: a=b");
    return PB_OK;
}

static pb_status post_key(void *c, pb_request *r, pb_reply *reply, pb_error *e)
{
    char name[64];
    (void)c;
    PB_TRY(pb_json_text(pb_json_get(pb_request_json(r), "name"), name, sizeof name, e));
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_json_put_text(w, "name", name);
    pb_json_object_end(w);
    pb_reply_header(reply, "location", name);
    return PB_OK;
}

static pb_status post_raw(void *c, pb_request *r, pb_reply *reply, pb_error *e)
{
    (void)c, (void)e;
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_object(w, NULL);
    pb_json_put_i64(w, "bytes", (int64_t)pb_request_body(r).len);
    pb_json_put_text(w, "type", pb_request_content_type(r));
    pb_json_object_end(w);
    return PB_OK;
}

static pb_status get_list(void *c, pb_request *r, pb_reply *reply, pb_error *e)
{
    (void)c, (void)r, (void)e;
    pb_json_writer *w = pb_reply_json(reply);
    pb_json_array(w, NULL);
    for (int i = 0; i < 250; i++) {
        pb_json_object(w, NULL);
        pb_json_put_text(w, "team", i % 2 ? "red" : "blue");
        char name[16];
        (void)snprintf(name, sizeof name, "user%03d", i);
        pb_json_put_text(w, "user", name);
        pb_json_put_text(w, "role", "viewer");
        pb_json_put_i64(w, "created", 1000 - i % 5);
        pb_json_put_i64(w, "changed", i);
        pb_json_put_bool(w, "has_password", i % 10 == 0);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
    return PB_OK;
}

/* /t/errors/{status}: as run would return it. */
static pb_status get_error(void *c, pb_request *r, pb_reply *reply, pb_error *e)
{
    (void)c;
    const char     *which = pb_request_param(r, "which");
    pb_json_writer *w     = pb_reply_json(reply);
    pb_json_object(w, NULL); /* half an answer: it must not be seen */
    pb_json_put_text(w, "half", "half");
    if (strcmp(which, "gone") == 0) return pb_error_set(e, PB_E_NOENT, "no session of this name");
    if (strcmp(which, "range") == 0) return pb_error_set(e, PB_E_RANGE, "body: /laps/3: 4 is outside 1 .. 3");
    if (strcmp(which, "io") == 0) return pb_error_set(e, PB_E_IO, "/home/secret/store.db: gone");
    if (strcmp(which, "busy") == 0) return pb_error_set(e, PB_E_LIMIT, "eight jobs of yours wait");
    if (strcmp(which, "state") == 0) return pb_error_set(e, PB_E_UNSUPPORTED, "a feed cannot be paused");
    if (strcmp(which, "own") == 0) return pb_reply_problem(reply, 410, "/x", "over since %d", 1950);
    return pb_error_set(e, (pb_status)-77, "password=hunter2");
}

static pb_status delete_it(void *c, pb_request *r, pb_reply *reply, pb_error *e)
{
    (void)c, (void)r, (void)reply, (void)e;
    return PB_OK;
}

typedef struct gate {
    pthread_mutex_t lock;
    pthread_cond_t  moved;
    bool            open;
    unsigned        inside;
} gate;
static gate the_gate = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false, 0};

static pb_status get_slow(void *c, pb_request *r, pb_reply *reply, pb_error *e)
{
    pthread_mutex_lock(&the_gate.lock);
    the_gate.inside++;
    pthread_cond_broadcast(&the_gate.moved);
    while (!the_gate.open) pthread_cond_wait(&the_gate.moved, &the_gate.lock);
    pthread_mutex_unlock(&the_gate.lock);
    return get_open(c, r, reply, e);
}

static const pb_route rows[] = {
    {.method  = PB_GET,
     .path    = "/t/blob",
     .id      = "getBlob",
     .tag     = "t",
     .summary = "a blob",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_LOOP,
     .run     = get_blob,
     .answer  = "Key"},
    {.method  = PB_GET,
     .path    = "/t/open",
     .id      = "getOpen",
     .tag     = "t",
     .summary = "for anybody",
     .flags   = PB_ROUTE_LOOP,
     .run     = get_open,
     .answer  = "Key",
     .query   = {{"say", "{\"type\":\"string\",\"maxLength\":20}", "said again"},
                 {"laps", "{\"type\":\"integer\",\"minimum\":1,\"maximum\":78}", "a number"}}},
    {.method  = PB_POST,
     .path    = "/t/keys",
     .id      = "postKey",
     .tag     = "t",
     .summary = "with a body",
     .role    = PB_ROLE_ENGINEER,
     .flags   = PB_ROUTE_CHANGES,
     .run     = post_key,
     .body    = "KeyRequest",
     .answer  = "Key",
     .status  = 201},
    {.method  = PB_POST,
     .path    = "/t/raw",
     .id      = "postRaw",
     .tag     = "t",
     .summary = "bytes",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_RAW,
     .run     = post_raw,
     .answer  = "Key"},
    {.method  = PB_GET,
     .path    = "/t/list",
     .id      = "getList",
     .tag     = "t",
     .summary = "a list",
     .role    = PB_ROLE_VIEWER,
     .flags   = PB_ROUTE_LIST,
     .run     = get_list,
     .answer  = "User"},
    {.method  = PB_GET,
     .path    = "/t/errors/{which}",
     .id      = "getError",
     .tag     = "t",
     .summary = "fails",
     .role    = PB_ROLE_VIEWER,
     .run     = get_error,
     .answer  = "Key"},
    {.method  = PB_DELETE,
     .path    = "/t/home/{id}",
     .id      = "deleteHome",
     .tag     = "t",
     .summary = "of the home team",
     .role    = PB_ROLE_ADMIN,
     .flags   = PB_ROUTE_HOME | PB_ROUTE_CHANGES | PB_ROUTE_LOOP,
     .run     = delete_it},
    {.method  = PB_GET,
     .path    = "/t/costly",
     .id      = "getCostly",
     .tag     = "t",
     .summary = "costly",
     .flags   = PB_ROUTE_LOOP | PB_ROUTE_COSTLY,
     .run     = get_open,
     .answer  = "Key"},
    {.method  = PB_GET,
     .path    = "/t/probe",
     .id      = "getProbe",
     .tag     = "t",
     .summary = "not counted",
     .flags   = PB_ROUTE_LOOP | PB_ROUTE_UNCOUNTED,
     .run     = get_open,
     .answer  = "Key"},
    {.method  = PB_GET,
     .path    = "/t/slow",
     .id      = "getSlow",
     .tag     = "t",
     .summary = "waits",
     .flags   = PB_ROUTE_WORK,
     .run     = get_slow,
     .answer  = "Key"},
};
static const pb_route_table table = {rows, sizeof rows / sizeof *rows, NULL};

static void audit(void *user, const pb_caller *caller, const char *address, const char *route, const char *target,
                  int status, const char *id)
{
    (void)user;
    (void)snprintf(audited, sizeof audited, "%s/%s %s %s '%s' %d %zu", caller->team, caller->user, address, route,
                   target, status, strlen(id));
    audits++;
}

/* ---- the server of a test ---- */

static served     s;
static pb_access *access_of;
static char       viewer[128], engineer[128], admin[128], other_admin[128], store_path[64];

static void plain_begin(void)
{
    s                  = (served){.options = pb_api_options_default()};
    s.options.tables   = &table;
    s.options.n_tables = 1;
    s.options.limits   = (pb_api_limits){0};
    s.options.audit    = audit;
}

static void key_of(const char *team, pb_role role, char line[128])
{
    char     key[80];
    pb_error e = {0};
    if (pb_access_add_key(access_of, team, pb_role_name(role), role, "", 0, key, &e) != PB_OK) fail_msg("%s", e.text);
    (void)snprintf(line, 128, "x-api-key: %s\r\n", key);
}

static void forget_store(void)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    char                     path[96];
    for (int i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s%s", store_path, tails[i]);
        (void)unlink(path);
    }
}

static void begin_with_access(void)
{
    char              url[96];
    pb_error          e = {0};
    pb_access_options o = pb_access_options_default();
    (void)snprintf(store_path, sizeof store_path, "/tmp/pb_test_api_core_%d.db", (int)getpid());
    (void)snprintf(url, sizeof url, "sqlite:%s", store_path);
    forget_store();
    o.store_url       = url;
    o.password_passes = 1;
    o.password_kib    = 64;
    if (pb_access_open(&o, &access_of, &e) != PB_OK) fail_msg("%s", e.text);
    PB_CHECK_EQ(pb_access_add_user(access_of, "main", "ann", PB_ROLE_ADMIN, PASSWORD, &e), PB_OK);
    PB_CHECK_EQ(pb_access_add_user(access_of, "other", "bob", PB_ROLE_ADMIN, PASSWORD, &e), PB_OK);
    key_of("main", PB_ROLE_VIEWER, viewer);
    key_of("main", PB_ROLE_ENGINEER, engineer);
    key_of("main", PB_ROLE_ADMIN, admin);
    key_of("other", PB_ROLE_ADMIN, other_admin);
    plain_begin();
    s.options.access = access_of;
    serve_begin(&s);
}

static void end_with_access(void)
{
    serve_end(&s);
    pb_access_close(access_of);
    forget_store();
}

static int setup(void **state)
{
    char text[4096];
    (void)state;
    memset(text, 'x', sizeof text);
    text[0] = text[sizeof text - 1] = '"';
    big                             = pb_blob_make((pb_span){text, sizeof text});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    pb_blob_drop(big);
    return 0;
}

/* ---- tests ---- */

PB_TEST(roles_and_teams_decide_who_is_answered)
{
    begin_with_access();
    PB_CHECK_EQ(ask(&s, "GET", "/t/open", "", NULL), 200);
    PB_CHECK_HAS(s.body, "\"role\":\"none\"");
    PB_CHECK_HAS(s.body, "\"limit\":\"127.0.0.1\"");
    PB_CHECK_EQ(ask(&s, "GET", "/t/open", "x-api-key: pbk_wrong\r\n", NULL),
                200); /* nobody needs to be somebody here */
    PB_CHECK_HAS(s.body, "\"role\":\"none\"");
    PB_CHECK_EQ(ask(&s, "GET", "/t/blob", "", NULL), 401);
    PB_CHECK_TEXT(told(&s, "www-authenticate"), "Bearer realm=\"pitboard\"");
    PB_CHECK_EQ(ask(&s, "GET", "/t/blob", "Authorization: Bearer abc.def.ghi\r\n", NULL), 401);
    PB_CHECK_HAS(told(&s, "www-authenticate"), "invalid_token");
    PB_CHECK_EQ(ask(&s, "GET", "/t/blob", "Authorization: Basic YTpi\r\n", NULL), 401);
    PB_CHECK_EQ(ask(&s, "GET", "/t/blob", viewer, NULL), 200);
    PB_CHECK_EQ(ask(&s, "POST", "/t/keys", viewer, NULL), 403);
    PB_CHECK_HAS(s.body, "engineer");
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", engineer, NULL), 403);
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", other_admin, NULL), 403);
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", admin, NULL), 204);
    PB_CHECK_TEXT(s.body, "");
    end_with_access();
}

PB_TEST(changes_are_audited_also_those_that_were_refused_to_somebody)
{
    begin_with_access();
    audits = 0;
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/a/7", admin, NULL), 404);
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", "", NULL), 401);
    PB_CHECK_EQ(audits, 0);
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", admin, NULL), 204);
    PB_CHECK_TEXT(audited, "main/key:admin 127.0.0.1 DELETE /t/home/{id} '7' 204 32");
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", engineer, NULL), 403);
    PB_CHECK_TEXT(audited, "main/key:engineer 127.0.0.1 DELETE /t/home/{id} '7' 403 32");
    PB_CHECK_EQ(audits, 2);
    end_with_access();
}

PB_TEST(every_answer_has_the_headers_that_keep_a_browser_careful)
{
    plain_begin();
    serve_begin(&s);
    PB_CHECK_EQ(ask(&s, "GET", "/t/open", "", NULL), 200);
    PB_CHECK_TEXT(told(&s, "content-type"), "application/json");
    PB_CHECK_TEXT(told(&s, "x-content-type-options"), "nosniff");
    PB_CHECK_TEXT(told(&s, "x-frame-options"), "DENY");
    PB_CHECK_TEXT(told(&s, "referrer-policy"), "no-referrer");
    PB_CHECK_HAS(told(&s, "content-security-policy"), "default-src 'none'");
    PB_CHECK_TEXT(told(&s, "cross-origin-resource-policy"), "same-origin");
    PB_CHECK_TEXT(told(&s, "cache-control"), "private, no-cache");
    PB_CHECK_TEXT(told(&s, "strict-transport-security"), "");
    PB_CHECK_TEXT(told(&s, "x-good"), "yes");
    PB_CHECK_TEXT(told(&s, "x-bad"), ""); /* would have been two headers */
    PB_CHECK_TEXT(told(&s, "set-cookie"), "");
    PB_CHECK_EQ(strlen(told(&s, "x-request-id")), 32);
    PB_CHECK_EQ(ask(&s, "GET", "/t/nothing", "", NULL), 404);
    PB_CHECK_TEXT(told(&s, "content-type"), "application/problem+json");
    PB_CHECK_TEXT(told(&s, "cache-control"), "no-store");
    PB_CHECK_HAS(s.body, told(&s, "x-request-id"));
    serve_end(&s);
}

PB_TEST(the_id_of_a_request_is_the_one_that_came_with_it)
{
    plain_begin();
    serve_begin(&s);
    (void)ask(&s, "GET", "/t/open", "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n", NULL);
    PB_CHECK_TEXT(told(&s, "x-request-id"), "4bf92f3577b34da6a3ce929d0e0e4736");
    (void)ask(&s, "GET", "/t/open", "x-request-id: aaaaaaaabbbbbbbbccccccccdddddddd\r\n", NULL);
    PB_CHECK_TEXT(told(&s, "x-request-id"), "aaaaaaaabbbbbbbbccccccccdddddddd");
    static const char *const bad[]      = {"traceparent: 00-00000000000000000000000000000000-00f067aa0ba902b7-01\r\n",
                                           "traceparent: ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n",
                                           "x-request-id: 4bf92f3577b34da6a3ce929d0e0e473\r\n",
                                           "x-request-id: 4BF92F3577B34DA6A3CE929D0E0E4736\r\n", ""};
    char                     last[1024] = "";
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        (void)ask(&s, "GET", "/t/open", bad[i], NULL);
        PB_CHECK_EQ(strspn(told(&s, "x-request-id"), "0123456789abcdef"), 32);
        PB_CHECK(strcmp(told(&s, "x-request-id"), last) != 0 && !strstr(told(&s, "x-request-id"), "4bf92f35"));
        (void)snprintf(last, sizeof last, "%s", told(&s, "x-request-id"));
    }
    serve_end(&s);
}

PB_TEST(methods_that_are_not_for_a_path_are_told_which_are)
{
    plain_begin();
    serve_begin(&s);
    PB_CHECK_EQ(ask(&s, "POST", "/t/blob", JSON, "{}"), 405);
    PB_CHECK_TEXT(told(&s, "allow"), "GET, HEAD, OPTIONS");
    PB_CHECK_EQ(ask(&s, "GET", "/t/keys", "", NULL), 405);
    PB_CHECK_TEXT(told(&s, "allow"), "POST, OPTIONS");
    PB_CHECK_EQ(ask(&s, "OPTIONS", "/t/keys", "", NULL), 204);
    PB_CHECK_TEXT(told(&s, "allow"), "POST, OPTIONS");
    PB_CHECK_EQ(ask(&s, "HEAD", "/t/blob", "", NULL), 200);
    PB_CHECK_TEXT(told(&s, "content-length"), "4096");
    PB_CHECK_TEXT(s.body, "");
    serve_end(&s);
}

PB_TEST(a_version_that_the_client_has_is_not_sent_again_and_long_answers_are_packed)
{
    plain_begin();
    serve_begin(&s);
    PB_CHECK_EQ(ask(&s, "GET", "/t/blob", "", NULL), 200);
    PB_CHECK_TEXT(told(&s, "etag"), "\"v1\"");
    PB_CHECK_EQ(ask(&s, "GET", "/t/blob", "If-None-Match: \"v0\", W/\"v1\"\r\n", NULL), 304);
    PB_CHECK_TEXT(told(&s, "etag"), "\"v1\"");
    PB_CHECK_TEXT(s.body, "");
    PB_CHECK_EQ(ask(&s, "GET", "/t/blob", "Accept-Encoding: br, gzip\r\n", NULL), 200);
    PB_CHECK_TEXT(told(&s, "content-encoding"), "gzip");
    PB_CHECK_TEXT(told(&s, "etag"), "\"v1-gz\"");
    PB_CHECK(s.len < 1500);
    PB_CHECK_EQ(ask(&s, "GET", "/t/blob", "If-None-Match: \"v1-gz\"\r\n", NULL), 304);
    PB_CHECK_EQ(ask(&s, "GET", "/t/blob", "If-None-Match: \"v2\"\r\n", NULL), 200);
    PB_CHECK_EQ(ask(&s, "GET", "/t/blob", "Accept-Encoding: gzip;q=0, *\r\n", NULL), 200);
    PB_CHECK_TEXT(told(&s, "content-encoding"), "");
    char etag[1024], line[1100];
    PB_CHECK_EQ(ask(&s, "GET", "/t/list?limit=5", "", NULL), 200);
    (void)snprintf(etag, sizeof etag, "%s", told(&s, "etag"));
    PB_CHECK_EQ(strlen(etag), 34);
    (void)snprintf(line, sizeof line, "If-None-Match: %s\r\n", etag);
    PB_CHECK_EQ(ask(&s, "GET", "/t/list?limit=5", line, NULL), 304);
    PB_CHECK_EQ(ask(&s, "GET", "/t/list?limit=6", line, NULL), 200);
    serve_end(&s);
}

PB_TEST(a_body_is_unpacked_read_and_checked_before_the_route_sees_it)
{
    plain_begin();
    serve_begin(&s);
    PB_CHECK_EQ(ask(&s, "POST", "/t/keys", JSON, "{\"name\":\"pit\"}"), 201);
    PB_CHECK_TEXT(s.body, "{\"name\":\"pit\"}\n");
    PB_CHECK_TEXT(told(&s, "location"), "pit");
    PB_CHECK_TEXT(told(&s, "cache-control"), "no-store");
    PB_CHECK_EQ(
        ask(&s, "POST", "/t/keys", "Content-Type: application/vnd.x+json; charset=utf-8\r\n", "{\"name\":\"pit\"}"),
        201);
    PB_CHECK_EQ(ask(&s, "POST", "/t/keys", JSON, "{\"nmae\":\"pit\"}"), 422);
    PB_CHECK_HAS(s.body, "\"pointer\":\"/nmae\"");
    PB_CHECK_HAS(s.body, "did you mean \\\"name\\\"");
    PB_CHECK_EQ(ask(&s, "POST", "/t/keys", JSON, "{\"name\":5}"), 422);
    PB_CHECK_HAS(s.body, "\"pointer\":\"/name\"");
    PB_CHECK_EQ(ask(&s, "POST", "/t/keys", JSON, "{\"name\":"), 400);
    PB_CHECK_EQ(ask(&s, "POST", "/t/keys", JSON, ""), 400);
    PB_CHECK_EQ(ask(&s, "POST", "/t/keys", JSON, NULL), 400);
    PB_CHECK_EQ(ask(&s, "POST", "/t/keys", "", "{\"name\":\"pit\"}"), 415);
    PB_CHECK_EQ(ask(&s, "POST", "/t/keys", "Content-Type: text/plain\r\n", "{\"name\":\"pit\"}"), 415);
    PB_CHECK_EQ(ask(&s, "GET", "/t/open", JSON, "{\"name\":\"pit\"}"), 400);
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", JSON, "[1]"), 400);
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", JSON, "{}"), 204);
    PB_CHECK_EQ(ask(&s, "POST", "/t/raw", "Content-Type: Text/CSV; header=present\r\n", "a,b\n"), 200);
    PB_CHECK_TEXT(s.body, "{\"bytes\":4,\"type\":\"text/csv\"}\n");
    serve_end(&s);
}

PB_TEST(packed_bodies_are_unpacked_up_to_a_limit)
{
    static char zeros[1 << 20];
    pb_bytes    gz, zst;
    plain_begin();
    s.options.unpacked_max = sizeof zeros;
    serve_begin(&s);
    PB_CHECK_EQ(pb_gzip((pb_span){zeros, sizeof zeros}, &gz, NULL), PB_OK);
    PB_CHECK_EQ(ask_bytes(&s, "POST", "/t/raw", "Content-Encoding: gzip\r\n", gz.at, gz.len), 200);
    PB_CHECK_HAS(s.body, "\"bytes\":1048576");
    PB_CHECK_EQ(ask_bytes(&s, "POST", "/t/raw", "Content-Encoding: gzip\r\n", gz.at, gz.len / 2), 400);
    PB_CHECK_EQ(ask_bytes(&s, "POST", "/t/raw", "Content-Encoding: br\r\n", gz.at, gz.len), 415);
    PB_CHECK_HAS(s.body, "\"pointer\":\"content-encoding\"");
    PB_CHECK_EQ(ask_bytes(&s, "POST", "/t/raw", "Content-Encoding: gzip\r\n", "not gzip", 8), 400);
    pb_bytes_free(&gz);
    serve_end(&s);
    plain_begin();
    s.options.unpacked_max = sizeof zeros - 1;
    serve_begin(&s);
    PB_CHECK_EQ(pb_gzip((pb_span){zeros, sizeof zeros}, &gz, NULL), PB_OK);
    PB_CHECK_EQ(pb_zstd((pb_span){zeros, sizeof zeros}, 1, &zst, NULL), PB_OK);
    PB_CHECK_EQ(ask_bytes(&s, "POST", "/t/raw", "Content-Encoding: gzip\r\n", gz.at, gz.len), 413);
    PB_CHECK_EQ(ask_bytes(&s, "POST", "/t/raw", "Content-Encoding: zstd\r\n", zst.at, zst.len), 413);
    pb_bytes_free(&gz);
    pb_bytes_free(&zst);
    serve_end(&s);
}

PB_TEST(a_query_has_only_names_that_the_route_knows_and_values_that_fit)
{
    static const struct {
        const char *query, *pointer;
    } bad[] = {{"sya=x", "did you mean \\\"say\\\""},
               {"laps=0", "\"pointer\":\"laps\""},
               {"laps=x", "a whole number"},
               {"say=a&say=b", "twice"},
               {"say=%zz", "not text"},
               {"say=%00", "not text"},
               {"say=%ff", "not text"},
               {"say=%0d%0aset-cookie:x", "not text"},
               {"laps", "laps"}};
    plain_begin();
    serve_begin(&s);
    PB_CHECK_EQ(ask(&s, "GET", "/t/open?say=p%C3%A9+t%2B&laps=5", "", NULL), 200);
    PB_CHECK_HAS(s.body, "\"say\":\"p\xc3\xa9 t+\"");
    PB_CHECK_EQ(ask(&s, "GET", "/t/open?&&", "", NULL), 200);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char target[96];
        (void)snprintf(target, sizeof target, "/t/open?%s", bad[i].query);
        PB_CHECK_EQ(ask(&s, "GET", target, "", NULL), 400);
        PB_CHECK_HAS(s.body, bad[i].pointer);
    }
    serve_end(&s);
}

PB_TEST(a_list_is_cut_sorted_filtered_and_thinned_as_asked)
{
    char target[128];
    plain_begin();
    serve_begin(&s);
    PB_CHECK_EQ(ask(&s, "GET", "/t/list?limit=2&sort=-created,user&fields=user,created&team=blue", "", NULL), 200);
    PB_CHECK_HAS(
        s.body,
        "{\"items\":[{\"user\":\"user000\",\"created\":1000},{\"user\":\"user010\",\"created\":1000}],\"next\":\"");
    PB_CHECK_HAS(s.body, "\"total\":125}");
    (void)snprintf(target, sizeof target, "/t/list?limit=1&sort=-created,user&fields=user&team=blue&cursor=%.16s",
                   strstr(s.body, "next") + 7);
    PB_CHECK_EQ(ask(&s, "GET", target, "", NULL), 200);
    PB_CHECK_HAS(s.body, "{\"items\":[{\"user\":\"user020\"}]");
    PB_CHECK_EQ(ask(&s, "GET", "/t/list?limit=1000&has_password=true&user=user240", "", NULL), 200);
    PB_CHECK_HAS(s.body, "\"next\":null,\"total\":1}");
    PB_CHECK_EQ(ask(&s, "GET", "/t/list", "", NULL), 200);
    PB_CHECK_HAS(s.body, "\"total\":250}");
    PB_CHECK_EQ(ask(&s, "GET", "/t/list?tema=blue", "", NULL), 400);
    PB_CHECK_HAS(s.body, "did you mean \\\"team\\\"");
    serve_end(&s);
}

PB_TEST(what_a_route_returns_becomes_a_problem_and_tells_nothing_of_the_inside)
{
    plain_begin();
    serve_begin(&s);
    PB_CHECK_EQ(ask(&s, "GET", "/t/errors/gone", "", NULL), 404);
    PB_CHECK_HAS(s.body, "\"title\":\"Not Found\",\"status\":404,\"detail\":\"no session of this name\"");
    PB_CHECK(!strstr(s.body, "half"));
    PB_CHECK_EQ(ask(&s, "GET", "/t/errors/range", "", NULL), 422);
    PB_CHECK_HAS(s.body, "\"detail\":\"4 is outside 1 .. 3\",\"pointer\":\"/laps/3\"");
    PB_CHECK_EQ(ask(&s, "GET", "/t/errors/io", "", NULL), 503);
    PB_CHECK(!strstr(s.body, "secret"));
    PB_CHECK_EQ(ask(&s, "GET", "/t/errors/busy", "", NULL), 503);
    PB_CHECK_TEXT(told(&s, "retry-after"), "1");
    PB_CHECK_EQ(ask(&s, "GET", "/t/errors/state", "", NULL), 409);
    PB_CHECK_EQ(ask(&s, "GET", "/t/errors/own", "", NULL), 410);
    PB_CHECK_HAS(s.body, "over since 1950");
    PB_CHECK_EQ(ask(&s, "GET", "/t/errors/inside", "", NULL), 500);
    PB_CHECK(!strstr(s.body, "hunter2"));
    serve_end(&s);
}

PB_TEST(rates_are_told_in_headers_and_end_with_429)
{
    plain_begin();
    s.options.limits = (pb_api_limits){.anonymous = 3, .signed_in = 5, .costly = 2};
    serve_begin(&s); /* without access everybody is signed in */
    PB_CHECK_EQ(ask(&s, "GET", "/t/costly", "", NULL), 200);
    PB_CHECK_TEXT(told(&s, "ratelimit-limit"), "2");
    PB_CHECK_TEXT(told(&s, "ratelimit-remaining"), "1");
    PB_CHECK_EQ(ask(&s, "GET", "/t/costly", "", NULL), 200);
    PB_CHECK_EQ(ask(&s, "GET", "/t/costly", "", NULL), 429);
    PB_CHECK_TEXT(told(&s, "retry-after"), "30");
    PB_CHECK_TEXT(told(&s, "ratelimit-remaining"), "0");
    PB_CHECK_EQ(ask(&s, "GET", "/t/open", "", NULL), 200);
    PB_CHECK_EQ(ask(&s, "GET", "/t/nowhere", "", NULL), 404); /* guessing is counted, too */
    PB_CHECK_EQ(ask(&s, "GET", "/t/open", "", NULL), 429);
    PB_CHECK_TEXT(told(&s, "ratelimit-limit"), "5");
    PB_CHECK_EQ(ask(&s, "GET", "/t/probe", "", NULL), 200);
    double wait;
    PB_CHECK_EQ(pb_api_count_points(s.api, "live", 1000000, &wait), PB_OK); /* 0: no limit */
    serve_end(&s);
}

PB_TEST(pages_of_other_origins_read_only_what_they_are_listed_for)
{
    static const char *const origins[] = {"https://pit.example"};
    begin_with_access();
    end_with_access();
    plain_begin();
    s.options.cors   = origins;
    s.options.n_cors = 1;
    serve_begin(&s);
    PB_CHECK_EQ(ask(&s, "GET", "/t/open", "Origin: https://pit.example\r\n", NULL), 200);
    PB_CHECK_TEXT(told(&s, "access-control-allow-origin"), "https://pit.example");
    PB_CHECK_EQ(ask(&s, "GET", "/t/open", "Origin: https://pit.example.evil\r\n", NULL), 200);
    PB_CHECK_TEXT(told(&s, "access-control-allow-origin"), "");
    PB_CHECK_EQ(
        ask(&s, "OPTIONS", "/t/keys", "Origin: https://pit.example\r\nAccess-Control-Request-Method: POST\r\n", NULL),
        204);
    PB_CHECK_TEXT(told(&s, "access-control-allow-methods"), "POST, OPTIONS");
    PB_CHECK_HAS(told(&s, "access-control-allow-headers"), "x-api-key");
    PB_CHECK_EQ(
        ask(&s, "OPTIONS", "/t/keys", "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n", NULL),
        403);
    PB_CHECK_TEXT(told(&s, "access-control-allow-origin"), "");
    serve_end(&s);
}

PB_TEST(without_access_control_only_this_machine_s_own_pages_change_things)
{
    plain_begin();
    serve_begin(&s);
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", "Origin: https://evil.example\r\n", NULL), 403);
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", "Origin: null\r\n", NULL), 403);
    char line[96];
    (void)snprintf(line, sizeof line, "Origin: http://127.0.0.1:%u\r\n", pb_server_port(s.server));
    PB_CHECK_EQ(ask(&s, "DELETE", "/t/home/7", line, NULL), 204);
    PB_CHECK_EQ(exchange(&s, "GET /t/open HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", "", 0), 403);
    PB_CHECK_EQ(
        exchange(&s, "GET /t/open HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\nConnection: close\r\n\r\n", "", 0), 403);
    PB_CHECK_EQ(exchange(&s, "GET /t/open HTTP/1.1\r\nHost: localhost:99\r\nConnection: close\r\n\r\n", "", 0), 200);
    serve_end(&s);
}

PB_TEST(what_finds_no_room_in_the_pool_is_an_answer)
{
    const uint32_t one[PB_LANE_N] = {1, 1};
    const char    *slow           = "GET /t/slow HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    plain_begin();
    the_gate.open   = false;
    the_gate.inside = 0;
    PB_CHECK_EQ(pb_pool_create(one, 1, NULL, &s.pool, NULL), PB_OK);
    s.options.pool = s.pool;
    serve_begin(&s);
    int first = dial(&s), second = dial(&s);
    send_all(first, slow, strlen(slow));
    pthread_mutex_lock(&the_gate.lock);
    while (the_gate.inside == 0) pthread_cond_wait(&the_gate.moved, &the_gate.lock);
    pthread_mutex_unlock(&the_gate.lock);
    send_all(second, slow, strlen(slow));
    while (pb_pool_waiting(s.pool, PB_LANE_WORK) == 0) usleep(1000);
    PB_CHECK_EQ(ask(&s, "GET", "/t/slow", "", NULL), 503);
    PB_CHECK_TEXT(told(&s, "retry-after"), "1");
    PB_CHECK_EQ(ask(&s, "GET", "/t/open", "", NULL), 200); /* the loop goes on */
    close(second);                                         /* who goes away is no trouble */
    pthread_mutex_lock(&the_gate.lock);
    the_gate.open = true;
    pthread_cond_broadcast(&the_gate.moved);
    pthread_mutex_unlock(&the_gate.lock);
    char text[64] = "";
    PB_CHECK(recv(first, text, sizeof text - 1, 0) > 0);
    PB_CHECK_HAS(text, "200");
    close(first);
    serve_end(&s);
}

PB_TEST(rows_and_options_that_are_wrong_are_refused_by_name)
{
    pb_route                 row    = rows[0];
    const pb_route_table     bad    = {&row, 1, NULL};
    const pb_route_table     both[] = {table, bad};
    static const char *const star[] = {"*"};
    pb_api_options           o      = pb_api_options_default();
    pb_api                  *api    = NULL;
    pb_error                 e;
    o.tables   = both;
    o.n_tables = 2;
    PB_CHECK_EQ(pb_api_create(&o, &api, &e), PB_E_RANGE);
    PB_CHECK_HAS(e.text, "getBlob: the id is there twice");
    row.id = "getOther";
    PB_CHECK_EQ(pb_api_create(&o, &api, &e), PB_E_RANGE);
    PB_CHECK_HAS(e.text, "GET /t/blob: is there twice");
    row.path   = "/t/other";
    row.answer = "Nothing";
    PB_CHECK_EQ(pb_api_create(&o, &api, &e), PB_E_RANGE);
    PB_CHECK_HAS(e.text, "getOther: there is no schema Nothing");
    row.answer   = "Key";
    row.query[0] = (pb_route_query){"lap", "{\"type\":", "x"};
    PB_CHECK_EQ(pb_api_create(&o, &api, &e), PB_E_RANGE);
    PB_CHECK_HAS(e.text, "getOther: query");
    row.query[0] = (pb_route_query){0};
    o.cors       = star;
    o.n_cors     = 1;
    o.access     = (struct pb_access *)&o; /* never looked into */
    PB_CHECK_EQ(pb_api_create(&o, &api, &e), PB_E_RANGE);
    PB_CHECK_HAS(e.text, "cors *");
    PB_CHECK(api == NULL);
}

PB_TEST(the_page_and_the_document_are_served)
{
    plain_begin();
    serve_begin(&s);
    PB_CHECK_EQ(ask(&s, "GET", "/", "", NULL), 200);
    PB_CHECK(strstr(told(&s, "content-security-policy"), "script-src 'self'") != NULL);
    PB_CHECK_EQ(ask(&s, "GET", "/docs", "", NULL), 200);
    PB_CHECK_TEXT(told(&s, "content-type"), "text/html; charset=utf-8");
    PB_CHECK_HAS(told(&s, "content-security-policy"), "script-src 'sha256-");
    PB_CHECK(!strstr(told(&s, "content-security-policy"), "unsafe"));
    PB_CHECK(!strstr(s.body, "innerHTML") &&
             !strstr(s.body, "localStorage"));                           /* text stays text, tokens go with the tab */
    PB_CHECK(!strstr(s.body, "https://") && !strstr(s.body, "http://")); /* nothing from outside */
    PB_CHECK_EQ(ask(&s, "GET", "/openapi.json", "", NULL), 200);
    PB_CHECK_TEXT(told(&s, "content-type"), "application/json");
    PB_CHECK_EQ(strlen(s.body), pb_blob_bytes(pb_api_document(s.api)).len);
    serve_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PB_RUN(roles_and_teams_decide_who_is_answered),
        PB_RUN(changes_are_audited_also_those_that_were_refused_to_somebody),
        PB_RUN(every_answer_has_the_headers_that_keep_a_browser_careful),
        PB_RUN(the_id_of_a_request_is_the_one_that_came_with_it),
        PB_RUN(methods_that_are_not_for_a_path_are_told_which_are),
        PB_RUN(a_version_that_the_client_has_is_not_sent_again_and_long_answers_are_packed),
        PB_RUN(a_body_is_unpacked_read_and_checked_before_the_route_sees_it),
        PB_RUN(packed_bodies_are_unpacked_up_to_a_limit),
        PB_RUN(a_query_has_only_names_that_the_route_knows_and_values_that_fit),
        PB_RUN(a_list_is_cut_sorted_filtered_and_thinned_as_asked),
        PB_RUN(what_a_route_returns_becomes_a_problem_and_tells_nothing_of_the_inside),
        PB_RUN(rates_are_told_in_headers_and_end_with_429),
        PB_RUN(pages_of_other_origins_read_only_what_they_are_listed_for),
        PB_RUN(without_access_control_only_this_machine_s_own_pages_change_things),
        PB_RUN(what_finds_no_room_in_the_pool_is_an_answer),
        PB_RUN(rows_and_options_that_are_wrong_are_refused_by_name),
        PB_RUN(the_page_and_the_document_are_served),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
