/* feed_tables_common: session, cars, weather and race control from records. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "feed_tables.h"
#include "pitboard/wire_control.h"

#define DAY_MS (24 * INT64_C(3600000))

bool pb__tables_clock(const pb__event_list *list, int64_t utc_ms, int64_t *out)
{
    if (list->zero_us == PB_US_NONE || utc_ms == 0) return false;
    *out = utc_ms - list->zero_us / 1000;
    return *out > -DAY_MS && *out < DAY_MS;
}

void pb__tables_session(pb__event_list *list, const pb_records *r, pb_session_type type, const char *id)
{
    pb_event *e     = pb__list_add(list, PB_EV_SESSION, PB__AT_FIRST);
    int16_t   round = r->laps.n ? r->laps.at[0].round : 0;
    e->value        = (int32_t)type;
    e->aux          = r->laps.n ? r->laps.at[0].season : 0;
    e->index        = round > 0 && round < 256 ? (uint8_t)round : 0;
    pb__list_text(e->text, 48, id);
    if (r->races.n == 0) return;
    pb__list_text(e->name, sizeof e->name, r->races.at[0].name);
    pb__list_text(e->team_text, sizeof e->team_text, r->races.at[0].circuit);
}

void pb__tables_cars(pb__event_list *list, const pb_records *r)
{
    for (uint32_t i = 0; i < r->entries.n; i++) {
        const pb_entry_row *row = &r->entries.at[i];
        int16_t             key = pb__list_key(list, row->driver, row->number);
        if (key == 0) continue;
        pb_event *e   = pb__list_add_car(list, PB_EV_CAR, PB__AT_FIRST, key);
        e->session_ms = PB_MS_NONE;
        e->value      = row->number;
        for (uint32_t g = 0; g < r->starts.n; g++)
            if (r->starts.at[g].number == row->number && row->number) e->aux = r->starts.at[g].grid;
        pb__list_text(e->text, sizeof row->driver, row->driver);
        pb__list_text(e->team_text, sizeof e->team_text, row->team);
    }
}

void pb__tables_weather(pb__event_list *list, const pb_records *r)
{
    for (uint32_t i = 0; i < r->weather.n; i++) {
        const pb_weather_row *row = &r->weather.at[i];
        int64_t               at  = row->session_ms;
        if (row->session_ms == PB_MS_NONE && !pb__tables_clock(list, row->utc_ms, &at)) {
            list->refused++;
            continue;
        }
        pb_event *e = pb__list_add(list, PB_EV_WEATHER, at);
        e->real[0]  = row->air_degc;
        e->real[1]  = row->track_degc;
        e->real[2]  = row->humidity_pct;
        e->real[3]  = row->pressure_mbar;
        e->real[4]  = row->wind_mps;
        e->real[5]  = row->wind_deg;
        e->real[6]  = row->rain < 0 ? NAN : (float)row->rain;
    }
}

/* A message of race control, and what its words mean (wire_control.h). */
static void add_message(pb__event_list *list, const pb_control_row *row, int64_t at)
{
    pb_event told[PB_CONTROL_EVENTS_MAX];
    uint32_t n = pb_control_events(row, list->origin, told, PB_CONTROL_EVENTS_MAX);
    for (uint32_t i = 0; i < n; i++) {
        pb_event *e = pb__list_add(list, (pb_event_kind)told[i].kind, at);
        if (told[i].car > 0) told[i].car = pb__list_key(list, "", told[i].car);
        told[i].session_ms = e->session_ms;
        told[i].at_us      = e->at_us;
        *e                 = told[i];
    }
}

void pb__tables_control(pb__event_list *list, const pb_records *r)
{
    for (uint32_t i = 0; i < r->control.n; i++) {
        const pb_control_row *row = &r->control.at[i];
        int64_t               at  = row->session_ms;
        if (row->session_ms == PB_MS_NONE && !pb__tables_clock(list, row->utc_ms, &at))
            list->refused++;
        else
            add_message(list, row, at);
    }
}
