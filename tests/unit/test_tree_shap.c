/* Explanations against the definition: Shapley values over all subsets of features. */
#include <math.h>

#include "pb_test.h"
#include "pitboard/num.h"
#include "tree/forest.h"

#define FEATURES 6
#define NODES_MAX 2047

static double uniform(uint32_t a, uint32_t b)
{
    return pb_uniform(pb_draw(11, a, b, 0, 3).word[0]);
}

/* A tree with random splits, about half of them leaves below the third level. */
static uint32_t random_tree(uint32_t seed, uint32_t depth, pb__node_record *r)
{
    uint32_t n = 1, pair = 0, level_end = 1, level = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (i == level_end) {
            level_end = n;
            level++;
        }
        bool     split   = level < depth && n + 2 <= NODES_MAX && (level < 3 || uniform(seed, 8 * i) < 0.6);
        uint16_t feature = (uint16_t)(FEATURES * uniform(seed, 8 * i + 1));
        r[i]             = (pb__node_record){.pair         = split ? (uint16_t)pair++ : PB__PAIR_LEAF,
                                             .feature      = split ? feature : 0,
                                             .missing_left = split && uniform(seed, 8 * i + 2) < 0.5,
                                             .value        = (float)uniform(seed, 8 * i + 3)};
        if (split) n += 2;
    }
    for (uint32_t i = n; i-- > 0;)
        r[i].cover = r[i].pair == PB__PAIR_LEAF ? 1 + (float)(100 * uniform(seed, 8 * i + 4))
                                                : r[2 * r[i].pair + 1].cover + r[2 * r[i].pair + 2].cover;
    return n;
}

/* Expected value of a subtree when the features of the set are known. */
static double expected(const pb__node_record *r, uint32_t i, const float *row, uint32_t set)
{
    uint32_t left = 2u * r[i].pair + 1;
    if (r[i].pair == PB__PAIR_LEAF) return r[i].value;
    if (set >> r[i].feature & 1) {
        float x    = row[r[i].feature];
        bool  goes = isnan(x) ? r[i].missing_left : x < r[i].value;
        return expected(r, goes ? left : left + 1, row, set);
    }
    double a = r[left].cover, b = r[left + 1].cover;
    return (a * expected(r, left, row, set) + b * expected(r, left + 1, row, set)) / (a + b);
}

static double factorial(uint32_t n)
{
    return n < 2 ? 1 : n * factorial(n - 1);
}

static double shapley(const pb__node_record *r, const float *row, uint32_t feature)
{
    double sum = 0;
    for (uint32_t set = 0; set < 1u << FEATURES; set++) {
        uint32_t size = (uint32_t)__builtin_popcount(set);
        if (set >> feature & 1) continue;
        sum += factorial(size) * factorial(FEATURES - 1 - size) / factorial(FEATURES) *
               (expected(r, 0, row, set | 1u << feature) - expected(r, 0, row, set));
    }
    return sum;
}

static void random_row(uint32_t seed, float *row)
{
    for (uint32_t j = 0; j < FEATURES; j++) {
        double u = uniform(seed, 1000000 + j);
        row[j]   = u < 0.15 ? NAN : (float)uniform(seed, 2000000 + j);
    }
}

static pb_forest *one_tree(const pb__node_record *r, uint32_t n)
{
    pb__forest_head head = {.classes = 1, .features = FEATURES, .n_trees = 1, .n_nodes = n, .base_margin = 0.5f};
    pb_forest      *f    = NULL;
    pb_error        e    = {0};
    if (pb__forest_make(&head, &n, r, "test", &f, &e) != PB_OK) fail_msg("%s", e.text);
    return f;
}

static void check_against_definition(uint32_t seed, uint32_t depth)
{
    static pb__node_record r[NODES_MAX];
    pb_forest             *f = one_tree(r, random_tree(seed, depth, r));
    for (uint32_t i = 0; i < 5; i++) {
        float  row[FEATURES];
        double phi[FEATURES + 1];
        random_row(100 * seed + i, row);
        pb_forest_shap(f, row, 0, phi);
        for (uint32_t j = 0; j < FEATURES; j++) PB_CHECK_NEAR(phi[j], shapley(r, row, j), 1e-12);
        PB_CHECK_NEAR(phi[FEATURES], 0.5 + expected(r, 0, row, 0), 1e-12);
    }
    pb_forest_destroy(f);
}

PB_TEST(shallow_trees_agree_with_the_definition)
{
    for (uint32_t depth = 0; depth <= 8; depth++)
        for (uint32_t seed = 0; seed < 10; seed++) check_against_definition(10 * depth + seed, depth);
}

PB_TEST(deep_trees_agree_with_the_definition)
{
    for (uint32_t depth = 9; depth <= 16; depth++)
        for (uint32_t seed = 0; seed < 3; seed++) check_against_definition(10 * depth + seed, depth);
}

/* A split whose children nobody reached in training says nothing of its sides. */
PB_TEST(a_split_without_rows_counts_both_sides_alike)
{
    pb__node_record r[3]          = {{.pair = 0, .feature = 2, .value = 0.5f},
                                     {.pair = PB__PAIR_LEAF, .value = 1},
                                     {.pair = PB__PAIR_LEAF, .value = 3}};
    pb_forest      *f             = one_tree(r, 3);
    float           row[FEATURES] = {0};
    double          phi[FEATURES + 1];
    pb_forest_shap(f, row, 0, phi);
    PB_CHECK_NEAR(phi[2], -1, 1e-15);
    PB_CHECK_NEAR(phi[FEATURES], 2.5, 1e-15);
    pb_forest_destroy(f);
}

/* More features on one path than eight: the rule of four points would not do. */
PB_TEST(a_path_of_sixteen_features_is_exact)
{
    enum { DEPTH = 16 };
    pb__node_record r[2 * DEPTH + 1];
    uint32_t        n = 2 * DEPTH + 1;
    for (uint32_t d = 0; d < DEPTH; d++) {
        r[2 * d]     = (pb__node_record){.pair = (uint16_t)d, .feature = (uint16_t)d, .value = 0.5f, .cover = 1};
        r[2 * d + 1] = (pb__node_record){.pair = PB__PAIR_LEAF, .value = 0, .cover = 1};
    }
    /* Inner nodes are right children: breadth first they are 0, 2, 4, ... */
    r[2 * DEPTH] = (pb__node_record){.pair = PB__PAIR_LEAF, .value = 1, .cover = 1};
    for (uint32_t d = 0; d <= DEPTH; d++) r[2 * d].cover = 1;
    pb__forest_head head = {.classes = 1, .features = DEPTH, .n_trees = 1, .n_nodes = n};
    pb_forest      *f    = NULL;
    float           row[DEPTH];
    double          phi[DEPTH + 1];
    for (uint32_t d = 0; d < DEPTH; d++) row[d] = 1;
    PB_CHECK_EQ(pb__forest_make(&head, &n, r, "test", &f, NULL), PB_OK);
    pb_forest_shap(f, row, 0, phi);
    /* Only the leaf at the end pays, and all features matter to it alike. */
    PB_CHECK_NEAR(phi[DEPTH], 1.0 / (1 << DEPTH), 1e-15);
    for (uint32_t d = 0; d < DEPTH; d++) PB_CHECK_NEAR(phi[d], (1 - phi[DEPTH]) / DEPTH, 1e-14);
    pb_forest_destroy(f);
}

PB_TEST_MAIN(PB_RUN(shallow_trees_agree_with_the_definition), PB_RUN(deep_trees_agree_with_the_definition),
             PB_RUN(a_split_without_rows_counts_both_sides_alike), PB_RUN(a_path_of_sixteen_features_is_exact))
