/* profile_pool: what only many races can tell, taken off each of them: what a slot gives at the start, how far pace
 * carries a car forward, what a driver's own pace is elsewhere in the same season. */
#include <math.h>
#include <stdlib.h>

#include "pitboard/num.h"
#include "profile_parts.h"

#define SLOTS 41
#define SLOT_REACH 3    /* slots so near count too, the less the further */
#define SLOT_CARS 8.0   /* weight that holds a slot at no gain */
#define SLOW_KMH 207.0f /* Monaco 165, Singapore 185, Hungary 197 | Bahrain 207, Barcelona 217 ... */
#define FAST_KMH 228.0f /* ... Suzuka 227 | Austria 232, Silverstone 238, Monza 254 */
#define ELSEWHERE_RACES 3

static pb_profile_car *car_of(const pb_profile_book *book, uint32_t row)
{
    return &book->races[book->rows[row].race].cars[book->rows[row].car];
}

static void pool_starts(const pb_profile_book *book)
{
    double sum[SLOTS] = {0}, n[SLOTS] = {0};
    for (uint32_t i = 0; i < book->n_rows; i++) {
        const pb_profile_car *car = car_of(book, i);
        if (!isfinite(car->raw[0])) continue;
        for (int d = 1 - SLOT_REACH; d < SLOT_REACH; d++) {
            int slot = (int)car->basis[0] + d;
            if (slot < 1 || slot >= SLOTS) continue;
            sum[slot] += (SLOT_REACH - abs(d)) * (double)car->raw[0];
            n[slot] += SLOT_REACH - abs(d);
        }
    }
    for (uint32_t i = 0; i < book->n_rows; i++) {
        pb_profile_car *car = car_of(book, i);
        if (!isfinite(car->raw[0])) continue;
        int slot = (int)car->basis[0];
        pb__profile_set(car, PB_PROFILE_START, (double)car->raw[0] - sum[slot] / (n[slot] + SLOT_CARS), 1);
    }
}

/* Places won on the track by place after lap 1 and rank of pace: who is behind where the pace belongs comes forward,
 * who has the pace of the front meets others differently. */
static bool pool_passing(const pb_profile_book *book)
{
    enum { K = 3 };
    double  *x = malloc((book->n_rows + 1u) * (K + 1) * sizeof *x), *y = x ? x + (size_t)K * book->n_rows : NULL, b[K];
    uint32_t n = 0;
    for (uint32_t i = 0; x && i < book->n_rows; i++) {
        const pb_profile_car *car = car_of(book, i);
        if (!isfinite(car->raw[1])) continue;
        x[K * n]     = 1;
        x[K * n + 1] = (double)car->basis[1];
        x[K * n + 2] = (double)car->basis[2];
        y[n++]       = (double)car->raw[1];
    }
    if (x && n > K && pb_least_squares(x, y, NULL, n, K, NULL, b, NULL) == PB_OK)
        for (uint32_t i = 0; i < book->n_rows; i++) {
            pb_profile_car *car = car_of(book, i);
            if (!isfinite(car->raw[1])) continue;
            double expected = b[0] + b[1] * (double)car->basis[1] + b[2] * (double)car->basis[2];
            pb__profile_set(car, PB_PROFILE_PASSING, (double)car->raw[1] - expected, car->passes + car->passed);
        }
    bool room = x != NULL;
    free(x);
    return room;
}

/* ---- slices ---- */

static pb_profile_measure kind_of(const pb_profile_race *race)
{
    if (race->wet) return PB_PROFILE_WET;
    if (!isfinite(race->speed_kmh)) return PB_PROFILE_MEASURES;
    return race->speed_kmh < SLOW_KMH   ? PB_PROFILE_SLOW
           : race->speed_kmh < FAST_KMH ? PB_PROFILE_MIDDLING
                                        : PB_PROFILE_FAST;
}

/* Mean pace of the driver in the dry races of the season that are of another kind. */
static double elsewhere(const pb_profile_book *book, uint32_t row, pb_profile_measure kind)
{
    double sum    = 0;
    int    n      = 0;
    int    season = book->races[book->rows[row].race].season;
    for (uint32_t i = 0; i < book->n_rows; i++) {
        const pb_profile_race *race = &book->races[book->rows[i].race];
        const pb_profile_car  *car  = car_of(book, i);
        if (book->rows[i].driver != book->rows[row].driver || race->season != season || race->wet) continue;
        if (kind_of(race) == kind || !isfinite(car->value[PB_PROFILE_PACE])) continue;
        sum += (double)car->value[PB_PROFILE_PACE];
        n++;
    }
    return n >= ELSEWHERE_RACES ? sum / n : (double)NAN;
}

static void pool_slices(const pb_profile_book *book)
{
    for (uint32_t i = 0; i < book->n_rows; i++) {
        pb_profile_measure kind = kind_of(&book->races[book->rows[i].race]);
        pb_profile_car    *car  = car_of(book, i);
        if (kind == PB_PROFILE_MEASURES || !isfinite(car->value[PB_PROFILE_PACE])) continue;
        pb__profile_set(car, kind, (double)car->value[PB_PROFILE_PACE] - elsewhere(book, i, kind), car->clean_laps);
    }
}

pb_status pb__profile_pool(pb_profile_book *book, pb_error *error)
{
    pool_starts(book);
    pool_slices(book);
    return pool_passing(book) ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory for %u races", book->n_races);
}
