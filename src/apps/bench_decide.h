/* bench_decide.h - how long a call takes, at lap 25 of 57. */
#ifndef PB_APPS_BENCH_DECIDE_H
#define PB_APPS_BENCH_DECIDE_H

#include "pitboard/race_spec.h"
#include "pitboard/sim.h"

typedef enum pb__bench_call {
    PB__BENCH_FULL,  /* every sensible action of the car at place 8 on 20,000 trials, one core */
    PB__BENCH_CALL,  /* also the answers to safety cars on the next laps, and what would turn the call */
    PB__BENCH_FIELD, /* as FULL, for every running car, two threads */
} pb__bench_call;

/* Milliseconds, n times over. The race file is scenarios/whatif57.json. */
pb_status pb__bench_decide_ms(const pb_race_spec *whatif, pb_isa isa, pb__bench_call what, double *ms, uint32_t n,
                              pb_error *error);

#endif
