/* What a call may look at: a race cut at a lap, and nothing later. */
#include "apps/decide_view.h"
#include "lap_fixture.h"

#define SPANISH PB_SOURCE_DIR "/data/races/2023_07_spanish.csv"

/* The Spanish race as a file that ends when the leader completed a lap. */
static void read_until(pb_race_log *log, uint32_t lap)
{
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    assert_non_null(outcome);
    read_file(log, SPANISH);
    PB_CHECK_EQ(pb_race_outcome_of(log, outcome), PB_OK);
    uint32_t kept = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        pb_log_car *car = &log->cars[c];
        uint32_t    n   = 0;
        for (uint32_t i = 0; i < car->n_laps; i++)
            if (car->laps[i].session_ms <= outcome->lead_ms[lap]) car->laps[n++] = car->laps[i];
        car->n_laps = n;
        if (n > 0) log->cars[kept++] = *car;
    }
    log->n_cars = kept;
    free(outcome);
}

static void make(const decide_view_source *from, decide_view *view)
{
    pb_error error = {0};
    if (decide_view_make(from, view, &error) != PB_OK) fail_msg("%s", error.text);
}

static void check_same(const decide_view *a, const decide_view *b, uint32_t n_cars)
{
    for (uint32_t c = 0; c < n_cars; c++) {
        float         row[2][PB_LF_N];
        pb_tyre_state tyre[2];
        memset(tyre, 0, sizeof tyre);
        PB_CHECK(pb_scene_row(a->see.scene, c, row[0]) && pb_scene_row(b->see.scene, c, row[1]));
        PB_CHECK(memcmp(row[0], row[1], sizeof row[0]) == 0);
        PB_CHECK_EQ(pb_tyre_filter_state(a->see.tyres, c, &tyre[0]), pb_tyre_filter_state(b->see.tyres, c, &tyre[1]));
        PB_CHECK(memcmp(&tyre[0].life_laps, &tyre[1].life_laps, sizeof tyre[0].life_laps) == 0);
        PB_CHECK(tyre[0].stint_laps > 0);
    }
}

PB_TEST(a_race_cut_at_a_lap_looks_like_a_file_that_ends_there)
{
    static const uint32_t laps[] = {5, 26, 60};
    for (size_t i = 0; i < sizeof laps / sizeof *laps; i++) {
        pb_race_log whole, part;
        decide_view a, b;
        read_file(&whole, SPANISH);
        pb_race_log_cut(&whole, laps[i]);
        read_until(&part, laps[i]);
        PB_CHECK_EQ(whole.n_cars, part.n_cars);
        make(&(decide_view_source){.log = &whole}, &a);
        make(&(decide_view_source){.log = &part}, &b);
        PB_CHECK_EQ(a.outcome->laps, laps[i]);
        check_same(&a, &b, whole.n_cars);
        decide_view_free(&a);
        decide_view_free(&b);
        pb_race_log_fini(&whole);
        pb_race_log_fini(&part);
    }
}

PB_TEST(without_laps_there_are_models_and_nothing_to_look_at)
{
    decide_models models = {0};
    decide_view   view;
    pb_error      error = {0};
    PB_CHECK_EQ(decide_models_load(NULL, &models, &error), PB_OK);
    make(&(decide_view_source){.models = &models}, &view);
    PB_CHECK(view.see.pitcall && view.see.pitcall == models.at[DECIDE_PITCALL]);
    PB_CHECK(!view.see.log && !view.see.scene && !view.see.history && !view.see.tyres);
    decide_view_free(&view);
    decide_models_free(&models);
}

PB_TEST(the_prior_of_the_tyres_comes_from_the_model_that_ships_or_says_that_it_does_not)
{
    decide_models models = {0};
    decide_view   view;
    pb_race_log   log;
    pb_error      error = {0};
    read_file(&log, SPANISH);
    pb_race_log_cut(&log, 20);
    make(&(decide_view_source){.log = &log}, &view);
    PB_CHECK_HAS(view.prior_why, "no model of pace");
    PB_CHECK_EQ(view.prior.races, 0);
    decide_view_free(&view);
    PB_CHECK_EQ(decide_models_load(NULL, &models, &error), PB_OK);
    make(&(decide_view_source){.log = &log, .models = &models}, &view);
    PB_CHECK_TEXT(view.prior_why, "");
    PB_CHECK(view.prior.races > 20);
    decide_view_free(&view);
    decide_models_free(&models);
    pb_race_log_fini(&log);
}

PB_TEST(of_what_was_recorded_beside_the_laps_only_what_was_known_is_seen)
{
    pb_race_log     log;
    decide_view     view;
    pb_race_outcome outcome;
    read_file(&log, SPANISH);
    pb_race_log_cut(&log, 20);
    PB_CHECK_EQ(pb_race_outcome_of(&log, &outcome), PB_OK);
    int32_t         now       = outcome.lead_ms[20];
    pb_weather_row  weather[] = {{.session_ms = PB_MS_NONE, .rain = 1},
                                 {.session_ms = 1000, .rain = 0},
                                 {.session_ms = now, .rain = 0},
                                 {.session_ms = now + 1, .rain = 1}};
    pb_control_row  control[] = {{.session_ms = PB_MS_NONE}, {.session_ms = now - 5}, {.session_ms = now + 5}};
    pb_history_race whole     = {.weather = weather, .n_weather = 4, .control = control, .n_control = 3, .exact = true};
    pb_history_race earlier[2] = {{.usable = true}, {.usable = true}};
    pb_history      past       = {.races = earlier, .n = 2};
    pb_race_log     before     = {.season = 2020}; /* another season: nothing of them is read */
    for (int i = 0; i < 2; i++) {
        earlier[i].log     = &before;
        earlier[i].outcome = &outcome;
    }
    make(&(decide_view_source){.log = &log, .beside = &whole, .past = &past}, &view);
    PB_CHECK_EQ(view.see.at, 2);
    PB_CHECK_EQ(view.see.history->n, 3);
    const pb_history_race *seen = &view.see.history->races[2];
    PB_CHECK(seen->log == &log && seen->usable && !seen->exact);
    PB_CHECK_EQ(seen->n_weather, 2);
    PB_CHECK_EQ(seen->weather[1].session_ms, now);
    PB_CHECK_EQ(seen->n_control, 1);
    PB_CHECK_EQ(seen->control[0].session_ms, now - 5);
    decide_view_free(&view);
    pb_race_log_fini(&log);
}

PB_TEST(a_log_without_a_lap_is_refused_and_leaves_nothing_behind)
{
    pb_race_log log;
    decide_view view;
    pb_error    error = {0};
    read_file(&log, SPANISH);
    pb_race_log_cut(&log, 0);
    PB_CHECK_EQ(decide_view_make(&(decide_view_source){.log = &log}, &view, &error), PB_E_EMPTY);
    PB_CHECK_HAS(error.text, "no car completed a lap");
    decide_view_free(&view);
    pb_race_log_fini(&log);
}

PB_TEST(what_stands_in_for_a_model_is_said)
{
    decide_models models = {0};
    char          why[200];
    pb_error      error = {0};
    decide_model_why(&models, DECIDE_PITCALL, why, sizeof why);
    PB_CHECK_TEXT(why, "pitcall: this version has no such model");
    PB_CHECK_EQ(decide_models_load(NULL, &models, &error), PB_OK);
    decide_model_why(&models, DECIDE_PITCALL, why, sizeof why);
    PB_CHECK_TEXT(why, "");
    snprintf(models.choice[DECIDE_RAIN].fallback, sizeof models.choice[DECIDE_RAIN].fallback, "version 3 is refused");
    decide_model_why(&models, DECIDE_RAIN, why, sizeof why);
    PB_CHECK_TEXT(why, "rain: version 3 is refused");
    decide_models_free(&models);
}

PB_TEST_MAIN(PB_RUN(a_race_cut_at_a_lap_looks_like_a_file_that_ends_there),
             PB_RUN(without_laps_there_are_models_and_nothing_to_look_at),
             PB_RUN(the_prior_of_the_tyres_comes_from_the_model_that_ships_or_says_that_it_does_not),
             PB_RUN(of_what_was_recorded_beside_the_laps_only_what_was_known_is_seen),
             PB_RUN(a_log_without_a_lap_is_refused_and_leaves_nothing_behind),
             PB_RUN(what_stands_in_for_a_model_is_said))
