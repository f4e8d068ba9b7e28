/* scene.h - what a scene keeps: facts of rows, and the field under a sight.
 *
 * Shared inside feature. */
#ifndef PB_FEATURE_SCENE_H
#define PB_FEATURE_SCENE_H

#include "pitboard/feature_lap.h"

#define PB__VISITS_MAX 48
#define PB__WINDOW 14 /* laps back from the front for which the field's lap is worked out */
#define PB__OFF_MAX 160
#define PB__FUEL_SHARE 0.00065 /* of the best lap, a lap: effects.md, section 1 */

/* What a row tells together with the rows of its car before it. */
typedef struct pb__fact {
    uint16_t first;      /* index of the first row on this set */
    uint16_t stint_laps; /* rows on this set up to this one */
    int16_t  age;        /* tyre age; laps of the stint where the source is silent */
    uint8_t  sets;       /* sets changed before this row */
    uint8_t  used;       /* bit k: compound k was used */
    uint8_t  sc_laps, vsc_laps;
    uint16_t since_neutral; /* 0: neutralised; UINT16_MAX: never so far */
    bool     clean, red_seen, made_up, fitted_neutral;
} pb__fact;

/* A pit entry. */
typedef struct pb__visit {
    uint16_t row, lap;
    uint8_t  off, on; /* compounds before and after; on is 0 while not seen */
    int16_t  age;     /* of the set that came in */
    int32_t  in_ms, lane_ms;
    bool     neutral, stop; /* stop: the set changed, or that is not seen yet */
    bool     seen;          /* the row after it is seen */
} pb__visit;

/* A car under the sight. */
typedef struct pb__car {
    const pb_lap   *row; /* visible rows */
    const pb__fact *fact;
    uint32_t        n;
    uint32_t        n_visits;
    pb__visit       visit[PB__VISITS_MAX];
    bool            runs;
    uint8_t         stops;         /* sets changed, the pending one too */
    int16_t         mate;          /* index, -1 none */
    uint16_t        place;         /* among cars seen, 1 .. */
    int16_t         ahead, behind; /* running neighbours on the road, -1 none */
} pb__car;

/* A green stop with a changed set, once and for all sights. */
typedef struct pb__lane {
    uint16_t lap;    /* of the out-lap */
    int32_t  end_ms; /* of the later of the two rows */
    int32_t  lane_ms;
} pb__lane;

typedef struct pb__prepared {
    pb__fact *fact; /* of all rows of the log's car */
    uint32_t  n_visits;
    uint16_t  visit_row[PB__VISITS_MAX];
    bool      odd;     /* lap numbers or clock do not rise row by row: judged anew at every look */
    pb_lap   *odd_row; /* room for its visible rows */
    pb__fact *odd_fact;
} pb__prepared;

struct pb_scene {
    const pb_race_log *log;
    pb_scene_context   context;
    pb_arena           arena;
    uint16_t           scheduled;
    pb__prepared      *prepared; /* by car */
    pb__lane          *lane;
    uint32_t           n_lanes;
    /* under the sight */
    uint16_t max_lap;
    int32_t  max_ms;
    pb__car *car;
    uint32_t n_running;
    uint16_t front;  /* highest lap number seen */
    int32_t  now_ms; /* latest crossing seen */
    int16_t  order[PB_CARS_MAX];
    uint32_t n_order;
    double   field_s[PB__WINDOW]; /* median of lap front - k, NAN */
    double   raw_s[PB__WINDOW];   /* the same over laps with any flags, outside the pit lane */
    double   best_s;              /* best of the field's laps in the window, NAN */
    double   lane_s;              /* median lane time of green stops, NAN */
    uint32_t n_lane_seen;
    double   warm_up_s;
    double   stops_mean;
    double   fitted[PB_COMPOUND_N]; /* shares of the last six sets */
    double   wet_share, wet_share_3;
    double   cross_s;
};

/* facts.c */
void pb__facts(const pb_scene *scene, const pb_lap *row, uint32_t n, pb__fact *out);
bool pb__visit_is_stop(const pb_scene *scene, const pb_lap *in);
/* field.c */
void pb__field_look(pb_scene *scene);
/* The field's lap of that number, s; NAN outside the window or without laps. */
double pb__field_s(const pb_scene *scene, uint32_t lap);
/* The same over laps with any flags, outside the pit lane. */
double pb__raw_s(const pb_scene *scene, uint32_t lap);
/* Seconds car a is behind car b on the road at the last lap both have completed; NAN none. */
double                      pb__gap_s(const pb__car *a, const pb__car *b);
double                      pb__gap_at_s(const pb__car *a, const pb__car *b, uint32_t lap);
int32_t                     pb__row_of(const pb__car *car, uint32_t lap); /* index of lap, or -1 */
static inline const pb_lap *pb__last(const pb__car *car)
{
    return &car->row[car->n - 1];
}
static inline const pb__fact *pb__last_fact(const pb__car *car)
{
    return &car->fact[car->n - 1];
}
/* Laps since the last stop of a car, 0 when it is in the lane; NAN none. */
double pb__since_stop(const pb__car *car);
/* Median of n <= 64 values, which are reordered; NAN if n is 0. */
double pb__median(double *x, uint32_t n);

/* the parts of a row */
void pb__row_tyres(const pb_scene *scene, const pb__car *car, uint32_t index, float *out);
void pb__row_pace(const pb_scene *scene, const pb__car *car, uint32_t index, float *out);
void pb__row_gaps(const pb_scene *scene, const pb__car *car, uint32_t index, float *out);
void pb__row_rivals(const pb_scene *scene, const pb__car *car, uint32_t index, float *out);
void pb__row_rejoin(const pb_scene *scene, const pb__car *car, uint32_t index, float *out);
void pb__row_field(const pb_scene *scene, const pb__car *car, uint32_t index, float *out);
void pb__row_flags(const pb_scene *scene, const pb__car *car, uint32_t index, float *out);
void pb__row_weather(const pb_scene *scene, const pb__car *car, uint32_t index, float *out);
/* Slope over the stint, fuel-corrected, s a lap; also used for the cars around. NAN without four clean laps. */
double pb__stint_slope_s(const pb_scene *scene, const pb__car *car);

#endif
