/* lt_file: a recording of live timing as records in the order of receipt. */
#include "lt_file.h"

#include <stdlib.h>
#include <string.h>

#include "lt_time.h"

/* The time of the line that is next; that of the one before when it has none. */
static void date_line(pb__lt_source *s)
{
    pb_span rest;
    int64_t at = 0;
    bool    ok = s->topic != PB__LT_T_N ? pb__lt_line_clock(s->line, &at, &rest)
                 : s->whole             ? pb__lt_time_of_snapshot(s->line, &at)
                                        : pb__lt_time_of_line(s->line, &at);
    if (ok) s->at_us = at;
}

/* Moves to the next line; an empty one at the end. */
static void step(pb__lt_file *file, pb__lt_source *s)
{
    for (;;) {
        s->line = (pb_span){0};
        if (s->whole) {
            s->line = s->left;
            s->left = (pb_span){0};
        } else if (!pb__lt_take_line(&s->left, &s->line)) {
            return;
        }
        if (s->line.len <= PB__LT_MESSAGE_MAX) break;
        file->refused++;
    }
    if (s->line.len > 0) date_line(s);
}

/* Lines before the first that has a time are due with it. */
static int64_t first_time(const pb__lt_source *s)
{
    pb__lt_source ahead = *s;
    ahead.at_us         = PB_US_NONE;
    while (ahead.at_us == PB_US_NONE && pb__lt_take_line(&ahead.left, &ahead.line)) date_line(&ahead);
    return ahead.at_us;
}

static void start(pb__lt_file *file)
{
    int64_t next = PB_US_NONE;
    for (uint32_t i = file->n; i-- > 0;) { /* from the last, so that a snapshot knows what follows */
        pb__lt_source *s = &file->sources[i];
        s->at_us         = s->whole ? PB_US_NONE : first_time(s);
        step(file, s);
        bool late = next != PB_US_NONE && !file->merge && (s->at_us == PB_US_NONE || s->at_us > next);
        if (late) s->at_us = next;
        next = s->at_us;
    }
}

pb_status pb__lt_file_open(const char *path, pb__lt_file **out, pb_error *error)
{
    pb__lt_file *file = calloc(1, sizeof *file);
    if (!file) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = pb__lt_find_sources(file, path, error);
    if (status != PB_OK) {
        pb__lt_file_close(file);
        return status;
    }
    file->last_us = PB_US_NONE;
    start(file);
    *out = file;
    return PB_OK;
}

void pb__lt_file_close(pb__lt_file *file)
{
    if (!file) return;
    for (uint32_t i = 0; i < file->n; i++) pb_bytes_free(&file->sources[i].bytes);
    free(file->line);
    free(file);
}

/* The stream whose next line is due first; of several at one time the first topic. */
static pb__lt_source *earliest(pb__lt_file *file)
{
    pb__lt_source *best = NULL;
    for (uint32_t i = 0; i < file->n; i++) {
        pb__lt_source *s = &file->sources[i];
        if (s->line.len == 0) continue;
        if (!best || s->at_us < best->at_us || (s->at_us == best->at_us && s->topic < best->topic)) best = s;
    }
    return best;
}

static bool same(pb_span a, pb_span b)
{
    return a.len == b.len && memcmp(a.at, b.at, a.len) == 0;
}

/* The part that is being read; it ends where the next one begins. */
static pb__lt_source *current(pb__lt_file *file)
{
    for (; file->at < file->n; file->at++) {
        pb__lt_source *s       = &file->sources[file->at];
        bool           overlap = file->at + 1 < file->n && same(s->line, file->sources[file->at + 1].line);
        if (s->line.len > 0 && !overlap) return s;
    }
    return NULL;
}

/* "TimingData 00:12:03.400{...}" */
static pb_status with_topic(pb__lt_file *file, const pb__lt_source *s, pb_span *out, pb_error *error)
{
    const char *topic  = pb__lt_topic_name(s->topic);
    const char *packed = s->topic == PB__LT_T_CarData || s->topic == PB__LT_T_Position ? ".z " : " ";
    size_t      n = strlen(topic), m = strlen(packed), need = n + m + s->line.len;
    if (need > file->line_size) {
        char *more = realloc(file->line, need * 2);
        if (!more) return pb_error_set(error, PB_E_NOMEM, "out of memory");
        file->line      = more;
        file->line_size = need * 2;
    }
    memcpy(file->line, topic, n);
    memcpy(file->line + n, packed, m);
    memcpy(file->line + n + m, s->line.at, s->line.len);
    *out = (pb_span){file->line, need};
    return PB_OK;
}

pb_status pb__lt_file_next(pb__lt_file *file, pb_file_record *out, pb_error *error)
{
    pb__lt_source *s     = file->merge ? earliest(file) : current(file);
    pb_span        bytes = {0};
    if (!s) return PB_E_EMPTY;
    if (s->topic == PB__LT_T_N)
        bytes = s->line;
    else
        PB_TRY(with_topic(file, s, &bytes, error));
    int64_t at = s->at_us == PB_US_NONE ? 0 : s->at_us;
    if (at < file->last_us) {
        at = file->last_us;
        file->went_back++;
    }
    *out          = (pb_file_record){.kind = PB_FEED_LIVE_TIMING, .at_us = at, .bytes = bytes};
    file->last_us = at;
    step(file, s);
    return PB_OK;
}

uint32_t pb__lt_file_refused(const pb__lt_file *file)
{
    return file->refused;
}

uint32_t pb__lt_file_went_back(const pb__lt_file *file)
{
    return file->went_back;
}
