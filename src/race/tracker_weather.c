/* tracker_weather: what it is like, and what it will be. */
#include <math.h>

#include "tracker.h"

static bool within(float x, float lo, float hi)
{
    return isnan(x) || (x >= lo && x <= hi);
}

static void keep(float *to, float x)
{
    if (!isnan(x)) *to = x;
}

const char *pb__on_weather(pb__ctx *c)
{
    const float    *r = c->e->real;
    pb_weather_row *w = &c->s->weather;
    if (!within(r[0], -60, 70) || !within(r[1], -60, 100) || !within(r[2], 0, 100) || !within(r[3], 500, 1200) ||
        !within(r[4], 0, 150) || !within(r[5], 0, 360) || !within(r[6], 0, 1))
        return "weather that cannot be";
    if (!pb__tell_session(&c->t->weather_origin, c->e)) return "a better source tells the weather";
    bool first = w->session_ms == PB_MS_NONE;
    if (first) *w = (pb_weather_row){0, 0, false, 0, 0, NAN, NAN, NAN, NAN, NAN, NAN, -1};
    keep(&w->air_degc, r[0]);
    keep(&w->track_degc, r[1]);
    keep(&w->humidity_pct, r[2]);
    keep(&w->pressure_mbar, r[3]);
    keep(&w->wind_mps, r[4]);
    keep(&w->wind_deg, r[5]);
    int8_t rain = isnan(r[6]) ? w->rain : r[6] >= 0.5f;
    if (w->rain >= 0 ? rain != w->rain : rain == 1) c->meaning.bits |= PB_MEANT_RAIN;
    w->rain       = rain;
    w->session_ms = c->now_ms == PB_MS_NONE ? 0 : c->now_ms;
    w->utc_ms     = c->now_us == PB_US_NONE ? 0 : c->now_us / 1000;
    return NULL;
}

/* Kept for the minutes that the state has; others are passed over. */
const char *pb__on_forecast(pb__ctx *c)
{
    static const int at[4] = {5, 10, 15, 30};
    float            p     = c->e->real[0];
    if (c->e->value < 0 || c->e->value > 24 * 60) return "a forecast for a time that cannot be";
    if (!(p >= 0 && p <= 1)) return "a chance outside 0 to 1";
    for (int i = 0; i < 4; i++)
        if (c->e->value == at[i]) c->s->rain_chance[i] = p;
    return NULL;
}
