/* A recording or a file, as frames. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/engine_source.h"

struct pb_source {
    pb_record_reader *record; /* or */
    pb_file_feed     *file;
    uint64_t          seq;
    char              id[PB_RECORD_ID_MAX];
};

/* "file-2023_07_spanish.csv"; a longer name is cut and marked, so that two stay two. */
static void name_after(const char *path, char id[PB_RECORD_ID_MAX])
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/') len--;
    size_t from = len;
    while (from > 0 && path[from - 1] != '/') from--;
    pb_span name = {path + from, len - from};
    if (name.len + sizeof "file-" <= PB_RECORD_ID_MAX)
        (void)snprintf(id, PB_RECORD_ID_MAX, "file-%.*s", (int)name.len, name.at);
    else
        (void)snprintf(id, PB_RECORD_ID_MAX, "file-%.17s-%08x", name.at, pb_crc32(name));
}

pb_status pb_source_open(const char *path, pb_source **out, pb_error *error)
{
    pb_source *s = calloc(1, sizeof *s);
    if (!s) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    pb_status status;
    if (pb_record_is(path)) {
        status = pb_record_reader_open(path, 1, &s->record, error);
        if (status == PB_OK) (void)snprintf(s->id, sizeof s->id, "%s", pb_record_reader_id(s->record));
    } else {
        status = pb_file_feed_open(path, &s->file, error);
        name_after(path, s->id);
    }
    if (status != PB_OK) {
        free(s);
        return status;
    }
    *out = s;
    return PB_OK;
}

void pb_source_close(pb_source *source)
{
    if (!source) return;
    pb_record_reader_close(source->record);
    if (source->file) pb_file_feed_close(source->file);
    free(source);
}

pb_status pb_source_next(pb_source *source, pb_frame *out, pb_error *error)
{
    pb_file_record r;
    if (source->record) return pb_record_reader_next(source->record, out, error);
    PB_TRY(pb_file_feed_next(source->file, &r, error));
    *out =
        (pb_frame){.seq = ++source->seq, .received_us = r.at_us, .mono_us = r.at_us, .kind = r.kind, .bytes = r.bytes};
    return PB_OK;
}

bool pb_source_is_record(const pb_source *source)
{
    return source->record != NULL;
}

const char *pb_source_id(const pb_source *source)
{
    return source->id;
}

pb_record_reader_stats pb_source_record_stats(const pb_source *source)
{
    if (source->record) return pb_record_reader_stats_get(source->record);
    return (pb_record_reader_stats){0};
}

uint32_t pb_source_refused(const pb_source *source)
{
    return source->file ? pb_file_feed_refused(source->file) : 0;
}
