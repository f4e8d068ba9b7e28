/* noise_stints.h - stretches of clear-air laps on one set, and the moments lap
 * noise is fitted and checked by.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_NOISE_STINTS_H
#define PB_PREDICT_NOISE_STINTS_H

#include "learn_set.h"

#define PB__STINT_LAPS 80
#define PB__NOISE_LAGS 10
#define PB__NOISE_CLEAR_S 3.0
#define PB__NOISE_CAP_S 6.0 /* further off is no noise but an incident */

/* Clear laps of one car on one set; lap[i] are lap numbers, rising. */
typedef struct pb__stint {
    uint16_t race;
    uint8_t  car;
    uint8_t  stint; /* of that car, from 0 */
    uint8_t  n;
    double   weight;
    uint16_t lap[PB__STINT_LAPS];
    float    x[PB__STINT_LAPS]; /* residual, s */
} pb__stint;

/* Stints with at least least_laps clear laps in dry races. Free *out. */
pb_status pb__stints(const pb__learn_set *set, uint32_t least_laps, pb__stint **out, size_t *n);

/* Sums of products of residuals, each stint's own line taken off, by distance
 * in laps, and the number of products. */
typedef struct pb__autocov {
    double sum[PB__NOISE_LAGS + 1];
    double count[PB__NOISE_LAGS + 1];
} pb__autocov;

void pb__autocov_add(pb__autocov *a, const pb__stint *stint);
/* What pb__autocov_add would add on average for noise of variance 1 with
 * correlation phi^distance (phi 0: white). */
void pb__autocov_expect(pb__autocov *a, const pb__stint *stint, double phi);

/* Mean and slope of a stint, and the variances of both for that noise. */
typedef struct pb__line {
    double mean, slope, mean_lap;
} pb__line;
pb__line pb__stint_line(const pb__stint *stint);
void     pb__line_variance(const pb__stint *stint, double phi, double *mean, double *slope);

#endif
