/* lt_tell: what tellers have in common: events with their times, and which nodes a
 * message sent. */
#include <string.h>

#include "lt_parts.h"

void pb__lt_emit(const pb__lt_out *o, const pb_event *event)
{
    if (o->sink->event) o->sink->event(o->sink->user, event);
}

pb_event pb__lt_event(const pb__lt_out *o, pb_event_kind kind, int16_t car)
{
    pb_event e = pb_event_make(kind, PB_ORIGIN_LIVE_TIMING, o->at_us, o->session_ms);
    e.car      = car;
    return e;
}

void pb__lt_tell(const pb__lt_out *o, pb_event_kind kind, int16_t car, int64_t value)
{
    pb_event e = pb__lt_event(o, kind, car);
    e.value    = (int32_t)value;
    pb__lt_emit(o, &e);
}

void pb__lt_refuse(const pb__lt_out *o, const char *why)
{
    if (o->sink->refused) o->sink->refused(o->sink->user, why);
}

bool pb__lt_new(const pb__lt_out *o, const pb__lt_node *node)
{
    return pb__lt_sent(o, node) && (!o->frame || node->changed >= o->since);
}

bool pb__lt_take_whole(const pb__lt_out *o, const pb__lt_node *node, int64_t lo, int64_t hi, int64_t *out)
{
    if (!pb__lt_new(o, node)) return false;
    if (pb__lt_whole(node, lo, hi, out)) return true;
    bool empty = node->kind == PB__LT_NULL || (node->kind == PB__LT_TEXT && node->len == 0);
    if (!empty) pb__lt_refuse(o, "a value that is no whole number in its range");
    return false;
}

bool pb__lt_take_ms(const pb__lt_out *o, const pb__lt_node *node, int32_t *out)
{
    pb_span text = pb__lt_text(node);
    if (text.len == 0) return false;
    if (pb__lt_duration(text, out)) return true;
    pb__lt_refuse(o, "a value that is no time");
    return false;
}

bool pb__lt_car(const pb__lt_out *o, const pb__lt_node *of, uint32_t i, int16_t *car)
{
    int64_t v = 0;
    if (!pb__lt_sent(o, of->kids[i]) || !pb__lt_name_whole(of, i, 1, INT16_MAX, &v)) return false;
    *car = (int16_t)v;
    return true;
}

/* Milliseconds between two times; PB_MS_NONE when a session clock cannot hold them. */
static int32_t ms_between(int64_t from_us, int64_t to_us)
{
    int64_t us = to_us - from_us; /* times lie between 1970 and 2200 */
    int64_t ms = us >= 0 ? us / 1000 : -((-us + 999) / 1000);
    return ms < -INT32_MAX || ms > INT32_MAX ? PB_MS_NONE : (int32_t)ms;
}

void pb__lt_date(const pb__lt_out *o, pb_event *event, int64_t utc_us, int64_t near_us)
{
    const pb_live_timing *t   = o->timing;
    int64_t               off = o->at_us == PB_US_NONE ? INT64_MAX : utc_us - o->at_us;
    if (off <= near_us && off >= -near_us) return;
    event->at_us = utc_us;
    if (o->dated == PB__LT_UTC && t->zero_us != PB_US_NONE) event->session_ms = ms_between(t->zero_us, utc_us);
    if (o->dated == PB__LT_LINE && t->anchor_us != PB_US_NONE) event->session_ms = ms_between(t->anchor_us, utc_us);
}

void pb__lt_anchor(pb__lt_out *o, int64_t utc_us, bool exact)
{
    pb_live_timing *t = o->timing;
    if (o->dated != PB__LT_LINE || (t->anchor_exact && !exact)) return;
    int64_t anchor = utc_us - (int64_t)o->session_ms * 1000;
    if (t->anchor_us == PB_US_NONE || anchor > t->anchor_us || (exact && !t->anchor_exact)) t->anchor_us = anchor;
    t->anchor_exact = exact;
    o->at_us        = t->anchor_us + (int64_t)o->session_ms * 1000;
}
