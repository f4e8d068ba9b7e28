/* pitboard/predict_stops.h - a car's race told before the start: how many stops,
 * on which sets, on which laps, each with its probability.
 *
 * A view is made once a race (from a model of kind "stops" and the races before)
 * and asked for every car. It reads what happened in earlier races, the circuit,
 * and of this race only who starts where; with the first set of a car given, once
 * that is known. Meant for the rivals of a plan before the race: what the others
 * are likely to do, not what they should do.
 *
 * Floor 4. Uses predict_model and below. */
#ifndef PITBOARD_PREDICT_STOPS_H
#define PITBOARD_PREDICT_STOPS_H

#include "pitboard/predict_model.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_STOPS_MAX 3 /* three stands for three or more */
#define PB_STOPS_PLANS 8

/* The race that is asked about. */
typedef struct pb_stops_race {
    const char *circuit; /* crosswalk id; "" or unknown: a circuit nobody has been to */
    int16_t     season;
    uint16_t    laps;  /* scheduled; 0: by the circuit's length, else as at the last edition */
    uint8_t min_stops; /* the rules of this race ask for, [0, 3]; those known here (docs/models/stops.md) are added */
} pb_stops_race;

/* The car that is asked about. */
typedef struct pb_stops_car {
    const char *team;     /* as the source wrote it; "" unknown */
    uint8_t     grid;     /* 1 ..; 0 unknown */
    bool        pit_lane; /* starts from there; grid is then not read */
    uint8_t     start;    /* pb_compound it starts on where that is known already, else PB_COMPOUND_UNKNOWN */
} pb_stops_car;

/* One way to run the race. */
typedef struct pb_stops_plan {
    double   p;                          /* of exactly these sets in this order, [0, 1] */
    uint8_t  stops;                      /* 0 .. PB_STOPS_MAX */
    uint8_t  compound[PB_STOPS_MAX + 1]; /* pb_compound, start first; stops + 1 of them */
    uint16_t lap[PB_STOPS_MAX];          /* in-laps: medians, ascending, 1 .. laps - 1 */
    uint16_t lap_lo[PB_STOPS_MAX];       /* 10 % and 90 % points */
    uint16_t lap_hi[PB_STOPS_MAX];
} pb_stops_plan;

typedef struct pb_stops_prior {
    double        p_stops[PB_STOPS_MAX + 1]; /* sums to 1 */
    double        p_start[3];                /* SOFT MEDIUM HARD; sums to 1 */
    pb_stops_plan plan[PB_STOPS_PLANS];      /* likeliest first; ps need not sum to 1 */
    uint32_t      n_plans;
    pb_stops_plan told; /* the likeliest number of stops, and the likeliest sets with so many */
    bool          thin; /* the model had too little to learn from: past shares alone */
} pb_stops_prior;

typedef struct pb_stops_view pb_stops_view;

/* Looks at races 0 .. before - 1 of the history; borrows nothing after the call
 * but the history. model NULL: none is there; then the last edition and the races
 * of late tell alone. A model of another kind is refused (PB_E_MISSING), as is a
 * history without a dry race (PB_E_EMPTY) and a race of unknown length
 * (PB_E_RANGE). Threads may ask one view at once. Release with pb_stops_view_destroy. */
pb_status pb_stops_view_create(const pb_model *model, const pb_history *history, size_t before,
                               const pb_stops_race *race, pb_stops_view **out, pb_error *error);
void      pb_stops_view_destroy(pb_stops_view *view);

/* What one car will do. PB_E_RANGE for a first set that is no slick: in the wet
 * nothing is known here. */
pb_status pb_stops_view_ask(const pb_stops_view *view, const pb_stops_car *car, pb_stops_prior *out, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
