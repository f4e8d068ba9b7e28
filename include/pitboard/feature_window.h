/* pitboard/feature_window.h - telemetry points to windows of 20 features.
 *
 * Three kinds of window run side by side for every car: 600 ms a (car, sector),
 * 5 s tumbling, and a lap. A point costs O(1) and no allocation:
 *
 *     point --> held, in order of time, until --> cut into windows --> give
 *               its car's newest is late_us on
 *
 * Points of a car are put back into the order of their times before any window sees
 * them; one that is older than the bound is refused and counted, so is a second one of
 * the same time. The same code runs live and over a file, so the same points give
 * the same windows to the bit, in whatever order within the bound they came. A window
 * closes with the point that lies beyond its end.
 *
 * Windows keep one session of one clock a car: reset, or restart a car, when that
 * changes. Features, formulas and windows: docs/features.md. A feature whose channel
 * is missing is NAN, never 0.
 *
 * Floor 3. Uses race. */
#ifndef PITBOARD_FEATURE_WINDOW_H
#define PITBOARD_FEATURE_WINDOW_H

#include "pitboard/feature.h"
#include "pitboard/race_event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* name, what it is. Sums run over points; dt is the time since the car's point before
 * that had the same channels, at most max_dt_us. */
#define PB_WINDOW_FEATURES(X)                                                            \
    X(lat_g_s, "sum of |lateral g| dt, g s")                                             \
    X(lon_g_s, "sum of |longitudinal g| dt, g s")                                        \
    X(brake_energy, "sum of (front^2 + rear^2) dt, bar^2 s: a proxy of braking energy")  \
    X(heavy_braking_n, "times |longitudinal g| rose above its threshold")                \
    X(hard_cornering_n, "times |lateral g| rose above its threshold")                    \
    X(high_speed_n, "times the speed rose above its threshold")                          \
    X(speed_mean_kmh, "mean speed, km/h")                                                \
    X(speed_sd_kmh, "standard deviation of the speed, km/h")                             \
    X(peak_lat_g, "highest |lateral g|")                                                 \
    X(peak_lon_g, "highest |longitudinal g|")                                            \
    X(lap, "number of the lap")                                                          \
    X(tyre_age_laps, "age of the tyres, laps")                                           \
    X(sector_1, "1 in sector 1, else 0")                                                 \
    X(sector_2, "1 in sector 2, else 0")                                                 \
    X(sector_3, "1 in sector 3, else 0")                                                 \
    X(front_load_ratio, "share of the front axle's load on its left tyre, proxy, 0..1")  \
    X(rear_load_ratio, "share of the rear axle's load on its left tyre, proxy, 0..1")    \
    X(lateral_bias, "turning right against left by lateral g, proxy, -1 left .. 1 right") \
    X(brake_balance, "front / (front + rear) pressure, 0..1")                            \
    X(throttle_on_frac, "share of time with the throttle above its threshold, 0..1")

typedef enum pb_window_feature {
#define PB_WINDOW_FEATURE_ENUM(name, what) PB_WF_##name,
    PB_WINDOW_FEATURES(PB_WINDOW_FEATURE_ENUM)
#undef PB_WINDOW_FEATURE_ENUM
    PB_WINDOW_FEATURES_N             /* 20; the sector is one-hot in three of them */
} pb_window_feature;

#define PB_WINDOW_CARS_MAX 64        /* cars at a time */
#define PB_WINDOW_HELD_MAX 256       /* points of a car that wait for late ones: 1,280 a second at 200 ms.
                                      * With more the oldest goes early, and what comes before it is late. */

typedef enum pb_window_kind { PB_WINDOW_SECTOR = 0, PB_WINDOW_5S, PB_WINDOW_LAP, PB_WINDOW_N } pb_window_kind;
const char *pb_window_kind_name(pb_window_kind kind);   /* "sector", "5s", "lap"; "?" out of range */

typedef struct pb_window {
    uint8_t  kind;                   /* pb_window_kind */
    int32_t  car;
    uint16_t lap;                    /* of its first point; 0 unknown */
    uint8_t  sector;                 /* of its first point, 1..3, 0 unknown; 0 of a lap */
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
    float   lap_m;                   /* length of a lap, 0 unknown; where no lap is told, a fall by half of it is a new lap */
    int64_t max_dt_us;               /* most that two points lie apart in a sum: a gap in the data is not
                                      * integrated over. 500,000 */
    int64_t hold_us;                 /* how long the sector of a point stands for those after it that tell none, 3,000,000 */
    float   lat_transfer_frac;       /* of the car's weight moved across by 1 g, 0.3 (height of the centre of gravity / track) */
    float   lon_transfer_frac;       /* of the car's weight moved to the front by 1 g of braking, 0.2 (height / wheelbase) */
} pb_window_options;
pb_window_options pb_window_options_default(void);

typedef struct pb_windows pb_windows;
/* PB_E_RANGE: a threshold or a length that is not above 0, hysteresis_frac outside
 * (0, 1], ends of sectors that do not rise. */
pb_status pb_windows_create(const pb_window_options *options, pb_windows **out, pb_error *error);
void      pb_windows_destroy(pb_windows *windows);
void      pb_windows_reset(pb_windows *windows);

/* Takes a point; windows that it closes go to give, those of a car in the order of
 * their ends. What is given lives until give returns. Returns NULL, or why the point
 * was refused: static text, "late", "double", "too many cars", "no car", "bad time".
 * A value that is not finite or beyond 1e6 counts as missing. */
typedef void pb_window_give(void *user, const pb_window *window);
const char *pb_windows_add(pb_windows *windows, const pb_point *point, pb_window_give *give, void *user);
/* Closes everything that is open, at the end of a file or a session. */
void        pb_windows_flush(pb_windows *windows, pb_window_give *give, void *user);
/* Closes what is open of one car and forgets its clock: for who knows that it was set anew. */
void        pb_windows_restart(pb_windows *windows, int32_t car, pb_window_give *give, void *user);

/* Since creation or reset. */
typedef struct pb_window_counts {
    uint64_t points;                 /* taken, those that still wait included */
    uint64_t reordered;              /* of them: came after a newer one */
    uint64_t late, doubled, too_many_cars, no_car, bad_time;   /* refused */
    uint64_t early;                  /* went before the bound was over: more than PB_WINDOW_HELD_MAX waited */
    uint64_t windows[PB_WINDOW_N];   /* given */
    uint32_t cars;
} pb_window_counts;
pb_window_counts pb_windows_counts(const pb_windows *windows);

#ifdef __cplusplus
}
#endif
#endif
