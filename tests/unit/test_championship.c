/* championship: the rest of a season; and when cars retire. */
#include "history_fixture.h"
#include "pitboard/predict_form.h"
#include "predict/kinds.h"

static const made_options options = {
    .races = 44, .cars = 10, .seed = 5, .noise = 2, .retire_prob = 0.2, .per_season = 22};
static const pb_learn_options quick = {.quick = true, .threads = 1, .seed = 1};

static pb_model *trained(const made_history *made)
{
    pb_model *model = NULL;
    pb_error  error = {0};
    PB_CHECK_EQ(pb_model_create("forecast", &model, &error), PB_OK);
    if (pb__kind_forecast.model.train(&made->history, &quick, model, &error) != PB_OK) fail_msg("%s", error.text);
    return model;
}

static pb_form form_of(const made_history *made)
{
    pb_form       form;
    pb_form_rules rules = pb_form_rules_default();
    PB_CHECK_EQ(pb_form_at(&made->history, 43, &rules, &form, NULL), PB_OK);
    return form;
}

PB_TEST(all_points_of_the_season_are_given_out_and_one_title)
{
    made_history     *made  = made_create(&options);
    pb_model         *model = trained(made);
    pb_form           form  = form_of(made);
    pb_season_car     car[10];
    pb_season_options o     = {.races = 8, .sprints = 2, .trials = 500, .seed = 4};
    double            title = 0, points = 0;
    PB_CHECK_EQ(pb_season_project(model, &form, &o, car, NULL), PB_OK);
    for (int c = 0; c < 10; c++) {
        title += car[c].title_prob;
        points += car[c].points_mean;
        PB_CHECK(car[c].points_q10 <= car[c].points_mean && car[c].points_mean <= car[c].points_q90);
        PB_CHECK(car[c].title_prob <= car[c].team_title_prob || car[c].title_prob < 0.9);
    }
    PB_CHECK_NEAR(title, 1, 1e-9);
    /* ten cars, a fifth retires: the lowest places score for nobody */
    PB_CHECK(points < 8 * 101 + 2 * 36 && points > 0.9 * 8 * 101);
    PB_CHECK(car[0].points_mean > car[9].points_mean + 30);
    PB_CHECK(car[0].title_prob + car[1].title_prob + car[2].title_prob > 0.6);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_lead_that_cannot_be_caught_is_a_title)
{
    made_history     *made       = made_create(&options);
    pb_model         *model      = trained(made);
    pb_form           form       = form_of(made);
    double            points[10] = {[7] = 26};
    pb_season_car     car[10];
    pb_season_options o = {.races = 1, .trials = 300, .points = points, .seed = 4};
    PB_CHECK_EQ(pb_season_project(model, &form, &o, car, NULL), PB_OK);
    PB_CHECK_NEAR(car[7].title_prob, 1, 1e-12);
    PB_CHECK(car[7].points_q10 >= 26);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(the_same_seed_gives_the_same_season_and_fewer_races_less_doubt)
{
    made_history     *made  = made_create(&options);
    pb_model         *model = trained(made);
    pb_form           form  = form_of(made);
    pb_season_car     a[10], b[10], one[10];
    pb_season_options o = {.races = 10, .trials = 300, .seed = 9}, last = {.races = 1, .trials = 300, .seed = 9};
    PB_CHECK_EQ(pb_season_project(model, &form, &o, a, NULL), PB_OK);
    PB_CHECK_EQ(pb_season_project(model, &form, &o, b, NULL), PB_OK);
    PB_CHECK(memcmp(a, b, sizeof a) == 0);
    PB_CHECK_EQ(pb_season_project(model, &form, &last, one, NULL), PB_OK);
    PB_CHECK(one[4].points_q90 - one[4].points_q10 < a[4].points_q90 - a[4].points_q10);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_season_with_nothing_left_and_an_empty_model_are_refused)
{
    made_history     *made  = made_create(&options);
    pb_model         *model = NULL;
    pb_form           form  = form_of(made);
    pb_season_car     car[10];
    pb_error          error = {0};
    pb_season_options none = {.races = 0}, one = {.races = 1}, odd = {.races = 1, .sprints = 2};
    PB_CHECK_EQ(pb_model_create("forecast", &model, NULL), PB_OK);
    PB_CHECK_EQ(pb_season_project(model, &form, &none, car, &error), PB_E_RANGE);
    PB_CHECK_EQ(pb_season_project(model, &form, &odd, car, &error), PB_E_RANGE);
    PB_CHECK_EQ(pb_season_project(model, &form, &one, car, &error), PB_E_MISSING);
    form.n = 1;
    PB_CHECK_EQ(pb_season_project(model, &form, &one, car, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "1 cars");
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(what_may_still_retire_shrinks_to_nothing_with_the_laps)
{
    made_history   *made  = made_create(&options);
    pb_retire_curve curve = pb_retire_learn(&made->history);
    double          sum = 0, before = 0.3;
    for (int k = 0; k < PB_RETIRE_PARTS; k++) sum += curve.share[k];
    PB_CHECK_NEAR(sum, 1, 1e-12);
    PB_CHECK(curve.seen > 50);
    PB_CHECK_NEAR(pb_retire_prob_left(&curve, 0.3, 0, 60), 0.3, 1e-12);
    for (uint32_t lap = 1; lap < 60; lap++) {
        double left = pb_retire_prob_left(&curve, 0.3, lap, 60);
        PB_CHECK(left > 0 && left < before);
        before = left;
    }
    PB_CHECK(pb_retire_prob_left(&curve, 0.3, 60, 60) == 0);
    made_destroy(made);
}

PB_TEST(without_races_retirements_are_spread_evenly)
{
    pb_history      none  = {0};
    pb_retire_curve curve = pb_retire_learn(&none);
    PB_CHECK(curve.seen == 0);
    PB_CHECK_NEAR(curve.share[0], 0.05, 1e-12);
    PB_CHECK_NEAR(curve.share[5], curve.share[4], 1e-12);
}

PB_TEST_MAIN(PB_RUN(all_points_of_the_season_are_given_out_and_one_title),
             PB_RUN(a_lead_that_cannot_be_caught_is_a_title),
             PB_RUN(the_same_seed_gives_the_same_season_and_fewer_races_less_doubt),
             PB_RUN(a_season_with_nothing_left_and_an_empty_model_are_refused),
             PB_RUN(what_may_still_retire_shrinks_to_nothing_with_the_laps),
             PB_RUN(without_races_retirements_are_spread_evenly))
