/* pitboard/predict_pitcall.h - what the pit wall of a car will do: the
 * probability that it stops at the end of this lap, and the set it leaves on.
 *
 * Learned from every car-lap of past races (kind "pitcall"); asked of a scene
 * under a sight (feature_lap.h). Two things are learned for two ways of seeing:
 * by lap (every car's row of the lap before, as back-tests are scored) and by
 * clock (what is known when the car crosses the line; for a race that runs).
 *
 * Floor 4. Uses feature, tree, race and below. */
#ifndef PITBOARD_PREDICT_PITCALL_H
#define PITBOARD_PREDICT_PITCALL_H

#include "pitboard/feature_lap.h"
#include "pitboard/predict_model.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_PITCALL_SETS 5 /* SOFT MEDIUM HARD INTERMEDIATE WET: compound 1 + index */

typedef enum pb_pitcall_sight { PB_PITCALL_BY_LAP, PB_PITCALL_BY_CLOCK } pb_pitcall_sight;

typedef struct pb_pitcall {
    double p_stop;                     /* that it enters the lane for tyres at the end of the lap it is on, (0, 1) */
    double p_set[PB_PITCALL_SETS];     /* and leaves on this, given that it stops; sums to 1 */
    bool   prior;                      /* the model had too little to learn from: these are its plain rates */
} pb_pitcall;

/* The hazard of a car for the lap after its last visible one. The caller has
 * looked: by clock with max_ms = that car's own crossing or later, by lap with
 * max_lap = that lap. PB_E_EMPTY when the car has no visible row. */
pb_status pb_pitcall_hazard(const pb_model *model, const pb_scene *scene, uint32_t car, pb_pitcall_sight sight,
                            pb_pitcall *out, pb_error *error);

/* ---- for tables: the hazard as a function of a few things ---- */

/* A point of a table; NAN: leave it as it is in every row. */
typedef struct pb_pitcall_point {
    double tyre_age_laps;
    double laps_to_go;
    double compound;                   /* pb_compound */
    double owed;                       /* 1: a second dry compound is owed */
    double neutral;                    /* 0 green; PB_NEUTRAL_SC or _VSC came out on this lap */
} pb_pitcall_point;

/* Every feature row (schema of kind "pitcall") of a race, for partial averaging. */
pb_status pb_pitcall_rows(const pb_history_race *race, pb_pitcall_sight sight, pb_feature_rows *rows, pb_error *error);
/* Mean probability over the rows after setting each to the point (partial
 * dependence, Friedman 2001). PB_E_EMPTY without rows. */
pb_status pb_pitcall_partial(const pb_model *model, pb_pitcall_sight sight, const pb_feature_rows *rows,
                             const pb_pitcall_point *point, double *p_stop, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
