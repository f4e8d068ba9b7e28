/* Forests to bytes and back, and everything that is refused on the way. */
#include <math.h>

#include "pb_test.h"
#include "tree/forest.h"
#include "tree/forest_bytes.h"

#define FEATURES 3
#define TREES 2
#define NODES 8 /* tree 0: a root and 4 below it; tree 1: a root and its leaves */
#define BYTES (PB__FOREST_HEAD + 4 * TREES + PB__FOREST_NODE * NODES)

/*  tree 0:  x0 < 0.5 (missing left) ? (x2 < -1 ? 1 : 2) : 3        tree 1:  x1 < 7 ? 10 : 20  */
static const pb__node_record records[NODES] = {
    {.pair = 0, .feature = 0, .missing_left = true, .value = 0.5f, .cover = 10},
    {.pair = 1, .feature = 2, .value = -1, .cover = 6},
    {.pair = PB__PAIR_LEAF, .value = 3, .cover = 4},
    {.pair = PB__PAIR_LEAF, .value = 1, .cover = 5},
    {.pair = PB__PAIR_LEAF, .value = 2, .cover = 1},
    {.pair = 0, .feature = 1, .value = 7, .cover = 8},
    {.pair = PB__PAIR_LEAF, .value = 10, .cover = 4},
    {.pair = PB__PAIR_LEAF, .value = 20, .cover = 4},
};

static pb_forest *small_forest(void)
{
    const pb__forest_head head     = {.objective   = PB_TREE_LOGISTIC,
                                      .classes     = 1,
                                      .features    = FEATURES,
                                      .n_trees     = TREES,
                                      .n_nodes     = NODES,
                                      .base_margin = -5};
    const uint32_t        sizes[2] = {5, 3};
    pb_forest            *f        = NULL;
    PB_CHECK_EQ(pb__forest_make(&head, sizes, records, "small", &f, NULL), PB_OK);
    return f;
}

static void small_bytes(uint8_t out[BYTES])
{
    pb_forest *f     = small_forest();
    char      *bytes = NULL;
    size_t     n     = 0;
    PB_CHECK_EQ(pb_forest_write(f, &bytes, &n, NULL), PB_OK);
    PB_CHECK_EQ(n, BYTES);
    memcpy(out, bytes, BYTES);
    free(bytes);
    pb_forest_destroy(f);
}

static void refused(const uint8_t *bytes, size_t n, pb_status want, const char *reason)
{
    pb_forest *untouched = (pb_forest *)&untouched, *f = untouched;
    pb_error   e = {0};
    PB_CHECK_EQ(pb_forest_read((pb_span){(const char *)bytes, n}, "a.forest", &f, &e), want);
    PB_CHECK(f == untouched);
    PB_CHECK_EQ(e.status, want);
    PB_CHECK_HAS(e.text, "a.forest: ");
    PB_CHECK_HAS(e.text, reason);
}

static uint8_t *node_at(uint8_t *bytes, uint32_t node)
{
    return bytes + PB__FOREST_HEAD + 4 * TREES + PB__FOREST_NODE * node;
}

/* Small forest with 16 or 32 bits changed. */
static void refused_u16(size_t at, uint32_t value, pb_status want, const char *reason)
{
    uint8_t bytes[BYTES];
    small_bytes(bytes);
    pb__put_u16(bytes + at, value);
    refused(bytes, BYTES, want, reason);
}

static void refused_u32(size_t at, uint32_t value, pb_status want, const char *reason)
{
    uint8_t bytes[BYTES];
    small_bytes(bytes);
    pb__put_u32(bytes + at, value);
    refused(bytes, BYTES, want, reason);
}

static void refused_f32(size_t at, float value, const char *reason)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    refused_u32(at, bits, PB_E_RANGE, reason);
}

static size_t place(uint32_t node, uint32_t offset)
{
    return PB__FOREST_HEAD + 4 * TREES + PB__FOREST_NODE * node + offset;
}

PB_TEST(a_forest_comes_back_and_answers_the_same)
{
    const float rows[][FEATURES] = {{0, 0, 0}, {NAN, NAN, NAN}, {1, 8, 0}, {0, 7, -2}, {INFINITY, -INFINITY, 0}};
    uint8_t     bytes[BYTES], again[BYTES];
    pb_forest  *f = small_forest(), *back = NULL;
    char       *out = NULL;
    size_t      n   = 0;
    small_bytes(bytes);
    PB_CHECK_EQ(pb_forest_read((pb_span){(char *)bytes, BYTES}, "small", &back, NULL), PB_OK);
    PB_CHECK_EQ(pb_forest_features(back), FEATURES);
    PB_CHECK_EQ(pb_forest_classes(back), 1);
    PB_CHECK_EQ(pb_forest_trees(back), TREES);
    for (size_t i = 0; i < 5; i++) {
        float a, b;
        pb_forest_margin(f, rows[i], NULL, &a);
        pb_forest_margin(back, rows[i], NULL, &b);
        PB_CHECK(a == b);
    }
    PB_CHECK_EQ(pb_forest_write(back, &out, &n, NULL), PB_OK);
    PB_CHECK_EQ(n, BYTES);
    memcpy(again, out, BYTES);
    PB_CHECK(memcmp(bytes, again, BYTES) == 0);
    free(out);
    pb_forest_destroy(f);
    pb_forest_destroy(back);
}

PB_TEST(rows_go_where_the_nodes_say)
{
    const struct {
        float x[FEATURES], margin;
    } cases[] = {
        {{0.4f, 0, -2}, 1 + 10 - 5},   {{0.4f, 0, -1}, 2 + 10 - 5},      {{0.5f, 7, 0}, 3 + 20 - 5},
        {{NAN, NAN, NAN}, 2 + 20 - 5}, {{NAN, 6.9f, -1.1f}, 1 + 10 - 5}, {{-INFINITY, 0, INFINITY}, 2 + 10 - 5},
    };
    pb_forest *f = small_forest();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        float  margin, base = 100;
        double p;
        pb_forest_margin(f, cases[i].x, NULL, &margin);
        PB_CHECK(margin == cases[i].margin);
        pb_forest_predict(f, cases[i].x, &p);
        PB_CHECK_NEAR(p, 1 / (1 + exp(-(double)margin)), 1e-12);
        pb_forest_margin(f, cases[i].x, &base, &margin);
        PB_CHECK(margin == cases[i].margin + 105);
    }
    pb_forest_destroy(f);
}

PB_TEST(many_rows_are_answered_as_one_by_one)
{
    float      rows[37 * FEATURES];
    double     many[37], one;
    pb_forest *f = small_forest();
    for (size_t i = 0; i < 37 * FEATURES; i++) rows[i] = i % 5 == 0 ? NAN : (float)(i * 7 % 11) - 2;
    pb_forest_predict_many(f, rows, 37, many);
    for (size_t i = 0; i < 37; i++) {
        pb_forest_predict(f, rows + i * FEATURES, &one);
        PB_CHECK(one == many[i]);
    }
    pb_forest_destroy(f);
}

PB_TEST(a_file_cut_at_any_byte_is_refused)
{
    uint8_t bytes[BYTES];
    small_bytes(bytes);
    for (size_t n = 0; n < BYTES; n++) {
        uint8_t *exact = malloc(n ? n : 1); /* so that a sanitizer sees one byte too far */
        memcpy(exact, bytes, n);
        refused(exact, n, PB_E_SYNTAX, "is cut short");
        free(exact);
    }
}

PB_TEST(bytes_after_the_last_node_are_refused)
{
    uint8_t bytes[BYTES + 1] = {0};
    small_bytes(bytes);
    refused(bytes, BYTES + 1, PB_E_SYNTAX, "1 bytes follow");
}

PB_TEST(another_file_and_another_version_are_refused)
{
    refused((const uint8_t *)"{\"forest\": 1}", 13, PB_E_SYNTAX, "is not a forest");
    refused_u32(4, 0, PB_E_UNSUPPORTED, "version 0");
    refused_u32(4, 2, PB_E_UNSUPPORTED, "version 2");
    refused_u32(8, PB_TREE_OBJECTIVE_N, PB_E_RANGE, "objective");
    refused_u32(8, UINT32_MAX, PB_E_RANGE, "objective");
}

PB_TEST(sizes_beyond_the_bytes_are_refused_before_memory_is_taken)
{
    refused_u32(24, 1u << 30, PB_E_SYNTAX, "is cut short"); /* 12 GB of nodes */
    refused_u32(24, UINT32_MAX, PB_E_SYNTAX, "is cut short");
    refused_u32(20, UINT32_MAX, PB_E_RANGE, "trees");
    refused_u32(20, 1u << 20, PB_E_SYNTAX, "is cut short");
    refused_u32(12, 0, PB_E_RANGE, "classes");
    refused_u32(12, 2, PB_E_RANGE, "only softmax");
    refused_u32(12, UINT32_MAX, PB_E_RANGE, "classes");
    refused_u32(16, 0, PB_E_RANGE, "features");
    refused_u32(16, PB_TREE_FEATURES_MAX + 1, PB_E_RANGE, "features");
}

PB_TEST(trees_of_odd_sizes_are_refused)
{
    refused_u32(32, 0, PB_E_RANGE, "tree 0 has no node");
    refused_u32(32, 4, PB_E_RANGE, "outside the tree");
    refused_u32(32, 6, PB_E_RANGE, "tree 0, node 5: no node has it for a child");
    refused_u32(32, UINT32_MAX, PB_E_RANGE, "tree 0 has 4294967295 nodes");
    refused_u32(36, 2, PB_E_RANGE, "outside the tree");
    refused_u32(36, 4, PB_E_RANGE, "only 3 are left");
}

PB_TEST(numbers_that_are_not_finite_are_refused)
{
    refused_f32(28, NAN, "base margin");
    refused_f32(28, INFINITY, "base margin");
    refused_f32(place(0, 4), NAN, "tree 0, node 0: the threshold is not finite");
    refused_f32(place(1, 4), INFINITY, "tree 0, node 1: the threshold is not finite");
    refused_f32(place(4, 4), NAN, "tree 0, node 4: the leaf is not finite");
    refused_f32(place(6, 4), -INFINITY, "tree 1, node 1: the leaf is not finite");
    refused_f32(place(3, 8), NAN, "cover");
    refused_f32(place(3, 8), -1, "cover");
}

PB_TEST(cycles_and_strange_children_are_refused)
{
    refused_u16(place(1, 0), 0, PB_E_RANGE, "tree 0, node 1: its children come before it (a cycle)");
    refused_u16(place(0, 0), 1, PB_E_RANGE, "breadth first"); /* skips a pair */
    refused_u16(place(0, 0), 5, PB_E_RANGE, "outside the tree");
    refused_u16(place(2, 0), 1, PB_E_RANGE, "another node's"); /* the children of node 1 */
    refused_u16(place(1, 0), PB__PAIR_LEAF, PB_E_RANGE, "a leaf that asks for a feature");
    refused_u16(place(5, 0), PB__PAIR_LEAF - 1, PB_E_RANGE, "outside the tree");
}

PB_TEST(nodes_that_nobody_has_for_children_are_refused)
{
    uint8_t bytes[BYTES];
    small_bytes(bytes);
    pb__put_u16(node_at(bytes, 1), PB__PAIR_LEAF);
    pb__put_u16(node_at(bytes, 1) + 2, 0);
    refused(bytes, BYTES, PB_E_RANGE, "no node has it for a child");
}

PB_TEST(features_out_of_range_are_refused)
{
    refused_u16(place(0, 2), FEATURES, PB_E_RANGE, "feature 3 of 3");
    refused_u16(place(5, 2), 0x7fff, PB_E_RANGE, "feature 32767 of 3");
    refused_u16(place(7, 2), 1, PB_E_RANGE, "a leaf that asks for a feature");
    refused_u16(place(7, 2), PB__MISSING_LEFT, PB_E_RANGE, "a leaf that asks for a feature");
}

PB_TEST(a_tree_deeper_than_allowed_is_refused)
{
    enum { DEPTH = PB_TREE_DEPTH_MAX + 1, N = 2 * DEPTH + 1 };
    pb__node_record       chain[N];
    const pb__forest_head head = {.classes = 1, .features = 1, .n_trees = 1, .n_nodes = N};
    const uint32_t        size = N;
    pb_forest            *f    = NULL;
    pb_error              e    = {0};
    for (uint32_t i = 0; i < N; i++)
        chain[i] = (pb__node_record){.pair = i % 2 == 0 && i < N - 1 ? (uint16_t)(i / 2) : PB__PAIR_LEAF};
    PB_CHECK_EQ(pb__forest_make(&head, &size, chain, "chain", &f, &e), PB_E_RANGE);
    PB_CHECK_HAS(e.text, "too deep");
    PB_CHECK(f == NULL);
}

PB_TEST(a_forest_without_trees_answers_its_base_margin)
{
    const pb__forest_head head = {.classes = 1, .features = 1, .base_margin = 4};
    pb_forest            *f = NULL, *back = NULL;
    char                 *bytes = NULL;
    size_t                n     = 0;
    float                 x     = 1, margin;
    double                phi[2];
    PB_CHECK_EQ(pb__forest_make(&head, NULL, NULL, "bare", &f, NULL), PB_OK);
    PB_CHECK_EQ(pb_forest_write(f, &bytes, &n, NULL), PB_OK);
    PB_CHECK_EQ(pb_forest_read((pb_span){bytes, n}, "bare", &back, NULL), PB_OK);
    pb_forest_margin(back, &x, NULL, &margin);
    PB_CHECK(margin == 4);
    pb_forest_shap(back, &x, 0, phi);
    PB_CHECK(phi[0] == 0 && phi[1] == 4);
    free(bytes);
    pb_forest_destroy(f);
    pb_forest_destroy(back);
}

PB_TEST_MAIN(PB_RUN(a_forest_comes_back_and_answers_the_same), PB_RUN(rows_go_where_the_nodes_say),
             PB_RUN(many_rows_are_answered_as_one_by_one), PB_RUN(a_file_cut_at_any_byte_is_refused),
             PB_RUN(bytes_after_the_last_node_are_refused), PB_RUN(another_file_and_another_version_are_refused),
             PB_RUN(sizes_beyond_the_bytes_are_refused_before_memory_is_taken), PB_RUN(trees_of_odd_sizes_are_refused),
             PB_RUN(numbers_that_are_not_finite_are_refused), PB_RUN(cycles_and_strange_children_are_refused),
             PB_RUN(nodes_that_nobody_has_for_children_are_refused), PB_RUN(features_out_of_range_are_refused),
             PB_RUN(a_tree_deeper_than_allowed_is_refused), PB_RUN(a_forest_without_trees_answers_its_base_margin))
