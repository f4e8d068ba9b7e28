/* undercut_kind: two cars that stop a few laps apart: is the one behind ahead after
 * both out-laps? */
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "kinds.h"
#include "penalty.h"
#include "undercut.h"

pb_row pb__undercut_row(const pb_race_log *log, const pb__truth *t, double p)
{
    pb_row row = {.season = log->season, .round = log->round, .lap = (int16_t)t->lap};
    memcpy(row.driver, log->cars[t->car].code, sizeof row.driver);
    row.value[PB__CUT_P]    = p;
    row.value[PB__CUT_LAPS] = t->answer;
    snprintf(row.text[PB__CUT_RIVAL], PB_ROW_TEXT_MAX, "%s", log->cars[t->rival].code);
    snprintf(row.text[PB__CUT_MOVE], PB_ROW_TEXT_MAX, "%s", t->bits & PB__TRUTH_OVERCUT ? "OVERCUT" : "UNDERCUT");
    return row;
}

static pb_status cases_of(const pb_model *model, const pb_history *history, size_t at, pb__undercut_cases *out,
                          pb_error *error)
{
    pb__fits fits;
    PB_TRY(pb__fits_init(&fits, at, error));
    pb_status status = pb__undercut_cases_add(model, history, at, &fits, out, error);
    pb__fits_fini(&fits);
    return status;
}

static pb_status predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows, pb_error *error)
{
    pb__undercut_cases cases = {0};
    pb__undercut_fit   fit;
    PB_TRY(pb__undercut_fit_of(model, &fit, error));
    pb_status status = cases_of(model, history, at, &cases, error);
    for (size_t i = 0; i < cases.n && status == PB_OK; i++) {
        pb_row row = pb__undercut_row(history->races[at].log, &cases.truth[i], pb__undercut_chance(&fit, &cases.at[i]));
        status     = pb_rows_add(rows, &row);
        if (status != PB_OK) pb_error_set(error, status, "undercut: out of memory for rows");
    }
    pb__undercut_cases_fini(&cases);
    return status;
}

static pb_status feature_rows(const pb_model *model, const pb_history *history, size_t at, pb_feature_rows *rows,
                              pb_error *error)
{
    pb__undercut_cases cases  = {0};
    pb_status          status = cases_of(model, history, at, &cases, error);
    for (size_t i = 0; i < cases.n && status == PB_OK; i++) {
        status = pb_feature_rows_add(rows, cases.x + i * PB__CUT_FEATURES);
        if (status != PB_OK) pb_error_set(error, status, "undercut: out of memory for rows");
    }
    pb__undercut_cases_fini(&cases);
    return status;
}

/* ---- one question ---- */

/* The next car on the road that ended the lap before: the one to be undercut. */
static pb_status find_rival(const pb_race_log *log, uint32_t car, uint32_t lap, pb__truth *out, pb_error *error)
{
    int32_t       row = pb_lap_row(&log->cars[car], lap), best = -1;
    const pb_lap *own = row >= 0 ? &log->cars[car].laps[row] : NULL;
    if (!own)
        return pb_error_set(error, PB_E_EMPTY, "undercut: %s did not complete lap %u, the one before the stop",
                            log->cars[car].code, lap);
    for (uint32_t c = 0; c < log->n_cars; c++) {
        int32_t at = pb_lap_row(&log->cars[c], lap);
        if (c == car || at < 0 || log->cars[c].laps[at].session_ms >= own->session_ms) continue;
        if (best >= 0 && log->cars[c].laps[at].session_ms < out->asked_ms) continue;
        best          = (int32_t)c;
        out->asked_ms = log->cars[c].laps[at].session_ms;
    }
    if (best < 0) return pb_error_set(error, PB_E_EMPTY, "undercut: nobody is ahead of %s", log->cars[car].code);
    out->car      = (int16_t)car;
    out->rival    = (uint8_t)best;
    out->asked_ms = own->session_ms;
    return PB_OK;
}

static void reasons(const pb__undercut_fit *fit, const pb__undercut_case *c, const char *rival,
                    pb_evidence evidence[PB_EVIDENCE_MAX])
{
    pb__evidence_none(evidence);
    pb__evidence_add(evidence, -c->gap_s, "s", "the gap to %s", rival);
    pb__evidence_add(evidence, fit->ahead.share * c->form.tyre_s, "s",
                     "new tyres against those of %s, %u lap%s until it stops", rival, c->answer,
                     c->answer == 1 ? "" : "s");
    pb__evidence_add(evidence, fit->ahead.share * c->form.pace_s, "s", "pace against %s over these laps", rival);
    pb__evidence_add(evidence, fit->ahead.first_s, "s", "what stopping first gives beside tyres");
    if (c->edge_s != 0) pb__evidence_add(evidence, c->edge_s, "s", "penalties to serve");
}

static pb_status ask_pair(const pb_undercut_pair *pair, uint32_t answer, pb_undercut *said, pb__undercut_case *c,
                          pb_error *error)
{
    pb__undercut_view view;
    PB_TRY(pb_undercut_ask(pair, false, answer, said, error));
    PB_TRY(pb__undercut_view_of(pair, &view, error));
    *c = (pb__undercut_case){.gap_s = view.gap_s, .edge_s = view.edge_s, .answer = answer};
    pb__undercut_form_of(&view, false, answer, &c->form);
    return PB_OK;
}

static pb_status ask_seen(const pb_model *model, const pb_question *q, const pb__truth *t, pb_undercut *said,
                          pb__undercut_case *c, pb_error *error)
{
    const pb_race_log *log   = q->history->races[q->at].log;
    pb_scene          *scene = NULL;
    pb_tyre_filter    *tyres = NULL;
    pb_sight           sight = {log, PB_LAPS_MAX, t->asked_ms};
    PB_TRY(pb_undercut_tyres(model, q->history, q->at, &sight, &tyres, error));
    pb_status status = pb_scene_create(log, NULL, &scene, error);
    if (status == PB_OK) {
        pb_undercut_pair pair = {
            .model            = model,
            .scene            = scene,
            .tyres            = tyres,
            .sight            = sight,
            .attacker         = (uint32_t)t->car,
            .defender         = t->rival,
            .attacker_extra_s = pb__penalty_pending_s(&q->history->races[q->at], (uint32_t)t->car, t->lap),
            .defender_extra_s = pb__penalty_pending_s(&q->history->races[q->at], t->rival, t->lap)};
        pb_scene_look(scene, sight.max_lap, sight.max_ms);
        status = ask_pair(&pair, t->answer, said, c, error);
    }
    pb_scene_destroy(scene);
    pb_tyre_filter_destroy(tyres);
    return status;
}

/* The car stops at the end of the lap, the next car ahead of it `horizon` laps later. */
static pb_status explain(const pb_model *model, const pb_question *q, pb_row *row,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    const pb_race_log *log = q->history->races[q->at].log;
    pb__truth          t   = {.lap = q->lap, .answer = (uint8_t)q->horizon};
    pb__undercut_fit   fit;
    pb__undercut_case  c;
    pb_undercut        said;
    if (q->car < 0 || (uint32_t)q->car >= log->n_cars || q->lap < 2)
        return pb_error_set(error, PB_E_EMPTY, "undercut: name a car of the race and a lap from 2 on");
    if (q->horizon < 1 || q->horizon > PB_UNDERCUT_LAPS)
        return pb_error_set(error, PB_E_RANGE, "undercut: the rival answers 1 to %d laps later, not %u",
                            PB_UNDERCUT_LAPS, q->horizon);
    PB_TRY(find_rival(log, (uint32_t)q->car, q->lap - 1U, &t, error));
    PB_TRY(pb__undercut_fit_of(model, &fit, error));
    PB_TRY(ask_seen(model, q, &t, &said, &c, error));
    *row = pb__undercut_row(log, &t, said.p_success);
    reasons(&fit, &c, log->cars[t.rival].code, evidence);
    return PB_OK;
}

const pb_model_kind pb__kind_undercut = {
    .name     = "undercut",
    .answers  = "probability that the car behind is ahead of its rival once both have stopped, the rival d laps later",
    .protocol = "undercut",
    .schema   = &pb__undercut_schema,
    .model    = {"model", pb__undercut_train, predict},
    .baseline = {{"answer_gap_logit", pb__undercut_line_train, pb__undercut_line_predict},
                 {"answer_gap_table", pb__undercut_table_train, pb__undercut_table_predict},
                 {"answer_rate", pb__undercut_table_train, pb__undercut_by_answer_predict}},
    .explain  = explain,
    .features = feature_rows,
};
