/* call_deadline: how long the call may still wait. A call must be on the radio 4 s
 * before the pit entry, wherever along the lap that lies. */
#include <math.h>

#include "call_work.h"
#include "pitboard/num.h"

#define ENTRY_FRAC 0.97 /* of a lap, where the laps do not tell: later at nine circuits in ten */
#define LEAST_FRAC 0.5
#define MOST_FRAC 1.1 /* slower laps than that tell of rain */
#define IN_LAPS_LEAST 3
#define RADIO_S 4.0
#define UNCLEAR_S 3.0

/* From the line to the entry; 0 where the lap does not tell. */
static int32_t to_entry_ms(const pb_lap *before, const pb_lap *lap)
{
    if (lap->pit_in_ms == PB_MS_NONE || before->session_ms == PB_MS_NONE || lap->number != before->number + 1u)
        return 0;
    return lap->status & PB_STATUS_BITS_NEUTRAL ? 0 : lap->pit_in_ms - before->session_ms;
}

/* When in-laps of this race were at the entry, as a share of the last clean lap of
 * that car. The time of the in-lap itself is no measure: where the line lies beyond
 * the boxes, it holds the stop. */
static double entry_frac(const pb_race_log *log)
{
    double   x[64];
    uint32_t n = 0;
    for (uint32_t c = 0; log && c < log->n_cars; c++) {
        const pb_lap *laps     = log->cars[c].laps;
        int32_t       clean_ms = 0;
        for (uint32_t i = 0; i < log->cars[c].n_laps && n < sizeof x / sizeof *x; i++) {
            double frac = i > 0 && clean_ms > 0 ? (double)to_entry_ms(&laps[i - 1], &laps[i]) / clean_ms : 0;
            if (frac > LEAST_FRAC && frac < MOST_FRAC) x[n++] = frac;
            if (pb_lap_is_clean(&laps[i])) clean_ms = laps[i].time_ms;
        }
    }
    return n >= IN_LAPS_LEAST ? pb_median(x, n) : ENTRY_FRAC;
}

static double flag_mult(const pb__work *w)
{
    const pb_neutral_spec *n = &w->spec->neutral;
    return w->flag == PB_NEUTRAL_SC ? n->sc_catch_mult : w->flag == PB_NEUTRAL_VSC ? n->vsc_mult : 1;
}

/* From the leader's line, where the race is looked at, to a moment after it. */
static double after_line_s(const pb__work *w, int32_t ms)
{
    return ms > w->view->now_ms ? (ms - w->view->now_ms) * 1e-3 : 0;
}

/* From the leader's line until the car is at the entry; at full pace up to the flag, where that came within the lap. */
static double entry_s(const pb__work *w)
{
    double lap_s = pb__lap_s(w->spec, w->car), behind_s = fmod(w->state->gap_s, lap_s);
    double way_s = entry_frac(w->view->log) * lap_s, full_s = fmax(after_line_s(w, w->view->flag_ms) - behind_s, 0);
    return behind_s + fmin(full_s, way_s) + fmax(way_s - full_s, 0) * flag_mult(w);
}

void pb__call_deadline(pb__work *w)
{
    w->call->decide_by_s    = entry_s(w) - after_line_s(w, w->view->asked_ms) - RADIO_S;
    w->call->can_make_entry = w->call->decide_by_s > UNCLEAR_S ? PB_YES : w->call->decide_by_s < 0 ? PB_NO : PB_UNCLEAR;
}
