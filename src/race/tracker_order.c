/* tracker_order: who is where: at the end of each lap by the times, between by what
 * feeds tell, else by laps and the last crossing of the line. Cars that are out come
 * last until the flag. */
#include <string.h>

#include "tracker.h"

const char *pb__on_position(pb__ctx *c)
{
    int32_t p = c->e->value;
    if (p < 1 || p > 99) return "a position that cannot be";
    if (pb__tell(c, PB_TOLD_POSITION, p, c->live->position, c->live->position > 0)) c->live->position = (uint8_t)p;
    return NULL;
}

static void place(pb__ctx *c, pb__car *car, uint16_t lap)
{
    unsigned place = 1;
    if (car->placed[lap]) return;
    for (uint32_t i = 0; i < c->s->n_cars; i++) {
        const pb_lap *other = &c->t->car[i].lap[lap], *own = &car->lap[lap];
        if (&c->t->car[i] == car || !other->number) continue;
        place += other->session_ms < own->session_ms ||
                 (other->session_ms == own->session_ms && &c->t->car[i] < car && other->position <= own->position);
    }
    if (car->fed[lap].position == place) return;
    car->fed[lap].position = (uint8_t)place;
    pb__lap_settle_of(c, car, lap);
}

/* A late word moves others too. */
void pb__position_at_line(pb__ctx *c, uint16_t lap)
{
    int32_t end = c->car->lap[lap].session_ms;
    place(c, c->car, lap);
    for (uint32_t i = 0; i < c->s->n_cars; i++) {
        const pb_lap *other = &c->t->car[i].lap[lap];
        if (&c->t->car[i] != c->car && other->number && other->session_ms >= end) place(c, &c->t->car[i], lap);
    }
}

/* ---- running order ---- */

/* After the flag a car that is out counts by its laps, as in results. */
static int group(const pb_live_car *car, bool flag)
{
    return car->status == PB_CAR_DISQUALIFIED ? 2 : pb__car_is_out(car) && !flag ? 1 : 0;
}

static bool ahead_by_laps(const pb_live_car *a, const pb_live_car *b)
{
    if (a->laps != b->laps) return a->laps > b->laps;
    if (a->line_ms != b->line_ms)
        return a->line_ms != PB_MS_NONE && (b->line_ms == PB_MS_NONE || a->line_ms < b->line_ms);
    unsigned ga = a->grid ? a->grid : 99u, gb = b->grid ? b->grid : 99u;
    return ga < gb;
}

static bool position_told(const pb_live_car *car)
{
    return car->position > 0 && car->told[PB_TOLD_POSITION].origin != PB_ORIGIN_NONE;
}

static bool ahead(const pb_live_car *a, const pb_live_car *b, bool by_position, bool flag)
{
    int ga = group(a, flag), gb = group(b, flag);
    if (ga != gb) return ga < gb;
    if (by_position && ga == 0 && a->position != b->position) return a->position < b->position;
    return ahead_by_laps(a, b);
}

/* Who leads practice is 0 behind itself: feeds empty its gap. */
static void gap_of_first(pb_live_car *car, bool first)
{
    if (first && car->best_lap_ms != PB_MS_NONE && car->gap.ms == PB_MS_NONE) car->gap = (pb_live_gap){0, 0, true};
    if (!first && car->gap.derived) car->gap = (pb_live_gap){.ms = PB_MS_NONE, .laps = -1};
}

/* Insertion from the order as it was: almost sorted, and stable. */
void pb__order_again(pb_tracker *t)
{
    pb_race_state *s           = &t->state;
    bool           by_position = s->n_cars > 0;
    for (uint32_t i = 0; i < s->n_cars; i++)
        if (group(&s->cars[i], false) == 0 && !position_told(&s->cars[i])) by_position = false;
    bool flag = s->chequered && pb__is_race(s) && !by_position;
    for (uint32_t k = 1; k < s->n_cars; k++) {
        uint8_t  one = s->order[k];
        uint32_t at  = k;
        for (; at > 0 && ahead(&s->cars[one], &s->cars[s->order[at - 1]], by_position, flag); at--)
            s->order[at] = s->order[at - 1];
        s->order[at] = one;
    }
    for (uint32_t k = 0; k < s->n_cars; k++) {
        pb_live_car *car = &s->cars[s->order[k]];
        if (!position_told(car) && (car->laps > 0 || car->grid > 0)) car->position = (uint8_t)(k + 1);
        if (!pb__is_race(s)) gap_of_first(car, k == 0);
    }
}
