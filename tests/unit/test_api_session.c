/* The routes that think, of a race that is followed: as it stands, as its calls have it, and only for its team. */
#include "pb_test.h"

#include <sys/stat.h>

#include "apps/api_answers.h"
#include "pitboard/engine.h"
#include "sessions_fixture.h"

#define TRIALS 100
#define SPANISH PB_SOURCE_DIR "/data/races/2023_07_spanish.csv"
#define SAUDI PB_SOURCE_DIR "/data/races/2021_21_saudi_arabian.csv"

typedef struct site {
    world        w;
    live_caller *caller;
    api_work    *work;
    pb_session  *s;
    pb_error     error;
} site;

static void begin(site *t, const char *race, const char *car)
{
    live_caller_options c = live_caller_options_default();
    api_work_options    o = api_work_options_default();
    memset(t, 0, sizeof *t);
    begin_world(&t->w);
    pb_sessions_close(t->w.all, 1000);
    c.trials = TRIALS;
    c.models = o.models = PB_SOURCE_DIR "/no/such/folder"; /* what ships, whatever the user has */
    if (live_caller_create(&c, &t->caller, &t->error) != PB_OK) fail_msg("%s", t->error.text);
    t->w.options.decide      = live_decide_call;
    t->w.options.decide_user = t->caller;
    open_sessions(&t->w);
    o.trials   = TRIALS;
    o.sessions = t->w.all;
    o.caller   = t->caller;
    if (api_work_create(&o, &t->work, &t->error) != PB_OK) fail_msg("%s", t->error.text);
    pb_session_spec spec = replay_of(car, 1);
    spec.replay          = race;
    spec.id              = "race";
    t->s                 = start_session(&t->w, &spec);
}

static void end(site *t)
{
    pb_session_drop(t->s);
    api_work_destroy(t->work);
    end_world(&t->w);
    live_caller_destroy(t->caller);
}

/* There, with every call made that was due. */
static void stop_at(site *t, int lap)
{
    pb_live_status status;
    PB_CHECK_EQ(pb_session_control(t->s, PB_SESSION_SPEED, 400, &t->error), PB_OK);
    PB_CHECK_EQ(pb_session_control(t->s, PB_SESSION_SEEK_LAP, lap - 1, &t->error), PB_OK);
    wait_for_lap(t->s, lap + 1);
    PB_CHECK_EQ(pb_session_control(t->s, PB_SESSION_PAUSE, 0, &t->error), PB_OK);
    wait_for_state(t->s, "paused");
    do {
        nap(20);
        pb_live_status_get(pb_session_live(t->s), &status);
    } while (status.decided + status.skipped + status.decide_failed < status.decisions);
    nap(20);
}

static void go_on(site *t)
{
    PB_CHECK_EQ(pb_session_control(t->s, PB_SESSION_RESUME, 0, &t->error), PB_OK);
}

static pb_status ask_as(site *t, const char *team, api_answer *answer, const char *body, pb_json_doc **out)
{
    pb_json_doc *doc  = NULL;
    pb_blob     *blob = NULL;
    api_ask      ask;
    *out     = NULL;
    t->error = (pb_error){0};
    PB_CHECK_EQ(pb_json_parse(pb_span_of(body), "body", &doc, NULL), PB_OK);
    pb_status status = api_ask_open(t->work, team, pb_json_root(doc), &ask, &t->error);
    if (status == PB_OK) status = api_ask_blob(&ask, "test", answer, &blob, &t->error);
    api_ask_close(&ask);
    if (status == PB_OK) PB_CHECK_EQ(pb_json_parse(pb_blob_bytes(blob), "answer", out, NULL), PB_OK);
    pb_blob_drop(blob);
    pb_json_free(doc);
    return status;
}

static pb_json_doc *ask_it(site *t, api_answer *answer, const char *body)
{
    pb_json_doc *doc;
    if (ask_as(t, pb_session_team(t->s), answer, body, &doc) != PB_OK) fail_msg("%s: %s", body, t->error.text);
    return doc;
}

static void refused(site *t, api_answer *answer, const char *body, pb_status status, const char *text)
{
    pb_json_doc *doc;
    PB_CHECK_EQ(ask_as(t, pb_session_team(t->s), answer, body, &doc), status);
    PB_CHECK(strncmp(t->error.text, text, strlen(text)) == 0);
}

/* The time that is left goes on between a call and a look at it. */
static void cut_deadline(char *text)
{
    char *from = strstr(text, "\"decide_by_s\""), *to = from ? strstr(from, "\"window\"") : NULL;
    if (to) memmove(from, to, strlen(to) + 1);
}

static void check_same_json(pb_json a, pb_json b)
{
    size_t na, nb;
    char  *left = api_text_of(a, &na), *right = api_text_of(b, &nb);
    PB_CHECK(na > 2000);
    cut_deadline(left);
    cut_deadline(right);
    PB_CHECK_TEXT(left, right);
    free(left);
    free(right);
}

/* Nobody went into the lane, and the leader ended no lap, between the two. */
static bool is_same_moment(pb_json a, pb_json b)
{
    pb_json boxed_a = pb_json_get(a, "boxed"), boxed_b = pb_json_get(b, "boxed");
    return pb_json_number(pb_json_get(a, "lap")) == pb_json_number(pb_json_get(b, "lap")) &&
           pb_json_length(boxed_a) == pb_json_length(boxed_b);
}

/* The newest call of the car against the answer for it; nothing to compare when the race went on since. */
static bool compare_call(site *t, const char *car)
{
    char body[80];
    snprintf(body, sizeof body, "{\"session\":\"race\",\"car\":\"%s\"}", car);
    pb_json_doc *view = view_of(t->s, PB_VIEW_CALLS, pb_session_car(t->s, car)), *got = ask_it(t, api_recommend, body);
    pb_json      call = pb_json_get(pb_json_get(pb_json_root(view), "recorded"), "call");
    bool         same = is_same_moment(call, pb_json_root(got));
    if (same) check_same_json(pb_json_root(got), call);
    pb_json_free(view);
    pb_json_free(got);
    return same;
}

PB_TEST(a_recommendation_of_a_session_is_the_call_of_that_moment_to_the_last_figure)
{
    static const struct {
        const char *race, *car;
        int         laps[6];
    } races[] = {{SPANISH, "VER", {6, 14, 20, 25, 40, 51}}, {SAUDI, "HAM", {5, 9, 11, 20, 30, 36}}};
    for (size_t i = 0; i < 2; i++) {
        site t;
        int  same = 0;
        begin(&t, races[i].race, races[i].car);
        for (int k = 0; k < 6; k++)
            for (int more = 0; more < 4; more++) { /* where the race went on while it was looked at, a lap later */
                stop_at(&t, races[i].laps[k] + more);
                bool compared = compare_call(&t, races[i].car);
                go_on(&t);
                same += compared;
                if (compared) break;
            }
        print_message("%s: %d of 6 laps\n", races[i].car, same);
        PB_CHECK(same >= 4);
        end(&t);
    }
}

PB_TEST(every_route_that_takes_a_race_takes_a_session)
{
    static const struct {
        api_answer *answer;
        const char *more;
    } routes[] = {
        {api_simulate, "\"trials\":100"},
        {api_strategy_optimal, "\"car\":\"HAM\",\"trials\":100"},
        {api_strategy_tree, "\"car\":\"HAM\",\"trials\":100"},
        {api_strategy_compare, "\"car\":\"HAM\",\"trials\":100,\"plans\":[\"SOFT-MEDIUM,30\",\"SOFT-HARD,30\"]"},
        {api_what_if, "\"trials\":100,\"set\":{\"pit.loss_s\":30}"},
        {api_predict_lap_time, "\"car\":\"HAM\""},
        {api_predict_degradation, "\"car\":\"HAM\""},
        {api_predict_safety_car, "\"within\":3"},
        {api_predict_pit_loss, "\"car\":\"HAM\""},
        {api_predict_positions, "\"trials\":100"},
        {api_predict_overtake, "\"car\":\"HAM\""},
        {api_predict_pit_call, "\"car\":\"HAM\""}};
    site t;
    char body[200];
    begin(&t, SPANISH, NULL);
    stop_at(&t, 12);
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        snprintf(body, sizeof body, "{\"session\":\"race\",%s}", routes[i].more);
        pb_json_free(ask_it(&t, routes[i].answer, body));
    }
    end(&t);
}

PB_TEST(the_outlook_of_the_state_is_what_the_predictions_say)
{
    site t;
    begin(&t, SPANISH, "VER");
    pb_json_doc *none = view_of(t.s, PB_VIEW_STATE, 0);
    PB_CHECK(pb_json_is_null(pb_json_get(pb_json_root(none), "outlook")));
    pb_json_free(none);
    stop_at(&t, 25);
    pb_json_doc *state = view_of(t.s, PB_VIEW_STATE, 0);
    pb_json_doc *loss  = ask_it(&t, api_predict_pit_loss, "{\"session\":\"race\",\"car\":\"VER\"}");
    pb_json_doc *stop  = ask_it(&t, api_predict_pit_call, "{\"session\":\"race\",\"car\":\"HAM\"}");
    pb_json      out = pb_json_get(pb_json_root(state), "outlook"), cars = pb_json_get(out, "cars");
    PB_CHECK_EQ(pb_json_number(pb_json_get(out, "lap")), 25);
    PB_CHECK_EQ(pb_json_count(cars), 20);
    PB_CHECK_NEAR(pb_json_number(pb_json_get(pb_json_get(out, "pit_loss_s"), "green")),
                  pb_json_number(pb_json_get(pb_json_root(loss), "value")), 1e-6);
    PB_CHECK_NEAR(pb_json_number(pb_json_get(pb_json_get(cars, "44"), "stop_prob")),
                  pb_json_number(pb_json_get(pb_json_root(stop), "value")), 1e-6);
    pb_json_free(state);
    pb_json_free(loss);
    pb_json_free(stop);
    end(&t);
}

PB_TEST(an_earlier_lap_is_answered_as_of_the_recorded_race)
{
    site t;
    begin(&t, SPANISH, NULL);
    stop_at(&t, 30);
    static api_answer *const answers[] = {api_predict_pit_call, api_predict_degradation, api_predict_pit_loss};
    for (size_t i = 0; i < 3; i++) {
        pb_json_doc *live = ask_it(&t, answers[i], "{\"session\":\"race\",\"car\":\"HAM\",\"lap\":20}"),
                    *file = ask_it(&t, answers[i], "{\"race\":\"2023_07_spanish\",\"car\":\"HAM\",\"lap\":20}");
        pb_json a = pb_json_root(live), b = pb_json_root(file);
        PB_CHECK_EQ(pb_json_number(pb_json_get(a, "value")), pb_json_number(pb_json_get(b, "value")));
        pb_json_free(live);
        pb_json_free(file);
    }
    end(&t);
}

PB_TEST(values_are_set_as_with_a_recorded_race)
{
    site t;
    begin(&t, SPANISH, NULL);
    stop_at(&t, 12);
    pb_json_doc *doc =
        ask_it(&t, api_predict_pit_loss, "{\"session\":\"race\",\"car\":\"HAM\",\"set\":{\"pit.loss_s\":33}}");
    PB_CHECK(pb_json_number(pb_json_get(pb_json_root(doc), "value")) > 30);
    pb_json_free(doc);
    refused(&t, api_simulate, "{\"session\":\"race\",\"set\":{\"pit.los_s\":33}}", PB_E_UNKNOWN_KEY, "/set");
    end(&t);
}

PB_TEST(an_answer_is_kept_until_the_next_event_and_no_longer)
{
    site t;
    begin(&t, SPANISH, NULL);
    stop_at(&t, 12);
    const char  *body = "{\"session\":\"race\",\"trials\":100}";
    pb_json_doc *a = ask_it(&t, api_simulate, body), *b = ask_it(&t, api_simulate, body);
    check_same_json(pb_json_root(a), pb_json_root(b));
    go_on(&t);
    wait_for_lap(t.s, 15);
    pb_json_doc *c = ask_it(&t, api_simulate, body);
    size_t       na, nc;
    char        *left = api_text_of(pb_json_root(a), &na), *right = api_text_of(pb_json_root(c), &nc);
    PB_CHECK(strcmp(left, right) != 0);
    free(left);
    free(right);
    pb_json_free(a);
    pb_json_free(b);
    pb_json_free(c);
    end(&t);
}

PB_TEST(what_cannot_be_answered_says_why)
{
    site         t;
    pb_json_doc *doc;
    begin(&t, SPANISH, NULL);
    const char *body = "{\"session\":\"race\",\"car\":\"VER\"}";
    PB_CHECK_EQ(ask_as(&t, "others", api_recommend, body, &doc), PB_E_NOENT);
    PB_CHECK_TEXT(t.error.text, "/session: no such session");
    PB_CHECK_EQ(ask_as(&t, NULL, api_recommend, body, &doc), PB_E_NOENT);
    refused(&t, api_recommend, "{\"session\":\"none\",\"car\":\"VER\"}", PB_E_NOENT, "/session: no such session");
    refused(&t, api_recommend, body, PB_E_RULE, "/session: its leader has completed 0 laps");
    stop_at(&t, 12);
    refused(&t, api_recommend, "{\"session\":\"race\",\"car\":\"VER\",\"lap\":40}", PB_E_RANGE, "/lap: 40: the leader");
    refused(&t, api_simulate, "{\"session\":\"race\",\"from_lap\":40}", PB_E_RANGE, "/from_lap: 40: the leader");
    refused(&t, api_recommend, "{\"session\":\"race\",\"race\":\"2023-07\",\"car\":\"VER\"}", PB_E_RULE,
            "/session: either");
    refused(&t, api_recommend, "{\"session\":\"race\",\"car\":\"VER\",\"position\":3}", PB_E_RULE,
            "/position: the laps of \"session\"");
    refused(&t, api_recommend, "{\"session\":\"race\",\"car\":\"XXX\"}", PB_E_RULE, "/car");
    refused(&t, api_recommend, "{\"session\":\"race\"}", PB_E_MISSING, "/car");
    end(&t);
}

PB_TEST(a_look_at_a_race_costs_the_copy)
{
    site t;
    char version[PB_SESSION_VERSION_MAX];
    begin(&t, SPANISH, NULL);
    stop_at(&t, 60);
    pb_ask *ask = NULL;
    PB_CHECK_EQ(pb_ask_create(&ask), PB_OK);
    double from_s = pb_engine_seconds();
    for (int i = 0; i < 50; i++) PB_CHECK_EQ(pb_session_now(t.s, ask, version, &t.error), PB_OK);
    print_message("copied in %.2f ms: %s\n", 20 * (pb_engine_seconds() - from_s), version);
    PB_CHECK_EQ(ask->log.n_cars, 20);
    pb_ask_destroy(ask);
    end(&t);
}

PB_TEST_MAIN(PB_RUN(a_look_at_a_race_costs_the_copy),
             PB_RUN(a_recommendation_of_a_session_is_the_call_of_that_moment_to_the_last_figure),
             PB_RUN(every_route_that_takes_a_race_takes_a_session),
             PB_RUN(the_outlook_of_the_state_is_what_the_predictions_say),
             PB_RUN(an_earlier_lap_is_answered_as_of_the_recorded_race), PB_RUN(values_are_set_as_with_a_recorded_race),
             PB_RUN(an_answer_is_kept_until_the_next_event_and_no_longer), PB_RUN(what_cannot_be_answered_says_why))
