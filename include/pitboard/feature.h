/* pitboard/feature.h - what models see of a race: rows of named numbers.
 *
 * A feature row belongs to one car at one moment and is computed from what may
 * be seen then and from nothing else: rows up to a lap number, or up to a moment
 * of the session clock (pb_sight). History and a live race go through the same
 * functions; a race that ends at the sight gives the same row.
 *
 * A schema is a name, the names of its features in order, and a hash over all of
 * that: a model refuses rows of another schema. A missing thing is NAN, never 0.
 *
 * Floor 3. Uses base, num, race. */
#ifndef PITBOARD_FEATURE_H
#define PITBOARD_FEATURE_H

#include "pitboard/race_records.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_feature {
    const char *name;            /* "tyre_age_laps" */
    const char *what;            /* for people, with the unit */
} pb_feature;

typedef struct pb_feature_schema {
    const char       *name;      /* "lap-1": changes with every change of meaning */
    const pb_feature *at;
    uint32_t          n;
} pb_feature_schema;

/* FNV-1a over the schema's name and the names of its features in order. */
uint64_t pb_feature_schema_hash(const pb_feature_schema *schema);
/* Index of a feature by name, -1 if none. */
int      pb_feature_index(const pb_feature_schema *schema, const char *name);

/* What may be seen of a race: rows with number <= max_lap and session_ms <= max_ms. */
typedef struct pb_sight {
    const pb_race_log *log;
    uint16_t max_lap;            /* PB_LAPS_MAX: no limit */
    int32_t  max_ms;             /* INT32_MAX: no limit */
} pb_sight;

#ifdef __cplusplus
}
#endif
#endif
