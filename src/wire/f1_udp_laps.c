/* f1_udp_laps: the Lap Data packet: laps, sectors, places, where the cars are.
 *
 * Most of a frame says what the frame before said. The bytes that make events are
 * three runs of an entry; a car in which none of them has changed is passed over. */
#include <math.h>

#include "f1_udp_state.h"

#define GAP_EVERY_MS 200
#define DISTANCE_EVERY_MS 500
#define CROSSING_MAX_MS 30000 /* a lap seen to have begun longer ago was not seen to begin */

static const uint8_t *entry_of(const pb_f1_udp *u, const uint8_t *at, unsigned i)
{
    return at + u->at->laps_at.at + (size_t)i * u->at->laps_at.step;
}

/* ---- laps and sectors ---- */

static int32_t sector_ms(const pb_f1_udp *u, const uint8_t *e, int sector)
{
    const pb__f1_layout *l = u->at;
    if (sector == 0) return pb__f1_there(l->s1_s) ? pb__f1_ms(e, l->s1_s) : pb__f1_split_ms(e, l->s1, l->s1_min);
    return pb__f1_there(l->s2_s) ? pb__f1_ms(e, l->s2_s) : pb__f1_split_ms(e, l->s2, l->s2_min);
}

static void say_sector(const pb_f1_udp *u, const pb__f1_car *car, uint8_t sector, uint16_t lap, int32_t ms)
{
    pb_event *e = pb__f1_event_of(u, PB_EV_SECTOR, car);
    e->index    = sector;
    e->lap      = lap;
    e->value    = ms;
    pb__f1_say(u, e);
}

static void tell_sectors(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    for (int k = 0; k < 2; k++) {
        int32_t ms = sector_ms(u, e, k);
        if (ms == 0 || ms == car->sector_ms[k]) continue;
        car->sector_ms[k] = ms;
        say_sector(u, car, (uint8_t)k, car->lap, ms);
    }
}

static void say_lap(const pb_f1_udp *u, const pb__f1_car *car, uint8_t lap, const pb__f1_lap *told)
{
    pb_event *e   = pb__f1_event_of(u, PB_EV_LAP, car);
    e->lap        = lap;
    e->value      = told->ms;
    e->session_ms = told->end_ms;
    e->aux        = car->position;
    for (int k = 0; k < 3; k++) e->sectors[k] = told->sector[k];
    pb__f1_say(u, e);
}

static int32_t third_sector(const pb__f1_car *car, int32_t lap_ms)
{
    int32_t ms = lap_ms - car->sector_ms[0] - car->sector_ms[1];
    return lap_ms > 0 && car->sector_ms[0] && car->sector_ms[1] && ms > 0 ? ms : PB_MS_NONE;
}

static int32_t known(int32_t ms)
{
    return ms > 0 ? ms : PB_MS_NONE;
}

static void say_last(const pb_f1_udp *u, pb__f1_car *car, uint8_t lap, int32_t ms)
{
    pb_event *e  = pb__f1_event_of(u, PB_EV_LAST_LAP, car);
    e->lap       = lap;
    e->value     = ms;
    car->last_ms = ms;
    if (ms > 0) pb__f1_say(u, e);
}

/* A car crossed the line: what it says of the lap behind it. u->now_ms is the crossing. */
static void close_lap(pb_f1_udp *u, pb__f1_car *car, uint8_t lap, int32_t last_ms)
{
    int32_t third = third_sector(car, last_ms);
    if (third != PB_MS_NONE) say_sector(u, car, 2, lap, third);
    say_last(u, car, lap, last_ms);
    pb__f1_say_value(u, PB_EV_LAPS, car, lap, 0);
    if (lap <= PB__F1_LAPS) {
        pb__f1_lap *told = &car->laps[lap];
        told->ms         = known(last_ms);
        told->sector[0]  = known(car->sector_ms[0]);
        told->sector[1]  = known(car->sector_ms[1]);
        told->sector[2]  = third;
        told->end_ms     = u->now_ms;
        say_lap(u, car, lap, told);
    }
    car->sector_ms[0] = car->sector_ms[1] = 0;
    car->fuel_due = car->wear_due = true;
}

static int32_t crossing(const pb_f1_udp *u, const uint8_t *e)
{
    int32_t since = pb__f1_ms(e, u->at->current_time);
    return since <= CROSSING_MAX_MS && since <= u->now_ms ? u->now_ms - since : u->now_ms;
}

/* At the flag the counter need not rise: the way in the session tells. */
static uint8_t laps_at_flag(const pb_f1_udp *u, const uint8_t *e, uint8_t lap)
{
    float way = pb__f1_real(e, u->at->total) - pb__f1_real(e, u->at->distance);
    if (!(u->s.track_length > 0) || !(way > 0)) return lap;
    float laps = way / u->s.track_length + 0.5f;
    return laps >= lap + 1.0f && laps < lap + 2.0f ? (uint8_t)(lap + 1) : lap;
}

static void tell_laps(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    uint8_t lap = pb__f1_u8(e, u->at->lap), done = lap ? (uint8_t)(lap - 1) : 0;
    int32_t last = pb__f1_ms(e, u->at->last_lap), now = u->now_ms;
    if (pb__f1_u8(e, u->at->result) == 3) done = laps_at_flag(u, e, done);
    uint8_t before = car->lap ? (uint8_t)(car->lap - 1) : 0;
    if (car->heard_lap && done == before + 1) {
        u->now_ms = crossing(u, e);
        close_lap(u, car, done, last);
        u->now_ms = now;
    } else if (!car->heard_lap || done != before) {
        car->sector_ms[0] = car->sector_ms[1] = 0;
        pb__f1_say_value(u, PB_EV_LAPS, car, done, 0);
        say_last(u, car, done, last);
    } else if (last > 0 && last != car->last_ms) { /* corrected */
        say_last(u, car, done, last);
    }
    car->lap = (uint8_t)(done + 1);
}

/* ---- places ---- */

static void tell_leader(pb_f1_udp *u, const pb__f1_car *car)
{
    if (car->position != 1 || !pb__f1_is_race(u) || car->lap <= u->s.leader_lap) return;
    if (u->s.leader_lap) pb__f1_red_over(u);
    u->s.leader_lap = car->lap;
    pb__f1_say_value(u, PB_EV_LEADER_LAP, NULL, car->lap, 0);
}

static void tell_place(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    uint8_t place = pb__f1_u8(e, u->at->position), grid = pb__f1_u8(e, u->at->grid);
    if (place && (place != car->position || !car->heard_lap)) {
        car->position = place;
        pb__f1_say_value(u, PB_EV_POSITION, car, place, 0);
    }
    if (grid && grid <= PB__F1_SLOTS && grid != car->grid) {
        car->grid = grid;
        pb__f1_tell_car(u, car);
    }
    tell_leader(u, car);
}

/* Formats without a session history say it here. */
static void tell_invalid(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    if (u->at->h_rows_at.n == 0 && pb__f1_u8(e, u->at->invalid) == 1)
        pb__f1_deleted(u, car, car->lap, true, "lap invalid");
}

/* Running, or once was: a slot that is empty or waits says nothing. */
static bool counts(const pb_f1_udp *u, const pb__f1_car *car, const uint8_t *e)
{
    return pb__f1_u8(e, u->at->result) >= 2 || car->heard_lap;
}

/* Joined when the race was on already, or the lights were lost. */
static void notice_start(pb_f1_udp *u, const pb__f1_car *car)
{
    if (u->s.status == PB_STATUS_INACTIVE && car->lap > 1 && !u->s.ended) {
        int32_t now = u->now_ms;
        u->now_ms   = PB_MS_NONE;
        pb__f1_status_say(u, PB_STATUS_STARTED);
        u->now_ms = now;
    }
}

static void tell_car(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    if (!counts(u, car, e)) return;
    tell_laps(u, car, e);
    tell_sectors(u, car, e);
    tell_place(u, car, e);
    pb__f1_pits(u, car, e);
    pb__f1_debts(u, car, e);
    tell_invalid(u, car, e);
    pb__f1_result(u, car, pb__f1_u8(e, u->at->result), pb__f1_u8(e, u->at->position), "");
    notice_start(u, car);
    car->heard_lap = true;
}

/* ---- what goes on all the time, now and then ---- */

static void tell_distances(pb_f1_udp *u, const uint8_t *at)
{
    for (unsigned i = 0; i < u->at->laps_at.n; i++) {
        pb__f1_car    *car = pb__f1_car_at(u, i);
        const uint8_t *e   = entry_of(u, at, i);
        if (!car || !car->heard_lap || pb__f1_u8(e, u->at->result) != 2) continue;
        float m = pb__f1_real(e, u->at->distance);
        if (isnan(m) || m == car->distance) continue;
        car->distance = m;
        pb_event *d   = pb__f1_event_of(u, PB_EV_LAP_DISTANCE, car);
        d->real[0]    = m;
        d->real[1]    = pb__f1_real(e, u->at->total);
        pb__f1_say(u, d);
    }
}

static bool due(int32_t now_ms, int32_t *next_ms, int32_t every_ms)
{
    if (now_ms < *next_ms) return false;
    *next_ms = now_ms + every_ms;
    return true;
}

/* ---- the frame ---- */

/* Runs of bytes that make events; the lengths of the wire's own order. */
typedef struct runs {
    uint16_t last, sectors, from, to; /* from .. to: place to result or lane timer */
    uint64_t sector_mask;
} runs;

static runs runs_of(const pb__f1_layout *l)
{
    pb__f1_place first = pb__f1_there(l->s1_s) ? l->s1_s : l->s1;
    pb__f1_place end   = pb__f1_there(l->lane_active) ? l->lane_active : l->result;
    unsigned     bytes = pb__f1_there(l->s1_s) ? 8 : pb__f1_there(l->s1_min) ? 6 : 4;
    return (runs){l->last_lap.at, first.at, l->position.at, (uint16_t)(end.at + 1 - 8),
                  bytes == 8 ? UINT64_MAX : (UINT64_C(1) << 8 * bytes) - 1};
}

static bool same(const runs *r, const uint8_t *a, const uint8_t *b)
{
    uint64_t change = (pb__load_u64(a + r->sectors) ^ pb__load_u64(b + r->sectors)) & r->sector_mask;
    change |= pb__load_u64(a + r->from) ^ pb__load_u64(b + r->from);
    change |= pb__load_u64(a + r->to) ^ pb__load_u64(b + r->to);
    change |= pb__load_u32(a + r->last) ^ pb__load_u32(b + r->last);
    return change == 0;
}

/* In the lane its timers run; a debt may be due though nothing moved. */
static bool watched(const pb_f1_udp *u, const pb__f1_car *car, const uint8_t *e)
{
    bool owing = false;
    for (unsigned k = 0; k < PB__F1_DEBTS; k++) owing |= car->debts[k].since_ms != PB_MS_NONE;
    return owing || !car->heard_lap || pb__f1_u8(e, u->at->pit) != 0;
}

static void tell_changed(pb_f1_udp *u, const uint8_t *at)
{
    runs r = runs_of(u->at);
    for (unsigned i = 0; i < u->at->laps_at.n; i++) {
        pb__f1_car *car = pb__f1_car_at(u, i);
        if (!car) continue;
        const uint8_t *e = entry_of(u, at, i), *before = entry_of(u, u->s.laps.bytes, i);
        if (u->s.laps.there && same(&r, e, before) && !watched(u, car, e)) continue;
        tell_car(u, car, e);
    }
}

void pb__f1_take_laps(pb_f1_udp *u, const uint8_t *at)
{
    pb__f1_session *s = &u->s;
    if (s->named) {
        tell_changed(u, at);
        if (!pb__f1_there(u->at->leader)) pb__f1_trace(u, at);
        if (due(u->now_ms, &s->next_gap_ms, GAP_EVERY_MS)) pb__f1_gaps(u, at);
        if (due(u->now_ms, &s->next_distance_ms, DISTANCE_EVERY_MS)) tell_distances(u, at);
    }
    s->laps.there = true;
    s->laps.stamp = pb__f1_stamp(u);
    memcpy(s->laps.bytes, at, pb__f1_packet_size(s->format, PB__F1_LAP_DATA));
    pb__f1_points_join(u);
}
