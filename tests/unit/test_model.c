/* The bag of named numbers and texts that a model is, and the rows it predicts. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/predict_model.h"

static pb_model *a_model(void)
{
    pb_model *model = NULL;
    PB_CHECK_EQ(pb_model_create("test", &model, NULL), PB_OK);
    return model;
}

PB_TEST(numbers_come_back_as_they_were_put)
{
    pb_model    *model = a_model();
    const double x[3]  = {1, -2.5, 1e300};
    double       got[3];
    size_t       n = 0;
    PB_CHECK_EQ(pb_model_put(model, "a", x, 3, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "none", NULL, 0, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_get(model, "a", got, 3, NULL), PB_OK);
    for (int i = 0; i < 3; i++) PB_CHECK(got[i] == x[i]);
    PB_CHECK(pb_model_view(model, "a", &n) != NULL);
    PB_CHECK_EQ(n, 3);
    PB_CHECK(pb_model_view(model, "none", &n) != NULL);
    PB_CHECK_EQ(n, 0);
    PB_CHECK_TEXT(pb_model_kind_name(model), "test");
    pb_model_destroy(model);
}

PB_TEST(a_second_put_replaces_the_first)
{
    pb_model *model = a_model();
    double    got[2];
    size_t    n = 0;
    for (int i = 0; i < 100; i++) { /* more than the bag first has room for */
        char name[8];
        snprintf(name, sizeof name, "n%d", i);
        PB_CHECK_EQ(pb_model_put(model, name, (double[]){i}, 1, NULL), PB_OK);
    }
    PB_CHECK_EQ(pb_model_put(model, "n7", (double[]){70, 71}, 2, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_get(model, "n7", got, 2, NULL), PB_OK);
    PB_CHECK(got[0] == 70 && got[1] == 71);
    PB_CHECK(*pb_model_view(model, "n99", &n) == 99);
    pb_model_destroy(model);
}

PB_TEST(numbers_that_are_not_finite_are_refused_with_the_name)
{
    pb_model *model = a_model();
    pb_error  error = {0};
    size_t    n     = 9;
    PB_CHECK_EQ(pb_model_put(model, "bad", (double[]){1, (double)NAN}, 2, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "'bad' of a model: number 1");
    PB_CHECK_EQ(pb_model_put(model, "bad", (double[]){(double)INFINITY}, 1, &error), PB_E_RANGE);
    PB_CHECK(pb_model_view(model, "bad", &n) == NULL);
    PB_CHECK_EQ(n, 0);
    pb_model_destroy(model);
}

PB_TEST(a_get_of_another_size_or_name_says_so)
{
    pb_model *model  = a_model();
    pb_error  error  = {0};
    double    got[2] = {5, 6};
    PB_CHECK_EQ(pb_model_put(model, "a", (double[]){1}, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_get(model, "a", got, 2, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "'a' of the model of kind test has 1 numbers, not 2");
    PB_CHECK_EQ(pb_model_get(model, "b", got, 1, &error), PB_E_MISSING);
    PB_CHECK_HAS(error.text, "has no 'b'");
    PB_CHECK(got[0] == 5 && got[1] == 6);
    pb_model_destroy(model);
}

PB_TEST(names_are_1_to_47_bytes_of_text)
{
    pb_model *model = a_model();
    pb_model *other = NULL;
    char      name[49];
    memset(name, 'x', 48);
    name[48] = '\0';
    PB_CHECK_EQ(pb_model_put(model, name, (double[]){1}, 1, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_model_put(model, name + 1, (double[]){1}, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "", (double[]){1}, 1, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_model_put(model, "\xff", (double[]){1}, 1, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_model_create("", &other, NULL), PB_E_RANGE);
    PB_CHECK(other == NULL);
    pb_model_destroy(model);
    pb_model_destroy(NULL);
}

PB_TEST(a_text_is_one_line_of_utf8)
{
    pb_model *model = a_model();
    PB_CHECK_EQ(pb_model_put_text(model, "note", "S\xc3\xa3o Paulo", NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put_text(model, "note", "two\nlines", NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_model_put_text(model, "note", "\xff", NULL), PB_E_RANGE);
    PB_CHECK_TEXT(pb_model_text(model, "note"), "S\xc3\xa3o Paulo");
    PB_CHECK(pb_model_text(model, "other") == NULL);
    PB_CHECK(pb_model_forest(model, "note") == NULL);
    pb_model_destroy(model);
}

PB_TEST(rows_are_kept_in_order)
{
    pb_rows rows = {0};
    for (int i = 0; i < 3000; i++) {
        pb_row row = {.lap = (int16_t)i};
        PB_CHECK_EQ(pb_rows_add(&rows, &row), PB_OK);
    }
    PB_CHECK_EQ(rows.n, 3000);
    for (int i = 0; i < 3000; i++) PB_CHECK_EQ(rows.at[i].lap, i);
    pb_rows_fini(&rows);
    PB_CHECK_EQ(rows.n, 0);
}

PB_TEST(kinds_are_found_by_name_and_no_name_is_there_twice)
{
    PB_CHECK(pb_model_kind_find("no such kind") == NULL);
    for (size_t i = 0; pb_model_kinds[i]; i++) {
        PB_CHECK(pb_model_kind_find(pb_model_kinds[i]->name) == pb_model_kinds[i]);
        PB_CHECK(pb_model_kinds[i]->answers && *pb_model_kinds[i]->answers);
        PB_CHECK(pb_model_kinds[i]->protocol && pb_model_kinds[i]->model.predict);
    }
}

PB_TEST_MAIN(PB_RUN(numbers_come_back_as_they_were_put), PB_RUN(a_second_put_replaces_the_first),
             PB_RUN(numbers_that_are_not_finite_are_refused_with_the_name),
             PB_RUN(a_get_of_another_size_or_name_says_so), PB_RUN(names_are_1_to_47_bytes_of_text),
             PB_RUN(a_text_is_one_line_of_utf8), PB_RUN(rows_are_kept_in_order),
             PB_RUN(kinds_are_found_by_name_and_no_name_is_there_twice))
