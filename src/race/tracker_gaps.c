/* tracker_gaps: how far behind, as told, and from the times at the line where nobody tells.
 *
 *     lap L   leader |---------.            gap of B      = end of B - first end of lap L
 *             A      |---------:--.         interval of B = end of B - end of A, who ended
 *             B      |---------:--:---.                     lap L just before it
 *
 * A car that ends lap L when the leader has ended L + 1 is a lap behind. */
#include "tracker.h"

static bool same_gap(const pb_live_gap *a, int32_t ms, int32_t laps)
{
    return a->laps == laps && a->ms == ms;
}

static int32_t shown_of(const pb_live_gap *gap)
{
    return gap->laps > 0 ? -gap->laps : gap->ms;
}

/* An emptied gap: whoever told it no longer does. */
static const char *take_away(pb__ctx *c, pb_told_field field, pb_live_gap *gap)
{
    pb_told *told = &c->live->told[field];
    if (told->origin != c->e->origin) return NULL;
    *gap         = (pb_live_gap){.ms = PB_MS_NONE, .laps = -1};
    told->origin = PB_ORIGIN_NONE;
    told->at_us  = PB_US_NONE;
    return NULL;
}

/* Unit of told: ms, or whole laps as negative numbers. */
static const char *take(pb__ctx *c, pb_told_field field, pb_live_gap *gap)
{
    int32_t value = c->e->value;
    if (value == PB_MS_NONE) return take_away(c, field, gap);
    if (value < 0 || (c->e->flag && value > PB_LAPS_MAX)) return "a gap that cannot be";
    if (pb__car_is_out(c->live) && pb__is_race(c->s)) return "a gap of a car that is out";
    bool    known = gap->laps >= 0 && !gap->derived;
    int32_t told  = c->e->flag && value > 0 ? -value : value;
    if (!pb__tell(c, field, told, shown_of(gap), known)) return NULL;
    *gap =
        c->e->flag ? (pb_live_gap){value == 0 ? 0 : PB_MS_NONE, (int16_t)value, false} : (pb_live_gap){value, 0, false};
    return NULL;
}

const char *pb__on_gap(pb__ctx *c)
{
    const char *why = take(c, PB_TOLD_GAP, &c->live->gap);
    if (why) return why;
    c->live->lapped = c->live->gap.laps > 0;
    pb__align_hear(c);
    return NULL;
}

const char *pb__on_interval(pb__ctx *c)
{
    return take(c, PB_TOLD_INTERVAL, &c->live->interval);
}

/* Somebody told it lately enough that the times need not. */
static bool is_told(const pb__ctx *c, pb_told_field field)
{
    const pb_told *told = &c->live->told[field];
    if (told->origin == PB_ORIGIN_NONE) return false;
    return c->now_us == PB_US_NONE || told->at_us == PB_US_NONE || c->now_us - told->at_us <= INT64_C(30000000);
}

static void derive(pb__ctx *c, pb_told_field field, pb_live_gap *gap, int32_t ms, int laps)
{
    if (is_told(c, field) || (gap->derived && same_gap(gap, ms, laps))) return;
    *gap                        = (pb_live_gap){ms, (int16_t)laps, true};
    c->live->told[field].origin = PB_ORIGIN_NONE;
    c->live->told[field].at_us  = c->now_us;
}

/* Whole laps that the leader had ended beyond `lap` when the car ended it. */
static int laps_behind(const pb_tracker *t, uint16_t lap, int32_t end_ms)
{
    int n = 0;
    for (uint16_t l = (uint16_t)(lap + 1); l <= t->lead_laps && t->lead_ms[l] != PB_MS_NONE && t->lead_ms[l] <= end_ms;
         l++)
        n++;
    return n;
}

/* End of the car that ended `lap` just before end_ms; PB_MS_NONE none. */
static int32_t end_ahead(const pb__ctx *c, uint16_t lap, int32_t end_ms)
{
    int32_t best = PB_MS_NONE;
    for (uint32_t i = 0; i < c->s->n_cars; i++) {
        const pb_lap *row = &c->t->car[i].lap[lap];
        if (&c->t->car[i] == c->car || !row->number || row->session_ms > end_ms) continue;
        if (row->session_ms > best) best = row->session_ms;
    }
    return best;
}

void pb__gap_at_line(pb__ctx *c, uint16_t lap)
{
    if (!pb__is_race(c->s)) return; /* there gaps are of best laps */
    if (pb__car_is_out(c->live) || !c->car->lap[lap].number || c->t->lead_ms[lap] == PB_MS_NONE) return;
    int32_t end   = c->car->lap[lap].session_ms;
    int     laps  = laps_behind(c->t, lap, end);
    int32_t ahead = end_ahead(c, lap, end);
    derive(c, PB_TOLD_GAP, &c->live->gap, laps > 0 ? PB_MS_NONE : end - c->t->lead_ms[lap], laps);
    derive(c, PB_TOLD_INTERVAL, &c->live->interval, ahead == PB_MS_NONE ? PB_MS_NONE : end - ahead,
           ahead == PB_MS_NONE ? -1 : 0);
    c->live->lapped = c->live->gap.laps > 0;
}
