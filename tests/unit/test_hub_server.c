/* The hub behind a real server, with a real race: what arrives adds up to the truth. */
#include <sys/stat.h>

#include "pitboard/api_hub.h"
#include "server_client.h"
#include "sessions_fixture.h"

typedef struct house {
    world       w;
    pb_pool    *pool;
    pb_api     *api;
    pb_hub     *hub;
    live_server live;
} house;

static void on_request(void *user, pb_exchange *x)
{
    pb_api_request(((house *)user)->api, x);
}

static bool on_accept(void *user, pb_exchange *x)
{
    return pb_hub_accept(((house *)user)->hub, x);
}

static void on_open(void *user, pb_ws *ws)
{
    pb_hub_open(((house *)user)->hub, ws);
}

static void on_message(void *user, pb_ws *ws, pb_span text)
{
    pb_hub_message(((house *)user)->hub, ws, text);
}

static pb_blob *on_next(void *user, pb_ws *ws)
{
    return pb_hub_next(((house *)user)->hub, ws);
}

static void on_close(void *user, pb_ws *ws)
{
    pb_hub_closed(((house *)user)->hub, ws);
}

static void open_api(house *h)
{
    pb_error       error;
    pb_api_options options            = pb_api_options_default();
    pb_hub_options hub                = pb_hub_options_default();
    const uint32_t threads[PB_LANE_N] = {1, 1};
    PB_CHECK_EQ(pb_pool_create(threads, 16, NULL, &h->pool, &error), PB_OK);
    options.pool = h->pool;
    if (pb_api_create(&options, &h->api, &error) != PB_OK) fail_msg("%s", error.text);
    hub.api      = h->api;
    hub.sessions = h->w.all;
    hub.bus      = h->w.bus;
    PB_CHECK_EQ(pb_hub_create(&hub, &h->hub, &error), PB_OK);
}

static void open_house(house *h)
{
    pb_server_options o = pb_server_options_default();
    begin_world(&h->w);
    open_api(h);
    o.listen     = "127.0.0.1:0";
    o.user       = h;
    o.request    = on_request;
    o.ws_accept  = on_accept;
    o.ws_open    = on_open;
    o.ws_message = on_message;
    o.ws_next    = on_next;
    o.ws_close   = on_close;
    pb_error error;
    PB_CHECK_EQ(pb_server_open(&o, &h->live.server, &error), PB_OK);
    pb_server_every(h->live.server, 2, pb_hub_tick, h->hub);
    PB_CHECK_EQ(pthread_create(&h->live.thread, NULL, live_run, h->live.server), 0);
}

static void close_house(house *h)
{
    live_stop(&h->live);
    pb_hub_destroy(h->hub);
    pb_api_destroy(h->api);
    PB_CHECK(pb_pool_destroy(h->pool, 5000));
    end_world(&h->w);
}

/* ---- a client ---- */

static int upgrade(const house *h, const char *more, int *status)
{
    char text[600];
    int  fd = dial(&h->live);
    snprintf(text, sizeof text,
             "GET /ws/v1 HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n%s\r\n",
             pb_server_port(h->live.server), more);
    say(fd, text);
    heard got = hear(fd);
    *status   = got.status;
    free(got.body);
    return fd;
}

static void tell(int fd, const char *text)
{
    uint8_t frame[300];
    size_t  len = strlen(text), at = 2;
    frame[0] = 0x81;
    frame[1] = (uint8_t)(0x80 | (len < 126 ? len : 126));
    if (len >= 126) {
        frame[2] = (uint8_t)(len >> 8);
        frame[3] = (uint8_t)len;
        at       = 4;
    }
    memset(frame + at, 0, 4);
    memcpy(frame + at + 4, text, len);
    PB_CHECK(at + 4 + len <= sizeof frame);
    say_bytes(fd, frame, at + 4 + len);
}

static int join(const house *h)
{
    int status, fd = upgrade(h, "", &status);
    PB_CHECK_EQ(status, 101);
    return fd;
}

/* The next text as a document; NULL: the server said goodbye, with *code. */
static pb_json_doc *listen_to(int fd, int *code)
{
    for (;;) {
        uint8_t  head[10];
        pb_error error;
        if (!hear_exactly(fd, head, 2)) fail_msg("nothing came");
        size_t len = head[1] & 0x7f, wide = len == 126 ? 2 : len == 127 ? 8 : 0;
        if (wide) len = 0;
        PB_CHECK(hear_exactly(fd, head + 2, wide));
        for (size_t i = 0; i < wide; i++) len = len << 8 | head[2 + i];
        char *text = malloc(len + 1);
        PB_CHECK(hear_exactly(fd, text, len));
        text[len]        = '\0';
        pb_json_doc *doc = NULL;
        int          op  = head[0] & 0x0f;
        if (op == 8) *code = (uint8_t)text[0] << 8 | (uint8_t)text[1];
        if (op == 1 && pb_json_parse((pb_span){text, len}, "message", &doc, &error) != PB_OK)
            fail_msg("%s", error.text);
        free(text);
        if (op == 1 || op == 8) return doc;
    }
}

static bool is(const pb_json_doc *doc, const char *key, const char *value)
{
    return pb_span_equal_text(pb_json_chars(pb_json_get(pb_json_root(doc), key)), value);
}

static int64_t seq_of(const pb_json_doc *doc)
{
    return (int64_t)pb_json_number(pb_json_get(pb_json_root(doc), "seq"));
}

static pb_json_doc *must_be(int fd, const char *op)
{
    int          code = 0;
    pb_json_doc *doc  = listen_to(fd, &code);
    if (!doc) fail_msg("closed with %d, not %s", code, op);
    if (!is(doc, "op", op)) {
        pb_bytes text;
        PB_CHECK_EQ(pb_json_dump(pb_json_root(doc), &text, NULL), PB_OK);
        fail_msg("%s, not %s", text.at, op);
    }
    return doc;
}

static void must_hear(int fd, const char *op)
{
    pb_json_free(must_be(fd, op));
}

static pb_json_doc *data_of(const pb_json_doc *message)
{
    pb_bytes     text;
    pb_json_doc *doc = NULL;
    PB_CHECK_EQ(pb_json_dump(pb_json_get(pb_json_root(message), "data"), &text, NULL), PB_OK);
    PB_CHECK_EQ(pb_json_parse((pb_span){text.at, text.len}, "data", &doc, NULL), PB_OK);
    pb_bytes_free(&text);
    return doc;
}

static void subscribe(int fd, const char *session, const char *topic, int every_ms)
{
    char text[200];
    snprintf(text, sizeof text,
             "{\"op\":\"subscribe\",\"id\":1,\"session\":\"%s\",\"topics\":[\"%s\"],\"every_ms\":%d}", session, topic,
             every_ms);
    tell(fd, text);
}

/* Takes the next snapshot or delta into *state; its seq. */
static int64_t follow(int fd, pb_json_doc **state)
{
    int          code    = 0;
    pb_json_doc *message = listen_to(fd, &code);
    PB_CHECK(message != NULL);
    int64_t      seq  = seq_of(message);
    pb_json_doc *data = data_of(message);
    if (is(message, "op", "snapshot")) {
        pb_json_free(*state);
        *state = data;
    } else {
        PB_CHECK(is(message, "op", "delta"));
        PB_CHECK_EQ(pb_json_merge(*state, data, NULL), PB_OK);
        pb_json_free(data);
    }
    pb_json_free(message);
    return seq;
}

static bool has_ended(const pb_json_doc *state)
{
    return pb_span_equal_text(pb_json_chars(pb_json_get(pb_json_get(pb_json_root(state), "session"), "state")),
                              "ended");
}

/* What a newcomer is shown. */
static pb_json_doc *first_sight(const house *h, const char *session)
{
    pb_json_doc *state = NULL;
    int          fd    = join(h);
    subscribe(fd, session, "state", 20);
    must_hear(fd, "subscribed");
    follow(fd, &state);
    close(fd);
    return state;
}

/* Of Verstappen, whose car the replay is of, and of his team-mate. */
static void check_calls(const house *h)
{
    pb_json_doc *calls = NULL;
    int          fd    = join(h);
    subscribe(fd, "race", "recommendation", 100);
    must_hear(fd, "subscribed");
    follow(fd, &calls);
    PB_CHECK_EQ(pb_json_count(pb_json_get(pb_json_root(calls), "calls")), 2);
    PB_CHECK(pb_json_present(pb_json_get(pb_json_get(pb_json_root(calls), "calls"), "11")));
    PB_CHECK(pb_json_present(pb_json_get(pb_json_get(pb_json_root(calls), "calls"), "1")));
    pb_json_free(calls);
    close(fd);
}

PB_TEST(the_deltas_of_a_race_add_up_to_what_a_newcomer_sees)
{
    static house    h;
    pb_json_doc    *state = NULL;
    int64_t         seq   = -1;
    uint32_t        n     = 0;
    pb_session_spec spec  = replay_of("VER", 600);
    open_house(&h);
    spec.id        = "race";
    spec.team      = "main";
    pb_session *s  = start_session(&h.w, &spec);
    int         fd = join(&h);
    subscribe(fd, "race", "state", 20);
    must_hear(fd, "subscribed");
    while (n < 60 || pb_session_control(s, PB_SESSION_PAUSE, 0, NULL) != PB_OK) {
        int64_t now = follow(fd, &state);
        if (seq >= 0) PB_CHECK_EQ(now, seq + 1);
        seq = now;
        n++;
        if (has_ended(state)) break;
    }
    for (int left = 200; left > 0; left--) { /* it is quiet now: both must come to see the same */
        pb_json_doc *sight = first_sight(&h, "race");
        bool         same  = pb_json_same(pb_json_root(sight), pb_json_root(state));
        pb_json_free(sight);
        if (same) break;
        PB_CHECK(left > 1);
        struct pollfd p = {fd, POLLIN, 0};
        if (poll(&p, 1, 20) == 1) follow(fd, &state);
    }
    PB_CHECK(pb_json_count(pb_json_get(pb_json_get(pb_json_root(state), "race"), "cars")) == 20);
    check_calls(&h);
    pb_json_free(state);
    close(fd);
    pb_session_drop(s);
    close_house(&h);
}

static pb_session *start_feed(house *h)
{
    pb_session_spec spec = pb_session_spec_default();
    spec.kind            = PB_SESSION_FEED;
    spec.id              = "feed";
    spec.team            = "main";
    return start_session(&h->w, &spec);
}

static void give(pb_session *s, const char *body)
{
    static pb_session_taken taken;
    pb_error                error = {0};
    if (pb_session_give(s, pb_span_of(body), &taken, &error) != PB_OK) fail_msg("%s", error.text);
    PB_CHECK_EQ(taken.accepted, 1);
}

#define POINT_LATER "{\"time\":1764547200.6,\"car\":44,\"lap\":1,\"speed_kmh\":201}"
#define POINT "{\"time\":1764547200.5,\"car\":44,\"lap\":1,\"speed_kmh\":200}"

PB_TEST(a_point_that_is_handed_in_arrives_with_the_time_of_its_receipt)
{
    static house h;
    open_house(&h);
    pb_session *s  = start_feed(&h);
    int         fd = join(&h);
    subscribe(fd, "feed", "telemetry", 5);
    must_hear(fd, "subscribed");
    give(s, POINT);
    pb_json_doc *doc   = must_be(fd, "delta");
    pb_json      first = pb_json_at(pb_json_get(pb_json_root(doc), "data"), 0);
    PB_CHECK_EQ((int)pb_json_number(pb_json_get(first, "speed_kmh")), 200);
    PB_CHECK_EQ((int)pb_json_number(pb_json_get(first, "car")), 44);
    double received = pb_json_number(pb_json_get(pb_json_root(doc), "received_us"));
    PB_CHECK(received > 0 && received <= pb_json_number(pb_json_get(pb_json_root(doc), "at_us")));
    pb_json_free(doc);
    close(fd);
    pb_session_drop(s);
    close_house(&h);
}

PB_TEST(a_broken_connection_goes_on_where_it_was)
{
    static house h;
    char         text[200], stream[64];
    open_house(&h);
    pb_session *s  = start_feed(&h);
    int         fd = join(&h);
    subscribe(fd, "feed", "telemetry", 5);
    pb_json_doc *doc = must_be(fd, "subscribed");
    PB_CHECK_EQ(pb_json_text(pb_json_get(pb_json_root(doc), "stream"), stream, sizeof stream, NULL), PB_OK);
    pb_json_free(doc);
    give(s, POINT);
    must_hear(fd, "delta");
    close(fd);
    WAIT_UNTIL(counts_of(&h.live).ws_open == 0);
    give(s, POINT_LATER);
    fd = join(&h);
    snprintf(text, sizeof text, "{\"op\":\"resume\",\"stream\":\"%s\",\"seq\":{\"feed/telemetry\":1}}", stream);
    tell(fd, text);
    must_hear(fd, "resumed");
    doc = must_be(fd, "delta");
    PB_CHECK_EQ(seq_of(doc), 2);
    pb_json_free(doc);
    close(fd);
    pb_session_drop(s);
    close_house(&h);
}

PB_TEST(wrong_messages_are_told_and_then_closed)
{
    static house h;
    int          code = 0, status;
    open_house(&h);
    int fd = join(&h);
    for (int i = 0; i < 9; i++) {
        tell(fd, "{\"op\":\"shout\"}");
        must_hear(fd, "error");
    }
    tell(fd, "{\"op\":\"shout\"}");
    PB_CHECK(listen_to(fd, &code) == NULL);
    PB_CHECK_EQ(code, 1008);
    close(fd);
    close(upgrade(&h, "Origin: http://evil.example\r\n", &status));
    PB_CHECK_EQ(status, 403);
    close_house(&h);
}

PB_TEST_MAIN(PB_RUN(the_deltas_of_a_race_add_up_to_what_a_newcomer_sees),
             PB_RUN(a_point_that_is_handed_in_arrives_with_the_time_of_its_receipt),
             PB_RUN(a_broken_connection_goes_on_where_it_was), PB_RUN(wrong_messages_are_told_and_then_closed))
