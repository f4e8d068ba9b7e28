/* rejoin_kind: in which place does a car that stops at the end of this lap end its
 * out-lap. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "kinds.h"
#include "rejoin.h"
#include "rejoin_desk.h"
#include "rejoin_learn.h"

/* ---- learning ---- */

static pb_status learn_sight(const pb_history *past, pb_pitcall_sight sight, const pb__rejoin_book *book,
                             const double *pace, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    pb__rejoin_params p = pb__rejoin_params_default();
    pb__rejoin_trees  trees;
    pb__rejoin_past   stops;
    memcpy(p.pace, pace, sizeof p.pace);
    PB_TRY(pb__rejoin_learn_calls(past, sight, options, &trees, error));
    pb_status status = pb__rejoin_past_init(past, sight, book, pace, &trees, &stops, error);
    if (status == PB_OK) {
        status = pb__rejoin_fit(&stops, options->quick, &p);
        if (status != PB_OK) pb_error_set(error, status, "rejoin: %s", pb_status_text(status));
        pb__rejoin_past_fini(&stops);
    }
    if (status == PB_OK) status = pb__rejoin_params_put(model, sight, &p, error);
    if (status == PB_OK && trees.all) {
        status    = pb_model_put_forest(model, pb__rejoin_forest_name(sight), trees.all, error);
        trees.all = NULL;
    }
    pb__rejoin_trees_fini(&trees);
    return status;
}

typedef enum which { BY_LAP = 1, BY_CLOCK = 2 } which;

#define QUICK_RACES 30 /* --quick learns from the latest only */

static pb_history learned_from(const pb_history *past, bool quick)
{
    pb_history seen = *past;
    if (quick && seen.n > QUICK_RACES) {
        seen.races += seen.n - QUICK_RACES;
        seen.n = QUICK_RACES;
    }
    return seen;
}

static pb_status learn(const pb_history *all, int sights, const pb_learn_options *options, pb_model *model,
                       pb_error *error)
{
    const pb_history  seen = learned_from(all, options->quick), *past = &seen;
    pb__rejoin_params p = pb__rejoin_params_default();
    pb__rejoin_book   book;
    double            share[PB_REJOIN_FLAGS];
    pb_status         status = pb__rejoin_learn_pace(past, p.pace);
    if (status == PB_OK) status = pb__rejoin_book_init(past, past->n, p.pace, &book);
    if (status != PB_OK) return pb_error_set(error, status, "rejoin: %s", pb_status_text(status));
    status = pb__rejoin_learn_shares(past, share);
    if (status != PB_OK) pb_error_set(error, status, "rejoin: %s", pb_status_text(status));
    if (status == PB_OK) status = pb_model_put(model, "share", share, PB_REJOIN_FLAGS, error);
    if (status == PB_OK) status = pb__rejoin_circuits_put(model, &book, error);
    if (status == PB_OK && (sights & BY_LAP))
        status = learn_sight(past, PB_PITCALL_BY_LAP, &book, p.pace, options, model, error);
    if (status == PB_OK && (sights & BY_CLOCK))
        status = learn_sight(past, PB_PITCALL_BY_CLOCK, &book, p.pace, options, model, error);
    pb__rejoin_book_fini(&book);
    return status;
}

static pb_status train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    return learn(past, BY_LAP | BY_CLOCK, options, model, error);
}

static pb_status train_by_clock(const pb_history *past, const pb_learn_options *options, pb_model *model,
                                pb_error *error)
{
    return learn(past, BY_CLOCK, options, model, error);
}

/* ---- predicting ---- */

static pb_status answer(pb_rejoin_desk *desk, uint32_t car, uint16_t in_lap, pb_row *row, pb__rejoin_case *c,
                        pb_error *error)
{
    const pb_race_log *log = desk->board.race->log;
    pb_rejoin_ask      ask = pb_rejoin_ask_default();
    pb__rejoin_params  p;
    pb__rejoin_calls   calls;
    pb__rejoin_places  places;
    uint32_t           place;
    ask.car = car;
    ask.lap = (uint16_t)(in_lap - 1);
    PB_TRY(pb__rejoin_desk_case(desk, &ask, c, &p, &calls, error));
    pb__rejoin_places_of(c, &p, &calls, &places);
    *row = (pb_row){.season = log->season, .round = log->round, .lap = (int16_t)in_lap};
    memcpy(row->driver, log->cars[car].code, sizeof row->driver);
    pb__rejoin_told(&p, &places, &place, &row->value[PB__REJOIN_WITHIN]);
    row->value[PB__REJOIN_PLACE] = place;
    return PB_OK;
}

static pb_status predict_sight(const pb_model *model, const pb_history *history, size_t at, pb_rejoin_sight sight,
                               pb_rows *rows, pb_error *error)
{
    pb__truths      truths = {0};
    pb_rejoin_desk *desk   = NULL;
    pb__rejoin_case c;
    pb_status       status = pb__truth_rejoin(&history->races[at], &truths);
    if (status != PB_OK) pb_error_set(error, status, "rejoin: %s", pb_status_text(status));
    if (status == PB_OK) status = pb_rejoin_desk_create(model, history, at, sight, &desk, error);
    for (size_t i = 0; i < truths.n && status == PB_OK; i++) {
        pb_row row;
        status = answer(desk, (uint32_t)truths.at[i].car, truths.at[i].lap, &row, &c, error);
        if (status == PB_OK) status = pb_rows_add(rows, &row);
    }
    pb_rejoin_desk_destroy(desk);
    pb__truths_fini(&truths);
    return status;
}

static pb_status predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows, pb_error *error)
{
    return predict_sight(model, history, at, PB_REJOIN_BY_LAP, rows, error);
}

static pb_status predict_by_clock(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                  pb_error *error)
{
    return predict_sight(model, history, at, PB_REJOIN_BY_CLOCK, rows, error);
}

/* ---- explaining ---- */

/* The rival that is hardest to tell, but not `not`; -1 none. */
static int hardest(const pb_rejoin *a, int other_than)
{
    int    best  = -1;
    double worst = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        double open = a->rival[i].p_ahead * (1 - a->rival[i].p_ahead);
        if (open <= worst || (int)i == other_than) continue;
        worst = open;
        best  = (int)i;
    }
    return best;
}

static void say_rival(const pb_race_log *log, const pb_rejoin_rival *r, pb_evidence *out)
{
    snprintf(out->text, sizeof out->text,
             "%s %.1f s %s if it stays out; stops in time with %.0f %%; ahead with %.0f %%", log->cars[r->car].code,
             fabs(r->gap_s), r->gap_s < 0 ? "ahead" : "behind", 100 * r->p_stop, 100 * r->p_ahead);
    out->value = r->p_ahead;
    snprintf(out->unit, sizeof out->unit, "places");
}

static void say_loss(const pb_rejoin *a, pb_evidence *out)
{
    snprintf(out->text, sizeof out->text, "a stop costs %.1f s here (%.1f to %.1f), by %u stop%s of this race",
             a->loss_s, a->loss_lo_s, a->loss_hi_s, a->stops_seen, a->stops_seen == 1 ? "" : "s");
    out->value = a->loss_s;
    snprintf(out->unit, sizeof out->unit, "s");
}

static pb_status reasons(pb_rejoin_desk *desk, const pb_question *q, pb_evidence evidence[PB_EVIDENCE_MAX],
                         pb_error *error)
{
    pb_rejoin     a;
    pb_rejoin_ask ask = pb_rejoin_ask_default();
    ask.car           = (uint32_t)q->car;
    ask.lap           = (uint16_t)(q->lap - 1);
    PB_TRY(pb_rejoin_of(desk, &ask, &a, error));
    int first = hardest(&a, -1), second = hardest(&a, first);
    pb__evidence_none(evidence);
    say_loss(&a, &evidence[0]);
    if (first >= 0) say_rival(desk->board.race->log, &a.rival[first], &evidence[1]);
    if (second >= 0) say_rival(desk->board.race->log, &a.rival[second], &evidence[2]);
    return PB_OK;
}

/* Of any car at any lap, whether it stopped or not. */
static pb_status explain(const pb_model *model, const pb_question *q, pb_row *row,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    pb_rejoin_desk *desk = NULL;
    pb__rejoin_case c;
    if (q->car < 0 || (uint32_t)q->car >= q->history->races[q->at].log->n_cars || q->lap < 2)
        return pb_error_set(error, PB_E_EMPTY, "rejoin: name a car of the race and an in-lap from 2 on");
    PB_TRY(pb_rejoin_desk_create(model, q->history, q->at, PB_REJOIN_BY_LAP, &desk, error));
    pb_status status = answer(desk, (uint32_t)q->car, q->lap, row, &c, error);
    if (status == PB_OK) status = reasons(desk, q, evidence, error);
    pb_rejoin_desk_destroy(desk);
    return status;
}

/* ---- drift ---- */

enum { FEATURES = 9 };

static const pb_feature features[FEATURES] = {
    {"loss_s", "expected loss of the stop, s"},
    {"in_s", "of it before the line, s"},
    {"seen_stops", "stops of this race it rests on"},
    {"pending_s", "time penalty to serve, s"},
    {"in_reach", "cars within a minute"},
    {"in_lane", "of them in the lane at that moment"},
    {"call", "log-odds that this car was called in"},
    {"calls", "mean log-odds of the cars in reach"},
    {"wet_share", "share of running cars on rain tyres"},
};

static const pb_feature_schema schema = {"rejoin-1", features, FEATURES};

static void feature_row(const pb__rejoin_case *c, float x[FEATURES])
{
    double calls = 0, lane = 0;
    for (uint32_t i = 0; i < c->n_reach; i++) {
        lane += c->rival[i].in_lane;
        calls += c->rival[i].in_lane ? 0 : c->rival[i].call;
    }
    const double all[FEATURES] = {
        c->loss_s,   c->level.in_s, c->level.seen, c->pending_s,
        c->n_reach,  lane,          c->call,       c->n_reach - lane > 0 ? calls / (c->n_reach - lane) : (double)NAN,
        c->wet_share};
    for (int k = 0; k < FEATURES; k++) x[k] = (float)all[k];
}

static pb_status feature_rows(const pb_model *model, const pb_history *history, size_t at, pb_feature_rows *rows,
                              pb_error *error)
{
    pb__truths      truths = {0};
    pb_rejoin_desk *desk   = NULL;
    pb_status       status = pb__truth_rejoin(&history->races[at], &truths);
    if (status == PB_OK) status = pb_rejoin_desk_create(model, history, at, PB_REJOIN_BY_LAP, &desk, error);
    for (size_t i = 0; i < truths.n && status == PB_OK; i++) {
        pb__rejoin_case c;
        pb_row          row;
        float           x[FEATURES];
        status = answer(desk, (uint32_t)truths.at[i].car, truths.at[i].lap, &row, &c, error);
        if (status != PB_OK) break;
        feature_row(&c, x);
        status = pb_feature_rows_add(rows, x);
    }
    pb_rejoin_desk_destroy(desk);
    pb__truths_fini(&truths);
    return status;
}

const pb_model_kind pb__kind_rejoin = {
    .name     = "rejoin",
    .answers  = "place after the out-lap of a stop now, and the chance to be within one of it",
    .protocol = "rejoin",
    .schema   = &schema,
    .model    = {"model", train, predict},
    .baseline = {{"circuit_loss_updated", NULL, pb__rejoin_circuit_updated},
                 {"circuit_loss", NULL, pb__rejoin_circuit},
                 {"no_loss", NULL, pb__rejoin_no_loss},
                 {"model_by_clock", train_by_clock, predict_by_clock}},
    .explain  = explain,
    .features = feature_rows,
};
