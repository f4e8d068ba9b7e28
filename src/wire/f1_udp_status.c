/* f1_udp_status: Car Status and Car Damage: tyres, fuel, wear, damage.
 *
 * A restricted car shows zeros: they mean "unknown" and nothing is told. Values that
 * change all the time are told in steps, and whatever they are when a lap ended. */
#include <math.h>

#include "f1_udp_state.h"

#define FUEL_EVERY_MS 1000
#define FUEL_STEP_KG 0.05f

/* ---- tyres ---- */

/* age -1 not known. A set that is new on the car and has no laps is fresh. */
void pb__f1_tyre(pb_f1_udp *u, pb__f1_car *car, uint8_t compound, int32_t age)
{
    bool changed = compound != car->compound || (age >= 0 && age < car->age);
    bool told    = car->heard_status;
    if (told && !changed && (age < 0 || age == car->age)) return;
    pb_event *e = pb__f1_event_of(u, PB_EV_TYRE, car);
    e->value    = (int32_t)compound;
    e->aux      = age;
    if (changed && told && age >= 0) e->fresh = age == 0;
    car->compound = compound;
    car->age      = age < 0 ? 0 : (uint8_t)age;
    pb__f1_say(u, e);
}

static void tell_tyre(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    uint8_t raw = pb__f1_u8(e, u->at->compound), laps = pb__f1_u8(e, u->at->tyre_age);
    if (car->heard_status && raw == car->visual && laps == car->age) return;
    pb_compound compound = pb__f1_compound(u->s.format, raw);
    int32_t     age      = pb__f1_there(u->at->tyre_age) ? laps : -1;
    car->visual          = raw;
    if (compound == PB_COMPOUND_UNKNOWN) return;
    pb__f1_tyre(u, car, (uint8_t)compound, age);
    car->heard_status = true;
}

/* ---- fuel ---- */

static void tell_fuel(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e, bool due)
{
    float kg = pb__f1_real(e, u->at->fuel);
    if (car->restricted || (!due && !car->fuel_due) || !(kg >= 0)) return;
    if (kg == 0 && !(pb__f1_real(e, u->at->fuel_capacity) > 0)) return;
    bool step = fabsf(kg - car->fuel_kg) >= FUEL_STEP_KG;
    if (!step && !(car->fuel_due && kg != car->fuel_kg)) return;
    car->fuel_kg  = kg;
    car->fuel_due = false;
    pb_event *f   = pb__f1_event_of(u, PB_EV_FUEL, car);
    f->real[0]    = kg;
    f->real[1]    = pb__f1_real(e, u->at->fuel_laps);
    pb__f1_say(u, f);
}

/* ---- wear and damage ---- */

static const uint8_t wheel_on_wire[4] = {2, 3, 0, 1}; /* FL FR RL RR of RL RR FL FR */

static float wear_frac(const uint8_t *e, pb__f1_place p, unsigned wheel)
{
    pb__f1_place one = p;
    one.at           = (uint16_t)(p.at + wheel_on_wire[wheel] * pb__f1_type_size((pb__f1_type)p.type));
    float percent    = pb__f1_real(e, one);
    return percent >= 0 && percent <= 100 ? percent / 100 : NAN;
}

static void tell_wear(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e, pb__f1_place p)
{
    float now[4];
    bool  changed = !car->heard_wear || car->wear_due;
    for (unsigned k = 0; k < 4; k++) {
        now[k]       = wear_frac(e, p, k);
        int16_t step = isnan(now[k]) ? -1 : (int16_t)lroundf(now[k] * 1000);
        changed |= step != car->wear[k];
        car->wear[k] = step;
    }
    if (!changed) return;
    car->heard_wear = true;
    car->wear_due   = false;
    pb_event *w     = pb__f1_event_of(u, PB_EV_WEAR, car);
    memcpy(w->real, now, sizeof now);
    pb__f1_say(u, w);
}

typedef struct damage_places {
    pb__f1_place front_left, front_right, rear, floor, engine;
} damage_places;

static uint8_t larger(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

static void tell_damage(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e, const damage_places *p)
{
    uint8_t now[4] = {larger(pb__f1_u8(e, p->front_left), pb__f1_u8(e, p->front_right)), pb__f1_u8(e, p->rear),
                      pb__f1_u8(e, p->floor), pb__f1_u8(e, p->engine)};
    if (car->heard_damage && memcmp(now, car->damage, sizeof now) == 0) return;
    car->heard_damage = true;
    memcpy(car->damage, now, sizeof now);
    pb_event *d = pb__f1_event_of(u, PB_EV_DAMAGE, car);
    for (int k = 0; k < 4; k++) d->real[k] = now[k] <= 100 ? (float)now[k] / 100 : NAN;
    if (!pb__f1_there(p->floor)) d->real[2] = NAN;
    pb__f1_say(u, d);
}

/* ---- the packets ---- */

/* Until 2020 wear and damage stand in Car Status. */
static void tell_old(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    const pb__f1_layout *l = u->at;
    const damage_places  p = {l->st_front_left, l->st_front_right, l->st_rear, {PB__F1_NOWHERE, 0}, l->st_engine};
    if (!pb__f1_there(l->st_wear) || car->restricted) return;
    tell_wear(u, car, e, l->st_wear);
    tell_damage(u, car, e, &p);
}

void pb__f1_take_status(pb_f1_udp *u, const uint8_t *at)
{
    const pb__f1_rows *rows = &u->at->status_at;
    bool               due  = u->now_ms >= u->s.next_fuel_ms;
    if (due) u->s.next_fuel_ms = u->now_ms + FUEL_EVERY_MS;
    for (unsigned i = 0; i < rows->n; i++) {
        const uint8_t *e   = at + rows->at + (size_t)i * rows->step;
        pb__f1_car    *car = pb__f1_car_at(u, i);
        if (!car || !car->heard_lap) continue;
        tell_tyre(u, car, e);
        tell_fuel(u, car, e, due);
        tell_old(u, car, e);
    }
    u->s.have_status = true;
    memcpy(u->s.status_bytes, at, pb__f1_packet_size(u->s.format, PB__F1_STATUS));
}

void pb__f1_take_damage(pb_f1_udp *u, const uint8_t *at)
{
    const pb__f1_layout *l = u->at;
    const damage_places  p = {l->front_left, l->front_right, l->rear, l->floor, l->engine};
    for (unsigned i = 0; i < l->damage_at.n; i++) {
        const uint8_t *e   = at + l->damage_at.at + (size_t)i * l->damage_at.step;
        pb__f1_car    *car = pb__f1_car_at(u, i);
        if (!car || !car->heard_lap || car->restricted) continue;
        tell_wear(u, car, e, l->wear);
        tell_damage(u, car, e, &p);
    }
}
