/* tyre_noise.h - how restless tyres, tracks and laps are: the spreads of the filter,
 * found by what foretells the next lap of past races best.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_TYRE_NOISE_H
#define PB_PREDICT_TYRE_NOISE_H

#include "tyre_filter.h"

/* Coordinate search over the newest dry races; needs and updates "tyre.pool". */
pb_status pb__tyre_learn_noise(const pb_history *past, bool quick, pb_model *model, pb_error *error);

/* A lap foretold five laps before, or fifteen (far): how far off, the variance of that without wear, and of the wear. */
typedef struct pb__said_wear {
    double off_s, var_s2, wear_var_s2;
    bool   far;
} pb__said_wear;

/* Plays a race through a fresh filter and appends its comparisons to *said (free it). */
pb_status pb__tyre_compare(pb_tyre_filter *f, const pb_race_log *log, pb__said_wear **said, size_t *n, pb_error *error);
/* Factors of the sd of noise and of the sd of wear that make 80 % intervals hold 80 %; 1 with few laps. Returns the wear's. */
double pb__tyre_life_scale(const pb__said_wear *said, size_t n, double *noise);
/* Share of the near or far laps inside their 80 % interval with these factors. */
double pb__tyre_coverage(const pb__said_wear *said, size_t n, bool far, double noise, double wear);

#endif
