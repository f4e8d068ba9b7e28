/* tracker_car: the cars of a session, in the order they were first heard of. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tracker.h"

void pb__lap_blank(pb_lap *lap)
{
    *lap = (pb_lap){.time_ms       = PB_MS_NONE,
                    .session_ms    = PB_MS_NONE,
                    .start_ms      = PB_MS_NONE,
                    .pit_in_ms     = PB_MS_NONE,
                    .pit_out_ms    = PB_MS_NONE,
                    .sector_ms     = {PB_MS_NONE, PB_MS_NONE, PB_MS_NONE},
                    .tyre_age_laps = -1,
                    .fresh         = -1};
}

static void forget(pb__car *car)
{
    memset(car, 0, sizeof *car);
    for (uint32_t l = 0; l < PB__LAP_SLOTS; l++) {
        pb__lap_blank(&car->fed[l]);
        pb__lap_blank(&car->lap[l]);
        car->word[l].at_ms = PB_MS_NONE;
    }
    car->last_word.at_ms = PB_MS_NONE;
    car->heard_ms = car->closed_ms = car->finished_ms = PB_MS_NONE;
    for (int i = 0; i < 3; i++) car->sector_at_ms[i] = PB_MS_NONE;
    car->in_lane = -1;
    car->settled = true;
}

void pb__car_forget(pb_tracker *t)
{
    t->state.n_cars = 0;
}

static pb_live_gap no_gap(void)
{
    return (pb_live_gap){.ms = PB_MS_NONE, .laps = -1};
}

static void begin(pb_live_car *live, int16_t key)
{
    memset(live, 0, sizeof *live);
    live->key           = key;
    live->number        = key < 1000 ? key : 0;
    live->gap           = no_gap();
    live->interval      = no_gap();
    live->line_ms       = PB_MS_NONE;
    live->last_lap_ms   = PB_MS_NONE;
    live->best_lap_ms   = PB_MS_NONE;
    live->tyre_age_laps = -1;
    live->fresh         = -1;
    live->pit_in_ms = live->pit_out_ms = live->lane_ms = live->still_ms = PB_MS_NONE;
    live->fuel_kg = live->lapdist_m = NAN;
    for (int i = 0; i < 3; i++) live->sector_ms[i] = PB_MS_NONE;
    for (int i = 0; i < 4; i++) live->speed_kmh[i] = live->wear_frac[i] = NAN;
    for (int i = 0; i < PB_TOLD_N; i++) live->told[i].at_us = live->told[i].other_at_us = PB_US_NONE;
}

pb__car *pb__car_of(pb_tracker *t, int16_t key, bool make)
{
    pb_race_state *s = &t->state;
    for (uint32_t i = 0; i < s->n_cars; i++)
        if (s->cars[i].key == key) return &t->car[i];
    if (!make || s->n_cars == PB_CARS_MAX) return NULL;
    begin(&s->cars[s->n_cars], key);
    forget(&t->car[s->n_cars]);
    s->order[s->n_cars] = s->n_cars;
    return &t->car[s->n_cars++];
}

pb_live_car *pb__live_of(pb_tracker *t, const pb__car *car)
{
    return &t->state.cars[car - t->car];
}

/* ---- who it is, and what is only shown ---- */

const char *pb__on_car(pb__ctx *c)
{
    const pb_event *e    = c->e;
    pb_live_car    *live = c->live;
    if (e->text[0]) (void)snprintf(live->code, sizeof live->code, "%.7s", e->text);
    if (e->name[0]) (void)snprintf(live->name, sizeof live->name, "%s", e->name);
    if (e->team_text[0]) (void)snprintf(live->team, sizeof live->team, "%s", e->team_text);
    if (e->value > 0 && e->value <= INT16_MAX) live->number = (int16_t)e->value;
    if (e->aux > 0 && e->aux < 100) live->grid = (uint8_t)e->aux;
    if (live->status == PB_CAR_UNKNOWN) live->status = PB_CAR_GRID;
    return NULL;
}

const char *pb__on_own_car(pb__ctx *c)
{
    bool hand = c->e->origin == PB_ORIGIN_HAND; /* a person's choice stays */
    if (c->t->own_origin == PB_ORIGIN_HAND && !hand) return "a better source names our car";
    if (!pb__tell_session(&c->t->own_origin, c->e)) return "a better source names our car";
    if (hand) c->t->own_origin = PB_ORIGIN_HAND;
    c->s->own_car = c->e->car;
    return NULL;
}

const char *pb__on_lap_distance(pb__ctx *c)
{
    if (!isfinite(c->e->real[0])) return "not a number";
    c->live->lapdist_m = c->e->real[0];
    return NULL;
}

const char *pb__on_speed(pb__ctx *c)
{
    if (c->e->index > 3) return "no such speed trap";
    if (c->e->value < 0 || c->e->value > 500) return "a speed that cannot be";
    c->live->speed_kmh[c->e->index] = c->e->value > 0 ? (float)c->e->value : NAN;
    return NULL;
}

const char *pb__on_wear(pb__ctx *c)
{
    const float *w = c->e->real;
    for (int i = 0; i < 4; i++)
        if (!isnan(w[i]) && !(w[i] >= 0 && w[i] <= 1)) return "a share outside 0 to 1";
    float most = fmaxf(fmaxf(w[0], w[1]), fmaxf(w[2], w[3])), old = c->live->wear_frac[0];
    for (int i = 1; i < 4; i++) old = fmaxf(old, c->live->wear_frac[i]);
    int32_t value = isnan(most) ? 0 : (int32_t)(most * 1000);
    if (pb__tell(c, PB_TOLD_WEAR, value, isnan(old) ? 0 : (int32_t)(old * 1000), !isnan(old)))
        for (int i = 0; i < 4; i++) c->live->wear_frac[i] = w[i];
    return NULL;
}

const char *pb__on_fuel(pb__ctx *c)
{
    float kg = c->e->real[0], old = c->live->fuel_kg;
    if (!isnan(kg) && !(kg >= 0 && kg <= 1000)) return "a fuel load that cannot be";
    if (isnan(kg)) return NULL;
    if (pb__tell(c, PB_TOLD_FUEL, (int32_t)(kg * 1000), isnan(old) ? 0 : (int32_t)(old * 1000), !isnan(old)))
        c->live->fuel_kg = kg;
    return NULL;
}

const char *pb__on_damage(pb__ctx *c)
{
    for (int i = 0; i < 4; i++)
        if (!isnan(c->e->real[i]) && !(c->e->real[i] >= 0 && c->e->real[i] <= 1)) return "a share outside 0 to 1";
    return NULL;
}
