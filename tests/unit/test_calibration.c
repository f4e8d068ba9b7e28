/* Calibration of series whose truth is known, and its picture. */
#include <math.h>
#include <unistd.h>

#include "pb_test.h"
#include "pitboard/codec.h"
#include "pitboard/narrate.h"
#include "pitboard/num.h"
#include "predict/score_tally.h"

#define RACES 40
#define CASES 500 /* a race */

static double draw(uint32_t race, uint32_t i, uint32_t what)
{
    return pb_uniform(pb_draw(3, race, i, 0, what).word[0]);
}

/* Events of which `told` is said while logit(true) = a + b * logit(told). */
static void make_events(pb_score *score, double a, double b)
{
    PB_CHECK_EQ(pb__tally_init(score, RACES, 60), PB_OK);
    size_t s = pb__series_new(score, "p", PB_CALIBRATION_EVENT);
    for (uint32_t r = 0; r < RACES; r++)
        for (uint32_t i = 0; i < CASES; i++) {
            double told = 0.02 + 0.9 * draw(r, i, 1);
            double p    = pb_logistic(a + b * log(told / (1 - told)));
            pb__series_add(score, s, r, told, draw(r, i, 2) < p);
        }
}

PB_TEST(honest_probabilities_have_slope_one_and_lie_inside_their_bins)
{
    pb_score       score;
    pb_calibration c;
    make_events(&score, 0, 1);
    PB_CHECK_EQ(pb_score_calibrate(&score, &c, 1), 1);
    PB_CHECK_NEAR(c.slope.value, 1, 0.05);
    PB_CHECK(c.slope.lo < 1 && 1 < c.slope.hi);
    PB_CHECK(c.intercept.lo < 0 && 0 < c.intercept.hi);
    PB_CHECK(c.offset.lo < 0 && 0 < c.offset.hi);
    PB_CHECK_EQ(c.n_bins, PB_CALIBRATION_BINS);
    PB_CHECK(c.n_inside >= 15);
    PB_CHECK(isnan(c.expected));
    pb__tally_fini(&score);
}

PB_TEST(bold_probabilities_are_found_out)
{
    pb_score       score;
    pb_calibration c;
    make_events(&score, 0.3, 0.5);
    PB_CHECK_EQ(pb_score_calibrate(&score, &c, 1), 1);
    PB_CHECK_NEAR(c.slope.value, 0.5, 0.05);
    PB_CHECK_NEAR(c.intercept.value, 0.3, 0.08);
    PB_CHECK(c.slope.hi < 0.85);
    PB_CHECK(c.n_inside < 10);
    pb__tally_fini(&score);
}

PB_TEST(a_bin_without_an_event_reaches_up_to_three_expected)
{
    pb_score       score;
    pb_calibration c;
    PB_CHECK_EQ(pb__tally_init(&score, 2, 20), PB_OK);
    size_t s = pb__series_new(&score, "p", PB_CALIBRATION_EVENT);
    for (uint32_t i = 0; i < 600; i++) pb__series_add(&score, s, i % 2, 0.004, 0);
    PB_CHECK_EQ(pb_score_calibrate(&score, &c, 1), 1);
    PB_CHECK_EQ(c.n_bins, 1); /* equal probabilities share a bin */
    PB_CHECK_EQ(c.bin[0].n, 600);
    PB_CHECK_NEAR(c.bin[0].hi, 2.9957 / 600, 1e-6);
    PB_CHECK(c.bin[0].inside);
    PB_CHECK(isnan(c.slope.value)); /* no event: no slope */
    pb__tally_fini(&score);
}

PB_TEST(few_cases_make_no_bin)
{
    pb_score       score;
    pb_calibration c;
    PB_CHECK_EQ(pb__tally_init(&score, 2, 20), PB_OK);
    size_t s = pb__series_new(&score, "p", PB_CALIBRATION_EVENT);
    for (uint32_t i = 0; i < PB_CALIBRATION_CASES - 1; i++) pb__series_add(&score, s, i % 2, 0.3, i % 3 == 0);
    PB_CHECK_EQ(pb_score_calibrate(&score, &c, 1), 1);
    PB_CHECK_EQ(c.n_bins, 0);
    pb__tally_fini(&score);
}

/* PIT values u ^ power. */
static void make_pit(pb_score *score, double power)
{
    PB_CHECK_EQ(pb__tally_init(score, RACES, 60), PB_OK);
    size_t s = pb__series_new(score, "place", PB_CALIBRATION_PLACES);
    for (uint32_t r = 0; r < RACES; r++)
        for (uint32_t i = 0; i < CASES; i++) pb__series_add(score, s, r, pow(draw(r, i, 1), power), 0);
}

PB_TEST(a_flat_pit_is_told_from_a_leaning_one)
{
    pb_score       score;
    pb_calibration flat, leaning;
    make_pit(&score, 1);
    PB_CHECK_EQ(pb_score_calibrate(&score, &flat, 1), 1);
    pb__tally_fini(&score);
    make_pit(&score, 1.3);
    PB_CHECK_EQ(pb_score_calibrate(&score, &leaning, 1), 1);
    pb__tally_fini(&score);
    PB_CHECK_EQ(flat.n_bins, 10);
    PB_CHECK(flat.n_inside >= 7);
    PB_CHECK_NEAR(flat.covered.value, 0.8, 0.02);
    PB_CHECK(leaning.n_inside <= 4);
}

PB_TEST(the_share_covered_has_an_interval_over_races)
{
    pb_score       score;
    pb_calibration c;
    PB_CHECK_EQ(pb__tally_init(&score, RACES, 60), PB_OK);
    size_t s = pb__series_new(&score, "q10..q90", PB_CALIBRATION_INTERVAL);
    for (uint32_t r = 0; r < RACES; r++)
        for (uint32_t i = 0; i < CASES; i++) pb__series_add(&score, s, r, 0, draw(r, i, 1) < 0.8);
    PB_CHECK_EQ(pb_score_calibrate(&score, &c, 1), 1);
    PB_CHECK_NEAR(c.covered.value, 0.8, 0.02);
    PB_CHECK(c.covered.lo < c.covered.value && c.covered.value < c.covered.hi);
    PB_CHECK_EQ(c.n_bins, 0);
    pb__tally_fini(&score);
}

PB_TEST(the_picture_has_a_panel_for_each_kind_and_escapes_its_title)
{
    pb_score       score;
    pb_calibration c[2];
    pb_bytes       svg;
    pb_error       error  = {0};
    char           path[] = "/tmp/pb_calibration_XXXXXX";
    int            fd     = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    make_events(&score, 0, 1);
    PB_CHECK_EQ(pb_score_calibrate(&score, &c[0], 1), 1);
    pb__tally_fini(&score);
    make_pit(&score, 1);
    PB_CHECK_EQ(pb_score_calibrate(&score, &c[1], 1), 1);
    pb__tally_fini(&score);
    PB_CHECK_EQ(pb_plot_calibration(c, 2, "a < b", path, &error), PB_OK);
    PB_CHECK_EQ(pb_file_read(path, 0, &svg, &error), PB_OK);
    PB_CHECK_HAS(svg.at, "<title>a &lt; b</title>");
    PB_CHECK_HAS(svg.at, "randomised PIT");
    PB_CHECK_HAS(svg.at, "came true");
    PB_CHECK(strstr(svg.at, "nan") == NULL);
    pb_bytes_free(&svg);
    c[0].n_bins = 0;
    PB_CHECK_EQ(pb_plot_calibration(c, 1, "none", path, &error), PB_E_EMPTY);
    unlink(path);
}

PB_TEST_MAIN(PB_RUN(honest_probabilities_have_slope_one_and_lie_inside_their_bins),
             PB_RUN(bold_probabilities_are_found_out), PB_RUN(a_bin_without_an_event_reaches_up_to_three_expected),
             PB_RUN(few_cases_make_no_bin), PB_RUN(a_flat_pit_is_told_from_a_leaning_one),
             PB_RUN(the_share_covered_has_an_interval_over_races),
             PB_RUN(the_picture_has_a_panel_for_each_kind_and_escapes_its_title))
