/* Data routes over a real server: from a store with bundled races, from one with what other sources tell,
 * from an empty one. */
#include "pitboard/api_routes.h"
#include "pitboard/predict_store.h"
#include "pitboard/store_server.h"
#include "pitboard/wire.h"
#include "route_server.h"

typedef struct fixture {
    char         path[128], url[160];
    pb_data     *data;
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

static void put_laps(pb_store *store, const char *path)
{
    pb_bytes        bytes;
    pb_race_log     log;
    pb_store_counts counts;
    pb_error        error;
    bool            known;
    if (pb_file_read(path, 0, &bytes, &error) != PB_OK) fail_msg("%s", error.text);
    pb_history_file file = {
        .path = path, .text = {bytes.at, bytes.len}, .form = "laps", .format = "fastf1", .licence = "x"};
    pb_race_log_init(&log);
    if (pb_wire_read_laps(file.text, path, &log, &error) != PB_OK) fail_msg("%s", error.text);
    if (pb_history_put_log(store, &file, &log, &counts, &known, &error) != PB_OK) fail_msg("%s", error.text);
    pb_race_log_fini(&log);
    pb_bytes_free(&bytes);
}

static void put_table(pb_store *store, const char *text, const char *path)
{
    pb_records          records;
    pb_store_counts     counts;
    pb_error            error;
    bool                known;
    const pb_wire_form *form = pb_wire_form_of(pb_span_of(text));
    PB_CHECK(form != NULL);
    pb_history_file file = {
        .path = path, .text = pb_span_of(text), .form = form->name, .format = form->format, .licence = "x"};
    pb_records_init(&records);
    if (pb_wire_read_records(file.text, path, NULL, &records, &error) != PB_OK) fail_msg("%s", error.text);
    if (pb_history_put_records(store, &file, &records, &counts, &known, &error) != PB_OK) fail_msg("%s", error.text);
    PB_CHECK_EQ(counts.quarantined, 0);
    pb_records_fini(&records);
}

#define STINTS                                                                                                         \
    "season,round,event,session_key,driver_number,stint_number,lap_start,lap_end,compound,tyre_age_at_start\n"         \
    "2023,7,x,9102,1,1,1,26,MEDIUM,0\n2023,7,x,9102,44,1,1,24,SOFT,3\n"

/* PB_DATA_STORE: URL of two empty databases, "N" in its name is 0 or 1; the second gets the races once
 * (tests/system/api_postgres.sh). */
static void put_url(fixture *f, int n, bool races)
{
    const char *url = getenv("PB_DATA_STORE"), *at = url ? strchr(url, 'N') : NULL;
    snprintf(f->path, sizeof f->path, "/tmp/pb_test_route_data_%d_%d.db", (int)getpid(), n);
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    forget(f->path);
    if (at) snprintf(f->url, sizeof f->url, "%.*s%d%s", (int)(at - url), url, races, at + 1);
}

static void begin(fixture *f, bool races)
{
    static int n;
    pb_store  *store;
    memset(f, 0, sizeof *f);
    put_url(f, n++, races);
    if (pb_store_open(f->url, PB_STORE_CREATE, &store, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    if (races) {
        put_laps(store, PB_SOURCE_DIR "/data/races/2021_21_saudi_arabian.csv");
        put_laps(store, PB_SOURCE_DIR "/data/races/2023_07_spanish.csv");
    }
    pb_store_close(store);
    const pb_routes_data with = {.store_url = f->url};
    if (pb_data_open(&with, &f->data, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    const pb_route_table table = pb_routes_data_table(f->data);
    route_begin(&f->s, &table, 1);
}

static void end(fixture *f)
{
    route_end(&f->s);
    pb_data_close(f->data);
    forget(f->path);
}

static const char *text_of(pb_json object, const char *key)
{
    return pb_json_chars(pb_json_get(object, key)).at;
}

static double number_of(pb_json object, const char *key)
{
    return pb_json_number(pb_json_get(object, key));
}

/* The first item; free the document. */
static pb_json first(pb_json_doc *doc)
{
    return pb_json_at(pb_json_get(pb_json_root(doc), "items"), 0);
}

/* ---- sentences ---- */

PB_TEST(an_empty_store_has_circuits_and_no_races)
{
    fixture f;
    begin(&f, false);
    PB_CHECK(route_count(&f.s, "/api/v1/circuits?limit=1000", "Circuit") > 30);
    pb_json_doc *doc  = route_good(&f.s, "/api/v1/circuits/barcelona", "CircuitDetail", false);
    pb_json      root = pb_json_root(doc);
    PB_CHECK_NEAR(number_of(root, "length_m"), 4657, 0);
    PB_CHECK_NEAR(number_of(root, "laps"), 66, 0);
    PB_CHECK(number_of(root, "pit_loss_s") > 15 && number_of(root, "pit_loss_s") < 40);
    PB_CHECK_HAS(f.s.body, "\"pooled\":false");
    pb_json_free(doc);
    pb_json_free(route_good(&f.s, "/api/v1/circuits/buddh", "CircuitDetail", false));
    PB_CHECK_HAS(f.s.body, "\"pooled\":true");
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/seasons/2023/races", "Race"), 0);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/seasons", "Season"), 0);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/drivers", "Driver"), 0);
    route_bad(&f.s, "/api/v1/races/2023-07", 404, "no race 2023-07 here");
    end(&f);
}

PB_TEST(a_race_of_the_bundle_is_told_whole)
{
    fixture f;
    begin(&f, true);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/seasons/2023/races", "Race"), 1);
    pb_json_doc *doc  = route_good(&f.s, "/api/v1/races/2023-07", "RaceDetail", false);
    pb_json      root = pb_json_root(doc);
    PB_CHECK_TEXT(text_of(root, "circuit"), "barcelona");
    PB_CHECK_EQ(pb_json_length(pb_json_get(root, "entries")), 20);
    PB_CHECK_NEAR(number_of(pb_json_get(root, "rows"), "laps"), 1312, 0);
    PB_CHECK_HAS(f.s.head, "private, max-age=60");
    pb_json_free(doc);
    doc = route_good(&f.s, "/api/v1/races/2023-07/laps?driver=VER&lap=1", "RaceLap", true);
    PB_CHECK_EQ(pb_json_length(pb_json_get(pb_json_root(doc), "items")), 1);
    PB_CHECK_TEXT(text_of(first(doc), "compound"), "MEDIUM");
    PB_CHECK_NEAR(number_of(first(doc), "number"), 1, 0);
    pb_json_free(doc);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/races/2023-07/laps?limit=1000", "RaceLap"), 1000);
    end(&f);
}

PB_TEST(seasons_are_listed_newest_first_with_how_many_races_have_laps)
{
    fixture f;
    begin(&f, true);
    pb_json_doc *doc = route_good(&f.s, "/api/v1/seasons", "Season", true);
    PB_CHECK_EQ(pb_json_length(pb_json_get(pb_json_root(doc), "items")), 2);
    PB_CHECK_NEAR(number_of(first(doc), "season"), 2023, 0);
    PB_CHECK_NEAR(number_of(first(doc), "races"), 1, 0);
    PB_CHECK_NEAR(number_of(first(doc), "with_laps"), 1, 0);
    pb_json_free(doc);
    end(&f);
}

/* ---- calls ---- */

static void put_call(pb_store *store, const char *team, int seq, int lap, const char *action, double confidence,
                     const char *outcome, const char *followed)
{
    char     call[160];
    pb_error error;
    snprintf(call, sizeof call, "{\"seq\":%d,\"call\":{\"actions\":[{\"action\":\"%s\",\"confidence\":%.2f}]}}", seq,
             action, confidence);
    const pb_value values[] = {
        pb_value_text(team),
        pb_value_i64(seq),
        pb_value_i64(lap),
        pb_value_text(action),
        pb_value_text(call),
        pb_value_text(outcome),
        {.kind = followed ? PB_VALUE_TEXT : PB_VALUE_NULL, .text = pb_span_of(followed ? followed : "")},
        pb_value_i64(lap + 1)};
    if (pb_store_change(store,
                        "INSERT INTO server_calls(session, seq, car, team, at_us, lap, action, compound, target_lap, "
                        "inputs, call, outcome, followed) VALUES ('s1', ?2, 1, ?1, ?2, ?3, ?4, 'HARD', ?8, '{}', "
                        "?5, ?6, ?7)",
                        values, 8, NULL, &error) != PB_OK)
        fail_msg("%s", error.text);
}

static void put_calls(fixture *f)
{
    pb_store *store;
    if (pb_store_open(f->url, PB_STORE_CREATE, &store, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    (void)pb_store_change(store, "DELETE FROM server_calls", NULL, 0, NULL, &f->error);
    put_call(store, "main", 1, 9, "BOX", 0.55, "superseded",
             "{\"lap\":10,\"compound\":\"HARD\"}"); /* not its lap's last */
    put_call(store, "main", 2, 9, "BOX", 0.72, "accepted", "{\"lap\":10,\"compound\":\"HARD\"}");
    put_call(store, "main", 3, 20, "UNDERCUT", 0.78, "refused", "{\"lap\":22,\"compound\":\"SOFT\"}");
    put_call(store, "main", 4, 30, "BOX", 0.70, "open", NULL);
    put_call(store, "main", 5, 40, "STAY_OUT", 1, "superseded", "{\"lap\":null,\"compound\":null}");
    put_call(store, "main", 6, 41, "STAY_OUT", 0.95, "open", "{\"lap\":42,\"compound\":\"SOFT\"}");
    put_call(store, "other", 7, 50, "BOX", 0.99, "open", NULL);
    pb_store_close(store);
}

static double share_of(pb_json step, const char *what, const char *key)
{
    return number_of(pb_json_get(step, what), key);
}

PB_TEST(calls_are_counted_by_confidence_with_what_became_of_them)
{
    fixture f;
    begin(&f, false);
    put_calls(&f);
    pb_json_doc *doc  = route_good(&f.s, "/api/v1/calls/calibration", "CallCalibration", false);
    pb_json      root = pb_json_root(doc), box = pb_json_at(pb_json_get(root, "sides"), 0),
            stay = pb_json_at(pb_json_get(root, "sides"), 1);
    PB_CHECK_NEAR(number_of(root, "calls"), 5, 0);
    PB_CHECK_NEAR(number_of(root, "sessions"), 1, 0);
    pb_json seventies = pb_json_at(pb_json_get(box, "steps"), 3);
    PB_CHECK_NEAR(number_of(seventies, "calls"), 3, 0);
    PB_CHECK_NEAR(number_of(seventies, "confidence"), 0.733333, 1e-6);
    PB_CHECK_NEAR(share_of(seventies, "followed", "k"), 1, 0);
    PB_CHECK_NEAR(share_of(seventies, "followed", "n"), 2, 0);
    PB_CHECK_NEAR(share_of(seventies, "later", "k"), 1, 0);
    PB_CHECK_NEAR(share_of(seventies, "same_compound", "k"), 1, 0);
    PB_CHECK_NEAR(share_of(seventies, "accepted", "n"), 2, 0);
    PB_CHECK_NEAR(share_of(seventies, "followed", "lo"), 0.120866, 1e-6); /* Wilson, 1 of 2, z 1.6449 */
    PB_CHECK_NEAR(share_of(seventies, "followed", "hi"), 0.879134, 1e-6);
    pb_json sure = pb_json_at(pb_json_get(stay, "steps"), 5);
    PB_CHECK_NEAR(number_of(sure, "calls"), 2, 0); /* a confidence of 1 is in the last step */
    PB_CHECK_NEAR(share_of(sure, "followed", "k"), 1, 0);
    PB_CHECK_NEAR(share_of(pb_json_get(stay, "all"), "followed", "n"), 2, 0);
    pb_json_free(doc);
    end(&f);
}

PB_TEST(without_calls_every_share_is_unknown)
{
    fixture f;
    begin(&f, false);
    pb_json_doc *doc = route_good(&f.s, "/api/v1/calls/calibration", "CallCalibration", false);
    PB_CHECK_NEAR(number_of(pb_json_root(doc), "calls"), 0, 0);
    PB_CHECK_HAS(f.s.body, "\"followed\":{\"k\":0,\"n\":0,\"share\":null,\"lo\":null,\"hi\":null}");
    pb_json_free(doc);
    end(&f);
}

PB_TEST(results_stints_and_neutralisations_that_no_source_tells_come_from_the_laps)
{
    fixture f;
    begin(&f, true);
    pb_json_doc *doc = route_good(&f.s, "/api/v1/races/2023-07/results", "RaceResult", true);
    PB_CHECK_EQ(pb_json_length(pb_json_get(pb_json_root(doc), "items")), 20);
    PB_CHECK_TEXT(text_of(first(doc), "driver"), "VER");
    PB_CHECK_NEAR(number_of(first(doc), "grid"), 1, 0);
    PB_CHECK_NEAR(number_of(first(doc), "time_ms"), 5277940, 2000); /* 1:27:57.940 */
    PB_CHECK_HAS(f.s.body, "\"derived\":true");
    pb_json_free(doc);
    doc = route_good(&f.s, "/api/v1/races/2023-07/stints?driver=VER", "RaceStint", true);
    PB_CHECK_EQ(pb_json_length(pb_json_get(pb_json_root(doc), "items")), 3);
    PB_CHECK_NEAR(number_of(first(doc), "to_lap"), 26, 0);
    pb_json_free(doc);
    PB_CHECK(route_count(&f.s, "/api/v1/races/2021-21/events?kind=neutralisation", "RaceEvent") >= 5);
    PB_CHECK_HAS(f.s.body, "\"RED\"");
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/races/2021-21/events?kind=weather", "RaceEvent"), 0);
    end(&f);
}

PB_TEST(what_a_source_lists_is_given_as_it_lists_it)
{
    fixture   f;
    pb_store *store;
    begin(&f, true);
    PB_CHECK_EQ(pb_store_open(f.url, PB_STORE_WRITE, &store, &f.error), PB_OK);
    put_table(store, STINTS, "stints.csv");
    pb_store_close(store);
    PB_CHECK_EQ(route_count(&f.s, "/api/v1/races/2023-07/stints", "RaceStint"), 2);
    PB_CHECK_HAS(f.s.body, "\"derived\":false");
    end(&f);
}

PB_TEST(drivers_are_listed_with_the_races_they_drove)
{
    fixture f;
    begin(&f, true);
    PB_CHECK(route_count(&f.s, "/api/v1/drivers", "Driver") > 20);
    pb_json_doc *doc  = route_good(&f.s, "/api/v1/drivers/VER", "DriverDetail", false);
    pb_json      root = pb_json_root(doc);
    PB_CHECK_TEXT(text_of(root, "surname"), "Verstappen");
    PB_CHECK_EQ(pb_json_length(pb_json_get(root, "entries")), 2);
    PB_CHECK_NEAR(number_of(root, "last_season"), 2023, 0);
    pb_json_free(doc);
    end(&f);
}

PB_TEST(what_is_not_there_is_told_with_what_is_near)
{
    fixture f;
    begin(&f, true);
    route_bad(&f.s, "/api/v1/races/2023-70", 404, "did you mean 2023-07");
    route_bad(&f.s, "/api/v1/races/spain", 404, "races are called 2023-07");
    route_bad(&f.s, "/api/v1/races/2023-07S/laps", 404, "no race 2023-07S");
    route_bad(&f.s, "/api/v1/races/1999-01/stints", 404, "no race 1999-01");
    route_bad(&f.s, "/api/v1/races/%27%20OR%201%3D1/results", 404, "races are called");
    route_bad(&f.s, "/api/v1/races/2023-07%00/events", 400, "");
    route_bad(&f.s, "/api/v1/circuits/catalunya", 404, "did you mean barcelona");
    route_bad(&f.s, "/api/v1/circuits/moon", 404, "no circuit moon here");
    route_bad(&f.s, "/api/v1/drivers/ZZZ", 404, "no driver ZZZ");
    route_bad(&f.s, "/api/v1/drivers/%ff%fe", 400, "");
    route_bad(&f.s, "/api/v1/seasons/next/races", 404, "seasons are years");
    route_bad(&f.s, "/api/v1/seasons/20230/races", 404, "seasons are years");
    end(&f);
}

/* NULL when every answer was right. */
static void *ask_often(void *with)
{
    route_server mine  = *(route_server *)with;
    bool         right = true;
    mine.head          = NULL;
    for (int i = 0; i < 5; i++)
        right =
            route_get(&mine, "/api/v1/races/2023-07/stints?driver=VER") == 200 && strstr(mine.body, "MEDIUM") && right;
    free(mine.head);
    return right ? NULL : with;
}

PB_TEST(several_ask_at_once_and_each_has_a_handle_of_its_own)
{
    fixture   f;
    pthread_t asking[4];
    void     *wrong;
    begin(&f, true);
    for (int i = 0; i < 4; i++) PB_CHECK_EQ(pthread_create(&asking[i], NULL, ask_often, &f.s), 0);
    for (int i = 0; i < 4; i++) {
        PB_CHECK_EQ(pthread_join(asking[i], &wrong), 0);
        PB_CHECK(wrong == NULL);
    }
    end(&f);
}

PB_TEST(a_store_that_is_away_is_told_without_saying_where_it_is)
{
    fixture f;
    begin(&f, true);
    end(&f);
    const pb_routes_data with = {.store_url = "sqlite:/nowhere/secret.db"};
    PB_CHECK_EQ(pb_data_open(&with, &f.data, &f.error), PB_OK); /* it may come */
    const pb_route_table table = pb_routes_data_table(f.data);
    route_begin(&f.s, &table, 1);
    route_bad(&f.s, "/api/v1/races/2023-07", 503, "try again");
    PB_CHECK(strstr(f.s.head, "secret") == NULL);
    end(&f);
}

PB_TEST_MAIN(PB_RUN(an_empty_store_has_circuits_and_no_races), PB_RUN(a_race_of_the_bundle_is_told_whole),
             PB_RUN(seasons_are_listed_newest_first_with_how_many_races_have_laps),
             PB_RUN(without_calls_every_share_is_unknown), /* before there are some: a test store is kept */
             PB_RUN(calls_are_counted_by_confidence_with_what_became_of_them),
             PB_RUN(results_stints_and_neutralisations_that_no_source_tells_come_from_the_laps),
             PB_RUN(what_a_source_lists_is_given_as_it_lists_it), PB_RUN(drivers_are_listed_with_the_races_they_drove),
             PB_RUN(what_is_not_there_is_told_with_what_is_near),
             PB_RUN(several_ask_at_once_and_each_has_a_handle_of_its_own),
             PB_RUN(a_store_that_is_away_is_told_without_saying_where_it_is))
