/* feed_live_timing: recordings of F1 live timing behind pb_file_feed. */
#include "file_feed_parts.h"

static bool recognise(const char *path, bool folder, pb_span head)
{
    (void)folder;
    (void)head;
    pb__lt_file *file = NULL;
    if (pb__lt_file_open(path, &file, NULL) != PB_OK) return false;
    pb__lt_file_close(file);
    return true;
}

static pb_status open_file(const char *path, void **state, pb_error *error)
{
    pb__lt_file *file = NULL;
    PB_TRY(pb__lt_file_open(path, &file, error));
    *state = file;
    return PB_OK;
}

static pb_status next(void *state, pb_file_record *out, pb_error *error)
{
    return pb__lt_file_next(state, out, error);
}

static void close_file(void *state)
{
    pb__lt_file_close(state);
}

static uint32_t refused(const void *state)
{
    return pb__lt_file_refused(state);
}

const pb__file_part pb__part_live_timing = {
    .what      = "a recording of F1 live timing",
    .recognise = recognise,
    .open      = open_file,
    .next      = next,
    .close     = close_file,
    .refused   = refused,
};
