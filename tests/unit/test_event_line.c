/* Event lines: there and back for every kind, and what is refused with which words. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/wire_feed.h"

static pb_status read_line(const char *line, pb_event *e, pb_error *error)
{
    *error = (pb_error){0};
    return pb_event_line_read(pb_span_of(line), e, error);
}

PB_TEST(a_lap_entered_by_hand_needs_car_lap_and_time)
{
    pb_event e;
    pb_error error;
    PB_CHECK_EQ(read_line("{\"event\":\"lap\",\"car\":44,\"lap\":12,\"value\":91234}", &e, &error), PB_OK);
    PB_CHECK_EQ(e.kind, PB_EV_LAP);
    PB_CHECK_EQ(e.origin, PB_ORIGIN_HAND);
    PB_CHECK_EQ(e.car, 44);
    PB_CHECK_EQ(e.lap, 12);
    PB_CHECK_EQ(e.value, 91234);
    PB_CHECK_EQ(e.session_ms, PB_MS_NONE);
    PB_CHECK(e.at_us == PB_US_NONE);
    PB_CHECK_EQ(e.sectors[1], PB_MS_NONE);
}

PB_TEST(a_tyre_may_be_called_by_its_name)
{
    pb_event e;
    pb_error error;
    PB_CHECK_EQ(read_line("{\"event\":\"tyre\",\"car\":1,\"value\":\"HARD\"}", &e, &error), PB_OK);
    PB_CHECK_EQ(e.value, PB_COMPOUND_HARD);
    PB_CHECK_EQ(e.aux, -1);
    PB_CHECK_EQ(read_line("{\"event\":\"stint\",\"car\":1,\"index\":2,\"fresh\":1}", &e, &error), PB_OK);
    PB_CHECK_EQ(e.value, -1);
    PB_CHECK_EQ(read_line("{\"event\":\"tyre\",\"car\":1,\"value\":\"BLUE\"}", &e, &error), PB_E_SYNTAX);
}

PB_TEST(what_is_wrong_with_a_line_is_said_and_the_event_stays)
{
    static const struct {
        const char *line;
        pb_status   status;
        const char *words;
    } bad[] = {
        {"{\"event\":\"lap\",\"car\":1,\"lap\":2,\"vaule\":3}", PB_E_UNKNOWN_KEY, "did you mean \"value\""},
        {"{\"event\":\"track\",\"value\":4,\"car\":1}", PB_E_UNKNOWN_KEY, "/car"},
        {"{\"event\":\"pitin\",\"car\":1}", PB_E_SYNTAX, "did you mean \"pit_in\""},
        {"{\"event\":\"laps\",\"car\":1,\"value\":2,\"origin\":\"openf2\"}", PB_E_SYNTAX, "did you mean \"openf1\""},
        {"{\"car\":1}", PB_E_MISSING, "/event"},
        {"{\"event\":\"laps\",\"value\":2}", PB_E_MISSING, "/car"},
        {"{\"event\":\"laps\",\"car\":0,\"value\":2}", PB_E_RANGE, "/car"},
        {"{\"event\":\"laps\",\"car\":40000,\"value\":2}", PB_E_RANGE, "/car"},
        {"{\"event\":\"laps\",\"car\":1,\"value\":2.5}", PB_E_SYNTAX, "/value"},
        {"{\"event\":\"laps\",\"car\":1,\"value\":99999999999}", PB_E_RANGE, "/value"},
        {"{\"event\":\"weather\",\"real\":[1,2,3,4,5,6,7,8]}", PB_E_RANGE, "/real"},
        {"{\"event\":\"lap\",\"car\":1,\"lap\":1,\"sectors\":[1,2]}", PB_E_RANGE, "/sectors"},
        {"{\"event\":\"laps\",\"car\":1,\"value\":2} x", PB_E_SYNTAX, ""},
        {"[]", PB_E_SYNTAX, ""},
        {"", PB_E_SYNTAX, ""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pb_event e = {.car = 77};
        pb_error error;
        if (read_line(bad[i].line, &e, &error) != bad[i].status)
            fail_msg("%s: %s", bad[i].line, error.text[0] ? error.text : "was accepted");
        PB_CHECK_EQ(e.car, 77);
        if (!strstr(error.text, bad[i].words)) fail_msg("\"%s\" lacks \"%s\"", error.text, bad[i].words);
    }
}

/* ---- there and back ---- */

static uint32_t seed = 1;
static int32_t  any(int32_t lo, int32_t hi)
{
    seed = seed * 1664525u + 1013904223u;
    return lo + (int32_t)((seed >> 8) % (uint32_t)(hi - lo + 1));
}

static void any_text(char *to, size_t cap)
{
    static const char *const parts[] = {"A", "é", "\"", "\\", "\n", " ", "漢", "7", "\x01"};
    to[0]                            = '\0';
    for (int n = any(0, 6); n > 0; n--) {
        const char *part = parts[any(0, 8)];
        if (strlen(to) + strlen(part) + 1 < cap) strcat(to, part);
    }
}

static float any_real(void)
{
    return any(0, 4) == 0 ? NAN : (float)any(-100000, 100000) / 7.0f;
}

static pb_event any_event(pb_event_kind kind)
{
    pb_event e   = pb_event_make(kind, (pb_origin)any(1, PB_ORIGIN_N - 1),
                               any(0, 1) ? PB_US_NONE : any(0, 1 << 30) * INT64_C(1700000), PB_MS_NONE);
    e.session_ms = kind == PB_EV_FLASHBACK || any(0, 1) ? any(-100000, 9000000) : PB_MS_NONE;
    e.car        = (int16_t)any(1, INT16_MAX);
    e.lap        = (uint16_t)any(0, UINT16_MAX);
    e.index      = (uint8_t)any(0, 255);
    e.value      = any(0, 3) ? any(-5, 100000) : PB_MS_NONE;
    e.aux        = any(-5, 100000);
    e.flag       = any(0, 1);
    e.start_age  = (int16_t)any(-1, 99);
    e.fresh      = (int8_t)any(-1, 1);
    if (kind == PB_EV_LAP)
        for (int i = 0; i < 3; i++) e.sectors[i] = any(0, 2) ? any(1, 99999) : PB_MS_NONE;
    else
        for (int i = 0; i < 7; i++) e.real[i] = any_real();
    any_text(e.name, sizeof e.name);
    any_text(e.team_text, sizeof e.team_text);
    any_text(e.flag_text, sizeof e.flag_text);
    any_text(e.scope_text, sizeof e.scope_text);
    any_text(e.text, sizeof e.text);
    return e;
}

/* The test of every kind cannot see what the writer leaves out: these were left out once. */
PB_TEST(the_lap_of_a_place_and_the_flag_of_a_stint_come_back)
{
    char     line[PB_EVENT_LINE_MAX];
    pb_event back, e = pb_event_make(PB_EV_POSITION, PB_ORIGIN_LIVE_TIMING, PB_US_NONE, 5000);
    e.car   = 44;
    e.value = 3;
    e.lap   = 17;
    PB_CHECK_EQ(pb_event_line_read((pb_span){line, pb_event_line_write(&e, line, sizeof line)}, &back, NULL), PB_OK);
    PB_CHECK_EQ(back.lap, 17);
    e      = pb_event_make(PB_EV_STINT, PB_ORIGIN_LIVE_TIMING, PB_US_NONE, 5000);
    e.car  = 44;
    e.flag = true;
    PB_CHECK_EQ(pb_event_line_read((pb_span){line, pb_event_line_write(&e, line, sizeof line)}, &back, NULL), PB_OK);
    PB_CHECK(back.flag);
}

PB_TEST(every_kind_reads_back_as_it_was_written)
{
    char     first[PB_EVENT_LINE_MAX], second[PB_EVENT_LINE_MAX];
    pb_error error;
    for (int round = 0; round < 50; round++)
        for (int kind = PB_EV_NONE + 1; kind < PB_EV_N; kind++) {
            pb_event e = any_event((pb_event_kind)kind), back, again;
            size_t   n = pb_event_line_write(&e, first, sizeof first);
            PB_CHECK(n > 0);
            if (pb_event_line_read((pb_span){first, n}, &back, &error) != PB_OK)
                fail_msg("%.*s: %s", (int)n, first, error.text);
            PB_CHECK_EQ(back.kind, e.kind);
            PB_CHECK_EQ(back.origin, e.origin);
            PB_CHECK(back.at_us == e.at_us);
            PB_CHECK_EQ(back.session_ms, e.session_ms);
            size_t m = pb_event_line_write(&back, second, sizeof second);
            PB_CHECK_EQ(n, m);
            assert_memory_equal(first, second, n);
            PB_CHECK_EQ(pb_event_line_read((pb_span){second, m}, &again, &error), PB_OK);
            assert_memory_equal(&back, &again, offsetof(pb_event, real));
            PB_CHECK_TEXT(back.text, again.text);
            for (size_t cap = 0; cap < n; cap += 7) PB_CHECK_EQ(pb_event_line_write(&e, second, cap), 0);
        }
}

PB_TEST(the_longest_event_fits_the_line)
{
    char line[PB_EVENT_LINE_MAX];
    for (int kind = PB_EV_NONE + 1; kind < PB_EV_N; kind++) {
        pb_event e = any_event((pb_event_kind)kind);
        memset(e.text, '\x01', sizeof e.text - 1);
        memset(e.name, '\x01', sizeof e.name - 1);
        memset(e.team_text, '\x01', sizeof e.team_text - 1);
        memset(e.flag_text, '\x01', sizeof e.flag_text - 1);
        memset(e.scope_text, '\x01', sizeof e.scope_text - 1);
        PB_CHECK(pb_event_line_write(&e, line, sizeof line) > 0);
    }
}

typedef struct got {
    pb_event    event;
    int         events, refused;
    const char *why;
} got;

static void take(void *user, const pb_event *e)
{
    got *g   = user;
    g->event = *e;
    g->events++;
}
static void refuse(void *user, const char *why)
{
    got *g = user;
    g->why = why;
    g->refused++;
}

PB_TEST(a_line_without_a_date_happened_when_it_came)
{
    got          g    = {0};
    pb_feed_sink sink = {&g, take, NULL, refuse};
    pb_event_line_feed(pb_span_of(" {\"event\":\"chequered\"}\r\n"), 1234567, &sink);
    PB_CHECK_EQ(g.events, 1);
    PB_CHECK(g.event.at_us == 1234567);
    pb_event_line_feed(pb_span_of("{\"event\":\"chequered\",\"session_ms\":5}"), 1234567, &sink);
    PB_CHECK(g.event.at_us == PB_US_NONE && g.event.session_ms == 5);
    pb_event_line_feed(pb_span_of("{\"event\":\"chequred\"}"), 1234567, &sink);
    PB_CHECK_EQ(g.refused, 1);
    PB_CHECK_TEXT(g.why, "event line: cannot be read");
    pb_event_line_feed(pb_span_of("nonsense"), 0, &(pb_feed_sink){0}); /* nobody listens */
}

PB_TEST_MAIN(PB_RUN(a_lap_entered_by_hand_needs_car_lap_and_time), PB_RUN(a_tyre_may_be_called_by_its_name),
             PB_RUN(what_is_wrong_with_a_line_is_said_and_the_event_stays),
             PB_RUN(the_lap_of_a_place_and_the_flag_of_a_stint_come_back),
             PB_RUN(every_kind_reads_back_as_it_was_written), PB_RUN(the_longest_event_fits_the_line),
             PB_RUN(a_line_without_a_date_happened_when_it_came))
