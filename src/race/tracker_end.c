/* tracker_end: how a car's race ends, and everybody's.
 *
 * A car is out when a feed says so, or by silence: the leader has crossed the line
 * three times since the car did. It is shown out, and what a feed goes on saying about
 * its gap is not believed. A further lap of its own brings it back. After the flag a
 * car has finished with the lap that it ends next; no car runs more laps than the
 * leader had. */
#include "tracker.h"

#define SILENT_LEADER_LAPS 3
#define FLAG_LATE_MS 10000

static const char *const names[] = {"unknown", "grid",    "running",  "in_lane",     "in_box",
                                    "stopped", "retired", "finished", "disqualified"};

const char *pb_car_status_name(pb_car_status status)
{
    return (unsigned)status < sizeof names / sizeof *names ? names[status] : "?";
}

bool pb__car_is_out(const pb_live_car *live)
{
    return live->status == PB_CAR_STOPPED || live->status == PB_CAR_RETIRED || live->status == PB_CAR_DISQUALIFIED;
}

static void no_gaps(pb_live_car *live)
{
    live->gap = live->interval = (pb_live_gap){.ms = PB_MS_NONE, .laps = -1};
    live->lapped               = false;
}

static void out(pb__ctx *c, pb_live_car *live, pb_car_status status)
{
    bool was     = pb__car_is_out(live);
    live->status = (uint8_t)status;
    if (pb__is_race(c->s)) no_gaps(live); /* elsewhere they are of best laps */
    if (was) return;
    c->meaning.bits |= PB_MEANT_OUT;
    if (!(c->meaning.bits & (PB_MEANT_LAP | PB_MEANT_PIT))) c->meaning.car = live->key;
}

void pb__car_out(pb__ctx *c, pb_car_status status)
{
    out(c, c->live, status);
}

static void back(pb__ctx *c)
{
    if (!pb__car_is_out(c->live) || c->live->status == PB_CAR_DISQUALIFIED) return;
    c->live->status  = PB_CAR_RUNNING;
    c->car->out_told = c->car->silent = false;
}

/* ---- words ---- */

static const char *out_or_back(pb__ctx *c, pb_car_status status)
{
    if (c->live->status == PB_CAR_FINISHED || c->live->status == PB_CAR_DISQUALIFIED) return NULL;
    int32_t now = c->e->flag ? (int32_t)status : PB_CAR_RUNNING;
    if (!c->e->flag && c->live->status != status) return NULL;
    if (!pb__tell(c, PB_TOLD_STATUS, now, c->live->status, c->live->status != PB_CAR_UNKNOWN)) return NULL;
    c->car->out_told = c->e->flag;
    if (c->e->flag)
        out(c, c->live, status);
    else
        back(c);
    return NULL;
}

const char *pb__on_retired(pb__ctx *c)
{
    return out_or_back(c, PB_CAR_RETIRED);
}

const char *pb__on_stopped(pb__ctx *c)
{
    if (c->live->status == PB_CAR_RETIRED && c->car->out_told) return NULL;
    return out_or_back(c, PB_CAR_STOPPED);
}

/* The game names the winner, and tells of the flag, before the lap that ended there. */
static bool owes_a_lap(const pb__ctx *c)
{
    int32_t flag = c->t->chequered_ms, line = c->live->line_ms;
    return pb__is_race(c->s) && (flag == PB_MS_NONE || line == PB_MS_NONE || line < flag);
}

bool pb__is_over_for(const pb__ctx *c)
{
    if (c->live->status == PB_CAR_DISQUALIFIED) return true;
    if (c->live->status != PB_CAR_FINISHED) return false;
    int32_t told = c->car->finished_ms;
    return told == PB_MS_NONE || c->now_ms == PB_MS_NONE || c->now_ms - told > FLAG_LATE_MS;
}

const char *pb__on_finished(pb__ctx *c)
{
    if (c->e->value < 0 || c->e->value > 99) return "a position that cannot be";
    if (c->live->status == PB_CAR_DISQUALIFIED) return NULL;
    if (!pb__tell(c, PB_TOLD_STATUS, PB_CAR_FINISHED, c->live->status, c->live->status != PB_CAR_UNKNOWN)) return NULL;
    bool was        = c->live->status == PB_CAR_FINISHED;
    c->live->status = PB_CAR_FINISHED;
    if (!was) c->car->finished_ms = owes_a_lap(c) ? c->now_ms : PB_MS_NONE;
    return NULL;
}

const char *pb__on_disqualified(pb__ctx *c)
{
    if (!pb__tell(c, PB_TOLD_STATUS, PB_CAR_DISQUALIFIED, c->live->status, c->live->status != PB_CAR_UNKNOWN))
        return NULL;
    pb__car_out(c, PB_CAR_DISQUALIFIED);
    return NULL;
}

bool pb__is_race(const pb_race_state *s)
{
    return s->type == PB_SESSION_RACE || s->type == PB_SESSION_SPRINT || s->type == PB_SESSION_UNKNOWN;
}

/* ---- at the line ---- */

void pb__to_go(pb_tracker *t)
{
    pb_race_state *s = &t->state;
    s->laps_to_go    = s->chequered || s->laps_total <= t->lead_laps ? 0 : (uint16_t)(s->laps_total - t->lead_laps);
    if (t->lead_laps + 1u > s->leader_lap) s->leader_lap = (uint16_t)(t->lead_laps + 1);
    if (s->chequered && s->leader_lap > t->lead_laps) s->leader_lap = t->lead_laps;
}

void pb__silence(pb__ctx *c)
{
    if (!pb__is_race(c->s)) return;
    for (uint32_t i = 0; i < c->s->n_cars; i++) {
        pb_live_car *live = &c->s->cars[i];
        pb__car     *car  = &c->t->car[i];
        if (pb__car_is_out(live) || live->status == PB_CAR_FINISHED) continue;
        if (c->t->lead_laps < car->lead_laps_at_line + SILENT_LEADER_LAPS ||
            live->told[PB_TOLD_STATUS].origin == PB_ORIGIN_HAND)
            continue;
        car->silent = true;
        out(c, live, PB_CAR_STOPPED);
    }
}

void pb__flag_out(pb__ctx *c, int32_t at_ms)
{
    pb_race_state *s = c->s;
    if (s->chequered) return;
    s->chequered       = true;
    c->t->flag_waits   = false;
    c->t->chequered_ms = at_ms;
    c->meaning.bits |= PB_MEANT_END;
    for (uint32_t i = 0; i < s->n_cars && pb__is_race(s); i++)
        if (s->cars[i].laps > 0 && !pb__car_is_out(&s->cars[i]) && at_ms != PB_MS_NONE && s->cars[i].line_ms >= at_ms)
            s->cars[i].status = PB_CAR_FINISHED;
    pb__to_go(c->t);
}

/* The flag falls with the leader at the line. The word on it is dated to the second:
 * it is of the crossing just before, else of the next. */
void pb__flag_told(pb__ctx *c)
{
    int32_t last = c->t->lead_laps ? c->t->lead_ms[c->t->lead_laps] : PB_MS_NONE;
    bool    just = last != PB_MS_NONE && c->now_ms != PB_MS_NONE && c->now_ms - last <= FLAG_LATE_MS;
    if (just || c->s->neutral == PB_NEUTRAL_RED || c->e->origin == PB_ORIGIN_HAND || !pb__is_race(c->s))
        pb__flag_out(c, just ? last : c->now_ms);
    else
        c->t->flag_waits = !c->s->chequered;
}

/* A car has ended a lap: it is not out, and may have finished. */
void pb__at_line(pb__ctx *c, uint16_t lap)
{
    pb_live_car *live  = c->live;
    bool         leads = lap == c->t->lead_laps && c->t->lead_ms[lap] == c->car->lap[lap].session_ms;
    bool         race  = pb__is_race(c->s);
    back(c);
    c->car->finished_ms = PB_MS_NONE;
    if (live->status == PB_CAR_UNKNOWN || live->status == PB_CAR_GRID) live->status = PB_CAR_RUNNING;
    c->car->lead_laps_at_line = c->t->lead_laps;
    if (race && c->s->chequered && c->car->lap[lap].session_ms >= c->t->chequered_ms) live->status = PB_CAR_FINISHED;
    if (!leads) return;
    if (c->t->flag_waits || (race && c->s->laps_total > 0 && lap >= c->s->laps_total)) {
        pb__flag_out(c, c->car->lap[lap].session_ms);
        if (race) live->status = PB_CAR_FINISHED;
    }
    pb__to_go(c->t);
    pb__silence(c);
}
