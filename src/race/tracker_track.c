/* tracker_track: the status of the track, and the neutralisations it makes.
 *
 *     4 SC, 5 red, 6 VSC, 7 VSC ending    a phase of its kind runs
 *     1 clear, 2 yellow                   no phase runs
 *
 * A VSC lasts until it is over, its ending included. The phases of a safety car
 * (deployed, in this lap) come beside the digits; they make phases of their own only
 * where no source tells digits. */
#include "tracker.h"

static int kind_of(uint8_t digit)
{
    return digit == 4 ? PB_NEUTRAL_SC : digit == 5 ? PB_NEUTRAL_RED : digit == 6 || digit == 7 ? PB_NEUTRAL_VSC : 0;
}

/* ---- what was on when ---- */

/* Every digit that was on between two moments, in order, each once. */
uint8_t pb__track_seen(const pb_tracker *t, int32_t from_ms, int32_t to_ms, char order[8])
{
    uint8_t bits = 0;
    size_t  n    = 0;
    if (from_ms == PB_MS_NONE) from_ms = to_ms;
    for (uint32_t i = 0; i < t->n_track; i++) {
        bool    last  = i + 1 == t->n_track;
        uint8_t digit = t->track[i].digit;
        if (t->track[i].at_ms > to_ms || (!last && t->track[i + 1].at_ms < from_ms)) continue;
        if (!(bits & 1u << digit) && n < 7) order[n++] = (char)('0' + digit);
        bits |= (uint8_t)(1u << digit);
    }
    order[n] = '\0';
    return bits;
}

bool pb__track_red_at(const pb_tracker *t, int32_t at_ms)
{
    bool red = false;
    for (uint32_t i = 0; i < t->n_track && t->track[i].at_ms <= at_ms; i++)
        red = t->track[i].digit == 5 || (red && t->track[i].at_ms == at_ms);
    return red;
}

void pb__track_back_to(pb_tracker *t, int32_t at_ms)
{
    pb_race_state *s = &t->state;
    while (t->n_track > 0 && t->track[t->n_track - 1].at_ms > at_ms) t->n_track--;
    s->track = t->n_track ? t->track[t->n_track - 1].digit : 0;
    while (s->n_phases > 0 && s->phases[s->n_phases - 1].start_ms > at_ms) s->n_phases--;
    s->neutral = 0;
    if (s->n_phases == 0) return;
    pb_live_phase *last = &s->phases[s->n_phases - 1];
    if (last->end_ms != PB_MS_NONE && last->end_ms <= at_ms) return;
    last->end_ms  = PB_MS_NONE;
    last->end_lap = 0;
    if (last->ending_ms != PB_MS_NONE && last->ending_ms > at_ms) last->ending_ms = PB_MS_NONE;
    s->neutral  = last->kind;
    s->sc_phase = last->ending_ms == PB_MS_NONE ? PB_SC_DEPLOYED : PB_SC_ENDING;
}

/* Laps that ended after a word that came late have seen it. */
static void see_again(pb__ctx *c, int32_t from_ms)
{
    for (uint32_t i = 0; i < c->s->n_cars; i++) {
        pb__car *car = &c->t->car[i];
        for (uint16_t l = c->s->cars[i].laps; l > 0 && car->fed[l].number; l--) {
            if (car->fed[l].session_ms < from_ms) break;
            car->fed[l].status =
                pb__track_seen(c->t, pb__lap_begin(c->t, car, l), car->fed[l].session_ms, car->fed[l].status_order);
            pb__lap_settle_of(c, car, l);
        }
    }
}

static void note(pb__ctx *c, uint8_t digit, int32_t at)
{
    pb_tracker *t = c->t;
    if (t->n_track == PB__TRACK_MAX) return;
    uint32_t k = t->n_track++;
    for (; k > 0 && t->track[k - 1].at_ms > at; k--) t->track[k] = t->track[k - 1];
    t->track[k] = (pb__track_change){at, digit};
    see_again(c, at);
}

/* ---- phases ---- */

static uint16_t leader_lap(const pb_tracker *t)
{
    return (uint16_t)(t->lead_laps + 1);
}

static pb_live_phase *running(pb_race_state *s)
{
    pb_live_phase *last = s->n_phases ? &s->phases[s->n_phases - 1] : NULL;
    return last && last->end_ms == PB_MS_NONE ? last : NULL;
}

static void end_phase(pb__ctx *c, int32_t at)
{
    pb_live_phase *phase = running(c->s);
    if (!phase) return;
    phase->end_ms  = at;
    phase->end_lap = leader_lap(c->t);
    if (c->s->neutral) c->s->sc_phase = PB_SC_OVER;
    c->s->neutral = 0;
    c->meaning.bits |= PB_MEANT_TRACK;
}

static void go_to(pb__ctx *c, int kind, int32_t at)
{
    pb_race_state *s  = c->s;
    pb_live_phase *on = running(s);
    if (on ? on->kind == kind : kind == 0) return;
    end_phase(c, at);
    s->neutral = (uint8_t)kind;
    if (kind == 0) return;
    s->sc_phase = kind == PB_NEUTRAL_RED ? PB_SC_NONE : PB_SC_DEPLOYED;
    c->meaning.bits |= PB_MEANT_TRACK;
    if (s->n_phases < PB_LIVE_PHASES_MAX)
        s->phases[s->n_phases++] = (pb_live_phase){(uint8_t)kind, at, PB_MS_NONE, PB_MS_NONE, leader_lap(c->t), 0};
}

static void ending(pb__ctx *c, int32_t at)
{
    pb_live_phase *on = running(c->s);
    if (!on || on->ending_ms != PB_MS_NONE) return;
    on->ending_ms  = at;
    c->s->sc_phase = PB_SC_ENDING;
}

const char *pb__on_track(pb__ctx *c)
{
    int32_t digit = c->e->value, now = c->now_ms;
    if (digit < 0 || digit > 7 || digit == 3) return "a track status that cannot be";
    if (now == PB_MS_NONE) return "no time";
    if (!pb__tell_session(&c->t->track_origin, c->e)) return "a better source tells the track status";
    bool repeat = c->s->track == digit && c->t->n_track > 0 && now >= c->t->track[c->t->n_track - 1].at_ms;
    if (repeat) return NULL;
    bool late = c->t->n_track > 0 && now < c->t->track[c->t->n_track - 1].at_ms;
    if (c->t->n_track == PB__TRACK_MAX) return "one track status too many";
    note(c, (uint8_t)digit, now);
    if (late) return NULL;
    c->s->track = (uint8_t)digit;
    go_to(c, kind_of((uint8_t)digit), now);
    if (digit == 7) ending(c, now);
    return NULL;
}

/* ---- the phases by name ---- */

static uint8_t digit_of(int kind, int phase)
{
    if (phase == PB_SC_OVER) return 1;
    if (kind == PB_NEUTRAL_SC) return 4;
    if (kind == PB_NEUTRAL_RED) return 5;
    return phase == PB_SC_ENDING ? 7 : 6;
}

const char *pb__on_sc_phase(pb__ctx *c)
{
    int phase = c->e->value, kind = c->e->aux;
    if (phase < PB_SC_NONE || phase > PB_SC_OVER) return "a phase that cannot be";
    if (kind < 0 || kind > PB_NEUTRAL_RED) return "a neutralisation that cannot be";
    if (c->now_ms == PB_MS_NONE) return "no time";
    bool digits = c->t->track_origin != PB_ORIGIN_NONE;
    if (!digits && phase != PB_SC_NONE && kind != 0) {
        uint8_t digit = digit_of(kind, phase);
        if (digit != c->s->track) {
            note(c, digit, c->now_ms);
            c->s->track = digit;
        }
        go_to(c, phase == PB_SC_OVER ? 0 : kind, c->now_ms);
    }
    const pb_live_phase *on = running(c->s);
    if (phase == PB_SC_ENDING && on && (kind == 0 || on->kind == kind)) ending(c, c->now_ms);
    if (phase == PB_SC_OVER && c->s->neutral == 0 && c->s->n_phases > 0) c->s->sc_phase = PB_SC_OVER;
    return NULL;
}

/* ---- for models ---- */

uint32_t pb_tracker_phases(const pb_tracker *tracker, const pb_race_outcome *o, pb_neutral_phase *out, uint32_t cap)
{
    uint32_t n = 0;
    if (o->start_ms == PB_MS_NONE) return 0;
    for (uint32_t i = 0; i < tracker->state.n_phases; i++) {
        const pb_live_phase *p     = &tracker->state.phases[i];
        pb_neutral_phase     phase = {.kind     = (pb_neutral_kind)p->kind,
                                      .start_ms = p->start_ms < o->start_ms ? o->start_ms : p->start_ms,
                                      .end_ms = p->end_ms == PB_MS_NONE || p->end_ms > o->flag_ms ? o->flag_ms : p->end_ms,
                                      .exact = true};
        if (phase.end_ms <= phase.start_ms) continue;
        phase.start_progress = pb_leader_progress(o, phase.start_ms);
        phase.end_progress   = pb_leader_progress(o, phase.end_ms);
        if (n < cap) out[n] = phase;
        n++;
    }
    return n;
}
