/* tracker_log: the laps so far as a recorded race, for what reads those. */
#include <stdio.h>
#include <string.h>

#include "tracker.h"

#define MADE_UP_MS 150000 /* as recorded races have it: outcome.c knows it by this */

/* The lap on which a car went out, as recorded races have it: no time, its end made up. */
static bool unfinished(const pb_tracker *t, const pb_live_car *live, pb_lap *row)
{
    const pb__car *car  = &t->car[live - t->state.cars];
    uint16_t       laps = live->laps;
    int32_t from = laps == 0 ? t->state.start_ms : car->lap[laps].number ? car->lap[laps].session_ms : PB_MS_NONE;
    if (!pb__car_is_out(live) || laps >= PB_LAPS_MAX || from == PB_MS_NONE || from > INT32_MAX - MADE_UP_MS)
        return false;
    bool in_lane = laps > 0 && car->lap[laps].pit_in_ms != PB_MS_NONE && car->fed[laps + 1].pit_out_ms == PB_MS_NONE;
    if (in_lane) return false; /* it began no further lap */
    *row = car->fed[laps + 1];
    pb__sets_of_lap(car, (uint16_t)(laps + 1), row);
    row->number     = (uint16_t)(laps + 1);
    row->time_ms    = PB_MS_NONE;
    row->session_ms = from + MADE_UP_MS;
    row->position   = 0;
    row->accurate   = false;
    row->generated  = true;
    row->status     = pb__track_seen(t, from, row->session_ms, row->status_order);
    return true;
}

static uint32_t closed_laps(const pb__car *car, uint16_t laps)
{
    uint32_t n = 0;
    for (uint16_t l = 1; l <= laps; l++) n += car->lap[l].number != 0;
    return n;
}

static void code_of(const pb_live_car *live, char out[8])
{
    if (live->code[0])
        (void)snprintf(out, 8, "%s", live->code);
    else
        (void)snprintf(out, 8, "%d", live->number ? live->number : live->key);
}

static pb_status add_car(pb_race_log *log, const pb_tracker *t, uint32_t i, int32_t late_ms)
{
    const pb_live_car *live = &t->state.cars[i];
    const pb__car     *car  = &t->car[i];
    pb_lap             last;
    bool               more = unfinished(t, live, &last);
    uint32_t           n    = closed_laps(car, live->laps) + more;
    pb_log_car        *to   = &log->cars[log->n_cars];
    if (n == 0) return PB_OK;
    to->laps = pb_arena_take(&log->arena, n * sizeof *to->laps);
    if (!to->laps) return PB_E_NOMEM;
    code_of(live, to->code);
    to->number = live->number;
    to->grid   = live->grid;
    memcpy(to->team, live->team, sizeof to->team);
    for (uint16_t l = 1; l <= live->laps; l++)
        if (car->lap[l].number) to->laps[to->n_laps++] = car->lap[l];
    if (more) to->laps[to->n_laps++] = last;
    for (uint32_t k = 0; k < to->n_laps; k++) pb__align_row(t, car, late_ms, &to->laps[k]);
    log->n_cars++;
    log->n_rows = log->n_accepted += n;
    return PB_OK;
}

/* Cars by code, as files are. */
static void sort_cars(pb_race_log *log)
{
    for (uint32_t k = 1; k < log->n_cars; k++) {
        pb_log_car one = log->cars[k];
        uint32_t   at  = k;
        for (; at > 0 && strcmp(log->cars[at - 1].code, one.code) > 0; at--) log->cars[at] = log->cars[at - 1];
        log->cars[at] = one;
    }
}

static void name_race(const pb_race_state *s, pb_race_log *log)
{
    log->season = s->season;
    log->round  = s->round;
    log->sprint = s->type == PB_SESSION_SPRINT;
    pb_event_slug(pb_span_of(s->name), log->event, sizeof log->event);
    memcpy(log->circuit, s->circuit, sizeof log->circuit);
    (void)snprintf(log->source, sizeof log->source, "live");
}

pb_status pb_tracker_log(const pb_tracker *tracker, pb_race_log *out, pb_error *error)
{
    const pb_race_state *s = &tracker->state;
    pb_race_log          log;
    pb_status            status = PB_OK;
    int32_t              late_ms[PB_CARS_MAX];
    pb__align(tracker, late_ms);
    pb_race_log_init(&log);
    log.cars = pb_arena_take(&log.arena, PB_CARS_MAX * sizeof *log.cars);
    if (!log.cars) status = PB_E_NOMEM;
    for (uint32_t i = 0; i < s->n_cars && status == PB_OK; i++) status = add_car(&log, tracker, i, late_ms[i]);
    if (status == PB_OK && tracker->lead_laps == 0) status = PB_E_EMPTY;
    if (status != PB_OK) {
        pb_race_log_fini(&log);
        return pb_error_set(error, status, "%s", status == PB_E_EMPTY ? "no lap is closed yet" : "out of memory");
    }
    sort_cars(&log);
    name_race(s, &log);
    pb_race_log_fini(out);
    *out = log;
    return PB_OK;
}
