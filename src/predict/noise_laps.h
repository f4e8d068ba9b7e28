/* noise_laps.h - the clear-air laps of a car in a race, and the products of
 * residuals that lap noise is fitted and checked by.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_NOISE_LAPS_H
#define PB_PREDICT_NOISE_LAPS_H

#include "learn_set.h"

#define PB__NOISE_LAPS 100
#define PB__NOISE_CLEAR_S 3.0
#define PB__NOISE_CAP_S 3.0 /* further off, clean or not, is a mistake: fitted apart */
#define PB__NOISE_BINS 14   /* of distance in laps; the last: laps of different stints */

/* Clear laps of one car, in order. */
typedef struct pb__car_laps {
    uint16_t race;
    uint8_t  car;
    uint8_t  n;
    double   weight;
    uint16_t lap[PB__NOISE_LAPS];
    uint8_t  stint[PB__NOISE_LAPS]; /* of that car, from 0 */
    uint8_t  age[PB__NOISE_LAPS];   /* laps done on the set before this one */
    double   x[PB__NOISE_LAPS];     /* residual, s */
} pb__car_laps;

/* Cars with at least least_laps clear laps, of dry races. Free *out. */
pb_status pb__noise_laps(const pb__learn_set *set, uint32_t least_laps, pb__car_laps **out, size_t *n);

/* Sums of products of residuals less the car's mean, by distance. */
typedef struct pb__products {
    double sum[PB__NOISE_BINS];
    double count[PB__NOISE_BINS];
} pb__products;

/* A way for laps of one car to be alike: what a part of the noise with variance
 * 1 contributes. */
typedef enum pb__noise_part {
    PB__PART_AR,    /* phi ^ distance, across stops too */
    PB__PART_WHITE, /* every lap for itself */
    PB__PART_LEVEL, /* the stint as a whole */
    PB__PART_WEAR,  /* times tyre age, per stint */
    PB__PARTS
} pb__noise_part;

void pb__products_add(pb__products *p, const pb__car_laps *laps);
/* What pb__products_add gives on average for this part alone. */
void pb__products_expect(pb__products *p, const pb__car_laps *laps, pb__noise_part part, double phi);

/* First distance of a bin, and the name of it in reports ("1", "10-12", "other
 * stint"). */
int         pb__noise_bin_first(int bin);
const char *pb__noise_bin_name(int bin);

#endif
