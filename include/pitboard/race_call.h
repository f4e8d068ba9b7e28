/* pitboard/race_call.h - the call: what to do with a car now, why, how sure that
 * is, and what would change it. Plain data: `decide` fills it, `narrate` puts it
 * into words, `api` and `apps` show it.
 *
 * Numbers only: every reason is a fact of a known kind with its value and the car
 * it belongs to, so that no sentence can name the wrong one. Cars are indices of
 * the race file; PB_CALL_NOBODY is none. Laps are in-laps: BOX with target_lap 27
 * means into the lane at the end of lap 27. Gains are in the unit of the objective
 * (points, places or probability), positive is better for the car.
 *
 * Floor 2. Uses race_spec. */
#ifndef PITBOARD_RACE_CALL_H
#define PITBOARD_RACE_CALL_H

#include "pitboard/race_spec.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_CALL_NOBODY 255

#define PB_ACTION_LIST(X)                                                                                              \
    X(BOX, "stop at the end of this lap")                                                                              \
    X(STAY_OUT, "do not stop at the end of this lap")                                                                  \
    X(EXTEND, "stay out past the planned lap")                                                                         \
    X(UNDERCUT, "stop now to pass the car ahead in the lane")                                                          \
    X(COVER, "stop now so that the car behind cannot undercut")                                                        \
    X(OVERCUT, "stay out while the car ahead has stopped")                                                             \
    X(PUSH, "use the tyres: the stop or the pass is near")                                                             \
    X(BALANCED, "drive to the plan")                                                                                   \
    X(CONSERVE, "spare tyres and fuel: nothing is near")

typedef enum pb_action {
#define PB_ACTION_ENUM(name, text) PB_ACTION_##name,
    PB_ACTION_LIST(PB_ACTION_ENUM)
#undef PB_ACTION_ENUM
        PB_ACTION_N
} pb_action;

const char *pb_action_name(pb_action action);  /* "STAY_OUT"; "?" out of range */
bool        pb_action_boxes(pb_action action); /* BOX, UNDERCUT, COVER: into the lane at the end of this lap */

/* What a fact may say. key: stable, for scripts; unit of its value; words: for
 * people, with {car} and {value}; with {faster} the value is said without its sign
 * and below 0 it is "slower". */
#define PB_FACT_LIST(X)                                                                                                \
    X(PLAN_GAIN, "plan_gain", "points", "{value} points against the next best call")                                   \
    X(PLACE_GAIN, "place_gain", "places", "{value} places against the next best call")                                 \
    X(PROB_GAIN, "prob_gain", "prob", "{value} percentage points of chance against the next best call")                \
    X(STOP_LOSS, "stop_loss", "s", "a stop costs {value} s now")                                                       \
    X(SC_SAVES, "sc_saves", "s", "a stop under the safety car saves {value} s")                                        \
    X(VSC_SAVES, "vsc_saves", "s", "a stop under the virtual safety car saves {value} s")                              \
    X(SC_CHANCE, "sc_chance", "prob", "chance of a safety car before the planned stop {value}")                        \
    X(REJOIN_PLACE, "rejoin_place", "place", "a stop now rejoins P{value}")                                            \
    X(REJOIN_BEHIND, "rejoin_behind", "s", "a stop now rejoins {value} s behind {car}")                                \
    X(REJOIN_AHEAD, "rejoin_ahead", "s", "a stop now rejoins {value} s ahead of {car}")                                \
    X(TRAFFIC, "traffic", "s", "traffic after the stop costs {value} s")                                               \
    X(FREE_STOP, "free_stop", "s", "{car} is {value} s further back than a stop costs")                                \
    X(TYRE_AGE, "tyre_age", "laps", "the set is {value} laps old")                                                     \
    X(TYRE_LOSS, "tyre_loss", "s", "the set has lost {value} s a lap")                                                 \
    X(TYRE_LIFE, "tyre_life", "laps", "half a second a lap slower in {value} laps")                                    \
    X(UNDERCUT_CHANCE, "undercut_chance", "prob", "undercut of {car} works with chance {value}")                       \
    X(OVERCUT_CHANCE, "overcut_chance", "prob", "overcut of {car} works with chance {value}")                          \
    X(UNDERCUT_THREAT, "undercut_threat", "prob", "{car} undercuts us with chance {value}")                            \
    X(GAP_AHEAD, "gap_ahead", "s", "{car} is {value} s ahead")                                                         \
    X(GAP_BEHIND, "gap_behind", "s", "{car} is {value} s behind")                                                      \
    X(RIVAL_STOPS, "rival_stops", "prob", "{car} stops on this lap with chance {value}")                               \
    X(WALL_HAZARD, "wall_hazard", "prob", "pit walls stopped here with chance {value}")                                \
    X(RULE_LAPS, "rule_laps", "laps", "{value} laps left for the stop that the rules ask for")                         \
    X(RULE_FREE, "rule_free", "laps", "the compounds the rules ask for are used; {value} laps to go")                  \
    X(STACK_WAIT, "stack_wait", "s", "waits {value} s behind {car} in the box")                                        \
    X(PENALTY, "penalty", "s", "{value} s penalty to serve")                                                           \
    X(RAIN_GAIN, "rain_gain", "s", "the other kind of tyre gains {value} s a lap")                                     \
    X(RAIN_PROBE, "rain_probe", "s", "{car} is {value} s a lap {faster} on the other kind of tyre")                    \
    X(RAIN_CHANCE, "rain_chance", "prob", "most of the field changes kind within five laps with chance {value}")       \
    X(RED_FREE, "red_free", "s", "a change under the red flag costs {value} s")                                        \
    X(RED_CHANCE, "red_chance", "prob", "the race is stopped with chance {value}")                                     \
    X(SETS_LEFT, "sets_left", "sets", "{value} sets of it left")                                                       \
    X(LAPS_LEFT, "laps_left", "laps", "{value} laps to go")                                                            \
    X(TIE, "tie", "points", "the best two calls differ by {value} points")                                             \
    X(TIE_PLACES, "tie_places", "places", "the best two calls differ by {value} places")                               \
    X(TIE_PROB, "tie_prob", "prob", "the best two calls differ by {value} percentage points of chance")

typedef enum pb_fact_kind {
#define PB_FACT_ENUM(name, key, unit, words) PB_FACT_##name,
    PB_FACT_LIST(PB_FACT_ENUM)
#undef PB_FACT_ENUM
        PB_FACT_N
} pb_fact_kind;

const char *pb_fact_key(pb_fact_kind kind);
const char *pb_fact_unit(pb_fact_kind kind);
const char *pb_fact_words(pb_fact_kind kind); /* the pattern */

typedef struct pb_fact {
    pb_fact_kind kind;
    uint8_t      car;    /* whom the number belongs to; PB_CALL_NOBODY: the car of the call, or the race */
    double       value;  /* in the kind's unit */
    double       weight; /* how much it speaks for the call, >= 0; facts are sorted by it */
} pb_fact;

/* What would turn a call into another one, found by search. */
typedef enum pb_flip_kind {
    PB_FLIP_NONE,        /* nothing within what was searched */
    PB_FLIP_GAP_AHEAD,   /* the gap to `car` ahead, s */
    PB_FLIP_GAP_BEHIND,  /* the gap to `car` behind, s */
    PB_FLIP_STOP_LOSS,   /* what a stop costs, s */
    PB_FLIP_WEAR,        /* wear of our set, s a lap */
    PB_FLIP_SC,          /* a safety car until lap `value` */
    PB_FLIP_RIVAL_STOPS, /* `car` stops on this lap */
    PB_FLIP_LAP,         /* by itself, on lap `value` */
    PB_FLIP_N
} pb_flip_kind;

typedef struct pb_flip {
    pb_flip_kind kind;
    uint8_t      car;
    bool         above; /* flips when the quantity is above value; else below */
    double       value;
    pb_action    to; /* and then this is the call */
} pb_flip;

typedef struct pb_gain {
    double value, lo, hi; /* 90 % interval */
} pb_gain;

#define PB_CALL_FACTS 3
typedef struct pb_call_action {
    pb_action action;
    uint8_t   compound;   /* pb_compound to fit; PB_COMPOUND_UNKNOWN: no stop */
    uint16_t  target_lap; /* in-lap; for STAY_OUT the next planned one, 0 none; BOX under a red flag: pb_call.lap */
    pb_gain   gain;       /* against the best of the other calls; negative: it is worse */
    double    mean_place; /* where the car finishes, on average */
    double    confidence; /* [0, 1]: chance that it ends at least as well as the next best call, ties half */
    uint8_t   rival;      /* whom it is about */
    uint8_t   n_facts;
    pb_fact   fact[PB_CALL_FACTS]; /* the numbers that were really used, strongest first */
    pb_flip   flip;
} pb_call_action;

/* Rules that bind the choice, each with the lap it binds by. */
typedef enum pb_rule_kind {
    PB_RULE_TWO_COMPOUNDS, /* a second dry compound is owed */
    PB_RULE_MIN_STOPS,     /* so many changes are asked for here */
    PB_RULE_SETS,          /* no set of that compound is left */
    PB_RULE_PENALTY,       /* to be served at the next stop */
    PB_RULE_LEAD_LAP,      /* a lapped car's race ends earlier */
    PB_RULE_LAST_LAP,      /* no stop on the last lap */
    PB_RULE_RED_FREE,      /* tyres may be changed under a red flag */
    PB_RULE_LANE_CLOSED,   /* the pit lane is closed */
    PB_RULE_N
} pb_rule_kind;

const char *pb_rule_name(pb_rule_kind kind); /* "two_compounds" */

typedef struct pb_call_rule {
    pb_rule_kind kind;
    uint16_t     by_lap;   /* latest in-lap that keeps it; 0: no lap */
    double       value;    /* stops owed, seconds of penalty, sets left */
    uint8_t      compound; /* of PB_RULE_SETS */
    bool         binds;    /* it decides the call, or removes one that would be better */
} pb_call_rule;

/* Where a stop at the end of this lap puts the car. */
typedef struct pb_call_rejoin {
    bool    known;
    uint8_t position; /* likeliest */
    double  p_within1;
    uint8_t ahead, behind;     /* neighbours in that place: of the first nobody ahead, of the last nobody behind */
    double  ahead_s, behind_s; /* >= 0 */
    double  traffic_s;         /* expected loss on the out-lap */
    double  not_knowing;       /* how much likelier the likeliest place would be if the rivals' stops were known */
} pb_call_rejoin;

/* The answer to a neutralisation that comes out. */
typedef struct pb_call_neutral {
    bool      known;
    pb_action action; /* BOX or STAY_OUT */
    uint8_t   compound;
    pb_gain   gain; /* of that action against the other */
    uint8_t   rejoin_position;
    double    stoppers_ahead, stoppers_behind; /* expected number of cars that stop */
    double    p_ends_early;                    /* VSC: over before the car leaves the lane */
} pb_call_neutral;

#define PB_CALL_TABLE 5
typedef struct pb_call_table_row {
    uint16_t        lap;           /* it comes out on this lap */
    pb_call_neutral sc[2], vsc[2]; /* [0] before our pit entry, [1] after it: the answer is for the next lap */
} pb_call_table_row;

/* A duel in the pit lane. p: of an undercut by us the chance of success; of an
 * overcut and a threat the chance that the rival stops within three laps (1: it is on
 * its way into the lane), times that of success. laps: fewest laps the second car
 * must stay out for it to be even, 0 more than six. */
typedef enum pb_duel_kind { PB_DUEL_UNDERCUT, PB_DUEL_OVERCUT, PB_DUEL_THREAT } pb_duel_kind;
typedef struct pb_call_duel {
    pb_duel_kind kind;
    uint8_t      rival;
    double       gap_s;
    double       p;
    double       gain_s, gain_sd_s; /* expected, if answered on the next lap */
    uint8_t      laps;
} pb_call_duel;
#define PB_CALL_DUELS 6

typedef enum pb_maybe { PB_NO, PB_YES, PB_UNCLEAR } pb_maybe;

typedef struct pb_call_window {
    uint16_t opens, best, closes; /* in-laps of the next stop; 0: no stop is worth it */
    double   width;               /* in the aim's unit: every lap of it is at most this much worse than the best */
} pb_call_window;

typedef enum pb_gain_unit { PB_UNIT_POINTS, PB_UNIT_PLACES, PB_UNIT_PROB, PB_UNIT_N } pb_gain_unit;
const char *pb_gain_unit_name(pb_gain_unit unit); /* "points", "places", "prob" */

/* What two cars of a team do at the end of this lap. */
typedef enum pb_team_option {
    PB_TEAM_UNKNOWN, /* no mate runs, or they are too far apart to meet in the lane */
    PB_TEAM_NEITHER, /* both stay out */
    PB_TEAM_SPLIT,   /* one stops, the other later or not at all */
    PB_TEAM_BOTH,    /* both stop: the second one waits */
    PB_TEAM_N
} pb_team_option;
const char *pb_team_option_name(pb_team_option option); /* "split"; "?" out of range */

/* Whether the cars exchange places on the road now: the one in front falls to just
 * behind the other. */
typedef enum pb_swap {
    PB_SWAP_UNKNOWN, /* no joint call */
    PB_SWAP_NOW,     /* it gains, beyond the 90 % interval */
    PB_SWAP_NO_GAIN, /* it was played, and does not */
    PB_SWAP_APART,   /* they do not follow each other closely: not played */
    PB_SWAP_FLAG,    /* nobody may pass now: not played */
    PB_SWAP_N
} pb_swap;
const char *pb_swap_name(pb_swap swap); /* "no_gain"; "?" out of range */

typedef struct pb_team_swap {
    pb_swap swap;
    uint8_t front, rear; /* on the road */
    pb_gain gain;        /* of the exchange, for both cars together; where it was played */
    double  faster_s;    /* the rear one, a lap, as the tyres are now; negative: it is slower */
    double  p_ahead;     /* chance that the rear one finishes ahead without it */
} pb_team_swap;

/* Two cars of a team and one box. The joint call is another one than the two single
 * calls only where that gains more than a tie, beyond the 90 % interval. */
typedef struct pb_call_team {
    uint8_t        mate; /* PB_CALL_NOBODY: none runs */
    pb_team_option option;
    uint8_t        first;                 /* SPLIT: who stops now; BOTH: who is served first; else NOBODY */
    uint16_t       own_lap, mate_lap;     /* in-lap of the next stop of each then; 0 none */
    double         wait_s;                /* the second one stands so long if both stop now */
    pb_gain_unit   unit;                  /* of the gains of both cars together: points, places or wins */
    pb_gain        joint;                 /* of the option against the best of the others... */
    pb_team_option against;               /* ... which is this; UNKNOWN: there is no other */
    uint8_t        against_first;         /* as `first` */
    bool           own_alone, mate_alone; /* the single call of each is to stop now */
    bool           turns_call;            /* the joint call is not the single call of this car */
    pb_team_swap   swap;
} pb_call_team;

/* What the track asks for, and what it costs to change kind of tyre (slick,
 * intermediate, wet) now or not yet. A compound stands for its kind. */
typedef struct pb_call_rain {
    bool     relevant;        /* wet tyres are about, or may be soon */
    uint8_t  compound;        /* kind that is quickest on the track as it is */
    double   faster_s;        /* than the car's own kind, s a lap; 0: it is on that kind */
    double   pays_laps;       /* laps a change to it takes to earn back the stop at that; 0: it is on that kind */
    bool     wetter;          /* the track gets wetter; else it dries, or is dry */
    uint8_t  turns_to;        /* kind that is quickest next if that goes on; PB_COMPOUND_UNKNOWN: the same to the end */
    uint16_t turns_on;        /* first lap of it */
    double   now, next, wait; /* regret of changing kind on this lap, the next, later or never: in the aim's unit, 0
                               * the best; NAN no such plan is legal */
    uint8_t  probe;           /* car that shows it */
    double   probe_s;         /* how much faster it was */
    double   p_change_5;      /* chance that most of the field changes within five laps; NAN: no model tells, or only
                               * by how often it happens */
} pb_call_rain;

typedef struct pb_call_penalty {
    double  pending_s;
    uint8_t place_if_added;  /* at the flag if it is added to the time */
    uint8_t place_if_served; /* if it is served at the next stop */
} pb_call_penalty;

typedef struct pb_call_tyre {
    bool   known;
    double loss_s;                      /* now against a new set */
    double life_laps, life_lo, life_hi; /* until half a second a lap slower than now; 80 % */
} pb_call_tyre;

/* The race is stopped: what to fit, and what that leaves for later. */
#define PB_CALL_RED_LATER 4
typedef struct pb_call_red {
    bool     known;                    /* there is a red flag */
    uint8_t  compound;                 /* to fit now; PB_COMPOUND_UNKNOWN: keep the set */
    uint8_t  n_later;                  /* stops of the plan after the restart; what does not fit in is left out */
    uint8_t  later[PB_CALL_RED_LATER]; /* the set of each */
    uint16_t lap[PB_CALL_RED_LATER];   /* and its in-lap */
    uint8_t  sets_left[PB_COMPOUND_N]; /* by pb_compound, after what is fitted now */
} pb_call_red;

#define PB_CALL_ACTIONS_MAX 8
#define PB_CALL_RULES_MAX 8
#define PB_CALL_NOTES_MAX 8

typedef struct pb_call {
    uint8_t           car;
    uint16_t          lap;  /* the state is that of the leader's end of this lap */
    uint16_t          laps; /* of the race */
    uint8_t           position;
    double            p_win;
    double            box_score;   /* above 0: the call is to stop; in logits, how far from turning */
    double            stop_hazard; /* chance that pit walls stop such a car on this lap; NAN not known */
    bool              clear;       /* false: the best two calls cannot be told apart */
    uint8_t           n_actions;
    pb_call_action    actions[PB_CALL_ACTIONS_MAX]; /* best first */
    uint8_t           n_rules;
    pb_call_rule      rules[PB_CALL_RULES_MAX];
    uint8_t           n_duels;
    pb_call_duel      duels[PB_CALL_DUELS];
    pb_call_window    window;
    pb_call_rejoin    rejoin;
    pb_call_neutral   sc_now, vsc_now;
    uint8_t           n_table;
    pb_call_table_row table[PB_CALL_TABLE];
    pb_call_team      team;
    pb_call_rain      rain;
    pb_call_penalty   penalty;
    pb_call_tyre      tyre;
    pb_call_red       red;
    double            decide_by_s; /* until the call must be made, from the state's moment; < 0: too late; NAN: the race
                                    * is stopped */
    pb_maybe          can_make_entry;
    pb_action         driving_mode; /* PUSH, BALANCED or CONSERVE */
    uint32_t          trials;       /* races played for it */
    uint8_t           n_notes;
    char              notes[PB_CALL_NOTES_MAX][96]; /* what was assumed */
} pb_call;

#ifdef __cplusplus
}
#endif
#endif
