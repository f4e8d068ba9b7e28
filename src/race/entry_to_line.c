/* entry_to_line: how long before the end of an in-lap the pit entry lies. */
#include <stdlib.h>

#include "pitboard/race.h"

static int by_value(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

int32_t pb_entry_to_line_ms(const pb_race_log *log)
{
    int32_t  v[512];
    uint32_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps && n < sizeof v / sizeof *v; i++) {
            const pb_lap *lap = &log->cars[c].laps[i];
            if (lap->pit_in_ms != PB_MS_NONE && lap->session_ms > lap->pit_in_ms)
                v[n++] = lap->session_ms - lap->pit_in_ms;
        }
    if (n == 0) return 0;
    qsort(v, n, sizeof *v, by_value);
    return v[n / 2];
}
