/* live_replay: a file or folder through its feed into a tracker. */
#ifndef PB_LIVE_REPLAY_H
#define PB_LIVE_REPLAY_H

#include "lap_fixture.h"
#include "pitboard/race_tracker.h"
#include "pitboard/wire_feed.h"

typedef struct live_replay {
    pb_tracker *tracker;
    bool (*keep)(const pb_event *e); /* NULL: all */
    void (*after)(struct live_replay *replay, const pb_event *e, pb_meaning meaning);
    void    *user;
    uint32_t n_events, n_refused;
    uint32_t bits; /* of all meanings */
} live_replay;

static inline void live_replay_event(void *user, const pb_event *e)
{
    live_replay *r = user;
    if (r->keep && !r->keep(e)) return;
    pb_meaning meaning = pb_tracker_apply(r->tracker, e);
    r->n_events++;
    r->n_refused += meaning.refused != NULL;
    r->bits |= meaning.bits;
    if (r->after) r->after(r, e, meaning);
}

static inline void live_replay_refused(void *user, const char *why)
{
    (void)user;
    fail_msg("a feed refuses its own line: %s", why);
}

/* Plays it to its end. */
static inline void live_replay_file(live_replay *r, const char *path)
{
    pb_file_feed  *feed = NULL;
    pb_file_record record;
    pb_error       error = {0};
    pb_status      got;
    int64_t        last = INT64_MIN;
    pb_feed_sink   sink = {.user = r, .event = live_replay_event, .refused = live_replay_refused};
    if (pb_file_feed_open(path, &feed, &error) != PB_OK) fail_msg("%s", error.text);
    while ((got = pb_file_feed_next(feed, &record, &error)) == PB_OK) {
        PB_CHECK_EQ(record.kind, PB_FEED_EVENT);
        PB_CHECK(record.at_us >= last);
        last = record.at_us;
        pb_event_line_feed(record.bytes, record.at_us, &sink);
    }
    PB_CHECK_EQ(got, PB_E_EMPTY);
    pb_file_feed_close(feed);
}

static inline pb_tracker *live_tracker(void)
{
    pb_tracker *t     = NULL;
    pb_error    error = {0};
    if (pb_tracker_create(&t, &error) != PB_OK) fail_msg("%s", error.text);
    return t;
}

#endif
