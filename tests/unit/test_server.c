/* The server over real sockets: requests, answers, posts, the end. */
#include "server_api.h"

/* ---- what is answered ---- */

PB_TEST(a_request_is_answered_with_length_date_and_server_and_the_connection_lives)
{
    WITH_SERVER(s, l);
    int fd = dial(&l);
    for (int i = 0; i < 3; i++) {
        say(fd, "GET /a%20b/%C3%A9?q=%31&r HTTP/1.1\r\nHost: pit\r\nAccept: a\r\nACCEPT:  b\t\r\nX-API-Key: k\r\n"
                "Cookie: a=1\r\nCookie: b=2\r\nX-Unknown: z\r\n\r\n");
        heard h = hear(fd);
        PB_CHECK_EQ(h.status, 200);
        PB_CHECK_HAS(h.head, "HTTP/1.1 200 OK\r\nServer: pitboard\r\nDate: ");
        PB_CHECK_HAS(h.head, " GMT\r\nContent-Type: text/plain\r\nContent-Length: ");
        PB_CHECK(!strstr(h.head, "Connection"));
        PB_CHECK_TEXT(h.body, "GET /a b/\xc3\xa9 ?q=%31&r from 127.0.0.1\nhost=pit\nx-api-key=k\naccept=a, b\n"
                              "cookie=a=1; b=2\nidempotency-key=(none)\nx-unknown=(none)");
        free(h.body);
    }
    pb_server_counts c = counts_of(&l);
    PB_CHECK(c.connections == 1 && c.requests == 3 && c.open == 1 && c.bytes_in > 300 && c.bytes_out > 300);
    close(fd);
    WAIT_UNTIL(counts_of(&l).open == 0);
    live_stop(&l);
}

PB_TEST(head_and_304_have_no_body_but_head_tells_its_length)
{
    WITH_SERVER(s, l);
    s.big  = pb_blob_make(pb_span_of("a body"));
    int fd = dial(&l);
    say(fd, "HEAD /big HTTP/1.1\r\nHost: x\r\n\r\nGET /none HTTP/1.1\r\nHost: x\r\n\r\nGET /big HTTP/1.1\r\nHost: "
            "x\r\n\r\n");
    heard h = hear_head_and_body(fd, true);
    PB_CHECK_HAS(h.head, "Content-Length: 6\r\n");
    free(h.body);
    h = hear(fd);
    PB_CHECK_EQ(h.status, 304);
    PB_CHECK(!strstr(h.head, "Content-Length"));
    free(h.body);
    check_answer(fd, 200, "a body");
    close(fd);
    live_stop(&l);
    pb_blob_drop(s.big);
}

PB_TEST(pipelined_requests_are_answered_in_order_whoever_answers)
{
    WITH_SERVER(s, l);
    int fd = dial(&l);
    say(fd, "GET /later HTTP/1.1\r\nHost: x\r\n\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
            "GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /z HTTP/1.1\r\nHost: x\r\n\r\nGET /la");
    check_answer(fd, 200, "later");
    check_answer(fd, 200, "abc");
    check_answer(fd, 200, "later");
    check_answer(fd, 200, "GET /z");
    say(fd, "st HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    heard h = hear(fd);
    PB_CHECK_HAS(h.head, "Connection: close\r\n");
    free(h.body);
    PB_CHECK(hear_end(fd));
    close(fd);
    WAIT_UNTIL(s.threads == 0);
    live_stop(&l);
}

PB_TEST(a_pipeline_of_thousands_that_is_read_late_is_answered_whole)
{
    WITH_SERVER(s, l);
    char *bytes = calloc(1, 20001);
    memset(bytes, 'b', 20000);
    s.big = pb_blob_make((pb_span){bytes, 20000});
    enum { N = 2000 }; /* 40 MB of answers: more than any socket holds */
    const char *one = "GET /big HTTP/1.1\r\nHost: x\r\n\r\n";
    int         fd  = dial(&l);
    for (int i = 0; i < N; i++) PB_CHECK(say(fd, one));
    sleep_ms(30);
    PB_CHECK(s.seen < N);
    for (int i = 0; i < N; i++) {
        char head[512], *to = bytes;
        int  n = 0;
        while (n < 4 || memcmp(head + n - 4, "\r\n\r\n", 4) != 0) PB_CHECK_EQ(hear_some(fd, head + n++, 1, 5000), 1);
        PB_CHECK(hear_exactly(fd, to, 20000));
    }
    close(fd);
    live_stop(&l);
    pb_blob_drop(s.big);
    free(bytes);
}

PB_TEST(bodies_of_every_length_arrive_by_length_and_by_chunks)
{
    state             s    = fresh();
    pb_server_options o    = options_of(&s);
    o.body_max             = 300000;
    live_server  l         = live_start(&o);
    const size_t lengths[] = {0, 1, 4095, 4096, 4097, 65536, 299999, 300000};
    char        *body      = malloc(300000);
    for (size_t i = 0; i < 300000; i++) body[i] = (char)(i * 7 + i / 251);
    int fd = dial(&l);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (int chunked = 0; chunked < 2; chunked++) {
            char head[256];
            snprintf(head, sizeof head, "POST /echo HTTP/1.1\r\nHost: x\r\n");
            say(fd, head);
            if (!chunked) {
                snprintf(head, sizeof head, "Content-Length: %zu\r\n\r\n", lengths[i]);
                say(fd, head);
                say_bytes(fd, body, lengths[i]);
            } else {
                say(fd, "Transfer-Encoding: chunked\r\n\r\n");
                for (size_t at = 0, n; at < lengths[i]; at += n) {
                    n = lengths[i] - at < 50001 ? lengths[i] - at : 50001;
                    snprintf(head, sizeof head, "%zX;name=value\r\n", n);
                    say(fd, head);
                    say_bytes(fd, body + at, n);
                    say(fd, "\r\n");
                }
                say(fd, "0\r\nTrailer: x\r\n\r\n");
            }
            heard h = hear(fd);
            PB_CHECK_EQ(h.status, 200);
            PB_CHECK_EQ(h.len, lengths[i]);
            PB_CHECK_EQ(memcmp(h.body, body, h.len), 0);
            free(h.body);
        }
    close(fd);
    free(body);
    live_stop(&l);
}

PB_TEST(a_request_that_comes_byte_by_byte_is_the_same)
{
    WITH_SERVER(s, l);
    const char *all =
        "\r\nPOST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n";
    int fd = dial(&l);
    for (const char *c = all; *c; c++) say_bytes(fd, c, 1), sleep_ms(0);
    check_answer(fd, 200, "abcde");
    close(fd);
    live_stop(&l);
}

PB_TEST(who_expects_100_is_told_to_go_on_and_other_expectations_are_417)
{
    WITH_SERVER(s, l);
    int fd = dial(&l);
    say(fd, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    char go[26] = "";
    PB_CHECK(hear_exactly(fd, go, 25));
    PB_CHECK_TEXT(go, "HTTP/1.1 100 Continue\r\n\r\n");
    say(fd, "ok");
    check_answer(fd, 200, "ok");
    close(fd);
    PB_CHECK_EQ(status_of(&l, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: tea\r\n\r\n"), 417);
    live_stop(&l);
}

PB_TEST(http_1_0_closes_unless_asked)
{
    WITH_SERVER(s, l);
    int fd = dial(&l);
    say(fd, "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    heard h = hear(fd);
    PB_CHECK_HAS(h.head, "Connection: keep-alive\r\n");
    free(h.body);
    say(fd, "GET /a HTTP/1.0\r\n\r\n");
    check_answer(fd, 200, "GET /a");
    PB_CHECK(hear_end(fd));
    close(fd);
    live_stop(&l);
}

PB_TEST(answers_from_many_threads_find_their_clients)
{
    WITH_SERVER(s, l);
    int fds[40];
    for (int i = 0; i < 40; i++) fds[i] = dial(&l);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 40; i++) say(fds[i], "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
        for (int i = 0; i < 40; i++) check_answer(fds[i], 200, "later");
    }
    for (int i = 0; i < 40; i++) close(fds[i]);
    WAIT_UNTIL(s.threads == 0);
    live_stop(&l);
}

PB_TEST(a_client_that_is_gone_before_its_answer_harms_nobody)
{
    WITH_SERVER(s, l);
    int fd = dial(&l);
    say(fd, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    pb_exchange *x = wait_held(&s);
    close(fd);
    WAIT_UNTIL(counts_of(&l).open == 0);
    PB_CHECK_TEXT(pb_exchange_path(x), "/hold");
    reply_text(x, 200, "nobody hears this");
    PB_CHECK_EQ(status_of(&l, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 200);
    live_stop(&l);
}

PB_TEST(an_answer_that_comes_after_the_server_has_ended_is_dropped)
{
    WITH_SERVER(s, l);
    int fd = dial(&l);
    say(fd, "POST /hold HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab");
    pb_exchange *x = wait_held(&s);
    live_stop(&l);
    PB_CHECK_EQ(pb_exchange_body(x).len, 2);
    reply_text(x, 200, "too late");
    close(fd);
}

PB_TEST(header_values_of_ours_that_would_forge_a_header_are_left_out)
{
    WITH_SERVER(s, l);
    int fd = dial(&l);
    say(fd, "GET /forged HTTP/1.1\r\nHost: x\r\n\r\n");
    heard h = hear(fd);
    PB_CHECK_HAS(h.head, "X-Good: yes\r\n");
    PB_CHECK(!strstr(h.head, "Set-Cookie") && !strstr(h.head, "Bad Name"));
    free(h.body);
    close(fd);
    live_stop(&l);
}

/* ---- posts, timers, the end ---- */

typedef struct order {
    atomic_int at, wrong, ticks;
} order;

typedef struct numbered {
    order *o;
    int    n;
} numbered;

static void in_order(void *user)
{
    numbered *n = user;
    if (n->o->at++ != n->n) n->o->wrong++;
}

static void tick(void *user)
{
    ((order *)user)->ticks++;
}

PB_TEST(posts_run_in_order_and_timers_tick)
{
    state             s    = fresh();
    pb_server_options o    = options_of(&s);
    order             mine = {0};
    numbered          all[200];
    pb_server        *server;
    PB_CHECK_EQ(pb_server_open(&o, &server, NULL), PB_OK);
    pb_server_every(server, 2, tick, &mine);
    for (int i = 0; i < 100; i++) all[i] = (numbered){&mine, i}, pb_server_post(server, in_order, &all[i]);
    live_server l = {server, 0};
    pthread_create(&l.thread, NULL, live_run, server);
    for (int i = 100; i < 200; i++) all[i] = (numbered){&mine, i}, pb_server_post(server, in_order, &all[i]);
    WAIT_UNTIL(mine.at == 200 && mine.ticks >= 5);
    live_stop(&l);
    PB_CHECK_EQ(mine.wrong, 0);
}

PB_TEST(a_drain_closes_the_idle_finishes_what_is_asked_and_takes_nobody_more)
{
    WITH_SERVER(s, l);
    int idle = dial(&l), busy = dial(&l), half = dial(&l);
    say(busy, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    say(half, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab");
    pb_exchange *x = wait_held(&s);
    WAIT_UNTIL(counts_of(&l).open == 3);
    uint16_t port = pb_server_port(l.server);
    pb_server_drain(l.server, 5000);
    PB_CHECK(hear_end(idle));
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int                no = socket(AF_INET, SOCK_STREAM, 0);
    PB_CHECK(connect(no, (struct sockaddr *)&at, sizeof at) != 0);
    close(no);
    say(half, "cd");
    heard h = hear(half);
    PB_CHECK_TEXT(h.body, "abcd");
    PB_CHECK_HAS(h.head, "Connection: close\r\n");
    free(h.body);
    reply_text(x, 200, "in time");
    check_answer(busy, 200, "in time");
    PB_CHECK(hear_end(busy));
    close(idle), close(busy), close(half);
    pthread_join(l.thread, NULL);
    pb_server_close(l.server);
}

PB_TEST(a_drain_waits_no_longer_than_it_may)
{
    WITH_SERVER(s, l);
    int fd = dial(&l);
    say(fd, "GET /hold HTTP/1.1\r\nHost: x\r\n\r\n");
    pb_exchange *x = wait_held(&s);
    pb_server_drain(l.server, 100);
    pthread_join(l.thread, NULL);
    PB_CHECK(hear_end(fd));
    reply_text(x, 200, "nobody hears");
    pb_server_close(l.server);
    close(fd);
}

typedef struct asker {
    const live_server *l;
    pthread_t          thread;
    int                asked, answered;
    bool               told; /* "Connection: close" came */
} asker;

static void *ask_on(void *argument)
{
    asker *a  = argument;
    int    fd = dial(a->l);
    while (!a->told) {
        if (!say(fd, a->asked % 2 ? GET("/later") : GET("/a"))) break;
        a->asked++;
        heard h = hear(fd);
        if (!h.status) break;
        a->answered++;
        a->told = strstr(h.head, "Connection: close") != NULL;
        free(h.body);
    }
    close(fd);
    return NULL;
}

PB_TEST(a_drain_under_load_loses_no_request)
{
    WITH_SERVER(s, l);
    asker all[8];
    for (int i = 0; i < 8; i++) {
        all[i] = (asker){.l = &l};
        pthread_create(&all[i].thread, NULL, ask_on, &all[i]);
    }
    sleep_ms(60);
    pb_server_drain(l.server, 5000);
    for (int i = 0; i < 8; i++) {
        pthread_join(all[i].thread, NULL);
        PB_CHECK(all[i].told && all[i].asked > 0);
        PB_CHECK_EQ(all[i].asked, all[i].answered);
    }
    pthread_join(l.thread, NULL);
    WAIT_UNTIL(s.threads == 0);
    pb_server_close(l.server);
}

PB_TEST_MAIN(PB_RUN(a_request_is_answered_with_length_date_and_server_and_the_connection_lives),
             PB_RUN(head_and_304_have_no_body_but_head_tells_its_length),
             PB_RUN(pipelined_requests_are_answered_in_order_whoever_answers),
             PB_RUN(a_pipeline_of_thousands_that_is_read_late_is_answered_whole),
             PB_RUN(bodies_of_every_length_arrive_by_length_and_by_chunks),
             PB_RUN(a_request_that_comes_byte_by_byte_is_the_same),
             PB_RUN(who_expects_100_is_told_to_go_on_and_other_expectations_are_417),
             PB_RUN(http_1_0_closes_unless_asked), PB_RUN(answers_from_many_threads_find_their_clients),
             PB_RUN(a_client_that_is_gone_before_its_answer_harms_nobody),
             PB_RUN(an_answer_that_comes_after_the_server_has_ended_is_dropped),
             PB_RUN(header_values_of_ours_that_would_forge_a_header_are_left_out),
             PB_RUN(posts_run_in_order_and_timers_tick),
             PB_RUN(a_drain_closes_the_idle_finishes_what_is_asked_and_takes_nobody_more),
             PB_RUN(a_drain_waits_no_longer_than_it_may), PB_RUN(a_drain_under_load_loses_no_request))
