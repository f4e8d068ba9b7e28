/* Views of a session: what they hold, who makes them, what they cost. */
#include "pb_test.h"

#include <pthread.h>
#include <sys/stat.h>

#include "sessions_fixture.h"

static pb_session *played(world *w)
{
    pb_session_spec spec = replay_of("VER", 0);
    pb_session     *s    = start_session(w, &spec);
    wait_for_last_calls(s);
    return s;
}

static pb_json car_of(pb_json root, const char *code)
{
    pb_json cars = pb_json_get(pb_json_get(root, "race"), "cars");
    for (size_t i = 0; i < pb_json_length(cars); i++)
        if (pb_span_equal_text(pb_json_chars(pb_json_get(pb_json_at(cars, i), "code")), code))
            return pb_json_at(cars, i);
    fail_msg("no car %s", code);
    return (pb_json){0};
}

static double number_of(pb_json object, const char *key)
{
    return pb_json_number(pb_json_get(object, key));
}

PB_TEST(the_state_is_the_whole_dashboard_in_one_object)
{
    world w;
    begin_world(&w);
    pb_session  *s    = played(&w);
    pb_json_doc *doc  = view_of(s, PB_VIEW_STATE, 0);
    pb_json      root = pb_json_root(doc), race = pb_json_get(root, "race"), ver = car_of(root, "VER");
    PB_CHECK_EQ(pb_json_length(pb_json_get(race, "cars")), 20);
    PB_CHECK_EQ(number_of(race, "laps_total"), 66);
    PB_CHECK_EQ(number_of(ver, "position"), 1);
    PB_CHECK_EQ(number_of(ver, "laps"), 66);
    PB_CHECK_EQ(number_of(ver, "key"), 1);
    PB_CHECK_EQ(pb_json_length(pb_json_get(ver, "stints")), 3);
    PB_CHECK(number_of(ver, "best_lap_ms") > 70000);
    PB_CHECK(pb_json_kind_of(pb_json_get(root, "call")) == PB_JSON_OBJECT);
    PB_CHECK(pb_span_equal_text(pb_json_chars(pb_json_get(pb_json_get(root, "session"), "replay")), "2023-07"));
    PB_CHECK_EQ(number_of(pb_json_get(root, "health"), "dropped"), 0);
    pb_json_free(doc);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(a_car_has_its_laps_and_a_car_that_is_not_there_is_told)
{
    world    w;
    pb_blob *blob = NULL;
    uint64_t version;
    begin_world(&w);
    pb_session  *s    = played(&w);
    pb_json_doc *doc  = view_of(s, PB_VIEW_CAR, pb_session_car(s, "ham"));
    pb_json      root = pb_json_root(doc), laps = pb_json_get(root, "lap_times");
    PB_CHECK_EQ(number_of(root, "number"), 44);
    PB_CHECK_EQ(pb_json_length(laps), 66);
    PB_CHECK(number_of(pb_json_at(laps, 10), "time_ms") > 70000);
    pb_json_free(doc);
    PB_CHECK_EQ(pb_session_car(s, "44"), 44);
    PB_CHECK_EQ(pb_session_car(s, "XXX"), 0);
    PB_CHECK_EQ(pb_session_car(s, ""), 0);
    PB_CHECK_EQ(pb_session_view(s, PB_VIEW_CAR, 99, false, &blob, &version, &w.error), PB_E_NOENT);
    PB_CHECK_EQ(pb_session_view(s, PB_VIEW_CAR, 0, false, &blob, &version, &w.error), PB_E_NOENT);
    PB_CHECK_EQ(pb_session_view(s, PB_VIEW_CAR, -1, false, &blob, &version, &w.error), PB_E_NOENT);
    for (int16_t car = 100; car < 200; car++) /* no place is lost to who asks for nobody */
        PB_CHECK_EQ(pb_session_view(s, PB_VIEW_CAR, car, false, &blob, &version, &w.error), PB_E_NOENT);
    pb_json_free(view_of(s, PB_VIEW_CAR, 44));
    PB_CHECK(blob == NULL);
    pb_session_drop(s);
    end_world(&w);
}

static pb_json_doc *laps_of(pb_session *s)
{
    char          *text = NULL;
    size_t         len;
    pb_json_writer w;
    pb_json_doc   *doc   = NULL;
    pb_error       error = {0};
    FILE          *to    = open_memstream(&text, &len);
    pb_json_begin(&w, to, 0);
    pb_json_array(&w, NULL);
    if (pb_session_laps(s, &w, &error) != PB_OK) fail_msg("%s", error.text);
    pb_json_array_end(&w);
    fclose(to);
    PB_CHECK_EQ(pb_json_parse((pb_span){text, len}, "laps", &doc, NULL), PB_OK);
    free(text);
    return doc;
}

static pb_json lap_of_car(pb_json laps, int car, int lap)
{
    for (size_t i = 0; i < pb_json_length(laps); i++) {
        pb_json at = pb_json_at(laps, i);
        if (number_of(at, "car") == car && number_of(at, "lap") == lap) return at;
    }
    fail_msg("no lap %d of %d", lap, car);
    return (pb_json){0};
}

PB_TEST(laps_of_all_cars_are_told_with_their_gap_to_the_first_that_ended_them)
{
    world w;
    begin_world(&w);
    pb_session  *s    = played(&w);
    pb_json_doc *doc  = laps_of(s);
    pb_json      laps = pb_json_root(doc), ham = lap_of_car(laps, 44, 66), ver = lap_of_car(laps, 1, 66);
    PB_CHECK_EQ(pb_json_length(laps), 1312); /* as many as the file has */
    PB_CHECK_EQ(number_of(ver, "gap_ms"), 0);
    PB_CHECK_EQ(number_of(ham, "gap_ms"), 24090); /* as the result has it */
    PB_CHECK_EQ(number_of(ham, "end_ms") - number_of(ver, "end_ms"), 24090);
    PB_CHECK_EQ(number_of(ham, "position"), 2);
    PB_CHECK(pb_span_equal_text(pb_json_chars(pb_json_get(ham, "code")), "HAM"));
    PB_CHECK(number_of(ver, "time_ms") > 70000);
    pb_json_free(doc);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(a_session_that_waits_for_its_race_has_no_laps)
{
    world           w;
    pb_session_spec spec = pb_session_spec_default();
    begin_world(&w);
    pb_session  *s   = start_session(&w, &spec);
    pb_json_doc *doc = laps_of(s);
    PB_CHECK_EQ(pb_json_length(pb_json_root(doc)), 0);
    pb_json_free(doc);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(a_stint_tells_how_old_its_set_was)
{
    world w;
    begin_world(&w);
    pb_session  *s      = played(&w);
    pb_json_doc *doc    = view_of(s, PB_VIEW_STATE, 0);
    pb_json      stints = pb_json_get(car_of(pb_json_root(doc), "VER"), "stints");
    for (size_t i = 0; i < pb_json_length(stints); i++)
        PB_CHECK(pb_json_present(pb_json_get(pb_json_at(stints, i), "age_at_start")));
    PB_CHECK_EQ(number_of(pb_json_at(stints, 0), "age_at_start"), 0);
    pb_json_free(doc);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(the_calls_are_the_newest_of_each_car)
{
    world    w;
    pb_blob *blob = NULL;
    uint64_t version;
    begin_world(&w);
    pb_session  *s     = played(&w);
    pb_json_doc *doc   = view_of(s, PB_VIEW_CALLS, 0);
    pb_json      calls = pb_json_get(pb_json_root(doc), "calls");
    PB_CHECK_EQ(pb_json_length(calls), 2);
    PB_CHECK_EQ(number_of(pb_json_at(calls, 0), "car"), 1);
    PB_CHECK_EQ(number_of(pb_json_at(calls, 1), "car"), 11); /* his team-mate */
    PB_CHECK(pb_json_present(pb_json_get(pb_json_get(pb_json_at(calls, 0), "recorded"), "call")));
    pb_json_free(doc);
    doc = view_of(s, PB_VIEW_CALLS, 1);
    PB_CHECK(pb_span_equal_text(pb_json_chars(pb_json_get(pb_json_root(doc), "outcome")), "open"));
    pb_json_free(doc);
    PB_CHECK_EQ(pb_session_view(s, PB_VIEW_CALLS, 44, false, &blob, &version, &w.error), PB_E_NOENT);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(what_did_not_change_keeps_its_blob_and_version)
{
    world    w;
    pb_blob *a, *b;
    uint64_t va, vb;
    begin_world(&w);
    pb_session *s = played(&w);
    for (int i = 0;; i++) { /* the last calls may still be on their way */
        PB_CHECK_EQ(pb_session_view(s, PB_VIEW_STATE, 0, false, &a, &va, &w.error), PB_OK);
        nap(100);
        PB_CHECK_EQ(pb_session_view(s, PB_VIEW_STATE, 0, false, &b, &vb, &w.error), PB_OK);
        if (a == b || i == 50) break;
        pb_blob_drop(a);
        pb_blob_drop(b);
    }
    PB_CHECK(a == b && va == vb);
    pb_blob_drop(b);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SPEED, 7, &w.error), PB_OK);
    nap(10);
    PB_CHECK_EQ(pb_session_view(s, PB_VIEW_STATE, 0, false, &b, &vb, &w.error), PB_OK);
    PB_CHECK(a != b && vb > va);
    PB_CHECK_HAS(pb_blob_bytes(b).at, "\"speed\":7");
    pb_blob_drop(a);
    pb_blob_drop(b);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(packed_it_is_the_same)
{
    world    w;
    pb_blob *plain, *packed;
    uint64_t version, same;
    pb_bytes text = {0};
    begin_world(&w);
    pb_session *s = played(&w);
    PB_CHECK_EQ(pb_session_view(s, PB_VIEW_STATE, 0, true, &packed, &version, &w.error), PB_OK);
    PB_CHECK_EQ(pb_session_view(s, PB_VIEW_STATE, 0, false, &plain, &same, &w.error), PB_OK);
    PB_CHECK_EQ(version, same);
    PB_CHECK_EQ(pb_gunzip(pb_blob_bytes(packed), 0, &text, &w.error), PB_OK);
    PB_CHECK(pb_span_equal(pb_blob_bytes(plain), (pb_span){text.at, text.len}));
    print_message("a state of 20 cars: %zu bytes, packed %zu\n", pb_blob_bytes(plain).len, pb_blob_bytes(packed).len);
    PB_CHECK(pb_blob_bytes(plain).len < 20000); /* it is sent 20,000 times a second */
    pb_bytes_free(&text);
    pb_blob_drop(plain);
    pb_blob_drop(packed);
    pb_session_drop(s);
    end_world(&w);
}

/* ---- many who ask ---- */

typedef struct asker {
    pb_session  *s;
    atomic_bool *stop;
    bool         fell;
    uint64_t     n;
} asker;

static void *ask(void *with)
{
    asker   *a    = with;
    uint64_t last = 0, version;
    do {
        pb_blob *blob;
        if (pb_session_view(a->s, PB_VIEW_STATE, 0, a->n % 8 == 0, &blob, &version, NULL) != PB_OK) continue;
        a->fell |= version < last;
        last = version;
        pb_blob_drop(blob);
        if (pb_session_view(a->s, PB_VIEW_CAR, 1, false, &blob, &version, NULL) == PB_OK) pb_blob_drop(blob);
        if (pb_session_view(a->s, PB_VIEW_CALLS, 0, false, &blob, &version, NULL) == PB_OK) pb_blob_drop(blob);
        a->n++;
    } while (!atomic_load(a->stop));
    return NULL;
}

PB_TEST(many_may_ask_while_it_plays_and_is_wound)
{
    world       w;
    atomic_bool stop = false;
    asker       askers[3];
    pthread_t   threads[3];
    begin_world(&w);
    pb_session_spec spec = replay_of("VER", 0);
    pb_session     *s    = start_session(&w, &spec);
    for (int i = 0; i < 3; i++) {
        askers[i] = (asker){.s = s, .stop = &stop};
        PB_CHECK_EQ(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    wait_for_state(s, "ended");
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_SEEK_LAP, 5, &w.error), PB_OK);
    wait_for_state(s, "ended");
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_STOP, 0, &w.error), PB_OK);
    nap(20);
    atomic_store(&stop, true);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], NULL);
        PB_CHECK(askers[i].n > 0 && !askers[i].fell);
    }
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST_MAIN(PB_RUN(the_state_is_the_whole_dashboard_in_one_object),
             PB_RUN(a_car_has_its_laps_and_a_car_that_is_not_there_is_told),
             PB_RUN(laps_of_all_cars_are_told_with_their_gap_to_the_first_that_ended_them),
             PB_RUN(a_session_that_waits_for_its_race_has_no_laps), PB_RUN(a_stint_tells_how_old_its_set_was),
             PB_RUN(the_calls_are_the_newest_of_each_car), PB_RUN(what_did_not_change_keeps_its_blob_and_version),
             PB_RUN(packed_it_is_the_same), PB_RUN(many_may_ask_while_it_plays_and_is_wound))
