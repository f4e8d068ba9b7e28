/* The routes that think behind a real server, with jobs in a real store. */
#include "api_client.h"
#include "apps/api_work.h"
#include "pitboard/store.h"

#define JSON "Content-Type: application/json\r\n"

typedef struct world {
    served         s;
    api_work      *work;
    pb_jobs       *jobs;
    pb_route_table tables[1];
    char           dir[64], url[100];
    pb_metrics    *metrics;
} world;

static pb_status make_store(const char *url, pb_error *error)
{
    pb_store *store = NULL;
    PB_TRY(pb_store_open(url, PB_STORE_CREATE, &store, error));
    pb_store_close(store);
    return PB_OK;
}

static world *begin(void)
{
    world           *w  = calloc(1, sizeof *w);
    pb_error         e  = {0};
    api_work_options o  = api_work_options_default();
    pb_jobs_options  jo = pb_jobs_options_default();
    strcpy(w->dir, "/tmp/pitboard-work-http-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    snprintf(w->url, sizeof w->url, "sqlite:%s/store.db", w->dir);
    if (make_store(w->url, &e) != PB_OK) fail_msg("%s", e.text);
    w->metrics = pb_metrics_create();
    o.models   = w->dir;
    o.metrics  = w->metrics;
    o.jobs     = &w->jobs;
    if (api_work_create(&o, &w->work, &e) != PB_OK) fail_msg("%s", e.text);
    jo.store_url = w->url;
    jo.kinds     = api_work_kinds(w->work, &jo.n_kinds);
    if (pb_jobs_open(&jo, &w->jobs, &e) != PB_OK) fail_msg("%s", e.text);
    w->tables[0]          = api_work_table(w->work);
    w->s.options          = pb_api_options_default();
    w->s.options.tables   = w->tables;
    w->s.options.n_tables = 1;
    w->s.options.metrics  = w->metrics;
    w->s.options.limits   = (pb_api_limits){0};
    serve_begin(&w->s);
    return w;
}

static void end(world *w)
{
    char command[120];
    serve_end(&w->s);
    pb_jobs_close(w->jobs, 5000);
    api_work_destroy(w->work);
    pb_metrics_destroy(w->metrics);
    snprintf(command, sizeof command, "rm -r %s", w->dir);
    PB_CHECK_EQ(system(command), 0);
    free(w);
}

static int post(world *w, const char *path, const char *body)
{
    return ask(&w->s, "POST", path, JSON, body);
}

PB_TEST(small_simulations_are_answered_at_once_and_large_ones_are_jobs)
{
    world *w = begin();
    char   url[1100];
    PB_CHECK_EQ(post(w, "/api/v1/simulations", "{\"race\": \"2023-07\", \"trials\": 100}"), 200);
    PB_CHECK_HAS(w->s.body, "\"name\":\"2023 Spanish Grand Prix\"");
    PB_CHECK_EQ(post(w, "/api/v1/simulations", "{\"race\": \"2024-16\", \"trials\": 20000, \"seed\": 3}"), 202);
    snprintf(url, sizeof url, "%s", told(&w->s, "location"));
    PB_CHECK(strncmp(url, "/api/v1/jobs/", 13) == 0);
    PB_CHECK_HAS(w->s.body, url);
    memmove(url + 20, url + 13, strlen(url + 13) + 1);
    memcpy(url, "/api/v1/simulations/", 20);
    for (int i = 0; i < 600 && ask(&w->s, "GET", url, "", NULL) == 202; i++) usleep(50000);
    PB_CHECK_EQ(w->s.status, 200);
    PB_CHECK_HAS(w->s.body, "\"trials\":20000");
    PB_CHECK_EQ(ask(&w->s, "GET", "/api/v1/simulations/00000000000000000000000000000000", "", NULL), 404);
    end(w);
}

static const struct {
    const char *method, *path, *body;
    int         status;
    const char *has;
} cases[] = {
    {"POST", "/api/v1/recommendations", "{\"circuit\": \"monza\", \"lap\": 20, \"position\": 8, \"trials\": 100}", 200,
     "\"assumed\":[\""},
    {"POST", "/api/v1/recommendations", "{\"circuit\": \"monzza\"}", 422, "\"pointer\":\"/circuit\""},
    {"POST", "/api/v1/recommendations", "{\"circuit\": \"monza\", \"lap\": \"x\"}", 422, "\"pointer\":\"/lap\""},
    {"POST", "/api/v1/recommendations", "{\"circuit\": \"monza\", \"lapp\": 3}", 422, "lapp"},
    {"POST", "/api/v1/predictions/pit-loss", "{\"circuit\": \"monza\", \"position\": null}", 200, "\"unit\":\"s\""},
    {"POST", "/api/v1/predictions/overtake", "{\"position\": 1}", 422, "\"pointer\":\"/position\""},
    {"POST", "/api/v1/strategies/optimal", "{\"race\": \"2023-07\"}", 422, "car"},
    {"GET", "/api/v1/models?limit=2", NULL, 200, "\"kind\":\"forecast\""},
    {"GET", "/api/v1/models/pitcall", NULL, 200, "\"kind\":\"pitcall\""},
    {"GET", "/api/v1/models/pitcal", NULL, 404, "/api/v1/models lists them"},
    {"GET", "/api/v1/models/pitcall/drift", NULL, 409, "no folder of races"},
    {"POST", "/api/v1/models/train", "{}", 409, "no folder of races"},
    {"POST", "/api/v1/models/pitcall/promote", "{\"version\": 7}", 409, "not there"},
    {"POST", "/api/v1/models/pitcall/promote", "{\"version\": 0}", 200, "\"active\":true"},
    {"POST", "/api/v1/models/pitcall/rollback", NULL, 409, "no version was active"},
};

PB_TEST(each_route_answers_with_the_status_it_should)
{
    world *w = begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int status = ask(&w->s, cases[i].method, cases[i].path, cases[i].body ? JSON : "", cases[i].body);
        if (status != cases[i].status || !strstr(w->s.body, cases[i].has))
            fail_msg("%s %s: %d %.600s", cases[i].path, cases[i].body ? cases[i].body : "", status, w->s.body);
    }
    end(w);
}

PB_TEST_MAIN(PB_RUN(small_simulations_are_answered_at_once_and_large_ones_are_jobs),
             PB_RUN(each_route_answers_with_the_status_it_should))
