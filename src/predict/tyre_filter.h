/* tyre_filter.h - the inside of the filter, for those who read features off it.
 *
 * State vector: 12 numbers of the race, then four of each car.
 *
 *     level evolution offset[5] wear[5] | pace stint stint_wear memory | ...
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_TYRE_FILTER_H
#define PB_PREDICT_TYRE_FILTER_H

#include "pitboard/predict_tyre.h"

enum {
    PB__X_LEVEL     = 0,
    PB__X_EVOLUTION = 1,
    PB__X_OFFSET    = 2,
    PB__X_WEAR      = PB__X_OFFSET + PB_TYRE_CLASSES,
    PB__X_RACE      = PB__X_WEAR + PB_TYRE_CLASSES,
    PB__X_CAR       = 4, /* numbers a car */
    PB__X_PACE      = 0, /* among them */
    PB__X_STINT,
    PB__X_STINT_WEAR,
    PB__X_MEMORY,
    PB__X_MAX = PB__X_RACE + PB__X_CAR * PB_CARS_MAX
};

#define PB__PAST_LAPS 6

/* What the filter remembers of a car beside its state. */
typedef struct pb__tyre_car {
    bool          seen;                 /* has a lap */
    bool          last_used;            /* the newest row was used */
    pb_lap        last;                 /* newest row */
    pb_tyre_class kind;                 /* of it */
    double        age;                  /* of it, guessed where the source has none */
    uint16_t      stint_laps;           /* rows on this set */
    uint16_t      used;                 /* of them used */
    uint16_t      race_used;            /* laps used in the race */
    uint16_t      since_neutral;        /* rows since one under SC, VSC or red; 999 none */
    uint16_t      since_yellow;         /* the same with yellow */
    double        off_s[PB__PAST_LAPS]; /* used laps of this set against what was expected, newest first; NAN */
    double        lap_s[PB__PAST_LAPS]; /* their times */
    double        z;                    /* newest in sd; 0 none */
    double        off_var;              /* running mean of off^2, s^2 */
    double        cliff;
    double        last_expected_s;   /* of the newest row, traffic included; NAN */
    uint8_t       lapped_by;         /* cars that lapped it in the newest row */
    int8_t        lead[PB_CARS_MAX]; /* whole laps each other car was ahead at this car's newest crossing */
    bool          has_gap;           /* at that crossing */
    double gap_s, gap_before_s; /* to the car ahead on the road at the newest crossing, at the one before; NAN nobody */
    int16_t ahead, ahead_before; /* that car, -1 */
    int16_t ahead_lead;          /* laps it has completed less ours */
} pb__tyre_car;

struct pb_tyre_filter {
    pb_tyre_prior prior;
    uint32_t      n_cars, n; /* n = numbers of the state */
    uint32_t      n_seen;    /* cars that have a lap */
    int32_t       now_ms;    /* newest event, PB_MS_NONE before any */
    double        noise;     /* variance of this race's laps against the prior's */
    double        shift;     /* running mean of the newest z of the field, clipped */
    double        shift_n;
    double        field_off_s, field_abs_s; /* running means of off and |off| over about one lap of the field */
    double        level_trail[4];           /* level + evolution at the leader's last laps, newest first */
    uint16_t      lead_lap;
    bool          wet_seen;                    /* somebody ran on wet tyres */
    uint32_t      class_laps[PB_TYRE_CLASSES]; /* laps used, of all cars */
    bool          watch;                       /* sum up how surprising laps are */
    double        surprise, surprise_n;
    pb__tyre_car  car[PB_CARS_MAX];
    double       *x; /* n */
    double       *p; /* n x n */
};

/* The h-th next lap of a car: mean without traffic, variance of the mean with memory, of lap noise. */
bool pb__tyre_ahead(const pb_tyre_filter *f, uint32_t car, uint32_t h, double *mean_s, double *var_s2,
                    double *noise_s2);
/* The numbers a lap depends on, and how much. */
typedef struct pb__touch {
    uint32_t at[8];
    double   by[8];
} pb__touch;

/* Those of a lap number of a car on a tyre of this class and age; memory: share of it left by then. */
pb__touch pb__tyre_touch(uint32_t car, pb_tyre_class kind, double age, double stint_laps, double lap, double memory);
/* Mean and variance of such a sum. */
void pb__tyre_dot(const pb_tyre_filter *f, const pb__touch *t, double *mean, double *var);
/* Time the tyre loses within h more laps of this stint: mean and variance, the latter scaled by life_scale^2. */
void pb__tyre_drop(const pb_tyre_filter *f, uint32_t car, double h, double *mean_s, double *var_s2);

/* Index of the first number of a car. */
static inline uint32_t pb__x_car(uint32_t car)
{
    return PB__X_RACE + PB__X_CAR * car;
}

/* A car crossing the line. */
typedef struct pb__lap_event {
    int32_t  ms;
    uint32_t car, row;
} pb__lap_event;

/* Rows up to a lap number and a moment, by session time; ties by car. free() them; NULL without memory. */
pb__lap_event *pb__lap_events(const pb_race_log *log, uint16_t max_lap, int32_t max_ms, size_t *n);

#endif
