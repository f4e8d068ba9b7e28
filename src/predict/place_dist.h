/* place_dist.h - distributions of the finishing place: made, balanced, read.
 *
 * A distribution is PB__PLACES probabilities of the places 1 .. PB__PLACES, at
 * index place - 1. Beyond the number of starters they are 0. Everything is made
 * of adds, multiplies and pb_exp, so that all machines agree to the bit. */
#ifndef PB_PLACE_DIST_H
#define PB_PLACE_DIST_H

#include "truth.h"

#define PB__PLACES_POINTS 10 /* places that score */

/* Makes the first n sum to 1 and the rest 0; negative ones count as 0. All alike
 * when nothing is left. n is brought into 1 .. PB__PLACES. */
void pb__place_normalise(double p[PB__PLACES], uint32_t n);

double pb__place_mean(const double p[PB__PLACES]);
/* P(place <= k), k 0 .. PB__PLACES. */
double pb__place_within(const double p[PB__PLACES], uint32_t k);
/* Least place k with P(place <= k) >= q. */
uint32_t pb__place_quantile(const double p[PB__PLACES], double q);
/* Least (greatest) place k whose P(place < k) + P(place = k) / 2 is at least (at
 * most) q; PB__PLACES (1) if none. */
uint32_t pb__place_least(const double p[PB__PLACES], double q);
uint32_t pb__place_greatest(const double p[PB__PLACES], double q);

/* ---- an empirical table: where did those end who stood at slot s? ---- */

typedef struct pb__slot_table {
    double n[PB__PLACES + 1][PB__PLACES]; /* [slot][place - 1] */
} pb__slot_table;

/* Slots and places outside 1 .. PB__PLACES are ignored. */
void pb__slot_add(pb__slot_table *table, uint32_t slot, uint32_t place, double weight);
/* Counts of the slot and, shifted and at 0.4, of its neighbours; smoothed by
 * 0.15, 0.7, 0.15; plus three cases of exp(-|place - slot| / 3). The definition
 * of the scorer's baselines (SlotTable). */
void pb__slot_dist(const pb__slot_table *table, uint32_t slot, uint32_t starters, double p[PB__PLACES]);

/* ---- scores to places ---- */

/* Car i beats car j with probability 1 / (1 + exp(-(score[j] - score[i]) / scale_ij)),
 * scale_ij^2 = (scale[i]^2 + scale[j]^2) / 2, independently of the other cars:
 * the place of i is 1 + a Poisson-binomial count. Lower scores are better;
 * scale > 0. n <= PB__PLACES cars fill the places 1 .. n. */
void pb__place_order(const double *score, const double *scale, uint32_t n, double (*p)[PB__PLACES]);

/* Every place is taken by one car: scales the columns (places 1 .. places) and
 * rows (cars) of p in turn, `rounds` times, columns to the share of the cars
 * they can hold, rows to 1 (Sinkhorn and Knopp 1967). column[k] is the expected
 * number of these cars at place k + 1; NULL: one a place. Columns that are empty
 * stay so. Rows come last, so rows sum to 1 exactly. */
void pb__place_balance(double (*p)[PB__PLACES], uint32_t cars, uint32_t places, const double *column, uint32_t rounds);

/* ---- rows ---- */

/* Fills what forecast and live write (PB__POS_*) from a distribution: mean, win,
 * podium, points, p1 .. p22, and [q10, q90] with live, plain quantiles. */
void pb__place_values(const double p[PB__PLACES], double value[PB_ROW_VALUES_MAX]);
/* Interval with about `tail` beyond each end. Places are coarse: plain quantiles
 * of 0.1 and 0.9 hold 0.87 where 0.8 is meant; these ends are the places whose
 * middle lies within. */
void pb__place_interval(const double p[PB__PLACES], double tail, double *lo, double *hi);

#endif
