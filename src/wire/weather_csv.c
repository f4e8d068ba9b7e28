/* weather_csv: a weather station's readings, on the session clock or in UTC.
 *
 *     cache of the live timing   Time_s, AirTemp, ...                 one race, by the folder's name
 *     export of many races       Time, AirTemp, ..., Season, RoundNumber
 *     OpenF1 (CSV and JSON)      date, air_temperature, ...
 *     timing system (GR Cup)     TIME_UTC_SECONDS;AIR_TEMP;...        wind in km/h, TRACK_TEMP 0: not measured */
#include <math.h>
#include <string.h>

#include "ergast_rows.h"

enum { TIME, AIR, HUMIDITY, PRESSURE, RAIN, TRACK, DIRECTION, SPEED, SEASON, ROUND, SESSION, UTC };

static const char *const columns[] = {"?Time_s|Time",
                                      "AirTemp|air_temperature",
                                      "Humidity|humidity",
                                      "Pressure|pressure",
                                      "Rainfall|rainfall",
                                      "TrackTemp|track_temperature",
                                      "WindDirection|wind_direction",
                                      "WindSpeed|wind_speed",
                                      "?Season|season",
                                      "?RoundNumber|round",
                                      "?SessionType",
                                      "?date"};

static void take_air(pb__table *t, pb_weather_row *row)
{
    row->air_degc      = (float)pb__take_number(t, AIR, -60, 70);
    row->track_degc    = (float)pb__take_number(t, TRACK, -60, 100);
    row->humidity_pct  = (float)pb__take_number(t, HUMIDITY, 0, 110);
    row->pressure_mbar = (float)pb__take_number(t, PRESSURE, 0, 1200);
    row->wind_mps      = (float)pb__take_number(t, SPEED, 0, 150);
    row->wind_deg      = (float)pb__take_number(t, DIRECTION, 0, 360);
}

static pb_status take_row(pb__table *t)
{
    pb_weather_row row;
    memset(&row, 0, sizeof row);
    pb_span kind = pb__field(t, SESSION);
    if (kind.len > 0 && !pb_span_equal_text(kind, "R") && !pb_span_equal_text(kind, "S"))
        pb__refuse(t, SESSION, "is not a race (R) or sprint (S)");
    pb__take_race(t, SEASON, ROUND, &row.season, &row.round, &row.sprint);
    row.sprint     = row.sprint || pb_span_equal_text(kind, "S");
    row.utc_ms     = pb__take_utc(t, UTC);
    row.session_ms = row.utc_ms ? PB_MS_NONE : pb__need_ms(t, TIME);
    row.rain       = pb__take_bool(t, RAIN);
    take_air(t, &row);
    PB__KEEP(t, weather, &row);
    return PB_OK;
}

pb_status pb__read_weather(pb__table *t, pb_span text)
{
    t->columns   = columns;
    t->n_columns = sizeof columns / sizeof *columns;
    return pb__read_csv(t, text, ',', take_row);
}

/* ---- the timing system's form ---- */

enum { G_UTC, G_AIR, G_TRACK, G_HUMIDITY, G_PRESSURE, G_SPEED, G_DIRECTION, G_RAIN };

static const char *const grcup_columns[] = {"TIME_UTC_SECONDS", "AIR_TEMP",   "TRACK_TEMP",     "HUMIDITY",
                                            "PRESSURE",         "WIND_SPEED", "WIND_DIRECTION", "RAIN"};

static pb_status take_grcup_row(pb__table *t)
{
    pb_weather_row row;
    memset(&row, 0, sizeof row);
    row.season        = t->season;
    row.round         = t->round;
    row.session_ms    = PB_MS_NONE;
    row.utc_ms        = pb__need_epoch(t, G_UTC);
    row.air_degc      = (float)pb__take_number(t, G_AIR, -60, 70);
    row.track_degc    = (float)pb__take_number(t, G_TRACK, -60, 100);
    row.humidity_pct  = (float)pb__take_number(t, G_HUMIDITY, 0, 110);
    row.pressure_mbar = (float)pb__take_number(t, G_PRESSURE, 0, 1200);
    row.wind_mps      = (float)(pb__take_number(t, G_SPEED, 0, 500) / 3.6);
    row.wind_deg      = (float)pb__take_number(t, G_DIRECTION, 0, 360);
    row.rain          = (int8_t)pb__take_whole(t, G_RAIN, 0, 1, -1);
    if (row.track_degc == 0.0f) row.track_degc = (float)NAN; /* no sensor */
    PB__KEEP(t, weather, &row);
    return PB_OK;
}

pb_status pb__read_grcup_weather(pb__table *t, pb_span text)
{
    PB_TRY(pb__grcup_race(t));
    t->columns   = grcup_columns;
    t->n_columns = sizeof grcup_columns / sizeof *grcup_columns;
    return pb__read_csv(t, text, ';', take_grcup_row);
}

/* ---- for OpenF1's JSON ---- */

void pb__weather_columns(pb__table *t)
{
    t->columns   = columns;
    t->n_columns = sizeof columns / sizeof *columns;
}

pb_status pb__take_weather(pb__table *t)
{
    return take_row(t);
}
