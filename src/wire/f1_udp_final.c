/* f1_udp_final: the Final Classification packet, one row a car index. */
#include "f1_udp_state.h"

static void tell_counts(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    uint8_t place = pb__f1_u8(e, u->at->f_position), laps = pb__f1_u8(e, u->at->f_laps);
    uint8_t stops = pb__f1_u8(e, u->at->f_stops);
    int32_t best  = pb__f1_ms(e, u->at->f_best);
    if (car->lap != laps + 1) {
        car->lap = (uint8_t)(laps + 1);
        pb__f1_say_value(u, PB_EV_LAPS, car, laps, 0);
    }
    if (place && place != car->position) {
        car->position = place;
        pb__f1_say_value(u, PB_EV_POSITION, car, place, 0);
    }
    if (stops != car->stops) {
        car->stops = stops;
        pb__f1_say_value(u, PB_EV_STOPS, car, stops, 0);
    }
    if (best > 0 && best != car->best_ms) {
        car->best_ms = best;
        pb__f1_say_value(u, PB_EV_BEST_LAP, car, best, 0);
    }
}

/* Without end laps (2020, 2021) only what was fitted is known. */
static void tell_stints(pb_f1_udp *u, pb__f1_car *car, const uint8_t *e)
{
    unsigned n    = pb__f1_u8(e, u->at->f_stints);
    uint8_t  from = 1;
    for (unsigned i = 0; i < n && i < PB__F1_STINTS; i++) {
        uint8_t compound = (uint8_t)pb__f1_compound(u->s.format, e[u->at->f_compounds.at + i]);
        if (car->stints[i].known && !pb__f1_there(u->at->f_ends)) from = car->stints[i].from;
        pb__f1_stint(u, car, i, compound, from);
        uint8_t end = pb__f1_there(u->at->f_ends) ? e[u->at->f_ends.at + i] : 255;
        from        = end == 255 ? 0 : (uint8_t)(end + 1);
    }
}

void pb__f1_take_final(pb_f1_udp *u, const uint8_t *at)
{
    const pb__f1_rows *rows = &u->at->final_at;
    for (unsigned i = 0; i < rows->n; i++) {
        const uint8_t *e      = at + rows->at + (size_t)i * rows->step;
        pb__f1_car    *car    = pb__f1_car_at(u, i);
        uint8_t        result = pb__f1_u8(e, u->at->f_result);
        if (!car || result < 2) continue;
        tell_counts(u, car, e);
        tell_stints(u, car, e);
        pb__f1_result(u, car, result, pb__f1_u8(e, u->at->f_position), "");
    }
    pb__f1_status_say(u, PB_STATUS_FINALISED);
}
