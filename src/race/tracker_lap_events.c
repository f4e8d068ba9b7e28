/* tracker_lap_events: words about laps, put on the lap they belong to. */
#include "tracker.h"

#define LAP_LEAST_MS 20000 /* no car laps faster */
#define MID_SESSION_MS 20000
#define TIME_MAX_MS (24 * 3600 * 1000)

static bool a_time(int32_t ms)
{
    return ms > 0 && ms <= TIME_MAX_MS;
}

/* ---- the counter ---- */

/* The first word on a car is of laps that were driven before we listened. */
static bool is_snapshot(const pb__ctx *c, int32_t n)
{
    return c->live->laps == 0 && n > 1 && c->live->told[PB_TOLD_LAPS].origin == PB_ORIGIN_NONE &&
           (c->car->heard_ms == PB_MS_NONE || c->now_ms - c->car->heard_ms < MID_SESSION_MS);
}

static const char *counter_back(pb__ctx *c, uint16_t n)
{
    if (c->e->origin == PB_ORIGIN_HAND) {
        pb__lap_drop_after(c->t, c->car, n);
        pb__lead_again(c->t);
        c->s->rewritten++;
        c->meaning.bits |= PB_MEANT_REWRITE;
        (void)pb__tell(c, PB_TOLD_LAPS, n, c->live->laps, true);
        return NULL;
    }
    if (c->e->origin == c->live->told[PB_TOLD_LAPS].origin) return "the lap counter ran back";
    (void)pb__tell(c, PB_TOLD_LAPS, n, c->live->laps, true);
    c->live->told[PB_TOLD_LAPS].origin = c->car->teller[c->live->laps];
    return NULL;
}

/* Counters have taken two laps at once, late (2021 Spielberg, car 18): the whole race counts. */
static bool has_time_for(const pb__ctx *c, uint16_t n)
{
    int32_t begin = c->s->start_ms != PB_MS_NONE ? c->s->start_ms : c->car->closed_ms;
    int     laps  = c->s->start_ms != PB_MS_NONE ? n : n - c->live->laps;
    if (c->e->origin == PB_ORIGIN_HAND || begin == PB_MS_NONE) return true;
    return (int64_t)c->now_ms - begin >= (int64_t)LAP_LEAST_MS * laps;
}

static const char *counter_on(pb__ctx *c, uint16_t n)
{
    const pb_live_car *live = c->live;
    if (c->now_ms == PB_MS_NONE) return "no time";
    if (pb__is_over_for(c)) return "a lap after the flag";
    if (c->car->in_lane > 0 && !c->car->been_out) return "a lap before it left the pit";
    if (!has_time_for(c, n)) return "more laps than time for them";
    if (is_snapshot(c, n)) {
        c->live->laps                      = n;
        c->live->told[PB_TOLD_LAPS].origin = c->e->origin;
        c->live->told[PB_TOLD_LAPS].at_us  = c->now_us;
        if (n > c->t->lead_laps) c->t->lead_laps = n;
        pb__to_go(c->t);
        return NULL;
    }
    (void)pb__tell(c, PB_TOLD_LAPS, n, live->laps, true);
    pb__lap_close(c, n, c->now_ms);
    return NULL;
}

const char *pb__on_laps(pb__ctx *c)
{
    int32_t n = c->e->value;
    if (n < 0 || n > PB_LAPS_MAX) return "a lap that cannot be";
    if (n < c->live->laps) return counter_back(c, (uint16_t)n);
    if (n > c->live->laps) return counter_on(c, (uint16_t)n);
    (void)pb__tell(c, PB_TOLD_LAPS, n, n, true);
    bool better = n > 0 && pb__rank(c->e->origin) > pb__rank(c->car->teller[n]);
    if (!better || !c->car->fed[n].number || c->car->settled || c->now_ms == PB_MS_NONE) return NULL;
    c->car->teller[n] = c->e->origin;
    pb__lap_move(c, (uint16_t)n, c->now_ms);
    return NULL;
}

/* ---- times ---- */

/* A time that no lap begun so lately can have corrects the one before. */
static uint16_t lap_of_time(const pb__ctx *c, int32_t ms)
{
    uint16_t meant = pb__lap_meant(c);
    if (meant <= c->live->laps || c->live->laps == 0 || c->car->closed_ms == PB_MS_NONE || c->now_ms == PB_MS_NONE)
        return meant;
    bool too_soon = (int64_t)c->now_ms - c->car->closed_ms < (int64_t)ms - PB__LINE_WINDOW_MS;
    return too_soon ? c->live->laps : meant;
}

static void keep_time(pb__ctx *c, uint16_t lap, int32_t ms)
{
    pb_lap *fed = &c->car->fed[lap];
    if (c->e->origin == PB_ORIGIN_HAND && lap <= c->live->laps) {
        c->car->lap[lap].time_ms = ms;
        c->car->by_hand[lap] |= PB__LAP_TIME;
    } else {
        fed->time_ms = ms;
    }
    if (lap > c->live->laps) return;
    pb__lap_work_out(c, lap);
    pb__lap_settle(c, lap);
    if (lap == c->live->laps) pb__gap_at_line(c, lap);
}

const char *pb__on_last_lap(pb__ctx *c)
{
    int32_t ms = c->e->value;
    if (ms == 0) {
        c->car->time_cleared = pb__lap_meant(c) <= c->live->laps;
        return NULL;
    }
    if (!a_time(ms)) return "a lap time that cannot be";
    uint16_t lap = lap_of_time(c, ms);
    if (lap > PB_LAPS_MAX) return "a lap that cannot be";
    bool repeat = lap > c->live->laps && c->live->laps > 0 && c->car->fed[c->live->laps].time_ms == ms;
    if (!pb__tell(c, PB_TOLD_LAST_LAP, ms, c->live->last_lap_ms, c->live->last_lap_ms != PB_MS_NONE) || repeat)
        return NULL;
    c->live->last_lap_ms = ms;
    keep_time(c, lap, ms);
    return NULL;
}

const char *pb__on_best_lap(pb__ctx *c)
{
    int32_t ms = c->e->value;
    if (ms != 0 && !a_time(ms)) return "a lap time that cannot be";
    c->live->best_lap_ms = ms == 0 ? PB_MS_NONE : ms; /* a new part of qualifying; the lap was deleted */
    c->live->best_lap    = 0;
    if (c->e->lap <= PB_LAPS_MAX) c->live->best_lap = c->e->lap;
    return NULL;
}

/* Sectors 2 and 3 may come after the line; the first is always of the running lap. */
const char *pb__on_sector(pb__ctx *c)
{
    uint32_t k  = c->e->index;
    int32_t  ms = c->e->value;
    if (k > 2) return "no such sector";
    if (ms != 0 && !a_time(ms)) return "a sector time that cannot be";
    uint16_t lap = k == 0 ? (uint16_t)(c->live->laps + 1) : pb__lap_meant(c);
    if (lap > PB_LAPS_MAX) return "a lap that cannot be";
    int32_t shown = c->live->sector_ms[k];
    if (!pb__tell(c, PB_TOLD_SECTORS, ms, shown, shown != PB_MS_NONE)) return NULL;
    if (ms == 0) {
        c->live->sector_ms[k] = PB_MS_NONE;
        return NULL;
    }
    if (k == 0) c->live->sector_ms[1] = c->live->sector_ms[2] = PB_MS_NONE;
    c->live->sector_ms[k]         = ms;
    c->car->fed[lap].sector_ms[k] = ms;
    c->car->sector_at_ms[k]       = c->now_ms;
    if (lap > c->live->laps) return NULL;
    pb__lap_work_out(c, lap);
    pb__lap_settle(c, lap);
    return NULL;
}

/* ---- a whole lap ---- */

/* When it ended: as told, or by the lap before it and its time. */
static int32_t end_of(const pb__ctx *c, uint16_t lap)
{
    const pb_event *e = c->e;
    if (e->session_ms != PB_MS_NONE) return c->now_ms;
    int32_t begin = pb__lap_begin(c->t, c->car, lap);
    if (begin == PB_MS_NONE && lap == 1) begin = 0;
    if (e->value != PB_MS_NONE && begin != PB_MS_NONE && begin < INT32_MAX - TIME_MAX_MS) return begin + e->value;
    return c->now_ms;
}

static void take_row(const pb_event *e, pb_lap *row)
{
    if (e->value != PB_MS_NONE) row->time_ms = e->value;
    for (int i = 0; i < 3; i++)
        if (e->sectors[i] != PB_MS_NONE) row->sector_ms[i] = e->sectors[i];
    if (e->aux > 0 && e->aux < 100) row->position = (uint8_t)e->aux;
}

static uint8_t said_of(const pb_event *e)
{
    bool sectors = e->sectors[0] != PB_MS_NONE || e->sectors[1] != PB_MS_NONE || e->sectors[2] != PB_MS_NONE;
    return (uint8_t)((e->value != PB_MS_NONE ? PB__LAP_TIME : 0) | (e->session_ms != PB_MS_NONE ? PB__LAP_END : 0) |
                     (sectors ? PB__LAP_SECTORS : 0) | (e->aux > 0 ? PB__LAP_POSITION : 0));
}

/* Of a lap that is closed: a person's word in place of the feeds', a feed's among the feeds'. */
static void correct_row(pb__ctx *c, uint16_t lap, int32_t end)
{
    pb__car *car  = c->car;
    bool     hand = c->e->origin == PB_ORIGIN_HAND && car->teller[lap] != PB_ORIGIN_HAND;
    bool     told = c->e->session_ms != PB_MS_NONE;
    if (hand) {
        car->by_hand[lap] |= said_of(c->e);
        take_row(c->e, &car->lap[lap]);
        if (told) car->lap[lap].session_ms = end;
        pb__lap_settle(c, lap);
        pb__lead_again(c->t);
    } else if (pb__rank(c->e->origin) >= pb__rank(car->teller[lap])) {
        take_row(c->e, &car->fed[lap]);
        car->teller[lap] = c->e->origin;
        car->exact[lap] |= told;
        if (told) pb__lap_move(c, lap, end);
        pb__lap_work_out(c, lap);
        pb__lap_settle(c, lap);
    }
    if (lap == c->live->laps) {
        if (car->lap[lap].time_ms != PB_MS_NONE) c->live->last_lap_ms = car->lap[lap].time_ms;
        c->live->line_ms = car->lap[lap].session_ms;
        pb__gap_at_line(c, lap);
    }
}

/* A row that was missing among others, or that is new. */
static void new_row(pb__ctx *c, uint16_t lap, int32_t end)
{
    pb__car *car    = c->car;
    uint16_t laps   = c->live->laps;
    car->exact[lap] = true;
    take_row(c->e, &car->fed[lap]);
    for (int i = 0; i < 3; i++) car->sector_at_ms[i] = PB_MS_NONE;
    pb__lap_close(c, lap, end);
    if (c->e->aux > 0) {
        car->fed[lap].position = (uint8_t)c->e->aux;
        car->placed[lap]       = true;
        pb__lap_settle(c, lap);
    }
    if (lap >= laps) return;
    c->live->laps    = laps;
    c->live->line_ms = car->lap[laps].session_ms;
}

const char *pb__on_lap(pb__ctx *c)
{
    uint16_t lap = c->e->lap;
    if (lap == 0 || lap > PB_LAPS_MAX) return "a lap that cannot be";
    if (c->e->value != PB_MS_NONE && !a_time(c->e->value)) return "a lap time that cannot be";
    if (c->e->aux < 0 || c->e->aux > 99) return "a position that cannot be";
    for (int i = 0; i < 3; i++)
        if (c->e->sectors[i] != PB_MS_NONE && !a_time(c->e->sectors[i])) return "a sector time that cannot be";
    int32_t end = end_of(c, lap);
    if (end == PB_MS_NONE) return "no time";
    if (lap > c->live->laps && pb__is_over_for(c)) return "a lap after the flag";
    if (c->e->value != PB_MS_NONE && lap >= c->live->laps)
        (void)pb__tell(c, PB_TOLD_LAST_LAP, c->e->value, c->live->last_lap_ms, c->live->last_lap_ms != PB_MS_NONE);
    if (lap > c->live->laps) (void)pb__tell(c, PB_TOLD_LAPS, lap, c->live->laps, true);
    if (c->car->lap[lap].number)
        correct_row(c, lap, end);
    else
        new_row(c, lap, end);
    return NULL;
}

/* The newest lap of that time: race control names it by its time alone. */
static uint16_t lap_that_took(const pb__ctx *c, int32_t ms)
{
    for (uint16_t lap = c->live->laps; ms > 0 && lap > 0; lap--)
        if (c->car->lap[lap].number && c->car->lap[lap].time_ms == ms) return lap;
    return 0;
}

const char *pb__on_lap_deleted(pb__ctx *c)
{
    uint16_t lap = c->e->lap ? c->e->lap : lap_that_took(c, c->e->value);
    if (lap == 0 || lap > PB_LAPS_MAX) return "a lap that cannot be";
    if (c->e->origin == PB_ORIGIN_HAND) {
        c->car->lap[lap].deleted = c->e->flag;
        c->car->by_hand[lap] |= PB__LAP_DELETED;
    } else {
        c->car->fed[lap].deleted = c->e->flag;
    }
    pb__lap_settle(c, lap);
    return NULL;
}
