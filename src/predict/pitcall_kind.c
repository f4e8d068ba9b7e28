/* pitcall_kind: does this car stop at the end of this lap, and for which set.
 *
 * Boosted trees over lap features: one forest for what is seen by lap (as the
 * protocol is scored), one for what is seen by clock (a race that runs), one for
 * the set that is fitted. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "kinds.h"
#include "pitboard/num.h"
#include "pitcall.h"
#include "truth.h"

#define STOPS_MIN 200 /* fewer teach no trees: plain rates are used then */
#define NEXT_PRIOR 2.0

/* ---- learning ---- */

static pb_status collect(const pb_history *past, pb_pitcall_sight sight, pb__pitcall_sample *sample, pb_error *error)
{
    for (size_t r = 0; r < past->n; r++) {
        if (past->races[r].log->sprint) continue;
        pb_status status = pb__pitcall_sample_add(sample, &past->races[r], (uint32_t)r, sight);
        if (status != PB_OK)
            return pb_error_set(error, status, "pit call: no memory for the car-laps of %zu races", past->n);
    }
    return PB_OK;
}

static double stops_in(const pb__pitcall_sample *s)
{
    double n = 0;
    for (size_t i = 0; i < s->n; i++) n += (double)s->y[i];
    return n;
}

/* Settings: the best of 14 by log loss on 2019-2022, walking forward (docs/models). */
pb_tree_options pb__pitcall_tree_options(double rate, const pb_learn_options *options)
{
    pb_tree_options o = pb_tree_options_default();
    o.objective       = PB_TREE_LOGISTIC;
    o.rounds          = options->quick ? 60 : 200;
    o.rate            = options->quick ? 0.15 : 0.05;
    o.stop_after      = 0;
    o.folds           = 0;
    o.depth           = 5;
    o.bins            = 64;
    o.lambda          = 5;
    o.min_weight      = 8;
    o.row_share       = 0.7;
    o.column_share    = 0.4;
    o.base_margin     = (float)(pb_log(rate) - pb_log(1 - rate));
    o.seed            = options->seed;
    o.threads         = options->threads;
    return o;
}

static pb_status learn_stop(const pb__pitcall_sample *s, const char *name, const pb_learn_options *options,
                            pb_model *model, pb_error *error)
{
    double stops = stops_in(s);
    if (stops < STOPS_MIN || stops > (double)s->n - STOPS_MIN) return PB_OK;
    pb_forest      *forest = NULL;
    pb_tree_options o      = pb__pitcall_tree_options(stops / (double)s->n, options);
    pb_tree_rows    rows   = {.x = s->x, .y = s->y, .group = s->group, .n = s->n, .k = PB__PITCALL_N};
    PB_TRY(pb_forest_train(&rows, &o, &forest, NULL, error));
    return pb_model_put_forest(model, name, forest, error);
}

static bool is_set(uint8_t compound)
{
    return compound >= PB_COMPOUND_SOFT && compound < PB_COMPOUND_SOFT + PB_PITCALL_SETS;
}

static pb_tree_options set_options(const pb_learn_options *options)
{
    pb_tree_options o = pb_tree_options_default();
    o.objective       = PB_TREE_SOFTMAX;
    o.classes         = PB_PITCALL_SETS;
    o.rounds          = options->quick ? 30 : 80;
    o.rate            = options->quick ? 0.2 : 0.06;
    o.stop_after      = 0;
    o.folds           = 0;
    o.depth           = 4;
    o.bins            = 64;
    o.lambda          = 5;
    o.min_weight      = 4;
    o.row_share       = 0.7;
    o.column_share    = 0.4;
    o.seed            = options->seed;
    o.threads         = options->threads;
    return o;
}

/* Which set was fitted, from the car-laps that ended in a stop. */
static pb_status learn_set(const pb__pitcall_sample *s, const pb_learn_options *options, pb_model *model,
                           pb_error *error)
{
    pb_forest *forest = NULL;
    size_t     n      = 0;
    float     *x      = malloc(((size_t)stops_in(s) + 1) * PB__PITCALL_SET_N * sizeof *x),
          *y          = malloc(((size_t)stops_in(s) + 1) * sizeof *y);
    pb_status status  = x && y ? PB_OK : pb_error_set(error, PB_E_NOMEM, "pit call: no memory for the stops");
    for (size_t i = 0; i < s->n && status == PB_OK; i++) {
        if (s->y[i] <= 0 || !is_set(s->compound[i])) continue;
        pb__pitcall_pick_set(s->x + i * PB__PITCALL_N, x + n * PB__PITCALL_SET_N);
        y[n++] = (float)(s->compound[i] - PB_COMPOUND_SOFT);
    }
    if (status == PB_OK && n >= STOPS_MIN) {
        pb_tree_options o    = set_options(options);
        pb_tree_rows    rows = {.x = x, .y = y, .n = n, .k = PB__PITCALL_SET_N};
        status               = pb_forest_train(&rows, &o, &forest, NULL, error);
        if (status == PB_OK) status = pb_model_put_forest(model, "set", forest, error);
    }
    free(x);
    free(y);
    return status;
}

/* Plain rates, for thin data: stops a car-lap, and what follows on what. */
static pb_status learn_rates(const pb__pitcall_sample *s, pb_model *model, pb_error *error)
{
    static const int on[PB_PITCALL_SETS] = {PB__PF_soft, PB__PF_medium, PB__PF_hard, PB__PF_intermediate, PB__PF_wet};
    double           next[PB_PITCALL_SETS][PB_PITCALL_SETS], rate = (stops_in(s) + 1) / ((double)s->n + 33);
    for (int a = 0; a < PB_PITCALL_SETS; a++)
        for (int b = 0; b < PB_PITCALL_SETS; b++) next[a][b] = a == b ? 0.5 * NEXT_PRIOR : NEXT_PRIOR;
    for (size_t i = 0; i < s->n; i++)
        for (int a = 0; a < PB_PITCALL_SETS && s->y[i] > 0 && is_set(s->compound[i]); a++)
            if (s->x[i * PB__PITCALL_N + (size_t)on[a]] > 0) next[a][s->compound[i] - PB_COMPOUND_SOFT] += 1;
    for (int a = 0; a < PB_PITCALL_SETS; a++) {
        double sum = 0;
        for (int b = 0; b < PB_PITCALL_SETS; b++) sum += next[a][b];
        for (int b = 0; b < PB_PITCALL_SETS; b++) next[a][b] /= sum;
    }
    PB_TRY(pb_model_put(model, "rate", &rate, 1, error));
    return pb_model_put(model, "next", &next[0][0], PB_PITCALL_SETS * PB_PITCALL_SETS, error);
}

static pb_status train_sight(const pb_history *past, pb_pitcall_sight sight, const pb_learn_options *options,
                             pb_model *model, pb_error *error)
{
    pb__pitcall_sample s      = {0};
    pb_status          status = collect(past, sight, &s, error);
    if (status == PB_OK) status = learn_rates(&s, model, error);
    if (status == PB_OK)
        status = learn_stop(&s, sight == PB_PITCALL_BY_LAP ? "stop" : "stop_clock", options, model, error);
    if (status == PB_OK) status = learn_set(&s, options, model, error);
    pb__pitcall_sample_fini(&s);
    return status;
}

static pb_status train_by_clock(const pb_history *past, const pb_learn_options *options, pb_model *model,
                                pb_error *error)
{
    return train_sight(past, PB_PITCALL_BY_CLOCK, options, model, error);
}

static pb_status train_by_lap(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    return train_sight(past, PB_PITCALL_BY_LAP, options, model, error);
}

/* Rates and the forest of sets are those of the sight by lap. */
static pb_status train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    pb__pitcall_sample s      = {0};
    pb_status          status = collect(past, PB_PITCALL_BY_CLOCK, &s, error);
    if (status == PB_OK) status = learn_stop(&s, "stop_clock", options, model, error);
    pb__pitcall_sample_fini(&s);
    if (status == PB_OK) status = pb__pitcall_learn_next(past, options, model, error);
    return status == PB_OK ? train_by_lap(past, options, model, error) : status;
}

/* ---- predicting ---- */

typedef struct asking {
    const pb_model        *model;
    pb_pitcall_sight       sight;
    pb_pitcall            *call; /* by truth */
    const pb__truths      *truths;
    const pb_history_race *told; /* whose flags at the pit entry are told; NULL: nobody's */
    pb_status              status;
    pb_error              *error;
} asking;

static void ask_one(const pb_scene *scene, uint32_t car, size_t truth, void *arg)
{
    asking *a = arg;
    float   lap[PB_LF_N], x[PB__PITCALL_N];
    if (a->status != PB_OK || !pb_scene_row(scene, car, lap)) return;
    pb__pitcall_pick(lap, x);
    if (a->told) pb__pitcall_tell_status(a->told, &a->told->log->cars[car].laps[a->truths->at[truth].row - 1], x);
    a->status = pb__pitcall_answer(a->model, a->sight, x, &a->call[truth], a->error);
}

static pb_row row_of(const pb_race_log *log, const pb__truth *truth, const pb_pitcall *call)
{
    pb_row row = {.season = log->season, .round = log->round, .lap = (int16_t)truth->lap};
    memcpy(row.driver, log->cars[truth->car].code, sizeof row.driver);
    row.value[PB__CALL_P] = call->p_stop;
    snprintf(row.text[0], sizeof row.text[0], "%s", pb__pitcall_set(call));
    return row;
}

static pb_status predict_sight(const pb_model *model, const pb_history_race *race, pb_pitcall_sight sight, bool told,
                               pb_rows *rows, pb_error *error)
{
    pb__truths truths = {0};
    asking     a      = {.model = model, .sight = sight, .truths = &truths, .told = told ? race : NULL, .error = error};
    pb_status  status = pb__truth_pitcall(race, &truths);
    if (status == PB_OK && !(a.call = calloc(truths.n + 1, sizeof *a.call))) status = PB_E_NOMEM;
    if (status != PB_OK) pb_error_set(error, status, "pit call: %s", pb_status_text(status));
    if (status == PB_OK) status = pb__pitcall_walk(race, &truths, sight, ask_one, &a, error);
    if (status == PB_OK) status = a.status;
    for (size_t i = 0; i < truths.n && status == PB_OK; i++) {
        pb_row row = row_of(race->log, &truths.at[i], &a.call[i]);
        status     = pb_rows_add(rows, &row);
    }
    free(a.call);
    pb__truths_fini(&truths);
    return status;
}

static pb_status predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows, pb_error *error)
{
    return predict_sight(model, &history->races[at], PB_PITCALL_BY_LAP, false, rows, error);
}

static pb_status predict_by_clock(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                  pb_error *error)
{
    return predict_sight(model, &history->races[at], PB_PITCALL_BY_CLOCK, false, rows, error);
}

static pb_status predict_told(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                              pb_error *error)
{
    return predict_sight(model, &history->races[at], PB_PITCALL_BY_LAP, true, rows, error);
}

/* ---- explaining, drift ---- */

/* For people the words of the lap schema. */
static pb_status reasons(const pb_model *model, const float *x, pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    pb_feature        worded[PB__PITCALL_N];
    pb_feature_schema schema = {pb__pitcall_schema.name, worded, PB__PITCALL_N};
    const pb_forest  *forest = pb_model_forest(model, "stop");
    for (uint32_t i = 0; i < PB__PITCALL_N; i++) {
        worded[i] = pb__pitcall_schema.at[i];
        int at    = pb_feature_index(&pb_lap_schema, worded[i].name);
        if (at >= 0) worded[i].what = pb_lap_schema.at[at].what;
    }
    pb__evidence_none(evidence);
    if (!forest) return PB_OK;
    return pb__explain_forest(forest, &schema, x, 0, 1, "log-odds", evidence, error);
}

static pb_status explain(const pb_model *model, const pb_question *q, pb_row *row,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    const pb_race_log *log   = q->history->races[q->at].log;
    pb_scene          *scene = NULL;
    pb_pitcall         call;
    float              lap[PB_LF_N], x[PB__PITCALL_N];
    if (q->car < 0 || (uint32_t)q->car >= log->n_cars || q->lap < 2)
        return pb_error_set(error, PB_E_EMPTY, "pit call: name a car of the race and a lap from 2 on");
    PB_TRY(pb_scene_create(log, NULL, &scene, error));
    pb_scene_look(scene, (uint16_t)(q->lap - 1), INT32_MAX);
    bool seen = pb_scene_row(scene, (uint32_t)q->car, lap) && pb_scene_laps_of(scene, (uint32_t)q->car) == q->lap - 1;
    pb_scene_destroy(scene);
    if (!seen)
        return pb_error_set(error, PB_E_EMPTY, "pit call: %s did not complete lap %d", log->cars[q->car].code,
                            q->lap - 1);
    pb__pitcall_pick(lap, x);
    PB_TRY(pb__pitcall_answer(model, PB_PITCALL_BY_LAP, x, &call, error));
    *row = row_of(log, &(pb__truth){.car = (int16_t)q->car, .lap = q->lap}, &call);
    return reasons(model, x, evidence, error);
}

static pb_status feature_rows(const pb_model *model, const pb_history *history, size_t at, pb_feature_rows *rows,
                              pb_error *error)
{
    pb__pitcall_sample sample = {0};
    (void)model;
    pb_status status = pb__pitcall_sample_add(&sample, &history->races[at], 0, PB_PITCALL_BY_LAP);
    for (size_t i = 0; i < sample.n && status == PB_OK; i += 5)
        status = pb_feature_rows_add(rows, sample.x + i * PB__PITCALL_N);
    pb__pitcall_sample_fini(&sample);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "pit call: no memory for the rows of a race");
}

const pb_model_kind pb__kind_pitcall = {
    .name     = "pitcall",
    .answers  = "probability that a car stops at the end of the lap, and the set it leaves on",
    .protocol = "pitcall",
    .schema   = &pb__pitcall_schema,
    .model    = {"model", train, predict},
    .baseline = {{"trees26", pb__pitcall_train_trees26, pb__pitcall_predict_trees26},
                 {"hazard_table", pb__pitcall_train_table, pb__pitcall_predict_table},
                 {"model_by_clock", train_by_clock, predict_by_clock},
                 {"model_told_status", train_by_lap, predict_told}},
    .explain  = explain,
    .features = feature_rows,
};
