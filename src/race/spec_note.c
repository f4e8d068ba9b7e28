/* Provenance: where a number of a race spec came from. */
#include <stdio.h>

#include "pitboard/race_spec.h"

void pb_race_spec_note(pb_race_spec *spec, const char *pointer, int32_t laps, const char *how, ...)
{
    if (spec->n_origins >= PB_ORIGINS_MAX) return;
    pb_spec_origin *origin = &spec->origins[spec->n_origins++];
    *origin                = (pb_spec_origin){.laps = laps};
    snprintf(origin->pointer, sizeof origin->pointer, "%s", pointer);
    va_list args;
    va_start(args, how);
    vsnprintf(origin->how, sizeof origin->how, how, args);
    va_end(args);
}
