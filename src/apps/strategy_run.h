/* strategy_run.h - the strategy of a car before the race or from a lap on, and two
 * plans against each other.
 *
 * Used by the strategy command only. */
#ifndef PB_APPS_STRATEGY_RUN_H
#define PB_APPS_STRATEGY_RUN_H

#include <stdio.h>

#include "gap_notes.h"
#include "pitboard/codec.h"
#include "pitboard/decide_strategy.h"
#include "race_arg.h"

typedef struct strategy_question {
    pb__race_choice race;
    const char     *car; /* a code, a number, or "all" */
    const char     *objective, *isa;
    const char     *flag, *boxed; /* what is known beside the laps of a race under way; NULL: as they show it, nobody */
    pb__list        data;         /* races before it: what the rivals are likely to do */
    const char     *compare, *with; /* two plans; NULL: rank all */
    uint32_t        trials, threads, top;
    bool            triggers; /* of plans B and C are asked for */
    bool            quiet;    /* no bar on the terminal */
    uint64_t        seed;
} strategy_question;

/* One car. */
typedef struct strategy_car {
    uint32_t     car; /* of the spec */
    pb_aim       aim;
    pb_strategy *best;   /* NULL when two plans were compared */
    uint32_t     trials; /* played in all */
} strategy_car;

#define STRATEGY_ASSUMED_MAX (8 + GAP_NOTES_MAX)

typedef struct strategy_answer {
    pb_race_spec *spec; /* as it was loaded: the plans that were expected of the rivals */
    bool          all, compared;
    pb_plan       plan[2]; /* of --compare and --with */
    pb_ranked     side[2];
    uint32_t      n;
    strategy_car  cars[PB_CARS_MAX]; /* by place */
    uint32_t      top;               /* plans of each to show */
    uint64_t      seed;
    uint32_t      n_assumed;
    char          assumed[STRATEGY_ASSUMED_MAX][200];
    double        elapsed_s; /* of all together */
} strategy_answer;

/* Release with strategy_free in every case. */
pb_status strategy_run(const strategy_question *question, strategy_answer *out, pb_error *error);
void      strategy_free(strategy_answer *answer);

/* The contract of docs/strategy.md; all lines but the one with "elapsed_s" are the
 * same for the same race, car, seed and trials. */
void strategy_json(const strategy_answer *answer, FILE *to);
void strategy_table(const strategy_answer *answer, FILE *to);
/* The same keys into the object that is open, without the time that a clock told; and of the
 * first car the array "tree" alone. */
void strategy_json_put(const strategy_answer *answer, pb_json_writer *to);
void strategy_tree_put(const strategy_answer *answer, pb_json_writer *to);
/* Of the first car the keys of the best plan; of two that were compared one as an object
 * (first: with no gain, as what the others are measured by). */
void strategy_plan_put(const strategy_answer *answer, pb_json_writer *to);
void strategy_side_put(const strategy_answer *answer, int side, bool first, pb_json_writer *to);

/* "a safety car on laps 12 to 20" for people. */
#define STRATEGY_TRIGGER_MAX 120
void strategy_trigger_text(const pb_strategy_trigger *trigger, char out[STRATEGY_TRIGGER_MAX]);

#endif
