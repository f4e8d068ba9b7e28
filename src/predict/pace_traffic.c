#include "pace_traffic.h"

#include <math.h>
#include <stdlib.h>

/* A car crossing the line at the end of a lap. */
typedef struct crossing {
    int32_t  ms;
    uint16_t lap;
    uint8_t  car;
    bool     on_track; /* did not cross inside the pit lane, and has another lap to drive */
    int32_t  row;
} crossing;

static int by_time(const void *a, const void *b)
{
    const crossing *x = a, *y = b;
    if (x->ms != y->ms) return x->ms < y->ms ? -1 : 1;
    if (x->lap != y->lap) return x->lap > y->lap ? -1 : 1;
    return (int)x->car - (int)y->car;
}

static size_t collect(const pb_race_log *log, crossing *out)
{
    size_t n = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *car = &log->cars[c];
        for (uint32_t i = 0; i < car->n_laps; i++) {
            const pb_lap *lap = &car->laps[i];
            if (lap->session_ms == PB_MS_NONE) continue;
            bool goes_on = i + 1 < car->n_laps && car->laps[i + 1].number == lap->number + 1;
            out[n++]     = (crossing){.ms       = lap->session_ms,
                                      .lap      = lap->number,
                                      .car      = (uint8_t)c,
                                      .row      = (int32_t)i,
                                      .on_track = goes_on && lap->pit_in_ms == PB_MS_NONE};
        }
    }
    return n;
}

/* The crossing just before x by another car that stayed on the track. */
static const crossing *car_ahead(const crossing *all, size_t x)
{
    for (size_t i = x; i-- > 0;)
        if (all[i].car != all[x].car && all[i].on_track) return &all[i];
    return NULL;
}

/* The lap that begins with this crossing. */
static void note_gap(const crossing *all, size_t x, pb__pace_lap *lap)
{
    const crossing *ahead = car_ahead(all, x);
    if (!ahead) return;
    lap->gap_s          = (float)((all[x].ms - ahead->ms) * 1e-3);
    lap->ahead          = ahead->car;
    lap->ahead_row      = ahead->row + 1;
    lap->ahead_same_lap = ahead->lap == all[x].lap;
}

/* Between two crossings of one car, a car that crosses twice went past it; it
 * put a lap on it when it has then completed more laps. */
static void note_lapping(const pb_race_log *log, const crossing *all, size_t from, size_t to, pb__pace_lap *const *lap)
{
    uint8_t  seen[PB_CARS_MAX] = {0};
    uint32_t car               = all[from].car;

    for (size_t i = from + 1; i < to; i++) {
        const crossing *other = &all[i];
        if (other->car == car || ++seen[other->car] != 2 || other->lap <= all[to].lap) continue;
        lap[car][all[to].row].lapped_by++;
        if ((uint32_t)other->row < log->cars[other->car].n_laps) lap[other->car][other->row].lapping++;
    }
}

static void walk(const pb_race_log *log, const crossing *all, size_t n, pb__pace_lap *const *lap)
{
    size_t last[PB_CARS_MAX];
    for (uint32_t c = 0; c < PB_CARS_MAX; c++) last[c] = SIZE_MAX;

    for (size_t x = 0; x < n; x++) {
        uint32_t car = all[x].car;
        uint32_t row = (uint32_t)all[x].row;
        if (row + 1 < log->cars[car].n_laps && log->cars[car].laps[row + 1].number == all[x].lap + 1)
            note_gap(all, x, &lap[car][row + 1]);
        if (last[car] != SIZE_MAX && all[last[car]].lap + 1 == all[x].lap) note_lapping(log, all, last[car], x, lap);
        last[car] = x;
    }
}

pb_status pb__pace_traffic(const pb_race_log *log, pb__pace_lap *const *lap)
{
    size_t rows = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        rows += log->cars[c].n_laps;
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            lap[c][i].gap_s     = INFINITY;
            lap[c][i].ahead     = -1;
            lap[c][i].ahead_row = -1;
        }
    }
    if (rows == 0) return PB_OK;
    crossing *all = malloc(rows * sizeof *all);
    if (!all) return PB_E_NOMEM;
    size_t n = collect(log, all);
    qsort(all, n, sizeof *all, by_time);
    walk(log, all, n, lap);
    free(all);
    return PB_OK;
}
