/* The live engine: threads, sockets, the record, the store, recovery. */
#include "pb_test.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>

#include "folder_fixture.h"
#include "made_race.h"
#include "pitboard/engine_live.h"
#include "pitboard/engine_source.h"
#include "pitboard/net.h"

typedef struct fixture {
    char            dir[128], url[192];
    pb_live_options options;
    pb_live        *live;
    pb_udp_out     *to;
    pb_error        error;
} fixture;

static void nap(uint32_t ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&t, NULL);
}

static void begin(fixture *f)
{
    static int n;
    memset(f, 0, sizeof *f);
    snprintf(f->dir, sizeof f->dir, "%s/pb_test_live_%d_%d", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
             (int)getpid(), n++);
    forget(f->dir);
    snprintf(f->url, sizeof f->url, "sqlite:%s/live.db", f->dir);
    f->options            = pb_live_options_default();
    f->options.points_udp = "127.0.0.1:0";
    f->options.record_dir = f->dir;
    f->options.sync_ms    = 2;
}

static void start(fixture *f)
{
    pb_live_status s;
    char           address[32];
    if (pb_live_start(&f->options, &f->live, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    pb_live_status_get(f->live, &s);
    snprintf(address, sizeof address, "127.0.0.1:%u", s.points_port ? s.points_port : s.udp_port);
    PB_CHECK_EQ(pb_udp_out_open(address, &f->to, &f->error), PB_OK);
}

static void stop(fixture *f, pb_live_look *last, void *user)
{
    pb_udp_out_close(f->to);
    pb_live_stop(f->live, 10000, last, user);
    f->live = NULL;
}

static void send_text(fixture *f, const char *text, size_t len)
{
    static uint32_t sent;
    PB_CHECK_EQ(pb_udp_out_send(f->to, (pb_span){text, len}), PB_OK);
    if (++sent % 64 == 0) nap(1); /* the socket's buffer is small where we are not root */
}

static void send_event(void *user, const pb_event *event)
{
    char   line[PB_EVENT_LINE_MAX];
    size_t len = made_line(event, line);
    send_text(user, line, len);
}

static void send_race(fixture *f, uint16_t laps)
{
    char     text[400];
    uint32_t point = 0;
    made_start(send_event, f);
    for (uint16_t lap = 1; lap <= laps; lap++) {
        for (uint32_t i = 0; i < 200; i++, point++) send_text(f, text, made_point(point, text, sizeof text));
        made_lap(lap, send_event, f);
    }
}

/* Waits until everything that came is everywhere. */
static pb_live_status settle(fixture *f, uint64_t seq)
{
    pb_live_status s;
    for (int i = 0; i < 2000; i++) {
        pb_live_status_get(f->live, &s);
        bool stored = !f->options.store_url || s.applied_seq >= seq;
        if (s.seq >= seq && s.durable_seq >= seq && s.processed_seq >= seq && stored && !s.recovering) return s;
        nap(10);
    }
    fail_msg("after 20 s: seq %llu of %llu, durable %llu, processed %llu, applied %llu (%s)", (unsigned long long)s.seq,
             (unsigned long long)seq, (unsigned long long)s.durable_seq, (unsigned long long)s.processed_seq,
             (unsigned long long)s.applied_seq, s.store_why);
    return s;
}

static void print_state(const pb_race_state *state, char **text)
{
    pb_json_writer w;
    size_t         len;
    FILE          *to = open_memstream(text, &len);
    pb_json_begin(&w, to, 0);
    pb_race_state_print(state, &w, NULL);
    fclose(to);
}

static void keep_state(void *user, const pb_pipeline *pipeline, pb_span call)
{
    (void)call;
    print_state(pb_pipeline_state(pipeline), user);
}

/* The state of a replay of the recording. */
static void replay(const fixture *f, char **text, uint64_t *n)
{
    pb_pipeline_options    o    = pb_pipeline_options_default();
    const pb_pipeline_sink sink = {0};
    pb_pipeline           *p;
    pb_source             *source;
    pb_frame               frame;
    pb_error               error;
    PB_CHECK_EQ(pb_pipeline_create(&o, &p, &error), PB_OK);
    if (pb_source_open(f->dir, &source, &error) != PB_OK) fail_msg("%s", error.text);
    for (*n = 0; pb_source_next(source, &frame, &error) == PB_OK; ++*n) pb_pipeline_feed(p, &frame, &sink);
    print_state(pb_pipeline_state(p), text);
    pb_source_close(source);
    pb_pipeline_destroy(p);
}

PB_TEST(what_is_sent_is_received_recorded_followed_and_stored)
{
    fixture  f;
    char    *live = NULL, *again = NULL;
    uint64_t n;
    begin(&f);
    f.options.store_url = f.url;
    start(&f);
    send_race(&f, 5);
    uint64_t       all = 16 + 5 * 206 + 1; /* a flag */
    pb_live_status s   = settle(&f, all);
    PB_CHECK_EQ(s.points, 1000);
    PB_CHECK_EQ(s.received[PB_FEED_POINTS], 1000);
    PB_CHECK_EQ(s.received[PB_FEED_EVENT], all - 1000);
    PB_CHECK_EQ(s.drops[PB_FEED_POINTS].kernel + s.drops[PB_FEED_POINTS].record + s.drops[PB_FEED_POINTS].process, 0);
    PB_CHECK_EQ(s.latency.n, 1000);
    PB_CHECK(s.record == PB_PART_OK && s.store == PB_PART_OK);
    stop(&f, keep_state, &live);
    replay(&f, &again, &n);
    PB_CHECK_EQ(n, all);
    PB_CHECK_TEXT(live, again);
    free(live);
    free(again);
    forget(f.dir);
}

PB_TEST(a_live_that_is_started_again_has_the_state_of_its_record)
{
    fixture  f;
    char    *live = NULL, *again = NULL;
    uint64_t n, seq              = 0;
    begin(&f);
    for (int i = 0; i < 3; i++) {
        start(&f);
        (void)settle(&f, seq);
        if (i == 0) send_race(&f, 3);
        if (i == 1) made_lap(4, send_event, &f);
        seq = i == 0 ? 16 + 3 * 206 : 16 + 3 * 206 + MADE_CARS;
        (void)settle(&f, seq);
        free(live);
        stop(&f, keep_state, &live);
    }
    replay(&f, &again, &n);
    PB_CHECK_EQ(n, seq);
    PB_CHECK_TEXT(live, again);
    PB_CHECK_HAS(live, "Made Grand Prix");
    free(live);
    free(again);
    forget(f.dir);
}

static pb_status answer_slowly(void *user, const pb_ask *ask, pb_json_writer *to, pb_error *error)
{
    (void)error;
    nap(*(const uint32_t *)user);
    pb_json_put_i64(to, "call", ask->at.lap);
    return PB_OK;
}

static void see_call(void *user, const pb_pipeline *pipeline, pb_span call)
{
    (void)pipeline;
    (void)pb_span_copy(call, user, 4096);
}

static void see_points(void *user, const pb_pipeline *pipeline, pb_span call)
{
    (void)call;
    *(uint64_t *)user = pb_pipeline_counts_get(pipeline)->points;
}

PB_TEST(an_end_at_once_waits_for_the_record_to_be_read_back)
{
    fixture           f;
    pb_record        *record;
    pb_record_options o = pb_record_options_default();
    char              text[400];
    uint64_t          points = 0;
    begin(&f);
    PB_CHECK_EQ(pb_record_open(f.dir, &o, &record, &f.error), PB_OK);
    for (uint32_t i = 0; i < 40000; i++) {
        pb_frame frame = {.seq = i + 1, .received_us = i, .kind = PB_FEED_POINTS};
        frame.bytes    = (pb_span){text, made_point(i, text, sizeof text)};
        PB_CHECK_EQ(pb_record_append(record, &frame), PB_OK);
        if (i % 1000 == 999) PB_CHECK_EQ(pb_record_sync(record, &f.error), PB_OK);
    }
    pb_record_close(record);
    start(&f);
    stop(&f, see_points, &points);
    PB_CHECK_EQ(points, 40000);
    forget(f.dir);
}

PB_TEST(a_call_is_made_on_the_newest_state_recorded_and_known_again_after_a_restart)
{
    fixture  f;
    uint32_t slow       = 60;
    char     call[4096] = "", after[4096] = "";
    begin(&f);
    f.options.decide      = answer_slowly;
    f.options.decide_user = &slow;
    start(&f);
    send_race(&f, 8);
    pb_live_status s;
    for (int i = 0; i < 500; i++) {
        pb_live_status_get(f.live, &s);
        pb_live_see(f.live, see_call, call);
        if (s.decided + s.skipped == s.decisions && s.decisions >= 8 && strstr(call, "\"call\":8")) break;
        nap(10);
    }
    PB_CHECK(s.decisions >= 8);
    PB_CHECK(s.skipped > 0);
    PB_CHECK_EQ(s.decided + s.skipped, s.decisions);
    PB_CHECK_HAS(call, "\"call\":8");
    stop(&f, NULL, NULL);
    start(&f);
    (void)settle(&f, s.seq);
    pb_live_see(f.live, see_call, after);
    PB_CHECK_TEXT(call, after);
    stop(&f, NULL, NULL);
    forget(f.dir);
}

PB_TEST(datagrams_of_the_game_go_on_unchanged)
{
    fixture            f;
    pb_udp            *other;
    const pb_datagram *got;
    char               address[32];
    const char        *places[1] = {address};
    uint32_t           n = 0, all = 0;
    begin(&f);
    PB_CHECK_EQ(pb_udp_open("127.0.0.1:0", 2048, 0, &other, &f.error), PB_OK);
    snprintf(address, sizeof address, "127.0.0.1:%u", pb_udp_port(other));
    f.options.udp        = "127.0.0.1:0";
    f.options.points_udp = NULL;
    f.options.forward    = places;
    f.options.n_forward  = 1;
    start(&f);
    for (uint32_t i = 0; i < 100; i++) send_text(&f, (const char *)&i, sizeof i);
    while (all < 100) {
        PB_CHECK_EQ(pb_udp_receive(other, 5000, &got, &n, &f.error), PB_OK);
        PB_CHECK(n > 0);
        for (uint32_t i = 0; i < n; i++, all++)
            PB_CHECK(got[i].bytes.len == 4 && memcmp(got[i].bytes.at, &all, 4) == 0);
    }
    pb_live_status s = settle(&f, 100);
    PB_CHECK_EQ(s.forwarded, 100);
    PB_CHECK_EQ(s.received[PB_FEED_F1_UDP], 100);
    PB_CHECK_EQ(s.refused, 100);
    stop(&f, NULL, NULL);
    pb_udp_close(other);
    forget(f.dir);
}

PB_TEST(lines_from_a_pipe_are_taken_to_the_last_and_marked_as_a_persons)
{
    fixture  f;
    int      ends[2];
    pb_error error;
    pb_frame frame;
    pb_event e = made_event(PB_EV_TRACK, 0, 4, 1000);
    char     line[PB_EVENT_LINE_MAX];
    begin(&f);
    PB_CHECK_EQ(pipe(ends), 0);
    f.options.input_fd = ends[0];
    start(&f);
    size_t len = made_line(&e, line);
    for (int i = 0; i < 200; i++) PB_CHECK(write(ends[1], line, len) == (ssize_t)len && write(ends[1], "\n\n", 2) == 2);
    PB_CHECK_EQ(write(ends[1], line, len), (ssize_t)len); /* without an end */
    close(ends[1]);
    pb_live_status s = settle(&f, 201);
    PB_CHECK_EQ(s.received[PB_FEED_EVENT], 201);
    stop(&f, NULL, NULL);
    close(ends[0]);
    pb_source *source;
    PB_CHECK_EQ(pb_source_open(f.dir, &source, &error), PB_OK);
    PB_CHECK_EQ(pb_source_next(source, &frame, &error), PB_OK);
    PB_CHECK_EQ(frame.flags, PB_FRAME_HAND);
    PB_CHECK_EQ(frame.bytes.len, len);
    pb_source_close(source);
    forget(f.dir);
}

static void send_while_looking(void *user, const pb_pipeline *pipeline, pb_span call)
{
    char text[400];
    (void)pipeline, (void)call; /* nothing is processed meanwhile */
    for (uint32_t i = 0; i < 8000; i++) send_text(user, text, made_point(i, text, sizeof text));
}

PB_TEST(what_finds_no_room_on_the_way_to_the_state_is_read_back_from_the_record)
{
    fixture f;
    begin(&f);
    f.options.queue_bytes = (size_t)1 << 20;
    start(&f);
    pb_live_see(f.live, send_while_looking, &f);
    pb_live_status s = settle(&f, 8000);
    PB_CHECK(s.process_ring.full > 0);
    PB_CHECK_EQ(s.points, 8000);
    PB_CHECK_EQ(s.drops[PB_FEED_POINTS].process, 0);
    PB_CHECK_EQ(s.drops[PB_FEED_POINTS].record, 0);
    stop(&f, NULL, NULL);
    forget(f.dir);
}

PB_TEST(the_bus_carries_points_in_batches_events_and_calls)
{
    fixture        f;
    pb_bus        *bus;
    pb_bus_options bo = pb_bus_options_default();
    pb_bus_reader *points, *events;
    pb_span        entry;
    uint64_t       id, missed;
    begin(&f);
    PB_CHECK_EQ(pb_bus_open("memory", &bo, &bus, &f.error), PB_OK);
    PB_CHECK_EQ(pb_bus_subscribe(bus, "points", PB_BUS_OLDEST, &points, &f.error), PB_OK);
    PB_CHECK_EQ(pb_bus_subscribe(bus, "events", PB_BUS_OLDEST, &events, &f.error), PB_OK);
    f.options.bus = bus;
    start(&f);
    send_race(&f, 2);
    (void)settle(&f, 16 + 2 * 206);
    uint32_t n = 0;
    for (; n < 10; n++) { /* 400 points, 40 an entry at most */
        PB_CHECK_EQ(pb_bus_next(points, 5000, &entry, &id, &missed), PB_OK);
        PB_CHECK(memcmp(entry.at, "{\"received_us\":1", 16) == 0 && memcmp(entry.at + entry.len - 3, "}]}", 3) == 0);
        PB_CHECK_EQ(missed, 0);
    }
    pb_event read;
    for (n = 0; n < 16 + 2 * MADE_CARS; n++) {
        PB_CHECK_EQ(pb_bus_next(events, 5000, &entry, &id, &missed), PB_OK);
        PB_CHECK_EQ(pb_event_line_read(entry, &read, &f.error), PB_OK);
    }
    stop(&f, NULL, NULL);
    pb_bus_unsubscribe(points);
    pb_bus_unsubscribe(events);
    pb_bus_close(bus);
    forget(f.dir);
}

PB_TEST(what_cannot_be_opened_is_told)
{
    fixture f;
    begin(&f);
    f.options.store_url  = "sqlite:/x";
    f.options.record_dir = NULL;
    PB_CHECK_EQ(pb_live_start(&f.options, &f.live, &f.error), PB_E_USAGE);
    f.options.record_dir = f.dir;
    f.options.store_url  = "nonsense:x";
    PB_CHECK_EQ(pb_live_start(&f.options, &f.live, &f.error), PB_E_USAGE);
    f.options.store_url  = NULL;
    f.options.points_udp = "no address";
    PB_CHECK(pb_live_start(&f.options, &f.live, &f.error) != PB_OK);
    forget(f.dir);
}

PB_TEST_MAIN(PB_RUN(what_is_sent_is_received_recorded_followed_and_stored),
             PB_RUN(a_live_that_is_started_again_has_the_state_of_its_record),
             PB_RUN(an_end_at_once_waits_for_the_record_to_be_read_back),
             PB_RUN(a_call_is_made_on_the_newest_state_recorded_and_known_again_after_a_restart),
             PB_RUN(datagrams_of_the_game_go_on_unchanged),
             PB_RUN(lines_from_a_pipe_are_taken_to_the_last_and_marked_as_a_persons),
             PB_RUN(what_finds_no_room_on_the_way_to_the_state_is_read_back_from_the_record),
             PB_RUN(the_bus_carries_points_in_batches_events_and_calls), PB_RUN(what_cannot_be_opened_is_told))
