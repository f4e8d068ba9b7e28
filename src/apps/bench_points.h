/* bench_points.h - timing of telemetry: JSON in, checked, windowed, stored. */
#ifndef PB_APPS_BENCH_POINTS_H
#define PB_APPS_BENCH_POINTS_H

#include "pitboard/base.h"

/* Points a second on one core, commits to a store on disk among it: one figure a run,
 * after a warm-up. */
pb_status pb__bench_points_per_s(double *per_s, uint32_t runs, pb_error *error);

#endif
