/* forecast_field.h - a race before the start as the forecast sees it, and the
 * places that follow.
 *
 * Each car gets a score (lower is better): its slot on the grid as a normal score
 * and its strengths, weighed. On the day it runs at score + scale x a logistic
 * draw, or retires with a chance of its own and ends behind those that do not.
 * The place is 1 + the count of cars ahead, a Poisson-binomial count given the own
 * draw; retired cars come last in an order of chance. Nothing is simulated.
 *
 * Shared inside predict only. */
#ifndef PB_PREDICT_FORECAST_FIELD_H
#define PB_PREDICT_FORECAST_FIELD_H

#include "pitboard/predict_form.h"
#include "place_dist.h"

enum {
    PB__FORECAST_SLOT = 0, /* normal score of the slot; without a grid, the strength on the grid */
    PB__FORECAST_FINISH,   /* strengths, pb_form_view */
    PB__FORECAST_PACE,
    PB__FORECAST_INPUTS
};

/* What a forecast is made of. */
typedef struct pb__forecast_weights {
    double input[PB__FORECAST_INPUTS];
    double log_scale, scale_slope; /* log scale = log_scale + scale_slope x score */
    double retire_level;           /* log-odds = field's + level + rate x (the car's - the field's) + slope x score */
    double retire_rate, retire_slope;
} pb__forecast_weights;

#define PB__FORECAST_NUMBERS (PB__FORECAST_INPUTS + 5)

typedef struct pb__forecast_car {
    double input[PB__FORECAST_INPUTS]; /* centred over the field */
    double retire_field;               /* log-odds of the field's rate of late */
    double retire_own;                 /* how far team and driver are from it */
} pb__forecast_car;

typedef struct pb__forecast_field {
    uint32_t         n; /* 1 .. PB__PLACES */
    pb__forecast_car car[PB__PLACES];
} pb__forecast_field;

/* Cars 0 .. PB__PLACES - 1 of a log and their form. A car without a slot counts as
 * behind the last; with_grid false takes no slot at all. */
void pb__forecast_field_of(const pb_race_log *log, const pb_form *form, bool with_grid, pb__forecast_field *field);

double pb__forecast_score(const pb__forecast_weights *w, const pb__forecast_car *car);
double pb__forecast_retire_prob(const pb__forecast_weights *w, const pb__forecast_car *car);
/* Distribution of the place of each car. */
void pb__forecast_places(const pb__forecast_weights *w, const pb__forecast_field *field, double (*p)[PB__PLACES]);

#endif
