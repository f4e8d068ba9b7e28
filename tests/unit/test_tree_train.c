/* Training through XGBoost: what is learned, what is refused, what stays the same. */
#include <math.h>
#include <pthread.h>

#include "pitboard/num.h"
#include "tree/folds.h"
#include "tree/xgb.h"
#include "tree_rows.h"

#define N 2000
#define K 4
#define GROUPS 40

/* y = 3 x0 + (x1 > 0.5) + noise; x2 says nothing; x3 is often not known. */
typedef struct made_up {
    float        x[N * K], y[N], w[N], base[N];
    uint32_t     group[N];
    pb_tree_rows rows;
} made_up;

static pb_tree_rows make_rows(made_up *m)
{
    for (uint32_t i = 0; i < N; i++) {
        for (uint32_t j = 0; j < K; j++) {
            double u        = pb_uniform(pb_draw(7, i, j, 0, 1).word[0]);
            m->x[i * K + j] = u < 0.1 && j == 3 ? NAN : (float)u;
        }
        double noise = pb_uniform(pb_draw(7, i, 99, 0, 1).word[0]) - 0.5;
        m->y[i]      = (float)(3 * m->x[i * K] + (m->x[i * K + 1] > 0.5f ? 1.0f : 0.0f) + 0.2 * noise);
        m->w[i]      = 1;
        m->base[i]   = 0;
        m->group[i]  = i / (N / GROUPS);
    }
    return (pb_tree_rows){.x = m->x, .y = m->y, .group = m->group, .n = N, .k = K};
}

static pb_forest *trained(const pb_tree_rows *rows, const pb_tree_options *o, double *loss)
{
    pb_forest *f = NULL;
    pb_error   e = {0};
    if (pb_forest_train(rows, o, &f, loss, &e) != PB_OK) fail_msg("%s", e.text);
    return f;
}

static double squared_error(const pb_forest *f, const pb_tree_rows *rows)
{
    double out, sum = 0;
    for (size_t i = 0; i < rows->n; i++) {
        pb_forest_predict(f, rows->x + i * rows->k, &out);
        sum += (out - rows->y[i]) * (out - rows->y[i]);
    }
    return sum / (double)rows->n;
}

static bool same(const pb_forest *a, const pb_forest *b)
{
    char     *x, *y;
    size_t    n, m;
    pb_status s = pb_forest_write(a, &x, &n, NULL), t = pb_forest_write(b, &y, &m, NULL);
    PB_CHECK(s == PB_OK && t == PB_OK);
    bool alike = n == m && memcmp(x, y, n) == 0;
    free(x);
    free(y);
    return alike;
}

PB_TEST(learns_a_slope_and_a_step_and_knows_how_well)
{
    static made_up  m;
    pb_tree_rows    rows = make_rows(&m);
    pb_tree_options o    = pb_tree_options_default();
    double          loss;
    pb_forest      *f = trained(&rows, &o, &loss);
    PB_CHECK(loss < 0.01); /* the noise alone has 0.0033, the labels 0.99 */
    PB_CHECK(squared_error(f, &rows) < loss);
    PB_CHECK(pb_forest_trees(f) > 20 && pb_forest_trees(f) < o.rounds);
    pb_forest_destroy(f);
}

PB_TEST(without_folds_all_rounds_are_grown_and_nothing_is_said_of_the_loss)
{
    static made_up  m;
    pb_tree_rows    rows = make_rows(&m);
    pb_tree_options o    = pb_tree_options_default();
    double          loss = 0;
    o.folds              = 0;
    o.rounds             = 7;
    rows.group           = NULL;
    pb_forest *f         = trained(&rows, &o, &loss);
    PB_CHECK_EQ(pb_forest_trees(f), 7);
    PB_CHECK(isnan(loss));
    pb_forest_destroy(f);
}

PB_TEST(labels_that_nothing_explains_get_no_trees)
{
    static made_up  m;
    pb_tree_rows    rows = make_rows(&m);
    pb_tree_options o    = pb_tree_options_default();
    double          loss, mean = 0;
    for (uint32_t i = 0; i < N; i++) mean += m.y[i] = (float)pb_uniform(pb_draw(8, i, 0, 0, 1).word[0]);
    o.base_margin = (float)(mean / N);
    pb_forest *f  = trained(&rows, &o, &loss);
    PB_CHECK(pb_forest_trees(f) <= 2);
    PB_CHECK_NEAR(loss, 1.0 / 12, 0.01);
    pb_forest_destroy(f);
}

/* The OpenMP that XGBoost runs on is not built for ThreadSanitizer, which then takes its
 * barriers for races. */
#ifdef __SANITIZE_THREAD__
#define MORE_THREADS 0
#else
#define MORE_THREADS 2
#endif

/* What the forest is must not depend on the machine's cores: on real laps, for every
 * objective, on all rows and on parts of rows and columns. */
PB_TEST(the_forest_is_the_same_for_any_number_of_threads)
{
    if (!MORE_THREADS) skip();
    const tree_laps *laps   = tree_real_laps();
    const float     *y[4]   = {laps->time, laps->pits, laps->compound, laps->time};
    pb_tree_rows     rows   = {.x = laps->x, .group = laps->race, .n = laps->n, .k = TREE_FEATURES};
    const uint32_t   more[] = {2, 3};
    for (int objective = PB_TREE_SQUARED; objective <= PB_TREE_ABSOLUTE; objective++) {
        pb_tree_options o = pb_tree_options_default();
        o.objective       = (pb_tree_objective)objective;
        o.classes         = objective == PB_TREE_SOFTMAX ? 4 : 1;
        o.folds           = objective == PB_TREE_LOGISTIC ? 3 : 0;
        o.rounds          = 10;
        o.depth           = 6;
        o.row_share       = objective == PB_TREE_ABSOLUTE ? 1 : 0.8;
        o.column_share    = objective == PB_TREE_SQUARED ? 1 : 0.7;
        rows.y            = y[objective];
        pb_forest *one    = trained(&rows, &o, NULL);
        for (int i = 0; i < MORE_THREADS; i++) {
            o.threads       = more[i];
            pb_forest *many = trained(&rows, &o, NULL);
            if (!same(one, many)) fail_msg("objective %d: %u threads grow another forest", objective, more[i]);
            pb_forest_destroy(many);
        }
        pb_forest_destroy(one);
    }
}

typedef struct training {
    const pb_tree_rows *rows;
    pb_forest          *forest;
} training;

static void *train_beside_others(void *arg)
{
    training       *t = arg;
    pb_tree_options o = pb_tree_options_default();
    o.row_share       = 0.7;
    o.column_share    = 0.6;
    o.rounds          = 30;
    o.folds           = 3;
    pb_forest_train(t->rows, &o, &t->forest, NULL, NULL);
    return NULL;
}

PB_TEST(trainings_in_several_threads_do_not_disturb_one_another)
{
    static made_up m;
    pb_tree_rows   rows  = make_rows(&m);
    training       alone = {.rows = &rows}, many[4];
    pthread_t      thread[4];
    if (!MORE_THREADS) skip();
    train_beside_others(&alone);
    for (int i = 0; i < 4; i++) {
        many[i] = (training){.rows = &rows};
        PB_CHECK_EQ(pthread_create(&thread[i], NULL, train_beside_others, &many[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        PB_CHECK_EQ(pthread_join(thread[i], NULL), 0);
        PB_CHECK(many[i].forest && same(alone.forest, many[i].forest));
        pb_forest_destroy(many[i].forest);
    }
    pb_forest_destroy(alone.forest);
}

PB_TEST(the_seed_decides_and_nothing_else)
{
    static made_up  m;
    pb_tree_rows    rows = make_rows(&m);
    pb_tree_options o    = pb_tree_options_default();
    o.row_share          = 0.5;
    o.rounds             = 20;
    pb_forest *a = trained(&rows, &o, NULL), *b = trained(&rows, &o, NULL);
    o.seed       = 2;
    pb_forest *c = trained(&rows, &o, NULL);
    PB_CHECK(same(a, b));
    PB_CHECK(!same(a, c));
    pb_forest_destroy(a);
    pb_forest_destroy(b);
    pb_forest_destroy(c);
}

PB_TEST(a_monotone_feature_never_turns_round)
{
    static made_up  m;
    pb_tree_rows    rows        = make_rows(&m);
    pb_tree_options o           = pb_tree_options_default();
    const int8_t    monotone[K] = {-1, 0, 0, 0}; /* against what the data say */
    o.folds                     = 0;
    o.rounds                    = 50;
    o.monotone                  = monotone;
    for (int objective = 0; objective < 2; objective++) {
        o.objective  = objective ? PB_TREE_ABSOLUTE : PB_TREE_SQUARED;
        pb_forest *f = trained(&rows, &o, NULL);
        for (size_t i = 0; i < 50; i++) {
            float row[K] = {0, m.x[i * K + 1], m.x[i * K + 2], m.x[i * K + 3]}, last = INFINITY, margin;
            for (; row[0] <= 1; row[0] += 0.05f, last = margin) {
                pb_forest_margin(f, row, NULL, &margin);
                PB_CHECK(margin <= last + 1e-5f);
            }
        }
        pb_forest_destroy(f);
    }
}

PB_TEST(weights_count_as_rows_do)
{
    static made_up  m;
    pb_tree_rows    rows = make_rows(&m);
    pb_tree_options o    = pb_tree_options_default();
    double          p;
    o.folds  = 0;
    o.rounds = 200;
    o.depth  = 1;
    o.lambda = 0;
    for (uint32_t i = 0; i < N; i++) { /* nothing to split on: the forest is the weighted mean */
        for (int j = 0; j < K; j++) m.x[i * K + (uint32_t)j] = 1;
        m.y[i] = i % 2 ? 1.0f : 0.0f;
        m.w[i] = i % 2 ? 3.0f : 1.0f;
    }
    rows.w       = m.w;
    pb_forest *f = trained(&rows, &o, NULL);
    pb_forest_predict(f, m.x, &p);
    PB_CHECK_NEAR(p, 0.75, 1e-3);
    pb_forest_destroy(f);
}

PB_TEST(absolute_error_leads_to_the_median_whatever_the_outliers)
{
    static made_up  m;
    pb_tree_rows    rows   = make_rows(&m);
    pb_tree_options o      = pb_tree_options_default();
    float           low[K] = {0.5f, 0.2f, 0.5f, 0.5f};
    double          p;
    o.objective = PB_TREE_ABSOLUTE;
    for (uint32_t i = 0; i < N; i++)
        m.y[i] = (m.x[i * K + 1] > 0.5f ? 5.0f : 2.0f) + (i % 5 == 0 ? 1000.0f : (float)(i % 5) * 0.01f);
    pb_forest *f = trained(&rows, &o, NULL);
    pb_forest_predict(f, low, &p);
    PB_CHECK_NEAR(p, 2.03, 0.1); /* the mean is 202 */
    low[1] = 0.8f;
    pb_forest_predict(f, low, &p);
    PB_CHECK_NEAR(p, 5.03, 0.1);
    pb_forest_destroy(f);
}

PB_TEST(margins_to_start_from_are_not_learned_again)
{
    static made_up  m;
    pb_tree_rows    rows = make_rows(&m);
    pb_tree_options o    = pb_tree_options_default();
    float           rest;
    for (uint32_t i = 0; i < N; i++) m.base[i] = 3 * m.x[i * K];
    rows.base    = m.base;
    pb_forest *f = trained(&rows, &o, NULL);
    for (float x0 = 0.1f; x0 < 1; x0 += 0.2f) { /* the step is left, the slope is not */
        float row[K] = {x0, 0.9f, 0.5f, NAN}, zero = 0;
        pb_forest_margin(f, row, &zero, &rest);
        PB_CHECK_NEAR(rest, 1, 0.15);
    }
    pb_forest_destroy(f);
}

static void log_cosh(const pb_tree_rows *rows, const float *margin, float *gradient, float *hessian, void *arg)
{
    ++*(int *)arg;
    for (size_t i = 0; i < rows->n; i++) {
        gradient[i] = tanhf(margin[i] - rows->y[i]);
        hessian[i]  = 1; /* not less than the true one */
    }
}

PB_TEST(a_loss_given_by_its_gradient_is_cross_validated_too)
{
    static made_up  m;
    pb_tree_rows    rows  = make_rows(&m);
    pb_tree_options o     = pb_tree_options_default();
    int             calls = 0;
    double          loss, direct = 0;
    o.objective    = PB_TREE_CUSTOM;
    o.gradient     = log_cosh;
    o.gradient_arg = &calls;
    pb_forest *f   = trained(&rows, &o, &loss);
    for (size_t i = 0; i < N; i++) direct -= log(cosh(m.y[i])) / N; /* from margin 0 to no loss at all */
    PB_CHECK(calls > 20);
    PB_CHECK_NEAR(loss, direct, 0.02);
    PB_CHECK(squared_error(f, &rows) < 0.02);
    pb_forest_destroy(f);
}

PB_TEST(the_better_setting_is_chosen)
{
    static made_up  m;
    pb_tree_rows    rows = make_rows(&m);
    pb_tree_options o[3];
    pb_forest      *f      = NULL;
    size_t          chosen = 99;
    double          loss, alone;
    for (int i = 0; i < 3; i++) o[i] = pb_tree_options_default();
    o[0].rounds     = 3;
    o[2].min_weight = 900;
    PB_CHECK_EQ(pb_forest_tune(&rows, o, 3, &f, &chosen, &loss, NULL), PB_OK);
    pb_forest *g = trained(&rows, &o[1], &alone);
    PB_CHECK_EQ(chosen, 1);
    PB_CHECK(loss == alone);
    PB_CHECK(same(f, g));
    pb_forest_destroy(f);
    pb_forest_destroy(g);
}

PB_TEST(groups_stay_whole_and_folds_are_even)
{
    uint32_t group[N], fold[N], of[GROUPS], count[7] = {0};
    for (uint32_t i = 0; i < N; i++) group[i] = 1000 * (i * 13 % GROUPS);
    PB_CHECK_EQ(pb__folds_deal(group, N, 7, 1, fold, NULL), PB_OK);
    for (uint32_t i = 0; i < N; i++) of[group[i] / 1000] = fold[i];
    for (uint32_t i = 0; i < N; i++) PB_CHECK_EQ(of[group[i] / 1000], fold[i]);
    for (uint32_t g = 0; g < GROUPS; g++) count[of[g]]++;
    for (uint32_t f = 0; f < 7; f++) PB_CHECK(count[f] == GROUPS / 7 || count[f] == GROUPS / 7 + 1);
}

static void refused(const pb_tree_rows *rows, const pb_tree_options *o, pb_status want, const char *reason)
{
    pb_forest *untouched = (pb_forest *)&untouched, *f = untouched;
    double     loss = 42;
    pb_error   e    = {0};
    PB_CHECK_EQ(pb_forest_train(rows, o, &f, &loss, &e), want);
    PB_CHECK(f == untouched && loss == 42);
    PB_CHECK_HAS(e.text, reason);
}

PB_TEST(options_out_of_range_are_refused)
{
    static made_up m;
    pb_tree_rows   rows   = make_rows(&m);
    const int8_t   two[K] = {0, 2, 0, 0};
#define REFUSED(field, value, reason)                                                                                  \
    do {                                                                                                               \
        pb_tree_options o = pb_tree_options_default();                                                                 \
        o.field           = (value);                                                                                   \
        refused(&rows, &o, PB_E_RANGE, reason);                                                                        \
    } while (0)
    REFUSED(objective, PB_TREE_OBJECTIVE_N, "objective");
    REFUSED(objective, PB_TREE_CUSTOM, "gradient");
    REFUSED(objective, PB_TREE_SOFTMAX, "classes");
    REFUSED(gradient, log_cosh, "gradient");
    REFUSED(classes, 0, "classes");
    REFUSED(classes, 2, "classes");
    REFUSED(rounds, 0, "rounds");
    REFUSED(folds, 1, "folds");
    REFUSED(folds, GROUPS + 1, "only 40 groups");
    REFUSED(depth, 0, "depth");
    REFUSED(depth, PB_TREE_DEPTH_MAX + 1, "depth");
    REFUSED(bins, 1, "bins");
    REFUSED(rate, 0, "rate");
    REFUSED(rate, 1.5, "rate");
    REFUSED(rate, NAN, "rate");
    REFUSED(lambda, -1, "lambda");
    REFUSED(gamma, -1, "gamma");
    REFUSED(min_weight, INFINITY, "min_weight");
    REFUSED(row_share, 0, "row_share");
    REFUSED(column_share, 1.1, "column_share");
    REFUSED(base_margin, NAN, "base_margin");
    REFUSED(threads, 0, "threads");
    REFUSED(monotone, two, "monotone");
#undef REFUSED
}

PB_TEST(rows_that_cannot_be_learned_from_are_refused)
{
    static made_up  m;
    pb_tree_rows    rows = make_rows(&m), none = rows;
    pb_tree_options o = pb_tree_options_default();
    none.n            = 0;
    refused(&none, &o, PB_E_EMPTY, "no rows");
    none       = rows;
    none.group = NULL;
    refused(&none, &o, PB_E_MISSING, "group");
    none   = rows;
    none.k = PB_TREE_FEATURES_MAX + 1;
    refused(&none, &o, PB_E_RANGE, "features");
    m.y[17] = NAN;
    refused(&rows, &o, PB_E_RANGE, "row 17");
    m.y[17]     = 1.5f;
    o.objective = PB_TREE_LOGISTIC;
    refused(&rows, &o, PB_E_RANGE, "label");
    o.objective      = PB_TREE_SQUARED;
    m.x[100 * K + 2] = INFINITY;
    refused(&rows, &o, PB_E_RANGE, "row 100: feature 2 is infinite");
    m.x[100 * K + 2] = 0;
    rows.w           = m.w;
    m.w[3]           = 0;
    refused(&rows, &o, PB_E_RANGE, "row 3 has the weight 0");
    m.w[3]     = 1;
    rows.base  = m.base;
    m.base[50] = NAN;
    refused(&rows, &o, PB_E_RANGE, "row 50 starts");
}

PB_TEST(settings_that_cannot_be_compared_are_refused)
{
    static made_up  m;
    pb_tree_rows    rows = make_rows(&m);
    pb_tree_options o[2] = {pb_tree_options_default(), pb_tree_options_default()};
    pb_forest      *f    = NULL;
    pb_error        e    = {0};
    PB_CHECK_EQ(pb_forest_tune(&rows, o, 0, &f, NULL, NULL, &e), PB_E_EMPTY);
    o[1].objective = PB_TREE_ABSOLUTE;
    PB_CHECK_EQ(pb_forest_tune(&rows, o, 2, &f, NULL, NULL, &e), PB_E_RANGE);
    PB_CHECK_HAS(e.text, "setting 1 has another objective");
    o[1]       = o[0];
    o[1].folds = 0;
    PB_CHECK_EQ(pb_forest_tune(&rows, o, 2, &f, NULL, NULL, &e), PB_E_RANGE);
    PB_CHECK_HAS(e.text, "folds");
    PB_CHECK(f == NULL);
}

PB_TEST(a_machine_without_xgboost_is_told_what_to_install)
{
    pb__xgb  xgb = {0};
    pb_error e   = {0};
    PB_CHECK_EQ(pb__xgb_open("libxgboost-is-not-here.so.0", &xgb, &e), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(e.text, "libxgboost0");
    PB_CHECK_EQ(pb__xgb_open("libm.so.6", &xgb, &e), PB_E_UNSUPPORTED);
    PB_CHECK_HAS(e.text, "libm.so.6 has no XGBGetLastError");
    PB_CHECK(xgb.library == NULL);
}

PB_TEST_MAIN(PB_RUN(learns_a_slope_and_a_step_and_knows_how_well),
             PB_RUN(without_folds_all_rounds_are_grown_and_nothing_is_said_of_the_loss),
             PB_RUN(labels_that_nothing_explains_get_no_trees),
             PB_RUN(the_forest_is_the_same_for_any_number_of_threads),
             PB_RUN(trainings_in_several_threads_do_not_disturb_one_another), PB_RUN(the_seed_decides_and_nothing_else),
             PB_RUN(a_monotone_feature_never_turns_round), PB_RUN(weights_count_as_rows_do),
             PB_RUN(absolute_error_leads_to_the_median_whatever_the_outliers),
             PB_RUN(margins_to_start_from_are_not_learned_again),
             PB_RUN(a_loss_given_by_its_gradient_is_cross_validated_too), PB_RUN(the_better_setting_is_chosen),
             PB_RUN(groups_stay_whole_and_folds_are_even), PB_RUN(options_out_of_range_are_refused),
             PB_RUN(rows_that_cannot_be_learned_from_are_refused), PB_RUN(settings_that_cannot_be_compared_are_refused),
             PB_RUN(a_machine_without_xgboost_is_told_what_to_install))
