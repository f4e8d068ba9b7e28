/* call_tyre: what the set has lost and how long it lasts, from the filter. */
#include "call_work.h"

void pb__call_tyre(pb__work *w)
{
    pb_tyre_state s;
    pb_call_tyre *out = &w->call->tyre;
    if (pb__stint_was_wet(w)) {
        pb__call_note(w->call, "tyre life: not known for a set that ran on a wet or drying track");
        return;
    }
    if (!w->view->tyres || !pb_tyre_filter_state(w->view->tyres, w->car, &s)) {
        pb__call_note(w->call, "tyre life: no laps for the filter; wear of the race file is used");
        return;
    }
    *out = (pb_call_tyre){.known     = true,
                          .loss_s    = s.loss_s,
                          .life_laps = s.life_laps,
                          .life_lo   = s.life_lo_laps,
                          .life_hi   = s.life_hi_laps};
}
