/* f1_udp_people: the Participants packet: who sits in which slot.
 *
 * A car is known by its racing number; where two carry the same, or none, by 1000 +
 * its index. A slot keeps its key as long as the same person sits in it. */
#include <math.h>

#include "f1_udp_state.h"

#define KEY_OF_SLOT 1000

static const uint8_t *slot(const pb_f1_udp *u, const uint8_t *at, unsigned i)
{
    return at + u->at->people_at.at + (size_t)i * u->at->people_at.step;
}

static bool taken(const pb_f1_udp *u, const uint8_t *at, unsigned i)
{
    const uint8_t *e = slot(u, at, i);
    return e[u->at->name.at] != 0 || pb__f1_u8(e, u->at->number) != 0;
}

static bool alone(const pb_f1_udp *u, const uint8_t *at, unsigned i)
{
    uint8_t number = pb__f1_u8(slot(u, at, i), u->at->number);
    for (unsigned k = 0; k < u->at->people_at.n; k++) {
        if (k == i) continue;
        if (pb__f1_u8(slot(u, at, k), u->at->number) == number) return false;
        if (u->s.cars[k].key == number) return false; /* it was of that car before */
    }
    return number != 0;
}

/* "R. GROSJEAN" and "GROSJEAN": the last word. */
static pb_span surname(const char *name)
{
    const char *dot = strstr(name, ". ");
    return pb_span_of(dot ? dot + 2 : name);
}

static void read_person(const pb_f1_udp *u, const uint8_t *e, pb__f1_car *car)
{
    const char *code = NULL;
    bool        ai   = pb__f1_u8(e, u->at->ai) == 1;
    pb__f1_copy_name(e + u->at->name.at, u->at->name_size, car->name, sizeof car->name);
    if (ai) code = pb_driver_code(surname(car->name));
    if (!code) code = pb__f1_driver_code(pb__f1_u8(e, u->at->driver_id));
    (void)pb_span_copy(pb_span_of(code), car->code, sizeof car->code);
    const char *team = pb__f1_u8(e, u->at->my_team) ? "My Team" : pb__f1_team(u->s.format, pb__f1_u8(e, u->at->team));
    (void)pb_span_copy(pb_span_of(team), car->team, sizeof car->team);
    car->number     = pb__f1_u8(e, u->at->number);
    car->restricted = pb__f1_there(u->at->public_telemetry) && pb__f1_u8(e, u->at->public_telemetry) == 0 && !ai;
}

void pb__f1_tell_car(pb_f1_udp *u, const pb__f1_car *car)
{
    pb_event *e = pb__f1_event_of(u, PB_EV_CAR, car);
    (void)pb_span_copy(pb_span_of(car->code), e->text, sizeof e->text);
    (void)pb_span_copy(pb_span_of(car->name), e->name, sizeof e->name);
    (void)pb_span_copy(pb_span_of(car->team), e->team_text, sizeof e->team_text);
    e->value = car->number;
    e->aux   = car->grid;
    pb__f1_say(u, e);
}

static void seat(pb_f1_udp *u, const uint8_t *at, unsigned i)
{
    pb__f1_car *car = &u->s.cars[i], before = {.number = car->number};
    memcpy(before.name, car->name, sizeof before.name);
    memcpy(before.team, car->team, sizeof before.team);
    read_person(u, slot(u, at, i), car);
    if (i == u->h.player || i == u->h.second) car->restricted = false;
    bool same = strcmp(before.name, car->name) == 0 && before.number == car->number;
    if (car->key && same && strcmp(before.team, car->team) == 0) return;
    if (!car->key || before.number != car->number)
        car->key = alone(u, at, i) ? car->number : (int16_t)(KEY_OF_SLOT + i);
    car->heard_lap = car->heard_status = car->heard_wear = car->heard_damage = false;
    pb__f1_tell_car(u, car);
}

/* "The player's car" has no meaning for who only watches. */
void pb__f1_own_car(pb_f1_udp *u)
{
    const pb__f1_car *car = pb__f1_car_at(u, u->h.player);
    if (!car || u->s.spectating || car->key == u->s.own_key) return;
    u->s.own_key = car->key;
    pb__f1_say_value(u, PB_EV_OWN_CAR, car, 0, 0);
}

void pb__f1_take_participants(pb_f1_udp *u, const uint8_t *at)
{
    pb__f1_session *s    = &u->s;
    size_t          size = pb__f1_packet_size(s->format, PB__F1_PARTICIPANTS) - u->h.size;
    if (!s->told) return; /* they come again */
    if (s->have_people && memcmp(s->people_bytes, at + u->h.size, size) == 0) return;
    s->have_people = true;
    memcpy(s->people_bytes, at + u->h.size, size);
    s->named = true;
    for (unsigned i = 0; i < u->at->people_at.n; i++)
        if (taken(u, at, i)) seat(u, at, i);
    pb__f1_own_car(u);
}
