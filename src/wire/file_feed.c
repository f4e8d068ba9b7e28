/* file_feed: any file that can be replayed, as records in the order of their times. */
#include <stdlib.h>
#include <sys/stat.h>

#include "file_feed_parts.h"

/* The first that recognises a path has it. */
static const pb__file_part *const parts[] = {
    &pb__part_event_lines, &pb__part_laps, &pb__part_telemetry, &pb__part_tables, &pb__part_live_timing,
};

#define PARTS_N (sizeof parts / sizeof *parts)

struct pb_file_feed {
    const pb__file_part *part;
    void                *state;
    int64_t              last_us;
};

static pb_status read_head(const char *path, char *head, size_t *n, pb_error *error)
{
    FILE *f = fopen(path, "rb");
    if (!f) return pb_error_set(error, PB_E_IO, "%s: cannot be opened", path);
    *n        = fread(head, 1, PB__FEED_HEAD_MAX, f);
    bool fine = !ferror(f);
    fclose(f);
    return fine ? PB_OK : pb_error_set(error, PB_E_IO, "%s: cannot be read", path);
}

static pb_status refuse(const char *path, bool folder, pb_span head, pb_error *error)
{
    if (folder)
        return pb_error_set(error, PB_E_UNSUPPORTED,
                            "%s: a folder in which nothing can be replayed (wanted: laps of one session with what was "
                            "recorded beside them)",
                            path);
    if (head.len == 0) return pb_error_set(error, PB_E_UNSUPPORTED, "%s: the file is empty", path);
    int         n     = 0;
    const char *begin = head.at;
    while (n < 60 && (size_t)n < head.len && begin[n] >= ' ' && begin[n] <= '~') n++;
    return pb_error_set(
        error, PB_E_UNSUPPORTED,
        "%s: nothing that can be replayed; it begins \"%.*s\" (wanted: event lines, a lap CSV, telemetry "
        "CSV, timing tables of one session, a recording)",
        path, n, begin);
}

static const pb__file_part *part_of(const char *path, bool folder, pb_span head)
{
    for (size_t i = 0; i < PARTS_N; i++)
        if (parts[i]->recognise(path, folder, head)) return parts[i];
    return NULL;
}

pb_status pb_file_feed_open(const char *path, pb_file_feed **out, pb_error *error)
{
    char        head[PB__FEED_HEAD_MAX];
    size_t      n = 0;
    struct stat st;
    if (stat(path, &st) != 0) return pb_error_set(error, PB_E_NOENT, "%s: is not there", path);
    bool folder = S_ISDIR(st.st_mode);
    if (!folder) PB_TRY(read_head(path, head, &n, error));
    const pb__file_part *part = part_of(path, folder, (pb_span){head, n});
    if (!part) return refuse(path, folder, (pb_span){head, n}, error);
    pb_file_feed *feed = calloc(1, sizeof *feed);
    if (!feed) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    feed->part       = part;
    feed->last_us    = INT64_MIN;
    pb_status status = part->open(path, &feed->state, error);
    if (status != PB_OK) {
        free(feed);
        return status;
    }
    *out = feed;
    return PB_OK;
}

pb_status pb_file_feed_next(pb_file_feed *feed, pb_file_record *out, pb_error *error)
{
    pb_file_record record;
    PB_TRY(feed->part->next(feed->state, &record, error));
    if (record.at_us < feed->last_us) record.at_us = feed->last_us;
    feed->last_us = record.at_us;
    *out          = record;
    return PB_OK;
}

void pb_file_feed_close(pb_file_feed *feed)
{
    if (!feed) return;
    feed->part->close(feed->state);
    free(feed);
}

uint32_t pb_file_feed_refused(const pb_file_feed *feed)
{
    return feed->part->refused(feed->state);
}
