#include "http_script.h"

#define OK_BODY(body) "HTTP/1.1 200 OK\r\nETag: \"e1\"\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n" body
#define STATUS(code, more) "HTTP/1.1 " code " x\r\nContent-Length: 0\r\nConnection: close\r\n" more "\r\n"

static pb_status get(const pb_http_options *o, const char *url, pb_http_answer *answer, pb_error *error)
{
    pb_http        *http    = open_http(o);
    pb_http_request request = {.url = url};
    pb_status       status  = pb_http_send(http, &request, answer, error);
    pb_http_close(http);
    return status;
}

PB_TEST(a_question_gets_its_answer)
{
    script          s;
    fake_clock      clock;
    pb_http_options o = fake_options(&clock);
    pb_http_answer  answer;
    pb_error        error;
    SCRIPT(&s, {OK_BODY("lights out"), 0});
    PB_CHECK_EQ(get(&o, s.url, &answer, &error), PB_OK);
    script_stop(&s);
    PB_CHECK_EQ(answer.status, 200);
    PB_CHECK_TEXT(answer.body.at, "lights out");
    PB_CHECK_EQ(answer.body.len, 10);
    PB_CHECK_TEXT(answer.etag, "\"e1\"");
    PB_CHECK_TEXT(answer.content_type, "text/plain");
    PB_CHECK_EQ(answer.attempts, 1);
    PB_CHECK_EQ(s.n_asked, 1);
    PB_CHECK_HAS(s.asked[0], "GET /x HTTP/1.1\r\n");
    PB_CHECK_HAS(s.asked[0], "User-Agent: pitboard\r\n");
    PB_CHECK_EQ(clock.slept_ms, 0);
    pb_http_answer_free(&answer);
}

PB_TEST(put_post_and_head_say_what_they_should)
{
    script            s;
    fake_clock        clock;
    pb_http_options   o    = fake_options(&clock);
    pb_http          *http = open_http(&o);
    pb_http_answer    answer;
    pb_error          error;
    const char *const headers[] = {"Content-Type: application/json", "X-Key: k1"};
    SCRIPT(&s, {STATUS("201", ""), 0}, {STATUS("200", ""), 0},
           {"HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nConnection: close\r\n\r\n", 0});
    pb_http_request put  = {PB_HTTP_PUT, s.url, headers, 2, {"{\"a\":1}", 7}, false};
    pb_http_request post = {PB_HTTP_POST, s.url, NULL, 0, {"plain", 5}, false};
    pb_http_request head = {.method = PB_HTTP_HEAD, .url = s.url};
    PB_CHECK_EQ(pb_http_send(http, &put, &answer, &error), PB_OK);
    PB_CHECK_EQ(answer.status, 201);
    pb_http_answer_free(&answer);
    PB_CHECK_EQ(pb_http_send(http, &post, &answer, &error), PB_OK);
    pb_http_answer_free(&answer);
    PB_CHECK_EQ(pb_http_send(http, &head, &answer, &error), PB_OK);
    PB_CHECK_EQ(answer.length, 12345);
    PB_CHECK_EQ(answer.body.len, 0);
    pb_http_answer_free(&answer);
    script_stop(&s);
    pb_http_close(http);
    PB_CHECK_HAS(s.asked[0], "PUT /x ");
    PB_CHECK_HAS(s.asked[0], "Content-Type: application/json\r\n");
    PB_CHECK_HAS(s.asked[0], "X-Key: k1\r\n");
    PB_CHECK_HAS(s.asked[0], "\r\n\r\n{\"a\":1}");
    PB_CHECK(!strstr(s.asked[0], "Expect"));
    PB_CHECK_HAS(s.asked[1], "POST /x ");
    PB_CHECK_HAS(s.asked[1], "\r\n\r\nplain");
    PB_CHECK(!strstr(s.asked[1], "form-urlencoded"));
    PB_CHECK_HAS(s.asked[2], "HEAD /x ");
}

PB_TEST(what_is_broken_is_tried_again_after_a_wait_that_doubles)
{
    script          s;
    fake_clock      clock;
    pb_http_options o = fake_options(&clock);
    pb_http_answer  answer;
    pb_error        error;
    SCRIPT(&s, {STATUS("500", ""), 0}, {"", 0}, {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhal", 0},
           {STATUS("429", ""), 0}, {OK_BODY("whole"), 0});
    PB_CHECK_EQ(get(&o, s.url, &answer, &error), PB_OK);
    script_stop(&s);
    PB_CHECK_TEXT(answer.body.at, "whole");
    PB_CHECK_EQ(answer.attempts, 5);
    PB_CHECK_EQ(clock.n_waits, 4);
    for (int i = 0; i < 4; i++) PB_CHECK(clock.waits[i] >= 250 << i && clock.waits[i] < 500 << i);
    pb_http_answer_free(&answer);
}

PB_TEST(the_chance_in_the_waits_comes_from_the_seed_and_they_have_a_longest)
{
    int64_t sums[3];
    for (int run = 0; run < 3; run++) {
        script          s;
        fake_clock      clock;
        pb_http_options o = fake_options(&clock);
        pb_http_answer  answer;
        pb_error        error;
        o.seed           = run < 2 ? 7 : 8;
        o.backoff_max_ms = 1000;
        SCRIPT(&s, {STATUS("500", ""), 0}, {STATUS("502", ""), 0}, {STATUS("503", ""), 0}, {STATUS("504", ""), 0},
               {STATUS("408", ""), 0}, {STATUS("500", ""), 0});
        PB_CHECK_EQ(get(&o, s.url, &answer, &error), PB_E_IO);
        script_stop(&s);
        PB_CHECK_HAS(error.text, "answered 500");
        PB_CHECK_HAS(error.text, "given up after 6 attempts");
        PB_CHECK_EQ(s.n_asked, 6);
        PB_CHECK_EQ(clock.n_waits, 5);
        for (int i = 1; i < 5; i++) PB_CHECK(clock.waits[i] >= 500 && clock.waits[i] < 1000);
        sums[run] = clock.slept_ms;
    }
    PB_CHECK_EQ(sums[0], sums[1]);
    PB_CHECK(sums[0] != sums[2]);
}

PB_TEST(a_server_that_names_a_time_is_given_it)
{
    script          s;
    fake_clock      clock;
    pb_http_options o = fake_options(&clock);
    pb_http_answer  answer;
    pb_error        error;
    SCRIPT(&s, {STATUS("429", "Retry-After: 17\r\n"), 0},
           {STATUS("503", "Retry-After: Sun, 30 Aug 2015 12:37:00 GMT\r\n"), 0}, {OK_BODY("x"), 0});
    PB_CHECK_EQ(get(&o, s.url, &answer, &error), PB_OK);
    script_stop(&s);
    PB_CHECK_EQ(clock.waits[0], 17000);
    PB_CHECK_EQ(clock.waits[1], 43000);
    pb_http_answer_free(&answer);
    SCRIPT(&s, {STATUS("429", "Retry-After: 3600\r\n"), 0});
    PB_CHECK_EQ(get(&o, s.url, &answer, &error), PB_E_IO);
    script_stop(&s);
    PB_CHECK_HAS(error.text, "back in 3600 s");
}

PB_TEST(what_is_not_there_is_not_asked_for_again)
{
    script          s;
    fake_clock      clock;
    pb_http_options o = fake_options(&clock);
    pb_http_answer  answer;
    pb_error        error;
    SCRIPT(&s, {"HTTP/1.1 404 x\r\nConnection: close\r\n\r\n{\"detail\": \"No results found.\"}", 0});
    PB_CHECK_EQ(get(&o, s.url, &answer, &error), PB_OK);
    script_stop(&s);
    PB_CHECK_EQ(answer.status, 404);
    pb_http_request request = {.url = s.url};
    PB_CHECK_EQ(pb_http_expect(&answer, &request, &error), PB_E_NOENT);
    PB_CHECK_HAS(error.text, "answered 404: No results found.");
    answer.status = 403;
    PB_CHECK_EQ(pb_http_expect(&answer, &request, &error), PB_E_IO);
    PB_CHECK_HAS(error.text, "check the credentials");
    answer.status = 204;
    PB_CHECK_EQ(pb_http_expect(&answer, &request, &error), PB_OK);
    pb_http_answer_free(&answer);
}

PB_TEST(what_must_not_be_done_twice_is_not)
{
    script          s;
    fake_clock      clock;
    pb_http_options o    = fake_options(&clock);
    pb_http        *http = open_http(&o);
    pb_http_answer  answer;
    pb_error        error;
    SCRIPT(&s, {STATUS("500", ""), 0}, {STATUS("429", ""), 0}, {STATUS("200", ""), 0});
    pb_http_request post = {PB_HTTP_POST, s.url, NULL, 0, {"pizza", 5}, true};
    PB_CHECK_EQ(pb_http_send(http, &post, &answer, &error), PB_E_IO);
    PB_CHECK_EQ(pb_http_send(http, &post, &answer, &error), PB_OK); /* 429: it was not done */
    PB_CHECK_EQ(answer.attempts, 2);
    pb_http_answer_free(&answer);
    script_stop(&s);
    PB_CHECK_EQ(s.n_asked, 3);
    PB_CHECK_EQ(pb_http_send(http, &post, &answer, &error), PB_E_IO); /* nobody there: nothing was sent */
    PB_CHECK_HAS(error.text, "given up after 6 attempts");
    pb_http_close(http);
}

PB_TEST(an_answer_that_is_too_long_is_refused_with_or_without_its_length)
{
    script          s;
    fake_clock      clock;
    pb_http_options o = fake_options(&clock);
    pb_http_answer  answer;
    pb_error        error;
    o.size_max = 9;
    SCRIPT(&s, {"HTTP/1.1 200 x\r\nContent-Length: 10\r\n\r\n1234567890", 0}, {OK_BODY("1234567890"), 0},
           {OK_BODY("123456789"), 0});
    for (int i = 0; i < 2; i++) {
        PB_CHECK_EQ(get(&o, s.url, &answer, &error), PB_E_LIMIT);
        PB_CHECK_HAS(error.text, "longer than the 9 bytes");
    }
    PB_CHECK_EQ(get(&o, s.url, &answer, &error), PB_OK);
    pb_http_answer_free(&answer);
    script_stop(&s);
}

PB_TEST(a_server_that_says_nothing_is_left)
{
    script          s;
    fake_clock      clock;
    pb_http_options o = fake_options(&clock);
    pb_http_answer  answer;
    pb_error        error;
    o.total_ms = 400;
    SCRIPT(&s, {"HTTP/1.1 200 x\r\nContent-Length: 10\r\n\r\n12345", 500}, {OK_BODY("fast"), 0});
    PB_CHECK_EQ(get(&o, s.url, &answer, &error), PB_OK);
    script_stop(&s);
    PB_CHECK_EQ(answer.attempts, 2);
    PB_CHECK_TEXT(answer.body.at, "fast");
    pb_http_answer_free(&answer);
}

PB_TEST(a_redirect_is_followed_a_few_times_and_own_headers_stay_with_the_host)
{
    script            s, other;
    fake_clock        clock;
    char              first[256], second[256];
    pb_http_options   o    = fake_options(&clock);
    pb_http          *http = open_http(&o);
    pb_http_answer    answer;
    pb_error          error;
    const char *const headers[] = {"Authorization: Bearer t0ps3cret", "X-Api-Key: t0ps3cret"};
    SCRIPT(&other, {OK_BODY("there"), 0});
    snprintf(second, sizeof second, "HTTP/1.1 302 x\r\nLocation: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
             other.url);
    snprintf(first, sizeof first,
             "HTTP/1.1 301 x\r\nLocation: /y?a=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    SCRIPT(&s, {first, 0}, {second, 0});
    pb_http_request request = {.url = s.url, .headers = headers, .n_headers = 2};
    PB_CHECK_EQ(pb_http_send(http, &request, &answer, &error), PB_OK);
    PB_CHECK_TEXT(answer.body.at, "there");
    pb_http_answer_free(&answer);
    script_stop(&s);
    script_stop(&other);
    PB_CHECK_HAS(s.asked[1], "GET /y?a=1 ");
    PB_CHECK_HAS(s.asked[1], "t0ps3cret");
    PB_CHECK(!strstr(other.asked[0], "t0ps3cret"));

    SCRIPT(&s, {first, 0}, {first, 0}, {first, 0}, {first, 0}, {first, 0}, {first, 0});
    request.url = s.url;
    PB_CHECK_EQ(pb_http_send(http, &request, &answer, &error), PB_E_IO);
    PB_CHECK_HAS(error.text, "more than 5 times");
    script_stop(&s);
    SCRIPT(&s, {"HTTP/1.1 301 x\r\nLocation: http://example.com/\r\nContent-Length: 0\r\n\r\n", 0});
    request.url = s.url;
    PB_CHECK_EQ(pb_http_send(http, &request, &answer, &error), PB_E_USAGE);
    PB_CHECK_HAS(error.text, "can be read and changed");
    script_stop(&s);
    SCRIPT(&s, {"HTTP/1.1 301 x\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n", 0});
    request.url = s.url;
    PB_CHECK_EQ(pb_http_send(http, &request, &answer, &error), PB_E_SYNTAX);
    script_stop(&s);
    pb_http_close(http);
}

PB_TEST(only_https_goes_out_of_this_machine)
{
    static const char *const bad[] = {"", "x", "ftp://x/y", "file:///etc/passwd", "https://", "https:x", "://x"};
    fake_clock               clock;
    pb_http_options          o = fake_options(&clock);
    pb_http_answer           answer;
    pb_error                 error;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        PB_CHECK_EQ(get(&o, bad[i], &answer, &error), PB_E_SYNTAX);
        PB_CHECK_HAS(error.text, "no URL that can be fetched");
    }
    PB_CHECK_EQ(get(&o, "http://example.com/x", &answer, &error), PB_E_USAGE);
    PB_CHECK_HAS(error.text, "--plain-http");
    PB_CHECK_EQ(get(&o, "http://127.0.0.1.example.com/x", &answer, &error), PB_E_USAGE);
    PB_CHECK_EQ(get(&o, "http://127.0.0.1@example.com/x", &answer, &error), PB_E_USAGE);
}

PB_TEST(secrets_are_in_no_message)
{
    script            s;
    fake_clock        clock;
    char              url[256];
    pb_http_options   o    = fake_options(&clock);
    pb_http          *http = open_http(&o);
    pb_http_answer    answer;
    pb_error          error;
    const char *const headers[] = {"X-Api-Key: t0ps3cret"};
    SCRIPT(&s, {"HTTP/1.1 400 x\r\nConnection: close\r\n\r\n{\"error\": \"bad key t0ps3cret\"}", 0});
    snprintf(url, sizeof url, "http://user:t0ps3cret@127.0.0.1:%u/x?token=t0ps3cret&b=2", s.port);
    pb_http_request request = {.url = url, .headers = headers, .n_headers = 1};
    PB_CHECK_EQ(pb_http_send(http, &request, &answer, &error), PB_OK);
    PB_CHECK_EQ(pb_http_expect(&answer, &request, &error), PB_E_IO);
    PB_CHECK(!strstr(error.text, "t0ps3cret"));
    PB_CHECK_HAS(error.text, "token=***&b=2: the server answered 400");
    pb_http_answer_free(&answer);
    script_stop(&s);
    PB_CHECK_EQ(pb_http_send(http, &request, &answer, &error), PB_E_IO);
    PB_CHECK(!strstr(error.text, "t0ps3cret"));
    pb_http_close(http);
}

PB_TEST(no_more_requests_go_than_the_limits_allow)
{
    script          s;
    fake_clock      clock;
    pb_http_options o = fake_options(&clock);
    pb_error        error;
    o.per_second   = 2;
    o.per_hour     = 5;
    pb_http *http  = open_http(&o);
    int64_t  begun = clock.now_ms;
    SCRIPT(&s, {OK_BODY(""), 0}, {OK_BODY(""), 0}, {OK_BODY(""), 0}, {OK_BODY(""), 0}, {OK_BODY(""), 0},
           {OK_BODY(""), 0});
    pb_http_request request = {.url = s.url};
    for (int i = 0; i < 6; i++) {
        static const int64_t at[] = {0, 0, 1000, 1000, 2000, 3600000};
        pb_http_answer       answer;
        PB_CHECK_EQ(pb_http_send(http, &request, &answer, &error), PB_OK);
        PB_CHECK_EQ(clock.now_ms - begun, at[i]);
        pb_http_answer_free(&answer);
    }
    script_stop(&s);
    pb_http_close(http);
}

static bool no_more(void *context, uint64_t done, uint64_t all)
{
    (void)done;
    (void)all;
    return --*(int *)context > 0;
}

PB_TEST(whoever_waits_can_be_stopped)
{
    script          s;
    fake_clock      clock;
    int             left = 3;
    pb_http_options o    = fake_options(&clock);
    pb_http_answer  answer;
    pb_error        error;
    o.go_on   = no_more;
    o.context = &left;
    SCRIPT(&s, {STATUS("429", "Retry-After: 600\r\n"), 0});
    PB_CHECK_EQ(get(&o, s.url, &answer, &error), PB_E_CANCELLED);
    script_stop(&s);
    PB_CHECK(clock.slept_ms < 1000);
}

PB_TEST_MAIN(PB_RUN(a_question_gets_its_answer), PB_RUN(put_post_and_head_say_what_they_should),
             PB_RUN(what_is_broken_is_tried_again_after_a_wait_that_doubles),
             PB_RUN(the_chance_in_the_waits_comes_from_the_seed_and_they_have_a_longest),
             PB_RUN(a_server_that_names_a_time_is_given_it), PB_RUN(what_is_not_there_is_not_asked_for_again),
             PB_RUN(what_must_not_be_done_twice_is_not),
             PB_RUN(an_answer_that_is_too_long_is_refused_with_or_without_its_length),
             PB_RUN(a_server_that_says_nothing_is_left),
             PB_RUN(a_redirect_is_followed_a_few_times_and_own_headers_stay_with_the_host),
             PB_RUN(only_https_goes_out_of_this_machine), PB_RUN(secrets_are_in_no_message),
             PB_RUN(no_more_requests_go_than_the_limits_allow), PB_RUN(whoever_waits_can_be_stopped))
