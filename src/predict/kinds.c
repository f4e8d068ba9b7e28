#include "kinds.h"

#include <string.h>

/* clang-format off */
const pb_model_kind *const pb_model_kinds[] = {
    /* &pb__kind_NAME, in the order of docs/models.md */
    &pb__kind_forecast,
    &pb__kind_pitcall,
    &pb__kind_pitstop,
    &pb__kind_rejoin,
    &pb__kind_sc,
    &pb__kind_rain,
    &pb__kind_live,
    &pb__kind_pace,
    &pb__kind_undercut,
    &pb__kind_stops,
    NULL,
};
/* clang-format on */

const pb_model_kind *pb_model_kind_find(const char *name)
{
    for (size_t i = 0; pb_model_kinds[i]; i++)
        if (strcmp(pb_model_kinds[i]->name, name) == 0) return pb_model_kinds[i];
    return NULL;
}
