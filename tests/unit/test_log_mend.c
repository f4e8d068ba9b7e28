/* What a row leaves out is put in its place from the rows around it, and told. */
#include "lap_fixture.h"
#include "pitboard/race_gaps.h"

#define LAPS 20

/* One lap of a car that stops at the end of lap 10, MEDIUM to HARD. */
typedef struct cells {
    char time[16], position[4], stint[4], compound[16], age[4], status[4], in[16], out[16], accurate[4];
} cells;

typedef void spoil(cells *c, int lap);

static void whole(cells *c, int lap, double end_s, int place)
{
    bool hard = lap > 10;
    *c        = (cells){.status = "1", .accurate = "1"};
    snprintf(c->time, sizeof c->time, "%d", 90);
    snprintf(c->position, sizeof c->position, "%d", place);
    snprintf(c->stint, sizeof c->stint, "%d", hard ? 2 : 1);
    snprintf(c->compound, sizeof c->compound, "%s", hard ? "HARD" : "MEDIUM");
    snprintf(c->age, sizeof c->age, "%d", hard ? lap - 10 : lap);
    if (lap == 10) snprintf(c->in, sizeof c->in, "%.3f", end_s - 4);
    if (lap == 11) snprintf(c->out, sizeof c->out, "%.3f", end_s - 70);
}

/* AAA, BBB and CCC, a second apart; what is done to AAA, and rows of it that go. */
static void race_of(pb_race_log *log, spoil *aaa, int gone_from, int gone_to, spoil *others)
{
    static char text[65536];
    size_t      len = (size_t)snprintf(text, sizeof text, "%s", LAP_HEADER);
    for (int car = 0; car < 3; car++)
        for (int lap = 1; lap <= LAPS; lap++) {
            cells  c;
            double end_s = 1000 + 90 * lap + car;
            if (car == 0 && lap >= gone_from && lap <= gone_to) continue;
            whole(&c, lap, end_s, car + 1);
            if (car == 0 && aaa) aaa(&c, lap);
            if (car > 0 && others) others(&c, lap);
            len +=
                (size_t)snprintf(text + len, sizeof text - len, "%c%c%c,%d,T,%d,%s,%.3f,%s,%s,%s,,%s,1,%s,%s,%s,%s\n",
                                 'A' + car, 'A' + car, 'A' + car, car + 1, lap, c.time, end_s, c.position, c.stint,
                                 c.compound, c.age, c.status, c.in, c.out, c.accurate);
        }
    read_text(log, text);
}

static void no_entry(cells *c, int lap)
{
    (void)lap;
    c->in[0] = '\0';
}

static void no_pit_time(cells *c, int lap)
{
    (void)lap;
    c->in[0] = c->out[0] = '\0';
}

static void no_compound(cells *c, int lap)
{
    (void)lap;
    c->compound[0] = '\0';
}

static void no_tyre(cells *c, int lap)
{
    (void)lap;
    c->compound[0] = c->age[0] = c->stint[0] = '\0';
}

static void no_first_compound(cells *c, int lap)
{
    if (lap <= 10) c->compound[0] = '\0';
}

static void no_late_compound(cells *c, int lap)
{
    if (lap > 15) c->compound[0] = '\0';
}

static void no_cells(cells *c, int lap)
{
    (void)lap;
    c->time[0] = c->position[0] = c->age[0] = c->status[0] = '\0';
}

static void through_the_lane(cells *c, int lap)
{
    c->in[0] = '\0';
    snprintf(c->compound, sizeof c->compound, "MEDIUM");
    snprintf(c->age, sizeof c->age, "%d", lap); /* the stint rises, the set goes on */
}

static void under_sc(cells *c, int lap)
{
    if (lap >= 5 && lap <= 7) snprintf(c->status, sizeof c->status, "4");
}

static void same_race(const pb_race_log *a, const pb_race_log *b)
{
    PB_CHECK_EQ(a->n_cars, b->n_cars);
    for (uint32_t c = 0; c < a->n_cars; c++) {
        PB_CHECK_EQ(a->cars[c].n_laps, b->cars[c].n_laps);
        for (uint32_t i = 0; i < a->cars[c].n_laps; i++) {
            const pb_lap *x = &a->cars[c].laps[i], *y = &b->cars[c].laps[i];
            PB_CHECK(x->number == y->number && x->time_ms == y->time_ms && x->position == y->position &&
                     x->compound == y->compound && x->tyre_age_laps == y->tyre_age_laps && x->status == y->status &&
                     x->pit_in_ms == y->pit_in_ms && x->pit_out_ms == y->pit_out_ms);
        }
    }
}

/* AAA spoilt, then mended, against the whole race. */
static void mended(pb_race_log *log, pb_race_gaps *gaps, spoil *aaa, int gone_from, int gone_to)
{
    race_of(log, aaa, gone_from, gone_to, NULL);
    PB_CHECK_EQ(pb_race_log_mend(log, gaps), PB_OK);
}

static const pb_gap_laps *gap_of(const pb_race_gaps *gaps, pb_gap kind)
{
    return &gaps->car[0].gap[kind];
}

static uint32_t stops_of(const pb_race_log *log, pb_tyre_stop *first)
{
    pb_race_outcome o;
    PB_CHECK_EQ(pb_race_outcome_of(log, &o), PB_OK);
    return pb_car_stops(log, 0, &o, false, first, 1);
}

PB_TEST(a_whole_race_stays_as_it_is_and_nothing_is_missing)
{
    static const pb_race_gaps none;
    pb_race_log               a, b;
    pb_race_gaps              gaps;
    race_of(&a, NULL, 0, 0, NULL);
    mended(&b, &gaps, NULL, 0, 0);
    same_race(&a, &b);
    assert_memory_equal(&gaps, &none, sizeof gaps);
    pb_race_log_fini(&a);
    pb_race_log_fini(&b);
}

PB_TEST(a_stop_is_seen_without_its_entry_by_exit_and_set)
{
    pb_race_log  log;
    pb_tyre_stop stop = {0};
    race_of(&log, no_entry, 0, 0, NULL);
    PB_CHECK_EQ(stops_of(&log, &stop), 1);
    PB_CHECK_EQ(stop.in_lap, 10);
    PB_CHECK_EQ(stop.compound, PB_COMPOUND_HARD);
    PB_CHECK_EQ(stop.lane_ms, PB_MS_NONE);
    pb_race_log_fini(&log);
}

PB_TEST(a_stop_is_seen_by_the_set_alone_where_a_car_has_no_pit_time)
{
    pb_race_log  log;
    pb_tyre_stop stop = {0};
    race_of(&log, no_pit_time, 0, 0, NULL);
    PB_CHECK_EQ(stops_of(&log, &stop), 1);
    PB_CHECK_EQ(stop.in_lap, 10);
    pb_race_log_fini(&log);
}

PB_TEST(a_way_through_the_lane_on_the_same_set_is_no_stop_without_an_entry_either)
{
    pb_race_log  log;
    pb_tyre_stop stop;
    race_of(&log, through_the_lane, 0, 0, NULL);
    PB_CHECK_EQ(stops_of(&log, &stop), 0);
    pb_race_log_fini(&log);
}

PB_TEST(an_entry_is_put_as_far_before_the_line_as_the_others)
{
    pb_race_log  log, true_log;
    pb_race_gaps gaps;
    race_of(&true_log, NULL, 0, 0, NULL);
    mended(&log, &gaps, no_entry, 0, 0);
    same_race(&true_log, &log);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_ENTRY)->n, 1);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_ENTRY)->first, 10);
    pb_race_log_fini(&log);
    pb_race_log_fini(&true_log);
}

PB_TEST(an_unknown_compound_is_what_most_cars_were_on_and_another_after_a_stop)
{
    pb_race_log  log, true_log;
    pb_race_gaps gaps;
    race_of(&true_log, NULL, 0, 0, NULL);
    mended(&log, &gaps, no_compound, 0, 0);
    same_race(&true_log, &log);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_COMPOUND)->n, LAPS);
    PB_CHECK_EQ(gaps.car[0].n_sets, 2);
    PB_CHECK_EQ(gaps.car[0].set[0], PB_COMPOUND_MEDIUM);
    PB_CHECK_EQ(gaps.car[0].set[1], PB_COMPOUND_HARD);
    PB_CHECK_EQ(gaps.car[1].gap[PB_GAP_COMPOUND].n, 0);
    pb_race_log_fini(&log);
    pb_race_log_fini(&true_log);
}

PB_TEST(without_compound_age_and_stint_the_entry_tells_the_sets_apart)
{
    pb_race_log  log;
    pb_race_gaps gaps;
    mended(&log, &gaps, no_tyre, 0, 0);
    PB_CHECK_EQ(log.cars[0].laps[9].compound, PB_COMPOUND_MEDIUM);
    PB_CHECK_EQ(log.cars[0].laps[9].tyre_age_laps, 10);
    PB_CHECK_EQ(log.cars[0].laps[10].compound, PB_COMPOUND_HARD);
    PB_CHECK_EQ(log.cars[0].laps[10].tyre_age_laps, 1);
    pb_race_log_fini(&log);
}

PB_TEST(where_no_car_tells_its_compound_it_is_medium_then_hard)
{
    pb_race_log  log;
    pb_race_gaps gaps;
    race_of(&log, no_compound, 0, 0, no_compound);
    PB_CHECK_EQ(pb_race_log_mend(&log, &gaps), PB_OK);
    for (int c = 0; c < 3; c++) {
        PB_CHECK_EQ(log.cars[c].laps[9].compound, PB_COMPOUND_MEDIUM);
        PB_CHECK_EQ(log.cars[c].laps[10].compound, PB_COMPOUND_HARD);
    }
    pb_race_log_fini(&log);
}

static void all_hard(cells *c, int lap)
{
    (void)lap;
    snprintf(c->compound, sizeof c->compound, "HARD");
}

PB_TEST(an_unknown_set_is_not_taken_to_be_the_compound_it_was_changed_for)
{
    pb_race_log  log;
    pb_race_gaps gaps;
    race_of(&log, no_first_compound, 0, 0, all_hard);
    PB_CHECK_EQ(pb_race_log_mend(&log, &gaps), PB_OK);
    PB_CHECK_EQ(log.cars[0].laps[0].compound, PB_COMPOUND_MEDIUM);
    pb_race_log_fini(&log);
}

PB_TEST(a_set_whose_compound_is_told_on_one_lap_is_that_on_all)
{
    pb_race_log  log, true_log;
    pb_race_gaps gaps;
    race_of(&true_log, NULL, 0, 0, NULL);
    mended(&log, &gaps, no_late_compound, 0, 0);
    same_race(&true_log, &log);
    PB_CHECK_EQ(gaps.car[0].n_sets, 0);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_COMPOUND)->n, 5);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_COMPOUND)->first, 16);
    pb_race_log_fini(&log);
    pb_race_log_fini(&true_log);
}

PB_TEST(time_position_age_and_status_come_from_clock_count_and_neighbours)
{
    pb_race_log  log;
    pb_race_gaps gaps;
    race_of(&log, no_cells, 0, 0, under_sc);
    PB_CHECK_EQ(pb_race_log_mend(&log, &gaps), PB_OK);
    const pb_lap *lap = log.cars[0].laps;
    PB_CHECK_EQ(lap[1].time_ms, 90000);
    PB_CHECK_EQ(lap[0].time_ms, PB_MS_NONE); /* nothing before it to count from */
    PB_CHECK_EQ(lap[3].position, 1);
    PB_CHECK_EQ(lap[3].status, PB_STATUS_BIT_CLEAR);
    PB_CHECK_EQ(lap[5].status, PB_STATUS_BIT_SC);
    PB_CHECK_EQ(lap[14].tyre_age_laps, 5);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_TIME)->n, LAPS);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_STATUS)->n, LAPS);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_AGE)->last, LAPS);
    pb_race_log_fini(&log);
}

PB_TEST(missing_laps_are_made_up_on_the_set_around_them)
{
    pb_race_log  log;
    pb_race_gaps gaps;
    mended(&log, &gaps, NULL, 4, 6);
    const pb_lap *lap = &log.cars[0].laps[4];
    PB_CHECK_EQ(log.cars[0].n_laps, LAPS);
    PB_CHECK_EQ(lap->number, 5);
    PB_CHECK_EQ(lap->session_ms, 1000000 + 5 * 90000);
    PB_CHECK_EQ(lap->time_ms, PB_MS_NONE);
    PB_CHECK_EQ(lap->tyre_age_laps, 5);
    PB_CHECK_EQ(lap->compound, PB_COMPOUND_MEDIUM);
    PB_CHECK_EQ(lap->position, 1);
    PB_CHECK(lap->generated && !lap->accurate);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_LAPS)->n, 3);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_LAPS)->first, 4);
    PB_CHECK_EQ(gap_of(&gaps, PB_GAP_AGE)->n, 0);
    pb_race_log_fini(&log);
}

PB_TEST(a_stop_on_missing_laps_is_found_by_the_age_of_the_set_after_them)
{
    for (int from = 9; from <= 11; from++) {
        pb_race_log  log;
        pb_race_gaps gaps;
        pb_tyre_stop stop = {0};
        mended(&log, &gaps, NULL, from, 12);
        PB_CHECK_EQ(stops_of(&log, &stop), 1);
        PB_CHECK_EQ(stop.in_lap, 10);
        PB_CHECK_EQ(stop.compound, PB_COMPOUND_HARD);
        pb_race_log_fini(&log);
    }
}

/* Cars whose stops the mend must not move. */
static void stops_stay(const pb_race_log *log, void *n)
{
    pb_race_log     copy;
    pb_race_gaps    gaps;
    pb_race_outcome o, after;
    if (pb_race_outcome_of(log, &o) != PB_OK || log->season < 2019) return;
    PB_CHECK_EQ(pb_race_log_copy(log, &copy), PB_OK);
    PB_CHECK_EQ(pb_race_log_mend(&copy, &gaps), PB_OK);
    PB_CHECK_EQ(pb_race_outcome_of(&copy, &after), PB_OK);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        pb_tyre_stop a[32], b[32];
        uint32_t     k = pb_car_stops(log, c, &o, true, a, 32);
        PB_CHECK_EQ(gaps.car[c].gap[PB_GAP_ENTRY].n + gaps.car[c].gap[PB_GAP_LAPS].n, 0);
        PB_CHECK_EQ(pb_car_stops(&copy, c, &after, true, b, 32), k);
        for (uint32_t i = 0; i < k && i < 32; i++) PB_CHECK_EQ(a[i].in_lap, b[i].in_lap);
        *(int *)n += (int)k;
    }
    pb_race_log_fini(&copy);
}

PB_TEST(no_recorded_race_since_2019_gains_or_loses_a_stop)
{
    int n = 0;
    for_each_race("races", stops_stay, &n);
    PB_CHECK(n > 3000);
}

PB_TEST_MAIN(PB_RUN(a_whole_race_stays_as_it_is_and_nothing_is_missing),
             PB_RUN(a_stop_is_seen_without_its_entry_by_exit_and_set),
             PB_RUN(a_stop_is_seen_by_the_set_alone_where_a_car_has_no_pit_time),
             PB_RUN(a_way_through_the_lane_on_the_same_set_is_no_stop_without_an_entry_either),
             PB_RUN(an_entry_is_put_as_far_before_the_line_as_the_others),
             PB_RUN(an_unknown_compound_is_what_most_cars_were_on_and_another_after_a_stop),
             PB_RUN(without_compound_age_and_stint_the_entry_tells_the_sets_apart),
             PB_RUN(where_no_car_tells_its_compound_it_is_medium_then_hard),
             PB_RUN(an_unknown_set_is_not_taken_to_be_the_compound_it_was_changed_for),
             PB_RUN(a_set_whose_compound_is_told_on_one_lap_is_that_on_all),
             PB_RUN(time_position_age_and_status_come_from_clock_count_and_neighbours),
             PB_RUN(missing_laps_are_made_up_on_the_set_around_them),
             PB_RUN(a_stop_on_missing_laps_is_found_by_the_age_of_the_set_after_them),
             PB_RUN(no_recorded_race_since_2019_gains_or_loses_a_stop))
