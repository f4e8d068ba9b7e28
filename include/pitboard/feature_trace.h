/* pitboard/feature_trace.h - one lap of one car along its distance.
 *
 * Points have times; laps are compared by place. A trace puts the points of a lap on
 * an even grid of metres from the line, so that two laps have the same abscissa and
 * the difference of their elapsed times is the time won or lost up to there.
 *
 *     rows      .  . .    .   .  .  .      as they came, some with a lap distance
 *     anchors   |       |        |         lap distances that fit their neighbours
 *     rows      1  2 3  4   5  6 7         between anchors by place, else speed, else time
 *     grid    | | | | | | | | | | | |      values: mean of several rows, else between two
 *
 * What lies farther from a sample than hole_m is not known (NAN): nothing is drawn over
 * a hole. Where rows were received in bursts (feature_laps.h) time is metres over speed,
 * stretched to the time of the lap.
 *
 * Floor 3. Uses race. */
#ifndef PITBOARD_FEATURE_TRACE_H
#define PITBOARD_FEATURE_TRACE_H

#include "pitboard/feature_laps.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_TRACE_POINTS_MAX 5000

/* Whence the distance of a trace. */
typedef enum pb_trace_way { PB_TRACE_LAPDIST = 0, PB_TRACE_PLACE, PB_TRACE_SPEED } pb_trace_way;
const char *pb_trace_way_name(pb_trace_way way);   /* "lapdist_m", "place", "speed" */

typedef struct pb_trace_ask {
    int64_t start_us, end_us;    /* of the lap, by the clock of the points; end after start */
    bool    bursts;              /* see above */
    float   lap_m;               /* length of a lap, 0: no lap distance, it is summed from place or speed */
    float   step_m;              /* of the grid, > 0 */
    uint32_t points_max;         /* the step grows until there are no more, 2 .. PB_TRACE_POINTS_MAX */
    float   hole_m;              /* > 0, 200 */
    uint32_t channels;           /* bit k: channel k is wanted */
    double  lat_deg, lon_deg;    /* where x_m = y_m = 0 for points with degrees; NAN: the first of them */
} pb_trace_ask;
pb_trace_ask pb_trace_ask_default(void);   /* step 1 m, 1,000 points, all channels */

typedef struct pb_trace {
    uint32_t n;                  /* places of the grid: 0, step_m, 2 step_m ... */
    float    step_m, length_m;
    uint8_t  way;                /* pb_trace_way */
    uint32_t rows, anchors;      /* rows of the lap; of them with a lap distance that fits */
    uint32_t holes;              /* stretches without a row longer than hole_m */
    float    longest_hole_m;
    uint32_t has;                /* bit k: ch[k] is there */
    bool     has_place;
    double   lat_deg, lon_deg;   /* the origin that was taken; NAN: x and y are of the feed's own axes, or none */
    float   *elapsed_s;          /* since the line; n of them, as of all below */
    float   *x_m, *y_m;          /* NULL without has_place */
    float   *ch[PB_CH_N];        /* NULL where it is not */
} pb_trace;

/* rows: of one car in the order in which they came, those of the lap and some around
 * it (a minute where bursts); they may be more. PB_E_EMPTY: none of them is of the lap, or the
 * lap has no length (under a metre, over 100 km); PB_E_NOMEM. Free with pb_trace_fini. */
pb_status pb_trace_make(const pb_trace_ask *ask, const pb_point *rows, uint32_t n, pb_trace *out, pb_error *error);
void      pb_trace_fini(pb_trace *trace);

#ifdef __cplusplus
}
#endif
#endif
