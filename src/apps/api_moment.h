/* api_moment.h - the moment a prediction is asked for: a car at a lap of a race that was
 * recorded, or of one told in a few facts; and the parts that all answers have alike.
 *
 * Used by the routes of predictions. */
#ifndef PB_APPS_API_MOMENT_H
#define PB_APPS_API_MOMENT_H

#include "api_ask.h"
#include "api_context.h"
#include "api_race.h"
#include "decide_view.h"

typedef struct api_moment {
    const api_ask *ask;
    pb_race_spec  *spec;
    uint32_t       car;  /* of the spec */
    bool           laps; /* a recorded race: log, view and its models can be asked */
    pb__race_laps  race; /* cut at the lap; its cars are those of the spec */
    decide_view    view;
    api_context    told; /* of one that was told */
    api_notes      notes;
    api_race       of;
} api_moment;

/* From {"race", "lap", "car"} or the keys of a context. Without a car in a recorded race:
 * PB_E_MISSING, unless car_optional (then car is 0). Release in every case. */
pb_status api_moment_read(const api_ask *ask, bool car_optional, api_moment *out, pb_error *error);
void      api_moment_free(api_moment *moment);

/* Which model spoke; version < 0: none. */
typedef struct api_spoke {
    const char *name; /* "pace", "prior", "simulation" */
    int64_t     version;
    char        fallback[480]; /* "" none */
} api_spoke;

#define API_VERSION_NONE (-1)

/* A model of a kind, as a question may be put to it: the active version, or where only a
 * baseline stands that cannot answer from one race, what ships (*own: destroy it).
 * PB_E_UNSUPPORTED when there is neither. */
pb_status api_moment_model(const api_moment *m, const char *kind, const pb_model **out, pb_model **own,
                           api_spoke *spoke, pb_error *error);

/* Race, lap and car, into the open object. */
void api_moment_put(const api_moment *m, pb_json_writer *to);
/* value, lo, hi, level, unit; NAN bounds are written null. */
void api_value_put(pb_json_writer *to, double value, double lo, double hi, double level, const char *unit);
/* model, evidence (until an empty text; NULL none) and assumed. */
void api_tail_put(const api_moment *m, const api_spoke *spoke, const pb_evidence *evidence, pb_json_writer *to);

/* What the car's set loses against a new reference tyre by now, s a lap. */
double api_tyre_s(const pb_race_spec *spec, uint32_t car);
/* What a set of slicks loses on a track as wet as it is now, against a dry one, s a lap; 0 for other tyres, and when it
 * is dry. too_wet: intermediates would lose less. */
double api_wet_s(const pb_race_spec *spec, uint32_t car, bool *too_wet);
/* The car a place ahead; UINT32_MAX none. */
uint32_t api_car_ahead(const pb_race_spec *spec, uint32_t car);

#endif
