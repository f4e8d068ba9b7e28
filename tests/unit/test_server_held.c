/* What clients make the server keep is bounded: heads of HTTP/2 that cost their sender nothing, requests that are
 * taken back, answers that nobody takes. Frames by hand, in the clear. */
#include <stdlib.h>
#include <string.h>

#include "../server_client.h"

typedef struct state {
    pb_blob *large;
    int      seen;
} state;

static void answer(void *user, pb_exchange *x)
{
    state *s     = user;
    bool   large = strcmp(pb_exchange_path(x), "/large") == 0;
    s->seen++;
    pb_exchange_reply(x, &(pb_answer){.status = 200, .body = large ? s->large : NULL});
}

static live_server start(state *s)
{
    pb_server_options o = pb_server_options_default();
    o.listen            = "127.0.0.1:0";
    o.request           = answer;
    o.user              = s;
    return live_start(&o);
}

/* ---- HTTP/2 ---- */

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
enum { DATA = 0, HEADERS = 1, RESET = 3, END_STREAM = 1, END_HEADERS = 4 };

typedef struct frames {
    char   at[1 << 16];
    size_t n;
} frames;

static void add(frames *f, const void *bytes, size_t n)
{
    assert_true(f->n + n <= sizeof f->at);
    memcpy(f->at + f->n, bytes, n);
    f->n += n;
}

static void add_frame(frames *f, int type, int flags, uint32_t stream, const void *payload, size_t n)
{
    unsigned char head[9] = {(unsigned char)(n >> 16),
                             (unsigned char)(n >> 8),
                             (unsigned char)n,
                             (unsigned char)type,
                             (unsigned char)flags,
                             0,
                             0,
                             (unsigned char)(stream >> 8),
                             (unsigned char)stream};
    add(f, head, sizeof head);
    add(f, payload, n);
}

/* :method POST, :scheme http, :path /, :authority x, which is not put in the table */
#define HEAD "\x83\x86\x84\x01\x01x"

static int dial_h2(const live_server *l)
{
    int fd = dial(l);
    say_bytes(fd, PREFACE, sizeof PREFACE - 1);
    return fd;
}

/* 100 requests that never end, each with a head of 15 KiB out of some bytes: `accept` of 3,900 bytes is in the table
 * after the first, and named four times. */
static int open_heads(const live_server *l)
{
    frames f = {.n = 0};
    char   first[4000];
    size_t n  = sizeof HEAD - 1;
    int    fd = dial_h2(l);
    memcpy(first, HEAD, n);
    memcpy(first + n, "\x53\x7f\xbd\x1d", 4); /* accept, which is 19, with a value of 127 + 3,773 bytes */
    memset(first + n + 4, 'a', 3900);
    add_frame(&f, HEADERS, END_HEADERS, 1, first, n + 4 + 3900);
    for (uint32_t i = 1; i < 100; i++) add_frame(&f, HEADERS, END_HEADERS, 2 * i + 1, HEAD "\xbe\xbe\xbe\xbe", n + 4);
    say_bytes(fd, f.at, f.n);
    return fd;
}

/* How many of two thousand are refused. */
static uint64_t refused_of_heads(const live_server *l)
{
    enum { N = 20 };
    int              fds[N];
    pb_server_counts before = counts_of(l);
    for (int i = 0; i < N; i++) fds[i] = open_heads(l);
    WAIT_UNTIL(counts_of(l).bytes_in - before.bytes_in >= N * (33 + 9 + 3910 + 99 * 19));
    (void)status_of(l, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); /* what was read has been worked on by now */
    uint64_t refused = counts_of(l).refused_requests - before.refused_requests;
    for (int i = 0; i < N; i++) close(fds[i]);
    WAIT_UNTIL(counts_of(l).open == 0);
    return refused;
}

PB_TEST(heads_that_cost_their_sender_nothing_are_refused_when_they_are_many)
{
    state       s     = {0};
    live_server l     = start(&s);
    uint64_t    first = refused_of_heads(&l);
    PB_CHECK(first > 200 && first < 1000); /* of 2,000 with 16 KiB each, 24 MiB are kept */
    PB_CHECK_EQ(status_of(&l, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 200);
    uint64_t again = refused_of_heads(&l); /* all of it was given back */
    PB_CHECK(again + 30 > first && again < first + 30);
    live_stop(&l);
    PB_CHECK(s.seen >= 1);
}

PB_TEST(who_takes_back_requests_faster_than_they_can_be_answered_is_closed)
{
    state       s  = {0};
    live_server l  = start(&s);
    frames      f  = {.n = 0};
    int         fd = dial_h2(&l);
    for (uint32_t i = 0; i < 1000; i++) {
        add_frame(&f, HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, "\x82\x86\x84\x41\x01x", 6);
        add_frame(&f, RESET, 0, 2 * i + 1, "\0\0\0\x08", 4);
    }
    say_bytes(fd, f.at, f.n);
    PB_CHECK(hear_end(fd));
    close(fd);
    live_stop(&l);
    PB_CHECK(s.seen >= 1 && s.seen <= 210);
}

PB_TEST(a_head_that_goes_on_for_ever_ends_the_connection)
{
    state       s = {0};
    live_server l = start(&s);
    frames      f = {.n = 0};
    char        long_one[16000], *at = long_one;
    int         fd = dial_h2(&l);
    memcpy(long_one, HEAD "\x53\x7f\xbd\x1d", sizeof HEAD - 1 + 4);
    memset(long_one + sizeof HEAD - 1 + 4, 'a', 3900);
    at = long_one + sizeof HEAD - 1 + 4 + 3900;
    memset(at, 0xbe, 100); /* 390 kB */
    add_frame(&f, HEADERS, END_HEADERS | END_STREAM, 1, long_one, (size_t)(at - long_one) + 100);
    say_bytes(fd, f.at, f.n);
    PB_CHECK(hear_end(fd));
    close(fd);
    PB_CHECK_EQ(status_of(&l, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 200);
    live_stop(&l);
    PB_CHECK_EQ(s.seen, 1);
}

/* ---- answers ---- */

PB_TEST(of_those_who_do_not_take_their_answers_the_slowest_go_when_they_hold_too_much)
{
    enum { N = 14, BYTES = 16 << 20 };
    state       s = {.large = pb_blob_take(calloc(1, BYTES), BYTES)};
    live_server l = start(&s);
    int         fds[N], small = 4096;
    for (int i = 0; i < N; i++) {
        fds[i] = dial(&l);
        if (i < N - 1) setsockopt(fds[i], SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
        say(fds[i], "GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
        WAIT_UNTIL(counts_of(&l).requests == (uint64_t)i + 1);
        sleep_ms(2);
    }
    WAIT_UNTIL(counts_of(&l).timeouts >= N - 8); /* 8 x 16 MiB are 128 */
    PB_CHECK(counts_of(&l).timeouts <= N - 7);
    heard h = hear(fds[N - 1]); /* the last was not the slowest */
    PB_CHECK_EQ(h.status, 200);
    PB_CHECK_EQ(h.len, BYTES);
    free(h.body);
    for (int i = 0; i < N; i++) close(fds[i]);
    live_stop(&l);
    pb_blob_drop(s.large);
}

PB_TEST_MAIN(PB_RUN(heads_that_cost_their_sender_nothing_are_refused_when_they_are_many),
             PB_RUN(who_takes_back_requests_faster_than_they_can_be_answered_is_closed),
             PB_RUN(a_head_that_goes_on_for_ever_ends_the_connection),
             PB_RUN(of_those_who_do_not_take_their_answers_the_slowest_go_when_they_hold_too_much))
