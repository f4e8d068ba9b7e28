/* tracker_take_back: what a person set no longer holds; the feeds' word counts again. */
#include <string.h>

#include "tracker.h"

static void restore(pb__ctx *c, pb_told_field field, int32_t value)
{
    pb_live_car *live = c->live;
    switch (field) {
    case PB_TOLD_POSITION:
        live->position = (uint8_t)value;
        break;
    case PB_TOLD_GAP:
        live->gap = value < 0 ? (pb_live_gap){PB_MS_NONE, (int16_t)-value, false} : (pb_live_gap){value, 0, false};
        break;
    case PB_TOLD_INTERVAL:
        live->interval = value < 0 ? (pb_live_gap){PB_MS_NONE, (int16_t)-value, false} : (pb_live_gap){value, 0, false};
        break;
    case PB_TOLD_LAST_LAP:
        live->last_lap_ms = value;
        break;
    case PB_TOLD_STATUS:
        live->status = (uint8_t)value;
        break;
    case PB_TOLD_STOPS:
        live->stops = (uint8_t)value;
        break;
    case PB_TOLD_PENALTY:
        live->penalty_ms = value;
        break;
    default:
        break; /* laid out again from what feeds said, or told again soon */
    }
}

static void take_back_field(pb__ctx *c, pb_told_field field)
{
    pb_told *told = &c->live->told[field];
    if (told->origin != PB_ORIGIN_HAND) return;
    told->origin = told->other;
    told->at_us  = told->other_at_us;
    told->other  = PB_ORIGIN_NONE;
    if (told->origin != PB_ORIGIN_NONE) restore(c, field, told->other_value);
}

static void take_back_sets(pb__ctx *c, bool all)
{
    for (int k = 0; k < PB_STINTS_MAX; k++)
        c->car->raw[k].hand = all ? 0 : (uint8_t)(c->car->raw[k].hand & ~(PB__SET_COMPOUND | PB__SET_FRESH));
    pb__sets_lay(c);
}

static const char *take_back_lap(pb__ctx *c)
{
    uint16_t lap = c->e->lap;
    if (lap > PB_LAPS_MAX || (c->car->by_hand[lap] == 0)) return "nothing to take back";
    c->car->by_hand[lap] = 0;
    pb__lap_settle(c, lap);
    pb__lead_again(c->t);
    return NULL;
}

const char *pb__on_take_back(pb__ctx *c)
{
    bool all = c->e->name[0] == '\0', any = all;
    if (c->e->origin != PB_ORIGIN_HAND) return "only a person takes back";
    if (c->e->lap > 0) return take_back_lap(c);
    for (int f = 0; f < PB_TOLD_N; f++) {
        bool meant = all || strcmp(c->e->name, pb_told_name((pb_told_field)f)) == 0;
        any |= meant;
        if (meant && (f == PB_TOLD_TYRE || f == PB_TOLD_TYRE_AGE)) take_back_sets(c, all || f == PB_TOLD_TYRE_AGE);
        if (meant) take_back_field(c, (pb_told_field)f);
    }
    return any ? NULL : "no such field";
}
