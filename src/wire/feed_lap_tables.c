/* feed_lap_tables: laps of OpenF1, of the GR Cup's timing and of Ergast, with the stints,
 * stops, weather and race control beside them.
 *
 * The end of a lap is on the session clock (GR Cup), in UTC (OpenF1) or not told at
 * all (Ergast: the sum of the times so far; a missing lap ends a car's laps). Where
 * only UTC is told, the session clock begins with the first lap that is dated. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feed_tables.h"

/* ---- the clock ---- */

static int64_t first_utc(const pb_records *r)
{
    int64_t first = 0;
    for (uint32_t i = 0; i < r->laps.n; i++) {
        const pb_lap_record *row = &r->laps.at[i];
        if (row->end_utc_ms == 0 || row->lap.time_ms == PB_MS_NONE) continue;
        int64_t begin = row->end_utc_ms - row->lap.time_ms;
        if (first == 0 || begin < first) first = begin;
    }
    return first;
}

/* One car's sum of lap times so far. */
typedef struct sum {
    int16_t  key;
    uint16_t lap;
    int64_t  ms;
} sum;

typedef struct tables {
    pb__event_list   *list;
    const pb_records *r;
    sum               sums[PB_CARS_MAX];
    uint32_t          n_sums;
} tables;

static sum *sum_of(tables *t, int16_t key)
{
    for (uint32_t i = 0; i < t->n_sums; i++)
        if (t->sums[i].key == key) return &t->sums[i];
    if (t->n_sums == PB_CARS_MAX) return NULL;
    t->sums[t->n_sums] = (sum){.key = key};
    return &t->sums[t->n_sums++];
}

/* Rows must come lap by lap for this: they are sorted before. */
static bool end_of(tables *t, const pb_lap_record *row, int16_t key, int64_t *end)
{
    if (row->lap.session_ms != PB_MS_NONE) {
        *end = row->lap.session_ms;
        return true;
    }
    if (row->end_utc_ms) return pb__tables_clock(t->list, row->end_utc_ms, end);
    sum *s = sum_of(t, key);
    if (!s || row->lap.number != s->lap + 1 || row->lap.time_ms == PB_MS_NONE) return false;
    s->lap = row->lap.number;
    s->ms += row->lap.time_ms;
    *end = s->ms;
    return true;
}

/* ---- laps ---- */

static int by_lap(const void *a, const void *b)
{
    const pb_lap_record *x = *(const pb_lap_record *const *)a, *y = *(const pb_lap_record *const *)b;
    if (x->lap.number != y->lap.number) return x->lap.number < y->lap.number ? -1 : 1;
    return (x > y) - (x < y);
}

static void add_car(tables *t, const pb_lap_record *row, int16_t key)
{
    if (t->r->entries.n > 0) return;
    for (uint32_t i = 0; i < t->list->n; i++)
        if (t->list->at[i].event.kind == PB_EV_CAR && t->list->at[i].event.car == key) return;
    pb_event *e = pb__list_add_car(t->list, PB_EV_CAR, PB__AT_FIRST, key);
    e->value    = row->number;
    pb__list_text(e->text, sizeof row->driver, row->driver);
}

static void add_stint(tables *t, const pb_lap_record *row, int64_t begin, int16_t key)
{
    if (row->lap.compound == PB_COMPOUND_UNKNOWN || row->lap.stint == 0 || t->r->stints.n > 0) return;
    pb_event *e = pb__list_add_car(t->list, PB_EV_STINT, begin, key);
    e->index    = (uint8_t)(row->lap.stint - 1);
    e->value    = row->lap.compound;
    e->aux      = -1;
    e->fresh    = row->lap.fresh;
}

static void add_lap(tables *t, const pb_lap_record *row)
{
    int64_t end = 0;
    int16_t key = pb__list_key(t->list, row->driver, row->number);
    if (key == 0 || !end_of(t, row, key, &end)) {
        t->list->refused++;
        return;
    }
    add_car(t, row, key);
    add_stint(t, row, row->lap.time_ms == PB_MS_NONE ? end : end - row->lap.time_ms, key);
    if (row->lap.pit_in_ms != PB_MS_NONE)
        pb__list_add_car(t->list, PB_EV_PIT_IN, row->lap.pit_in_ms, key)->lap = row->lap.number;
    pb_event *e = pb__list_add_car(t->list, PB_EV_LAP, end, key);
    e->lap      = row->lap.number;
    e->value    = row->lap.time_ms;
    e->aux      = row->lap.position;
    memcpy(e->sectors, row->lap.sector_ms, sizeof e->sectors);
    if (!(row->speed_kph > 0)) return;
    e        = pb__list_add_car(t->list, PB_EV_SPEED, end, key);
    e->index = 3;
    e->value = (int32_t)row->speed_kph;
}

static pb_status add_laps(tables *t)
{
    const pb_lap_record **rows = calloc(t->r->laps.n, sizeof *rows);
    if (!rows) return pb_error_set(t->list->error, PB_E_NOMEM, "%s: out of memory", t->list->path);
    for (uint32_t i = 0; i < t->r->laps.n; i++) rows[i] = &t->r->laps.at[i];
    qsort(rows, t->r->laps.n, sizeof *rows, by_lap);
    for (uint32_t i = 0; i < t->r->laps.n; i++) add_lap(t, rows[i]);
    free(rows);
    return PB_OK;
}

/* ---- flags at the line (GR Cup) ---- */

static int digit_of(const char *flag)
{
    return strcmp(flag, "GF") == 0 ? 1 : strcmp(flag, "FCY") == 0 ? 4 : strcmp(flag, "RF") == 0 ? 5 : 0;
}

/* The status that a car saw when it crossed the line was on at that moment. */
static void add_flags(tables *t)
{
    for (uint32_t i = 0; i < t->r->laps.n; i++) {
        const pb_lap_record *row   = &t->r->laps.at[i];
        int                  digit = digit_of(row->flag);
        if (row->lap.session_ms == PB_MS_NONE) continue;
        if (digit) pb__list_add(t->list, PB_EV_TRACK, row->lap.session_ms)->value = digit;
        if (strcmp(row->flag, "FF") == 0) (void)pb__list_add(t->list, PB_EV_CHEQUERED, row->lap.session_ms);
    }
}

/* ---- beside the laps ---- */

static void add_stints(tables *t)
{
    for (uint32_t i = 0; i < t->r->stints.n; i++) {
        const pb_stint_row *row = &t->r->stints.at[i];
        int16_t             key = pb__list_key(t->list, row->driver, row->number);
        int64_t             due = PB__AT_FIRST;
        if (key == 0 || row->stint == 0 || row->stint > 24) continue;
        for (uint32_t k = 0; k < t->r->laps.n && row->from_lap > 1; k++) {
            const pb_lap_record *lap = &t->r->laps.at[k];
            if (lap->lap.number == row->from_lap && lap->number == row->number && lap->end_utc_ms &&
                lap->lap.time_ms != PB_MS_NONE)
                (void)pb__tables_clock(t->list, lap->end_utc_ms - lap->lap.time_ms, &due);
        }
        pb_event *e  = pb__list_add_car(t->list, PB_EV_STINT, due, key);
        e->index     = (uint8_t)(row->stint - 1);
        e->value     = row->compound;
        e->aux       = -1;
        e->start_age = row->age_at_start;
        e->fresh     = row->fresh;
        e->lap       = row->from_lap;
    }
}

/* When lap `lap` of a car ended, by the events made so far. */
static bool end_of_lap(const tables *t, int16_t key, uint16_t lap, int64_t *out)
{
    for (uint32_t i = 0; i < t->list->n; i++) {
        const pb__listed *one = &t->list->at[i];
        if (one->event.kind != PB_EV_LAP || one->event.car != key || one->event.lap != lap) continue;
        *out = one->due_ms;
        return true;
    }
    return false;
}

/* A stop is told when it is over: in OpenF1 dated at the exit, in Ergast at the end of the in-lap. */
static void add_pits(tables *t)
{
    for (uint32_t i = 0; i < t->r->pits.n; i++) {
        const pb_pit_row *row = &t->r->pits.at[i];
        int16_t           key = pb__list_key(t->list, row->driver, row->number);
        int64_t           in  = 0;
        if (key == 0 || !end_of_lap(t, key, row->lap, &in)) {
            t->list->refused++;
            continue;
        }
        pb__list_add_car(t->list, PB_EV_PIT_IN, in, key)->lap = row->lap;
        if (row->lane_ms == PB_MS_NONE) continue;
        pb__list_add_car(t->list, PB_EV_PIT_OUT, in + row->lane_ms, key)->lap = (uint16_t)(row->lap + 1);
        pb_event *e = pb__list_add_car(t->list, PB_EV_PIT_TIME, in + row->lane_ms, key);
        e->value    = row->lane_ms;
        e->aux      = row->still_ms;
        e->lap      = row->lap;
    }
}

/* Rows that came with a date before the zero was known. */
static void place_dated(pb__event_list *list)
{
    for (uint32_t i = 0; i < list->n; i++) {
        pb__listed *one = &list->at[i];
        int64_t     at  = 0;
        if (one->event.at_us == PB_US_NONE || !pb__tables_clock(list, one->event.at_us / 1000, &at)) continue;
        one->due_ms           = at;
        one->event.session_ms = (int32_t)at;
    }
}

/* What tells a session from others: "2025_cota_race_1", else the file or folder and the one it is in. */
static void session_id(const pb__event_list *list, const pb_records *r, char out[48])
{
    if (r->races.n > 0 && r->races.at[0].name[0]) {
        (void)snprintf(out, 48, "%d_%.40s", r->races.at[0].season, r->races.at[0].name);
        for (char *p = out; *p; p++)
            if (*p == ' ') *p = '_';
        return;
    }
    const char *at = list->path + strlen(list->path);
    for (int parts = 0; at > list->path; at--)
        if (at[-1] == '/' && at[0] && ++parts == 2) break;
    size_t len = strlen(at);
    (void)snprintf(out, 48, "%s", at + (len > 47 ? len - 47 : 0)); /* its end differs more than its beginning */
}

pb_status pb__tables_laps(pb__event_list *list, const pb_records *r)
{
    tables *t = calloc(1, sizeof *t);
    if (!t) return pb_error_set(list->error, PB_E_NOMEM, "%s: out of memory", list->path);
    t->list       = list;
    t->r          = r;
    int64_t first = first_utc(r);
    if (first) list->zero_us = first * 1000;
    place_dated(list);
    bool sprint = r->laps.n > 0 && r->laps.at[0].sprint;
    char id[48];
    session_id(list, r, id);
    pb__tables_session(list, r, sprint ? PB_SESSION_SPRINT : PB_SESSION_RACE, id);
    pb__tables_cars(list, r);
    if (!first) pb__list_add(list, PB_EV_SESSION_STATUS, 0)->value = PB_STATUS_STARTED;
    pb_status status = add_laps(t);
    add_flags(t);
    add_stints(t);
    add_pits(t);
    pb__tables_weather(list, r);
    pb__tables_control(list, r);
    free(t);
    return status;
}
