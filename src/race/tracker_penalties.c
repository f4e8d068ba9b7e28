/* tracker_penalties: what a car has still to serve. A penalty that is told again is
 * the same penalty. */
#include "tracker.h"

static bool same(const pb__penalty_seen *a, const pb__penalty_seen *b)
{
    bool day = a->at_us == b->at_us || (a->lap == b->lap && a->lap != 0);
    return a->car == b->car && a->kind == b->kind && a->penalty == b->penalty && a->value == b->value && day;
}

static bool is_repeat(pb__ctx *c)
{
    pb_tracker      *t   = c->t;
    pb__penalty_seen now = {.car     = c->live->key,
                            .lap     = c->e->lap,
                            .kind    = c->e->kind,
                            .penalty = (uint8_t)c->e->value,
                            .value   = c->e->aux,
                            .at_us   = c->now_us};
    uint32_t         n   = t->n_penalties < PB__PENALTIES_MAX ? t->n_penalties : PB__PENALTIES_MAX;
    for (uint32_t i = 0; i < n; i++)
        if (same(&t->penalty[i], &now)) return true;
    t->penalty[t->n_penalties++ % PB__PENALTIES_MAX] = now;
    return false;
}

static uint8_t one_more(uint8_t n)
{
    return n < 255 ? (uint8_t)(n + 1) : n;
}
static uint8_t one_less(uint8_t n)
{
    return n > 0 ? (uint8_t)(n - 1) : n;
}

static const char *check(const pb_event *e)
{
    if (e->value < PB_PENALTY_NONE || e->value > PB_PENALTY_OTHER) return "a penalty that cannot be";
    if (e->value == PB_PENALTY_TIME && (e->aux < 0 || e->aux > 3600000)) return "a penalty that cannot be";
    return NULL;
}

const char *pb__on_penalty(pb__ctx *c)
{
    const char  *why  = check(c->e);
    pb_live_car *live = c->live;
    if (why || is_repeat(c)) return why;
    int32_t sum = live->penalty_ms;
    if (c->e->value == PB_PENALTY_TIME && sum <= INT32_MAX - c->e->aux) sum += c->e->aux;
    if (!pb__tell(c, PB_TOLD_PENALTY, sum, live->penalty_ms, live->penalty_ms > 0)) return NULL;
    live->penalty_ms = sum;
    if (c->e->value == PB_PENALTY_DRIVE_THROUGH) live->drive_throughs = one_more(live->drive_throughs);
    if (c->e->value == PB_PENALTY_STOP_GO) live->stop_gos = one_more(live->stop_gos);
    if (c->e->value == PB_PENALTY_DISQUALIFIED) pb__car_out(c, PB_CAR_DISQUALIFIED);
    return NULL;
}

const char *pb__on_penalty_served(pb__ctx *c)
{
    const char  *why  = check(c->e);
    pb_live_car *live = c->live;
    if (why || is_repeat(c)) return why;
    int32_t sum = live->penalty_ms;
    if (c->e->value == PB_PENALTY_TIME) sum = sum > c->e->aux ? sum - c->e->aux : 0;
    if (!pb__tell(c, PB_TOLD_PENALTY, sum, live->penalty_ms, live->penalty_ms > 0)) return NULL;
    live->penalty_ms = sum;
    if (c->e->value == PB_PENALTY_DRIVE_THROUGH) live->drive_throughs = one_less(live->drive_throughs);
    if (c->e->value == PB_PENALTY_STOP_GO) live->stop_gos = one_less(live->stop_gos);
    return NULL;
}
