/* Every instruction set against the scalar kernel, to the bit. */
#include "race_fixture.h"

static const pb_isa wide[] = {PB_ISA_PORTABLE, PB_ISA_AVX2, PB_ISA_AVX512};

static void check_same(const pb_race_spec *spec, uint32_t first, uint32_t count)
{
    fixture_run run  = fixture_model(spec);
    uint64_t    want = pb_sim_hash(run.model, 7, first, count, PB_ISA_SCALAR, run.scratch);
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        if (!pb_isa_available(wide[i])) continue;
        uint64_t got = pb_sim_hash(run.model, 7, first, count, wide[i], run.scratch);
        if (got != want) fail_msg("%s differs from scalar for %u trials from %u", pb_isa_name(wide[i]), count, first);
    }
    fixture_end(&run);
}

PB_TEST(every_number_of_trials_from_none_to_a_few_vectors_and_a_tail)
{
    pb_race_spec *spec = fixture_file(PB_SOURCE_DIR "/scenarios/bench57.json");
    for (uint32_t count = 0; count <= 50; count++) check_same(spec, 3 * count, count);
    free(spec);
}

PB_TEST(more_trials_than_one_group)
{
    pb_race_spec *spec = fixture_file(PB_SOURCE_DIR "/scenarios/bench57.json");
    check_same(spec, 1000, 2500);
    free(spec);
}

PB_TEST(every_effect_off_alone_and_all_off)
{
    pb_race_spec *spec = fixture_file(PB_SOURCE_DIR "/scenarios/bench57.json");
    for (uint32_t bit = 0; 1u << bit < PB_EFFECTS_ALL; bit++) {
        spec->effects = PB_EFFECTS_ALL & ~(1u << bit);
        check_same(spec, 0, 100);
    }
    spec->effects = 0;
    check_same(spec, 0, 100);
    free(spec);
}

PB_TEST(any_number_of_cars)
{
    for (uint32_t n = PB_CARS_MIN; n <= PB_CARS_MAX; n += n < 8 ? 1 : 4) {
        pb_race_spec *spec      = fixture_plain(n);
        spec->effects           = PB_EFFECTS_ALL;
        spec->weather.rain_prob = 0.02;
        for (uint32_t c = 0; c < n; c++) spec->cars[c].dnf_prob = 0.2;
        check_same(spec, 0, 70);
        free(spec);
    }
}

PB_TEST(a_race_under_way)
{
    pb_race_spec *spec = fixture_file(PB_SOURCE_DIR "/scenarios/whatif57.json");
    PB_CHECK(spec->from_lap > 0);
    check_same(spec, 0, 333);
    free(spec);
}

PB_TEST(a_timed_race_that_ends_at_different_laps)
{
    pb_race_spec *spec       = fixture_plain(20);
    spec->effects            = PB_EFFECTS_ALL;
    spec->rules.time_limit_s = 15.4 * spec->base_lap_s;
    spec->rules.extra_laps   = 1;
    spec->neutral.sc_prob    = 0.05;
    check_same(spec, 0, 200);
    free(spec);
}

/* Every count, not only the order: all of the result but the pointers. */
static void check_same_counts(const pb_race_spec *spec, uint32_t count)
{
    fixture_run    run  = fixture_model(spec);
    pb_sim_result *want = NULL;
    PB_CHECK_EQ(pb_sim_result_create(run.model, 64, &want), PB_OK);
    pb_sim_run(run.model, 7, 0, count, PB_ISA_SCALAR, run.scratch, want);
    size_t n = want->n_cars, cells = (size_t)64 * want->n_laps * n;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        pb_sim_result *got = NULL;
        if (!pb_isa_available(wide[i])) continue;
        PB_CHECK_EQ(pb_sim_result_create(run.model, 64, &got), PB_OK);
        pb_sim_run(run.model, 7, 0, count, wide[i], run.scratch, got);
        assert_memory_equal(got->place, want->place, n * n * sizeof *got->place);
        assert_memory_equal(got->stops, want->stops, n * sizeof *got->stops);
        assert_memory_equal(got->pit_lap, want->pit_lap, n * (want->n_laps + 1) * sizeof *got->pit_lap);
        assert_memory_equal(got->strategy, want->strategy, n * PB_SIM_STRATEGIES * sizeof *got->strategy);
        assert_memory_equal(got->time_bins, want->time_bins, n * PB_SIM_TIME_BINS * sizeof *got->time_bins);
        assert_memory_equal(got->trace.place, want->trace.place, cells);
        assert_memory_equal(got->trace.gap_s, want->trace.gap_s, cells * sizeof(float));
        PB_CHECK_EQ(got->sc, want->sc);
        PB_CHECK_EQ(got->vsc, want->vsc);
        PB_CHECK_EQ(got->red, want->red);
        PB_CHECK_EQ(got->wet, want->wet);
        pb_sim_result_destroy(got);
    }
    pb_sim_result_destroy(want);
    fixture_end(&run);
}

PB_TEST(the_counts_of_a_timed_race_with_late_stops_and_late_rain)
{
    pb_race_spec *spec           = fixture_plain(20);
    spec->effects                = PB_EFFECTS_ALL;
    spec->rules.time_limit_s     = 15.4 * spec->base_lap_s;
    spec->neutral.sc_prob        = 0.05;
    spec->weather.rain_prob      = 0.03;
    spec->weather.rain_stop_prob = 0.2;
    spec->weather.wetting_frac   = 0.3;
    spec->policy.jitter_laps     = 2.0;
    for (uint32_t c = 0; c < 20; c++) spec->cars[c].plans[0].stints[1].in_lap = 15;
    check_same_counts(spec, 500);
    spec->weather.dry_lap_s[0] = 0.5; /* dry and wet trials of one batch take the same path */
    check_same_counts(spec, 200);
    free(spec);
}

PB_TEST(a_day_of_long_laps_and_tyres_that_fall_apart)
{
    pb_race_spec *spec       = fixture_plain(10);
    spec->effects            = PB_EFFECTS_ALL;
    spec->rules.laps         = 180;
    spec->base_lap_s         = 480.0;
    spec->rules.time_limit_s = 86400.0;
    for (uint32_t c = 0; c < 10; c++) spec->cars[c].plans[0].stints[1].in_lap = 170, spec->cars[c].wear_mult = 10.0;
    spec->compounds[1].wear_s_per_lap = 5.0;
    check_same_counts(spec, 100);
    free(spec);
}

PB_TEST(a_red_flag_and_a_safety_car_given)
{
    pb_race_spec *spec                     = fixture_plain(20);
    spec->effects                          = PB_EFFECTS_ALL;
    spec->neutral.actual                   = true;
    spec->neutral.n_phases                 = 2;
    spec->neutral.phases[0].kind           = PB_NEUTRAL_SC;
    spec->neutral.phases[0].start_progress = 4.3;
    spec->neutral.phases[0].end_progress   = 7.0;
    spec->neutral.phases[1].kind           = PB_NEUTRAL_RED;
    spec->neutral.phases[1].start_progress = 7.0;
    spec->neutral.phases[1].end_progress   = 7.1;
    check_same(spec, 0, 200);
    free(spec);
}

PB_TEST_MAIN(PB_RUN(every_number_of_trials_from_none_to_a_few_vectors_and_a_tail), PB_RUN(more_trials_than_one_group),
             PB_RUN(every_effect_off_alone_and_all_off), PB_RUN(any_number_of_cars), PB_RUN(a_race_under_way),
             PB_RUN(a_timed_race_that_ends_at_different_laps),
             PB_RUN(the_counts_of_a_timed_race_with_late_stops_and_late_rain),
             PB_RUN(a_day_of_long_laps_and_tyres_that_fall_apart), PB_RUN(a_red_flag_and_a_safety_car_given))
