/* stops_kind: how many stops, which compounds, which laps, told before the start. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "kinds.h"
#include "pitboard/num.h"
#include "stops_view.h"
#include "truth.h"

static pb_status train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    pb__stops_book    book;
    pb__stops_learned learned = {.fitted = false};
    (void)options;
    pb_status status = pb__stops_book_init(past, past->n, &book);
    if (status == PB_OK) {
        status = pb__stops_learn(&book, &learned);
        pb__stops_book_fini(&book);
    }
    if (status != PB_OK) return pb_error_set(error, status, "stops: no memory for %zu races", past->n);
    return pb__stops_learned_put(&learned, model, error);
}

static pb_status view_of(const pb_model *model, const pb_history *history, size_t at, pb_stops_view **out,
                         pb_error *error)
{
    const pb_race_log  *log  = history->races[at].log;
    const pb_stops_race race = {.circuit = log->circuit, .season = log->season};
    return pb_stops_view_create(model, history, at, &race, out, error);
}

/* Of the race itself nothing is read but who starts where. */
static pb_stops_car car_of(const pb_history_race *race, uint32_t c)
{
    const pb_log_car *car = &race->log->cars[c];
    return (pb_stops_car){.team = car->team, .grid = car->grid, .pit_lane = race->has_grid && car->grid == 0};
}

static void put_plan(const pb_stops_plan *plan, pb_row *row)
{
    size_t n = 0, at = 0;
    for (uint32_t i = 0; i <= plan->stops; i++)
        n += (size_t)snprintf(row->text[0] + n, sizeof row->text[0] - n, "%s%s", i ? "-" : "",
                              pb_compound_name((pb_compound)plan->compound[i]));
    for (uint32_t i = 0; i < plan->stops; i++)
        at += (size_t)snprintf(row->text[1] + at, sizeof row->text[1] - at, "%s%u", i ? "-" : "", plan->lap[i]);
}

static pb_status row_of(const pb_stops_view *view, const pb_history_race *race, uint32_t c, pb_row *row,
                        pb_error *error)
{
    pb_stops_prior     prior;
    const pb_stops_car car = car_of(race, c);
    PB_TRY(pb_stops_view_ask(view, &car, &prior, error));
    *row = (pb_row){.season = race->log->season, .round = race->log->round};
    memcpy(row->driver, race->log->cars[c].code, sizeof row->driver);
    row->value[PB__STOPS_N] = prior.told.stops;
    for (int k = 1; k <= PB_STOPS_MAX; k++) row->value[PB__STOPS_P1 + k - 1] = prior.p_stops[k];
    put_plan(&prior.told, row);
    return PB_OK;
}

static pb_status predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows, pb_error *error)
{
    const pb_history_race *race   = &history->races[at];
    pb_stops_view         *view   = NULL;
    pb_status              status = view_of(model, history, at, &view, error);
    for (uint32_t c = 0; c < race->log->n_cars && status == PB_OK; c++) {
        pb_row row;
        status = row_of(view, race, c, &row, error);
        if (status == PB_OK && pb_rows_add(rows, &row) != PB_OK)
            status = pb_error_set(error, PB_E_NOMEM, "stops: out of memory for rows");
    }
    pb_stops_view_destroy(view);
    return status;
}

/* ---- reasons ---- */

static double log_odds(const double p[PB_STOPS_MAX + 1])
{
    double two = fmin(fmax(p[2] + p[3], 1e-3), 1 - 1e-3);
    return pb_log(two / (1 - two));
}

static void add_sign(const pb_stops_view *v, int j, pb_evidence evidence[PB_EVIDENCE_MAX])
{
    const pb__stops_signs   *s = &v->signs;
    const pb__stops_learned *l = &v->learned;
    double                   z = l->two[j + 1] * (s->x[j] - s->level[j]) / pb__stops_step[j];
    switch (j) {
    case PB__STOPS_WEAR:
        pb__evidence_add(evidence, z, "log-odds", "a lap of tyre age costs %.3f s here, %.3f s elsewhere", s->x[j],
                         s->level[j]);
        break;
    case PB__STOPS_STINT:
        pb__evidence_add(evidence, z, "log-odds", "stints here are as long as %.2f of the race, elsewhere %.2f",
                         s->x[j] * s->x[j], s->level[j] * s->level[j]);
        break;
    default:
        if (s->x[j] != 0)
            pb__evidence_add(evidence, z, "log-odds", "cars made %.1f stops %s here than elsewhere in 2011-2017",
                             fabs(s->x[j]), s->x[j] < 0 ? "fewer" : "more");
    }
}

static void find_reasons(const pb_stops_view *v, const pb_stops_car *car, pb_evidence evidence[PB_EVIDENCE_MAX])
{
    char   team[40];
    double p[PB_STOPS_MAX + 1], before;
    pb__evidence_none(evidence);
    if (v->least > 0) pb__evidence_add(evidence, v->least, "stops", "the rules of this race ask for so many");
    for (int j = 0; j < PB__STOPS_SIGNS && v->learned.fitted; j++) add_sign(v, j, evidence);
    if (v->learned.fitted)
        pb__stops_count_signs(&v->learned, &v->signs, p);
    else
        memcpy(p, v->signs.last, sizeof p);
    before = log_odds(p);
    if (v->learned.fitted && v->signs.edition)
        pb__evidence_add(evidence, log_odds(v->p_stops) - before, "log-odds",
                         "beside what the field did at the last edition here");
    pb_team_id(pb_span_of(car->team), v->season, team, sizeof team);
    double habit = pb__stops_team(&v->book, v->place.number, car->team[0] ? team : "");
    if (habit != 0)
        pb__evidence_add(evidence, habit, "log-odds", "the team stops %s often than the field",
                         habit > 0 ? "more" : "less");
}

static pb_status explain(const pb_model *model, const pb_question *q, pb_row *row,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    const pb_history_race *race = &q->history->races[q->at];
    pb_stops_view         *view = NULL;
    if (q->car < 0 || (uint32_t)q->car >= race->log->n_cars)
        return pb_error_set(error, PB_E_EMPTY, "stops: name a car of the race");
    PB_TRY(view_of(model, q->history, q->at, &view, error));
    pb_status status = row_of(view, race, (uint32_t)q->car, row, error);
    if (status == PB_OK) {
        const pb_stops_car car = car_of(race, (uint32_t)q->car);
        find_reasons(view, &car, evidence);
    }
    pb_stops_view_destroy(view);
    return status;
}

const pb_model_kind pb__kind_stops = {
    .name     = "stops",
    .answers  = "how many tyre stops a car makes, on which compounds and laps, before the start",
    .protocol = "stops",
    .model    = {"model", train, predict},
    .baseline = {{"last_edition_modal", NULL, pb__stops_last_edition},
                 {"constant_MH", NULL, pb__stops_constant_mh},
                 {"last3_editions_modal", NULL, pb__stops_last3_editions},
                 {"last5_races_modal", NULL, pb__stops_last5_races}},
    .explain  = explain,
};
