/* bench_run.h - timing: one number several times over, and how it spread. */
#ifndef PB_APPS_BENCH_RUN_H
#define PB_APPS_BENCH_RUN_H

#include "pitboard/engine.h"

#define PB__BENCH_RUNS_MAX 31

typedef struct pb__bench {
    char     name[32];
    char     unit[12];
    uint32_t runs;
    double   median, min, max;
} pb__bench;

/* What is measured, and on what. */
typedef struct pb__bench_ground {
    pb_race_spec *field;  /* scenarios/bench57.json */
    pb_race_spec *whatif; /* scenarios/whatif57.json */
} pb__bench_ground;

/* How many there are, and the name of one. */
uint32_t    pb__bench_count(void);
const char *pb__bench_name(uint32_t i);

/* PB_E_UNSUPPORTED when this machine lacks the instruction set that the bench is
 * about. */
pb_status pb__bench_measure(uint32_t i, const pb__bench_ground *ground, pb_isa isa, pb__bench *out, pb_error *error);

#endif
