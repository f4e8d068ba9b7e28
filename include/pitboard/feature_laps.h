/* pitboard/feature_laps.h - laps out of a logger's telemetry, and whose they are.
 *
 * A lap ends where the lap distance falls back to the line. Loggers number laps
 * with a counter that may jump or know nothing, and date samples with a clock that
 * may be a day off, or with the time at which they were received: in bursts, late
 * by anything from half a second to half a minute.
 *
 *     received   |||  . . .|||||||. . . . . .||||||||||    many at once, then nothing
 *     driven     | | | | | | | | | | | | | | | | | | |     by distance over speed
 *
 * Where receive times come in bursts, time within them is taken from distance and
 * speed, and tied to the earliest arrivals within a minute of each crossing; the
 * other way round where samples carry their own time. Compared with the official
 * lap times the laps tell which car it was, how the counter is numbered and by how
 * much the clock is off.
 *
 * A point costs O(1); per car a few hundred crossings are kept. Works alike on a
 * file and live. docs/formats/gr-cup.md has the drawing and the figures.
 *
 * Floor 3. Uses race. */
#ifndef PITBOARD_FEATURE_LAPS_H
#define PITBOARD_FEATURE_LAPS_H

#include "pitboard/race_event.h"

#ifdef __cplusplus
extern "C" {
#endif

#define PB_TELEMETRY_LAPS_MAX   512
#define PB_LAP_GLITCHES_MAX     64
#define PB_TELEMETRY_CARS_MAX   64

typedef enum pb_lap_glitch_kind {
    PB_GLITCH_SILENT = 0,        /* the counter stopped telling (32768 in GR Cup) */
    PB_GLITCH_SKIPPED,           /* at the line it rose by more than one */
    PB_GLITCH_BACK,              /* it fell */
    PB_GLITCH_STUCK,             /* a lap ended and it did not rise */
    PB_GLITCH_MID_LAP,           /* it changed far from the line */
    PB_GLITCH_TOLD_AGAIN,        /* a counter told only when it changes told the same again: it had been away */
    PB_GLITCH_DISTANCE,          /* a lap distance between two that fit, itself impossible: passed over */
    PB_GLITCH_N
} pb_lap_glitch_kind;

const char *pb_lap_glitch_name(pb_lap_glitch_kind kind);   /* "mid_lap"; "?" out of range */

typedef struct pb_lap_glitch {
    uint8_t kind;                /* pb_lap_glitch_kind */
    int64_t at_us;
    int32_t from, to;            /* of the counter, or of the lap distance in m */
    float   lapdist_m;           /* where; NAN unknown */
} pb_lap_glitch;

typedef struct pb_telemetry_lap {
    uint16_t number;             /* the counter's, put right; 0 when it never told one */
    uint16_t counter;            /* as told in this lap; 0 not at all */
    bool     plausible;          /* within the window of options */
    bool     unbroken;           /* no hole in its samples, and both ends are well known */
    int64_t  start_us, end_us;   /* by the clock of the points */
    double   time_s;
    float    late_s;             /* how late its end was received; 0 where points have their own time */
} pb_telemetry_lap;

/* How the laps compare with the official ones. */
typedef struct pb_lap_match {
    int32_t  car;                /* the official car whose laps these are; 0: none was near */
    int32_t  lap_offset;         /* counter = official lap + lap_offset */
    uint32_t n;                  /* laps compared: unbroken, plausible, officially driven on the track */
    double   median_s, worst_s;  /* of |difference| */
    double   fit_s;              /* root of the mean square, no lap counting for more than a second */
    int32_t  second_car;         /* the next best by fit, 0 none: the nearer to fit_s, the less is certain */
    double   second_fit_s;
    double   clock_offset_s;     /* clock of the points minus official time of day, within half a day; NAN unknown */
    double   clock_spread_s;     /* half the width of its middle 80 % over the laps */
    double   clock_drift_ppm;    /* how much faster it runs; NAN for less than ten laps */
} pb_lap_match;

typedef struct pb_lap_report {
    int32_t          car;        /* key of the points */
    uint64_t         points, late_points;   /* late: earlier than the one before, passed over */
    bool             bursts;     /* receive times in bursts: laps are by distance over speed */
    float            burst_frac; /* share of samples with which no car could have come so far so fast */
    float            lap_m;      /* length of a lap by the lap distance, 0 unknown */
    uint32_t         n_laps, n_glitches;    /* glitches kept; all are counted */
    uint32_t         glitches_of[PB_GLITCH_N];
    pb_telemetry_lap laps[PB_TELEMETRY_LAPS_MAX];
    pb_lap_glitch    glitches[PB_LAP_GLITCHES_MAX];
} pb_lap_report;

typedef struct pb_laps_options {
    double lo_s, hi_s;           /* window of a plausible lap: 80, 200 */
    float  lap_m;                /* 0: found from the points */
    double tie_s;                /* arrivals within so much of a crossing tie it to the clock: 60, at most 120 */
} pb_laps_options;
pb_laps_options pb_laps_options_default(void);

typedef struct pb_laps pb_laps;
pb_status pb_laps_create(const pb_laps_options *options, pb_laps **out, pb_error *error);
void      pb_laps_destroy(pb_laps *laps);
/* False when there are more than PB_TELEMETRY_CARS_MAX cars, or no memory for one more. */
bool      pb_laps_add(pb_laps *laps, const pb_point *point);
/* Cars in the order in which they came. */
uint32_t  pb_laps_cars(const pb_laps *laps);
/* All laps of a car so far; points may go on afterwards. */
void      pb_laps_report_of(const pb_laps *laps, uint32_t car, pb_lap_report *out);

/* ---- against the official timing ---- */
typedef struct pb_official_lap {
    int32_t  car;                /* > 0 */
    uint16_t lap;                /* 1 .. */
    bool     in_pit;             /* ended in the pit lane */
    double   time_s;
    double   end_s;              /* time of day at its end, NAN unknown */
} pb_official_lap;

/* official: in the order of laps within a car. only: the car it must be, 0 any. */
void pb_laps_match(const pb_lap_report *report, const pb_official_lap *official, uint32_t n, int32_t only,
                   pb_lap_match *out);

#ifdef __cplusplus
}
#endif
#endif
