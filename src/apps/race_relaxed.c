/* Rules that do not bind as they stand, as the fit noted them. */
#include <stdio.h>
#include <string.h>

#include "race_arg.h"

bool pb__race_relaxed(const pb_race_spec *spec, uint32_t *at, char *out, size_t cap)
{
    for (; *at < spec->n_origins; (*at)++) {
        const pb_spec_origin *origin = &spec->origins[*at];
        const char           *rule   = strcmp(origin->pointer, "/rules/min_stops") == 0       ? "rules.min_stops"
                                       : strcmp(origin->pointer, "/rules/two_compounds") == 0 ? "rules.two_compounds"
                                                                                              : NULL;
        if (!rule) continue;
        snprintf(out, cap, "%s: %s", rule, origin->how);
        (*at)++;
        return true;
    }
    return false;
}
