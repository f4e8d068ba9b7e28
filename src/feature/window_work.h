/* window_work.h - what windows keep of a car: points that wait, open windows.
 *
 * Shared inside feature. */
#ifndef PB_FEATURE_WINDOW_WORK_H
#define PB_FEATURE_WINDOW_WORK_H

#include "pitboard/feature_window.h"

#define PB__SAMPLE_CHANNELS (PB_CH_SECTOR + 1) /* what windows read are the first of the list */

/* A point, as much of it as windows read. Bits of values that cannot be used are off. */
typedef struct pb__sample {
    int64_t  time_us;
    uint32_t has;
    uint16_t lap;
    float    ch[PB__SAMPLE_CHANNELS];
} pb__sample;

/* Points of a car that wait for late ones: a ring, sorted by time. */
typedef struct pb__held {
    uint32_t   first, n;
    bool       any;       /* some point came */
    bool       any_gone;  /* some point went on to the windows */
    int64_t    newest_us; /* of all points that came */
    int64_t    gone_us;   /* of the last that went on */
    pb__sample at[PB_WINDOW_HELD_MAX];
} pb__held;

/* Each has a clock of its own: dt is the time since it was last there. */
typedef enum pb__quantity {
    PB__LAT,
    PB__LON,
    PB__BRAKE,
    PB__THROTTLE,
    PB__TURN,
    PB__LOAD,
    PB__QUANTITIES
} pb__quantity;
typedef enum pb__event { PB__HEAVY_BRAKING, PB__HARD_CORNERING, PB__HIGH_SPEED, PB__EVENTS } pb__event;

/* What one point adds to every window it lies in; 0 where a channel is missing. */
typedef struct pb__step {
    uint32_t there;              /* bit q: quantity q */
    uint32_t has;                /* channels */
    double   dt[PB__QUANTITIES]; /* s */
    double   lat, lon;           /* |g| */
    double   front, rear;        /* bar */
    double   turn;               /* |lateral g|, + in a turn to the right by the steering */
    double   left_front, left_rear;
    double   speed;
    float    age;
    bool     full; /* throttle */
    bool     began[PB__EVENTS];
} pb__step;

/* One open window. */
typedef struct pb__sum {
    int64_t  from_us, to_us; /* to_us INT64_MAX: until something else ends it */
    uint32_t n;              /* 0: not open */
    bool     ever;           /* something was once open here */
    uint32_t turn_no;        /* pb__window_car.turn_no when it opened */
    uint16_t lap;
    uint8_t  sector;
    uint32_t there, has;
    uint32_t began[PB__EVENTS];
    double   lat, lon, brake, front, both, turn, turn_abs, left_front, left_rear, load_s, full_s, throttle_s;
    double   peak_lat, peak_lon;
    uint32_t speed_n;
    double   speed_mean, speed_m2;
    float    age;
} pb__sum;

typedef struct pb__window_car {
    int32_t  car;
    uint16_t lap;       /* now; 0 unknown */
    uint32_t turn_no;   /* laps begun: another value is another lap, also where no number is told */
    uint8_t  sector;    /* now; 0 unknown */
    int64_t  sector_us; /* when it was last told */
    bool     any_dist;
    float    dist_m;  /* newest told */
    int64_t  last_us; /* of the newest point that windows saw */
    uint32_t seen;    /* bit q: quantity_us[q] is set */
    int64_t  quantity_us[PB__QUANTITIES];
    bool     in_event[PB__EVENTS];
    pb__sum  open[PB_WINDOW_N];
    pb__held held;
} pb__window_car;

typedef struct pb__window_out {
    pb_window_give *give;
    void           *user;
    uint64_t       *n; /* by kind */
} pb__window_out;

/* window_held.c. Why a point may not join those that wait, or NULL: it did. */
const char *pb__held_put(pb__held *held, const pb__sample *sample, int64_t late_us, bool *reordered);
/* The oldest leaves when it need not wait any longer, or, counted in *early, because there is no more
 * room; NULL: all wait. Valid until the next put. */
const pb__sample *pb__held_next(pb__held *held, int64_t late_us, uint64_t *early);
/* The oldest leaves; NULL: none waits. */
const pb__sample *pb__held_take(pb__held *held);

/* window_place.c. Where the car is now: lap, sector. */
void pb__place_update(pb__window_car *car, const pb__sample *sample, const pb_window_options *o);
/* window_step.c. What a point in its turn adds; moves the car's clocks and events on. */
void pb__step_make(pb__window_car *car, const pb__sample *sample, const pb_window_options *o, pb__step *out);
/* window_sum.c */
void pb__sum_add(pb__sum *sum, const pb__step *step);
void pb__sum_features(const pb__sum *sum, pb_window_kind kind, float at[PB_WINDOW_FEATURES_N]);
/* window_cut.c. Ends the windows that the point lies beyond, opens those it begins. */
void pb__windows_cut(pb__window_car *car, int64_t time_us, const pb_window_options *o, pb__window_out *out);
/* Ends all that are open. */
void pb__windows_close(pb__window_car *car, pb__window_out *out);

#endif
