#include "models_drift.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "terminal.h"
#include "train_run.h"

#define FEATURES_SHOWN 8

/* Not sprints: no protocol asks for them. */
static bool is_newer(const pb_race_log *log, const pb_model_meta *meta)
{
    if (log->sprint || log->season < meta->until_season) return false;
    return log->season > meta->until_season || log->round > meta->until_round;
}

static pb_status newer_races(const backtest_history *history, const pb_model_meta *meta, size_t **out, size_t *n,
                             pb_error *error)
{
    size_t *races = calloc(history->n + 1, sizeof *races);
    if (!races) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    *n = 0;
    for (size_t i = 0; i < history->n; i++)
        if (is_newer(history->races[i].log, meta)) races[(*n)++] = i;
    *out = races;
    if (*n > 0) return PB_OK;
    return pb_error_set(error, PB_E_EMPTY, "no race in --data is newer than %d:%d, the last one it was trained on",
                        meta->until_season, meta->until_round);
}

/* ---- features ---- */

static int by_drift(const void *a, const void *b)
{
    const pb_drift_feature *x = a, *y = b;
    if (x->drifted != y->drifted) return x->drifted ? -1 : 1;
    return (y->psi > x->psi) - (y->psi < x->psi);
}

static pb_status judge_features(const pb_model *model, const backtest_history *history, const size_t *races, size_t n,
                                models_drift *out, pb_error *error)
{
    const pb_feature_schema *schema = out->kind->schema;
    pb_feature_rows          rows   = {0};
    size_t                  *ends   = calloc(n + 1, sizeof *ends);
    pb_drift_feature        *list   = calloc(schema->n + 1, sizeof *list);
    pb_status                status = ends && list ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    if (status == PB_OK) status = train_features(out->kind, model, history, races, n, &rows, ends, error);
    if (status == PB_OK && rows.n > 0) status = pb_drift_psi(model, schema, &rows, n, list, error);
    if (status == PB_OK && rows.n > 0) {
        qsort(list, schema->n, sizeof *list, by_drift);
        out->features   = list;
        out->n_features = schema->n;
        list            = NULL;
        for (size_t f = 0; f < schema->n && n >= MODELS_DRIFT_RACES; f++) out->n_drifted += out->features[f].drifted;
    }
    free(list);
    free(ends);
    pb_feature_rows_fini(&rows);
    return status;
}

/* ---- results ---- */

/* Where the mean over n new races should lie, when that over n_judged was
 * was [lo, hi]: both scatter. */
static void widen(const pb_model_metric *was, double n_judged, double n, models_drift *out)
{
    double by = sqrt(1 + n_judged / n);
    out->lo   = was->value - (was->value - was->lo) * by;
    out->hi   = was->value + (was->hi - was->value) * by;
}

static pb_status judge_results(const pb_model *model, const backtest_history *history, const size_t *races, size_t n,
                               models_drift *out, pb_error *error)
{
    const pb_model_meta   *meta   = pb_model_meta_of(model);
    const pb_model_metric *was    = meta->n_metrics ? &meta->metric[0] : NULL;
    train_judged           judged = {0};
    if (!was || strcmp(was->name, train_headline(out->kind->protocol)) != 0) return PB_OK;
    pb_status              status = train_judge(out->kind, &out->kind->model, model, history, races, n, &judged, error);
    const pb_score_metric *now    = status == PB_OK ? pb_score_find(judged.score, was->name) : NULL;
    if (now && isfinite(now->value)) {
        pb_span_copy(pb_span_of(was->name), out->metric, sizeof out->metric);
        out->value = now->value;
        out->was   = was->value;
        widen(was, meta->judged_races, (double)n, out);
        out->worse = train_more_is_better(was->name) ? out->value < out->lo : out->value > out->hi;
    }
    train_judged_free(&judged);
    return status == PB_E_EMPTY ? PB_OK : status; /* no truth in these races: forecast without grids */
}

static void conclude(models_drift *d)
{
    char features[100] = "";
    d->drifted         = d->worse || d->n_drifted > 0;
    if (d->n_drifted > 0)
        snprintf(features, sizeof features, "PSI %.2f of %.40s%s", d->features[0].psi, d->features[0].name,
                 d->n_drifted > 1 ? " and others" : "");
    if (d->worse)
        snprintf(d->why, sizeof d->why, "drifted: %.39s %.4f %s %.4f%s%s", d->metric, d->value,
                 d->value > d->hi ? "over" : "under", d->value > d->hi ? d->hi : d->lo, features[0] ? "; " : "",
                 features);
    else if (d->drifted)
        snprintf(d->why, sizeof d->why, "drifted: %s", features);
}

pb_status models_drift_find(const pb_model_kind *kind, uint32_t version, const pb_model *model,
                            const backtest_history *history, models_drift *out, pb_error *error)
{
    size_t *races    = NULL;
    *out             = (models_drift){.kind = kind, .version = version};
    pb_status status = newer_races(history, pb_model_meta_of(model), &races, &out->races, error);
    if (status == PB_OK && kind->schema && kind->features)
        status = judge_features(model, history, races, out->races, out, error);
    if (status == PB_OK) status = judge_results(model, history, races, out->races, out, error);
    free(races);
    if (status == PB_OK)
        conclude(out);
    else
        models_drift_free(out);
    return status;
}

void models_drift_free(models_drift *drift)
{
    free(drift->features);
    drift->features = NULL;
}

/* ---- what it says ---- */

static void put_features(const models_drift *d, FILE *to)
{
    if (!d->features) {
        fprintf(to, "features   this kind keeps no distributions\n");
        return;
    }
    fprintf(to, "features   %zu of %zu drifted (PSI over %.2f and over what as many races usually differ by)\n",
            d->n_drifted, d->n_features, PB_PSI_DRIFTED);
    if (d->races < MODELS_DRIFT_RACES)
        fprintf(to, "           not judged on fewer than %d races: these are for reading only\n", MODELS_DRIFT_RACES);
    for (size_t f = 0; f < d->n_features && f < FEATURES_SHOWN; f++) {
        const pb_drift_feature *x   = &d->features[f];
        bool                    red = x->drifted && d->races >= MODELS_DRIFT_RACES;
        fprintf(to, "  %s%-32s%s PSI %6.3f", pb__paint(to, red ? PB__RED : PB__PLAIN), x->name,
                pb__paint(to, PB__PLAIN), x->psi);
        if (isfinite(x->usual)) fprintf(to, "   usual up to %.3f", x->usual);
        fputc('\n', to);
    }
}

void models_drift_table(const models_drift *d, FILE *to)
{
    fprintf(to, "%s version %u on %zu race%s after its training\n\n", d->kind->name, d->version, d->races,
            d->races == 1 ? "" : "s");
    if (d->metric[0])
        fprintf(to, "results    %s %.4f, was %.4f; so many races should lie in [%.4f, %.4f]%s\n", d->metric, d->value,
                d->was, d->lo, d->hi, d->worse ? ": worse" : "");
    else
        fprintf(to, "results    cannot be compared: no metric of this version, or no truth in these races\n");
    put_features(d, to);
    if (d->drifted)
        fprintf(to,
                "\n%s%s%s\nTrain it on the newer races (`pitboard train %s --data ...`) and promote what is better;\n"
                "until then `pitboard models drift %s --data ... --fallback` sets this version aside.\n",
                pb__paint(to, PB__RED), d->why, pb__paint(to, PB__PLAIN), d->kind->name, d->kind->name);
    else
        fprintf(to, "\nsteady\n");
}

void models_drift_put(const models_drift *d, bool set_aside, pb_json_writer *to)
{
    pb_json_object(to, NULL);
    pb_json_put_text(to, "kind", d->kind->name);
    pb_json_put_i64(to, "version", d->version);
    pb_json_put_i64(to, "races", (int64_t)d->races);
    pb_json_put_bool(to, "drifted", d->drifted);
    if (d->why[0]) pb_json_put_text(to, "why", d->why);
    pb_json_put_bool(to, "set_aside", set_aside);
    if (d->metric[0]) {
        pb_json_object(to, "results");
        pb_json_put_text(to, "metric", d->metric);
        pb_json_put_f64(to, "value", d->value);
        pb_json_put_f64(to, "was", d->was);
        pb_json_put_f64(to, "lo", d->lo);
        pb_json_put_f64(to, "hi", d->hi);
        pb_json_put_bool(to, "worse", d->worse);
        pb_json_object_end(to);
    }
    pb_json_array(to, "features");
    for (size_t f = 0; f < d->n_features; f++) {
        pb_json_object(to, NULL);
        pb_json_put_text(to, "name", d->features[f].name);
        pb_json_put_fixed(to, "psi", d->features[f].psi, 4);
        pb_json_put_fixed(to, "usual", d->features[f].usual, 4);
        pb_json_put_bool(to, "drifted", d->features[f].drifted && d->races >= MODELS_DRIFT_RACES);
        pb_json_object_end(to);
    }
    pb_json_array_end(to);
    pb_json_object_end(to);
}

void models_drift_json(const models_drift *d, bool set_aside, FILE *to)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 2);
    models_drift_put(d, set_aside, &w);
    pb_json_end(&w);
}
