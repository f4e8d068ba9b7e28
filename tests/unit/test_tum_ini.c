/* TUM race files: what becomes of the numbers, and what is refused. */
#include <glob.h>

#include "pb_test.h"
#include "pitboard/codec.h"
#include "pitboard/wire.h"

#define TUM PB_SHARED_DIR "/data/tum-race-simulation/"

static pb_race_spec spec, other;
static pb_error     error;

static const char sample[] =
    "# encoding UTF-8\n"
    "[RACE_PARS]\n"
    "# a comment\n"
    "race_pars = {\"season\": 2017,\n"
    "    \"tot_no_laps\": 51,\n"
    "    # inside\n"
    "    \"min_t_dist\": 0.5, \"min_t_dist_sc\": 0.8, \"t_overtake_loser\": 0.3, \"use_drs\": true,\n"
    "    \"participants\": [\"HAM\", \"RIC\"]}\n"
    "[TRACK_PARS]\n"
    "track_pars = {\"name\": \"Baku\", \"t_q\": 100.593, \"t_gap_racepace\": 1.6, \"t_lap_sens_mass\": 0.025,\n"
    "    \"t_pit_tirechange_min\": 1.9, \"t_pitdrive_inlap\": 3.0, \"t_pitdrive_outlap\": 14.0,\n"
    "    \"t_pitdrive_inlap_fcy\": 1.0, \"t_pitdrive_outlap_fcy\": 9.0, \"t_pitdrive_inlap_sc\": -2.0,\n"
    "    \"t_pitdrive_outlap_sc\": 8.0, \"t_loss_pergridpos\": 0.138, \"t_loss_firstlap\": 7.8,\n"
    "    \"t_gap_overtake\": 3.19, \"t_gap_overtake_vel\": null, \"mult_t_lap_sc\": 1.6, \"mult_t_lap_fcy\": 1.4}\n"
    "[CAR_PARS]\n"
    "car_pars = {\"Mercedes\": {\"drivetype\": \"combustion\", \"t_car\": 0.0, \"m_fuel\": 105.0, \"b_fuel_perlap\": "
    "2.0,\n"
    "        \"energy\": null, \"t_pit_tirechange_add\": 0.4, \"t_pit_refuel_perkg\": null},\n"
    "    \"RedBull\": {\"drivetype\": \"combustion\", \"t_car\": 0.8, \"m_fuel\": 105.0, \"b_fuel_perlap\": 2.0,\n"
    "        \"energy\": null, \"t_pit_tirechange_add\": 0.6, \"t_pit_refuel_perkg\": null}}\n"
    "[TIRESET_PARS]\n"
    "tireset_pars = {\"HAM\": {\"tire_deg_model\": \"lin\", \"mult_tiredeg_sc\": 0.25, \"t_add_coldtires\": 1.0,\n"
    "        \"A3\": {\"k_0\": 0.5, \"k_1_lin\": 0.06}, \"A4\": {\"k_0\": 0.0, \"k_1_lin\": 0.02}},\n"
    "    \"RIC\": {\"tire_deg_model\": \"lin\", \"mult_tiredeg_sc\": 0.25, \"t_add_coldtires\": 1.0,\n"
    "        \"A3\": {\"k_0\": 0.7, \"k_1_lin\": 0.06}, \"A4\": {\"k_0\": 0.0, \"k_1_lin\": 0.04}}}\n"
    "[DRIVER_PARS]\n"
    "driver_pars = {\"HAM\": {\"carno\": 44, \"name\": \"Lewis Hamilton\", \"initials\": \"HAM\", \"team\": "
    "\"Mercedes\",\n"
    "        \"t_driver\": 0.0, \"strategy_info\": [[0, \"A4\", 2, 0.0], [12, \"A3\", 0, 0.0], [17, \"A3\", 5, 0.0],\n"
    "        [31, \"A4\", 9, 0.0]], \"p_grid\": 2},\n"
    "    \"RIC\": {\"carno\": 3, \"name\": \"Daniel Ricciardo\", \"initials\": \"RIC\", \"team\": \"RedBull\",\n"
    "        \"t_driver\": 0.2, \"strategy_info\": [[0, \"A4\", 2, 0.0], [5, \"A3\", 0, 0.0]], \"p_grid\": 1}}\n"
    "[EVENT_PARS]\n"
    "event_pars = {\"fcy_data\": {\"phases\": [[11.783, 18.919, \"SC\", null, null], [19.5, 21.0, \"VSC\", null, "
    "null]],\n"
    "        \"domain\": \"progress\"},\n"
    "    \"retire_data\": {\"retirements\": [[\"RIC\", 46.5]], \"domain\": \"progress\"}}\n";

static pb_status read_text(const char *text)
{
    memset(&error, 0, sizeof error);
    return pb_wire_read_tum(pb_span_of(text), "pars.ini", &spec, &error);
}

/* The sample with one piece replaced. */
static char *with(const char *old, const char *new)
{
    const char *at = strstr(sample, old);
    PB_CHECK(at != NULL);
    char *text = NULL;
    PB_CHECK(asprintf(&text, "%.*s%s%s", (int)(at - sample), sample, new, at + strlen(old)) > 0);
    return text;
}

static void refused(const char *old, const char *new, pb_status status, const char *place, const char *words)
{
    char *text = with(old, new);
    memset(&spec, 0x55, sizeof spec);
    memcpy(&other, &spec, sizeof spec);
    PB_CHECK_EQ(read_text(text), status);
    PB_CHECK_HAS(error.text, "pars.ini");
    PB_CHECK_HAS(error.text, place);
    PB_CHECK_HAS(error.text, words);
    PB_CHECK(memcmp(&spec, &other, sizeof spec) == 0);
    free(text);
}

PB_TEST(the_lap_the_rules_and_the_pit_lane_come_over)
{
    PB_CHECK_EQ(read_text(sample), PB_OK);
    PB_CHECK_TEXT(spec.id, "2017-Baku");
    PB_CHECK_TEXT(spec.circuit, "baku");
    PB_CHECK_EQ(spec.rules.laps, 51);
    PB_CHECK(spec.rules.drs);
    PB_CHECK_NEAR(spec.base_lap_s, 102.193, 1e-9);
    PB_CHECK_NEAR(spec.fuel_s_per_kg, 0.025, 0);
    PB_CHECK_NEAR(spec.evolution_s_per_lap, 0, 0);
    PB_CHECK_NEAR(spec.pit.loss_s, 3 + 14 + 1.9 + 0.5, 1e-9);
    PB_CHECK_NEAR(spec.pit.sc_frac * spec.pit.loss_s, -2 + 8 + 2.4, 1e-9);
    PB_CHECK_NEAR(spec.pit.vsc_frac * spec.pit.loss_s, 1 + 9 + 2.4, 1e-9);
    PB_CHECK_NEAR(spec.pit.sc_onset_frac * spec.pit.loss_s, 1 + 8 + 2.4, 1e-9);
    PB_CHECK_NEAR(spec.pit.vsc_onset_frac * spec.pit.loss_s, 3 + 9 + 2.4, 1e-9);
    PB_CHECK_NEAR(spec.start.lap1_s, 8.8, 1e-9);
    PB_CHECK_NEAR(spec.start.slot_gap_s[4], 2.0, 1e-9);
    PB_CHECK_NEAR(spec.traffic.pass_circuit, -0.62, 1e-9);
    PB_CHECK(!(spec.effects & PB_EFFECT_WEATHER));
}

PB_TEST(pace_tyres_and_stops_of_each_car_come_over)
{
    PB_CHECK_EQ(read_text(sample), PB_OK);
    PB_CHECK_EQ(spec.n_cars, 2);
    PB_CHECK_EQ(spec.n_compounds, 2);
    PB_CHECK_TEXT(spec.compounds[0].name, "A3");
    PB_CHECK_NEAR(spec.compounds[0].offset_s, 0.6, 1e-12);
    PB_CHECK_NEAR(spec.compounds[1].wear_s_per_lap, 0.03, 1e-12);
    PB_CHECK_NEAR(spec.compounds[0].warm_up_s, 1.0, 0);
    const pb_car_spec *ham = &spec.cars[0], *ric = &spec.cars[1];
    PB_CHECK_EQ(ham->number, 44);
    PB_CHECK_EQ(ham->grid, 2);
    PB_CHECK_NEAR(ham->stop_s, -0.1, 1e-12);
    PB_CHECK_NEAR(ric->pace_s, 1.0 + 46 * 0.1 / 51, 1e-12); /* A3 0.1 s slower than the median, 46 of 51 laps */
    PB_CHECK_NEAR(ham->pace_s, -19 * 0.1 / 51, 1e-12);
    PB_CHECK(ham->wear_mult < 1.0 && ric->wear_mult > 1.0);
    PB_CHECK_NEAR(ham->fuel_burn_kg, 2.0, 0);
}

PB_TEST(a_lane_visit_on_the_same_set_is_no_stop)
{
    PB_CHECK_EQ(read_text(sample), PB_OK);
    const pb_plan *plan = &spec.cars[0].plans[0];
    PB_CHECK_EQ(plan->n_stints, 3);
    PB_CHECK_EQ(plan->stints[1].in_lap, 12);
    PB_CHECK_EQ(plan->stints[2].in_lap, 31);
    PB_CHECK_NEAR(plan->stints[2].age_laps, 9, 0);
}

PB_TEST(events_are_as_they_were_none_or_drawn)
{
    PB_CHECK_EQ(read_text(sample), PB_OK);
    PB_CHECK(spec.neutral.actual);
    PB_CHECK_EQ(spec.neutral.n_phases, 2);
    PB_CHECK_EQ(spec.neutral.phases[0].kind, PB_NEUTRAL_SC);
    PB_CHECK_NEAR(spec.neutral.phases[0].start_progress, 11.783, 0);
    PB_CHECK_EQ(spec.neutral.phases[1].kind, PB_NEUTRAL_VSC);
    PB_CHECK_NEAR(spec.cars[0].dnf_prob, 0, 0);
    PB_CHECK_NEAR(spec.cars[1].dnf_prob, 1, 0);
    char *text = with("[[11.783, 18.919, \"SC\", null, null], [19.5, 21.0, \"VSC\", null, null]]", "null");
    PB_CHECK_EQ(read_text(text), PB_OK);
    PB_CHECK(spec.neutral.actual);
    PB_CHECK_EQ(spec.neutral.n_phases, 0);
    free(text);
    text = with("[[11.783, 18.919, \"SC\", null, null], [19.5, 21.0, \"VSC\", null, null]]", "[]");
    PB_CHECK_EQ(read_text(text), PB_OK);
    PB_CHECK(!spec.neutral.actual);
    free(text);
}

PB_TEST(phases_in_race_time_become_progress)
{
    char *text = with(
        "[[11.783, 18.919, \"SC\", null, null], [19.5, 21.0, \"VSC\", null, null]],\n        \"domain\": \"progress\"",
        "[[1035.055, 1700.0, \"SC\", null, null]], \"domain\": \"time\"");
    PB_CHECK_EQ(read_text(text), PB_OK);
    double lap = 102.193 + 0.025 * 105 / 2; /* half a tank */
    PB_CHECK_NEAR(spec.neutral.phases[0].start_progress, 1035.055 / lap, 1e-9);
    PB_CHECK_NEAR(spec.neutral.phases[0].end_progress, 1035.055 / lap + (1700.0 - 1035.055) / (lap * 1.6), 1e-9);
    free(text);
}

PB_TEST(a_plan_on_one_compound_relaxes_the_rule_and_says_so)
{
    PB_CHECK_EQ(read_text(sample), PB_OK);
    PB_CHECK(spec.rules.two_compounds);
    char *text = with("[[0, \"A4\", 2, 0.0], [5, \"A3\", 0, 0.0]]", "[[0, \"A4\", 2, 0.0]]");
    PB_CHECK_EQ(read_text(text), PB_OK);
    PB_CHECK(!spec.rules.two_compounds);
    bool said = false;
    for (int i = 0; i < spec.n_origins; i++) said |= strcmp(spec.origins[i].pointer, "/rules/two_compounds") == 0;
    PB_CHECK(said);
    free(text);
}

PB_TEST(a_broken_file_is_refused_with_the_place)
{
    refused("    \"tot_no_laps\": 51,", "    \"tot_no_laps\": 51", PB_E_SYNTAX, ":7", "");
    refused("    \"tot_no_laps\": 51,", "\"tot_no_laps\": 51,", PB_E_SYNTAX, ":5", "not indented");
    refused("[TRACK_PARS]", "[TRACK_PARS", PB_E_SYNTAX, ":9", "bracket");
    refused("[CAR_PARS]", "[CARS]", PB_E_MISSING, "car_pars", "missing");
    refused("track_pars = ", "track_pars = {}\ntrack_pars = ", PB_E_SYNTAX, ":11", "twice");
    refused("race_pars = {", "race_pars = 3\n  {", PB_E_SYNTAX, "race_pars", "");
}

PB_TEST(a_wrong_number_is_refused_with_the_place)
{
    refused("\"t_q\": 100.593", "\"t_q\": -3", PB_E_RANGE, "(track_pars): /t_q", "-3");
    refused("\"t_q\": 100.593, ", "", PB_E_MISSING, "(track_pars): /t_q", "missing");
    refused("\"t_q\": 100.593", "\"t_q\": null", PB_E_SYNTAX, "(track_pars): /t_q", "null");
    refused("\"t_q\": 100.593", "\"t_q\": NaN", PB_E_SYNTAX, "track_pars", "");
    refused("\"k_0\": 0.7", "\"k_0\": \"soft\"", PB_E_SYNTAX, "(tireset_pars): /RIC/A3/k_0", "soft");
    refused("\"participants\": [\"HAM\", \"RIC\"]", "\"participants\": [\"HAM\", \"VER\"]", PB_E_MISSING, "/VER",
            "missing");
    refused("\"participants\": [\"HAM\", \"RIC\"]", "\"participants\": [\"HAM\", \"RIC\", \"HAM\"]", PB_E_RULE,
            "/cars/2/code", "twice");
    refused("\"participants\": [\"HAM\", \"RIC\"]", "\"participants\": []", PB_E_RANGE, "/participants", "2 .. 40");
    refused("\"p_grid\": 1", "\"p_grid\": 2", PB_E_RULE, "/cars/1/grid", "taken");
    refused("[5, \"A3\", 0, 0.0]", "[60, \"A3\", 0, 0.0]", PB_E_RULE, "/RIC/strategy_info", "lap 60 of 51");
    refused("[5, \"A3\", 0, 0.0]", "[5, \"A7\", 0, 0.0]", PB_E_MISSING, "/RIC/A7", "missing");
    refused("\"SC\", null", "\"SX\", null", PB_E_UNSUPPORTED, "/fcy_data/phases/0/2", "SX");
    refused("\"RIC\", 46.5", "\"XXX\", 46.5", PB_E_MISSING, "/retire_data/retirements/0/0", "XXX");
    refused("\"drivetype\": \"combustion\"", "\"drivetype\": \"electric\"", PB_E_UNSUPPORTED, "drivetype", "electric");
    refused("\"tire_deg_model\": \"lin\"", "\"tire_deg_model\": \"cub\"", PB_E_UNSUPPORTED, "/HAM/tire_deg_model",
            "cub");
    refused("[19.5, 21.0", "[18.0, 21.0", PB_E_RULE, "/neutral/phases/1/start_progress", "before the end");
}

PB_TEST(every_cut_of_a_file_is_refused)
{
    size_t whole = sizeof sample - 1;
    for (size_t len = 0; len < whole - 1; len++)
        PB_CHECK(pb_wire_read_tum((pb_span){sample, len}, "pars.ini", &spec, &error) != PB_OK);
    PB_CHECK_EQ(read_text(sample), PB_OK);
}

PB_TEST(a_bom_and_other_line_ends_are_accepted)
{
    char  *text = NULL;
    size_t len;
    FILE  *f = open_memstream(&text, &len);
    fputs("\xef\xbb\xbf", f);
    for (const char *at = sample; *at; at++) {
        if (*at == '\n' && (at - sample) % 2) fputc('\r', f);
        fputc(*at, f);
    }
    fclose(f);
    PB_CHECK(pb_wire_is_tum(pb_span_of(text)));
    PB_CHECK_EQ(read_text(text), PB_OK);
    free(text);
    PB_CHECK_EQ(read_text(""), PB_E_EMPTY);
    PB_CHECK(!pb_wire_is_tum(pb_span_of("")));
    PB_CHECK(!pb_wire_is_tum(pb_span_of("Driver,LapNumber\n")));
}

PB_TEST(all_74_race_files_import_and_survive_our_own_format)
{
    glob_t files;
    int    races = 0, circuits = 0, faults = 0;
    pb_need_shared(TUM "pars_mcs.ini");
    PB_CHECK_EQ(glob(TUM "pars_*.ini", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        pb_bytes bytes;
        if (strstr(files.gl_pathv[i], "pars_mcs")) continue;
        PB_CHECK_EQ(pb_file_read(files.gl_pathv[i], 0, &bytes, &error), PB_OK);
        PB_CHECK(pb_wire_is_tum((pb_span){bytes.at, bytes.len}));
        pb_status status = pb_wire_read_tum((pb_span){bytes.at, bytes.len}, files.gl_pathv[i], &spec, &error);
        pb_bytes_free(&bytes);
        races++;
        if (status != PB_OK) {
            print_message("%s\n", error.text);
            faults++;
            continue;
        }
        circuits += pb_circuit_id(pb_span_of(spec.circuit), spec.season) != NULL;
        PB_CHECK(spec.n_cars >= 20 && spec.n_origins > 40 && spec.n_origins < PB_ORIGINS_MAX);
        PB_CHECK_EQ(pb_wire_write_race(&spec, "tum_round_trip.tmp.json", &error), PB_OK);
        PB_CHECK_EQ(pb_file_read("tum_round_trip.tmp.json", 0, &bytes, &error), PB_OK);
        PB_CHECK_EQ(pb_wire_read_race((pb_span){bytes.at, bytes.len}, "x", &other, &error), PB_OK);
        PB_CHECK(memcmp(&spec, &other, sizeof spec) == 0);
        pb_bytes_free(&bytes);
    }
    unlink("tum_round_trip.tmp.json");
    globfree(&files);
    PB_CHECK_EQ(faults, 0);
    PB_CHECK_EQ(races, 74);
    PB_CHECK_EQ(circuits, 74);
}

PB_TEST_MAIN(PB_RUN(the_lap_the_rules_and_the_pit_lane_come_over), PB_RUN(pace_tyres_and_stops_of_each_car_come_over),
             PB_RUN(a_lane_visit_on_the_same_set_is_no_stop), PB_RUN(events_are_as_they_were_none_or_drawn),
             PB_RUN(phases_in_race_time_become_progress), PB_RUN(a_plan_on_one_compound_relaxes_the_rule_and_says_so),
             PB_RUN(a_broken_file_is_refused_with_the_place), PB_RUN(a_wrong_number_is_refused_with_the_place),
             PB_RUN(every_cut_of_a_file_is_refused), PB_RUN(a_bom_and_other_line_ends_are_accepted),
             PB_RUN(all_74_race_files_import_and_survive_our_own_format))
