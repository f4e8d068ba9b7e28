/* Any stream of points: no crash, every point either refused or in one window of each kind, no
 * feature out of its range. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/feature_window.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define CHECK(expr)                                                                                                    \
    do {                                                                                                               \
        if (!(expr)) abort();                                                                                          \
    } while (0)

typedef struct seen {
    uint64_t points[PB_WINDOW_N];
} seen;

static bool in(float x, float low, float high)
{
    return isnan(x) || (x >= low && x <= high);
}

static void keep(void *user, const pb_window *w)
{
    seen *s = user;
    CHECK(w->kind < PB_WINDOW_N && w->n_points > 0 && w->to_us > w->from_us);
    s->points[w->kind] += w->n_points;
    CHECK(in(w->at[PB_WF_front_load_ratio], 0, 1.000001f) && in(w->at[PB_WF_rear_load_ratio], 0, 1.000001f));
    CHECK(in(w->at[PB_WF_lateral_bias], -1.000001f, 1.000001f) && in(w->at[PB_WF_brake_balance], 0, 1.000001f));
    CHECK(in(w->at[PB_WF_throttle_on_frac], 0, 1.000001f) && in(w->at[PB_WF_speed_sd_kmh], 0, 2e6f));
    for (int f = 0; f < PB_WINDOW_FEATURES_N; f++) CHECK(!isinf(w->at[f]));
}

/* 16 bytes a point: how far in time, which car, lap, channels, values. */
static pb_point point_of(const uint8_t *at, int64_t *now_us)
{
    int16_t  step;
    uint32_t bits;
    memcpy(&step, at, sizeof step);
    memcpy(&bits, at + 4, sizeof bits);
    *now_us += (int64_t)step * (at[2] & 1 ? 1000 : 10);
    if (at[2] == 255) *now_us = (int64_t)bits << 30;
    pb_point p = {.time_us = *now_us, .car = at[2] >> 1, .lap = at[3] & 15, .has = bits};
    for (int c = 0; c < PB_CH_N; c++) {
        uint32_t raw = (uint32_t)at[8 + c % 8] << (8 + c % 24) | at[8 + (c + 3) % 8];
        memcpy(&p.ch[c], &raw, sizeof raw);
        if (at[3] & 16) p.ch[c] = (float)at[8 + c % 8] * 0.02f - 1;
    }
    return p;
}

/* One of four, made once: it is large, and to reset it costs little. */
static pb_windows *windows_of(uint8_t which)
{
    static pb_windows *kept[4];
    pb_window_options  o = pb_window_options_default();
    pb_windows       **w = &kept[which & 3];
    if (which & 1) o.lap_m = 1, o.sector_end_m[0] = 0.25f, o.sector_end_m[1] = 0.5f;
    if (which & 2) o.late_us = 0;
    if (*w)
        pb_windows_reset(*w);
    else
        CHECK(pb_windows_create(&o, w, NULL) == PB_OK);
    return *w;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_windows *w      = windows_of(size > 0 ? data[0] : 0);
    seen        s      = {{0}};
    int64_t     now_us = 0;
    uint64_t    taken  = 0;
    for (size_t i = 1; i + 16 <= size; i += 16) {
        pb_point p = point_of(data + i, &now_us);
        taken += pb_windows_add(w, &p, keep, &s) == NULL;
        if (data[i] == 254) pb_windows_restart(w, p.car, keep, &s);
        if (data[i] == 253) pb_windows_flush(w, keep, &s);
    }
    pb_windows_flush(w, keep, &s);
    CHECK(taken == pb_windows_counts(w).points);
    for (int k = 0; k < PB_WINDOW_N; k++) CHECK(s.points[k] == taken);
    return 0;
}
