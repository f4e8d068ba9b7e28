/* f1_udp: the decoder as others see it: datagrams in, events and points out. */
#include <stdlib.h>

#include "f1_udp_state.h"

typedef void take(pb_f1_udp *u, const uint8_t *at);

static take *const takers[PB__F1_PACKETS] = {
    [PB__F1_MOTION] = pb__f1_take_motion,       [PB__F1_SESSION] = pb__f1_take_session,
    [PB__F1_LAP_DATA] = pb__f1_take_laps,       [PB__F1_EVENT] = pb__f1_take_event,
    [PB__F1_TELEMETRY] = pb__f1_take_telemetry, [PB__F1_PARTICIPANTS] = pb__f1_take_participants,
    [PB__F1_STATUS] = pb__f1_take_status,       [PB__F1_FINAL] = pb__f1_take_final,
    [PB__F1_DAMAGE] = pb__f1_take_damage,       [PB__F1_HISTORY] = pb__f1_take_history,
    [PB__F1_TYRE_SETS] = pb__f1_take_tyre_sets,
};

pb_status pb_f1_udp_create(pb_f1_udp **out, pb_error *error)
{
    pb_f1_udp *u = calloc(1, sizeof *u);
    if (!u) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (unsigned year = PB__F1_FIRST; year <= PB__F1_LAST; year++)
        pb__f1_layout_fill(&u->layouts[year - PB__F1_FIRST], year);
    pb__f1_blank_events(u);
    *out = u;
    return PB_OK;
}

void pb_f1_udp_destroy(pb_f1_udp *udp)
{
    free(udp);
}

void pb_f1_udp_reset(pb_f1_udp *udp)
{
    udp->s.open    = false;
    udp->old_uid   = 0;
    udp->since_new = 0;
}

static const char *feed(pb_f1_udp *u, pb_span datagram)
{
    const uint8_t *at  = (const uint8_t *)datagram.at;
    const char    *why = pb__f1_header_read(datagram, &u->h);
    if (why) return why;
    if (u->h.time_ms == PB_MS_NONE) return "session time out of range";
    if (u->h.session == 0) return NULL; /* in the menus */
    u->now_ms = u->h.time_ms;
    why       = pb__f1_admit(u, at);
    if (why) return why;
    bool stamped = u->h.frame != 0 || u->h.time_ms != 0;
    u->now_ms    = stamped ? u->h.time_ms : u->s.clock_ms;
    if (u->s.telemetry_waits && pb__f1_stamp(u) > u->s.telemetry.stamp) pb__f1_points_flush(u);
    if (takers[u->h.id]) takers[u->h.id](u, at);
    return NULL;
}

void pb_f1_udp_feed(pb_f1_udp *udp, pb_span datagram, int64_t received_us, const pb_feed_sink *sink)
{
    udp->sink        = sink;
    udp->received_us = received_us;
    const char *why  = feed(udp, datagram);
    if (why && sink->refused) sink->refused(sink->user, why);
    udp->sink = NULL;
}
