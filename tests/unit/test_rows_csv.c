/* Predicted rows as lines of text. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/predict_score.h"

static pb_status read_rows(const char *text, const char *protocol, pb_rows *rows, pb_error *error)
{
    memset(rows, 0, sizeof *rows);
    return pb_rows_read(pb_span_of(text), "rows.csv", pb_protocol_find(protocol), rows, error);
}

PB_TEST(what_is_written_is_read_back)
{
    static const char *const names[] = {"forecast", "live", "pace", "sc", "pitcall", "pitstop", "undercut"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const pb_protocol *p    = pb_protocol_find(names[i]);
        pb_row             row  = {.season = 2024, .round = 7};
        pb_rows            rows = {0}, back;
        char              *text = NULL;
        size_t             len  = 0;
        pb_error           error;
        if (p->has_driver) snprintf(row.driver, sizeof row.driver, "VER");
        if (p->lap_column) row.lap = 31;
        if (p->has_horizon) row.horizon = 5;
        for (int v = 0; v < p->n_values; v++) row.value[v] = v == 2 ? NAN : 1.0 / (v + 3);
        for (int t = 0; t < p->n_texts; t++) snprintf(row.text[t], sizeof row.text[t], "a, \"b\"");
        PB_CHECK_EQ(pb_rows_add(&rows, &row), PB_OK);
        pb_rows_round(&rows, 0);
        FILE *to = open_memstream(&text, &len);
        pb_rows_put_header(to, p);
        pb_rows_put(to, p, &rows.at[0], "2023-22");
        fclose(to);
        PB_CHECK_EQ(read_rows(text, names[i], &back, &error), PB_OK);
        PB_CHECK_EQ(back.n, 1);
        PB_CHECK_EQ(back.at[0].season, 2024);
        PB_CHECK_EQ(back.at[0].lap, row.lap);
        PB_CHECK_EQ(back.at[0].horizon, row.horizon);
        PB_CHECK_TEXT(back.at[0].driver, row.driver);
        PB_CHECK_TEXT(back.at[0].text[0], row.text[0]);
        for (int v = 0; v < p->n_values; v++)
            PB_CHECK(back.at[0].value[v] == rows.at[0].value[v] || (v == 2 && isnan(back.at[0].value[v])));
        free(text);
        pb_rows_fini(&rows);
        pb_rows_fini(&back);
    }
}

PB_TEST(rounding_keeps_nine_digits_and_no_infinity)
{
    pb_rows rows = {0};
    pb_row  row  = {.value = {1.0 / 3, INFINITY, -0.5}};
    PB_CHECK_EQ(pb_rows_add(&rows, &row), PB_OK);
    pb_rows_round(&rows, 0);
    PB_CHECK(rows.at[0].value[0] == 0.333333333);
    PB_CHECK(isnan(rows.at[0].value[1]));
    PB_CHECK(rows.at[0].value[2] == -0.5);
    pb_rows_fini(&rows);
}

PB_TEST(columns_may_stand_in_any_order_and_other_columns_are_passed_over)
{
    pb_rows rows;
    PB_CHECK_EQ(read_rows("p_sc_3,note,lap,season,round\n0.25,x,0,2024,3\n,,1,2024,3\n", "sc", &rows, NULL), PB_OK);
    PB_CHECK_EQ(rows.n, 2);
    PB_CHECK_NEAR(rows.at[0].value[0], 0.25, 0);
    PB_CHECK_EQ(rows.at[0].round, 3);
    PB_CHECK(isnan(rows.at[1].value[0]));
    pb_rows_fini(&rows);
}

PB_TEST(values_but_the_first_may_be_missing)
{
    pb_rows rows;
    PB_CHECK_EQ(read_rows("season,round,driver,lap,pred_s\n2024,1,VER,9,21.5\n", "pitstop", &rows, NULL), PB_OK);
    PB_CHECK_NEAR(rows.at[0].value[0], 21.5, 0);
    PB_CHECK(isnan(rows.at[0].value[1]));
    pb_rows_fini(&rows);
}

PB_TEST(a_row_that_is_none_is_refused_with_its_line)
{
    static const struct {
        const char *text, *say;
        pb_status   status;
    } bad[] = {
        {"", "no header", PB_E_EMPTY},
        {"season,round,lap\n", ":1: column p_sc_3 is missing", PB_E_MISSING},
        {"season,lap,p_sc_3\n", "round is missing", PB_E_MISSING},
        {"season,round,lap,p_sc_3\n2024,1,0,0.1\n2024,1,1,often\n", ":3: p_sc_3 must be a number", PB_E_SYNTAX},
        {"season,round,lap,p_sc_3\n2024,one,0,0.1\n", ":2: round must be a whole number", PB_E_SYNTAX},
        {"season,round,lap,p_sc_3\n2024,1,-4,0.1\n", "must be a whole number", PB_E_SYNTAX},
        {"season,round,lap,p_sc_3\n2024,1,99999,0.1\n", "must be a whole number", PB_E_SYNTAX},
        {"season,round,lap,p_sc_3\n2024,1,0,nan\n", "must be a number", PB_E_SYNTAX},
        {"season,round,lap,p_sc_3\n2024,1,0,\"0.1\n", "rows.csv:2", PB_E_SYNTAX},
        {"season,round,lap,p_sc_3\n2024\n", "must be a whole number", PB_E_SYNTAX},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pb_rows  rows;
        pb_error error = {0};
        PB_CHECK_EQ(read_rows(bad[i].text, "sc", &rows, &error), bad[i].status);
        PB_CHECK_HAS(error.text, bad[i].say);
        pb_rows_fini(&rows);
    }
}

PB_TEST(an_unknown_protocol_is_not_found)
{
    PB_CHECK(pb_protocol_find("tea") == NULL);
    PB_CHECK_TEXT(pb_protocol_find("live")->values[4], "p1");
    PB_CHECK_EQ(pb_protocol_find("live")->n_values, PB_ROW_VALUES_MAX);
}

PB_TEST_MAIN(PB_RUN(what_is_written_is_read_back), PB_RUN(rounding_keeps_nine_digits_and_no_infinity),
             PB_RUN(columns_may_stand_in_any_order_and_other_columns_are_passed_over),
             PB_RUN(values_but_the_first_may_be_missing), PB_RUN(a_row_that_is_none_is_refused_with_its_line),
             PB_RUN(an_unknown_protocol_is_not_found))
