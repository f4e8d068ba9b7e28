/* The default race says what was measured. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/race_fields.h"

static pb_race_spec spec;

PB_TEST(the_default_lacks_nothing_but_cars)
{
    pb_error error;
    pb_race_spec_default(&spec);
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_E_MISSING);
    PB_CHECK_HAS(error.text, "/cars");
    PB_CHECK_EQ(spec.rules.laps, 57);
    PB_CHECK_EQ(spec.effects, PB_EFFECTS_ALL);
}

PB_TEST(the_noise_has_the_measured_memory)
{
    pb_race_spec_default(&spec);
    double phi = spec.noise.phi, theta = spec.noise.theta;
    double lag1 = (1 + phi * theta) * (phi + theta) / (1 + 2 * phi * theta + theta * theta);
    PB_CHECK_NEAR(lag1, 0.51, 0.005);
    PB_CHECK_NEAR(lag1 * phi, 0.36, 0.005);
    PB_CHECK_NEAR(lag1 * phi * phi, 0.25, 0.005);
}

PB_TEST(passing_with_and_without_a_train_is_as_often_as_measured)
{
    pb_race_spec_default(&spec);
    double logit = spec.traffic.pass_bias + spec.traffic.pass_delta * 0.5 - spec.traffic.pass_gap * 0.5;
    PB_CHECK_NEAR(1 / (1 + exp(-logit)), 0.27, 0.05);
    PB_CHECK_NEAR(1 / (1 + exp(-logit + spec.traffic.pass_train)), 0.11, 0.03);
}

PB_TEST(the_start_passes_through_the_measured_slots_and_goes_on)
{
    pb_race_spec_default(&spec);
    PB_CHECK_NEAR(spec.start.slot_gap_s[0], 0.0, 1e-12);
    PB_CHECK_NEAR(spec.start.slot_gap_s[1], 1.0, 1e-12);
    PB_CHECK_NEAR(spec.start.slot_gap_s[9], 6.6, 1e-12);
    PB_CHECK_NEAR(spec.start.slot_gap_s[19], 10.9, 1e-12);
    PB_CHECK_NEAR(spec.start.slot_gap_s[39], 10.9 + 20 * 0.46, 1e-9);
}

PB_TEST(slick_intermediate_and_wet_cross_where_the_literature_says)
{
    pb_race_spec_default(&spec);
    const pb_weather_spec *w = &spec.weather;
    double                 loss[3][2];
    for (int k = 0; k < 3; k++)
        for (int at = 0; at < 2; at++) {
            double wet  = at ? 0.75 : 0.25;
            loss[k][at] = w->dry_lap_s[k] + w->wet_slope_s[k] * wet + w->wet_curve_s[k] * wet * wet;
        }
    PB_CHECK_NEAR(loss[PB_TYRE_SLICK][0], loss[PB_TYRE_INTERMEDIATE][0], 1e-9);
    PB_CHECK_NEAR(loss[PB_TYRE_INTERMEDIATE][1], loss[PB_TYRE_WET][1], 1e-9);
}

PB_TEST(notes_fill_up_quietly)
{
    pb_race_spec_default(&spec);
    pb_race_spec_note(&spec, "/base_lap_s", 412, "median of %d cars", 20);
    PB_CHECK_TEXT(spec.origins[0].pointer, "/base_lap_s");
    PB_CHECK_TEXT(spec.origins[0].how, "median of 20 cars");
    PB_CHECK_EQ(spec.origins[0].laps, 412);
    for (int i = 0; i < 2 * PB_ORIGINS_MAX; i++) pb_race_spec_note(&spec, "/x", 0, "again");
    PB_CHECK_EQ(spec.n_origins, PB_ORIGINS_MAX);
}

PB_TEST(quantile_probabilities_rise_from_nought_to_one)
{
    for (int i = 1; i < PB_QUANTILES; i++) PB_CHECK(pb_quantile_prob[i] > pb_quantile_prob[i - 1]);
    PB_CHECK_NEAR(pb_quantile_prob[0], 0, 0);
    PB_CHECK_NEAR(pb_quantile_prob[8], 0.5, 0);
    PB_CHECK_NEAR(pb_quantile_prob[PB_QUANTILES - 1], 1, 0);
}

PB_TEST_MAIN(PB_RUN(the_default_lacks_nothing_but_cars), PB_RUN(the_noise_has_the_measured_memory),
             PB_RUN(passing_with_and_without_a_train_is_as_often_as_measured),
             PB_RUN(the_start_passes_through_the_measured_slots_and_goes_on),
             PB_RUN(slick_intermediate_and_wet_cross_where_the_literature_says), PB_RUN(notes_fill_up_quietly),
             PB_RUN(quantile_probabilities_rise_from_nought_to_one))
