/* Profiles over a real server: of a store with bundled races, and of one that changes under it. */
#include "pitboard/api_routes.h"
#include "pitboard/predict_store.h"
#include "pitboard/wire.h"
#include "route_server.h"

typedef struct fixture {
    char         path[128], url[160];
    pb_data     *data;
    pb_profiles *profiles;
    route_server s;
    pb_error     error;
} fixture;

static void forget(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char name[300];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

static void put(const char *url, const char *race)
{
    char            path[512];
    pb_store       *store;
    pb_bytes        bytes;
    pb_race_log     log;
    pb_store_counts counts;
    pb_error        error = {0};
    bool            known;
    snprintf(path, sizeof path, PB_SOURCE_DIR "/data/races/%s.csv", race);
    if (pb_store_open(url, PB_STORE_CREATE, &store, &error) != PB_OK) fail_msg("%s", error.text);
    pb_race_log_init(&log);
    PB_CHECK_EQ(pb_file_read(path, 0, &bytes, &error), PB_OK);
    PB_CHECK_EQ(pb_wire_read_laps((pb_span){bytes.at, bytes.len}, path, &log, &error), PB_OK);
    pb_history_file file = {
        .path = path, .text = {bytes.at, bytes.len}, .form = "laps", .format = "fastf1", .licence = "x"};
    if (pb_history_put_log(store, &file, &log, &counts, &known, &error) != PB_OK) fail_msg("%s", error.text);
    pb_race_log_fini(&log);
    pb_bytes_free(&bytes);
    pb_store_close(store);
}

static void begin(fixture *f)
{
    static int n;
    pb_store  *store;
    memset(f, 0, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/pb_test_route_profiles_%d_%d.db", (int)getpid(), n++);
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    forget(f->path);
    if (pb_store_open(f->url, PB_STORE_CREATE, &store, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    pb_store_close(store);
    const pb_routes_data with = {.store_url = f->url};
    if (pb_data_open(&with, &f->data, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    PB_CHECK_EQ(pb_profiles_open(f->data, &f->profiles, &f->error), PB_OK);
    const pb_route_table table = pb_routes_profiles_table(f->profiles);
    route_begin(&f->s, &table, 1);
}

static void end(fixture *f)
{
    route_end(&f->s);
    pb_profiles_close(f->profiles);
    pb_data_close(f->data);
    forget(f->path);
}

static double number_at(const char *body, const char *key)
{
    pb_json_doc *doc;
    pb_error     error;
    PB_CHECK_EQ(pb_json_parse(pb_span_of(body), "answer", &doc, &error), PB_OK);
    double value = pb_json_number(pb_json_get(pb_json_root(doc), key));
    pb_json_free(doc);
    return value;
}

PB_TEST(an_empty_store_has_no_profiles_no_teams_and_nobody)
{
    fixture f;
    begin(&f);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/profiles", "ProfileLine"), 0);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/profiles?of=team&season=2023", "ProfileLine"), 0);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/teams", "Team"), 0);
    route_bad(&f.s, "/api/v1/drivers/VER/profile", 404, "no driver VER here");
    route_bad(&f.s, "/api/v1/teams/red_bull/profile", 404, "no team red_bull here");
    end(&f);
}

PB_TEST(profiles_fit_their_schema_for_drivers_teams_and_one_season)
{
    fixture f;
    begin(&f);
    put(f.url, "2023_07_spanish");
    put(f.url, "2021_21_saudi_arabian");
    pb_json_free(route_good(&f.s, "/api/v1/drivers/VER/profile", "Profile", false));
    PB_CHECK_HAS(f.s.body, "\"kind\":\"driver\",\"name\":\"Verstappen\",\"team\":\"red_bull\"");
    PB_CHECK_HAS(f.s.body, "\"why\":\"2 races, 3 are needed\"");
    pb_json_free(route_good(&f.s, "/api/v1/drivers/VER/profile?season=2023", "Profile", false));
    PB_CHECK_NEAR(number_at(f.s.body, "races"), 1, 0);
    pb_json_free(route_good(&f.s, "/api/v1/teams/red_bull/profile", "Profile", false));
    PB_CHECK_HAS(f.s.body, "\"drivers\":[{\"id\":\"PER\"");
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/profiles?season=2021&limit=100", "ProfileLine"), 20);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/profiles?of=team&limit=100", "ProfileLine"), 10);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/profiles?team=ferrari&season=2023", "ProfileLine"), 2);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/teams", "Team"), 10);
    end(&f);
}

PB_TEST(a_question_that_makes_no_sense_is_refused)
{
    fixture f;
    begin(&f);
    put(f.url, "2023_07_spanish");
    route_bad(&f.s, "/api/v1/drivers/VER/profile?season=12", 400, "outside 1950");
    route_bad(&f.s, "/api/v1/drivers/VER/profile?season=x", 400, "season");
    route_bad(&f.s, "/api/v1/profiles?of=horse", 400, "of");
    route_bad(&f.s, "/api/v1/drivers/verstappen/profile", 404, "no driver verstappen here"); /* a name is no id */
    end(&f);
}

PB_TEST(an_import_changes_what_is_said_from_the_next_request_on)
{
    fixture f;
    begin(&f);
    put(f.url, "2023_07_spanish");
    pb_json_free(route_good(&f.s, "/api/v1/drivers/VER/profile", "Profile", false));
    PB_CHECK_NEAR(number_at(f.s.body, "races"), 1, 0);
    put(f.url, "2024_16_italian");
    pb_json_free(route_good(&f.s, "/api/v1/drivers/VER/profile", "Profile", false));
    PB_CHECK_NEAR(number_at(f.s.body, "races"), 2, 0);
    char *first = strdup(f.s.body);
    pb_json_free(route_good(&f.s, "/api/v1/drivers/VER/profile", "Profile", false));
    PB_CHECK_TEXT(first, f.s.body);
    free(first);
    end(&f);
}

typedef struct asker {
    route_server *s;
    int           good;
} asker;

static void *ask_often(void *with)
{
    asker       *a   = with;
    route_server own = {.server = a->s->server};
    for (int i = 0; i < 10; i++) a->good += route_get(&own, "/api/v1/drivers/HAM/profile") == 200;
    free(own.head);
    return NULL;
}

PB_TEST(many_ask_at_once_while_the_store_changes)
{
    fixture   f;
    pthread_t thread[4];
    asker     a[4];
    begin(&f);
    put(f.url, "2023_07_spanish");
    for (int i = 0; i < 4; i++) {
        a[i] = (asker){.s = &f.s};
        PB_CHECK_EQ(pthread_create(&thread[i], NULL, ask_often, &a[i]), 0);
    }
    put(f.url, "2024_16_italian");
    put(f.url, "2021_21_saudi_arabian");
    for (int i = 0; i < 4; i++) {
        PB_CHECK_EQ(pthread_join(thread[i], NULL), 0);
        PB_CHECK_EQ(a[i].good, 10);
    }
    end(&f);
}

PB_TEST_MAIN(PB_RUN(an_empty_store_has_no_profiles_no_teams_and_nobody),
             PB_RUN(profiles_fit_their_schema_for_drivers_teams_and_one_season),
             PB_RUN(a_question_that_makes_no_sense_is_refused),
             PB_RUN(an_import_changes_what_is_said_from_the_next_request_on),
             PB_RUN(many_ask_at_once_while_the_store_changes))
