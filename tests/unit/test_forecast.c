/* forecast: places before the start. */
#include "history_fixture.h"
#include "predict/forecast_fit.h"
#include "predict/forecast_model.h"
#include "predict/forecast_width.h"
#include "predict/kinds.h"

static const made_options options = {
    .races = 44, .cars = 12, .seed = 5, .noise = 2, .retire_prob = 0.1, .per_season = 22};
static const pb_learn_options quick = {.quick = true, .threads = 1, .seed = 1};

static pb_model *trained(const made_history *made, size_t races)
{
    pb_model  *model = NULL;
    pb_error   error = {0};
    pb_history past  = {.races = made->race, .n = races};
    PB_CHECK_EQ(pb_model_create("forecast", &model, &error), PB_OK);
    if (pb__kind_forecast.model.train(&past, &quick, model, &error) != PB_OK) fail_msg("%s", error.text);
    return model;
}

static pb_rows rows_of(const pb_predictor *who, const pb_model *model, const made_history *made, size_t at)
{
    pb_rows  rows  = {0};
    pb_error error = {0};
    if (who->predict(model, &made->history, at, &rows, &error) != PB_OK) fail_msg("%s", error.text);
    return rows;
}

PB_TEST(every_car_has_a_place_and_every_place_about_one_car)
{
    made_history *made  = made_create(&options);
    pb_model     *model = trained(made, 22);
    pb_rows       rows  = rows_of(&pb__kind_forecast.model, model, made, 40);
    PB_CHECK_EQ(rows.n, 12);
    for (int k = 0; k < 12; k++) {
        double cars = 0;
        for (size_t c = 0; c < rows.n; c++) cars += rows.at[c].value[PB__POS_P1 + k];
        PB_CHECK_NEAR(cars, 1, 0.15);
    }
    for (size_t c = 0; c < rows.n; c++) {
        double all = 0;
        for (int k = 0; k < PB__PLACES; k++) all += rows.at[c].value[PB__POS_P1 + k];
        PB_CHECK_NEAR(all, 1, 1e-9);
        PB_CHECK_NEAR(rows.at[c].value[PB__POS_P1 + 12], 0, 1e-12);
    }
    PB_CHECK(rows.at[0].value[PB__POS_MEAN] < rows.at[11].value[PB__POS_MEAN] - 3);
    pb_rows_fini(&rows);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_race_cut_at_the_grid_gives_the_same_bytes)
{
    made_history *made  = made_create(&options);
    pb_model     *model = trained(made, 22);
    for (size_t p = 0; p < 3; p++) {
        const pb_predictor *who = p == 0 ? &pb__kind_forecast.model : &pb__kind_forecast.baseline[p - 1];
        pb_rows             all = rows_of(who, model, made, 30);
        made_history       *cut = made_create(&options);
        if (p == 0) made_cut_to_grid(cut, 30);
        cut->history.n = 31;
        pb_rows rows   = rows_of(who, model, cut, 30);
        cut->history.n = options.races;
        PB_CHECK_EQ(rows.n, all.n);
        PB_CHECK(memcmp(rows.at, all.at, rows.n * sizeof *rows.at) == 0);
        pb_rows_fini(&rows);
        pb_rows_fini(&all);
        made_destroy(cut);
    }
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_better_slot_is_a_better_place)
{
    made_history *made  = made_create(&options);
    pb_model     *model = trained(made, 22);
    pb_rows       as_is = rows_of(&pb__kind_forecast.model, model, made, 30);
    uint8_t       a = made->log[30].cars[3].grid, b = made->log[30].cars[9].grid;
    PB_CHECK(a < b);
    made->log[30].cars[3].grid = b;
    made->log[30].cars[9].grid = a;
    pb_rows swapped            = rows_of(&pb__kind_forecast.model, model, made, 30);
    PB_CHECK(swapped.at[9].value[PB__POS_MEAN] < as_is.at[9].value[PB__POS_MEAN]);
    PB_CHECK(swapped.at[3].value[PB__POS_MEAN] > as_is.at[3].value[PB__POS_MEAN]);
    pb_rows_fini(&as_is);
    pb_rows_fini(&swapped);
    pb_model_destroy(model);
    made_destroy(made);
}

static double mean_rps(const made_history *made, const pb_predictor *who, const pb_model *model, size_t from)
{
    double sum = 0, n = 0;
    for (size_t k = from; k < made->history.n; k++) {
        pb_rows rows = rows_of(who, model, made, k);
        for (size_t c = 0; c < rows.n; c++, n++) {
            double within = 0;
            for (uint32_t place = 1; place < rows.n; place++) {
                within += rows.at[c].value[PB__POS_P1 + place - 1];
                double miss = within - (place >= made->outcome[k].car[c].place);
                sum += miss * miss / (double)(rows.n - 1);
            }
        }
        pb_rows_fini(&rows);
    }
    return sum / n;
}

PB_TEST(form_beats_the_grid_alone_where_strength_is_steady)
{
    made_options o      = options;
    o.noise             = 4;
    made_history *made  = made_create(&o);
    pb_model     *model = trained(made, 22);
    double        with  = mean_rps(made, &pb__kind_forecast.model, model, 22);
    double        slot  = mean_rps(made, &pb__kind_forecast.baseline[1], NULL, 22);
    PB_CHECK(with < 0.95 * slot);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_race_without_a_grid_has_no_rows_but_an_answer)
{
    made_history *made  = made_create(&options);
    pb_model     *model = trained(made, 22);
    for (uint32_t c = 0; c < options.cars; c++) made->log[30].cars[c].grid = 0;
    made->race[30].has_grid = false;
    for (int p = -1; p < 2; p++) {
        pb_rows rows = rows_of(p < 0 ? &pb__kind_forecast.model : &pb__kind_forecast.baseline[p], model, made, 30);
        PB_CHECK_EQ(rows.n, 0);
        pb_rows_fini(&rows);
    }
    pb_question q = {.history = &made->history, .at = 30, .car = 2};
    pb_row      answer;
    pb_evidence why[PB_EVIDENCE_MAX];
    pb_error    error = {0};
    PB_CHECK_EQ(pb__kind_forecast.explain(model, &q, &answer, why, &error), PB_OK);
    PB_CHECK(answer.value[PB__POS_MEAN] > 1 && answer.value[PB__POS_MEAN] < 8);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(the_reasons_are_told_with_places_strongest_first)
{
    made_history *made  = made_create(&options);
    pb_model     *model = trained(made, 22);
    pb_question   q     = {.history = &made->history, .at = 30, .car = 0};
    pb_row        answer;
    pb_evidence   why[PB_EVIDENCE_MAX];
    pb_error      error = {0};
    PB_CHECK_EQ(pb__kind_forecast.explain(model, &q, &answer, why, &error), PB_OK);
    PB_CHECK_TEXT(answer.driver, "D00");
    PB_CHECK_TEXT(why[0].unit, "places");
    PB_CHECK(fabs(why[0].value) >= fabs(why[1].value) && fabs(why[1].value) >= fabs(why[2].value));
    PB_CHECK(why[0].value < 0);
    q.car = 12;
    PB_CHECK_EQ(pb__kind_forecast.explain(model, &q, &answer, why, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "it has 12");
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_model_with_a_hole_or_a_wild_number_is_refused)
{
    made_history *made                       = made_create(&options);
    pb_model     *model                      = NULL;
    pb_rows       rows                       = {0};
    pb_error      error                      = {0};
    pb_form_rules rules                      = pb_form_rules_default();
    double        wild[PB__FORECAST_NUMBERS] = {0.4, 0.2, 1e9};
    PB_CHECK_EQ(pb_model_create("forecast", &model, &error), PB_OK);
    PB_CHECK_EQ(pb__kind_forecast.model.predict(model, &made->history, 30, &rows, &error), PB_E_MISSING);
    PB_CHECK_EQ(pb_form_rules_put(model, &rules, &error), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "with_grid", wild, PB__FORECAST_NUMBERS, &error), PB_OK);
    PB_CHECK_EQ(pb__kind_forecast.model.predict(model, &made->history, 30, &rows, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "with_grid");
    PB_CHECK_EQ(rows.n, 0);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(few_races_leave_the_weights_where_they_were)
{
    made_history        *made = made_create(&options);
    pb_form             *form = calloc(options.races, sizeof *form);
    pb__forecast_weights got, start = pb__forecast_weights_default();
    pb_form_rules        rules = pb_form_rules_default();
    pb_history           few   = {.races = made->race, .n = 10};
    PB_CHECK_EQ(pb_form_walk(&few, &rules, form, NULL), PB_OK);
    PB_CHECK_EQ(pb__forecast_fit(&few, form, true, true, &got), 4);
    PB_CHECK(memcmp(&got, &start, sizeof got) == 0);
    free(form);
    made_destroy(made);
}

PB_TEST(races_that_upset_every_order_make_the_next_forecast_wider)
{
    made_options wild = options;
    wild.noise        = 60;
    made_history        *calm = made_create(&options), *upset = made_create(&wild);
    pb_form             *form = calloc(options.races, sizeof *form);
    pb_form_rules        rules = pb_form_rules_default();
    pb__forecast_weights w     = pb__forecast_weights_default();
    PB_CHECK_EQ(pb_form_walk(&calm->history, &rules, form, NULL), PB_OK);
    PB_CHECK(pb__forecast_width(&calm->history, form, 0, true, &w) == 0);
    double narrow = pb__forecast_width(&calm->history, form, 30, true, &w);
    double wide   = pb__forecast_width(&upset->history, form, 30, true, &w);
    PB_CHECK(narrow < wide);
    PB_CHECK(wide > 0 && wide <= 0.5 + 1e-9);
    free(form);
    made_destroy(calm);
    made_destroy(upset);
}

PB_TEST_MAIN(PB_RUN(races_that_upset_every_order_make_the_next_forecast_wider),
             PB_RUN(every_car_has_a_place_and_every_place_about_one_car),
             PB_RUN(a_race_cut_at_the_grid_gives_the_same_bytes), PB_RUN(a_better_slot_is_a_better_place),
             PB_RUN(form_beats_the_grid_alone_where_strength_is_steady),
             PB_RUN(a_race_without_a_grid_has_no_rows_but_an_answer),
             PB_RUN(the_reasons_are_told_with_places_strongest_first),
             PB_RUN(a_model_with_a_hole_or_a_wild_number_is_refused),
             PB_RUN(few_races_leave_the_weights_where_they_were))
