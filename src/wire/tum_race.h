/* tum_race.h - a TUM race file while it is turned into a race spec: its open
 * documents, and what several of the steps need. Steps, in order:
 *
 *     tum_track.c   race_pars, track_pars      -> lap, rules, pit lane, start, traffic
 *     tum_plan.c    driver_pars.strategy_info  -> who drives, on which sets
 *     tum_tyres.c   tireset_pars               -> compounds, wear per car
 *     tum_cars.c    driver_pars, car_pars      -> pace, fuel, stops
 *     tum_events.c  event_pars                 -> neutralisations, retirements
 */
#ifndef PB__TUM_RACE_H
#define PB__TUM_RACE_H

#include "pitboard/codec.h"
#include "pitboard/wire.h"

enum { PB__TUM_RACE, PB__TUM_TRACK, PB__TUM_CARS, PB__TUM_TYRES, PB__TUM_DRIVERS, PB__TUM_EVENTS, PB__TUM_DOCS };

typedef struct pb__tum_race {
    pb_race_spec *spec;
    const char   *path;
    pb_error     *error;
    pb_json_doc  *docs[PB__TUM_DOCS];
    double        min_gap_s;     /* RACE_PARS min_t_dist */
    double        stand_min_s;   /* TRACK_PARS t_pit_tirechange_min */
    double        drive_s[3][2]; /* green, VSC, SC: in-lap and out-lap loss, standing excluded */
} pb__tum_race;

/* One of the documents' roots. */
pb_json pb__tum_root(const pb__tum_race *race, int doc);
/* What the file says of car c of the spec. */
pb_json pb__tum_of_car(const pb__tum_race *race, int doc, int c);

/* A number that must be there; null counts as missing. */
pb_status pb__tum_need(const pb__tum_race *race, pb_json object, const char *key, double lo, double hi, double *out);
/* A number that may be absent or null: then *out stays. */
pb_status pb__tum_may(const pb__tum_race *race, pb_json object, const char *key, double lo, double hi, double *out);

pb_status pb__tum_read_track(pb__tum_race *race);
pb_status pb__tum_read_plans(pb__tum_race *race);
pb_status pb__tum_read_tyres(pb__tum_race *race);
pb_status pb__tum_read_cars(pb__tum_race *race);
pb_status pb__tum_read_events(pb__tum_race *race);

#endif
