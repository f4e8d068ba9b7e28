/* The log of calls: what was advised, from what, what became of it. */
#include "pb_test.h"

#include <sys/stat.h>

#include "sessions_fixture.h"

#define MATE 11 /* of Verstappen in 2023 */

static size_t calls_of(pb_json list, int car)
{
    size_t n = 0;
    for (size_t i = 0; i < pb_json_length(list); i++)
        n += pb_json_number(pb_json_get(pb_json_at(list, i), "car")) == car;
    return n;
}

/* Every call that was made for the first of two cars, or for the only one, is in the log. */
static void wait_for_calls(const world *w, pb_session *s)
{
    pb_live_status now;
    for (int i = 0; i < 5000; i++, nap(5)) {
        pb_live_status_get(pb_session_live(s), &now);
        if (now.decided + now.skipped + now.decide_failed < now.decisions) continue;
        if (!w->options.store_url) return;
        pb_json_doc *doc = history_of(s, 0, 1000);
        size_t       n =
            pb_json_length(pb_json_root(doc)) - calls_of(pb_json_root(doc), MATE) - calls_of(pb_json_root(doc), 8);
        pb_json_free(doc);
        if (n == now.decided) return;
    }
    fail_msg("calls are missing");
}

/* At full speed a busy machine skips decisions, all but one at worst; played again until there are two. */
static pb_session *played(world *w)
{
    pb_session_spec spec = replay_of("VER", 0);
    for (int i = 0; i < 15; i++) {
        pb_live_status now;
        pb_session    *s = start_session(w, &spec);
        wait_for_state(s, "ended");
        wait_for_calls(w, s);
        pb_live_status_get(pb_session_live(s), &now);
        if (now.decided >= 2) return s;
        pb_session_drop(s);
    }
    fail_msg("no race has two calls");
    return NULL;
}

static const char *text_of(pb_json object, const char *key)
{
    return pb_json_chars(pb_json_get(object, key)).at;
}

PB_TEST(each_call_is_written_with_what_was_known_and_superseded_by_another)
{
    world w;
    begin_world(&w);
    pb_session  *s    = played(&w);
    pb_json_doc *doc  = history_of(s, 0, 1000);
    pb_json      list = pb_json_root(doc);
    size_t       n    = pb_json_length(list);
    size_t       ours = calls_of(list, 1), k = 0;
    PB_CHECK(ours >= 2);
    double last = 0;
    for (size_t i = 0; i < n; i++) {
        pb_json at = pb_json_at(list, i), inputs = pb_json_get(at, "inputs");
        if (pb_json_number(pb_json_get(at, "car")) != 1) continue;
        k++;
        PB_CHECK(pb_json_number(pb_json_get(at, "seq")) > last);
        last = pb_json_number(pb_json_get(at, "seq"));
        PB_CHECK_EQ(pb_json_number(pb_json_get(inputs, "lap")), pb_json_number(pb_json_get(at, "lap")));
        PB_CHECK(pb_json_present(pb_json_get(inputs, "tyre_age_laps")));
        PB_CHECK(pb_json_present(pb_json_get(pb_json_get(at, "call"), "call")));
        PB_CHECK(k < ours || strcmp(text_of(at, "outcome"), "open") == 0);
        bool box = strcmp(text_of(at, "action"), "BOX") == 0; /* its lap is another each time */
        if (box && k < ours) PB_CHECK_TEXT(text_of(at, "outcome"), "superseded");
    }
    pb_json_free(doc);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(the_history_is_read_in_pieces)
{
    world w;
    begin_world(&w);
    pb_session  *s     = played(&w);
    pb_json_doc *doc   = history_of(s, 0, 1);
    double       first = pb_json_number(pb_json_get(pb_json_at(pb_json_root(doc), 0), "seq"));
    size_t       n     = pb_json_length(pb_json_root(doc));
    PB_CHECK(n == 1 || (n == 2 && pb_json_number(pb_json_get(pb_json_at(pb_json_root(doc), 1), "seq")) == first));
    pb_json_free(doc);
    doc = history_of(s, (uint64_t)first, 1);
    PB_CHECK(pb_json_number(pb_json_get(pb_json_at(pb_json_root(doc), 0), "seq")) > first);
    pb_json_free(doc);
    doc = history_of(s, UINT32_MAX, 100);
    PB_CHECK_EQ(pb_json_length(pb_json_root(doc)), 0);
    pb_json_free(doc);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(a_person_settles_an_open_call_once)
{
    world w;
    begin_world(&w);
    pb_session  *s   = played(&w);
    pb_json_doc *doc = view_of(s, PB_VIEW_CALLS, 1);
    uint64_t     seq = (uint64_t)pb_json_number(pb_json_get(pb_json_root(doc), "seq"));
    pb_json_free(doc);
    PB_CHECK_EQ(pb_session_settle(s, seq, 0, PB_CALL_OPEN, "eng", &w.error), PB_E_USAGE);
    PB_CHECK_EQ(pb_session_settle(s, 1u << 30, 0, PB_CALL_ACCEPTED, "eng", &w.error), PB_E_NOENT);
    PB_CHECK_EQ(pb_session_settle(s, seq, 0, PB_CALL_ACCEPTED, "eng", &w.error), PB_OK);
    PB_CHECK_EQ(pb_session_settle(s, seq, 0, PB_CALL_REFUSED, "eng", &w.error), PB_E_RULE);
    PB_CHECK_HAS(w.error.text, "accepted");
    doc = history_of(s, seq - 1, 1);
    PB_CHECK_TEXT(text_of(pb_json_at(pb_json_root(doc), 0), "outcome"), "accepted");
    PB_CHECK_TEXT(text_of(pb_json_at(pb_json_root(doc), 0), "by"), "eng");
    pb_json_free(doc);
    nap(5);
    doc = view_of(s, PB_VIEW_CALLS, 1);
    PB_CHECK_TEXT(text_of(pb_json_root(doc), "outcome"), "accepted");
    pb_json_free(doc);
    pb_session_drop(s);
    end_world(&w);
}

/* Of two cars that drive for one team: nothing is skipped. */
static pb_session *drive_two(world *w, int laps);

PB_TEST(both_cars_of_a_team_are_called_for_and_each_call_is_settled_alone)
{
    world w;
    begin_world(&w);
    pb_session  *s    = drive_two(&w, 6);
    pb_json_doc *doc  = history_of(s, 0, 100), *state;
    pb_json      list = pb_json_root(doc);
    size_t       both = calls_of(list, 8);
    PB_CHECK(calls_of(list, 7) >= 5 && both >= 4);
    uint64_t seq = 0;
    for (size_t i = 0; i + 1 < pb_json_length(list); i++) { /* ours first is ours by number, too */
        pb_json at = pb_json_at(list, i), next = pb_json_at(list, i + 1);
        if (pb_json_number(pb_json_get(at, "seq")) == pb_json_number(pb_json_get(next, "seq")))
            seq = (uint64_t)pb_json_number(pb_json_get(at, "seq"));
    }
    PB_CHECK(seq > 0);
    pb_json_free(doc);
    PB_CHECK_EQ(pb_session_settle(s, seq, 8, PB_CALL_REFUSED, "eng", &w.error), PB_OK);
    PB_CHECK_EQ(pb_session_settle(s, seq, 8, PB_CALL_REFUSED, "eng", &w.error), PB_E_RULE);
    PB_CHECK_EQ(pb_session_settle(s, seq, 9, PB_CALL_REFUSED, "eng", &w.error), PB_E_NOENT);
    PB_CHECK_EQ(pb_session_settle(s, seq, 0, PB_CALL_ACCEPTED, "eng", &w.error), PB_OK);
    doc = history_of(s, seq - 1, 1);
    PB_CHECK_EQ(pb_json_length(pb_json_root(doc)), 2);
    PB_CHECK_TEXT(text_of(pb_json_at(pb_json_root(doc), 0), "outcome"), "accepted");
    PB_CHECK_TEXT(text_of(pb_json_at(pb_json_root(doc), 1), "outcome"), "refused");
    pb_json_free(doc);
    nap(10);
    state = view_of(s, PB_VIEW_STATE, 0);
    PB_CHECK_EQ(pb_json_number(pb_json_get(pb_json_get(pb_json_root(state), "call"), "car")), 7);
    pb_json_free(state);
    pb_session_drop(s);
    end_world(&w);
}

/* Lines to a feed, one after the other, each decision made before the next. */
static void give_line(pb_session *s, const char *format, ...)
{
    char             line[512];
    va_list          args;
    pb_session_taken taken;
    pb_live_status   now = {0};
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (pb_session_give(s, (pb_span){line, (size_t)n}, &taken, NULL) != PB_OK || taken.refused > 0)
        fail_msg("%s: %s", line, taken.reasons[0].why);
    for (int i = 0; i < 5000; i++) {
        pb_live_status_get(pb_session_live(s), &now);
        if (pb_live_is_settled(pb_session_live(s), NULL) &&
            now.decided + now.decide_failed + now.skipped >= now.decisions)
            break;
        nap(1);
    }
    PB_CHECK_EQ(now.decide_failed, 0);
}

static void drive(pb_session *s, int from, int to)
{
    for (int lap = from; lap <= to; lap++)
        give_line(s, "{\"event\":\"lap\",\"car\":7,\"lap\":%d,\"value\":90000,\"session_ms\":%d,\"aux\":1}", lap,
                  lap * 90000);
}

static void drive_field(pb_session *s, int lap, int first)
{
    for (int car = first; car <= 9; car++) {
        give_line(s, "{\"event\":\"lap\",\"car\":%d,\"lap\":%d,\"value\":90000,\"session_ms\":%d,\"aux\":%d}", car, lap,
                  lap * 90000 + car * 100, car - 6);
        nap(20); /* the team-mate is called for, too */
    }
}

static pb_session *drive_two(world *w, int laps)
{
    pb_session_spec spec = pb_session_spec_default();
    spec.own_car         = "KEY";
    pb_session *s        = start_session(w, &spec);
    give_line(s, "{\"event\":\"session\",\"text\":\"t\",\"value\":5}");
    for (int car = 7; car <= 9; car++)
        give_line(s, "{\"event\":\"car\",\"car\":%d,\"text\":\"%s\",\"team_text\":\"%s\",\"value\":%d,\"aux\":%d}", car,
                  car == 7   ? "KEY"
                  : car == 8 ? "MAT"
                             : "OTH",
                  car == 9 ? "Others" : "Ours", car, car - 6);
    give_line(s, "{\"event\":\"session_status\",\"value\":1}");
    for (int lap = 1; lap <= laps; lap++) drive_field(s, lap, 7);
    wait_for_calls(w, s);
    return s;
}

PB_TEST(once_our_car_is_out_its_mate_is_called_for_and_shown)
{
    world w;
    begin_world(&w);
    pb_session *s = drive_two(&w, 4);
    give_line(s, "{\"event\":\"retired\",\"car\":7,\"flag\":true}");
    for (int lap = 5; lap <= 6; lap++) drive_field(s, lap, 8);
    nap(50); /* what is published comes a moment after it was decided */
    pb_json_doc *state = view_of(s, PB_VIEW_STATE, 0);
    pb_json      call  = pb_json_get(pb_json_root(state), "call");
    PB_CHECK_EQ(pb_json_number(pb_json_get(call, "car")), 8);
    PB_CHECK_EQ(pb_json_number(pb_json_get(call, "lap")), 6);
    pb_json_free(state);
    give_line(s, "{\"event\":\"retired\",\"car\":8,\"flag\":true}"); /* both: nobody is left to ask about */
    pb_live_status before, after;
    pb_live_status_get(pb_session_live(s), &before);
    give_line(s, "{\"event\":\"lap\",\"car\":9,\"lap\":7,\"value\":90000,\"session_ms\":640000,\"aux\":1}");
    pb_live_status_get(pb_session_live(s), &after);
    PB_CHECK_EQ(after.decisions, before.decisions);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(what_the_car_did_within_three_laps_is_noted)
{
    world w;
    begin_world(&w);
    pb_session_spec spec = pb_session_spec_default();
    spec.own_car         = "KEY";
    pb_session *s        = start_session(&w, &spec);
    give_line(s, "{\"event\":\"session\",\"text\":\"t\",\"value\":5}");
    give_line(s, "{\"event\":\"car\",\"car\":7,\"text\":\"KEY\",\"value\":7,\"aux\":1}");
    give_line(s, "{\"event\":\"stint\",\"car\":7,\"index\":0,\"value\":%d,\"aux\":0,\"lap\":1}", PB_COMPOUND_MEDIUM);
    give_line(s, "{\"event\":\"session_status\",\"value\":1}");
    drive(s, 1, 6);
    give_line(s, "{\"event\":\"pit_in\",\"car\":7,\"lap\":7,\"session_ms\":625000}");
    drive(s, 7, 7);
    give_line(s, "{\"event\":\"pit_out\",\"car\":7,\"lap\":8,\"session_ms\":650000}");
    give_line(s, "{\"event\":\"stint\",\"car\":7,\"index\":1,\"value\":%d,\"aux\":0,\"lap\":8}", PB_COMPOUND_HARD);
    drive(s, 8, 12);
    wait_for_calls(&w, s);
    pb_json_doc *doc      = history_of(s, 0, 100);
    int          seen[16] = {0};
    for (size_t i = 0; i < pb_json_length(pb_json_root(doc)); i++) {
        pb_json at = pb_json_at(pb_json_root(doc), i), followed = pb_json_get(at, "followed");
        int     lap = (int)pb_json_number(pb_json_get(at, "lap"));
        if (strcmp(text_of(at, "outcome"), "superseded") == 0 || lap > 15) continue;
        seen[lap] = !pb_json_present(followed) || pb_json_is_null(followed)
                        ? -1
                        : (int)pb_json_number(pb_json_get(followed, "lap"));
        if (seen[lap] > 0) PB_CHECK_TEXT(text_of(followed, "compound"), "HARD");
    }
    PB_CHECK_EQ(seen[2], 0); /* the stop came later than three laps after it */
    PB_CHECK_EQ(seen[4], 7);
    PB_CHECK_EQ(seen[6], 7);
    PB_CHECK_EQ(seen[8], 0);   /* nothing followed */
    PB_CHECK_EQ(seen[12], -1); /* nobody knows yet */
    pb_json_free(doc);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST(without_a_store_there_is_no_log_and_that_is_told)
{
    world w;
    begin_world(&w);
    pb_sessions_close(w.all, 0);
    w.options.store_url = NULL;
    open_sessions(&w);
    pb_session  *s   = played(&w);
    pb_json_doc *doc = history_of(s, 0, 10);
    PB_CHECK_EQ(pb_json_length(pb_json_root(doc)), 0);
    pb_json_free(doc);
    PB_CHECK_EQ(pb_session_settle(s, 1, 0, PB_CALL_ACCEPTED, "eng", &w.error), PB_E_NOENT);
    pb_session_drop(s);
    end_world(&w);
}

PB_TEST_MAIN(PB_RUN(each_call_is_written_with_what_was_known_and_superseded_by_another),
             PB_RUN(the_history_is_read_in_pieces),
             PB_RUN(both_cars_of_a_team_are_called_for_and_each_call_is_settled_alone),
             PB_RUN(once_our_car_is_out_its_mate_is_called_for_and_shown), PB_RUN(a_person_settles_an_open_call_once),
             PB_RUN(what_the_car_did_within_three_laps_is_noted),
             PB_RUN(without_a_store_there_is_no_log_and_that_is_told))
