#include "explain_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- which car ---- */

static pb_status find_car(const pb_race_log *log, const char *name, int32_t *out, pb_error *error)
{
    const char *codes[PB_CARS_MAX];
    int64_t     number = 0;
    bool        digits = pb_span_to_i64(pb_span_of(name), &number);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        codes[c] = log->cars[c].code;
        if (pb_span_equal_nocase(pb_span_of(codes[c]), name) || (digits && log->cars[c].number == number)) {
            *out = (int32_t)c;
            return PB_OK;
        }
    }
    const char *near = pb_nearest(pb_span_of(name), codes, log->n_cars);
    return pb_error_set(error, PB_E_USAGE, "--car %s is not in that race%s%s%s", name, near ? "; did you mean " : "",
                        near ? near : "", near ? "?" : "");
}

static pb_status check_question(const explain_question *q, const pb_protocol *protocol, const pb_race_log *log,
                                int32_t *car, pb_error *error)
{
    *car = -1;
    if (protocol->has_driver && !q->car)
        return pb_error_set(error, PB_E_USAGE, "which car? %s answers for one: --car VER", q->kind->name);
    if (protocol->has_driver) PB_TRY(find_car(log, q->car, car, error));
    return PB_OK;
}

/* ---- the answer ---- */

/* The row that was asked for, out of all rows of the race. */
static pb_status pick_row(const explain_question *q, const pb_protocol *protocol, const pb_race_log *log, int32_t car,
                          const pb_rows *rows, pb_row *out, pb_error *error)
{
    for (size_t i = 0; i < rows->n; i++) {
        const pb_row *row = &rows->at[i];
        if (car >= 0 && strcmp(row->driver, log->cars[car].code) != 0) continue;
        if (protocol->lap_column && row->lap != q->lap) continue;
        if (protocol->has_horizon && row->horizon != q->horizon) continue;
        *out = *row;
        return PB_OK;
    }
    return pb_error_set(error, PB_E_EMPTY, "%s has no answer for %s%s%u (its protocol does not ask there)",
                        q->kind->name, car >= 0 ? log->cars[car].code : "the race",
                        protocol->lap_column ? " at lap " : ", lap ", q->lap);
}

/* Without reasons: by a kind that gives none, or by a baseline. */
static pb_status answer_by_rows(const explain_question *q, const pb_predictor *predictor, const pb_model *model,
                                const pb_history *upto, int32_t car, explain_answer *out, pb_error *error)
{
    pb_rows   rows   = {0};
    pb_status status = predictor->predict(model, upto, upto->n - 1, &rows, error);
    if (status == PB_OK)
        status = pick_row(q, out->protocol, upto->races[upto->n - 1].log, car, &rows, &out->row, error);
    pb_rows_fini(&rows);
    return status;
}

/* The simple baseline, learned from what came before the race. */
static pb_status answer_by_baseline(const explain_question *q, const pb_history *upto, int32_t car, explain_answer *out,
                                    pb_error *error)
{
    const pb_predictor    *baseline = &q->kind->baseline[0];
    const pb_learn_options options  = {.threads = 1, .seed = 1};
    const pb_history       past     = {.races = upto->races, .n = upto->n - 1};
    pb_model              *model    = NULL;
    if (!baseline->name) return pb_error_set(error, PB_E_NOENT, "%s: %s", q->kind->name, out->choice.fallback);
    out->predictor = baseline->name;
    PB_TRY(pb_model_create(q->kind->name, &model, error));
    pb_status status = baseline->train ? baseline->train(&past, &options, model, error) : PB_OK;
    if (status == PB_OK) status = answer_by_rows(q, baseline, model, upto, car, out, error);
    pb_model_destroy(model);
    return status;
}

static void note_model(const pb_model *model, const pb_race_log *log, explain_answer *out)
{
    const pb_model_meta *meta = pb_model_meta_of(model);
    out->until_season         = meta->until_season;
    out->until_round          = meta->until_round;
    out->seen =
        meta->until_season > log->season || (meta->until_season == log->season && meta->until_round >= log->round);
}

static pb_status answer(const explain_question *q, const pb_model *model, const pb_history *upto, explain_answer *out,
                        pb_error *error)
{
    int32_t            car = -1;
    const pb_race_log *log = upto->races[upto->n - 1].log;
    PB_TRY(check_question(q, out->protocol, log, &car, error));
    pb_race_log_title(log, out->race, sizeof out->race);
    if (!model) return answer_by_baseline(q, upto, car, out, error);
    note_model(model, log, out);
    out->predictor = q->kind->model.name;
    if (!q->kind->explain) return answer_by_rows(q, &q->kind->model, model, upto, car, out, error);
    const pb_question asked = {.history = upto, .at = upto->n - 1, .car = car, .lap = q->lap, .horizon = q->horizon};
    return q->kind->explain(model, &asked, &out->row, out->evidence, error);
}

/* Of kinds that no back-test judges: one number a lap. */
static const char *const bare_values[] = {"value"};
static const pb_protocol bare_protocol = {.name = "", .lap_column = "lap", .n_values = 1, .values = bare_values};

/* A baseline learns from earlier races. Where there are none, what ships knows
 * more than it, proven or not. */
static void take_what_ships(const explain_question *q, const pb_history *upto, pb_model_choice *choice,
                            pb_model **model)
{
    if (!choice->baseline || upto->n > 1 || pb_registry_version(NULL, q->kind, 0, model, NULL) != PB_OK) return;
    *choice = (pb_model_choice){0};
    snprintf(choice->fallback, sizeof choice->fallback,
             "no earlier races for the baseline %s (--data gives them): the version that ships answers%s%s",
             q->kind->baseline[0].name, q->kind->unproven ? ", though " : "",
             q->kind->unproven ? q->kind->unproven : "");
}

pb_status explain_run(const explain_question *question, const backtest_history *history, explain_answer *out,
                      pb_error *error)
{
    pb_model        *model = NULL;
    pb_history       upto;
    pb_history_race *room = calloc(history->n + 1, sizeof *room);
    *out = (explain_answer){.kind = question->kind, .protocol = pb_protocol_find(question->kind->protocol)};
    if (!out->protocol) out->protocol = &bare_protocol;
    if (!room) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    backtest_history_upto(history, question->race, room, &upto);
    pb_status status = pb_registry_active(question->models, question->kind, &model, &out->choice, error);
    if (status == PB_OK) take_what_ships(question, &upto, &out->choice, &model);
    if (status == PB_OK) status = answer(question, model, &upto, out, error);
    pb_model_destroy(model);
    free(room);
    return status;
}
