/* bench_decide.h - how long a call takes. */
#ifndef PB_APPS_BENCH_DECIDE_H
#define PB_APPS_BENCH_DECIDE_H

#include "pitboard/race_spec.h"
#include "pitboard/sim.h"

/* Milliseconds for the call of the car at place 8, n times over, one core: every
 * sensible action on 10,000 trials; with `all` also the answers to safety cars on
 * the next laps and the search for what would turn the call. */
pb_status pb__bench_decide_ms(const pb_race_spec *spec, pb_isa isa, bool all, double *ms, uint32_t n, pb_error *error);

#endif
