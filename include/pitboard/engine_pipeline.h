/* pitboard/engine_pipeline.h - records in, race state, features and decision points
 * out: the one way from what was received to what it means.
 *
 *     frame --> decoder of its kind --> events --> tracker --> decision points
 *                                  \--> points --> windows --> features
 *
 * One thread, no clock, no file: the same frames give the same outputs, live, in a
 * replay at any speed, or in the store that reads them back from the recording.
 * Memory is taken at creation and does not grow.
 *
 * Floor 6. Uses race, wire, feature. */
#ifndef PITBOARD_ENGINE_PIPELINE_H
#define PITBOARD_ENGINE_PIPELINE_H

#include "pitboard/engine_record.h"
#include "pitboard/feature_window.h"
#include "pitboard/race_tracker.h"
#include "pitboard/wire_feed.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A moment at which our car's race has to be thought over again: a number in the
 * order of events, never a time. Several reasons in one record are one point. */
typedef struct pb_decision_point {
    uint64_t seq;                /* record that brought it */
    uint64_t event;              /* events applied until then, from the first record */
    uint32_t why;                /* PB_MEANT_LAP (ours), _TRACK, _RAIN, _PIT and _OUT (ours, or a car near us) */
    int16_t  car;                /* ours; when it is out, its team-mate */
    uint16_t lap;                /* it has completed */
    int32_t  session_ms;
} pb_decision_point;

/* Where outputs go; each may be NULL. What is handed over lives until the call
 * returns. n counts the outputs of that sort within the frame, from 0: (seq, n) is a
 * key that a replay finds again. */
typedef struct pb_pipeline_sink {
    void *user;
    void (*event)(void *user, const pb_frame *frame, uint32_t n, const pb_event *event, const pb_meaning *meaning);
    void (*point)(void *user, const pb_frame *frame, uint32_t n, const pb_point *point);
    void (*window)(void *user, const pb_frame *frame, const pb_window *window);
    void (*decide)(void *user, const pb_decision_point *point);
    void (*call)(void *user, const pb_frame *frame);      /* a call that was recorded: PB_FRAME_CALL */
    void (*refused)(void *user, const pb_frame *frame, const char *why);
} pb_pipeline_sink;

typedef struct pb_pipeline_options {
    const char       *own_car;   /* "VER" or "44", found among the cars; NULL: as the feed says. Borrowed. */
    pb_window_options windows;
} pb_pipeline_options;
pb_pipeline_options pb_pipeline_options_default(void);

typedef struct pb_pipeline pb_pipeline;
pb_status pb_pipeline_create(const pb_pipeline_options *options, pb_pipeline **out, pb_error *error);
void      pb_pipeline_destroy(pb_pipeline *pipeline);

void      pb_pipeline_feed(pb_pipeline *pipeline, const pb_frame *frame, const pb_pipeline_sink *sink);
/* Closes the windows that are open, at the end of a recording or a file. */
void      pb_pipeline_finish(pb_pipeline *pipeline, const pb_pipeline_sink *sink);

/* Valid until the next feed. */
const pb_tracker    *pb_pipeline_tracker(const pb_pipeline *pipeline);
const pb_race_state *pb_pipeline_state(const pb_pipeline *pipeline);
/* Our car's key, 0 not known (yet). */
int16_t              pb_pipeline_own_car(const pb_pipeline *pipeline);
/* How many times another session began, and with it the state. */
uint32_t             pb_pipeline_sessions(const pb_pipeline *pipeline);

#define PB_REASONS_MAX 96
typedef struct pb_reason {
    uint8_t     kind;            /* pb_feed_kind that it came with */
    const char *why;             /* static text */
    uint64_t    n;
} pb_reason;

typedef struct pb_pipeline_counts {
    uint64_t  records[PB_FEED_N];
    uint64_t  bytes[PB_FEED_N];
    uint64_t  unknown;           /* records of no kind we know */
    uint64_t  events, points, windows, decisions, calls, refused;
    uint64_t  lost;              /* numbers missing between records */
    uint64_t  clocks;            /* times that a car's telemetry went on by another clock */
    uint32_t  n_reasons;         /* the last one takes what has no place of its own */
    pb_reason reasons[PB_REASONS_MAX];
} pb_pipeline_counts;
const pb_pipeline_counts *pb_pipeline_counts_get(const pb_pipeline *pipeline);

/* Which feed text sent to a port or typed in belongs to: event lines by their key,
 * live timing by its forms, anything else points. */
pb_feed_kind pb_pipeline_sniff(pb_span bytes);

#ifdef __cplusplus
}
#endif
#endif
