/* sc_features.h - what is seen of a race after lap L of the leader, for the
 * chance of a safety car on the next three laps.
 *
 * Rows that end by the leader's end of lap L, the circuit and the races before;
 * nothing else. Lap 0 is the grid.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_SC_FEATURES_H
#define PB_PREDICT_SC_FEATURES_H

#include "truth.h"

enum {
    PB__SC_ONE = 0,  /* 1 */
    PB__SC_START,    /* lap 0: the start is ahead */
    PB__SC_LAP_1,    /* one lap done */
    PB__SC_LAPS_2_3, /* two or three */
    PB__SC_AFTER,    /* at most three laps since a neutralised one */
    PB__SC_YELLOW,   /* a yellow flag in the leader's lap */
    PB__SC_VSC,      /* a virtual safety car in it */
    PB__SC_WET,      /* share of the cars on wet tyres */
    PB__SC_WINDOW,   /* log of the share of the three laps that the scheduled distance still holds */
    PB__SC_CIRCUIT,  /* log of the circuit's rate of safety cars against all, shrunk hard */
    PB__SC_FEATURES
};

extern const pb_feature_schema pb__sc_schema;

/* Rates of deployments over the races before `at`, for any circuit. */
typedef struct pb__sc_rates {
    double races, deployments;           /* all */
    double races_here, deployments_here; /* at the circuit of race `at` */
} pb__sc_rates;

/* Deployments in the leader's laps of a race. */
uint32_t     pb__sc_deployments(const pb_history_race *race);
pb__sc_rates pb__sc_rates_before(const pb_history *history, size_t at);

/* Features after lap L (0 .. laps of the outcome). since: leader laps since the last
 * neutralised one, as pb__sc_since. */
void pb__sc_features_of(const pb_history_race *race, const pb__sc_rates *rates, uint32_t lap, float *x);

#endif
