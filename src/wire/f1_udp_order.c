/* f1_udp_order: datagrams may be lost, repeated or reordered; sessions change and
 * players go back in time. What is older than what was used of the same packet is
 * refused; packets that describe one car are compared with those of that car.
 *
 * From 2023 on the header counts frames in two ways, and a flashback is told by the
 * count that goes back while the other goes on. Before, only an event announces it
 * (2021 and 2022), or nothing does: then a long run of datagrams that all look late
 * and follow each other is taken as the way back.
 *
 * One datagram with a corrupt count far ahead would make all of its kind late for good:
 * a long run of one kind that looks late, and follows each other, is the feed. */
#include "f1_udp_state.h"

#define LATE_RUN_MAX 32u /* some 0.3 s of a feed of 20 frames a second */
#define STRAGGLERS 512u  /* datagrams after a change of session in which the old one may echo */

/* FNV-1a over what makes an event the same event. */
static uint64_t event_hash(const pb_f1_udp *u, const uint8_t *at)
{
    uint64_t hash = 0xcbf29ce484222325u ^ u->h.frame;
    size_t   size = pb__f1_packet_size(u->h.format, PB__F1_EVENT);
    for (size_t i = u->h.size; i < size; i++) hash = (hash ^ at[i]) * 0x100000001b3u;
    return hash ^ (uint64_t)u->h.time_ms << 20;
}

static const char *admit_event(pb_f1_udp *u, const uint8_t *at)
{
    uint64_t hash = event_hash(u, at);
    uint32_t n    = u->s.n_events < PB__F1_REPEATS ? u->s.n_events : PB__F1_REPEATS;
    for (uint32_t i = 0; i < n; i++)
        if (u->s.repeats[i] == hash) return "repeated";
    u->s.repeats[u->s.n_events++ % PB__F1_REPEATS] = hash;
    return NULL;
}

static const char *newer(uint32_t stamp, uint32_t *newest, uint32_t *seen, unsigned bit)
{
    if ((*seen >> bit & 1u) && stamp <= *newest) return stamp == *newest ? "repeated" : "late";
    *seen |= 1u << bit;
    *newest = stamp;
    return NULL;
}

/* After the end the game stamps histories with frame 0. */
static const char *admit_one_car(pb_f1_udp *u, unsigned car, uint32_t *newest, uint32_t *seen)
{
    if (car >= PB__F1_SLOTS) return "car index out of range";
    if (u->h.frame == 0 && u->h.time_ms == 0) return NULL;
    return newer(pb__f1_stamp(u), &newest[car], seen, car);
}

/* Late datagrams that follow each other: the clock itself went back. */
static bool clock_went_back(pb_f1_udp *u)
{
    pb__f1_session *s = &u->s;
    if (u->h.format >= 2023 || u->h.frame == 0) return false;
    s->late_run   = s->late_run > 0 && u->h.frame < s->late_stamp ? 1 : s->late_run + 1;
    s->late_stamp = u->h.frame;
    return s->late_run >= LATE_RUN_MAX;
}

/* Late datagrams of one kind that follow each other, none taken between: what they seem
 * late to was never there. */
static bool was_far_ahead(pb_f1_udp *u)
{
    pb__f1_session *s  = &u->s;
    uint8_t         id = u->h.id;
    s->late_of[id]     = s->late_of[id] > 0 && pb__f1_stamp(u) <= s->late_at[id] ? 1 : s->late_of[id] + 1;
    s->late_at[id]     = pb__f1_stamp(u);
    if (s->late_of[id] < LATE_RUN_MAX) return false;
    s->newest[id] = pb__f1_stamp(u);
    if (s->overall > u->h.overall) {
        s->overall  = u->h.overall;
        s->frame    = u->h.frame;
        s->clock_ms = u->h.time_ms;
    }
    return true;
}

static const char *admit_frame(pb_f1_udp *u)
{
    pb__f1_session *s = &u->s;
    if (u->h.format >= 2023 && u->h.overall > s->overall && u->h.frame < s->frame && !s->going_back)
        pb__f1_flashback(u, u->h.time_ms);
    const char *why = newer(pb__f1_stamp(u), &s->newest[u->h.id], &s->seen, u->h.id);
    if (why && why[0] == 'l' && clock_went_back(u)) {
        pb__f1_flashback(u, u->h.time_ms);
        why = newer(pb__f1_stamp(u), &s->newest[u->h.id], &s->seen, u->h.id);
    }
    if (why && (why[0] != 'l' || !was_far_ahead(u))) return why;
    s->late_run = s->late_of[u->h.id] = 0;
    if (u->h.format >= 2023 && u->h.overall <= s->overall) return NULL; /* another packet was further on */
    if (s->going_back || u->h.frame > s->frame) s->frame = u->h.frame;
    if (s->going_back || u->h.time_ms > s->clock_ms) s->clock_ms = u->h.time_ms;
    s->overall    = u->h.overall;
    s->going_back = false;
    return NULL;
}

void pb__f1_session_begin(pb_f1_udp *u)
{
    pb__f1_session *s = &u->s;
    memset(s, 0, sizeof *s);
    s->uid        = u->h.session;
    s->format     = u->h.format;
    s->open       = true;
    s->forecast_n = -1;
    s->left_s     = -1;
    s->track_id   = -1;
    s->clock_ms   = u->h.time_ms;
    for (unsigned i = 0; i < PB__F1_SLOTS; i++) {
        pb__f1_car *car = &s->cars[i];
        car->trace_last = -1;
        car->retired_ms = PB_MS_NONE;
        car->gap_ms = car->interval_ms = PB__F1_UNTOLD;
        for (unsigned k = 0; k < PB__F1_DEBTS; k++) car->debts[k] = (pb__f1_debt){0, PB_MS_NONE};
        for (unsigned k = 0; k <= PB__F1_LAPS; k++) car->laps[k].end_ms = PB_MS_NONE;
    }
}

static const char *admit_session(pb_f1_udp *u)
{
    if (u->s.open && u->h.session == u->s.uid && u->h.format == u->s.format) {
        if (u->since_new < STRAGGLERS) u->since_new++;
        return NULL;
    }
    if (u->s.open && u->h.session == u->old_uid && u->since_new < STRAGGLERS) {
        u->since_new++;
        return "of the session before";
    }
    u->old_uid   = u->s.open ? u->s.uid : 0;
    u->since_new = 0;
    pb__f1_session_begin(u);
    return NULL;
}

const char *pb__f1_admit(pb_f1_udp *u, const uint8_t *at)
{
    const char *why = admit_session(u);
    if (why) return why;
    u->at = &u->layouts[u->h.format - PB__F1_FIRST];
    switch (u->h.id) {
    case PB__F1_EVENT:
        return admit_event(u, at);
    case PB__F1_FINAL:
        return NULL; /* comes once, and is told by what it says */
    case PB__F1_HISTORY:
        return admit_one_car(u, pb__f1_u8(at, u->at->h_car), u->s.newest_history, &u->s.seen_history);
    case PB__F1_TYRE_SETS:
        return admit_one_car(u, pb__f1_u8(at, u->at->t_car), u->s.newest_sets, &u->s.seen_sets);
    default:
        return admit_frame(u);
    }
}

/* ---- going back ---- */

static void forget_car(pb__f1_car *car, int32_t to_ms)
{
    car->heard_lap = car->heard_status = car->heard_wear = car->heard_damage = false;
    car->last_ms = car->sector_ms[0] = car->sector_ms[1] = 0;
    car->gap_ms = car->interval_ms = PB__F1_UNTOLD;
    car->trace_last                = -1;
    car->retired_ms                = PB_MS_NONE;
    car->result = car->finish = 0;
    for (unsigned k = 0; k < PB__F1_DEBTS; k++) car->debts[k] = (pb__f1_debt){PB__F1_UNTOLD, PB_MS_NONE};
    for (unsigned k = 0; k <= PB__F1_LAPS; k++)
        if (car->laps[k].end_ms != PB_MS_NONE && car->laps[k].end_ms > to_ms)
            car->laps[k] = (pb__f1_lap){.end_ms = PB_MS_NONE};
    memset(car->stints, 0, sizeof car->stints);
}

void pb__f1_flashback(pb_f1_udp *u, int32_t to_ms)
{
    pb__f1_session *s = &u->s;
    u->now_ms         = to_ms;
    if (s->told) pb__f1_say_value(u, PB_EV_FLASHBACK, NULL, 0, 0);
    for (unsigned i = 0; i < PB__F1_SLOTS; i++) forget_car(&s->cars[i], to_ms);
    if (u->h.format < 2023) s->seen = 0;
    s->red = s->chequered = 0;
    if (s->status == PB_STATUS_FINISHED || s->status == PB_STATUS_ABORTED) s->status = PB_STATUS_STARTED;
    s->seen_history = s->seen_sets = 0;
    s->have_history                = 0;
    s->frame = s->late_run = 0;
    s->clock_ms            = to_ms;
    s->going_back          = true;
    s->telemetry_waits     = false;
    s->motion.there = s->laps.there = s->telemetry.there = false;
    s->epoch_known                                       = false;
    s->next_gap_ms = s->next_distance_ms = s->next_fuel_ms = 0;
    s->leader_lap                                          = 0;
}
