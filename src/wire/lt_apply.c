/* lt_apply: one message: its time, the state it patches, the events it means.
 *
 * The session clock of feeds dated in UTC counts from the first time that is heard of: of
 * the first message or, when that is a snapshot, the earliest entry of its SessionData.
 * A stream has a clock of its own. What has no time waits for the next message that has
 * one, and is then told as a key frame. */
#include <stdio.h>

#include "lt_parts.h"

typedef void teller(pb__lt_out *o);

/* Topics that mean events; the others are kept only. */
static teller *const tellers[PB__LT_T_N] = {
    [PB__LT_T_SessionInfo]           = pb__lt_tell_session_info,
    [PB__LT_T_SessionData]           = pb__lt_tell_session_data,
    [PB__LT_T_SessionStatus]         = pb__lt_tell_session_status,
    [PB__LT_T_DriverList]            = pb__lt_tell_drivers,
    [PB__LT_T_LapCount]              = pb__lt_tell_lap_count,
    [PB__LT_T_ExtrapolatedClock]     = pb__lt_tell_clock,
    [PB__LT_T_TrackStatus]           = pb__lt_tell_track,
    [PB__LT_T_RaceControlMessages]   = pb__lt_tell_control,
    [PB__LT_T_WeatherData]           = pb__lt_tell_weather,
    [PB__LT_T_TimingAppData]         = pb__lt_tell_tyre_data,
    [PB__LT_T_TyreStintSeries]       = pb__lt_tell_stint_series,
    [PB__LT_T_CurrentTyres]          = pb__lt_tell_fitted,
    [PB__LT_T_TimingData]            = pb__lt_tell_timing,
    [PB__LT_T_TimingDataF1]          = pb__lt_tell_timing,
    [PB__LT_T_DriverRaceInfo]        = pb__lt_tell_race_info,
    [PB__LT_T_LapSeries]             = pb__lt_tell_lap_series,
    [PB__LT_T_PitLaneTimeCollection] = pb__lt_tell_lane_times,
    [PB__LT_T_PitStopSeries]         = pb__lt_tell_pit_series,
    [PB__LT_T_PitStop]               = pb__lt_tell_pit_stop,
    [PB__LT_T_Heartbeat]             = pb__lt_tell_heartbeat,
};

int32_t pb__lt_laps(const pb_live_timing *timing, int32_t car)
{
    char    text[16];
    int64_t laps = 0;
    snprintf(text, sizeof text, "%d", (int)car);
    const pb__lt_node *lines = pb__lt_get(timing->root[PB__LT_T_TimingData], PB__LT_W_Lines);
    const pb__lt_node *line  = pb__lt_find(lines, pb_span_of(text), NULL);
    return pb__lt_whole(pb__lt_get(line, PB__LT_W_NumberOfLaps), 0, PB_LAPS_MAX, &laps) ? (int32_t)laps : -1;
}

static void tell_topic(pb__lt_out *o, unsigned topic)
{
    const pb_live_timing *t = o->timing;
    o->root                 = t->root[topic];
    if (topic == PB__LT_T_TimingDataF1 && t->root[PB__LT_T_TimingData]) return; /* the same once more */
    if (tellers[topic] && o->root) tellers[topic](o);
}

/* ---- the clock ---- */

/* The earliest time that the history in SessionData tells, not later than at. */
static int64_t earliest(const pb_live_timing *t, int64_t at)
{
    static const pb__lt_word series[] = {PB__LT_W_StatusSeries, PB__LT_W_Series};
    for (int s = 0; s < 2; s++) {
        const pb__lt_node *list = pb__lt_get(t->root[PB__LT_T_SessionData], series[s]);
        for (uint32_t i = 0; list && list->kind == PB__LT_LIST && i < list->len; i++) {
            int64_t utc = 0;
            if (pb__lt_utc(pb__lt_text(pb__lt_get(list->kids[i], PB__LT_W_Utc)), &utc) && utc < at) at = utc;
        }
    }
    return at;
}

static void set_time(pb__lt_out *o, const pb__lt_message *m)
{
    pb_live_timing *t = o->timing;
    pb_event        e = {.session_ms = PB_MS_NONE};
    o->dated          = m->dated;
    if (m->dated == PB__LT_LINE) {
        o->session_ms = (int32_t)(m->time_us / 1000);
        o->at_us      = t->anchor_us == PB_US_NONE ? PB_US_NONE : t->anchor_us + m->time_us;
        return;
    }
    if (t->zero_us == PB_US_NONE) t->zero_us = earliest(t, m->time_us);
    o->at_us = PB_US_NONE;
    pb__lt_date(o, &e, m->time_us, 0);
    o->at_us      = m->time_us;
    o->session_ms = e.session_ms;
}

/* Everything that waited for a time. */
static void tell_pending(pb_live_timing *t, const pb__lt_message *m, const pb_feed_sink *sink)
{
    pb__lt_out o = {.timing = t, .sink = sink, .frame = true};
    set_time(&o, m);
    for (unsigned topic = 0; topic < PB__LT_T_N; topic++) {
        if (t->pending[topic] == 0) continue;
        o.since           = t->pending[topic];
        t->pending[topic] = 0;
        tell_topic(&o, topic);
    }
}

/* ---- another session ---- */

static bool is_another(const pb_live_timing *t, const pb__lt_node *info)
{
    const pb__lt_node *key = pb__lt_get(info, PB__LT_W_Key), *path = pb__lt_get(info, PB__LT_W_Path);
    const pb__lt_node *mark = path ? path : key;
    return mark && mark->changed == t->n && mark->born != t->n;
}

/* What is known of the one before goes, but for what waits to be told: it came with this. */
static void begin_session(pb_live_timing *t)
{
    for (unsigned topic = 0; topic < PB__LT_T_N; topic++) {
        if (topic == PB__LT_T_SessionInfo || t->pending[topic] != 0) continue;
        pb__lt_node_drop(&t->tree, t->root[topic]);
        t->root[topic] = NULL;
    }
    t->zero_us = t->anchor_us = PB_US_NONE;
    t->anchor_exact           = false;
    t->n_traces               = 0;
}

/* ---- a message ---- */

static const char *look_at(const pb__lt_value *payload, bool *key_frame)
{
    const pb__lt_value *kf = pb__lt_member(payload, "_kf");
    *key_frame             = kf && kf->kind == PB__LT_TRUE;
    return payload->len == (kf ? 1u : 0u) ? "payload is empty" : NULL;
}

static void tell_samples(pb__lt_out *o, pb__lt_topic topic, const pb__lt_value *payload)
{
    if (topic == PB__LT_T_Position)
        pb__lt_tell_positions(o, payload);
    else
        pb__lt_tell_car_data(o, payload);
}

static void merge_message(pb_live_timing *t, pb__lt_topic topic, const pb__lt_value *payload, bool replace)
{
    t->tree.now      = ++t->n;
    t->tree.by_index = topic != PB__LT_T_TyreStintSeries;
    pb__lt_merge(&t->tree, &t->root[topic], payload, replace);
}

/* A payload that is fit to be applied. */
static void apply_payload(pb_live_timing *t, const pb__lt_message *m, pb__lt_topic topic, const pb__lt_value *payload,
                          bool key_frame, const pb_feed_sink *sink)
{
    bool       waits = m->dated == PB__LT_NO_TIME, samples = topic == PB__LT_T_CarData || topic == PB__LT_T_Position;
    pb__lt_out o = {.timing = t, .sink = sink, .frame = key_frame, .at_us = PB_US_NONE, .session_ms = PB_MS_NONE};
    if (!samples) merge_message(t, topic, payload, key_frame || waits);
    if (!samples && t->tree.why) pb__lt_refuse(&o, t->tree.why);
    if (topic == PB__LT_T_SessionInfo && t->root[topic] && is_another(t, t->root[topic])) begin_session(t);
    if (!waits) set_time(&o, m);
    o.since = t->n;
    if (samples)
        tell_samples(&o, topic, payload);
    else if (!waits)
        tell_topic(&o, topic);
    else if (t->pending[topic] == 0)
        t->pending[topic] = t->n;
}

static const char *apply(pb_live_timing *t, const pb__lt_message *m, const pb_feed_sink *sink)
{
    const pb__lt_value *payload   = NULL;
    bool                key_frame = false;
    pb__lt_topic        topic     = pb__lt_topic_of(m->topic);
    if (topic == PB__LT_T_N) return "unknown topic";
    const char *why = pb__lt_unpack(&t->reader, m, &payload);
    if (!why) why = look_at(payload, &key_frame);
    if (why) return why;
    if (m->dated != PB__LT_NO_TIME) tell_pending(t, m, sink);
    apply_payload(t, m, topic, payload, key_frame, sink);
    return NULL;
}

void pb__lt_apply(pb_live_timing *timing, const pb__lt_message *message, const pb_feed_sink *sink)
{
    pb__lt_scratch *s    = &timing->reader.scratch;
    uint32_t        n    = s->n;
    size_t          used = s->used;
    if (message->topic.len == 0) {
        if (message->dated != PB__LT_NO_TIME) tell_pending(timing, message, sink);
        return;
    }
    const char *why = apply(timing, message, sink);
    s->n            = n; /* what the payload unpacked to is of no more use */
    s->used         = used;
    timing->applied += why ? 0 : 1;
    timing->refused += why ? 1 : 0;
    if (why && sink->refused) sink->refused(sink->user, why);
}
