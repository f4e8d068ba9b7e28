/* tracker_session: which session it is, how far it has come, how long it goes on. */
#include <stdio.h>
#include <string.h>

#include "tracker.h"

static void name_session(pb__ctx *c)
{
    const pb_event *e = c->e;
    pb_race_state  *s = c->s;
    (void)snprintf(s->session, sizeof s->session, "%.47s", e->text);
    if (e->name[0]) (void)snprintf(s->name, sizeof s->name, "%s", e->name);
    if (e->value > 0) s->type = (uint8_t)e->value;
    if (e->aux > 0 && e->aux < 10000) s->season = (int16_t)e->aux;
    if (e->index > 0) s->round = e->index;
    const char *circuit = e->team_text[0] ? pb_circuit_id(pb_span_of(e->team_text), s->season) : NULL;
    if (!circuit && e->name[0]) circuit = pb_circuit_id(pb_span_of(e->name), s->season);
    if (circuit) (void)snprintf(s->circuit, sizeof s->circuit, "%s", circuit);
    c->t->session_origin = e->origin;
}

/* Another id from who named the session before, or from someone better, is another session. */
const char *pb__on_session(pb__ctx *c)
{
    const pb_event *e = c->e;
    if (e->value < 0 || e->value > PB_SESSION_TIME_TRIAL) return "a session that cannot be";
    char id[sizeof c->s->session];
    (void)snprintf(id, sizeof id, "%.47s", e->text);
    bool named = c->s->session[0] != '\0', same = strcmp(c->s->session, id) == 0;
    if (named && !same && e->origin != c->t->session_origin && pb__rank(e->origin) < pb__rank(c->t->session_origin))
        return "a session of another source";
    if (named && !same && (e->origin == c->t->session_origin || e->origin == PB_ORIGIN_HAND)) {
        uint64_t n       = c->s->n_events;
        uint32_t refused = c->s->refused;
        pb_tracker_reset(c->t);
        c->s->n_events = n;
        c->s->refused  = refused;
        c->meaning.bits |= PB_MEANT_NEW;
    }
    if (named && !same && e->origin != c->t->session_origin && !(c->meaning.bits & PB_MEANT_NEW)) {
        name_session(c); /* the same session under a better name */
        return NULL;
    }
    name_session(c);
    return NULL;
}

/* ---- start ---- */

/* Entries and exits before lights out are no visits. */
static void forget_before_start(pb__ctx *c)
{
    for (uint32_t i = 0; i < c->s->n_cars; i++) {
        pb_live_car *live = &c->s->cars[i];
        pb__car     *car  = &c->t->car[i];
        if (live->laps > 0) continue;
        pb_lap *row = &car->fed[1];
        if (row->pit_in_ms != PB_MS_NONE && row->pit_in_ms < c->s->start_ms) row->pit_in_ms = PB_MS_NONE;
        if (row->pit_out_ms != PB_MS_NONE && row->pit_out_ms < c->s->start_ms) row->pit_out_ms = PB_MS_NONE;
        car->visits = 0;
        live->stops = 0;
        if (live->status == PB_CAR_UNKNOWN || live->status == PB_CAR_GRID)
            live->status = car->in_lane > 0 ? PB_CAR_IN_LANE : PB_CAR_RUNNING;
    }
}

static void started(pb__ctx *c)
{
    if (!pb__is_race(c->s)) c->s->chequered = c->t->flag_waits = false; /* the flag ended a part */
    if (c->now_ms == PB_MS_NONE) return;
    if (c->t->lead_laps > 0) { /* again, after a red flag */
        if (c->t->n_restarts < PB__RESTARTS_MAX) c->t->restart_ms[c->t->n_restarts++] = c->now_ms;
        return;
    }
    c->s->start_ms = c->now_ms;
    forget_before_start(c);
    c->meaning.bits |= PB_MEANT_START;
}

/* Who has not come to the line by the end does not come. */
static void nobody_comes(pb__ctx *c)
{
    for (uint32_t i = 0; i < c->s->n_cars; i++) {
        c->live = &c->s->cars[i];
        c->car  = &c->t->car[i];
        if (c->live->status != PB_CAR_FINISHED && c->live->status != PB_CAR_DISQUALIFIED)
            pb__car_out(c, PB_CAR_RETIRED);
    }
}

/* A race that was stopped for good has no flag: who ran then has finished. */
static void over(pb__ctx *c)
{
    if (c->s->chequered) {
        nobody_comes(c);
        return;
    }
    pb__flag_out(c, c->now_ms);
    for (uint32_t i = 0; i < c->s->n_cars; i++)
        if (!pb__car_is_out(&c->s->cars[i])) c->s->cars[i].status = PB_CAR_FINISHED;
}

const char *pb__on_session_status(pb__ctx *c)
{
    int32_t status = c->e->value;
    if (status < PB_STATUS_INACTIVE || status > PB_STATUS_ENDS) return "a status that cannot be";
    if (c->s->status == status) return NULL;
    bool race    = pb__is_race(c->s);
    c->s->status = (uint8_t)status;
    if (status == PB_STATUS_STARTED) started(c);
    if (status == PB_STATUS_FINISHED && c->t->lead_laps > 0) pb__flag_told(c);
    if ((status == PB_STATUS_FINALISED || status == PB_STATUS_ENDS) && race && c->t->lead_laps > 0) over(c);
    return NULL;
}

const char *pb__on_chequered(pb__ctx *c)
{
    pb__flag_told(c);
    return NULL;
}

/* ---- how long ---- */

const char *pb__on_distance(pb__ctx *c)
{
    if (c->e->value < 0 || c->e->value > PB_LAPS_MAX) return "a distance that cannot be";
    if (!pb__is_race(c->s)) return NULL; /* qualifying: the race's, or nothing */
    uint16_t laps = (uint16_t)c->e->value;
    if (c->s->laps_planned == 0) c->s->laps_planned = laps;
    c->s->laps_total = laps;
    pb__to_go(c->t);
    return NULL;
}

const char *pb__on_leader_lap(pb__ctx *c)
{
    if (c->e->value < 0 || c->e->value > PB_LAPS_MAX) return "a lap that cannot be";
    c->s->leader_lap = (uint16_t)c->e->value;
    if (c->s->laps_total > 0 && c->e->value > 0 && !c->s->chequered)
        c->s->laps_to_go = c->e->value > c->s->laps_total ? 0 : (uint16_t)(c->s->laps_total - c->e->value + 1);
    return NULL;
}

const char *pb__on_clock(pb__ctx *c)
{
    if (c->e->value < 0) return "a clock below zero";
    c->s->clock_left_ms = c->t->clock_told_ms = c->e->value;
    c->s->clock_runs                          = c->e->flag && c->now_ms != PB_MS_NONE;
    c->t->clock_at_ms                         = c->now_ms;
    return NULL;
}
