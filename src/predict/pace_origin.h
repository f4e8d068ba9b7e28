/* pace_origin.h - what is known of a car's next laps at the moment it ends one.
 *
 * A race is walked once in the order of the session clock through the tyre filter;
 * whenever a car crosses the line, everything known then (all rows of all cars
 * with a session time up to that moment, ties included) becomes a feature row for
 * each horizon. Nothing later is ever read, so a file that ends there gives the
 * same bytes.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_PACE_ORIGIN_H
#define PB_PREDICT_PACE_ORIGIN_H

#include "tyre_filter.h"
#include "tyre_prior.h"

#define PB__PACE_HORIZONS 2
#define PB__PACE_FEATURES 62

extern const uint16_t          pb__pace_horizon[PB__PACE_HORIZONS]; /* 1, 5 */
extern const pb_feature_schema pb__pace_schema;

/* Index of a horizon, -1 if there is none. */
int pb__pace_horizon_index(uint16_t horizon);

/* At the end of one row: by horizon. */
typedef struct pb__pace_origin {
    double mean_s[PB__PACE_HORIZONS], sd_s[PB__PACE_HORIZONS]; /* the filter's answer, traffic included */
    float  x[PB__PACE_HORIZONS][PB__PACE_FEATURES];            /* NAN: not known */
} pb__pace_origin;

typedef struct pb__pace_origins {
    pb__pace_origin *at;
    uint32_t         first[PB_CARS_MAX + 1]; /* origin of row i of car c: at[first[c] + i] */
} pb__pace_origins;

/* Prior and form of race `at` from the model and the races before it, then the
 * walk. Release with pb__pace_origins_fini. */
pb_status pb__pace_origins_of(const pb_model *model, const pb_history *history, size_t at, pb__pace_origins *out,
                              pb_error *error);
/* The same with fits of the history at hand. */
pb_status pb__pace_origins_with(const pb_model *model, const pb_history *history, size_t at, pb__fits *fits,
                                pb__pace_origins *out, pb_error *error);
void      pb__pace_origins_fini(pb__pace_origins *origins);

/* Features of one car now, for the horizon with this index. scheduled: laps, 0 not known. */
void pb__pace_features(const pb_tyre_filter *f, uint32_t car, int horizon, int scheduled, pb__pace_origin *out);

#endif
