/* live_model: where does every running car finish, from here? One forest says how
 * likely a car ends in the first k, for every k; the answers of all cars are then
 * brought together so that every place is taken once. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "kinds.h"
#include "live_baseline.h"
#include "live_model.h"
#include "live_set.h"
#include "pitboard/num.h"
#include "place_dist.h"

#define STEP 4
#define STEP_QUICK 10
#define BALANCE_ROUNDS 8
#define FEATURE_SAMPLE_LAPS 5

static pb_status learn(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    pb__live_set  set = {0};
    pb_form_rules rules;
    PB_TRY(pb_form_learn(past, options, &rules, error));
    PB_TRY(pb_form_rules_put(model, &rules, error));
    pb_status status = pb__live_set_of(past, &rules, options->quick ? STEP_QUICK : STEP, &set, error);
    if (status == PB_OK && set.n == 0)
        status = pb_error_set(error, PB_E_EMPTY, "live: no race that can be used to learn from");
    if (status == PB_OK) status = pb__live_learn(&set, options, model, error);
    pb__live_set_fini(&set);
    return status;
}

static pb_status read_parts(const pb_model *model, pb__live_parts *parts, pb_form_rules *rules,
                            const pb_forest **places, pb_error *error)
{
    *places = pb_model_forest(model, "places");
    if (!*places || pb_forest_features(*places) != pb__live_schema.n || pb_forest_classes(*places) != 1)
        return pb_error_set(error, PB_E_MISSING, "live: the model holds no forest of this schema; train it again");
    PB_TRY(pb_form_rules_get(model, rules, error));
    PB_TRY(pb_model_get(model, "sharpen", &parts->sharpen.line[0][0], PB__SHARPEN_BANDS * 2, error));
    return pb_model_get(model, "strength", parts->strength, PB__LIVE_STRENGTHS, error);
}

/* Chance of car i to end in the first k. */
static double chance_of(const pb__live_board *board, const pb__live_parts *parts, const pb_forest *places, uint32_t i,
                        uint32_t k)
{
    float row[PB__LIVE_FEATURES_MAX], margin = 0;
    pb__live_row(board, i, k, row);
    pb_forest_margin(places, row, NULL, &margin);
    return 1 / (1 + pb_exp(-pb__live_sharpened(&parts->sharpen, k, (double)margin)));
}

/* The chance of ending in the first k rises with k. */
static void car_places(const pb__live_board *board, const pb__live_parts *parts, const pb_forest *places, uint32_t i,
                       double p[PB__PLACES])
{
    uint32_t n      = board->state->running;
    double   within = 0;
    memset(p, 0, PB__PLACES * sizeof *p);
    for (uint32_t k = 1; k < n && k < PB__PLACES; k++) {
        double chance = chance_of(board, parts, places, i, k);
        if (chance < within) chance = within;
        p[k - 1] = chance - within;
        within   = chance;
    }
    p[(n < PB__PLACES ? n : PB__PLACES) - 1] += 1 - within;
}

static void all_places(const pb__live_board *board, const pb__live_parts *parts, const pb_forest *places,
                       double (*p)[PB__PLACES])
{
    uint32_t n = board->state->running;
    for (uint32_t i = 0; i < n; i++) car_places(board, parts, places, i, p[i]);
    if (n <= PB__PLACES) pb__place_balance(p, n, n, NULL, BALANCE_ROUNDS);
}

static pb_row row_of(const pb_race_log *log, uint32_t lap, const pb__live_car *car, const double p[PB__PLACES])
{
    pb_row row = {.season = log->season, .round = log->round, .lap = (int16_t)lap};
    memcpy(row.driver, car->code, sizeof row.driver);
    pb__place_values(p, row.value);
    pb__place_interval(p, 0.1, &row.value[PB__POS_Q10], &row.value[PB__POS_Q90]);
    return row;
}

/* A car that was not seen for three laps may come back; it stays about where it
 * would be if it does not. */
static pb_status add_unseen(const pb_race_log *log, uint32_t lap, const pb__live_state *state, pb_rows *rows)
{
    static const pb__slot_table nothing = {0};
    for (uint32_t i = state->running; i < state->n; i++) {
        double p[PB__PLACES];
        if (state->car[i].stopped) continue;
        pb__slot_dist(&nothing, state->car[i].place, state->starters, p);
        pb_row row = row_of(log, lap, &state->car[i], p);
        PB_TRY(pb_rows_add(rows, &row));
    }
    return PB_OK;
}

static pb_status add_lap(const pb_race_log *log, uint32_t lap, const pb__live_state *state, const pb__live_parts *parts,
                         const pb_forest *places, pb_rows *rows)
{
    pb__live_board board;
    double         p[PB_CARS_MAX][PB__PLACES];
    pb__live_board_of(state, parts, &board);
    all_places(&board, parts, places, p);
    for (uint32_t i = 0; i < state->running; i++) {
        pb_row row = row_of(log, lap, &state->car[i], p[i]);
        PB_TRY(pb_rows_add(rows, &row));
    }
    return add_unseen(log, lap, state, rows);
}

pb_status pb__live_rows(const pb_model *model, const pb_history *history, size_t at, uint32_t from, uint32_t to,
                        pb_rows *rows, pb_error *error)
{
    pb__live_parts   parts;
    const pb_forest *places;
    pb__live_form    form;
    pb_form_rules    rules;
    pb__live_state   state;
    PB_TRY(read_parts(model, &parts, &rules, &places, error));
    PB_TRY(pb__live_form_before(history, at, &rules, &form, error));
    const pb_history_race *race   = &history->races[at];
    pb__live_view         *view   = pb__live_view_create(race->log);
    pb_status              status = view ? PB_OK : PB_E_NOMEM;
    for (uint32_t lap = from; status == PB_OK && lap <= to; lap++)
        if (pb__live_state_at(view, lap, &form, &state) == PB_OK)
            status = add_lap(race->log, lap, &state, &parts, places, rows);
    pb__live_view_destroy(view);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "live: out of memory");
}

static pb_status predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows, pb_error *error)
{
    const pb_history_race *race = &history->races[at];
    if (!race->usable || race->outcome->laps < 2) return PB_OK;
    return pb__live_rows(model, history, at, 1, race->outcome->laps - 1u, rows, error);
}

/* ---- one car, with reasons ---- */

static const pb__live_car *find_car(const pb__live_state *state, int32_t car)
{
    for (uint32_t i = 0; i < state->running; i++)
        if (state->car[i].car == car) return &state->car[i];
    return NULL;
}

static pb_status state_asked(const pb_question *q, const pb_form_rules *rules, pb__live_form *form,
                             pb__live_state *state, pb_error *error)
{
    const pb_race_log *log = q->history->races[q->at].log;
    PB_TRY(pb__live_form_before(q->history, q->at, rules, form, error));
    pb__live_view *view   = pb__live_view_create(log);
    pb_status      status = view ? pb__live_state_at(view, q->lap, form, state) : PB_E_NOMEM;
    pb__live_view_destroy(view);
    if (status != PB_OK)
        return pb_error_set(error, status, "live: nobody has completed a lap when the leader ends lap %u",
                            (unsigned)q->lap);
    return PB_OK;
}

/* Reasons for the points, or for keeping the place where all that run would score. */
static pb_status explain(const pb_model *model, const pb_question *q, pb_row *answer,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    pb__live_parts   parts;
    const pb_forest *places;
    pb__live_form    form;
    pb_form_rules    rules;
    pb__live_state   state;
    pb__live_board   board;
    double           p[PB_CARS_MAX][PB__PLACES];
    float            row[PB__LIVE_FEATURES_MAX];
    PB_TRY(read_parts(model, &parts, &rules, &places, error));
    PB_TRY(state_asked(q, &rules, &form, &state, error));
    const pb__live_car *car = find_car(&state, q->car);
    if (!car || state.running < 2)
        return pb_error_set(error, PB_E_MISSING, "live: that car is not running when the leader ends lap %u",
                            (unsigned)q->lap);
    uint32_t i = car->place - 1, k = PB__PLACES_POINTS;
    if (k >= state.running) k = i + 1 < state.running ? i + 1 : state.running - 1;
    pb__live_board_of(&state, &parts, &board);
    all_places(&board, &parts, places, p);
    *answer = row_of(q->history->races[q->at].log, q->lap, car, p[i]);
    pb__live_row(&board, i, k, row);
    pb__evidence_none(evidence);
    return pb__explain_forest(places, &pb__live_schema, row, 0, 1.0, "log-odds", evidence, error);
}

/* Rows of the place now, every fifth lap: what the race looks like. */
static pb_status features_of(const pb_model *model, const pb_history *history, size_t at, pb_feature_rows *rows,
                             pb_error *error)
{
    const pb_history_race *race = &history->races[at];
    pb__live_parts         parts;
    const pb_forest       *places;
    pb__live_form          form;
    pb_form_rules          rules;
    pb__live_state         state;
    pb__live_board         board;
    float                  row[PB__LIVE_FEATURES_MAX];
    PB_TRY(read_parts(model, &parts, &rules, &places, error));
    if (!race->usable) return PB_OK;
    PB_TRY(pb__live_form_before(history, at, &rules, &form, error));
    pb__live_view *view   = pb__live_view_create(race->log);
    pb_status      status = view ? PB_OK : PB_E_NOMEM;
    for (uint32_t lap = FEATURE_SAMPLE_LAPS; status == PB_OK && lap < race->outcome->laps; lap += FEATURE_SAMPLE_LAPS) {
        if (pb__live_state_at(view, lap, &form, &state) != PB_OK) continue;
        pb__live_board_of(&state, &parts, &board);
        for (uint32_t i = 0; status == PB_OK && i + 1 < state.running; i++) {
            pb__live_row(&board, i, state.car[i].place, row);
            status = pb_feature_rows_add(rows, row);
        }
    }
    pb__live_view_destroy(view);
    return status;
}

const pb_model_kind pb__kind_live = {
    .name     = "live",
    .answers  = "finishing place of every running car, as probabilities",
    .protocol = "live",
    .schema   = &pb__live_schema,
    .model    = {"model", learn, predict},
    .baseline = {{"order_dist", NULL, pb__live_order_dist}},
    .explain  = explain,
    .features = features_of,
};
