/* regulations: rules of single events that the general ones do not hold. Published
 * before the race, so known before it; nothing that a race showed belongs here. */
#include <string.h>

#include "pitboard/race_spec.h"

static const struct {
    const char *circuit;
    int         season;
    uint8_t     min_stops;
} specials[] = {
    /* "at least three sets of tyres of any specification": FIA World Motor Sport
     * Council, 26 February 2025; F1 Sporting Regulations 2025, article 30.5 m. */
    {"monaco", 2025, 2},
    /* At most 18 laps on a set, 57 laps: FIA, 8 October 2023, hours before the
     * start ("at least three tyre-change pit stops ... will be a consequence"). */
    {"lusail", 2023, 3},
    /* At most 25 laps on a set, 57 laps: FIA and Pirelli, November 2025. */
    {"lusail", 2025, 2},
};

uint8_t pb_race_min_stops(const char *circuit, int season)
{
    for (size_t i = 0; i < sizeof specials / sizeof *specials; i++)
        if (season == specials[i].season && strcmp(circuit, specials[i].circuit) == 0) return specials[i].min_stops;
    return 0;
}

uint32_t pb_race_stops_left(const pb_race_spec *spec)
{
    return spec->rules.laps > spec->from_lap + 1u ? spec->rules.laps - spec->from_lap - 1u : 0;
}
