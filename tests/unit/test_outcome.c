/* How a race ended, from its rows. */
#include "lap_fixture.h"

#define ROW(code, lap, time, session) code ",1,Team," lap "," time "," session ",1,1,SOFT,C3," lap ",1,1,,,1\n"

PB_TEST(cars_are_placed_by_laps_then_by_time)
{
    pb_race_log     log;
    pb_race_outcome o;
    read_text(&log, LAP_HEADER ROW("AAA", "1", "100", "100") ROW("AAA", "2", "100", "200") ROW("BBB", "1", "101", "101")
                        ROW("BBB", "2", "98", "199") ROW("CCC", "1", "120", "120"));
    PB_CHECK_EQ(pb_race_outcome_of(&log, &o), PB_OK);
    PB_CHECK_EQ(o.laps, 2);
    PB_CHECK_EQ(o.flag_ms, 199000);
    PB_CHECK_EQ(o.order[0], car_index(&log, "BBB"));
    PB_CHECK_EQ(o.order[1], car_index(&log, "AAA"));
    PB_CHECK_EQ(o.car[car_index(&log, "CCC")].place, 3);
    PB_CHECK(o.car[car_index(&log, "AAA")].took_flag);
    PB_CHECK(!o.car[car_index(&log, "CCC")].took_flag);
    PB_CHECK_EQ(o.lead_car[1], car_index(&log, "AAA"));
    PB_CHECK_EQ(o.lead_ms[1], 100000);
    PB_CHECK_EQ(o.lead_ms[2], 199000);
    PB_CHECK_EQ(o.start_ms, 0);
    pb_race_log_fini(&log);
}

PB_TEST(a_last_lap_made_up_by_the_feed_was_not_completed)
{
    pb_race_log     log;
    pb_race_outcome o;
    read_text(&log, LAP_HEADER ROW("AAA", "1", "100", "100") ROW("AAA", "2", "100", "200") ROW("BBB", "1", "90", "90")
                        ROW("BBB", "2", "", "240"));
    PB_CHECK_EQ(pb_race_outcome_of(&log, &o), PB_OK);
    PB_CHECK_EQ(o.car[car_index(&log, "BBB")].laps_done, 1);
    PB_CHECK_EQ(o.car[car_index(&log, "BBB")].end_ms, 90000);
    PB_CHECK(!o.car[car_index(&log, "BBB")].took_flag);
    PB_CHECK_EQ(o.car[car_index(&log, "AAA")].place, 1);
    pb_race_log_fini(&log);
}

PB_TEST(a_lapped_car_that_ends_after_the_flag_took_it)
{
    pb_race_log     log;
    pb_race_outcome o;
    read_text(&log,
              LAP_HEADER ROW("AAA", "1", "100", "100") ROW("AAA", "2", "100", "200") ROW("BBB", "1", "230", "230"));
    PB_CHECK_EQ(pb_race_outcome_of(&log, &o), PB_OK);
    PB_CHECK(o.car[car_index(&log, "BBB")].took_flag);
    PB_CHECK_EQ(o.car[car_index(&log, "BBB")].laps_done, 1);
    pb_race_log_fini(&log);
}

PB_TEST(a_race_in_which_nobody_completed_a_lap_has_no_outcome)
{
    pb_race_log     log;
    pb_race_outcome o = {.laps = 77};
    read_text(&log, LAP_HEADER "AAA,1,Team,1,,100,,1,SOFT,C3,1,1,1,,,0\n");
    PB_CHECK_EQ(pb_race_outcome_of(&log, &o), PB_E_EMPTY);
    PB_CHECK_EQ(o.laps, 77);
    pb_race_log_fini(&log);
}

PB_TEST(progress_runs_with_the_leader_and_stays_within_the_race)
{
    pb_race_log     log;
    pb_race_outcome o;
    read_text(&log, LAP_HEADER ROW("AAA", "1", "100", "150") ROW("AAA", "2", "80", "230"));
    PB_CHECK_EQ(pb_race_outcome_of(&log, &o), PB_OK);
    PB_CHECK_NEAR(pb_leader_progress(&o, 0), 0, 0);
    PB_CHECK_NEAR(pb_leader_progress(&o, 50000), 0, 0);
    PB_CHECK_NEAR(pb_leader_progress(&o, 75000), 0.25, 1e-12);
    PB_CHECK_NEAR(pb_leader_progress(&o, 150000), 1, 0);
    PB_CHECK_NEAR(pb_leader_progress(&o, 190000), 1.5, 1e-12);
    PB_CHECK_NEAR(pb_leader_progress(&o, 999000), 2, 0);
    pb_race_log_fini(&log);
}

/* ---- against the independent scorer ---- */

typedef struct truth {
    pb_csv   csv;
    pb_bytes bytes;
    int      cars;
} truth;

static void write_stops(const pb_race_log *log, uint32_t car, const pb_race_outcome *o, char *out, size_t cap)
{
    pb_tyre_stop stops[32];
    uint32_t     n    = pb_car_stops(log, car, o, false, stops, 32);
    size_t       used = 0;
    out[0]            = '\0';
    for (uint32_t i = 0; i < n && i < 32; i++)
        used += (size_t)snprintf(out + used, cap - used, "%s%d:%s", i ? "-" : "", stops[i].in_lap,
                                 pb_compound_name((pb_compound)stops[i].compound));
}

static void check_row(const pb_csv *csv, const pb_race_log *log, const pb_race_outcome *o)
{
    char got[512], want[512], stops[400], code[8], end[16] = "";
    (void)pb_span_copy(csv->field[3], code, sizeof code);
    int c = car_index(log, code);
    assert_true(c >= 0);
    const pb_car_result *r = &o->car[c];
    write_stops(log, (uint32_t)c, o, stops, sizeof stops);
    if (r->end_ms != PB_MS_NONE) snprintf(end, sizeof end, "%d", r->end_ms);
    snprintf(got, sizeof got, "%d,%d,%d,%s,%d,%d,%d,%s,%s", log->season, log->round, o->laps, code, r->laps_done,
             r->took_flag, r->place, end, stops);
    size_t used = 0;
    for (uint32_t i = 0; i < csv->n_fields; i++)
        used += (size_t)snprintf(want + used, sizeof want - used, "%s%.*s", i ? "," : "", (int)csv->field[i].len,
                                 csv->field[i].at);
    PB_CHECK_TEXT(got, want);
}

static void check_race(const pb_race_log *log, void *data)
{
    truth          *t = data;
    pb_race_outcome o;
    pb_arena        scratch;
    uint32_t        cars = 0;
    pb_arena_init(&scratch, 0);
    PB_CHECK_EQ(pb_race_outcome_of(log, &o), PB_OK);
    pb_csv_init(&t->csv, (pb_span){t->bytes.at, t->bytes.len}, ',', &scratch);
    while (pb_csv_next(&t->csv) == PB_OK) {
        int64_t season, round;
        if (!pb_span_to_i64(t->csv.field[0], &season) || !pb_span_to_i64(t->csv.field[1], &round)) continue;
        if (season != log->season || round != log->round) continue;
        check_row(&t->csv, log, &o);
        cars++;
    }
    PB_CHECK_EQ(cars, log->n_cars);
    t->cars += (int)cars;
    pb_arena_fini(&scratch);
}

PB_TEST(every_race_ends_as_the_independent_scorer_says)
{
    truth t = {0};
    pb_need_shared(PB_LAPS_DIR "/races");
    PB_CHECK_EQ(pb_file_read(PB_SOURCE_DIR "/tests/data/outcomes.csv", 0, &t.bytes, NULL), PB_OK);
    PB_CHECK_EQ(for_each_race("races", check_race, &t), 146);
    PB_CHECK_EQ(t.cars, 2879);
    pb_bytes_free(&t.bytes);
}

PB_TEST_MAIN(PB_RUN(cars_are_placed_by_laps_then_by_time), PB_RUN(a_last_lap_made_up_by_the_feed_was_not_completed),
             PB_RUN(a_lapped_car_that_ends_after_the_flag_took_it),
             PB_RUN(a_race_in_which_nobody_completed_a_lap_has_no_outcome),
             PB_RUN(progress_runs_with_the_leader_and_stays_within_the_race),
             PB_RUN(every_race_ends_as_the_independent_scorer_says))
