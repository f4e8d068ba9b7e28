/* The pit call is learned from races before and asked of what is seen, no more. */
#include "lap_fixture.h"

#include <math.h>

#include "pitboard/predict_pitcall.h"
#include "predict/pitcall.h"
#include "predict/truth.h"

#define RACES 9
static const char *const files[RACES] = {"2022_04_emilia_romagna.csv", "2022_01_bahrain.csv",   "2022_10_british.csv",
                                         "2022_11_austrian.csv",       "2022_14_belgian.csv",   "2022_16_italian.csv",
                                         "2022_21_sao_paulo.csv",      "2022_22_abu_dhabi.csv", "2023_07_spanish.csv"};

typedef struct nine {
    pb_race_log     log[RACES];
    pb_race_outcome outcome[RACES];
    pb_history_race race[RACES];
    size_t          n;
} nine;

static nine history_room;

static pb_history history_of(size_t n)
{
    char path[4096];
    history_room.n = n;
    for (size_t i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/races/%s", PB_LAPS_DIR, files[i]);
        pb_need_shared(path);
        read_file(&history_room.log[i], path);
        PB_CHECK_EQ(pb_race_outcome_of(&history_room.log[i], &history_room.outcome[i]), PB_OK);
        history_room.race[i] =
            (pb_history_race){.log = &history_room.log[i], .outcome = &history_room.outcome[i], .usable = true};
    }
    return (pb_history){history_room.race, n};
}

static void history_fini(void)
{
    for (size_t i = 0; i < history_room.n; i++) pb_race_log_fini(&history_room.log[i]);
}

static pb_model *trained(const pb_history *past)
{
    const pb_learn_options options = {.quick = true, .threads = 1, .seed = 7};
    const pb_model_kind   *kind    = pb_model_kind_find("pitcall");
    pb_model              *model   = NULL;
    pb_error               error   = {0};
    assert_non_null(kind);
    PB_CHECK_EQ(pb_model_create("pitcall", &model, &error), PB_OK);
    pb_status status = kind->model.train(past, &options, model, &error);
    if (status == PB_E_UNSUPPORTED) {
        print_message("skipped: %s\n", error.text);
        skip();
    }
    if (status != PB_OK) fail_msg("%s", error.text);
    return model;
}

static void check_call(const pb_pitcall *call)
{
    double sum = 0;
    PB_CHECK(call->p_stop > 0 && call->p_stop < 1);
    for (int k = 0; k < PB_PITCALL_SETS; k++) sum += call->p_set[k];
    PB_CHECK_NEAR(sum, 1, 1e-6);
}

/* Ends the file of a race at the sight. */
static void truncate_log(pb_race_log *log, uint16_t max_lap, int32_t max_ms)
{
    uint32_t cars = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        pb_log_car car = log->cars[c];
        uint32_t   n   = 0;
        for (uint32_t i = 0; i < car.n_laps; i++)
            if (car.laps[i].number <= max_lap && car.laps[i].session_ms <= max_ms) car.laps[n++] = car.laps[i];
        car.n_laps = n;
        if (n > 0) log->cars[cars++] = car;
    }
    log->n_cars = cars;
}

static pb_pitcall call_of(const pb_model *model, const pb_race_log *log, const char *code, uint16_t max_lap,
                          int32_t max_ms, pb_pitcall_sight sight)
{
    pb_scene  *scene = NULL;
    pb_pitcall call;
    pb_error   error = {0};
    PB_CHECK_EQ(pb_scene_create(log, NULL, &scene, &error), PB_OK);
    pb_scene_look(scene, max_lap, max_ms);
    if (pb_pitcall_hazard(model, scene, (uint32_t)car_index(log, code), sight, &call, &error) != PB_OK)
        fail_msg("%s", error.text);
    pb_scene_destroy(scene);
    check_call(&call);
    return call;
}

static void same_call(const pb_pitcall *a, const pb_pitcall *b)
{
    PB_CHECK_EQ(memcmp(&a->p_stop, &b->p_stop, sizeof a->p_stop), 0);
    PB_CHECK_EQ(memcmp(a->p_set, b->p_set, sizeof a->p_set), 0);
}

PB_TEST(the_call_of_a_file_that_ends_at_the_lap_before_is_the_same_to_the_bit)
{
    char       path[4096];
    pb_history all   = history_of(RACES);
    pb_history past  = {all.races, RACES - 1};
    pb_model  *model = trained(&past);
    snprintf(path, sizeof path, "%s/races/%s", PB_LAPS_DIR, files[RACES - 1]);
    for (uint16_t lap = 5; lap < 60; lap = (uint16_t)(lap + 9)) {
        pb_race_log cut;
        read_file(&cut, path);
        truncate_log(&cut, (uint16_t)(lap - 1), INT32_MAX);
        for (uint32_t c = 0; c < cut.n_cars; c++) {
            const pb_race_log *whole = all.races[RACES - 1].log;
            const char        *code  = cut.cars[c].code;
            pb_pitcall         a     = call_of(model, whole, code, (uint16_t)(lap - 1), INT32_MAX, PB_PITCALL_BY_LAP);
            pb_pitcall         b     = call_of(model, &cut, code, PB_LAPS_MAX, INT32_MAX, PB_PITCALL_BY_LAP);
            PB_CHECK(!a.prior);
            same_call(&a, &b);
            int32_t at_ms = cut.cars[c].laps[cut.cars[c].n_laps - 1].session_ms;
            a             = call_of(model, whole, code, PB_LAPS_MAX, at_ms, PB_PITCALL_BY_CLOCK);
            b             = call_of(model, &cut, code, PB_LAPS_MAX, at_ms, PB_PITCALL_BY_CLOCK);
            if (cut.cars[c].laps[cut.cars[c].n_laps - 1].number == lap - 1 &&
                at_ms <= all.races[RACES - 1].outcome->lead_ms[lap])
                same_call(&a, &b);
        }
        pb_race_log_fini(&cut);
    }
    pb_model_destroy(model);
    history_fini();
}

PB_TEST(rows_of_a_back_test_are_the_calls_of_the_public_function)
{
    pb_history           all   = history_of(RACES);
    pb_history           past  = {all.races, RACES - 1};
    pb_model            *model = trained(&past);
    const pb_model_kind *kind  = pb_model_kind_find("pitcall");
    pb_rows              rows  = {0};
    pb_error             error = {0};
    PB_CHECK_EQ(kind->model.predict(model, &all, RACES - 1, &rows, &error), PB_OK);
    PB_CHECK(rows.n > 1000);
    double stops = 0;
    for (size_t i = 0; i < rows.n; i++) {
        stops += rows.at[i].value[0];
        if (i % 97) continue;
        pb_pitcall call = call_of(model, all.races[RACES - 1].log, rows.at[i].driver, (uint16_t)(rows.at[i].lap - 1),
                                  INT32_MAX, PB_PITCALL_BY_LAP);
        PB_CHECK_NEAR(call.p_stop, rows.at[i].value[0], 0);
    }
    PB_CHECK(stops > 20 && stops < 80); /* 41 were made */
    pb_rows_fini(&rows);
    pb_model_destroy(model);
    history_fini();
}

PB_TEST(a_call_is_explained_by_three_reasons_with_numbers)
{
    pb_history           all   = history_of(RACES);
    pb_history           past  = {all.races, RACES - 1};
    pb_model            *model = trained(&past);
    const pb_model_kind *kind  = pb_model_kind_find("pitcall");
    pb_evidence          why[PB_EVIDENCE_MAX];
    pb_row               row;
    pb_error             error = {0};
    pb_question          q     = {&all, RACES - 1, 3, 20, 0};
    PB_CHECK_EQ(kind->explain(model, &q, &row, why, &error), PB_OK);
    PB_CHECK(why[0].text[0] && why[2].text[0]);
    PB_CHECK(fabs(why[0].value) >= fabs(why[1].value) && why[1].value != 0);
    PB_CHECK_TEXT(why[0].unit, "log-odds");
    q.lap = 400;
    PB_CHECK_EQ(kind->explain(model, &q, &row, why, &error), PB_E_EMPTY);
    q = (pb_question){&all, RACES - 1, -1, 20, 0};
    PB_CHECK_EQ(kind->explain(model, &q, &row, why, &error), PB_E_EMPTY);
    pb_model_destroy(model);
    history_fini();
}

PB_TEST(the_averaged_hazard_rises_when_a_safety_car_comes_out)
{
    pb_history       all   = history_of(RACES);
    pb_history       past  = {all.races, RACES - 1};
    pb_model        *model = trained(&past);
    pb_feature_rows  rows  = {.k = pb_model_kind_find("pitcall")->schema->n};
    pb_pitcall_point point = {NAN, 30, NAN, 1, 0};
    double           green, sc;
    pb_error         error = {0};
    PB_CHECK_EQ(pb_pitcall_partial(model, PB_PITCALL_BY_LAP, &rows, &point, &green, &error), PB_E_EMPTY);
    PB_CHECK_EQ(pb_pitcall_rows(&all.races[2], PB_PITCALL_BY_LAP, &rows, &error), PB_OK);
    PB_CHECK_EQ(pb_pitcall_partial(model, PB_PITCALL_BY_LAP, &rows, &point, &green, &error), PB_OK);
    point.neutral = PB_NEUTRAL_SC;
    PB_CHECK_EQ(pb_pitcall_partial(model, PB_PITCALL_BY_LAP, &rows, &point, &sc, &error), PB_OK);
    PB_CHECK(sc > green && green > 0 && sc < 1);
    pb_feature_rows_fini(&rows);
    pb_model_destroy(model);
    history_fini();
}

PB_TEST(only_flags_between_the_crossing_and_the_pit_entry_are_told_and_only_exact_ones)
{
    pb_neutral_phase phase            = {.kind = PB_NEUTRAL_VSC, .start_ms = 130000};
    pb_history_race  race             = {.phases = &phase, .n_phases = 1, .exact = true};
    pb_lap           lap              = {.session_ms = 100000, .time_ms = 80000};
    float            x[PB__PITCALL_N] = {0};
    pb__pitcall_tell_status(&race, &lap, x);
    PB_CHECK_NEAR(x[PB__PF_after_vsc], 1, 0);
    PB_CHECK_NEAR(x[PB__PF_after_sc], 0, 0);
    PB_CHECK_NEAR(x[PB__PF_neutral_first_s], 30, 1e-5);
    const int32_t not_told[] = {99999, 100000, 172001};
    for (size_t i = 0; i < 3; i++) {
        float y[PB__PITCALL_N] = {0}, none[PB__PITCALL_N] = {0};
        phase.start_ms = not_told[i];
        pb__pitcall_tell_status(&race, &lap, y);
        PB_CHECK_EQ(memcmp(y, none, sizeof y), 0);
    }
    phase.start_ms         = 130000;
    race.exact             = false;
    float z[PB__PITCALL_N] = {0}, none[PB__PITCALL_N] = {0};
    pb__pitcall_tell_status(&race, &lap, z);
    PB_CHECK_EQ(memcmp(z, none, sizeof z), 0);
}

PB_TEST(the_table_of_rates_says_more_the_longer_the_stint)
{
    pb_history           all     = history_of(7);
    pb_history           past    = {all.races, 6};
    const pb_model_kind *kind    = pb_model_kind_find("pitcall");
    const pb_predictor  *table   = &kind->baseline[1];
    pb_learn_options     options = {.threads = 1, .seed = 1};
    pb_model            *model   = NULL;
    pb_rows              rows    = {0};
    pb__truths           truths  = {0};
    double               stops = 0, early = 0, late = 0, n_early = 0, n_late = 0;
    PB_CHECK_TEXT(table->name, "hazard_table");
    PB_CHECK_EQ(pb_model_create("pitcall", &model, NULL), PB_OK);
    PB_CHECK_EQ(table->predict(model, &all, 6, &rows, NULL), PB_E_MISSING);
    PB_CHECK_EQ(table->train(&past, &options, model, NULL), PB_OK);
    PB_CHECK_EQ(table->predict(model, &all, 6, &rows, NULL), PB_OK);
    PB_CHECK_EQ(pb__truth_pitcall(&all.races[6], &truths), PB_OK);
    PB_CHECK_EQ(rows.n, truths.n);
    for (size_t i = 0; i < rows.n; i++) {
        stops += rows.at[i].value[0];
        if (rows.at[i].lap < 6) early += rows.at[i].value[0], n_early++;
        if (rows.at[i].lap >= 18 && rows.at[i].lap < 26) late += rows.at[i].value[0], n_late++;
    }
    PB_CHECK(late / n_late > 2 * early / n_early);
    PB_CHECK(stops > 20 && stops < 80);
    pb__truths_fini(&truths);
    pb_rows_fini(&rows);
    pb_model_destroy(model);
    history_fini();
}

PB_TEST(too_few_stops_teach_plain_rates_and_the_answer_says_so)
{
    pb_history past  = history_of(2);
    pb_model  *model = trained(&past);
    pb_pitcall a     = call_of(model, past.races[0].log, "VER", 10, INT32_MAX, PB_PITCALL_BY_LAP);
    pb_pitcall b     = call_of(model, past.races[0].log, "LEC", 40, INT32_MAX, PB_PITCALL_BY_LAP);
    PB_CHECK(a.prior && b.prior);
    PB_CHECK_NEAR(a.p_stop, b.p_stop, 0);
    PB_CHECK(a.p_stop > 0.01 && a.p_stop < 0.08);
    pb_model_destroy(model);
    history_fini();
}

PB_TEST(a_model_without_its_rates_and_a_car_without_laps_are_refused)
{
    pb_history past  = history_of(1);
    pb_model  *model = NULL;
    pb_scene  *scene = NULL;
    pb_pitcall call  = {.p_stop = 42};
    pb_error   error = {0};
    PB_CHECK_EQ(pb_model_create("pitcall", &model, NULL), PB_OK);
    PB_CHECK_EQ(pb_scene_create(past.races[0].log, NULL, &scene, NULL), PB_OK);
    PB_CHECK_EQ(pb_pitcall_hazard(model, scene, 0, PB_PITCALL_BY_LAP, &call, &error), PB_E_MISSING);
    const double next[PB_PITCALL_SETS * PB_PITCALL_SETS] = {0};
    PB_CHECK_EQ(pb_model_put(model, "rate", &(double){7}, 1, NULL), PB_OK);
    PB_CHECK_EQ(pb_model_put(model, "next", next, PB_PITCALL_SETS * PB_PITCALL_SETS, NULL), PB_OK);
    PB_CHECK_EQ(pb_pitcall_hazard(model, scene, 0, PB_PITCALL_BY_LAP, &call, &error), PB_E_RANGE);
    PB_CHECK_HAS(error.text, "no probability");
    pb_scene_look(scene, 0, INT32_MAX);
    PB_CHECK_EQ(pb_pitcall_hazard(model, scene, 0, PB_PITCALL_BY_LAP, &call, &error), PB_E_EMPTY);
    PB_CHECK_HAS(error.text, "pit call");
    pb_scene_destroy(scene);
    pb_model_destroy(model);
    history_fini();
}

PB_TEST_MAIN(PB_RUN(the_call_of_a_file_that_ends_at_the_lap_before_is_the_same_to_the_bit),
             PB_RUN(rows_of_a_back_test_are_the_calls_of_the_public_function),
             PB_RUN(a_call_is_explained_by_three_reasons_with_numbers),
             PB_RUN(the_averaged_hazard_rises_when_a_safety_car_comes_out),
             PB_RUN(only_flags_between_the_crossing_and_the_pit_entry_are_told_and_only_exact_ones),
             PB_RUN(the_table_of_rates_says_more_the_longer_the_stint),
             PB_RUN(too_few_stops_teach_plain_rates_and_the_answer_says_so),
             PB_RUN(a_model_without_its_rates_and_a_car_without_laps_are_refused))
