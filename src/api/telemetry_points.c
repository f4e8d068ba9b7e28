/* telemetry_points: chunks of a recording as points. */
#include <math.h>
#include <string.h>

#include "telemetry_read.h"

const char *pb__channel_unit(int channel)
{
    static const char *const units[PB_CH_N] = {
        [PB_CH_LAPDIST] = "m",    [PB_CH_SPEED] = "km/h",   [PB_CH_ACCX] = "g",        [PB_CH_ACCY] = "g",
        [PB_CH_STEERING] = "deg", [PB_CH_PBRAKE_F] = "bar", [PB_CH_PBRAKE_R] = "bar",  [PB_CH_RPM] = "1/min",
        [PB_CH_APS] = "%",        [PB_CH_BRAKE] = "%",      [PB_CH_TYRE_AGE] = "laps", [PB_CH_POS_X] = "m",
        [PB_CH_POS_Y] = "m",      [PB_CH_POS_Z] = "m",      [PB_CH_FUEL] = "kg",       [PB_CH_ERS] = "MJ",
        [PB_CH_TYRE_FL] = "degC", [PB_CH_TYRE_FR] = "degC", [PB_CH_TYRE_RL] = "degC",  [PB_CH_TYRE_RR] = "degC",
    };
    return units[channel] ? units[channel] : "";
}

int pb__channel_decimals(int channel)
{
    switch (channel) {
    case PB_CH_ACCX:
    case PB_CH_ACCY:
        return 3;
    case PB_CH_RPM:
    case PB_CH_GEAR:
    case PB_CH_DRS:
    case PB_CH_SECTOR:
    case PB_CH_TYRE_AGE:
        return 0;
    default:
        return 2;
    }
}

typedef struct reading {
    const pb_request *request;
    pb__point_give   *give;
    void             *user;
    int32_t           car;
    bool              gone;
} reading;

typedef struct sources { /* of the columns of a chunk */
    const int64_t *time_us, *lap, *lat, *lon;
    const float   *ch[PB_CH_N];
} sources;

static int channel_of(const char *name)
{
    int k = 0;
    while (k < PB_CH_N && strcmp(pb_channel_name((pb_channel)k), name) != 0) k++;
    return k;
}

static sources sources_of(const pb_chunk *chunk)
{
    sources s = {0};
    for (uint32_t i = 0; i < chunk->n_columns; i++) {
        const pb_chunk_column *c = &chunk->columns[i];
        int                    k = channel_of(c->name);
        if (strcmp(c->name, "time_us") == 0) s.time_us = c->i64;
        if (strcmp(c->name, "lap") == 0) s.lap = c->i64;
        if (strcmp(c->name, "lat_e7") == 0) s.lat = c->i64;
        if (strcmp(c->name, "lon_e7") == 0) s.lon = c->i64;
        if (k < PB_CH_N) s.ch[k] = c->f32;
    }
    return s;
}

static double degrees(const int64_t *column, uint32_t row)
{
    return column && column[row] != INT64_MIN ? (double)column[row] * 1e-7 : NAN;
}

static void fill(const sources *s, uint32_t row, int32_t car, pb_point *p)
{
    memset(p, 0, sizeof *p);
    p->time_us = s->time_us[row];
    p->car     = car;
    p->lap     = s->lap && s->lap[row] > 0 && s->lap[row] < 32768 ? (uint16_t)s->lap[row] : 0;
    p->origin  = PB_ORIGIN_TELEMETRY;
    p->lat_deg = degrees(s->lat, row);
    p->lon_deg = degrees(s->lon, row);
    for (int k = 0; k < PB_CH_N; k++) {
        if (!s->ch[k] || !isfinite(s->ch[k][row])) continue;
        p->ch[k] = s->ch[k][row];
        p->has |= 1u << k;
    }
}

static bool take_chunk(void *user, const pb_chunk *chunk)
{
    reading *r = user;
    sources  s = sources_of(chunk);
    pb_point point;
    r->gone = pb_request_gone(r->request);
    if (r->gone) return false;
    for (uint32_t i = 0; s.time_us && i < chunk->n_rows; i++) {
        fill(&s, i, r->car, &point);
        if (!r->give(r->user, &point)) return false;
    }
    return true;
}

pb_status pb__points_read(pb_store *store, const pb_request *request, const char *recording, int32_t car,
                          int64_t from_us, int64_t to_us, pb__point_give *give, void *user, pb_error *error)
{
    reading r = {.request = request, .give = give, .user = user, .car = car};
    PB_TRY(pb_store_read_chunks(store, recording, car, from_us, to_us, take_chunk, &r, error));
    return r.gone ? PB_E_CANCELLED : PB_OK;
}
