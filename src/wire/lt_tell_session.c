/* lt_tell_session: SessionInfo, SessionData, SessionStatus, LapCount, ExtrapolatedClock,
 * Heartbeat, TrackStatus, WeatherData: what is told of the session as a whole. */
#include <math.h>
#include <string.h>

#include "lt_parts.h"

#define NEAR_US 5000000   /* a message tells what happened within these */
#define CLOCK_US 60000000 /* an older clock belongs to another time */

/* ---- SessionInfo ---- */

static pb_session_type type_of(pb_span type, pb_span name)
{
    bool sprint = name.len > 0 && memmem(name.at, name.len, "Sprint", 6) != NULL;
    if (pb_span_equal_text(type, "Practice")) return PB_SESSION_PRACTICE;
    if (pb_span_equal_text(type, "Qualifying")) return sprint ? PB_SESSION_SPRINT_QUALIFYING : PB_SESSION_QUALIFYING;
    if (pb_span_equal_text(type, "Race")) return sprint ? PB_SESSION_SPRINT : PB_SESSION_RACE;
    return PB_SESSION_UNKNOWN;
}

static int32_t season_of(const pb__lt_node *info)
{
    pb_span date   = pb__lt_text(pb__lt_get(info, PB__LT_W_StartDate));
    int64_t season = 0;
    if (date.len < 4 || !pb_span_to_i64((pb_span){date.at, 4}, &season)) return 0;
    return season >= 1950 && season <= 2200 ? (int32_t)season : 0;
}

/* Small letters and digits, everything else one '_', none at the end. */
static void slug_of(pb_span name, char *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < name.len && n + 1 < cap; i++) {
        char c = name.at[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain)
            out[n++] = c;
        else if (n > 0 && out[n - 1] != '_')
            out[n++] = '_';
    }
    while (n > 0 && out[n - 1] == '_') n--;
    out[n] = '\0';
}

/* "2024_emilia_romagna_qualifying" */
static void session_id(const pb__lt_node *info, int32_t season, char *out, size_t cap)
{
    char event[28], session[16];
    pb_event_slug(pb__lt_text(pb__lt_get(pb__lt_get(info, PB__LT_W_Meeting), PB__LT_W_Name)), event, sizeof event);
    slug_of(pb__lt_text(pb__lt_get(info, PB__LT_W_Name)), session, sizeof session);
    snprintf(out, cap, "%d_%s_%s", (int)season, event, session);
}

void pb__lt_tell_session_info(pb__lt_out *o)
{
    const pb__lt_node *info = o->root, *meeting = pb__lt_get(info, PB__LT_W_Meeting);
    const pb__lt_node *marks[] = {pb__lt_get(info, PB__LT_W_Key), pb__lt_get(info, PB__LT_W_Path),
                                  pb__lt_get(info, PB__LT_W_Type), pb__lt_get(info, PB__LT_W_Name)};
    bool               changed = false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        changed = changed || (marks[i] && marks[i]->changed >= o->since);
    if (!changed) return;
    pb_event e = pb__lt_event(o, PB_EV_SESSION, 0);
    e.aux      = season_of(info);
    e.value =
        (int32_t)type_of(pb__lt_text(pb__lt_get(info, PB__LT_W_Type)), pb__lt_text(pb__lt_get(info, PB__LT_W_Name)));
    session_id(info, e.aux, e.text, sizeof e.text);
    pb_utf8_copy(pb__lt_text(pb__lt_get(meeting, PB__LT_W_Name)), e.name, sizeof e.name);
    pb_utf8_copy(pb__lt_text(pb__lt_get(pb__lt_get(meeting, PB__LT_W_Circuit), PB__LT_W_ShortName)), e.team_text,
                 sizeof e.team_text);
    pb__lt_emit(o, &e);
}

/* ---- states by name ---- */

static int status_of(pb_span text)
{
    static const char *const names[] = {"Inactive", "Started", "Aborted", "Finished", "Finalised", "Ends"};
    for (int i = 0; i < 6; i++)
        if (pb_span_equal_text(text, names[i])) return i;
    return -1;
}

static int track_of(pb_span text)
{
    static const char *const names[] = {"AllClear", "Yellow", "SCDeployed", "Red", "VSCDeployed", "VSCEnding"};
    static const int         codes[] = {1, 2, 4, 5, 6, 7};
    for (int i = 0; i < 6; i++)
        if (pb_span_equal_text(text, names[i])) return codes[i];
    return -1;
}

void pb__lt_tell_session_status(pb__lt_out *o)
{
    const pb__lt_node *status = pb__lt_get(o->root, PB__LT_W_Status);
    int                value  = status_of(pb__lt_text(status));
    if (!pb__lt_sent(o, status)) return;
    if (value < 0)
        pb__lt_refuse(o, "unknown session status");
    else
        pb__lt_tell(o, PB_EV_SESSION_STATUS, 0, value);
}

void pb__lt_tell_track(pb__lt_out *o)
{
    const pb__lt_node *status = pb__lt_get(o->root, PB__LT_W_Status);
    int64_t            value  = 0;
    if (!pb__lt_sent(o, status)) return;
    if (!pb__lt_whole(status, 1, 9, &value))
        pb__lt_refuse(o, "unknown track status");
    else
        pb__lt_tell(o, PB_EV_TRACK, 0, value);
}

/* ---- SessionData ---- */

/* An entry of either series tells one thing and when. */
static void tell_dated(pb__lt_out *o, const pb__lt_node *entry, pb_event_kind kind, int value)
{
    int64_t  utc = 0;
    pb_event e   = pb__lt_event(o, kind, 0);
    pb_span  at  = pb__lt_text(pb__lt_get(entry, PB__LT_W_Utc));
    e.value      = value;
    if (pb__lt_utc(at, &utc)) {
        if (!o->frame) pb__lt_anchor(o, utc, false);
        e       = pb__lt_event(o, kind, 0);
        e.value = value;
        pb__lt_date(o, &e, utc, 0);
    } else {
        pb__lt_refuse(o, "a time inside a message that cannot be read");
    }
    pb__lt_emit(o, &e);
}

static void tell_status_entry(pb__lt_out *o, const pb__lt_node *entry)
{
    const pb__lt_node    *session = pb__lt_get(entry, PB__LT_W_SessionStatus);
    const pb__lt_node    *track   = pb__lt_get(entry, PB__LT_W_TrackStatus);
    const pb_live_timing *t       = o->timing;
    int                   s = status_of(pb__lt_text(session)), k = track_of(pb__lt_text(track));
    /* what a topic of its own tells is told twice only as history, and for the instant of the start */
    bool twice = t->root[PB__LT_T_SessionStatus] && !o->frame && s != PB_STATUS_STARTED;
    if (pb__lt_new(o, session) && s >= 0 && !twice) tell_dated(o, entry, PB_EV_SESSION_STATUS, s);
    twice = t->root[PB__LT_T_TrackStatus] && !o->frame;
    if (pb__lt_new(o, track) && k >= 0 && !twice) tell_dated(o, entry, PB_EV_TRACK, k);
}

static void tell_series_entry(pb__lt_out *o, const pb__lt_node *entry)
{
    const pb__lt_node *lap   = pb__lt_get(entry, PB__LT_W_Lap);
    int64_t            value = 0;
    if (o->timing->root[PB__LT_T_LapCount] && !o->frame) return;
    if (pb__lt_take_whole(o, lap, 0, PB_LAPS_MAX, &value)) tell_dated(o, entry, PB_EV_LEADER_LAP, (int)value);
}

static void each_entry(pb__lt_out *o, const pb__lt_node *list, void (*tell)(pb__lt_out *, const pb__lt_node *))
{
    if (!list || (list->kind != PB__LT_LIST && list->kind != PB__LT_OBJECT)) return;
    for (uint32_t i = 0; i < list->len; i++)
        if (pb__lt_sent(o, list->kids[i])) tell(o, list->kids[i]);
}

void pb__lt_tell_session_data(pb__lt_out *o)
{
    each_entry(o, pb__lt_get(o->root, PB__LT_W_StatusSeries), tell_status_entry);
    each_entry(o, pb__lt_get(o->root, PB__LT_W_Series), tell_series_entry);
}

/* ---- laps and clock ---- */

void pb__lt_tell_lap_count(pb__lt_out *o)
{
    const pb__lt_node *total = pb__lt_get(o->root, PB__LT_W_TotalLaps);
    const pb__lt_node *lap   = pb__lt_get(o->root, PB__LT_W_CurrentLap);
    int64_t            value = 0;
    if (pb__lt_take_whole(o, total, 0, PB_LAPS_MAX, &value)) pb__lt_tell(o, PB_EV_DISTANCE, 0, value);
    if (pb__lt_take_whole(o, lap, 0, PB_LAPS_MAX, &value)) pb__lt_tell(o, PB_EV_LEADER_LAP, 0, value);
}

void pb__lt_tell_clock(pb__lt_out *o)
{
    int32_t ms    = 0;
    int64_t utc   = 0;
    bool    dated = pb__lt_utc(pb__lt_text(pb__lt_get(o->root, PB__LT_W_Utc)), &utc);
    if (dated && !o->frame) pb__lt_anchor(o, utc, false);
    if (!pb__lt_take_ms(o, pb__lt_get(o->root, PB__LT_W_Remaining), &ms)) return;
    pb_event e = pb__lt_event(o, PB_EV_CLOCK, 0);
    e.value    = ms;
    (void)pb__lt_truth(pb__lt_get(o->root, PB__LT_W_Extrapolating), &e.flag);
    int64_t off = o->at_us == PB_US_NONE ? 0 : utc - o->at_us;
    if (dated && off <= CLOCK_US && off >= -CLOCK_US) pb__lt_date(o, &e, utc, 0);
    pb__lt_emit(o, &e);
}

void pb__lt_tell_heartbeat(pb__lt_out *o)
{
    int64_t utc = 0;
    if (pb__lt_utc(pb__lt_text(pb__lt_get(o->root, PB__LT_W_Utc)), &utc)) pb__lt_anchor(o, utc, false);
}

/* ---- WeatherData ---- */

static float reading(const pb__lt_out *o, pb__lt_word word, double lo, double hi)
{
    const pb__lt_node *node = pb__lt_get(o->root, word);
    double             v    = 0;
    if (!node) return NAN;
    if (pb__lt_number(node, &v) && v >= lo && v <= hi) return (float)v;
    pb__lt_refuse(o, "a reading of the weather out of range");
    return NAN;
}

void pb__lt_tell_weather(pb__lt_out *o)
{
    pb_event e = pb__lt_event(o, PB_EV_WEATHER, 0);
    e.real[0]  = reading(o, PB__LT_W_AirTemp, -60, 70);
    e.real[1]  = reading(o, PB__LT_W_TrackTemp, -60, 100);
    e.real[2]  = reading(o, PB__LT_W_Humidity, 0, 100);
    e.real[3]  = reading(o, PB__LT_W_Pressure, 500, 1200);
    e.real[4]  = reading(o, PB__LT_W_WindSpeed, 0, 150);
    e.real[5]  = reading(o, PB__LT_W_WindDirection, 0, 360);
    e.real[6]  = reading(o, PB__LT_W_Rainfall, 0, 1);
    pb__lt_emit(o, &e);
}
