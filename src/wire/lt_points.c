/* lt_points: CarData and Position: telemetry of every car some four times a second.
 *
 *     CarData   Entries[{Utc, Cars{number: {Channels{0 rpm, 2 speed, 3 gear, 4 throttle, 5 brake, 45 DRS}}}}]
 *     Position  Position[{Timestamp, Entries{number: {Status, X, Y, Z}}}]     1/10 m
 *
 * The two streams are not aligned and come in messages of their own. A point is an entry
 * of CarData; where the car was is its newest position that is not later and at most 2 s
 * old. */
#include <string.h>

#include "lt_parts.h"

#define PLACE_AGE_US 2000000

static bool car_of(const pb__lt_value *member, int32_t *car)
{
    int64_t v = 0;
    if (!pb_span_to_i64((pb_span){member->key, member->key_len}, &v) || v < 1 || v > INT16_MAX) return false;
    *car = (int32_t)v;
    return true;
}

/* A whole number, also as a text. */
static bool whole_of(const pb__lt_value *v, int64_t lo, int64_t hi, int64_t *out)
{
    int64_t n = 0;
    if (!v) return false;
    if (v->kind == PB__LT_WHOLE)
        n = v->whole;
    else if (v->kind != PB__LT_TEXT || !pb_span_to_i64(pb__lt_value_text(v), &n))
        return false;
    if (n < lo || n > hi) return false;
    *out = n;
    return true;
}

/* ---- where the cars are ---- */

static pb__lt_trace *trace_of(pb_live_timing *t, int32_t car, bool make)
{
    for (uint32_t i = 0; i < t->n_traces; i++)
        if (t->traces[i].car == car) return &t->traces[i];
    if (!make || t->n_traces == PB_CARS_MAX) return NULL;
    pb__lt_trace *trace = &t->traces[t->n_traces++];
    trace->car          = car;
    trace->n            = 0;
    return trace;
}

static void keep_place(pb__lt_out *o, int32_t car, int64_t at_us, const pb__lt_value *entry)
{
    int64_t             x = 0, y = 0, z = 0;
    pb__lt_trace       *trace = NULL;
    const pb__lt_value *v     = entry;
    if (!whole_of(pb__lt_member(v, "X"), -10000000, 10000000, &x) ||
        !whole_of(pb__lt_member(v, "Y"), -10000000, 10000000, &y) ||
        !whole_of(pb__lt_member(v, "Z"), -10000000, 10000000, &z))
        pb__lt_refuse(o, "a position without X, Y and Z");
    else if (!(trace = trace_of(o->timing, car, true)))
        pb__lt_refuse(o, "positions of too many cars");
    else
        trace->places[trace->n++ % PB__LT_PLACES] =
            (pb__lt_place){at_us, (float)x / 10.0f, (float)y / 10.0f, (float)z / 10.0f};
}

/* Samples of one of the two, each with its time. */
static void each_sample(pb__lt_out *o, const pb__lt_value *list, const char *time, const char *cars,
                        void (*take)(pb__lt_out *, int32_t, int64_t, const pb__lt_value *))
{
    if (!list || list->kind != PB__LT_LIST) {
        pb__lt_refuse(o, "car data or positions without samples");
        return;
    }
    for (const pb__lt_value *sample = list->child; sample; sample = sample->next) {
        const pb__lt_value *entries = pb__lt_member(sample, cars);
        int64_t             at_us   = 0;
        if (!pb__lt_utc(pb__lt_value_text(pb__lt_member(sample, time)), &at_us) || !entries ||
            entries->kind != PB__LT_OBJECT) {
            pb__lt_refuse(o, "a sample without time or cars");
            continue;
        }
        pb__lt_anchor(o, at_us, true);
        for (const pb__lt_value *v = entries->child; v; v = v->next) {
            int32_t car = 0;
            if (car_of(v, &car)) take(o, car, at_us, v);
        }
    }
}

void pb__lt_tell_positions(pb__lt_out *o, const pb__lt_value *payload)
{
    each_sample(o, pb__lt_member(payload, "Position"), "Timestamp", "Entries", keep_place);
}

/* ---- what the cars do ---- */

static void put(pb_point *p, pb_channel channel, float value)
{
    p->ch[channel] = value;
    p->has |= 1u << channel;
}

static void put_channel(pb_point *p, const pb__lt_value *channels, const char *number, int64_t hi, pb_channel channel)
{
    int64_t v = 0;
    if (whole_of(pb__lt_member(channels, number), 0, hi, &v)) put(p, channel, (float)v);
}

static void put_channels(pb_point *p, const pb__lt_value *channels)
{
    int64_t drs = 0;
    put_channel(p, channels, "0", 20000, PB_CH_RPM);
    put_channel(p, channels, "2", 500, PB_CH_SPEED);
    put_channel(p, channels, "3", 8, PB_CH_GEAR);
    put_channel(p, channels, "4", 100, PB_CH_APS); /* 104: no data */
    put_channel(p, channels, "5", 100, PB_CH_BRAKE);
    if (whole_of(pb__lt_member(channels, "45"), 0, 99, &drs))
        put(p, PB_CH_DRS, drs >= 10 && drs % 2 == 0 ? 1.0f : 0.0f);
}

static void put_place(const pb_live_timing *t, pb_point *p)
{
    const pb__lt_place *best  = NULL;
    const pb__lt_trace *trace = NULL;
    for (uint32_t i = 0; i < t->n_traces && !trace; i++)
        if (t->traces[i].car == p->car) trace = &t->traces[i];
    for (uint32_t i = 0; trace && i < PB__LT_PLACES && i < trace->n; i++) {
        const pb__lt_place *place = &trace->places[i];
        int64_t             age   = p->time_us - place->at_us;
        if (age >= 0 && age <= PLACE_AGE_US && (!best || place->at_us > best->at_us)) best = place;
    }
    if (!best) return;
    put(p, PB_CH_POS_X, best->x_m);
    put(p, PB_CH_POS_Y, best->y_m);
    put(p, PB_CH_POS_Z, best->z_m);
}

static void tell_point(pb__lt_out *o, int32_t car, int64_t at_us, const pb__lt_value *entry)
{
    const pb__lt_value *channels = pb__lt_member(entry, "Channels");
    pb_point            p        = {.time_us = at_us, .car = car, .origin = PB_ORIGIN_LIVE_TIMING};
    int32_t             laps     = pb__lt_laps(o->timing, car);
    if (!channels || channels->kind != PB__LT_OBJECT) {
        pb__lt_refuse(o, "car data without channels");
        return;
    }
    p.lat_deg = p.lon_deg = __builtin_nan("");
    p.lap                 = (uint16_t)(laps >= 0 ? laps + 1 : 0);
    put_channels(&p, channels);
    put_place(o->timing, &p);
    if (p.has != 0 && o->sink->point) o->sink->point(o->sink->user, &p);
}

void pb__lt_tell_car_data(pb__lt_out *o, const pb__lt_value *payload)
{
    each_sample(o, pb__lt_member(payload, "Entries"), "Utc", "Cars", tell_point);
}
