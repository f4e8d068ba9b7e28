/* schema: the name of a row's layout, and a hash over it. */
#include <string.h>

#include "pitboard/feature_lap.h"

static const pb_feature lap_features[] = {
#define FEATURE(name, what) {#name, what},
    PB_LAP_FEATURES(FEATURE)
#undef FEATURE
};

const pb_feature_schema pb_lap_schema = {"lap-1", lap_features, PB_LF_N};

/* FNV-1a, 64 bits (Fowler, Noll, Vo); the closing zero keeps names apart. */
static uint64_t fnv(uint64_t hash, const char *text)
{
    const char *end = text + strlen(text) + 1;
    for (; text < end; text++) hash = (hash ^ (uint8_t)*text) * UINT64_C(1099511628211);
    return hash;
}

uint64_t pb_feature_schema_hash(const pb_feature_schema *schema)
{
    uint64_t hash = fnv(UINT64_C(14695981039346656037), schema->name);
    for (uint32_t i = 0; i < schema->n; i++) hash = fnv(hash, schema->at[i].name);
    return hash;
}

int pb_feature_index(const pb_feature_schema *schema, const char *name)
{
    for (uint32_t i = 0; i < schema->n; i++)
        if (strcmp(schema->at[i].name, name) == 0) return (int)i;
    return -1;
}
