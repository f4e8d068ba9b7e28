/* Event lines: any bytes, line by line, into a tracker; what is read is written and read
 * back the same, and the state keeps its promises. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/race_tracker.h"
#include "pitboard/wire_feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_back(const pb_event *e)
{
    char     line[PB_EVENT_LINE_MAX], again[PB_EVENT_LINE_MAX];
    pb_event back;
    pb_error error = {0};
    size_t   n     = pb_event_line_write(e, line, sizeof line);
    PB_ASSERT(n > 0);
    PB_ASSERT(pb_event_line_read((pb_span){line, n}, &back, &error) == PB_OK);
    size_t m = pb_event_line_write(&back, again, sizeof again);
    PB_ASSERT(m == n && memcmp(line, again, n) == 0);
}

static void take(void *user, const pb_event *e)
{
    check_back(e);
    (void)pb_tracker_apply(user, e);
}

static void check_state(const pb_tracker *t)
{
    const pb_race_state *s                 = pb_tracker_state(t);
    bool                 seen[PB_CARS_MAX] = {false};
    pb_race_log          log;
    PB_ASSERT(s->n_cars <= PB_CARS_MAX && s->n_phases <= PB_LIVE_PHASES_MAX);
    for (uint32_t k = 0; k < s->n_cars; k++) {
        PB_ASSERT(s->order[k] < s->n_cars && !seen[s->order[k]]);
        seen[s->order[k]] = true;
        PB_ASSERT(s->cars[k].n_stints <= PB_STINTS_MAX && s->cars[k].laps <= PB_LAPS_MAX);
    }
    pb_race_log_init(&log);
    if (pb_tracker_log(t, &log, NULL) == PB_OK)
        for (uint32_t c = 0; c < log.n_cars; c++)
            for (uint32_t i = 0; i < log.cars[c].n_laps; i++)
                PB_ASSERT(log.cars[c].laps[i].number > 0 && log.cars[c].laps[i].session_ms != PB_MS_NONE);
    pb_race_log_fini(&log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pb_tracker *t; /* 7 MB: once */
    if (!t && pb_tracker_create(&t, NULL) != PB_OK) abort();
    pb_tracker_reset(t);
    pb_feed_sink sink = {.user = t, .event = take};
    pb_span      left = {(const char *)data, size};
    while (left.len > 0) {
        const char *end = memchr(left.at, '\n', left.len);
        size_t      n   = end ? (size_t)(end - left.at) : left.len;
        pb_event_line_feed((pb_span){left.at, n}, 1000000, &sink);
        n += end != NULL;
        left = (pb_span){left.at + n, left.len - n};
    }
    check_state(t);
    return 0;
}
