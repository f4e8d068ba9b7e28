/* pitboard/race_spec.h - a race that can be played out: the circuit, the rules,
 * the cars, their tyres and plans, and, if it is under way, the state it starts
 * from.
 *
 * This is the race file (docs/race-file.md) as plain data: one struct, no
 * pointers, copied by assignment, about 200 KiB: allocate it, do not put it on
 * a small stack. Start from pb_race_spec_default(). The JSON key of a field is
 * its name here; nested structs are nested objects.
 *
 * Pace is additive, in seconds per lap:
 *
 *   lap = base_lap_s + car.pace_s + lap_offset_s[n] + fuel + compound.offset_s
 *         + wear * age + warm-up + noise + traffic + neutralisation + stops
 *
 * Floor 2. Uses base. */
#ifndef PITBOARD_RACE_SPEC_H
#define PITBOARD_RACE_SPEC_H

#include "pitboard/race.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_COMPOUNDS_MAX 8
#define PB_PLANS_MAX 3
#define PB_PLAN_STINTS 15      /* array size; at most fourteen stops in one plan */
#define PB_PLAN_ENTRIES_MAX 15 /* most stints over all plans of one car: its table of 16 entries less one */
#define PB_PHASES_MAX 8
#define PB_ORIGINS_MAX 640
#define PB_POINTS_MAX 40
#define PB_QUANTILES 17 /* knots of an empirical distribution, see pb_quantile_prob */
#define PB_GAP_KNOTS 8

/* Every effect the simulator knows. A set bit is on. */
#define PB_EFFECT_LIST(X)                                                                                              \
    X(PACE_UNCERTAINTY, 0, "pace_uncertainty", "each car's pace is drawn anew per trial")                              \
    X(WEAR_UNCERTAINTY, 1, "wear_uncertainty", "wear is drawn anew per trial, shared and per car")                     \
    X(FUEL, 2, "fuel", "cars get lighter")                                                                             \
    X(TYRE_WEAR, 3, "tyre_wear", "tyres get slower with age")                                                          \
    X(WARM_UP, 4, "warm_up", "cold tyres on the out-lap")                                                              \
    X(LAP_NOISE, 5, "lap_noise", "lap times vary, with memory and skew")                                               \
    X(STINT_NOISE, 6, "stint_noise", "a stint is better or worse as a whole")                                          \
    X(START, 7, "start", "grid spacing and the scramble of lap 1")                                                     \
    X(DIRTY_AIR, 8, "dirty_air", "following costs time")                                                               \
    X(OVERTAKING, 9, "overtaking", "passing is hard; off: cars drive through each other")                              \
    X(TRAIN, 10, "train", "a queue is harder to pass")                                                                 \
    X(STOP_NOISE, 11, "stop_noise", "stops vary, some are slow")                                                       \
    X(DOUBLE_STACK, 12, "double_stack", "the second car of a team waits")                                              \
    X(SC, 13, "sc", "safety cars")                                                                                     \
    X(VSC, 14, "vsc", "virtual safety cars")                                                                           \
    X(RED_FLAG, 15, "red_flag", "red flags out of a safety car")                                                       \
    X(RETIREMENTS, 16, "retirements", "cars break down or crash")                                                      \
    X(LAPPING, 17, "lapping", "being lapped costs time, lapping a little")                                             \
    X(WEATHER, 18, "weather", "the track gets wet and dries")                                                          \
    X(PENALTIES, 19, "penalties", "time penalties, known and drawn")                                                   \
    X(REACT_SC, 20, "react_sc", "cars take the cheap stop")                                                            \
    X(COVER, 21, "cover", "cars answer an undercut")                                                                   \
    X(REACT_RAIN, 22, "react_rain", "cars change tyres when the track does")                                           \
    X(PLAN_JITTER, 23, "plan_jitter", "planned stops come a little earlier or later")                                  \
    X(SLOW_LAPS, 24, "slow_laps", "now and then a driver's mistake costs seconds")                                     \
    X(UNLAP, 25, "unlap", "lapped cars catch up with the queue behind the safety car")

typedef enum pb_effect {
#define PB_EFFECT_ENUM(name, bit, key, text) PB_EFFECT_##name = (1 << (bit)),
    PB_EFFECT_LIST(PB_EFFECT_ENUM)
#undef PB_EFFECT_ENUM
} pb_effect;
#define PB_EFFECTS_ALL ((1u << 26) - 1u)

/* Probabilities of the knots of every empirical distribution: 0, .01, .05, .10,
 * .20, .25, .30, .40, .50, .60, .70, .75, .80, .90, .95, .99, 1. */
extern const double pb_quantile_prob[PB_QUANTILES];

typedef enum pb_tyre_kind { PB_TYRE_SLICK = 0, PB_TYRE_INTERMEDIATE = 1, PB_TYRE_WET = 2 } pb_tyre_kind;

/* A tyre the cars may use. */
typedef struct pb_compound_spec {
    char         name[16]; /* "MEDIUM", "C3", ... unique in the race */
    pb_tyre_kind kind;
    double       offset_s;        /* New set against the base lap. [-30, 30] */
    double       wear_s_per_lap;  /* Loss per lap of age. [-0.2, 5] */
    double       wear_quad_s;     /* Loss per squared lap of age. [-0.01, 0.1] */
    double       warm_up_s;       /* First lap on the set. [-2, 10] */
    double       life_laps;       /* A stint rarely goes further; used by policies. [3, 300] */
    double       cliff_laps;      /* Beyond this age it loses more; 0 never. [0, 300] */
    double       cliff_s_per_lap; /* So much more per lap, for every lap beyond. [0, 2] */
} pb_compound_spec;

/* One set of tyres within a plan. */
typedef struct pb_stint_spec {
    uint8_t  compound;         /* index into compounds */
    uint16_t in_lap;           /* the car stops for this set at the end of lap in_lap; 0: it starts on it */
    double   age_laps;         /* of the set when fitted. [0, 100] */
    double   fuel_add_kg;      /* refuelled at this stop; 0 none. [0, 200] */
    double   stationary_min_s; /* the stop takes at least this long (refuelling, driver change). [0, 600] */
} pb_stint_spec;

/* What a car means to do. The first stint has in_lap 0; in_laps rise. */
typedef struct pb_plan {
    double        weight_prob; /* share of trials that start on this plan; all plans of a car sum to 1 */
    uint8_t       n_stints;    /* 1 .. PB_PLAN_STINTS; all plans of a car together <= PB_PLAN_ENTRIES_MAX */
    pb_stint_spec stints[PB_PLAN_STINTS];
} pb_plan;

/* Where a car stands when the race is under way; used when from_lap > 0. */
typedef struct pb_car_state {
    bool     running;
    uint8_t  position;      /* 1 .., order at the leader's end of from_lap */
    double   gap_s;         /* behind the leader on the road, whole laps behind included. [0, 36000] */
    double   tyre_age_laps; /* laps on the set it is on. [0, 200] */
    uint8_t  compound;      /* it is on */
    uint8_t  stops_done;
    uint16_t laps_done;      /* for a retired car: how far it got */
    uint16_t compounds_used; /* bit k: compounds[k] was used */
    double   noise_s;        /* how far off its pace it has been lately: state of the lap noise. [-5, 5] */
} pb_car_state;

typedef struct pb_car_spec {
    char         code[8]; /* unique in the race */
    int16_t      number;
    char         team[40];
    char         class_name[16]; /* "" when there is one class */
    uint8_t      grid;           /* 1 .. cars, unique */
    double       pace_s;         /* against base_lap_s. [-20, 60] */
    double       pace_sigma_s;   /* how well that is known. [0, 10] */
    double       wear_mult;      /* times the compound's wear. [0, 10] */
    double       noise_mult;     /* times noise.sigma_s. [0, 10] */
    double       start_s;        /* mean gain (-) or loss on lap 1 against the grid slot. [-10, 30] */
    double       dnf_prob;       /* chance not to be classified, over the whole race. [0, 1] */
    double       stop_s;         /* team's stop against the field's. [-10, 30] */
    double       penalty_s;      /* known and still to serve or add. [0, 120] */
    double       penalty_prob;   /* of one more 5 s penalty. [0, 1] */
    double       fuel_start_kg;  /* [0, 400] */
    double       fuel_burn_kg;   /* per green lap. [0, 20] */
    uint8_t      n_plans;        /* 1 .. PB_PLANS_MAX */
    pb_plan      plans[PB_PLANS_MAX];
    pb_car_state state;
} pb_car_spec;

/* The pit lane. Loss = in-lap plus out-lap against two normal laps, car at rest
 * for an ordinary stop. */
typedef struct pb_pit_spec {
    double loss_s;               /* green, median. [3, 120] */
    double loss_sigma_s;         /* how well that is known. [0, 20] */
    double stop_s[PB_QUANTILES]; /* a stop against the median one, by quantile; rising. [-20, 300] */
    double sc_onset_frac;        /* of loss_s, when the SC comes out in the in-lap. [0, 2]; effects.md 6: 0.55 */
    double sc_frac;              /* SC out a lap before: 0.38 */
    double vsc_onset_frac;       /* 0.61 */
    double vsc_frac;             /* VSC out before and still out at the exit; fitted */
    double double_stack_s;       /* hold-up of the second car right behind; falls to 0 at double_stack_gap_s */
    double double_stack_gap_s;
    double react_s; /* least time from deployment to pit entry that a car can use: effects.md 6, about 10 s */
} pb_pit_spec;

/* Lap noise: x = s' + theta * s, s' = phi * s + e: the sum of an AR(1) and a
 * white part has exactly this autocorrelation. e is a cubic of a normal, so
 * that it can be skewed and heavy (Fleishman 1978). */
typedef struct pb_noise_spec {
    double sigma_s;            /* sd of one lap, clear air. [0, 5]; effects.md 3: 0.40 */
    double phi;                /* [0, 0.99] */
    double theta;              /* [-0.99, 0.99] */
    double skew;               /* of e. [0, 2] */
    double kurtosis;           /* excess, of e. [0, 20]; with skew inside Fleishman's region */
    double slow_prob;          /* of a mistake per lap. [0, 0.1] */
    double slow_mean_s;        /* it costs, exponential. [0, 60] */
    double stint_sigma_s;      /* a stint's own level. [0, 2]; effects.md 1: 0.14 */
    double stint_wear_sigma_s; /* a stint's own wear, s per lap of age. [0, 0.5]; 0.028 */
    double wear_log_sigma;     /* common to a compound in this race. [0, 2] */
} pb_noise_spec;

/* Following and passing. Passing: logit P(passed by the end of the lap) =
 *   pass_bias + pass_delta * d - pass_gap * min(gap, pass_knee_s)
 *             - pass_gap_far * max(gap - pass_knee_s, 0) - pass_train * [car ahead held up itself]
 * with d = pace of the car ahead minus own, s per lap, gap at the line, s. */
typedef struct pb_traffic_spec {
    double pass_bias;
    double pass_delta; /* per s/lap. >= 0 */
    double pass_gap;   /* per s. >= 0 */
    double pass_knee_s;
    double pass_gap_far; /* per s. >= 0 */
    double pass_train;   /* >= 0 */
    double pass_circuit; /* this circuit against the mean, shrunk */
    double train_gap_s;  /* the car ahead is in a train when it follows within this */
    double
        reach_s; /* a car further behind than this is not slowed by the car ahead's line: passes freely if it arrives */
    double hold_s[PB_QUANTILES];    /* gap kept by a car that is held, by quantile; rising. [0, 5] */
    double pass_lead_s;             /* a car that passed ends the lap at least this far ahead. [0, 3] */
    double loser_s;                 /* lost by the car that was passed. [0, 3] */
    double air_gap_s[PB_GAP_KNOTS]; /* rising; loss is linear between knots, 0 after the last */
    double air_loss_s[PB_GAP_KNOTS];
    double lapped_s;      /* lost by a car for each car that laps it: effects.md 4, 1.54 */
    double lapping_s;     /* lost by the car that laps */
    double lapped_more_s; /* second and later in the same lap, each */
} pb_traffic_spec;

typedef struct pb_start_spec {
    double slot_gap_s[PB_CARS_MAX]; /* behind the leader at the end of lap 1 by slot; rising from 0 */
    double sigma_s;                 /* scatter of one car. [0, 20] */
    double skew;                    /* its skewness. [0, 2] */
    double lap1_s;                  /* lap 1 against a normal lap, leader. [-5, 60] */
} pb_start_spec;

/* One neutralisation that is known. Phases rise and do not overlap. */
typedef struct pb_phase_spec {
    pb_neutral_kind kind;
    double          start_progress; /* leader progress: 12.25 = a quarter into lap 13. [0, 512] */
    double          end_progress;   /* > start, <= laps */
    bool            sure;           /* it comes although phases are drawn: a flag that is known now, a what-if */
} pb_phase_spec;

/* How the race is neutralised. Either random by hazard, or a fixed list. */
typedef struct pb_neutral_spec {
    bool          actual; /* true: exactly the phases below, nothing drawn */
    uint8_t       n_phases;
    pb_phase_spec phases[PB_PHASES_MAX];
    double        sc_lap1_prob;  /* effects.md 8 */
    double        sc_early_prob; /* laps 2-5, per lap */
    double        sc_prob;       /* per green lap after */
    double        vsc_lap1_prob, vsc_early_prob, vsc_prob;
    double        wet_mult;       /* times sc_prob while the track is wet */
    double        sc_laps[10];    /* P(lasts 1 .. 10 laps, the one it came out in counted); sums to 1 */
    double        vsc_laps[5];    /* P(lasts 1 .. 5 laps) */
    double        vsc_to_sc_prob; /* 0.16 */
    double        sc_to_red_prob; /* a red flag comes out of an SC */
    double        sc_crash_prob;  /* an SC means a car is out */
    double        sc_lead_mult;   /* lap time of the leader behind the SC, times a green lap */
    double        sc_catch_mult;  /* of a car catching the queue */
    double        sc_gap_s;       /* per place in the queue */
    double        vsc_mult;       /* 1.33 */
    double        restart_gap_s;  /* per place after a standing restart */
    double        wear_mult;      /* tyres age this much slower behind the SC. [0, 1] */
} pb_neutral_spec;

typedef struct pb_weather_spec {
    double   wetness_frac[PB_LAPS_MAX + 1]; /* of the track on leader lap n, 0 dry .. 1 soaked, where known */
    uint16_t known_laps;                    /* entries 1 .. known_laps hold; later laps are drawn from the last one */
    double   rain_prob;                     /* per lap, that rain begins. [0, 1] */
    double   rain_stop_prob;                /* per lap, that it ends. [0, 1] */
    double   wetting_frac;                  /* per lap of rain. [0, 1] */
    double   soak_frac;                     /* drawn rain wets the track up to this. [0, 1] */
    double   drying_frac;                   /* per dry lap. [0, 1] */
    double   dry_lap_s[3];                  /* by pb_tyre_kind: slower than a slick on a dry track */
    double   wet_slope_s[3];                /* and per unit of wetness */
    double   wet_curve_s[3];                /* and per squared unit */
    double   wet_noise_mult;                /* lap noise at wetness 1 against dry. [1, 10] */
} pb_weather_spec;

/* Reactions of cars to what happens. */
typedef struct pb_policy_spec {
    double cheap_bias; /* logit P(takes the cheap stop) = bias + age * tyre age share + left * share of race left */
    double cheap_age;
    double cheap_left;
    double cover_gap_s;    /* a rival this close behind who stops is answered... */
    double cover_laps;     /* ... when the own stop is due within so many laps ... */
    double cover_prob;     /* ... this often */
    double jitter_laps;    /* sd of a planned stop */
    double rain_loss_s;    /* a car changes when the wrong tyre costs more than this per lap, median */
    double rain_log_sigma; /* cars differ */
} pb_policy_spec;

typedef struct pb_rules_spec {
    char     series[24];    /* "f1" */
    uint16_t laps;          /* race distance; for a timed race the most that can be run. 1 .. PB_LAPS_MAX */
    double   time_limit_s;  /* 0 none; the race ends when the leader ends a lap after it (7200 in F1) */
    uint8_t  extra_laps;    /* after the limit (GT: often 0; "time plus one lap": 1) */
    bool     two_compounds; /* at least two dry compounds in a dry race */
    uint8_t  min_stops;     /* e.g. 2 in Monaco 2025. [0, 4] */
    bool     free_tyres_under_red;
    bool     drs;             /* DRS or a like aid exists; documented only through traffic fits */
    double   classified_frac; /* 0.9 of the distance: whoever stops later is classified */
    uint8_t  n_points;
    double   points[PB_POINTS_MAX]; /* by place */
} pb_rules_spec;

/* Where a number came from: JSON pointer, words, and how many laps (or stops,
 * or races) it rests on. */
typedef struct pb_spec_origin {
    char    pointer[48]; /* "/cars/3/pace_s" */
    char    how[96];     /* "robust regression on clean laps" */
    int32_t laps;        /* 0: nothing of this race, a prior or default */
} pb_spec_origin;

typedef struct pb_race_spec {
    char    id[48];   /* "2023-07" */
    char    name[64]; /* "2023 Spanish Grand Prix" */
    int16_t season;
    int16_t round;
    bool    sprint;
    char    circuit[32];  /* crosswalk id */
    double  lap_length_m; /* 0 unknown */
    double  base_lap_s;   /* reference car, new reference tyre, empty tank, dry, clear air. [20, 1200] */
    double  lap_offset_s[PB_LAPS_MAX + 1]; /* common to all cars on lap n (track evolution, weather); 0 where unknown */
    uint16_t n_lap_offsets;                /* entries 1 .. n are given; 0 none */
    double   evolution_s_per_lap; /* fuel burn and track together, when they cannot be told apart; usually negative */
    double   fuel_s_per_kg;       /* 0 when evolution_s_per_lap holds it all. [0, 0.2] */
    uint32_t effects;             /* PB_EFFECT_* that are on */
    uint16_t from_lap;            /* 0: from the grid; L: from the leader's end of lap L */
    pb_rules_spec    rules;
    pb_pit_spec      pit;
    pb_noise_spec    noise;
    pb_traffic_spec  traffic;
    pb_start_spec    start;
    pb_neutral_spec  neutral;
    pb_weather_spec  weather;
    pb_policy_spec   policy;
    uint8_t          n_compounds;
    pb_compound_spec compounds[PB_COMPOUNDS_MAX];
    uint8_t          n_cars;
    pb_car_spec      cars[PB_CARS_MAX];
    uint16_t         n_origins;
    pb_spec_origin   origins[PB_ORIGINS_MAX];
} pb_race_spec;

/* An F1-like dry race of 57 laps without cars: the values of effects.md, each
 * documented in docs/race-file.md. */
void pb_race_spec_default(pb_race_spec *spec);

/* What a car, a tyre or a stint is when a race file says no more: an average car
 * without a name, plan or grid slot; a slick; a new set. */
void pb_car_spec_default(pb_car_spec *car);
void pb_compound_spec_default(pb_compound_spec *compound);

/* Checks every range above and every rule between fields: at least two and at
 * most 40 cars, no car twice, grid slots a permutation, compounds known, stops
 * inside the race and rising, plan weights summing to 1, quantiles rising, the
 * two-compound rule (a dry race: rain_prob 0, no wetness; a plan or a car that
 * used intermediates or wets is free) and the least number of stops. In a race
 * under way a plan's stops up to from_lap count as done. The message names the
 * JSON pointer, the value and what is allowed.
 * PB_E_RANGE  a number outside its range; PB_E_LIMIT  too many cars
 * PB_E_MISSING  too few cars, no name, no plan; PB_E_RULE  everything between fields */
pb_status pb_race_spec_check(const pb_race_spec *spec, pb_error *error);

/* What a lap on this kind of tyre loses on a track so wet, against a slick on a dry
 * one; s. */
double pb_weather_loss_s(const pb_weather_spec *weather, pb_tyre_kind kind, double wetness_frac);
/* Wetness, [0, 1], at which one kind loses more_s more than the other; 0: the
 * crossover. By halving. */
double pb_weather_even_at(const pb_weather_spec *weather, pb_tyre_kind drier, pb_tyre_kind wetter, double more_s);

/* Stops that the rules of a single event ask for beyond what the second compound
 * does (Monaco 2025: 2); 0: none. A full race, not a sprint. */
uint8_t pb_race_min_stops(const char *circuit, int season);

/* In-laps that are left for stops after from_lap: nobody stops at the end of the
 * last lap. A rule that asks for more stops than that can no longer be kept, so it
 * binds no plan. */
uint32_t pb_race_stops_left(const pb_race_spec *spec);

/* Records where a number came from; silently full after PB_ORIGINS_MAX. */
void pb_race_spec_note(pb_race_spec *spec, const char *pointer, int32_t laps, const char *how, ...)
    __attribute__((format(printf, 4, 5)));

#ifdef __cplusplus
}
#endif
#endif
