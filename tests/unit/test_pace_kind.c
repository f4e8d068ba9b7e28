/* Lap times one and five laps ahead: honest, ordered, explained. */
#include "tyre_fixture.h"

#include <math.h>

#include "pitboard/codec.h"
#include "pitboard/wire.h"
#include "predict/kinds.h"
#include "predict/pace_learn.h"
#include "predict/truth.h"

#define SPANISH PB_SHARED_DIR "/data/armchair-strategist/races/2023_07_spanish.csv"
#define MONACO PB_SHARED_DIR "/data/armchair-strategist/races/2023_06_monaco.csv" /* dry, then rain */

static const pb_learn_options quickly = {.quick = true, .threads = 1, .seed = 1};

/* Trained on two made-up seasons; once for all tests. */
static struct {
    made_history *made;
    pb_model     *model;
} shared;

static const pb_model *model(void)
{
    if (shared.model) return shared.model;
    shared.made     = make_history();
    pb_history past = {shared.made->entry, 6};
    PB_CHECK_EQ(pb_model_create("pace", &shared.model, NULL), PB_OK);
    pb_error  error  = {0};
    pb_status status = pb__kind_pace.model.train(&past, &quickly, shared.model, &error);
    if (status == PB_E_UNSUPPORTED) {
        print_message("skipped: XGBoost is not installed\n");
        skip();
    }
    PB_CHECK_TEXT(error.text, "");
    PB_CHECK_EQ(status, PB_OK);
    return shared.model;
}

PB_TEST(every_question_gets_a_row_with_its_quantiles_in_order)
{
    const pb_model *m      = model();
    pb_rows         rows   = {0};
    pb__truths      truths = {0};
    double          miss   = 0;
    PB_CHECK_EQ(pb__kind_pace.model.predict(m, &shared.made->history, 7, &rows, NULL), PB_OK);
    PB_CHECK_EQ(pb__truth_pace(&shared.made->entry[7], &truths), PB_OK);
    PB_CHECK(truths.n > 400);
    PB_CHECK_EQ(rows.n, truths.n);
    for (size_t i = 0; i < rows.n; i++) {
        const pb_row *r = &rows.at[i];
        PB_CHECK_EQ(r->lap, truths.at[i].lap);
        PB_CHECK_EQ(r->horizon, truths.at[i].horizon);
        PB_CHECK(r->value[PB__PACE_Q10] < r->value[PB__PACE_S] && r->value[PB__PACE_S] < r->value[PB__PACE_Q90]);
        miss += fabs(r->value[PB__PACE_S] - truths.at[i].y) / (double)rows.n;
    }
    PB_CHECK(miss < 0.25); /* noise of 0.15 alone leaves 0.12 */
    pb_rows_fini(&rows);
    pb__truths_fini(&truths);
}

/* Features at the end of one row of a race, and of the race cut at that moment. */
static void check_cut(const pb_model *m, const pb_history *history, size_t at, uint32_t car, uint32_t row)
{
    const pb_race_log *log = history->races[at].log;
    pb_race_log        cut;
    pb_log_car         cars[PB_CARS_MAX];
    pb__pace_origins   whole, part;
    pb_history_race   *races = malloc((at + 1) * sizeof *races);
    cut_race(log, log->cars[car].laps[row].session_ms, &cut, cars);
    memcpy(races, history->races, (at + 1) * sizeof *races);
    races[at].log            = &cut;
    pb_history short_history = {races, at + 1};
    PB_CHECK_EQ(pb__pace_origins_of(m, history, at, &whole, NULL), PB_OK);
    PB_CHECK_EQ(pb__pace_origins_of(m, &short_history, at, &part, NULL), PB_OK);
    uint32_t here = 0;
    while (strcmp(cut.cars[here].code, log->cars[car].code) != 0) here++;
    PB_CHECK_EQ(cut.cars[here].n_laps, row + 1);
    const pb__pace_origin *a = &whole.at[whole.first[car] + row], *b = &part.at[part.first[here] + row];
    PB_CHECK(memcmp(a, b, sizeof *a) == 0);
    for (int h = 0; h < PB__PACE_HORIZONS; h++) {
        pb__pace_answer x, y;
        PB_CHECK_EQ(pb__pace_answer_of(m, a, h, &x), pb__pace_answer_of(m, b, h, &y));
        PB_CHECK(memcmp(&x, &y, sizeof x) == 0);
    }
    pb__pace_origins_fini(&whole);
    pb__pace_origins_fini(&part);
    free(races);
}

PB_TEST(a_file_that_ends_at_the_origin_gives_the_same_bytes)
{
    const pb_model *m = model();
    for (uint32_t car = 0; car < MADE_CARS; car += 3)
        for (uint32_t row = 0; row < MADE_LAPS; row += 5) check_cut(m, &shared.made->history, 8, car, row);
}

static void check_real(const char *path)
{
    pb_race_log     log;
    pb_race_outcome outcome;
    pb_error        error;
    pb_bytes        text;
    const pb_model *m = model();
    pb_need_shared(path);
    PB_CHECK_EQ(pb_file_read(path, 0, &text, &error), PB_OK);
    pb_race_log_init(&log);
    PB_CHECK_EQ(pb_wire_read_laps((pb_span){text.at, text.len}, path, &log, &error), PB_OK);
    pb_bytes_free(&text);
    PB_CHECK_EQ(pb_race_outcome_of(&log, &outcome), PB_OK);
    pb_history_race races[2] = {shared.made->entry[0], {.log = &log, .outcome = &outcome, .usable = true}};
    pb_history      history  = {races, 2};
    for (uint32_t car = 0; car < log.n_cars; car += 4)
        for (uint32_t row = car % 3; row < log.cars[car].n_laps; row += 13) check_cut(m, &history, 1, car, row);
    pb_race_log_fini(&log);
}

PB_TEST(a_real_race_that_ends_at_the_origin_gives_the_same_bytes)
{
    check_real(SPANISH);
}

PB_TEST(a_real_race_in_the_rain_that_ends_at_the_origin_gives_the_same_bytes)
{
    check_real(MONACO);
}

PB_TEST(an_explanation_tells_the_same_numbers_as_the_row)
{
    const pb_model *m        = model();
    pb_rows         rows     = {0};
    pb_question     question = {.history = &shared.made->history, .at = 7, .car = 4, .lap = 25, .horizon = 5};
    pb_evidence     evidence[PB_EVIDENCE_MAX];
    pb_row          answer;
    bool            found = false;
    PB_CHECK_EQ(pb__kind_pace.explain(m, &question, &answer, evidence, NULL), PB_OK);
    PB_CHECK_HAS(evidence[0].text, "tyre filter");
    PB_CHECK_TEXT(evidence[0].unit, "s");
    PB_CHECK_EQ(pb__kind_pace.model.predict(m, &shared.made->history, 7, &rows, NULL), PB_OK);
    for (size_t i = 0; i < rows.n; i++) {
        const pb_row *r = &rows.at[i];
        if (strcmp(r->driver, "C04") != 0 || r->lap != 25 || r->horizon != 5) continue;
        PB_CHECK(memcmp(r->value, answer.value, sizeof r->value) == 0);
        found = true;
    }
    PB_CHECK(found);
    pb_rows_fini(&rows);
}

PB_TEST(a_question_that_cannot_be_answered_is_refused_with_the_reason)
{
    const pb_model *m = model();
    pb_question     q = {.history = &shared.made->history, .at = 7, .car = 4, .lap = 25, .horizon = 5}, bad;
    pb_evidence     evidence[PB_EVIDENCE_MAX];
    pb_row          answer;
    pb_error        error;
    bad         = q;
    bad.horizon = 3;
    PB_CHECK_EQ(pb__kind_pace.explain(m, &bad, &answer, evidence, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "1 or 5");
    bad     = q;
    bad.car = -1;
    PB_CHECK_EQ(pb__kind_pace.explain(m, &bad, &answer, evidence, &error), PB_E_RANGE);
    bad.car = MADE_CARS;
    PB_CHECK_EQ(pb__kind_pace.explain(m, &bad, &answer, evidence, &error), PB_E_RANGE);
    bad     = q;
    bad.lap = 5;
    PB_CHECK_EQ(pb__kind_pace.explain(m, &bad, &answer, evidence, &error), PB_E_RANGE);
    bad.lap = 400;
    PB_CHECK_EQ(pb__kind_pace.explain(m, &bad, &answer, evidence, &error), PB_E_MISSING);
    PB_CHECK_HAS(error.text, "395");
}

PB_TEST(without_forests_the_filter_speaks_alone)
{
    pb_model        *m    = NULL;
    made_history    *h    = make_history();
    pb_history       past = {h->entry, 6};
    pb__pace_origins o;
    pb__pace_answer  a;
    PB_CHECK_EQ(pb_model_create("pace", &m, NULL), PB_OK);
    PB_CHECK_EQ(pb_tyre_prior_learn(&past, &quickly, m, NULL), PB_OK);
    PB_CHECK_EQ(pb__pace_origins_of(m, &h->history, 7, &o, NULL), PB_OK);
    PB_CHECK(pb__pace_answer_of(m, &o.at[o.first[3] + 9], 0, &a));
    PB_CHECK_NEAR(a.shift_s, 0, 0);
    PB_CHECK_NEAR(a.lap_s, a.filter_s, 0);
    PB_CHECK_NEAR(a.q90_s - a.q10_s, 2.5631 * a.sd_s, 1e-3);
    pb__pace_origins_fini(&o);
    pb_model_destroy(m);
    free(h);
}

/* A forest of three features. */
static pb_forest *odd_forest(void)
{
    float           x[3 * 64], y[64];
    pb_forest      *forest = NULL;
    pb_tree_options o      = pb_tree_options_default();
    pb_tree_rows    rows   = {.x = x, .y = y, .n = 64, .k = 3};
    for (int i = 0; i < 3 * 64; i++) x[i] = (float)(i % 7);
    for (int i = 0; i < 64; i++) y[i] = (float)(i % 2);
    o.rounds     = 1;
    o.folds      = 0;
    o.stop_after = 0;
    PB_CHECK_EQ(pb_forest_train(&rows, &o, &forest, NULL, NULL), PB_OK);
    return forest;
}

static void check_refused(const pb_model *m, pb_status status, const char *why)
{
    pb_rows     rows   = {0};
    pb_error    error  = {0};
    pb_row      answer = {0};
    pb_evidence evidence[PB_EVIDENCE_MAX];
    pb_question q = {.history = &shared.made->history, .at = 7, .car = 3, .lap = 12, .horizon = 1};
    PB_CHECK_EQ(pb__kind_pace.model.predict(m, &shared.made->history, 7, &rows, &error), status);
    PB_CHECK_HAS(error.text, why);
    PB_CHECK_EQ(rows.n, 0);
    PB_CHECK_EQ(pb__kind_pace.explain(m, &q, &answer, evidence, &error), status);
}

PB_TEST(forests_of_another_shape_and_half_a_set_are_refused)
{
    model(); /* skips without XGBoost */
    pb_model    *m                                            = NULL;
    pb_history   past                                         = {shared.made->entry, 6};
    const double none[sizeof(pb__pace_tail) / sizeof(double)] = {0};
    PB_CHECK_EQ(pb_model_create("pace", &m, NULL), PB_OK);
    PB_CHECK_EQ(pb_tyre_prior_learn(&past, &quickly, m, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put_forest(m, "pace.shift.5", odd_forest(), NULL), PB_OK);
    check_refused(m, PB_E_MISSING, "5 laps ahead");
    PB_CHECK_EQ(pb_model_put_forest(m, "pace.spread.5", odd_forest(), NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(m, "pace.tail.5", none, sizeof none / sizeof *none, NULL), PB_OK);
    check_refused(m, PB_E_RANGE, "another feature schema");
    pb_model_destroy(m);

    PB_CHECK_EQ(pb_model_create("pace", &m, NULL), PB_OK);
    PB_CHECK_EQ(pb_tyre_prior_learn(&past, &quickly, m, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(m, "pace.tail.1", none, 5, NULL), PB_OK);
    check_refused(m, PB_E_MISSING, "1 laps ahead");
    pb_model_destroy(m);
}

PB_TEST(nothing_to_learn_from_is_an_error)
{
    made_history *h    = make_history();
    pb_history    none = {h->entry, 0};
    pb_model     *m    = NULL;
    pb_error      error;
    PB_CHECK_EQ(pb_model_create("pace", &m, NULL), PB_OK);
    PB_CHECK_EQ(pb__kind_pace.model.train(&none, &quickly, m, &error), PB_E_EMPTY);
    pb_model_destroy(m);
    free(h);
}

PB_TEST(simple_answers_are_what_they_say)
{
    made_history *h       = make_history();
    pb_history    past    = {h->entry, 6};
    pb_rows       rows[3] = {0};
    (void)model();
    for (int b = 0; b < 3; b++) {
        pb_model *m = NULL;
        PB_CHECK_EQ(pb_model_create("pace", &m, NULL), PB_OK);
        PB_CHECK_EQ(pb__kind_pace.baseline[b].train(&past, &quickly, m, NULL), PB_OK);
        PB_CHECK_EQ(pb__kind_pace.baseline[b].predict(m, &h->history, 7, &rows[b], NULL), PB_OK);
        pb_model_destroy(m);
    }
    PB_CHECK_TEXT(pb__kind_pace.baseline[0].name, "ar1");
    PB_CHECK_EQ(rows[0].n, rows[1].n);
    for (size_t i = 0; i < rows[1].n; i++) {
        const pb_row *r = &rows[1].at[i];
        uint32_t      c = (uint32_t)(r->driver[1] - '0') * 10 + (uint32_t)(r->driver[2] - '0');
        if (r->horizon != 1 || r->lap < 6 || r->lap > 12) continue; /* first stints */
        const pb_lap *lap = &h->race[7].lap[c][r->lap - 2];
        double        a = lap[0].time_ms * 1e-3, b = lap[-1].time_ms * 1e-3, d = lap[-2].time_ms * 1e-3;
        PB_CHECK_NEAR(r->value[PB__PACE_S], a, 1e-9);
        PB_CHECK_NEAR(rows[2].at[i].value[PB__PACE_S], fmax(fmin(a, b), fmin(fmax(a, b), d)), 1e-9);
        PB_CHECK_NEAR(rows[0].at[i].value[PB__PACE_S], a, 1); /* between the last lap and a level */
    }
    for (int b = 0; b < 3; b++) pb_rows_fini(&rows[b]);
    free(h);
}

PB_TEST_MAIN(PB_RUN(every_question_gets_a_row_with_its_quantiles_in_order),
             PB_RUN(a_file_that_ends_at_the_origin_gives_the_same_bytes),
             PB_RUN(a_real_race_that_ends_at_the_origin_gives_the_same_bytes),
             PB_RUN(a_real_race_in_the_rain_that_ends_at_the_origin_gives_the_same_bytes),
             PB_RUN(an_explanation_tells_the_same_numbers_as_the_row),
             PB_RUN(a_question_that_cannot_be_answered_is_refused_with_the_reason),
             PB_RUN(without_forests_the_filter_speaks_alone),
             PB_RUN(forests_of_another_shape_and_half_a_set_are_refused), PB_RUN(nothing_to_learn_from_is_an_error),
             PB_RUN(simple_answers_are_what_they_say))
