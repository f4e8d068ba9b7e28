/* The kind `pace`: lap time one and five laps ahead. docs/models/pace.md. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "kinds.h"
#include "pace_baseline.h"
#include "pace_learn.h"
#include "truth.h"

/* A lap the filter refused (a clock that ran backwards): the lap itself, else the
 * level of the circuit; wide. */
static void answer_without_filter(const pb_lap *lap, double base_s, pb__pace_answer *out)
{
    double s = lap->time_ms > 0 ? lap->time_ms * 1e-3 : base_s;
    *out     = (pb__pace_answer){.lap_s = s, .q10_s = s - 2, .q90_s = s + 2, .filter_s = s, .sd_s = 1.56};
}

static pb_row row_of(const pb_race_log *log, uint32_t car, uint16_t lap, uint16_t horizon, const pb__pace_answer *a)
{
    pb_row row = {.season = log->season, .round = log->round, .lap = (int16_t)lap, .horizon = (int16_t)horizon};
    memcpy(row.driver, log->cars[car].code, sizeof row.driver);
    row.value[PB__PACE_S]   = a->lap_s;
    row.value[PB__PACE_Q10] = a->q10_s;
    row.value[PB__PACE_Q90] = a->q90_s;
    return row;
}

static void answer_at(const pb_model *model, const pb_race_log *log, const pb__pace_origins *origins, uint32_t car,
                      uint32_t row, int horizon, pb__pace_answer *out)
{
    pb_tyre_prior any = pb_tyre_prior_default();
    if (!pb__pace_answer_of(model, &origins->at[origins->first[car] + row], horizon, out))
        answer_without_filter(&log->cars[car].laps[row], any.base_s, out);
}

static pb_status predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows, pb_error *error)
{
    const pb_race_log *log = history->races[at].log;
    pb__pace_origins   origins;
    pb__truths         truths = {0};
    PB_TRY(pb__pace_check(model, error));
    PB_TRY(pb__pace_origins_of(model, history, at, &origins, error));
    pb_status status = pb__truth_pace(&history->races[at], &truths);
    for (size_t i = 0; i < truths.n && status == PB_OK; i++) {
        const pb__truth *t = &truths.at[i];
        pb__pace_answer  answer;
        answer_at(model, log, &origins, (uint32_t)t->car, (uint32_t)t->from, pb__pace_horizon_index(t->horizon),
                  &answer);
        pb_row row = row_of(log, (uint32_t)t->car, t->lap, t->horizon, &answer);
        status     = pb_rows_add(rows, &row);
    }
    pb__truths_fini(&truths);
    pb__pace_origins_fini(&origins);
    return status;
}

/* Every fifth row. */
static pb_status features(const pb_model *model, const pb_history *history, size_t at, pb_feature_rows *rows,
                          pb_error *error)
{
    pb__pace_origins origins;
    pb__truths       truths = {0};
    PB_TRY(pb__pace_origins_of(model, history, at, &origins, error));
    pb_status status = pb__truth_pace(&history->races[at], &truths);
    for (size_t i = 0; i < truths.n && status == PB_OK; i += 5) {
        const pb__truth *t = &truths.at[i];
        int              h = pb__pace_horizon_index(t->horizon);
        status             = pb_feature_rows_add(rows, origins.at[origins.first[t->car] + (uint32_t)t->from].x[h]);
    }
    pb__truths_fini(&truths);
    pb__pace_origins_fini(&origins);
    return status;
}

/* ---- explain ---- */

static double feature_of(const pb__pace_origin *origin, int horizon, const char *name)
{
    int i = pb_feature_index(&pb__pace_schema, name);
    return i < 0 ? NAN : (double)origin->x[horizon][i];
}

/* The state of the filter in words, then what the forest adds. */
static pb_status reasons(const pb_model *model, const pb__pace_origin *origin, int horizon, const pb__pace_answer *a,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    char name[32];
    snprintf(name, sizeof name, "pace.shift.%u", pb__pace_horizon[horizon]);
    const pb_forest *forest = pb_model_forest(model, name);
    pb__evidence_none(evidence);
    pb__evidence_add(evidence, a->filter_s, "s",
                     "tyre filter: wear %.3f s a lap, tyre %.0f laps old, fuel %+.3f s a lap, last laps %+.2f s",
                     feature_of(origin, horizon, "wear"), feature_of(origin, horizon, "age"),
                     feature_of(origin, horizon, "evolution"), feature_of(origin, horizon, "memory"));
    if (!forest || origin->mean_s[horizon] != origin->mean_s[horizon]) return PB_OK;
    return pb__explain_forest(forest, &pb__pace_schema, origin->x[horizon], 0, 1, "s", evidence, error);
}

static pb_status explain(const pb_model *model, const pb_question *q, pb_row *answer,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    const pb_race_log *log     = q->history->races[q->at].log;
    int                horizon = pb__pace_horizon_index(q->horizon);
    if (horizon < 0) return pb_error_set(error, PB_E_RANGE, "pace is told 1 or 5 laps ahead, not %u", q->horizon);
    if (q->car < 0 || (uint32_t)q->car >= log->n_cars)
        return pb_error_set(error, PB_E_RANGE, "pace: name a car of the race");
    if (q->lap <= q->horizon)
        return pb_error_set(error, PB_E_RANGE, "pace: lap %u has no lap %u laps before it", q->lap, q->horizon);
    int32_t row = pb_lap_row(&log->cars[q->car], q->lap - (uint32_t)q->horizon);
    if (row < 0)
        return pb_error_set(error, PB_E_MISSING, "%s: %s has no lap %u to tell lap %u from", log->source,
                            log->cars[q->car].code, q->lap - (uint32_t)q->horizon, q->lap);
    pb__pace_origins origins;
    pb__pace_answer  a;
    PB_TRY(pb__pace_check(model, error));
    PB_TRY(pb__pace_origins_of(model, q->history, q->at, &origins, error));
    answer_at(model, log, &origins, (uint32_t)q->car, (uint32_t)row, horizon, &a);
    *answer          = row_of(log, (uint32_t)q->car, q->lap, q->horizon, &a);
    pb_status status = reasons(model, &origins.at[origins.first[q->car] + (uint32_t)row], horizon, &a, evidence, error);
    pb__pace_origins_fini(&origins);
    return status;
}

const pb_model_kind pb__kind_pace = {
    .name     = "pace",
    .answers  = "time of the lap after the next line, and of the fifth, in s, with an 80 % interval",
    .protocol = "pace",
    .schema   = &pb__pace_schema,
    .model    = {"model", pb__pace_train, predict},
    .baseline = {{"ar1", pb__pace_ar1_train, pb__pace_ar1_predict},
                 {"last", pb__pace_ar1_train, pb__pace_last_predict},
                 {"median3", pb__pace_ar1_train, pb__pace_median3_predict}},
    .explain  = explain,
    .features = features,
};
