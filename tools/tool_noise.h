/* tool_noise.h - lap noise of recorded races beside noise drawn from a prior,
 * both put through the same pace regression. Developer tool. */
#ifndef PB_TOOL_NOISE_H
#define PB_TOOL_NOISE_H

#include "learn_set.h"

/* logs: the races to check. Prints tables. */
pb_status check_noise(const pb__learn_set *set, const pb_prior *prior);

#endif
