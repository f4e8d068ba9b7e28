/* log_copy: a race of one's own, to be cut. */
#include "pitboard/race.h"

#include <string.h>

pb_status pb_race_log_copy(const pb_race_log *from, pb_race_log *to)
{
    pb_race_log copy = *from;
    pb_arena_init(&copy.arena, 0);
    copy.cars        = pb_arena_take(&copy.arena, (from->n_cars ? from->n_cars : 1) * sizeof *copy.cars);
    copy.quarantined = NULL;
    if (!copy.cars) return PB_E_NOMEM;
    for (uint32_t c = 0; c < from->n_cars; c++) {
        size_t bytes      = from->cars[c].n_laps * sizeof(pb_lap);
        copy.cars[c]      = from->cars[c];
        copy.cars[c].laps = pb_arena_take(&copy.arena, bytes ? bytes : 1);
        if (!copy.cars[c].laps) {
            pb_arena_fini(&copy.arena);
            return PB_E_NOMEM;
        }
        memcpy(copy.cars[c].laps, from->cars[c].laps, bytes);
    }
    *to = copy;
    return PB_OK;
}
