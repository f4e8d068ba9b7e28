/* Recorded history into a store and out again. */
#include "pb_test.h"

#include "pitboard/codec.h"
#include "pitboard/predict_store.h"
#include "pitboard/wire.h"

#define LAPS PB_SOURCE_DIR "/data/races/2023_07_spanish.csv"

typedef struct fixture {
    char      path[256], url[300];
    pb_store *store;
    pb_error  error;
} fixture;

static void forget(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
        char name[300];
        snprintf(name, sizeof name, "%s%s", path, tails[i]);
        (void)unlink(name);
    }
}

static void begin(fixture *f)
{
    static int n;
    memset(f, 0, sizeof *f);
    snprintf(f->path, sizeof f->path, "/tmp/pb_test_history_%d_%d.db", (int)getpid(), n++);
    snprintf(f->url, sizeof f->url, "sqlite:%s", f->path);
    forget(f->path);
    if (pb_store_open(f->url, PB_STORE_CREATE, &f->store, &f->error) != PB_OK) fail_msg("%s", f->error.text);
}

static void end(fixture *f)
{
    pb_store_close(f->store);
    forget(f->path);
}

static pb_status put_text(fixture *f, const char *text, const char *path, pb_store_counts *counts, bool *known)
{
    pb_records          records;
    const pb_wire_form *form = pb_wire_form_of(pb_span_of(text));
    PB_CHECK(form != NULL);
    pb_history_file file = {.path        = path,
                            .text        = pb_span_of(text),
                            .form        = form->name,
                            .format      = form->format,
                            .licence     = "none",
                            .imported_ms = 1};
    pb_records_init(&records);
    if (pb_wire_read_records(pb_span_of(text), path, NULL, &records, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    pb_status status = pb_history_put_records(f->store, &file, &records, counts, known, &f->error);
    pb_records_fini(&records);
    return status;
}

static pb_store_counts put_ok(fixture *f, const char *text, const char *path)
{
    pb_store_counts counts;
    bool            known;
    if (put_text(f, text, path, &counts, &known) != PB_OK) fail_msg("%s", f->error.text);
    PB_CHECK(!known);
    return counts;
}

static int64_t ask(fixture *f, const char *sql)
{
    int64_t value = -1;
    if (pb_store_count(f->store, sql, NULL, 0, -1, &value, &f->error) != PB_OK) fail_msg("%s", f->error.text);
    return value;
}

static bool same_but_line(const pb_lap *a, const pb_lap *b)
{
    bool same = a->number == b->number && a->time_ms == b->time_ms && a->session_ms == b->session_ms &&
                a->start_ms == b->start_ms && a->pit_in_ms == b->pit_in_ms && a->pit_out_ms == b->pit_out_ms;
    for (int i = 0; i < 3; i++) same = same && a->sector_ms[i] == b->sector_ms[i];
    return same && a->position == b->position && a->stint == b->stint && a->compound == b->compound &&
           strcmp(a->odd_compound, b->odd_compound) == 0 && strcmp(a->compound_name, b->compound_name) == 0 &&
           a->tyre_age_laps == b->tyre_age_laps && a->fresh == b->fresh && a->status == b->status &&
           a->accurate == b->accurate && a->deleted == b->deleted && a->generated == b->generated;
}

PB_TEST(a_race_comes_out_of_the_store_as_it_went_in)
{
    fixture         f;
    pb_bytes        bytes = {0};
    pb_race_log     in, out;
    pb_store_counts counts;
    bool            known;
    begin(&f);
    pb_race_log_init(&in);
    pb_race_log_init(&out);
    PB_CHECK_EQ(pb_file_read(LAPS, 0, &bytes, &f.error), PB_OK);
    PB_CHECK_EQ(pb_wire_read_laps((pb_span){bytes.at, bytes.len}, LAPS, &in, &f.error), PB_OK);
    pb_history_file file = {
        .path = LAPS, .text = {bytes.at, bytes.len}, .form = "laps", .format = "fastf1", .licence = "x"};
    if (pb_history_put_log(f.store, &file, &in, &counts, &known, &f.error) != PB_OK) fail_msg("%s", f.error.text);
    PB_CHECK(!known && counts.rows == in.n_rows && counts.conflicts == 0);
    if (pb_history_read_log(f.store, "2023-07", &out, &f.error) != PB_OK) fail_msg("%s", f.error.text);
    PB_CHECK(out.season == 2023 && out.round == 7 && !out.sprint && out.n_cars == in.n_cars &&
             out.n_accepted == in.n_accepted);
    PB_CHECK_TEXT(out.event, in.event);
    PB_CHECK_TEXT(out.circuit, in.circuit);
    for (uint32_t c = 0; c < in.n_cars; c++) {
        PB_CHECK_TEXT(out.cars[c].code, in.cars[c].code);
        PB_CHECK_TEXT(out.cars[c].team, in.cars[c].team);
        PB_CHECK(out.cars[c].number == in.cars[c].number && out.cars[c].n_laps == in.cars[c].n_laps);
        for (uint32_t i = 0; i < in.cars[c].n_laps; i++)
            PB_CHECK(same_but_line(&in.cars[c].laps[i], &out.cars[c].laps[i]));
    }
    PB_CHECK_EQ(pb_history_put_log(f.store, &file, &in, &counts, &known, &f.error), PB_OK);
    PB_CHECK(known);
    pb_bytes_free(&bytes);
    pb_race_log_fini(&in);
    pb_race_log_fini(&out);
    end(&f);
}

#define ENTRIES                                                                                                        \
    "RacingNumber,Tla,TeamName,FirstName,LastName\n1,VER,Red Bull "                                                    \
    "Racing,Max,Verstappen\n44,HAM,Mercedes,Lewis,Hamilton\n"
#define STINTS                                                                                                         \
    "season,round,event,session_key,driver_number,stint_number,lap_start,lap_end,compound,tyre_age_at_start\n"         \
    "2023,7,x,9102,1,1,1,26,MEDIUM,0\n2023,7,x,9102,44,1,1,24,SOFT,3\n"

PB_TEST(car_numbers_wait_until_somebody_is_known_to_drive_the_car)
{
    fixture         f;
    pb_store_counts counts;
    bool            known;
    begin(&f);
    counts = put_ok(&f, STINTS, "stints.csv");
    PB_CHECK(counts.open == 2 && counts.rows == 2);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM stints"), 0);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM quarantine WHERE line = 0"), 2);
    (void)put_ok(&f, ENTRIES, "2023_07_spanish/drivers.csv");
    counts = put_ok(&f, STINTS, "stints.csv"); /* the same file again */
    PB_CHECK(counts.open == 0);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM stints"), 2);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM quarantine"), 0);
    PB_CHECK_EQ(put_text(&f, STINTS, "elsewhere.csv", &counts, &known), PB_OK);
    PB_CHECK(known);
    end(&f);
}

#define TRACK "Time_s,Status,Message\n0.000,1,AllClear\n"

PB_TEST(the_same_bytes_in_two_races_are_two_files)
{
    fixture f;
    begin(&f);
    (void)put_ok(&f, TRACK, "2023_07_spanish/track_status.csv");
    (void)put_ok(&f, TRACK, "2023_08_canadian/track_status.csv");
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM track_status"), 2);
    end(&f);
}

#define JOLPICA                                                                                                        \
    "season,round,raceName,circuitId,circuitName,date,driverId,driverCode,constructorId,grid,position,positionText,"   \
    "points,laps,status\n"

PB_TEST(jolpica_is_believed_before_the_mirror_and_both_values_stay)
{
    fixture                  f;
    pb_records               records;
    pb_ergast_ids           *ids;
    static const char *const mirror[] = {
        "driverId,driverRef,number,code,forename,surname\n1,max_verstappen,1,VER,Max,Verstappen\n",
        "constructorId,constructorRef,name\n9,red_bull,Red Bull\n",
        "statusId,status\n11,+1 Lap\n",
        "raceId,year,round,circuitId,name\n1104,2023,7,4,Spanish Grand Prix\n",
        "resultId,raceId,driverId,constructorId,number,grid,positionText,positionOrder,points,laps,milliseconds,"
        "statusId,"
        "fastestLapSpeed\n1,1104,1,9,1,4,2,2,18,65,\\N,11,\\N\n",
    };
    begin(&f);
    PB_CHECK_EQ(pb_ergast_ids_create(&ids, &f.error), PB_OK);
    for (size_t i = 0; i < 5; i++) {
        pb_store_counts     counts;
        bool                known;
        const pb_wire_form *form = pb_wire_form_of(pb_span_of(mirror[i]));
        pb_history_file     file = {.path    = form->name,
                                    .text    = pb_span_of(mirror[i]),
                                    .form    = form->name,
                                    .format  = form->format,
                                    .licence = "CC0-1.0"};
        pb_records_init(&records);
        PB_CHECK_EQ(pb_wire_read_records(pb_span_of(mirror[i]), "x", ids, &records, &f.error), PB_OK);
        if (pb_history_put_records(f.store, &file, &records, &counts, &known, &f.error) != PB_OK)
            fail_msg("%s", f.error.text);
        pb_records_fini(&records);
    }
    PB_CHECK_EQ(ask(&f, "SELECT place FROM results"), 2);
    (void)put_ok(
        &f, JOLPICA "2023,7,Spanish Grand Prix,catalunya,x,2023-06-04,max_verstappen,VER,red_bull,4,1,1,26,65,Lapped\n",
        "jolpica_results.csv");
    PB_CHECK_EQ(ask(&f, "SELECT place FROM results"), 1);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM conflicts WHERE tbl = 'results' AND field = 'place' AND kept = '1' AND "
                        "other = '2' AND rule = 'jolpica before ergast for results'"),
                1);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM conflicts WHERE field = 'status'"), 0); /* "+1 Lap" is "Lapped" */
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM conflicts WHERE tbl = 'grids'"), 0);
    PB_CHECK_EQ(ask(&f, "SELECT number FROM entries"), 1); /* the mirror knows the car, jolpica's table does not */
    pb_ergast_ids_destroy(ids);
    end(&f);
}

PB_TEST(laps_without_a_clock_are_placed_by_their_sum)
{
    fixture     f;
    pb_race_log log;
    char        path[512];
    begin(&f);
    for (int page = 1; page <= 2; page++) {
        pb_bytes bytes = {0};
        snprintf(path, sizeof path, "%s/tests/data/synthetic/jolpica_laps_page%d_synthetic.json", PB_SOURCE_DIR, page);
        PB_CHECK_EQ(pb_file_read(path, 0, &bytes, &f.error), PB_OK);
        (void)put_ok(&f, bytes.at, path);
        pb_bytes_free(&bytes);
    }
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM laps"), 12);
    pb_race_log_init(&log);
    if (pb_history_read_log(f.store, "2023-07", &log, &f.error) != PB_OK) fail_msg("%s", f.error.text);
    PB_CHECK(log.n_cars == 4 && log.cars[3].n_laps == 3);
    PB_CHECK_TEXT(log.cars[3].code, "VER");
    PB_CHECK_EQ(log.cars[3].laps[2].session_ms, 81100 + 82100 + 83100);
    pb_race_log_fini(&log);
    end(&f);
}

PB_TEST(namesakes_are_told_by_their_years)
{
    fixture f;
    begin(&f);
    (void)put_ok(&f, "season,round,driver,grid\n2014,1,VER,6\n2015,1,VER,11\n2016,1,HAR,22\n2017,17,HAR,20\n",
                 "grids.csv");
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM grids WHERE driver = 'VER.vergne'"), 1);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM grids WHERE driver = 'VER'"), 1);
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM grids WHERE driver LIKE 'HAR%'"), 2);
    PB_CHECK_EQ(ask(&f, "SELECT count(DISTINCT driver) FROM grids"), 4);
    end(&f);
}

PB_TEST(a_race_known_by_circuit_and_year_needs_a_calendar)
{
    fixture           f;
    pb_store_counts   counts;
    bool              known;
    static const char laps[] = "NO,GAP,TIME,RACE,TIRE,LAP,STINT_LAP\n44,0,1:58.693,usa2015,Intermediate,0.0,0.0\n";
    begin(&f);
    PB_CHECK_EQ(put_text(&f, laps, "usa2015.csv", &counts, &known), PB_E_MISSING);
    PB_CHECK_HAS(f.error.text, "import a calendar first");
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM sources"), 0);
    (void)put_ok(&f, "raceId,year,round,circuitId,name\n1,2015,16,69,United States Grand Prix\n", "races.csv");
    (void)put_ok(&f, "RacingNumber,Tla\n44,HAM\n", "2015_16_usa/drivers.csv");
    (void)put_ok(&f, laps, "usa2015.csv");
    PB_CHECK_EQ(ask(&f, "SELECT count(*) FROM laps WHERE race = 2015160 AND driver = 'HAM' AND lap = 1"), 1);
    end(&f);
}

PB_TEST(ids_of_races_are_known_by_their_form)
{
    static const char *const good[] = {"2023-07", "2023-07S", "2023-07s", "grcup-2025-11"};
    static const char *const bad[]  = {"",          "2023-7",    "2023_07", "2023-07.csv", "202-07",
                                       "2023-07SS", "race.json", "a",       "-2023-07"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) PB_CHECK(pb_history_is_id(good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (pb_history_is_id(bad[i])) fail_msg("%s", bad[i]);
}

PB_TEST(a_race_that_is_not_there_or_has_no_laps_is_refused_with_the_nearest)
{
    fixture     f;
    pb_race_log log;
    begin(&f);
    pb_race_log_init(&log);
    (void)put_ok(&f, TRACK, "2023_07_spanish/track_status.csv");
    PB_CHECK_EQ(pb_history_read_log(f.store, "2023-08", &log, &f.error), PB_E_NOENT);
    PB_CHECK_HAS(f.error.text, "did you mean 2023-07?");
    PB_CHECK_EQ(pb_history_read_log(f.store, "2023-07", &log, &f.error), PB_E_EMPTY);
    PB_CHECK_HAS(f.error.text, "without laps");
    PB_CHECK(log.n_cars == 0 && log.cars == NULL);
    pb_race_log_fini(&log);
    end(&f);
}

PB_TEST_MAIN(PB_RUN(a_race_comes_out_of_the_store_as_it_went_in),
             PB_RUN(car_numbers_wait_until_somebody_is_known_to_drive_the_car),
             PB_RUN(the_same_bytes_in_two_races_are_two_files),
             PB_RUN(jolpica_is_believed_before_the_mirror_and_both_values_stay),
             PB_RUN(laps_without_a_clock_are_placed_by_their_sum), PB_RUN(namesakes_are_told_by_their_years),
             PB_RUN(a_race_known_by_circuit_and_year_needs_a_calendar), PB_RUN(ids_of_races_are_known_by_their_form),
             PB_RUN(a_race_that_is_not_there_or_has_no_laps_is_refused_with_the_nearest))
