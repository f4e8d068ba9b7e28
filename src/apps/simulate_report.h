/* simulate_report.h - the answer of `pitboard simulate`, for scripts and for
 * people. */
#ifndef PB_APPS_SIMULATE_REPORT_H
#define PB_APPS_SIMULATE_REPORT_H

#include <stdio.h>

#include "pitboard/codec.h"
#include "pitboard/sim.h"

typedef struct pb__simulated {
    const pb_race_spec  *spec;
    const pb_sim_result *result;
    uint64_t             seed;
    double               elapsed_s;
    bool                 stops;  /* tell likely stops of each car, too */
    double              *gaps;   /* tell gaps, too: room for the traced races; NULL: no */
    uint32_t             gap_to; /* PB_SIM_TO_LEADER, PB_SIM_TO_MEDIAN or a car */
} pb__simulated;

/* The contract of docs/design.md section 5; every line but "elapsed_s" is the
 * same for the same race, trials and seed. */
void pb__simulate_json(FILE *to, const pb__simulated *what);
/* The same keys into the object that is open, without the time that a clock told. */
void pb__simulate_json_put(pb_json_writer *to, const pb__simulated *what);
void pb__simulate_table(FILE *to, const pb__simulated *what);

/* ---- simulate_laps.c: of one car, into the object that is open ---- */
#define PB__GAP_TRIALS 512 /* followed lap by lap for the gaps */

/* "gaps": quantiles of the gap to PB_SIM_TO_LEADER, _MEDIAN or a car at the end of each lap
 * to come; buffer has room for the traced races. */
void pb__simulate_put_gaps(pb_json_writer *to, const pb__simulated *what, uint32_t car, double *buffer);
/* "likely" and "pit_laps": when it stops, and for what. */
void pb__simulate_put_stops(pb_json_writer *to, const pb__simulated *what, uint32_t car);

/* ---- shared by both ---- */
double pb__share(uint64_t n, uint64_t of); /* 0 when of is 0 */
double pb__p_top(const pb_sim_result *r, uint32_t car, uint32_t places);
/* Places that score; 10 when the rules give no points. */
uint32_t pb__places_with_points(const pb_race_spec *spec);

/* ---- likely_stops.c ---- */
/* The likeliest number of stops from here on, the likeliest sets of the races that have it,
 * and the busiest half of the in-laps of each stop. */
typedef struct pb__likely {
    bool        known;   /* false: stops that nobody planned, then only share is told */
    double      share;   /* of the races: with so many stops, whatever their sets */
    uint32_t    n_stops; /* to come */
    const char *set[PB_PLAN_STINTS];
    uint32_t    from[PB_PLAN_STINTS], to[PB_PLAN_STINTS];
} pb__likely;

/* Returns known. */
bool pb__likely_find(const pb__simulated *what, uint32_t car, pb__likely *out);
/* "2 stops 83 %: M-H-S, lap 17-24, 40-46": the likeliest number of stops from
 * here on, its likeliest tyres, and when they come. */
void pb__likely_stops(const pb__simulated *what, uint32_t car, char *out, size_t cap);

#endif
