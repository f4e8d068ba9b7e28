/* Any rows as a lap: no crash, times that do not fall, and a grid within its bounds. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/feature_trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROWS_MAX 2048
#define CHECK(expr)                                                                                                    \
    do {                                                                                                               \
        if (!(expr)) abort();                                                                                          \
    } while (0)

/* 12 bytes a row: how far in time, what it has, two raw values for all channels and the place. */
static pb_point row_of(const uint8_t *at, int64_t *now_us)
{
    int16_t  step;
    uint16_t bits;
    memcpy(&step, at, sizeof step);
    memcpy(&bits, at + 2, sizeof bits);
    *now_us += (int64_t)step * (bits & 1 ? 1000 : 20);
    pb_point p = {.time_us = *now_us, .car = 7, .has = bits, .lat_deg = NAN, .lon_deg = NAN};
    for (int c = 0; c < PB_CH_N; c++) {
        memcpy(&p.ch[c], at + 4 + 4 * (c & 1), sizeof p.ch[c]);
        if (bits & 2) p.ch[c] = (float)(at[4 + c % 8] * 20);
    }
    if (bits & 4) p.lat_deg = (double)p.ch[0], p.lon_deg = (double)p.ch[1];
    return p;
}

static void check(const pb_trace *t)
{
    CHECK(t->n >= 1 && t->n <= PB_TRACE_POINTS_MAX && isfinite(t->step_m) && isfinite(t->length_m));
    float last = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        CHECK(!isinf(t->elapsed_s[i]));
        if (isnan(t->elapsed_s[i])) continue;
        CHECK(t->elapsed_s[i] >= last - 1e-3f);
        last = t->elapsed_s[i];
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static pb_point rows[ROWS_MAX];
    uint32_t        n      = 0;
    int64_t         now_us = 0;
    pb_trace        t;
    pb_error        error;
    if (size < 4) return 0;
    for (size_t i = 4; i + 12 <= size && n < ROWS_MAX; i += 12) rows[n++] = row_of(data + i, &now_us);
    pb_trace_ask ask = pb_trace_ask_default();
    ask.start_us     = (int64_t)data[0] * 10000;
    ask.end_us       = ask.start_us + 1 + (int64_t)data[1] * 500000;
    ask.bursts       = data[2] & 1;
    ask.lap_m        = data[2] & 2 ? 0 : (float)(1 + data[3] * 20);
    ask.step_m       = data[2] & 4 ? 0.1f : 7;
    ask.points_max   = data[2] & 8 ? PB_TRACE_POINTS_MAX : 40;
    if (pb_trace_make(&ask, rows, n, &t, &error) != PB_OK) return 0;
    check(&t);
    pb_trace_fini(&t);
    return 0;
}
