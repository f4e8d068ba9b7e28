/* f1_udp_pits: visits to the pits out of Lap Data: the state, its changes, the timers.
 *
 * The game's lane and stop timers run while a car is in the lane and are gone when it
 * leaves: the last ones seen are the visit's. */
#include "f1_udp_state.h"

enum { ON_TRACK, IN_LANE, IN_BOX };

static uint8_t state_of(const pb_f1_udp *u, const uint8_t *e)
{
    uint8_t pit = pb__f1_u8(e, u->at->pit);
    if (pit == 0) return ON_TRACK;
    return pit == 2 || pb__f1_u8(e, u->at->driver) == 0 ? IN_BOX : IN_LANE; /* driver 0: in the garage */
}

static void say_crossing(pb_f1_udp *u, const pb__f1_car *car, pb_event_kind kind, int32_t ms)
{
    pb_event *e   = pb__f1_event_of(u, kind, car);
    e->session_ms = ms;
    e->lap        = kind == PB_EV_PIT_IN ? car->in_lap : car->lap;
    pb__f1_say(u, e);
}

static void read_timers(const pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    int32_t lane = pb__f1_whole(e, u->at->lane), still = pb__f1_whole(e, u->at->still);
    if (!pb__f1_u8(e, u->at->lane_active)) return;
    if (lane > car->lane_ms) car->lane_ms = lane;
    if (still > car->still_ms) car->still_ms = still;
}

static void enter(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    car->in_lap  = car->lap;
    car->lane_ms = car->still_ms = 0;
    read_timers(u, car, e);
    say_crossing(u, car, PB_EV_PIT_IN, car->lane_ms <= u->now_ms ? u->now_ms - car->lane_ms : u->now_ms);
}

static void leave(pb_f1_udp *u, pb__f1_car *car)
{
    say_crossing(u, car, PB_EV_PIT_OUT, u->now_ms);
    if (car->lane_ms > 0) {
        pb_event *e = pb__f1_event_of(u, PB_EV_PIT_TIME, car);
        e->value    = car->lane_ms;
        e->aux      = car->still_ms > 0 ? car->still_ms : PB_MS_NONE;
        e->lap      = car->in_lap;
        pb__f1_say(u, e);
    }
    car->lane_ms = car->still_ms = 0;
    car->in_lap                  = 0;
}

void pb__f1_pits(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    uint8_t state = state_of(u, e), stops = pb__f1_u8(e, u->at->stops);
    if (car->heard_lap && state != ON_TRACK && car->pit == ON_TRACK) enter(u, car, e);
    if (state != ON_TRACK) read_timers(u, car, e);
    if (!car->heard_lap || state != car->pit) pb__f1_say_value(u, PB_EV_IN_PIT, car, state, 0);
    if (car->heard_lap && state == ON_TRACK && car->pit != ON_TRACK) leave(u, car);
    car->pit = state;
    if (pb__f1_there(u->at->stops) && (!car->heard_lap || stops != car->stops)) {
        car->stops = stops;
        pb__f1_say_value(u, PB_EV_STOPS, car, stops, 0);
    }
}
