/* race_event: the names of events, origins and channels. */
#include "pitboard/race_event.h"

#include <math.h>

static const char *const kinds[PB_EV_N] = {
#define PB_EVENT_NAME(name, text) [PB_EV_##name] = (text),
    PB_EVENT_LIST(PB_EVENT_NAME)
#undef PB_EVENT_NAME
};

static const char *const origins[PB_ORIGIN_N] = {
    [PB_ORIGIN_NONE] = "none",           [PB_ORIGIN_HAND] = "hand",
    [PB_ORIGIN_F1_GAME] = "f1_game",     [PB_ORIGIN_LIVE_TIMING] = "live_timing",
    [PB_ORIGIN_LAP_FILE] = "lap_file",   [PB_ORIGIN_OPENF1] = "openf1",
    [PB_ORIGIN_ERGAST] = "ergast",       [PB_ORIGIN_GR_CUP] = "gr_cup",
    [PB_ORIGIN_TELEMETRY] = "telemetry",
};

static const char *const channels[PB_CH_N] = {
#define PB_CHANNEL_NAME(name, text) [PB_CH_##name] = (text),
    PB_CHANNEL_LIST(PB_CHANNEL_NAME)
#undef PB_CHANNEL_NAME
};

const char *pb_event_kind_name(pb_event_kind kind)
{
    return (unsigned)kind < PB_EV_N ? kinds[kind] : "?";
}

pb_event_kind pb_event_kind_from_name(pb_span name)
{
    for (unsigned k = PB_EV_NONE + 1; k < PB_EV_N; k++)
        if (pb_span_equal_text(name, kinds[k])) return (pb_event_kind)k;
    return PB_EV_NONE;
}

const char *pb_origin_name(pb_origin origin)
{
    return (unsigned)origin < PB_ORIGIN_N ? origins[origin] : "?";
}

pb_origin pb_origin_from_name(pb_span name)
{
    for (unsigned k = PB_ORIGIN_NONE + 1; k < PB_ORIGIN_N; k++)
        if (pb_span_equal_text(name, origins[k])) return (pb_origin)k;
    return PB_ORIGIN_NONE;
}

const char *pb_channel_name(pb_channel channel)
{
    return (unsigned)channel < PB_CH_N ? channels[channel] : "?";
}

static bool has_real(pb_event_kind kind)
{
    return kind == PB_EV_WEATHER || kind == PB_EV_FORECAST || kind == PB_EV_LAP_DISTANCE || kind == PB_EV_WEAR ||
           kind == PB_EV_FUEL || kind == PB_EV_DAMAGE;
}

pb_event pb_event_make(pb_event_kind kind, pb_origin origin, int64_t at_us, int32_t session_ms)
{
    pb_event e = {.kind       = (uint8_t)kind,
                  .origin     = (uint8_t)origin,
                  .at_us      = at_us,
                  .session_ms = session_ms,
                  .start_age  = -1,
                  .fresh      = -1};
    for (int i = 0; i < 7 && has_real(kind); i++) e.real[i] = NAN;
    for (int i = 0; i < 3 && kind == PB_EV_LAP; i++) e.sectors[i] = PB_MS_NONE;
    return e;
}
