/* A small legal race for tests: two teams, four cars, one stop each. */
#ifndef PB_SPEC_SAMPLE_H
#define PB_SPEC_SAMPLE_H

#include <stdio.h>

#include "pitboard/race_spec.h"

static inline void pb_sample_plan(pb_car_spec *car, uint8_t first, uint8_t second, uint16_t in_lap)
{
    car->n_plans            = 1;
    car->plans[0]           = (pb_plan){.weight_prob = 1.0, .n_stints = 2};
    car->plans[0].stints[0] = (pb_stint_spec){.compound = first};
    car->plans[0].stints[1] = (pb_stint_spec){.compound = second, .in_lap = in_lap};
}

/* Four cars on MEDIUM then HARD. */
static inline void pb_sample_race(pb_race_spec *spec)
{
    pb_race_spec_default(spec);
    snprintf(spec->name, sizeof spec->name, "a small race");
    spec->n_cars = 4;
    for (uint8_t c = 0; c < spec->n_cars; c++) {
        pb_car_spec *car = &spec->cars[c];
        pb_car_spec_default(car);
        snprintf(car->code, sizeof car->code, "C%02d", c + 1);
        snprintf(car->team, sizeof car->team, "team %d", c / 2);
        car->grid   = (uint8_t)(c + 1);
        car->pace_s = 0.1 * c;
        pb_sample_plan(car, 1, 2, (uint16_t)(20 + c));
    }
}

/* The same race at the leader's end of lap 30: the last car is out. */
static inline void pb_sample_under_way(pb_race_spec *spec)
{
    pb_sample_race(spec);
    spec->from_lap = 30;
    for (uint8_t c = 0; c < spec->n_cars; c++) {
        pb_car_state *state   = &spec->cars[c].state;
        state->running        = c < 3;
        state->position       = (uint8_t)(c + 1);
        state->gap_s          = 4.0 * c;
        state->tyre_age_laps  = 10.0 - c;
        state->compound       = 2;
        state->stops_done     = 1;
        state->compounds_used = 1u << 1 | 1u << 2;
        state->laps_done      = c < 3 ? 30 : 12;
    }
}

#endif
