/* pitboard/decide.h - candidate plans, ranked, with reasons.
 *
 * Starts from a race file with its state (pb_race_spec) and, where there are
 * laps, what models say of them; answers "what now?" for one car (pb_call) and
 * "which plan?" before the race (pb_plan_rank). Every candidate is played against
 * the same draws of the same field (common random numbers), and trials go where
 * they tell candidates apart. Rules come first: what they forbid is never played,
 * what they force is named.
 *
 * Reads no clock, starts no thread, allocates its working memory once
 * (pb_decider_create). The same input gives the same bytes on any machine.
 *
 * Floor 5. Uses predict, sim and below. */
#ifndef PITBOARD_DECIDE_H
#define PITBOARD_DECIDE_H

#include "pitboard/feature_lap.h"
#include "pitboard/predict_model.h"
#include "pitboard/predict_tyre.h"
#include "pitboard/race_call.h"
#include "pitboard/sim.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- what is aimed for ---- */

typedef enum pb_aim_kind {
    PB_AIM_POINTS,   /* expected championship points */
    PB_AIM_POSITION, /* mean place */
    PB_AIM_WIN,
    PB_AIM_TOP,         /* P(place <= n) */
    PB_AIM_CVAR,        /* mean place of the worst `tail_frac` of outcomes */
    PB_AIM_CHAMPIONSHIP /* points less those of `rival` */
} pb_aim_kind;

typedef struct pb_aim {
    pb_aim_kind kind;
    uint8_t     top;       /* of PB_AIM_TOP, 1 .. cars */
    uint8_t     rival;     /* of PB_AIM_CHAMPIONSHIP: index in the race file */
    double      tail_frac; /* of PB_AIM_CVAR, (0, 1]; 0.2 */
} pb_aim;

/* "points", "position", "win", "top:N", "cvar", "championship:CODE" (without a
 * code: the likeliest winner but us, told in a note). PB_E_USAGE with what is
 * allowed. */
pb_status pb_aim_of(pb_span text, const pb_race_spec *spec, uint32_t car, pb_aim *out, pb_error *error);
/* "points", "places", "prob"; for words. */
const char *pb_aim_unit(const pb_aim *aim);

/* ---- candidates and their ranking ---- */

#define PB_CANDIDATES_MAX 96

typedef struct pb_candidate {
    pb_plan  plan;       /* whole, the past included */
    uint16_t obey_until; /* up to this lap it takes no stop the plan has not got (pb_sim_model_obey) */
} pb_candidate;

typedef struct pb_ranked {
    uint16_t candidate; /* index handed in */
    uint32_t trials;    /* it was played for */
    double   value;     /* of the aim, higher is better: places count negative */
    double   mean_place;
    double   points; /* expected */
    double   p_win;
    pb_gain  gain;     /* against the best one, 90 % interval of the paired difference; 0 for the best */
    double   p_best;   /* that its mean is the best of all, as far as the trials tell (below) */
    double   p_better; /* that one race ends better than with the best (of the best: than with the second), ties half */
} pb_ranked;

typedef struct pb_effort {
    uint64_t seed;         /* 1 */
    uint32_t trials;       /* in all, over all candidates. 20,000 */
    double   indifference; /* in the aim's unit: closer ones need not be told apart. 0.02 */
    pb_isa   isa;
} pb_effort;

pb_effort pb_effort_default(void);

typedef struct pb_decider pb_decider;

/* Working memory for races like this one. The spec is copied. */
pb_status pb_decider_create(const pb_race_spec *spec, const pb_effort *effort, pb_decider **out, pb_error *error);
void      pb_decider_destroy(pb_decider *decider);
/* The copy, to be changed between rankings (a flag, a rival's stop). */
pb_race_spec *pb_decider_spec(pb_decider *decider);
uint32_t      pb_decider_trials(const pb_decider *decider); /* played so far */

/* Ranks n candidates for a car, best first, into out[n]. Top-two
 * sampling on paired differences: all get a first look, then the leader and whichever
 * plan of another action may yet be better, until that is told apart, to the
 * indifference, or the trials are used up.
 *
 * p_best: each plan is measured on the trials it has, against the mean of the best
 * one and those played longer; its mean is drawn towards the middle of all as far as
 * it may be noise, and what error is left is taken for an independent normal. So a
 * plan that was given up early counts with what is known of it, and all sum to 1.
 * value, mean_place, points and p_win are told as over the trials of the plan with
 * the most: the best one by its paired difference to that, all others by theirs to
 * the best, so that `value` differs from the best one's by `gain`. */
pb_status pb_decide_rank(pb_decider *decider, uint32_t car, const pb_aim *aim, const pb_candidate *candidates, size_t n,
                         pb_ranked *out, pb_error *error);
/* Plays one candidate for exactly so many trials from trial 0: exhaustive
 * comparisons, tests. */
pb_status pb_decide_play(pb_decider *decider, uint32_t car, const pb_aim *aim, const pb_candidate *candidate,
                         uint32_t trials, pb_ranked *out, pb_error *error);

/* ---- rules ---- */

/* What the regulations ask of a car from its state on. At most PB_CALL_RULES_MAX;
 * returns how many. */
uint32_t pb_decide_rules(const pb_race_spec *spec, uint32_t car, pb_call_rule out[PB_CALL_RULES_MAX]);
/* A plan keeps them (the past included), but for those that no plan can keep any more:
 * see pb_race_stops_left. */
bool pb_decide_legal(const pb_race_spec *spec, uint32_t car, const pb_plan *plan);
/* Sets of a compound (index in the race file) a car can still fit: the
 * allocation of the season less what it has run in this race. */
uint32_t pb_decide_sets_left(const pb_race_spec *spec, uint32_t car, uint32_t compound);

/* ---- plans ---- */

/* Every sensible way on from here: stops on this lap for each legal set, later
 * stops, no stop where that is legal; what follows the first stop by the exact
 * free track optimum. Before the start: 0 to 4 stops over all compounds. Returns
 * how many (at most cap), cheapest on the free track first but those that stop
 * now always in. */
uint32_t pb_decide_candidates(const pb_race_spec *spec, uint32_t car, pb_candidate *out, uint32_t cap);

/* ---- the call ---- */

/* What models know of the laps so far; any may be NULL, and the call notes what
 * is missing. Borrowed for the call. The scene has looked by clock at the
 * leader's end of lap spec->from_lap. */
typedef struct pb_decide_view {
    const pb_race_log    *log;    /* cut at from_lap */
    int32_t               now_ms; /* session clock: the leader's end of from_lap */
    const pb_scene       *scene;
    const pb_history     *history; /* with the race at `at`, cut */
    size_t                at;
    const pb_model       *pitcall, *rejoin, *undercut, *rain;
    const pb_tyre_filter *tyres;
    pb_neutral_kind       flag;                     /* 0 green; what is out now, besides what the laps show */
    int32_t               asked_ms;                 /* session clock of the question; up to now_ms: asked then */
    int32_t               flag_ms;                  /* since when the flag is out; up to now_ms: that long, or longer */
    bool                  rival_boxed[PB_CARS_MAX]; /* known to be in the lane, or on its way, on this lap */
} pb_decide_view;

typedef struct pb_decide_options {
    pb_aim   aim;
    uint32_t table_trials; /* a cell of the "if SC now" table; 0: no table */
    bool     flips;        /* search for flip conditions */
    bool     team;         /* the joint call with the team mate */
} pb_decide_options;

pb_decide_options pb_decide_options_default(void);

/* The call for one running car. PB_E_RULE for a car that is out, PB_E_RANGE for
 * one that is not there or a race that is over. */
pb_status pb_decide_call(pb_decider *decider, const pb_decide_view *view, uint32_t car,
                         const pb_decide_options *options, pb_call *out, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
