/* sc_kind: the chance that a safety car comes out on one of the next three laps
 * of the leader. A logistic regression with ridge. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kinds.h"
#include "pitboard/num.h"
#include "sc_baseline.h"
#include "sc_features.h"

#define ROWS_LEAST 200
#define FAR 50.0

/* Rows that count as seen without any effect; the start, the level and the window
 * are known too well to be held. */
static const double ridge[PB__SC_FEATURES] = {0.01, 0.3, 3, 3, 3, 3, 3, 3, 0.3, 3};

typedef struct cases {
    double *x, *y;
    size_t  n, cap;
} cases;

static pb_status add_case(cases *all, const float *x, double y)
{
    if (all->n == all->cap) {
        size_t  cap = all->cap ? 2 * all->cap : 4096;
        double *xs  = realloc(all->x, cap * PB__SC_FEATURES * sizeof *xs);
        if (xs) all->x = xs;
        double *ys = realloc(all->y, cap * sizeof *ys);
        if (ys) all->y = ys;
        if (!xs || !ys) return PB_E_NOMEM;
        all->cap = cap;
    }
    for (int j = 0; j < PB__SC_FEATURES; j++) all->x[all->n * PB__SC_FEATURES + (size_t)j] = (double)x[j];
    all->y[all->n++] = y;
    return PB_OK;
}

static pb_status add_race(const pb_history *past, size_t k, cases *all)
{
    pb__truths   rows  = {0};
    pb__sc_rates rates = pb__sc_rates_before(past, k);
    if (past->races[k].log->sprint) return PB_OK;
    pb_status status = pb__truth_sc(&past->races[k], &rows);
    for (size_t i = 0; status == PB_OK && i < rows.n; i++) {
        float x[PB__SC_FEATURES];
        pb__sc_features_of(&past->races[k], &rates, rows.at[i].lap, x);
        status = add_case(all, x, rows.at[i].y);
    }
    pb__truths_fini(&rows);
    return status;
}

/* Where there is too little to learn from: rates of effects.md 8 as log-odds of three laps. Laps 0.0085 each; lap 1
 * 0.22 and then 0.026; wet 2.7 times as often. */
static pb_status put_prior(size_t laps, pb_model *model, pb_error *error)
{
    static const double prior[PB__SC_FEATURES] = {-3.65, 2.65, 1.15, 0.7, 0, 0, 0, 1.0, 1.0, 0};
    char                note[96];
    snprintf(note, sizeof note, "prior: %zu laps of earlier races are too few to learn from", laps);
    PB_TRY(pb_model_put(model, "weights", prior, PB__SC_FEATURES, error));
    return pb_model_put_text(model, "note", note, error);
}

static pb_status fit(const cases *all, pb_model *model, pb_error *error)
{
    double b[PB__SC_FEATURES], cov[PB__SC_FEATURES * PB__SC_FEATURES];
    if (all->n < ROWS_LEAST) return put_prior(all->n, model, error);
    pb_status status = pb_logit_fit(all->x, all->y, NULL, all->n, PB__SC_FEATURES, ridge, b, cov);
    if (status != PB_OK) return pb_error_set(error, status, "sc: the regression over %zu laps has no answer", all->n);
    PB_TRY(pb_model_put(model, "weights", b, PB__SC_FEATURES, error));
    return pb_model_put(model, "covariance", cov, (size_t)PB__SC_FEATURES * PB__SC_FEATURES, error);
}

static pb_status train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    cases     all    = {0};
    pb_status status = PB_OK;
    (void)options;
    for (size_t k = 0; k < past->n && status == PB_OK; k++) status = add_race(past, k, &all);
    status =
        status == PB_OK ? fit(&all, model, error) : pb_error_set(error, status, "out of memory for the laps of sc");
    free(all.x);
    free(all.y);
    return status;
}

static pb_status weights_of(const pb_model *model, double *b, pb_error *error)
{
    PB_TRY(pb_model_get(model, "weights", b, PB__SC_FEATURES, error));
    for (int j = 0; j < PB__SC_FEATURES; j++)
        if (!(fabs(b[j]) <= FAR))
            return pb_error_set(error, PB_E_RANGE, "sc: the weight of \"%s\" is %g; at most %g is sensible",
                                pb__sc_schema.at[j].name, b[j], FAR);
    return PB_OK;
}

static double prob_of(const double *b, const float *x)
{
    double z = 0;
    for (int j = 0; j < PB__SC_FEATURES; j++) z += b[j] * (double)x[j];
    return 1 / (1 + pb_exp(-z));
}

static pb_row row_of(const pb_history_race *race, uint32_t lap, double p)
{
    pb_row row          = {.season = race->log->season, .round = race->log->round, .lap = (int16_t)lap};
    row.value[PB__SC_P] = p;
    return row;
}

static pb_status predict(const pb_model *model, const pb_history *history, size_t at, pb_rows *out, pb_error *error)
{
    double                 b[PB__SC_FEATURES];
    pb__truths             rows  = {0};
    const pb_history_race *race  = &history->races[at];
    pb__sc_rates           rates = pb__sc_rates_before(history, at);
    PB_TRY(weights_of(model, b, error));
    pb_status status = pb__truth_sc(race, &rows);
    for (size_t i = 0; status == PB_OK && i < rows.n; i++) {
        float x[PB__SC_FEATURES];
        pb__sc_features_of(race, &rates, rows.at[i].lap, x);
        pb_row row = row_of(race, rows.at[i].lap, prob_of(b, x));
        status     = pb_rows_add(out, &row);
    }
    pb__truths_fini(&rows);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "out of memory for rows");
}

static pb_status features(const pb_model *model, const pb_history *history, size_t at, pb_feature_rows *out,
                          pb_error *error)
{
    pb__truths   rows  = {0};
    pb__sc_rates rates = pb__sc_rates_before(history, at);
    (void)model;
    pb_status status = pb__truth_sc(&history->races[at], &rows);
    for (size_t i = 0; status == PB_OK && i < rows.n; i++) {
        float x[PB__SC_FEATURES];
        pb__sc_features_of(&history->races[at], &rates, rows.at[i].lap, x);
        status = pb_feature_rows_add(out, x);
    }
    pb__truths_fini(&rows);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "out of memory for rows");
}

/* ---- reasons ---- */

static void say(const float *x, uint32_t lap, int j, char text[120])
{
    double value = (double)x[j];
    switch (j) {
    case PB__SC_START:
        snprintf(text, 120, "%s", lap == 0 ? "the start and lap 1 are ahead" : "the start is over");
        break;
    case PB__SC_LAP_1:
    case PB__SC_LAPS_2_3:
        snprintf(text, 120, "lap %u: the field is still close", lap + 1);
        break;
    case PB__SC_AFTER:
        snprintf(text, 120, "racing again for at most three laps");
        break;
    case PB__SC_YELLOW:
        snprintf(text, 120, "a yellow flag was shown in lap %u", lap);
        break;
    case PB__SC_VSC:
        snprintf(text, 120, "a virtual safety car was out in lap %u", lap);
        break;
    case PB__SC_WET:
        snprintf(text, 120, "%.0f %% of the cars are on wet tyres", 100 * value);
        break;
    case PB__SC_WINDOW:
        snprintf(text, 120, "fewer than three laps are left");
        break;
    case PB__SC_CIRCUIT:
        snprintf(text, 120, "safety cars here x%.2f the usual, shrunk", pb_exp(value));
        break;
    default:
        snprintf(text, 120, "the usual chance of a racing lap");
    }
}

static void find_reasons(const double *b, const float *x, uint32_t lap, pb_evidence evidence[PB_EVIDENCE_MAX])
{
    bool told[PB__SC_FEATURES] = {false};
    for (int i = 0; i < PB_EVIDENCE_MAX; i++) {
        int best = -1;
        for (int j = 1; j < PB__SC_FEATURES; j++)
            if (!told[j] && x[j] != 0 && (best < 0 || fabs(b[j] * (double)x[j]) > fabs(b[best] * (double)x[best])))
                best = j;
        if (best < 0 && !told[0]) best = 0; /* nothing particular: the level itself */
        evidence[i] = (pb_evidence){0};
        if (best < 0) continue;
        told[best]        = true;
        evidence[i].value = b[best] * (double)x[best];
        snprintf(evidence[i].unit, sizeof evidence[i].unit, "log-odds");
        say(x, lap, best, evidence[i].text);
    }
}

static pb_status explain(const pb_model *model, const pb_question *q, pb_row *answer,
                         pb_evidence evidence[PB_EVIDENCE_MAX], pb_error *error)
{
    double                 b[PB__SC_FEATURES];
    float                  x[PB__SC_FEATURES];
    const pb_history_race *race  = &q->history->races[q->at];
    pb__sc_rates           rates = pb__sc_rates_before(q->history, q->at);
    PB_TRY(weights_of(model, b, error));
    if (q->lap > race->outcome->laps)
        return pb_error_set(error, PB_E_RANGE, "sc: lap %u of a race of %u laps", q->lap, race->outcome->laps);
    pb__sc_features_of(race, &rates, q->lap, x);
    *answer = row_of(race, q->lap, prob_of(b, x));
    find_reasons(b, x, q->lap, evidence);
    return PB_OK;
}

const pb_model_kind pb__kind_sc = {
    .name     = "sc",
    .answers  = "probability that a safety car comes out on one of the leader's next three laps",
    .protocol = "sc",
    .schema   = &pb__sc_schema,
    .model    = {"model", train, predict},
    .baseline = {{"phase_circuit", NULL, pb__sc_phase_circuit_predict}, {"global", NULL, pb__sc_global_predict}},
    .unproven = "it is not shown to be better than rates by phase and circuit",
    .explain  = explain,
    .features = features,
};
