/* Stops, sets and laps told before the start: what is asked, what is said, and that
 * nothing of the race itself is read. */
#include "history_fixture.h"
#include "pitboard/predict_score.h"

#include "predict/kinds.h"
#include "predict/stops_parts.h"
#include "predict/truth.h"

static const made_options dozen = {.races = 30, .cars = 12, .seed = 5, .noise = 1, .per_season = 10};

/* From the lap after `lap` on the car is on another set. */
static void give_stop(pb_race_log *log, uint32_t c, uint32_t lap, uint8_t compound)
{
    pb_log_car *car = &log->cars[c];
    if (lap >= car->n_laps) return;
    car->laps[lap - 1].pit_in_ms = car->laps[lap - 1].session_ms - 1000;
    car->laps[lap].pit_out_ms    = car->laps[lap - 1].session_ms + 22000;
    for (uint32_t i = lap; i < car->n_laps; i++) {
        car->laps[i].compound      = compound;
        car->laps[i].tyre_age_laps = (int16_t)(i - lap + 1);
    }
}

static void start_on(pb_race_log *log, uint32_t c, uint8_t compound)
{
    for (uint32_t i = 0; i < log->cars[c].n_laps; i++) log->cars[c].laps[i].compound = compound;
}

/* At circuit0 everybody stops twice; elsewhere the front half goes MEDIUM-HARD at
 * lap 6, the back half HARD-MEDIUM at lap 10. */
static void drive(made_history *made)
{
    for (size_t k = 0; k < made->history.n; k++) {
        pb_race_log *log = &made->log[k];
        for (uint32_t c = 0; c < log->n_cars; c++) {
            bool front = log->cars[c].grid <= log->n_cars / 2;
            start_on(log, c, front ? PB_COMPOUND_MEDIUM : PB_COMPOUND_HARD);
            if (k % 6 == 0) {
                give_stop(log, c, 5, PB_COMPOUND_HARD);
                give_stop(log, c, 11, PB_COMPOUND_MEDIUM);
            } else {
                give_stop(log, c, front ? 6 : 10, front ? PB_COMPOUND_HARD : PB_COMPOUND_MEDIUM);
            }
        }
        PB_CHECK_EQ(pb_race_outcome_of(log, &made->outcome[k]), PB_OK);
    }
}

static made_history *driven(void)
{
    made_history *made = made_create(&dozen);
    drive(made);
    return made;
}

static pb_model *trained(const made_history *made, size_t races)
{
    const pb_learn_options options = {.threads = 1, .seed = 1};
    const pb_history       past    = {made->race, races};
    pb_model              *model   = NULL;
    pb_error               error   = {0};
    PB_CHECK_EQ(pb_model_create("stops", &model, &error), PB_OK);
    if (pb__kind_stops.model.train(&past, &options, model, &error) != PB_OK) fail_msg("%s", error.text);
    return model;
}

static pb_rows told(const pb_predictor *by, const pb_model *model, const made_history *made, size_t at)
{
    pb_rows  rows  = {0};
    pb_error error = {0};
    if (by->predict(model, &made->history, at, &rows, &error) != PB_OK) fail_msg("%s", error.text);
    return rows;
}

/* ---- what is asked ---- */

PB_TEST(every_car_that_took_the_flag_is_asked_about_unless_the_race_was_stopped)
{
    made_history *made  = driven();
    pb__truths    truth = {0};
    PB_CHECK_EQ(pb__truth_stops(&made->race[0], &truth), PB_OK);
    PB_CHECK_EQ(truth.n, 12);
    for (size_t i = 0; i < truth.n; i++) {
        PB_CHECK_NEAR(truth.at[i].y, 2, 0);
        PB_CHECK(truth.at[i].bits & PB__TRUTH_DRY);
        PB_CHECK(truth.at[i].place >= 1 && truth.at[i].place <= 12);
    }
    pb__truths_fini(&truth);
    made->log[0].cars[3].laps[7].status |= PB_STATUS_BIT_RED;
    PB_CHECK_EQ(pb__truth_stops(&made->race[0], &truth), PB_OK);
    PB_CHECK_EQ(truth.n, 0);
    made_destroy(made);
}

PB_TEST(a_first_set_that_lap_1_does_not_tell_is_read_off_lap_2)
{
    made_history  *made = driven();
    pb__made_stops stops;
    made->log[1].cars[0].laps[0].compound = PB_COMPOUND_UNKNOWN;
    pb__stops_made(&made->log[1], 0, &made->outcome[1], &stops);
    PB_CHECK_EQ(stops.compound[0], made->log[1].cars[0].laps[1].compound);
    made_destroy(made);
}

/* ---- how it is scored ---- */

/* Race 1 of the history: MEDIUM-HARD at lap 6 or HARD-MEDIUM at lap 10. */
static pb_score *scored(const made_history *made, double stops, const char *sets, const char *laps)
{
    pb_rows                rows    = {0};
    pb_score              *score   = NULL;
    pb_error               error   = {0};
    const size_t           race    = 1;
    const pb_score_options options = pb_score_options_default();
    for (uint32_t c = 0; c < made->log[1].n_cars; c++) {
        pb_row row = {.season = made->log[1].season, .round = made->log[1].round};
        memcpy(row.driver, made->log[1].cars[c].code, sizeof row.driver);
        row.value[PB__STOPS_N] = stops;
        snprintf(row.text[0], sizeof row.text[0], "%s", sets);
        snprintf(row.text[1], sizeof row.text[1], "%s", laps);
        PB_CHECK_EQ(pb_rows_add(&rows, &row), PB_OK);
    }
    PB_CHECK_EQ(pb_score_create("stops", &made->history, &race, 1, &rows, &options, &score, &error), PB_OK);
    pb_rows_fini(&rows);
    return score;
}

static double metric(const pb_score *score, const char *name)
{
    const pb_score_metric *m = pb_score_find(score, name);
    return m ? m->value : NAN;
}

PB_TEST(count_order_and_laps_are_scored_apart)
{
    made_history *made  = driven();
    pb_score     *score = scored(made, 1, " medium-hard ", "8");
    PB_CHECK_NEAR(metric(score, "dry_all_count_acc"), 1, 0);
    PB_CHECK_NEAR(metric(score, "dry_all_order_acc"), 0.5, 1e-12);
    PB_CHECK_NEAR(metric(score, "any_all_lap_mae"), 2, 1e-12);
    PB_CHECK(pb_score_facts_of(score)->valid);
    pb_score_destroy(score);
    score = scored(made, 2, "MEDIUM-HARD", "6");
    PB_CHECK_NEAR(metric(score, "dry_all_count_acc"), 0, 0);
    PB_CHECK_NEAR(metric(score, "dry_all_order_acc"), 0.5, 1e-12);
    PB_CHECK(isnan(metric(score, "dry_all_lap_mae")));
    pb_score_destroy(score);
    made_destroy(made);
}

PB_TEST(laps_that_are_no_numbers_or_too_many_are_not_scored)
{
    static const char *const none[] = {"", "six", "6-7", "6.5", "-", "999999"};
    made_history            *made   = driven();
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        pb_score *score = scored(made, 1, "MEDIUM-HARD", none[i]);
        PB_CHECK(isnan(metric(score, "dry_all_lap_mae")));
        pb_score_destroy(score);
    }
    pb_score *score = scored(made, 1, "MEDIUM-HARD", "x-8.0");
    PB_CHECK_NEAR(metric(score, "dry_all_lap_mae"), 2, 1e-12);
    pb_score_destroy(score);
    made_destroy(made);
}

/* ---- what is said ---- */

PB_TEST(a_place_where_everybody_stopped_twice_is_told_two_stops_and_others_one)
{
    made_history *made  = driven();
    pb_model     *model = trained(made, 20);
    for (size_t at = 24; at < 26; at++) { /* circuit0, circuit1 */
        pb_rows rows = told(&pb__kind_stops.model, model, made, at);
        PB_CHECK_EQ(rows.n, 12);
        for (size_t i = 0; i < rows.n; i++) PB_CHECK_NEAR(rows.at[i].value[PB__STOPS_N], at == 24 ? 2 : 1, 0);
        pb_rows_fini(&rows);
    }
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(the_front_is_told_the_sets_and_laps_of_the_front_and_the_back_those_of_the_back)
{
    made_history *made  = driven();
    pb_model     *model = trained(made, 20);
    pb_rows       rows  = told(&pb__kind_stops.model, model, made, 25);
    for (size_t i = 0; i < rows.n; i++) {
        uint8_t grid = made->log[25].cars[i].grid;
        if (grid <= 4) PB_CHECK_TEXT(rows.at[i].text[0], "MEDIUM-HARD");
        if (grid <= 4) PB_CHECK_TEXT(rows.at[i].text[1], "6");
        if (grid >= 9) PB_CHECK_TEXT(rows.at[i].text[0], "HARD-MEDIUM");
        if (grid >= 9) PB_CHECK_TEXT(rows.at[i].text[1], "10");
    }
    pb_rows_fini(&rows);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(nothing_of_the_race_itself_or_later_is_read_but_who_starts_where)
{
    made_history *made   = driven();
    pb_model     *model  = trained(made, 20);
    pb_rows       before = told(&pb__kind_stops.model, model, made, 24);
    for (size_t k = 24; k < 30; k++) made_cut_to_grid(made, k);
    pb_rows after = told(&pb__kind_stops.model, model, made, 24);
    PB_CHECK_EQ(before.n, after.n);
    PB_CHECK_EQ(memcmp(before.at, after.at, before.n * sizeof *before.at), 0);
    for (int b = 0; b < PB_BASELINES_MAX; b++) {
        pb_rows rows = told(&pb__kind_stops.baseline[b], NULL, made, 24);
        PB_CHECK_EQ(rows.n, 12);
        pb_rows_fini(&rows);
    }
    pb_rows_fini(&before);
    pb_rows_fini(&after);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_row_agrees_with_itself)
{
    made_history *made  = driven();
    pb_model     *model = trained(made, 20);
    for (size_t at = 12; at < 30; at++) {
        pb_rows rows = told(&pb__kind_stops.model, model, made, at);
        for (size_t i = 0; i < rows.n; i++) {
            const pb_row *row  = &rows.at[i];
            int           sets = 1, laps = row->text[1][0] != 0;
            for (const char *c = row->text[0]; *c; c++) sets += *c == '-';
            for (const char *c = row->text[1]; *c; c++) laps += *c == '-';
            PB_CHECK_NEAR(row->value[PB__STOPS_N], sets - 1, 0);
            PB_CHECK_EQ(sets - 1, laps);
            double p = row->value[PB__STOPS_P1] + row->value[PB__STOPS_P1 + 1] + row->value[PB__STOPS_P1 + 2];
            PB_CHECK(p > 0.9 && p < 1 + 1e-9);
        }
        pb_rows_fini(&rows);
    }
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(the_baselines_say_what_was_commonest_in_their_races)
{
    made_history *made = driven();
    pb_rows       last = told(&pb__kind_stops.baseline[0], NULL, made, 24); /* circuit0 again */
    pb_rows       mh   = told(&pb__kind_stops.baseline[1], NULL, made, 24);
    PB_CHECK_TEXT(pb__kind_stops.baseline[0].name, "last_edition_modal");
    PB_CHECK_NEAR(last.at[0].value[PB__STOPS_N], 2, 0);
    PB_CHECK_TEXT(last.at[0].text[1], "5-11");
    PB_CHECK_TEXT(mh.at[0].text[0], "MEDIUM-HARD");
    PB_CHECK_NEAR(last.at[0].value[PB__STOPS_P1 + 1], 1, 0); /* everybody did */
    PB_CHECK_NEAR(mh.at[0].value[PB__STOPS_P1 + 1], 4.0 / 24, 1e-12);
    pb_rows_fini(&last);
    pb_rows_fini(&mh);
    mh = told(&pb__kind_stops.baseline[1], NULL, made, 0); /* nothing before it */
    PB_CHECK_EQ(mh.n, 12);
    pb_rows_fini(&mh);
    made_destroy(made);
}

PB_TEST(the_reasons_are_given_with_their_numbers)
{
    made_history     *made  = driven();
    pb_model         *model = trained(made, 20);
    const pb_question q     = {.history = &made->history, .at = 24, .car = 3};
    pb_evidence       why[PB_EVIDENCE_MAX];
    pb_row            row;
    pb_error          error = {0};
    PB_CHECK_EQ(pb__kind_stops.explain(model, &q, &row, why, &error), PB_OK);
    PB_CHECK_TEXT(row.driver, made->log[24].cars[3].code);
    PB_CHECK(why[0].text[0] != 0 && why[0].value != 0);
    const pb_question nobody = {.history = &made->history, .at = 24, .car = -1};
    PB_CHECK_EQ(pb__kind_stops.explain(model, &nobody, &row, why, &error), PB_E_EMPTY);
    pb_model_destroy(model);
    made_destroy(made);
}

/* ---- asked live ---- */

static pb_stops_view *view_at(const pb_model *model, const made_history *made, size_t before, uint8_t least)
{
    const pb_stops_race race  = {.circuit = "circuit1", .season = 2022, .laps = 50, .min_stops = least};
    pb_stops_view      *view  = NULL;
    pb_error            error = {0};
    if (pb_stops_view_create(model, &made->history, before, &race, &view, &error) != PB_OK) fail_msg("%s", error.text);
    return view;
}

static pb_stops_prior ask(const pb_stops_view *view, uint8_t grid, uint8_t start)
{
    const pb_stops_car car = {.team = "team 1", .grid = grid, .start = start};
    pb_stops_prior     prior;
    PB_CHECK_EQ(pb_stops_view_ask(view, &car, &prior, NULL), PB_OK);
    return prior;
}

static double sum(const double *p, size_t n)
{
    double all = 0;
    for (size_t i = 0; i < n; i++) all += p[i];
    return all;
}

PB_TEST(plans_come_likeliest_first_with_laps_in_order_inside_the_race)
{
    made_history  *made  = driven();
    pb_model      *model = trained(made, 20);
    pb_stops_view *view  = view_at(model, made, 25, 0);
    pb_stops_prior prior = ask(view, 2, PB_COMPOUND_UNKNOWN);
    PB_CHECK_NEAR(sum(prior.p_stops, PB_STOPS_MAX + 1), 1, 1e-9);
    PB_CHECK_NEAR(sum(prior.p_start, 3), 1, 1e-9);
    PB_CHECK_EQ(prior.n_plans, PB_STOPS_PLANS);
    for (uint32_t i = 0; i < prior.n_plans; i++) {
        const pb_stops_plan *plan = &prior.plan[i];
        if (i > 0) PB_CHECK(plan->p <= plan[-1].p);
        for (uint32_t s = 0; s < plan->stops; s++) {
            PB_CHECK(plan->lap_lo[s] <= plan->lap[s] && plan->lap[s] <= plan->lap_hi[s]);
            PB_CHECK(plan->lap[s] > (s ? plan->lap[s - 1] : 0) && plan->lap[s] < 50);
        }
    }
    PB_CHECK(!prior.thin);
    pb_stops_view_destroy(view);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_first_set_that_is_known_leaves_the_plans_that_start_on_it)
{
    made_history  *made  = driven();
    pb_model      *model = trained(made, 20);
    pb_stops_view *view  = view_at(model, made, 25, 0);
    pb_stops_prior prior = ask(view, 2, PB_COMPOUND_HARD);
    PB_CHECK_NEAR(sum(prior.p_stops, PB_STOPS_MAX + 1), 1, 1e-9);
    PB_CHECK_NEAR(prior.p_start[2], 1, 1e-9);
    PB_CHECK_EQ(prior.told.compound[0], PB_COMPOUND_HARD);
    for (uint32_t i = 0; i < prior.n_plans; i++) PB_CHECK_EQ(prior.plan[i].compound[0], PB_COMPOUND_HARD);
    const pb_stops_car wet = {.team = "", .grid = 1, .start = PB_COMPOUND_INTERMEDIATE};
    PB_CHECK_EQ(pb_stops_view_ask(view, &wet, &prior, NULL), PB_E_RANGE);
    pb_stops_view_destroy(view);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_first_set_nobody_ever_started_on_says_nothing_of_the_count)
{
    made_history  *made = driven();
    pb_stops_view *view = view_at(NULL, made, 25, 0);
    pb_stops_prior any = ask(view, 2, PB_COMPOUND_UNKNOWN), soft = ask(view, 2, PB_COMPOUND_SOFT);
    for (int k = 0; k <= PB_STOPS_MAX; k++) PB_CHECK_NEAR(any.p_stops[k], soft.p_stops[k], 1e-9);
    PB_CHECK_EQ(soft.told.compound[0], PB_COMPOUND_SOFT);
    pb_stops_view_destroy(view);
    made_destroy(made);
}

PB_TEST(the_rules_of_a_race_are_kept)
{
    made_history  *made  = driven();
    pb_stops_view *view  = view_at(NULL, made, 25, 2);
    pb_stops_prior prior = ask(view, 2, PB_COMPOUND_UNKNOWN);
    PB_CHECK_NEAR(prior.p_stops[0] + prior.p_stops[1], 0, 0);
    PB_CHECK_NEAR(prior.p_stops[2] + prior.p_stops[3], 1, 1e-9);
    PB_CHECK(prior.told.stops >= 2);
    pb_stops_view_destroy(view);
    PB_CHECK_EQ(pb_race_min_stops("monaco", 2024), 0);
    PB_CHECK_EQ(pb_race_min_stops("monaco", 2025), 2);
    PB_CHECK_EQ(pb_race_min_stops("monaco", 2026), 0);
    made_destroy(made);
}

PB_TEST(without_a_model_the_last_edition_tells_and_says_that_it_is_thin)
{
    made_history  *made  = driven();
    pb_stops_view *view  = view_at(NULL, made, 25, 0);
    pb_stops_prior prior = ask(view, 2, PB_COMPOUND_UNKNOWN);
    PB_CHECK(prior.thin);
    PB_CHECK_EQ(prior.told.stops, 1);
    pb_stops_view_destroy(view);
    made_destroy(made);
}

PB_TEST(a_view_of_nothing_or_of_another_model_is_refused)
{
    made_history       *made  = driven();
    const pb_stops_race race  = {.circuit = "circuit1", .season = 2022, .laps = 50};
    const pb_stops_race where = {.circuit = "nowhere", .season = 2022};
    pb_stops_view      *view  = NULL;
    pb_model           *other = NULL;
    pb_error            error = {0};
    PB_CHECK_EQ(pb_stops_view_create(NULL, &made->history, 0, &race, &view, &error), PB_E_EMPTY);
    PB_CHECK_EQ(pb_stops_view_create(NULL, &made->history, 20, &where, &view, &error), PB_E_RANGE);
    PB_CHECK_EQ(pb_model_create("sc", &other, &error), PB_OK);
    PB_CHECK_EQ(pb_stops_view_create(other, &made->history, 20, &race, &view, &error), PB_E_MISSING);
    PB_CHECK(view == NULL);
    pb_model_destroy(other);
    made_destroy(made);
}

PB_TEST(a_model_whose_numbers_cannot_be_is_refused)
{
    made_history       *made  = driven();
    pb_model           *model = trained(made, 20);
    const pb_stops_race race  = {.circuit = "circuit1", .season = 2022, .laps = 50};
    pb_stops_view      *view  = NULL;
    const double        bad = 1.5, good = 0.3, two[2] = {0, 0};
    PB_CHECK_EQ(pb_model_put(model, "last_edition", &bad, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_stops_view_create(model, &made->history, 20, &race, &view, NULL), PB_E_RANGE);
    PB_CHECK_EQ(pb_model_put(model, "last_edition", &good, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "two_or_more", two, 2, NULL), PB_OK);
    PB_CHECK_EQ(pb_stops_view_create(model, &made->history, 20, &race, &view, NULL), PB_E_RANGE);
    PB_CHECK(view == NULL);
    pb_model_destroy(model);
    made_destroy(made);
}

PB_TEST(a_few_races_fit_nothing_and_are_used_all_the_same)
{
    made_history  *made  = driven();
    pb_model      *model = trained(made, 5);
    pb_stops_view *view  = view_at(model, made, 5, 0);
    PB_CHECK(ask(view, 2, PB_COMPOUND_UNKNOWN).thin);
    pb_stops_view_destroy(view);
    pb_model_destroy(model);
    made_destroy(made);
}

/* ---- parts ---- */

PB_TEST(every_order_of_sets_has_one_number)
{
    bool seen[4][81] = {{false}};
    for (uint32_t i = 0; i < PB__STOPS_WAYS; i++) {
        int8_t   set[PB_STOPS_MAX + 1];
        uint32_t k = pb__stops_way(i, set), code = 0;
        PB_CHECK(i >= pb__stops_first_way(k) && i < pb__stops_first_way(k + 1));
        for (uint32_t s = 0; s <= k; s++) code = code * 3 + (uint8_t)set[s];
        PB_CHECK(!seen[k][code]);
        seen[k][code] = true;
    }
}

PB_TEST(chances_of_sets_add_up_and_one_compound_alone_is_rare)
{
    made_history         *made = driven();
    pb__stops_book        book;
    pb__stops_past       *past = NULL;
    size_t                n    = 0;
    double                start[PB_STOPS_MAX + 1][PB__STOPS_SETS], way[PB__STOPS_WAYS];
    const pb__stops_asked car = {"", 0}; /* nothing is known of it */
    PB_CHECK_EQ(pb__stops_book_init(&made->history, 24, &book), PB_OK);
    const pb__stops_place place = {"circuit1", 2022, book.number};
    PB_CHECK_EQ(pb__stops_weigh(&book, &place, &past, &n), PB_OK);
    pb__stops_orders(past, n, &car, start, way);
    for (uint32_t k = 0; k <= PB_STOPS_MAX; k++) {
        uint32_t first = pb__stops_first_way(k);
        PB_CHECK_NEAR(sum(way + first, pb__stops_first_way(k + 1) - first), 1, 1e-9);
        PB_CHECK_NEAR(sum(start[k], PB__STOPS_SETS), 1, 1e-9);
        if (k > 0) PB_CHECK(way[first] < 0.01); /* SOFT-SOFT.. */
    }
    free(past);
    pb__stops_book_fini(&book);
    made_destroy(made);
}

PB_TEST(moving_the_odds_keeps_the_sum_and_rules_move_up)
{
    double p[PB_STOPS_MAX + 1] = {0.05, 0.6, 0.3, 0.05};
    pb__stops_count_move(p, 1);
    PB_CHECK_NEAR(sum(p, 4), 1, 1e-12);
    PB_CHECK(p[2] > 0.3 && p[1] < 0.6 && p[0] == 0.05);
    PB_CHECK_NEAR(p[2] / p[3], 6, 1e-9);
    pb__stops_count_least(p, 9);
    PB_CHECK_NEAR(p[3], 1, 1e-12);
}

static bool wear(const pb__stops_race *race, double *x)
{
    *x = race->wear_s;
    return race->has_wear;
}

PB_TEST(a_circuit_is_told_by_what_it_was_off_the_level_of_its_time)
{
    pb__stops_race race[24] = {{0}};
    for (int r = 0; r < 24; r++)
        race[r] = (pb__stops_race){.circuit  = r % 12 == 3 ? "here" : "elsewhere",
                                   .season   = (int16_t)(2020 + r / 12),
                                   .number   = r,
                                   .has_wear = true,
                                   .wear_s   = (r < 12 ? 0.04 : 0.08) + (r % 12 == 3 ? 0.02 : 0)};
    pb__stops_book    book  = {.race = race, .n = 24, .number = 24};
    pb__stops_place   place = {"here", 2022, 24};
    pb__stops_settled s     = pb__stops_settle(&book, &place, wear);
    PB_CHECK(s.level > 0.06 && s.level < 0.08); /* follows the newer season */
    PB_CHECK(s.here > s.level && s.here < s.level + 0.03);
    PB_CHECK_EQ(s.editions, 2);
    place.circuit = "new";
    PB_CHECK_NEAR(pb__stops_settle(&book, &place, wear).here, s.level, 1e-12);
}

PB_TEST(laps_before_2018_are_known_for_circuits_that_had_races_then)
{
    PB_CHECK(pb__stops_before_2018("bahrain") > 0.3);
    PB_CHECK(pb__stops_before_2018("monza") < -0.3);
    PB_CHECK_NEAR(pb__stops_before_2018("las_vegas"), 0, 0);
}

PB_TEST(tyres_that_lose_more_show_more_wear)
{
    made_history *made  = driven();
    double        plain = 0, worn = 0;
    PB_CHECK(pb__stops_wear(&made->log[1], &plain));
    for (uint32_t c = 0; c < made->log[1].n_cars; c++)
        for (uint32_t i = 0; i < made->log[1].cars[c].n_laps; i++) {
            pb_lap *lap = &made->log[1].cars[c].laps[i];
            lap->time_ms += 300 * lap->tyre_age_laps;
        }
    PB_CHECK(pb__stops_wear(&made->log[1], &worn));
    PB_CHECK(worn > plain + 0.005);
    for (uint32_t c = 0; c < made->log[1].n_cars; c++) made->log[1].cars[c].n_laps = 4;
    PB_CHECK(!pb__stops_wear(&made->log[1], &worn)); /* too few laps */
    made_destroy(made);
}

PB_TEST_MAIN(PB_RUN(every_car_that_took_the_flag_is_asked_about_unless_the_race_was_stopped),
             PB_RUN(a_first_set_that_lap_1_does_not_tell_is_read_off_lap_2),
             PB_RUN(count_order_and_laps_are_scored_apart), PB_RUN(laps_that_are_no_numbers_or_too_many_are_not_scored),
             PB_RUN(a_place_where_everybody_stopped_twice_is_told_two_stops_and_others_one),
             PB_RUN(the_front_is_told_the_sets_and_laps_of_the_front_and_the_back_those_of_the_back),
             PB_RUN(nothing_of_the_race_itself_or_later_is_read_but_who_starts_where), PB_RUN(a_row_agrees_with_itself),
             PB_RUN(the_baselines_say_what_was_commonest_in_their_races),
             PB_RUN(the_reasons_are_given_with_their_numbers),
             PB_RUN(plans_come_likeliest_first_with_laps_in_order_inside_the_race),
             PB_RUN(a_first_set_that_is_known_leaves_the_plans_that_start_on_it),
             PB_RUN(a_first_set_nobody_ever_started_on_says_nothing_of_the_count), PB_RUN(the_rules_of_a_race_are_kept),
             PB_RUN(without_a_model_the_last_edition_tells_and_says_that_it_is_thin),
             PB_RUN(a_view_of_nothing_or_of_another_model_is_refused),
             PB_RUN(a_model_whose_numbers_cannot_be_is_refused),
             PB_RUN(a_few_races_fit_nothing_and_are_used_all_the_same), PB_RUN(every_order_of_sets_has_one_number),
             PB_RUN(chances_of_sets_add_up_and_one_compound_alone_is_rare),
             PB_RUN(moving_the_odds_keeps_the_sum_and_rules_move_up),
             PB_RUN(a_circuit_is_told_by_what_it_was_off_the_level_of_its_time),
             PB_RUN(laps_before_2018_are_known_for_circuits_that_had_races_then),
             PB_RUN(tyres_that_lose_more_show_more_wear))
