#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "rain.h"

/* One logistic regression while the field is on slicks, one while it is on wet
 * tyres; each shrunk to its base rate, since few races are wet. */
enum { TERMS = PB__RAIN_FEATURES + 1 };
static const char *const states[2] = {"slicks", "wets"};
#define RIDGE 1.0 /* of a coefficient: as if a case had told that it is 0 +- 1 */
#define P_MIN 1e-4

typedef struct cases {
    double *x, *y;
    size_t  n, cap;
} cases;

static bool add_case(cases *c, const double row[PB__RAIN_FEATURES], double y)
{
    if (c->n == c->cap) {
        size_t  cap = c->cap ? 2 * c->cap : 512;
        double *x   = realloc(c->x, cap * TERMS * sizeof *x);
        if (x) c->x = x;
        double *t = realloc(c->y, cap * sizeof *t);
        if (t) c->y = t;
        if (!x || !t) return false;
        c->cap = cap;
    }
    c->x[c->n * TERMS] = 1;
    memcpy(c->x + c->n * TERMS + 1, row, PB__RAIN_FEATURES * sizeof *row);
    c->y[c->n++] = y;
    return true;
}

static bool on_wets(const double row[PB__RAIN_FEATURES])
{
    return row[0] > 0.5;
}

static pb_status collect(const pb_history *past, cases state[2])
{
    for (size_t r = 0; r < past->n; r++) {
        pb__truths truths = {0};
        pb_status  status = pb__truth_rain(&past->races[r], &truths);
        for (size_t i = 0; i < truths.n && status == PB_OK; i++) {
            double row[PB__RAIN_FEATURES];
            if (!pb__rain_features(&past->races[r], truths.at[i].lap, row)) continue;
            if (!add_case(&state[on_wets(row)], row, truths.at[i].y)) status = PB_E_NOMEM;
        }
        pb__truths_fini(&truths);
        PB_TRY(status);
    }
    return PB_OK;
}

static double rate(const cases *c)
{
    double y = 0.5, n = 25; /* before any case: one in fifty laps */
    for (size_t i = 0; i < c->n; i++) y += c->y[i];
    return y / (n + (double)c->n);
}

static pb_status train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    cases     state[2] = {{0}, {0}};
    pb_status status   = collect(past, state);
    (void)options;
    if (status != PB_OK) pb_error_set(error, status, "weather: %s", pb_status_text(status));
    for (int s = 0; s < 2 && status == PB_OK; s++) {
        double b[TERMS] = {0}, ridge[TERMS] = {0.01};
        for (int k = 1; k < TERMS; k++) ridge[k] = RIDGE;
        double p = rate(&state[s]);
        if (state[s].n == 0 || pb_logit_fit(state[s].x, state[s].y, NULL, state[s].n, TERMS, ridge, b, NULL) != PB_OK) {
            memset(b, 0, sizeof b);
            b[0] = pb_log(p / (1 - p));
        }
        status = pb_model_put(model, states[s], b, TERMS, error);
    }
    for (int s = 0; s < 2; s++) {
        free(state[s].x);
        free(state[s].y);
    }
    return status;
}

static pb_status chance(const pb_model *model, const pb_history_race *race, uint32_t lap, double *p,
                        double part[PB__RAIN_FEATURES], pb_error *error)
{
    double row[PB__RAIN_FEATURES], b[TERMS];
    if (!pb__rain_features(race, lap, row)) return pb_error_set(error, PB_E_EMPTY, "nobody had ended lap %u", lap);
    PB_TRY(pb_model_get(model, states[on_wets(row)], b, TERMS, error));
    double z = b[0];
    for (int k = 0; k < PB__RAIN_FEATURES; k++) {
        part[k] = b[k + 1] * row[k];
        z += part[k];
    }
    *p = fmin(fmax(1 / (1 + pb_exp(-z)), P_MIN), 1 - P_MIN);
    return PB_OK;
}

static pb_status predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows, pb_error *error)
{
    const pb_history_race *race = &history->races[at];
    for (uint32_t l = 1; l < race->outcome->laps; l++) {
        pb_row row = {.season = race->log->season, .round = race->log->round, .lap = (int16_t)l};
        double part[PB__RAIN_FEATURES];
        if (race->outcome->lead_ms[l] == PB_MS_NONE) continue;
        PB_TRY(chance(model, race, l, &row.value[0], part, error));
        PB_TRY(pb_rows_add(rows, &row));
    }
    return PB_OK;
}

static pb_status explain(const pb_model *model, const pb_question *q, pb_row *answer,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    const pb_history_race *race = &q->history->races[q->at];
    double                 part[PB__RAIN_FEATURES], row[PB__RAIN_FEATURES];
    bool                   told[PB__RAIN_FEATURES] = {false};
    if (q->lap < 1 || q->lap > race->outcome->laps)
        return pb_error_set(error, PB_E_RANGE, "no lap %u in that race", q->lap);
    *answer = (pb_row){.season = race->log->season, .round = race->log->round, .lap = (int16_t)q->lap};
    PB_TRY(chance(model, race, q->lap, &answer->value[0], part, error));
    pb__rain_features(race, q->lap, row);
    for (int e = 0; e < PB_EVIDENCE_MAX; e++) {
        int best = 0;
        for (int k = 0; k < PB__RAIN_FEATURES; k++)
            if (!told[k] && (told[best] || fabs(part[k]) > fabs(part[best]))) best = k;
        told[best]        = true;
        evidence[e].value = part[best];
        snprintf(evidence[e].text, sizeof evidence[e].text, "%s is %.2f", pb__rain_schema.at[best].name, row[best]);
        snprintf(evidence[e].unit, sizeof evidence[e].unit, "log-odds");
    }
    return PB_OK;
}

static pb_status feature_rows(const pb_model *model, const pb_history *history, size_t at, pb_feature_rows *rows,
                              pb_error *error)
{
    const pb_history_race *race = &history->races[at];
    (void)model;
    for (uint32_t l = 1; l < race->outcome->laps; l++) {
        double x[PB__RAIN_FEATURES];
        float  row[PB__RAIN_FEATURES];
        if (!pb__rain_features(race, l, x)) continue;
        for (int k = 0; k < PB__RAIN_FEATURES; k++) row[k] = (float)x[k];
        if (pb_feature_rows_add(rows, row) != PB_OK) return pb_error_set(error, PB_E_NOMEM, "weather: out of memory");
    }
    return PB_OK;
}

/* ---- the simple predictor ---- */

pb_status pb__rain_rate_train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    cases     state[2] = {{0}, {0}};
    pb_status status   = collect(past, state);
    (void)options;
    double p[2] = {rate(&state[0]), rate(&state[1])};
    for (int s = 0; s < 2; s++) {
        free(state[s].x);
        free(state[s].y);
    }
    if (status != PB_OK) return pb_error_set(error, status, "weather: %s", pb_status_text(status));
    return pb_model_put(model, "rate", p, 2, error);
}

pb_status pb__rain_rate_predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *rows,
                                pb_error *error)
{
    const pb_history_race *race = &history->races[at];
    double                 p[2], x[PB__RAIN_FEATURES];
    PB_TRY(pb_model_get(model, "rate", p, 2, error));
    for (uint32_t l = 1; l < race->outcome->laps; l++) {
        pb_row row = {.season = race->log->season, .round = race->log->round, .lap = (int16_t)l};
        if (!pb__rain_features(race, l, x)) continue;
        row.value[0] = p[on_wets(x)];
        PB_TRY(pb_rows_add(rows, &row));
    }
    return PB_OK;
}

const pb_model_kind pb__kind_rain = {
    .name     = "rain",
    .answers  = "chance that most of the field changes between slicks and wet tyres within five laps",
    .protocol = "rain",
    .schema   = &pb__rain_schema,
    .model    = {"model", train, predict},
    .baseline = {{"rate", pb__rain_rate_train, pb__rain_rate_predict}},
    .unproven = "it is not shown to be better than the rates",
    .explain  = explain,
    .features = feature_rows,
};
