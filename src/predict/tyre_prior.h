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
    double  car_s[PB_CARS_MAX]; /* pace of each car of the log against the mean one; NAN under eight clear laps */
} pb__race_facts;

/* False for a race that tells nothing (sprint, unusable, no fit). */
bool pb__race_facts_of(const pb_history_race *race, pb__race_facts *out);
/* The same from a fit at hand. */
void pb__race_facts_from(const pb_race_log *log, const pb__pace_model *fit, pb__race_facts *out);
/* The regression with a prior so wide that it hardly counts. */
pb_status pb__tyre_fit(const pb_race_log *log, pb__pace_model *fit);

/* Facts of the races of one history, each found once when it is first asked for. */
typedef struct pb__fits {
    pb__race_facts *fact;
    int8_t         *state; /* 0 not asked for, 1 there, -1 it tells nothing */
    size_t          n;
} pb__fits;

/* For the first n races. PB_E_NOMEM. Release with pb__fits_fini. */
pb_status pb__fits_init(pb__fits *fits, size_t n, pb_error *error);
void      pb__fits_fini(pb__fits *fits);
/* NULL for a race that tells nothing; else valid until fini. i < n. */
const pb__race_facts *pb__fits_get(pb__fits *fits, const pb_history *history, size_t i);

/* pb_tyre_prior_of with fits at hand. */
pb_status pb__tyre_prior_with(const pb_model *model, const pb_history *history, size_t at, const char *circuit,
                              int season, pb__fits *fits, pb_tyre_prior *out, pb_error *error);

/* Form: mean pace of the drivers of race `at` against its mean car in the races
 * before it. sd_s[c] says how well it is known. */
void pb__driver_form(const pb_history *history, size_t at, pb__fits *fits, double pace_s[PB_CARS_MAX],
                     double sd_s[PB_CARS_MAX]);

#endif
