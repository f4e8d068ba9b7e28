/* stops_settle: a value of past races, told of the next race at a circuit.
 *
 * The level follows the races of late; editions at the circuit count by how far
 * they were off the level of their own time, so that a season of harder tyres
 * moves all circuits. */
#include <math.h>
#include <string.h>

#include "stops_parts.h"

#define KEEP 0.94         /* of a race's weight in the level, a race later */
#define KEEP_EDITION 0.6  /* of an edition's, a season later */
#define LEVEL_WEIGHT 0.48 /* of the level beside an edition of this season */
#define ABOUT 12          /* races before and after an edition that make its level */
#define ABOUT_LEAST 4

double pb__stops_power(double x, int n)
{
    double y = 1;
    for (int i = n < 0 ? -n : n; i > 0; i--) y *= x;
    return n < 0 ? 1 / y : y;
}

static double level_about(const pb__stops_book *book, size_t at, pb__stops_value *value, double level)
{
    double   sum = 0, x;
    uint32_t n   = 0;
    for (size_t r = 0; r < book->n; r++)
        if (r != at && fabs(book->race[r].number - book->race[at].number) <= ABOUT && value(&book->race[r], &x)) {
            sum += x;
            n++;
        }
    return n >= ABOUT_LEAST ? sum / n : level;
}

pb__stops_settled pb__stops_settle(const pb__stops_book *book, const pb__stops_place *place, pb__stops_value *value)
{
    pb__stops_settled s   = {0};
    double            sum = 0, all = 0, x, off = 0, editions = LEVEL_WEIGHT;
    for (size_t r = 0; r < book->n; r++) {
        double w = pb__stops_power(KEEP, (int)(place->number - book->race[r].number));
        if (!value(&book->race[r], &x)) continue;
        sum += w * x;
        all += w;
        s.races++;
    }
    if (s.races == 0) return s;
    s.level = sum / all;
    for (size_t r = 0; r < book->n && place->circuit[0]; r++) {
        const pb__stops_race *race = &book->race[r];
        if (strcmp(race->circuit, place->circuit) != 0 || !value(race, &x)) continue;
        double w = pb__stops_power(KEEP_EDITION, place->season - race->season);
        off += w * (x - level_about(book, r, value, s.level));
        editions += w;
        s.editions++;
    }
    s.here = s.level + off / editions;
    return s;
}
