/* forecast_kind: where does everyone finish, told before the start. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "forecast_baseline.h"
#include "forecast_fit.h"
#include "forecast_model.h"
#include "forecast_width.h"
#include "form_learn.h"
#include "kinds.h"

/* Rules of form, the form before each race under them, then the weights. */
static pb_status train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    pb__form_field     field;
    pb__forecast_model got;
    pb_form           *form = calloc(past->n + 1, sizeof *form);
    if (!form) return pb_error_set(error, PB_E_NOMEM, "out of memory for the form of %zu races", past->n);
    pb_status status = pb__form_field_init(past, past->n, true, &field, error);
    if (status == PB_OK) {
        pb__form_learn_field(&field, options->quick, &got.rules);
        status = pb__form_walk_field(&field, &got.rules, form, error);
        pb__form_field_fini(&field);
    }
    if (status == PB_OK) {
        pb__forecast_fit(past, form, true, options->quick, &got.with_grid);
        pb__forecast_fit(past, form, false, options->quick, &got.without_grid);
        status = pb__forecast_model_put(model, &got, error);
    }
    free(form);
    return status;
}

static pb_row row_of(const pb_history_race *race, uint32_t c, const double *p)
{
    pb_row row = {.season = race->log->season, .round = race->log->round};
    memcpy(row.driver, race->log->cars[c].code, sizeof row.driver);
    pb__place_values(p, row.value);
    return row;
}

/* Everything known before race `at`, the scale as wide as races were of late; PB_E_UNSUPPORTED for more cars than places. */
static pb_status look(const pb_model *model, const pb_history *history, size_t at, pb__forecast_model *known,
                      pb_form *form, pb__forecast_field *field, pb_error *error)
{
    const pb_history_race *race = &history->races[at];
    PB_TRY(pb__forecast_model_get(model, known, error));
    if (race->log->n_cars > PB__PLACES || race->log->n_cars < 2)
        return pb_error_set(error, PB_E_UNSUPPORTED, "%s: %u cars; a forecast is made for 2 to %d", race->log->source,
                            race->log->n_cars, PB__PLACES);
    pb_form  *all    = calloc(at + 1, sizeof *all);
    pb_status status = all ? pb__form_upto(history, at, &known->rules, all, error)
                           : pb_error_set(error, PB_E_NOMEM, "out of memory for the form of %zu races", at);
    if (status == PB_OK) {
        *form = all[at];
        pb__forecast_field_of(race->log, form, race->has_grid, field);
        known->with_grid.log_scale += pb__forecast_width(history, all, at, true, &known->with_grid);
        known->without_grid.log_scale += pb__forecast_width(history, all, at, false, &known->without_grid);
    }
    free(all);
    return status;
}

static pb_status predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows, pb_error *error)
{
    pb__forecast_model     known;
    pb__forecast_field     field;
    pb_form                form;
    double                 p[PB__PLACES][PB__PLACES];
    const pb_history_race *race = &history->races[at];
    if (!race->has_grid) return PB_OK;
    PB_TRY(look(model, history, at, &known, &form, &field, error));
    pb__forecast_places(&known.with_grid, &field, p);
    for (uint32_t c = 0; c < field.n; c++) {
        pb_row row = row_of(race, c, p[c]);
        if (pb_rows_add(rows, &row) != PB_OK) return pb_error_set(error, PB_E_NOMEM, "out of memory for rows");
    }
    return PB_OK;
}

/* ---- reasons ---- */

enum { REASONS = PB__FORECAST_INPUTS + 1 };

/* Places won (-) or lost (+) because this is as it is and not as in the middle of the field. */
static double part_of(const pb__forecast_weights *w, const pb__forecast_field *field, uint32_t car, int reason)
{
    double             with[PB__PLACES][PB__PLACES], without[PB__PLACES][PB__PLACES];
    pb__forecast_field other = *field;
    if (reason < PB__FORECAST_INPUTS) {
        other.car[car].input[reason] = 0;
    } else {
        other.car[car].retire_own = 0;
    }
    pb__forecast_places(w, field, with);
    pb__forecast_places(w, &other, without);
    return pb__place_mean(with[car]) - pb__place_mean(without[car]);
}

static void say(const pb_history_race *race, const pb_form *form, uint32_t c, int reason, char text[120])
{
    const pb_form_car *car = &form->car[c];
    switch (reason) {
    case PB__FORECAST_SLOT:
        if (race->has_grid && race->log->cars[c].grid == 0)
            snprintf(text, 120, "starts without a slot on the grid, behind the others");
        else if (race->has_grid)
            snprintf(text, 120, "starts from slot %u of %u", race->log->cars[c].grid, race->log->n_cars);
        else
            snprintf(text, 120, "no grid yet; usual slot %+.2f +- %.2f (normal score, - is ahead)",
                     car->mean[PB_FORM_GRID], car->sd[PB_FORM_GRID]);
        break;
    case PB__FORECAST_FINISH:
        snprintf(text, 120, "finishes of %u earlier races: %+.2f +- %.2f (normal score, - is ahead)", car->driver_races,
                 car->mean[PB_FORM_FINISH], car->sd[PB_FORM_FINISH]);
        break;
    case PB__FORECAST_PACE:
        snprintf(text, 120, "race pace %+.2f +- %.2f %% of a lap against the field", car->mean[PB_FORM_PACE],
                 car->sd[PB_FORM_PACE]);
        break;
    default:
        snprintf(text, 120, "retirement rate %.0f %% (field %.0f %%)", 100 * car->retire_prob, 100 * form->retire_prob);
    }
}

static pb_status explain(const pb_model *model, const pb_question *q, pb_row *answer,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    pb__forecast_model known;
    pb__forecast_field field;
    pb_form            form;
    double             p[PB__PLACES][PB__PLACES], part[REASONS];
    bool               told[REASONS] = {false};
    PB_TRY(look(model, q->history, q->at, &known, &form, &field, error));
    const pb_history_race *race = &q->history->races[q->at];
    if (q->car < 0 || (uint32_t)q->car >= field.n)
        return pb_error_set(error, PB_E_RANGE, "forecast: name a car of the race; it has %u", field.n);
    const pb__forecast_weights *w = race->has_grid ? &known.with_grid : &known.without_grid;
    uint32_t                    c = (uint32_t)q->car;
    pb__forecast_places(w, &field, p);
    *answer = row_of(race, c, p[c]);
    for (int r = 0; r < REASONS; r++) part[r] = part_of(w, &field, c, r);
    for (int i = 0; i < PB_EVIDENCE_MAX; i++) {
        int best = -1;
        for (int r = 0; r < REASONS; r++)
            if (!told[r] && (best < 0 || fabs(part[r]) > fabs(part[best]))) best = r;
        told[best]        = true;
        evidence[i].value = part[best];
        snprintf(evidence[i].unit, sizeof evidence[i].unit, "places");
        say(race, &form, c, best, evidence[i].text);
    }
    return PB_OK;
}

const pb_model_kind pb__kind_forecast = {
    .name     = "forecast",
    .answers  = "finishing place of every car before the start: probabilities of places 1 to 22",
    .protocol = "forecast",
    .model    = {"model", train, predict},
    .baseline = {{"grid_plus_form", NULL, pb__forecast_grid_form_predict},
                 {"grid_slot", NULL, pb__forecast_grid_slot_predict}},
    .explain  = explain,
};
