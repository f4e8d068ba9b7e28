/* The parts of the HTTP client that need no server: heads, URLs, counting. */
#include <fcntl.h>

#include "net/http.h"
#include "pb_test.h"

/* ---- heads ---- */

static pb__head head_of(const char *lines)
{
    pb__head head;
    pb__head_begin(&head);
    for (const char *at = lines; *at;) {
        size_t len = strcspn(at, "\n");
        pb__head_line(&head, (pb_span){at, len + (at[len] == '\n')});
        at += len + (at[len] == '\n');
    }
    return head;
}

PB_TEST(a_head_is_read_field_by_field)
{
    pb__head h = head_of("HTTP/1.1 206 Partial Content\r\nETAG:  \"abc\"\r\nContent-Length: 12\r\n"
                         "content-range: bytes 100-111/1000\r\nLast-modified: x\r\nRetry-After: 7\r\n\r\n");
    PB_CHECK_EQ(h.status, 206);
    PB_CHECK_TEXT(h.etag, "\"abc\"");
    PB_CHECK_TEXT(h.last_modified, "x");
    PB_CHECK(h.length == 12 && h.range_from == 100 && h.range_total == 1000);
    PB_CHECK_EQ(pb__head_wait_ms(&h, 0), 7000);
}

PB_TEST(a_second_status_line_begins_anew)
{
    pb__head h = head_of("HTTP/1.1 100 Continue\r\nETag: \"old\"\r\n\r\nHTTP/2 200\r\nContent-Length: 5\r\n\r\n");
    PB_CHECK_EQ(h.status, 200);
    PB_CHECK_TEXT(h.etag, "");
    PB_CHECK_EQ(h.length, 5);
}

PB_TEST(odd_fields_are_as_good_as_none)
{
    char     line[600] = "ETag: ";
    pb__head h =
        head_of("HTTP/1.1\r\nnocolon\r\nContent-Length: -5\r\nContent-Length: x\r\nContent-Range: bytes 5-9\r\n"
                "Content-Range: lines 1-2/3\r\nRetry-After: soon\r\n: x\r\n");
    PB_CHECK(h.status == 0 && h.length == -1 && h.range_from == -1 && h.range_total == -1);
    PB_CHECK_EQ(pb__head_wait_ms(&h, 0), -1);
    memset(line + 6, 'a', 500);
    h = head_of(line);
    PB_CHECK_TEXT(h.etag, "");
    h = head_of("Content-Range: bytes */1234\r\n");
    PB_CHECK(h.range_from == -1 && h.range_total == 1234);
    h = head_of("Retry-After: -3\r\n");
    PB_CHECK_EQ(pb__head_wait_ms(&h, 0), -1);
    h = head_of("Retry-After: Thu, 01 Jan 1970 00:00:10 GMT\r\n");
    PB_CHECK_EQ(pb__head_wait_ms(&h, 4000), 6000);
    PB_CHECK_EQ(pb__head_wait_ms(&h, 40000), 0);
}

/* ---- URLs ---- */

PB_TEST(a_url_is_shown_without_what_opens_doors)
{
    static const struct {
        const char *url, *shown;
    } known[] = {
        {"https://h/p?a=1&b=2", "https://h/p?a=1&b=2"},
        {"https://u:pw@h:1/p", "https://h:1/p"},
        {"https://h/p?api_key=abc&x=1&Token=t&X-Amz-Signature=s",
         "https://h/p?api_key=***&x=1&Token=***&X-Amz-Signature=***"},
        {"https://h/p?session_key=9158", "https://h/p?session_key=9158"},
        {"https://h/p?appid=1#f", "https://h/p?appid=***#f"},
        {"https://h?password=a@b", "https://h?password=***"},
        {"not a url", "not a url"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char shown[128];
        pb_http_url_shown(known[i].url, shown, sizeof shown);
        PB_CHECK_TEXT(shown, known[i].shown);
    }
    char cut[8];
    pb_http_url_shown("https://host/path", cut, sizeof cut);
    PB_CHECK_TEXT(cut, "https:/");
}

PB_TEST(text_is_escaped_for_a_url)
{
    char out[64];
    PB_CHECK(pb_http_escape(pb_span_of("a/b c+\xc3\xa9~-._&="), true, out, sizeof out));
    PB_CHECK_TEXT(out, "a/b%20c%2B%C3%A9~-._%26%3D");
    PB_CHECK(pb_http_escape(pb_span_of("a/b"), false, out, sizeof out));
    PB_CHECK_TEXT(out, "a%2Fb");
    PB_CHECK(pb_http_escape(pb_span_of(""), false, out, sizeof out));
    PB_CHECK_TEXT(out, "");
    for (size_t cap = 1; cap < 5; cap++) PB_CHECK(!pb_http_escape(pb_span_of("aa\xff"), false, out, cap));
}

PB_TEST(the_same_origin_is_scheme_host_and_port)
{
    PB_CHECK(pb__url_same_origin("https://h/a", "https://H:443/b"));
    PB_CHECK(!pb__url_same_origin("https://h/a", "http://h/a"));
    PB_CHECK(!pb__url_same_origin("https://h/a", "https://h:444/a"));
    PB_CHECK(!pb__url_same_origin("https://h/a", "https://h2/a"));
    PB_CHECK(!pb__url_same_origin("x", "x"));
    PB_CHECK(pb__url_is_loopback("http://127.0.0.1:80/") && pb__url_is_loopback("http://LOCALHOST/") &&
             pb__url_is_loopback("http://[::1]:1/") && pb__url_is_loopback("http://127.9.9.9/"));
    PB_CHECK(!pb__url_is_loopback("http://128.0.0.1/") && !pb__url_is_loopback("http://localhost.example.com/") &&
             !pb__url_is_loopback("http://127.0.0.1.example.com/"));
}

/* ---- counting ---- */

PB_TEST(in_no_second_and_no_hour_more_go_than_allowed)
{
    pb__rate rate;
    int64_t  went[2000], now = 5000;
    int      n = 0;
    PB_CHECK(pb__rate_init(&rate, 4, 500));
    for (int64_t wait; n < 1600;) {
        while ((wait = pb__rate_take(&rate, now)) > 0) now += wait;
        went[n++] = now;
        now += n % 7;
    }
    for (int i = 4; i < n; i++) PB_CHECK(went[i] - went[i - 4] >= 1000);
    for (int i = 500; i < n; i++) PB_CHECK(went[i] - went[i - 500] >= 3600000);
    PB_CHECK(went[499] < 5000 + 130000 && went[500] == went[0] + 3600000); /* and no slower than that */
    pb__rate_fini(&rate);
}

PB_TEST(a_clock_set_back_makes_nobody_wait_for_ever)
{
    pb__rate rate;
    PB_CHECK(pb__rate_init(&rate, 1, 0));
    PB_CHECK_EQ(pb__rate_take(&rate, 900000), 0);
    PB_CHECK_EQ(pb__rate_take(&rate, 1000), 1000);
    pb__rate_fini(&rate);
    PB_CHECK(pb__rate_init(&rate, 0, 0));
    for (int i = 0; i < 100; i++) PB_CHECK_EQ(pb__rate_take(&rate, 0), 0);
    pb__rate_fini(&rate);
}

PB_TEST(processes_that_count_in_one_file_share_the_limit)
{
    char     path[] = "/tmp/pb_rate_XXXXXX";
    int      fd     = mkstemp(path);
    pb__rate a, b;
    pb_error error;
    int64_t  wait = -1;
    PB_CHECK(pb__rate_init(&a, 0, 3) && pb__rate_init(&b, 0, 3));
    for (int i = 0; i < 3; i++) {
        PB_CHECK_EQ(pb__rate_take_file(i % 2 ? &a : &b, path, 1000 + i, &wait, &error), PB_OK);
        PB_CHECK_EQ(wait, 0);
    }
    PB_CHECK_EQ(pb__rate_take_file(&a, path, 2000, &wait, &error), PB_OK);
    PB_CHECK_EQ(wait, 3599000);
    PB_CHECK_EQ(pb__rate_take_file(&b, path, 3601001, &wait, &error), PB_OK);
    PB_CHECK_EQ(wait, 0);
    PB_CHECK_EQ(pwrite(fd, "broken", 6, 0), 6); /* a torn one counts for little, and is mended */
    PB_CHECK_EQ(ftruncate(fd, 11), 0);
    PB_CHECK_EQ(pb__rate_take_file(&a, path, 3601002, &wait, &error), PB_OK);
    PB_CHECK_EQ(wait, 0);
    PB_CHECK_EQ(lseek(fd, 0, SEEK_END), 8);
    unlink(path);
    close(fd);
    PB_CHECK_EQ(pb__rate_take_file(&a, "/nowhere/at/all", 0, &wait, &error), PB_E_IO);
    pb__rate_fini(&a);
    pb__rate_fini(&b);
}

PB_TEST_MAIN(PB_RUN(a_head_is_read_field_by_field), PB_RUN(a_second_status_line_begins_anew),
             PB_RUN(odd_fields_are_as_good_as_none), PB_RUN(a_url_is_shown_without_what_opens_doors),
             PB_RUN(text_is_escaped_for_a_url), PB_RUN(the_same_origin_is_scheme_host_and_port),
             PB_RUN(in_no_second_and_no_hour_more_go_than_allowed), PB_RUN(a_clock_set_back_makes_nobody_wait_for_ever),
             PB_RUN(processes_that_count_in_one_file_share_the_limit))
