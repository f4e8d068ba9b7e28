/* Pit-lane time before the stop: penalties, the level of a lane, and no peeking. */
#include "lap_fixture.h"

#include "predict/kinds.h"
#include "predict/lane_level.h"
#include "predict/penalty.h"
#include "predict/pitstop.h"

/* ---- penalties ---- */

PB_TEST(a_time_penalty_is_read_from_the_words_of_race_control)
{
    pb__penalty p;
    PB_CHECK(
        pb__penalty_read("FIA STEWARDS: 5 SECOND TIME PENALTY FOR CAR 14 (ALO) - INCORRECT STARTING LOCATION", &p));
    PB_CHECK_EQ(p.seconds, 5);
    PB_CHECK_EQ(p.car_number, 14);
    PB_CHECK(!p.served);
    PB_CHECK(pb__penalty_read("FIA STEWARDS: PENALTY SERVED - 10 SECOND TIME PENALTY FOR CAR 2 (SAR) - X", &p));
    PB_CHECK(p.served);
    PB_CHECK_EQ(p.seconds, 10);
}

PB_TEST(other_messages_impose_no_time_penalty)
{
    pb__penalty       p      = {.seconds = 99};
    const char *const none[] = {"",
                                "FIA STEWARDS: DRIVE THROUGH PENALTY FOR CAR 2 (SAR)",
                                "FIA STEWARDS: 10 SECOND STOP/GO PENALTY FOR CAR 2 (SAR)",
                                "FIA STEWARDS: SECOND TIME PENALTY FOR CAR 2 (SAR)",
                                " SECOND TIME PENALTY FOR CAR",
                                "5 SECOND TIME PENALTY FOR CAR",
                                "5 SECOND TIME PENALTY FOR CAR 99999999999999999999",
                                "500 SECOND TIME PENALTY FOR CAR 2",
                                "0 SECOND TIME PENALTY FOR CAR 2"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) PB_CHECK(!pb__penalty_read(none[i], &p));
    PB_CHECK_EQ(p.seconds, 99);
}

PB_TEST(a_penalty_is_pending_from_its_lap_until_the_next_visit)
{
    pb_lap          laps[12] = {0};
    pb_log_car      car      = {.code = "ALO", .number = 14, .laps = laps, .n_laps = 12};
    pb_race_log     log      = {.cars = &car, .n_cars = 1};
    pb_control_row  said[]   = {{.lap = 3, .message = "5 SECOND TIME PENALTY FOR CAR 14 (ALO)"},
                                {.lap = 4, .message = "10 SECOND TIME PENALTY FOR CAR 2 (SAR)"},
                                {.lap = 6, .message = "PENALTY SERVED - 5 SECOND TIME PENALTY FOR CAR 14 (ALO)"}};
    pb_history_race race     = {.log = &log, .control = said, .n_control = 3};
    for (int i = 0; i < 12; i++) laps[i] = (pb_lap){.number = (uint16_t)(i + 1), .pit_in_ms = PB_MS_NONE};
    laps[4].pit_in_ms = 1;                                   /* in-lap 5 */
    PB_CHECK_NEAR(pb__penalty_pending_s(&race, 0, 3), 0, 0); /* said in lap 3: not known before in-lap 3 */
    PB_CHECK_NEAR(pb__penalty_pending_s(&race, 0, 4), 5, 0);
    PB_CHECK_NEAR(pb__penalty_pending_s(&race, 0, 5), 5, 0);
    PB_CHECK_NEAR(pb__penalty_pending_s(&race, 0, 6), 0, 0);
}

/* ---- the level ---- */

#define RACES 3
static const char *const files[RACES] = {"races/2023_07_spanish.csv", "races/2024_10_spanish.csv",
                                         "races/2025_09_spanish.csv"};

typedef struct three {
    pb_race_log     log[RACES];
    pb_race_outcome outcome[RACES];
    pb_history_race race[RACES];
} three;

static void three_init(three *t)
{
    char path[4096];
    for (int i = 0; i < RACES; i++) {
        snprintf(path, sizeof path, "%s/%s", PB_LAPS_DIR, files[i]);
        pb_need_shared(path);
        read_file(&t->log[i], path);
        PB_CHECK_EQ(pb_race_outcome_of(&t->log[i], &t->outcome[i]), PB_OK);
        t->race[i] = (pb_history_race){.log = &t->log[i], .outcome = &t->outcome[i], .usable = true};
    }
}

static void three_fini(three *t)
{
    for (int i = 0; i < RACES; i++) pb_race_log_fini(&t->log[i]);
}

/* From in-lap `lap` on everybody takes `more` ms longer. */
static void slow_lane(pb_race_log *log, uint32_t lap, int32_t more)
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) {
            pb_lap *l = &log->cars[c].laps[i];
            if (l->number > lap && l->pit_out_ms != PB_MS_NONE) l->pit_out_ms += more;
            if (l->number >= lap) l->tyre_age_laps = -1;
        }
}

PB_TEST(what_happens_from_the_lap_before_an_in_lap_on_changes_nothing_said_of_it)
{
    static three     t;
    pb__lane_options o = pb__lane_options_default();
    pb__lane_book    before, after;
    const uint32_t   from = 25;
    size_t           same = 0, other = 0;

    three_init(&t);
    pb_history history = {t.race, RACES};
    PB_CHECK_EQ(pb__lane_book_init(&history, RACES, &o, &before), PB_OK);
    float *x = calloc(before.n, PB__PITSTOP_FEATURES * sizeof *x), y[PB__PITSTOP_FEATURES];
    for (size_t i = before.first[2]; i < before.n; i++)
        pb__pitstop_features(&t.race[2], &before.visit[i], x + i * PB__PITSTOP_FEATURES);
    slow_lane(&t.log[2], from, 3000);
    PB_CHECK_EQ(pb__lane_book_init(&history, RACES, &o, &after), PB_OK);
    PB_CHECK_EQ(before.n, after.n);
    PB_CHECK(before.n > 100);
    for (size_t i = before.first[2]; i < before.n; i++) {
        const pb__lane_visit *a = &before.visit[i], *b = &after.visit[i];
        bool                  alike = a->level_s == b->level_s && a->team_s == b->team_s;
        pb__pitstop_features(&t.race[2], b, y);
        if (a->in_lap <= from) {
            PB_CHECK(alike);
            PB_CHECK_EQ(memcmp(x + i * PB__PITSTOP_FEATURES, y, sizeof y), 0);
            same++;
        } else {
            other += !alike;
        }
    }
    PB_CHECK(same > 5);
    PB_CHECK(other > 0); /* the level does follow the race */
    free(x);
    pb__lane_book_fini(&before);
    pb__lane_book_fini(&after);
    three_fini(&t);
}

PB_TEST(one_jammed_wheel_does_not_move_the_level_and_a_new_speed_limit_does)
{
    static three     t;
    pb__lane_options o = pb__lane_options_default();
    pb__lane_book    book;
    three_init(&t);
    pb_history history = {t.race, RACES};
    PB_CHECK_EQ(pb__lane_book_init(&history, RACES, &o, &book), PB_OK);
    double plain = book.visit[book.n - 1].level_s;
    pb__lane_book_fini(&book);
    for (uint32_t c = 0, hit = 0; c < t.log[2].n_cars && !hit; c++)
        for (uint32_t i = 1; i < t.log[2].cars[c].n_laps && !hit; i++)
            if (t.log[2].cars[c].laps[i].pit_out_ms != PB_MS_NONE) {
                t.log[2].cars[c].laps[i].pit_out_ms += 20000;
                hit = 1;
            }
    PB_CHECK_EQ(pb__lane_book_init(&history, RACES, &o, &book), PB_OK);
    PB_CHECK_NEAR(book.visit[book.n - 1].level_s, plain, 0.1);
    pb__lane_book_fini(&book);
    slow_lane(&t.log[2], 1, 5000);
    PB_CHECK_EQ(pb__lane_book_init(&history, RACES, &o, &book), PB_OK);
    PB_CHECK_NEAR(book.visit[book.n - 1].level_s, plain + 5, 0.3);
    pb__lane_book_fini(&book);
    three_fini(&t);
}

PB_TEST(without_any_race_before_the_level_says_that_it_is_wide)
{
    static three     t;
    pb__lane_options o = pb__lane_options_default();
    pb__lane_book    book;
    three_init(&t);
    pb_history history = {t.race, RACES};
    PB_CHECK_EQ(pb__lane_book_init(&history, 1, &o, &book), PB_OK);
    PB_CHECK_NEAR(book.visit[0].prior_sd_s, o.new_s, 0);
    PB_CHECK_EQ(book.visit[0].seen, 0);
    pb__lane_book_fini(&book);
    three_fini(&t);
}

PB_TEST(a_model_without_its_numbers_and_one_with_wild_ones_are_refused)
{
    double     lane[7] = {0.4, 1.5, 0.5, 2.5, 0.93, 8, 0.5}, shift[3] = {-1, 0, 5}, until = 2022;
    pb_history history = {&(pb_history_race){.log = &(pb_race_log){0}}, 1};
    pb_rows    rows    = {0};
    pb_model  *model   = NULL;
    pb_error   error   = {0};
    PB_CHECK_EQ(pb_model_create("pitstop", &model, NULL), PB_OK);
    PB_CHECK_EQ(pb__kind_pitstop.model.predict(model, &history, 0, &rows, &error), PB_E_MISSING);
    PB_CHECK_EQ(pb_model_put(model, "lane", lane, 7, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "shift_s", shift, 3, NULL), PB_OK);
    PB_CHECK_EQ(pb__kind_pitstop.model.predict(model, &history, 0, &rows, &error), PB_E_MISSING);
    PB_CHECK_HAS(error.text, "until_season");
    PB_CHECK_EQ(pb_model_put(model, "until_season", &until, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb__kind_pitstop.model.predict(model, &history, 0, &rows, &error), PB_OK);
    lane[0] = 1e-200;
    PB_CHECK_EQ(pb_model_put(model, "lane", lane, 7, NULL), PB_OK);
    PB_CHECK_EQ(pb__kind_pitstop.model.predict(model, &history, 0, &rows, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "lane");
    pb_model_destroy(model);
}

PB_TEST_MAIN(PB_RUN(a_model_without_its_numbers_and_one_with_wild_ones_are_refused),
             PB_RUN(a_time_penalty_is_read_from_the_words_of_race_control),
             PB_RUN(other_messages_impose_no_time_penalty),
             PB_RUN(a_penalty_is_pending_from_its_lap_until_the_next_visit),
             PB_RUN(what_happens_from_the_lap_before_an_in_lap_on_changes_nothing_said_of_it),
             PB_RUN(one_jammed_wheel_does_not_move_the_level_and_a_new_speed_limit_does),
             PB_RUN(without_any_race_before_the_level_says_that_it_is_wide))
