/* Points of each car gathered into columns: see store_chunk.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "store_chunk.h"

#define FIRST_ROWS 64u
#define ROWS_MOST 65536u
#define PLACES 256u

void pb__chunks_init(pb__chunks *chunks, uint32_t rows_max, int64_t span_us)
{
    memset(chunks, 0, sizeof *chunks);
    chunks->rows_max = rows_max;
    chunks->span_us  = span_us;
    chunks->last     = &chunks->complete;
}

static void destroy(pb__columns *c)
{
    if (!c) return;
    free(c->time_us);
    free(c->lap);
    free(c->lat_e7);
    free(c->lon_e7);
    for (int k = 0; k < PB_CH_N; k++) free(c->ch[k]);
    free(c);
}

static void drop_complete(pb__chunks *chunks)
{
    for (pb__columns *c = chunks->complete, *next; c; c = next) {
        next = c->next;
        destroy(c);
    }
    chunks->complete        = NULL;
    chunks->last            = &chunks->complete;
    chunks->n_complete_rows = 0;
}

void pb__chunks_fini(pb__chunks *chunks)
{
    drop_complete(chunks);
    for (uint32_t i = 0; i < PLACES; i++) destroy(chunks->open[i]);
    memset(chunks->open, 0, sizeof chunks->open);
}

/* ---- one car ---- */

static bool grow_one(void **array, size_t bytes)
{
    void *grown = realloc(*array, bytes);
    if (grown) *array = grown;
    return grown != NULL;
}

static bool grow(pb__columns *c)
{
    uint32_t cap = c->cap ? c->cap * 2 : FIRST_ROWS;
    if (c->n < c->cap) return true;
    if (cap > ROWS_MOST) return false;
    bool all =
        grow_one((void **)&c->time_us, cap * sizeof(int64_t)) && grow_one((void **)&c->lap, cap * sizeof(int64_t)) &&
        grow_one((void **)&c->lat_e7, cap * sizeof(int64_t)) && grow_one((void **)&c->lon_e7, cap * sizeof(int64_t));
    for (int k = 0; k < PB_CH_N && all; k++) all = grow_one((void **)&c->ch[k], cap * sizeof(float));
    if (all) c->cap = cap;
    return all;
}

static int64_t degrees_e7(double degrees)
{
    return isfinite(degrees) && fabs(degrees) <= 360 ? (int64_t)llround(degrees * 1e7) : INT64_MIN;
}

static void put_row(pb__columns *c, const pb_point *p)
{
    uint32_t i    = c->n++;
    c->time_us[i] = p->time_us;
    c->lap[i]     = p->lap;
    c->lat_e7[i]  = degrees_e7(p->lat_deg);
    c->lon_e7[i]  = degrees_e7(p->lon_deg);
    c->has |= p->has;
    c->has_place = c->has_place || c->lat_e7[i] != INT64_MIN || c->lon_e7[i] != INT64_MIN;
    for (int k = 0; k < PB_CH_N; k++) c->ch[k][i] = pb_point_has(p, (pb_channel)k) ? p->ch[k] : NAN;
    if (i == 0 || p->time_us < c->from_us) c->from_us = p->time_us;
    if (i == 0 || p->time_us > c->to_us) c->to_us = p->time_us;
    c->dirty = true;
}

/* ---- all cars ---- */

static pb__columns **place_of(pb__chunks *chunks, int32_t car)
{
    for (uint32_t k = 0; k < PLACES; k++) {
        pb__columns **place = &chunks->open[((uint32_t)car + k) % PLACES];
        if (!*place || (*place)->car == car) return place;
    }
    return NULL;
}

/* Empty columns stay in their place, so that probing finds those behind them. */
static pb__columns *renew(pb__columns **place, int32_t car)
{
    *place = calloc(1, sizeof **place);
    if (*place) (*place)->car = car;
    return *place;
}

static void complete(pb__chunks *chunks, pb__columns **place)
{
    pb__columns *c = *place;
    if (!c || c->n == 0) return;
    if (!renew(place, c->car)) { /* no memory for another: it grows on */
        *place = c;
        return;
    }
    c->next       = NULL;
    *chunks->last = c;
    chunks->last  = &c->next;
    chunks->n_complete_rows += c->n;
}

static bool is_over(const pb__chunks *chunks, const pb__columns *c, const char *session, uint64_t seq,
                    int64_t received_us)
{
    if (c->n == 0 || seq == c->last_seq) return false;
    return c->n >= chunks->rows_max || received_us - c->received_us >= chunks->span_us ||
           received_us < c->received_us || strcmp(c->session, session) != 0;
}

void pb__chunks_add(pb__chunks *chunks, const char *session, uint64_t seq, int64_t received_us, const pb_point *point)
{
    pb__columns **place = place_of(chunks, point->car);
    if (place && *place && is_over(chunks, *place, session, seq, received_us)) complete(chunks, place);
    if (!place || (!*place && !renew(place, point->car)) || !grow(*place)) {
        chunks->lost++;
        return;
    }
    pb__columns *c = *place;
    if (c->n == 0) {
        c->first_seq   = seq;
        c->received_us = received_us;
        (void)pb_span_copy(pb_span_of(session), c->session, sizeof c->session);
    }
    c->last_seq = seq;
    put_row(c, point);
}

void pb__chunks_end(pb__chunks *chunks)
{
    for (uint32_t i = 0; i < PLACES; i++) complete(chunks, &chunks->open[i]);
}

/* ---- into the store ---- */

static pb_status write_one(const pb__columns *c, pb_store *store, pb_error *error)
{
    pb_chunk_column columns[PB_CHUNK_COLUMNS_MAX];
    uint32_t        n = 0;
    columns[n++]      = (pb_chunk_column){.name = "time_us", .i64 = c->time_us};
    columns[n++]      = (pb_chunk_column){.name = "lap", .i64 = c->lap};
    for (int k = 0; k < PB_CH_N; k++)
        if ((c->has >> k) & 1u)
            columns[n++] = (pb_chunk_column){.name = pb_channel_name((pb_channel)k), .f32 = c->ch[k]};
    if (c->has_place) {
        columns[n++] = (pb_chunk_column){.name = "lat_e7", .i64 = c->lat_e7};
        columns[n++] = (pb_chunk_column){.name = "lon_e7", .i64 = c->lon_e7};
    }
    pb_chunk chunk = {.session   = c->session,
                      .car       = c->car,
                      .from_us   = c->from_us,
                      .to_us     = c->to_us,
                      .n_rows    = c->n,
                      .n_columns = n,
                      .columns   = columns,
                      .seq       = c->first_seq};
    return pb_store_put_chunk(store, &chunk, error);
}

pb_status pb__chunks_write(pb__chunks *chunks, pb_store *store, uint64_t applied, pb_error *error)
{
    for (const pb__columns *c = chunks->complete; c; c = c->next)
        if (c->last_seq > applied) PB_TRY(write_one(c, store, error));
    for (uint32_t i = 0; i < PLACES; i++) {
        const pb__columns *c = chunks->open[i];
        if (c && c->dirty && c->last_seq > applied) PB_TRY(write_one(c, store, error));
    }
    return PB_OK;
}

void pb__chunks_written(pb__chunks *chunks)
{
    drop_complete(chunks);
    for (uint32_t i = 0; i < PLACES; i++)
        if (chunks->open[i]) chunks->open[i]->dirty = false;
}

bool pb__chunks_dirty(const pb__chunks *chunks)
{
    if (chunks->complete) return true;
    for (uint32_t i = 0; i < PLACES; i++)
        if (chunks->open[i] && chunks->open[i]->dirty) return true;
    return false;
}
