/* decide_state.h - what is known beside the laps, put into a race that is under
 * way: a flag that comes out now, rivals on their way into the lane.
 *
 * Used by the commands that call. */
#ifndef PB_APPS_DECIDE_STATE_H
#define PB_APPS_DECIDE_STATE_H

#include "pitboard/race_spec.h"

typedef enum decide_flag {
    DECIDE_FLAG_AS_IS, /* what the laps show */
    DECIDE_FLAG_GREEN,
    DECIDE_FLAG_SC,
    DECIDE_FLAG_VSC,
    DECIDE_FLAG_RED
} decide_flag;

/* "green", "sc", "vsc", "red"; PB_E_USAGE with the nearest. NULL: as it is. */
pb_status decide_flag_of(const char *text, decide_flag *out, pb_error *error);
/* 0 for green and as it is. */
pb_neutral_kind decide_flag_kind(decide_flag flag);

/* What is out at the moment the race starts from; 0 green. */
pb_neutral_kind decide_state_out(const pb_race_spec *spec);
/* Puts the flag there: a neutralisation begins now and lasts as long as such
 * things do on average; what comes later is still drawn. What was out ends now. Red:
 * a car in the lane has its old set on, its new one is to be chosen.
 * PB_E_USAGE where the race says otherwise: its neutralisations are fixed, or that
 * effect is off. */
pb_status decide_state_flag(pb_race_spec *spec, decide_flag flag, pb_error *error);
/* The same on a lap to come: it comes out as the leader begins it, and lasts so many laps; 0: as such things do on
 * average. What would be out then, or begin while it is, gives way. Green: from there on nothing that was told.
 * PB_E_RULE for a lap that is no lap to come. */
pb_status decide_state_flag_on(pb_race_spec *spec, decide_flag flag, uint32_t lap, uint32_t laps, pb_error *error);

/* A car by its code (any case) or number; PB_E_USAGE with the nearest. option: for the message. */
pb_status decide_state_car(const pb_race_spec *spec, const char *name, const char *option, uint32_t *out,
                           pb_error *error);
/* PB_E_RULE when it has stopped racing, with when. */
pb_status decide_state_runs(const pb_race_spec *spec, uint32_t car, const char *option, pb_error *error);

/* The cars of "HAM,VER" stop at the end of the lap they are on: the next stop of
 * each of their plans moves there; a plan without one gets the set that costs
 * least from there, another compound where one is owed. Marks them in boxed. */
pb_status decide_state_boxed(pb_race_spec *spec, const char *codes, bool boxed[PB_CARS_MAX], pb_error *error);

#endif
