/* pitboard/feature_window.h - telemetry points to windows of 20 features.
 *
 * Three kinds of window run side by side for every car: 600 ms a (car, sector),
 * 5 s tumbling, and a lap. A point costs O(1) and no allocation. A window closes
 * when a point beyond its end has come and the bound for late points is over; a
 * point later than that is refused and counted. The same code runs live and over a
 * file, so the same points give the same windows to the bit.
 *
 * Features and their formulas: docs/features.md. A feature whose channel is
 * missing is NAN, never 0.
 *
 * Floor 3. Uses race. */
#ifndef PITBOARD_FEATURE_WINDOW_H
#define PITBOARD_FEATURE_WINDOW_H

#include "pitboard/feature.h"
#include "pitboard/race_event.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_WINDOW_FEATURES_N 22      /* 20 named features; the sector is one-hot in three */

typedef enum pb_window_kind { PB_WINDOW_SECTOR = 0, PB_WINDOW_5S, PB_WINDOW_LAP, PB_WINDOW_N } pb_window_kind;

typedef struct pb_window {
    uint8_t  kind;                   /* pb_window_kind */
    int32_t  car;
    uint16_t lap;                    /* of its first point; 0 unknown */
    uint8_t  sector;                 /* 1..3, 0 unknown */
    int64_t  from_us, to_us;         /* [from, to) */
    uint32_t n_points;
    float    at[PB_WINDOW_FEATURES_N];
} pb_window;

/* The schema, "window-1". Static. */
const pb_feature_schema *pb_window_schema(void);

typedef struct pb_window_options {
    int64_t late_us;                 /* how late a point may be, 200,000 */
    int64_t sector_us;               /* 600,000 */
    int64_t tumble_us;               /* 5,000,000 */
    float   brake_g, corner_g, fast_kmh;   /* thresholds of an event: 0.8, 1.0, 200 */
    float   hysteresis_frac;         /* an event ends below so much of its threshold, 0.9 */
    float   full_throttle_pct;       /* 95 */
    float   sector_end_m[2];         /* lap distance where sectors 1 and 2 end; 0 unknown: then from the point's channel */
    float   lap_m;                   /* length of a lap, 0 unknown */
} pb_window_options;
pb_window_options pb_window_options_default(void);

typedef struct pb_windows pb_windows;
pb_status pb_windows_create(const pb_window_options *options, pb_windows **out, pb_error *error);
void      pb_windows_destroy(pb_windows *windows);
void      pb_windows_reset(pb_windows *windows);

/* Takes a point; closed windows go to give, oldest first. Returns NULL or why the
 * point was refused ("late", "double", "too many cars"): static text. */
typedef void pb_window_give(void *user, const pb_window *window);
const char *pb_windows_add(pb_windows *windows, const pb_point *point, pb_window_give *give, void *user);
/* Closes everything that is open, at the end of a file or a session. */
void        pb_windows_flush(pb_windows *windows, pb_window_give *give, void *user);

#ifdef __cplusplus
}
#endif
#endif
