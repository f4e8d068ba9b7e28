#include "pitboard/base_log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A line is at most this long, escapes and all. Within PIPE_BUF (4,096 on Linux), so that a pipe
 * takes it whole or not at all, from any number of threads and processes. */
#define LINE_MAX_BYTES 4096
#define TEXT_MAX_BYTES 2048
#define WORD_MAX_BYTES 64 /* of a stage or an id */
/* Longer than this nobody waits for a reader that does not read; the line is lost and counted. */
#define PATIENCE_MS 20

struct pb_logger {
    int              fd;
    pb_logger_form   form;
    pb_logger_level  least;
    pthread_mutex_t  writing; /* from the question whether there is room to the line that takes it */
    uint64_t         lost;    /* lines since the last that came through; under writing */
    pthread_rwlock_t spans;   /* held to read while a span is given, so that who unhooks knows it is over */
    void (*on_span)(void *user, const pb_trace_span *span);
    void       *span_user;
    atomic_bool wants_spans;
};

typedef struct line {
    char   bytes[LINE_MAX_BYTES];
    size_t len;
} line;

static const char *const level_names[] = {"debug", "info", "warn", "error", "off"};

pb_logger *pb_logger_create(int fd, pb_logger_form form, pb_logger_level least)
{
    pb_logger *log = calloc(1, sizeof *log);
    if (!log) return NULL;
    log->fd    = fd;
    log->form  = form;
    log->least = least;
    pthread_mutex_init(&log->writing, NULL);
    pthread_rwlock_init(&log->spans, NULL);
    return log;
}

void pb_logger_destroy(pb_logger *log)
{
    if (!log) return;
    pthread_mutex_destroy(&log->writing);
    pthread_rwlock_destroy(&log->spans);
    free(log);
}

/* ---- a line ---- */
/* All of it or nothing: half an escape would be no JSON. Room is left for the end of the line. */
static bool put(line *l, const char *bytes, size_t len)
{
    if (len > sizeof l->bytes - 8 - l->len) return false;
    memcpy(l->bytes + l->len, bytes, len);
    l->len += len;
    return true;
}

static bool put_text(line *l, const char *text)
{
    return put(l, text, strlen(text));
}

static bool put_control(line *l, unsigned char c, bool json)
{
    char escaped[8];
    int  n = snprintf(escaped, sizeof escaped, json ? "\\u%04x" : "\\x%02x", c);
    return put(l, escaped, (size_t)n);
}

/* U+0080 .. U+009F are control characters too: some terminals obey them. */
static bool is_c1(pb_span text)
{
    return text.len > 1 && (unsigned char)text.at[0] == 0xc2 && (unsigned char)text.at[1] < 0xa0;
}

static bool put_one(line *l, pb_span text, size_t step, bool json)
{
    unsigned char c = (unsigned char)text.at[0];
    if (step == 0) return json ? put_text(l, "\xef\xbf\xbd") : put_control(l, c, false);
    if (is_c1(text)) return put_control(l, (unsigned char)text.at[1], json);
    if (c < 0x20 || c == 0x7f) return put_control(l, c, json);
    if (json && (c == '"' || c == '\\')) return put(l, c == '"' ? "\\\"" : "\\\\", 2);
    return put(l, text.at, step);
}

/* What does not fit is cut off at a character. */
static void put_escaped(line *l, const char *text, size_t max, bool json)
{
    pb_span left = {text, strnlen(text, max)};
    while (left.len > 0) {
        size_t step = pb_utf8_step(left);
        if (!put_one(l, left, step, json)) return;
        left.at += step ? step : 1;
        left.len -= step ? step : 1;
    }
}

static void put_time(line *l, bool json)
{
    struct timespec now;
    struct tm       utc;
    char            text[48];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    size_t n = strftime(text, sizeof text, json ? "%Y-%m-%dT%H:%M:%S" : "%H:%M:%S", &utc);
    snprintf(text + n, sizeof text - n, json ? ".%03dZ" : ".%03d", (int)(now.tv_nsec / 1000000));
    put_text(l, text);
}

static void put_member(line *l, const char *key, const char *text)
{
    put_text(l, ",\"");
    put_text(l, key);
    put_text(l, "\":\"");
    put_escaped(l, text, WORD_MAX_BYTES, true);
    put_text(l, "\"");
}

static void make_json(line *l, pb_logger_level level, const char *stage, const char *id, const char *text)
{
    put_text(l, "{\"time\":\"");
    put_time(l, true);
    put_text(l, "\"");
    put_member(l, "level", level_names[level]);
    put_member(l, "stage", stage);
    if (id && id[0]) put_member(l, "id", id);
    put_text(l, ",\"text\":\"");
    put_escaped(l, text, TEXT_MAX_BYTES, true);
    memcpy(l->bytes + l->len, "\"}\n", 3); /* its room was left by put */
    l->len += 3;
}

static void make_plain(line *l, pb_logger_level level, const char *stage, const char *text)
{
    put_time(l, false);
    put_text(l, " ");
    put_escaped(l, stage, WORD_MAX_BYTES, false);
    put_text(l, level == PB_LOG_ERROR ? ": error: " : level == PB_LOG_WARN ? ": warning: " : ": ");
    put_escaped(l, text, TEXT_MAX_BYTES, false);
    l->bytes[l->len++] = '\n';
}

/* ---- out ---- */
/* Asks first, so that a pipe that nobody reads stops nobody, however it was opened. (Only another
 * process with the same blocking pipe can take the room between question and line.) */
static bool sent(int fd, const line *l, int patience_ms)
{
    struct pollfd out = {.fd = fd, .events = POLLOUT};
    for (int tries = 0; tries < 8; tries++) {
        int ready = poll(&out, 1, patience_ms);
        if (ready == 0) return false;
        if (ready > 0 && write(fd, l->bytes, l->len) >= 0) return true;
        if (errno != EINTR) return false;
    }
    return false;
}

static void make(line *l, const pb_logger *log, pb_logger_level level, const char *stage, const char *id,
                 const char *text)
{
    l->len = 0;
    if (log->form == PB_LOG_JSON) {
        make_json(l, level, stage, id, text);
    } else {
        make_plain(l, level, stage, text);
    }
}

/* Under the lock. The first line that goes through again is followed by how many did not. */
static void tell_lost(pb_logger *log, line *l)
{
    if (log->lost == 0) return;
    char text[96];
    snprintf(text, sizeof text, "%llu lines were lost: nobody read them in time", (unsigned long long)log->lost);
    make(l, log, PB_LOG_WARN, "log", NULL, text);
    if (sent(log->fd, l, 0)) log->lost = 0;
}

void pb_logger_say(pb_logger *log, pb_logger_level level, const char *stage, const char *id, const char *format, ...)
{
    if (!log || level < log->least || level >= PB_LOG_OFF) return;
    char    text[TEXT_MAX_BYTES];
    line    l;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    make(&l, log, level, stage ? stage : "", id, text);
    pthread_mutex_lock(&log->writing);
    if (sent(log->fd, &l, log->lost ? 0 : PATIENCE_MS)) { /* waited for once, not once a line */
        tell_lost(log, &l);
    } else {
        log->lost++;
    }
    pthread_mutex_unlock(&log->writing);
}

/* ---- spans ---- */
void pb_logger_on_span(pb_logger *log, void (*f)(void *user, const pb_trace_span *span), void *user)
{
    if (!log) return;
    pthread_rwlock_wrlock(&log->spans);
    log->on_span   = f;
    log->span_user = user;
    atomic_store_explicit(&log->wants_spans, f != NULL, memory_order_relaxed);
    pthread_rwlock_unlock(&log->spans);
}

void pb_logger_span(pb_logger *log, const pb_trace_span *span)
{
    if (!span || !pb_logger_wants_spans(log)) return;
    pthread_rwlock_rdlock(&log->spans);
    if (log->on_span) log->on_span(log->span_user, span);
    pthread_rwlock_unlock(&log->spans);
}

bool pb_logger_wants_spans(const pb_logger *log)
{
    return log && atomic_load_explicit(&log->wants_spans, memory_order_relaxed);
}
