/* Where everybody finishes, from the middle of a race: the state, the margins,
 * the distributions, and no peeking. */
#include <math.h>

#include "lap_fixture.h"
#include "predict/kinds.h"
#include "predict/live_board.h"
#include "predict/live_model.h"
#include "predict/place_dist.h"

/* ---- a state ---- */

#define ROW(code, lap, time, session, compound, age, in, out)                                                          \
    code ",1,T," lap "," time "," session ",1,1," compound ",C3," age ",1,1," in "," out ",1\n"
/* AAA leads; BBB enters the lane on lap 2; CCC stops on lap 3: the feed makes up a row 150 s later. */
#define RACE                                                                                                           \
    LAP_HEADER ROW("AAA", "1", "90", "100", "SOFT", "1", "", "") ROW("AAA", "2", "90", "190", "SOFT", "2", "", "")     \
        ROW("AAA", "3", "90", "280", "SOFT", "3", "", "") ROW("AAA", "4", "90", "370", "SOFT", "4", "", "")            \
            ROW("AAA", "5", "90", "460", "SOFT", "5", "", "") ROW("BBB", "1", "91", "101", "SOFT", "1", "", "")        \
                ROW("BBB", "2", "91", "192", "SOFT", "2", "191", "")                                                   \
                    ROW("BBB", "3", "110", "302", "HARD", "1", "", "213")                                              \
                        ROW("BBB", "4", "90", "392", "HARD", "2", "", "")                                              \
                            ROW("BBB", "5", "90", "482", "HARD", "3", "", "")                                          \
                                ROW("CCC", "1", "93", "103", "HARD", "1", "", "")                                      \
                                    ROW("CCC", "2", "92", "195", "HARD", "2", "", "") "CCC,1,T,3,,345,,1,HARD,C3,3,1," \
                                                                                      "1,,,0\n"

static void look(const char *text, uint32_t lap, pb__live_form *form, pb__live_state *state)
{
    pb_race_log log;
    read_text(&log, text);
    memset(form, 0, sizeof *form);
    form->loss_s        = 20;
    pb__live_view *view = pb__live_view_create(&log);
    PB_CHECK(view != NULL);
    PB_CHECK_EQ(pb__live_state_at(view, lap, form, state), PB_OK);
    pb__live_view_destroy(view);
    pb_race_log_fini(&log);
}

PB_TEST(gaps_are_to_the_leader_at_equal_laps)
{
    static pb__live_form  form;
    static pb__live_state s;
    look(RACE, 2, &form, &s);
    PB_CHECK_EQ(s.running, 3);
    PB_CHECK_TEXT(s.car[0].code, "AAA");
    PB_CHECK_TEXT(s.car[1].code, "BBB");
    PB_CHECK_NEAR(s.car[1].gap_s, 1, 1e-9); /* lap 1; its lap 2 ends after the leader's */
    PB_CHECK_NEAR(s.car[2].gap_s, 3, 1e-9);
}

PB_TEST(a_car_that_does_not_come_round_falls_back_with_every_second)
{
    static pb__live_form  form;
    static pb__live_state s;
    look(RACE, 4, &form, &s); /* at 370 s: CCC ended lap 2 at 195 s, a row made up for 345 s says that it stopped */
    PB_CHECK_EQ(s.running, 2);
    PB_CHECK(s.car[2].gone && s.car[2].stopped);
    look(RACE, 3, &form, &s); /* at 280 s: nothing is known of its lap 3 but that it is not over */
    PB_CHECK_EQ(s.running, 3);
    PB_CHECK_TEXT(s.car[2].code, "CCC");
    PB_CHECK_EQ(s.car[2].laps, 2);
    PB_CHECK_NEAR(s.car[2].gap_s, 5, 1e-9);
}

PB_TEST(stops_and_compounds_are_counted_as_far_as_they_are_seen)
{
    static pb__live_form  form;
    static pb__live_state s;
    look(RACE, 3, &form, &s);
    PB_CHECK(s.car[1].in_pit && s.car[1].stops == 0 && s.car[1].owes);
    look(RACE, 4, &form, &s);
    PB_CHECK_TEXT(s.car[1].code, "BBB");
    PB_CHECK(!s.car[1].in_pit && s.car[1].out_lap);
    PB_CHECK_EQ(s.car[1].stops, 1);
    PB_CHECK_EQ(s.car[1].compounds, 2);
    PB_CHECK(!s.car[1].owes && s.car[0].owes);
    PB_CHECK_NEAR(s.car[1].age, 1, 0);
}

PB_TEST(before_the_first_lap_is_over_there_is_no_state)
{
    static pb__live_form  form;
    static pb__live_state s;
    pb_race_log           log;
    read_text(&log, RACE);
    pb__live_view *view = pb__live_view_create(&log);
    PB_CHECK_EQ(pb__live_state_at(view, 0, &form, &s), PB_E_EMPTY);
    pb__live_view_destroy(view);
    pb_race_log_fini(&log);
}

/* ---- margins ---- */

static float feature(const float *row, const char *name)
{
    int at = pb_feature_index(&pb__live_schema, name);
    PB_CHECK(at >= 0);
    return row[at];
}

PB_TEST(a_margin_is_to_the_kth_of_the_others)
{
    static pb__live_form  form;
    static pb__live_state s;
    static pb__live_parts parts;
    pb__live_board        board;
    float                 row[PB__LIVE_FEATURES_MAX];
    look(RACE, 2, &form, &s);
    pb__live_board_of(&s, &parts, &board);
    pb__live_row(&board, 0, 1, row); /* the leader stays first while it beats the second */
    PB_CHECK_NEAR(feature(row, "gap_margin_s"), 1, 1e-6);
    PB_CHECK_NEAR(feature(row, "places_down"), 0, 0);
    pb__live_row(&board, 2, 1, row); /* the third has to beat the leader to win */
    PB_CHECK_NEAR(feature(row, "gap_margin_s"), -3, 1e-6);
    PB_CHECK_NEAR(feature(row, "places_down"), -2, 0);
    pb__live_row(&board, 2, 2, row);
    PB_CHECK_NEAR(feature(row, "gap_margin_s"), -2, 1e-6);
}

PB_TEST(a_stop_that_only_the_other_has_made_counts_for_what_it_costs)
{
    static pb__live_form  form;
    static pb__live_state s;
    static pb__live_parts parts;
    pb__live_board        board;
    float                 row[PB__LIVE_FEATURES_MAX];
    look(RACE, 4, &form, &s); /* BBB is 22 s behind and has stopped, AAA has not: 20 s are to come */
    pb__live_board_of(&s, &parts, &board);
    pb__live_row(&board, 0, 1, row);
    PB_CHECK_NEAR(feature(row, "even_margin_s"), feature(row, "gap_margin_s") - 20, 1e-4);
}

/* ---- how sure ---- */

PB_TEST(log_odds_too_shy_are_stretched_and_thin_bands_left_alone)
{
    enum { N = 12000 };
    static float     x[N], y[N];
    static uint32_t  group[N];
    pb_tree_rows     rows  = {.x = x, .y = y, .group = group, .n = N, .k = 1};
    pb_tree_options  trees = pb_tree_options_default();
    pb__live_sharpen sharpen;
    pb_error         error = {0};
    for (uint32_t i = 0; i < N; i++) {
        x[i]     = (float)(i % 2); /* 0: place 1 is asked, nearly never; 1: nearly always */
        y[i]     = (float)((i % 2 == 1) != ((i / 2) % 50 == 0));
        group[i] = i / 100;
    }
    trees.objective  = PB_TREE_LOGISTIC;
    trees.rounds     = 3;
    trees.rate       = 0.2;
    pb_status status = pb__live_sharpen_learn(&rows, 0, NULL, &trees, 3, &sharpen, &error);
    if (status == PB_E_UNSUPPORTED) skip();
    if (status != PB_OK) fail_msg("%s", error.text);
    PB_CHECK(sharpen.line[0][1] > 1.2 || sharpen.line[0][1] == 1); /* stretched, or past what is believed */
    PB_CHECK_NEAR(sharpen.line[1][0], 0, 0);                       /* nobody asked for place 2 */
    PB_CHECK_NEAR(sharpen.line[1][1], 1, 0);
    PB_CHECK_NEAR(pb__live_sharpened(&sharpen, 2, -1.5), -1.5, 0);
    PB_CHECK_EQ(pb__live_sharpen_learn(&rows, 0, NULL, &trees, 0, &sharpen, NULL), PB_OK);
    PB_CHECK_NEAR(pb__live_sharpened(&sharpen, 1, 0.7), 0.7, 0);
}

/* ---- real races ---- */

#define PAST 8
static const char *const files[PAST + 1] = {
    "races/2022_01_bahrain.csv", "races/2022_02_saudi_arabian.csv", "races/2022_03_australian.csv",
    "races/2022_05_miami.csv",   "races/2022_11_austrian.csv",      "races/2022_07_monaco.csv",
    "races/2022_10_british.csv", "races/2022_14_belgian.csv",       "races/2023_07_spanish.csv",
};

typedef struct season {
    pb_race_log     log[PAST + 1];
    pb_race_outcome outcome[PAST + 1];
    pb_history_race race[PAST + 1];
    pb_history      past, all;
    pb_model       *model;
} season;

static void season_init(season *s)
{
    char             path[4096];
    pb_error         error   = {0};
    pb_learn_options options = {.quick = true, .threads = 1, .seed = 1};
    for (int i = 0; i <= PAST; i++) {
        snprintf(path, sizeof path, "%s/%s", PB_LAPS_DIR, files[i]);
        pb_need_shared(path);
        read_file(&s->log[i], path);
        PB_CHECK_EQ(pb_race_outcome_of(&s->log[i], &s->outcome[i]), PB_OK);
        s->race[i] = (pb_history_race){.log = &s->log[i], .outcome = &s->outcome[i], .usable = true};
    }
    s->past = (pb_history){s->race, PAST};
    s->all  = (pb_history){s->race, PAST + 1};
    PB_CHECK_EQ(pb_model_create("live", &s->model, NULL), PB_OK);
    pb_status status = pb__kind_live.model.train(&s->past, &options, s->model, &error);
    if (status == PB_E_UNSUPPORTED) {
        print_message("skipped: no XGBoost here\n");
        skip();
    }
    if (status != PB_OK) fail_msg("%s", error.text);
}

static void season_fini(season *s)
{
    for (int i = 0; i <= PAST; i++) pb_race_log_fini(&s->log[i]);
    pb_model_destroy(s->model);
}

static void check_rows(const pb_rows *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        const double *v   = rows->at[i].value;
        double        sum = 0, points = 0;
        for (int k = 0; k < PB__PLACES; k++) {
            PB_CHECK(v[PB__POS_P1 + k] >= 0);
            sum += v[PB__POS_P1 + k];
            if (k < PB__PLACES_POINTS) points += v[PB__POS_P1 + k];
        }
        PB_CHECK_NEAR(sum, 1, 1e-9);
        PB_CHECK_NEAR(points, v[PB__POS_POINTS], 1e-9);
        PB_CHECK(v[PB__POS_Q10] <= v[PB__POS_Q90]);
    }
}

/* Of the rows of one lap, every place that running cars can take is taken about once. */
static void check_places(const pb_rows *rows, size_t from, size_t to)
{
    for (int k = 0; k < (int)(to - from); k++) {
        double sum = 0;
        for (size_t i = from; i < to; i++) sum += rows->at[i].value[PB__POS_P1 + k];
        PB_CHECK_NEAR(sum, 1, 0.05);
    }
}

PB_TEST(rows_of_a_lap_are_the_same_bytes_from_a_race_that_ends_there)
{
    static season          s;
    static const uint32_t  laps[] = {1, 2, 9, 20, 33, 50, 65};
    static pb_race_outcome outcome;
    char                   path[4096];
    season_init(&s);
    for (size_t k = 0; k < sizeof laps / sizeof *laps; k++) {
        pb_rows     whole = {0}, cut = {0};
        pb_race_log log;
        snprintf(path, sizeof path, "%s/%s", PB_LAPS_DIR, files[PAST]);
        read_file(&log, path);
        PB_CHECK_EQ(pb__live_rows(s.model, &s.all, PAST, laps[k], laps[k], &whole, NULL), PB_OK);
        pb_race_log_cut(&log, laps[k]);
        PB_CHECK_EQ(pb_race_outcome_of(&log, &outcome), PB_OK);
        pb_history_race races[PAST + 1];
        memcpy(races, s.race, sizeof races);
        races[PAST]        = (pb_history_race){.log = &log, .outcome = &outcome, .usable = true};
        pb_history history = {races, PAST + 1};
        PB_CHECK_EQ(pb__live_rows(s.model, &history, PAST, laps[k], laps[k], &cut, NULL), PB_OK);
        PB_CHECK_EQ(whole.n, cut.n);
        PB_CHECK(whole.n > 0);
        PB_CHECK_EQ(memcmp(whole.at, cut.at, whole.n * sizeof *whole.at), 0);
        pb_rows_fini(&whole);
        pb_rows_fini(&cut);
        pb_race_log_fini(&log);
    }
    season_fini(&s);
}

PB_TEST(every_lap_has_distributions_that_share_the_places)
{
    static season s;
    pb_rows       rows = {0};
    season_init(&s);
    PB_CHECK_EQ(pb__kind_live.model.predict(s.model, &s.all, PAST, &rows, NULL), PB_OK);
    check_rows(&rows);
    PB_CHECK_EQ(rows.at[rows.n - 1].lap, s.outcome[PAST].laps - 1);
    for (size_t i = 0, j; i < rows.n; i = j) {
        for (j = i; j < rows.n && rows.at[j].lap == rows.at[i].lap; j++) continue;
        if (rows.at[i].lap == 20) check_places(&rows, i, j);
    }
    pb_rows_fini(&rows);
    season_fini(&s);
}

PB_TEST(near_the_flag_the_leader_is_nearly_sure_and_says_why)
{
    static season s;
    pb_row        row;
    pb_evidence   why[PB_EVIDENCE_MAX];
    season_init(&s);
    pb_question q = {.history = &s.all, .at = PAST, .car = car_index(&s.log[PAST], "VER"), .lap = 60};
    PB_CHECK_EQ(pb__kind_live.explain(s.model, &q, &row, why, NULL), PB_OK);
    PB_CHECK_TEXT(row.driver, "VER");
    PB_CHECK(row.value[PB__POS_POINTS] > 0.8 && row.value[PB__POS_P1] > 0.5);
    PB_CHECK(why[0].text[0] != '\0' && fabs(why[0].value) >= fabs(why[1].value));
    PB_CHECK_TEXT(why[0].unit, "log-odds");
    q.car = 77; /* no such car */
    PB_CHECK_EQ(pb__kind_live.explain(s.model, &q, &row, why, NULL), PB_E_MISSING);
    season_fini(&s);
}

PB_TEST(a_model_that_was_not_trained_is_refused_with_the_reason)
{
    pb_model  *model = NULL;
    pb_rows    rows  = {0};
    pb_error   error = {0};
    pb_history none  = {0};
    PB_CHECK_EQ(pb_model_create("live", &model, NULL), PB_OK);
    PB_CHECK_EQ(pb__live_rows(model, &none, 0, 1, 2, &rows, &error), PB_E_MISSING);
    PB_CHECK_HAS(error.text, "train it again");
    PB_CHECK_EQ(rows.n, 0);
    pb_model_destroy(model);
}

PB_TEST(training_without_races_is_refused)
{
    pb_model        *model   = NULL;
    pb_error         error   = {0};
    pb_history       none    = {0};
    pb_learn_options options = {.quick = true, .threads = 1, .seed = 1};
    PB_CHECK_EQ(pb_model_create("live", &model, NULL), PB_OK);
    PB_CHECK_EQ(pb__kind_live.model.train(&none, &options, model, &error), PB_E_EMPTY);
    PB_CHECK(error.text[0] != '\0');
    pb_model_destroy(model);
}

PB_TEST(the_current_order_with_its_spread_is_kept_for_the_scored_laps)
{
    static pb_race_log     log;
    static pb_race_outcome outcome;
    char                   path[4096];
    uint16_t               laps[PB_LAPS_MAX];
    pb_rows                rows = {0};
    snprintf(path, sizeof path, "%s/%s", PB_LAPS_DIR, files[PAST]);
    pb_need_shared(path);
    read_file(&log, path);
    PB_CHECK_EQ(pb_race_outcome_of(&log, &outcome), PB_OK);
    pb_history_race race    = {.log = &log, .outcome = &outcome, .usable = true};
    pb_history      history = {&race, 1};
    PB_CHECK_TEXT(pb__kind_live.baseline[0].name, "order_dist");
    PB_CHECK_EQ(pb__kind_live.baseline[0].predict(NULL, &history, 0, &rows, NULL), PB_OK);
    check_rows(&rows);
    PB_CHECK_EQ(rows.at[0].lap, 10);
    PB_CHECK_EQ(pb__live_laps(outcome.laps, laps) * 20, rows.n); /* nobody retired */
    PB_CHECK_TEXT(rows.at[0].driver, "VER");
    PB_CHECK_EQ(rows.at[0].value[PB__POS_P1] > rows.at[0].value[PB__POS_P1 + 1], 1);
    pb_rows_fini(&rows);
    pb_race_log_fini(&log);
}

PB_TEST_MAIN(PB_RUN(gaps_are_to_the_leader_at_equal_laps),
             PB_RUN(a_car_that_does_not_come_round_falls_back_with_every_second),
             PB_RUN(stops_and_compounds_are_counted_as_far_as_they_are_seen),
             PB_RUN(before_the_first_lap_is_over_there_is_no_state), PB_RUN(a_margin_is_to_the_kth_of_the_others),
             PB_RUN(a_stop_that_only_the_other_has_made_counts_for_what_it_costs),
             PB_RUN(log_odds_too_shy_are_stretched_and_thin_bands_left_alone),
             PB_RUN(rows_of_a_lap_are_the_same_bytes_from_a_race_that_ends_there),
             PB_RUN(every_lap_has_distributions_that_share_the_places),
             PB_RUN(near_the_flag_the_leader_is_nearly_sure_and_says_why),
             PB_RUN(a_model_that_was_not_trained_is_refused_with_the_reason), PB_RUN(training_without_races_is_refused),
             PB_RUN(the_current_order_with_its_spread_is_kept_for_the_scored_laps))
