/* tool_tables.h - the same table filled from recorded and from played races,
 * printed side by side. Developer tool. */
#ifndef PB_TOOL_TABLES_H
#define PB_TOOL_TABLES_H

#include <stdbool.h>

#include "played_race.h"

enum { CHECK_REAL, CHECK_PLAYED, CHECK_SIDES };

#define CHECK_GAPS 4  /* shares within 0.5, 1, 1.5, 2 s */
#define CHECK_LOSS 10 /* bins of the loss table */
#define CHECK_PASS_GAPS 3
#define CHECK_PASS_DELTAS 10
#define CHECK_HOLD 5
#define CHECK_STOPS 4 /* SC onset, SC, VSC onset, VSC */

/* A mean with the number behind it. */
typedef struct check_mean {
    double sum, n;
} check_mean;

typedef struct check_traffic {
    check_mean within[CHECK_GAPS]; /* of cars that run green with somebody on the same lap ahead */
    check_mean loss[CHECK_LOSS];
    check_mean pass[CHECK_PASS_GAPS][CHECK_PASS_DELTAS];
    check_mean train[2];        /* delta 0 .. 1.5, gap <= 1: without, with a train */
    check_mean train_all[2][3]; /* by gap third of the first second */
    double    *held;            /* gaps kept */
    size_t     n_held, cap_held;
} check_traffic;

void   check_traffic_add(check_traffic *t, const pb__seen_pair *pair);
void   check_traffic_lap(check_traffic *t, double gap_s); /* a green car-lap; INFINITY: nobody ahead */
void   check_traffic_print(check_traffic side[CHECK_SIDES]);
void   check_traffic_free(check_traffic *t);
void   check_mean_add(check_mean *m, double x);
double check_mean_of(const check_mean *m);

#endif
