/* learn_sample.h - a growing sample of weighted numbers and its quantiles.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_LEARN_SAMPLE_H
#define PB_PREDICT_LEARN_SAMPLE_H

#include "pitboard/race_spec.h"

typedef struct pb__sample {
    struct pb__weighted {
        double x, w;
    } * at;
    size_t n, cap;
    bool   sorted;
    bool   failed; /* out of memory: the numbers after that are missing */
} pb__sample;

void   pb__sample_add(pb__sample *s, double x, double w);
void   pb__sample_fini(pb__sample *s);
double pb__sample_weight(const pb__sample *s);
double pb__sample_mean(const pb__sample *s);
double pb__sample_sd(const pb__sample *s);
/* Number of equally weighted numbers that would be as good: (sum w)^2 / sum w^2. */
double pb__sample_size(const pb__sample *s);
/* Weighted quantile, linear between mid-weights; NAN when empty. Sorts. */
double pb__sample_quantile(pb__sample *s, double p);
/* 1.4826 x median distance to the median. Sorts. */
double pb__sample_mad_sigma(pb__sample *s);
/* The knots of pb_quantile_prob. The two ends are set so that the mean of the
 * outer hundredth is kept when the knots are joined by lines, so that one
 * outlier does not become an end; rising. */
void pb__sample_knots(pb__sample *s, double out[PB_QUANTILES]);

#endif
