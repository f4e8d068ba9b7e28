/* Two cars next to each other, one stops, the other does not: who gained? */
#include <math.h>

#include "lap_fixture.h"
#include "pitboard/predict_pairs.h"

#define CARS_MAX 6
#define LAPS 20

/* A race of cars with a constant lap time. A stop costs 2 s on its in-lap and 18 on its out-lap. */
typedef struct made_car {
    const char *code, *team;
    double      lap_s;
    int         stop[3];  /* in-laps, 0 none */
    int         runs_to;  /* last lap, 0: to the end */
    const char *compound; /* after the first stop; NULL HARD */
} made_car;

typedef struct made {
    pb_race_log      log;
    pb_race_outcome  outcome;
    pb_neutral_phase phases[8];
    uint32_t         n_phases;
} made;

static bool stops_on(const made_car *car, int lap)
{
    return lap > 0 && (car->stop[0] == lap || car->stop[1] == lap || car->stop[2] == lap);
}

/* sc_from .. sc_to: laps on which every row shows a safety car. */
static made *make(const made_car *cars, int n, int sc_from, int sc_to)
{
    static char text[64000];
    made       *m   = calloc(1, sizeof *m);
    size_t      len = (size_t)snprintf(text, sizeof text, "%s", LAP_HEADER);
    assert_non_null(m);
    for (int c = 0; c < n; c++) {
        double t = 3600 + c, out = 0;
        int    age = 0, stint = 1;
        for (int lap = 1; lap <= (cars[c].runs_to ? cars[c].runs_to : LAPS); lap++) {
            bool   in         = stops_on(&cars[c], lap);
            double s          = cars[c].lap_s + (in ? 2 : 0) + (out > 0 ? 18 : 0);
            char   pit_in[24] = "", pit_out[24] = "";
            t += s;
            if (in) snprintf(pit_in, sizeof pit_in, "%.3f", t - 1);
            if (out > 0) snprintf(pit_out, sizeof pit_out, "%.3f", out);
            out = in ? t + 21 : 0;
            age++;
            len += (size_t)snprintf(text + len, sizeof text - len, "%s,%d,%s,%d,%.3f,%.3f,%d,%d,%s,,%d,1,%s,%s,%s,1\n",
                                    cars[c].code, c + 1, cars[c].team, lap, s, t, c + 1, stint,
                                    stint == 1         ? "MEDIUM"
                                    : cars[c].compound ? cars[c].compound
                                                       : "HARD",
                                    age, lap >= sc_from && lap <= sc_to ? "4" : "1", pit_in, pit_out);
            if (in) {
                age = 0;
                stint++;
            }
        }
    }
    read_text(&m->log, text);
    PB_CHECK_EQ(pb_race_outcome_of(&m->log, &m->outcome), PB_OK);
    m->n_phases = pb_neutral_phases(&m->log, &m->outcome, m->phases, 8);
    return m;
}

static void drop(made *m)
{
    pb_race_log_fini(&m->log);
    free(m);
}

static uint32_t find(const made *m, pb_pair out[64])
{
    return pb_pairs_find(&m->log, &m->outcome, m->phases, m->n_phases, out, 64);
}

PB_TEST(the_one_that_stopped_first_is_compared_when_the_other_has_its_out_lap_behind_it)
{
    const made_car cars[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {8}},
                             {.code = "BBB", .team = "Blue", .lap_s = 90.5, .stop = {11}}};
    made          *m      = make(cars, 2, 0, -1);
    pb_pair        p[64];
    PB_CHECK_EQ(find(m, p), 1);
    PB_CHECK_EQ(p[0].car, car_index(&m->log, "AAA"));
    PB_CHECK_EQ(p[0].other, car_index(&m->log, "BBB"));
    PB_CHECK_EQ(p[0].lap, 8);
    PB_CHECK_EQ(p[0].answer_lap, 11);
    PB_CHECK_EQ(p[0].end_lap, 12);
    PB_CHECK(!p[0].team && !p[0].bunched && !p[0].wet && p[0].flag == 0);
    PB_CHECK_EQ(p[0].place_before[0], 1);
    PB_CHECK_EQ(p[0].place_end[0], 1);
    PB_CHECK_EQ(p[0].place_flag[1], 2);
    PB_CHECK_EQ(p[0].gain_places, 0);
    PB_CHECK_NEAR(p[0].gain_s, 5 * 0.5, 1e-6); /* both paid 20 s; five laps at half a second */
    drop(m);
}

PB_TEST(a_pair_is_there_once_for_the_car_that_came_first)
{
    const made_car cars[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {9}},
                             {.code = "BBB", .team = "Blue", .lap_s = 90, .stop = {8}},
                             {.code = "CCC", .team = "Green", .lap_s = 90, .stop = {8}}};
    made          *m      = make(cars, 3, 0, -1);
    pb_pair        p[64];
    PB_CHECK_EQ(find(m, p), 2); /* BBB and CCC on one lap chose alike */
    for (int i = 0; i < 2; i++) {
        PB_CHECK_EQ(p[i].other, car_index(&m->log, "AAA"));
        PB_CHECK_EQ(p[i].lap, 8);
        PB_CHECK_EQ(p[i].end_lap, 10);
    }
    drop(m);
}

PB_TEST(rivals_further_away_than_two_places_are_no_pair_but_team_mates_are)
{
    const made_car cars[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {8}},
                             {.code = "BBB", .team = "Blue", .lap_s = 90.2, .stop = {12}},
                             {.code = "CCC", .team = "Green", .lap_s = 90.4, .stop = {12}},
                             {.code = "DDD", .team = "Gold", .lap_s = 90.6, .stop = {12}},
                             {.code = "EEE", .team = "Red", .lap_s = 90.8, .stop = {12}}};
    made          *m      = make(cars, 5, 0, -1);
    pb_pair        p[64];
    uint32_t       n = find(m, p), mates = 0;
    PB_CHECK_EQ(n, 3);
    for (uint32_t i = 0; i < n; i++) {
        PB_CHECK_EQ(p[i].car, car_index(&m->log, "AAA"));
        PB_CHECK(p[i].other != car_index(&m->log, "DDD"));
        mates += p[i].team;
        if (p[i].team) PB_CHECK_EQ(p[i].other, car_index(&m->log, "EEE"));
    }
    PB_CHECK_EQ(mates, 1);
    drop(m);
}

PB_TEST(without_an_answer_the_flag_decides_and_a_second_stop_waits_for_its_own)
{
    const made_car cars[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {8}},
                             {.code = "BBB", .team = "Blue", .lap_s = 90}};
    made          *m      = make(cars, 2, 0, -1);
    pb_pair        p[64];
    PB_CHECK_EQ(find(m, p), 1);
    PB_CHECK_EQ(p[0].answer_lap, 0);
    PB_CHECK_EQ(p[0].end_lap, LAPS);
    PB_CHECK_NEAR(p[0].gain_s, -20, 1e-6);
    PB_CHECK_EQ(p[0].gain_places, -2);
    PB_CHECK(pb_pair_gained(&p[0]) == 0);
    drop(m);
    const made_car twice[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {5, 9}},
                              {.code = "BBB", .team = "Blue", .lap_s = 90, .stop = {12, 16}}};
    m                      = make(twice, 2, 0, -1);
    uint32_t n             = find(m, p);
    PB_CHECK_EQ(n, 2);
    PB_CHECK_EQ(p[0].lap, 5); /* even only when BBB has made its second */
    PB_CHECK_EQ(p[0].answer_lap, 12);
    PB_CHECK_EQ(p[0].end_lap, 17);
    PB_CHECK_EQ(p[1].lap, 9);
    PB_CHECK_EQ(p[1].end_lap, 13);
    drop(m);
}

PB_TEST(a_car_that_drops_out_before_the_cycle_is_over_proves_nothing)
{
    const made_car cars[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {8}},
                             {.code = "BBB", .team = "Blue", .lap_s = 90.5, .stop = {14}, .runs_to = 11},
                             {.code = "CCC", .team = "Green", .lap_s = 90.7, .stop = {12}}};
    made          *m      = make(cars, 3, 0, -1);
    pb_pair        p[64];
    PB_CHECK_EQ(find(m, p), 1);
    PB_CHECK_EQ(p[0].other, car_index(&m->log, "CCC"));
    drop(m);
}

PB_TEST(behind_a_safety_car_places_count_and_seconds_do_not)
{
    const made_car cars[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {8}},
                             {.code = "BBB", .team = "Blue", .lap_s = 90.5, .stop = {13}}};
    made          *m      = make(cars, 2, 8, 10);
    pb_pair        p[64];
    PB_CHECK_EQ(find(m, p), 1);
    PB_CHECK_EQ(p[0].flag, PB_NEUTRAL_SC);
    PB_CHECK(p[0].bunched && isnan(p[0].gain_s));
    PB_CHECK_EQ(p[0].gain_places, 0);
    PB_CHECK(pb_pair_gained(&p[0]) == 0.5);
    drop(m);
}

PB_TEST(a_set_for_the_wet_is_noted)
{
    const made_car cars[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {8}, .compound = "INTERMEDIATE"},
                             {.code = "BBB", .team = "Blue", .lap_s = 90.5, .stop = {13}}};
    made          *m      = make(cars, 2, 0, -1);
    pb_pair        p[64];
    PB_CHECK_EQ(find(m, p), 1);
    PB_CHECK(p[0].wet);
    drop(m);
}

/* Rows of a car whose lap `slow` took so much longer. */
static void slow_down(made *m, const char *code, uint32_t lap, int32_t by_ms)
{
    pb_log_car *car = &m->log.cars[car_index(&m->log, code)];
    for (uint32_t i = 0; i < car->n_laps; i++) {
        if (car->laps[i].number == lap) car->laps[i].time_ms += by_ms;
        if (car->laps[i].number >= lap) car->laps[i].session_ms += by_ms;
        if (car->laps[i].number > lap && car->laps[i].pit_out_ms != PB_MS_NONE) car->laps[i].pit_out_ms += by_ms;
        if (car->laps[i].number >= lap && car->laps[i].pit_in_ms != PB_MS_NONE) car->laps[i].pit_in_ms += by_ms;
    }
    PB_CHECK_EQ(pb_race_outcome_of(&m->log, &m->outcome), PB_OK);
}

PB_TEST(a_stop_after_a_slow_lap_or_with_repairs_was_no_free_choice)
{
    const made_car cars[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {8}},
                             {.code = "BBB", .team = "Blue", .lap_s = 90.2, .stop = {12}},
                             {.code = "CCC", .team = "Green", .lap_s = 90.4, .stop = {12}}};
    const struct {
        uint32_t lap;
        int32_t  by_ms;
        bool     forced;
    } cases[] = {{7, 3000, false}, {7, 5000, true}, {6, 5000, false}, {12, 20000, false}};
    pb_pair p[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        made *m = make(cars, 3, 0, -1);
        slow_down(m, "AAA", cases[i].lap, cases[i].by_ms);
        PB_CHECK(find(m, p) >= 2);
        PB_CHECK_EQ(p[0].lap, 8);
        PB_CHECK_EQ(p[0].forced, cases[i].forced);
        drop(m);
    }
    made       *m   = make(cars, 3, 0, -1); /* 22 s in the lane each, but this one */
    pb_log_car *car = &m->log.cars[car_index(&m->log, "AAA")];
    PB_CHECK_EQ(find(m, p), 2);
    PB_CHECK(!p[0].forced);
    car->laps[8].pit_out_ms += 10500;
    PB_CHECK_EQ(find(m, p), 2);
    PB_CHECK(p[0].forced);
    drop(m);
}

PB_TEST(what_there_is_no_room_for_is_counted_and_not_written)
{
    const made_car cars[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {8}},
                             {.code = "BBB", .team = "Blue", .lap_s = 90.2, .stop = {12}},
                             {.code = "CCC", .team = "Green", .lap_s = 90.4, .stop = {12}}};
    made          *m      = make(cars, 3, 0, -1);
    pb_pair        one[2] = {{.lap = 0}, {.lap = 777}};
    PB_CHECK_EQ(pb_pairs_find(&m->log, &m->outcome, m->phases, m->n_phases, one, 1), 2);
    PB_CHECK_EQ(one[0].lap, 8);
    PB_CHECK_EQ(one[1].lap, 777);
    PB_CHECK_EQ(pb_pairs_find(&m->log, &m->outcome, m->phases, m->n_phases, NULL, 0), 2);
    drop(m);
}

PB_TEST(places_before_and_after_a_stop)
{
    const made_car cars[] = {{.code = "AAA", .team = "Red", .lap_s = 90, .stop = {8}},
                             {.code = "BBB", .team = "Blue", .lap_s = 90, .stop = {11}},
                             {.code = "CCC", .team = "Green", .lap_s = 90, .stop = {10}},
                             {.code = "DDD", .team = "Gold", .lap_s = 91, .stop = {15}}};
    made          *m      = make(cars, 4, 0, -1);
    pb_stop_cycle  cycle;
    PB_CHECK_EQ(pb_place_after(&m->log, &m->outcome, 0, 7), 1);
    PB_CHECK_EQ(pb_place_after(&m->log, &m->outcome, 0, 0), 0);
    PB_CHECK_EQ(pb_place_after(&m->log, &m->outcome, 0, LAPS + 1), 0);
    PB_CHECK_EQ(pb_stop_cycle_of(&m->log, &m->outcome, 0, 8, &cycle), PB_OK);
    PB_CHECK_EQ(cycle.before, 1);
    PB_CHECK_EQ(cycle.after_out, 4);
    PB_CHECK_EQ(cycle.over_lap, 12); /* BBB and CCC are within two places, DDD is not */
    PB_CHECK_EQ(cycle.over, 2);
    PB_CHECK_EQ(cycle.after_five, 2);
    PB_CHECK_EQ(cycle.flag, 1);
    cycle.before = 99;
    PB_CHECK_EQ(pb_stop_cycle_of(&m->log, &m->outcome, 0, LAPS + 1, &cycle), PB_E_RANGE);
    PB_CHECK_EQ(pb_stop_cycle_of(&m->log, &m->outcome, 77, 8, &cycle), PB_E_RANGE);
    PB_CHECK_EQ(cycle.before, 99);
    drop(m);
}

/* ---- scores ---- */

static pb_pair_case case_of(int gain_places, double gain_s, pb_pair_said car, pb_pair_said other, uint32_t block)
{
    return (pb_pair_case){.pair       = {.lap          = 5,
                                         .gain_places  = (int16_t)gain_places,
                                         .gain_s       = gain_s,
                                         .place_before = {4, 5},
                                         .place_flag   = {4, 6}},
                          .car_said   = car,
                          .other_said = other,
                          .block      = block};
}

PB_TEST(the_side_of_an_advice_by_the_car_that_stopped_and_by_contrast)
{
    pb_pair_case c = case_of(1, 2, PB_PAIR_SAID_STOP, PB_PAIR_SAID_STOP, 0);
    PB_CHECK_EQ(pb_pair_advised(&c, PB_PAIR_BY_STOP), 1);
    PB_CHECK_EQ(pb_pair_advised(&c, PB_PAIR_BY_CONTRAST), 1); /* the other did not do as told */
    c = case_of(1, 2, PB_PAIR_SAID_STAY, PB_PAIR_SAID_STAY, 0);
    PB_CHECK_EQ(pb_pair_advised(&c, PB_PAIR_BY_STOP), -1);
    PB_CHECK_EQ(pb_pair_advised(&c, PB_PAIR_BY_CONTRAST), -1);
    c = case_of(1, 2, PB_PAIR_SAID_STOP, PB_PAIR_SAID_STAY, 0); /* both did as told */
    PB_CHECK_EQ(pb_pair_advised(&c, PB_PAIR_BY_STOP), 1);
    PB_CHECK_EQ(pb_pair_advised(&c, PB_PAIR_BY_CONTRAST), 0);
    c = case_of(1, 2, PB_PAIR_SAID_STAY, PB_PAIR_SAID_STOP, 0); /* neither */
    PB_CHECK_EQ(pb_pair_advised(&c, PB_PAIR_BY_CONTRAST), 0);
    c = case_of(1, 2, PB_PAIR_NOT_ASKED, PB_PAIR_SAID_STOP, 0);
    PB_CHECK_EQ(pb_pair_advised(&c, PB_PAIR_BY_STOP), 0);
    PB_CHECK_EQ(pb_pair_advised(&c, PB_PAIR_BY_CONTRAST), 0);
}

PB_TEST(a_score_is_the_mean_over_the_advised_sides)
{
    const pb_pair_case c[] = {
        case_of(2, 3.0, PB_PAIR_SAID_STOP, PB_PAIR_NOT_ASKED, 0),         /* right, +2, +3 s */
        case_of(0, -1.0, PB_PAIR_SAID_STAY, PB_PAIR_NOT_ASKED, 0),        /* right by seconds, 0, +1 s */
        case_of(1, (double)NAN, PB_PAIR_SAID_STAY, PB_PAIR_NOT_ASKED, 1), /* wrong, -1 */
        case_of(0, (double)NAN, PB_PAIR_SAID_STOP, PB_PAIR_NOT_ASKED, 1), /* tie */
        case_of(5, 5.0, PB_PAIR_NOT_ASKED, PB_PAIR_NOT_ASKED, 2),         /* does not count */
    };
    pb_pair_score s;
    pb_error      error = {0};
    PB_CHECK_EQ(pb_pairs_score(c, 5, PB_PAIR_BY_STOP, 200, &s, &error), PB_OK);
    PB_CHECK_EQ(s.n, 4);
    PB_CHECK_EQ(s.seconds.n, 2);
    PB_CHECK_EQ(s.n_stop, 2);
    PB_CHECK_EQ(s.flag.n, 4);
    PB_CHECK_NEAR(s.share.advised.value, 2.5 / 4, 1e-12);
    PB_CHECK_NEAR(s.places.advised.value, 0.25, 1e-12);
    PB_CHECK_NEAR(s.seconds.advised.value, 2, 1e-12);
    PB_CHECK_NEAR(s.flag.advised.value, 0, 1e-12); /* (4 - 4) - (5 - 6) = 1, twice for and twice against */
    PB_CHECK_NEAR(s.share.stopper.value, 2.5 / 4, 1e-12);
    PB_CHECK_NEAR(s.edge.value, 0, 1e-12);
    PB_CHECK_NEAR(s.share.lift.value, 1.5 / 2 - 1.0 / 2, 1e-12);
    PB_CHECK_NEAR(s.places.stopper.value, 3.0 / 4, 1e-12);
    PB_CHECK_NEAR(s.places.lift.value, 2.0 / 2 - 1.0 / 2, 1e-12);
    PB_CHECK_NEAR(s.seconds.lift.value, 3.0 - -1.0, 1e-12);
    PB_CHECK_NEAR(s.flag.stopper.value, 1, 1e-12);
    PB_CHECK(s.share.advised.lo <= s.share.advised.value && s.share.advised.value <= s.share.advised.hi);
    PB_CHECK(s.share.advised.lo < s.share.advised.hi);
}

PB_TEST(one_block_has_no_interval_and_none_has_no_value)
{
    const pb_pair_case c = case_of(2, 3.0, PB_PAIR_SAID_STOP, PB_PAIR_SAID_STOP, 0);
    pb_pair_score      s;
    pb_error           error = {0};
    PB_CHECK_EQ(pb_pairs_score(&c, 1, PB_PAIR_BY_CONTRAST, 100, &s, &error), PB_OK);
    PB_CHECK_EQ(s.n, 1);
    PB_CHECK(s.share.advised.value == 1 && isnan(s.share.advised.lo) && isnan(s.share.advised.hi));
    PB_CHECK(isnan(s.share.lift.value)); /* no advice to stay */
    PB_CHECK_EQ(pb_pairs_score(NULL, 0, PB_PAIR_BY_STOP, 100, &s, &error), PB_OK);
    PB_CHECK_EQ(s.n, 0);
    PB_CHECK(isnan(s.share.advised.value));
}

/* ---- a real race ---- */

PB_TEST(pairs_of_a_real_race_are_what_its_rows_say)
{
    made    m = {0};
    pb_pair p[512];
    read_file(&m.log, PB_SOURCE_DIR "/data/races/2023_07_spanish.csv");
    PB_CHECK_EQ(pb_race_outcome_of(&m.log, &m.outcome), PB_OK);
    m.n_phases = pb_neutral_phases(&m.log, &m.outcome, m.phases, 8);
    uint32_t n = pb_pairs_find(&m.log, &m.outcome, m.phases, m.n_phases, p, 512);
    PB_CHECK(n > 100 && n < 512);
    for (uint32_t i = 0; i < n; i++) {
        const pb_log_car *a = &m.log.cars[p[i].car], *b = &m.log.cars[p[i].other];
        PB_CHECK(p[i].end_lap > p[i].lap && p[i].answer_lap != p[i].lap);
        PB_CHECK(a->laps[pb_lap_row(a, p[i].lap)].pit_in_ms != PB_MS_NONE);
        PB_CHECK(b->laps[pb_lap_row(b, p[i].lap)].pit_in_ms == PB_MS_NONE);
        PB_CHECK(p[i].team || abs((int)p[i].place_before[0] - (int)p[i].place_before[1]) <= PB_PAIR_PLACES);
        PB_CHECK(!p[i].bunched); /* a race without a safety car */
        double gap[2];
        for (int k = 0; k < 2; k++) {
            uint32_t lap = k ? p[i].end_lap : p[i].lap - 1u;
            gap[k]       = 1e-3 * (b->laps[pb_lap_row(b, lap)].session_ms - a->laps[pb_lap_row(a, lap)].session_ms);
        }
        PB_CHECK_NEAR(p[i].gain_s, gap[1] - gap[0], 1e-6);
        if (i > 0) PB_CHECK(p[i - 1].lap <= p[i].lap);
    }
    pb_race_log_fini(&m.log);
}

PB_TEST_MAIN(PB_RUN(the_one_that_stopped_first_is_compared_when_the_other_has_its_out_lap_behind_it),
             PB_RUN(a_pair_is_there_once_for_the_car_that_came_first),
             PB_RUN(rivals_further_away_than_two_places_are_no_pair_but_team_mates_are),
             PB_RUN(without_an_answer_the_flag_decides_and_a_second_stop_waits_for_its_own),
             PB_RUN(a_car_that_drops_out_before_the_cycle_is_over_proves_nothing),
             PB_RUN(behind_a_safety_car_places_count_and_seconds_do_not), PB_RUN(a_set_for_the_wet_is_noted),
             PB_RUN(a_stop_after_a_slow_lap_or_with_repairs_was_no_free_choice),
             PB_RUN(what_there_is_no_room_for_is_counted_and_not_written), PB_RUN(places_before_and_after_a_stop),
             PB_RUN(the_side_of_an_advice_by_the_car_that_stopped_and_by_contrast),
             PB_RUN(a_score_is_the_mean_over_the_advised_sides),
             PB_RUN(one_block_has_no_interval_and_none_has_no_value),
             PB_RUN(pairs_of_a_real_race_are_what_its_rows_say))
