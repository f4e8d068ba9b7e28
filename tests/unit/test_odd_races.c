/* Races as no season has them: every kind, its baselines and its reasons answer
 * with finite numbers or refuse with the reason, whatever the race looks like. */
#include "lap_fixture.h"

#include <math.h>
#include <stdlib.h>

#include "pitboard/predict_model.h"

#define PAST 8
static const char *const files[PAST + 1] = {
    "2022_01_bahrain.csv", "2022_04_emilia_romagna.csv", "2022_07_monaco.csv",
    "2022_10_british.csv", "2022_11_austrian.csv",       "2022_14_belgian.csv",
    "2022_16_italian.csv", "2022_21_sao_paulo.csv",      "2023_06_monaco.csv",
};

static struct {
    pb_race_log     log[PAST + 1];
    pb_race_outcome outcome[PAST + 1];
    pb_history_race race[PAST + 1];
} room;

static void record(int i)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/races/%s", PB_LAPS_DIR, files[i]);
    pb_need_shared(path);
    read_file(&room.log[i], path);
    for (uint32_t c = 0; c < room.log[i].n_cars; c++) room.log[i].cars[c].grid = (uint8_t)(c + 1);
    PB_CHECK_EQ(pb_race_outcome_of(&room.log[i], &room.outcome[i]), PB_OK);
    room.race[i] =
        (pb_history_race){.log = &room.log[i], .outcome = &room.outcome[i], .usable = true, .has_grid = true};
}

/* ---- how a race can be odd ---- */

typedef void make_odd(pb_race_log *log);

static void each_lap(pb_race_log *log, void (*change)(pb_lap *lap))
{
    for (uint32_t c = 0; c < log->n_cars; c++)
        for (uint32_t i = 0; i < log->cars[c].n_laps; i++) change(&log->cars[c].laps[i]);
}

static void two_cars(pb_race_log *log)
{
    log->n_cars = 2;
}
static void one_car(pb_race_log *log)
{
    log->n_cars = 1;
}

/* More than places there are. */
static void full_grid(pb_race_log *log)
{
    pb_log_car *cars = pb_arena_take(&log->arena, PB_CARS_MAX * sizeof *cars);
    assert_non_null(cars);
    for (uint32_t c = 0; c < PB_CARS_MAX; c++) {
        cars[c] = log->cars[c % log->n_cars];
        snprintf(cars[c].code, sizeof cars[c].code, "X%02u", c % 100);
        cars[c].grid = (uint8_t)(c + 1);
    }
    log->cars   = cars;
    log->n_cars = PB_CARS_MAX;
}

static void some_never_seen(pb_race_log *log)
{
    for (uint32_t c = 0; c < log->n_cars; c += 2) log->cars[c].n_laps = 0;
}

static void forget_tyre(pb_lap *lap)
{
    lap->compound      = PB_COMPOUND_UNKNOWN;
    lap->tyre_age_laps = -1;
    lap->fresh         = -1;
    lap->stint         = 0;
}
static void unknown_tyres(pb_race_log *log)
{
    each_lap(log, forget_tyre);
}

static void forget_time(pb_lap *lap)
{
    lap->time_ms = PB_MS_NONE;
}
static void untimed(pb_race_log *log)
{
    each_lap(log, forget_time);
}

static void stop_lap(pb_lap *lap)
{
    lap->status = PB_STATUS_BITS_NEUTRAL;
}
static void never_green(pb_race_log *log)
{
    each_lap(log, stop_lap);
}

static void visit_lane(pb_lap *lap)
{
    lap->pit_in_ms  = lap->session_ms - 100;
    lap->pit_out_ms = lap->session_ms - 70000;
}
static void always_in_the_lane(pb_race_log *log)
{
    each_lap(log, visit_lane);
}

static void nowhere(pb_race_log *log)
{
    log->circuit[0] = '\0';
    log->season     = 0;
    for (uint32_t c = 0; c < log->n_cars; c++) {
        log->cars[c].team[0] = '\0';
        log->cars[c].number  = 0;
        log->cars[c].grid    = 0;
    }
}

static void sprint(pb_race_log *log)
{
    log->sprint = true;
}

static void one_lap(pb_race_log *log)
{
    for (uint32_t c = 0; c < log->n_cars; c++) log->cars[c].n_laps = 1;
}

/* ---- asking ---- */

static void check_finite(const pb_row *row)
{
    for (int k = 0; k < PB_ROW_VALUES_MAX; k++) PB_CHECK(isfinite(row->value[k]));
}

static void check_rows(const pb_predictor *p, const pb_model *model, const pb_history *history)
{
    pb_rows   rows   = {0};
    pb_error  error  = {0};
    pb_status status = p->predict(model, history, PAST, &rows, &error);
    if (status != PB_OK && !error.text[0]) fail_msg("%s refuses without a reason", p->name);
    for (size_t i = 0; i < rows.n; i++) check_finite(&rows.at[i]);
    pb_rows_fini(&rows);
}

static void check_reasons(const pb_model_kind *kind, const pb_model *model, const pb_history *history)
{
    static const uint16_t laps[] = {0, 1, 2, 9, 40, PB_LAPS_MAX};
    for (int32_t car = -1; car < (int32_t)history->races[PAST].log->n_cars; car += 3)
        for (size_t k = 0; k < sizeof laps / sizeof *laps; k++) {
            pb_row      row   = {0};
            pb_error    error = {0};
            pb_evidence why[PB_EVIDENCE_MAX];
            pb_question q = {.history = history, .at = PAST, .car = car, .lap = laps[k], .horizon = 1};
            if (kind->explain(model, &q, &row, why, &error) == PB_OK)
                check_finite(&row);
            else if (!error.text[0])
                fail_msg("%s gives no answer and no reason", kind->name);
        }
}

static void check_features(const pb_model_kind *kind, const pb_model *model, const pb_history *history)
{
    pb_error error = {0};
    if (!kind->features) return;
    pb_feature_rows rows   = {.k = kind->schema->n};
    pb_status       status = kind->features(model, history, PAST, &rows, &error);
    if (status != PB_OK && !error.text[0]) fail_msg("features of %s: no reason", kind->name);
    pb_feature_rows_fini(&rows);
}

static void check_shape(const pb_model_kind *kind, const pb_predictor *p, const pb_model *model, make_odd *odd)
{
    record(PAST);
    odd(&room.log[PAST]);
    room.race[PAST].has_grid = room.log[PAST].cars[0].grid > 0;
    if (pb_race_outcome_of(&room.log[PAST], &room.outcome[PAST]) == PB_OK) {
        pb_history history = {room.race, PAST + 1};
        check_rows(p, model, &history);
        if (p == &kind->model) check_reasons(kind, model, &history);
        if (p == &kind->model) check_features(kind, model, &history);
    }
    pb_race_log_fini(&room.log[PAST]);
}

static void check(const pb_model_kind *kind, const pb_predictor *p)
{
    static make_odd *const shapes[] = {two_cars,      one_car, full_grid,   some_never_seen,
                                       unknown_tyres, untimed, never_green, always_in_the_lane,
                                       nowhere,       sprint,  one_lap};
    const pb_learn_options options  = {.quick = true, .threads = 1, .seed = 1};
    pb_model              *model    = NULL;
    pb_error               error    = {0};
    PB_CHECK_EQ(pb_model_create(kind->name, &model, &error), PB_OK);
    pb_status status = p->train ? p->train(&(pb_history){room.race, PAST}, &options, model, &error) : PB_OK;
    if (status == PB_E_UNSUPPORTED) {
        print_message("skipped: %s\n", error.text);
        skip();
    }
    if (status != PB_OK) fail_msg("%s %s: %s", kind->name, p->name, error.text);
    size_t step = getenv("PB_ALL") ? 1 : 3; /* `make slow` looks at all shapes */
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i += step) check_shape(kind, p, model, shapes[i]);
    pb_model_destroy(model);
}

PB_TEST(odd_races_are_answered_or_refused_with_the_reason)
{
    for (int i = 0; i < PAST; i++) record(i);
    for (size_t k = 0; pb_model_kinds[k]; k++) {
        check(pb_model_kinds[k], &pb_model_kinds[k]->model);
        for (int b = 0; b < PB_BASELINES_MAX && pb_model_kinds[k]->baseline[b].name; b++)
            check(pb_model_kinds[k], &pb_model_kinds[k]->baseline[b]);
    }
    for (int i = 0; i < PAST; i++) pb_race_log_fini(&room.log[i]);
}

PB_TEST_MAIN(PB_RUN(odd_races_are_answered_or_refused_with_the_reason))
