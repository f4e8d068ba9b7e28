/* pitcall_status: the pit call of somebody who knows the flags at the pit entry.
 *
 * Reported beside the scored run: on races whose status times are known, a
 * neutralisation that comes out after the car's crossing and before it reaches
 * the pit entry is told to the model of the sight by lap. */
#include <math.h>

#include "pitcall.h"

#define ENTRY_SHARE 0.9 /* of a lap, from the line to where a call can still be followed */
#define LAP_MS 90000    /* where the lap before was not timed */

void pb__pitcall_tell_status(const pb_history_race *race, const pb_lap *before, float x[PB__PITCALL_N])
{
    int32_t lap_ms = before->time_ms != PB_MS_NONE ? before->time_ms : LAP_MS;
    for (uint32_t i = 0; i < race->n_phases && race->exact; i++) {
        const pb_neutral_phase *p       = &race->phases[i];
        double                  after_s = (p->start_ms - before->session_ms) * 1e-3;
        if (p->kind == PB_NEUTRAL_RED || after_s <= 0 || after_s > ENTRY_SHARE * lap_ms * 1e-3) continue;
        bool sc                   = p->kind == PB_NEUTRAL_SC;
        x[PB__PF_after_sc]        = sc ? 1 : x[PB__PF_after_sc];
        x[PB__PF_after_vsc]       = sc ? x[PB__PF_after_vsc] : 1;
        x[PB__PF_after_clear]     = 0;
        x[PB__PF_neutral_first_s] = (float)after_s;
        x[PB__PF_neutral_clear_s] = (float)after_s;
        x[PB__PF_after_lag_s]     = (float)after_s;
        x[PB__PF_after_look_s]    = fmaxf(x[PB__PF_after_look_s], (float)after_s);
    }
}
