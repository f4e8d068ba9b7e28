/* simulate_report.h - the answer of `pitboard simulate`, for scripts and for
 * people. */
#ifndef PB_APPS_SIMULATE_REPORT_H
#define PB_APPS_SIMULATE_REPORT_H

#include <stdio.h>

#include "pitboard/sim.h"

typedef struct pb__simulated {
    const pb_race_spec  *spec;
    const pb_sim_result *result;
    uint64_t             seed;
    double               elapsed_s;
} pb__simulated;

/* The contract of docs/design.md section 5; every line but "elapsed_s" is the
 * same for the same race, trials and seed. */
void pb__simulate_json(FILE *to, const pb__simulated *what);
void pb__simulate_table(FILE *to, const pb__simulated *what);

/* ---- shared by both ---- */
double pb__share(uint64_t n, uint64_t of); /* 0 when of is 0 */
double pb__p_top(const pb_sim_result *r, uint32_t car, uint32_t places);
/* Places that score; 10 when the rules give no points. */
uint32_t pb__places_with_points(const pb_race_spec *spec);

/* ---- likely_stops.c ---- */
/* "2 stops 83 %: M-H-S, lap 17-24, 40-46": the likeliest number of stops from
 * here on, its likeliest tyres, and when they come. */
void pb__likely_stops(const pb__simulated *what, uint32_t car, char *out, size_t cap);

#endif
