/* telemetry_feed: a file of telemetry as records of points, a quarter of a second
 * or 64 kB each, in NDJSON. */
#include <stdlib.h>

#include "file_feed_parts.h"
#include "pitboard/codec_fast.h"
#include "pitboard/wire_telemetry.h"

#define RECORD_BYTES (64u << 10)
#define RECORD_US 250000

typedef struct feed {
    pb_telemetry_file *file;
    pb_telemetry_mark  mark;  /* behind the last record */
    pb_point           ahead; /* read, but of the next record */
    bool               has_ahead, ended;
    int64_t            at_us;
    char               text[RECORD_BYTES + PB_POINT_LINE_MAX + 1];
} feed;

bool pb__telemetry_feed_recognise(const char *path, pb_span head)
{
    return pb_telemetry_is(head) || (pb_packing_of(head) != PB_PACKING_NONE && pb_telemetry_is_file(path));
}

pb_status pb__telemetry_feed_open_at(const char *path, uint64_t offset, uint64_t line, void **state, pb_error *error)
{
    pb_telemetry_options options = {.from = {offset, line}};
    feed                *f       = calloc(1, sizeof *f);
    if (!f) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = pb_telemetry_open(path, &options, &f->file, error);
    if (status != PB_OK) {
        free(f);
        return status;
    }
    f->mark = pb_telemetry_tell(f->file);
    *state  = f;
    return PB_OK;
}

pb_status pb__telemetry_feed_open(const char *path, void **state, pb_error *error)
{
    return pb__telemetry_feed_open_at(path, 0, 0, state, error);
}

/* The next point, with the place before it. */
static pb_status peek(feed *f, pb_error *error)
{
    if (f->has_ahead) return PB_OK;
    f->mark = pb_telemetry_tell(f->file);
    PB_TRY(pb_telemetry_next(f->file, &f->ahead, error));
    f->has_ahead = true;
    return PB_OK;
}

pb_status pb__telemetry_feed_next(void *state, pb_file_record *out, pb_error *error)
{
    feed     *f   = state;
    size_t    len = 0;
    pb_status status;
    PB_TRY(peek(f, error));
    int64_t from = f->ahead.time_us;
    do {
        len += pb_point_line_write(&f->ahead, f->text + len, PB_POINT_LINE_MAX);
        f->text[len++] = '\n';
        f->has_ahead   = false;
        status         = peek(f, error);
    } while (status == PB_OK && len < RECORD_BYTES && f->ahead.time_us - from < RECORD_US);
    if (from > f->at_us) f->at_us = from;
    *out = (pb_file_record){.kind = PB_FEED_POINTS, .at_us = f->at_us, .bytes = {f->text, len}};
    return PB_OK; /* what went wrong behind it comes with the next call */
}

uint32_t pb__telemetry_feed_refused(const void *state)
{
    const feed *f = state;
    uint64_t    n = pb_telemetry_sums_of(f->file)->refused;
    return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

void pb__telemetry_feed_tell(const void *state, uint64_t *offset, uint64_t *line)
{
    const feed *f = state;
    *offset       = f->mark.offset;
    *line         = f->mark.line;
}

void pb__telemetry_feed_close(void *state)
{
    feed *f = state;
    if (!f) return;
    pb_telemetry_close(f->file);
    free(f);
}
