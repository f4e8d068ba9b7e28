/* call_penalty: a time penalty is served at the next stop, or added at the flag. */
#include <math.h>

#include "call_work.h"

#define ORDINARY_STOP_S 2.5 /* what a stop stands (race-model.md 5) */
#define TRIALS 512u

static uint8_t place_of(const pb_ranked *r)
{
    return (uint8_t)floor(r->mean_place + 0.5);
}

pb_status pb__call_penalty(pb__work *w, pb_error *error)
{
    pb_car_spec     *car     = &pb_decider_spec(w->d)->cars[w->car];
    double           pending = car->penalty_s;
    pb_call_penalty *out     = &w->call->penalty;
    pb_candidate     best    = w->candidate[w->ranked[0].candidate];
    pb_ranked        added, served;
    uint32_t         next = pb__stint_at(&best.plan, w->spec->from_lap) + 1u;
    if (pending <= 0) return PB_OK;
    PB_TRY(pb_decide_play(w->d, w->car, &w->options->aim, &best, TRIALS, &added, error));
    out->pending_s      = pending;
    out->place_if_added = out->place_if_served = place_of(&added);
    if (next >= best.plan.n_stints) return PB_OK; /* no stop to serve it at */
    best.plan.stints[next].stationary_min_s = ORDINARY_STOP_S + pending;
    car->penalty_s                          = 0;
    pb_status status = pb_decide_play(w->d, w->car, &w->options->aim, &best, TRIALS, &served, error);
    car->penalty_s   = pending;
    if (status == PB_OK) out->place_if_served = place_of(&served);
    return status;
}
