/* Windows made live, point by point, against windows_offline.h over all points at once.
 * Bit for bit: bounds, counts, sums, shares, peaks, everything but the speed, whose mean and
 * deviation come from two passes there and from Welford's one here (1e-5 of the mean).
 * Live against live in another order within the bound: bit for bit, the speed too. */
#include <math.h>

#include "pb_test.h"

#include "pitboard/codec.h"
#include "pitboard/feature_window.h"
#include "window_offline.h"

typedef struct bag {
    pb_window *at;
    size_t     n, cap;
} bag;

static void keep(void *user, const pb_window *window)
{
    bag *b = user;
    if (b->n == b->cap) {
        b->cap = b->cap * 2 + 64;
        b->at  = realloc(b->at, b->cap * sizeof *b->at);
        PB_CHECK(b->at != NULL);
    }
    b->at[b->n++] = *window;
}

static int by_kind_car_time(const void *a, const void *b)
{
    const pb_window *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->car != y->car) return x->car < y->car ? -1 : 1;
    return (x->from_us > y->from_us) - (x->from_us < y->from_us);
}

static int by_car_time(const void *a, const void *b)
{
    const pb_point *x = a, *y = b;
    if (x->car != y->car) return x->car < y->car ? -1 : 1;
    return (x->time_us > y->time_us) - (x->time_us < y->time_us);
}

static bag live(const pb_window_options *o, const pb_point *points, size_t n, uint64_t *refused)
{
    pb_windows *w = NULL;
    bag         b = {NULL, 0, 0};
    PB_CHECK_EQ(pb_windows_create(o, &w, NULL), PB_OK);
    for (size_t i = 0; i < n; i++) *refused += pb_windows_add(w, &points[i], keep, &b) != NULL;
    pb_windows_flush(w, keep, &b);
    PB_CHECK_EQ(pb_windows_counts(w).early, 0);
    pb_windows_destroy(w);
    qsort(b.at, b.n, sizeof *b.at, by_kind_car_time);
    return b;
}

static bool same_bits(float a, float b)
{
    uint32_t x, y;
    memcpy(&x, &a, sizeof x);
    memcpy(&y, &b, sizeof y);
    return x == y || (isnan(a) && isnan(b));
}

static bool speed_near(const pb_window *a, const pb_window *b, int feature)
{
    float x = a->at[feature], y = b->at[feature];
    return same_bits(x, y) || fabsf(x - y) <= 1e-5f * fabsf(b->at[PB_WF_speed_mean_kmh]) + 1e-6f;
}

static void check_same(const pb_window *a, const pb_window *b, bool exact)
{
    PB_CHECK_EQ(a->kind, b->kind);
    PB_CHECK_EQ(a->car, b->car);
    PB_CHECK_EQ(a->lap, b->lap);
    PB_CHECK_EQ(a->sector, b->sector);
    PB_CHECK_EQ(a->from_us, b->from_us);
    PB_CHECK_EQ(a->to_us, b->to_us);
    PB_CHECK_EQ(a->n_points, b->n_points);
    for (int f = 0; f < PB_WINDOW_FEATURES_N; f++) {
        bool speed = f == PB_WF_speed_mean_kmh || f == PB_WF_speed_sd_kmh;
        if (speed && !exact ? speed_near(a, b, f) : same_bits(a->at[f], b->at[f])) continue;
        print_error("%s of %s window: %.9g, offline %.9g\n", pb_window_schema()->at[f].name,
                    pb_window_kind_name((pb_window_kind)a->kind), (double)a->at[f], (double)b->at[f]);
        fail();
    }
}

static void check_all(const bag *a, const pb_window *b, size_t n, bool exact)
{
    PB_CHECK_EQ(a->n, n);
    for (size_t i = 0; i < n; i++) check_same(&a->at[i], &b[i], exact);
}

/* xorshift64, for tests only. */
static uint64_t draw(uint64_t *s)
{
    *s ^= *s << 13, *s ^= *s >> 7, *s ^= *s << 17;
    return *s;
}

static uint32_t below(uint64_t *s, uint32_t n)
{
    return (uint32_t)(draw(s) >> 33) % n;
}

typedef struct arrival {
    int64_t at_us;
    size_t  i;
} arrival;

static int by_arrival(const void *a, const void *b)
{
    const arrival *x = a, *y = b;
    if (x->at_us != y->at_us) return x->at_us < y->at_us ? -1 : 1;
    return (x->i > y->i) - (x->i < y->i);
}

/* Every point comes up to late_us after its time. */
static pb_point *shuffled(const pb_point *points, size_t n, int64_t late_us, uint64_t seed)
{
    arrival  *order = malloc((n + 1) * sizeof *order);
    pb_point *out   = malloc((n + 1) * sizeof *out);
    PB_CHECK(order != NULL && out != NULL);
    for (size_t i = 0; i < n; i++) order[i] = (arrival){points[i].time_us + below(&seed, (uint32_t)late_us + 1), i};
    qsort(order, n, sizeof *order, by_arrival);
    for (size_t i = 0; i < n; i++) out[i] = points[order[i].i];
    free(order);
    return out;
}

/* Points sorted by car and time, none twice. */
static void check_points(const pb_window_options *o, pb_point *points, size_t n)
{
    uint64_t refused  = 0;
    bag      in_order = live(o, points, n, &refused);
    offline  slow     = offline_windows(o, points, n);
    qsort(slow.window, slow.n_windows, sizeof *slow.window, by_kind_car_time);
    PB_CHECK_EQ(refused, 0);
    check_all(&in_order, slow.window, slow.n_windows, false);
    for (uint64_t seed = 1; seed <= 3; seed++) {
        pb_point *mixed = shuffled(points, n, o->late_us, seed);
        bag       other = live(o, mixed, n, &refused);
        PB_CHECK_EQ(refused, 0);
        check_all(&other, in_order.at, in_order.n, true);
        free(other.at);
        free(mixed);
    }
    offline_fini(&slow);
    free(in_order.at);
}

/* ---- random streams ---- */

static void random_channels(pb_point *p, uint64_t *s, uint32_t wild)
{
    const float scale[PB_CH_SECTOR + 1] = {3800, 260, 3, 3, 120, 90, 60, 8000, 100, 6, 100, 30, 3};
    for (uint32_t c = 0; c <= PB_CH_SECTOR; c++) {
        if (below(s, 10) < wild) continue;
        bool is_signed = c == PB_CH_ACCX || c == PB_CH_ACCY || c == PB_CH_STEERING;
        p->has |= 1u << c;
        p->ch[c] = scale[c] * ((float)below(s, 1000) / 1000.0f - (is_signed ? 0.5f : 0.0f));
        if (c == PB_CH_SECTOR) p->ch[c] = (float)below(s, 5);
        if (below(s, 200) == 0) p->ch[c] = below(s, 2) ? NAN : 1e30f;
    }
}

static size_t random_points(pb_point *out, size_t n, uint64_t seed)
{
    uint64_t s    = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    uint32_t cars = 1 + below(&s, 4), wild = below(&s, 8), step = 1000 + below(&s, 200000);
    for (size_t i = 0; i < n; i++) {
        bool     new_car = i == 0 || i % (n / cars + 1) == 0;
        int64_t  gap     = 1 + below(&s, step) + (below(&s, 60) == 0 ? below(&s, 9000000) : 0);
        uint32_t turn    = below(&s, 40);
        out[i]           = (pb_point){.car     = new_car ? (int32_t)(i + 1) * 37 : out[i - 1].car,
                                      .time_us = new_car ? (int64_t)below(&s, 100000000) - 50000000 : out[i - 1].time_us + gap};
        if (!new_car) out[i].lap = (uint16_t)(out[i - 1].lap + (turn == 0) - (turn == 1 && out[i - 1].lap > 0));
        random_channels(&out[i], &s, wild);
    }
    return n;
}

PB_TEST(random_streams_give_the_same_windows_live_and_offline)
{
    enum { N = 600 };
    static pb_point points[N];
    for (uint64_t seed = 1; seed <= 60; seed++) {
        pb_window_options o = pb_window_options_default();
        if (seed % 2) o.sector_end_m[0] = 1200, o.sector_end_m[1] = 2500;
        if (seed % 3) o.lap_m = 3800;
        size_t n = random_points(points, N, seed);
        if (seed % 5 == 0)
            for (size_t i = 0; i < n; i++) points[i].lap = 0;
        check_points(&o, points, n);
    }
}

PB_TEST(doubles_and_points_beyond_the_bound_change_nothing)
{
    enum { N = 400 };
    static pb_point   points[N], more[3 * N];
    pb_window_options o = pb_window_options_default();
    for (uint64_t seed = 1; seed <= 20; seed++) {
        size_t   n = random_points(points, N, seed), m = 0;
        uint64_t s = seed + 99, clean = 0, refused = 0;
        for (size_t i = 0; i < n; i++) {
            more[m++] = points[i];
            if (below(&s, 3) == 0) more[m++] = points[i];
            if (below(&s, 3) == 0) more[m] = points[i], more[m++].time_us -= o.late_us + 1 + below(&s, 1000000);
        }
        bag a = live(&o, points, n, &clean), b = live(&o, more, m, &refused);
        PB_CHECK_EQ(clean, 0);
        PB_CHECK_EQ(refused, m - n);
        check_all(&b, a.at, a.n, true);
        free(a.at);
        free(b.at);
    }
}

/* ---- GR Cup ---- */

static const struct {
    const char *name;
    pb_channel  channel;
} gr_channels[] = {{"Laptrigger_lapdist_dls", PB_CH_LAPDIST},
                   {"speed", PB_CH_SPEED},
                   {"accx_can", PB_CH_ACCX},
                   {"accy_can", PB_CH_ACCY},
                   {"Steering_Angle", PB_CH_STEERING},
                   {"pbrake_f", PB_CH_PBRAKE_F},
                   {"pbrake_r", PB_CH_PBRAKE_R},
                   {"nmot", PB_CH_RPM},
                   {"aps", PB_CH_APS},
                   {"gear", PB_CH_GEAR}};

static void gr_value(pb_point *p, pb_span name, pb_span text)
{
    double value;
    if (!pb_span_to_f64(text, &value)) return;
    if (pb_span_equal_text(name, "lap")) p->lap = (uint16_t)(value >= 0 && value < 32768 ? value : 0);
    for (size_t k = 0; k < sizeof gr_channels / sizeof *gr_channels; k++)
        if (pb_span_equal_text(name, gr_channels[k].name)) {
            p->has |= 1u << gr_channels[k].channel;
            p->ch[gr_channels[k].channel] = (float)value;
        }
}

static double gr_number(pb_span text, size_t from, size_t len)
{
    double value = 0;
    PB_CHECK(from + len <= text.len && pb_span_to_f64((pb_span){text.at + from, len}, &value));
    return value;
}

/* 2025-09-06T18:40:01.6530Z */
static int64_t gr_time_us(pb_span text)
{
    int64_t year = llround(gr_number(text, 0, 4)), month = llround(gr_number(text, 5, 2));
    int64_t day = llround(gr_number(text, 8, 2)), hour = llround(gr_number(text, 11, 2));
    int64_t minute = llround(gr_number(text, 14, 2)), us = llround(gr_number(text, 17, text.len - 18) * 1e6);
    int64_t y = month <= 2 ? year - 1 : year, m = month <= 2 ? month + 9 : month - 3;
    int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
    return ((days * 24 + hour) * 60 + minute) * 60000000 + us;
}

typedef struct gr_file {
    pb_bytes  bytes;
    pb_csv    csv;
    pb_arena  arena;
    pb_span   header[PB_CSV_FIELDS_MAX];
    uint32_t  n_fields;
    pb_point *point;
    size_t    n;
} gr_file;

static void gr_open(gr_file *f, const char *path)
{
    pb_need_shared(path);
    *f = (gr_file){.n = 0};
    PB_CHECK_EQ(pb_file_read(path, 0, &f->bytes, NULL), PB_OK);
    pb_arena_init(&f->arena, 0);
    pb_csv_init(&f->csv, (pb_span){f->bytes.at, f->bytes.len}, ',', &f->arena);
    PB_CHECK_EQ(pb_csv_next(&f->csv), PB_OK);
    f->n_fields = f->csv.n_fields;
    memcpy(f->header, f->csv.field, sizeof f->header);
    f->point = calloc(f->bytes.len / 20, sizeof *f->point);
    PB_CHECK(f->point != NULL);
}

static void gr_close(gr_file *f)
{
    free(f->point);
    pb_arena_fini(&f->arena);
    pb_bytes_free(&f->bytes);
}

static pb_window_options gr_options(void)
{
    pb_window_options o = pb_window_options_default();
    o.lap_m             = 3705; /* longest distance told in the wide file; the ends of sectors are made up */
    o.sector_end_m[0]   = 1200;
    o.sector_end_m[1]   = 2500;
    return o;
}

static void gr_check(gr_file *f, size_t at_least)
{
    pb_window_options o = gr_options(), plain = pb_window_options_default();
    qsort(f->point, f->n, sizeof *f->point, by_car_time);
    PB_CHECK(f->n >= at_least);
    check_points(&o, f->point, f->n);
    check_points(&plain, f->point, f->n);
}

PB_TEST(the_wide_gr_cup_file_gives_the_same_windows_live_and_offline)
{
    gr_file f;
    gr_open(&f, PB_SHARED_DIR "/data/gr-cup/telemetry/barber_race1_wide_mvp.csv");
    while (pb_csv_next(&f.csv) == PB_OK) {
        pb_point *p = &f.point[f.n++];
        *p          = (pb_point){.car = 1001, .time_us = gr_time_us(f.csv.field[1])};
        for (uint32_t i = 0; i < f.n_fields; i++)
            if (f.csv.field[i].len > 0) gr_value(p, f.header[i], f.csv.field[i]);
    }
    gr_check(&f, 11963);
    gr_close(&f);
}

PB_TEST(the_long_gr_cup_file_gives_the_same_windows_live_and_offline)
{
    gr_file f;
    gr_open(&f, PB_SHARED_DIR "/data/gr-cup/telemetry/barber_race1_GR86-049-88_part1.csv");
    while (pb_csv_next(&f.csv) == PB_OK) {
        int64_t time_us = gr_time_us(f.csv.field[0]);
        if (f.n == 0 || f.point[f.n - 1].time_us != time_us) f.point[f.n++] = (pb_point){.car = 88, .time_us = time_us};
        gr_value(&f.point[f.n - 1], f.csv.field[1], f.csv.field[2]);
    }
    gr_check(&f, 4000);
    gr_close(&f);
}

PB_TEST_MAIN(PB_RUN(random_streams_give_the_same_windows_live_and_offline),
             PB_RUN(doubles_and_points_beyond_the_bound_change_nothing),
             PB_RUN(the_wide_gr_cup_file_gives_the_same_windows_live_and_offline),
             PB_RUN(the_long_gr_cup_file_gives_the_same_windows_live_and_offline))
