/* stops_order: on which sets, given how many stops.
 *
 * The first set is drawn from cars that started near the same place on the grid,
 * those of the team the more; the sets after it from cars with the same first set
 * and as many stops. Both lean on the whole field where that is thin. */
#include <string.h>

#include "pitboard/num.h"
#include "stops_parts.h"

#define GRID_UNKNOWN 0.3 /* weight of a car whose place on the grid is not known */
#define OTHER_COUNT 0.5  /* of a start with another number of stops */
#define FIELD_START 0.3  /* cars' worth of the whole field beside those near */
#define FIELD_NEXT 8.0
#define EVEN_NEXT 8.0     /* cars' worth of every order alike */
#define ONE_COMPOUND 0.02 /* of those: against the rules of a dry race, but it happens */

/* How near on the grid and in the team counts. */
typedef struct nearness {
    double slots, floor, team;
} nearness;

static const nearness start_near = {2, 0, 2}, next_near = {3, 0.1, 1};

static const uint32_t first_way[PB_STOPS_MAX + 2] = {0, 3, 12, 39, PB__STOPS_WAYS};

uint32_t pb__stops_first_way(uint32_t k)
{
    PB_ASSERT(k <= PB_STOPS_MAX + 1);
    return first_way[k];
}

uint32_t pb__stops_way(uint32_t i, int8_t set[PB_STOPS_MAX + 1])
{
    uint32_t k = 0;
    PB_ASSERT(i < PB__STOPS_WAYS);
    while (i >= first_way[k + 1]) k++;
    i -= first_way[k];
    for (uint32_t at = k + 1; at-- > 0; i /= PB__STOPS_SETS) set[at] = (int8_t)(i % PB__STOPS_SETS);
    return k;
}

static uint32_t way_of(const pb__stops_car *car)
{
    uint32_t i = 0;
    for (uint32_t at = 0; at <= car->n; at++) i = i * PB__STOPS_SETS + (uint8_t)car->set[at];
    return first_way[car->n] + i;
}

static double near(const nearness *by, const pb__stops_asked *asked, const pb__stops_car *car)
{
    double d = (asked->grid - car->grid) / by->slots, w = GRID_UNKNOWN;
    if (asked->grid && car->grid) w = by->floor + (1 - by->floor) * pb_exp(-d * d / 2);
    return asked->team[0] && strcmp(asked->team, car->team) == 0 ? w * (1 + by->team) : w;
}

static void scale(double *p, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += p[i];
    for (size_t i = 0; i < n; i++) p[i] = sum > 0 ? p[i] / sum : 1 / (double)n;
}

static void first_sets(const pb__stops_past *past, size_t n, const pb__stops_asked *asked,
                       double start[PB_STOPS_MAX + 1][PB__STOPS_SETS])
{
    double field[PB_STOPS_MAX + 1][PB__STOPS_SETS] = {{0}};
    memset(start, 0, (PB_STOPS_MAX + 1) * sizeof *start);
    for (size_t i = 0; i < n; i++) {
        int8_t s = past[i].car->set[0];
        double w = past[i].start;
        if (s < 0 || w == 0) continue;
        double here = w * near(&start_near, asked, past[i].car);
        for (uint32_t k = 0; k <= PB_STOPS_MAX; k++) {
            double same = past[i].plain && past[i].car->n == k ? 1 : OTHER_COUNT;
            field[k][s] += same * w;
            start[k][s] += same * here;
        }
    }
    for (uint32_t k = 0; k <= PB_STOPS_MAX; k++) {
        scale(field[k], PB__STOPS_SETS);
        for (int s = 0; s < PB__STOPS_SETS; s++) start[k][s] += FIELD_START * field[k][s];
        scale(start[k], PB__STOPS_SETS);
    }
}

/* Orders that are as likely as any other, but for those on one compound. */
static void even(uint32_t first, uint32_t n, double *p)
{
    int8_t set[PB_STOPS_MAX + 1];
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k    = pb__stops_way(first + i, set);
        bool     many = false;
        for (uint32_t at = 1; at <= k; at++) many = many || set[at] != set[0];
        p[i] = many ? 1 : ONE_COMPOUND;
    }
    scale(p, n);
}

/* P(way | stops) out of the weights of the field and of the cars near, set by set. */
static void next_sets(uint32_t k, const double *field, const double *here, const double start[PB__STOPS_SETS],
                      double way[PB__STOPS_WAYS])
{
    uint32_t block = (first_way[k + 1] - first_way[k]) / PB__STOPS_SETS;
    for (uint32_t s = 0; s < PB__STOPS_SETS; s++) {
        double   usual[PB__STOPS_WAYS] = {0}, *to = way + first_way[k] + s * block;
        uint32_t first = first_way[k] + s * block;
        even(first, block, usual);
        for (uint32_t i = 0; i < block; i++) usual[i] = field[first + i] + EVEN_NEXT * usual[i];
        scale(usual, block);
        for (uint32_t i = 0; i < block; i++) to[i] = here[first + i] + FIELD_NEXT * usual[i];
        scale(to, block);
        for (uint32_t i = 0; i < block; i++) to[i] *= start[s];
    }
}

void pb__stops_orders(const pb__stops_past *past, size_t n, const pb__stops_asked *asked,
                      double start[PB_STOPS_MAX + 1][PB__STOPS_SETS], double way[PB__STOPS_WAYS])
{
    double field[PB__STOPS_WAYS] = {0}, here[PB__STOPS_WAYS] = {0};
    first_sets(past, n, asked, start);
    for (size_t i = 0; i < n; i++) {
        if (!past[i].car->told || past[i].next == 0) continue;
        field[way_of(past[i].car)] += past[i].next;
        here[way_of(past[i].car)] += past[i].next * near(&next_near, asked, past[i].car);
    }
    for (uint32_t k = 0; k <= PB_STOPS_MAX; k++) next_sets(k, field, here, start[k], way);
}
