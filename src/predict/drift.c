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

static int bin_of(const double *edges, float value)
{
    int bin = 0;
    if (isnan(value)) return BINS - 1;
    while (bin < EDGES && (double)value > edges[bin]) bin++;
    return bin;
}

static void count_shares(const double *edges, const float *rows, size_t n, uint32_t k, uint32_t f, double *share)
{
    for (int b = 0; b < BINS; b++) share[b] = 0;
    for (size_t i = 0; i < n; i++) share[bin_of(edges, rows[i * k + f])] += 1 / (double)n;
}

/* Deciles of the values that are known; all 0 when none is. */
static void find_edges(const float *rows, size_t n, uint32_t k, uint32_t f, double *room, double *edges)
{
    size_t known = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(rows[i * k + f])) room[known++] = (double)rows[i * k + f];
    pb_sort_f64(room, known);
    for (int e = 0; e < EDGES; e++) edges[e] = known ? pb_quantile_sorted(room, known, (e + 1) / 10.0) : 0;
}

pb_status pb_drift_note(pb_model *model, const pb_feature_schema *schema, const float *rows, size_t n, pb_error *error)
{
    if (n == 0) return pb_error_set(error, PB_E_EMPTY, "no feature rows to keep the distribution of");
    double   *edges  = calloc((size_t)schema->n * EDGES, sizeof *edges);
    double   *share  = calloc((size_t)schema->n * BINS, sizeof *share);
    double   *room   = malloc(n * sizeof *room);
    double    count  = (double)n;
    pb_status status = edges && share && room ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (uint32_t f = 0; status == PB_OK && f < schema->n; f++) {
        find_edges(rows, n, schema->n, f, room, edges + (size_t)f * EDGES);
        count_shares(edges + (size_t)f * EDGES, rows, n, schema->n, f, share + (size_t)f * BINS);
    }
    if (status == PB_OK) status = pb_model_put(model, "drift.edges", edges, (size_t)schema->n * EDGES, error);
    if (status == PB_OK) status = pb_model_put(model, "drift.share", share, (size_t)schema->n * BINS, error);
    if (status == PB_OK) status = pb_model_put(model, "drift.rows", &count, 1, error);
    free(edges);
    free(share);
    free(room);
    return status;
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

pb_status pb_drift_psi(const pb_model *model, const pb_feature_schema *schema, const float *rows, size_t n,
                       pb_drift_feature *out, pb_error *error)
{
    double        share[BINS];
    size_t        n_edges = 0, n_share = 0;
    const double *edges = pb_model_view(model, "drift.edges", &n_edges);
    const double *was   = pb_model_view(model, "drift.share", &n_share);
    if (n == 0) return pb_error_set(error, PB_E_EMPTY, "no feature rows to compare");
    if (n_edges != (size_t)schema->n * EDGES || n_share != (size_t)schema->n * BINS)
        return pb_error_set(error, PB_E_MISSING, "the model keeps no distribution of its features (train it again)");
    for (uint32_t f = 0; f < schema->n; f++) {
        count_shares(edges + (size_t)f * EDGES, rows, n, schema->n, f, share);
        out[f] = (pb_drift_feature){schema->at[f].name, psi_of(was + (size_t)f * BINS, share), n};
    }
    return PB_OK;
}
