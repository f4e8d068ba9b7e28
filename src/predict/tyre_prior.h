/* tyre_prior.h - what earlier races teach the tyre filter, in parts.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_TYRE_PRIOR_H
#define PB_PREDICT_TYRE_PRIOR_H

#include "pace_model.h"
#include "pitboard/predict_tyre.h"

/* What one race said, by its regression (pace_model.h) with hardly any prior. */
typedef struct pb__race_facts {
    int16_t season, round;
    char    circuit[32];
    bool    dry;
    double  base_s, evolution_s, evolution_se_s;
    double  wear_s[PB_TYRE_CLASSES], wear_se_s[PB_TYRE_CLASSES];     /* NAN not run */
    double  offset_s[PB_TYRE_CLASSES], offset_se_s[PB_TYRE_CLASSES]; /* against the medium; NAN */
    double  sigma_s;
} pb__race_facts;

/* False for a race that tells nothing (sprint, unusable, no fit). */
bool pb__race_facts_of(const pb_history_race *race, pb__race_facts *out);
/* The same from a fit at hand. */
void pb__race_facts_from(const pb_race_log *log, const pb__pace_model *fit, pb__race_facts *out);
/* The regression with a prior so wide that it hardly counts. */
pb_status pb__tyre_fit(const pb_race_log *log, pb__pace_model *fit);

/* Form: mean pace of the drivers of race `at` against its mean car in the races
 * before it. sd_s[c] says how well it is known. */
void pb__driver_form(const pb_history *history, size_t at, double pace_s[PB_CARS_MAX], double sd_s[PB_CARS_MAX]);

#endif
