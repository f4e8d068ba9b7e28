/* laps_work.h - one car whose laps are followed. Inside feature only. */
#ifndef PB_FEATURE_LAPS_WORK_H
#define PB_FEATURE_LAPS_WORK_H

#include "pitboard/feature_laps.h"

#define PB__TIE_BUCKETS 256 /* seconds of driven time; a power of two, more than twice the longest tie_s */

/* A point that has a lap distance. */
typedef struct pb__lap_sample {
    int64_t at_us;
    float   s_m, v_ms; /* v_ms < 0 unknown */
} pb__lap_sample;

/* The line was crossed between a and b. */
typedef struct pb__crossing {
    int64_t  a_us, b_us;
    float    a_m, b_m;           /* distance before, after */
    int64_t  step_from, step_to; /* the counter rose between these points; 0 unknown */
    double   driven_s, tied_s;   /* driven time of the crossing; what to add to it for the clock. NAN not known yet */
    float    gap_m, gap_s;       /* the widest hole in the lap that ended here */
    uint16_t counter;            /* of the lap that begins here, 0 not told */
} pb__crossing;

typedef struct pb__lap_car {
    int32_t        car;
    uint64_t       points, late_points;
    int64_t        last_us;
    bool           has_last, has_held; /* samples, see laps_follow.c */
    pb__lap_sample last, held;
    float          speed_ms; /* last one told, < 0 none */
    float          far_m;    /* the farthest lap distance that was believed */
    double         driven_s;
    uint64_t       samples, steps, burst_steps;
    uint32_t       behind;       /* samples in a row that were behind the last */
    float          gap_m, gap_s; /* of the lap being driven */
    /* the counter */
    uint16_t counter, early; /* of this lap; told before the line for the next */
    uint32_t told_run, silent_run;
    bool     told_once;
    int64_t  step_from, step_to;
    uint16_t suspect; /* told far from the line, if it is not seen to be near at once */
    uint64_t suspect_sample;
    int64_t  suspect_us;
    float    suspect_m;
    /* arrivals: least (clock - driven) by second of driven time */
    int64_t       bucket_of[PB__TIE_BUCKETS];
    double        bucket[PB__TIE_BUCKETS];
    uint32_t      n_crossings, n_tied;
    float         length_m; /* by the crossings so far */
    pb__crossing  crossings[PB_TELEMETRY_LAPS_MAX + 1];
    uint32_t      n_glitches, glitches_of[PB_GLITCH_N];
    pb_lap_glitch glitches[PB_LAP_GLITCHES_MAX];
} pb__lap_car;

struct pb_laps {
    pb_laps_options options;
    uint32_t        n;
    pb__lap_car    *cars[PB_TELEMETRY_CARS_MAX];
};

/* Length of a lap as known now. */
float pb__lap_length(const pb_laps_options *options, const pb__lap_car *c);
void  pb__lap_glitch_add(pb__lap_car *c, pb_lap_glitch_kind kind, int64_t at_us, int32_t from, int32_t to, float s_m);

/* ---- laps_counter.c ---- */
void pb__lap_counter_take(const pb_laps_options *options, pb__lap_car *c, const pb_point *point, int64_t before_us);
/* A sample was believed: what was told far from the line was. */
void pb__lap_counter_settle(pb__lap_car *c);
/* A lap begins: the counter of it as far as it was told. */
void pb__lap_counter_cross(pb__lap_car *c, pb__crossing *crossing);

/* ---- laps_tie.c ---- */
/* A sample at this driven time was received then. */
void pb__lap_arrival(pb__lap_car *c, int64_t at_us);
/* Ties the crossings whose minute is over; all of them at the end. */
void pb__lap_tie(const pb_laps_options *options, pb__lap_car *c, bool all);

#endif
