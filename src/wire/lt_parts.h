/* lt_parts: what the files of live timing share. Inside wire only.
 *
 *     bytes --lt_message--> messages --lt_apply--> lt_merge --> state
 *                                          \-----> tellers: what of the state was sent --> events
 *                                           \----> lt_points: CarData, Position --> points
 */
#ifndef PB_WIRE_LT_PARTS_H
#define PB_WIRE_LT_PARTS_H

#include "lt_message.h"
#include "lt_time.h"
#include "lt_tree.h"
#include "pitboard/wire_feed.h"

#define PB__LT_PLACES 32 /* 7 s of positions of one car */

typedef struct pb__lt_place {
    int64_t at_us;
    float   x_m, y_m, z_m;
} pb__lt_place;

/* Where a car was lately: place n of all at [n % PB__LT_PLACES]. */
typedef struct pb__lt_trace {
    int32_t      car;
    uint32_t     n;
    pb__lt_place places[PB__LT_PLACES];
} pb__lt_trace;

struct pb_live_timing {
    pb_arena      arena;
    pb__lt_reader reader;
    pb__lt_tree   tree;
    pb__lt_node  *root[PB__LT_T_N];
    uint32_t      pending[PB__LT_T_N]; /* number of the first message not told yet for want of a time; 0 none */
    uint32_t      n;                   /* messages merged */
    int64_t       zero_us;             /* session clock 0 of feeds dated in UTC; PB_US_NONE */
    int64_t       anchor_us;           /* UTC of the start of a stream; PB_US_NONE */
    bool          anchor_exact;        /* from car data */
    uint32_t      n_traces;
    pb__lt_trace  traces[PB_CARS_MAX];
    uint64_t      applied, refused; /* messages */
};

/* One message, or what waited for a time, being told. */
typedef struct pb__lt_out {
    pb_live_timing     *timing;
    const pb_feed_sink *sink;
    const pb__lt_node  *root;
    uint32_t            since; /* number of the first message of it */
    bool                frame; /* key frame or snapshot: only what differs is new */
    pb__lt_dated        dated;
    int64_t             at_us; /* PB_US_NONE unknown */
    int32_t             session_ms;
} pb__lt_out;

/* ---- lt_tell.c: what tellers have in common ---- */
void     pb__lt_emit(const pb__lt_out *o, const pb_event *event);
pb_event pb__lt_event(const pb__lt_out *o, pb_event_kind kind, int16_t car);
void     pb__lt_tell(const pb__lt_out *o, pb_event_kind kind, int16_t car, int64_t value);
void     pb__lt_refuse(const pb__lt_out *o, const char *why);
/* Sent by this message; with pb__lt_new, and for a key frame also changed by it. */
static inline bool pb__lt_sent(const pb__lt_out *o, const pb__lt_node *node)
{
    return node && node->sent >= o->since;
}
bool pb__lt_new(const pb__lt_out *o, const pb__lt_node *node);
/* The whole number of a node that was sent; refused when it is none. */
bool pb__lt_take_whole(const pb__lt_out *o, const pb__lt_node *node, int64_t lo, int64_t hi, int64_t *out);
bool pb__lt_take_ms(const pb__lt_out *o, const pb__lt_node *node, int32_t *out);
/* Car of member i of an object by number; false for another key or a member that was not sent. */
bool pb__lt_car(const pb__lt_out *o, const pb__lt_node *of, uint32_t i, int16_t *car);
/* Dates an event by a UTC inside the payload, unless that is within near_us of the message. */
void pb__lt_date(const pb__lt_out *o, pb_event *event, int64_t utc_us, int64_t near_us);
/* A UTC that a payload of a stream gives for "now". */
void pb__lt_anchor(pb__lt_out *o, int64_t utc_us, bool exact);

/* ---- tellers, one concept a file ---- */
void pb__lt_tell_session_info(pb__lt_out *o);
void pb__lt_tell_session_data(pb__lt_out *o);
void pb__lt_tell_session_status(pb__lt_out *o);
void pb__lt_tell_lap_count(pb__lt_out *o);
void pb__lt_tell_clock(pb__lt_out *o);
void pb__lt_tell_heartbeat(pb__lt_out *o);
void pb__lt_tell_track(pb__lt_out *o);
void pb__lt_tell_control(pb__lt_out *o);
void pb__lt_tell_weather(pb__lt_out *o);
void pb__lt_tell_drivers(pb__lt_out *o);
void pb__lt_tell_who(const pb__lt_out *o, int16_t car);
void pb__lt_tell_tyre_data(pb__lt_out *o);
void pb__lt_tell_stint_series(pb__lt_out *o);
void pb__lt_tell_fitted(pb__lt_out *o);
void pb__lt_tell_timing(pb__lt_out *o);
void pb__lt_tell_race_info(pb__lt_out *o);
void pb__lt_tell_lap_series(pb__lt_out *o);
void pb__lt_tell_lane_times(pb__lt_out *o);
void pb__lt_tell_pit_series(pb__lt_out *o);
void pb__lt_tell_pit_stop(pb__lt_out *o);
/* Straight from the message: nothing of it is kept but where the cars were. */
void pb__lt_tell_positions(pb__lt_out *o, const pb__lt_value *payload);
void pb__lt_tell_car_data(pb__lt_out *o, const pb__lt_value *payload);

/* One message into the state and out as events. */
void pb__lt_apply(pb_live_timing *timing, const pb__lt_message *message, const pb_feed_sink *sink);
/* Laps completed of a car as last told; -1 unknown. */
int32_t pb__lt_laps(const pb_live_timing *timing, int32_t car);

#endif
