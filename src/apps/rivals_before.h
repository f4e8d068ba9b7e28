/* rivals_before.h - before a race: every car on the plans that such cars drove at
 * such races, as a model of kind "stops" tells from the races before.
 *
 * Used by the strategy command. */
#ifndef PB_APPS_RIVALS_BEFORE_H
#define PB_APPS_RIVALS_BEFORE_H

#include "pitboard/predict_stops.h"
#include "pitboard/race_spec.h"

/* Gives each car of a race from the grid its likeliest plans, at most as many as a
 * race file holds, in proportion to their chances; a car with no plan among them
 * that the rules allow keeps what it has. stops may be NULL: the last edition and
 * the races of late tell alone. *told: cars that got plans. What pb_stops_view_create
 * refuses is refused, and nothing is changed. */
pb_status rivals_before(const pb_model *stops, const pb_history *past, pb_race_spec *spec, uint32_t *told,
                        pb_error *error);

#endif
