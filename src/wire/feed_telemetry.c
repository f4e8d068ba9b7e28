/* feed_telemetry: CSV of telemetry behind pb_file_feed. */
#include "file_feed_parts.h"

static bool recognise(const char *path, bool folder, pb_span head)
{
    return !folder && pb__telemetry_feed_recognise(path, head);
}

const pb__file_part pb__part_telemetry = {
    .what      = "telemetry CSV",
    .recognise = recognise,
    .open      = pb__telemetry_feed_open,
    .next      = pb__telemetry_feed_next,
    .close     = pb__telemetry_feed_close,
    .refused   = pb__telemetry_feed_refused,
};
