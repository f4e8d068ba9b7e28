/* api_context.h - a race told in a few facts: "Monza, lap 20, eighth, mediums of 18
 * laps, 1.4 s behind the car ahead". What is not told is assumed, and said.
 *
 *     JSON --api_context_read--> what was told --api_context_spec--> a race under way
 *
 * The circuit gives its pit lane, tyres, passing and safety cars from the prior that
 * ships; the other cars are average ones of their place. The race that comes out has
 * no laps, so models that need laps have nothing to say about it.
 *
 * Used by the routes; no clock, no file. */
#ifndef PB_APPS_API_CONTEXT_H
#define PB_APPS_API_CONTEXT_H

#include "api_notes.h"
#include "pitboard/predict.h"

#define API_UNTOLD (-1)
#define API_GAP_NONE (-1.0) /* of a gap, which is >= 0 */

/* Another car, as far as it was told. */
typedef struct api_rival {
    uint8_t position;
    char    code[8]; /* "" not told */
    char    team[40];
    double  gap_s;         /* between it and us, whichever is ahead; API_GAP_NONE not told */
    int     compound;      /* pb_compound; API_UNTOLD */
    double  tyre_age_laps; /* API_UNTOLD */
    int     stops_done;    /* API_UNTOLD */
} api_rival;

typedef struct api_context {
    char      driver[8], team[40]; /* "US" and "" when not told */
    char      circuit[32];         /* crosswalk id; "" not told: an average one */
    int       season, laps_total, lap, cars, position;
    int       compound; /* pb_compound; API_UNTOLD */
    double    tyre_age_laps;
    int       stops_done;
    unsigned  compounds_used; /* bit k: pb_compound k; 0 not told */
    double    fuel_kg, pit_loss_s, track_wetness_frac, penalty_s, pace_s;
    bool      has_fuel, has_pit_loss, has_wetness, has_pace, rain;
    double    gap_ahead_s, gap_behind_s, gap_leader_s;
    uint32_t  n_rivals;
    api_rival rivals[PB_CARS_MAX];
} api_context;

/* The keys of a context that are in the object; others are left to the caller. What
 * contradicts itself is refused: PB_E_RANGE, PB_E_RULE and so on, with a text that
 * begins with the pointer of the key: "/gap_ahead_s: ...". What is assumed for want
 * of a key is noted. */
pb_status api_context_read(pb_json body, const pb_prior *prior, api_context *out, api_notes *assumed, pb_error *error);

/* The race it tells of, under way at the leader's end of its lap; car 0 is ours. */
pb_status api_context_spec(const api_context *context, const pb_prior *prior, pb_race_spec *out, api_notes *assumed,
                           pb_error *error);

#endif
