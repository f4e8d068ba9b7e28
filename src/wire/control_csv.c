/* control_csv: messages of race control.
 *
 *     cache of the live timing   Time_utc, Category, Message, ...   one race, by the folder's name
 *     export of many races       Time, ..., Season, RoundNumber, EventName, SessionType
 *     OpenF1 (CSV and JSON)      date, category, flag, scope, lap_number, ... */
#include <string.h>

#include "record_table.h"

enum { TIME, CATEGORY, MESSAGE, FLAG, SCOPE, NUMBER, LAP, SEASON, ROUND, SESSION };

static const char *const columns[] = {
    "Time_utc|Time|date",         "Category|category", "Message|message", "Flag|flag",          "Scope|scope",
    "RacingNumber|driver_number", "Lap|lap_number",    "?Season|season",  "?RoundNumber|round", "?SessionType"};

static pb_status take_row(pb__table *t)
{
    pb_control_row row;
    memset(&row, 0, sizeof row);
    pb_span kind = pb__field(t, SESSION);
    if (kind.len > 0 && !pb_span_equal_text(kind, "R") && !pb_span_equal_text(kind, "S"))
        pb__refuse(t, SESSION, "is not a race (R) or sprint (S)");
    pb__take_race(t, SEASON, ROUND, &row.season, &row.round, &row.sprint);
    row.sprint     = row.sprint || pb_span_equal_text(kind, "S");
    row.session_ms = PB_MS_NONE;
    if (pb__field(t, TIME).len == 0) pb__refuse(t, TIME, "is missing");
    row.utc_ms     = pb__take_utc(t, TIME);
    row.lap        = (int16_t)pb__take_whole(t, LAP, 0, PB_LAPS_MAX, 0);
    row.car_number = (int16_t)pb__take_whole(t, NUMBER, 0, 9999, 0);
    pb__take_text(t, CATEGORY, row.category, sizeof row.category);
    pb__take_text(t, FLAG, row.flag, sizeof row.flag);
    pb__take_text(t, SCOPE, row.scope, sizeof row.scope);
    pb__need_text(t, MESSAGE, row.message, sizeof row.message);
    PB__KEEP(t, control, &row);
    return PB_OK;
}

pb_status pb__read_control(pb__table *t, pb_span text)
{
    t->columns   = columns;
    t->n_columns = sizeof columns / sizeof *columns;
    return pb__read_csv(t, text, ',', take_row);
}

/* ---- for OpenF1's JSON ---- */

void pb__control_columns(pb__table *t)
{
    t->columns   = columns;
    t->n_columns = sizeof columns / sizeof *columns;
}

pb_status pb__take_control(pb__table *t)
{
    return take_row(t);
}
