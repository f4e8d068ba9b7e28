/* Telemetry of the store over a real server: whose, which laps, which channels, what it is worth. */
#include <math.h>

#include "api/telemetry_read.h"
#include "pitboard/feature_window.h"
#include "route_server.h"

#define LAP_M 3000
#define LAP_ROWS 600 /* 60 s at ten a second, 50 m/s */
#define T0 1700000000000000

typedef struct fixture {
    char           path[128], url[160];
    pb_data       *data;
    pb_recordings *telemetry;
    route_server   s;
    pb_error       error;
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

/* Rows [from, to) of a race that begins half a lap before the line. */
static void put_chunk(fixture *f, pb_store *store, int32_t car, int from, int to)
{
    enum { MOST = 2000 };
    static int64_t time[MOST], lap[MOST];
    static float   dist[MOST], speed[MOST], rpm[MOST];
    uint32_t       n = (uint32_t)(to - from);
    PB_CHECK(n <= MOST);
    for (int i = from; i < to; i++) {
        int k    = i - from;
        time[k]  = T0 + (int64_t)i * 100000;
        lap[k]   = 1 + (i + LAP_ROWS / 2) / LAP_ROWS;
        dist[k]  = (float)((i + LAP_ROWS / 2) % LAP_ROWS * 5);
        speed[k] = 180;
        rpm[k]   = i % 4 ? NAN : dist[k];
    }
    pb_chunk_column columns[] = {{.name = "time_us", .i64 = time},
                                 {.name = "lap", .i64 = lap},
                                 {.name = "lapdist_m", .f32 = dist},
                                 {.name = "speed_kmh", .f32 = speed},
                                 {.name = "rpm", .f32 = rpm}};
    pb_chunk        c         = {.session   = "rec-0",
                                 .car       = car,
                                 .from_us   = time[0],
                                 .to_us     = time[n - 1],
                                 .n_rows    = n,
                                 .n_columns = 5,
                                 .columns   = columns,
                                 .seq       = (uint64_t)from + 1};
    if (pb_store_put_chunk(store, &c, &f->error) != PB_OK) fail_msg("%s", f->error.text);
}

static void put_row(fixture *f, pb_store *store, const char *table, const char *const *columns, uint32_t n,
                    const pb_value *values)
{
    pb_append *into;
    if (pb_store_append_into(store, table, columns, n, &into, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    if (pb_store_append_row(into, values, &f->error) != PB_OK) fail_msg("%s", f->error.text);
}

static void put_window(fixture *f, pb_store *store, int64_t kind, int64_t from_s)
{
    static const char *const columns[] = {"session", "car",    "kind",   "from_us", "to_us",
                                          "lap",     "points", "schema", "features"};
    float                    at[PB_WINDOW_FEATURES_N];
    for (int i = 0; i < PB_WINDOW_FEATURES_N; i++) at[i] = i == PB_WF_brake_energy ? NAN : (float)i;
    const pb_value values[] = {pb_value_text("rec-0"),
                               pb_value_i64(7),
                               pb_value_i64(kind),
                               pb_value_i64(T0 + from_s * 1000000),
                               pb_value_i64(T0 + (from_s + 60) * 1000000),
                               pb_value_i64(2),
                               pb_value_i64(600),
                               pb_value_text("window-1"),
                               pb_value_blob(at, sizeof at)};
    put_row(f, store, "live_windows", columns, 9, values);
}

static void fill(fixture *f, pb_store *store)
{
    static const char *const session[] = {"session", "record", "circuit", "started_us"};
    static const char *const gap[]     = {"session", "seq", "why", "n"};
    const pb_value rec[]  = {pb_value_text("rec-0"), pb_value_text("rec"), pb_value_text("spa"), pb_value_i64(T0)};
    const pb_value late[] = {pb_value_text("rec-0"), pb_value_i64(3), pb_value_text("late"), pb_value_i64(5)};
    PB_CHECK_EQ(pb_store_begin(store, &f->error), PB_OK);
    put_row(f, store, "live_sessions", session, 4, rec);
    put_row(f, store, "live_gaps", gap, 4, late);
    put_chunk(f, store, 7, 0, 1000);
    put_chunk(f, store, 7, 1000, 2400);
    put_chunk(f, store, 9, 0, 200);
    put_window(f, store, PB_WINDOW_LAP, 30);
    put_window(f, store, PB_WINDOW_5S, 30);
    PB_CHECK_EQ(pb_store_commit(store, &f->error), PB_OK);
}

static void begin(fixture *f, bool full)
{
    static int n;
    pb_store  *store;
    memset(f, 0, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/pb_test_route_telemetry_%d_%d.db", (int)getpid(), n++);
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    forget(f->path);
    if (pb_store_open(f->url, PB_STORE_CREATE, &store, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    if (full) fill(f, store);
    pb_store_close(store);
    const pb_routes_data with = {.store_url = f->url};
    if (pb_data_open(&with, &f->data, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    if (pb_recordings_open(f->data, NULL, &f->telemetry, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    const pb_route_table table = pb_routes_telemetry_table(f->telemetry);
    route_begin(&f->s, &table, 1);
}

static void end(fixture *f)
{
    route_end(&f->s);
    pb_recordings_close(f->telemetry);
    pb_data_close(f->data);
    forget(f->path);
}

#define AT "/api/v1/telemetry"

static double number(pb_json at, const char *key)
{
    return pb_json_number(pb_json_get(at, key));
}

static pb_json item(pb_json_doc *doc, const char *list, size_t i)
{
    return pb_json_at(pb_json_get(pb_json_root(doc), list), i);
}

/* ---- sentences ---- */

PB_TEST(a_store_without_telemetry_lists_none)
{
    fixture f;
    begin(&f, false);
    PB_CHECK_EQ(route_count(&f.s, AT, "TelemetryRecording"), 0);
    route_bad(&f.s, AT "/rec-0", 404, "no such recording");
    end(&f);
}

PB_TEST(a_recording_says_its_cars_and_what_was_refused)
{
    fixture f;
    begin(&f, true);
    PB_CHECK_EQ(route_count(&f.s, AT, "TelemetryRecording"), 1);
    PB_CHECK_HAS(f.s.body, "\"points\":2600");
    pb_json_doc *doc = route_good(&f.s, AT "/rec-0", "TelemetryDetail", false);
    PB_CHECK_EQ(pb_json_length(pb_json_get(pb_json_root(doc), "by_car")), 2);
    PB_CHECK_NEAR(number(item(doc, "by_car", 0), "points"), 2400, 0);
    PB_CHECK_NEAR(number(item(doc, "by_car", 0), "rate_hz"), 10, 0.01);
    PB_CHECK_NEAR(number(item(doc, "refused", 0), "n"), 5, 0);
    pb_json_free(doc);
    end(&f);
}

PB_TEST(laps_end_at_the_line_and_the_running_one_is_not_among_them)
{
    fixture f;
    begin(&f, true);
    pb_json_doc *doc = route_good(&f.s, AT "/rec-0/laps?car=7", "TelemetryLap", true);
    PB_CHECK_EQ(pb_json_length(pb_json_get(pb_json_root(doc), "items")), 3);
    PB_CHECK_NEAR(number(item(doc, "items", 0), "lap"), 2, 0);
    PB_CHECK_NEAR(number(item(doc, "items", 0), "time_ms"), 60000, 60);
    PB_CHECK_HAS(f.s.body, "\"by\":\"line\"");
    pb_json_free(doc);
    PB_CHECK_EQ(route_count(&f.s, AT "/rec-0/laps", "TelemetryLap"), 3);
    PB_CHECK_EQ(route_count(&f.s, AT "/rec-0/laps?car=8", "TelemetryLap"), 0);
    end(&f);
}

PB_TEST(traces_of_several_laps_have_one_grid)
{
    fixture f;
    begin(&f, true);
    pb_json_doc *doc =
        route_good(&f.s, AT "/rec-0/traces?laps=7:2,7:best&points=31&channels=rpm", "TelemetryTraces", false);
    pb_json a = item(doc, "traces", 0), b = item(doc, "traces", 1);
    double  step = number(pb_json_root(doc), "step_m");
    PB_CHECK_NEAR(step, 100, 0.5);
    PB_CHECK_EQ(pb_json_length(pb_json_get(a, "elapsed_ms")), pb_json_length(pb_json_get(b, "elapsed_ms")));
    PB_CHECK_NEAR(pb_json_number(pb_json_at(pb_json_get(a, "elapsed_ms"), 15)), 15 * step / 50 * 1000, 110);
    PB_CHECK_NEAR(pb_json_number(pb_json_at(pb_json_get(pb_json_get(a, "values"), "rpm"), 10)), 10 * step, 15);
    PB_CHECK(!pb_json_present(pb_json_get(pb_json_get(a, "values"), "speed_kmh")));
    pb_json_free(doc);
    end(&f);
}

PB_TEST(what_cannot_be_asked_of_traces_is_refused_with_its_key)
{
    fixture f;
    begin(&f, true);
    route_bad(&f.s, AT "/rec-0/traces", 400, "laps=88:5");
    route_bad(&f.s, AT "/rec-0/traces?laps=7-2", 400, "7-2 is no car:lap");
    route_bad(&f.s, AT "/rec-0/traces?laps=7:0", 400, "no car:lap");
    route_bad(&f.s, AT "/rec-0/traces?laps=7:99", 404, "no lap 99 of car 7");
    route_bad(&f.s, AT "/rec-0/traces?laps=9:best", 404, "no whole lap of car 9");
    route_bad(&f.s, AT "/rec-0/traces?laps=8:best", 404, "no point of car 8");
    route_bad(&f.s, AT "/rec-0/traces?laps=7:2&channels=colour", 400, "no channel colour");
    route_bad(&f.s, AT "/rec-0/traces?laps=7:2&channels=a_channel_with_a_name_of_32_chars", 400, "name_of_32_chars");
    route_bad(&f.s, AT "/rec-0/traces?laps=7:2&step_m=0", 400, "step_m");
    route_bad(&f.s, AT "/rec-0/traces?laps=7:2&car=7", 400, "not known");
    route_bad(&f.s, AT "/rec-0/traces?laps=7:2&points=9999", 400, "9999");
    route_bad(&f.s, AT "/rec-0/traces?laps=7:2,7:2,7:2,7:2,7:2,7:2,7:2,7:2,7:2,7:2,7:2,7:2,7:2,7:2,7:2&points=5000",
              400, "ask for fewer");
    end(&f);
}

PB_TEST(health_says_the_share_of_points_that_have_a_channel)
{
    fixture f;
    begin(&f, true);
    pb_json_doc *doc = route_good(&f.s, AT "/rec-0/cars/7", "TelemetryCar", false);
    PB_CHECK_NEAR(number(pb_json_root(doc), "lap_m"), LAP_M, 10);
    PB_CHECK_NEAR(number(pb_json_root(doc), "holes"), 0, 0);
    PB_CHECK_NEAR(number(item(doc, "channels", 1), "share"), 1, 0);
    PB_CHECK_HAS(f.s.body, "\"name\":\"rpm\",\"unit\":\"1/min\",\"share\":0.25");
    PB_CHECK_EQ(pb_json_length(pb_json_get(pb_json_root(doc), "density")), 1);
    pb_json_free(doc);
    route_bad(&f.s, AT "/rec-0/cars/8", 404, "no point of car 8");
    route_bad(&f.s, AT "/rec-0/cars/HAM", 404, "HAM is no key of a car");
    end(&f);
}

PB_TEST(windows_are_given_by_kind_and_those_of_which_there_are_many_need_a_car)
{
    fixture f;
    begin(&f, true);
    pb_json_doc *doc = route_good(&f.s, AT "/rec-0/windows", "TelemetryWindow", true);
    PB_CHECK_EQ(pb_json_length(pb_json_get(pb_json_root(doc), "items")), 1);
    PB_CHECK_NEAR(number(item(doc, "items", 0), "speed_mean_kmh"), PB_WF_speed_mean_kmh, 0);
    PB_CHECK_HAS(f.s.body, "\"brake_energy\":null");
    pb_json_free(doc);
    PB_CHECK_EQ(route_count(&f.s, AT "/rec-0/windows?kind=5s&car=7", "TelemetryWindow"), 1);
    route_bad(&f.s, AT "/rec-0/windows?kind=5s", 400, "name a car");
    route_bad(&f.s, AT "/rec-0/windows?kind=year", 400, "kind");
    route_bad(&f.s, AT "/rec-0/windows?kind=5s&car=0", 400, "car");
    route_bad(&f.s, AT "/rec-0/laps?car=40000", 400, "car");
    end(&f);
}

/* A recording of a team, with points. */
static void put_recording(fixture *f, pb_store *store, const char *id, const char *team)
{
    static const char *const columns[]    = {"session", "record", "team"};
    const pb_value           values[]     = {pb_value_text(id), pb_value_text("rec"), pb_value_text(team)};
    int64_t                  time         = T0;
    float                    speed        = 180;
    pb_chunk_column          columns_of[] = {{.name = "time_us", .i64 = &time}, {.name = "speed_kmh", .f32 = &speed}};
    pb_chunk                 c            = {.session   = id,
                                             .car       = 7,
                                             .from_us   = T0,
                                             .to_us     = T0,
                                             .n_rows    = 1,
                                             .n_columns = 2,
                                             .columns   = columns_of,
                                             .seq       = 1};
    put_row(f, store, "live_sessions", columns, 3, values);
    if (pb_store_put_chunk(store, &c, &f->error) != PB_OK) fail_msg("%s", f->error.text);
}

PB_TEST(a_recording_is_its_teams_when_its_session_is_over_and_an_imported_one_the_home_teams)
{
    const pb_caller home = {.team = "main", .home = true}, blue = {.team = "blue"};
    PB_CHECK(pb__may_read(&home, "main") && pb__may_read(&home, ""));
    PB_CHECK(!pb__may_read(&home, "blue"));
    PB_CHECK(pb__may_read(&blue, "blue"));
    PB_CHECK(!pb__may_read(&blue, "main") && !pb__may_read(&blue, ""));
    fixture   f;
    pb_store *store;
    begin(&f, true); /* rec-0 is nobody's; who asks is of the home team, which is called main */
    PB_CHECK_EQ(pb_store_open(f.url, PB_STORE_WRITE, &store, &f.error), PB_OK);
    PB_CHECK_EQ(pb_store_begin(store, &f.error), PB_OK);
    put_recording(&f, store, "own-0", "main");
    put_recording(&f, store, "blue-0", "blue");
    PB_CHECK_EQ(pb_store_commit(store, &f.error), PB_OK);
    pb_store_close(store);
    PB_CHECK_EQ(route_count(&f.s, AT, "TelemetryRecording"), 2);
    PB_CHECK(strstr(f.s.body, "blue-0") == NULL);
    route_bad(&f.s, AT "/blue-0", 404, "no such recording");
    route_bad(&f.s, AT "/blue-0/traces?laps=7:1", 404, "no such recording");
    pb_json_free(route_good(&f.s, AT "/own-0", "TelemetryDetail", false));
    end(&f);
}

PB_TEST(a_recording_is_known_to_be_that_of_a_session_that_runs)
{
    const pb__owners owners = {.n = 2, .at = {{"live", "red", "rec-a"}, {"other", "blue", "rec-b"}}};
    PB_CHECK_TEXT(pb__owner_of(&owners, "rec-b")->session, "other");
    PB_CHECK(pb__owner_of(&owners, "imported") == NULL);
    PB_CHECK(pb__owner_of(&owners, "") == NULL);
}

PB_TEST_MAIN(PB_RUN(a_store_without_telemetry_lists_none), PB_RUN(a_recording_says_its_cars_and_what_was_refused),
             PB_RUN(laps_end_at_the_line_and_the_running_one_is_not_among_them),
             PB_RUN(traces_of_several_laps_have_one_grid),
             PB_RUN(what_cannot_be_asked_of_traces_is_refused_with_its_key),
             PB_RUN(health_says_the_share_of_points_that_have_a_channel),
             PB_RUN(windows_are_given_by_kind_and_those_of_which_there_are_many_need_a_car),
             PB_RUN(a_recording_is_its_teams_when_its_session_is_over_and_an_imported_one_the_home_teams),
             PB_RUN(a_recording_is_known_to_be_that_of_a_session_that_runs))
