/* p_best.h - how likely each plan is the best of all, by what little is known of most.
 *
 * Plans were played for more or fewer of the same trials. In the order of their trials,
 * the recommended one first, each is measured against the mean of those before it, trial
 * by trial, on the trials that the first one has, too (as its gain is):
 *
 *     trial   0      96     384     1,920
 *     A       ...........................      0
 *     B       ...................              against A
 *     C       .......                          against the mean of A and B
 *
 * so that draws that were kind to all of them cancel, and the noise of one plan (the
 * best one, say) does not count in all the others at once. Then
 *
 * error   what is left is the plan's own: its spread over trials, drawn towards the mean
 *         spread of all plans as far as it has few trials (one safety car in 96 is
 *         chance), times 1.25: trials are no normals, and plans that differ by three laps
 *         are not independent.
 * shrink  each mean is drawn towards the middle of all as far as it may be noise: the
 *         scatter of the means beyond their errors says how far (empirical Bayes: Morris
 *         1983). Else the luckiest of many like ones would be believed.
 * best    of independent normals with these means and errors, the chance to be the
 *         highest. They sum to 1.
 *
 * How well that holds, and where 1.25 is from: docs/strategy.md.
 *
 * Shared inside decide only. */
#ifndef PB_DECIDE_P_BEST_H
#define PB_DECIDE_P_BEST_H

#include "decider.h"

/* best: the one that is recommended, < n; out[n], n <= PB_CANDIDATES_MAX. */
void pb__p_best(const pb_race_spec *spec, const pb_aim *aim, const pb__runner *runner, uint32_t n, uint32_t best,
                double *out);

#endif
