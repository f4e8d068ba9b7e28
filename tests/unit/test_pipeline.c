/* Records to state, features and decision points. */
#include "pb_test.h"

#include "made_race.h"
#include "pitboard/engine_decide.h"

typedef struct fixture {
    pb_pipeline      *pipeline;
    pb_pipeline_sink  sink;
    uint64_t          seq;
    pb_decision_point points[64];
    uint32_t          n_points, n_events, n_telemetry, n_windows, n_refused, n_calls;
    char              why[64];
} fixture;

static void on_event(void *user, const pb_frame *frame, uint32_t n, const pb_event *event, const pb_meaning *meaning)
{
    (void)frame, (void)n, (void)event, (void)meaning;
    ((fixture *)user)->n_events++;
}

static void on_point(void *user, const pb_frame *frame, uint32_t n, const pb_point *point)
{
    (void)frame, (void)n, (void)point;
    ((fixture *)user)->n_telemetry++;
}

static void on_window(void *user, const pb_frame *frame, const pb_window *window)
{
    (void)frame, (void)window;
    ((fixture *)user)->n_windows++;
}

static void on_decide(void *user, const pb_decision_point *point)
{
    fixture *f = user;
    if (f->n_points < 64) f->points[f->n_points] = *point;
    f->n_points++;
}

static void on_call(void *user, const pb_frame *frame)
{
    (void)frame;
    ((fixture *)user)->n_calls++;
}

static void on_refused(void *user, const pb_frame *frame, const char *why)
{
    fixture *f = user;
    (void)frame;
    f->n_refused++;
    snprintf(f->why, sizeof f->why, "%s", why);
}

static void begin(fixture *f, const char *own)
{
    pb_pipeline_options o = pb_pipeline_options_default();
    pb_error            error;
    memset(f, 0, sizeof *f);
    o.own_car = own;
    f->sink   = (pb_pipeline_sink){f, on_event, on_point, on_window, on_decide, on_call, on_refused};
    if (pb_pipeline_create(&o, &f->pipeline, &error) != PB_OK) fail_msg("%s", error.text);
}

static void feed(fixture *f, uint8_t kind, const char *text, size_t len)
{
    pb_frame frame = {.seq = ++f->seq, .received_us = (int64_t)f->seq, .kind = kind, .bytes = {text, len}};
    pb_pipeline_feed(f->pipeline, &frame, &f->sink);
}

static void feed_event(void *user, const pb_event *event)
{
    char   line[PB_EVENT_LINE_MAX];
    size_t len = made_line(event, line);
    PB_CHECK(len > 0);
    feed(user, PB_FEED_EVENT, line, len);
}

static void play(fixture *f, uint16_t laps)
{
    made_start(feed_event, f);
    for (uint16_t lap = 1; lap <= laps; lap++) made_lap(lap, feed_event, f);
}

PB_TEST(every_lap_of_our_car_and_every_change_of_the_flag_is_a_decision_point)
{
    fixture f;
    begin(&f, NULL);
    play(&f, 10);
    uint32_t laps = 0, flags = 0;
    for (uint32_t i = 0; i < f.n_points; i++) {
        PB_CHECK_EQ(f.points[i].car, 3);
        if (f.points[i].why & PB_MEANT_LAP) PB_CHECK_EQ(f.points[i].lap, ++laps);
        if (f.points[i].why & PB_MEANT_TRACK) flags++;
        PB_CHECK(i == 0 || f.points[i].seq > f.points[i - 1].seq);
        PB_CHECK(i == 0 || f.points[i].event > f.points[i - 1].event);
    }
    PB_CHECK_EQ(laps, 10);
    PB_CHECK(flags >= 2);
    PB_CHECK_EQ(pb_pipeline_own_car(f.pipeline), 3);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(our_car_is_found_by_code_or_number_when_it_is_named)
{
    static const struct {
        const char *name;
        int16_t     key;
    } cases[] = {{"AAB", 2}, {"aab", 2}, {"5", 5}, {"ZZZ", 0}, {"99", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture f;
        begin(&f, cases[i].name);
        play(&f, 2);
        PB_CHECK_EQ(pb_pipeline_own_car(f.pipeline), cases[i].key);
        PB_CHECK((f.n_points > 0) == (cases[i].key > 0));
        pb_pipeline_destroy(f.pipeline);
    }
}

PB_TEST(a_record_that_is_refused_is_no_decision_point)
{
    fixture f;
    begin(&f, NULL);
    play(&f, 3);
    uint32_t before = f.n_points;
    feed(&f, PB_FEED_EVENT, "", 0);
    PB_CHECK_EQ(f.n_points, before);
    PB_CHECK_EQ(f.n_refused, 1);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(after_the_flag_there_is_nothing_to_decide)
{
    fixture f;
    begin(&f, NULL);
    play(&f, 5);
    pb_event e = made_event(PB_EV_CHEQUERED, 0, 0, 500000);
    feed_event(&f, &e);
    uint32_t before = f.n_points;
    made_lap(6, feed_event, &f);
    PB_CHECK_EQ(f.n_points, before);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(points_become_windows_and_know_their_tyres)
{
    fixture f;
    char    text[400];
    begin(&f, NULL);
    for (uint32_t i = 0; i < 6000; i++) feed(&f, PB_FEED_POINTS, text, made_point(i, text, sizeof text));
    pb_pipeline_finish(f.pipeline, &f.sink);
    const pb_pipeline_counts *c = pb_pipeline_counts_get(f.pipeline);
    PB_CHECK_EQ(c->points, 6000);
    PB_CHECK_EQ(f.n_telemetry, 6000);
    PB_CHECK_EQ(c->windows, f.n_windows);
    PB_CHECK(f.n_windows > 6 * 12);
    PB_CHECK_EQ(c->records[PB_FEED_POINTS], 6000);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(what_is_refused_is_counted_by_feed_and_reason)
{
    fixture f;
    begin(&f, NULL);
    for (int i = 0; i < 3; i++) feed(&f, PB_FEED_POINTS, "nothing of use", 14);
    feed(&f, PB_FEED_F1_UDP, "x", 1);
    feed(&f, PB_FEED_EVENT, "{\"event\":\"no such\"}", 19);
    feed(&f, 77, "?", 1);
    feed(&f, PB_FEED_NONE, "?", 1);
    pb_frame cut = {.seq = ++f.seq, .kind = PB_FEED_POINTS, .flags = PB_FRAME_CUT, .bytes = {"{", 1}};
    pb_pipeline_feed(f.pipeline, &cut, &f.sink);
    const pb_pipeline_counts *c = pb_pipeline_counts_get(f.pipeline);
    PB_CHECK_EQ(c->refused, f.n_refused);
    PB_CHECK_EQ(c->unknown, 2);
    uint64_t sum = 0, points = 0;
    for (uint32_t i = 0; i < c->n_reasons; i++) {
        PB_CHECK(c->reasons[i].why[0] != '\0');
        sum += c->reasons[i].n;
        if (c->reasons[i].kind == PB_FEED_POINTS) points += c->reasons[i].n;
    }
    PB_CHECK_EQ(sum, c->refused);
    PB_CHECK(points >= 4);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(calls_that_were_recorded_change_nothing)
{
    fixture f;
    begin(&f, NULL);
    play(&f, 2);
    uint64_t events = pb_pipeline_state(f.pipeline)->n_events;
    feed(&f, PB_FRAME_CALL, "{\"car\":3}", 9);
    PB_CHECK_EQ(f.n_calls, 1);
    PB_CHECK_EQ(pb_pipeline_state(f.pipeline)->n_events, events);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(missing_numbers_are_counted)
{
    fixture f;
    begin(&f, NULL);
    play(&f, 1);
    f.seq += 7;
    play(&f, 1);
    PB_CHECK_EQ(pb_pipeline_counts_get(f.pipeline)->lost, 7);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(another_session_is_counted_and_begins_anew)
{
    fixture f;
    begin(&f, NULL);
    play(&f, 3);
    PB_CHECK_EQ(pb_pipeline_sessions(f.pipeline), 0);
    pb_event e = made_event(PB_EV_SESSION, 0, PB_SESSION_RACE, 0);
    snprintf(e.text, sizeof e.text, "another");
    feed_event(&f, &e);
    PB_CHECK_EQ(pb_pipeline_sessions(f.pipeline), 1);
    PB_CHECK_EQ(pb_pipeline_state(f.pipeline)->n_cars, 0);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(texts_are_told_apart_by_their_first_bytes)
{
    static const struct {
        const char  *text;
        pb_feed_kind kind;
    } cases[] = {
        {"{\"event\":\"lap\",\"car\":4}", PB_FEED_EVENT},
        {"  {\"car\":4, \"event\" : \"lap\"}", PB_FEED_EVENT},
        {"{\"H\":\"Streaming\",\"M\":\"feed\",\"A\":[]}", PB_FEED_LIVE_TIMING},
        {"{\"Type\":\"TimingData\",\"Json\":{},\"DateTime\":\"\"}", PB_FEED_LIVE_TIMING},
        {"['TimingData', {}, '2024']", PB_FEED_LIVE_TIMING},
        {"{\"time\":1,\"car\":4}", PB_FEED_POINTS},
        {"[{\"time\":1}]", PB_FEED_POINTS},
        {"time,car\n1,2\n", PB_FEED_POINTS},
        {"\x82\xa4", PB_FEED_POINTS},
        {"", PB_FEED_POINTS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        PB_CHECK_EQ(pb_pipeline_sniff(pb_span_of(cases[i].text)), cases[i].kind);
}

/* n points of a car from `from_s` on, 50 a second. */
static void feed_points(fixture *f, int car, double from_s, int n)
{
    for (int i = 0; i < n; i++) {
        char line[96];
        int  len = snprintf(line, sizeof line, "{\"time\":%.3f,\"car\":%d,\"speed\":200}", from_s + 0.02 * i, car);
        feed(f, PB_FEED_POINTS, line, (size_t)len);
    }
}

PB_TEST(a_car_whose_clock_jumps_back_is_refused_for_two_seconds_only)
{
    fixture f;
    begin(&f, NULL);
    feed_points(&f, 7, 1700000000, 200);
    feed_points(&f, 7, 1699990000, 500);
    PB_CHECK_EQ(f.n_refused, 100);
    PB_CHECK(strcmp(f.why, "late") == 0);
    PB_CHECK_EQ(f.n_telemetry, 600);
    PB_CHECK_EQ(pb_pipeline_counts_get(f.pipeline)->clocks, 1);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(one_time_far_ahead_costs_a_car_two_seconds)
{
    fixture f;
    begin(&f, NULL);
    feed_points(&f, 7, 1700000000, 200);
    feed_points(&f, 7, 4000000000, 1);
    feed_points(&f, 7, 1700000004, 500);
    PB_CHECK_EQ(f.n_refused, 100);
    PB_CHECK_EQ(f.n_telemetry, 601);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(stragglers_among_points_that_are_taken_set_no_clock)
{
    fixture f;
    begin(&f, NULL);
    for (int i = 0; i < 300; i++) {
        feed_points(&f, 7, 1700000000 + 0.02 * i, 1);
        feed_points(&f, 7, 1699990000 + 0.02 * i, 1);
    }
    for (int i = 0; i < 300; i++) feed_points(&f, 7, 1699990000 - i, 1); /* no clock runs so */
    PB_CHECK_EQ(f.n_refused, 600);
    PB_CHECK_EQ(pb_pipeline_counts_get(f.pipeline)->clocks, 0);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST(another_session_brings_other_cars_and_clocks)
{
    fixture f;
    begin(&f, NULL);
    play(&f, 3);
    for (int car = 1; car <= 70; car++) feed_points(&f, car, 1700000000, 2);
    PB_CHECK_EQ(f.n_refused, 12);
    pb_event e = made_event(PB_EV_SESSION, 0, PB_SESSION_RACE, 0);
    snprintf(e.text, sizeof e.text, "another");
    feed_event(&f, &e);
    feed_points(&f, 70, 1600000000, 50);
    PB_CHECK_EQ(f.n_refused, 12);
    pb_pipeline_destroy(f.pipeline);
}

static pb_status answer_lap(void *user, const pb_ask *ask, pb_json_writer *to, pb_error *error)
{
    if (user) return pb_error_set(error, PB_E_EMPTY, "no \"idea\"");
    pb_json_object(to, "call");
    pb_json_put_i64(to, "laps", ask->state.leader_lap);
    pb_json_put_i64(to, "logged", ask->log.n_cars);
    pb_json_object_end(to);
    return PB_OK;
}

PB_TEST(an_answer_says_what_was_asked_and_what_was_passed_over)
{
    fixture  f;
    pb_ask  *ask = NULL;
    pb_bytes line;
    pb_error error;
    bool     failed;
    uint64_t skipped[] = {17, 21};
    begin(&f, NULL);
    play(&f, 4);
    PB_CHECK_EQ(pb_ask_create(&ask), PB_OK);
    PB_CHECK_EQ(pb_ask_take(ask, f.pipeline, &f.points[f.n_points - 1], &error), PB_OK);
    PB_CHECK(ask->log.n_cars == MADE_CARS);
    PB_CHECK_EQ(pb_ask_answer(ask, skipped, 2, answer_lap, NULL, &line, &failed, &error), PB_OK);
    PB_CHECK(!failed);
    PB_CHECK_HAS(line.at, "\"car\":3");
    PB_CHECK_HAS(line.at, "\"why\":[\"lap\"]");
    PB_CHECK_HAS(line.at, "\"skipped\":[17,21]");
    PB_CHECK_HAS(line.at, "\"call\":{\"laps\":");
    PB_CHECK(strchr(line.at, '\n') == NULL);
    pb_bytes_free(&line);
    PB_CHECK_EQ(pb_ask_answer(ask, NULL, 0, answer_lap, &f, &line, &failed, &error), PB_OK);
    PB_CHECK(failed);
    PB_CHECK_HAS(line.at, "\"failed\":\"no \\\"idea\\\"\"");
    pb_bytes_free(&line);
    pb_ask_destroy(ask);
    pb_pipeline_destroy(f.pipeline);
}

PB_TEST_MAIN(PB_RUN(every_lap_of_our_car_and_every_change_of_the_flag_is_a_decision_point),
             PB_RUN(our_car_is_found_by_code_or_number_when_it_is_named),
             PB_RUN(a_record_that_is_refused_is_no_decision_point), PB_RUN(after_the_flag_there_is_nothing_to_decide),
             PB_RUN(points_become_windows_and_know_their_tyres), PB_RUN(what_is_refused_is_counted_by_feed_and_reason),
             PB_RUN(calls_that_were_recorded_change_nothing), PB_RUN(missing_numbers_are_counted),
             PB_RUN(another_session_is_counted_and_begins_anew), PB_RUN(texts_are_told_apart_by_their_first_bytes),
             PB_RUN(an_answer_says_what_was_asked_and_what_was_passed_over),
             PB_RUN(a_car_whose_clock_jumps_back_is_refused_for_two_seconds_only),
             PB_RUN(one_time_far_ahead_costs_a_car_two_seconds),
             PB_RUN(stragglers_among_points_that_are_taken_set_no_clock),
             PB_RUN(another_session_brings_other_cars_and_clocks))
