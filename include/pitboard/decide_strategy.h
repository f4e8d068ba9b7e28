/* pitboard/decide_strategy.h - the best strategy before a race, or from a lap on:
 * every legal plan, ranked; the window of each stop; what to do instead, and when;
 * the tyre to start on.
 *
 * Starts from a race file (pb_race_spec). First the quickest cars find their own
 * best plans against each other, in turn, until nobody changes (iterated best
 * response): a plan is only as good as what the others do. Then the plans of one
 * car are ranked against that field. Rivals keep their reactions all the while:
 * they take cheap stops, cover, change for rain.
 *
 * Nothing is claimed beyond the simulation: gains are differences of expected
 * worth over the same draws, with 90 % intervals.
 *
 * Reads no clock, starts no thread. The same input gives the same bytes on any
 * machine.
 *
 * Floor 5. Uses decide.h and below. */
#ifndef PITBOARD_DECIDE_STRATEGY_H
#define PITBOARD_DECIDE_STRATEGY_H

#include "pitboard/decide.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_strategy_options {
    pb_aim   aim;         /* of the car; its rivals go for points */
    uint32_t cars;        /* that answer each other, ours included: the likeliest best. 6; 0 or 1: nobody does */
    uint32_t rounds;      /* in which they may change their plans, at most. 3 */
    uint32_t look_trials; /* a plan is played for where windows, triggers and the tree are looked at. 2,048 */
    bool     triggers;    /* search for them */
} pb_strategy_options;

pb_strategy_options pb_strategy_options_default(void);

/* In-laps of one stop of the best plan, the others held, that cost no more than
 * `width` against its own lap. */
typedef struct pb_strategy_window {
    uint16_t opens, best, closes;
} pb_strategy_window;

typedef enum pb_trigger_kind {
    PB_TRIGGER_NONE,
    PB_TRIGGER_WEAR,      /* tyres wear this many times what is expected; 0.5 .. 2 is searched */
    PB_TRIGGER_PIT_LOSS,  /* a stop costs this many s; 0.5 .. 1.6 times what is expected */
    PB_TRIGGER_SC,        /* a safety car comes out on a lap of from_lap .. to_lap */
    PB_TRIGGER_LAP1_PLACE /* our place after lap 1 */
} pb_trigger_kind;

const char *pb_trigger_name(pb_trigger_kind kind); /* "wear", "pit_loss", "sc", "lap1_place" */

/* Where the other plan becomes the better one. */
typedef struct pb_strategy_trigger {
    pb_trigger_kind kind;
    bool            above;            /* at `value` and more; else at `value` and less */
    double          value, now;       /* where they change places; what is expected */
    uint16_t        from_lap, to_lap; /* of PB_TRIGGER_SC */
    double          gain;             /* of the other plan, beyond that point: at the end of what was searched */
} pb_strategy_trigger;
#define PB_TRIGGERS_MAX 4

/* Plan B: the best that differs from plan A in its first set or its number of
 * stops. Plan C: the best that differs so from both. */
typedef struct pb_strategy_other {
    bool                known;
    uint16_t            at; /* in ranked */
    uint8_t             n_triggers;
    pb_strategy_trigger trigger[PB_TRIGGERS_MAX];
} pb_strategy_other;

/* What becomes of the best plan when it is driven: where its stops come. A stop
 * that is not planned is a cheap one under a neutralisation, or one for the weather. */
typedef struct pb_strategy_node {
    int16_t  parent;   /* node before it; -1: of the first, which is the set the car is on */
    uint8_t  stop;     /* 0 of the first; 1: the next stop */
    uint8_t  compound; /* of the race file, fitted there */
    bool     planned;  /* it comes on its planned lap */
    uint16_t from_lap, to_lap;
    double   share; /* of all races that come here */
    double   ends;  /* of all races that have no further stop, those that retire among them */
} pb_strategy_node;
#define PB_STRATEGY_NODES_MAX 48 /* branches under 1 % of the races are left out */

typedef struct pb_strategy_start {
    uint8_t  compound; /* of the race file */
    uint16_t at;       /* the best plan that starts on it, in ranked */
    pb_gain  gain;     /* against the best of all */
} pb_strategy_start;

#define PB_STRATEGY_CARS_MAX 12
/* One of the cars that answered each other. */
typedef struct pb_strategy_rival {
    uint8_t car;
    uint8_t n_plans;
    pb_plan plans[PB_PLANS_MAX]; /* weight_prob: how often each */
    uint8_t changed;             /* rounds in which it changed */
} pb_strategy_rival;

typedef struct pb_strategy {
    uint8_t            car;
    uint32_t           n;
    pb_candidate       candidate[PB_CANDIDATES_MAX];
    pb_ranked          ranked[PB_CANDIDATES_MAX]; /* best first */
    double             width;                     /* of the windows, in the aim's unit */
    uint8_t            n_windows;
    pb_strategy_window window[PB_PLAN_STINTS]; /* of the stops to come of the best plan */
    pb_strategy_other  plan_b, plan_c;
    uint8_t            n_starts; /* 0 once the race is under way */
    pb_strategy_start  start[PB_COMPOUNDS_MAX];
    uint8_t            n_nodes;
    pb_strategy_node   node[PB_STRATEGY_NODES_MAX];
    uint8_t            rounds;  /* of the equilibrium */
    bool               settled; /* nobody changed in the last one */
    uint8_t            n_rivals;
    pb_strategy_rival  rival[PB_STRATEGY_CARS_MAX]; /* ours among them */
    uint32_t           evaluated;                   /* different plans that were played for this car */
    uint32_t           trials;                      /* races played in all */
} pb_strategy;

/* The strategy of one running car. The decider's spec ends with the plans of the
 * equilibrium in it. PB_E_RULE for a car that is out, or without a legal plan;
 * PB_E_RANGE for one that is not there or a race that is over. *out only on
 * success. About 60 KiB: allocate it. */
pb_status pb_decide_strategy(pb_decider *decider, uint32_t car, const pb_strategy_options *options, pb_strategy *out,
                             pb_error *error);

/* ---- two plans ---- */

/* Why a plan cannot be driven by this car: a stop outside the race or not after
 * the one before, a set that is not left, compounds or stops that the rules ask
 * for. PB_E_RULE with which; PB_OK. The past must be in it. */
pb_status pb_decide_plan_check(const pb_race_spec *spec, uint32_t car, const pb_plan *plan, pb_error *error);
/* Plays two plans on the same draws, each for half of the decider's trials:
 * out[0] of a, out[1] of b; gain and p_better are those of each against the other. */
pb_status pb_decide_compare(pb_decider *decider, uint32_t car, const pb_aim *aim, const pb_plan *a, const pb_plan *b,
                            pb_ranked out[2], pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
