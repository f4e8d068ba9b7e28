/* Whether the races of today are like those a model was trained on: population
 * stability index (PSI) over the deciles of every feature. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "pitboard/predict_registry.h"

#define EDGES 9
#define BINS 11          /* ten by the edges, and "not known" */
#define LEAST_SHARE 1e-4 /* an empty bin has no logarithm */
#define WINDOWS 5
#define USUAL 0.9 /* of the runs of races in training */
#define NOT_KNOWN (-1.0)

static const size_t windows[WINDOWS] = {1, 3, 5, 10, 20}; /* races */

/* Rows from .. to - 1. */
typedef struct range {
    const pb_feature_rows *rows;
    size_t                 from, to;
} range;

static int bin_of(const double *edges, float value)
{
    int bin = 0;
    if (isnan(value)) return BINS - 1;
    while (bin < EDGES && (double)value > edges[bin]) bin++;
    return bin;
}

static void count_shares(const double *edges, range r, uint32_t f, double share[BINS])
{
    double n = (double)(r.to - r.from);
    for (int b = 0; b < BINS; b++) share[b] = 0;
    for (size_t i = r.from; i < r.to; i++) share[bin_of(edges, r.rows->x[i * r.rows->k + f])] += 1;
    for (int b = 0; b < BINS; b++) share[b] /= n;
}

static double psi_of(const double *was, const double *is)
{
    double psi = 0;
    for (int b = 0; b < BINS; b++) {
        double p = fmax(was[b], LEAST_SHARE), q = fmax(is[b], LEAST_SHARE);
        psi += (q - p) * pb_log(q / p);
    }
    return psi;
}

/* Deciles of the values that are known; all 0 when none is. */
static void find_edges(const pb_feature_rows *rows, uint32_t f, double *room, double *edges)
{
    size_t known = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (isfinite(rows->x[i * rows->k + f])) room[known++] = (double)rows->x[i * rows->k + f];
    pb_sort_f64(room, known);
    for (int e = 0; e < EDGES; e++) edges[e] = known ? pb_quantile_sorted(room, known, (e + 1) / 10.0) : 0;
}

/* How far runs of so many races were from all of them. */
static double usual_psi(const pb_feature_rows *rows, const size_t *ends, size_t n_races, size_t window, uint32_t f,
                        const double *edges, const double *all, double *room)
{
    size_t runs = 0;
    double share[BINS];
    if (n_races < 2 * window) return NOT_KNOWN;
    for (size_t first = 0; first + window <= n_races; first += window) {
        range r = {rows, first ? ends[first - 1] : 0, ends[first + window - 1]};
        if (r.to == r.from) continue;
        count_shares(edges, r, f, share);
        room[runs++] = psi_of(all, share);
    }
    pb_sort_f64(room, runs);
    return runs ? pb_quantile_sorted(room, runs, USUAL) : NOT_KNOWN;
}

/* What is kept, k features each. */
typedef struct kept {
    double *edges, *share, *usual, *room;
} kept;

static bool kept_take(kept *k, size_t features, size_t rows, size_t races)
{
    k->edges = calloc(features * EDGES + 1, sizeof *k->edges);
    k->share = calloc(features * BINS + 1, sizeof *k->share);
    k->usual = calloc(features * WINDOWS + 1, sizeof *k->usual);
    k->room  = calloc(rows + races + 1, sizeof *k->room);
    return k->edges && k->share && k->usual && k->room;
}

static void kept_free(kept *k)
{
    free(k->edges);
    free(k->share);
    free(k->usual);
    free(k->room);
}

static pb_status put_kept(pb_model *model, const kept *k, size_t features, pb_error *error)
{
    PB_TRY(pb_model_put(model, "drift.edges", k->edges, features * EDGES, error));
    PB_TRY(pb_model_put(model, "drift.share", k->share, features * BINS, error));
    return pb_model_put(model, "drift.usual", k->usual, features * WINDOWS, error);
}

pb_status pb_drift_note(pb_model *model, const pb_feature_schema *schema, const pb_feature_rows *rows,
                        const size_t *ends, size_t n_races, pb_error *error)
{
    kept k = {0};
    PB_ASSERT(rows->k == schema->n);
    if (rows->n == 0) return pb_error_set(error, PB_E_EMPTY, "no feature rows to keep the distribution of");
    bool has = kept_take(&k, schema->n, rows->n, n_races);
    for (uint32_t f = 0; has && f < schema->n; f++) {
        double *edges = k.edges + (size_t)f * EDGES, *share = k.share + (size_t)f * BINS;
        find_edges(rows, f, k.room, edges);
        count_shares(edges, (range){rows, 0, rows->n}, f, share);
        for (size_t w = 0; w < WINDOWS; w++)
            k.usual[f * WINDOWS + w] = usual_psi(rows, ends, n_races, windows[w], f, edges, share, k.room);
    }
    pb_status status = has ? put_kept(model, &k, schema->n, error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    kept_free(&k);
    return status;
}

/* Of the longest run that is no longer than n_races. */
static double usual_of(const double *usual, size_t n_races)
{
    double got = NAN;
    for (size_t w = 0; w < WINDOWS; w++)
        if (windows[w] <= n_races && usual[w] >= 0) got = usual[w];
    return got;
}

pb_status pb_drift_psi(const pb_model *model, const pb_feature_schema *schema, const pb_feature_rows *rows,
                       size_t n_races, pb_drift_feature *out, pb_error *error)
{
    double        share[BINS];
    size_t        n_edges = 0, n_share = 0, n_usual = 0, k = schema->n;
    const double *edges = pb_model_view(model, "drift.edges", &n_edges);
    const double *was   = pb_model_view(model, "drift.share", &n_share);
    const double *usual = pb_model_view(model, "drift.usual", &n_usual);
    PB_ASSERT(rows->k == schema->n);
    if (rows->n == 0) return pb_error_set(error, PB_E_EMPTY, "no feature rows to compare");
    if (n_edges != k * EDGES || n_share != k * BINS || n_usual != k * WINDOWS)
        return pb_error_set(error, PB_E_MISSING, "the model keeps no distribution of its features (train it again)");
    for (uint32_t f = 0; f < schema->n; f++) {
        count_shares(edges + (size_t)f * EDGES, (range){rows, 0, rows->n}, f, share);
        pb_drift_feature *to = &out[f];
        *to         = (pb_drift_feature){.name = schema->at[f].name, .psi = psi_of(was + (size_t)f * BINS, share)};
        to->usual   = usual_of(usual + (size_t)f * WINDOWS, n_races);
        to->drifted = to->psi > PB_PSI_DRIFTED && !(to->psi <= to->usual);
    }
    return PB_OK;
}
