/* pitboard/wire_official.h - lap times with the time of day, as the timing system
 * writes them (Al Kamel, "23_AnalysisEndurance...").
 *
 * What telemetry is compared with (feature_laps.h); the same file goes into a store
 * through wire_records.h.
 *
 * Floor 3. Uses base, codec. */
#ifndef PITBOARD_WIRE_OFFICIAL_H
#define PITBOARD_WIRE_OFFICIAL_H

#include "pitboard/codec.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct pb_official_row {
    int32_t  car;
    uint16_t lap;
    bool     in_pit;             /* crossed the line in the pit lane */
    int32_t  time_ms;
    int32_t  end_of_day_ms;      /* HOUR: time of day at its end, local; -1 unknown */
} pb_official_row;

/* True when the first line is that of such a file. */
bool pb_official_is(pb_span text);

/* All laps, in file order, in the arena; rows that cannot be read are counted in
 * *refused (may be NULL). PB_E_MISSING names a column, PB_E_EMPTY: no lap is left,
 * PB_E_NOMEM. */
pb_status pb_official_read(pb_span text, const char *path, pb_arena *arena, pb_official_row **rows, uint32_t *n,
                           uint32_t *refused, pb_error *error);

#ifdef __cplusplus
}
#endif
#endif
