/* regulations: rules of single events that the general ones do not hold. From the
 * sporting regulations of the season as published in the press. */
#include <string.h>

#include "pitboard/race_spec.h"

typedef struct special {
    int         from, to; /* seasons */
    const char *circuit;
    uint8_t     min_stops;
} special;

static const special specials[] = {
    {2025, 2025, "monaco", 2}, /* three sets at least, in any weather */
};

void pb_race_regulations(const char *circuit, int season, bool sprint, pb_rules_spec *rules)
{
    for (size_t i = 0; i < sizeof specials / sizeof *specials && !sprint; i++)
        if (season >= specials[i].from && season <= specials[i].to && strcmp(circuit, specials[i].circuit) == 0)
            rules->min_stops = specials[i].min_stops;
}
