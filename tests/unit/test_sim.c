/* What the simulator must do in races simple enough to know the answer. */
#include <math.h>

#include "race_fixture.h"

static double median_finish(const fixture_run *run, uint32_t car)
{
    return pb_sim_finish_quantile_s(run->result, car, 0.5);
}

PB_TEST(without_any_effect_the_faster_car_wins_every_time)
{
    pb_race_spec *spec = fixture_plain(10);
    for (uint32_t c = 0; c < 10; c++) spec->cars[c].grid = (uint8_t)(10 - c); /* slowest first on the grid */
    fixture_run run = fixture_play(spec, 100);
    for (uint32_t c = 0; c < 10; c++) PB_CHECK_EQ(run.result->place[c * 10 + c], 100);
    fixture_end(&run);
    free(spec);
}

PB_TEST(every_place_is_taken_once_in_every_trial)
{
    pb_race_spec *spec = fixture_file(PB_SOURCE_DIR "/scenarios/bench57.json");
    fixture_run   run  = fixture_play(spec, 1000);
    uint32_t      n    = run.result->n_cars;
    PB_CHECK_EQ(run.result->trials, 1000);
    for (uint32_t a = 0; a < n; a++) {
        uint64_t row = 0, column = 0;
        for (uint32_t b = 0; b < n; b++) {
            row += run.result->place[a * n + b];
            column += run.result->place[b * n + a];
        }
        PB_CHECK_EQ(row, 1000);
        PB_CHECK_EQ(column, 1000);
    }
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_stop_costs_the_pit_loss_and_worn_tyres_their_wear)
{
    pb_race_spec *spec          = fixture_plain(2);
    spec->effects               = PB_EFFECT_TYRE_WEAR;
    spec->compounds[1].offset_s = spec->compounds[2].offset_s = 0.0;
    spec->compounds[1].wear_s_per_lap = spec->compounds[2].wear_s_per_lap = 0.1;
    spec->compounds[1].wear_quad_s = spec->compounds[2].wear_quad_s = 0.0;
    spec->pit.loss_s                                                = 20.0;
    spec->pit.loss_sigma_s                                          = 0.0;
    for (int q = 0; q < PB_QUANTILES; q++) spec->pit.stop_s[q] = 0.0;
    spec->evolution_s_per_lap = 0.0;
    spec->start.lap1_s        = 0.0;
    fixture_run run           = fixture_play(spec, 16);
    /* ages 0..9 twice: 2 * 45 * 0.1 */
    PB_CHECK_NEAR(median_finish(&run, 0), 20 * spec->base_lap_s + 20.0 + 9.0, 0.2);
    PB_CHECK_EQ(run.result->stops[0], 16);
    PB_CHECK_EQ(run.result->pit_lap[10], 16);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_car_that_may_not_pass_stays_behind)
{
    pb_race_spec *spec = fixture_plain(2);
    spec->cars[0].grid = 2, spec->cars[1].grid = 1; /* the fast car starts behind */
    spec->effects                           = PB_EFFECT_OVERTAKING | PB_EFFECT_START;
    spec->start.sigma_s                     = 0.0;
    spec->traffic.pass_bias                 = -20.0;
    spec->cars[0].plans[0].stints[1].in_lap = spec->cars[1].plans[0].stints[1].in_lap = 10;
    fixture_run run                                                                   = fixture_play(spec, 64);
    PB_CHECK_EQ(run.result->place[0 * 2 + 1], 64);
    spec->traffic.pass_bias = 0.0, spec->traffic.pass_delta = 20.0; /* now only pace counts: 4 against -4 in log-odds */
    spec->traffic.pass_gap = spec->traffic.pass_gap_far = 0.0;
    fixture_run free_run                                = fixture_play(spec, 64);
    PB_CHECK_EQ(free_run.result->place[0 * 2 + 0], 64);
    fixture_end(&run);
    fixture_end(&free_run);
    free(spec);
}

static void add_phase(pb_race_spec *spec, pb_neutral_kind kind, double from, double to)
{
    spec->neutral.actual                                        = true;
    spec->neutral.phases[spec->neutral.n_phases].kind           = kind;
    spec->neutral.phases[spec->neutral.n_phases].start_progress = from;
    spec->neutral.phases[spec->neutral.n_phases++].end_progress = to;
}

PB_TEST(a_safety_car_closes_the_field_up)
{
    pb_race_spec *spec = fixture_plain(10);
    for (uint32_t c = 0; c < 10; c++) spec->cars[c].pace_s = 0.5 * c, spec->cars[c].plans[0].stints[1].in_lap = 18;
    spec->effects              = PB_EFFECT_SC;
    spec->neutral.sc_lead_mult = 1.55, spec->neutral.sc_catch_mult = 1.3;
    add_phase(spec, PB_NEUTRAL_SC, 8.5, 13.0);
    fixture_run  run = fixture_play(spec, 8);
    const float *gap = run.result->trace.gap_s;
    PB_CHECK(gap[(8 - 1) * 10 + 9] > 30.0f);
    PB_CHECK(gap[(13 - 1) * 10 + 9] < 10.0f);
    PB_CHECK(gap[(17 - 1) * 10 + 9] > 12.0f); /* and green laps pull it apart again */
    fixture_end(&run);
    free(spec);
}

PB_TEST(who_stops_out_of_the_queue_comes_out_behind_it)
{
    pb_race_spec *spec = fixture_plain(10);
    for (uint32_t c = 0; c < 10; c++) spec->cars[c].plans[0].stints[1].in_lap = 18;
    spec->cars[1].plans[0].stints[1].in_lap = 14; /* P2, when the field has long closed up */
    spec->effects                           = PB_EFFECT_SC;
    spec->neutral.sc_lead_mult = 1.55, spec->neutral.sc_catch_mult = 1.3;
    add_phase(spec, PB_NEUTRAL_SC, 8.5, 16.0);
    fixture_run  run = fixture_play(spec, 8);
    const float *gap = run.result->trace.gap_s;
    PB_CHECK(gap[(13 - 1) * 10 + 1] < gap[(13 - 1) * 10 + 2]);
    PB_CHECK(gap[(14 - 1) * 10 + 1] > gap[(14 - 1) * 10 + 8]);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_virtual_safety_car_keeps_the_gaps)
{
    pb_race_spec *spec = fixture_plain(10);
    for (uint32_t c = 0; c < 10; c++) spec->cars[c].plans[0].stints[1].in_lap = 18;
    fixture_run green = fixture_play(spec, 8);
    spec->effects     = PB_EFFECT_VSC;
    add_phase(spec, PB_NEUTRAL_VSC, 8.5, 10.0);
    fixture_run slow = fixture_play(spec, 8);
    for (uint32_t c = 1; c < 10; c++)
        PB_CHECK_NEAR(slow.result->trace.gap_s[12 * 10 + c], green.result->trace.gap_s[12 * 10 + c], 0.6);
    PB_CHECK_NEAR(median_finish(&slow, 0) - median_finish(&green, 0), 1.5 * 0.33 * spec->base_lap_s, 3.0);
    fixture_end(&green);
    fixture_end(&slow);
    free(spec);
}

/* What a stop on this lap costs car 0 when a phase comes out, from its twin of
 * the same pace that stopped on lap 2, under green. */
static double stop_cost(pb_neutral_kind kind, double from, double to, uint16_t in_lap)
{
    pb_race_spec *spec   = fixture_plain(3);
    spec->cars[1].pace_s = spec->cars[2].pace_s = spec->cars[0].pace_s;
    spec->cars[2].plans[0].n_stints             = 1; /* the leader, who carries the progress */
    spec->rules.two_compounds                   = false;
    spec->compounds[1].offset_s = spec->compounds[2].offset_s = 0.0;
    spec->pit.loss_s                                          = 20.0;
    spec->pit.loss_sigma_s                                    = 0.0;
    spec->cars[0].plans[0].stints[1].in_lap                   = in_lap;
    spec->cars[1].plans[0].stints[1].in_lap                   = 2;
    spec->effects                                             = PB_EFFECT_VSC | PB_EFFECT_SC;
    for (int q = 0; q < PB_QUANTILES; q++) spec->pit.stop_s[q] = 0.0;
    if (to > from) add_phase(spec, kind, from, to);
    spec->neutral.actual = true;
    fixture_run run      = fixture_play(spec, 4);
    double      cost     = median_finish(&run, 0) - median_finish(&run, 1);
    fixture_end(&run);
    free(spec);
    return cost + 20.0;
}

PB_TEST(a_neutralised_stop_costs_what_it_costs)
{
    pb_race_spec      *spec = fixture_plain(2);
    const pb_pit_spec *pit  = &spec->pit;
    PB_CHECK_NEAR(stop_cost(PB_NEUTRAL_VSC, 0, 0, 10), 20.0, 0.3);
    PB_CHECK_NEAR(stop_cost(PB_NEUTRAL_VSC, 9.2, 12.0, 10), 20.0 * pit->vsc_onset_frac, 0.3);
    PB_CHECK_NEAR(stop_cost(PB_NEUTRAL_VSC, 8.2, 12.0, 10), 20.0 * pit->vsc_frac, 0.3);
    double early = stop_cost(PB_NEUTRAL_VSC, 9.2, 10.05, 10); /* it ends while the car is in the lane */
    PB_CHECK(early > 20.0 * pit->vsc_onset_frac + 1.0 && early < 20.0);
    free(spec);
}

PB_TEST(cars_take_the_cheap_stop_and_only_with_reactions_on)
{
    pb_race_spec *spec = fixture_plain(10);
    for (uint32_t c = 0; c < 10; c++) spec->cars[c].plans[0].stints[1].in_lap = 14;
    spec->effects = PB_EFFECT_SC | PB_EFFECT_REACT_SC;
    add_phase(spec, PB_NEUTRAL_SC, 11.1, 14.0);
    spec->policy.cheap_bias = 20.0;
    fixture_run run         = fixture_play(spec, 32);
    uint64_t    taken       = 0;
    for (uint32_t c = 0; c < 10; c++) taken += run.result->pit_lap[c * 21 + 11] + run.result->pit_lap[c * 21 + 12];
    PB_CHECK_EQ(taken, 10 * 32); /* once each: those at the back are still on lap 11 */
    fixture_end(&run);
    spec->effects = PB_EFFECT_SC;
    run           = fixture_play(spec, 32);
    for (uint32_t c = 0; c < 10; c++) PB_CHECK_EQ(run.result->pit_lap[c * 21 + 12], 0);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_set_that_was_just_fitted_stays_on_however_cheap_the_next_one_is)
{
    pb_race_spec *spec = fixture_plain(10);
    for (uint32_t c = 0; c < 10; c++) spec->cars[c].plans[0].stints[1].in_lap = 10;
    spec->effects = PB_EFFECT_SC | PB_EFFECT_REACT_SC;
    add_phase(spec, PB_NEUTRAL_SC, 11.1, 16.0);
    spec->policy.cheap_bias = 20.0;
    fixture_run run         = fixture_play(spec, 32);
    for (uint32_t c = 0; c < 10; c++)
        for (uint32_t lap = 11; lap < 13; lap++) PB_CHECK_EQ(run.result->pit_lap[c * 21 + lap], 0);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_red_flag_closes_the_gaps_and_gives_tyres_for_nothing)
{
    pb_race_spec *spec = fixture_plain(10);
    for (uint32_t c = 0; c < 10; c++) spec->cars[c].plans[0].stints[1].in_lap = 8;
    spec->effects = PB_EFFECT_RED_FLAG;
    add_phase(spec, PB_NEUTRAL_RED, 7.6, 7.7);
    fixture_run run = fixture_play(spec, 8);
    PB_CHECK(run.result->trace.gap_s[7 * 10 + 9] < 10.0f);
    spec->neutral.n_phases = 0;
    fixture_run green      = fixture_play(spec, 8);
    PB_CHECK(median_finish(&run, 0) < median_finish(&green, 0) - spec->pit.loss_s + 2.0);
    fixture_end(&run);
    fixture_end(&green);
    free(spec);
}

PB_TEST(cars_fit_wet_tyres_when_it_rains_and_slicks_when_it_dries)
{
    pb_race_spec *spec = fixture_plain(4);
    spec->effects      = PB_EFFECT_WEATHER | PB_EFFECT_REACT_RAIN;
    for (uint32_t c = 0; c < 4; c++) spec->cars[c].plans[0].n_stints = 1;
    spec->rules.two_compounds   = false;
    spec->weather.known_laps    = 20;
    spec->policy.rain_log_sigma = 0.0;
    spec->policy.rain_loss_s    = 3.0;
    for (uint32_t n = 6; n <= 13; n++) spec->weather.wetness_frac[n] = 0.6;
    fixture_run run = fixture_play(spec, 16);
    for (uint32_t c = 0; c < 4; c++) PB_CHECK_EQ(run.result->stops[c], 32);
    PB_CHECK_EQ(run.result->wet, 16);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_timed_race_ends_on_the_lap_after_the_limit)
{
    pb_race_spec *spec        = fixture_plain(4);
    spec->rules.time_limit_s  = 9.5 * spec->base_lap_s;
    spec->evolution_s_per_lap = 0.0;
    for (uint32_t c = 0; c < 4; c++) spec->cars[c].plans[0].n_stints = 1;
    spec->rules.two_compounds = false;
    fixture_run run           = fixture_play(spec, 8);
    PB_CHECK_NEAR(median_finish(&run, 0), 10 * spec->base_lap_s + spec->start.lap1_s, 1.0);
    fixture_end(&run);
    free(spec);
}

PB_TEST(lapped_cars_lose_what_the_model_says)
{
    pb_race_spec *spec   = fixture_plain(3);
    spec->cars[2].pace_s = 12.0; /* lapped by both cars on about lap 8 */
    for (uint32_t c = 0; c < 3; c++) spec->cars[c].plans[0].n_stints = 1;
    spec->rules.two_compounds = false;
    fixture_run without       = fixture_play(spec, 4);
    spec->effects             = PB_EFFECT_LAPPING;
    fixture_run with          = fixture_play(spec, 4);
    double      lost          = median_finish(&with, 2) - median_finish(&without, 2);
    PB_CHECK(lost > 2.0 * spec->traffic.lapped_s - 1.2 && lost < 4.0 * spec->traffic.lapped_s + 0.3);
    fixture_end(&without);
    fixture_end(&with);
    free(spec);
}

PB_TEST(lap_noise_has_the_size_and_memory_it_was_given)
{
    pb_race_spec *spec   = fixture_plain(2);
    spec->rules.laps     = 60;
    spec->effects        = PB_EFFECT_LAP_NOISE;
    spec->cars[1].pace_s = 50.0; /* out of the way */
    for (uint32_t c = 0; c < 2; c++) spec->cars[c].plans[0].n_stints = 1;
    spec->rules.two_compounds = false;
    spec->cars[0].noise_mult  = 0.0;
    fixture_run run           = fixture_model(spec);
    PB_CHECK_EQ(pb_sim_result_create(run.model, 1000, &run.result), PB_OK);
    pb_sim_run(run.model, 3, 0, 1000, PB_ISA_AUTO, run.scratch, run.result);
    double sum = 0, square = 0, lag = 0;
    size_t n = 0, m = 0;
    for (uint32_t t = 0; t < 1000; t++) {
        double before = NAN;
        for (uint32_t l = 20; l < 60; l++) {
            const float *gap = run.result->trace.gap_s + ((size_t)t * 60 + l) * 2;
            double       x   = (double)gap[1] - (double)gap[1 - 2] - 50.0;
            sum += x, square += x * x, n++;
            if (!isnan(before)) lag += x * before, m++;
            before = x;
        }
    }
    double sigma = spec->noise.sigma_s, phi = spec->noise.phi, theta = spec->noise.theta;
    double want = (1 + phi * theta) * (phi + theta) / (1 + 2 * phi * theta + theta * theta);
    PB_CHECK_NEAR(sum / (double)n, 0.0, 0.02);
    PB_CHECK_NEAR(sqrt(square / (double)n), sigma, 0.03 * sigma);
    PB_CHECK_NEAR(lag / (double)m / (square / (double)n), want, 0.03);
    fixture_end(&run);
    free(spec);
}

PB_TEST(retirements_come_as_often_as_they_should)
{
    pb_race_spec *spec = fixture_plain(10);
    spec->effects      = PB_EFFECT_RETIREMENTS;
    for (uint32_t c = 0; c < 10; c++) spec->cars[c].dnf_prob = 0.2;
    fixture_run run = fixture_play(spec, 4000);
    for (uint32_t c = 0; c < 10; c++) PB_CHECK_NEAR((double)run.result->dnf[c] / 4000.0, 0.2, 0.03);
    fixture_end(&run);
    free(spec);
}

PB_TEST(classes_are_counted_apart)
{
    pb_race_spec *spec = fixture_plain(4);
    snprintf(spec->cars[0].class_name, sizeof spec->cars[0].class_name, "A");
    snprintf(spec->cars[1].class_name, sizeof spec->cars[1].class_name, "B");
    snprintf(spec->cars[2].class_name, sizeof spec->cars[2].class_name, "A");
    snprintf(spec->cars[3].class_name, sizeof spec->cars[3].class_name, "B");
    fixture_run run = fixture_play(spec, 5);
    PB_CHECK_EQ(run.result->class_place[0 * 4 + 0], 5);
    PB_CHECK_EQ(run.result->class_place[1 * 4 + 0], 5);
    PB_CHECK_EQ(run.result->class_place[2 * 4 + 1], 5);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_penalty_is_in_the_final_time)
{
    pb_race_spec *spec      = fixture_plain(2);
    spec->cars[0].penalty_s = 10.0; /* 4 s ahead after 20 laps */
    fixture_run run         = fixture_play(spec, 4);
    PB_CHECK_EQ(run.result->place[0], 4);
    fixture_end(&run);
    spec->effects = PB_EFFECT_PENALTIES;
    run           = fixture_play(spec, 4);
    PB_CHECK_EQ(run.result->place[1], 4);
    fixture_end(&run);
    free(spec);
}

PB_TEST(the_second_car_of_a_team_waits_in_the_pits)
{
    pb_race_spec *spec = fixture_plain(2);
    snprintf(spec->cars[1].team, sizeof spec->cars[1].team, "%s", spec->cars[0].team);
    for (int q = 0; q < PB_QUANTILES; q++) spec->pit.stop_s[q] = 0.0;
    fixture_run alone   = fixture_play(spec, 4);
    spec->effects       = PB_EFFECT_DOUBLE_STACK;
    fixture_run stacked = fixture_play(spec, 4);
    PB_CHECK(median_finish(&stacked, 1) > median_finish(&alone, 1) + 2.0);
    PB_CHECK_NEAR(median_finish(&stacked, 0), median_finish(&alone, 0), 0.01);
    fixture_end(&alone);
    fixture_end(&stacked);
    free(spec);
}

/* A wet start on planned intermediates; the track is dry from lap 8 on. */
PB_TEST(a_car_that_started_on_intermediates_comes_in_once_when_the_track_dries)
{
    pb_race_spec *spec = fixture_plain(2);
    spec->effects      = PB_EFFECT_WEATHER | PB_EFFECT_REACT_RAIN;
    for (uint32_t c = 0; c < 2; c++) {
        spec->cars[c].plans[0].stints[0].compound = 3; /* intermediate */
        spec->cars[c].plans[0].stints[1].in_lap   = 16;
    }
    spec->weather.known_laps    = 20;
    spec->policy.rain_log_sigma = 0.0;
    spec->policy.rain_loss_s    = 3.0;
    for (uint32_t n = 1; n <= 7; n++) spec->weather.wetness_frac[n] = 0.5;
    fixture_run run = fixture_play(spec, 16);
    for (uint32_t c = 0; c < 2; c++) PB_CHECK_EQ(run.result->stops[c], 16);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_stop_planned_for_this_lap_is_made_on_this_lap)
{
    pb_race_spec *spec                      = fixture_plain(2);
    spec->cars[0].plans[0].stints[1].in_lap = 1; /* a broken wing */
    fixture_run run                         = fixture_play(spec, 16);
    PB_CHECK_EQ(run.result->pit_lap[1], 16);
    fixture_end(&run);
    spec->from_lap = 5; /* and the call to box now, in a race under way */
    for (uint32_t c = 0; c < 2; c++) {
        spec->cars[c].state                     = (pb_car_state){.running       = true,
                                                                 .position      = (uint8_t)(c + 1),
                                                                 .gap_s         = c,
                                                                 .tyre_age_laps = 5,
                                                                 .compound      = 1,
                                                                 .laps_done     = 5};
        spec->cars[c].plans[0].stints[1].in_lap = 6;
    }
    run = fixture_play(spec, 16);
    PB_CHECK_EQ(run.result->pit_lap[6], 16);
    fixture_end(&run);
    free(spec);
}

/* With wets but no intermediates in the file, a damp track leaves slicks or wets. */
PB_TEST(nobody_changes_to_a_kind_of_tyre_that_is_not_in_the_race)
{
    pb_race_spec *spec          = fixture_plain(2);
    spec->effects               = PB_EFFECT_WEATHER | PB_EFFECT_REACT_RAIN;
    spec->n_compounds           = 3;
    spec->compounds[3]          = spec->compounds[4]; /* the full wet */
    spec->n_compounds           = 4;
    spec->weather.known_laps    = 20;
    spec->policy.rain_log_sigma = 0.0;
    spec->policy.rain_loss_s    = 3.0;
    for (uint32_t n = 6; n <= 20; n++) spec->weather.wetness_frac[n] = 0.5;
    for (uint32_t c = 0; c < 2; c++) spec->cars[c].plans[0].n_stints = 1;
    fixture_run run = fixture_play(spec, 16);
    PB_CHECK(run.result->stops[0] <= 16);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_safety_car_in_the_rain_comes_out_on_the_lap_it_is_given_for)
{
    pb_race_spec *spec         = fixture_plain(10);
    spec->effects              = PB_EFFECT_SC | PB_EFFECT_WEATHER;
    spec->neutral.sc_lead_mult = 1.55, spec->neutral.sc_catch_mult = 1.3;
    spec->weather.known_laps = 20;
    for (uint32_t n = 1; n <= 20; n++) spec->weather.wetness_frac[n] = 0.6;
    for (uint32_t c = 0; c < 10; c++) {
        spec->cars[c].pace_s                      = 0.5 * c;
        spec->cars[c].plans[0].n_stints           = 1;
        spec->cars[c].plans[0].stints[0].compound = 3;
    }
    add_phase(spec, PB_NEUTRAL_SC, 10.5, 17.0);
    fixture_run  run = fixture_play(spec, 8);
    const float *gap = run.result->trace.gap_s;
    PB_CHECK_NEAR(gap[(10 - 1) * 10 + 9], 45.0, 0.5); /* ten laps of 4.5 s: nothing has closed up yet */
    PB_CHECK(gap[(17 - 1) * 10 + 9] < 12.0f);
    fixture_end(&run);
    free(spec);
}

/* Laps 10 s slower than the reference for all, so far from its clock. */
PB_TEST(finish_times_are_counted_around_the_expected_leader)
{
    pb_race_spec *spec = fixture_plain(2);
    for (uint32_t c = 0; c < 2; c++) spec->cars[c].pace_s = -20.0 + c;
    fixture_run run = fixture_play(spec, 4);
    PB_CHECK_NEAR(median_finish(&run, 1) - median_finish(&run, 0), 20.0, 0.3);
    fixture_end(&run);
    free(spec);
}

PB_TEST(the_last_car_of_a_day_is_still_in_the_race)
{
    pb_race_spec *spec       = fixture_plain(3);
    spec->rules.laps         = 400;
    spec->base_lap_s         = 210.0;
    spec->rules.time_limit_s = 86400.0;
    spec->cars[1].pace_s = 32.0, spec->cars[2].pace_s = 31.0;
    spec->cars[2].grid = 2, spec->cars[1].grid = 3;
    spec->effects   = PB_EFFECT_OVERTAKING;
    fixture_run run = fixture_play(spec, 4);
    PB_CHECK_EQ(run.result->dnf[1], 0);
    PB_CHECK_EQ(run.result->place[1 * 3 + 2], 4);
    float apart = run.result->trace.gap_s[(400 - 1) * 3 + 1] - run.result->trace.gap_s[(400 - 1) * 3 + 2];
    PB_CHECK_NEAR(apart, 400.0, 20.0);
    fixture_end(&run);
    spec->rules.two_compounds = false;
    spec->from_lap            = 200; /* a running car may be hours behind */
    for (uint32_t c = 0; c < 3; c++) {
        spec->cars[c].state = (pb_car_state){.running       = true,
                                             .position      = (uint8_t)(c + 1),
                                             .gap_s         = 17000.0 * c,
                                             .tyre_age_laps = 5,
                                             .compound      = 2,
                                             .laps_done     = 200};
    }
    run = fixture_play(spec, 4);
    for (uint32_t c = 0; c < 3; c++) PB_CHECK_EQ(run.result->place[c * 3 + c], 4);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_red_flag_gives_no_tyres_where_the_rules_forbid_it)
{
    pb_race_spec *spec               = fixture_plain(10);
    spec->effects                    = PB_EFFECT_RED_FLAG | PB_EFFECT_REACT_SC;
    spec->rules.free_tyres_under_red = false;
    add_phase(spec, PB_NEUTRAL_RED, 7.6, 7.7);
    fixture_run run = fixture_play(spec, 8);
    for (uint32_t c = 0; c < 10; c++) PB_CHECK_EQ(run.result->stops[c], 8);
    fixture_end(&run);
    spec->rules.free_tyres_under_red = true;
    run                              = fixture_play(spec, 8);
    for (uint32_t c = 0; c < 10; c++) PB_CHECK_EQ(run.result->stops[c], 0);
    fixture_end(&run);
    free(spec);
}

/* Three tanks: on each the car gets lighter again. 2 kg a lap of 0.1 s. */
PB_TEST(fuel_that_is_added_is_burnt_again)
{
    pb_race_spec *spec  = fixture_plain(2);
    spec->effects       = PB_EFFECT_FUEL;
    spec->fuel_s_per_kg = 0.05;
    for (uint32_t c = 0; c < 2; c++) {
        spec->cars[c].fuel_start_kg = 20.0, spec->cars[c].fuel_burn_kg = 2.0;
        spec->cars[c].plans[0].stints[1].fuel_add_kg = 20.0;
    }
    fixture_run full                             = fixture_play(spec, 4);
    spec->cars[0].fuel_start_kg                  = 0.0;
    spec->cars[0].fuel_burn_kg                   = 0.0;
    spec->cars[0].plans[0].stints[1].fuel_add_kg = 0.0;
    fixture_run empty                            = fixture_play(spec, 4);
    /* twice 20 + 18 + ... + 2 kg */
    PB_CHECK_NEAR(median_finish(&full, 0) - median_finish(&empty, 0), 2 * 110 * 0.05, 0.2);
    fixture_end(&full);
    fixture_end(&empty);
    free(spec);
}

static void set_under_way(pb_race_spec *spec, uint16_t lap)
{
    spec->from_lap = lap;
    for (uint32_t c = 0; c < spec->n_cars; c++)
        spec->cars[c].state = (pb_car_state){.running       = true,
                                             .position      = (uint8_t)(c + 1),
                                             .gap_s         = c,
                                             .tyre_age_laps = 2,
                                             .compound      = 2,
                                             .laps_done     = lap};
    spec->rules.two_compounds = false;
}

/* A safety car until lap 15; then five laps with one chance in ten each. */
PB_TEST(what_is_out_at_the_start_delays_what_is_drawn_after)
{
    pb_race_spec *spec = fixture_plain(2);
    set_under_way(spec, 12);
    spec->effects              = PB_EFFECT_SC | PB_EFFECT_VSC;
    spec->neutral.sc_lead_mult = 1.55;
    spec->neutral.sc_prob = 0.0, spec->neutral.vsc_prob = 0.1, spec->neutral.vsc_to_sc_prob = 0.0;
    add_phase(spec, PB_NEUTRAL_SC, 11.5, 15.0);
    spec->neutral.actual = false;
    fixture_run run      = fixture_play(spec, 8000);
    PB_CHECK_NEAR((double)run.result->vsc / 8000.0, 1.0 - pow(0.9, 5), 0.025);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_race_that_goes_on_later_than_the_weather_is_known_starts_as_wet_as_it_was)
{
    pb_race_spec *spec = fixture_plain(2);
    set_under_way(spec, 12);
    spec->effects             = PB_EFFECT_WEATHER;
    spec->weather.drying_frac = 0.0;
    spec->weather.known_laps  = 10;
    for (uint32_t n = 1; n <= 10; n++) spec->weather.wetness_frac[n] = 0.6;
    fixture_run run = fixture_play(spec, 16);
    PB_CHECK_EQ(run.result->wet, 16);
    fixture_end(&run);
    free(spec);
}

/* A day of about 20 laps, though 400 could be run. */
PB_TEST(in_a_timed_race_retirements_fall_into_the_laps_that_are_run)
{
    pb_race_spec *spec       = fixture_plain(4);
    spec->rules.laps         = 400;
    spec->rules.time_limit_s = 19.5 * spec->base_lap_s;
    spec->effects            = PB_EFFECT_RETIREMENTS;
    for (uint32_t c = 0; c < 4; c++) spec->cars[c].dnf_prob = 0.2;
    fixture_run run = fixture_play(spec, 4000);
    for (uint32_t c = 0; c < 4; c++) PB_CHECK_NEAR((double)run.result->dnf[c] / 4000.0, 0.2, 0.03);
    fixture_end(&run);
    free(spec);
}

PB_TEST(a_timed_race_under_way_has_used_up_its_time)
{
    pb_race_spec *spec = fixture_plain(2);
    spec->rules.laps   = 40;
    set_under_way(spec, 12);
    spec->rules.time_limit_s  = 19.5 * spec->base_lap_s;
    spec->evolution_s_per_lap = 0.0;
    fixture_run run           = fixture_play(spec, 4);
    PB_CHECK_NEAR(median_finish(&run, 0), 8 * spec->base_lap_s, 5.0);
    fixture_end(&run);
    free(spec);
}

/* Three cars, two races followed, one lap; car 2 is out in the second race. */
PB_TEST(gaps_are_told_to_the_leader_the_median_car_and_any_car)
{
    float               gap[]   = {0.0f, 2.0f, 7.0f, 4.0f, 0.0f, (float)NAN};
    const pb_sim_result r       = {.n_cars = 3, .n_laps = 1, .trace = {.trials = 2, .gap_s = gap}};
    const double        half[1] = {0.5};
    double              buffer[2], out[1] = {-1};
    PB_CHECK_EQ(pb_sim_gap_quantiles(&r, 1, 1, PB_SIM_TO_LEADER, half, 1, buffer, out), 2);
    PB_CHECK_NEAR(out[0], 1, 1e-9);
    PB_CHECK_EQ(pb_sim_gap_quantiles(&r, 1, 1, 0, half, 1, buffer, out), 2); /* 2 behind, then 4 before it */
    PB_CHECK_NEAR(out[0], -1, 1e-9);
    PB_CHECK_EQ(pb_sim_gap_quantiles(&r, 2, 1, PB_SIM_TO_MEDIAN, half, 1, buffer, out), 1); /* of those that run */
    PB_CHECK_NEAR(out[0], 5, 1e-9);
    PB_CHECK_EQ(pb_sim_gap_quantiles(&r, 1, 1, 2, half, 1, buffer, out), 1); /* only races in which both run speak */
    PB_CHECK_NEAR(out[0], -5, 1e-9);
    gap[2] = (float)NAN;
    PB_CHECK_EQ(pb_sim_gap_quantiles(&r, 2, 1, PB_SIM_TO_LEADER, half, 1, buffer, out), 0);
    PB_CHECK_NEAR(out[0], -5, 1e-9); /* left alone */
}

PB_TEST_MAIN(PB_RUN(gaps_are_told_to_the_leader_the_median_car_and_any_car),
             PB_RUN(without_any_effect_the_faster_car_wins_every_time),
             PB_RUN(every_place_is_taken_once_in_every_trial),
             PB_RUN(a_stop_costs_the_pit_loss_and_worn_tyres_their_wear), PB_RUN(a_car_that_may_not_pass_stays_behind),
             PB_RUN(a_safety_car_closes_the_field_up), PB_RUN(who_stops_out_of_the_queue_comes_out_behind_it),
             PB_RUN(a_virtual_safety_car_keeps_the_gaps), PB_RUN(a_neutralised_stop_costs_what_it_costs),
             PB_RUN(cars_take_the_cheap_stop_and_only_with_reactions_on),
             PB_RUN(a_set_that_was_just_fitted_stays_on_however_cheap_the_next_one_is),
             PB_RUN(a_red_flag_closes_the_gaps_and_gives_tyres_for_nothing),
             PB_RUN(cars_fit_wet_tyres_when_it_rains_and_slicks_when_it_dries),
             PB_RUN(a_timed_race_ends_on_the_lap_after_the_limit), PB_RUN(lapped_cars_lose_what_the_model_says),
             PB_RUN(lap_noise_has_the_size_and_memory_it_was_given), PB_RUN(retirements_come_as_often_as_they_should),
             PB_RUN(classes_are_counted_apart), PB_RUN(a_penalty_is_in_the_final_time),
             PB_RUN(the_second_car_of_a_team_waits_in_the_pits),
             PB_RUN(a_car_that_started_on_intermediates_comes_in_once_when_the_track_dries),
             PB_RUN(a_stop_planned_for_this_lap_is_made_on_this_lap),
             PB_RUN(nobody_changes_to_a_kind_of_tyre_that_is_not_in_the_race),
             PB_RUN(a_safety_car_in_the_rain_comes_out_on_the_lap_it_is_given_for),
             PB_RUN(finish_times_are_counted_around_the_expected_leader),
             PB_RUN(the_last_car_of_a_day_is_still_in_the_race),
             PB_RUN(a_red_flag_gives_no_tyres_where_the_rules_forbid_it), PB_RUN(fuel_that_is_added_is_burnt_again),
             PB_RUN(in_a_timed_race_retirements_fall_into_the_laps_that_are_run),
             PB_RUN(a_timed_race_under_way_has_used_up_its_time),
             PB_RUN(what_is_out_at_the_start_delays_what_is_drawn_after),
             PB_RUN(a_race_that_goes_on_later_than_the_weather_is_known_starts_as_wet_as_it_was))
