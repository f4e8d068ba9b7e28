/* report_run.h - a recorded race looked back upon: its stops, the calls we would
 * have made, what came of them.
 *
 * Used by the report command and the route of reviews. */
#ifndef PB_APPS_REPORT_RUN_H
#define PB_APPS_REPORT_RUN_H

#include "decide_past.h"
#include "pitboard/narrate_review.h"
#include "race_arg.h"
#include "review_race.h"

#define REPORT_LAPS_BEFORE 6 /* the calls of so many laps before a stop are looked at too */

typedef struct report_question {
    pb__race_choice race;
    const char     *car; /* only this one; NULL: all */
    const char     *isa, *models;
    pb__list        data;
    uint32_t        trials, threads;
    uint64_t        seed;
    /* After each lap that was looked at; false: stop soon with PB_E_CANCELLED. NULL: it is
     * shown on the terminal. */
    bool (*progress)(void *user, size_t done, size_t n);
    void *user;
} report_question;

typedef struct report_answer {
    pb__race_laps    laps;
    pb_race_outcome *outcome;
    pb_neutral_phase phases[32];
    uint32_t         n_phases;
    bool             exact;
    bool             seen; /* prior or models had learned from this race or later ones */
    char             learned[240];
    decide_models    models;
    decide_past      past;
    pb_prior        *prior;
    review_question *calls; /* by in-lap, then car */
    size_t           n_calls;
    pb_review_stop  *stops;
    uint32_t         n_stops;
    pb_pair_case    *pairs;
    uint32_t         n_pairs;
    pb_review        review; /* all of the above, for words */
    uint64_t         seed;
} report_answer;

/* Release with report_free in every case. */
pb_status report_run(const report_question *question, report_answer *out, pb_error *error);
void      report_free(report_answer *answer);

/* The answer to a question; NULL when it was not asked. */
const review_question *report_call(const report_answer *answer, uint32_t car, uint16_t in_lap);

/* ---- report_stops.c ---- */

/* Every stop of the wanted cars, as far as laps tell; calls and caveats that rest
 * on them come later. */
pb_status report_list_stops(report_answer *answer, pb_error *error);
/* What was said, and what speaks against it. */
void report_judge_stops(report_answer *answer);

/* ---- report_json.c, report_files.c ---- */

void report_json(const report_answer *answer, FILE *to);
void report_json_line(const report_answer *answer, FILE *to); /* the same in one line */
/* report.md, report.json, strategy.svg, gaps.svg in a folder, made if need be. */
pb_status report_files(const report_answer *answer, const char *folder, pb_error *error);

#endif
