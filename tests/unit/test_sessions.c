/* The list of sessions; feeds, and what is handed to them. */
#include "pb_test.h"

#include <sys/stat.h>

#include "pitboard/net.h"
#include "sessions_fixture.h"

static pb_session_spec feed_of(const char *id, const char *team)
{
    pb_session_spec spec = pb_session_spec_default();
    spec.id              = id;
    spec.team            = team;
    spec.calls           = false;
    return spec;
}

static void count(void *user, pb_session *s)
{
    (void)s;
    ++*(int *)user;
}

PB_TEST(a_session_belongs_to_its_team_and_is_not_there_for_others)
{
    world w;
    char  id[PB_SESSION_ID_MAX];
    int   n = 0;
    begin_world(&w);
    pb_session_spec spec = feed_of("live", "red");
    pb_session     *s    = start_session(&w, &spec);
    PB_CHECK_TEXT(pb_session_team(s), "red");
    PB_CHECK(pb_sessions_find(w.all, "blue", "live") == NULL);
    PB_CHECK(pb_sessions_find(w.all, "red", "other") == NULL);
    pb_session *any = pb_sessions_find(w.all, NULL, "live");
    PB_CHECK(any == s);
    pb_session_drop(any);
    pb_sessions_each(w.all, "blue", count, &n);
    PB_CHECK_EQ(n, 0);
    pb_sessions_each(w.all, "red", count, &n);
    pb_sessions_each(w.all, NULL, count, &n);
    PB_CHECK_EQ(n, 2);
    PB_CHECK_EQ(pb_sessions_start(w.all, &spec, id, &w.error), PB_E_RULE); /* it runs */
    spec.team = "blue";
    PB_CHECK_EQ(pb_sessions_start(w.all, &spec, id, &w.error), PB_E_RULE);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(what_is_no_id_and_no_team_is_refused)
{
    world w;
    char  id[PB_SESSION_ID_MAX];
    begin_world(&w);
    static const char *const bad[] = {
        "", "Live", "a/b", "..", "a b", "\xc3\xa4", "0123456789012345678901234567890123456789012345678901234567890123"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pb_session_spec spec = feed_of(bad[i], "red");
        PB_CHECK_EQ(pb_sessions_start(w.all, &spec, id, &w.error), PB_E_USAGE);
    }
    pb_session_spec spec = feed_of("live", "");
    PB_CHECK_EQ(pb_sessions_start(w.all, &spec, id, &w.error), PB_E_USAGE);
    spec                 = feed_of(NULL, "red");
    spec.live.points_udp = "127.0.0.1:notaport";
    PB_CHECK(pb_sessions_start(w.all, &spec, id, &w.error) != PB_OK);
    int n = 0;
    pb_sessions_each(w.all, NULL, count, &n);
    PB_CHECK_EQ(n, 0);
    end_world(&w);
}

PB_TEST(there_is_room_for_so_many_and_one_that_is_over_makes_room)
{
    world w;
    char  id[PB_SESSION_ID_MAX];
    begin_world(&w);
    pb_sessions_close(w.all, 0);
    w.options.sessions_max = 2;
    open_sessions(&w);
    pb_session_spec spec = feed_of(NULL, "red");
    pb_session     *a = start_session(&w, &spec), *b = start_session(&w, &spec);
    PB_CHECK_EQ(pb_sessions_start(w.all, &spec, id, &w.error), PB_E_LIMIT);
    PB_CHECK_EQ(pb_session_control(a, PB_SESSION_PAUSE, 0, &w.error), PB_E_UNSUPPORTED);
    PB_CHECK_EQ(pb_session_control(a, PB_SESSION_STOP, 0, &w.error), PB_OK);
    PB_CHECK_EQ(pb_sessions_start(w.all, &spec, id, &w.error), PB_OK);
    PB_CHECK(pb_sessions_find(w.all, NULL, pb_session_id(a)) == NULL);
    pb_json_free(view_of(a, PB_VIEW_STATE, 0)); /* who holds it still sees it */
    pb_session_drop(a);
    pb_session_drop(b);
    end_world(&w);
}

/* ---- giving ---- */

static pb_session_taken give(pb_session *s, const char *body, size_t len)
{
    pb_session_taken taken;
    pb_error         error = {0};
    if (pb_session_give(s, (pb_span){body, len ? len : strlen(body)}, &taken, &error) != PB_OK)
        fail_msg("%s", error.text);
    return taken;
}

static pb_live_status settled(pb_session *s)
{
    pb_live_status now;
    for (int i = 0; i < 5000 && !pb_live_is_settled(pb_session_live(s), NULL); i++) nap(1);
    pb_live_status_get(pb_session_live(s), &now);
    return now;
}

PB_TEST(points_in_any_form_are_taken_and_what_is_wrong_is_told_with_its_place)
{
    world w;
    begin_world(&w);
    pb_session_spec  spec = feed_of("live", "red");
    pb_session      *s    = start_session(&w, &spec);
    pb_session_taken t    = give(s, "{\"time\":1700000000.1,\"car\":7,\"speed_kmh\":200}", 0);
    PB_CHECK(t.accepted == 1 && t.refused == 0 && t.n_reasons == 0);
    t = give(s,
             "[{\"time\":1700000000.2,\"car\":7,\"speed_kmh\":201},{\"car\":7},{\"time\":1700000000.3,\"car\":7,"
             "\"rpm\":9000},{\"car\":7}]",
             0);
    PB_CHECK(t.accepted == 2 && t.refused == 2);
    PB_CHECK_EQ(t.n_reasons, 1);
    PB_CHECK_EQ(t.reasons[0].n, 2);
    PB_CHECK_TEXT(t.reasons[0].where, "/1");
    t = give(s,
             "{\"time\":1700000000.4,\"car\":7,\"rpm\":1}\n\n{\"time\":\"x\",\"car\":7,\"rpm\":1}\n{\"time\":"
             "1700000000.5,\"car\":7,\"rpm\":1}\n",
             0);
    PB_CHECK(t.accepted == 2 && t.refused == 1);
    PB_CHECK_TEXT(t.reasons[0].where, "line 3");
    t = give(s, "time,car,rpm\n1700000000.6,7,9000\n1700000000.7,,9000\n", 0);
    PB_CHECK(t.accepted == 1 && t.refused == 1);
    PB_CHECK_TEXT(t.reasons[0].where, "line 3");
    static const char packed[] = "\x91\x83\xa4time\xcb\x41\xd9\x54\xfc\x40\x33\x33\x33\xa3"
                                 "car\x07\xa3rpm\xcd\x23\x28";
    t                          = give(s, packed, sizeof packed - 1);
    PB_CHECK(t.accepted == 1 && t.refused == 0);
    PB_CHECK_EQ(settled(s).points, 7);
    t = give(s, "this is no telemetry", 0);
    PB_CHECK(t.accepted == 0 && t.n_reasons > 0);
    PB_CHECK_EQ(pb_session_give(s, (pb_span){" \n", 2}, &t, &w.error), PB_E_EMPTY);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(a_body_that_is_longer_than_a_record_is_given_in_pieces)
{
    world w;
    begin_world(&w);
    pb_session_spec spec = feed_of("live", "red");
    pb_session     *s    = start_session(&w, &spec);
    size_t          len = 0, n = 30000;
    char           *body = malloc(n * 80);
    for (size_t i = 0; i < n; i++)
        len += (size_t)sprintf(body + len, "%s{\"time\":%.3f,\"car\":7,\"speed_kmh\":%zu}", i ? "," : "[",
                               1.7e9 + (double)i / 100, i % 300);
    body[len++]        = ']';
    pb_session_taken t = give(s, body, len);
    PB_CHECK_EQ(t.accepted, n);
    PB_CHECK_EQ(settled(s).points, n);
    free(body);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(corrections_are_event_lines_of_a_person)
{
    world            w;
    pb_session_taken t;
    begin_world(&w);
    pb_session_spec   spec    = feed_of("live", "red");
    pb_session       *s       = start_session(&w, &spec);
    static const char lines[] = "{\"event\":\"car\",\"car\":7,\"text\":\"KEY\",\"value\":7}\n"
                                "{\"event\":\"tyres\",\"car\":7,\"value\":1}\n"
                                "{\"event\":\"tyre\",\"car\":7,\"value\":1,\"aux\":3}\n";
    PB_CHECK_EQ(pb_session_give_as(s, PB_FEED_EVENT, true, (pb_span){lines, sizeof lines - 1}, &t, &w.error), PB_OK);
    PB_CHECK(t.accepted == 2 && t.refused == 1);
    PB_CHECK_TEXT(t.reasons[0].where, "line 2");
    PB_CHECK_HAS(t.reasons[0].why, "tyre");
    (void)settled(s);
    nap(5);
    pb_json_doc *doc = view_of(s, PB_VIEW_CAR, pb_session_car(s, "KEY"));
    PB_CHECK(pb_span_equal_text(pb_json_chars(pb_json_get(pb_json_root(doc), "compound")),
                                pb_compound_name((pb_compound)1)));
    PB_CHECK(pb_span_equal_text(
        pb_json_chars(pb_json_get(pb_json_get(pb_json_get(pb_json_root(doc), "told"), "tyre"), "origin")), "hand"));
    pb_json_free(doc);
    PB_CHECK_EQ(pb_session_give_as(s, 99, true, (pb_span){"x", 1}, &t, &w.error), PB_E_UNSUPPORTED);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_STOP, 0, &w.error), PB_OK);
    PB_CHECK_EQ(pb_session_give(s, (pb_span){lines, sizeof lines - 1}, &t, &w.error), PB_E_CANCELLED);
    pb_session_drop(s);
    end_world(&w);
}

/* ---- feeds ---- */

PB_TEST(a_feed_that_is_kept_goes_on_from_its_record)
{
    world w;
    char  address[32];
    begin_world(&w);
    pb_session_spec spec = feed_of("live", "red");
    spec.kept            = true;
    spec.live.record_dir = w.record;
    spec.live.points_udp = "127.0.0.1:0";
    pb_session *s        = start_session(&w, &spec);
    (void)give(s, "{\"event\":\"car\",\"car\":7,\"text\":\"KEY\",\"value\":7}", 0);
    pb_live_status now = settled(s);
    PB_CHECK(now.points_port > 0);
    snprintf(address, sizeof address, "127.0.0.1:%u", now.points_port);
    pb_session_drop(s);
    pb_sessions_close(w.all, 5000);
    open_sessions(&w);
    s = pb_sessions_find(w.all, "red", "live");
    PB_CHECK(s != NULL);
    for (int i = 0; i < 2000 && pb_session_car(s, "KEY") == 0; i++) nap(1);
    PB_CHECK_EQ(pb_session_car(s, "KEY"), 7);
    PB_CHECK_EQ(pb_session_control(s, PB_SESSION_STOP, 0, &w.error), PB_OK);
    spec.kept         = false;
    pb_session *again = start_session(&w, &spec); /* its record and its ports are free */
    PB_CHECK(again != s);
    pb_session_drop(again);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(each_session_has_its_own_topics)
{
    world          w;
    pb_bus_reader *a, *b;
    pb_span        entry;
    uint64_t       id, missed;
    begin_world(&w);
    pb_session_spec first = feed_of("one", "red"), second = feed_of("two", "red");
    pb_session     *s = start_session(&w, &first), *other = start_session(&w, &second);
    PB_CHECK_EQ(pb_bus_subscribe(w.bus, "one/points", PB_BUS_OLDEST, &a, &w.error), PB_OK);
    PB_CHECK_EQ(pb_bus_subscribe(w.bus, "two/points", PB_BUS_OLDEST, &b, &w.error), PB_OK);
    nap(3); /* it is looked now and then who reads */
    (void)give(s, "{\"time\":1700000000.1,\"car\":7,\"speed_kmh\":200}", 0);
    PB_CHECK_EQ(pb_bus_next(a, 5000, &entry, &id, &missed), PB_OK);
    PB_CHECK(memcmp(entry.at, "{\"received_us\":", 15) == 0);
    PB_CHECK_EQ(pb_bus_next(b, 20, &entry, &id, &missed), PB_E_EMPTY);
    pb_bus_unsubscribe(a);
    pb_bus_unsubscribe(b);
    pb_session_drop(s);
    pb_session_drop(other);
    end_world(&w);
}

PB_TEST_MAIN(PB_RUN(a_session_belongs_to_its_team_and_is_not_there_for_others),
             PB_RUN(what_is_no_id_and_no_team_is_refused),
             PB_RUN(there_is_room_for_so_many_and_one_that_is_over_makes_room),
             PB_RUN(points_in_any_form_are_taken_and_what_is_wrong_is_told_with_its_place),
             PB_RUN(a_body_that_is_longer_than_a_record_is_given_in_pieces),
             PB_RUN(corrections_are_event_lines_of_a_person), PB_RUN(a_feed_that_is_kept_goes_on_from_its_record),
             PB_RUN(each_session_has_its_own_topics))
