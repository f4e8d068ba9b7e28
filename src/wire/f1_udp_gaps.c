/* f1_udp_gaps: to the leader and to the car ahead. From 2023 on the game says them;
 * before, they are the time since the other car was where this one is now: every car
 * leaves a mark each 50 m of its way, and between two marks speed is taken as even. */
#include <math.h>

#include "f1_udp_state.h"

#define JUMP_M 500.0f /* more between two frames is no driving */

static const uint8_t *entry_of(const pb_f1_udp *u, const uint8_t *at, unsigned i)
{
    return at + u->at->laps_at.at + (size_t)i * u->at->laps_at.step;
}

/* ---- marks ---- */

static void leave_marks(pb__f1_car *car, float m, int32_t now_ms)
{
    int32_t from = car->trace_last + 1, to = (int32_t)(m / PB__F1_MARK_M);
    for (int32_t k = from; k <= to; k++) {
        float part = ((float)k * PB__F1_MARK_M - car->trace_m) / (m - car->trace_m);
        car->trace_ms[k % PB__F1_TRACE] =
            car->trace_at_ms + (int32_t)(part * (float)(now_ms - car->trace_at_ms) + 0.5f);
    }
    if (to >= from) car->trace_last = to;
}

/* Begins anew: marks before here are not known. */
static void begin_trace(pb__f1_car *car, float m)
{
    for (unsigned k = 0; k < PB__F1_TRACE; k++) car->trace_ms[k] = PB_MS_NONE;
    car->trace_last = (int32_t)(m / PB__F1_MARK_M);
}

void pb__f1_trace(pb_f1_udp *u, const uint8_t *at)
{
    for (unsigned i = 0; i < u->at->laps_at.n; i++) {
        pb__f1_car *car = pb__f1_car_at(u, i);
        float       m   = pb__f1_real(entry_of(u, at, i), u->at->total);
        if (!car || !(m >= 0 && m < 1e7f)) continue;
        if (car->trace_last < 0 || m > car->trace_m + JUMP_M || m < car->trace_m - JUMP_M)
            begin_trace(car, m);
        else if (m > car->trace_m)
            leave_marks(car, m, u->now_ms);
        else
            continue;
        car->trace_m     = m;
        car->trace_at_ms = u->now_ms;
    }
}

static int32_t mark_ms(const pb__f1_car *car, int32_t k)
{
    if (k > car->trace_last || k <= car->trace_last - PB__F1_TRACE) return PB_MS_NONE;
    return car->trace_ms[k % PB__F1_TRACE];
}

/* When a car was at a distance; PB_MS_NONE not known. */
static int32_t passed_ms(const pb__f1_car *car, float m)
{
    int32_t k    = (int32_t)(m / PB__F1_MARK_M);
    int32_t a_ms = mark_ms(car, k), b_ms = mark_ms(car, k + 1);
    float   a_m = (float)k * PB__F1_MARK_M, b_m = a_m + PB__F1_MARK_M;
    if (k == car->trace_last) {
        b_ms = car->trace_at_ms;
        b_m  = car->trace_m;
    }
    if (a_ms == PB_MS_NONE || b_ms == PB_MS_NONE || !(b_m > a_m)) return PB_MS_NONE;
    return a_ms + (int32_t)((m - a_m) / (b_m - a_m) * (float)(b_ms - a_ms) + 0.5f);
}

static int32_t traced_ms(const pb__f1_car *ahead, const pb__f1_car *car)
{
    if (!ahead || ahead->trace_last < 0 || car->trace_last < 0 || !(ahead->trace_m >= car->trace_m)) return 0;
    int32_t passed = passed_ms(ahead, car->trace_m);
    return passed == PB_MS_NONE ? 0 : car->trace_at_ms - passed;
}

/* ---- telling ---- */

static void tell(const pb_f1_udp *u, const pb__f1_car *car, pb_event_kind kind, int32_t ms, int32_t *told)
{
    if (ms == *told) return;
    *told = ms;
    pb__f1_say_value(u, kind, car, ms, 0);
}

static pb__f1_car *at_place(pb_f1_udp *u, unsigned place)
{
    for (unsigned i = 0; i < PB__F1_SLOTS; i++)
        if (u->s.cars[i].position == place) return pb__f1_car_at(u, i);
    return NULL;
}

static void tell_car(pb_f1_udp *u, pb__f1_car *car, const pb__f1_car *leader, const uint8_t *e)
{
    const pb__f1_layout *l    = u->at;
    bool                 said = pb__f1_there(l->leader);
    if (car->position == 1) {
        tell(u, car, PB_EV_GAP, 0, &car->gap_ms);
        return;
    }
    int32_t gap   = said ? pb__f1_split_ms(e, l->leader, l->leader_min) : traced_ms(leader, car);
    int32_t front = said ? pb__f1_split_ms(e, l->front, l->front_min) : traced_ms(at_place(u, car->position - 1u), car);
    if (gap > 0) tell(u, car, PB_EV_GAP, gap, &car->gap_ms);
    if (front > 0) tell(u, car, PB_EV_INTERVAL, front, &car->interval_ms);
}

void pb__f1_gaps(pb_f1_udp *u, const uint8_t *at)
{
    if (!pb__f1_is_race(u)) return;
    const pb__f1_car *leader = at_place(u, 1);
    for (unsigned i = 0; i < u->at->laps_at.n; i++) {
        pb__f1_car    *car = pb__f1_car_at(u, i);
        const uint8_t *e   = entry_of(u, at, i);
        if (car && car->heard_lap && car->position && pb__f1_u8(e, u->at->result) == 2) tell_car(u, car, leader, e);
    }
}
