/* Files as feeds: what is recognised, what comes out, what is refused; a lap CSV replayed
 * is the race that it holds. */
#include <sys/stat.h>

#include "live_replay.h"

static char dir[64];

static int make_dir(void **state)
{
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/pb_file_feed_XXXXXX");
    return mkdtemp(dir) ? 0 : -1;
}
static int drop_dir(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command);
}
#define RUN(name) cmocka_unit_test_setup_teardown(name, make_dir, drop_dir)

static const char *put(const char *name, const char *text)
{
    static char path[128];
    pb_error    error = {0};
    snprintf(path, sizeof path, "%s/%s", dir, name);
    if (pb_file_write(path, pb_span_of(text), &error) != PB_OK) fail_msg("%s", error.text);
    return path;
}

static pb_status open_only(const char *path, pb_error *error)
{
    pb_file_feed *feed = NULL;
    *error             = (pb_error){0};
    pb_status status   = pb_file_feed_open(path, &feed, error);
    pb_file_feed_close(feed);
    return status;
}

PB_TEST(nothing_that_can_be_replayed_is_refused_with_what_was_found)
{
    pb_error error;
    PB_CHECK_EQ(open_only("/nowhere/at/all", &error), PB_E_NOENT);
    PB_CHECK_EQ(open_only(dir, &error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(error.text, "a folder in which nothing");
    PB_CHECK_EQ(open_only(put("a.txt", "hello there\n"), &error), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(error.text, "begins \"hello there\"");
    PB_CHECK_EQ(open_only(put("b.csv", ""), &error), PB_E_UNSUPPORTED);
    PB_CHECK_EQ(open_only(put("c.csv", LAP_HEADER), &error), PB_E_EMPTY);
}

PB_TEST(event_lines_come_in_their_order_and_bad_ones_are_counted)
{
    pb_file_feed  *feed = NULL;
    pb_file_record record;
    pb_error       error = {0};
    const char    *path =
        put("events.ndjson", "{\"event\":\"lap\",\"car\":1,\"lap\":1,\"value\":90000,\"session_ms\":90000}\n"
                             "\n{\"event\":\"lap\",\"car\":1,\"lapp\":2}\n"
                             "{\"event\":\"chequered\",\"session_ms\":80000}");
    PB_CHECK_EQ(pb_file_feed_open(path, &feed, &error), PB_OK);
    PB_CHECK_EQ(pb_file_feed_next(feed, &record, &error), PB_OK);
    PB_CHECK(record.kind == PB_FEED_EVENT && record.at_us == 90000000);
    PB_CHECK_EQ(pb_file_feed_next(feed, &record, &error), PB_OK);
    PB_CHECK(record.at_us == 90000000); /* never falls */
    PB_CHECK(pb_span_equal_text(record.bytes, "{\"event\":\"chequered\",\"session_ms\":80000}"));
    PB_CHECK_EQ(pb_file_feed_next(feed, &record, &error), PB_E_EMPTY);
    PB_CHECK_EQ(pb_file_feed_refused(feed), 1);
    pb_file_feed_close(feed);
}

/* ---- lap CSV ---- */

/* An entry or exit before the start (to the grid) is in files, and no visit here. */
static int32_t in_race(int32_t at_ms, const pb_race_outcome *o)
{
    return at_ms < o->start_ms ? PB_MS_NONE : at_ms;
}

static bool same_lap(const pb_lap *a, const pb_lap *b, const pb_race_outcome *o)
{
    return a->number == b->number && a->session_ms == b->session_ms && in_race(a->pit_in_ms, o) == b->pit_in_ms &&
           in_race(a->pit_out_ms, o) == b->pit_out_ms && a->compound == b->compound &&
           a->tyre_age_laps == b->tyre_age_laps && a->position == b->position && a->time_ms == b->time_ms &&
           (a->number == 1 ||
            memcmp(a->sector_ms, b->sector_ms, sizeof a->sector_ms) == 0); /* the first sector is worked out */
}

/* Rows that were not completed have a row of their own making, or none. */
static void compare_log(const char *path, const pb_race_log *csv, const pb_race_log *live, int *rows, int *differ)
{
    static pb_race_outcome a, b;
    PB_CHECK_EQ(pb_race_outcome_of(csv, &a), PB_OK);
    PB_CHECK_EQ(pb_race_outcome_of(live, &b), PB_OK);
    PB_CHECK_EQ(a.laps, b.laps);
    for (uint32_t i = 0; i < csv->n_cars; i++) {
        int c = car_index(live, csv->cars[i].code);
        if (c < 0 && a.car[i].laps_done == 0) continue;
        PB_CHECK(c >= 0);
        if (b.car[c].laps_done != a.car[i].laps_done)
            fail_msg("%s %s: %u laps, %u in the file", path, csv->cars[i].code, b.car[c].laps_done, a.car[i].laps_done);
        for (uint32_t k = 0; k < csv->cars[i].n_laps && csv->cars[i].laps[k].number <= a.car[i].laps_done; k++) {
            int32_t row = pb_lap_row(&live->cars[c], csv->cars[i].laps[k].number);
            PB_CHECK(row >= 0);
            *rows += 1;
            bool same = same_lap(&csv->cars[i].laps[k], &live->cars[c].laps[row], &a);
            *differ += !same;
            if (!same && getenv("PB_PRINT"))
                printf("%s %s lap %u: end %d %d in %d %d out %d %d tyre %u %u age %d %d place %u %u time %d %d\n", path,
                       csv->cars[i].code, csv->cars[i].laps[k].number, csv->cars[i].laps[k].session_ms,
                       live->cars[c].laps[row].session_ms, csv->cars[i].laps[k].pit_in_ms,
                       live->cars[c].laps[row].pit_in_ms, csv->cars[i].laps[k].pit_out_ms,
                       live->cars[c].laps[row].pit_out_ms, csv->cars[i].laps[k].compound,
                       live->cars[c].laps[row].compound, csv->cars[i].laps[k].tyre_age_laps,
                       live->cars[c].laps[row].tyre_age_laps, csv->cars[i].laps[k].position,
                       live->cars[c].laps[row].position, csv->cars[i].laps[k].time_ms, live->cars[c].laps[row].time_ms);
        }
    }
    for (uint32_t k = 0; k < csv->n_cars && k < live->n_cars; k++)
        if (a.car[a.order[k]].laps_done > 0) PB_CHECK_TEXT(csv->cars[a.order[k]].code, live->cars[b.order[k]].code);
}

PB_TEST(a_lap_csv_replayed_is_the_race_that_it_holds)
{
    static const char *const races[] = {"2018_21_abu_dhabi", "2021_02_emilia_romagna", "2022_14_belgian",
                                        "2023_07_spanish",   "2024_09_canadian",       "2025_01_australian"};
    pb_need_shared(PB_LAPS_DIR);
    pb_tracker *t    = live_tracker();
    int         rows = 0, differ = 0, read = 0;
    for (size_t i = 0; i < sizeof races / sizeof *races; i++) {
        char        path[512];
        pb_race_log csv, live;
        pb_error    error = {0};
        live_replay r     = {.tracker = t};
        snprintf(path, sizeof path, "%s/races/%s.csv", PB_LAPS_DIR, races[i]);
        if (access(path, R_OK) != 0) continue;
        pb_tracker_reset(t);
        live_replay_file(&r, path);
        PB_CHECK_EQ(r.n_refused, 0);
        read_file(&csv, path);
        pb_race_log_init(&live);
        if (pb_tracker_log(t, &live, &error) != PB_OK) fail_msg("%s", error.text);
        PB_CHECK(live.season == csv.season && live.round == csv.round);
        PB_CHECK_TEXT(live.circuit, csv.circuit);
        compare_log(races[i], &csv, &live, &rows, &differ);
        pb_race_log_fini(&csv);
        pb_race_log_fini(&live);
        read++;
    }
    pb_tracker_destroy(t);
    print_message("%d races, %d rows, %d differ\n", read, rows, differ);
    PB_CHECK(read >= 4 && rows > 4000);
    PB_CHECK_EQ(differ, 0);
}

/* ---- other tables ---- */

#define GRCUP_HEAD                                                                                                     \
    "NUMBER; DRIVER_NUMBER; LAP_NUMBER; LAP_TIME; LAP_IMPROVEMENT; CROSSING_FINISH_LINE_IN_PIT; S1; S1_IMPROVEMENT; "  \
    "S2; S2_IMPROVEMENT; S3; S3_IMPROVEMENT; KPH; ELAPSED; HOUR;TOP_SPEED;FLAG_AT_FL;S1_SECONDS;S2_SECONDS;"           \
    "S3_SECONDS\n"

PB_TEST(a_gr_cup_timing_file_tells_laps_and_full_course_yellows)
{
    char path[128];
    snprintf(path, sizeof path, "%s/barber", dir);
    PB_CHECK_EQ(mkdir(path, 0700), 0);
    const char *file = put("barber/23_Analysis_Race_1.CSV",
                           GRCUP_HEAD "3;1;1;1:40.000;0;;30;0;35;0;35;0;90;1:40.000;12:00:00;100;GF;30;35;35\n"
                                      "3;1;2;2:40.000;0;;50;0;55;0;55;0;90;4:20.000;12:00:00;100;FCY;50;55;55\n"
                                      "3;1;3;1:40.000;0;B;30;0;35;0;35;0;90;6:00.000;12:00:00;100;FF;30;35;35\n"
                                      "8;1;1;1:41.000;0;;30;0;35;0;36;0;90;1:41.000;12:00:00;100;GF;30;35;36\n");
    live_replay r    = {.tracker = live_tracker()};
    live_replay_file(&r, file);
    const pb_race_state *s = pb_tracker_state(r.tracker);
    PB_CHECK_EQ(s->n_cars, 2);
    PB_CHECK(s->n_phases == 1 && s->phases[0].kind == PB_NEUTRAL_SC && s->phases[0].start_ms == 260000);
    PB_CHECK(s->chequered && pb_tracker_lap(r.tracker, 3, 3)->session_ms == 360000);
    PB_CHECK(pb_tracker_lap(r.tracker, 3, 3)->pit_in_ms == 360000);
    PB_CHECK_EQ(s->cars[0].told[PB_TOLD_LAPS].origin, PB_ORIGIN_GR_CUP);
    pb_tracker_destroy(r.tracker);
}

PB_TEST(a_folder_of_openf1_tells_laps_stints_stops_and_gaps)
{
    put("laps.json",
        "[{\"session_key\":1,\"driver_number\":4,\"lap_number\":1,\"lap_duration\":90.5,"
        "\"date_start\":\"2024-05-05T20:00:00.000Z\",\"duration_sector_1\":30.0,\"duration_sector_2\":30.0,"
        "\"duration_sector_3\":30.5,\"st_speed\":301},"
        "{\"session_key\":1,\"driver_number\":4,\"lap_number\":2,\"lap_duration\":90.0,"
        "\"date_start\":\"2024-05-05T20:01:30.500Z\"},"
        "{\"session_key\":1,\"driver_number\":4,\"lap_number\":3,\"lap_duration\":110.0,"
        "\"date_start\":\"2024-05-05T20:03:00.500Z\"}]");
    put("stints.json", "[{\"session_key\":1,\"driver_number\":4,\"stint_number\":1,\"lap_start\":1,\"lap_end\":2,"
                       "\"compound\":\"MEDIUM\",\"tyre_age_at_start\":0},"
                       "{\"session_key\":1,\"driver_number\":4,\"stint_number\":2,\"lap_start\":3,\"lap_end\":9,"
                       "\"compound\":\"HARD\",\"tyre_age_at_start\":2}]");
    put("pit.json", "[{\"session_key\":1,\"driver_number\":4,\"lap_number\":2,\"lane_duration\":22.0,"
                    "\"stop_duration\":2.5,\"date\":\"2024-05-05T20:03:22Z\"}]");
    put("intervals.json", "[{\"session_key\":1,\"driver_number\":4,\"date\":\"2024-05-05T20:04:55Z\","
                          "\"gap_to_leader\":1.25,\"interval\":\"+1 LAP\"}]");
    put("notes.txt", "nothing to see\n");
    live_replay r = {.tracker = live_tracker()};
    live_replay_file(&r, dir);
    const pb_live_car *c = &pb_tracker_state(r.tracker)->cars[0];
    PB_CHECK(c->key == 4 && c->laps == 3 && c->n_stints == 2 && c->stints[1].from_lap == 3);
    PB_CHECK(c->compound == PB_COMPOUND_HARD && c->tyre_age_laps == 3);
    PB_CHECK_EQ(pb_tracker_lap(r.tracker, 4, 2)->pit_in_ms, 180500);
    PB_CHECK(c->lane_ms == 22000 && c->still_ms == 2500);
    PB_CHECK(c->gap.ms == 1250 && !c->gap.derived && c->interval.laps == 1);
    pb_tracker_destroy(r.tracker);
}

PB_TEST(lap_times_of_jolpica_are_added_up)
{
    const char *file =
        put("laps.json",
            "{\"MRData\":{\"limit\":\"100\",\"offset\":\"0\",\"total\":\"4\",\"RaceTable\":{\"Races\":[{\"season\":"
            "\"2023\",\"round\":\"7\",\"raceName\":\"Spanish Grand Prix\",\"Circuit\":{\"circuitId\":"
            "\"catalunya\"},\"date\":\"2023-06-04\",\"Laps\":[{\"number\":\"1\",\"Timings\":[{\"driverId\":"
            "\"max_verstappen\",\"position\":\"1\",\"time\":\"1:30.000\"},{\"driverId\":\"hamilton\",\"position\":"
            "\"2\",\"time\":\"1:31.000\"}]},{\"number\":\"2\",\"Timings\":[{\"driverId\":\"max_verstappen\","
            "\"position\":\"1\",\"time\":\"1:20.000\"},{\"driverId\":\"hamilton\",\"position\":\"2\",\"time\":"
            "\"1:21.500\"}]}]}]}}}");
    live_replay r = {.tracker = live_tracker()};
    live_replay_file(&r, file);
    const pb_race_state *s = pb_tracker_state(r.tracker);
    PB_CHECK_EQ(s->n_cars, 2);
    PB_CHECK_TEXT(s->circuit, "barcelona");
    PB_CHECK_TEXT(s->cars[s->order[1]].code, "HAM");
    PB_CHECK_EQ(s->cars[s->order[1]].gap.ms, 2500);
    PB_CHECK_EQ(s->cars[s->order[0]].line_ms, 170000);
    pb_tracker_destroy(r.tracker);
}

PB_TEST(laps_of_two_races_are_not_one_replay)
{
    pb_error error;
    PB_CHECK_EQ(open_only(put("laps.csv", "driver_number,lap_number,lap_duration,date_start,season,round\n"
                                          "1,1,90,2024-05-05T20:00:00Z,2024,1\n1,1,90,2024-05-15T20:00:00Z,2024,2\n"),
                          &error),
                PB_E_UNSUPPORTED);
    PB_CHECK_HAS(error.text, "several races");
}

PB_TEST_MAIN(RUN(nothing_that_can_be_replayed_is_refused_with_what_was_found),
             RUN(event_lines_come_in_their_order_and_bad_ones_are_counted),
             RUN(a_lap_csv_replayed_is_the_race_that_it_holds),
             RUN(a_gr_cup_timing_file_tells_laps_and_full_course_yellows),
             RUN(a_folder_of_openf1_tells_laps_stints_stops_and_gaps), RUN(lap_times_of_jolpica_are_added_up),
             RUN(laps_of_two_races_are_not_one_replay))
