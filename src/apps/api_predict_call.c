/* POST /predictions/pit-call: what the pit wall of a car will do at the end of this lap. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api_answers.h"
#include "api_moment.h"
#include "pitboard/predict_pitcall.h"

#define BACKGROUND "2023_07_spanish" /* whose car-laps stand in for what was not told */

typedef struct wall {
    double      p_stop, p_set[PB_PITCALL_SETS];
    bool        sets; /* p_set is known */
    uint32_t    of_lap;
    api_spoke   spoke;
    pb_evidence evidence[PB_EVIDENCE_MAX];
} wall;

/* ---- a recorded race ---- */

static pb_status wall_of_recorded(const api_moment *m, const pb_model *model, wall *out, pb_error *error)
{
    const pb_log_car *car  = &m->race.log.cars[m->car];
    uint16_t          last = car->n_laps ? car->laps[car->n_laps - 1].number : 0;
    pb_pitcall        call;
    pb_row            row;
    pb_error          why = {0};
    const pb_question q   = {
          .history = &m->view.history, .at = m->view.see.at, .car = (int32_t)m->car, .lap = (uint16_t)(last + 1)};
    PB_TRY(pb_pitcall_hazard(model, m->view.scene, m->car, PB_PITCALL_BY_CLOCK, &call, error));
    out->of_lap = q.lap;
    out->p_stop = call.p_stop;
    out->sets   = true;
    memcpy(out->p_set, call.p_set, sizeof out->p_set);
    if (pb_model_kind_find("pitcall")->explain(model, &q, &row, out->evidence, &why) != PB_OK)
        out->evidence[0].text[0] = '\0';
    return PB_OK;
}

/* ---- a few facts ---- */

/* Every car-lap of a bundled race, as the rest of what a pit wall looks at. */
static pb_status background_rows(const char *id, pb_feature_rows *rows, pb_error *error)
{
    pb_race_log      log;
    pb_race_outcome *outcome = malloc(sizeof *outcome);
    pb_neutral_phase phases[32];
    pb_race_log_init(&log);
    pb_status status = outcome ? api_race_log(id, NULL, &log, error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = pb_race_outcome_of(&log, outcome);
    if (status == PB_OK) {
        uint32_t              n    = pb_neutral_phases(&log, outcome, phases, 32);
        const pb_history_race race = {
            .log = &log, .outcome = outcome, .phases = phases, .n_phases = n < 32 ? n : 32, .usable = true};
        status = pb_pitcall_rows(&race, PB_PITCALL_BY_CLOCK, rows, error);
    }
    pb_race_log_fini(&log);
    free(outcome);
    return status;
}

/* A second dry compound is still owed. */
static bool owed(const pb_race_spec *s, uint32_t car)
{
    int slicks = 0;
    for (uint32_t k = 0; k < s->n_compounds; k++)
        if (s->cars[car].state.compounds_used >> k & 1u) slicks += s->compounds[k].kind == PB_TYRE_SLICK ? 1 : 2;
    return slicks < 2;
}

/* Every so many rows will do: a mean over some hundred. */
static void thin(pb_feature_rows *rows, size_t most)
{
    if (rows->n <= most) return;
    for (size_t i = 0; i < most; i++)
        memmove(rows->x + i * rows->k, rows->x + (i * rows->n / most) * rows->k, rows->k * sizeof *rows->x);
    rows->n = most;
}

static pb_status wall_of_told(const api_ask *ask, api_moment *m, const pb_model *model, wall *out, pb_error *error)
{
    const pb_race_spec *s     = m->spec;
    const pb_car_state *state = &s->cars[m->car].state;
    char                text[12];
    const char         *flag;
    decide_flag         kind;
    pb_feature_rows     rows = {.k = pb_model_kind_find("pitcall")->schema->n};
    bool                too_wet;
    PB_TRY(api_read_text(ask->body, "flag", text, sizeof text, &flag, error));
    PB_TRY(api_pointed(decide_flag_of(flag, &kind, error), error));
    double wet_s = api_wet_s(s, m->car, &too_wet);
    if (too_wet)
        return pb_error_set(error, PB_E_RULE,
                            "/track_wetness: too wet for slicks, which decides more than what this model is told of a "
                            "context; ask POST /api/v1/recommendations");
    if (wet_s > 0) api_note(&m->notes, "track_wetness: not in it");
    if (kind == DECIDE_FLAG_RED)
        return pb_error_set(error, PB_E_RULE, "/flag: under a red flag nobody drives into the lane to stop");
    const pb_pitcall_point point  = {.tyre_age_laps = state->tyre_age_laps,
                                     .laps_to_go    = s->rules.laps - s->from_lap,
                                     .compound = pb_compound_from_name(pb_span_of(s->compounds[state->compound].name)),
                                     .owed     = owed(s, m->car),
                                     .neutral  = (double)decide_flag_kind(kind)};
    pb_status              status = background_rows(BACKGROUND, &rows, error);
    if (status == PB_OK) {
        thin(&rows, 200);
        status = pb_pitcall_partial(model, PB_PITCALL_BY_CLOCK, &rows, &point, &out->p_stop, error);
    }
    pb_feature_rows_fini(&rows);
    out->of_lap = s->from_lap + 1u;
    api_note(&m->notes, "all else a pit wall looks at (gaps, pace, what others do): averaged over car-laps of a race "
                        "that comes with the program");
    return status;
}

/* ---- the answer ---- */

static void put_sets(const wall *w, pb_json_writer *to)
{
    if (!w->sets) {
        pb_json_put_null(to, "sets");
        return;
    }
    pb_json_object(to, "sets");
    for (int k = 0; k < PB_PITCALL_SETS; k++)
        pb_json_put_fixed(to, pb_compound_name((pb_compound)(k + 1)), w->p_set[k], 6);
    pb_json_object_end(to);
}

static pb_status pit_call_of(const api_ask *ask, api_moment *m, pb_json_writer *to, pb_error *error)
{
    const pb_model *model;
    pb_model       *own;
    wall            w = {0};
    PB_TRY(api_moment_model(m, "pitcall", &model, &own, &w.spoke, error));
    pb_status status = m->laps ? wall_of_recorded(m, model, &w, error) : wall_of_told(ask, m, model, &w, error);
    pb_model_destroy(own);
    if (status != PB_OK) return status;
    pb_json_object(to, NULL);
    api_moment_put(m, to);
    pb_json_put_i64(to, "of_lap", w.of_lap);
    api_value_put(to, w.p_stop, NAN, NAN, 0, "prob");
    put_sets(&w, to);
    api_tail_put(m, &w.spoke, w.evidence, to);
    pb_json_object_end(to);
    return PB_OK;
}

pb_status api_predict_pit_call(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    api_moment m;
    pb_status  status = api_moment_read(ask, false, &m, error);
    if (status == PB_OK) status = pit_call_of(ask, &m, to, error);
    api_moment_free(&m);
    return status;
}
