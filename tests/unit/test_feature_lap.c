/* The lap features of a car are worked out from what a sight shows and from
 * nothing else. */
#include "lap_fixture.h"

#include <math.h>

#include "pitboard/feature_lap.h"

#define LAPROW(code, team, lap, time, session, comp, age, status, in, out)                                             \
    code ",1," team "," lap "," time "," session ",1,1," comp ",C3," age ",1," status "," in "," out ",1\n"

/* AAA stops at the end of lap 3; BBB stays out; CCC is their slow team mate. */
static const char RACE[] = LAP_HEADER LAPROW("AAA", "Red", "1", "95.000", "95.000", "MEDIUM", "1", "1", "", "")
    LAPROW("AAA", "Red", "2", "90.000", "185.000", "MEDIUM", "2", "1", "", "")
        LAPROW("AAA", "Red", "3", "91.000", "276.000", "MEDIUM", "3", "1", "275.500", "")
            LAPROW("AAA", "Red", "4", "110.000", "386.000", "HARD", "1", "1", "", "296.500")
                LAPROW("AAA", "Red", "5", "89.500", "475.500", "HARD", "2", "1", "", "")
                    LAPROW("BBB", "Blue", "1", "96.000", "96.000", "HARD", "4", "1", "", "")
                        LAPROW("BBB", "Blue", "2", "90.500", "186.500", "HARD", "5", "1", "", "")
                            LAPROW("BBB", "Blue", "3", "90.500", "277.000", "HARD", "6", "1", "", "")
                                LAPROW("BBB", "Blue", "4", "90.500", "367.500", "HARD", "7", "1", "", "")
                                    LAPROW("BBB", "Blue", "5", "130.000", "497.500", "HARD", "8", "4", "", "")
                                        LAPROW("CCC", "Red", "1", "98.000", "98.000", "SOFT", "1", "1", "", "")
                                            LAPROW("CCC", "Red", "2", "92.000", "190.000", "SOFT", "2", "12", "", "")
                                                LAPROW("CCC", "Red", "3", "92.500", "282.500", "SOFT", "3", "1", "", "")
                                                    LAPROW("CCC", "Red", "4", "93.000", "375.500", "SOFT", "4", "1", "",
                                                           "");

static pb_scene *scene_of(const pb_race_log *log, const pb_scene_context *context)
{
    pb_scene *scene = NULL;
    PB_CHECK_EQ(pb_scene_create(log, context, &scene, NULL), PB_OK);
    return scene;
}

static float feature_of(const pb_scene *scene, uint32_t car, pb_lap_feature feature)
{
    float row[PB_LF_N];
    PB_CHECK(pb_scene_row(scene, car, row));
    return row[feature];
}

/* ---- schema ---- */

PB_TEST(a_schema_is_known_by_its_name_and_its_features_in_order)
{
    pb_feature        two[] = {{"a", ""}, {"b", ""}}, swapped[] = {{"b", ""}, {"a", ""}}, joined[] = {{"ab", ""}};
    pb_feature_schema x = {"s", two, 2}, y = {"s", swapped, 2}, z = {"t", two, 2}, w = {"s", joined, 1};
    PB_CHECK(pb_feature_schema_hash(&x) != pb_feature_schema_hash(&y));
    PB_CHECK(pb_feature_schema_hash(&x) != pb_feature_schema_hash(&z));
    PB_CHECK(pb_feature_schema_hash(&x) != pb_feature_schema_hash(&w));
    two[0].what = "other words";
    PB_CHECK(pb_feature_schema_hash(&x) == pb_feature_schema_hash(&(pb_feature_schema){"s", two, 2}));
}

PB_TEST(a_feature_is_found_by_name_or_not_at_all)
{
    PB_CHECK_EQ(pb_feature_index(&pb_lap_schema, "tyre_age_laps"), PB_LF_tyre_age_laps);
    PB_CHECK_EQ(pb_feature_index(&pb_lap_schema, "tyre_age"), -1);
    PB_CHECK_EQ(pb_lap_schema.n, PB_LF_N);
}

/* ---- a small race ---- */

PB_TEST(tyres_stops_and_gaps_are_those_of_the_last_visible_lap)
{
    pb_race_log log;
    read_text(&log, RACE);
    pb_scene *scene = scene_of(&log, NULL);
    pb_scene_look(scene, 3, INT32_MAX);
    PB_CHECK_EQ(pb_scene_laps_of(scene, 0), 3);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_tyre_age_laps), 3, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_in_lane), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_stops_done), 1, 0); /* whatever he comes out on */
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_compounds_owed), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_gap_ahead_s), 1.0, 1e-5);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_gap_behind_s), 5.5, 1e-5);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_ahead_since_stop), 0, 0);
    PB_CHECK_NEAR(feature_of(scene, 2, PB_LF_mate_gap_s), 6.5, 1e-5);
    PB_CHECK_NEAR(feature_of(scene, 2, PB_LF_position), 3, 0);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_stint_laps), 3, 0);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_tyre_age_laps), 6, 0);

    pb_scene_look(scene, 4, INT32_MAX);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_stint_laps), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_hard), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_compounds_owed), 0, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_position), 3, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_fitted_hard), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_lane_seen), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_pit_loss_s), 21.0 + 0.8, 1e-4);
    /* the median of the clean laps before is 92.5: laps 1 and 2 */
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_in_out_loss_s), 91 + 110 - 2 * 92.5, 1e-4);
    pb_scene_destroy(scene);
    pb_race_log_fini(&log);
}

PB_TEST(a_stop_now_is_placed_among_the_cars_behind)
{
    pb_race_log log;
    read_text(&log, RACE);
    pb_scene *scene = scene_of(&log, &(pb_scene_context){.pit_loss_s = 4});
    pb_scene_look(scene, 2, INT32_MAX);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_pit_loss_s), 4, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_rejoin_places), 1, 0); /* BBB is 1.5 s behind, CCC 5 s */
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_rejoin_ahead_s), 2.5, 1e-5);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_rejoin_behind_s), 1.0, 1e-5);
    pb_scene_destroy(scene);
    pb_race_log_fini(&log);
}

PB_TEST(what_others_saw_after_the_crossing_is_told_apart)
{
    pb_race_log log;
    read_text(&log, RACE);
    pb_scene *scene = scene_of(&log, NULL);
    pb_scene_look(scene, 5, INT32_MAX);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_sc), 0, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_after_sc), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_after_lag_s), 22, 1e-5);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_sc_laps), 1, 0);
    pb_scene_look(scene, 5, 475500); /* at his own crossing nobody has seen it */
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_after_sc), 0, 0);
    PB_CHECK(isnan(feature_of(scene, 0, PB_LF_after_lag_s)));
    pb_scene_destroy(scene);
    pb_race_log_fini(&log);
}

/* Three cars on mediums; AAA stops at the end of lap 3 for hards. */
static const char ALIKE[] = LAP_HEADER LAPROW("AAA", "Red", "1", "95.000", "95.000", "MEDIUM", "1", "1", "", "")
    LAPROW("AAA", "Red", "2", "90.000", "185.000", "MEDIUM", "2", "1", "", "")
        LAPROW("AAA", "Red", "3", "91.000", "276.000", "MEDIUM", "3", "1", "275.500", "")
            LAPROW("AAA", "Red", "4", "110.000", "386.000", "HARD", "1", "1", "", "296.500")
                LAPROW("BBB", "Red", "1", "96.000", "96.000", "MEDIUM", "1", "1", "", "")
                    LAPROW("BBB", "Red", "2", "90.500", "186.500", "MEDIUM", "2", "1", "", "")
                        LAPROW("BBB", "Red", "3", "90.500", "277.000", "MEDIUM", "3", "1", "", "")
                            LAPROW("BBB", "Red", "4", "90.500", "367.500", "MEDIUM", "4", "1", "", "")
                                LAPROW("CCC", "Blue", "1", "98.000", "98.000", "MEDIUM", "1", "1", "", "")
                                    LAPROW("CCC", "Blue", "2", "92.000", "190.000", "MEDIUM", "2", "1", "", "")
                                        LAPROW("CCC", "Blue", "3", "92.500", "282.500", "MEDIUM", "3", "1", "", "")
                                            LAPROW("CCC", "Blue", "4", "93.000", "375.500", "MEDIUM", "4", "1", "", "");

PB_TEST(who_was_in_the_same_place_and_has_left_it_is_counted)
{
    pb_race_log log;
    read_text(&log, ALIKE);
    pb_scene *scene = scene_of(&log, NULL);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_alike_left), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_alike_stops_3), 0.5, 0);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_window_laps), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_next_hard), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_mate_hardness), 3, 0);
    /* AAA is 18.5 s behind BBB and 10.5 s behind CCC; a stop costs 21.8 s */
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_undercut_lost), 1, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_undercut_lost), 0, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_alike_left), 0, 0);
    pb_scene_look(scene, 2, INT32_MAX);
    PB_CHECK_NEAR(feature_of(scene, 1, PB_LF_alike_left), 2, 0);
    PB_CHECK(isnan(feature_of(scene, 1, PB_LF_window_laps)));
    PB_CHECK(isnan(feature_of(scene, 1, PB_LF_next_hard)));
    pb_scene_destroy(scene);
    pb_race_log_fini(&log);
}

PB_TEST(a_car_whose_clock_has_run_out_does_not_run_any_more)
{
    pb_race_log log;
    read_text(&log, RACE);
    pb_scene *scene = scene_of(&log, NULL);
    PB_CHECK(pb_scene_runs(scene, 2)); /* lap 4 at 375.5 s; due at 483.5 s, it is 497.5 s */
    pb_scene_look(scene, 5, 475500);
    PB_CHECK(pb_scene_runs(scene, 2));
    log.cars[2].n_laps = 2; /* not seen since 190 s */
    pb_scene_destroy(scene);
    scene = scene_of(&log, NULL);
    PB_CHECK(!pb_scene_runs(scene, 2));
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_cars_running), 2, 0);
    PB_CHECK(isnan(feature_of(scene, 2, PB_LF_position)));
    pb_scene_destroy(scene);
    pb_race_log_fini(&log);
}

PB_TEST(a_car_without_a_visible_lap_has_no_row)
{
    pb_race_log log;
    float       row[PB_LF_N] = {42};
    read_text(&log, RACE);
    pb_scene *scene = scene_of(&log, NULL);
    pb_scene_look(scene, 0, INT32_MAX);
    PB_CHECK(!pb_scene_row(scene, 0, row));
    PB_CHECK_NEAR(row[0], 42, 0);
    PB_CHECK_EQ(pb_scene_laps_of(scene, 0), 0);
    pb_scene_destroy(scene);
    pb_race_log_fini(&log);
}

PB_TEST(weather_is_read_up_to_the_crossing_and_practice_where_a_source_has_it)
{
    pb_weather_row weather[]   = {{.session_ms = 100000, .air_degc = 20, .track_degc = 30, .rain = 0},
                                  {.session_ms = 280000, .air_degc = 19, .track_degc = 25, .rain = 1}};
    float          practice[3] = {0.25f, NAN, 0};
    pb_race_log    log;
    read_text(&log, RACE);
    pb_scene *scene = scene_of(&log, &(pb_scene_context){.weather = weather, .n_weather = 2, .practice_s = practice});
    pb_scene_look(scene, 3, INT32_MAX);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_rain), 0, 0); /* 276.0 s */
    PB_CHECK_NEAR(feature_of(scene, 2, PB_LF_rain), 1, 0); /* 282.5 s */
    PB_CHECK_NEAR(feature_of(scene, 2, PB_LF_track_degc), 25, 0);
    PB_CHECK_NEAR(feature_of(scene, 0, PB_LF_practice_s), 0.25, 0);
    PB_CHECK(isnan(feature_of(scene, 1, PB_LF_practice_s)));
    pb_scene_destroy(scene);
    scene = scene_of(&log, NULL);
    PB_CHECK(isnan(feature_of(scene, 0, PB_LF_rain)));
    PB_CHECK(isnan(feature_of(scene, 0, PB_LF_practice_s)));
    pb_scene_destroy(scene);
    pb_race_log_fini(&log);
}

/* ---- real races: a file that ends at the sight gives the same bytes ---- */

static void truncate_log(pb_race_log *log, uint16_t max_lap, int32_t max_ms)
{
    uint32_t cars = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        pb_log_car car = log->cars[c];
        uint32_t   n   = 0;
        for (uint32_t i = 0; i < car.n_laps; i++)
            if (car.laps[i].number <= max_lap && car.laps[i].session_ms <= max_ms) car.laps[n++] = car.laps[i];
        car.n_laps = n;
        if (n > 0) log->cars[cars++] = car;
    }
    log->n_cars = cars;
}

static void same_rows(const char *path, uint16_t max_lap, int32_t max_ms)
{
    pb_race_log whole, cut;
    float       a[PB_LF_N], b[PB_LF_N];
    read_file(&whole, path);
    read_file(&cut, path);
    truncate_log(&cut, max_lap, max_ms);
    pb_scene *x = scene_of(&whole, NULL), *y = scene_of(&cut, NULL);
    pb_scene_look(x, max_lap, max_ms);
    for (uint32_t c = 0; c < cut.n_cars; c++) {
        PB_CHECK(pb_scene_row(x, (uint32_t)car_index(&whole, cut.cars[c].code), a));
        PB_CHECK(pb_scene_row(y, c, b));
        for (uint32_t k = 0; k < PB_LF_N; k++)
            if (memcmp(&a[k], &b[k], sizeof *a) != 0 && !(isnan(a[k]) && isnan(b[k])))
                fail_msg("%s lap %d at %d ms, %s: %s is %g, in the file that ends there %g", path, max_lap, max_ms,
                         cut.cars[c].code, pb_lap_schema.at[k].name, (double)a[k], (double)b[k]);
    }
    pb_scene_destroy(x);
    pb_scene_destroy(y);
    pb_race_log_fini(&whole);
    pb_race_log_fini(&cut);
}

PB_TEST(a_file_that_ends_at_the_sight_gives_the_same_bytes)
{
    static const char *const races[] = {"2018_04_azerbaijan.csv", "2019_11_german.csv",  "2021_21_saudi_arabian.csv",
                                        "2022_11_austrian.csv",   "2024_08_monaco.csv",  "2020_09_tuscan.csv",
                                        "2020_01_austrian.csv",   "2025_10_canadian.csv"};
    char                     path[4096];
    pb_need_shared(PB_LAPS_DIR "/races");
    for (size_t i = 0; i < sizeof races / sizeof *races; i++) {
        pb_race_log     log;
        pb_race_outcome o;
        snprintf(path, sizeof path, "%s/races/%s", PB_LAPS_DIR, races[i]);
        read_file(&log, path);
        PB_CHECK_EQ(pb_race_outcome_of(&log, &o), PB_OK);
        for (uint16_t lap = 1; lap < o.laps; lap = (uint16_t)(lap + 4)) {
            same_rows(path, lap, INT32_MAX);
            if (o.lead_ms[lap] != PB_MS_NONE) same_rows(path, PB_LAPS_MAX, o.lead_ms[lap] + 20000);
        }
        pb_race_log_fini(&log);
    }
}

/* What needs more than laps, and what is never known. */
static bool beyond_laps(uint32_t feature)
{
    static const int beyond[] = {
        PB_LF_grid,     PB_LF_practice_s,         PB_LF_rain, PB_LF_rain_change, PB_LF_track_degc,
        PB_LF_air_degc, PB_LF_start_stopped_share};
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
        if (beyond[i] == (int)feature) return true;
    return false;
}

PB_TEST(every_feature_that_laps_can_tell_is_told_somewhere)
{
    static const char *const races[]       = {"2023_03_australian.csv", "2023_06_monaco.csv"};
    bool                     told[PB_LF_N] = {false};
    char                     path[4096];
    for (size_t i = 0; i < sizeof races / sizeof *races; i++) {
        pb_race_log log;
        pb_scene   *scene = NULL;
        float       row[PB_LF_N];
        snprintf(path, sizeof path, "%s/races/%s", PB_LAPS_DIR, races[i]);
        pb_need_shared(path);
        read_file(&log, path);
        PB_CHECK_EQ(pb_scene_create(&log, NULL, &scene, NULL), PB_OK);
        for (uint16_t lap = 1; lap < 78; lap++) {
            pb_scene_look(scene, lap, INT32_MAX);
            for (uint32_t c = 0; c < log.n_cars; c++)
                for (uint32_t f = 0; pb_scene_row(scene, c, row) && f < PB_LF_N; f++) told[f] |= !isnan(row[f]);
        }
        pb_scene_destroy(scene);
        pb_race_log_fini(&log);
    }
    for (uint32_t f = 0; f < PB_LF_N; f++)
        if (told[f] == beyond_laps(f)) fail_msg("%s: %s", pb_lap_schema.at[f].name, told[f] ? "told" : "never told");
}

PB_TEST_MAIN(PB_RUN(every_feature_that_laps_can_tell_is_told_somewhere),
             PB_RUN(a_schema_is_known_by_its_name_and_its_features_in_order),
             PB_RUN(a_feature_is_found_by_name_or_not_at_all),
             PB_RUN(tyres_stops_and_gaps_are_those_of_the_last_visible_lap),
             PB_RUN(a_stop_now_is_placed_among_the_cars_behind),
             PB_RUN(what_others_saw_after_the_crossing_is_told_apart),
             PB_RUN(who_was_in_the_same_place_and_has_left_it_is_counted),
             PB_RUN(a_car_whose_clock_has_run_out_does_not_run_any_more),
             PB_RUN(a_car_without_a_visible_lap_has_no_row),
             PB_RUN(weather_is_read_up_to_the_crossing_and_practice_where_a_source_has_it),
             PB_RUN(a_file_that_ends_at_the_sight_gives_the_same_bytes))
