/* Lap CSV in all its forms, and everything that can be wrong with one. */
#include "lap_fixture.h"

#define GOOD_1 "AAA,1,Team,1,100.5,100.5,1,1,SOFT,C3,1,1,1,,,0\n"
#define GOOD_2 "AAA,1,Team,2,99.001,199.501,1,1,SOFT,C3,2,1,12,198.25,,1\n"

static pb_status try_read(const char *text, size_t len, const char *path, pb_race_log *log, pb_error *error)
{
    pb_race_log_init(log);
    *error         = (pb_error){0};
    pb_status   st = pb_wire_read_laps((pb_span){text, len}, path, log, error);
    const char *at = error->text;
    if (st != PB_OK) {
        PB_CHECK(*at != '\0');
        PB_CHECK(strchr(at, '\n') == NULL);
        PB_CHECK_EQ(log->n_cars, 0);
        PB_CHECK_EQ(log->n_rows, 0);
    }
    return st;
}

/* Reads a good row, this row, a good row; the middle one must be refused with
 * this reason. */
static void row_is_refused(const char *row, const char *reason)
{
    char        text[4096];
    pb_race_log log;
    snprintf(text, sizeof text, "%s%s%s\n%s", LAP_HEADER, GOOD_1, row, GOOD_2);
    read_text(&log, text);
    PB_CHECK_EQ(log.n_rows, 3);
    PB_CHECK_EQ(log.n_accepted, 2);
    PB_CHECK_EQ(log.n_quarantined, 1);
    PB_CHECK_EQ(log.quarantined[0].line, 3);
    PB_CHECK_HAS(log.quarantined[0].reason, reason);
    PB_CHECK_EQ(log.n_cars, 1);
    pb_race_log_fini(&log);
}

static void file_is_refused(const char *text, pb_status want, const char *say)
{
    pb_race_log log;
    pb_error    error;
    PB_CHECK_EQ(try_read(text, strlen(text), "some/2023_07_spanish.csv", &log, &error), want);
    PB_CHECK_HAS(error.text, say);
    PB_CHECK_HAS(error.text, "2023_07_spanish.csv");
    pb_race_log_fini(&log);
}

PB_TEST(the_seconds_form_is_read_to_the_millisecond)
{
    pb_race_log log;
    read_text(&log, LAP_HEADER GOOD_1 GOOD_2);
    PB_CHECK_EQ(log.season, 2023);
    PB_CHECK_EQ(log.round, 7);
    PB_CHECK(!log.sprint);
    PB_CHECK_TEXT(log.event, "spanish");
    PB_CHECK_TEXT(log.circuit, "barcelona");
    PB_CHECK_EQ(log.n_cars, 1);
    const pb_log_car *car = &log.cars[0];
    const pb_lap     *lap = &car->laps[1];
    PB_CHECK_TEXT(car->code, "AAA");
    PB_CHECK_TEXT(car->team, "Team");
    PB_CHECK_EQ(car->number, 1);
    PB_CHECK_EQ(car->n_laps, 2);
    PB_CHECK_EQ(lap->time_ms, 99001);
    PB_CHECK_EQ(lap->session_ms, 199501);
    PB_CHECK_EQ(lap->pit_in_ms, 198250);
    PB_CHECK_EQ(lap->pit_out_ms, PB_MS_NONE);
    PB_CHECK_EQ(lap->sector_ms[0], PB_MS_NONE);
    PB_CHECK_EQ(lap->compound, PB_COMPOUND_SOFT);
    PB_CHECK_TEXT(lap->compound_name, "C3");
    PB_CHECK_EQ(lap->tyre_age_laps, 2);
    PB_CHECK_EQ(lap->fresh, 1);
    PB_CHECK_EQ(lap->status, PB_STATUS_BIT_CLEAR | PB_STATUS_BIT_YELLOW);
    PB_CHECK(lap->accurate);
    PB_CHECK(!car->laps[0].accurate);
    PB_CHECK_EQ(lap->line, 3);
    pb_race_log_fini(&log);
}

PB_TEST(fastf1s_own_form_is_read_as_it_stands)
{
    pb_race_log log;
    const char *path = PB_LAPS_DIR "/verbatim/fastf1_laps_2024_04_japanese_verbatim.csv";
    pb_need_shared(path);
    read_file(&log, path);
    PB_CHECK_EQ(log.n_rows, 300);
    PB_CHECK_EQ(log.n_accepted, 300);
    PB_CHECK_EQ(log.season, 2024);
    PB_CHECK_EQ(log.round, 4);
    PB_CHECK_TEXT(log.event, "japanese");
    PB_CHECK_TEXT(log.circuit, "suzuka");
    const pb_log_car *ver = &log.cars[car_index(&log, "VER")];
    PB_CHECK_EQ(ver->laps[0].session_ms, 3891565); /* 0 days 01:04:51.565000 */
    PB_CHECK_EQ(ver->laps[0].time_ms, 130735);
    PB_CHECK_EQ(ver->laps[1].time_ms, PB_MS_NONE);
    PB_CHECK_EQ(ver->laps[1].pit_out_ms, 5465329);
    PB_CHECK_EQ(ver->laps[0].status, PB_STATUS_BIT_CLEAR | PB_STATUS_BIT_YELLOW | PB_STATUS_BIT_RED);
    PB_CHECK_EQ(ver->laps[0].sector_ms[1], 64045);
    pb_race_log_fini(&log);
}

PB_TEST(the_transformed_form_is_read_as_it_stands)
{
    pb_race_log log;
    const char *path = PB_LAPS_DIR "/verbatim/transformed_2019_11_german_verbatim.csv";
    pb_need_shared(path);
    read_file(&log, path);
    PB_CHECK_EQ(log.n_accepted, 300);
    PB_CHECK_EQ(log.season, 2019);
    PB_CHECK_TEXT(log.circuit, "hockenheim");
    const pb_lap *lap = &log.cars[car_index(&log, "GAS")].laps[0];
    PB_CHECK_EQ(lap->time_ms, 111390);
    PB_CHECK_EQ(lap->session_ms, 2510332);
    PB_CHECK_EQ(lap->compound, PB_COMPOUND_WET);
    pb_race_log_fini(&log);
}

PB_TEST(the_same_laps_in_two_forms_are_the_same)
{
    pb_race_log a, b;
    const char *verbatim = PB_LAPS_DIR "/verbatim/fastf1_laps_2024_04_japanese_verbatim.csv";
    pb_need_shared(verbatim);
    read_file(&a, verbatim);
    read_file(&b, PB_LAPS_DIR "/races/2024_04_japanese.csv");
    for (uint32_t c = 0; c < a.n_cars; c++) {
        const pb_log_car *x = &a.cars[c], *y = &b.cars[car_index(&b, x->code)];
        PB_CHECK_TEXT(x->team, y->team);
        PB_CHECK_EQ(x->number, y->number);
        for (uint32_t i = 0; i < x->n_laps; i++) {
            int32_t row = pb_lap_row(y, x->laps[i].number);
            PB_CHECK(row >= 0);
            pb_lap p = x->laps[i], q = y->laps[row];
            p.line = q.line = 0;
            memset(p.compound_name, 0, sizeof p.compound_name); /* the upstream form has none */
            memset(q.compound_name, 0, sizeof q.compound_name);
            PB_CHECK(memcmp(&p, &q, sizeof p) == 0);
        }
    }
    pb_race_log_fini(&a);
    pb_race_log_fini(&b);
}

PB_TEST(what_the_feed_does_not_know_is_legal_and_stays_unknown)
{
    pb_race_log log;
    read_text(&log, LAP_HEADER "AAA,,,1,,100,,,None,,,,,,,\n"
                               "AAA,1,T,2,NaT,200,,,nan,,NaT,None,3,NaT,None,\n");
    PB_CHECK_EQ(log.n_accepted, 2);
    const pb_lap *lap = log.cars[0].laps;
    PB_CHECK_EQ(log.cars[0].number, 0);
    PB_CHECK_EQ(lap[0].time_ms, PB_MS_NONE);
    PB_CHECK_EQ(lap[0].position, 0);
    PB_CHECK_EQ(lap[0].stint, 0);
    PB_CHECK_EQ(lap[0].compound, PB_COMPOUND_UNKNOWN);
    PB_CHECK_EQ(lap[0].tyre_age_laps, -1);
    PB_CHECK_EQ(lap[0].fresh, -1);
    PB_CHECK_EQ(lap[0].status, 0);
    PB_CHECK(!lap[0].accurate);
    PB_CHECK_EQ(lap[1].compound, PB_COMPOUND_UNKNOWN);
    PB_CHECK_EQ(lap[1].status, PB_STATUS_BIT_UNKNOWN);
    pb_race_log_fini(&log);
}

PB_TEST(a_bom_and_mixed_line_ends_change_nothing)
{
    pb_race_log log;
    read_text(&log, "\xEF\xBB\xBF"
                    "Driver,DriverNumber,Team,LapNumber,LapTime_s,SessionTime_s,Position,Stint,Compound,CompoundName,"
                    "TyreLife,FreshTyre,TrackStatus,PitInTime_s,PitOutTime_s,IsAccurate\r\n"
                    "AAA,1,Team,1,100.5,100.5,1,1,SOFT,C3,1,1,1,,,0\r\n"
                    "AAA,1,Team,2,99,199.5,1,1,SOFT,C3,2,1,1,,,1\n"
                    "AAA,1,\"Te,am\",3,99,298.5,1,1,SOFT,C3,3,1,1,,,1");
    PB_CHECK_EQ(log.n_accepted, 3);
    PB_CHECK(log.cars[0].laps[2].accurate);
    pb_race_log_fini(&log);
}

PB_TEST(a_bad_row_is_quarantined_with_its_line_and_reason)
{
    row_is_refused("AAA,1,Team,3,-90.1,300,1,1,SOFT,C3,3,1,1,,,1", "LapTime_s \"-90.1\" is negative");
    row_is_refused("AAA,1,Team,-3,90.1,300,1,1,SOFT,C3,3,1,1,,,1", "LapNumber \"-3\" lies outside 1 to 512");
    row_is_refused("AAA,1,Team,0,90.1,300,1,1,SOFT,C3,3,1,1,,,1", "LapNumber \"0\" lies outside");
    row_is_refused("AAA,1,Team,513,90.1,300,1,1,SOFT,C3,3,1,1,,,1", "LapNumber \"513\" lies outside");
    row_is_refused("AAA,1,Team,2.5,90.1,300,1,1,SOFT,C3,3,1,1,,,1", "LapNumber \"2.5\" is not a whole number");
    row_is_refused("AAA,1,Team,,90.1,300,1,1,SOFT,C3,3,1,1,,,1", "LapNumber \"\" is missing");
    row_is_refused("AAA,1,Team,NaN,90.1,300,1,1,SOFT,C3,3,1,1,,,1", "LapNumber \"NaN\" is not a finite number");
    row_is_refused("AAA,1,Team,3,NaN,300,1,1,SOFT,C3,3,1,1,,,1", "LapTime_s \"NaN\" is not a finite number");
    row_is_refused("AAA,1,Team,3,-inf,300,1,1,SOFT,C3,3,1,1,,,1", "LapTime_s \"-inf\" is not a finite number");
    row_is_refused("AAA,1,Team,3,0,300,1,1,SOFT,C3,3,1,1,,,1", "LapTime_s \"0\" is zero");
    row_is_refused("AAA,1,Team,3,0.0004,300,1,1,SOFT,C3,3,1,1,,,1", "is zero");
    row_is_refused("AAA,1,Team,3,9e99,300,1,1,SOFT,C3,3,1,1,,,1", "LapTime_s \"9e99\" is not a time");
    row_is_refused("AAA,1,Team,3,90.1,2000000,1,1,SOFT,C3,3,1,1,,,1", "is longer than eleven days");
    row_is_refused("AAA,1,Team,3,90.1,,1,1,SOFT,C3,3,1,1,,,1", "SessionTime_s \"\" is missing");
    row_is_refused("AAA,1,Team,3,quick,300,1,1,SOFT,C3,3,1,1,,,1", "LapTime_s \"quick\" is not a time");
    row_is_refused("AAA,1,Team,3,90.1,300,1,1,SOFT,C3,3,1,1x,,,1", "TrackStatus \"1x\"");
    row_is_refused("AAA,1,Team,3,90.1,300,1,1,SOFT,C3,3,maybe,1,,,1", "FreshTyre \"maybe\" is neither true nor false");
    row_is_refused("AAA,1,Team,3,90.1,300,1,1,SOFT,C3,-1,1,1,,,1", "TyreLife \"-1\" lies outside");
    row_is_refused(",1,Team,3,90.1,300,1,1,SOFT,C3,3,1,1,,,1", "Driver \"\" is missing");
    row_is_refused("NOBODY KNOWN,1,Team,3,90.1,300,1,1,SOFT,C3,3,1,1,,,1", "longer than a code");
    row_is_refused("AAA,1,Team,3,90.1,300,1,1,SOFT", "9 fields where the header has 16");
    row_is_refused("AAA,1,Team,3,90.1,300,1,1,SOFT,C3,3,1,1,,,1,7", "17 fields where the header has 16");
    row_is_refused("A\xFF\x41,1,Team,3,90.1,300,1,1,SOFT,C3,3,1,1,,,1", "field 1 is not valid UTF-8");
}

PB_TEST(a_driver_by_name_becomes_a_code)
{
    pb_race_log log;
    read_text(&log, LAP_HEADER "Max Verstappen,1,Red Bull,1,100,100,1,1,SOFT,C3,1,1,1,,,0\n");
    PB_CHECK_TEXT(log.cars[0].code, "VER");
    pb_race_log_fini(&log);
}

PB_TEST(of_two_rows_with_one_lap_the_last_counts_and_the_other_is_listed)
{
    pb_race_log log;
    read_text(&log, LAP_HEADER GOOD_2 GOOD_1 "AAA,1,Team,2,98,198.5,1,1,SOFT,C3,2,1,1,,,1\n");
    PB_CHECK_EQ(log.n_rows, 3);
    PB_CHECK_EQ(log.n_accepted, 2);
    PB_CHECK_EQ(log.quarantined[0].line, 2);
    PB_CHECK_HAS(log.quarantined[0].reason, "lap 2 of AAA again on line 4");
    PB_CHECK_EQ(log.cars[0].laps[1].time_ms, 98000);
    pb_race_log_fini(&log);
}

PB_TEST(rows_in_any_order_give_cars_by_code_and_laps_in_order)
{
    pb_race_log log;
    read_text(&log, LAP_HEADER "ZZZ,9,Team,1,100,101,1,1,SOFT,C3,1,1,1,,,0\n" GOOD_2 GOOD_1);
    PB_CHECK_EQ(log.n_cars, 2);
    PB_CHECK_TEXT(log.cars[0].code, "AAA");
    PB_CHECK_EQ(log.cars[0].laps[0].number, 1);
    PB_CHECK_EQ(log.cars[0].laps[1].number, 2);
    PB_CHECK_EQ(pb_lap_row(&log.cars[0], 2), 1);
    PB_CHECK_EQ(pb_lap_row(&log.cars[0], 3), -1);
    PB_CHECK_TEXT(log.cars[1].code, "ZZZ");
    pb_race_log_fini(&log);
}

PB_TEST(a_broken_file_is_refused_with_what_and_where)
{
    file_is_refused("", PB_E_EMPTY, "the file is empty");
    file_is_refused("\n\n", PB_E_EMPTY, "no lap CSV");
    file_is_refused("hello\nworld\n", PB_E_MISSING, "column Driver is missing");
    file_is_refused(LAP_HEADER, PB_E_EMPTY, "no row after the header");
    file_is_refused(LAP_HEADER "AAA,1,Team,1,-1,100.5,1,1,SOFT,C3,1,1,1,,,0\n", PB_E_EMPTY,
                    "all rows (1) are refused; line 2");
    file_is_refused(LAP_HEADER GOOD_1 "AAA,1,\"Team,2,99,199\n" GOOD_2, PB_E_SYNTAX,
                    ":3: a quote is opened and never closed");
    file_is_refused(LAP_HEADER GOOD_1 "AAA,1,Team,2,99", PB_E_SYNTAX,
                    ":3: the file ends in the middle of a row (5 of 16");
    file_is_refused("Driver,LapNumber,LapTime_s,SessionTime_s\nAAA,1,2,3\n", PB_E_MISSING,
                    "column Compound is missing; the header looks like the seconds form");
    file_is_refused("Driver,LapNumber,LapTime,Compound\nAAA,1,2,3\n", PB_E_MISSING,
                    "column Time is missing; the header looks like the FastF1 form");
}

PB_TEST(several_races_in_one_file_are_refused)
{
    file_is_refused(
        "Driver,LapNumber,LapTime,Time,Compound,TyreLife,TrackStatus,PitInTime,PitOutTime,IsAccurate,RoundNumber\n"
        "AAA,1,90,90,SOFT,1,1,,,True,4\nAAA,1,90,90,SOFT,1,1,,,True,5\n",
        PB_E_UNSUPPORTED, ":3: rounds 4 and 5 in one file");
}

PB_TEST(every_cut_of_a_file_is_either_refused_or_loses_no_row)
{
    const char *text                          = LAP_HEADER GOOD_1 GOOD_2;
    size_t                               head = strlen(LAP_HEADER);
    for (size_t len = 0; len < strlen(text); len++) {
        pb_race_log log;
        pb_error    error;
        if (try_read(text, len, "2023_07_spanish.csv", &log, &error) == PB_OK) {
            PB_CHECK(len > head);
            PB_CHECK_EQ(log.n_accepted + log.n_quarantined, log.n_rows);
            PB_CHECK_EQ(log.n_rows, len > head + strlen(GOOD_1) ? 2 : 1);
        }
        pb_race_log_fini(&log);
    }
}

PB_TEST(ten_megabytes_of_zeros_are_refused)
{
    pb_race_log log;
    pb_error    error;
    size_t      len  = 10u << 20;
    char       *text = calloc(len, 1);
    PB_CHECK(text != NULL);
    PB_CHECK(try_read(text, len, "2023_07_spanish.csv", &log, &error) != PB_OK);
    pb_race_log_fini(&log);
    free(text);
}

PB_TEST(forty_one_cars_are_refused_and_forty_are_not)
{
    for (int cars = 40; cars <= 41; cars++) {
        char        text[8192];
        size_t      used = (size_t)snprintf(text, sizeof text, "%s", LAP_HEADER);
        pb_race_log log;
        pb_error    error;
        for (int c = 0; c < cars; c++)
            used += (size_t)snprintf(text + used, sizeof text - used, "C%02d,%d,T,1,100,%d,1,1,SOFT,C3,1,1,1,,,0\n", c,
                                     c, 100 + c);
        PB_CHECK_EQ(try_read(text, used, "x.csv", &log, &error), cars == 40 ? PB_OK : PB_E_LIMIT);
        if (cars == 41) PB_CHECK_HAS(error.text, "x.csv:42: car C40 is one too many");
        pb_race_log_fini(&log);
    }
}

PB_TEST(a_file_with_more_rows_than_a_race_can_have_is_refused)
{
    pb_race_log log;
    pb_error    error;
    size_t      head = strlen(LAP_HEADER), rows = 50000;
    char       *text = malloc(head + 2 * rows);
    PB_CHECK(text != NULL);
    memcpy(text, LAP_HEADER, head);
    for (size_t i = 0; i < rows; i++) memcpy(text + head + 2 * i, "x\n", 2);
    PB_CHECK_EQ(try_read(text, head + 2 * rows, "x.csv", &log, &error), PB_E_LIMIT);
    pb_race_log_fini(&log);
    free(text);
}

PB_TEST(season_round_and_event_come_from_the_name_of_the_file)
{
    static const struct {
        const char *path, *event, *circuit;
        int         season, round;
        bool        sprint;
    } cases[] = {
        {"a/b/2021_19_sao_paulo_sprint.csv", "sao_paulo", "sao_paulo", 2021, 19, true},
        {"2020_16_sakhir.csv.gz", "sakhir", "sakhir_outer", 2020, 16, false},
        {"fastf1_2026_07_barcelona.csv", "barcelona", "barcelona", 2026, 7, false},
        {"laps.csv", "", "", 0, 0, false},
        {"12021_19_x.csv", "", "", 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pb_race_log log;
        pb_error    error;
        PB_CHECK_EQ(try_read(LAP_HEADER GOOD_1, strlen(LAP_HEADER GOOD_1), cases[i].path, &log, &error), PB_OK);
        PB_CHECK_TEXT(log.event, cases[i].event);
        PB_CHECK_TEXT(log.circuit, cases[i].circuit);
        PB_CHECK_EQ(log.season, cases[i].season);
        PB_CHECK_EQ(log.round, cases[i].round);
        PB_CHECK_EQ(log.sprint, cases[i].sprint);
        pb_race_log_fini(&log);
    }
}

PB_TEST(a_lap_csv_is_known_by_its_first_line)
{
    PB_CHECK(pb_wire_is_laps(pb_span_of(LAP_HEADER)));
    PB_CHECK(pb_wire_is_laps(pb_span_of("Time,Driver,LapTime,LapNumber\n1,2,3,4\n")));
    PB_CHECK(!pb_wire_is_laps(pb_span_of("season,round,driver,grid\n")));
    PB_CHECK(!pb_wire_is_laps(pb_span_of("{\"Driver\": 1}")));
    PB_CHECK(!pb_wire_is_laps((pb_span){"", 0}));
}

typedef struct tally {
    long rows, accepted, bad;
} tally;

static void count_rows(const pb_race_log *log, void *data)
{
    tally *t = data;
    PB_CHECK_EQ(log->n_accepted + log->n_quarantined, log->n_rows);
    PB_CHECK(log->season >= 2018 && log->round > 0 && log->event[0] && log->circuit[0]);
    t->rows += log->n_rows;
    t->accepted += log->n_accepted;
    t->bad += log->n_quarantined;
}

PB_TEST(every_race_and_sprint_of_2018_to_2026_is_accepted_and_no_row_vanishes)
{
    tally races = {0}, sprints = {0};
    pb_need_shared(PB_LAPS_DIR "/races");
    PB_CHECK_EQ(for_each_race("races", count_rows, &races), 146);
    PB_CHECK_EQ(for_each_race("sprints", count_rows, &sprints), 27);
    PB_CHECK_EQ(races.rows, 159490);
    PB_CHECK_EQ(races.bad, 3);   /* lap 0: 2023 R3 line 348, R12 line 817, R14 line 466 */
    PB_CHECK_EQ(sprints.bad, 1); /* lap 1 of TSU twice: 2025 R6 line 315 */
}

static void written_is_read_back(const pb_race_log *log, void *data)
{
    const char *path = data;
    pb_race_log back;
    pb_error    error = {0};
    PB_CHECK_EQ(pb_wire_write_laps(log, path, &error), PB_OK);
    read_file(&back, path);
    PB_CHECK_EQ(back.n_cars, log->n_cars);
    PB_CHECK_EQ(back.n_quarantined, 0);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        const pb_log_car *a = &log->cars[c], *b = &back.cars[c];
        PB_CHECK_TEXT(a->code, b->code);
        PB_CHECK_TEXT(a->team, b->team);
        PB_CHECK_EQ(a->number, b->number);
        PB_CHECK_EQ(a->n_laps, b->n_laps);
        for (uint32_t i = 0; i < a->n_laps; i++) {
            pb_lap x = a->laps[i], y = b->laps[i];
            x.line = y.line = 0;
            PB_CHECK(memcmp(&x, &y, sizeof x) == 0);
        }
    }
    pb_race_log_fini(&back);
}

PB_TEST(what_is_written_is_read_back_the_same)
{
    char        path[] = "2023_07_spanish_XXXXXX";
    pb_race_log log;
    int         fd = mkstemp(path);
    PB_CHECK(fd >= 0);
    close(fd);
    read_text(&log, LAP_HEADER "AAA,1,\"Te\"\"am, x\",1,100.5,100.5,1,1,SOFT,C3,1,1,1,,,0\n"
                               "BBB,2,T,1,,0.007,,,WET,,,,,,3.25,1\n");
    log.cars[1].grid = 7;
    written_is_read_back(&log, path);
    pb_race_log_fini(&log);
    if (access(PB_LAPS_DIR "/races", R_OK) == 0) PB_CHECK_EQ(for_each_race("sprints", written_is_read_back, path), 27);
    unlink(path);
}

PB_TEST(laps_cannot_be_written_where_there_is_no_folder)
{
    pb_race_log log;
    pb_error    error = {0};
    read_text(&log, LAP_HEADER GOOD_1);
    PB_CHECK(pb_wire_write_laps(&log, "no/such/folder/x.csv", &error) != PB_OK);
    PB_CHECK_HAS(error.text, "no/such/folder");
    pb_race_log_fini(&log);
}

PB_TEST_MAIN(PB_RUN(the_seconds_form_is_read_to_the_millisecond), PB_RUN(fastf1s_own_form_is_read_as_it_stands),
             PB_RUN(the_transformed_form_is_read_as_it_stands), PB_RUN(the_same_laps_in_two_forms_are_the_same),
             PB_RUN(what_the_feed_does_not_know_is_legal_and_stays_unknown),
             PB_RUN(a_bom_and_mixed_line_ends_change_nothing),
             PB_RUN(a_bad_row_is_quarantined_with_its_line_and_reason), PB_RUN(a_driver_by_name_becomes_a_code),
             PB_RUN(of_two_rows_with_one_lap_the_last_counts_and_the_other_is_listed),
             PB_RUN(rows_in_any_order_give_cars_by_code_and_laps_in_order),
             PB_RUN(a_broken_file_is_refused_with_what_and_where), PB_RUN(several_races_in_one_file_are_refused),
             PB_RUN(every_cut_of_a_file_is_either_refused_or_loses_no_row), PB_RUN(ten_megabytes_of_zeros_are_refused),
             PB_RUN(forty_one_cars_are_refused_and_forty_are_not),
             PB_RUN(a_file_with_more_rows_than_a_race_can_have_is_refused),
             PB_RUN(season_round_and_event_come_from_the_name_of_the_file),
             PB_RUN(a_lap_csv_is_known_by_its_first_line),
             PB_RUN(every_race_and_sprint_of_2018_to_2026_is_accepted_and_no_row_vanishes),
             PB_RUN(what_is_written_is_read_back_the_same), PB_RUN(laps_cannot_be_written_where_there_is_no_folder))
