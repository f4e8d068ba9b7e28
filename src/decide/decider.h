/* decider.h - the working memory of a decision.
 *
 * Shared inside decide only. */
#ifndef PB_DECIDE_DECIDER_H
#define PB_DECIDE_DECIDER_H

#include "pitboard/decide.h"

#define PB__BATCH 16u /* trials are handed out in whole vectors of the widest kernel */

struct pb_decider {
    pb_race_spec    spec;
    pb_effort       effort;
    pb_sim_scratch *scratch;
    pb_sim_result  *result; /* its counts are not read: only what it watches */
    uint8_t        *places; /* [PB_CANDIDATES_MAX][2][room]: own place, the rival's */
    uint32_t        room;   /* trials a candidate can have */
    uint32_t        trials; /* played so far */
};

/* One candidate while it is being judged. */
typedef struct pb__runner {
    const pb_candidate *candidate;
    pb_sim_model       *model;
    uint8_t            *own, *rival;            /* places by trial */
    uint32_t            n;                      /* trials played */
    double              worth[PB_CARS_MAX + 1]; /* of a place; [0] unused */
} pb__runner;

/* What pb_aim_unit names. */
pb_gain_unit pb__aim_unit(const pb_aim *aim);
/* Points of a place under the rules of this race. */
double pb__points_of(const pb_race_spec *spec, uint32_t place);
/* What a place is worth to this aim; CVaR needs the places themselves. */
void pb__aim_worth(const pb_race_spec *spec, const pb_aim *aim, pb__runner *runner);
/* Worth of trial i: own place, less the rival's points where the aim says so. */
double pb__worth_at(const pb_race_spec *spec, const pb_aim *aim, const pb__runner *runner, uint32_t i);

/* The model of a candidate, nothing played. Close it. slot < PB_CANDIDATES_MAX names its places. */
pb_status pb__runner_open(pb_decider *d, uint32_t car, const pb_candidate *candidate, uint32_t slot, pb__runner *out,
                          pb_error *error);
/* The same in the race of another one that is open: only the plan differs. */
pb_status pb__runner_like(pb_decider *d, uint32_t car, const pb__runner *other, const pb_candidate *candidate,
                          uint32_t slot, pb__runner *out, pb_error *error);
void      pb__runner_close(pb__runner *runner);
/* Plays on to n trials in all, n <= room. */
void pb__runner_play(pb_decider *d, uint32_t car, const pb_aim *aim, pb__runner *runner, uint32_t n);

/* One candidate against another, over the trials that both have. */
typedef struct pb__paired {
    double   mean, se; /* of a less b */
    double   p_better; /* share of trials where a ends better, ties half */
    uint32_t n;
} pb__paired;

pb__paired pb__compare(const pb_race_spec *spec, const pb_aim *aim, const pb__runner *a, const pb__runner *b);
/* Chance that the mean of a is above that of b, as far as the trials tell. */
double pb__chance_above(const pb__paired *p);
/* Adds the trials of a runner to sums of value, place, points and wins; makes means of them. */
void pb__tally(const pb_decider *d, const pb_aim *aim, const pb__runner *runner, pb_ranked *sum);
void pb__tally_end(pb_ranked *sum);
/* Both, for one candidate. */
void pb__describe(const pb_decider *d, const pb_aim *aim, const pb__runner *runner, uint16_t number, pb_ranked *out);

/* pb_decide_rank for whole strategies: plans are told apart by kind (pb__plan_kind)
 * and not by what is done next, and those at the head of the list get enough
 * trials to stand there. trials: in all. */
pb_status pb__rank_strategies(pb_decider *d, uint32_t car, const pb_aim *aim, const pb_candidate *candidates, size_t n,
                              uint32_t trials, pb_ranked *out, pb_error *error);
#define PB__Z90 1.6448536269514722 /* of a two-sided 90 % interval */

#endif
