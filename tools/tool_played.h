/* tool_played.h - races of the checked seasons, played with a prior of earlier
 * ones, measured like the recorded ones. Developer tool. */
#ifndef PB_TOOL_PLAYED_H
#define PB_TOOL_PLAYED_H

#include "learn_stops.h"
#include "tool_tables.h"

/* Shares of the circuit's green loss paid by neutralised stops. */
typedef struct check_stops {
    double *share[CHECK_STOPS];
    size_t  n[CHECK_STOPS], cap[CHECK_STOPS];
} check_stops;

void check_stops_add(check_stops *s, pb__stop_flag flag, double share);
void check_stops_free(check_stops *s);

/* Adds what one recorded race shows. */
void check_recorded(const pb__learn_race *race, check_traffic *out);
/* Plays it `trials` times from the grid with its own pace, stops and
 * neutralisations, nothing else drawn but noise, stops and passes; adds what
 * that shows. stops: of this race. Returns false, with the reason on stderr, if
 * it cannot be fitted. */
bool check_played(const pb__learn_race *race, const pb_prior *prior, uint32_t trials, const pb__stop *stops,
                  size_t n_stops, check_traffic *out, check_stops *played);

#endif
