/* tracker_stints: which set was on the car in which lap.
 *
 *     told     0: MEDIUM, start 3     1: UNKNOWN .. HARD (minutes later)
 *     laid     laps 1 - 19            laps 20 -
 *
 * Stints stay open to correction: every word lays them out over the laps again, and
 * rows that were closed are rewritten. A stint begins on the lap after the pit entry
 * that it follows; where no entry was seen, on the running lap if that began a
 * moment ago, else on the next. */
#include "tracker.h"

#define AGE_MAX 1000

/* ---- what is told of stint k, a person's word first ---- */

static pb__set_words words_of(const pb__set *set)
{
    pb__set_words w = set->fed;
    if (set->hand & PB__SET_COMPOUND) w.compound = set->by_hand.compound;
    if (set->hand & PB__SET_FRESH) w.fresh = set->by_hand.fresh;
    if (set->hand & PB__SET_START) w.start_age = set->by_hand.start_age;
    if (set->hand & PB__SET_FROM) w.from_lap = set->by_hand.from_lap;
    return w;
}

/* The newest stint that was told of before k; -1 none. */
static int before(const pb__car *car, int k)
{
    for (k--; k >= 0; k--)
        if (car->raw[k].seen) return k;
    return -1;
}

static int newest(const pb__car *car)
{
    return before(car, PB_STINTS_MAX);
}

/* Last lap with a pit entry, closed or running; 0 none. */
static uint16_t last_entry(const pb__ctx *c)
{
    for (uint16_t l = (uint16_t)(c->live->laps + 1); l >= 1; l--)
        if (l <= PB_LAPS_MAX && (c->car->fed[l].pit_in_ms != PB_MS_NONE || c->car->lap[l].pit_in_ms != PB_MS_NONE))
            return l;
    return 0;
}

static uint16_t begins_on(const pb__ctx *c, int k)
{
    int      prev    = before(c->car, k);
    uint16_t running = (uint16_t)(c->live->laps + 1), entry = last_entry(c);
    if (prev < 0) return 1;
    uint16_t after = words_of(&c->car->raw[prev]).from_lap;
    if (entry > 0 && entry >= after) return (uint16_t)(entry + 1);
    if (c->live->laps == 0) return 1;
    bool just = c->car->closed_ms != PB_MS_NONE && c->now_ms != PB_MS_NONE &&
                c->now_ms - c->car->closed_ms <= PB__STINT_WINDOW_MS;
    if (!just && pb__track_red_at(c->t, c->now_ms)) running++;
    return running > after ? running : after; /* the one before was never run */
}

/* ---- laying out ---- */

/* The stint of a lap; -1 none. Later ones win. */
static int stint_on(const pb__car *car, uint16_t lap)
{
    for (int k = newest(car); k >= 0; k = before(car, k))
        if (words_of(&car->raw[k]).from_lap <= lap) return k;
    return -1;
}

void pb__sets_of_lap(const pb__car *car, uint16_t lap, pb_lap *fed)
{
    int k = stint_on(car, lap);
    if (k < 0) return;
    pb__set_words w    = words_of(&car->raw[k]);
    fed->compound      = w.compound;
    fed->fresh         = w.fresh;
    fed->stint         = (uint8_t)(k + 1);
    fed->tyre_age_laps = w.start_age < 0 ? -1 : (int16_t)(w.start_age + lap - w.from_lap + 1);
}

/* The same rubber under another number: the feed counts passes through the lane. */
static bool runs_on(const pb_stint *a, const pb__set_words *b)
{
    return a->compound == b->compound && a->age_at_start >= 0 && b->start_age > 0 &&
           b->start_age == a->age_at_start + b->from_lap - a->from_lap;
}

static void list_stints(const pb__car *car, pb_live_car *live)
{
    live->n_stints = 0;
    for (int k = 0; k < PB_STINTS_MAX; k++) {
        if (!car->raw[k].seen) continue;
        pb__set_words w    = words_of(&car->raw[k]);
        pb_stint     *last = live->n_stints ? &live->stints[live->n_stints - 1] : NULL;
        if (last && last->from_lap >= w.from_lap)
            live->n_stints--; /* it was never run */
        else if (last && runs_on(last, &w))
            continue;
        else if (last)
            last->to_lap = (uint16_t)(w.from_lap - 1);
        live->stints[live->n_stints++] = (pb_stint){w.compound, w.fresh, w.from_lap, 0, w.start_age};
    }
}

static void show_set(pb__ctx *c)
{
    pb_live_car *live    = c->live;
    int          k       = newest(c->car);
    uint16_t     running = (uint16_t)(live->laps + 1);
    if (k < 0) return;
    pb__set_words w = words_of(&c->car->raw[k]);
    live->compound  = w.compound;
    live->fresh     = w.fresh;
    live->tyre_age_laps =
        w.start_age < 0 ? -1 : (int16_t)(w.start_age + (running > w.from_lap ? running - w.from_lap : 0));
}

static void count_stops(pb__ctx *c)
{
    pb_live_car *live = c->live;
    if (live->told[PB_TOLD_STOPS].origin == PB_ORIGIN_HAND) return;
    if (live->n_stints > 0)
        live->stops = (uint8_t)(live->n_stints - 1);
    else if (live->told[PB_TOLD_STOPS].origin == PB_ORIGIN_NONE)
        live->stops = (uint8_t)(c->car->visits < 255 ? c->car->visits : 255);
}

void pb__sets_lay(pb__ctx *c)
{
    for (uint16_t l = 1; l <= c->live->laps; l++) {
        if (!c->car->fed[l].number) continue;
        pb__sets_of_lap(c->car, l, &c->car->fed[l]);
        pb__lap_settle(c, l);
    }
    list_stints(c->car, c->live);
    show_set(c);
    count_stops(c);
}

void pb__sets_show(pb__ctx *c)
{
    show_set(c);
    count_stops(c);
}

/* ---- words ---- */

static void open_stint(pb__ctx *c, int k)
{
    pb__set *set = &c->car->raw[k];
    if (set->seen) return;
    *set         = (pb__set){.seen = true, .fed = {PB_COMPOUND_UNKNOWN, -1, -1, begins_on(c, k)}};
    set->by_hand = set->fed;
}

static void say_by_hand(pb__set *set, const pb_event *e)
{
    if (e->value >= 0) set->by_hand.compound = (uint8_t)e->value;
    if (e->fresh >= 0) set->by_hand.fresh = e->fresh;
    if (e->start_age >= 0) set->by_hand.start_age = e->start_age;
    if (e->lap > 0) set->by_hand.from_lap = e->lap;
    set->hand |= (uint8_t)((e->value >= 0 ? PB__SET_COMPOUND : 0) | (e->fresh >= 0 ? PB__SET_FRESH : 0) |
                           (e->start_age >= 0 ? PB__SET_START : 0) | (e->lap > 0 ? PB__SET_FROM : 0));
}

/* The laps on the set when it is first told of are its age when it was fitted. */
static void say(pb__set *set, const pb_event *e, bool is_new)
{
    if (e->value > 0) set->fed.compound = (uint8_t)e->value; /* UNKNOWN takes nothing back */
    if (e->fresh >= 0) set->fed.fresh = e->fresh;
    if (e->start_age >= 0) set->fed.start_age = e->start_age;
    set->start_told |= e->start_age >= 0;
    if (is_new && !set->start_told && e->aux >= 0) set->fed.start_age = (int16_t)e->aux;
    if (e->lap > 0) set->fed.from_lap = e->lap;
}

static bool tell_tyre(pb__ctx *c, int k)
{
    const pb_event *e    = c->e;
    bool            last = k == newest(c->car);
    if (!last) return true;
    if (e->aux >= 0) (void)pb__tell(c, PB_TOLD_TYRE_AGE, e->aux, c->live->tyre_age_laps, c->live->tyre_age_laps >= 0);
    return e->value < 0 ||
           pb__tell(c, PB_TOLD_TYRE, e->value, c->live->compound, c->live->compound != PB_COMPOUND_UNKNOWN);
}

/* Feeds have gone on under the number of the stint before, with a set that has no laps
 * (2025 Melbourne, cars 5 and 87): from then on their numbers stand for one more. */
static bool number_again(const pb__ctx *c, int k)
{
    const pb_event *e = c->e;
    if (e->origin == PB_ORIGIN_HAND || k != newest(c->car) || e->aux != 0 || e->value < 0) return false;
    pb__set_words w = words_of(&c->car->raw[k]);
    return last_entry(c) >= w.from_lap && c->live->laps + 1 > w.from_lap && c->live->tyre_age_laps > 1;
}

/* The stint that a number stands for; PB_STINTS_MAX: one too many. */
static int stint_of_number(pb__ctx *c)
{
    int k = c->e->index + (c->e->index >= c->car->shift_from ? c->car->shift : 0);
    if (k >= PB_STINTS_MAX || !c->car->raw[k].seen || !number_again(c, k)) return k;
    c->car->shift_from = c->e->index;
    c->car->shift++;
    return k + 1;
}

const char *pb__on_stint(pb__ctx *c)
{
    const pb_event *e = c->e;
    int             k = stint_of_number(c);
    if (k >= PB_STINTS_MAX) return "one stint too many";
    if (e->value >= PB_COMPOUND_N || e->aux > AGE_MAX || e->start_age > AGE_MAX) return "a set that cannot be";
    if (e->lap > PB_LAPS_MAX) return "a lap that cannot be";
    bool is_new = !c->car->raw[k].seen;
    if (c->live->status == PB_CAR_FINISHED && e->origin != PB_ORIGIN_HAND && (is_new || e->value <= 0))
        return "a set after the flag";
    open_stint(c, k);
    c->car->tyre_stints = true;
    bool counts         = tell_tyre(c, k);
    if (e->origin == PB_ORIGIN_HAND)
        say_by_hand(&c->car->raw[k], e);
    else if (counts || (c->car->raw[k].hand & PB__SET_COMPOUND))
        say(&c->car->raw[k], e, is_new);
    pb__sets_lay(c);
    return NULL;
}

/* ---- the fitted set ---- */

/* Another set than the one that is on, by what is told of it. */
static bool is_another(const pb__ctx *c, int k)
{
    const pb_event *e       = c->e;
    pb__set_words   w       = words_of(&c->car->raw[k]);
    bool            visited = last_entry(c) >= w.from_lap || c->car->in_lane > 0 || pb__track_red_at(c->t, c->now_ms);
    if (!visited || c->live->laps == 0) return false;
    if (e->value > 0 && w.compound != PB_COMPOUND_UNKNOWN && e->value != w.compound) return true;
    return e->aux >= 0 && c->live->tyre_age_laps > 0 && e->aux + 1 < c->live->tyre_age_laps;
}

const char *pb__on_tyre(pb__ctx *c)
{
    const pb_event *e = c->e;
    if (e->value >= PB_COMPOUND_N || e->aux > AGE_MAX) return "a set that cannot be";
    int k = newest(c->car);
    if (k >= 0 && c->car->tyre_stints && e->origin != PB_ORIGIN_HAND && is_another(c, k)) return NULL;
    bool is_new = k < 0 || (!c->car->tyre_stints && is_another(c, k));
    if (is_new && k + 1 >= PB_STINTS_MAX) return "one stint too many";
    if (is_new) open_stint(c, ++k);
    bool counts = tell_tyre(c, k);
    if (e->origin == PB_ORIGIN_HAND) {
        say_by_hand(&c->car->raw[k], e);
    } else if (counts) {
        say(&c->car->raw[k], e, false);
        pb__set *set     = &c->car->raw[k];
        int      run     = c->live->laps + 1 - set->fed.from_lap;
        bool     unknown = set->fed.start_age < 0 && !set->start_told;
        if (unknown && e->aux >= 0 && e->aux >= run) set->fed.start_age = (int16_t)(e->aux - (run > 0 ? run : 0));
    }
    pb__sets_lay(c);
    return NULL;
}

const char *pb__on_stops(pb__ctx *c)
{
    if (c->e->value < 0 || c->e->value > 255) return "a number of stops that cannot be";
    bool shown = pb__tell(c, PB_TOLD_STOPS, c->e->value, c->live->stops, true);
    if (shown && (c->e->origin == PB_ORIGIN_HAND || c->live->n_stints == 0)) c->live->stops = (uint8_t)c->e->value;
    return NULL;
}
