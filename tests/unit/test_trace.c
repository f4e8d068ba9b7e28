/* Laps along the distance: time, values, holes, bursts, and laps without a lap distance. */
#include <math.h>
#include <stdlib.h>

#include "pb_test.h"
#include "pitboard/feature_trace.h"

#define LAP_M 3000.0f
#define ROWS 600u
#define T0 1700000000000000
#define STEP_US 100000

typedef struct fixture {
    pb_point     rows[ROWS + 40];
    uint32_t     n;
    pb_trace_ask ask;
    pb_trace     trace;
    pb_error     error;
} fixture;

static void set(pb_point *p, pb_channel k, float v)
{
    p->ch[k] = v;
    p->has |= 1u << k;
}

static void unset(pb_point *p, pb_channel k)
{
    p->ch[k] = 0;
    p->has &= ~(1u << k);
}

/* 60 s of 50 m/s, ten rows a second, and two seconds on both sides. */
static void drive(fixture *f)
{
    memset(f, 0, sizeof *f);
    for (int i = -20; i <= (int)ROWS + 19; i++) {
        pb_point *p   = &f->rows[f->n++];
        float     d   = (float)i * 5;
        float     lap = d < 0 ? d + LAP_M : d >= LAP_M ? d - LAP_M : d;
        *p            = (pb_point){.time_us = T0 + (int64_t)i * STEP_US, .car = 7, .lat_deg = NAN, .lon_deg = NAN};
        set(p, PB_CH_LAPDIST, lap);
        set(p, PB_CH_SPEED, 180);
        set(p, PB_CH_RPM, d);
        set(p, PB_CH_GEAR, d < 1500 ? 3 : 4);
    }
    f->ask          = pb_trace_ask_default();
    f->ask.start_us = T0;
    f->ask.end_us   = T0 + ROWS * STEP_US;
    f->ask.lap_m    = LAP_M;
    f->ask.step_m   = 10;
}

static void make(fixture *f)
{
    if (pb_trace_make(&f->ask, f->rows, f->n, &f->trace, &f->error) != PB_OK) fail_msg("%s", f->error.text);
}

static float elapsed(const fixture *f, float at_m)
{
    return f->trace.elapsed_s[(uint32_t)lroundf(at_m / f->trace.step_m)];
}

static float value(const fixture *f, pb_channel k, float at_m)
{
    return f->trace.ch[k][(uint32_t)lroundf(at_m / f->trace.step_m)];
}

PB_TEST(a_lap_is_on_a_grid_from_line_to_line)
{
    fixture f;
    drive(&f);
    make(&f);
    PB_CHECK_EQ(f.trace.n, 301);
    PB_CHECK_NEAR(f.trace.length_m, LAP_M, 0);
    PB_CHECK_EQ(f.trace.way, PB_TRACE_LAPDIST);
    PB_CHECK_NEAR(elapsed(&f, 0), 0, 0);
    PB_CHECK_NEAR(elapsed(&f, 1500), 30, 0.02);
    PB_CHECK_NEAR(elapsed(&f, LAP_M), 60, 0);
    PB_CHECK_NEAR(value(&f, PB_CH_RPM, 1000), 1000, 3);
    PB_CHECK_EQ(f.trace.holes, 0);
    pb_trace_fini(&f.trace);
}

PB_TEST(the_step_grows_until_there_are_no_more_points_than_were_asked_for)
{
    fixture f;
    drive(&f);
    f.ask.points_max = 11;
    make(&f);
    PB_CHECK_EQ(f.trace.n, 11);
    PB_CHECK_NEAR(f.trace.step_m, 300, 0.01);
    pb_trace_fini(&f.trace);
}

PB_TEST(a_gear_stands_until_the_next_and_is_never_between_two)
{
    fixture f;
    drive(&f);
    make(&f);
    for (uint32_t i = 0; i < f.trace.n; i++) {
        float g = f.trace.ch[PB_CH_GEAR][i];
        PB_CHECK(g == 3 || g == 4);
    }
    PB_CHECK_NEAR(value(&f, PB_CH_GEAR, 1480), 3, 0);
    PB_CHECK_NEAR(value(&f, PB_CH_GEAR, 1520), 4, 0);
    pb_trace_fini(&f.trace);
}

PB_TEST(a_channel_that_is_away_for_longer_than_a_hole_is_not_known_there)
{
    fixture f;
    drive(&f);
    for (uint32_t i = 0; i < f.n; i++)
        if (f.rows[i].ch[PB_CH_LAPDIST] > 1000 && f.rows[i].ch[PB_CH_LAPDIST] < 1500) unset(&f.rows[i], PB_CH_RPM);
    make(&f);
    PB_CHECK(isnan(value(&f, PB_CH_RPM, 1250)));
    PB_CHECK_NEAR(value(&f, PB_CH_RPM, 900), 900, 3);
    PB_CHECK(!isnan(value(&f, PB_CH_SPEED, 1250)));
    pb_trace_fini(&f.trace);
}

PB_TEST(rows_that_are_away_are_a_hole_in_time_too)
{
    fixture f;
    drive(&f);
    uint32_t n = 0;
    for (uint32_t i = 0; i < f.n; i++) {
        float d = f.rows[i].ch[PB_CH_LAPDIST];
        if (d <= 1000 || d >= 1500) f.rows[n++] = f.rows[i];
    }
    f.n = n;
    make(&f);
    PB_CHECK_EQ(f.trace.holes, 1);
    PB_CHECK_NEAR(f.trace.longest_hole_m, 500, 11);
    PB_CHECK(isnan(elapsed(&f, 1250)));
    pb_trace_fini(&f.trace);
}

PB_TEST(a_lap_distance_between_two_that_fit_is_passed_over)
{
    fixture f;
    drive(&f);
    f.rows[120].ch[PB_CH_LAPDIST] = 2800; /* told 500 m into the lap */
    f.rows[240].ch[PB_CH_LAPDIST] = 20;
    make(&f);
    PB_CHECK_NEAR(elapsed(&f, 500), 10, 0.05);
    PB_CHECK_NEAR(elapsed(&f, 1100), 22, 0.05);
    PB_CHECK_EQ(f.trace.rows - f.trace.anchors, 3); /* and the row on the line, which is the next lap's */
    pb_trace_fini(&f.trace);
}

PB_TEST(lap_distances_told_rarely_are_filled_by_speed)
{
    fixture f;
    drive(&f);
    for (uint32_t i = 0; i < f.n; i++)
        if (i % 40 != 0) unset(&f.rows[i], PB_CH_LAPDIST);
    make(&f);
    PB_CHECK_EQ(f.trace.rows, 601);
    PB_CHECK_NEAR(elapsed(&f, 1750), 35, 0.1);
    PB_CHECK_NEAR(value(&f, PB_CH_RPM, 1750), 1750, 5);
    pb_trace_fini(&f.trace);
}

PB_TEST(rows_received_in_bursts_take_their_time_from_metres_over_speed)
{
    fixture f;
    drive(&f);
    for (uint32_t i = 0; i < f.n; i++) /* each second's rows at its end, all of them two seconds late */
        f.rows[i].time_us = T0 + ((f.rows[i].time_us - T0) / 1000000 + 3) * 1000000 + i;
    f.ask.bursts = true;
    make(&f);
    PB_CHECK_NEAR(elapsed(&f, 1500), 30, 0.05);
    PB_CHECK_NEAR(elapsed(&f, LAP_M), 60, 0);
    PB_CHECK_NEAR(value(&f, PB_CH_RPM, 2000), 2000, 3);
    pb_trace_fini(&f.trace);
}

PB_TEST(without_a_lap_distance_the_way_is_summed_from_places_else_from_speed)
{
    fixture f;
    drive(&f);
    f.ask.lap_m = 0;
    for (uint32_t i = 0; i < f.n; i++) unset(&f.rows[i], PB_CH_LAPDIST);
    make(&f);
    PB_CHECK_EQ(f.trace.way, PB_TRACE_SPEED);
    PB_CHECK_NEAR(f.trace.length_m, LAP_M, 1);
    PB_CHECK(!f.trace.has_place);
    pb_trace_fini(&f.trace);
    for (uint32_t i = 0; i < f.n; i++) {
        unset(&f.rows[i], PB_CH_SPEED);
        f.rows[i].lat_deg = 45 + (double)i * 5 / 111195.08;
        f.rows[i].lon_deg = 7;
    }
    make(&f);
    PB_CHECK_EQ(f.trace.way, PB_TRACE_PLACE);
    PB_CHECK_NEAR(f.trace.length_m, LAP_M, 2);
    PB_CHECK(f.trace.has_place);
    PB_CHECK_NEAR(f.trace.y_m[f.trace.n - 1] - f.trace.y_m[0], LAP_M, 12);
    PB_CHECK_NEAR(f.trace.x_m[100], 0, 0.01);
    pb_trace_fini(&f.trace);
}

PB_TEST(jitter_of_the_lap_distance_is_not_seen_in_the_time)
{
    fixture f;
    drive(&f);
    for (uint32_t i = 20; i < f.n - 20; i++) f.rows[i].ch[PB_CH_LAPDIST] += (float)(i % 3) * 4 - 4;
    make(&f);
    for (uint32_t i = 0; i < f.trace.n; i++) PB_CHECK_NEAR(f.trace.elapsed_s[i], (double)i * 10 / 50, 0.06);
    pb_trace_fini(&f.trace);
}

PB_TEST(a_lap_without_a_row_is_refused)
{
    fixture f;
    drive(&f);
    f.ask.start_us += 100000000;
    f.ask.end_us += 100000000;
    PB_CHECK_EQ(pb_trace_make(&f.ask, f.rows, f.n, &f.trace, &f.error), PB_E_EMPTY);
    f.ask.bursts = true;
    PB_CHECK_EQ(pb_trace_make(&f.ask, f.rows, f.n, &f.trace, &f.error), PB_E_EMPTY);
    PB_CHECK_EQ(pb_trace_make(&f.ask, f.rows, 0, &f.trace, &f.error), PB_E_EMPTY);
}

PB_TEST(one_row_is_a_trace_and_what_is_far_from_it_is_not_known)
{
    fixture f;
    drive(&f);
    f.rows[0] = f.rows[320]; /* at 1,500 m */
    f.n       = 1;
    make(&f);
    PB_CHECK_EQ(f.trace.rows, 1);
    PB_CHECK_NEAR(value(&f, PB_CH_SPEED, 1500), 180, 0);
    PB_CHECK(isnan(value(&f, PB_CH_SPEED, 2000)) && isnan(elapsed(&f, 2000)));
    PB_CHECK_NEAR(elapsed(&f, LAP_M), 60, 0);
    pb_trace_fini(&f.trace);
}

PB_TEST(a_lap_of_no_length_or_an_impossible_one_is_refused)
{
    const float speeds[] = {0, 1e6f, INFINITY, NAN};
    for (size_t k = 0; k < sizeof speeds / sizeof *speeds; k++) {
        fixture f;
        drive(&f);
        f.ask.lap_m = 0;
        for (uint32_t i = 0; i < f.n; i++) set(&f.rows[i], PB_CH_SPEED, speeds[k]);
        PB_CHECK_EQ(pb_trace_make(&f.ask, f.rows, f.n, &f.trace, &f.error), PB_E_EMPTY);
        PB_CHECK_HAS(f.error.text, "no way in this lap");
    }
}

PB_TEST(a_value_that_is_no_number_spoils_nothing_around_it)
{
    fixture f;
    drive(&f);
    for (uint32_t i = 100; i < f.n; i += 50) {
        f.rows[i].ch[PB_CH_LAPDIST] = i % 100 ? NAN : INFINITY;
        f.rows[i].ch[PB_CH_SPEED]   = i % 100 ? INFINITY : NAN;
    }
    make(&f);
    for (uint32_t i = 0; i < f.trace.n; i++) PB_CHECK_NEAR(f.trace.elapsed_s[i], (double)i * 10 / 50, 0.06);
    pb_trace_fini(&f.trace);
}

PB_TEST(rows_out_of_their_time_do_not_bend_the_rest)
{
    fixture f;
    drive(&f);
    f.rows[200].time_us -= 3 * STEP_US;            /* late by three rows */
    f.rows[400].time_us = f.ask.end_us + 3000000;  /* of another lap */
    f.rows[500].time_us = f.ask.start_us - 100000; /* and of the one before */
    make(&f);
    PB_CHECK_EQ(f.trace.rows, 601 - 3);
    for (uint32_t i = 0; i < f.trace.n; i++) PB_CHECK_NEAR(f.trace.elapsed_s[i], (double)i * 10 / 50, 0.06);
    pb_trace_fini(&f.trace);
}

PB_TEST(a_hundred_thousand_rows_of_one_instant_cost_no_more_than_others)
{
    enum { MANY = 100000 };
    fixture   f;
    pb_point *rows = calloc(MANY, sizeof *rows);
    PB_CHECK(rows != NULL);
    drive(&f);
    for (uint32_t i = 0; i < MANY; i++) { /* all but the first and last hundred at half time, jittering */
        uint32_t k                = i < 100 ? i : i >= MANY - 100 ? i - (MANY - 200) : 100;
        rows[i]                   = f.rows[20 + k * 3];
        rows[i].time_us           = T0 + (int64_t)k * 300000;
        rows[i].ch[PB_CH_LAPDIST] = (float)i / MANY * LAP_M + (float)(i % 7) * 2;
    }
    if (pb_trace_make(&f.ask, rows, MANY, &f.trace, &f.error) != PB_OK) fail_msg("%s", f.error.text);
    for (uint32_t i = 1; i < f.trace.n; i++) PB_CHECK(!(f.trace.elapsed_s[i] < f.trace.elapsed_s[i - 1]));
    pb_trace_fini(&f.trace);
    free(rows);
}

PB_TEST(only_the_channels_that_are_wanted_are_made)
{
    fixture f;
    drive(&f);
    f.ask.channels = 1u << PB_CH_RPM;
    make(&f);
    PB_CHECK_EQ(f.trace.has, 1u << PB_CH_RPM);
    PB_CHECK(f.trace.ch[PB_CH_SPEED] == NULL);
    pb_trace_fini(&f.trace);
}

PB_TEST_MAIN(PB_RUN(a_lap_is_on_a_grid_from_line_to_line),
             PB_RUN(the_step_grows_until_there_are_no_more_points_than_were_asked_for),
             PB_RUN(a_gear_stands_until_the_next_and_is_never_between_two),
             PB_RUN(a_channel_that_is_away_for_longer_than_a_hole_is_not_known_there),
             PB_RUN(rows_that_are_away_are_a_hole_in_time_too),
             PB_RUN(a_lap_distance_between_two_that_fit_is_passed_over),
             PB_RUN(lap_distances_told_rarely_are_filled_by_speed),
             PB_RUN(rows_received_in_bursts_take_their_time_from_metres_over_speed),
             PB_RUN(without_a_lap_distance_the_way_is_summed_from_places_else_from_speed),
             PB_RUN(jitter_of_the_lap_distance_is_not_seen_in_the_time), PB_RUN(a_lap_without_a_row_is_refused),
             PB_RUN(one_row_is_a_trace_and_what_is_far_from_it_is_not_known),
             PB_RUN(a_lap_of_no_length_or_an_impossible_one_is_refused),
             PB_RUN(a_value_that_is_no_number_spoils_nothing_around_it),
             PB_RUN(rows_out_of_their_time_do_not_bend_the_rest),
             PB_RUN(a_hundred_thousand_rows_of_one_instant_cost_no_more_than_others),
             PB_RUN(only_the_channels_that_are_wanted_are_made))
