/* tracker_pit: into the lane and out of it.
 *
 * Entry and exit come as moments (pit_in, pit_out) or as a state that changes
 * (in_pit); one visit is booked once, whoever tells it how often. The entry is of
 * the lap it happens in, the exit of the lap that the line begins. What was before
 * the start is no visit. */
#include "tracker.h"

static bool before_start(const pb__ctx *c, int32_t at)
{
    return c->live->laps == 0 && c->s->start_ms != PB_MS_NONE && at != PB_MS_NONE && at < c->s->start_ms;
}

/* The lap in which a moment lies: one of the last few. The entry is before the line, so
 * one that is told just after it is of the lap that ended. */
static uint16_t lap_at(const pb__ctx *c, int32_t at, int32_t slack_ms)
{
    uint16_t lap = (uint16_t)(c->live->laps + 1);
    for (int back = 0; back < 3 && lap > 1 && at != PB_MS_NONE; back++) {
        const pb_lap *ended = &c->car->fed[lap - 1];
        if (!ended->number || at > (int64_t)ended->session_ms + slack_ms) break;
        lap--;
    }
    return lap;
}

static void book(pb__ctx *c, uint16_t lap, int32_t at, bool in)
{
    pb_lap *fed = &c->car->fed[lap], *shown = &c->car->lap[lap];
    bool    hand = c->e->origin == PB_ORIGIN_HAND;
    if (hand && in) shown->pit_in_ms = at;
    if (hand && !in) shown->pit_out_ms = at;
    if (hand) c->car->by_hand[lap] |= in ? PB__LAP_PIT_IN : PB__LAP_PIT_OUT;
    if (!hand && in) fed->pit_in_ms = at;
    if (!hand && !in) fed->pit_out_ms = at;
    if (lap <= c->live->laps) pb__lap_settle(c, lap);
}

static int32_t away(int32_t a, int32_t b)
{
    return a == PB_MS_NONE || b == PB_MS_NONE ? INT32_MAX : a > b ? a - b : b - a;
}

static void set_status(pb__ctx *c, pb_car_status status)
{
    if (pb__car_is_out(c->live) || c->live->status == PB_CAR_FINISHED) return;
    bool waits = pb__is_race(c->s) && c->s->start_ms == PB_MS_NONE && c->live->laps == 0; /* for the start */
    if (waits && status != PB_CAR_RUNNING) return;
    c->live->status = (uint8_t)status;
}

static void entered(pb__ctx *c, uint16_t lap, int32_t at)
{
    bool again         = away(at, c->live->pit_in_ms) <= PB__SAME_VISIT_MS;
    c->live->pit_in_ms = at;
    c->car->been_out   = true; /* it came from the track */
    c->car->in_lane    = c->car->in_lane > 1 ? c->car->in_lane : 1;
    set_status(c, PB_CAR_IN_LANE);
    book(c, lap, at, true);
    if (again) return;
    c->live->pit_out_ms = c->live->lane_ms = c->live->still_ms = PB_MS_NONE;
    c->car->visits++;
    pb__sets_show(c);
    c->meaning.bits |= PB_MEANT_PIT;
    c->meaning.car = c->live->key;
}

static void left(pb__ctx *c, uint16_t lap, int32_t at)
{
    bool again          = away(at, c->live->pit_out_ms) <= PB__SAME_VISIT_MS;
    c->live->pit_out_ms = at;
    c->car->in_lane     = 0;
    c->car->been_out    = true;
    set_status(c, PB_CAR_RUNNING);
    if (before_start(c, at)) return;
    int32_t in = c->live->pit_in_ms;
    if (in != PB_MS_NONE && at > in && c->live->told[PB_TOLD_PIT].origin != PB_ORIGIN_NONE) c->live->lane_ms = at - in;
    book(c, lap, at, false);
    if (again) return;
    c->meaning.bits |= PB_MEANT_PIT;
    c->meaning.car = c->live->key;
}

/* A person may name the lap alone: the entry is then at its end, the exit at its beginning. */
static int32_t moment_of(const pb__ctx *c, bool in)
{
    const pb_event *e = c->e;
    if (e->session_ms != PB_MS_NONE || e->lap == 0 || e->lap > PB_LAPS_MAX) return c->now_ms;
    uint16_t      of  = in ? e->lap : (uint16_t)(e->lap - 1);
    const pb_lap *row = &c->car->lap[of];
    return of > 0 && row->number ? row->session_ms : c->now_ms;
}

const char *pb__on_pit_in(pb__ctx *c)
{
    int32_t at = moment_of(c, true);
    if (at == PB_MS_NONE) return "no time";
    if (c->e->lap > PB_LAPS_MAX) return "a lap that cannot be";
    uint16_t lap = c->e->lap ? c->e->lap : lap_at(c, at, PB__LINE_WINDOW_MS);
    if (lap > PB_LAPS_MAX || lap > c->live->laps + 2) return "a lap that cannot be";
    if (before_start(c, at)) {
        c->car->in_lane = 1;
        return NULL;
    }
    if (lap <= c->live->laps && c->e->origin == PB_ORIGIN_HAND && lap + 1 < c->live->laps) {
        book(c, lap, at, true); /* of long ago: it moves nothing that is now */
        return NULL;
    }
    if (!pb__tell(c, PB_TOLD_PIT, at, c->live->pit_in_ms, c->live->pit_in_ms != PB_MS_NONE)) return NULL;
    entered(c, lap, at);
    return NULL;
}

const char *pb__on_pit_out(pb__ctx *c)
{
    int32_t at = moment_of(c, false);
    if (at == PB_MS_NONE) return "no time";
    if (c->e->lap > PB_LAPS_MAX) return "a lap that cannot be";
    uint16_t lap = c->e->lap ? c->e->lap : lap_at(c, at, 0);
    if (lap > PB_LAPS_MAX || lap > c->live->laps + 2) return "a lap that cannot be";
    if (lap <= c->live->laps && c->e->origin == PB_ORIGIN_HAND && lap < c->live->laps) {
        book(c, lap, at, false);
        return NULL;
    }
    if (!pb__tell(c, PB_TOLD_PIT, at, c->live->pit_out_ms, c->live->pit_out_ms != PB_MS_NONE)) return NULL;
    left(c, lap, at);
    return NULL;
}

/* The first word is where it stands, not that it drove there. */
const char *pb__on_in_pit(pb__ctx *c)
{
    int8_t  was = c->car->in_lane;
    int32_t now = c->e->value;
    if (now < 0 || now > 2) return "a place that cannot be";
    int32_t shown = was > 0 ? was : 0;
    if (!pb__tell(c, PB_TOLD_PIT, now, shown, was >= 0)) return NULL;
    if (was == now) return NULL;
    if (now > 0 && was == 0 && c->now_ms != PB_MS_NONE && !before_start(c, c->now_ms))
        entered(c, lap_at(c, c->now_ms, PB__LINE_WINDOW_MS), c->now_ms);
    if (now == 0 && was > 0 && c->now_ms != PB_MS_NONE) left(c, lap_at(c, c->now_ms, 0), c->now_ms);
    c->car->in_lane = (int8_t)now;
    if (now == 0) c->car->been_out = true;
    if (now > 0) set_status(c, now == 2 ? PB_CAR_IN_BOX : PB_CAR_IN_LANE);
    if (now == 0) set_status(c, PB_CAR_RUNNING);
    return NULL;
}

const char *pb__on_pit_time(pb__ctx *c)
{
    int32_t lane = c->e->value, still = c->e->aux;
    if (lane != PB_MS_NONE && lane < 0) return "a time that cannot be";
    if (still != PB_MS_NONE && still < 0) return "a time that cannot be";
    if (lane != PB_MS_NONE) c->live->lane_ms = lane;
    if (still != PB_MS_NONE) c->live->still_ms = still;
    return NULL;
}
