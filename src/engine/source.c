/* A recording or a file, as frames. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/engine_source.h"

struct pb_source {
    pb_record_reader *record; /* or */
    pb_file_feed     *file;
    uint64_t          seq;
    char              id[PB_RECORD_ID_MAX];
};

/* What tells a file from another of the same name: how it begins. */
static uint32_t mark_of(const char *path)
{
    static const size_t head_max = 65536;
    char               *head     = malloc(head_max);
    FILE               *file     = head ? fopen(path, "rb") : NULL;
    uint32_t            mark     = 0;
    if (file) {
        mark = pb_crc32((pb_span){head, fread(head, 1, head_max, file)});
        (void)fclose(file);
    }
    free(head);
    return mark;
}

/* "file-2023_07_spanish-5a1b9c33": the name, cut, and the mark. */
static void name_after(const char *path, char id[PB_RECORD_ID_MAX])
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/') len--;
    size_t from = len;
    while (from > 0 && path[from - 1] != '/') from--;
    char name[18];
    pb_utf8_copy((pb_span){path + from, len - from}, name, sizeof name);
    (void)snprintf(id, PB_RECORD_ID_MAX, "file-%s-%08x", name, mark_of(path));
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
