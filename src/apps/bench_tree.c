/* See bench_tree.h. The forest is made up, full to its depth, the worst that a trained
 * one of its size can be; rows and splits are drawn so that every one goes its own way.
 * It is written as bytes (docs/formats/forest.md) and read: XGBoost is not needed. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_tree.h"
#include "pitboard/engine.h"
#include "pitboard/num.h"
#include "pitboard/tree.h"

#define TREES 200u
#define DEPTH 6
#define FEATURES 20u
#define NODES ((2u << DEPTH) - 1)
#define INNER (NODES / 2)
#define MAGIC 0x4f464250u /* "PBFO" */
#define ROWS 1024u
#define MISSING 0.05 /* share of values that are not known */
#define RUN_S 0.1    /* one run lasts about so long */

typedef struct writer {
    uint8_t *at;
} writer;

static void put(writer *w, uint32_t x, int bytes)
{
    for (int i = 0; i < bytes; i++) *w->at++ = (uint8_t)(x >> 8 * i);
}

static void put_float(writer *w, double x)
{
    float    f = (float)x;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    put(w, bits, 4);
}

static double uniform(uint32_t tree, uint32_t node, uint32_t what)
{
    return pb_uniform(pb_draw(1, tree, node, what, 0).word[0]);
}

/* Rows that reached a node: a share of those of its parent. */
static double cover(uint32_t tree, uint32_t node)
{
    if (node == 0) return 10000;
    uint32_t parent = (node - 1) / 2;
    double   share  = 0.1 + 0.8 * uniform(tree, parent, 0);
    return cover(tree, parent) * (node % 2 ? share : 1 - share);
}

static void put_node(writer *w, uint32_t tree, uint32_t node)
{
    bool     inner   = node < INNER;
    uint32_t feature = (uint32_t)(FEATURES * uniform(tree, node, 1));
    uint32_t missing = uniform(tree, node, 2) < 0.5 ? 0x8000u : 0;
    put(w, inner ? node : 0xffffu, 2);
    put(w, inner ? feature | missing : 0, 2);
    put_float(w, inner ? 0.1 + 0.8 * uniform(tree, node, 3) : uniform(tree, node, 3) - 0.5);
    put_float(w, cover(tree, node));
}

static pb_status make_forest(pb_forest **out, pb_error *error)
{
    size_t         n       = (size_t)32 + 4 * TREES + 12 * TREES * NODES;
    uint8_t       *bytes   = malloc(n);
    writer         w       = {bytes};
    const uint32_t head[7] = {MAGIC, 1, PB_TREE_SQUARED, 1, FEATURES, TREES, TREES * NODES};
    if (!bytes) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    for (int i = 0; i < 7; i++) put(&w, head[i], 4);
    put_float(&w, 0);
    for (uint32_t t = 0; t < TREES; t++) put(&w, NODES, 4);
    for (uint32_t t = 0; t < TREES; t++)
        for (uint32_t i = 0; i < NODES; i++) put_node(&w, t, i);
    pb_status status = pb_forest_read((pb_span){(const char *)bytes, n}, "bench forest", out, error);
    free(bytes);
    return status;
}

static float *make_rows(void)
{
    float *rows = malloc(ROWS * FEATURES * sizeof *rows);
    for (uint32_t i = 0; rows && i < ROWS * FEATURES; i++)
        rows[i] = uniform(TREES, i, 0) < MISSING ? NAN : (float)uniform(TREES, i, 1);
    return rows;
}

static double run_us(const pb_forest *f, const float *rows, bool explain)
{
    double   phi[FEATURES + 1], start = pb_engine_seconds(), now;
    float    margin;
    uint64_t done = 0;
    do {
        for (uint32_t i = 0; i < 32; i++, done++) {
            const float *row = rows + done % ROWS * FEATURES;
            if (explain)
                pb_forest_shap(f, row, 0, phi);
            else
                pb_forest_margin(f, row, NULL, &margin);
        }
        now = pb_engine_seconds();
    } while (now - start < RUN_S);
    return 1e6 * (now - start) / (double)done;
}

pb_status pb__bench_tree_us(bool explain, double *us, uint32_t runs, pb_error *error)
{
    pb_forest *f = NULL;
    PB_TRY(make_forest(&f, error));
    float *rows = make_rows();
    if (rows) run_us(f, rows, explain);
    for (uint32_t i = 0; rows && i < runs; i++) us[i] = run_us(f, rows, explain);
    pb_status status = rows ? PB_OK : pb_error_set(error, PB_E_NOMEM, "out of memory");
    free(rows);
    pb_forest_destroy(f);
    return status;
}
