/* Windows of telemetry features: formulas by hand, order, bounds, what is refused. */
#include <math.h>

#include "pb_test.h"

#include "pitboard/feature_window.h"

typedef struct got {
    pb_window at[512];
    uint32_t  n;
} got;

static void keep(void *user, const pb_window *window)
{
    got *g = user;
    if (g->n < 512) g->at[g->n] = *window;
    g->n++;
}

static const pb_window *one(const got *g, pb_window_kind kind, uint32_t i)
{
    for (uint32_t k = 0; k < g->n; k++)
        if (g->at[k].kind == kind && i-- == 0) return &g->at[k];
    fail();
    return NULL;
}

static uint32_t how_many(const got *g, pb_window_kind kind)
{
    uint32_t n = 0;
    for (uint32_t k = 0; k < g->n; k++) n += g->at[k].kind == kind;
    return n;
}

static pb_windows *windows_of(const pb_window_options *options)
{
    pb_window_options o = options != NULL ? *options : pb_window_options_default();
    pb_windows       *w = NULL;
    PB_CHECK_EQ(pb_windows_create(&o, &w, NULL), PB_OK);
    return w;
}

static pb_point point_at(int32_t ms)
{
    return (pb_point){.time_us = (int64_t)ms * 1000, .car = 7, .lap = 3};
}

static void set(pb_point *p, pb_channel channel, float value)
{
    p->has |= 1u << channel;
    p->ch[channel] = value;
}

/* One channel, a point every step_ms from 0; what the 5 s window of them says. */
static float of_channel(pb_channel channel, const float *value, uint32_t n, int32_t step_ms, pb_window_feature feature)
{
    pb_windows *w = windows_of(NULL);
    got         g = {.n = 0};
    for (uint32_t i = 0; i < n; i++) {
        pb_point p = point_at((int32_t)i * step_ms);
        set(&p, channel, value[i]);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    pb_windows_destroy(w);
    PB_CHECK_EQ(how_many(&g, PB_WINDOW_5S), 1);
    return one(&g, PB_WINDOW_5S, 0)->at[feature];
}

PB_TEST(the_schema_names_twenty_features)
{
    const pb_feature_schema *schema = pb_window_schema();
    PB_CHECK_TEXT(schema->name, "window-1");
    PB_CHECK_EQ(schema->n, 20);
    PB_CHECK_EQ(pb_feature_index(schema, "lateral_bias"), PB_WF_lateral_bias);
    PB_CHECK_TEXT(pb_window_kind_name(PB_WINDOW_LAP), "lap");
    PB_CHECK_TEXT(pb_window_kind_name(PB_WINDOW_N), "?");
}

PB_TEST(g_is_summed_over_the_time_since_the_point_before)
{
    const float g[] = {1.0f, -0.5f, 0.25f, -2.0f}; /* the first has no point before */
    PB_CHECK_NEAR(of_channel(PB_CH_ACCY, g, 4, 100, PB_WF_lat_g_s), (0.5 + 0.25 + 2.0) * 0.1, 1e-6);
    PB_CHECK_NEAR(of_channel(PB_CH_ACCX, g, 4, 20, PB_WF_lon_g_s), (0.5 + 0.25 + 2.0) * 0.02, 1e-6);
    PB_CHECK_NEAR(of_channel(PB_CH_ACCY, g, 4, 100, PB_WF_peak_lat_g), 2.0, 0);
    PB_CHECK_NEAR(of_channel(PB_CH_ACCX, g, 4, 100, PB_WF_peak_lon_g), 2.0, 0);
}

PB_TEST(a_gap_in_the_data_is_not_integrated_over)
{
    const float g[] = {1.0f, 1.0f, 1.0f};
    PB_CHECK_NEAR(of_channel(PB_CH_ACCY, g, 3, 500, PB_WF_lat_g_s), 1.0, 1e-6);
    PB_CHECK_NEAR(of_channel(PB_CH_ACCY, g, 3, 2000, PB_WF_lat_g_s), 1.0, 1e-6); /* half a second each */
}

PB_TEST(an_event_is_a_crossing_and_ends_well_below)
{
    const float corner[] = {0.2f, 1.1f, 1.3f, 0.95f, 1.2f, 0.85f, -1.1f, -0.2f, 1.0f};
    PB_CHECK_NEAR(of_channel(PB_CH_ACCY, corner, 9, 50, PB_WF_hard_cornering_n), 2, 0); /* 0.95 is not below 0.9 */
    const float brake[] = {-0.81f, -0.75f, -0.9f, -0.71f, 0.9f};
    PB_CHECK_NEAR(of_channel(PB_CH_ACCX, brake, 5, 50, PB_WF_heavy_braking_n), 2, 0);
    const float speed[] = {199, 200, 201, 181, 202, 179, 230};
    PB_CHECK_NEAR(of_channel(PB_CH_SPEED, speed, 7, 50, PB_WF_high_speed_n), 2, 0);
}

PB_TEST(an_event_counts_in_the_window_in_which_it_begins)
{
    pb_windows *w = windows_of(NULL);
    got         g = {.n = 0};
    for (int32_t ms = 4800; ms <= 5300; ms += 100) {
        pb_point p = point_at(ms);
        set(&p, PB_CH_ACCY, 1.5f);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    PB_CHECK_NEAR(one(&g, PB_WINDOW_5S, 0)->at[PB_WF_hard_cornering_n], 1, 0);
    PB_CHECK_NEAR(one(&g, PB_WINDOW_5S, 1)->at[PB_WF_hard_cornering_n], 0, 0);
    pb_windows_destroy(w);
}

PB_TEST(thresholds_are_those_of_the_series)
{
    pb_window_options o = pb_window_options_default();
    o.corner_g          = 3.0f;
    pb_windows *w       = windows_of(&o);
    got         g       = {.n = 0};
    const float lat[]   = {1, 2.9f, 3.1f, 1};
    for (int32_t i = 0; i < 4; i++) {
        pb_point p = point_at(i * 100);
        set(&p, PB_CH_ACCY, lat[i]);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    PB_CHECK_NEAR(one(&g, PB_WINDOW_5S, 0)->at[PB_WF_hard_cornering_n], 1, 0);
    pb_windows_destroy(w);
}

PB_TEST(speed_has_a_mean_and_a_deviation)
{
    const float speed[] = {100, 110, 120, 130};
    PB_CHECK_NEAR(of_channel(PB_CH_SPEED, speed, 4, 50, PB_WF_speed_mean_kmh), 115, 1e-4);
    PB_CHECK_NEAR(of_channel(PB_CH_SPEED, speed, 4, 50, PB_WF_speed_sd_kmh), sqrt(125), 1e-4);
    PB_CHECK_NEAR(of_channel(PB_CH_SPEED, speed, 1, 50, PB_WF_speed_sd_kmh), 0, 0);
}

PB_TEST(full_throttle_is_a_share_of_time)
{
    const float aps[] = {0, 100, 96, 95, 40};
    PB_CHECK_NEAR(of_channel(PB_CH_APS, aps, 5, 50, PB_WF_throttle_on_frac), 0.5, 1e-6);
}

PB_TEST(brakes_give_energy_and_balance)
{
    pb_windows *w       = windows_of(NULL);
    got         g       = {.n = 0};
    const float front[] = {0, 30, 60}, rear[] = {0, 20, 40};
    for (int32_t i = 0; i < 3; i++) {
        pb_point p = point_at(i * 100);
        set(&p, PB_CH_PBRAKE_F, front[i]);
        set(&p, PB_CH_PBRAKE_R, rear[i]);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    const float *at = one(&g, PB_WINDOW_5S, 0)->at;
    PB_CHECK_NEAR(at[PB_WF_brake_energy], (900 + 400 + 3600 + 1600) * 0.1, 1e-3);
    PB_CHECK_NEAR(at[PB_WF_brake_balance], 0.6, 1e-6);
    pb_windows_destroy(w);
}

/* Turns at 1 g with the steering on one side, braking at so much. */
static pb_window turn_of(float lateral, float steering, float longitudinal)
{
    pb_windows *w = windows_of(NULL);
    got         g = {.n = 0};
    for (int32_t i = 0; i < 3; i++) {
        pb_point p = point_at(i * 100);
        set(&p, PB_CH_ACCY, lateral);
        set(&p, PB_CH_STEERING, steering);
        set(&p, PB_CH_ACCX, longitudinal);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    pb_windows_destroy(w);
    return *one(&g, PB_WINDOW_5S, 0);
}

PB_TEST(a_turn_to_the_right_loads_the_left_tyres_whatever_the_sign_of_the_lateral_g)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        pb_window right = turn_of((float)sign, 30, 0), left = turn_of((float)sign, -30, 0);
        PB_CHECK_NEAR(right.at[PB_WF_lateral_bias], 1, 0);
        PB_CHECK_NEAR(right.at[PB_WF_front_load_ratio], 0.8, 1e-6);
        PB_CHECK_NEAR(right.at[PB_WF_rear_load_ratio], 0.8, 1e-6);
        PB_CHECK_NEAR(left.at[PB_WF_lateral_bias], -1, 0);
        PB_CHECK_NEAR(left.at[PB_WF_front_load_ratio], 0.2, 1e-6);
    }
    PB_CHECK_NEAR(turn_of(0.1f, 0, 0).at[PB_WF_front_load_ratio], 0.5, 1e-6);
}

PB_TEST(braking_in_a_turn_lightens_the_rear_axle_whose_split_grows)
{
    pb_window w = turn_of(1, 30, -0.5f); /* front axle 0.6 of the weight, rear 0.4; 0.15 crosses each */
    PB_CHECK_NEAR(w.at[PB_WF_front_load_ratio], 0.5 + 0.15 / 0.6, 1e-6);
    PB_CHECK_NEAR(w.at[PB_WF_rear_load_ratio], 0.5 + 0.15 / 0.4, 1e-6);
    PB_CHECK_NEAR(turn_of(5, 30, 0).at[PB_WF_front_load_ratio], 1, 0); /* no less than all of it */
}

PB_TEST(a_missing_channel_is_a_missing_feature)
{
    pb_windows *w = windows_of(NULL);
    got         g = {.n = 0};
    for (int32_t i = 0; i < 3; i++) {
        pb_point p = point_at(i * 100);
        p.lap      = 0;
        set(&p, PB_CH_BRAKE, 80); /* a pedal is no pressure */
        set(&p, PB_CH_ACCX, i == 1 ? NAN : INFINITY);
        set(&p, PB_CH_SPEED, 3e6f);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    PB_CHECK_EQ(g.n, 3);
    for (uint32_t k = 0; k < g.n; k++) {
        PB_CHECK_EQ(g.at[k].n_points, 3);
        for (uint32_t f = 0; f < PB_WINDOW_FEATURES_N; f++) PB_CHECK(isnan(g.at[k].at[f]));
    }
    pb_windows_destroy(w);
}

PB_TEST(a_share_of_nothing_is_missing_and_a_sum_of_nothing_is_not)
{
    const float zero[] = {0, 0, 0};
    PB_CHECK(isnan(of_channel(PB_CH_APS, zero, 1, 100, PB_WF_throttle_on_frac)));
    PB_CHECK_NEAR(of_channel(PB_CH_APS, zero, 3, 100, PB_WF_throttle_on_frac), 0, 0);
    PB_CHECK_NEAR(of_channel(PB_CH_ACCY, zero, 3, 100, PB_WF_lat_g_s), 0, 0);
    PB_CHECK(isnan(turn_of(0, 30, 0).at[PB_WF_lateral_bias]));
}

PB_TEST(a_channel_that_comes_more_rarely_keeps_its_own_clock)
{
    pb_windows *w = windows_of(NULL);
    got         g = {.n = 0};
    for (int32_t i = 0; i <= 8; i++) {
        pb_point p = point_at(i * 100);
        set(&p, PB_CH_ACCX, 1);
        if (i % 4 == 0) set(&p, PB_CH_ACCY, 1);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    PB_CHECK_NEAR(one(&g, PB_WINDOW_5S, 0)->at[PB_WF_lon_g_s], 0.8, 1e-6);
    PB_CHECK_NEAR(one(&g, PB_WINDOW_5S, 0)->at[PB_WF_lat_g_s], 0.8, 1e-6);
    pb_windows_destroy(w);
}

PB_TEST(five_seconds_are_multiples_also_before_1970)
{
    pb_windows   *w    = windows_of(NULL);
    got           g    = {.n = 0};
    const int32_t ms[] = {-5001, -5000, -1, 0, 4999, 5000};
    for (uint32_t i = 0; i < 6; i++) {
        pb_point p = point_at(ms[i]);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    PB_CHECK_EQ(how_many(&g, PB_WINDOW_5S), 4);
    const int64_t  from[] = {-10000000, -5000000, 0, 5000000};
    const uint32_t n[]    = {1, 2, 2, 1};
    for (uint32_t i = 0; i < 4; i++) {
        PB_CHECK_EQ(one(&g, PB_WINDOW_5S, i)->from_us, from[i]);
        PB_CHECK_EQ(one(&g, PB_WINDOW_5S, i)->to_us, from[i] + 5000000);
        PB_CHECK_EQ(one(&g, PB_WINDOW_5S, i)->n_points, n[i]);
    }
    pb_windows_destroy(w);
}

static pb_point sector_point(int32_t ms, uint16_t lap, float sector)
{
    pb_point p = point_at(ms);
    p.lap      = lap;
    if (sector > 0) set(&p, PB_CH_SECTOR, sector);
    return p;
}

PB_TEST(windows_of_a_sector_begin_where_it_is_entered)
{
    pb_windows    *w   = windows_of(NULL);
    got            g   = {.n = 0};
    const pb_point p[] = {sector_point(130, 1, 1),  sector_point(700, 1, 1),
                          sector_point(730, 1, 1),                            /* edge: belongs to the second */
                          sector_point(2000, 1, 1),                           /* 130 + 3 x 600 */
                          sector_point(2100, 1, 2), sector_point(2200, 1, 0), /* told none: still there */
                          sector_point(2300, 1, 3), sector_point(2400, 2, 0), /* after 3 comes 1 */
                          sector_point(6000, 2, 0)};                          /* long told nothing */
    for (uint32_t i = 0; i < sizeof p / sizeof *p; i++) PB_CHECK(pb_windows_add(w, &p[i], keep, &g) == NULL);
    pb_windows_flush(w, keep, &g);
    const struct {
        uint8_t  sector;
        int32_t  from_ms, to_ms;
        uint32_t n;
    } want[] = {{1, 130, 730, 2},   {1, 730, 1330, 1},  {1, 1930, 2100, 1}, {2, 2100, 2300, 2},
                {3, 2300, 2400, 1}, {1, 2400, 3000, 1}, {0, 6000, 6600, 1}};
    PB_CHECK_EQ(how_many(&g, PB_WINDOW_SECTOR), 7);
    for (uint32_t i = 0; i < 7; i++) {
        const pb_window *got_it = one(&g, PB_WINDOW_SECTOR, i);
        PB_CHECK_EQ(got_it->sector, want[i].sector);
        PB_CHECK_EQ(got_it->from_us, want[i].from_ms * 1000);
        PB_CHECK_EQ(got_it->to_us, want[i].to_ms * 1000);
        PB_CHECK_EQ(got_it->n_points, want[i].n);
        for (uint32_t s = 1; s <= 3; s++) {
            float hot = got_it->at[PB_WF_sector_1 + s - 1];
            PB_CHECK(want[i].sector == 0 ? isnan(hot) : hot == (float)(want[i].sector == s));
        }
    }
    PB_CHECK_EQ(how_many(&g, PB_WINDOW_LAP), 2);
    PB_CHECK_EQ(one(&g, PB_WINDOW_LAP, 0)->to_us, 2400000);
    PB_CHECK_EQ(one(&g, PB_WINDOW_LAP, 1)->lap, 2);
    PB_CHECK_EQ(one(&g, PB_WINDOW_LAP, 1)->to_us, 6000001);
    PB_CHECK(isnan(one(&g, PB_WINDOW_LAP, 0)->at[PB_WF_sector_1]));
    pb_windows_destroy(w);
}

PB_TEST(the_sector_comes_from_the_distance_where_its_ends_are_known)
{
    pb_window_options o = pb_window_options_default();
    o.sector_end_m[0]   = 1000;
    o.sector_end_m[1]   = 2000;
    pb_windows *w       = windows_of(&o);
    got         g       = {.n = 0};
    const float m[]     = {999, 1000, 1999, 2000};
    for (int32_t i = 0; i < 4; i++) {
        pb_point p = sector_point(i * 10, 1, 1);
        set(&p, PB_CH_LAPDIST, m[i]);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    PB_CHECK_EQ(how_many(&g, PB_WINDOW_SECTOR), 3);
    for (uint32_t i = 0; i < 3; i++) PB_CHECK_EQ(one(&g, PB_WINDOW_SECTOR, i)->sector, i + 1);
    pb_windows_destroy(w);
}

PB_TEST(a_lap_without_a_number_ends_where_the_distance_falls)
{
    pb_window_options o = pb_window_options_default();
    o.lap_m             = 3700;
    pb_windows *w       = windows_of(&o);
    got         g       = {.n = 0};
    const float m[]     = {3600, 3650, 3640, 10, 60};
    for (int32_t i = 0; i < 5; i++) {
        pb_point p = sector_point(i * 100, 0, 0);
        set(&p, PB_CH_LAPDIST, m[i]);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    PB_CHECK_EQ(how_many(&g, PB_WINDOW_LAP), 2);
    PB_CHECK_EQ(one(&g, PB_WINDOW_LAP, 0)->n_points, 3);
    PB_CHECK_EQ(one(&g, PB_WINDOW_LAP, 0)->lap, 0);
    pb_windows_destroy(w);
}

PB_TEST(a_lap_not_told_is_the_one_told_last)
{
    pb_windows    *w     = windows_of(NULL);
    got            g     = {.n = 0};
    const uint16_t lap[] = {4, 0, 4, 0, 5};
    for (int32_t i = 0; i < 5; i++) {
        pb_point p = sector_point(i * 100, lap[i], 0);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    pb_windows_flush(w, keep, &g);
    PB_CHECK_EQ(how_many(&g, PB_WINDOW_LAP), 2);
    PB_CHECK_EQ(one(&g, PB_WINDOW_LAP, 0)->n_points, 4);
    PB_CHECK_NEAR(one(&g, PB_WINDOW_LAP, 0)->at[PB_WF_lap], 4, 0);
    pb_windows_destroy(w);
}

PB_TEST(late_double_and_nobodys_points_are_refused_and_counted)
{
    pb_windows *w = windows_of(NULL);
    got         g = {.n = 0};
    pb_point    p = point_at(1000);
    PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    p = point_at(800); /* as late as may be */
    PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    PB_CHECK_TEXT(pb_windows_add(w, &p, keep, &g), "double");
    p.time_us--;
    PB_CHECK_TEXT(pb_windows_add(w, &p, keep, &g), "late");
    p.car = 0;
    PB_CHECK_TEXT(pb_windows_add(w, &p, keep, &g), "no car");
    p.car     = 7;
    p.time_us = INT64_MIN;
    PB_CHECK_TEXT(pb_windows_add(w, &p, keep, &g), "bad time");
    p.time_us = INT64_MAX;
    PB_CHECK_TEXT(pb_windows_add(w, &p, keep, &g), "bad time");
    pb_windows_flush(w, keep, &g);
    p = point_at(1000);
    PB_CHECK_TEXT(pb_windows_add(w, &p, keep, &g), "double");
    p = point_at(900); /* within the bound, but its windows are closed */
    PB_CHECK_TEXT(pb_windows_add(w, &p, keep, &g), "late");
    pb_window_counts counts = pb_windows_counts(w);
    PB_CHECK_EQ(counts.points, 2);
    PB_CHECK_EQ(counts.reordered, 1);
    PB_CHECK_EQ(counts.late, 2);
    PB_CHECK_EQ(counts.doubled, 2);
    PB_CHECK_EQ(counts.no_car, 1);
    PB_CHECK_EQ(counts.bad_time, 2);
    PB_CHECK_EQ(counts.windows[PB_WINDOW_LAP], 1);
    pb_windows_destroy(w);
}

PB_TEST(a_window_waits_for_late_points_before_it_closes)
{
    pb_windows   *w    = windows_of(NULL);
    got           g    = {.n = 0};
    const int32_t ms[] = {4900, 5050, 5150, 4950}; /* the last one still counts */
    for (uint32_t i = 0; i < 4; i++) {
        pb_point p = point_at(ms[i]);
        PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    }
    PB_CHECK_EQ(g.n, 0);
    pb_point p = point_at(5300);
    PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    PB_CHECK_EQ(one(&g, PB_WINDOW_5S, 0)->n_points, 2);
    pb_windows_destroy(w);
}

PB_TEST(sixty_four_cars_have_room_and_the_next_is_refused)
{
    pb_windows *w = windows_of(NULL);
    got        *g = calloc(1, sizeof *g);
    for (int32_t car = 1; car <= PB_WINDOW_CARS_MAX + 1; car++) {
        pb_point p      = point_at(car);
        p.car           = car * 16384 + (car & 1); /* keys that collide */
        const char *why = pb_windows_add(w, &p, keep, g);
        if (car <= PB_WINDOW_CARS_MAX)
            PB_CHECK(why == NULL);
        else
            PB_CHECK_TEXT(why, "too many cars");
    }
    pb_windows_flush(w, keep, g);
    PB_CHECK_EQ(g->n, 3 * PB_WINDOW_CARS_MAX);
    PB_CHECK_EQ(pb_windows_counts(w).cars, PB_WINDOW_CARS_MAX);
    pb_windows_reset(w);
    PB_CHECK_EQ(pb_windows_counts(w).cars, 0);
    pb_point p = point_at(1);
    PB_CHECK(pb_windows_add(w, &p, keep, g) == NULL);
    pb_windows_destroy(w);
    free(g);
}

PB_TEST(more_points_than_have_room_go_early_and_nothing_is_lost)
{
    pb_windows *w = windows_of(NULL);
    got        *g = calloc(1, sizeof *g);
    for (int64_t i = 0; i < 1000; i++) {
        pb_point p = point_at(0);
        p.time_us  = i * 10;
        PB_CHECK(pb_windows_add(w, &p, keep, g) == NULL);
    }
    PB_CHECK_EQ(pb_windows_counts(w).early, 1000 - PB_WINDOW_HELD_MAX + 1);
    pb_point p = point_at(0);
    p.time_us  = 11; /* gone past */
    PB_CHECK_TEXT(pb_windows_add(w, &p, keep, g), "late");
    pb_windows_flush(w, keep, g);
    PB_CHECK_EQ(one(g, PB_WINDOW_5S, 0)->n_points, 1000);
    pb_windows_destroy(w);
    free(g);
}

PB_TEST(a_car_whose_clock_was_set_back_can_be_restarted)
{
    pb_windows *w = windows_of(NULL);
    got         g = {.n = 0};
    pb_point    p = point_at(100000);
    PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    p = point_at(10);
    PB_CHECK_TEXT(pb_windows_add(w, &p, keep, &g), "late");
    pb_windows_restart(w, 7, keep, &g);
    pb_windows_restart(w, 8, keep, &g); /* nobody */
    PB_CHECK_EQ(g.n, 3);
    PB_CHECK(pb_windows_add(w, &p, keep, &g) == NULL);
    PB_CHECK_EQ(pb_windows_counts(w).cars, 1);
    pb_windows_destroy(w);
}

PB_TEST(options_that_make_no_sense_are_refused_by_name)
{
    pb_window_options o[8];
    for (int i = 0; i < 8; i++) o[i] = pb_window_options_default();
    o[0].late_us         = -1;
    o[1].sector_us       = 0;
    o[2].hysteresis_frac = 1.5f;
    o[3].brake_g         = NAN;
    o[4].sector_end_m[0] = 100;
    o[5].lap_m           = INFINITY;
    o[6].max_dt_us       = INT64_MAX;
    o[7].sector_end_m[0] = 200, o[7].sector_end_m[1] = 100;
    const char *name[] = {"late_us",      "sector_us", "hysteresis_frac", "brake_g",
                          "sector_end_m", "lap_m",     "max_dt_us",       "sector_end_m"};
    for (int i = 0; i < 8; i++) {
        pb_windows *w = NULL;
        pb_error    error;
        PB_CHECK_EQ(pb_windows_create(&o[i], &w, &error), PB_E_RANGE);
        PB_CHECK_HAS(error.text, name[i]);
        PB_CHECK(w == NULL);
    }
}

PB_TEST_MAIN(PB_RUN(the_schema_names_twenty_features), PB_RUN(g_is_summed_over_the_time_since_the_point_before),
             PB_RUN(a_gap_in_the_data_is_not_integrated_over), PB_RUN(an_event_is_a_crossing_and_ends_well_below),
             PB_RUN(an_event_counts_in_the_window_in_which_it_begins), PB_RUN(thresholds_are_those_of_the_series),
             PB_RUN(speed_has_a_mean_and_a_deviation), PB_RUN(full_throttle_is_a_share_of_time),
             PB_RUN(brakes_give_energy_and_balance),
             PB_RUN(a_turn_to_the_right_loads_the_left_tyres_whatever_the_sign_of_the_lateral_g),
             PB_RUN(braking_in_a_turn_lightens_the_rear_axle_whose_split_grows),
             PB_RUN(a_missing_channel_is_a_missing_feature),
             PB_RUN(a_share_of_nothing_is_missing_and_a_sum_of_nothing_is_not),
             PB_RUN(a_channel_that_comes_more_rarely_keeps_its_own_clock),
             PB_RUN(five_seconds_are_multiples_also_before_1970), PB_RUN(windows_of_a_sector_begin_where_it_is_entered),
             PB_RUN(the_sector_comes_from_the_distance_where_its_ends_are_known),
             PB_RUN(a_lap_without_a_number_ends_where_the_distance_falls), PB_RUN(a_lap_not_told_is_the_one_told_last),
             PB_RUN(late_double_and_nobodys_points_are_refused_and_counted),
             PB_RUN(a_window_waits_for_late_points_before_it_closes),
             PB_RUN(sixty_four_cars_have_room_and_the_next_is_refused),
             PB_RUN(more_points_than_have_room_go_early_and_nothing_is_lost),
             PB_RUN(a_car_whose_clock_was_set_back_can_be_restarted),
             PB_RUN(options_that_make_no_sense_are_refused_by_name))
