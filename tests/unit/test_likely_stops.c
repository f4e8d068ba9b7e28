/* likely_stops.c, simulate_laps.c: what is told of stops and gaps to come. */
#include <math.h>

#include "apps/simulate_report.h"
#include "race_fixture.h"

#define LAPS 20

typedef struct world {
    pb_race_spec *spec;
    uint64_t      strategy[2 * PB_SIM_STRATEGIES], pit_lap[2 * (LAPS + 1)], stops[2];
    pb_sim_result result;
    pb__simulated what;
} world;

/* Two cars, a hundred races; the first has a plan of one stop and two of two stops. */
static void begin(world *w, uint16_t from_lap)
{
    memset(w, 0, sizeof *w);
    w->spec           = fixture_plain(2);
    w->spec->from_lap = from_lap;
    pb_car_spec *car  = &w->spec->cars[0];
    car->n_plans      = 3;
    for (uint32_t p = 1; p < 3; p++) {
        car->plans[p]                    = car->plans[0];
        car->plans[p].n_stints           = 3;
        car->plans[p].stints[1].compound = (uint8_t)(p == 1 ? 2 : 0);
        car->plans[p].stints[2].compound = 2;
        car->plans[p].stints[2].in_lap   = 15;
    }
    for (uint32_t c = 0; c < 2; c++) w->spec->cars[c].state.running = true;
    w->result = (pb_sim_result){
        .n_cars = 2, .n_laps = LAPS, .trials = 100, .strategy = w->strategy, .pit_lap = w->pit_lap, .stops = w->stops};
    w->what = (pb__simulated){.spec = w->spec, .result = &w->result, .stops = true};
}

static void stop_on(world *w, uint32_t lap, uint64_t races)
{
    w->pit_lap[lap] += races;
    w->stops[0] += races;
}

/* Rows: 0 1 | 2 3 4 | 5 6 7 | sets that nobody planned. */
PB_TEST(the_number_of_stops_that_most_races_have_is_told_whatever_their_sets)
{
    world      w;
    pb__likely got;
    begin(&w, 0);
    w.strategy[1] = 40, w.strategy[4] = 25, w.strategy[7] = 35;
    stop_on(&w, 9, 50), stop_on(&w, 10, 50), stop_on(&w, 15, 60);
    PB_CHECK(pb__likely_find(&w.what, 0, &got));
    PB_CHECK_EQ(got.n_stops, 2);
    PB_CHECK_NEAR(got.share, 0.60, 1e-9);
    PB_CHECK_TEXT(got.set[1], w.spec->compounds[0].name); /* of the plan that 35 have, not of that of 25 */
    PB_CHECK(got.from[0] >= 9 && got.to[0] <= 10);
    PB_CHECK_EQ(got.to[1], 15);
    free(w.spec);
}

PB_TEST(stops_that_were_made_are_told_no_more)
{
    world      w;
    pb__likely got;
    begin(&w, 12);
    w.strategy[4] = 100;
    stop_on(&w, 15, 100);
    PB_CHECK(pb__likely_find(&w.what, 0, &got));
    PB_CHECK_EQ(got.n_stops, 1);
    PB_CHECK(got.from[0] == 15 && got.to[0] == 15);
    free(w.spec);
}

PB_TEST(nothing_is_left_to_stop_for_on_the_last_lap)
{
    world w;
    char  text[80];
    begin(&w, LAPS);
    w.strategy[4] = 100;
    pb__likely_stops(&w.what, 0, text, sizeof text);
    PB_CHECK(strncmp(text, "0 stops 100 %: ", 15) == 0);
    PB_CHECK(strstr(text, "lap") == NULL);
    free(w.spec);
}

PB_TEST(sets_that_nobody_planned_are_told_as_a_share_and_no_more)
{
    world      w;
    pb__likely got;
    char       text[80];
    begin(&w, 0);
    w.strategy[8] = 70, w.strategy[4] = 30;
    PB_CHECK(!pb__likely_find(&w.what, 0, &got));
    PB_CHECK(!got.known);
    pb__likely_stops(&w.what, 0, text, sizeof text);
    PB_CHECK_TEXT(text, "stops not planned 70 %");
    free(w.spec);
}

PB_TEST(tyres_changed_under_a_red_flag_are_changed_now)
{
    world      w;
    pb__likely got;
    begin(&w, 5);
    w.strategy[1] = 100;
    PB_CHECK(pb__likely_find(&w.what, 0, &got));
    PB_CHECK_EQ(got.n_stops, 1);
    PB_CHECK(got.from[0] == 5 && got.to[0] == 5);
    free(w.spec);
}

static void told(const world *w, double *gaps, char *out, size_t cap)
{
    pb_json_writer to;
    FILE          *file = fmemopen(out, cap, "w");
    assert_non_null(file);
    pb_json_begin(&to, file, 0);
    pb_json_object(&to, NULL);
    pb__simulate_put_stops(&to, &w->what, 0);
    if (gaps) pb__simulate_put_gaps(&to, &w->what, 0, gaps);
    pb_json_object_end(&to);
    pb_json_end(&to);
    fclose(file);
}

PB_TEST(a_car_that_is_out_has_nothing_to_come)
{
    world w;
    char  text[400];
    begin(&w, 18);
    w.spec->cars[0].state.running = false;
    w.strategy[0]                 = 100;
    pb__likely_stops(&w.what, 0, text, sizeof text);
    PB_CHECK_TEXT(text, "out");
    told(&w, NULL, text, sizeof text);
    PB_CHECK(strstr(text, "\"likely\":null,\"pit_laps\":[0,0]") != NULL);
    free(w.spec);
}

/* Gaps of a race whose cars but one are out, and of one that is at its last lap. */
PB_TEST(gaps_are_told_of_a_car_alone_and_none_after_the_last_lap)
{
    world  w;
    char   text[800];
    double buffer[4];
    float  gap[LAPS * 2];
    begin(&w, LAPS - 1);
    for (int k = 0; k < LAPS * 2; k++) gap[k] = k % 2 ? (float)NAN : 0.0f;
    w.result.trace = (pb_sim_trace){.trials = 1, .gap_s = gap};
    w.what.gap_to  = PB_SIM_TO_MEDIAN;
    told(&w, buffer, text, sizeof text);
    PB_CHECK(strstr(text, "\"p50\":[0]") != NULL);
    w.what.gap_to = 1; /* that is out */
    told(&w, buffer, text, sizeof text);
    PB_CHECK(strstr(text, "\"p50\":[]") != NULL);
    w.what.gap_to    = PB_SIM_TO_LEADER;
    w.spec->from_lap = LAPS;
    told(&w, buffer, text, sizeof text);
    PB_CHECK(strstr(text, "\"p50\":[]") != NULL);
    free(w.spec);
}

PB_TEST_MAIN(PB_RUN(the_number_of_stops_that_most_races_have_is_told_whatever_their_sets),
             PB_RUN(stops_that_were_made_are_told_no_more), PB_RUN(nothing_is_left_to_stop_for_on_the_last_lap),
             PB_RUN(sets_that_nobody_planned_are_told_as_a_share_and_no_more),
             PB_RUN(tyres_changed_under_a_red_flag_are_changed_now), PB_RUN(a_car_that_is_out_has_nothing_to_come),
             PB_RUN(gaps_are_told_of_a_car_alone_and_none_after_the_last_lap))
