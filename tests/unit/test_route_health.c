/* /healthz, /readyz, /metrics: over a real server, asked by a real client. */
#include "pb_test.h"

#include <netinet/in.h>
#include <pthread.h>
#include <sys/socket.h>

#include "pitboard/api_routes.h"
#include "pitboard/net_http.h"

/* One dependency, as the test has set it. */
typedef struct part {
    const char *state, *why;
    bool        ready;
} part;

static void look(void *user, char state[16], char why[128], bool *ready)
{
    const part *p = user;
    snprintf(state, 16, "%s", p->state);
    snprintf(why, 128, "%s", p->why);
    *ready = p->ready;
}

typedef struct world {
    part             parts[2];
    pb_dependency    dependencies[2];
    pb_routes_health with;
    pb_server       *server;
    pb_pool         *pool;
    pb_api          *api;
    pb_http         *http;
    pthread_t        thread;
    pb_http_answer   answer;
} world;

static void *serve(void *server)
{
    pb_server_run(server);
    return NULL;
}

static void begin(world *w)
{
    static const uint32_t threads[PB_LANE_N] = {1, 1};
    pb_error              error;
    memset(w, 0, sizeof *w);
    w->parts[0]        = (part){"ok", "", true};
    w->parts[1]        = (part){"off", "", true};
    w->dependencies[0] = (pb_dependency){"store", look, &w->parts[0]};
    w->dependencies[1] = (pb_dependency){"record", look, &w->parts[1]};
    w->with = (pb_routes_health){.at = w->dependencies, .n = 2, .metrics = pb_metrics_create(), .open_metrics = true};

    pb_route_table table = pb_routes_health_table(&w->with);
    pb_api_options api   = pb_api_options_default();
    PB_CHECK_EQ(pb_pool_create(threads, 4, NULL, &w->pool, &error), PB_OK);
    api.tables   = &table;
    api.n_tables = 1;
    api.pool     = w->pool;
    api.metrics  = w->with.metrics;
    if (pb_api_create(&api, &w->api, &error) != PB_OK) fail_msg("%s", error.text);

    pb_server_options o = pb_server_options_default();
    o.listen            = "127.0.0.1:0";
    o.user              = w->api;
    o.request           = pb_api_request;
    if (pb_server_open(&o, &w->server, &error) != PB_OK) fail_msg("%s", error.text);
    PB_CHECK_EQ(pthread_create(&w->thread, NULL, serve, w->server), 0);

    pb_http_options h = pb_http_options_default();
    h.attempts_max    = 1;
    PB_CHECK_EQ(pb_http_open(&h, &w->http, &error), PB_OK);
}

static void end(world *w)
{
    pb_http_answer_free(&w->answer);
    pb_http_close(w->http);
    pb_server_drain(w->server, 1000);
    pthread_join(w->thread, NULL);
    pb_server_close(w->server);
    pb_api_destroy(w->api);
    PB_CHECK(pb_pool_destroy(w->pool, 1000));
    pb_metrics_destroy(w->with.metrics);
}

/* The body, until the next question. */
static const char *got(world *w, const char *path)
{
    char     url[128];
    pb_error error;
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", pb_server_port(w->server), path);
    pb_http_answer_free(&w->answer);
    w->answer = (pb_http_answer){0};
    if (pb_http_send(w->http, &(pb_http_request){.method = PB_HTTP_GET, .url = url}, &w->answer, &error) != PB_OK)
        fail_msg("%s", error.text);
    return w->answer.body.at;
}

PB_TEST(a_process_that_answers_is_healthy)
{
    world w;
    begin(&w);
    PB_CHECK_TEXT(got(&w, "/healthz"), "{\"status\":\"ok\",\"version\":\"" PB_VERSION "\"}\n");
    PB_CHECK_EQ(w.answer.status, 200);
    end(&w);
}

PB_TEST(ready_is_who_has_all_it_needs_and_each_is_told)
{
    world w;
    begin(&w);
    PB_CHECK_TEXT(got(&w, "/readyz"),
                  "{\"dependencies\":[{\"name\":\"store\",\"state\":\"ok\",\"ready\":true,\"why\":null},"
                  "{\"name\":\"record\",\"state\":\"off\",\"ready\":true,\"why\":null}],\"status\":\"ready\"}\n");
    PB_CHECK_EQ(w.answer.status, 200);
    end(&w);
}

/* The whole answer: a client that is polite would take 503 for "later". */
static void asked_plainly(const world *w, const char *path, char *to, size_t cap)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(pb_server_port(w->server)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    PB_CHECK_EQ(connect(fd, (struct sockaddr *)&at, sizeof at), 0);
    PB_CHECK(dprintf(fd, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path) > 0);
    size_t len = 0;
    for (ssize_t n; (n = read(fd, to + len, cap - 1 - len)) > 0;) len += (size_t)n;
    to[len] = '\0';
    close(fd);
}

PB_TEST(one_part_that_is_not_ready_is_a_503_that_says_which)
{
    world w;
    char  text[4096];
    begin(&w);
    w.parts[1] = (part){"stalled", "1 of 2 sessions", false};
    asked_plainly(&w, "/readyz", text, sizeof text);
    if (strncmp(text, "HTTP/1.1 503 ", 13) != 0) fail_msg("%s", text);
    PB_CHECK_HAS(text, "{\"name\":\"record\",\"state\":\"stalled\",\"ready\":false,\"why\":\"1 of 2 sessions\"}");
    PB_CHECK_HAS(text, "\"status\":\"not ready\"");
    PB_CHECK_HAS(text, "no-store");
    w.parts[1] = (part){"behind", "1 of 2 sessions", true};
    asked_plainly(&w, "/readyz", text, sizeof text);
    PB_CHECK(strncmp(text, "HTTP/1.1 200 ", 13) == 0);
    PB_CHECK_HAS(text, "\"state\":\"behind\"");
    end(&w);
}

PB_TEST(metrics_are_text_for_prometheus_with_the_dependencies_in_them)
{
    world w;
    begin(&w);
    w.parts[1]       = (part){"stalled", "1 of 2 sessions", false};
    const char *text = got(&w, "/metrics");
    PB_CHECK_EQ(w.answer.status, 200);
    PB_CHECK_HAS(w.answer.content_type, "text/plain; version=0.0.4");
    PB_CHECK_HAS(text, "# TYPE pitboard_dependency_up gauge\n");
    PB_CHECK_HAS(text, "pitboard_dependency_up{name=\"store\"} 1\n");
    PB_CHECK_HAS(text, "pitboard_dependency_up{name=\"record\"} 0\n");
    end(&w);
}

PB_TEST(metrics_are_for_an_admin_of_the_home_team_unless_they_are_open)
{
    pb_routes_health open = {.open_metrics = true}, closed = {0};
    pb_route_table   a = pb_routes_health_table(&open), b = pb_routes_health_table(&closed);
    PB_CHECK_EQ(a.n, b.n);
    for (uint32_t i = 0; i < a.n; i++) {
        bool metrics = strcmp(b.rows[i].path, "/metrics") == 0;
        PB_CHECK_EQ(a.rows[i].role, PB_ROLE_NONE);
        PB_CHECK_EQ(b.rows[i].role, metrics ? PB_ROLE_ADMIN : PB_ROLE_NONE);
        PB_CHECK_EQ((b.rows[i].flags & PB_ROUTE_HOME) != 0, metrics);
    }
}

PB_TEST_MAIN(PB_RUN(a_process_that_answers_is_healthy), PB_RUN(ready_is_who_has_all_it_needs_and_each_is_told),
             PB_RUN(one_part_that_is_not_ready_is_a_503_that_says_which),
             PB_RUN(metrics_are_text_for_prometheus_with_the_dependencies_in_them),
             PB_RUN(metrics_are_for_an_admin_of_the_home_team_unless_they_are_open))
