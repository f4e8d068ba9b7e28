/* Drift: PSI over the deciles of training. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"
#include "pitboard/predict_registry.h"

static const pb_feature        features[] = {{"age", "tyre age, laps"}, {"gap", "gap ahead, s"}};
static const pb_feature_schema schema     = {"test-1", features, 2};

enum { ROWS = 5000, RACES = 50 };
static float           values[ROWS * 2];
static pb_feature_rows rows = {.x = values, .n = ROWS, .k = 2};
static size_t          ends[RACES];

/* Uniform from lo to hi; a share of the second feature is not known. */
static void fill(uint32_t seed, double lo, double hi, double missing)
{
    for (uint32_t i = 0; i < ROWS; i++) {
        pb_philox d       = pb_draw(seed, i, 0, 0, 1);
        values[2 * i]     = (float)(lo + (hi - lo) * pb_uniform(d.word[0]));
        values[2 * i + 1] = pb_uniform(d.word[1]) < missing ? NAN : (float)pb_uniform(d.word[2]);
    }
    rows.n = ROWS;
    for (size_t r = 0; r < RACES; r++) ends[r] = (r + 1) * ROWS / RACES;
}

static pb_model *trained(void)
{
    pb_model *model = NULL;
    PB_CHECK_EQ(pb_model_create("test", &model, NULL), PB_OK);
    fill(1, 0, 1, 0.2);
    PB_CHECK_EQ(pb_drift_note(model, &schema, &rows, ends, RACES, NULL), PB_OK);
    return model;
}

PB_TEST(the_same_distribution_has_a_psi_near_nothing)
{
    pb_model        *model = trained();
    pb_drift_feature psi[2];
    fill(2, 0, 1, 0.2);
    PB_CHECK_EQ(pb_drift_psi(model, &schema, &rows, RACES, psi, NULL), PB_OK);
    PB_CHECK_TEXT(psi[1].name, "gap");
    PB_CHECK(!psi[0].drifted && !psi[1].drifted);
    for (int f = 0; f < 2; f++) PB_CHECK(psi[f].psi >= 0 && psi[f].psi < 0.02);
    pb_model_destroy(model);
}

PB_TEST(a_shift_and_a_feature_gone_missing_are_seen_each_on_its_own)
{
    pb_model        *model = trained();
    pb_drift_feature psi[2];
    fill(2, 0.3, 1.3, 0.2);
    PB_CHECK_EQ(pb_drift_psi(model, &schema, &rows, RACES, psi, NULL), PB_OK);
    PB_CHECK(psi[0].psi > PB_PSI_DRIFTED && psi[1].psi < 0.02);
    PB_CHECK(psi[0].drifted && !psi[1].drifted);
    fill(2, 0, 1, 0.7);
    PB_CHECK_EQ(pb_drift_psi(model, &schema, &rows, RACES, psi, NULL), PB_OK);
    PB_CHECK(psi[0].psi < 0.02 && psi[1].psi > PB_PSI_DRIFTED);
    pb_model_destroy(model);
}

PB_TEST(a_feature_that_is_another_in_every_race_is_not_drift_while_runs_of_races_differ_as_usual)
{
    pb_model        *model = NULL;
    pb_drift_feature psi[2];
    PB_CHECK_EQ(pb_model_create("test", &model, NULL), PB_OK);
    fill(1, 0, 1, 0);
    for (int i = 0; i < ROWS; i++) values[2 * i] = (float)(i * RACES / ROWS); /* the circuit */
    PB_CHECK_EQ(pb_drift_note(model, &schema, &rows, ends, RACES, NULL), PB_OK);
    for (int i = 0; i < ROWS; i++) values[2 * i] = 7;
    PB_CHECK_EQ(pb_drift_psi(model, &schema, &rows, 1, psi, NULL), PB_OK);
    PB_CHECK(psi[0].psi > PB_PSI_DRIFTED && psi[0].psi <= psi[0].usual && !psi[0].drifted);
    PB_CHECK_EQ(pb_drift_psi(model, &schema, &rows, 12, psi, NULL), PB_OK); /* twelve races in a row there */
    PB_CHECK(psi[0].psi > psi[0].usual && psi[0].drifted);
    pb_model_destroy(model);
}

PB_TEST(psi_is_the_sum_of_share_differences_times_log_ratios)
{
    pb_model        *model = NULL;
    pb_drift_feature psi[2];
    PB_CHECK_EQ(pb_model_create("test", &model, NULL), PB_OK);
    for (int i = 0; i < 100; i++) values[2 * i] = i < 50 ? 0 : 1, values[2 * i + 1] = 5; /* halves */
    rows.n = 100;
    PB_CHECK_EQ(pb_drift_note(model, &schema, &rows, (size_t[]){100}, 1, NULL), PB_OK);
    for (int i = 0; i < 100; i++) values[2 * i] = i < 20 ? 0 : 1; /* a fifth */
    PB_CHECK_EQ(pb_drift_psi(model, &schema, &rows, 1, psi, NULL), PB_OK);
    PB_CHECK_NEAR(psi[0].psi, (0.2 - 0.5) * log(0.2 / 0.5) + (0.8 - 0.5) * log(0.8 / 0.5), 1e-9);
    PB_CHECK_NEAR(psi[1].psi, 0, 1e-12);
    pb_model_destroy(model);
}

PB_TEST(nothing_kept_nothing_given_and_another_schema_are_refused)
{
    static const pb_feature_schema other = {"test-2", features, 1};
    pb_model                      *model = trained(), *bare = NULL;
    pb_drift_feature               psi[2];
    pb_feature_rows                one = {.x = values, .n = 9, .k = 1}, none = {.k = 2};
    PB_CHECK_EQ(pb_model_create("test", &bare, NULL), PB_OK);
    PB_CHECK_EQ(pb_drift_psi(bare, &schema, &rows, 1, psi, NULL), PB_E_MISSING);
    PB_CHECK_EQ(pb_drift_psi(model, &other, &one, 1, psi, NULL), PB_E_MISSING);
    PB_CHECK_EQ(pb_drift_psi(model, &schema, &none, 1, psi, NULL), PB_E_EMPTY);
    PB_CHECK_EQ(pb_drift_note(model, &schema, &none, NULL, 0, NULL), PB_E_EMPTY);
    pb_model_destroy(model);
    pb_model_destroy(bare);
}

PB_TEST_MAIN(PB_RUN(the_same_distribution_has_a_psi_near_nothing),
             PB_RUN(a_shift_and_a_feature_gone_missing_are_seen_each_on_its_own),
             PB_RUN(a_feature_that_is_another_in_every_race_is_not_drift_while_runs_of_races_differ_as_usual),
             PB_RUN(psi_is_the_sum_of_share_differences_times_log_ratios),
             PB_RUN(nothing_kept_nothing_given_and_another_schema_are_refused))
