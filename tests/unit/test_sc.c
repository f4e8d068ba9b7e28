/* sc: the chance of a safety car on the next three laps. */
#include "history_fixture.h"
#include "lap_fixture.h"
#include "predict/kinds.h"
#include "predict/sc_features.h"

static const made_options options = {
    .races = 50, .cars = 8, .seed = 9, .noise = 2, .retire_prob = 0.1, .sc_prob = 0.5, .per_season = 20};
static const pb_learn_options learn = {.threads = 1, .seed = 1};

static pb_model *trained(const made_history *made, size_t races)
{
    pb_model  *model = NULL;
    pb_error   error = {0};
    pb_history past  = {.races = made->race, .n = races};
    PB_CHECK_EQ(pb_model_create("sc", &model, &error), PB_OK);
    if (pb__kind_sc.model.train(&past, &learn, model, &error) != PB_OK) fail_msg("%s", error.text);
    return model;
}

PB_TEST(as_many_are_expected_as_came_in_the_races_learned_from)
{
    made_history *made     = made_create(&options);
    pb_model     *model    = trained(made, options.races);
    double        expected = 0, observed = 0;
    for (size_t k = 0; k < options.races; k++) {
        pb_rows    rows   = {0};
        pb__truths truths = {0};
        PB_CHECK_EQ(pb__kind_sc.model.predict(model, &made->history, k, &rows, NULL), PB_OK);
        PB_CHECK_EQ(pb__truth_sc(&made->race[k], &truths), PB_OK);
        PB_CHECK_EQ(rows.n, truths.n);
        PB_CHECK_EQ(rows.at[0].lap, 0);
        for (size_t i = 0; i < rows.n; i++) {
            PB_CHECK(rows.at[i].value[PB__SC_P] > 0 && rows.at[i].value[PB__SC_P] < 1);
            expected += rows.at[i].value[PB__SC_P];
            observed += truths.at[i].y;
        }
        pb_rows_fini(&rows);
        pb__truths_fini(&truths);
    }
    PB_CHECK(observed > 30);
    PB_CHECK_NEAR(expected / observed, 1, 0.05);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_race_cut_after_the_lap_gives_the_same_bytes)
{
    for (uint16_t lap = 1; lap < 12; lap += 3) {
        made_history *whole = made_create(&options), *cut = made_create(&options);
        pb_model     *model = trained(whole, 40);
        pb_question   q     = {.at = 45, .car = -1, .lap = lap};
        pb_row        a, b;
        pb_evidence   why_a[PB_EVIDENCE_MAX], why_b[PB_EVIDENCE_MAX];
        pb_race_log_cut(&cut->log[45], lap);
        PB_CHECK_EQ(pb_race_outcome_of(&cut->log[45], &cut->outcome[45]), PB_OK);
        cut->history.n = 46;
        q.history      = &whole->history;
        PB_CHECK_EQ(pb__kind_sc.explain(model, &q, &a, why_a, NULL), PB_OK);
        q.history = &cut->history;
        PB_CHECK_EQ(pb__kind_sc.explain(model, &q, &b, why_b, NULL), PB_OK);
        PB_CHECK(memcmp(&a, &b, sizeof a) == 0);
        PB_CHECK(memcmp(why_a, why_b, sizeof why_a) == 0);
        cut->history.n = options.races;
        pb_model_destroy(model);
        made_destroy(whole);
        made_destroy(cut);
    }
}

/* The first race with a deployment in lap `from` or later, and that lap. */
static size_t race_with_sc(const made_history *made, uint32_t from, uint32_t *lap)
{
    for (size_t k = 0; k < made->history.n; k++)
        for (*lap = from; *lap + 5 < made->outcome[k].laps; ++*lap)
            if (pb__sc_comes_out(&made->race[k], *lap)) return k;
    fail_msg("no safety car in any race");
    return 0;
}

PB_TEST(features_say_what_was_seen_by_the_end_of_the_lap)
{
    made_history *made = made_create(&options);
    uint32_t      lap;
    float         x[PB__SC_FEATURES];
    size_t        k     = race_with_sc(made, 4, &lap);
    pb__sc_rates  rates = pb__sc_rates_before(&made->history, k);
    pb__sc_features_of(&made->race[k], &rates, 0, x);
    PB_CHECK(x[PB__SC_START] == 1 && x[PB__SC_LAP_1] == 0 && x[PB__SC_AFTER] == 0);
    pb__sc_features_of(&made->race[k], &rates, lap + 2, x);
    PB_CHECK(x[PB__SC_START] == 0 && x[PB__SC_AFTER] == 1 && x[PB__SC_WET] == 0);
    for (uint32_t c = 0; c < 4; c++)
        for (uint32_t i = 0; i < made->log[k].cars[c].n_laps; i++)
            made->log[k].cars[c].laps[i].compound = PB_COMPOUND_INTERMEDIATE;
    pb__sc_features_of(&made->race[k], &rates, 3, x);
    PB_CHECK_NEAR((double)x[PB__SC_WET], 0.5, 0.1);
    made_destroy(made);
}

PB_TEST(a_circuit_is_shrunk_hard)
{
    pb__sc_rates  rates = {.races = 100, .deployments = 75, .races_here = 3, .deployments_here = 9};
    made_history *made  = made_create(&options);
    float         x[PB__SC_FEATURES];
    pb__sc_features_of(&made->race[0], &rates, 5, x);
    PB_CHECK(x[PB__SC_CIRCUIT] > 0 && exp((double)x[PB__SC_CIRCUIT]) < 1.4);
    rates = (pb__sc_rates){0};
    pb__sc_features_of(&made->race[0], &rates, 5, x);
    PB_CHECK(x[PB__SC_CIRCUIT] == 0);
    made_destroy(made);
}

PB_TEST(reasons_are_told_in_log_odds_and_a_lap_that_is_none_is_refused)
{
    made_history *made  = made_create(&options);
    pb_model     *model = trained(made, 40);
    pb_question   q     = {.history = &made->history, .at = 45, .car = -1, .lap = 0};
    pb_row        answer;
    pb_evidence   why[PB_EVIDENCE_MAX];
    pb_error      error = {0};
    PB_CHECK_EQ(pb__kind_sc.explain(model, &q, &answer, why, &error), PB_OK);
    PB_CHECK_TEXT(why[0].unit, "log-odds");
    PB_CHECK(fabs(why[0].value) >= fabs(why[1].value));
    q.lap = MADE_LAPS + 1;
    PB_CHECK_EQ(pb__kind_sc.explain(model, &q, &answer, why, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "lap 17");
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(too_few_laps_leave_the_prior_which_says_so)
{
    made_history *made  = made_create(&options);
    pb_model     *model = NULL;
    pb_rows       rows  = {0};
    pb_history    few   = {.races = made->race, .n = 4};
    PB_CHECK_EQ(pb_model_create("sc", &model, NULL), PB_OK);
    PB_CHECK_EQ(pb__kind_sc.model.train(&few, &learn, model, NULL), PB_OK);
    PB_CHECK_HAS(pb_model_text(model, "note"), "prior");
    PB_CHECK_EQ(pb__kind_sc.model.predict(model, &made->history, 9, &rows, NULL), PB_OK);
    PB_CHECK_NEAR(rows.at[0].value[PB__SC_P], 0.27, 0.01);
    PB_CHECK_NEAR(rows.at[6].value[PB__SC_P], 0.025, 0.01);
    pb_rows_fini(&rows);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(no_weights_and_broken_ones_are_refused)
{
    made_history *made               = made_create(&options);
    pb_model     *model              = NULL;
    pb_error      error              = {0};
    pb_rows       rows               = {0};
    double        b[PB__SC_FEATURES] = {1e6};
    PB_CHECK_EQ(pb_model_create("sc", &model, &error), PB_OK);
    PB_CHECK_EQ(pb__kind_sc.model.predict(model, &made->history, 9, &rows, &error), PB_E_MISSING);
    PB_CHECK_EQ(pb_model_put(model, "weights", b, PB__SC_FEATURES, &error), PB_OK);
    PB_CHECK_EQ(pb__kind_sc.model.predict(model, &made->history, 9, &rows, &error), PB_E_RANGE);
    PB_CHECK_EQ(rows.n, 0);
    pb_model_destroy(model);
    made_destroy(made);
}

static pb_history_race raced(const pb_race_log *log, const pb_race_outcome *outcome)
{
    return (pb_history_race){.log = log, .outcome = outcome, .usable = true};
}

/* What is seen after a lap of a real race, whole and cut there. */
static void check_cut(const char *path, uint32_t lap)
{
    static pb_race_outcome a_outcome, b_outcome;
    pb_race_log            whole, cut;
    pb__sc_rates           rates = {0};
    float                  a[PB__SC_FEATURES], b[PB__SC_FEATURES];
    read_file(&whole, path);
    read_file(&cut, path);
    pb_race_log_cut(&cut, lap);
    PB_CHECK_EQ(pb_race_outcome_of(&whole, &a_outcome), PB_OK);
    PB_CHECK_EQ(pb_race_outcome_of(&cut, &b_outcome), PB_OK);
    pb_history_race x = raced(&whole, &a_outcome), y = raced(&cut, &b_outcome);
    pb__sc_features_of(&x, &rates, lap, a);
    pb__sc_features_of(&y, &rates, lap, b);
    PB_CHECK(memcmp(a, b, sizeof a) == 0);
    pb_race_log_fini(&whole);
    pb_race_log_fini(&cut);
}

PB_TEST(real_races_cut_after_any_lap_look_the_same)
{
    static const char *const path[] = {PB_LAPS_DIR "/races/2023_03_australian.csv",
                                       PB_LAPS_DIR "/races/2024_04_japanese.csv",
                                       PB_LAPS_DIR "/races/2021_02_emilia_romagna.csv"};
    for (size_t i = 0; i < sizeof path / sizeof *path; i++) {
        pb_need_shared(path[i]);
        for (uint32_t lap = 1; lap <= 50; lap += 3) check_cut(path[i], lap);
    }
}

PB_TEST_MAIN(PB_RUN(real_races_cut_after_any_lap_look_the_same),
             PB_RUN(as_many_are_expected_as_came_in_the_races_learned_from),
             PB_RUN(a_race_cut_after_the_lap_gives_the_same_bytes),
             PB_RUN(features_say_what_was_seen_by_the_end_of_the_lap), PB_RUN(a_circuit_is_shrunk_hard),
             PB_RUN(reasons_are_told_in_log_odds_and_a_lap_that_is_none_is_refused),
             PB_RUN(too_few_laps_leave_the_prior_which_says_so), PB_RUN(no_weights_and_broken_ones_are_refused))
