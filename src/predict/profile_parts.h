/* profile_parts.h - the measures of one race, and what they are made of.
 *
 * Shared inside predict; profile_*.c only. */
#ifndef PB_PREDICT_PROFILE_PARTS_H
#define PB_PREDICT_PROFILE_PARTS_H

#include "pace_model.h"
#include "pitboard/predict_profile.h"

/* A race while it is measured. */
typedef struct pb__profiled {
    const pb_race_log    *log;
    pb_race_outcome       outcome;
    const pb__pace_model *pace; /* NULL: none could be fitted */
    bool                  dry, has_red;
    double                best_s;
    double                pace_pct[PB_CARS_MAX]; /* pb__form_pace */
} pb__profiled;

/* Places on lap 1: raw gain and slot, for the book to compare. */
void pb__profile_starts(const pb__profiled *race, pb_profile_race *out);
/* Tyre wear, steadiness and compounds out of the residuals of clear laps. */
void pb__profile_stints(const pb__profiled *race, pb_profile_race *out);
void pb__profile_stops(const pb__profiled *race, pb_profile_race *out);
/* Cars passed on the track. */
void pb__profile_passing(const pb__profiled *race, pb_profile_race *out);

/* What only the pool can tell, taken off. */
pb_status pb__profile_pool(pb_profile_book *book, pb_error *error);

/* As pb_profile_estimate_all, of every measure: whether it is a trait is not asked. */
pb_status pb__profile_estimate(const pb_profile_book *book, pb_profile_of of, pb_profile_measure measure, int season,
                               pb_profile_estimate *out, pb_error *error);

/* Of the whole book. */
pb_status pb__profile_spread(const pb_profile_book *book, pb_profile_of of, pb_profile_measure measure,
                             pb_profile_spread *out, pb_error *error);

/* Adds, of one season, how often the mean of one half of its races lay within what the other half said, at 90 %. */
typedef struct pb__profile_cover {
    uint32_t n, covered;
} pb__profile_cover;
pb_status pb__profile_cover_of(const pb_profile_book *book, pb_profile_of of, pb_profile_measure measure, int season,
                               pb__profile_cover *out, pb_error *error);

static inline void pb__profile_set(pb_profile_car *car, pb_profile_measure m, double value, uint32_t samples)
{
    car->value[m]   = (float)value;
    car->samples[m] = (uint16_t)(samples > UINT16_MAX ? UINT16_MAX : samples);
}

#endif
