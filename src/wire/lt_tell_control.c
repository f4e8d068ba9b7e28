/* lt_tell_control: RaceControlMessages. */
#include "lt_parts.h"
#include "pitboard/wire_control.h"

#define NEAR_US 5000000 /* messages are dated to the second and arrive within these */

static void read_row(const pb__lt_out *o, const pb__lt_node *entry, pb_control_row *row)
{
    int64_t v = 0;
    *row      = (pb_control_row){.session_ms = o->session_ms};
    pb_utf8_copy(pb__lt_text(pb__lt_get(entry, PB__LT_W_Category)), row->category, sizeof row->category);
    pb_utf8_copy(pb__lt_text(pb__lt_get(entry, PB__LT_W_Flag)), row->flag, sizeof row->flag);
    pb_utf8_copy(pb__lt_text(pb__lt_get(entry, PB__LT_W_Scope)), row->scope, sizeof row->scope);
    pb_utf8_copy(pb__lt_text(pb__lt_get(entry, PB__LT_W_Message)), row->message, sizeof row->message);
    if (pb__lt_whole(pb__lt_get(entry, PB__LT_W_Lap), 0, PB_LAPS_MAX, &v)) row->lap = (int16_t)v;
    if (pb__lt_whole(pb__lt_get(entry, PB__LT_W_RacingNumber), 0, INT16_MAX, &v)) row->car_number = (int16_t)v;
}

static void tell_entry(pb__lt_out *o, const pb__lt_node *entry)
{
    pb_event       events[PB_CONTROL_EVENTS_MAX];
    pb_control_row row;
    int64_t        utc = 0, sector = 0;
    bool           dated = pb__lt_utc(pb__lt_text(pb__lt_get(entry, PB__LT_W_Utc)), &utc);
    if (!pb__lt_new(o, pb__lt_get(entry, PB__LT_W_Message))) return;
    if (!dated) pb__lt_refuse(o, "a time inside a message that cannot be read");
    if (dated && !o->frame) pb__lt_anchor(o, utc, false);
    read_row(o, entry, &row);
    uint32_t n = pb_control_events(&row, PB_ORIGIN_LIVE_TIMING, events, PB_CONTROL_EVENTS_MAX);
    if (pb__lt_whole(pb__lt_get(entry, PB__LT_W_Sector), 0, 999, &sector)) events[0].value = (int32_t)sector;
    for (uint32_t i = 0; i < n && i < PB_CONTROL_EVENTS_MAX; i++) {
        events[i].at_us = o->at_us;
        if (dated) pb__lt_date(o, &events[i], utc, NEAR_US);
        pb__lt_emit(o, &events[i]);
    }
}

void pb__lt_tell_control(pb__lt_out *o)
{
    const pb__lt_node *list = pb__lt_get(o->root, PB__LT_W_Messages);
    if (!list || (list->kind != PB__LT_LIST && list->kind != PB__LT_OBJECT)) return;
    for (uint32_t i = 0; i < list->len; i++)
        if (pb__lt_sent(o, list->kids[i])) tell_entry(o, list->kids[i]);
}
