/* The hub: who gets what, and who does not. */
#include "hub_parts.h"
#include "hub_world.h"

#define SUBSCRIBE "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"state\"],\"every_ms\":50}"

static void state_becomes(const char *state)
{
    w.session[0].state = state;
    w.session[0].version++;
}

static void subscribed(pb_ws *ws, const char *message)
{
    say(ws, message);
    PB_CHECK_HAS(hear(ws), "\"op\":\"subscribed\"");
}

/* ---- state ---- */

PB_TEST(a_snapshot_comes_first_and_then_only_what_changed)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, SUBSCRIBE);
    PB_CHECK_TEXT(hear(&a), "");
    pass_ms(4);
    PB_CHECK(a.wants);
    const char *text = hear(&a);
    PB_CHECK_HAS(text, "{\"op\":\"snapshot\",\"topic\":\"state\",\"session\":\"live\",\"seq\":0,\"at_us\":");
    PB_CHECK_HAS(
        text,
        "\"data\":{\"lap\":1,\"race\":{\"own_car\":16},\"cars\":{\"44\":{\"key\":44},\"16\":{\"key\":16,\"gap\":2}}}}");
    state_becomes("{\"lap\":2,\"race\":{\"own_car\":16},\"cars\":[{\"key\":16,\"gap\":2},{\"key\":44,\"gap\":1.5}]}");
    a.wants = false;
    pass_ms(60);
    PB_CHECK(a.wants);
    text = hear(&a);
    PB_CHECK_HAS(text, "{\"op\":\"delta\",\"topic\":\"state\",\"session\":\"live\",\"seq\":1,");
    PB_CHECK_HAS(text, "\"data\":{\"lap\":2,\"cars\":{\"44\":{\"gap\":1.5}}}}");
    PB_CHECK_TEXT(hear(&a), "");
    pass_ms(200);
    PB_CHECK_TEXT(hear(&a), "");
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(a_message_is_made_once_for_all_who_watch)
{
    pb_ws a, b;
    world_begin(true);
    open_as(&a, "red-1");
    open_as(&b, "red-1");
    subscribed(&a, SUBSCRIBE);
    subscribed(&b, SUBSCRIBE);
    pass_ms(4);
    pb_blob *one = pb_hub_next(w.hub, &a), *other = pb_hub_next(w.hub, &b);
    PB_CHECK(one && one == other);
    pb_blob_drop(one);
    pb_blob_drop(other);
    state_becomes("{\"lap\":3}");
    pass_ms(60);
    one   = pb_hub_next(w.hub, &a);
    other = pb_hub_next(w.hub, &b);
    PB_CHECK(one && one == other);
    pb_blob_drop(one);
    pb_blob_drop(other);
    pb_hub_closed(w.hub, &a);
    pb_hub_closed(w.hub, &b);
    world_end();
}

PB_TEST(one_car_is_watched_alone)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(
        &a,
        "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"state\",\"recommendation\"],\"cars\":[44]}");
    pass_ms(4);
    PB_CHECK_HAS(hear(&a), "\"topic\":\"state\",\"session\":\"live\",\"car\":44,\"seq\":0,");
    PB_CHECK_HAS(hear(&a), "\"data\":{\"calls\":{}}}");
    w.session[0].car_call = "{\"car\":44,\"call\":{\"a\":1}}";
    w.session[0].version++;
    pass_ms(200);
    PB_CHECK_HAS(hear(&a), "\"data\":{\"calls\":{\"44\":{\"car\":44,\"call\":{\"a\":1}}}}}");
    w.session[0].car_call = "{\"car\":44,\"call\":{\"a\":2}}";
    w.session[0].version++;
    pass_ms(200);
    PB_CHECK_HAS(hear(&a), "\"data\":{\"calls\":{\"44\":{\"call\":{\"a\":2}}}}}");
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(calls_of_all_cars_are_known_by_their_car)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"recommendation\"]}");
    pass_ms(4);
    PB_CHECK_HAS(
        hear(&a),
        "\"data\":{\"calls\":{\"44\":{\"car\":44,\"call\":{\"a\":1}},\"16\":{\"car\":16,\"call\":{\"a\":2}}}}}");
    w.session[0].calls = "{\"calls\":[{\"car\":44,\"call\":{\"a\":1}},{\"car\":16,\"call\":{\"a\":3}}]}";
    w.session[0].version++;
    pass_ms(200);
    PB_CHECK_HAS(hear(&a), "\"data\":{\"calls\":{\"16\":{\"call\":{\"a\":3}}}}}");
    pb_hub_closed(w.hub, &a);
    world_end();
}

/* ---- streams ---- */

#define POINTS                                                                                                         \
    "{\"received_us\":77,\"points\":[{\"time\":1.5,\"car\":44,\"rpm\":1},{\"time\":1.6,\"car\":4,\"rpm\":2}]}"

PB_TEST(points_come_in_batches_and_by_car)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"telemetry\"],\"every_ms\":100}");
    subscribed(
        &a,
        "{\"op\":\"subscribe\",\"id\":2,\"session\":\"live\",\"topics\":[\"telemetry\"],\"cars\":[44],\"every_ms\":5}");
    pass_ms(4);
    PB_CHECK_TEXT(hear(&a), "");
    publish("live/points", POINTS);
    pass_ms(4);
    const char *text = hear(&a);
    PB_CHECK_HAS(text, "\"seq\":1,");
    PB_CHECK_HAS(
        text, "\"received_us\":77,\"data\":[{\"time\":1.5,\"car\":44,\"rpm\":1},{\"time\":1.6,\"car\":4,\"rpm\":2}]}");
    PB_CHECK_HAS(hear(&a), "\"received_us\":77,\"data\":[{\"time\":1.5,\"car\":44,\"rpm\":1}]}");
    publish("live/points", POINTS);
    publish("live/points", POINTS);
    pass_ms(8);
    PB_CHECK_HAS(hear(&a), "\"car\":44,\"seq\":2,");
    PB_CHECK_TEXT(hear(&a), ""); /* the other is not due yet */
    pass_ms(100);
    PB_CHECK_HAS(hear(&a), "\"rpm\":2},{\"time\":1.5,");
    PB_CHECK_TEXT(hear(&a), "");
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(what_does_not_look_like_points_is_passed_over)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"telemetry\"],\"cars\":[44]}");
    const char *const bad[] = {
        "", "{}", "[", "[]", "{\"points\":[{\"car\":44", "{\"points\":7}", "[{\"car\":99999999999}]", "]["};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) publish("live/points", bad[i]);
    pass_ms(200);
    PB_CHECK_TEXT(hear(&a), "");
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(insight_has_what_happens_and_not_the_hum)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"insight\"],\"cars\":[44]}");
    publish("live/events", "{\"event\":\"gap\",\"origin\":\"f1_game\",\"car\":44,\"value\":100}");
    publish("live/events", "{\"event\":\"pit_in\",\"origin\":\"f1_game\",\"car\":44}");
    publish("live/events", "{\"event\":\"pit_in\",\"origin\":\"f1_game\",\"car\":4}");
    publish("live/events", "{\"event\":\"chequered\",\"origin\":\"f1_game\"}");
    pass_ms(4);
    PB_CHECK_HAS(hear(&a), "\"data\":[{\"event\":\"pit_in\",\"origin\":\"f1_game\",\"car\":44},"
                           "{\"event\":\"chequered\",\"origin\":\"f1_game\"}]}");
    pb_hub_closed(w.hub, &a);
    world_end();
}

static void check_alert(pb_ws *ws, const char *event, const char *want)
{
    publish("live/events", event);
    pass_ms(104);
    const char *text = hear(ws);
    if (want[0])
        PB_CHECK_HAS(text, want);
    else
        PB_CHECK_TEXT(text, "");
}

PB_TEST(alerts_are_told_once)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"alert\"]}");
    check_alert(&a, "{\"event\":\"track\",\"value\":1}", "");
    check_alert(&a, "{\"event\":\"track\",\"value\":4}", "\"data\":[{\"alert\":\"track\",\"track\":\"safety_car\"}]");
    check_alert(&a, "{\"event\":\"sc_phase\",\"value\":1,\"aux\":1}", "");
    check_alert(&a, "{\"event\":\"track\",\"value\":1}", "\"track\":\"green\"");
    check_alert(&a, "{\"event\":\"track\",\"value\":5}", "\"track\":\"red_flag\"");
    check_alert(&a, "{\"event\":\"weather\",\"real\":[20,30,50,1000,1,90,0]}", "");
    check_alert(&a, "{\"event\":\"weather\",\"real\":[20,30,50,1000,1,90,1]}", "{\"alert\":\"rain\",\"rain\":true}");
    check_alert(&a, "{\"event\":\"weather\",\"real\":[20,30,50,1000,1,90,1]}", "");
    check_alert(&a, "{\"event\":\"weather\",\"real\":[20,30,50,1000,1,90,0]}", "\"rain\":false");
    check_alert(&a, "{\"event\":\"pit_in\",\"car\":16,\"lap\":3}", "");
    check_alert(&a, "{\"event\":\"pit_in\",\"car\":44,\"lap\":3}", "{\"alert\":\"pit\",\"lap\":3,\"car\":44}");
    check_alert(&a, "{\"event\":\"pit_in\",\"car\":44,\"lap\":3}", "");
    check_alert(&a, "{\"event\":\"pit_in\",\"car\":44,\"lap\":21}", "\"lap\":21");
    check_alert(&a, "{\"event\":\"chequered\"}", "\"alert\":\"chequered\"");
    check_alert(&a, "{\"event\":\"chequered\"}", "");
    check_alert(&a, "{\"event\":\"track\",\"value\":true}", "");
    publish("live/calls",
            "{\"seq\":1,\"lap\":7,\"car\":16,\"call\":{\"actions\":[{\"action\":\"BOX\",\"compound\":\"HARD\"}]}}");
    pass_ms(104);
    PB_CHECK_HAS(hear(&a), "{\"alert\":\"call\",\"action\":\"BOX\",\"compound\":\"HARD\",\"lap\":7,\"car\":16}");
    publish("live/calls",
            "{\"seq\":2,\"lap\":8,\"car\":16,\"call\":{\"actions\":[{\"action\":\"BOX\",\"compound\":\"HARD\"}]}}");
    publish("live/calls", "{\"seq\":2,\"lap\":8,\"car\":16,\"failed\":\"no laps\"}");
    publish("live/calls", "nonsense");
    pass_ms(104);
    PB_CHECK_TEXT(hear(&a), "");
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(jobs_and_health_are_of_the_team)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, "{\"op\":\"subscribe\",\"id\":1,\"topics\":[\"job\",\"health\"]}");
    pb_hub_job(w.hub, "blue", "j1", PB_JOB_DONE, 1);
    pb_hub_job(w.hub, "red", "j2", PB_JOB_RUNNING, 0.25);
    pb_hub_job(w.hub, "red", "j2", PB_JOB_RUNNING, 0.5);
    pass_ms(4);
    const char *text = hear(&a);
    PB_CHECK_HAS(text, "\"op\":\"delta\",\"topic\":\"job\",\"seq\":1,");
    PB_CHECK_HAS(text, "\"data\":[{\"id\":\"j2\",\"state\":\"running\",\"progress\":0.5}]}");
    text = hear(&a);
    PB_CHECK_HAS(text, "\"op\":\"snapshot\",\"topic\":\"health\",\"seq\":0,");
    PB_CHECK_HAS(text, "\"data\":{\"clients\":1,\"sessions\":{\"live\":{\"id\":\"live\",\"state\":\"running\"}}}}");
    pass_ms(3000);
    PB_CHECK_TEXT(hear(&a), ""); /* nothing changed */
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(without_jobs_there_is_no_topic_of_them)
{
    pb_ws       a = {0};
    pb_exchange x = {.host = "localhost"};
    world_begin(false);
    PB_CHECK(pb_hub_accept(w.hub, &x));
    pb_hub_open(w.hub, &a);
    say(&a, "{\"op\":\"subscribe\",\"id\":1,\"topics\":[\"job\"]}");
    PB_CHECK_HAS(hear(&a), "\"status\":404");
    subscribed(&a, SUBSCRIBE); /* everybody is who pb_api_who says */
    pb_hub_closed(w.hub, &a);
    world_end();
}

/* ---- slow ones ---- */

PB_TEST(who_is_a_second_behind_gets_the_latest_instead)
{
    pb_ws a;
    char  state[40];
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, SUBSCRIBE);
    pass_ms(4);
    PB_CHECK_HAS(hear(&a), "snapshot");
    for (int lap = 2; lap < 40; lap++) {
        snprintf(state, sizeof state, "{\"lap\":%d}", lap);
        state_becomes(state);
        pass_ms(60);
    }
    const char *text = hear(&a);
    PB_CHECK_HAS(text, "\"op\":\"snapshot\"");
    PB_CHECK_HAS(text, "\"data\":{\"lap\":39}}");
    PB_CHECK_TEXT(hear(&a), "");
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(of_a_stream_the_slow_are_told_of_a_gap)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"telemetry\"],\"every_ms\":5}");
    for (int i = 0; i < 300; i++) {
        publish("live/points", POINTS);
        pass_ms(8);
    }
    const char *text = hear(&a);
    PB_CHECK_HAS(text, "{\"op\":\"gap\",\"topic\":\"telemetry\",\"session\":\"live\",\"seq\":299,");
    PB_CHECK_HAS(text, "\"missed\":299}");
    PB_CHECK_HAS(hear(&a), "\"op\":\"delta\",\"topic\":\"telemetry\",\"session\":\"live\",\"seq\":300,");
    PB_CHECK_TEXT(hear(&a), "");
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(topics_take_turns)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(
        &a,
        "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"telemetry\",\"insight\"],\"every_ms\":20}");
    for (int i = 0; i < 3; i++) {
        publish("live/points", POINTS);
        publish("live/events", "{\"event\":\"chequered\"}");
        pass_ms(24);
    }
    for (int i = 0; i < 3; i++) {
        PB_CHECK_HAS(hear(&a), "telemetry");
        PB_CHECK_HAS(hear(&a), "insight");
    }
    pb_hub_closed(w.hub, &a);
    world_end();
}

/* ---- resume ---- */

static void stream_of(const char *text, char stream[33])
{
    const char *at = strstr(text, "\"stream\":\"");
    PB_CHECK(at != NULL);
    pb_span_copy((pb_span){at + 10, 32}, stream, 33);
}

static void resume(pb_ws *ws, const char *stream, const char *seq)
{
    char text[200];
    snprintf(text, sizeof text, "{\"op\":\"resume\",\"stream\":\"%s\",\"seq\":%s}", stream, seq);
    say(ws, text);
}

/* Watches, hears snapshot and one delta (seq 1), goes, and misses two. */
static void break_off(pb_ws *ws, char stream[33])
{
    open_as(ws, "red-1");
    say(ws, SUBSCRIBE);
    stream_of(hear(ws), stream);
    pass_ms(4);
    PB_CHECK_HAS(hear(ws), "snapshot");
    state_becomes("{\"lap\":2}");
    pass_ms(60);
    PB_CHECK_HAS(hear(ws), "\"seq\":1,");
    pb_hub_closed(w.hub, ws);
    state_becomes("{\"lap\":3}");
    pass_ms(5000);
    state_becomes("{\"lap\":4}");
    pass_ms(5000);
}

PB_TEST(who_comes_back_in_time_misses_nothing)
{
    pb_ws a, b;
    char  stream[33];
    world_begin(true);
    break_off(&a, stream);
    open_as(&b, "red-1");
    resume(&b, stream, "{\"state\":1}");
    const char *text = hear(&b);
    PB_CHECK_HAS(text, "{\"op\":\"resumed\",\"stream\":\"");
    PB_CHECK_HAS(text, stream);
    PB_CHECK_HAS(text, "\"ids\":{\"live/state\":1}}");
    PB_CHECK_HAS(hear(&b), "\"op\":\"delta\",\"topic\":\"state\",\"session\":\"live\",\"seq\":2,");
    PB_CHECK_HAS(hear(&b), "\"seq\":3,");
    PB_CHECK_TEXT(hear(&b), "");
    pb_hub_closed(w.hub, &b);
    open_as(&b, "red-1");
    resume(&b, stream, "{\"live/state\":2}"); /* the same stream, broken again */
    PB_CHECK_HAS(hear(&b), "resumed");
    PB_CHECK_HAS(hear(&b), "\"seq\":3,");
    pb_hub_closed(w.hub, &b);
    world_end();
}

PB_TEST(a_place_that_is_not_told_or_not_kept_begins_with_a_snapshot)
{
    static const char *const seqs[] = {"{}", "{\"live/telemetry\":1}", "{\"state\":99}"};
    for (size_t i = 0; i < 3; i++) {
        pb_ws a, b;
        char  stream[33];
        world_begin(true);
        break_off(&a, stream);
        open_as(&b, "red-1");
        resume(&b, stream, seqs[i]);
        PB_CHECK_HAS(hear(&b), "resumed");
        PB_CHECK_HAS(hear(&b), "\"op\":\"snapshot\",\"topic\":\"state\",\"session\":\"live\",\"seq\":3,");
        PB_CHECK_TEXT(hear(&b), "");
        pb_hub_closed(w.hub, &b);
        world_end();
    }
}

PB_TEST(after_30_s_a_stream_is_unknown_and_its_channels_are_gone)
{
    pb_ws a, b;
    char  stream[33];
    world_begin(true);
    break_off(&a, stream);
    PB_CHECK(w.session[0].held > 0);
    pass_ms(22000);
    PB_CHECK_EQ(w.session[0].held, 0);
    open_as(&b, "red-1");
    resume(&b, stream, "{\"state\":1}");
    PB_CHECK_HAS(
        hear(&b),
        "{\"op\":\"error\",\"status\":404,\"detail\":\"unknown stream (subscribe anew)\",\"pointer\":\"/stream\"}");
    pb_hub_closed(w.hub, &b);
    world_end();
}

PB_TEST(anothers_stream_is_as_unknown_as_none)
{
    pb_ws a, b;
    char  stream[33];
    world_begin(true);
    break_off(&a, stream);
    memcpy(w.good, "blue-1", 7);
    snprintf(w.good, sizeof w.good, "blue-1");
    open_as(&b, "blue-1");
    resume(&b, stream, "{\"state\":1}");
    PB_CHECK_HAS(hear(&b), "\"status\":404,\"detail\":\"unknown stream");
    resume(&b, "0123", "{}");
    PB_CHECK_HAS(hear(&b), "\"status\":404,\"detail\":\"unknown stream");
    pb_hub_closed(w.hub, &b);
    world_end();
}

PB_TEST(a_stream_is_taken_over_from_a_connection_that_is_dead_and_does_not_know)
{
    pb_ws a, b;
    char  stream[33];
    world_begin(true);
    open_as(&a, "red-1");
    say(&a, SUBSCRIBE);
    stream_of(hear(&a), stream);
    pass_ms(4);
    state_becomes("{\"lap\":2}");
    pass_ms(60);
    open_as(&b, "red-1");
    resume(&b, stream, "{\"state\":0}");
    PB_CHECK_HAS(hear(&b), "resumed");
    PB_CHECK_HAS(hear(&b), "\"seq\":1,");
    PB_CHECK_EQ(a.ended, 4409);
    PB_CHECK_TEXT(hear(&a), "");
    pb_hub_closed(w.hub, &a);
    state_becomes("{\"lap\":3}");
    pass_ms(60);
    PB_CHECK_HAS(hear(&b), "\"seq\":2,");
    resume(&b, stream, "{}");
    PB_CHECK_HAS(hear(&b), "\"status\":409");
    pb_hub_closed(w.hub, &b);
    world_end();
}

PB_TEST(resume_comes_before_subscriptions)
{
    pb_ws a, b;
    char  stream[33];
    world_begin(true);
    break_off(&a, stream);
    open_as(&b, "red-1");
    subscribed(&b, SUBSCRIBE);
    resume(&b, stream, "{\"state\":1}");
    PB_CHECK_HAS(hear(&b), "\"status\":409");
    pb_hub_closed(w.hub, &b);
    world_end();
}

/* ---- who may ---- */

PB_TEST(another_teams_session_is_as_unknown_as_none)
{
    pb_ws a;
    char  none[400];
    world_begin(true);
    open_as(&a, "red-1");
    say(&a, "{\"op\":\"subscribe\",\"id\":1,\"session\":\"nobody\",\"topics\":[\"state\"]}");
    pb_span_copy(pb_span_of(hear(&a)), none, sizeof none);
    PB_CHECK_HAS(
        none,
        "{\"op\":\"error\",\"id\":1,\"status\":404,\"detail\":\"there is no such session\",\"pointer\":\"/session\"}");
    say(&a, "{\"op\":\"subscribe\",\"id\":1,\"session\":\"secret\",\"topics\":[\"state\"]}");
    PB_CHECK_TEXT(hear(&a), none);
    PB_CHECK_EQ(w.session[1].held, 0);
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(nobody_gets_anything_before_the_token)
{
    pb_ws a = {0};
    world_begin(true);
    pb_hub_open(w.hub, &a);
    say(&a, SUBSCRIBE);
    PB_CHECK_HAS(hear(&a), "\"op\":\"error\",\"id\":1,\"status\":401");
    say(&a, "{\"op\":\"auth\",\"token\":\"wrong\"}");
    const char *text = hear(&a);
    PB_CHECK_HAS(text, "\"status\":401,\"detail\":\"the token is not valid\",\"pointer\":\"/token\"");
    say(&a, "{\"op\":\"auth\",\"token\":\"red-1\"}");
    PB_CHECK_HAS(hear(&a), "{\"op\":\"authenticated\",\"user\":\"ann\",\"team\":\"red\",\"role\":\"viewer\"}");
    subscribed(&a, SUBSCRIBE);
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(who_does_not_say_who_he_is_is_closed)
{
    pb_ws a = {0}, b = {.protocol = "pitboard.v1, bearer.red-1"}, c = {.authorization = "Bearer red-2"};
    world_begin(true);
    pb_hub_open(w.hub, &a);
    pb_hub_open(w.hub, &b);
    pb_hub_open(w.hub, &c);
    PB_CHECK_EQ(c.ended, 4401);
    pass_ms(4000);
    PB_CHECK_EQ(a.ended, 0);
    pass_ms(3000);
    PB_CHECK_EQ(a.ended, 4401);
    PB_CHECK_EQ(b.ended, 0);
    pb_hub_closed(w.hub, &a);
    pb_hub_closed(w.hub, &b);
    pb_hub_closed(w.hub, &c);
    world_end();
}

PB_TEST(a_token_that_ends_ends_the_connection_unless_a_new_one_comes)
{
    pb_ws a, b;
    world_begin(true);
    open_as(&a, "red-1");
    open_as(&b, "red-1");
    memcpy(w.good, "red-2", 6);
    say(&b, "{\"op\":\"auth\",\"token\":\"red-2\"}");
    PB_CHECK_HAS(hear(&b), "authenticated");
    pass_ms(8000);
    PB_CHECK_EQ(a.ended, 4401);
    PB_CHECK_EQ(b.ended, 0);
    say(&a, SUBSCRIBE);
    PB_CHECK_TEXT(hear(&a), "");
    pb_hub_closed(w.hub, &a);
    pb_hub_closed(w.hub, &b);
    world_end();
}

PB_TEST(a_connection_stays_with_whom_it_was)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    memcpy(w.good, "blue-1", 7);
    say(&a, "{\"op\":\"auth\",\"token\":\"blue-1\"}");
    PB_CHECK_HAS(hear(&a), "\"status\":401");
    pb_hub_closed(w.hub, &a);
    world_end();
}

static int accepted(pb_exchange x)
{
    return pb_hub_accept(w.hub, &x) ? 101 : x.status;
}

PB_TEST(pages_of_other_sites_may_not_connect)
{
    world_begin(true);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "h:1"}), 101);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "h:1", .origin = "http://h:1"}), 101);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "h:1", .origin = "https://pit.example"}), 101);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "h:1", .origin = "https://pit.example.evil.example"}), 403);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "h:1", .origin = "http://h:2"}), 403);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "h:1", .origin = "null"}), 403);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "", .origin = "http://"}), 403);
    PB_CHECK_EQ(accepted((pb_exchange){.origin = "http://h"}), 403);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "h", .authorization = "Bearer wrong"}), 401);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "h", .protocol = "pitboard.v1, bearer.wrong"}), 401);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "h", .protocol = "pitboard.v1,bearer.red-1"}), 101);
    world_end();
}

PB_TEST(without_access_control_a_name_that_leads_here_is_not_enough)
{
    world_begin(false);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "evil.example:8080", .origin = "http://evil.example:8080"}), 403);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "localhost.evil.example", .origin = "http://localhost.evil.example"}),
                403);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "127.0.0.1:8080", .origin = "http://127.0.0.1:8080"}), 101);
    PB_CHECK_EQ(accepted((pb_exchange){.host = "[::1]:8080", .origin = "http://[::1]:8080"}), 101);
    world_end();
}

/* ---- messages that are wrong ---- */

static void check_refused(pb_ws *ws, const char *message, const char *status, const char *pointer)
{
    char want[80];
    say(ws, message);
    const char *text = hear(ws);
    PB_CHECK_HAS(text, "\"op\":\"error\"");
    PB_CHECK_HAS(text, status);
    snprintf(want, sizeof want, "\"pointer\":\"%s\"}", pointer);
    PB_CHECK_HAS(text, want);
}

PB_TEST(a_slip_is_told_with_its_place_and_the_connection_goes_on)
{
    static const struct {
        const char *message, *pointer;
    } slips[] = {
        {"{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"stat\"]}", "/topics/0"},
        {"{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[]}", "/topics"},
        {"{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"state\",\"state\"]}", "/topics/1"},
        {"{\"op\":\"subscribe\",\"id\":1,\"topics\":[\"state\"]}", "/session"},
        {"{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"job\"]}", "/session"},
        {"{\"op\":\"subscribe\",\"session\":\"live\",\"topics\":[\"state\"]}", "/id"},
        {"{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"state\"],\"cars\":[0]}", "/cars/0"},
        {"{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"state\"],\"car\":44}", "/car"},
        {"{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"state\"],\"every_ms\":0}", "/every_ms"},
        {"{\"op\":\"subscribe\",\"id\":-1}", "/id"},
        {"{\"op\":\"shout\"}", "/op"},
        {"{\"id\":1}", "/op"},
        {"[]", ""},
        {"{\"op\":\"ping\"", ""},
        {"", ""},
        {"\xff", ""},
        {"{\"op\":\"auth\"}", "/token"},
        {"{\"op\":\"auth\",\"token\":\"\"}", "/token"},
        {"{\"op\":\"resume\",\"stream\":\"a\",\"seq\":[]}", "/seq"},
        {"{\"op\":\"resume\",\"stream\":\"a\",\"seq\":{\"state\":\"1\"}}", "/seq/state"},
    };
    world_begin(true);
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        pb_ws a;
        open_as(&a, "red-1");
        check_refused(&a, slips[i].message, "\"status\":422", slips[i].pointer);
        subscribed(&a, SUBSCRIBE);
        pb_hub_closed(w.hub, &a);
    }
    world_end();
}

PB_TEST(what_cannot_be_had_is_refused_and_nothing_of_it_is_kept)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, SUBSCRIBE);
    check_refused(&a, SUBSCRIBE, "\"status\":409", "/id");
    check_refused(&a, "{\"op\":\"subscribe\",\"id\":2,\"session\":\"live\",\"topics\":[\"alert\",\"state\"]}",
                  "\"status\":409", "/topics");
    check_refused(
        &a, "{\"op\":\"subscribe\",\"id\":2,\"session\":\"live\",\"topics\":[\"alert\",\"state\"],\"cars\":[44,5]}",
        "\"status\":404", "/cars");
    check_refused(&a,
                  "{\"op\":\"subscribe\",\"id\":2,\"session\":\"live\",\"topics\":[\"alert\",\"insight\"],"
                  "\"cars\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]}",
                  "\"status\":422", "/cars");
    check_refused(&a, "{\"op\":\"unsubscribe\",\"id\":2}", "\"status\":404", "/id");
    PB_CHECK_EQ(w.hub->n_channels, 1);
    say(&a, "{\"op\":\"unsubscribe\",\"id\":1}");
    PB_CHECK_HAS(hear(&a), "{\"op\":\"unsubscribed\",\"id\":1}");
    PB_CHECK_EQ(w.hub->n_channels, 0);
    PB_CHECK_EQ(w.session[0].held, 0);
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(ten_wrong_messages_are_enough)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    for (int i = 0; i < 9; i++) {
        say(&a, "?");
        PB_CHECK_HAS(hear(&a), "error");
    }
    PB_CHECK_EQ(a.ended, 0);
    say(&a, "?");
    PB_CHECK_EQ(a.ended, 1008);
    say(&a, "?");
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(who_asks_and_does_not_read_is_closed)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    for (int i = 0; i < 8; i++) say(&a, "{\"op\":\"ping\",\"id\":5}");
    PB_CHECK_EQ(a.ended, 0);
    say(&a, "{\"op\":\"ping\"}");
    PB_CHECK_EQ(a.ended, 1008);
    PB_CHECK_TEXT(hear(&a), "");
    pb_hub_closed(w.hub, &a);
    world_end();
}

/* ---- bounds ---- */

PB_TEST(streams_that_broke_give_way_to_who_is_there)
{
    pb_ws a;
    char  text[120];
    world_begin(true);
    w.hub->options.channels_max = 4;
    for (int car = 1; car < 12; car++) {
        open_as(&a, "red-1");
        snprintf(text, sizeof text,
                 "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"alert\"],\"cars\":[%d]}", car);
        subscribed(&a, text);
        pb_hub_closed(w.hub, &a);
    }
    PB_CHECK_EQ(w.hub->n_channels, 3); /* the last is for another team */
    open_as(&a, "red-1");
    check_refused(
        &a, "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"alert\"],\"cars\":[20,21,22,23,24]}",
        "\"status\":503", "");
    PB_CHECK_EQ(w.hub->n_channels, 0);
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(a_team_that_takes_all_channels_leaves_the_others_some)
{
    pb_ws a, b;
    world_begin(true);
    w.hub->options.channels_max = 16;
    open_as(&a, "red-1");
    subscribed(&a,
               "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"alert\"],\"cars\":[1,2,3,4,5,6,7,8,9,"
               "10,11,12]}");
    check_refused(&a, "{\"op\":\"subscribe\",\"id\":2,\"topics\":[\"health\"]}", "\"status\":503", "");
    snprintf(w.good, sizeof w.good, "blue-1");
    open_as(&b, "blue-1");
    subscribed(&b, "{\"op\":\"subscribe\",\"id\":1,\"topics\":[\"health\"]}");
    pb_hub_closed(w.hub, &a);
    pb_hub_closed(w.hub, &b);
    world_end();
}

PB_TEST(what_a_channel_keeps_is_bounded)
{
    pb_ws a;
    char *points = malloc(200001);
    memset(points, ' ', 200000);
    memcpy(points, "[{\"car\":44}", 11);
    memcpy(points + 199999, "]", 2);
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, "{\"op\":\"subscribe\",\"id\":1,\"session\":\"live\",\"topics\":[\"telemetry\"],\"every_ms\":1000}");
    for (int i = 0; i < 60; i++) {
        publish("live/points", points);
        pass_ms(4);
    }
    PB_CHECK(w.hub->channels->seq > 5); /* messages before their time: none is larger than 1 MiB */
    PB_CHECK(w.hub->channels->bytes <= PB__KEEP_BYTES);
    PB_CHECK_EQ(w.hub->kept, w.hub->channels->bytes);
    pass_ms(40000);
    PB_CHECK_EQ(w.hub->kept, 0);
    pb_hub_closed(w.hub, &a);
    world_end();
    free(points);
}

PB_TEST(a_session_that_is_gone_is_told)
{
    pb_ws a;
    world_begin(true);
    open_as(&a, "red-1");
    subscribed(&a, SUBSCRIBE);
    pass_ms(4);
    PB_CHECK_HAS(hear(&a), "snapshot");
    w.session[0].gone = true;
    pass_ms(2000);
    PB_CHECK_HAS(hear(&a), "{\"op\":\"ended\",\"id\":1,\"topic\":\"state\",\"session\":\"live\"}");
    PB_CHECK_EQ(w.session[0].held, 0);
    check_refused(&a, SUBSCRIBE, "\"status\":404", "/session");
    pb_hub_closed(w.hub, &a);
    world_end();
}

PB_TEST(a_pace_is_rounded_up_to_one_of_seven)
{
    PB_CHECK_EQ(pb__hub_pace(1, PB__TOPIC_TELEMETRY), 2);
    PB_CHECK_EQ(pb__hub_pace(3, PB__TOPIC_TELEMETRY), 5);
    PB_CHECK_EQ(pb__hub_pace(1, PB__TOPIC_STATE), 20);
    PB_CHECK_EQ(pb__hub_pace(20, PB__TOPIC_STATE), 20);
    PB_CHECK_EQ(pb__hub_pace(21, PB__TOPIC_STATE), 50);
    PB_CHECK_EQ(pb__hub_pace(251, PB__TOPIC_ALERT), 1000);
    PB_CHECK_EQ(pb__hub_pace(60000, PB__TOPIC_ALERT), 1000);
}

PB_TEST_MAIN(PB_RUN(a_snapshot_comes_first_and_then_only_what_changed),
             PB_RUN(a_message_is_made_once_for_all_who_watch), PB_RUN(one_car_is_watched_alone),
             PB_RUN(calls_of_all_cars_are_known_by_their_car), PB_RUN(points_come_in_batches_and_by_car),
             PB_RUN(what_does_not_look_like_points_is_passed_over), PB_RUN(insight_has_what_happens_and_not_the_hum),
             PB_RUN(alerts_are_told_once), PB_RUN(jobs_and_health_are_of_the_team),
             PB_RUN(without_jobs_there_is_no_topic_of_them), PB_RUN(who_is_a_second_behind_gets_the_latest_instead),
             PB_RUN(of_a_stream_the_slow_are_told_of_a_gap), PB_RUN(topics_take_turns),
             PB_RUN(who_comes_back_in_time_misses_nothing),
             PB_RUN(a_place_that_is_not_told_or_not_kept_begins_with_a_snapshot),
             PB_RUN(after_30_s_a_stream_is_unknown_and_its_channels_are_gone),
             PB_RUN(anothers_stream_is_as_unknown_as_none),
             PB_RUN(a_stream_is_taken_over_from_a_connection_that_is_dead_and_does_not_know),
             PB_RUN(resume_comes_before_subscriptions), PB_RUN(another_teams_session_is_as_unknown_as_none),
             PB_RUN(nobody_gets_anything_before_the_token), PB_RUN(who_does_not_say_who_he_is_is_closed),
             PB_RUN(a_token_that_ends_ends_the_connection_unless_a_new_one_comes),
             PB_RUN(a_connection_stays_with_whom_it_was), PB_RUN(pages_of_other_sites_may_not_connect),
             PB_RUN(without_access_control_a_name_that_leads_here_is_not_enough),
             PB_RUN(a_slip_is_told_with_its_place_and_the_connection_goes_on),
             PB_RUN(what_cannot_be_had_is_refused_and_nothing_of_it_is_kept), PB_RUN(ten_wrong_messages_are_enough),
             PB_RUN(who_asks_and_does_not_read_is_closed), PB_RUN(streams_that_broke_give_way_to_who_is_there),
             PB_RUN(a_team_that_takes_all_channels_leaves_the_others_some), PB_RUN(what_a_channel_keeps_is_bounded),
             PB_RUN(a_session_that_is_gone_is_told), PB_RUN(a_pace_is_rounded_up_to_one_of_seven))
