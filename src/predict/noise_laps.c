#include "noise_laps.h"

#include <math.h>
#include <stdlib.h>

/* Distances of one bin: from its first up to the next one's. */
static const int         first[PB__NOISE_BINS]    = {0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 31};
static const char *const bin_name[PB__NOISE_BINS] = {"0",   "1",     "2",     "3",     "4",     "5",     "6-7",
                                                     "8-9", "10-12", "13-15", "16-19", "20-24", "25-30", "other stint"};

int pb__noise_bin_first(int bin)
{
    return first[bin];
}
const char *pb__noise_bin_name(int bin)
{
    return bin_name[bin];
}

static bool is_clear(const pb__pace_lap *pace, const pb_lap *lap)
{
    return pace->clean && pace->lapped_by == 0 && pace->gap_s > PB__NOISE_CLEAR_S && lap->tyre_age_laps >= 1 &&
           lap->tyre_age_laps <= UINT8_MAX && fabsf(pace->residual_s) <= PB__NOISE_CAP_S;
}

static void gather_car(const pb__learn_race *race, uint32_t c, pb__car_laps *out)
{
    const pb_log_car *car   = &race->log->cars[c];
    uint32_t          stint = 0;
    out->n                  = 0;
    out->car                = (uint8_t)c;
    out->weight             = race->recent;
    for (uint32_t i = 0; i < car->n_laps; i++) {
        if (i > 0 && !pb_same_set(car, i - 1)) stint++;
        if (out->n == PB__NOISE_LAPS || !is_clear(&race->pace.lap[c][i], &car->laps[i])) continue;
        out->lap[out->n]   = car->laps[i].number;
        out->stint[out->n] = (uint8_t)stint;
        out->age[out->n]   = (uint8_t)(car->laps[i].tyre_age_laps - 1);
        out->x[out->n++]   = (double)race->pace.lap[c][i].residual_s;
    }
}

pb_status pb__noise_laps(const pb__learn_set *set, uint32_t least_laps, pb__car_laps **out, size_t *n)
{
    size_t cars = 1;
    for (size_t r = 0; r < set->n; r++) cars += set->race[r].log->n_cars;
    pb__car_laps *laps = malloc(cars * sizeof *laps);
    if (!laps) return PB_E_NOMEM;
    *n = 0;
    for (size_t r = 0; r < set->n; r++) {
        const pb__learn_race *race = &set->race[r];
        if (!race->has_pace || !race->dry) continue;
        for (uint32_t c = 0; c < race->log->n_cars; c++) {
            gather_car(race, c, &laps[*n]);
            laps[*n].race = (uint16_t)r;
            *n += laps[*n].n >= least_laps;
        }
    }
    *out = laps;
    return PB_OK;
}

/* Bin of a pair of laps, -1: too far apart within a stint. */
static int bin_of(const pb__car_laps *l, int i, int j)
{
    if (l->stint[i] != l->stint[j]) return PB__NOISE_BINS - 1;
    int distance = l->lap[j] - l->lap[i], bin = 0;
    if (distance >= first[PB__NOISE_BINS - 1]) return -1;
    while (bin + 2 < PB__NOISE_BINS && first[bin + 1] <= distance) bin++;
    return bin;
}

static void add(pb__products *p, const pb__car_laps *l, int i, int j, double product)
{
    int bin = bin_of(l, i, j);
    if (bin < 0) return;
    p->sum[bin] += l->weight * product;
    p->count[bin] += l->weight;
}

void pb__products_add(pb__products *p, const pb__car_laps *l)
{
    double mean = 0;
    for (int i = 0; i < l->n; i++) mean += l->x[i] / l->n;
    for (int i = 0; i < l->n; i++)
        for (int j = i; j < l->n; j++) add(p, l, i, j, (l->x[i] - mean) * (l->x[j] - mean));
}

static double alike(const pb__car_laps *l, int i, int j, pb__noise_part part, const double *power)
{
    switch (part) {
    case PB__PART_AR:
        return power[abs(l->lap[i] - l->lap[j])];
    case PB__PART_WHITE:
        return i == j;
    case PB__PART_LEVEL:
        return l->stint[i] == l->stint[j];
    default:
        return l->stint[i] == l->stint[j] ? (double)l->age[i] * l->age[j] : 0;
    }
}

void pb__products_expect(pb__products *p, const pb__car_laps *l, pb__noise_part part, double phi)
{
    double power[PB_LAPS_MAX + 1], row[PB__NOISE_LAPS] = {0}, all = 0;
    power[0] = 1;
    for (int d = 1; d <= PB_LAPS_MAX; d++) power[d] = power[d - 1] * phi;
    for (int i = 0; i < l->n; i++) {
        for (int j = 0; j < l->n; j++) row[i] += alike(l, i, j, part, power) / l->n;
        all += row[i] / l->n;
    }
    for (int i = 0; i < l->n; i++) /* with the mean of the car taken off both */
        for (int j = i; j < l->n; j++) add(p, l, i, j, alike(l, i, j, part, power) - row[i] - row[j] + all);
}
