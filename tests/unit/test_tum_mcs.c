/* pars_mcs.ini: read for one season, put into a race as rates and chances. */
#include <glob.h>
#include <math.h>

#include "pb_test.h"
#include "pitboard/codec.h"
#include "pitboard/wire.h"
#include "unit/spec_sample.h"

#define TUM PB_SHARED_DIR "/data/tum-race-simulation/"

static pb_race_spec spec;
static pb_tum_mcs   mcs;
static pb_error     error;

static const char sample[] =
    "# comment\n"
    "[SEASON_2017]\n"
    "p_accident = {\"Lewis Hamilton\": 0.05, \"Carlos Sainz Jnr\": 0.15}\n"
    "p_failure = {\"Mercedes\": 0.1, \"Renault\": 0.2}\n"
    "[ALL_SEASONS]\n"
    "p_fcy_phases = {\"p_sc_quant\": [0.5, 0.5, 0.0, 0.0], \"p_sc_start\": [0.4, 0.2, 0.1, 0.1, 0.1, 0.1],\n"
    "    \"p_sc_duration\": [0.0, 0.2, 0.3, 0.2, 0.2, 0.1, 0.0, 0.0, 0.0, 0.0], \"p_vsc_aft_failure\": 0.2,\n"
    "    \"p_vsc_duration\": [0.4, 0.4, 0.1, 0.1]}\n"
    "t_pit_var_fisk_pars = {\"Mercedes\": [2.0, 0.0, 0.5], \"Renault\": [4.0, -0.4, 1.4]}\n"
    "t_lap_var_sigma = {\"Lewis Hamilton\": 0.4, \"unknown\": 0.6}\n"
    "t_startperf = {\"Lewis Hamilton\": {\"mean\": -0.05, \"sigma\": 0.1}, \"unknown\": {\"mean\": 0.0, \"sigma\": "
    "0.15}}\n";

static pb_status read_text(const char *text, int season)
{
    memset(&error, 0, sizeof error);
    return pb_wire_read_tum_mcs(pb_span_of(text), "mcs.ini", season, &mcs, &error);
}

static void two_cars(void)
{
    pb_sample_race(&spec);
    spec.n_cars     = 2;
    spec.rules.laps = 55;
    memcpy(spec.cars[0].code, "HAM", 4);
    memcpy(spec.cars[1].code, "SAI", 4);
    memcpy(spec.cars[0].team, "Mercedes", 9);
    memcpy(spec.cars[1].team, "Renault", 8);
}

PB_TEST(a_season_and_what_holds_for_all_are_read)
{
    PB_CHECK_EQ(read_text(sample, 2017), PB_OK);
    PB_CHECK_EQ(mcs.n_drivers, 2);
    PB_CHECK_EQ(mcs.n_teams, 2);
    PB_CHECK_TEXT(mcs.drivers[1].driver, "Carlos Sainz Jnr");
    PB_CHECK_NEAR(mcs.drivers[1].p_accident, 0.15, 0);
    PB_CHECK_NEAR(mcs.drivers[0].start_mean_s, -0.05, 0);
    PB_CHECK_NEAR(mcs.drivers[1].lap_sigma_s, 0.6, 0); /* of "unknown" */
    PB_CHECK_NEAR(mcs.teams[1].stop_loc_s, -0.4, 0);
    PB_CHECK_NEAR(mcs.p_sc_start[1], 0.2, 0);
}

PB_TEST(as_many_safety_cars_are_drawn_as_the_file_says)
{
    PB_CHECK_EQ(read_text(sample, 2017), PB_OK);
    two_cars();
    pb_wire_apply_tum_mcs(&mcs, &spec);
    PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
    const pb_neutral_spec *n = &spec.neutral;
    PB_CHECK_NEAR(n->sc_lap1_prob + 4 * n->sc_early_prob + 50 * n->sc_prob, 0.5, 1e-12);
    PB_CHECK_NEAR(n->sc_lap1_prob, 0.2, 1e-12);
    PB_CHECK_NEAR(n->sc_early_prob, 0.01, 1e-12);
    PB_CHECK_NEAR(n->vsc_prob * 55, 0.3 * 0.2, 1e-12);
    PB_CHECK_NEAR(n->sc_laps[1], 0.2, 1e-12);
    PB_CHECK_NEAR(n->vsc_laps[0], 0.0, 0);
    PB_CHECK_NEAR(n->vsc_laps[1], 0.4, 1e-12);
    PB_CHECK(!n->actual);
}

PB_TEST(drivers_and_teams_differ_as_the_file_says)
{
    PB_CHECK_EQ(read_text(sample, 2017), PB_OK);
    two_cars();
    pb_wire_apply_tum_mcs(&mcs, &spec);
    PB_CHECK_NEAR(spec.cars[0].noise_mult, 0.8, 1e-12);
    PB_CHECK_NEAR(spec.cars[1].noise_mult, 1.2, 1e-12);
    PB_CHECK_NEAR(spec.cars[0].start_s, -0.05, 0);
    PB_CHECK_NEAR(spec.cars[0].dnf_prob, 1 - 0.9 * (1 - 0.125), 1e-12);
    PB_CHECK_NEAR(spec.cars[1].dnf_prob, 1 - 0.8 * (1 - 0.375), 1e-12);
    PB_CHECK_NEAR(spec.cars[1].stop_s - spec.cars[0].stop_s, 1.0 - 0.5, 1e-12); /* medians: loc + scale */
    PB_CHECK_NEAR(spec.pit.stop_s[8], 0.0, 1e-12);
    double q90 = (0.5 * 3.0 - 0.5 + 1.4 * pow(9.0, 0.25) - 1.4) / 2.0;
    PB_CHECK_NEAR(spec.pit.stop_s[13], q90, 1e-9);
}

PB_TEST(a_season_that_is_not_there_and_broken_values_are_refused)
{
    memset(&mcs, 0x55, sizeof mcs);
    pb_tum_mcs was = mcs;
    PB_CHECK_EQ(read_text(sample, 2018), PB_E_MISSING);
    PB_CHECK_HAS(error.text, "[SEASON_2018] p_accident is missing");
    PB_CHECK_EQ(read_text("", 2017), PB_E_EMPTY);
    char *text = strdup(sample);
    memcpy(strstr(text, "0.15}"), "1.15}", 5);
    PB_CHECK_EQ(read_text(text, 2017), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "mcs.ini (p_accident): /Carlos Sainz Jnr: 1.15");
    memcpy(strstr(text, "1.15}"), "0.15}", 5);
    memcpy(strstr(text, "[2.0, "), "[1.0, ", 6);
    PB_CHECK_EQ(read_text(text, 2017), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "/Mercedes");
    free(text);
    for (size_t len = 0; len + 2 < sizeof sample; len++)
        PB_CHECK(pb_wire_read_tum_mcs((pb_span){sample, len}, "mcs.ini", 2017, &mcs, &error) != PB_OK);
    PB_CHECK(memcmp(&was, &mcs, sizeof mcs) == 0);
}

PB_TEST(every_driver_and_team_of_the_74_races_is_found)
{
    glob_t   files;
    pb_bytes bytes, pars;
    int      drivers = 0, known = 0;
    pb_need_shared(TUM "pars_mcs.ini");
    PB_CHECK_EQ(pb_file_read(TUM "pars_mcs.ini", 0, &bytes, &error), PB_OK);
    PB_CHECK_EQ(glob(TUM "pars_*_*.ini", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        PB_CHECK_EQ(pb_file_read(files.gl_pathv[i], 0, &pars, &error), PB_OK);
        PB_CHECK_EQ(pb_wire_read_tum((pb_span){pars.at, pars.len}, files.gl_pathv[i], &spec, &error), PB_OK);
        PB_CHECK_EQ(pb_wire_read_tum_mcs((pb_span){bytes.at, bytes.len}, "mcs", spec.season, &mcs, &error), PB_OK);
        pb_wire_apply_tum_mcs(&mcs, &spec);
        PB_CHECK_EQ(pb_race_spec_check(&spec, &error), PB_OK);
        for (int c = 0; c < spec.n_cars; c++) {
            drivers++;
            known += spec.cars[c].noise_mult != 1.0;
            PB_CHECK(spec.cars[c].dnf_prob > 0.03 && spec.cars[c].dnf_prob < 0.4);
        }
        pb_bytes_free(&pars);
    }
    pb_bytes_free(&bytes);
    globfree(&files);
    PB_CHECK(drivers > 1480);
    PB_CHECK_EQ(known, drivers);
}

PB_TEST_MAIN(PB_RUN(a_season_and_what_holds_for_all_are_read), PB_RUN(as_many_safety_cars_are_drawn_as_the_file_says),
             PB_RUN(drivers_and_teams_differ_as_the_file_says),
             PB_RUN(a_season_that_is_not_there_and_broken_values_are_refused),
             PB_RUN(every_driver_and_team_of_the_74_races_is_found))
