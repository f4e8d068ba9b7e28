/* fit_caller.h - the rest of a race as the learned pit walls would run it (M13):
 * when and on what each car stops next, on a green track, seen from where it is
 * now. What comes after that stop is planned by cost.
 *
 * Shared inside predict; fit_plans.c only. */
#ifndef PB_PREDICT_FIT_CALLER_H
#define PB_PREDICT_FIT_CALLER_H

#include "fit_internal.h"
#include "pitboard/predict_pitcall.h"

typedef struct pb__caller {
    const pb_model *model;
    pb_scene       *scene; /* of the log that was cut; everything in it is seen */
} pb__caller;

/* Refuses a model that is no pit call, with the reason. */
pb_status pb__caller_init(const pb_model *model, const pb_race_log *log, pb__caller *caller, pb_error *error);
void      pb__caller_fini(pb__caller *caller);

/* past: the start set and the stops so far. Writes plans whose weights sum to 1
 * and returns how many; 0 when the learned wall has nothing to say of this car:
 * not seen yet, in the lane, on wet tyres, too late for a stop, or a model that
 * has not learned to look ahead. */
uint32_t pb__caller_plans(const pb__caller *caller, const pb__fit *fit, uint32_t car, const pb_plan *past,
                          pb_plan out[PB_PLANS_MAX]);

#endif
