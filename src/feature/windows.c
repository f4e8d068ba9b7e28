/* windows: the table of cars, and a point's way through it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "window_work.h"

#define SLOTS (2u * PB_WINDOW_CARS_MAX) /* of the hash table */
#define TIME_MAX_US (INT64_C(1) << 61)  /* differences of times fit */
#define VALUE_MAX 1e6f

struct pb_windows {
    pb_window_options options;
    pb_window_counts  counts;
    uint8_t           slot[SLOTS]; /* 1 + index of a car; 0 free */
    pb__window_car    car[PB_WINDOW_CARS_MAX];
};

pb_window_options pb_window_options_default(void)
{
    return (pb_window_options){.late_us           = 200000,
                               .sector_us         = 600000,
                               .tumble_us         = 5000000,
                               .brake_g           = 0.8f,
                               .corner_g          = 1.0f,
                               .fast_kmh          = 200.0f,
                               .hysteresis_frac   = 0.9f,
                               .full_throttle_pct = 95.0f,
                               .max_dt_us         = 500000,
                               .hold_us           = 3000000,
                               .lat_transfer_frac = 0.3f,
                               .lon_transfer_frac = 0.2f};
}

static bool is_length(int64_t us)
{
    return us > 0 && us < INT64_C(1000000) * 86400;
}

static bool is_threshold(float x)
{
    return x > 0.0f && x <= VALUE_MAX;
}

static const char *wrong_option(const pb_window_options *o)
{
    if (!is_length(o->late_us + 1)) return "late_us";
    if (!is_length(o->sector_us)) return "sector_us";
    if (!is_length(o->tumble_us)) return "tumble_us";
    if (!is_length(o->max_dt_us)) return "max_dt_us";
    if (!is_length(o->hold_us + 1)) return "hold_us";
    if (!is_threshold(o->brake_g)) return "brake_g";
    if (!is_threshold(o->corner_g)) return "corner_g";
    if (!is_threshold(o->fast_kmh)) return "fast_kmh";
    if (!is_threshold(o->full_throttle_pct)) return "full_throttle_pct";
    if (!(o->hysteresis_frac > 0.0f && o->hysteresis_frac <= 1.0f)) return "hysteresis_frac";
    if (!(o->lat_transfer_frac >= 0.0f && o->lat_transfer_frac <= 10.0f)) return "lat_transfer_frac";
    if (!(o->lon_transfer_frac >= 0.0f && o->lon_transfer_frac <= 10.0f)) return "lon_transfer_frac";
    if (!(o->lap_m >= 0.0f && o->lap_m <= VALUE_MAX)) return "lap_m";
    if (o->sector_end_m[0] == 0.0f && o->sector_end_m[1] == 0.0f) return NULL;
    bool rise = o->sector_end_m[0] > 0.0f && o->sector_end_m[1] > o->sector_end_m[0] && o->sector_end_m[1] <= VALUE_MAX;
    return rise ? NULL : "sector_end_m";
}

pb_status pb_windows_create(const pb_window_options *options, pb_windows **out, pb_error *error)
{
    const char *wrong = wrong_option(options);
    if (wrong != NULL) return pb_error_set(error, PB_E_RANGE, "windows: %s is out of range", wrong);

    pb_windows *windows = calloc(1, sizeof *windows);
    if (windows == NULL) return pb_error_set(error, PB_E_NOMEM, "windows: out of memory");
    windows->options = *options;
    *out             = windows;
    return PB_OK;
}

void pb_windows_destroy(pb_windows *windows)
{
    free(windows);
}

void pb_windows_reset(pb_windows *windows)
{
    memset(windows->car, 0, windows->counts.cars * sizeof *windows->car);
    memset(windows->slot, 0, sizeof windows->slot);
    windows->counts = (pb_window_counts){0};
}

pb_window_counts pb_windows_counts(const pb_windows *windows)
{
    return windows->counts;
}

/* The car's slot, or the free one where it would go. */
static uint8_t *slot_of(pb_windows *windows, int32_t car)
{
    uint32_t i = ((uint32_t)car * UINT32_C(2654435769)) >> 25; /* Fibonacci hashing, Knuth 6.4 */
    _Static_assert(SLOTS == 128, "7 bits of the hash");
    while (windows->slot[i] != 0 && windows->car[windows->slot[i] - 1].car != car) i = (i + 1) % SLOTS;
    return &windows->slot[i];
}

static pb__window_car *car_of(pb_windows *windows, int32_t key)
{
    uint8_t *slot = slot_of(windows, key);
    if (*slot == 0) {
        if (windows->counts.cars == PB_WINDOW_CARS_MAX) return NULL;
        windows->car[windows->counts.cars++].car = key;
        *slot                                    = (uint8_t)windows->counts.cars;
    }
    return &windows->car[*slot - 1];
}

static void sample_of(const pb_point *point, pb__sample *out)
{
    out->time_us = point->time_us;
    out->lap     = point->lap;
    out->has     = 0;
    for (uint32_t c = 0; c < PB__SAMPLE_CHANNELS; c++) {
        bool usable = (point->has >> c) & (fabsf(point->ch[c]) <= VALUE_MAX);
        out->has |= (uint32_t)usable << c;
        out->ch[c] = usable ? point->ch[c] : 0.0f;
    }
}

/* A point in its turn. */
static void see(pb_windows *windows, pb__window_car *car, const pb__sample *sample, pb__window_out *out)
{
    pb__step step;
    pb__place_update(car, sample, &windows->options);
    pb__windows_cut(car, sample->time_us, &windows->options, out);
    pb__step_make(car, sample, &windows->options, &step);
    for (uint32_t k = 0; k < PB_WINDOW_N; k++) pb__sum_add(&car->open[k], &step);
    car->last_us = sample->time_us;
}

static const char *count_refused(pb_window_counts *counts, const char *why)
{
    if (why[0] == 'd')
        counts->doubled++;
    else
        counts->late++;
    return why;
}

const char *pb_windows_add(pb_windows *windows, const pb_point *point, pb_window_give *give, void *user)
{
    pb_window_counts *counts = &windows->counts;
    if (point->car <= 0) return counts->no_car++, "no car";
    if (point->time_us < -TIME_MAX_US || point->time_us > TIME_MAX_US) return counts->bad_time++, "bad time";
    pb__window_car *car = car_of(windows, point->car);
    if (car == NULL) return counts->too_many_cars++, "too many cars";

    int64_t    late_us   = windows->options.late_us;
    bool       reordered = false;
    pb__sample sample;
    sample_of(point, &sample);
    const char *why = pb__held_put(&car->held, &sample, late_us, &reordered);
    if (why != NULL) return count_refused(counts, why);

    counts->points++;
    counts->reordered += reordered;
    pb__window_out out = {give, user, counts->windows};
    for (const pb__sample *due; (due = pb__held_next(&car->held, late_us, &counts->early)) != NULL;)
        see(windows, car, due, &out);
    return NULL;
}

static void close_car(pb_windows *windows, pb__window_car *car, pb__window_out *out)
{
    for (const pb__sample *due; (due = pb__held_take(&car->held)) != NULL;) see(windows, car, due, out);
    pb__windows_close(car, out);
}

void pb_windows_flush(pb_windows *windows, pb_window_give *give, void *user)
{
    pb__window_out out = {give, user, windows->counts.windows};
    for (uint32_t i = 0; i < windows->counts.cars; i++) close_car(windows, &windows->car[i], &out);
}

void pb_windows_restart(pb_windows *windows, int32_t car, pb_window_give *give, void *user)
{
    uint8_t slot = *slot_of(windows, car);
    if (slot == 0) return;
    pb__window_car *at  = &windows->car[slot - 1];
    pb__window_out  out = {give, user, windows->counts.windows};
    close_car(windows, at, &out);
    memset(at, 0, sizeof *at);
    at->car = car;
}
