/* Our evaluator and our explanations against XGBoost's own, on laps of real races. */
#include <math.h>

#include "tree/loss.h"
#include "tree/session.h"
#include "tree_rows.h"

#define ROUNDS 60
#define CHECKED 200 /* rows that are explained */

static void need(pb_status status, const pb_error *e)
{
    if (status != PB_OK) fail_msg("%s", e->text);
}

/* One trained forest and the booster that it was read from. */
typedef struct both {
    pb__xgb       xgb;
    pb__session   session;
    BoosterHandle booster;
    pb_forest    *forest;
} both;

static void train_both(both *b, const pb_tree_rows *rows, const pb_tree_options *o)
{
    pb_error     e = {0};
    const float *margins;
    size_t       n;
    *b = (both){0};
    need(pb__xgb_open(PB__XGB_LIBRARY, &b->xgb, &e), &e);
    need(pb__session_init(&b->session, &b->xgb, rows, o, &e), &e);
    need(pb__booster_create(&b->xgb, b->session.matrix, o, rows->k, &b->booster, &e), &e);
    margins = b->session.base;
    for (uint32_t r = 0; r < o->rounds; r++) {
        need(pb__session_boost(&b->session, b->booster, margins, NULL, PB__HOLD_NONE, &e), &e);
        need(pb__booster_margins(&b->xgb, b->booster, b->session.matrix, &margins, &n, &e), &e);
    }
    need(pb__booster_forest(&b->xgb, b->booster, o, rows->k, &b->forest, &e), &e);
    PB_CHECK_EQ(pb_forest_trees(b->forest), o->rounds * o->classes);
}

static void free_both(both *b)
{
    pb_forest_destroy(b->forest);
    b->xgb.XGBoosterFree(b->booster);
    pb__session_fini(&b->session);
    pb__xgb_close(&b->xgb);
}

/* type 1: margins, 2: contributions; of a fresh matrix, so that nothing is cached. */
static const float *ask_xgboost(both *b, const pb_tree_rows *rows, const float *base, int type, DMatrixHandle *matrix)
{
    char             config[160];
    const bst_ulong *shape = NULL;
    bst_ulong        dim   = 0;
    const float     *out   = NULL;
    pb_error         e     = {0};
    snprintf(config, sizeof config,
             "{\"type\": %d, \"training\": false, \"iteration_begin\": 0, \"iteration_end\": 0, "
             "\"strict_shape\": true}",
             type);
    need(pb__matrix_create(&b->xgb, rows, b->session.options, base, matrix, &e), &e);
    PB_CHECK_EQ(b->xgb.XGBoosterPredictFromDMatrix(b->booster, *matrix, config, &shape, &dim, &out), 0);
    return out;
}

static void same_margins(both *b)
{
    const pb_tree_rows *rows    = b->session.rows;
    uint32_t            classes = b->session.options->classes;
    DMatrixHandle       matrix  = NULL;
    const float        *theirs  = ask_xgboost(b, rows, b->session.base, 1, &matrix);
    for (size_t i = 0; i < rows->n; i++) {
        float ours[PB_TREE_CLASSES_MAX];
        pb_forest_margin(b->forest, rows->x + i * rows->k, b->session.base + i * classes, ours);
        if (memcmp(ours, theirs + i * classes, classes * sizeof(float)) != 0)
            fail_msg("row %zu: %.9g, XGBoost says %.9g", i, (double)ours[0], (double)theirs[i * classes]);
    }
    b->xgb.XGDMatrixFree(matrix);
}

/* Contributions of a row and a class, against their own sum and XGBoost's: how far
 * off, in units of the largest (XGBoost adds them in single precision). */
static double explain_row(both *b, const float *row, uint32_t c, const float *theirs)
{
    size_t k = b->session.rows->k;
    double phi[TREE_FEATURES + 1], sum = 0, worst = 0, most = 1;
    float  margin[PB_TREE_CLASSES_MAX];
    pb_forest_shap(b->forest, row, c, phi);
    pb_forest_margin(b->forest, row, NULL, margin);
    for (size_t j = 0; j <= k; j++) {
        sum += phi[j];
        if (fabs(phi[j]) > most) most = fabs(phi[j]);
        if (fabs(phi[j] - theirs[j]) > worst) worst = fabs(phi[j] - theirs[j]);
    }
    PB_CHECK_NEAR(sum, margin[c], 1e-5 * (1 + fabs((double)margin[c])));
    return worst / most;
}

/* Rows spread over all, in x. */
static pb_tree_rows some_rows(const pb_tree_rows *all, float *x)
{
    pb_tree_rows rows = *all;
    rows.n            = CHECKED;
    rows.x            = x;
    for (size_t i = 0; i < CHECKED; i++)
        memcpy(x + i * all->k, all->x + i * (all->n / CHECKED) * all->k, all->k * sizeof *x);
    return rows;
}

static void same_reasons(both *b)
{
    static float  x[CHECKED * TREE_FEATURES];
    pb_tree_rows  rows    = some_rows(b->session.rows, x);
    uint32_t      classes = b->session.options->classes;
    DMatrixHandle matrix  = NULL;
    const float  *theirs  = ask_xgboost(b, &rows, b->session.base, 2, &matrix);
    double        worst   = 0;
    for (size_t i = 0; i < rows.n; i++)
        for (uint32_t c = 0; c < classes; c++) {
            double miss = explain_row(b, x + i * rows.k, c, theirs + (i * classes + c) * (rows.k + 1));
            if (miss > worst) worst = miss;
        }
    print_message("    furthest contribution: %.2g\n", worst);
    PB_CHECK(worst < 1e-5);
    b->xgb.XGDMatrixFree(matrix);
}

static pb_tree_rows real_rows(const float *y)
{
    const tree_laps *laps = tree_real_laps();
    return (pb_tree_rows){.x = laps->x, .y = y, .group = laps->race, .n = laps->n, .k = TREE_FEATURES};
}

static pb_tree_options plain(pb_tree_objective objective)
{
    pb_tree_options o = pb_tree_options_default();
    o.objective       = objective;
    o.folds           = 0;
    o.rounds          = ROUNDS;
    o.depth           = 6;
    return o;
}

static void check_both(const pb_tree_rows *rows, const pb_tree_options *o)
{
    both b;
    train_both(&b, rows, o);
    same_margins(&b);
    same_reasons(&b);
    free_both(&b);
}

PB_TEST(squared_error_of_lap_times)
{
    pb_tree_rows    rows = real_rows(tree_real_laps()->time);
    pb_tree_options o    = plain(PB_TREE_SQUARED);
    o.base_margin        = 90;
    check_both(&rows, &o);
}

PB_TEST(logistic_loss_of_pit_stops_on_parts_of_rows_and_columns)
{
    pb_tree_rows    rows = real_rows(tree_real_laps()->pits);
    pb_tree_options o    = plain(PB_TREE_LOGISTIC);
    o.base_margin        = -3;
    o.row_share          = 0.7;
    o.column_share       = 0.6;
    check_both(&rows, &o);
}

PB_TEST(softmax_of_compounds_from_the_other_features)
{
    static float     x[TREE_ROWS_MAX * TREE_FEATURES];
    const tree_laps *laps = tree_real_laps();
    pb_tree_rows     rows = real_rows(laps->compound);
    pb_tree_options  o    = plain(PB_TREE_SOFTMAX);
    memcpy(x, laps->x, sizeof x);
    for (size_t i = 0; i < rows.n; i++) x[i * TREE_FEATURES + 8] = NAN;
    rows.x    = x;
    o.classes = 4;
    check_both(&rows, &o);
}

PB_TEST(absolute_error_with_weights)
{
    static float    w[TREE_ROWS_MAX];
    pb_tree_rows    rows = real_rows(tree_real_laps()->time);
    pb_tree_options o    = plain(PB_TREE_ABSOLUTE);
    for (size_t i = 0; i < rows.n; i++) w[i] = 0.5f + (float)(i % 7);
    rows.w        = w;
    o.base_margin = 90;
    check_both(&rows, &o);
}

static void square(const pb_tree_rows *rows, const float *margin, float *gradient, float *hessian, void *arg)
{
    for (size_t i = 0; i < rows->n; i++) {
        gradient[i] = (margin[i] - rows->y[i]) * *(float *)arg;
        hessian[i]  = *(float *)arg;
    }
}

PB_TEST(a_loss_of_our_own_from_margins_of_each_row)
{
    static float    base[TREE_ROWS_MAX];
    float           scale = 0.5f;
    pb_tree_rows    rows  = real_rows(tree_real_laps()->time);
    pb_tree_options o     = plain(PB_TREE_CUSTOM);
    for (size_t i = 0; i < rows.n; i++) base[i] = 80 + (float)(i % 5);
    rows.base      = base;
    o.gradient     = square;
    o.gradient_arg = &scale;
    both b;
    train_both(&b, &rows, &o);
    same_margins(&b);
    free_both(&b);
}

PB_TEST(trees_deeper_than_eight_levels)
{
    pb_tree_rows    rows = real_rows(tree_real_laps()->time);
    pb_tree_options o    = plain(PB_TREE_SQUARED);
    o.depth              = 14;
    o.rounds             = 12;
    o.lambda             = 0;
    check_both(&rows, &o);
}

PB_TEST(trees_that_were_pruned)
{
    pb_tree_rows    rows = real_rows(tree_real_laps()->time);
    pb_tree_options o    = plain(PB_TREE_SQUARED);
    o.gamma              = 300;
    check_both(&rows, &o);
}

PB_TEST_MAIN(PB_RUN(squared_error_of_lap_times), PB_RUN(logistic_loss_of_pit_stops_on_parts_of_rows_and_columns),
             PB_RUN(softmax_of_compounds_from_the_other_features), PB_RUN(absolute_error_with_weights),
             PB_RUN(a_loss_of_our_own_from_margins_of_each_row), PB_RUN(trees_deeper_than_eight_levels),
             PB_RUN(trees_that_were_pruned))
