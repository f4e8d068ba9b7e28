/* pitboard/predict_tyre.h - what a race tells about its tyres while it runs.
 *
 * One joint Kalman filter holds what all cars share (the level of the track, what
 * fuel and rubber give per lap, the offset and the wear of each compound) and what
 * belongs to one car (its pace, its present stint's level and wear, the memory of
 * its last laps). Every completed lap, fed in the order of the session clock,
 * moves all of it a little: cars that stopped early teach what the new tyre will
 * do on the others. Fuel and wear are told apart by the prior and by cars on tyres
 * of other ages on the same lap.
 *
 * A lap that does not fit is given less weight (Student-t), so traffic and
 * mistakes do not bend the tyre; laps behind somebody are first freed of what
 * following costs on average. Two odd laps in a row, or all cars odd at once, are
 * believed.
 *
 * The prior comes from earlier races (pb_tyre_prior_of); without any,
 * pb_tyre_prior_default says so in `source`. Deterministic; no libm but sqrt.
 *
 * Floor 4. Uses race and predict_model. */
#ifndef PITBOARD_PREDICT_TYRE_H
#define PITBOARD_PREDICT_TYRE_H

#include "pitboard/predict_model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Tyres as the filter tells them apart. */
typedef enum pb_tyre_class {
    PB_TYRE_CLASS_SOFT = 0,
    PB_TYRE_CLASS_MEDIUM,
    PB_TYRE_CLASS_HARD,
    PB_TYRE_CLASS_INTERMEDIATE,
    PB_TYRE_CLASS_WET,
    PB_TYRE_CLASSES
} pb_tyre_class;

/* Unknown and 2018's other slicks count as MEDIUM. */
pb_tyre_class pb_tyre_class_of(uint8_t compound);

#define PB_TYRE_GAPS 9

/* What is known before the first lap of a race. All s are seconds a lap. */
typedef struct pb_tyre_prior {
    double   base_s, base_sd_s;                                       /* mean car on a new medium tyre at lap 0 */
    double   evolution_s, evolution_sd_s;                             /* per lap: fuel burnt and rubber laid, < 0 */
    double   offset_s[PB_TYRE_CLASSES], offset_sd_s[PB_TYRE_CLASSES]; /* new set against a new medium */
    double   wear_s[PB_TYRE_CLASSES], wear_sd_s[PB_TYRE_CLASSES];     /* per lap of age */
    double   car_sd_s;                                                /* between cars, where nothing is known of one */
    double   stint_sd_s, stint_wear_sd_s;        /* a stint's own level and wear around the race's */
    double   memory, memory_sd_s;                /* of lap noise: share kept from lap to lap, sd */
    double   white_sd_s;                         /* rest of lap noise */
    double   common_sd_s;                        /* of the track's level, per lap */
    double   traffic_s[PB_TYRE_GAPS];            /* lost by gap to the car ahead at the line; pb_tyre_gap_bin */
    double   lapped_s;                           /* lost per car that laps this one */
    double   start_s, start_place_s, start_sd_s; /* lap 1 against a flying lap: at place 10, per place */
    double   life_scale;                         /* of the sd of a tyre's life: calibrated on earlier races. > 0 */
    uint32_t races, circuit_races, season_races; /* it rests on; 0 races: the default */
} pb_tyre_prior;

/* Wide and empty: nothing learned. */
pb_tyre_prior pb_tyre_prior_default(void);
/* 0 .. PB_TYRE_GAPS - 1 for a gap in s (bounds 0.5 0.75 1 1.5 2 2.5 3 4). */
int pb_tyre_gap_bin(double gap_s);

/* Learns the parts of a prior from these races and puts them into the model under
 * "tyre.*". PB_E_EMPTY when no dry race can be used. */
pb_status pb_tyre_prior_learn(const pb_history *past, const pb_learn_options *options, pb_model *model,
                              pb_error *error);
/* Prior of race `at`: pool, circuit, and what the earlier races of its season
 * said against it. Looks at races before `at` only; `at` == history->n, with
 * circuit and season given, is a race that has not begun. PB_E_MISSING for a
 * model without "tyre.*". */
pb_status pb_tyre_prior_of(const pb_model *model, const pb_history *history, size_t at, const char *circuit, int season,
                           pb_tyre_prior *out, pb_error *error);

typedef struct pb_tyre_filter pb_tyre_filter;

/* For a race of n_cars. Destroy it. PB_E_RANGE when n_cars is outside 1 .. PB_CARS_MAX
 * or the prior has a number that is not finite or a spread that is not > 0. */
pb_status pb_tyre_filter_create(const pb_tyre_prior *prior, uint32_t n_cars, pb_tyre_filter **out, pb_error *error);
void      pb_tyre_filter_destroy(pb_tyre_filter *filter);
/* What is known of a car before its first lap, against the mean car, s a lap.
 * PB_E_RANGE for a car out of range, a number that is not finite or sd <= 0. */
pb_status pb_tyre_filter_form(pb_tyre_filter *filter, uint32_t car, double pace_s, double sd_s, pb_error *error);
/* A completed lap. Laps must come in the order of their session times: PB_E_RULE
 * for one that is earlier than the last, or not after the car's last lap;
 * PB_E_RANGE for a car out of range or a lap without session time (or before 0). Refused laps
 * leave the filter as it was. */
pb_status pb_tyre_filter_lap(pb_tyre_filter *filter, uint32_t car, const pb_lap *lap, pb_error *error);
/* Every row that may be seen, in order; rows that the filter refuses are skipped. */
pb_status pb_tyre_filter_feed(pb_tyre_filter *filter, const pb_sight *sight, pb_error *error);

/* The car's next lap but h - 1 (h >= 1) on the same set, in clear air. False
 * before its first lap. */
bool pb_tyre_filter_predict(const pb_tyre_filter *filter, uint32_t car, uint32_t h, double *mean_s, double *sd_s);

typedef enum pb_tyre_source {
    PB_TYRE_FROM_PRIOR = 0, /* fewer than four laps of this stint: the prior and the race speak */
    PB_TYRE_FROM_RACE,      /* other cars' laps on this compound */
    PB_TYRE_FROM_STINT      /* this car's own laps */
} pb_tyre_source;
const char *pb_tyre_source_text(pb_tyre_source source); /* "prior", "race", "stint" */

/* Where the loss does not reach the threshold within this many laps. */
#define PB_TYRE_LIFE_MAX 99

typedef struct pb_tyre_state {
    pb_tyre_class  kind;
    int16_t        age_laps;   /* of the last lap */
    uint16_t       stint_laps; /* on this set in this race */
    uint16_t       laps_used;  /* of them by the filter */
    pb_tyre_source source;
    double         loss_s, loss_sd_s;                       /* now against a new set of the same compound */
    double         wear_s, wear_sd_s, wear_lo_s, wear_hi_s; /* per lap; 80 % interval */
    double         life_laps, life_lo_laps, life_hi_laps; /* from now until 0.5 s/lap slower than now; 80 % interval */
    double         pace_s;                                /* next lap in clear air */
    double         fuel_s;                                /* of it per lap: fuel and track, < 0 */
    double         cliff; /* experimental: sum of unexpected loss of the last laps, in sd; see docs/models/tyre.md */
    bool           cliff_alarm; /* experimental: cliff > PB_TYRE_CLIFF_ALARM */
} pb_tyre_state;

#define PB_TYRE_LOSS_S 0.5
#define PB_TYRE_CLIFF_ALARM 6.0

/* False before the car's first lap, *out untouched. */
bool pb_tyre_filter_state(const pb_tyre_filter *filter, uint32_t car, pb_tyre_state *out);

#ifdef __cplusplus
}
#endif
#endif
