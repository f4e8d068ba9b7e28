/* The log: whole lines, JSON that is JSON whatever is said, a reader that does not read. */
#include "pb_test.h"

#include <fcntl.h>
#include <pthread.h>
#include <time.h>

#include "pitboard/base_log.h"
#include "pitboard/codec.h"

/* A log into a pipe, and what came out of it. */
typedef struct pipe_log {
    int        fd[2];
    pb_logger *log;
    char       text[1 << 20];
} pipe_log;

static pipe_log *opened(pb_logger_form form, pb_logger_level least)
{
    pipe_log *p = calloc(1, sizeof *p);
    PB_CHECK(p && pipe(p->fd) == 0);
    fcntl(p->fd[0], F_SETFL, O_NONBLOCK);
    fcntl(p->fd[0], F_SETPIPE_SZ, 1 << 20);
    p->log = pb_logger_create(p->fd[1], form, least);
    PB_CHECK(p->log != NULL);
    return p;
}

static const char *said(pipe_log *p)
{
    size_t  len = 0;
    ssize_t n;
    while ((n = read(p->fd[0], p->text + len, sizeof p->text - 1 - len)) > 0) len += (size_t)n;
    p->text[len] = '\0';
    return p->text;
}

static void closed(pipe_log *p)
{
    pb_logger_destroy(p->log);
    close(p->fd[0]);
    close(p->fd[1]);
    free(p);
}

static void member_is(const char *line, const char *key, const char *want)
{
    pb_json_doc *doc = NULL;
    pb_error     error;
    char         got[4096] = "";
    if (pb_json_parse(pb_span_of(line), "line", &doc, &error) != PB_OK) fail_msg("%s: %s", error.text, line);
    PB_CHECK_EQ(pb_json_text(pb_json_get(pb_json_root(doc), key), got, sizeof got, NULL), PB_OK);
    PB_CHECK_TEXT(got, want);
    pb_json_free(doc);
}

PB_TEST(a_plain_line_is_a_time_a_stage_and_a_text)
{
    pipe_log *p = opened(PB_LOG_PLAIN, PB_LOG_INFO);
    pb_logger_say(p->log, PB_LOG_INFO, "api", "7f3a", "%d of %s", 3, "them");
    pb_logger_say(p->log, PB_LOG_WARN, "job", NULL, "slow");
    const char *text = said(p);
    PB_CHECK(text[2] == ':' && text[5] == ':' && text[8] == '.');
    PB_CHECK(strncmp(text + 12, " api: 3 of them\n", 16) == 0);
    PB_CHECK_HAS(text, " job: warning: slow\n");
    closed(p);
}

PB_TEST(a_json_line_parses_back_to_what_was_said)
{
    static const char hostile[] = "quote \" slash \\ tab \t bell \a esc \x1b[31m del \x7f e-acute \xc3\xa9";
    pipe_log         *p         = opened(PB_LOG_JSON, PB_LOG_DEBUG);
    pb_logger_say(p->log, PB_LOG_ERROR, "api", "0123456789abcdef0123456789abcdef", "%s", hostile);
    const char *text = said(p);
    member_is(text, "level", "error");
    member_is(text, "stage", "api");
    member_is(text, "id", "0123456789abcdef0123456789abcdef");
    member_is(text, "text", hostile);
    PB_CHECK(strchr(text, '\x1b') == NULL && strchr(text, '\x7f') == NULL);
    PB_CHECK(strncmp(text, "{\"time\":\"20", 11) == 0 && text[32] == 'Z');
    closed(p);
}

PB_TEST(nothing_that_is_said_makes_a_second_line)
{
    static const char forged[] = "x\n{\"level\":\"info\",\"text\":\"forged\"}\r\n";
    for (pb_logger_form form = PB_LOG_PLAIN; form <= PB_LOG_JSON; form++) {
        pipe_log *p = opened(form, PB_LOG_INFO);
        pb_logger_say(p->log, PB_LOG_INFO, "api", "id\n\"", "%s\xff\xc2\x9b", forged);
        const char *text = said(p);
        PB_CHECK(strchr(text, '\n') == text + strlen(text) - 1);
        PB_CHECK(strchr(text, '\r') == NULL && strstr(text, "\xc2\x9b") == NULL && strchr(text, '\xff') == NULL);
        if (form == PB_LOG_JSON) member_is(text, "stage", "api");
        closed(p);
    }
}

PB_TEST(a_line_that_is_too_long_is_cut_and_still_json)
{
    pipe_log *p = opened(PB_LOG_JSON, PB_LOG_INFO);
    char      text[10000];
    for (int kind = 0; kind < 3; kind++) {
        memset(text, kind == 0 ? 'x' : kind == 1 ? '\1' : '"', sizeof text);
        text[sizeof text - 1] = '\0';
        pb_logger_say(p->log, PB_LOG_INFO, text, text, "%s", text);
        const char *line = said(p);
        PB_CHECK(strlen(line) <= 4096 && line[strlen(line) - 1] == '\n');
        member_is(line, "level", "info");
    }
    closed(p);
}

PB_TEST(what_is_below_the_level_is_not_said_and_no_log_takes_nothing)
{
    pipe_log *p = opened(PB_LOG_PLAIN, PB_LOG_WARN);
    pb_logger_say(p->log, PB_LOG_INFO, "api", NULL, "no");
    pb_logger_say(p->log, PB_LOG_OFF, "api", NULL, "no");
    PB_CHECK_TEXT(said(p), "");
    pb_logger_say(NULL, PB_LOG_ERROR, "api", NULL, "no");
    pb_logger_span(NULL, NULL);
    pb_logger_on_span(NULL, NULL, NULL);
    PB_CHECK(!pb_logger_wants_spans(NULL) && !pb_logger_wants_spans(p->log));
    pb_logger_destroy(NULL);
    closed(p);
}

PB_TEST(a_reader_that_does_not_read_stops_nobody_and_is_told_what_it_missed)
{
    pipe_log *p = opened(PB_LOG_PLAIN, PB_LOG_INFO);
    fcntl(p->fd[0], F_SETPIPE_SZ, 8192); /* the pipe itself blocks */
    for (int i = 0; i < 1000; i++) pb_logger_say(p->log, PB_LOG_INFO, "api", NULL, "line %d", i);
    PB_CHECK_HAS(said(p), "line 0\n");
    PB_CHECK(strstr(p->text, "line 999\n") == NULL);
    pb_logger_say(p->log, PB_LOG_INFO, "api", NULL, "read again");
    PB_CHECK_HAS(said(p), "read again\n");
    PB_CHECK_HAS(p->text, " log: warning: ");
    PB_CHECK_HAS(p->text, " lines were lost");
    pb_logger_say(p->log, PB_LOG_INFO, "api", NULL, "and on");
    PB_CHECK(strstr(said(p), "lost") == NULL);
    closed(p);
}

enum { THREADS = 4, LINES = 200 };

static void *talk(void *user)
{
    for (int i = 0; i < LINES; i++) pb_logger_say(user, PB_LOG_INFO, "api", NULL, "%0100d<end>", i);
    return NULL;
}

PB_TEST(lines_of_many_threads_are_whole)
{
    pipe_log *p = opened(PB_LOG_PLAIN, PB_LOG_INFO);
    pthread_t t[THREADS];
    int       lines = 0;
    for (int i = 0; i < THREADS; i++) PB_CHECK_EQ(pthread_create(&t[i], NULL, talk, p->log), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(t[i], NULL);
    for (char *at = (char *)(uintptr_t)said(p), *end; (end = strchr(at, '\n')); at = end + 1, lines++) {
        PB_CHECK_EQ(end - at, 12 + 6 + 100 + 5);
        PB_CHECK(memcmp(end - 5, "<end>", 5) == 0);
    }
    PB_CHECK_EQ(lines, THREADS * LINES);
    closed(p);
}

static void keep(void *user, const pb_trace_span *span)
{
    *(int32_t *)user += span->status;
}

PB_TEST(spans_go_to_who_hung_himself_in)
{
    pipe_log     *p     = opened(PB_LOG_PLAIN, PB_LOG_OFF);
    int32_t       sum   = 0;
    pb_trace_span given = {.name = "GET /x", .status = 200};
    pb_logger_span(p->log, &given);
    pb_logger_on_span(p->log, keep, &sum);
    PB_CHECK(pb_logger_wants_spans(p->log));
    pb_logger_span(p->log, &given);
    pb_logger_span(p->log, NULL);
    pb_logger_on_span(p->log, NULL, NULL);
    pb_logger_span(p->log, &given);
    PB_CHECK_EQ(sum, 200);
    closed(p);
}

PB_TEST_MAIN(PB_RUN(a_plain_line_is_a_time_a_stage_and_a_text), PB_RUN(a_json_line_parses_back_to_what_was_said),
             PB_RUN(nothing_that_is_said_makes_a_second_line), PB_RUN(a_line_that_is_too_long_is_cut_and_still_json),
             PB_RUN(what_is_below_the_level_is_not_said_and_no_log_takes_nothing),
             PB_RUN(a_reader_that_does_not_read_stops_nobody_and_is_told_what_it_missed),
             PB_RUN(lines_of_many_threads_are_whole), PB_RUN(spans_go_to_who_hung_himself_in))
