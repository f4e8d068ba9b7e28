/* What was known before a car's own pit entry, and what would have been called. */
#include "apps/review_race.h"
#include "lap_fixture.h"

typedef struct looked {
    pb_race_log      log;
    pb_race_outcome  outcome;
    pb_neutral_phase phases[16];
    decide_models    models;
    pb_prior         prior;
    review_race      race;
} looked;

static looked *look(const char *name)
{
    char     path[512];
    pb_error error = {0};
    looked  *l     = calloc(1, sizeof *l);
    assert_non_null(l);
    snprintf(path, sizeof path, PB_SOURCE_DIR "/data/races/%s.csv", name);
    read_file(&l->log, path);
    PB_CHECK_EQ(pb_race_outcome_of(&l->log, &l->outcome), PB_OK);
    PB_CHECK_EQ(pb_prior_shipped(&l->prior, &error), PB_OK);
    PB_CHECK_EQ(decide_models_load(NULL, &l->models, &error), PB_OK);
    l->race               = (review_race){.log      = &l->log,
                                          .outcome  = &l->outcome,
                                          .phases   = l->phases,
                                          .n_phases = pb_neutral_phases(&l->log, &l->outcome, l->phases, 16),
                                          .prior    = &l->prior,
                                          .models   = &l->models,
                                          .effort   = pb_effort_default()};
    l->race.effort.trials = 200;
    return l;
}

static void drop(looked *l)
{
    decide_models_free(&l->models);
    pb_race_log_fini(&l->log);
    free(l);
}

static uint32_t car_of(const looked *l, const char *code)
{
    return (uint32_t)car_index(&l->log, code);
}

PB_TEST(rivals_that_entered_the_lane_before_are_known_and_later_ones_are_not)
{
    looked      *l = look("2021_21_saudi_arabian"); /* lap 10: the safety car is out, the field stops */
    review_known known;
    review_known_of(&l->race, 9, car_of(l, "LEC"), &known);
    PB_CHECK_EQ(known.flag, PB_NEUTRAL_SC);
    PB_CHECK(known.boxed[car_of(l, "HAM")] && known.boxed[car_of(l, "BOT")]); /* in front of it */
    PB_CHECK_EQ(known.fitted[car_of(l, "HAM")], PB_COMPOUND_HARD);
    PB_CHECK(!known.boxed[car_of(l, "ALO")]); /* behind it, though on the same lap */
    PB_CHECK(!known.boxed[car_of(l, "VER")]); /* stayed out */
    PB_CHECK(!known.boxed[car_of(l, "LEC")]); /* itself */
    review_known_of(&l->race, 9, car_of(l, "HAM"), &known);
    PB_CHECK(!known.boxed[car_of(l, "BOT")] && !known.boxed[car_of(l, "LEC")]);
    drop(l);
}

PB_TEST(a_lap_of_status_digits_shows_the_flag_that_was_seen_last)
{
    looked      *l   = look("2023_07_spanish");
    uint32_t     ver = car_of(l, "VER");
    pb_lap      *lap = &l->log.cars[ver].laps[pb_lap_row(&l->log.cars[ver], 26)];
    review_known known;
    const struct {
        const char     *order;
        pb_neutral_kind flag;
    } cases[] = {{"1", 0},   {"14", PB_NEUTRAL_SC},  {"41", 0}, {"26", PB_NEUTRAL_VSC}, {"67", PB_NEUTRAL_VSC},
                 {"671", 0}, {"45", PB_NEUTRAL_RED}, {"12", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(lap->status_order, sizeof lap->status_order, "%s", cases[i].order);
        review_known_of(&l->race, 25, ver, &known);
        PB_CHECK_EQ(known.flag, cases[i].flag);
    }
    drop(l);
}

PB_TEST(where_status_times_are_exact_they_decide_and_not_the_digits)
{
    looked      *l   = look("2023_07_spanish");
    uint32_t     ver = car_of(l, "VER");
    int32_t      in  = l->log.cars[ver].laps[pb_lap_row(&l->log.cars[ver], 26)].pit_in_ms;
    review_known known;
    l->race.exact    = true;
    l->race.n_phases = 1;
    l->phases[0]     = (pb_neutral_phase){.kind = PB_NEUTRAL_SC, .start_ms = in - 1, .end_ms = in + 90000};
    review_known_of(&l->race, 25, ver, &known);
    PB_CHECK_EQ(known.entry_ms, in);
    PB_CHECK_EQ(known.flag, PB_NEUTRAL_SC);
    l->phases[0].start_ms = in + 1; /* after its pit entry: too late to be known */
    review_known_of(&l->race, 25, ver, &known);
    PB_CHECK_EQ(known.flag, 0);
    l->phases[0].start_ms = in - 90000;
    l->phases[0].end_ms   = in; /* over */
    review_known_of(&l->race, 25, ver, &known);
    PB_CHECK_EQ(known.flag, 0);
    drop(l);
}

PB_TEST(laps_after_the_in_lap_change_no_call)
{
    looked          *whole = look("2023_07_spanish"), *part = look("2023_07_spanish");
    pb_error         error = {0};
    review_question *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    assert_true(a && b);
    for (uint32_t c = 0; c < part->log.n_cars; c++) {
        pb_log_car *car = &part->log.cars[c];
        while (car->n_laps > 0 && car->laps[car->n_laps - 1].number > 45) car->n_laps--;
    }
    PB_CHECK_EQ(pb_race_outcome_of(&part->log, &part->outcome), PB_OK);
    a->car = b->car = car_of(whole, "SAI");
    a->in_lap = b->in_lap = 41;
    PB_CHECK_EQ(review_ask(&whole->race, a, 1, NULL, NULL, &error), PB_OK);
    PB_CHECK_EQ(review_ask(&part->race, b, 1, NULL, NULL, &error), PB_OK);
    PB_CHECK(a->asked && b->asked);
    PB_CHECK_EQ(a->call.lap, 40);
    PB_CHECK_EQ(a->call.actions[0].action, b->call.actions[0].action);
    PB_CHECK(memcmp(&a->call.actions[0].gain, &b->call.actions[0].gain, sizeof a->call.actions[0].gain) == 0);
    PB_CHECK_TEXT(a->sure, b->sure);
    free(a);
    free(b);
    drop(whole);
    drop(part);
}

PB_TEST(what_cannot_be_called_says_why)
{
    looked          *l     = look("2024_16_italian"); /* TSU stopped on lap 8 */
    pb_error         error = {0};
    review_question *q     = calloc(4, sizeof *q);
    assert_non_null(q);
    q[0] = (review_question){.car = car_of(l, "VER"), .in_lap = 2};
    q[1] = (review_question){.car = car_of(l, "VER"), .in_lap = 60};
    q[2] = (review_question){.car = car_of(l, "TSU"), .in_lap = 30};
    for (int i = 0; i < 3; i++) {
        PB_CHECK_EQ(review_ask(&l->race, &q[i], 1, NULL, NULL, &error), PB_OK);
        PB_CHECK(!q[i].asked && q[i].why[0]);
    }
    PB_CHECK_HAS(q[0].why, "too early");
    PB_CHECK_HAS(q[1].why, "over");
    PB_CHECK_HAS(q[2].why, "TSU is out of the race since lap 7");
    free(q);
    drop(l);
}

PB_TEST(under_a_red_flag_the_question_is_which_set)
{
    looked          *l     = look("2021_21_saudi_arabian");
    pb_error         error = {0};
    review_question *q     = calloc(1, sizeof *q);
    assert_non_null(q);
    *q = (review_question){.car = car_of(l, "VER"), .in_lap = 13, .red = true};
    PB_CHECK_EQ(review_ask(&l->race, q, 1, NULL, NULL, &error), PB_OK);
    PB_CHECK(q->asked);
    bool red = false;
    for (uint32_t i = 0; i < q->call.n_rules; i++) red = red || q->call.rules[i].kind == PB_RULE_RED_FREE;
    PB_CHECK(red);
    free(q);
    drop(l);
}

PB_TEST(questions_are_sorted_and_asked_once)
{
    review_question q[5] = {{.car = 3, .in_lap = 9},
                            {.car = 1, .in_lap = 9},
                            {.car = 3, .in_lap = 9, .red = true},
                            {.car = 2, .in_lap = 4},
                            {.car = 1, .in_lap = 9}};
    PB_CHECK_EQ(review_sort(q, 5), 3);
    PB_CHECK_EQ(q[0].in_lap, 4);
    PB_CHECK_EQ(q[1].car, 1);
    PB_CHECK_EQ(q[2].car, 3);
    PB_CHECK(q[2].red); /* of two, the one that knows of the red flag */
    PB_CHECK_EQ(review_sort(NULL, 0), 0);
}

PB_TEST_MAIN(PB_RUN(rivals_that_entered_the_lane_before_are_known_and_later_ones_are_not),
             PB_RUN(a_lap_of_status_digits_shows_the_flag_that_was_seen_last),
             PB_RUN(where_status_times_are_exact_they_decide_and_not_the_digits),
             PB_RUN(laps_after_the_in_lap_change_no_call), PB_RUN(what_cannot_be_called_says_why),
             PB_RUN(under_a_red_flag_the_question_is_which_set), PB_RUN(questions_are_sorted_and_asked_once))
