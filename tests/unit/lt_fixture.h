/* A decoder of live timing whose events, points and refusals are kept. */
#ifndef PB_LT_FIXTURE_H
#define PB_LT_FIXTURE_H

#include "pb_test.h"
#include "pitboard/codec.h"
#include "pitboard/wire_feed.h"
#include "wire/lt_parts.h"

#define KEPT 4096
#define LT_DIR PB_SHARED_DIR "/data/f1-live-timing-raw/"
#define FASTF1_DIR PB_SHARED_DIR "/data/fast-f1-reference/"

typedef struct heard {
    pb_live_timing *timing;
    pb_feed_sink    sink;
    pb_event       *events; /* the first KEPT */
    pb_point       *points;
    uint32_t        n_events, n_points, n_refused;
    uint32_t        of_kind[PB_EV_N];
    struct {
        const char *why;
        uint32_t    n;
    } why[64];
    uint32_t n_why;
} heard;

static inline void hear_event(void *user, const pb_event *e)
{
    heard *h = user;
    if (h->n_events < KEPT) h->events[h->n_events] = *e;
    h->n_events++;
    h->of_kind[e->kind]++;
    PB_CHECK_EQ(e->origin, PB_ORIGIN_LIVE_TIMING);
    PB_CHECK(pb_utf8_valid(pb_span_of(e->text)) && pb_utf8_valid(pb_span_of(e->name)));
}

static inline void hear_point(void *user, const pb_point *p)
{
    heard *h = user;
    if (h->n_points < KEPT) h->points[h->n_points] = *p;
    h->n_points++;
}

static inline void hear_refusal(void *user, const char *why)
{
    heard   *h = user;
    uint32_t i = 0;
    while (i < h->n_why && strcmp(h->why[i].why, why) != 0) i++;
    PB_CHECK(i < 64);
    if (i == h->n_why) h->why[h->n_why++].why = why;
    h->why[i].n++;
    h->n_refused++;
}

static inline heard *hear(void)
{
    heard *h  = calloc(1, sizeof *h);
    h->events = calloc(KEPT, sizeof *h->events);
    h->points = calloc(KEPT, sizeof *h->points);
    h->sink   = (pb_feed_sink){h, hear_event, hear_point, hear_refusal};
    PB_CHECK_EQ(pb_live_timing_create(&h->timing, NULL), PB_OK);
    return h;
}

static inline void hear_end(heard *h)
{
    pb_live_timing_destroy(h->timing);
    free(h->events);
    free(h->points);
    free(h);
}

static inline void say(heard *h, const char *message)
{
    pb_live_timing_feed(h->timing, pb_span_of(message), PB_US_NONE, &h->sink);
}

/* How often something was refused for this reason. */
static inline uint32_t refused(const heard *h, const char *why)
{
    for (uint32_t i = 0; i < h->n_why; i++)
        if (strcmp(h->why[i].why, why) == 0) return h->why[i].n;
    return 0;
}

/* The n-th event of a kind from 0; fails when there is none. */
static inline const pb_event *event_of(const heard *h, pb_event_kind kind, uint32_t n)
{
    for (uint32_t i = 0; i < h->n_events && i < KEPT; i++)
        if (h->events[i].kind == kind && n-- == 0) return &h->events[i];
    fail_msg("no such event: %s", pb_event_kind_name(kind));
    return NULL;
}

/* Every line of a file, each with the topic of the stream before it; NULL: as it is. Returns how many. */
static inline uint32_t say_lines(heard *h, const char *path, const char *topic)
{
    pb_bytes b = {0};
    uint32_t n = 0;
    PB_CHECK_EQ(pb_file_read(path, 0, &b, NULL), PB_OK);
    char *line = malloc(b.len + 64);
    for (const char *at = b.at, *end = b.at + b.len; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t      len = (size_t)((stop ? stop : end) - at), m = 0;
        if (topic) m = (size_t)sprintf(line, "%s ", topic);
        memcpy(line + m, at, len);
        if (len > 0) pb_live_timing_feed(h->timing, (pb_span){line, m + len}, PB_US_NONE, &h->sink);
        n += len > 0;
        at += len + 1;
    }
    free(line);
    pb_bytes_free(&b);
    return n;
}

static inline void say_file(heard *h, const char *path)
{
    pb_bytes b = {0};
    PB_CHECK_EQ(pb_file_read(path, 0, &b, NULL), PB_OK);
    pb_live_timing_feed(h->timing, (pb_span){b.at, b.len}, PB_US_NONE, &h->sink);
    pb_bytes_free(&b);
}

#endif
