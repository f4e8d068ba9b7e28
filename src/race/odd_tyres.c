/* odd_tyres: tyres a source names that are not known here. */
#include <string.h>

#include "pitboard/race.h"

static pb_odd_tyre *find(pb_odd_tyre *all, uint32_t n, const char *name)
{
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(all[i].name, name) == 0) return &all[i];
    return NULL;
}

uint32_t pb_odd_tyres(const pb_race_log *log, pb_odd_tyre *out, uint32_t cap)
{
    uint32_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            const pb_lap *lap = &log->cars[c].laps[i];
            pb_odd_tyre  *odd = lap->odd_compound[0] ? find(out, n, lap->odd_compound) : NULL;
            if (!lap->odd_compound[0] || (!odd && n == cap)) continue;
            if (!odd) {
                odd  = &out[n++];
                *odd = (pb_odd_tyre){.lap = lap->number};
                memcpy(odd->name, lap->odd_compound, sizeof odd->name);
                memcpy(odd->car, log->cars[c].code, sizeof odd->car);
            }
            odd->laps++;
        }
    return n;
}
