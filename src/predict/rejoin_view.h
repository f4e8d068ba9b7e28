/* rejoin_view.h - a race as far as it may be seen when a stop is asked about: the
 * field's laps, what each car gains on it, and what stops have cost so far.
 *
 * All seconds. "Pace" is a car's lap less the field's median lap of the same
 * number, as it will be on its next laps. Nothing here is learned from a race that
 * is not seen, and of the race itself only rows under the sight are used.
 *
 * Shared inside predict; rejoin_*.c. */
#ifndef PB_PREDICT_REJOIN_VIEW_H
#define PB_PREDICT_REJOIN_VIEW_H

#include "truth.h"

enum { PB__REJOIN_PACE_FRESH = 3, PB__REJOIN_PACE_N = 8 }; /* FRESH: the out-lap is the last lap seen */

/* A stop costs `in_s` until the line at the end of its in-lap and `loss_s` in all. */
typedef struct pb__rejoin_level {
    double   in_s, loss_s;
    uint16_t seen;  /* stops of this race it rests on */
    bool     known; /* the circuit has been seen before */
} pb__rejoin_level;

typedef struct pb__rejoin_view {
    const pb_race_log *log;
    uint16_t           max_lap;
    int32_t            max_ms;
    double             all_s[PB_LAPS_MAX + 1];   /* median lap of the cars outside the pit lane; NAN too few */
    double             clean_s[PB_LAPS_MAX + 1]; /* the same over clean laps */
    bool               has_all[PB_LAPS_MAX + 1], has_clean[PB_LAPS_MAX + 1];
} pb__rejoin_view;

void pb__rejoin_view_init(pb__rejoin_view *view, const pb_race_log *log);
/* Rows with number <= max_lap and session time <= max_ms are seen from now on. */
void pb__rejoin_look(pb__rejoin_view *view, uint16_t max_lap, int32_t max_ms);
bool pb__rejoin_sees(const pb__rejoin_view *view, const pb_lap *row);
/* Index of the last row of a car that is seen, -1 none. */
int32_t pb__rejoin_last(const pb__rejoin_view *view, uint32_t car);

/* Lap of row i by the session clock; NAN where the lap before is not there. */
double pb__rejoin_lap_s(const pb_log_car *car, int32_t i);
/* The field's lap of that number; NAN when nobody was seen on it. */
double pb__rejoin_field_s(pb__rejoin_view *view, uint32_t lap);

/* What the pace of a car after its row i is told by. */
void pb__rejoin_pace_row(pb__rejoin_view *view, uint32_t car, int32_t i, double x[PB__REJOIN_PACE_N]);
/* Under these weights, s a lap. */
double pb__rejoin_pace(pb__rejoin_view *view, const double weights[PB__REJOIN_PACE_N], uint32_t car, int32_t i);

#endif
