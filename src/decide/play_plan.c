/* play: one candidate, any number of trials. */
#include "decider.h"

pb_status pb_decide_play(pb_decider *d, uint32_t car, const pb_aim *aim, const pb_candidate *candidate, uint32_t trials,
                         pb_ranked *out, pb_error *error)
{
    pb__runner r;
    bool       two = aim->kind == PB_AIM_CHAMPIONSHIP;
    if (aim->kind == PB_AIM_CVAR && trials > d->room)
        return pb_error_set(error, PB_E_LIMIT, "the tail of places is read from at most %u trials", d->room);
    PB_TRY(pb__runner_open(d, car, candidate, 0, &r, error));
    *out = (pb_ranked){0};
    for (uint32_t first = 0; first < trials; first += d->room) {
        uint32_t n       = trials - first < d->room ? trials - first : d->room;
        d->result->watch = (pb_sim_watch){.n_cars = two ? 2 : 1,
                                          .car    = {(uint8_t)car, two ? aim->rival : 0},
                                          .first  = first,
                                          .count  = d->room,
                                          .place  = r.own};
        pb_sim_run(r.model, d->effort.seed, first, n, d->effort.isa, d->scratch, d->result);
        r.n = n;
        pb__aim_worth(&d->spec, aim, &r);
        pb__tally(d, aim, &r, out);
        d->trials += n;
    }
    pb__tally_end(out);
    pb__runner_close(&r);
    return PB_OK;
}
