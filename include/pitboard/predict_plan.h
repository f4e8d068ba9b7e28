/* pitboard/predict_plan.h - what a plan costs on an empty track, and where its
 * stops cost least.
 *
 * A stint of L laps on a set of age a costs (docs/race-model.md, "Free track")
 *
 *     offset L + wear (a L + L (L - 1) / 2) + warm-up + over its life
 *
 * and every stop the pit loss. Beyond its cliff (where there is none: beyond its life,
 * PB_PLAN_OVER_LIFE_S) a set loses more per lap and lap over: that shuns what teams
 * shun; the laps themselves never show it (effects.md 1). Placing the stops of a given sequence of sets is exact dynamic
 * programming over the laps.
 *
 * Floor 4. Uses race. */
#ifndef PITBOARD_PREDICT_PLAN_H
#define PITBOARD_PREDICT_PLAN_H

#include "pitboard/race_spec.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_PLAN_OVER_LIFE_S 0.1

/* The part of a race that is still to be planned. */
typedef struct pb_plan_rest {
    const pb_race_spec *spec;
    uint16_t            from;      /* laps done. < laps */
    uint16_t            laps;      /* race distance */
    uint8_t             first;     /* stint the car is on after lap `from`; stints before it are done */
    double              age_laps;  /* of that stint's set, at the end of lap `from` */
    double              wear_mult; /* of the car */
} pb_plan_rest;

/* Seconds from lap from + 1 to the end against new reference tyres all the way
 * and no stop. in_laps of stints after `first` must lie in (from, laps). */
double pb_plan_cost_s(const pb_plan_rest *rest, const pb_plan *plan);
/* Moves the stops after `first` to the laps where the plan costs least, the first
 * of them not before `earliest`; every stint has a lap at least. Returns the cost,
 * INFINITY (and leaves the plan) when there is no room for so many stops. */
double pb_plan_place(const pb_plan_rest *rest, uint16_t earliest, pb_plan *plan);

#ifdef __cplusplus
}
#endif
#endif
