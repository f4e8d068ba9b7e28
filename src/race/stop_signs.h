/* stop_signs.h - a stop whose entry into the lane was not recorded, told by what
 * else its rows show. Inside race only. */
#ifndef PB_RACE_STOP_SIGNS_H
#define PB_RACE_STOP_SIGNS_H

#include "pitboard/race.h"

/* Between rows i and i + 1 of this car, the second following the first: the exit
 * is there and the compound, the age or (where an age is missing) the stint says
 * another set; or the feed has no pit time of this car at all and they say so.
 * False under a red flag, and where the entry is recorded. */
bool pb__stop_without_entry(const pb_log_car *car, uint32_t i);
/* Another set on b than on a, an earlier row of the same car, by what both tell. */
bool pb__another_set(const pb_lap *a, const pb_lap *b);

#endif
