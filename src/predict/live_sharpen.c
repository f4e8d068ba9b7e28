/* live_sharpen: lines over log-odds, by cross-validation. */
#include "live_sharpen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"

#define LINE_RIDGE 1.0
#define BAND_LEAST 500 /* rows */
#define SLOPE_LEAST 0.5
#define SLOPE_MOST 2.0

static uint32_t band_of(double k)
{
    return k < 1.5 ? 0 : k < 2.5 ? 1 : 2;
}

double pb__live_sharpened(const pb__live_sharpen *sharpen, uint32_t k, double log_odds)
{
    const double *line = sharpen->line[band_of(k)];
    return line[0] + line[1] * log_odds;
}

/* The rows of the other folds, copied. */
typedef struct part {
    float *x, *y, *w;
    size_t n;
} part;

static void part_free(part *p)
{
    free(p->x);
    free(p->y);
    free(p->w);
}

static bool part_of(const pb_tree_rows *rows, uint32_t fold, uint32_t folds, part *out)
{
    *out = (part){malloc(rows->n * rows->k * sizeof *out->x), malloc(rows->n * sizeof *out->y),
                  malloc(rows->n * sizeof *out->w), 0};
    if (!out->x || !out->y || !out->w) return false;
    for (size_t i = 0; i < rows->n; i++) {
        if (rows->group[i] % folds == fold) continue;
        memcpy(out->x + out->n * rows->k, rows->x + i * rows->k, rows->k * sizeof *out->x);
        out->y[out->n]   = rows->y[i];
        out->w[out->n++] = rows->w ? rows->w[i] : 1;
    }
    return true;
}

/* Log-odds of the rows of a fold from trees that did not see them. */
static pb_status held_out(const pb_tree_rows *rows, const pb_tree_options *trees, uint32_t fold, uint32_t folds,
                          double *log_odds, pb_error *error)
{
    part            rest;
    pb_forest      *forest = NULL;
    pb_tree_options same   = *trees;
    same.folds = same.stop_after = 0; /* the rounds as given */
    pb_status status             = part_of(rows, fold, folds, &rest) ? PB_OK : PB_E_NOMEM;
    if (status == PB_OK && rest.n > 0 && rest.n < rows->n) {
        const pb_tree_rows seen = {.x = rest.x, .y = rest.y, .w = rest.w, .n = rest.n, .k = rows->k};
        status                  = pb_forest_train(&seen, &same, &forest, NULL, error);
    }
    for (size_t i = 0; forest && i < rows->n; i++) {
        float margin = 0;
        if (rows->group[i] % folds != fold) continue;
        pb_forest_margin(forest, rows->x + i * rows->k, NULL, &margin);
        log_odds[i] = (double)margin;
    }
    pb_forest_destroy(forest);
    part_free(&rest);
    return status;
}

static pb_status fit_band(const pb_tree_rows *rows, size_t column_k, const float *weight, const double *log_odds,
                          uint32_t band, double line[2])
{
    static const double ridge[2] = {LINE_RIDGE, LINE_RIDGE};
    double             *x = malloc((rows->n + 1) * 2 * sizeof *x), *y = malloc((rows->n + 1) * sizeof *y);
    double             *w = malloc((rows->n + 1) * sizeof *w), b[2];
    size_t              n = 0;
    for (size_t i = 0; x && y && w && i < rows->n; i++) {
        if (isnan(log_odds[i]) || band_of((double)rows->x[i * rows->k + column_k]) != band) continue;
        x[2 * n]     = 1;
        x[2 * n + 1] = log_odds[i];
        y[n]         = rows->y[i];
        w[n++]       = weight ? weight[i] : 1;
    }
    pb_status status = x && y && w ? PB_OK : PB_E_NOMEM;
    if (status == PB_OK && n >= BAND_LEAST && pb_logit_fit(x, y, w, n, 2, ridge, b, NULL) == PB_OK &&
        b[1] >= SLOPE_LEAST && b[1] <= SLOPE_MOST) {
        line[0] = b[0];
        line[1] = b[1];
    }
    free(x);
    free(y);
    free(w);
    return status;
}

pb_status pb__live_sharpen_learn(const pb_tree_rows *rows, size_t column_k, const float *weight,
                                 const pb_tree_options *trees, uint32_t folds, pb__live_sharpen *out, pb_error *error)
{
    for (uint32_t b = 0; b < PB__SHARPEN_BANDS; b++) out->line[b][0] = 0, out->line[b][1] = 1;
    if (folds < 2) return PB_OK;
    double   *log_odds = malloc((rows->n + 1) * sizeof *log_odds);
    pb_status status   = log_odds ? PB_OK : PB_E_NOMEM;
    for (size_t i = 0; log_odds && i < rows->n; i++) log_odds[i] = NAN;
    for (uint32_t f = 0; status == PB_OK && f < folds; f++) status = held_out(rows, trees, f, folds, log_odds, error);
    for (uint32_t b = 0; status == PB_OK && b < PB__SHARPEN_BANDS; b++)
        status = fit_band(rows, column_k, weight ? weight : rows->w, log_odds, b, out->line[b]);
    free(log_odds);
    return status == PB_E_NOMEM ? pb_error_set(error, status, "live: out of memory") : status;
}
