/* Reasons: the strongest first, by trees in words and numbers. */
#include <math.h>

#include "pb_test.h"
#include "predict/explain.h"

PB_TEST(the_three_strongest_are_kept_strongest_first)
{
    pb_evidence e[PB_EVIDENCE_MAX];
    pb__evidence_none(e);
    pb__evidence_add(e, 0.1, "s", "a %d", 1);
    pb__evidence_add(e, -3, "s", "b");
    pb__evidence_add(e, (double)NAN, "s", "never");
    pb__evidence_add(e, 2, "s", "c");
    pb__evidence_add(e, 1, "log-odds", "d");
    pb__evidence_add(e, 0.01, "s", "too weak");
    PB_CHECK_TEXT(e[0].text, "b");
    PB_CHECK_TEXT(e[1].text, "c");
    PB_CHECK_TEXT(e[2].text, "d");
    PB_CHECK_TEXT(e[2].unit, "log-odds");
    PB_CHECK(e[0].value == -3);
}

static const pb_feature        features[] = {{"age", "tyre age in laps"}, {"gap", "gap ahead in s"}};
static const pb_feature_schema schema = {"test-1", features, 2}, other = {"test-2", features, 1};

/* y is 10 for tyres older than 20 laps; the gap says nothing. */
static pb_forest *trained(void)
{
    enum { N = 400 };
    static float    x[N * 2], y[N];
    static uint32_t group[N];
    pb_tree_options options = pb_tree_options_default();
    pb_forest      *forest  = NULL;
    pb_error        error   = {0};
    for (int i = 0; i < N; i++) {
        x[2 * i]     = (float)(i % 40);
        x[2 * i + 1] = (float)(i % 7);
        y[i]         = i % 40 > 20 ? 10 : 0;
        group[i]     = (uint32_t)i / 40;
    }
    const pb_tree_rows rows = {.x = x, .y = y, .group = group, .n = N, .k = 2};
    options.rounds          = 30;
    options.folds           = 0;
    options.stop_after      = 0;
    options.threads         = 1;
    pb_status status        = pb_forest_train(&rows, &options, &forest, NULL, &error);
    if (status == PB_E_UNSUPPORTED) {
        print_message("skipped: %s\n", error.text);
        skip();
    }
    PB_CHECK_EQ(status, PB_OK);
    return forest;
}

PB_TEST(trees_give_reasons_in_the_words_of_the_schema_with_their_numbers)
{
    pb_forest  *forest = trained();
    pb_evidence e[PB_EVIDENCE_MAX];
    const float row[2] = {31, NAN};
    double      phi[3];
    pb__evidence_none(e);
    PB_CHECK_EQ(pb__explain_forest(forest, &schema, row, 0, 2, "s", e, NULL), PB_OK);
    pb_forest_shap(forest, row, 0, phi);
    PB_CHECK_TEXT(e[0].text, "tyre age in laps is 31");
    PB_CHECK_NEAR(e[0].value, 2 * phi[0], 1e-12);
    PB_CHECK(e[0].value > 1);
    PB_CHECK_TEXT(e[1].text, "gap ahead in s is not known");
    PB_CHECK_TEXT(e[2].text, "");
    pb_forest_destroy(forest);
}

PB_TEST(rows_of_another_width_are_refused)
{
    pb_forest  *forest = trained();
    pb_evidence e[PB_EVIDENCE_MAX];
    const float row[2] = {31, 1};
    pb__evidence_none(e);
    PB_CHECK_EQ(pb__explain_forest(forest, &other, row, 0, 1, "s", e, NULL), PB_E_UNSUPPORTED);
    pb_forest_destroy(forest);
}

PB_TEST_MAIN(PB_RUN(the_three_strongest_are_kept_strongest_first),
             PB_RUN(trees_give_reasons_in_the_words_of_the_schema_with_their_numbers),
             PB_RUN(rows_of_another_width_are_refused))
