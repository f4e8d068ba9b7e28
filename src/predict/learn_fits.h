/* learn_fits.h - the parts of pb_prior_learn: each takes the races and writes
 * its own corner of the prior, whose values so far are what it shrinks to.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_LEARN_FITS_H
#define PB_PREDICT_LEARN_FITS_H

#include "learn_pairs.h"

pb_status pb__learn_tyres(const pb__learn_set *set, pb_prior *prior); /* wear, evolution, compound offsets */
pb_status pb__learn_noise(const pb__learn_set *set, pb_prior *prior); /* lap and stint noise */
pb_status pb__learn_passing(const pb__learn_set *set, const pb__pair *pairs, size_t n, pb_prior *prior);
pb_status pb__learn_following(const pb__learn_set *set, const pb__pair *pairs, size_t n,
                              pb_prior *prior); /* after passing */
pb_status pb__learn_lapping(const pb__learn_set *set, pb_prior *prior);
pb_status pb__learn_pit(const pb__learn_set *set, pb_prior *prior);
pb_status pb__learn_start(const pb__learn_set *set, pb_prior *prior);
pb_status pb__learn_neutral(const pb__learn_set *set, pb_prior *prior);
pb_status pb__learn_policy(const pb__learn_set *set, pb_prior *prior);
pb_status pb__learn_weather(const pb__learn_set *set, pb_prior *prior);

/* logit P(pass) of a pair under these traffic values; the circuit's own
 * log-odds are added by the caller. */
double pb__pass_logit(const pb_traffic_spec *traffic, double gap_s, double delta_s, bool train);

#endif
