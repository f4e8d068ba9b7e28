/* pitboard/predict_form.h - how strong drivers and teams are before a race.
 *
 * A driver in a car is as strong as the team plus what the driver adds. Both
 * drift from race to race, more over a winter, and are followed by a Kalman
 * filter over the earlier races, once for each view of a race: the place among
 * those who took the flag, the pace of clean laps, the slot on the grid. Each
 * view counts in its own unit, lower is stronger, 0 is the mean of the field. A
 * team or driver never seen has the prior: mean 0 (a new driver a little above)
 * and a wide sd, so thin data say so themselves.
 *
 * Looks at races before the one that is asked for and, of that one, at its
 * entry list alone (codes, teams); a sprint is a race like any other.
 *
 * Floor 4. Uses predict_model. */
#ifndef PITBOARD_PREDICT_FORM_H
#define PITBOARD_PREDICT_FORM_H

#include "pitboard/predict_model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum pb_form_view {
    PB_FORM_FINISH = 0,  /* place among the cars that took the flag, as a normal score (-2 won, 2 last of 20) */
    PB_FORM_PACE,        /* clean laps against the field's of the same lap number, % of the best lap */
    PB_FORM_GRID,        /* slot on the grid, as a normal score */
    PB_FORM_VIEWS
} pb_form_view;

const char *pb_form_view_name(pb_form_view view);   /* "finish" "pace" "grid" */

/* How strength moves, in the unit of the view. All sd > 0. */
typedef struct pb_form_rule {
    double team_sd, driver_sd;           /* of teams and drivers never seen */
    double team_step, driver_step;       /* sd of the change from race to race */
    double team_winter, driver_winter;   /* sd of the change over a winter */
    double noise;                        /* sd of one race of one car */
    double sprint_mult;                  /* a sprint's noise against a race's. > 0 */
    double newcomer;                     /* mean of a driver never seen */
    double team_kept;                    /* share of a team's strength that a winter leaves. (0, 1) */
} pb_form_rule;

typedef struct pb_form_rules {
    pb_form_rule view[PB_FORM_VIEWS];
    double       retire_field_races;     /* half-life of the field's rate of retirement, races */
    double       retire_car_races;       /* the same of teams and drivers */
    double       retire_shrink_starts;   /* starts the field's rate counts as in a team's, and a team's in a driver's */
} pb_form_rules;

/* Rough values to start from where there is little to learn from. */
pb_form_rules pb_form_rules_default(void);

/* The rules under which the races of a history are most likely (maximum
 * likelihood, held near the default by a weak prior). quick: the default, but the
 * noise. PB_E_EMPTY with fewer than five usable races. */
pb_status pb_form_learn(const pb_history *past, const pb_learn_options *options, pb_form_rules *rules, pb_error *error);

/* In a model, under the name "form". */
pb_status pb_form_rules_put(pb_model *model, const pb_form_rules *rules, pb_error *error);
pb_status pb_form_rules_get(const pb_model *model, pb_form_rules *rules, pb_error *error);

/* One car before a race. */
typedef struct pb_form_car {
    char   driver[8];
    char   team[40];                     /* pb_team_id; the driver's last one where the entry list has none */
    double mean[PB_FORM_VIEWS];          /* team + driver against the mean of this field; lower is stronger */
    double sd[PB_FORM_VIEWS];            /* of the strength, not of a race */
    double team_mean[PB_FORM_VIEWS];     /* its parts, not centred */
    double driver_mean[PB_FORM_VIEWS];
    double retire_prob;                  /* not to take the flag, full distance; team and driver shrunk hard */
    uint32_t driver_races, team_races;   /* seen before; 0: the prior alone speaks */
} pb_form_car;

/* All cars of race `at`, in the order of its log. */
typedef struct pb_form {
    int16_t     season, round;
    uint32_t    n;
    uint32_t    races;                   /* usable races before it */
    double      retire_prob;             /* of the field */
    pb_form_car car[PB_CARS_MAX];
} pb_form;

/* Form before race `at` (< history->n). PB_E_RANGE, PB_E_NOMEM. */
pb_status pb_form_at(const pb_history *history, size_t at, const pb_form_rules *rules, pb_form *out, pb_error *error);
/* Form before every race of a history at once: out has history->n. */
pb_status pb_form_walk(const pb_history *history, const pb_form_rules *rules, pb_form *out, pb_error *error);

/* ---- retirement in a race under way ---- */

#define PB_RETIRE_PARTS 6

/* When cars retire: shares of the retirements on lap 1 and, of the later laps, by
 * 10, 25, 50, 75 and 100 % of the distance. They sum to 1. */
typedef struct pb_retire_curve {
    double share[PB_RETIRE_PARTS];
    double seen;                         /* retirements it rests on */
} pb_retire_curve;

/* From the races of a history; each part counts what an even spread would give as
 * twenty retirements more. Sprints and unusable races are left out. */
pb_retire_curve pb_retire_learn(const pb_history *past);
/* Chance that a car which has done `lap` of `laps` does not take the flag, when
 * the chance over the whole race is prob. [0, prob]; 0 when lap >= laps. */
double pb_retire_prob_left(const pb_retire_curve *curve, double prob, uint32_t lap, uint32_t laps);

/* ---- the rest of a season ---- */

typedef struct pb_season_options {
    uint32_t      races, sprints;        /* left */
    const double *points;                /* of each car of the form so far; NULL: none */
    uint32_t      trials;                /* seasons played; 0: 4000 */
    uint64_t      seed;
} pb_season_options;

typedef struct pb_season_car {
    double points_mean, points_q10, points_q90;   /* at the end of the season */
    double title_prob;                            /* most points of all drivers; ties are shared */
    double team_title_prob;                       /* of the car's team */
} pb_season_car;

/* Plays the rest of a season from the strengths of a form, with their sd and their
 * drift, by the weights of a "forecast" model that know no grid. out has form->n.
 * Points as since 2025: 25 18 15 12 10 8 6 4 2 1, sprints 8 .. 1. Depends on the
 * seed alone. PB_E_RANGE without anything left, PB_E_MISSING for another model. */
pb_status pb_season_project(const pb_model *model, const pb_form *form, const pb_season_options *options,
                            pb_season_car *out, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
