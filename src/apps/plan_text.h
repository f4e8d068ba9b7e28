/* plan_text.h - a plan as people write it, and as the rows of `stops` have it:
 * sets in their order, then the laps at whose end they are changed.
 *
 *     MEDIUM-HARD,18     MEDIUM-HARD-HARD,15-38     HARD
 *
 * Used by the strategy command. */
#ifndef PB_APPS_PLAN_TEXT_H
#define PB_APPS_PLAN_TEXT_H

#include "pitboard/race_spec.h"

/* Reads one; compounds by the names of the race file, in any case. PB_E_USAGE with
 * what is wrong; option names it in messages. Does not ask whether it is legal. */
pb_status plan_text_read(const char *text, const char *option, const pb_race_spec *spec, pb_plan *out, pb_error *error);

#define PLAN_TEXT_MAX 352
/* The same, written. */
void plan_text_write(const pb_race_spec *spec, const pb_plan *plan, char out[PLAN_TEXT_MAX]);

#endif
