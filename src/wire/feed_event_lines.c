/* feed_event_lines: a file of event lines, one a line, in the order of the file. */
#include <stdlib.h>
#include <string.h>

#include "file_feed_parts.h"

typedef struct lines {
    pb_bytes bytes;
    size_t   at;
    int64_t  zero_us, last_us;
    bool     dated;
    uint32_t refused;
} lines;

static pb_span first_line(pb_span text)
{
    const char *end = text.len ? memchr(text.at, '\n', text.len) : NULL;
    return pb_span_trim((pb_span){text.at, end ? (size_t)(end - text.at) : text.len});
}

static bool recognise(const char *path, bool folder, pb_span head)
{
    pb_event e;
    (void)path;
    head = pb_span_trim(head);
    if (folder || head.len == 0 || head.at[0] != '{') return false;
    pb_span line = first_line(head);
    /* a first line with a mistake in it is still one of a file of events */
    return pb_event_line_read(line, &e, NULL) == PB_OK || (line.len > 9 && memcmp(line.at, "{\"event\":", 9) == 0);
}

static pb_status open_lines(const char *path, void **state, pb_error *error)
{
    lines *l = calloc(1, sizeof *l);
    if (!l) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    pb_status status = pb_file_read(path, 0, &l->bytes, error);
    l->last_us       = INT64_MIN;
    if (status != PB_OK)
        free(l);
    else
        *state = l;
    return status;
}

/* A date, else the session clock from the last date's zero; a line with neither is due at once. */
static int64_t due(lines *l, const pb_event *e)
{
    if (e->at_us != PB_US_NONE) {
        if (e->session_ms != PB_MS_NONE &&
            !__builtin_sub_overflow(e->at_us, e->session_ms * INT64_C(1000), &l->zero_us))
            l->dated = true;
        return e->at_us;
    }
    if (e->session_ms == PB_MS_NONE) return l->last_us == INT64_MIN ? 0 : l->last_us;
    return (l->dated ? l->zero_us : 0) + e->session_ms * INT64_C(1000);
}

static pb_status next_line(void *state, pb_file_record *out, pb_error *error)
{
    lines   *l = state;
    pb_event e;
    (void)error;
    while (l->at < l->bytes.len) {
        pb_span     left = {l->bytes.at + l->at, l->bytes.len - l->at};
        const char *end  = memchr(left.at, '\n', left.len);
        size_t      len  = end ? (size_t)(end - left.at) : left.len;
        pb_span     line = pb_span_trim((pb_span){left.at, len});
        l->at += len + (end ? 1 : 0);
        if (line.len == 0) continue;
        if (pb_event_line_read(line, &e, NULL) != PB_OK) {
            l->refused++;
            continue;
        }
        l->last_us = due(l, &e);
        *out       = (pb_file_record){PB_FEED_EVENT, l->last_us, line};
        return PB_OK;
    }
    return PB_E_EMPTY;
}

static void close_lines(void *state)
{
    lines *l = state;
    pb_bytes_free(&l->bytes);
    free(l);
}

static uint32_t refused(const void *state)
{
    return ((const lines *)state)->refused;
}

const pb__file_part pb__part_event_lines = {"event lines", recognise, open_lines, next_line, close_lines, refused};
