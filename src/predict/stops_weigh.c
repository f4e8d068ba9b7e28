/* stops_weigh: how much each car of the past says of a car at a place.
 *
 * Cars of the races of late count by how recent they are, cars of earlier
 * editions by the season; what is asked of the first set, of those after it and
 * of the laps fades differently. */
#include <stdlib.h>
#include <string.h>

#include "stops_parts.h"

#define FREE_START 2022 /* until 2021 the first ten started on the set of their second qualifying */
#define OTHER_START 0.3 /* of a start under the other rule */

/* of_late: weight kept from race to race; edition: weight of an edition of this
 * season against the last race; of_edition: kept from season to season. */
typedef struct fading {
    double of_late, edition, of_edition;
} fading;

static const fading start_fades = {0.9, 3, 0.5}, next_fades = {0.96, 0.3, 0.5}, lap_fades = {0.99, 2, 0.7};

static double weight(const fading *f, const pb__stops_race *race, const pb__stops_place *place)
{
    bool   here = place->circuit[0] && strcmp(race->circuit, place->circuit) == 0;
    double w    = pb__stops_power(f->of_late, (int)(place->number - race->number));
    return here ? w + f->edition * pb__stops_power(f->of_edition, place->season - race->season) : w;
}

pb_status pb__stops_weigh(const pb__stops_book *book, const pb__stops_place *place, pb__stops_past **out, size_t *n)
{
    size_t cars = 0, k = 0;
    for (size_t r = 0; r < book->n; r++) cars += book->race[r].n_cars;
    pb__stops_past *past = calloc(cars + 1, sizeof *past);
    if (!past) return PB_E_NOMEM;
    for (size_t r = 0; r < book->n; r++) {
        const pb__stops_race *race  = &book->race[r];
        double                start = weight(&start_fades, race, place), next = weight(&next_fades, race, place),
               lap     = weight(&lap_fades, race, place);
        bool same_rule = (race->season >= FREE_START) == (place->season >= FREE_START);
        for (uint32_t c = 0; c < race->n_cars; c++)
            past[k++] = (pb__stops_past){.car   = &race->car[c],
                                         .plain = race->plain,
                                         .start = race->slick_start ? start * (same_rule ? 1 : OTHER_START) : 0,
                                         .next  = race->plain ? next : 0,
                                         .lap   = race->plain ? lap : 0};
    }
    *out = past;
    *n   = k;
    return PB_OK;
}
