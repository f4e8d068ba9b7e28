/* tracker_clock: when an event happened, on one session clock.
 *
 * Sources have clocks of their own. The best source that tells both its session clock
 * and UTC owns the clock; what others tell goes through UTC. Where nobody has UTC, or
 * an event has no date, its session clock is taken as it stands; an event without
 * either happened now. The first date is the zero where no session clock was ever
 * told, so that laps can be entered by hand alone. */
#include "tracker.h"

#define SESSION_MAX_MS (11 * 24 * 3600 * 1000) /* as lap files: eleven days */

static bool fits(int64_t ms)
{
    return ms > -SESSION_MAX_MS && ms < SESSION_MAX_MS;
}

/* Session clock of a date, by the owner's offset. */
static int32_t by_date(const pb_tracker *t, int64_t at_us)
{
    if (at_us == PB_US_NONE || t->clock_offset_us == PB_US_NONE) return PB_MS_NONE;
    int64_t ms;
    if (__builtin_sub_overflow(at_us, t->clock_offset_us, &ms)) return PB_MS_NONE;
    ms /= 1000;
    return fits(ms) ? (int32_t)ms : PB_MS_NONE;
}

void pb__clock_of(pb__ctx *c)
{
    const pb_event *e     = c->e;
    bool            clock = e->session_ms != PB_MS_NONE && fits(e->session_ms);
    bool            own   = e->origin == c->t->clock_origin || c->t->clock_origin == PB_ORIGIN_NONE;
    c->now_ms             = clock ? e->session_ms : PB_MS_NONE;
    if (!clock || (!own && pb__rank(e->origin) <= pb__rank(c->t->clock_origin))) {
        int32_t dated = by_date(c->t, e->at_us);
        if (dated != PB_MS_NONE) c->now_ms = dated;
    }
    if (c->now_ms == PB_MS_NONE) c->now_ms = c->s->session_ms;
    c->now_us = e->at_us;
    if (c->now_us == PB_US_NONE && c->now_ms != PB_MS_NONE)
        c->now_us = c->now_ms * INT64_C(1000) + (c->t->clock_offset_us == PB_US_NONE ? 0 : c->t->clock_offset_us);
}

/* A second owner of the clock may come late: only from what has no laps yet, or the same. */
static void take_offset(pb__ctx *c)
{
    pb_tracker *t = c->t;
    int64_t     zero;
    if (c->e->at_us == PB_US_NONE) return;
    if (c->e->session_ms != PB_MS_NONE && fits(c->e->session_ms)) {
        if (t->clock_origin != PB_ORIGIN_NONE && pb__rank(c->e->origin) <= pb__rank(t->clock_origin)) return;
        if (t->clock_origin != PB_ORIGIN_NONE && t->lead_laps > 0) return;
        if (__builtin_sub_overflow(c->e->at_us, c->e->session_ms * INT64_C(1000), &zero)) return;
        t->clock_origin    = c->e->origin;
        t->clock_offset_us = zero;
    } else if (t->clock_offset_us == PB_US_NONE && c->s->session_ms == PB_MS_NONE) {
        t->clock_offset_us = c->e->at_us;
        c->now_ms          = 0;
    }
}

void pb__clock_keep(pb__ctx *c)
{
    pb_race_state *s = c->s;
    take_offset(c);
    if (c->now_us != PB_US_NONE && c->now_us > s->now_us) s->now_us = c->now_us;
    if (c->now_ms != PB_MS_NONE && c->now_ms > s->session_ms) s->session_ms = c->now_ms;
    if (s->clock_runs && c->t->clock_told_ms != PB_MS_NONE && s->session_ms != PB_MS_NONE) {
        int64_t left     = (int64_t)c->t->clock_told_ms - ((int64_t)s->session_ms - c->t->clock_at_ms);
        s->clock_left_ms = left < 0 ? 0 : left > INT32_MAX ? INT32_MAX : (int32_t)left;
    }
}
