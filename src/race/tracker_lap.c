/* tracker_lap: the rows of a car: how one closes, and what is kept when feeds and a
 * person differ about it. */
#include <string.h>

#include "tracker.h"

/* The restart by which the car left the lane on this lap, after its race was stopped. */
static int32_t restart_of(const pb_tracker *t, const pb_lap *row)
{
    int32_t at = PB_MS_NONE;
    for (uint32_t i = 0; i < t->n_restarts && row->pit_out_ms != PB_MS_NONE; i++)
        if (t->restart_ms[i] <= row->pit_out_ms) at = t->restart_ms[i];
    return at;
}

int32_t pb__lap_begin(const pb_tracker *t, const pb__car *car, uint16_t lap)
{
    const pb_lap *row = &car->fed[lap];
    if (row->start_ms != PB_MS_NONE) return row->start_ms;
    if (lap == 1) return t->state.start_ms;
    int32_t before = car->lap[lap - 1].number ? car->lap[lap - 1].session_ms : PB_MS_NONE;
    int32_t again  = restart_of(t, row);
    return before != PB_MS_NONE && again > before ? again : before;
}

uint16_t pb__lap_meant(const pb__ctx *c)
{
    uint16_t laps = c->live->laps;
    bool     just = laps > 0 && c->car->closed_ms != PB_MS_NONE && c->now_ms != PB_MS_NONE &&
                c->now_ms - c->car->closed_ms <= PB__LINE_WINDOW_MS;
    return just ? laps : (uint16_t)(laps + 1);
}

/* ---- what is shown of a row ---- */

static pb_lap put_together(const pb_lap *fed, const pb_lap *shown, uint8_t hand)
{
    pb_lap row = *fed;
    if (hand & PB__LAP_TIME) row.time_ms = shown->time_ms;
    if (hand & PB__LAP_END) row.session_ms = shown->session_ms;
    if (hand & PB__LAP_SECTORS) memcpy(row.sector_ms, shown->sector_ms, sizeof row.sector_ms);
    if (hand & PB__LAP_POSITION) row.position = shown->position;
    if (hand & PB__LAP_PIT_IN) row.pit_in_ms = shown->pit_in_ms;
    if (hand & PB__LAP_PIT_OUT) row.pit_out_ms = shown->pit_out_ms;
    if (hand & PB__LAP_DELETED) row.deleted = shown->deleted;
    return row;
}

static bool same_row(const pb_lap *a, const pb_lap *b)
{
    return a->time_ms == b->time_ms && a->session_ms == b->session_ms && a->pit_in_ms == b->pit_in_ms &&
           a->pit_out_ms == b->pit_out_ms && memcmp(a->sector_ms, b->sector_ms, sizeof a->sector_ms) == 0 &&
           a->position == b->position && a->stint == b->stint && a->compound == b->compound &&
           a->tyre_age_laps == b->tyre_age_laps && a->fresh == b->fresh && a->status == b->status &&
           a->deleted == b->deleted;
}

void pb__lap_settle_of(pb__ctx *c, pb__car *car, uint16_t lap)
{
    pb_lap before = car->lap[lap], *row = &car->lap[lap];
    bool   late   = before.number != 0 && (lap < pb__live_of(c->t, car)->laps || car->settled);
    *row          = put_together(&car->fed[lap], &before, car->by_hand[lap]);
    row->accurate = row->number && pb__lap_accurate(c->t, car, lap);
    if (lap < PB_LAPS_MAX && car->lap[lap + 1].number)
        car->lap[lap + 1].accurate = pb__lap_accurate(c->t, car, (uint16_t)(lap + 1));
    if (!late || same_row(&before, row)) return;
    c->s->rewritten++;
    c->meaning.bits |= PB_MEANT_REWRITE;
    if (c->meaning.car == 0) c->meaning.car = pb__live_of(c->t, car)->key;
}

void pb__lap_settle(pb__ctx *c, uint16_t lap)
{
    pb__lap_settle_of(c, c->car, lap);
}

/* ---- who leads ---- */

static void lead_by(pb_tracker *t, uint16_t lap, int32_t end_ms)
{
    if (t->lead_ms[lap] == PB_MS_NONE || end_ms < t->lead_ms[lap]) t->lead_ms[lap] = end_ms;
    if (lap > t->lead_laps) t->lead_laps = lap;
}

void pb__lead_again(pb_tracker *t)
{
    t->lead_laps = 0;
    for (uint32_t l = 0; l < PB__LAP_SLOTS; l++) t->lead_ms[l] = PB_MS_NONE;
    for (uint32_t i = 0; i < t->state.n_cars; i++)
        for (uint16_t l = 1; l <= t->state.cars[i].laps; l++)
            if (t->car[i].lap[l].number) lead_by(t, l, t->car[i].lap[l].session_ms);
    pb__to_go(t);
}

/* ---- closing ---- */

/* What was booked on the running lap and happened beyond its end. */
static void hand_over_pit(pb__car *car, uint16_t lap, int32_t end_ms)
{
    pb_lap *now = &car->fed[lap], *next = &car->fed[lap + 1];
    if (now->pit_out_ms != PB_MS_NONE && now->pit_out_ms > end_ms - PB__LINE_WINDOW_MS) {
        next->pit_out_ms = now->pit_out_ms;
        now->pit_out_ms  = PB_MS_NONE;
    }
    if (now->pit_in_ms != PB_MS_NONE && now->pit_in_ms > end_ms && lap > 0) {
        next->pit_in_ms = now->pit_in_ms;
        now->pit_in_ms  = PB_MS_NONE;
    }
}

static void show_last(pb__ctx *c, uint16_t lap)
{
    pb_live_car *live = c->live;
    live->laps        = lap;
    live->line_ms     = c->car->lap[lap].session_ms;
    int32_t time      = c->car->lap[lap].time_ms;
    if (time != PB_MS_NONE && (live->best_lap_ms == PB_MS_NONE || time < live->best_lap_ms)) {
        live->best_lap_ms = time;
        live->best_lap    = lap;
    }
    if (c->car->fed[lap].sector_ms[2] == PB_MS_NONE) return;
    for (int i = 0; i < 3; i++) live->sector_ms[i] = c->car->lap[lap].sector_ms[i];
}

void pb__lap_close(pb__ctx *c, uint16_t lap, int32_t end_ms)
{
    pb__car *car = c->car;
    pb_lap  *fed = &car->fed[lap];
    hand_over_pit(car, lap, end_ms);
    fed->number      = lap;
    fed->session_ms  = end_ms;
    car->teller[lap] = c->e->origin;
    car->closed_ms   = c->now_ms != PB_MS_NONE && c->now_ms > end_ms ? c->now_ms : end_ms;
    car->settled     = false;
    c->live->laps    = lap;
    lead_by(c->t, lap, end_ms);
    pb__lap_work_out(c, lap);
    pb__sets_of_lap(car, lap, fed);
    pb__lap_settle(c, lap);
    show_last(c, lap);
    pb__sets_show(c);
    pb__position_at_line(c, lap);
    pb__gap_at_line(c, lap);
    pb__align_line(c, lap);
    pb__at_line(c, lap);
    c->meaning.bits |= PB_MEANT_LAP;
    c->meaning.car = c->live->key;
}

void pb__lap_move(pb__ctx *c, uint16_t lap, int32_t end_ms)
{
    pb_lap *fed = &c->car->fed[lap];
    int32_t old = fed->session_ms;
    if (old == end_ms) return;
    fed->session_ms = end_ms;
    pb__lap_settle(c, lap);
    if (c->t->lead_ms[lap] == old)
        pb__lead_again(c->t);
    else
        lead_by(c->t, lap, end_ms);
    pb__position_at_line(c, lap);
    if (lap != c->live->laps) return;
    c->live->line_ms = c->car->lap[lap].session_ms;
    pb__gap_at_line(c, lap);
}

void pb__lap_drop_after(pb_tracker *t, pb__car *car, uint16_t lap)
{
    pb_live_car *live = pb__live_of(t, car);
    for (uint32_t l = lap + 1u; l <= live->laps + 1u && l < PB__LAP_SLOTS; l++) {
        pb__lap_blank(&car->fed[l]);
        pb__lap_blank(&car->lap[l]);
        car->by_hand[l] = car->teller[l] = 0;
        car->word[l].at_ms               = PB_MS_NONE;
        car->exact[l] = car->placed[l] = false;
    }
    if (live->laps > lap) live->laps = lap;
    bool any          = car->lap[lap].number != 0; /* there is no lap 0 */
    live->line_ms     = any ? car->lap[lap].session_ms : PB_MS_NONE;
    live->last_lap_ms = any ? car->lap[lap].time_ms : PB_MS_NONE;
    car->closed_ms    = live->line_ms;
    car->settled      = true;
}
