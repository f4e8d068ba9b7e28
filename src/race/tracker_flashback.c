/* tracker_flashback: the game turned its clock back; what came later never was. */
#include "tracker.h"

static void turn_car_back(pb__ctx *c, int32_t to)
{
    pb_live_car *live = c->live;
    pb__car     *car  = c->car;
    uint16_t     laps = live->laps;
    while (laps > 0 && car->fed[laps].number && car->fed[laps].session_ms > to) laps--;
    if (laps == live->laps) {
        pb_lap *open = &car->fed[laps + 1];
        if (open->pit_in_ms != PB_MS_NONE && open->pit_in_ms > to) open->pit_in_ms = PB_MS_NONE;
        if (open->pit_out_ms != PB_MS_NONE && open->pit_out_ms > to) open->pit_out_ms = PB_MS_NONE;
    }
    if (laps < live->laps) pb__lap_drop_after(c->t, car, laps);
    for (int k = 1; k < PB_STINTS_MAX; k++)
        if (car->raw[k].seen && car->raw[k].fed.from_lap > laps + 1) car->raw[k].seen = false;
    for (int i = 0; i < 3; i++) car->sector_at_ms[i] = PB_MS_NONE;
    if (live->pit_in_ms != PB_MS_NONE && live->pit_in_ms > to) {
        live->pit_in_ms = PB_MS_NONE;
        if (car->visits > 0) car->visits--;
    }
    if (live->pit_out_ms != PB_MS_NONE && live->pit_out_ms > to) live->pit_out_ms = PB_MS_NONE;
    if (live->status == PB_CAR_FINISHED || live->status == PB_CAR_STOPPED || live->status == PB_CAR_RETIRED)
        live->status = PB_CAR_RUNNING;
    car->lead_laps_at_line = laps;
    pb__sets_lay(c);
}

const char *pb__on_flashback(pb__ctx *c)
{
    int32_t to = c->e->session_ms;
    if (to == PB_MS_NONE) return "no time";
    if (c->s->session_ms != PB_MS_NONE && to > c->s->session_ms) return "a flashback to later";
    for (uint32_t i = 0; i < c->s->n_cars; i++) {
        c->live = &c->s->cars[i];
        c->car  = &c->t->car[i];
        turn_car_back(c, to);
    }
    pb__track_back_to(c->t, to);
    while (c->t->n_restarts > 0 && c->t->restart_ms[c->t->n_restarts - 1] > to) c->t->n_restarts--;
    if (c->s->chequered && c->t->chequered_ms != PB_MS_NONE && c->t->chequered_ms > to) c->s->chequered = false;
    c->t->flag_waits = false;
    c->s->leader_lap = 0;
    pb__lead_again(c->t);
    c->s->session_ms = to;
    c->now_ms        = to;
    c->s->rewritten++;
    c->meaning.bits |= PB_MEANT_REWRITE;
    c->meaning.car = 0;
    return NULL;
}
