/* pace_model.h - what each car's lap should have taken in clear air, race by
 * race, and how far it was off.
 *
 * Per race, a robust regression of its clean laps on car, lap number, compound
 * and compound x age; in a wet race one level per lap (or short block of laps)
 * takes the place of the lap number. Beside it, for every lap of every car, the
 * traffic it met: the gap to the car ahead on the road at the lap's start, who
 * that was, how many cars lapped it. Looks at one race only and at nothing
 * outside the rows of its log, so a log that was cut gives what was known then.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_PACE_MODEL_H
#define PB_PREDICT_PACE_MODEL_H

#include "pitboard/race.h"

/* What the laps are fitted with. Start from pb__pace_options_default(). */
typedef struct pb__pace_options {
    double   clear_gap_s;                    /* laps that start further behind anybody are clear. > 0 */
    uint16_t first_lap;                      /* earlier laps are not used */
    double   slow_frac;                      /* nor laps above this times the best clean lap. > 1 */
    double   evolution_s, evolution_sigma_s; /* prior of the slope per lap number, s per lap */
    double   wear_s[PB_COMPOUND_N];          /* prior of the wear, s per lap of age */
    double   wear_sigma_s;
    double   offset_sigma_s; /* prior of a compound against the most used one, around 0 */
    double   wet_frac;       /* a race with more laps than this on wet tyres gets lap levels */
} pb__pace_options;

/* effects.md, section 1. */
pb__pace_options pb__pace_options_default(void);

/* One lap of one car, beside the row of the log with the same index. */
typedef struct pb__pace_lap {
    float   expected_s;     /* clear air, by the model; NAN when car, compound or age is not known */
    float   residual_s;     /* lap time less expected; NAN when either is missing */
    float   gap_s;          /* to the car ahead on the road at the lap's start; INFINITY: nobody */
    int16_t ahead;          /* index of that car, -1 nobody */
    int32_t ahead_row;      /* its row of the lap it is driving at that moment, -1 none */
    bool    ahead_same_lap; /* it has completed as many laps */
    uint8_t lapped_by;      /* cars that put a lap on this one during the lap */
    uint8_t lapping;        /* cars this one put a lap on */
    bool    clean;          /* pb_lap_is_clean, from first_lap on, below the slow limit */
    bool    used;           /* by the fit */
} pb__pace_lap;

/* expected = base_s + car_s + (evolution_s * lap, or level_s[lap] in a wet race)
 *          + offset_s[compound] + wear_s[compound] * (age - 1)
 * with age as in the log: laps on the set including this one. */
typedef struct pb__pace_model {
    uint32_t      n_cars;
    uint32_t      n_used;                      /* laps the fit rests on */
    double        base_s;                      /* mean car, lap 0, new set of the reference compound */
    double        car_s[PB_CARS_MAX];          /* against the mean car; NAN without laps */
    double        car_se_s[PB_CARS_MAX];       /* standard error, with the memory of lap noise in it */
    uint16_t      car_laps[PB_CARS_MAX];       /* used laps */
    double        evolution_s, evolution_se_s; /* per lap number; 0 in a wet race */
    pb_compound   reference;
    double        offset_s[PB_COMPOUND_N]; /* new set against the reference; NAN when not used */
    double        offset_se_s[PB_COMPOUND_N];
    double        wear_s[PB_COMPOUND_N]; /* per lap of age; NAN when not used */
    double        wear_se_s[PB_COMPOUND_N];
    uint32_t      compound_laps[PB_COMPOUND_N]; /* used laps */
    double        sigma_s;                      /* robust scale of the residuals */
    bool          wet;                          /* lap levels instead of a slope */
    double        level_s[PB_LAPS_MAX + 1];     /* wet races only: common to all cars on lap n; else 0 */
    double        best_s;                       /* best clean lap */
    double        median_s;                     /* median clean lap */
    uint16_t      laps;                         /* highest lap number seen */
    pb__pace_lap *lap[PB_CARS_MAX];             /* [row] as log->cars[car].laps; NULL for a car without rows */
} pb__pace_model;

/* Fits. PB_E_EMPTY when fewer than two cars have clean laps, PB_E_NOMEM. On any
 * error the model is empty (fini is harmless). Release with pb__pace_model_fini. */
pb_status pb__pace_model_fit(const pb_race_log *log, const pb__pace_options *options, pb__pace_model *model,
                             pb_error *error);
void      pb__pace_model_fini(pb__pace_model *model);

/* By the formula above; NAN when something it needs is not known. */
double pb__pace_expected_s(const pb__pace_model *model, uint32_t car, const pb_lap *lap);

#endif
