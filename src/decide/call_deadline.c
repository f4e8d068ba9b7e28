/* call_deadline: how long the call may still wait. The pit entry lies shortly
 * before the line; a call must be on the radio 4 s before it. */
#include <math.h>

#include "call_work.h"
#include "pitboard/num.h"

#define ENTRY_FRAC 0.97 /* of a lap, where the laps do not tell */
#define RADIO_S 4.0
#define UNCLEAR_S 3.0

/* When in-laps of this race were at the entry, as a share of the lap. */
static double entry_frac(const pb_race_log *log)
{
    double   x[64];
    uint32_t n = 0;
    for (uint32_t c = 0; log && c < log->n_cars; c++)
        for (uint32_t i = 1; i < log->cars[c].n_laps && n < 64; i++) {
            const pb_lap *lap = &log->cars[c].laps[i], *before = &log->cars[c].laps[i - 1];
            if (lap->pit_in_ms == PB_MS_NONE || before->session_ms == PB_MS_NONE || lap->session_ms == PB_MS_NONE)
                continue;
            if (lap->status & PB_STATUS_BITS_NEUTRAL || lap->session_ms <= before->session_ms) continue;
            double frac = (double)(lap->pit_in_ms - before->session_ms) / (lap->session_ms - before->session_ms);
            if (frac > 0.5 && frac <= 1.0) x[n++] = frac;
        }
    return n >= 3 ? pb_median(x, n) : ENTRY_FRAC;
}

static double flag_mult(const pb__work *w)
{
    const pb_neutral_spec *n = &w->spec->neutral;
    return w->view->flag == PB_NEUTRAL_SC ? n->sc_catch_mult : w->view->flag == PB_NEUTRAL_VSC ? n->vsc_mult : 1;
}

void pb__call_deadline(pb__work *w)
{
    double lap_s = pb__lap_s(w->spec, w->car), behind_s = fmod(w->state->gap_s, lap_s);
    double entry_s          = behind_s + entry_frac(w->view->log) * lap_s * flag_mult(w);
    w->call->decide_by_s    = entry_s - RADIO_S;
    w->call->can_make_entry = w->call->decide_by_s > UNCLEAR_S ? PB_YES : w->call->decide_by_s < 0 ? PB_NO : PB_UNCLEAR;
}
