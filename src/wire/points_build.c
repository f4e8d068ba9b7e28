/* points_build: what a row says, checked, as a point. */
#include <math.h>
#include <string.h>

#include "points_row.h"

/* Outside of these a value cannot be right in any car. Sensors overshoot a little:
 * pedals and pressures have room below zero. docs/formats/points.md has the table. */
static const struct {
    float lo, hi;
    bool  whole;
} ranges[PB_CH_N] = {
    [PB_CH_LAPDIST]  = {-30000, 30000, false}, /* the F1 game counts up to the line from below zero */
    [PB_CH_SPEED]    = {-100, 500, false},
    [PB_CH_ACCX]     = {-20, 20, false},
    [PB_CH_ACCY]     = {-20, 20, false},
    [PB_CH_STEERING] = {-1080, 1080, false},
    [PB_CH_PBRAKE_F] = {-10, 300, false},
    [PB_CH_PBRAKE_R] = {-10, 300, false},
    [PB_CH_RPM]      = {0, 25000, false},
    [PB_CH_APS]      = {-10, 110, false},
    [PB_CH_GEAR]     = {-1, 12, true},
    [PB_CH_BRAKE]    = {-10, 110, false},
    [PB_CH_TYRE_AGE] = {0, 500, false},
    [PB_CH_SECTOR]   = {1, 3, true},
    [PB_CH_POS_X]    = {-100000, 100000, false},
    [PB_CH_POS_Y]    = {-100000, 100000, false},
    [PB_CH_POS_Z]    = {-100000, 100000, false},
    [PB_CH_FUEL]     = {0, 500, false},
    [PB_CH_DRS]      = {0, 1, true},
    [PB_CH_ERS]      = {0, 500, false},
    [PB_CH_TYRE_FL]  = {-60, 500, false},
    [PB_CH_TYRE_FR]  = {-60, 500, false},
    [PB_CH_TYRE_RL]  = {-60, 500, false},
    [PB_CH_TYRE_RR]  = {-60, 500, false},
};

enum { NO_NUMBER, NOT_FINITE, OUT_OF_RANGE, NOT_WHOLE };

static const char *const reasons[PB_CH_N][4] = {
#define REASONS(id, text)                                                                                              \
    [PB_CH_##id] = {text " is no number", text " is not finite", text " is out of range", text " is not whole"},
    PB_CHANNEL_LIST(REASONS)
#undef REASONS
};

void pb__point_cell(pb_span cell, pb_fast_value *out)
{
    out->kind = PB_FAST_NULL;
    if (cell.len == 0) return;
    if (cell.len >= 16 && pb_span_to_i64(cell, &out->whole)) {
        out->kind = PB_FAST_WHOLE;
    } else if (pb_span_to_f64(cell, &out->real)) {
        out->kind = PB_FAST_REAL;
    } else {
        out->kind = PB_FAST_TEXT;
        out->text = cell;
    }
}

/* A value as a number; loggers that quote numbers are understood. */
static bool number_of(const pb_fast_value *value, double *out)
{
    switch ((pb_fast_kind)value->kind) {
    case PB_FAST_WHOLE:
        *out = (double)value->whole;
        return true;
    case PB_FAST_REAL:
        *out = value->real;
        return true;
    case PB_FAST_TEXT:
        return pb_span_to_f64(value->text, out);
    default:
        return false;
    }
}

static bool says_nothing(const pb_fast_value *value)
{
    return value->kind == PB_FAST_NULL || (value->kind == PB_FAST_TEXT && value->text.len == 0);
}

static const char *put_channel(pb_point *p, int c, const pb_fast_value *value)
{
    double v;
    if (!number_of(value, &v)) {
        if (c != PB_CH_DRS || value->kind != PB_FAST_BOOL) return reasons[c][NO_NUMBER];
        v = (double)value->whole;
    }
    if (!isfinite(v)) return reasons[c][NOT_FINITE];
    if (v < (double)ranges[c].lo || v > (double)ranges[c].hi) return reasons[c][OUT_OF_RANGE];
    if (ranges[c].whole && v != floor(v)) return reasons[c][NOT_WHOLE];
    p->ch[c] = (float)v;
    p->has |= 1u << c;
    return NULL;
}

/* Steering with the other sign; straight ahead stays a plain 0. */
static const char *put_left(pb_point *p, const pb_fast_value *value)
{
    const char *why = put_channel(p, PB_CH_STEERING, value);
    if (!why) p->ch[PB_CH_STEERING] = 0.0f - p->ch[PB_CH_STEERING];
    return why;
}

static const char *put_degrees(const pb_fast_value *value, double limit, double *to, const char *no_number,
                               const char *range)
{
    double v;
    if (!number_of(value, &v)) return no_number;
    if (!(fabs(v) <= limit)) return range;
    *to = v;
    return NULL;
}

static const char *put_lap(pb_point *p, const pb_fast_value *value)
{
    double v;
    if (!number_of(value, &v)) return "lap is no number";
    if (v == PB__LAP_INVALID) return NULL;
    if (!(v >= 0 && v <= 9999)) return "lap is out of range";
    if (v != floor(v)) return "lap is not whole";
    p->lap = (uint16_t)v;
    return NULL;
}

static const char *put_session(pb_point *p, const pb_fast_value *value)
{
    if (value->kind != PB_FAST_TEXT) return "session is no text";
    if (value->text.len >= sizeof p->session) return "session is too long";
    if (!pb_utf8_valid(value->text)) return "session is no UTF-8";
    return pb_span_copy(value->text, p->session, sizeof p->session) ? NULL : "session is too long";
}

static const char *put_time(pb_point *p, const pb_fast_value *value)
{
    bool good = value->kind == PB_FAST_TEXT    ? pb__time_text(value->text, &p->time_us)
                : value->kind == PB_FAST_WHOLE ? pb__time_whole(value->whole, &p->time_us)
                : value->kind == PB_FAST_REAL  ? pb__time_real(value->real, &p->time_us)
                                               : false;
    return good ? NULL : "time is no time";
}

/* "049" at the end of a span that ends with "-049"; -1 if it does not. */
static int32_t number_behind_dash(pb_span *text)
{
    size_t  i = text->len;
    int64_t n;
    while (i > 0 && text->at[i - 1] >= '0' && text->at[i - 1] <= '9') i--;
    pb_span digits = {text->at + i, text->len - i};
    if (i == 0 || text->at[i - 1] != '-' || digits.len > 5 || !pb_span_to_i64(digits, &n)) return -1;
    text->len = i - 1;
    return (int32_t)n;
}

int32_t pb__point_car(pb_span text)
{
    int64_t n;
    if (text.len <= 5 && pb_span_to_i64(text, &n)) return n > 0 && n <= INT16_MAX ? (int32_t)n : 0;
    int32_t number = number_behind_dash(&text);
    if (number > 0) return number <= INT16_MAX ? number : 0;
    int32_t chassis = number == 0 ? number_behind_dash(&text) : -1;
    return chassis > 0 && chassis <= 999 ? 1000 + chassis : 0;
}

/* A number of zero says that none is assigned yet. */
static const char *put_car(pb_point *p, const pb_fast_value *value)
{
    double v;
    if (value->kind == PB_FAST_TEXT) {
        p->car = pb__point_car(value->text);
        return p->car || pb_span_equal_text(value->text, "000") || pb_span_equal_text(value->text, "0")
                   ? NULL
                   : "car is no car";
    }
    if (!number_of(value, &v)) return "car is no number";
    if (!(v >= 0 && v <= INT16_MAX) || v != floor(v)) return "car is out of range";
    p->car = (int32_t)v;
    return NULL;
}

static const char *put_chassis(pb_point *p, const pb_fast_value *value)
{
    double v;
    if (!number_of(value, &v)) { /* "GR86-049" */
        if (value->kind != PB_FAST_TEXT) return "chassis is no number";
        pb_span text = value->text;
        v            = number_behind_dash(&text);
    }
    if (!(v >= 1 && v <= 999) || v != floor(v)) return "chassis is out of range";
    p->car = 1000 + (int32_t)v;
    return NULL;
}

const char *pb__point_put(pb_point *p, int meaning, const pb_fast_value *value)
{
    if (says_nothing(value)) return NULL;
    if (meaning < PB_CH_N) return put_channel(p, meaning, value);
    switch (meaning) {
    case PB__PT_LAT:
        return put_degrees(value, 90, &p->lat_deg, "lat_deg is no number", "lat_deg is out of range");
    case PB__PT_LON:
        return put_degrees(value, 180, &p->lon_deg, "lon_deg is no number", "lon_deg is out of range");
    case PB__PT_LAP:
        return put_lap(p, value);
    case PB__PT_SESSION:
        return put_session(p, value);
    case PB__PT_TIME:
        return put_time(p, value);
    case PB__PT_CAR:
        return put_car(p, value);
    case PB__PT_CHASSIS:
        return put_chassis(p, value);
    case PB__PT_LEFT:
        return put_left(p, value);
    default:
        return NULL;
    }
}

void pb__point_blank(pb_point *out)
{
    memset(out, 0, sizeof *out);
    out->time_us = PB_US_NONE;
    out->lat_deg = out->lon_deg = NAN;
    out->origin                 = PB_ORIGIN_TELEMETRY;
}

bool pb__point_is_sample(int meaning)
{
    return meaning < PB_CH_N || meaning == PB__PT_LAT || meaning == PB__PT_LON || meaning == PB__PT_LEFT;
}

bool pb__point_is_set(const pb_point *p, int meaning)
{
    if (meaning < PB_CH_N) return (p->has >> meaning) & 1u;
    switch (meaning) {
    case PB__PT_LAT:
        return !isnan(p->lat_deg);
    case PB__PT_LON:
        return !isnan(p->lon_deg);
    case PB__PT_TIME:
        return p->time_us != PB_US_NONE;
    case PB__PT_CAR:
    case PB__PT_CHASSIS:
        return p->car != 0;
    case PB__PT_LEFT:
        return (p->has >> PB_CH_STEERING) & 1u;
    default:
        return false;
    }
}

const char *pb__point_build(const pb_fast_row *row, pb_point *out)
{
    if (row->twice) return "a key is there twice";
    pb__point_blank(out);
    for (uint64_t seen = row->seen; seen; seen &= seen - 1) {
        int name    = __builtin_ctzll(seen);
        int meaning = pb__point_meaning(name);
        if (pb__point_is_set(out, meaning)) continue;
        const char *why = pb__point_put(out, meaning, &row->at[name]);
        if (why) return why;
    }
    if (out->car == 0) return "car is missing";
    if (out->time_us == PB_US_NONE) return "time is missing";
    return NULL;
}
