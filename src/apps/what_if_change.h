/* what_if_change.h - what shall be different in a race, read from a body and put into it.
 *
 *     {"pit_loss_s": 24,
 *      "cars":    [{"car": "VER", "plan": "SOFT-HARD,22", "pace_s": 0.2, "wear": 1.1, "penalty_s": 5}],
 *      "tyres":   [{"compound": "HARD", "wear": 1.3, "pace_s": 0.1}],
 *      "weather": {"track_wetness": 0.1, "rain_from": 30, "rain_to": 40, "soak": 0.6},
 *      "flags":   [{"flag": "sc", "lap": 32, "laps": 4}]}
 *
 * All of it may be left out. docs/predictions.md says what each means.
 *
 * Used by api_what_if. */
#ifndef PB_APPS_WHAT_IF_CHANGE_H
#define PB_APPS_WHAT_IF_CHANGE_H

#include "pitboard/codec.h"
#include "pitboard/race_spec.h"

#define WHAT_IF_SAID_MAX 128 /* twenty cars with all that a car can have, and the rest */

typedef struct what_if_change {
    bool     planned[PB_CARS_MAX]; /* its plan was told: it keeps to it */
    bool     other;                /* something beside plans was changed */
    uint32_t flag_lap;             /* of the last flag that was told; 0: none */
    uint32_t n_said;
    char     said[WHAT_IF_SAID_MAX][160]; /* "VER on SOFT-HARD,22" */
} what_if_change;

/* One sentence more; what does not fit is left out. */
void what_if_say(what_if_change *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* True when one of the keys above is there, be it empty: nothing may be changed, too. */
bool what_if_asked(pb_json at);

/* Gives a car the plan as text and notes it. pointer: of the text, for messages. */
pb_status what_if_plan(pb_race_spec *spec, uint32_t car, const char *text, const char *pointer, what_if_change *to,
                       pb_error *error);

/* Puts all of it into spec. PB_E_RULE with the pointer of what cannot be. */
pb_status what_if_apply(pb_json at, pb_race_spec *spec, what_if_change *to, pb_error *error);

#endif
