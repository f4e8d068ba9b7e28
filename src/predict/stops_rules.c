/* stops_rules: races whose regulations ask for more stops than the second
 * compound does. Published before the race, so known before it; nothing that a
 * race showed belongs here. */
#include <string.h>

#include "stops_parts.h"

static const struct {
    const char *circuit;
    int         season;
    uint32_t    stops;
} rules[] = {
    /* "at least three sets of tyres of any specification": FIA World Motor Sport
     * Council, 26 February 2025; F1 Sporting Regulations 2025, article 30.5 m. */
    {"monaco", 2025, 2},
    /* At most 18 laps on a set, 57 laps: FIA, 8 October 2023, hours before the
     * start ("at least three tyre-change pit stops ... will be a consequence"). */
    {"lusail", 2023, 3},
    /* At most 25 laps on a set, 57 laps: FIA and Pirelli, November 2025. */
    {"lusail", 2025, 2},
};

uint32_t pb__stops_rule(const char *circuit, int season)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (rules[i].season == season && strcmp(rules[i].circuit, circuit) == 0) return rules[i].stops;
    return 0;
}
