/* fit_planner.h - a plausible rest of a race for a car whose stops are not
 * known: the cheapest numbers of stops by wear and pit loss.
 *
 * Shared inside predict; fit_plans.c only. */
#ifndef PB_PREDICT_FIT_PLANNER_H
#define PB_PREDICT_FIT_PLANNER_H

#include "fit_internal.h"

/* past holds what is known: the start set and the stops so far. started is false
 * when not even the start set is known. Writes 1 to PB_PLANS_MAX plans, weights
 * summing to 1, and returns how many. */
uint32_t pb__fit_plan_rest(const pb__fit *fit, const pb_plan *past, bool started, pb_plan *out);
/* A plan that begins with this past makes the stops and fits the compounds that are
 * still to be had: what can no longer be kept is not asked for. */
bool pb__fit_keeps_rules(const pb__fit *fit, const pb_plan *past, const pb_plan *plan);

#endif
