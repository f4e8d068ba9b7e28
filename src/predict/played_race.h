/* played_race.h - a recorded race and the same race played with a prior, seen
 * through the same eyes: who was how close to whom at the line, and what became
 * of it by the next.
 *
 * The race is played from the grid with its own pace, stops and neutralisations;
 * noise, stops, the start and passing are drawn. What a prior claims about
 * traffic can so be held against what was recorded, and turned until it agrees.
 *
 * Shared inside predict. */
#ifndef PB_PREDICT_PLAYED_RACE_H
#define PB_PREDICT_PLAYED_RACE_H

#include "learn_set.h"
#include "learn_stops.h"

/* One car behind another at the line, at the start of a green lap. */
typedef struct pb__seen_pair {
    double gap_s;
    double delta_s;    /* pace of the car ahead less own; > 0: the car behind is faster */
    double loss_s;     /* of the car behind, against its clear-air pace; NAN unknown */
    double next_gap_s; /* at the end of the lap; < 0: passed */
    bool   train;      /* the car ahead follows another within a second */
} pb__seen_pair;

/* Is told everything, in no special order. */
typedef struct pb__eye {
    void *self;
    void (*lap)(void *self, double gap_s); /* a green car-lap; INFINITY: nobody on the same lap ahead */
    void (*pair)(void *self, const pb__seen_pair *pair);
} pb__eye;

void pb__see_recorded(const pb__learn_race *race, const pb__eye *eye);

typedef struct pb__played pb__played;

/* Fits the race with this prior. PB_E_NOMEM, or what pb_fit_race says. */
pb_status pb__played_create(const pb__learn_race *race, const pb_prior *prior, pb__played **out, pb_error *error);
void      pb__played_destroy(pb__played *played);
/* Puts other traffic and pit-lane values under the fitted race; what belongs to
 * the circuit stays. */
void pb__played_turn(pb__played *played, const pb_race_spec *base);
/* Plays trials 0 .. trials - 1, at most PB_SIM_TRACE_MAX. */
pb_status pb__played_run(pb__played *played, uint32_t trials, pb_error *error);
void      pb__see_played(const pb__played *played, const pb__eye *eye);
/* Loss of a stop of the recorded race over in- and out-lap, in one trial, against
 * cars within 20 s that stay out, as a share of the green loss; NAN unknown. */
double pb__played_stop_share(const pb__played *played, uint32_t trial, const pb__stop *stop);

#endif
