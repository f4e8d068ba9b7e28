/* Every form of a table: one file each, kept as corpus of the fuzz target too, with good rows and one that is refused. */
#include "pb_test.h"

#include <math.h>

#include "pitboard/wire_records.h"

#define CORPUS PB_SOURCE_DIR "/tests/fuzz/corpus/records/"
#define PATH "2023_07_spanish/barber/Race_1/file" /* tells the race in all ways there are */

typedef struct fixture {
    pb_ergast_ids *ids;
    pb_records     r;
    pb_error       error;
} fixture;

static pb_status read_file(fixture *f, const char *name, const char *path)
{
    char     file[512];
    pb_bytes bytes = {0};
    snprintf(file, sizeof file, "%s%s", name[0] == '/' ? "" : CORPUS, name);
    if (pb_file_read(file, 0, &bytes, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    pb_status status = pb_wire_read_records((pb_span){bytes.at, bytes.len}, path, f->ids, &f->r, &f->error);
    pb_bytes_free(&bytes);
    return status;
}

/* With the names of the mirror read, and then emptied of their rows. */
static void begin(fixture *f)
{
    static const char *const names[] = {"ergast_circuits.csv", "ergast_drivers.csv", "ergast_constructors.csv",
                                        "ergast_status.csv", "ergast_races.csv"};
    memset(f, 0, sizeof *f);
    pb_records_init(&f->r);
    PB_CHECK_EQ(pb_ergast_ids_create(&f->ids, &f->error), PB_OK);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) PB_CHECK_EQ(read_file(f, names[i], PATH), PB_OK);
    pb_records_fini(&f->r);
}

static void end(fixture *f)
{
    pb_records_fini(&f->r);
    pb_ergast_ids_destroy(f->ids);
}

static const struct {
    const char *form, *file;
    uint32_t    accepted;
    const char *refused; /* words of the reason of the one row that is refused; NULL none */
} forms[] = {
    {"ergast_races", NULL, 2, "year \"23\" lies outside"},
    {"ergast_drivers", NULL, 2, "driverId \"x\" is not a whole number"},
    {"ergast_constructors", NULL, 1, "constructorRef \"\" is missing"},
    {"ergast_circuits", NULL, 1, "lat \"140.95\" lies outside -90 to 90"},
    {"ergast_status", NULL, 1, "statusId \"-2\" lies outside"},
    {"ergast_results", NULL, 1, "driverId \"999\" is in no table"},
    {"ergast_qualifying", NULL, 1, "position \"100\" lies outside"},
    {"ergast_pit_stops", NULL, 1, "lap \"0\" lies outside"},
    {"ergast_lap_times", NULL, 1, "milliseconds \"0\" lies outside"},
    {"safety_cars", NULL, 1, "is no year and name of a race"},
    {"red_flags", NULL, 1, "Lap \"fifteen\" is not a whole number"},
    {"jolpica_results", NULL, 1, "points \"2600\" lies outside"},
    {"jolpica_qualifying", NULL, 1, "Q1 \"1:74.079\" is not a time"},
    {"jolpica_pit_stops", NULL, 2, "\"nobody_at_all\" is no driver known here"},
    {"jolpica", "jolpica.json", 7, NULL},
    {"live_drivers", NULL, 1, "RacingNumber \"0\" lies outside"},
    {"live_laps", NULL, 2, "LapTime_s \"0\" is zero"},
    {"live_tyres", NULL, 5, "Stint \"99\" lies outside"},
    {"live_track_status", NULL, 2, "Status \"44\" lies outside"},
    {"live_lap_count", NULL, 2, "Time_s \"-1\" is negative"},
    {"live_session_status", NULL, 2, "Time_s \"\" is missing"},
    {"live_weather", NULL, 1, "Rainfall \"2\" is neither true nor false"},
    {"weather", NULL, 1, "Season \"1923\" lies outside"},
    {"live_race_control", NULL, 1, "is not a time like 2023-06-04T13:05:22Z"},
    {"race_control", NULL, 1, "Message \"\" is missing"},
    {"openf1_stints", NULL, 1, "lap_end \"27\" is before the stint begins"},
    {"openf1_pit", NULL, 1, "date \"04/06/2023\" is not a time"},
    {"openf1_pit_lane", NULL, 1, "\"-37.7\" is negative"},
    {"openf1_laps", NULL, 1, "st_speed \"3000\" lies outside"},
    {"openf1_session_result", NULL, 2, "dnf \"Perhaps\" is neither true nor false"},
    {"openf1_starting_grid", NULL, 1, "position \"0\" lies outside"},
    {"openf1_drivers", NULL, 1, "\"Nobody ATALL\" is no driver known here"},
    {"openf1_weather", NULL, 1, "wind_direction \"400\" lies outside"},
    {"openf1_race_control", NULL, 1, "\"5000\" lies outside"},
    {"openf1_drivers_json", "openf1_drivers_json.json", 4, NULL},
    {"openf1", "openf1.json", 4, NULL},
    {"grids", NULL, 1, "grid \"pit\" is not a whole number"},
    {"tum_tracks", NULL, 1, "\"lots\" is not a number"},
    {"circuit_scores", NULL, 1, "circuit_length_km \"5412\" lies outside"},
    {"circuit_lines", "circuit_lines.json", 1, "properties.id \"\" is missing"},
    {"laps_2015", NULL, 3, "RACE \"usa2016\" is another race"},
    {"grcup_laps", NULL, 2, "LAP_NUMBER \"600\" lies outside"},
    {"grcup_results", NULL, 2, "NUMBER \"\" is missing"},
    {"grcup_class", NULL, 1, "LAPS \"270000\" lies outside"},
    {"grcup_weather", NULL, 1, "TRACK_TEMP \"-999.0\" lies outside"},
    {"vsc_estimates", "vsc_estimates.json", 3, NULL},
};
#define FORMS_N (sizeof forms / sizeof *forms)

PB_TEST(every_form_has_a_file_here_and_is_told_by_its_content)
{
    size_t n = 0;
    while (pb_wire_form_at(n)) n++;
    PB_CHECK_EQ(n, FORMS_N);
    for (size_t i = 0; i < n; i++) {
        char     file[512];
        pb_bytes bytes = {0};
        pb_error error;
        PB_CHECK_TEXT(pb_wire_form_at(i)->name, forms[i].form);
        if (forms[i].file)
            snprintf(file, sizeof file, CORPUS "%s", forms[i].file);
        else
            snprintf(file, sizeof file, CORPUS "%s.csv", forms[i].form);
        PB_CHECK_EQ(pb_file_read(file, 0, &bytes, &error), PB_OK);
        const pb_wire_form *form = pb_wire_form_of((pb_span){bytes.at, bytes.len});
        if (!form || strcmp(form->name, forms[i].form) != 0)
            fail_msg("%s is taken for %s", forms[i].form, form ? form->name : "nothing");
        pb_bytes_free(&bytes);
    }
}

PB_TEST(every_form_takes_its_good_rows_and_refuses_its_bad_one)
{
    for (size_t i = 0; i < FORMS_N; i++) {
        fixture f;
        char    file[64];
        begin(&f);
        snprintf(file, sizeof file, "%s.csv", forms[i].form);
        if (read_file(&f, forms[i].file ? forms[i].file : file, PATH) != PB_OK)
            fail_msg("%s: %s", forms[i].form, f.error.text);
        if (f.r.n_accepted != forms[i].accepted)
            fail_msg("%s: %u rows accepted (%s)", forms[i].form, f.r.n_accepted,
                     f.r.quarantined.n ? f.r.quarantined.at[0].reason : "none refused");
        PB_CHECK_EQ(f.r.n_rows, f.r.n_accepted + f.r.quarantined.n);
        if (!forms[i].refused && f.r.quarantined.n) fail_msg("%s: %s", forms[i].form, f.r.quarantined.at[0].reason);
        if (forms[i].refused && (f.r.quarantined.n == 0 || !strstr(f.r.quarantined.at[0].reason, forms[i].refused)))
            fail_msg("%s: \"%s\" lacks \"%s\"", forms[i].form,
                     f.r.quarantined.n ? f.r.quarantined.at[0].reason : "nothing refused", forms[i].refused);
        end(&f);
    }
}

PB_TEST(tyre_deltas_become_stints_that_follow_each_other)
{
    fixture f;
    begin(&f);
    PB_CHECK_EQ(read_file(&f, "live_tyres.csv", PATH), PB_OK);
    PB_CHECK_EQ(f.r.stints.n, 2);
    const pb_stint_row *a = &f.r.stints.at[0], *b = &f.r.stints.at[1];
    PB_CHECK(a->number == 44 && a->from_lap == 1 && a->to_lap == 24 && a->age_at_start == 3 && a->fresh == 0);
    PB_CHECK(b->from_lap == 25 && b->to_lap == 44 && b->age_at_start == 0 && b->fresh == 1);
    PB_CHECK(a->compound == PB_COMPOUND_SOFT && b->compound == PB_COMPOUND_MEDIUM);
    end(&f);
}

PB_TEST(laps_of_2015_count_from_one_and_stints_from_their_resets)
{
    fixture f;
    begin(&f);
    PB_CHECK_EQ(read_file(&f, "laps_2015.csv", "usa2015.csv"), PB_OK);
    PB_CHECK_EQ(f.r.laps.n, 3);
    PB_CHECK(f.r.laps.at[0].lap.number == 1 && f.r.laps.at[0].lap.time_ms == 118693);
    PB_CHECK(f.r.laps.at[1].lap.stint == 1 && f.r.laps.at[2].lap.stint == 2);
    PB_CHECK(f.r.laps.at[2].lap.compound == PB_COMPOUND_SUPERSOFT && f.r.laps.at[2].lap.tyre_age_laps == -1);
    PB_CHECK(f.r.races.n == 1 && f.r.races.at[0].round == 0 && f.r.races.at[0].season == 2015);
    PB_CHECK_TEXT(f.r.races.at[0].circuit, "austin");
    end(&f);
}

PB_TEST(a_race_of_the_gr_cup_is_told_by_its_folders)
{
    fixture f;
    begin(&f);
    PB_CHECK_EQ(read_file(&f, "grcup_laps.csv", "gr-cup/timing/road-america/Race_2/23_x.CSV"), PB_OK);
    PB_CHECK(f.r.laps.n == 2 && f.r.laps.at[0].season == 2025 && f.r.laps.at[0].round == 10);
    PB_CHECK_TEXT(f.r.laps.at[0].driver, "021"); /* another car than 21 */
    PB_CHECK_TEXT(f.r.laps.at[0].flag, "FCY");
    PB_CHECK(f.r.laps.at[0].lap.pit_in_ms == PB_MS_NONE && f.r.laps.at[1].lap.pit_in_ms == 228336);
    PB_CHECK_EQ(read_file(&f, "grcup_laps.csv", "somewhere/23_x.CSV"), PB_E_MISSING);
    PB_CHECK_HAS(f.error.text, "must be called after the track");
    PB_CHECK_EQ(f.r.laps.n, 2);
    end(&f);
}

PB_TEST(a_table_of_one_race_outside_its_folder_is_refused)
{
    fixture f;
    begin(&f);
    PB_CHECK_EQ(read_file(&f, "live_laps.csv", "laps.csv"), PB_E_MISSING);
    PB_CHECK_HAS(f.error.text, "YYYY_RR_name");
    end(&f);
}

/* ---- JSON ---- */

#define SYNTHETIC PB_SOURCE_DIR "/tests/data/synthetic/"

PB_TEST(pages_of_jolpica_join_through_the_middle_of_a_lap)
{
    fixture f;
    begin(&f);
    PB_CHECK_EQ(read_file(&f, SYNTHETIC "jolpica_laps_page2_synthetic.json", "b.json"), PB_OK);
    PB_CHECK(f.r.page_from == 6 && f.r.page_to == 12 && f.r.page_of == 12);
    PB_CHECK_EQ(read_file(&f, SYNTHETIC "jolpica_laps_page1_synthetic.json", "a.json"), PB_OK);
    PB_CHECK(f.r.page_from == 0 && f.r.page_to == 6);
    PB_CHECK_EQ(f.r.laps.n, 12);
    bool seen[4][4] = {{false}};
    for (uint32_t i = 0; i < f.r.laps.n; i++) seen[f.r.laps.at[i].lap.number][f.r.laps.at[i].lap.position - 1] = true;
    for (int lap = 1; lap < 4; lap++)
        for (int car = 0; car < 4; car++) PB_CHECK(seen[lap][car]);
    PB_CHECK(f.r.laps.at[0].lap.time_ms == 82114 && f.r.laps.at[0].season == 2023);
    PB_CHECK_TEXT(f.r.laps.at[0].driver, "RUS");
    end(&f);
}

PB_TEST(results_of_jolpica_in_json_are_those_of_the_table)
{
    fixture f;
    begin(&f);
    PB_CHECK_EQ(read_file(&f, SYNTHETIC "jolpica_results_synthetic.json", "a.json"), PB_OK);
    PB_CHECK_EQ(f.r.results.n, 4);
    PB_CHECK_EQ(f.r.races.n, 1);
    const pb_result_row *r = f.r.results.at;
    PB_CHECK(r[0].season == 2023 && r[0].round == 7 && !r[0].sprint && r[0].grid == 1 && r[0].number == 1);
    PB_CHECK(r[0].time_ms == 5277940 && r[2].time_ms == PB_MS_NONE && r[0].points == 26 && r[2].laps == 65);
    PB_CHECK_TEXT(r[0].driver, "VER");
    PB_CHECK_TEXT(r[3].place_text, "R");
    PB_CHECK_TEXT(f.r.races.at[0].circuit, "barcelona");
    PB_CHECK_TEXT(f.r.races.at[0].time, "13:00:00");
    PB_CHECK_EQ(read_file(&f, SYNTHETIC "jolpica_sprint_synthetic.json", "a.json"), PB_OK);
    PB_CHECK(f.r.results.n == 8 && f.r.results.at[7].sprint);
    end(&f);
}

PB_TEST(openf1_in_json_and_csv_give_the_same_rows)
{
    fixture f;
    begin(&f);
    PB_CHECK_EQ(read_file(&f, SYNTHETIC "2023_07_openf1_pit_synthetic.json", "2023_07_x.json"), PB_OK);
    pb_span csv = pb_span_of("date,session_key,driver_number,lap_number,lane_duration,stop_duration\n"
                             "2023-06-04T13:38:44.12+00:00,9102,1,26,22.2,2.3\n"
                             "2023-06-04T13:36:20+00:00,9102,44,24,22.9,\n");
    PB_CHECK_EQ(pb_wire_read_records(csv, "2023_07_x.csv", NULL, &f.r, &f.error), PB_OK);
    PB_CHECK_EQ(f.r.pits.n, 4);
    PB_CHECK(memcmp(&f.r.pits.at[0], &f.r.pits.at[2], 2 * sizeof f.r.pits.at[0]) == 0);
    PB_CHECK(f.r.pits.at[0].still_ms == 2300 && f.r.pits.at[1].still_ms == PB_MS_NONE);
    end(&f);
}

PB_TEST(json_of_other_types_is_refused_row_by_row_or_as_a_whole)
{
    static const struct {
        const char *text;
        pb_status   status;
        const char *why;
    } bad[] = {
        {"{\"MRData\": 7}", PB_E_SYNTAX, "/MRData"},
        {"{\"MRData\": {\"StandingsTable\": {}}}", PB_E_UNSUPPORTED, "standings are not stored"},
        {"{\"MRData\": {\"RaceTable\": {\"Races\": []}}}", PB_E_EMPTY, "no row"},
        {"{\"MRData\": {\"RaceTable\": {\"Races\": [7]}}}", PB_E_EMPTY, "is no object"},
        {"{\"MRData\": {\"RaceTable\": {\"Races\": [", PB_E_SYNTAX, ""},
        {"[{\"session_key\": 1, \"recording_url\": \"x\"}]", PB_E_UNSUPPORTED, "a collection of OpenF1"},
        {"{\"session_key\": 1}", PB_E_SYNTAX, "array"},
        {"[{\"session_key\": 1, \"driver_number\": [1], \"stint_number\": 1, \"lap_start\": 1}]", PB_E_EMPTY,
         "neither a text nor a number"},
        {"{\"2015 Belgian Grand Prix\": [20, \"x\"]}", PB_E_SYNTAX, ""},
        {"{\"The Belgian Grand Prix\": [20]}", PB_E_SYNTAX, "no year and name"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        fixture f;
        begin(&f);
        pb_status status = pb_wire_read_records(pb_span_of(bad[i].text), "x.json", NULL, &f.r, &f.error);
        if (status != bad[i].status || !strstr(f.error.text, bad[i].why))
            fail_msg("case %zu: %s: %s", i, pb_status_name(status), f.error.text);
        PB_CHECK(f.r.n_rows == 0 && f.r.quarantined.n == 0 && f.r.interruptions.n == 0);
        end(&f);
    }
}

PB_TEST_MAIN(PB_RUN(every_form_has_a_file_here_and_is_told_by_its_content),
             PB_RUN(every_form_takes_its_good_rows_and_refuses_its_bad_one),
             PB_RUN(tyre_deltas_become_stints_that_follow_each_other),
             PB_RUN(laps_of_2015_count_from_one_and_stints_from_their_resets),
             PB_RUN(a_race_of_the_gr_cup_is_told_by_its_folders),
             PB_RUN(a_table_of_one_race_outside_its_folder_is_refused),
             PB_RUN(pages_of_jolpica_join_through_the_middle_of_a_lap),
             PB_RUN(results_of_jolpica_in_json_are_those_of_the_table),
             PB_RUN(openf1_in_json_and_csv_give_the_same_rows),
             PB_RUN(json_of_other_types_is_refused_row_by_row_or_as_a_whole))
