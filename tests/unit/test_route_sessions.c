/* The routes of sessions over a real server: each answer fits its schema, each refusal says where. */
#include "pb_test.h"

#include <pthread.h>
#include <sys/stat.h>

#include "api/schema.h"
#include "pitboard/api_routes.h"
#include "pitboard/net_http.h"
#include "sessions_fixture.h"

typedef struct site {
    world              w;
    pb_routes_sessions with;
    pb_pool           *pool;
    pb_api            *api;
    pb_server         *server;
    pthread_t          thread;
    pb__schemas       *schemas;
    pb_http           *http;
} site;

static pb_status find_replay(void *user, const char *name, char *path, size_t cap, pb_error *error)
{
    (void)user;
    if (strcmp(name, "2023-07") != 0) return pb_error_set(error, PB_E_NOENT, "none");
    (void)snprintf(path, cap, "%s", RACE_CSV);
    return PB_OK;
}

static void *serve(void *server)
{
    pb_server_run(server);
    return NULL;
}

static void open_api(site *t)
{
    const uint32_t threads[PB_LANE_N] = {2, 1};
    pb_api_options o                  = pb_api_options_default();
    t->with                    = (pb_routes_sessions){.sessions = t->w.all, .api = &t->api, .find_replay = find_replay};
    const pb_route_table table = pb_routes_sessions_table(&t->with);
    PB_CHECK_EQ(pb_pool_create(threads, 64, NULL, &t->pool, &t->w.error), PB_OK);
    o.tables   = &table;
    o.n_tables = 1;
    o.pool     = t->pool;
    o.limits   = (pb_api_limits){.points_per_s = 1000};
    if (pb_api_create(&o, &t->api, &t->w.error) != PB_OK) fail_msg("%s", t->w.error.text);
}

static void begin(site *t)
{
    pb_http_options h = pb_http_options_default();
    memset(t, 0, sizeof *t);
    begin_world(&t->w);
    open_api(t);
    pb_server_options o = pb_server_options_default();
    o.listen            = "127.0.0.1:0";
    o.user              = t->api;
    o.request           = pb_api_request;
    if (pb_server_open(&o, &t->server, &t->w.error) != PB_OK) fail_msg("%s", t->w.error.text);
    PB_CHECK_EQ(pthread_create(&t->thread, NULL, serve, t->server), 0);
    PB_CHECK_EQ(pb__schemas_create(NULL, &t->schemas, &t->w.error), PB_OK);
    h.attempts_max = 1;
    PB_CHECK_EQ(pb_http_open(&h, &t->http, &t->w.error), PB_OK);
}

static void end(site *t)
{
    pb_http_close(t->http);
    pb_server_drain(t->server, 1000);
    pthread_join(t->thread, NULL);
    PB_CHECK(pb_pool_destroy(t->pool, 5000));
    pb_server_close(t->server);
    pb_api_destroy(t->api);
    pb__schemas_destroy(t->schemas);
    end_world(&t->w);
}

/* The answer as a document when it has that status and fits that schema; NULL when it has no body. */
static pb_json_doc *ask(site *t, pb_http_method method, const char *path, const char *header, const char *body,
                        int status, const char *schema)
{
    char              url[400];
    const char *const headers[] = {"Content-Type: application/json", header};
    pb_http_answer    a         = {0};
    pb_json_doc      *doc       = NULL;
    pb__misfit        misfit;
    pb_error          error;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v1%s", pb_server_port(t->server), path);
    pb_http_request r = {.method    = method,
                         .url       = url,
                         .headers   = headers,
                         .n_headers = header ? 2 : 1,
                         .body      = pb_span_of(body),
                         .once      = true};
    if (pb_http_send(t->http, &r, &a, &error) != PB_OK) fail_msg("%s: %s", path, error.text);
    if (a.status != status) fail_msg("%s: %d instead of %d: %.300s", path, a.status, status, a.body.at);
    if (schema) {
        if (pb_json_parse((pb_span){a.body.at, a.body.len}, path, &doc, &error) != PB_OK) fail_msg("%s", error.text);
        if (!pb__schema_check(t->schemas, pb__schemas_find(t->schemas, schema), pb_json_root(doc), &misfit))
            fail_msg("%s: no %s: %s: %s", path, schema, misfit.pointer, misfit.text);
    }
    pb_http_answer_free(&a);
    return doc;
}

static void get(site *t, const char *path, int status, const char *schema)
{
    pb_json_free(ask(t, PB_HTTP_GET, path, NULL, NULL, status, schema));
}

static void post(site *t, const char *path, const char *body, int status, const char *schema)
{
    pb_json_free(ask(t, PB_HTTP_POST, path, NULL, body, status, schema));
}

static void post_wrong(site *t, const char *path, const char *body, const char *pointer)
{
    pb_json_doc *doc = ask(t, PB_HTTP_POST, path, NULL, body, 422, "Problem");
    PB_CHECK_TEXT(pb_json_chars(pb_json_get(pb_json_root(doc), "pointer")).at, pointer);
    pb_json_free(doc);
}

static const char *path_of(const char *id, const char *rest)
{
    static char path[256];
    snprintf(path, sizeof path, "/sessions/%.64s%s", id, rest);
    return path;
}

PB_TEST(a_replay_is_started_looked_at_controlled_and_stopped)
{
    site t;
    char id[PB_SESSION_ID_MAX], seq[24];
    begin(&t);
    get(&t, "/sessions", 200, NULL);
    pb_json_doc *doc = ask(&t, PB_HTTP_POST, "/sessions", NULL,
                           "{\"replay\":\"2023-07\",\"speed\":0,\"own_car\":\"VER\"}", 201, "Session");
    (void)pb_json_text(pb_json_get(pb_json_root(doc), "id"), id, sizeof id, NULL);
    pb_json_free(doc);
    pb_session *s = pb_sessions_find(t.w.all, "main", id);
    wait_for_last_calls(s);
    get(&t, path_of(id, ""), 200, "Session");
    get(&t, path_of(id, "/state"), 200, "SessionState");
    get(&t, path_of(id, "/cars/ham"), 200, "SessionCar");
    get(&t, path_of(id, "/cars/44"), 200, "SessionCar");
    get(&t, path_of(id, "/cars/XXX"), 404, "Problem");
    get(&t, path_of(id, "/recommendations"), 200, "SessionCalls");
    get(&t, path_of(id, "/recommendations/HAM"), 404, "Problem");
    get(&t, path_of(id, "/history?limit=1"), 200, "CallHistory");
    get(&t, path_of(id, "/history?limit=0"), 400, "Problem");
    get(&t, path_of(id, "/history"), 200, "CallHistory");
    doc = ask(&t, PB_HTTP_GET, path_of(id, "/recommendations/VER"), NULL, NULL, 200, "SessionCall");
    snprintf(seq, sizeof seq, "/calls/%d", (int)pb_json_number(pb_json_get(pb_json_root(doc), "seq")));
    pb_json_free(doc);
    post(&t, path_of(id, seq), "{\"outcome\":\"accepted\"}", 204, NULL);
    post(&t, path_of(id, seq), "{\"outcome\":\"refused\"}", 409, "Problem");
    post(&t, path_of(id, seq), "{\"outcome\":\"open\"}", 422, "Problem");
    post(&t, path_of(id, "/calls/x"), "{\"outcome\":\"accepted\"}", 404, "Problem");
    post(&t, path_of(id, "/control"), "{\"verb\":\"pause\"}", 409, "Problem"); /* at its end */
    post(&t, path_of(id, "/control"), "{\"verb\":\"seek\",\"value\":60}", 200, "Session");
    post_wrong(&t, path_of(id, "/control"), "{\"verb\":\"seek\"}", "/value");
    post_wrong(&t, path_of(id, "/control"), "{\"verb\":\"seek\",\"value\":0.5}", "/value");
    post_wrong(&t, path_of(id, "/control"), "{\"verb\":\"stop\",\"value\":1}", "/value");
    post_wrong(&t, path_of(id, "/control"), "{\"verb\":\"jump\"}", "/verb");
    post(&t, path_of(id, "/control"), "{\"verb\":\"stop\"}", 200, "Session");
    get(&t, path_of(id, "/state"), 200, "SessionState");
    pb_session_drop(s);
    end(&t);
}

PB_TEST(what_cannot_be_started_is_refused_and_names_no_path)
{
    site t;
    begin(&t);
    post_wrong(&t, "/sessions", "{\"replay\":\"2023-08\"}", "/replay");
    post_wrong(&t, "/sessions", "{\"replay\":\"../../etc/passwd\"}", "/replay");
    post_wrong(&t, "/sessions", "{}", "/replay");
    post_wrong(&t, "/sessions", "{\"replay\":\"2023-07\",\"feed\":{}}", "/replay");
    post_wrong(&t, "/sessions", "{\"replay\":\"2023-07\",\"speed\":0.01}", "/speed");
    post_wrong(&t, "/sessions", "{\"feed\":{\"udp\":1023}}", "/feed/udp");
    post_wrong(&t, "/sessions", "{\"feed\":{},\"speed\":2}", "/speed");
    post_wrong(&t, "/sessions", "{\"feed\":{\"udp\":\"0.0.0.0:20777\"}}", "/feed/udp");
    post_wrong(&t, "/sessions", "{\"feed\":{\"udp\":20777,\"points_udp\":20777}}", "/feed/points_udp");
    end(&t);
}

PB_TEST(another_teams_session_is_not_there)
{
    site t;
    begin(&t);
    pb_session_spec spec = pb_session_spec_default();
    spec.id              = "live";
    spec.team            = "others";
    pb_session_drop(start_session(&t.w, &spec));
    static const char *const paths[] = {"",        "/state", "/cars/44", "/recommendations", "/recommendations/44",
                                        "/history"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) get(&t, path_of("live", paths[i]), 404, "Problem");
    post(&t, "/sessions/live/control", "{\"verb\":\"stop\"}", 404, "Problem");
    post(&t, "/sessions/live/calls/1", "{\"outcome\":\"accepted\"}", 404, "Problem");
    post(&t, "/sessions/live/events", "{\"event\":\"chequered\"}", 404, "Problem");
    post(&t, "/telemetry", "{\"time\":1.5,\"car\":7,\"rpm\":1}", 404, "Problem");
    pb_json_doc *doc = ask(&t, PB_HTTP_GET, "/sessions", NULL, NULL, 200, NULL);
    PB_CHECK(doc == NULL);
    end(&t);
}

PB_TEST(telemetry_and_corrections_are_taken_and_answered)
{
    site t;
    begin(&t);
    pb_session_spec spec = pb_session_spec_default();
    spec.id              = "live";
    pb_session  *s       = start_session(&t.w, &spec);
    pb_json_doc *doc     = ask(&t, PB_HTTP_POST, "/telemetry", NULL,
                               "[{\"time\":1700000000.5,\"car\":7,\"rpm\":1},{\"car\":7}]", 200, "TelemetryAnswer");
    PB_CHECK_EQ(pb_json_number(pb_json_get(pb_json_root(doc), "accepted")), 1);
    PB_CHECK_EQ(pb_json_number(pb_json_get(pb_json_root(doc), "refused")), 1);
    pb_json_free(doc);
    post(&t, "/telemetry", "", 422, "Problem");
    post(&t, "/telemetry?session=other", "{\"time\":1.5,\"car\":7,\"rpm\":1}", 404, "Problem");
    pb_json_free(ask(&t, PB_HTTP_POST, "/telemetry", "X-Pitboard-Feed: event",
                     "{\"event\":\"car\",\"car\":7,\"text\":\"KEY\",\"value\":7}", 200, "TelemetryAnswer"));
    pb_json_free(ask(&t, PB_HTTP_POST, "/telemetry", "X-Pitboard-Feed: radar", "x", 400, "Problem"));
    post(&t, "/sessions/live/events", "{\"event\":\"tyre\",\"car\":7,\"value\":1}\n{\"event\":\"tire\",\"car\":7}\n",
         200, "TelemetryAnswer");
    for (int i = 0; i < 2000 && pb_session_car(s, "KEY") == 0; i++) nap(1);
    get(&t, "/sessions/live/cars/KEY", 200, "SessionCar");
    get(&t, "/sessions/live/state", 200, "SessionState");
    pb_session_drop(s);
    end(&t);
}

PB_TEST(more_points_a_second_than_allowed_wait)
{
    site   t;
    size_t len  = 0;
    char  *body = malloc(3000 * 64);
    begin(&t);
    pb_session_spec spec = pb_session_spec_default();
    spec.id              = "live";
    pb_session_drop(start_session(&t.w, &spec));
    for (int i = 0; i < 3000; i++)
        len += (size_t)sprintf(body + len, "{\"time\":%.3f,\"car\":7,\"rpm\":1}\n", 1.7e9 + i / 100.0);
    post(&t, "/telemetry", body, 200, "TelemetryAnswer"); /* 1,000 are allowed: the rest is owed */
    char           url[128];
    const char     body_one[] = "{\"time\":1700000100.5,\"car\":7,\"rpm\":1}";
    pb_http_answer a          = {0};
    pb_error       error;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/api/v1/telemetry", pb_server_port(t.server));
    pb_http_request r = {.method = PB_HTTP_POST, .url = url, .body = pb_span_of(body_one), .once = true};
    PB_CHECK(pb_http_send(t.http, &r, &a, &error) != PB_OK); /* 429 is tried again, and given up */
    PB_CHECK_HAS(error.text, "429");
    free(body);
    end(&t);
}

PB_TEST_MAIN(PB_RUN(a_replay_is_started_looked_at_controlled_and_stopped),
             PB_RUN(what_cannot_be_started_is_refused_and_names_no_path), PB_RUN(another_teams_session_is_not_there),
             PB_RUN(telemetry_and_corrections_are_taken_and_answered), PB_RUN(more_points_a_second_than_allowed_wait))
