/* pace_learn: learns what the filter alone does not see. */
#include "pace_learn.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/num.h"
#include "truth.h"
#include "tyre_parts.h"

/* Cars and rules change: a season weighs three quarters of the next. */
#define SEASON_KEEP 0.75
/* Below this the loss of a miss is a square, above it the miss itself, s. */
#define SOFT_S 0.1
#define ROOT_PI 1.7724538509055160273
#define ROOT_2PI 2.5066282746310005024
/* Forests learn from the newest races, their number of rounds is found on the newest of them. */
#define RACES 70
#define RACES_QUICK 30
#define RACES_TUNED 30
#define FOLDS 3
#define Z80 1.2815515655446004

/* ---- rows ---- */

typedef struct learn_rows {
    float    *x, *y, *w;
    uint32_t *group;
    size_t    n, cap;
} learn_rows;

static void rows_free(learn_rows *r)
{
    free(r->x);
    free(r->y);
    free(r->w);
    free(r->group);
    *r = (learn_rows){0};
}

static pb_status rows_make(learn_rows *r, size_t cap, pb_error *error)
{
    *r = (learn_rows){.x     = malloc((cap + 1) * PB__PACE_FEATURES * sizeof *r->x),
                      .y     = malloc((cap + 1) * sizeof *r->y),
                      .w     = malloc((cap + 1) * sizeof *r->w),
                      .group = malloc((cap + 1) * sizeof *r->group),
                      .cap   = cap};
    if (r->x && r->y && r->w && r->group) return PB_OK;
    rows_free(r);
    return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu laps", cap);
}

static void rows_add(learn_rows *r, const float *x, float y, float w, uint32_t group)
{
    PB_ASSERT(r->n < r->cap);
    memcpy(r->x + r->n * PB__PACE_FEATURES, x, PB__PACE_FEATURES * sizeof *x);
    r->y[r->n]     = y;
    r->w[r->n]     = w;
    r->group[r->n] = group;
    r->n++;
}

static pb_status add_race(const pb_model *prior, const pb_history *past, size_t at, pb__fits *fits, float weight,
                          learn_rows rows[PB__PACE_HORIZONS], pb_error *error)
{
    pb__pace_origins origins;
    pb__truths       truths = {0};
    PB_TRY(pb__pace_origins_with(prior, past, at, fits, &origins, error));
    pb_status status = pb__truth_pace(&past->races[at], &truths);
    for (size_t i = 0; i < truths.n && status == PB_OK; i++) {
        const pb__truth       *t = &truths.at[i];
        int                    h = pb__pace_horizon_index(t->horizon);
        const pb__pace_origin *o = &origins.at[origins.first[t->car] + (uint32_t)t->from];
        if (h >= 0 && o->mean_s[h] == o->mean_s[h])
            rows_add(h ? rows + 1 : rows, o->x[h], (float)(t->y - o->mean_s[h]), weight, (uint32_t)at);
    }
    pb__truths_fini(&truths);
    pb__pace_origins_fini(&origins);
    return status;
}

/* Priors as they were before that season, so that the forests learn from filters
 * that know as little as they will have to. */
static pb_status add_season(const pb_model *model, const pb_history *past, size_t first, size_t end, size_t from,
                            pb__fits *fits, learn_rows rows[PB__PACE_HORIZONS], pb_error *error)
{
    pb_history before = {past->races, first > 0 ? first : end};
    pb_model  *prior;
    float      weight = 1;
    PB_TRY(pb_model_create("pace", &prior, error));
    for (int16_t s = past->races[first].log->season; s < past->races[past->n - 1].log->season; s++)
        weight *= (float)SEASON_KEEP;
    pb_status status = pb__tyre_learn_like(&before, model, prior, error);
    for (size_t i = first > from ? first : from; i < end && status == PB_OK; i++)
        if (past->races[i].usable && !past->races[i].log->sprint)
            status = add_race(prior, past, i, fits, weight, rows, error);
    pb_model_destroy(prior);
    return status;
}

static pb_status gather(const pb_model *model, const pb_history *past, bool quick, pb__fits *fits,
                        learn_rows rows[PB__PACE_HORIZONS], pb_error *error)
{
    size_t most   = quick ? RACES_QUICK : RACES;
    size_t from   = past->n > most ? past->n - most : 0;
    bool   single = past->races[0].log->season == past->races[past->n - 1].log->season;
    for (size_t i = 0, j; i < past->n; i = j) {
        for (j = i; j < past->n && past->races[j].log->season == past->races[i].log->season; j++) continue;
        if ((i == 0 && !single) || j <= from) continue; /* nothing came before it */
        PB_TRY(add_season(model, past, i, j, from, fits, rows, error));
    }
    if (rows[0].n == 0 || rows[1].n == 0) return pb_error_set(error, PB_E_EMPTY, "no clean laps to learn pace from");
    return PB_OK;
}

/* ---- losses ---- */

/* Almost the absolute miss: a lap time is best foretold by its median. */
static void miss_gradient(const pb_tree_rows *rows, const float *margin, float *g, float *h, void *arg)
{
    (void)arg;
    for (size_t i = 0; i < rows->n; i++) {
        double e = (double)margin[i] - rows->y[i], r = 1 / sqrt(e * e + SOFT_S * SOFT_S);
        g[i] = (float)(e * r);
        h[i] = (float)r;
    }
}

/* CRPS of a normal around 0 with log sd = margin, in units of its sd (Gneiting &
 * Raftery 2007, eq. 21): d/d log sd = 2 phi(z) - 1/sqrt(pi). */
static void spread_gradient(const pb_tree_rows *rows, const float *margin, float *g, float *h, void *arg)
{
    (void)arg;
    for (size_t i = 0; i < rows->n; i++) {
        double z = rows->y[i] * pb_exp(-(double)margin[i]);
        g[i]     = (float)(2 * pb_exp(-0.5 * z * z) / ROOT_2PI - 1 / ROOT_PI);
        h[i]     = 0.3f;
    }
}

/* ---- forests ---- */

/* The rows of the newest races; *races is how many there are, at most RACES_TUNED. */
static size_t newest_rows(const learn_rows *r, uint32_t *races)
{
    size_t from = r->n;
    *races      = 0;
    while (from > 0) {
        bool other = from == r->n || r->group[from - 1] != r->group[from];
        if (other && *races == RACES_TUNED) break;
        *races += other;
        from--;
    }
    return from;
}

static pb_tree_options tree_options(const pb_learn_options *o)
{
    pb_tree_options t = pb_tree_options_default();
    t.objective       = PB_TREE_CUSTOM;
    t.rounds          = o->quick ? 50 : 200;
    t.rate            = o->quick ? 0.15 : 0.08;
    t.folds           = 0;
    t.stop_after      = 0;
    t.depth           = 6;
    t.bins            = 64;
    t.lambda          = 20;
    t.min_weight      = 100;
    t.row_share       = 0.8;
    t.column_share    = 0.5;
    t.seed            = o->seed;
    t.threads         = o->threads ? o->threads : 1;
    t.gradient        = miss_gradient;
    return t;
}

static pb_status train_rows(const learn_rows *r, const float *y, const float *w, const pb_tree_options *o,
                            pb_forest **out, pb_error *error)
{
    pb_tree_rows rows = {.x = r->x, .y = y, .w = w, .group = r->group, .n = r->n, .k = PB__PACE_FEATURES};
    return pb_forest_train(&rows, o, out, NULL, error);
}

/* Rounds by cross-validation over the newest races; quickly, or with few races, those that are there. */
static pb_status find_rounds(const learn_rows *r, const float *y, const float *w, const pb_learn_options *options,
                             pb_tree_options *o, pb_error *error)
{
    uint32_t        races;
    size_t          from  = newest_rows(r, &races);
    pb_tree_options trial = *o;
    pb_forest      *forest;
    if (options->quick || races < 2 * FOLDS) return PB_OK;
    trial.folds       = FOLDS;
    trial.stop_after  = 10;
    pb_tree_rows some = {.x     = r->x + from * PB__PACE_FEATURES,
                         .y     = y + from,
                         .w     = w ? w + from : NULL,
                         .group = r->group + from,
                         .n     = r->n - from,
                         .k     = PB__PACE_FEATURES};
    PB_TRY(pb_forest_train(&some, &trial, &forest, NULL, error));
    o->rounds = pb_forest_trees(forest) > 10 ? pb_forest_trees(forest) : 10;
    pb_forest_destroy(forest);
    return PB_OK;
}

/* What a forest that has not seen the race leaves: two halves of the races. */
static pb_status left_over(const learn_rows *r, const pb_tree_options *o, float *left, pb_error *error)
{
    learn_rows half;
    PB_TRY(rows_make(&half, r->n, error));
    pb_status status = PB_OK;
    for (uint32_t side = 0; side < 2 && status == PB_OK; side++) {
        pb_forest *forest = NULL;
        half.n            = 0;
        for (size_t i = 0; i < r->n; i++)
            if (r->group[i] % 2 != side) rows_add(&half, r->x + i * PB__PACE_FEATURES, r->y[i], r->w[i], r->group[i]);
        if (half.n) status = train_rows(&half, half.y, half.w, o, &forest, error);
        for (size_t i = 0; i < r->n && status == PB_OK; i++) {
            double shift = 0;
            if (r->group[i] % 2 != side) continue;
            if (forest) pb_forest_predict(forest, r->x + i * PB__PACE_FEATURES, &shift);
            left[i] = r->y[i] - (float)shift;
        }
        pb_forest_destroy(forest);
    }
    rows_free(&half);
    return status;
}

/* ---- tails ---- */

typedef struct scaled {
    double log_sd, z;
} scaled;

static int by_sd(const void *a, const void *b)
{
    const scaled *x = a, *y = b;
    if (x->log_sd != y->log_sd) return x->log_sd < y->log_sd ? -1 : 1;
    return (x->z > y->z) - (x->z < y->z);
}

static void tail_of(scaled *s, size_t n, pb__pace_tail *tail)
{
    double *z = malloc((n + 1) * sizeof *z);
    qsort(s, n, sizeof *s, by_sd);
    for (size_t b = 0; b < PB__TAIL_BINS; b++) {
        size_t from = n * b / PB__TAIL_BINS, to = n * (b + 1) / PB__TAIL_BINS;
        tail->log_sd[b] = n ? s[(from + to) / 2 < n ? (from + to) / 2 : n - 1].log_sd : (double)b;
        tail->lo[b]     = -Z80;
        tail->hi[b]     = Z80;
        if (!z || to - from < 50) continue;
        for (size_t i = from; i < to; i++) z[i - from] = s[i].z;
        pb_sort_f64(z, to - from);
        tail->lo[b] = fmin(pb_quantile_sorted(z, to - from, 0.1), -0.1);
        tail->hi[b] = fmax(pb_quantile_sorted(z, to - from, 0.9), 0.1);
    }
    free(z);
}

static double tail_at(const double *at, const double *value, double x)
{
    if (!(x > at[0])) return value[0];
    for (int b = 1; b < PB__TAIL_BINS; b++)
        if (x <= at[b]) {
            double width = at[b] - at[b - 1];
            return width > 0 ? value[b - 1] + (value[b] - value[b - 1]) * (x - at[b - 1]) / width : value[b];
        }
    return value[PB__TAIL_BINS - 1];
}

static pb_status put_tail(pb_model *model, const learn_rows *r, const float *left, const pb_forest *spread, uint32_t h,
                          pb_error *error)
{
    pb__pace_tail tail;
    char          name[32];
    scaled       *s = malloc((r->n + 1) * sizeof *s);
    if (!s) return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu laps", r->n);
    for (size_t i = 0; i < r->n; i++) {
        pb_forest_predict(spread, r->x + i * PB__PACE_FEATURES, &s[i].log_sd);
        s[i].z = left[i] * pb_exp(-s[i].log_sd);
    }
    tail_of(s, r->n, &tail);
    free(s);
    snprintf(name, sizeof name, "pace.tail.%u", h);
    return pb_model_put(model, name, (const double *)(const void *)&tail, sizeof tail / sizeof(double), error);
}

/* ---- all of it ---- */

static pb_status put_forest(pb_model *model, const char *what, uint32_t h, pb_forest *forest, pb_error *error)
{
    char name[32];
    snprintf(name, sizeof name, "pace.%s.%u", what, h);
    return pb_model_put_forest(model, name, forest, error);
}

static pb_status train_spread(const learn_rows *r, const float *left, const pb_learn_options *options, uint32_t h,
                              pb_model *model, pb_error *error)
{
    pb_forest      *spread = NULL;
    pb_tree_options o      = tree_options(options);
    o.gradient             = spread_gradient;
    o.rounds               = options->quick ? 30 : 100;
    o.base_margin          = -1;
    o.lambda               = 10;
    o.depth                = 5;
    o.min_weight           = 60;
    PB_TRY(find_rounds(r, left, NULL, options, &o, error));
    PB_TRY(train_rows(r, left, NULL, &o, &spread, error));
    pb_status status = put_tail(model, r, left, spread, h, error);
    if (status == PB_OK) return put_forest(model, "spread", h, spread, error);
    pb_forest_destroy(spread);
    return status;
}

static pb_status train_horizon(const learn_rows *r, const pb_learn_options *options, uint32_t h, pb_model *model,
                               pb_error *error)
{
    pb_tree_options o     = tree_options(options);
    pb_forest      *shift = NULL;
    float          *left  = malloc((r->n + 1) * sizeof *left);
    if (!left) return pb_error_set(error, PB_E_NOMEM, "out of memory for %zu laps", r->n);
    pb_status status = find_rounds(r, r->y, r->w, options, &o, error);
    if (status == PB_OK) status = train_rows(r, r->y, r->w, &o, &shift, error);
    if (status == PB_OK) status = left_over(r, &o, left, error);
    if (status == PB_OK) status = train_spread(r, left, options, h, model, error);
    free(left);
    if (status == PB_OK) return put_forest(model, "shift", h, shift, error);
    pb_forest_destroy(shift);
    return status;
}

static size_t laps_of(const pb_history *past)
{
    size_t n = 0;
    for (size_t i = 0; i < past->n; i++)
        for (uint32_t c = 0; c < past->races[i].log->n_cars; c++) n += past->races[i].log->cars[c].n_laps;
    return n;
}

pb_status pb__pace_train(const pb_history *past, const pb_learn_options *options, pb_model *model, pb_error *error)
{
    learn_rows rows[PB__PACE_HORIZONS] = {0};
    pb__fits   fits                    = {0};
    if (past->n == 0) return pb_error_set(error, PB_E_EMPTY, "no race to learn pace from");
    PB_TRY(pb_tyre_prior_learn(past, options, model, error));
    pb_status status = PB_OK;
    for (int h = 0; h < PB__PACE_HORIZONS && status == PB_OK; h++) status = rows_make(&rows[h], laps_of(past), error);
    if (status == PB_OK) status = pb__fits_init(&fits, past->n, error);
    if (status == PB_OK) status = gather(model, past, options->quick, &fits, rows, error);
    pb__fits_fini(&fits);
    for (int h = 0; h < PB__PACE_HORIZONS && status == PB_OK; h++)
        status = train_horizon(&rows[h], options, pb__pace_horizon[h], model, error);
    for (int h = 0; h < PB__PACE_HORIZONS; h++) rows_free(&rows[h]);
    return status;
}

/* ---- asking ---- */

static const pb_forest *forest_of(const pb_model *model, const char *what, int horizon)
{
    char name[32];
    snprintf(name, sizeof name, "pace.%s.%u", what, pb__pace_horizon[horizon]);
    return pb_model_forest(model, name);
}

/* NULL when the model has none. */
static const pb__pace_tail *tail_in(const pb_model *model, int horizon, size_t *n)
{
    char name[32];
    snprintf(name, sizeof name, "pace.tail.%u", pb__pace_horizon[horizon]);
    return (const pb__pace_tail *)(const void *)pb_model_view(model, name, n);
}

static bool forest_fits(const pb_forest *forest)
{
    return pb_forest_features(forest) == PB__PACE_FEATURES && pb_forest_classes(forest) == 1;
}

static bool tail_fits(const pb__pace_tail *tail, size_t n)
{
    if (n != sizeof *tail / sizeof(double)) return false;
    for (int b = 0; b < PB__TAIL_BINS; b++)
        if (tail->lo[b] > 0 || tail->hi[b] < 0) return false;
    return true;
}

static pb_status check_horizon(const pb_model *model, int horizon, pb_error *error)
{
    size_t               n;
    uint32_t             laps  = pb__pace_horizon[horizon];
    const pb_forest     *shift = forest_of(model, "shift", horizon), *spread = forest_of(model, "spread", horizon);
    const pb__pace_tail *tail = tail_in(model, horizon, &n);
    if (!shift && !spread && !tail) return PB_OK;
    if (!shift || !spread || !tail)
        return pb_error_set(error, PB_E_MISSING,
                            "pace: of shift, spread and tail for %u laps ahead the model has some but not all; "
                            "train it again",
                            laps);
    if (!forest_fits(shift) || !forest_fits(spread))
        return pb_error_set(error, PB_E_RANGE,
                            "pace: a forest for %u laps ahead is of another feature schema; train the model again",
                            laps);
    if (!tail_fits(tail, n))
        return pb_error_set(error, PB_E_RANGE, "pace: the quantiles for %u laps ahead are not what they should be",
                            laps);
    return PB_OK;
}

pb_status pb__pace_check(const pb_model *model, pb_error *error)
{
    for (int h = 0; h < PB__PACE_HORIZONS; h++) PB_TRY(check_horizon(model, h, error));
    return PB_OK;
}

bool pb__pace_answer_of(const pb_model *model, const pb__pace_origin *origin, int horizon, pb__pace_answer *out)
{
    double shift = 0, log_sd, lo = -Z80, hi = Z80;
    size_t n;
    if (origin->mean_s[horizon] != origin->mean_s[horizon]) return false;
    *out                    = (pb__pace_answer){.filter_s = origin->mean_s[horizon], .sd_s = origin->sd_s[horizon]};
    const pb_forest *forest = forest_of(model, "shift", horizon);
    if (forest) {
        const pb__pace_tail *t      = tail_in(model, horizon, &n);
        const pb_forest     *spread = forest_of(model, "spread", horizon);
        pb_forest_predict(forest, origin->x[horizon], &shift);
        pb_forest_predict(spread, origin->x[horizon], &log_sd);
        out->sd_s = pb_exp(log_sd);
        lo        = tail_at(t->log_sd, t->lo, log_sd);
        hi        = tail_at(t->log_sd, t->hi, log_sd);
    }
    out->shift_s = shift;
    out->lap_s   = out->filter_s + shift;
    out->q10_s   = out->lap_s + lo * out->sd_s;
    out->q90_s   = out->lap_s + hi * out->sd_s;
    return true;
}
