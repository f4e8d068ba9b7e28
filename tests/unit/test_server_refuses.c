/* What the server refuses: odd paths, smuggling, what is too long, too slow or too much. */
#include "server_api.h"

/* ---- what is refused ---- */

PB_TEST(a_refusal_is_a_problem_document_and_closes)
{
    WITH_SERVER(s, l);
    int fd = dial(&l);
    say(fd, GET("/../etc/passwd") GET("/smuggled"));
    heard h = hear(fd);
    PB_CHECK_EQ(h.status, 400);
    PB_CHECK_HAS(h.head, "Content-Type: application/problem+json\r\nX-Content-Type-Options: nosniff\r\n");
    PB_CHECK_HAS(h.head, "Connection: close\r\n");
    PB_CHECK_HAS(h.body, "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\"detail\":\"");
    const char *id = strstr(h.body, "\"id\":\"");
    PB_CHECK(id && strspn(id + 6, "0123456789abcdef") == 32);
    free(h.body);
    PB_CHECK(hear_end(fd));
    close(fd);
    live_stop(&l);
    PB_CHECK_EQ(s.seen, 0);
}

PB_TEST(paths_are_decoded_once_and_odd_ones_are_400)
{
    WITH_SERVER(s, l);
    const char *odd[] = {"/a/../b", "/..",    "/a/..", "/./a", "/%2e%2e/a",   "/a/%2E%2e",      "//a",  "/a//b",
                         "/a%2Fb",  "/a%5cb", "/a\\b", "/%00", "/a%0d%0aX:y", "/%7f",           "/%ff", "/%c0%af",
                         "/%",      "/%4",    "/%zz",  "a",    "*",           "http://other/a", "/a#b"};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        char text[256];
        snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", odd[i]);
        int status = status_of(&l, text);
        if (status != 400) print_error("%s: %d\n", odd[i], status);
        PB_CHECK_EQ(status, 400);
    }
    PB_CHECK_EQ(s.seen, 0);
    int fd = dial(&l);
    say(fd, GET("/a...b/.c/..d/%252e%252e/%25?..//%zz"));
    check_answer(fd, 200, "GET /a...b/.c/..d/%2e%2e/% ?..//%zz from");
    say(fd, GET("http://x/abs?q"));
    check_answer(fd, 200, "GET /abs ?q from");
    say(fd, GET("/a/"));
    check_answer(fd, 200, "GET /a/ ? from");
    close(fd);
    live_stop(&l);
}

/* Each must be refused, and the request hidden behind it must never be heard of. */
PB_TEST(forms_of_smuggling_are_refused)
{
    WITH_SERVER(s, l);
    const struct {
        int         status;
        const char *text;
    } forms[] = {
        {400, POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG"},
        {400, POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nG"},
        {400, POST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"},
        {400, POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"},
        {400, POST "Content-Length: 3, 3\r\n\r\nabc"},
        {400, POST "Content-Length: +3\r\n\r\nabc"},
        {400, POST "Content-Length: -3\r\n\r\nabc"},
        {400, POST "Content-Length: 0x3\r\n\r\nabc"},
        {400, POST "Content-Length: 3 3\r\n\r\nabc"},
        {400, POST "Content-Length:\r\n\r\nabc"},
        {400, POST "Content-Length: 99999999999999999999\r\n\r\nabc"},
        {400, POST "Content-Length : 3\r\n\r\nabc"},
        {400, POST " Content-Length: 3\r\n\r\nabc"},
        {400, POST "X: y\r\n folded: z\r\n\r\n"},
        {400, POST "X: y\nContent-Length: 3\r\n\r\nabc"},
        {400, POST "Content-Length: 3\n\nabc"},
        {400, POST "X: a\rb\r\n\r\n"},
        {400, POST "X\t: a\r\n\r\n"},
        {400, POST ": a\r\n\r\n"},
        {400, POST "nocolon\r\n\r\n"},
        {400, POST "Host: y\r\n\r\n"},
        {400, POST "Authorization: a\r\nAuthorization: b\r\n\r\n"},
        {501, POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
        {501, POST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"},
        {501, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {501, POST "Transfer-Encoding: identity\r\n\r\n"},
        {400, "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\n\r\n\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\n\r\n1 \r\na\r\n0\r\n\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n"},
        {400, "GET /a HTTP/1.1\r\n\r\n"},
        {400, "GET  /a HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET /a  HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET /a\tHTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET /a\r\nHost: x\r\n\r\n"},
        {400, "G@T /a HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "GET /a HTTP/1.1 \r\nHost: x\r\n\r\n"},
        {400, "GET /a http/1.1\r\nHost: x\r\n\r\n"},
        {400, "\r\n\r\n\r\nGET /a HTTP/1.1\r\nHost: x\r\n\r\n"},
        {400, "\x16\x03\x01\x02\x00\x01\n"},
        {505, "GET /a HTTP/2.0\r\nHost: x\r\n\r\n"},
        {505, "GET /a HTTP/1.2\r\nHost: x\r\n\r\n"},
        {501, "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        int fd = dial(&l);
        say(fd, forms[i].text);
        say(fd, GET("/hidden"));
        heard h = hear(fd);
        if (h.status != forms[i].status) print_error("%zu: %d\n%s\n", i, h.status, forms[i].text);
        PB_CHECK_EQ(h.status, forms[i].status);
        PB_CHECK(hear_end(fd));
        free(h.body);
        close(fd);
    }
    live_stop(&l);
    PB_CHECK_EQ(s.seen, 0);
}

PB_TEST(heads_that_are_too_long_are_431_or_414)
{
    WITH_SERVER(s, l);
    char *text = malloc(200000);
    int   n    = snprintf(text, 200000, "GET /a HTTP/1.1\r\nHost: x\r\nX-Long: ");
    memset(text + n, 'x', 150000);
    text[n + 150000] = '\0';
    PB_CHECK_EQ(status_of(&l, text), 431);
    n = snprintf(text, 200000, "GET /");
    memset(text + n, 'x', 9000);
    snprintf(text + n + 9000, 100, " HTTP/1.1\r\nHost: x\r\n\r\n");
    PB_CHECK_EQ(status_of(&l, text), 414);
    n = snprintf(text, 200000, "GET /a HTTP/1.1\r\nHost: x\r\n");
    for (int i = 0; i < 101; i++) n += snprintf(text + n, 100, "a: b\r\n");
    snprintf(text + n, 100, "\r\n");
    PB_CHECK_EQ(status_of(&l, text), 431);
    free(text);
    live_stop(&l);
    PB_CHECK_EQ(s.seen, 0);
}

PB_TEST(bodies_that_are_too_long_are_413_and_too_many_at_once_503)
{
    state             s = fresh();
    pb_server_options o = options_of(&s);
    o.body_max          = 100000;
    o.bodies_max        = 150000;
    live_server l       = live_start(&o);
    char       *text    = calloc(1, 100001);
    memset(text, 'x', 100000);
    PB_CHECK_EQ(status_of(&l, POST "Content-Length: 100001\r\n\r\n"), 413);
    int fd = dial(&l); /* by chunks, and all is sent before the answer is read: it must not be lost */
    say(fd, POST "Transfer-Encoding: chunked\r\n\r\n186a0\r\n");
    say_bytes(fd, text, 100000);
    say(fd, "\r\n1\r\nx\r\n0\r\n\r\n");
    for (int i = 0; i < 5; i++) say_bytes(fd, text, 100000);
    check_answer(fd, 413, "longer than this server takes");
    close(fd);
    int first = dial(&l);
    say(first, POST "Content-Length: 100000\r\n\r\n");
    say_bytes(first, text, 90000);
    WAIT_UNTIL(counts_of(&l).bytes_in > 690000);
    fd = dial(&l);
    say(fd, POST "Content-Length: 100000\r\n\r\n");
    say_bytes(fd, text, 100000);
    check_answer(fd, 503, "too many");
    close(fd);
    say_bytes(first, text, 10000);
    check_answer(first, 200, text);
    close(first);
    live_stop(&l);
    free(text);
}

/* ---- who is slow, and who are many ---- */

PB_TEST(slow_heads_and_bodies_are_408_and_silent_connections_are_closed)
{
    state             s = fresh();
    pb_server_options o = options_of(&s);
    o.head_ms           = 200;
    o.body_ms           = 300;
    o.idle_ms           = 400;
    live_server l       = live_start(&o);
    int         silent = dial(&l), head = dial(&l), body = dial(&l), idle = dial(&l);
    say(head, "GET /a HTTP/1.1\r\nX: ");
    say(body, POST "Content-Length: 10\r\n\r\nabc");
    say(idle, GET("/a"));
    check_answer(idle, 200, NULL);
    for (int i = 0; i < 5; i++) say(head, "x"), say(body, i < 2 ? "y" : ""), sleep_ms(30); /* dripping helps nobody */
    check_answer(head, 408, "the head of the request did not arrive in time");
    check_answer(body, 408, "the body of the request did not arrive in time");
    PB_CHECK(hear_end(silent));
    PB_CHECK(hear_end(idle));
    WAIT_UNTIL(counts_of(&l).timeouts == 4);
    close(silent), close(head), close(body), close(idle);
    live_stop(&l);
    PB_CHECK_EQ(s.seen, 1);
}

PB_TEST(a_thousand_connections_that_say_nothing_do_not_stop_the_others)
{
    WITH_SERVER(s, l);
    enum { N = 1000 };
    static int fds[N];
    for (int i = 0; i < N; i++) fds[i] = dial(&l);
    WAIT_UNTIL(counts_of(&l).open == N);
    for (int i = 0; i < N; i += 2) say(fds[i], "GET / HT");
    int fd = dial(&l);
    for (int i = 0; i < 100; i++) {
        say(fd, GET("/a"));
        check_answer(fd, 200, "GET /a");
    }
    close(fd);
    for (int i = 0; i < N; i++) close(fds[i]);
    WAIT_UNTIL(counts_of(&l).open == 0);
    live_stop(&l);
}

PB_TEST(more_connections_than_allowed_are_closed_at_once_in_all_and_from_one_address)
{
    for (int each = 0; each < 2; each++) {
        state             s                               = fresh();
        pb_server_options o                               = options_of(&s);
        *(each ? &o.per_address_max : &o.connections_max) = 5;
        live_server l                                     = live_start(&o);
        int         fds[5];
        for (int i = 0; i < 5; i++) fds[i] = dial(&l);
        WAIT_UNTIL(counts_of(&l).open == 5);
        int more = dial(&l);
        PB_CHECK(hear_end(more));
        close(more);
        PB_CHECK_EQ(counts_of(&l).refused_connections, 1);
        say(fds[0], GET("/a"));
        check_answer(fds[0], 200, NULL);
        close(fds[4]);
        WAIT_UNTIL(counts_of(&l).open == 4);
        PB_CHECK_EQ(status_of(&l, GET("/a")), 200);
        for (int i = 0; i < 4; i++) close(fds[i]);
        live_stop(&l);
    }
}

PB_TEST_MAIN(PB_RUN(a_refusal_is_a_problem_document_and_closes), PB_RUN(paths_are_decoded_once_and_odd_ones_are_400),
             PB_RUN(forms_of_smuggling_are_refused), PB_RUN(heads_that_are_too_long_are_431_or_414),
             PB_RUN(bodies_that_are_too_long_are_413_and_too_many_at_once_503),
             PB_RUN(slow_heads_and_bodies_are_408_and_silent_connections_are_closed),
             PB_RUN(a_thousand_connections_that_say_nothing_do_not_stop_the_others),
             PB_RUN(more_connections_than_allowed_are_closed_at_once_in_all_and_from_one_address))
