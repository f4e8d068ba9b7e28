/* neutral_pace: when a VSC came or went, by how much slower laps were. Inside
 * race only. */
#ifndef PB_RACE_NEUTRAL_PACE_H
#define PB_RACE_NEUTRAL_PACE_H

#include "pitboard/race.h"

typedef enum pb__edge { PB__EDGE_START, PB__EDGE_END } pb__edge;

/* The median, over cars that drove a part of a lap under the VSC, of the moment
 * within [from, to] that explains the time of that lap. False when fewer than
 * three laps tell. */
bool pb__vsc_edge(const pb_race_log *log, pb__edge edge, int32_t from, int32_t to, int32_t *out);

#endif
