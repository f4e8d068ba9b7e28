/* options.h - what a car could do from here on.
 *
 * Shared inside decide only. */
#ifndef PB_DECIDE_OPTIONS_H
#define PB_DECIDE_OPTIONS_H

#include "pitboard/decide.h"

/* Stint of a plan a car is on after this lap. */
uint32_t pb__stint_at(const pb_plan *plan, uint32_t lap);
/* pb_compound of a compound of the race file; UNKNOWN for a name we do not know. */
pb_compound pb__compound_id(const pb_race_spec *spec, uint32_t compound);
/* A second dry compound is still owed; stops that are still owed in all, and those of
 * them that can still be made in time. */
bool     pb__compound_owed(const pb_race_spec *spec, uint32_t car);
uint32_t pb__stops_owed(const pb_race_spec *spec, uint32_t car);
uint32_t pb__stops_due(const pb_race_spec *spec, uint32_t car);

/* Wet tyres are on some running car, the track is wet, or rain is likely soon. */
bool pb__rain_about(const pb_race_spec *spec);
/* A set of compound k may be fitted; rain: pb__rain_about. */
bool pb__may_fit(const pb_race_spec *spec, uint32_t car, uint32_t k, bool rain);
/* In-lap of the next stop of a plan after from_lap; 0 none. */
uint16_t pb__next_stop(const pb_race_spec *spec, const pb_plan *plan);
/* The set it fits then, or PB_CALL_NOBODY. */
uint8_t pb__next_compound(const pb_race_spec *spec, const pb_plan *plan);

/* The same sets on the same laps. */
bool pb__plan_equal(const pb_plan *a, const pb_plan *b);
/* Plans of a kind: the same set next (before a race: at the start) and the same
 * number of stops to come. 1 .. 63. */
uint8_t pb__plan_kind(const pb_race_spec *spec, const pb_plan *plan);
/* Stops of a plan after from_lap. */
uint32_t pb__stops_to_come(const pb_race_spec *spec, const pb_plan *plan);

/* The cheapest legal way on whose next stop is at the end of stop_lap for
 * `compound` (index in the race file), with at most `more` stops after it. False
 * when there is none. */
bool pb__complete(const pb_race_spec *spec, uint32_t car, uint16_t stop_lap, uint32_t compound, uint32_t more,
                  pb_plan *out, double *cost_s);
/* The same with exactly so many stops after it. */
bool pb__complete_with(const pb_race_spec *spec, uint32_t car, uint16_t stop_lap, uint32_t compound, uint32_t more,
                       pb_plan *out, double *cost_s);
/* No further stop; false where the rules ask for one. */
bool pb__run_to_flag(const pb_race_spec *spec, uint32_t car, pb_plan *out, double *cost_s);

#endif
