/* form: strengths of drivers and teams before a race. */
#include "history_fixture.h"
#include "pitboard/predict_form.h"

static const made_options options = {
    .races = 40, .cars = 10, .seed = 3, .noise = 2, .retire_prob = 0.1, .per_season = 20};

static pb_form form_of(const made_history *made, size_t at)
{
    pb_form       form;
    pb_error      error = {0};
    pb_form_rules rules = pb_form_rules_default();
    if (pb_form_at(&made->history, at, &rules, &form, &error) != PB_OK) fail_msg("%s", error.text);
    return form;
}

PB_TEST(who_is_faster_comes_out_stronger_in_every_view)
{
    made_history *made = made_create(&options);
    pb_form       form = form_of(made, 39);
    PB_CHECK_EQ(form.n, 10);
    PB_CHECK_EQ(form.races, 39);
    for (int v = 0; v < PB_FORM_VIEWS; v++) {
        for (uint32_t c = 0; c + 3 < form.n; c++) PB_CHECK(form.car[c].mean[v] < form.car[c + 3].mean[v]);
        PB_CHECK(form.car[0].sd[v] > 0);
    }
    made_destroy(made);
}

PB_TEST(races_that_were_seen_make_the_strength_surer)
{
    made_history *made  = made_create(&options);
    pb_form       first = form_of(made, 0), later = form_of(made, 15);
    PB_CHECK_EQ(first.races, 0);
    PB_CHECK_EQ(first.car[4].driver_races, 0);
    PB_CHECK_NEAR(first.car[4].mean[PB_FORM_PACE], 0, 1e-12);
    PB_CHECK(later.car[4].sd[PB_FORM_PACE] < 0.7 * first.car[4].sd[PB_FORM_PACE]);
    PB_CHECK_EQ(later.car[4].driver_races, 15);
    PB_CHECK_EQ(later.car[4].team_races, 15);
    made_destroy(made);
}

PB_TEST(the_race_itself_and_what_follows_are_not_looked_at)
{
    made_history *made   = made_create(&options);
    pb_form       before = form_of(made, 20);
    made_cut_to_grid(made, 20);
    made->history.n = 21;
    pb_form cut     = form_of(made, 20);
    PB_CHECK(memcmp(&before, &cut, sizeof cut) == 0);
    made->history.n = options.races;
    made_destroy(made);
}

PB_TEST(a_car_without_a_team_has_the_last_one_of_its_driver)
{
    made_history *made            = made_create(&options);
    pb_form       before          = form_of(made, 12);
    made->log[12].cars[6].team[0] = '\0';
    pb_form after                 = form_of(made, 12);
    PB_CHECK_TEXT(after.car[6].team, before.car[6].team);
    PB_CHECK(memcmp(&before, &after, sizeof after) == 0);
    made_destroy(made);
}

PB_TEST(a_newcomer_has_the_strength_of_the_team_and_a_wide_sd)
{
    made_history *made = made_create(&options);
    snprintf(made->log[15].cars[1].code, sizeof made->log[15].cars[1].code, "NEW");
    pb_form       form  = form_of(made, 15);
    pb_form_rules rules = pb_form_rules_default();
    PB_CHECK_EQ(form.car[1].driver_races, 0);
    PB_CHECK(form.car[1].sd[PB_FORM_PACE] > form.car[0].sd[PB_FORM_PACE]);
    PB_CHECK_NEAR(form.car[1].team_mean[PB_FORM_PACE], form.car[0].team_mean[PB_FORM_PACE], 1e-12);
    PB_CHECK_NEAR(form.car[1].driver_mean[PB_FORM_PACE], rules.view[PB_FORM_PACE].newcomer, 1e-12);
    made_destroy(made);
}

PB_TEST(a_winter_makes_everybody_less_sure)
{
    made_history *made = made_create(&options);
    pb_form       last = form_of(made, 19), first = form_of(made, 20);
    PB_CHECK(first.season > last.season);
    PB_CHECK(first.car[3].sd[PB_FORM_GRID] > last.car[3].sd[PB_FORM_GRID]);
    made_destroy(made);
}

PB_TEST(strength_needs_no_grid)
{
    made_options o     = options;
    o.no_grid          = true;
    made_history *made = made_create(&o);
    pb_form       form = form_of(made, 30);
    PB_CHECK(form.car[0].mean[PB_FORM_PACE] < form.car[9].mean[PB_FORM_PACE] - 0.2);
    PB_CHECK_NEAR(form.car[0].mean[PB_FORM_GRID], form.car[9].mean[PB_FORM_GRID], 1e-12);
    made_destroy(made);
}

PB_TEST(retirement_is_near_the_rate_of_the_field)
{
    made_options o     = options;
    o.retire_prob      = 0.3;
    made_history *made = made_create(&o);
    pb_form       form = form_of(made, 39);
    PB_CHECK(form.retire_prob > 0.2 && form.retire_prob < 0.4);
    for (uint32_t c = 0; c < form.n; c++) PB_CHECK_NEAR(form.car[c].retire_prob, form.retire_prob, 0.15);
    made_destroy(made);
}

PB_TEST(rules_learned_are_found_again_in_a_model)
{
    made_history    *made  = made_create(&options);
    pb_learn_options learn = {.threads = 1, .seed = 1};
    pb_form_rules    rules, again;
    pb_model        *model = NULL;
    pb_error         error = {0};
    PB_CHECK_EQ(pb_form_learn(&made->history, &learn, &rules, &error), PB_OK);
    PB_CHECK(rules.view[PB_FORM_PACE].noise > 0);
    PB_CHECK(rules.view[PB_FORM_FINISH].noise != pb_form_rules_default().view[PB_FORM_FINISH].noise);
    PB_CHECK_EQ(pb_model_create("forecast", &model, &error), PB_OK);
    PB_CHECK_EQ(pb_form_rules_put(model, &rules, &error), PB_OK);
    PB_CHECK_EQ(pb_form_rules_get(model, &again, &error), PB_OK);
    PB_CHECK(memcmp(&rules, &again, sizeof rules) == 0);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(rules_that_make_no_sense_are_refused)
{
    pb_form_rules rules = pb_form_rules_default(), kept = rules;
    pb_model     *model = NULL;
    pb_error      error = {0};
    PB_CHECK_EQ(pb_model_create("forecast", &model, &error), PB_OK);
    PB_CHECK_EQ(pb_form_rules_get(model, &rules, &error), PB_E_MISSING);
    rules.view[PB_FORM_GRID].noise = -1;
    PB_CHECK_EQ(pb_form_rules_put(model, &rules, &error), PB_OK);
    rules = kept;
    PB_CHECK_EQ(pb_form_rules_get(model, &rules, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "grid");
    PB_CHECK(memcmp(&rules, &kept, sizeof rules) == 0);
    pb_model_destroy(model);
}

PB_TEST(four_races_are_too_few_to_learn_from)
{
    made_history    *made  = made_create(&options);
    pb_learn_options learn = {.threads = 1};
    pb_form_rules    rules;
    pb_error         error = {0};
    made->history.n        = 4;
    PB_CHECK_EQ(pb_form_learn(&made->history, &learn, &rules, &error), PB_E_EMPTY);
    PB_CHECK_HAS(error.text, "4 usable races");
    made->history.n = options.races;
    pb_form form;
    PB_CHECK_EQ(pb_form_at(&made->history, options.races, &rules, &form, &error), PB_E_RANGE);
    made_destroy(made);
}

PB_TEST_MAIN(PB_RUN(who_is_faster_comes_out_stronger_in_every_view),
             PB_RUN(races_that_were_seen_make_the_strength_surer),
             PB_RUN(the_race_itself_and_what_follows_are_not_looked_at),
             PB_RUN(a_car_without_a_team_has_the_last_one_of_its_driver),
             PB_RUN(a_newcomer_has_the_strength_of_the_team_and_a_wide_sd), PB_RUN(a_winter_makes_everybody_less_sure),
             PB_RUN(strength_needs_no_grid), PB_RUN(retirement_is_near_the_rate_of_the_field),
             PB_RUN(rules_learned_are_found_again_in_a_model), PB_RUN(rules_that_make_no_sense_are_refused),
             PB_RUN(four_races_are_too_few_to_learn_from))
