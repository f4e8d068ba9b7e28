/* Spans to a collector: a real one that listens, refuses, is away, or never answers. */
#include <pthread.h>

#include "http_script.h"
#include "pitboard/codec.h"
#include "pitboard/engine.h"
#include "pitboard/engine_trace.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define NO "HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno"
#define LATER "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
#define SECRET "t0ps3cret"

static const pb_trace_span whole = {.trace   = "4bf92f3577b34da6a3ce929d0e0e4736",
                                    .span    = "00f067aa0ba902b7",
                                    .parent  = "00f067aa0ba902b8",
                                    .name    = "GET /api/v1/sessions",
                                    .from_ns = 1700000000123456789,
                                    .to_ns   = 1700000000223456789,
                                    .status  = 200};

typedef struct bench {
    pb_metrics      *metrics;
    pb_logger       *log;
    pb_trace_options options;
    pb_trace_export *exporter;
    int              said[2];
    char             text[16384];
} bench;

static void begin(bench *b, const char *endpoint)
{
    memset(b, 0, sizeof *b);
    PB_CHECK_EQ(pipe(b->said), 0);
    b->metrics          = pb_metrics_create();
    b->log              = pb_logger_create(b->said[1], PB_LOG_PLAIN, PB_LOG_DEBUG);
    b->options          = pb_trace_options_default();
    b->options.endpoint = endpoint;
    b->options.headers  = "authorization=Bearer%20" SECRET ", x-tenant=a";
    b->options.version  = "1.2.3";
    b->options.metrics  = b->metrics;
    b->options.log      = b->log;
    b->options.every_ms = b->options.backoff_ms = 5;
}

static void start(bench *b)
{
    pb_error error;
    if (pb_trace_export_start(&b->options, &b->exporter, &error) != PB_OK) fail_msg("%s", error.text);
}

/* What was said to the log, and then what was counted. */
static void stop(bench *b, uint32_t wait_ms)
{
    pb_trace_export_stop(b->exporter, wait_ms);
    pb_logger_destroy(b->log);
    close(b->said[1]);
    size_t len = 0;
    for (ssize_t n; (n = read(b->said[0], b->text + len, sizeof b->text / 2 - len)) > 0;) len += (size_t)n;
    close(b->said[0]);
    FILE *to = fmemopen(b->text + len, sizeof b->text - len, "w");
    PB_CHECK(to != NULL);
    pb_metrics_print(b->metrics, to);
    fclose(to);
    pb_metrics_destroy(b->metrics);
    PB_CHECK(strstr(b->text, SECRET) == NULL);
}

/* Waits until the log or the metrics say so: the test's own time limit ends it else. */
static void await(bench *b, const char *part)
{
    char text[8192];
    do {
        FILE *to = fmemopen(text, sizeof text, "w");
        PB_CHECK(to != NULL);
        pb_metrics_print(b->metrics, to);
        fclose(to);
        poll(NULL, 0, 2);
    } while (!strstr(text, part));
}

PB_TEST(spans_arrive_as_otlp_json_with_the_headers_that_were_given)
{
    bench        b;
    script       s;
    pb_json_doc *doc = NULL;
    pb_error     error;
    char         text[64];
    SCRIPT(&s, {OK, 0});
    s.url[strlen(s.url) - 2] = '\0'; /* without the path */
    begin(&b, s.url);
    b.options.every_ms = 60000; /* the end sends it */
    start(&b);
    pb_logger_span(b.log, &whole);
    pb_trace_span bad = whole;
    bad.parent[0]     = '\0';
    bad.status        = 0;
    bad.failed        = true;
    pb_logger_span(b.log, &bad);
    stop(&b, 5000);
    script_stop(&s);
    PB_CHECK_EQ(s.n_asked, 1);
    PB_CHECK(strncmp(s.asked[0], "POST /v1/traces HTTP/1.1\r\n", 26) == 0);
    PB_CHECK_HAS(s.asked[0], "authorization: Bearer " SECRET "\r\n");
    PB_CHECK_HAS(s.asked[0], "x-tenant: a\r\n");
    PB_CHECK_HAS(s.asked[0], "Content-Type: application/json\r\n");
    PB_CHECK_EQ(pb_json_parse(pb_span_of(strstr(s.asked[0], "\r\n\r\n") + 4), "body", &doc, &error), PB_OK);
    pb_json resource = pb_json_at(pb_json_get(pb_json_root(doc), "resourceSpans"), 0);
    pb_json name     = pb_json_at(pb_json_get(pb_json_get(resource, "resource"), "attributes"), 0);
    PB_CHECK_EQ(pb_json_text(pb_json_get(pb_json_get(name, "value"), "stringValue"), text, sizeof text, &error), PB_OK);
    PB_CHECK_TEXT(text, "pitboard");
    pb_json spans = pb_json_get(pb_json_at(pb_json_get(resource, "scopeSpans"), 0), "spans");
    PB_CHECK_EQ(pb_json_length(spans), 2);
    PB_CHECK_EQ(pb_json_text(pb_json_get(pb_json_at(spans, 0), "traceId"), text, sizeof text, &error), PB_OK);
    PB_CHECK_TEXT(text, whole.trace);
    PB_CHECK_EQ(pb_json_text(pb_json_get(pb_json_at(spans, 0), "startTimeUnixNano"), text, sizeof text, &error), PB_OK);
    PB_CHECK_TEXT(text, "1700000000123456789");
    PB_CHECK(!pb_json_present(pb_json_get(pb_json_at(spans, 1), "parentSpanId")));
    PB_CHECK_HAS(s.asked[0], "\"status\":{\"code\":2}");
    PB_CHECK_HAS(b.text, "pitboard_spans_total{result=\"exported\"} 2\n");
    pb_json_free(doc);
}

PB_TEST(a_collector_that_is_busy_gets_them_later_and_none_twice)
{
    bench  b;
    script s;
    SCRIPT(&s, {LATER, 0}, {OK, 0});
    begin(&b, s.url);
    start(&b);
    pb_logger_span(b.log, &whole);
    await(&b, "result=\"exported\"} 1\n");
    stop(&b, 5000);
    script_stop(&s);
    PB_CHECK_EQ(s.n_asked, 2);
    PB_CHECK(strncmp(s.asked[1], "POST /x/v1/traces ", 18) == 0);
    PB_CHECK_HAS(b.text, " is away: ");
    PB_CHECK_HAS(b.text, " is back\n");
    PB_CHECK(strstr(b.text, "dropped") == NULL);
}

PB_TEST(what_the_collector_refuses_is_counted_and_forgotten)
{
    bench  b;
    script s;
    SCRIPT(&s, {NO, 0});
    begin(&b, s.url);
    start(&b);
    pb_logger_span(b.log, &whole);
    await(&b, "result=\"refused\"} 1\n");
    stop(&b, 5000);
    script_stop(&s);
    PB_CHECK_HAS(b.text, "refused 1 spans: HTTP status 400\n");
}

PB_TEST(while_it_is_away_a_full_ring_drops_and_nobody_waits)
{
    bench  b;
    script s;
    SCRIPT(&s, {OK, 0});
    script_stop(&s); /* nobody listens there any more */
    begin(&b, s.url);
    b.options.ring       = 4;
    b.options.batch      = 2;
    b.options.backoff_ms = 60000;
    start(&b);
    for (int i = 0; i < 20; i++) pb_logger_span(b.log, &whole);
    stop(&b, 2000);
    PB_CHECK_HAS(b.text, "pitboard_spans_total{result=\"dropped\"} 20\n"); /* some at once, the rest at the end */
    PB_CHECK_HAS(b.text, " is away: ");
}

PB_TEST(a_span_without_whole_ids_is_not_sent)
{
    bench         b;
    pb_trace_span bad[4] = {whole, whole, whole, whole};
    memset(bad[0].trace, '0', 32);
    bad[1].span[3] = 'X';
    bad[2].name    = NULL;
    strcpy(bad[3].parent, "12"); // NOLINT
    begin(&b, "http://127.0.0.1:9");
    start(&b);
    for (int i = 0; i < 4; i++) pb_logger_span(b.log, &bad[i]);
    stop(&b, 1000);
    PB_CHECK_HAS(b.text, "pitboard_spans_total{result=\"dropped\"} 4\n");
    PB_CHECK(strstr(b.text, "away") == NULL);
}

PB_TEST(one_that_never_answers_holds_the_end_no_longer_than_was_allowed)
{
    bench  b;
    script s;
    SCRIPT(&s, {"", 18000});
    begin(&b, s.url);
    b.options.every_ms = 60000;
    start(&b);
    pb_logger_span(b.log, &whole);
    double from_s = pb_engine_seconds();
    stop(&b, 100);
    PB_CHECK(pb_engine_seconds() - from_s < 9); /* the attempt alone may take 10 s */
    script_stop(&s);
    PB_CHECK_HAS(b.text, "pitboard_spans_total{result=\"dropped\"} 1\n");
}

static void is_refused(const char *endpoint, const char *headers, pb_status status, const char *part)
{
    pb_trace_options o        = pb_trace_options_default();
    pb_trace_export *exporter = NULL;
    pb_error         error;
    o.endpoint = endpoint;
    o.headers  = headers;
    PB_CHECK_EQ(pb_trace_export_start(&o, &exporter, &error), status);
    PB_CHECK(exporter == NULL);
    PB_CHECK_HAS(error.text, part);
    PB_CHECK(strstr(error.text, SECRET) == NULL);
}

PB_TEST(endpoints_and_headers_that_would_leak_or_make_no_sense_are_refused)
{
    is_refused("http://collector.example:4318", NULL, PB_E_USAGE, "https://");
    is_refused("http://user:" SECRET "@collector.example:4318", NULL, PB_E_USAGE, "https://");
    is_refused("collector", NULL, PB_E_SYNTAX, "collector");
    is_refused("ftp://127.0.0.1", NULL, PB_E_SYNTAX, "ftp");
    is_refused("http://127.0.0.1:9", SECRET, PB_E_SYNTAX, "name=value");
    is_refused("http://127.0.0.1:9", "=" SECRET, PB_E_SYNTAX, "name=value");
    is_refused("http://127.0.0.1:9", "a b=" SECRET, PB_E_SYNTAX, "name=value");
    is_refused("http://127.0.0.1:9", "ok=1,api-key=" SECRET "%0d%0aevil: 1", PB_E_SYNTAX, "api-key");
    is_refused("http://127.0.0.1:9", "api-key=" SECRET "%2", PB_E_SYNTAX, "api-key");
    is_refused("http://127.0.0.1:9", "a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1", PB_E_LIMIT,
               "more than 16");
    pb_trace_export_stop(NULL, 0);
}

enum { THREADS = 4, SPANS = 500 };

static void *give(void *log)
{
    for (int i = 0; i < SPANS; i++) pb_logger_span(log, &whole);
    return NULL;
}

PB_TEST(spans_of_many_threads_are_all_exported)
{
    bench     b;
    script    s;
    pthread_t t[THREADS];
    SCRIPT(&s, {OK, 0}, {OK, 0}, {OK, 0}, {OK, 0}, {OK, 0}, {OK, 0}, {OK, 0}, {OK, 0});
    begin(&b, s.url);
    b.options.every_ms = 60000;
    b.options.batch    = 1000;
    start(&b);
    for (int i = 0; i < THREADS; i++) PB_CHECK_EQ(pthread_create(&t[i], NULL, give, b.log), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(t[i], NULL);
    stop(&b, 10000);
    script_stop(&s);
    PB_CHECK_HAS(b.text, "pitboard_spans_total{result=\"exported\"} 2000\n");
}

PB_TEST_MAIN(PB_RUN(spans_arrive_as_otlp_json_with_the_headers_that_were_given),
             PB_RUN(a_collector_that_is_busy_gets_them_later_and_none_twice),
             PB_RUN(what_the_collector_refuses_is_counted_and_forgotten),
             PB_RUN(while_it_is_away_a_full_ring_drops_and_nobody_waits), PB_RUN(a_span_without_whole_ids_is_not_sent),
             PB_RUN(one_that_never_answers_holds_the_end_no_longer_than_was_allowed),
             PB_RUN(endpoints_and_headers_that_would_leak_or_make_no_sense_are_refused),
             PB_RUN(spans_of_many_threads_are_all_exported))
