/* Evaluation: walks down the trees, several at a time so that one's memory is
 * fetched while another's is compared, then adds the leaves in the order of the
 * trees, in single precision: XGBoost's order, XGBoost's bits. */
#include <math.h>

#include "forest.h"
#include "pitboard/num.h"

#define LANES 8 /* walks at a time */

void pb__slots_fill(const float *row, uint32_t features, float *slots)
{
    for (uint32_t j = 0; j < features; j++) {
        bool known          = row[j] == row[j];
        slots[j]            = known ? row[j] : -INFINITY;
        slots[features + j] = known ? row[j] : INFINITY;
    }
    slots[2 * features] = -INFINITY;
}

/* Right is one further: rel 0 (a leaf) never gets the one, see forest.h. */
static inline const pb__tree_node *step(const pb__tree_node *at, const float *slots)
{
    return at + at->rel + !(slots[at->slot] < at->value);
}

static uint32_t deepest(const pb_forest *f, uint32_t tree, uint32_t n)
{
    uint32_t depth = 0;
    for (uint32_t i = 0; i < n; i++)
        if (f->depth[tree + i] > depth) depth = f->depth[tree + i];
    return depth;
}

/* The leaves of LANES trees from one on, for one row. */
static inline void walk_trees(const pb_forest *f, uint32_t tree, const float *slots, float leaf[LANES])
{
    const pb__tree_node *at[LANES];
    uint32_t             depth = deepest(f, tree, LANES);
    for (int i = 0; i < LANES; i++) at[i] = f->nodes + f->first[tree + (uint32_t)i];
    for (uint32_t d = 0; d < depth; d++)
        for (int i = 0; i < LANES; i++) at[i] = step(at[i], slots);
    for (int i = 0; i < LANES; i++) leaf[i] = at[i]->value;
}

static float walk_tree(const pb_forest *f, uint32_t tree, const float *slots)
{
    const pb__tree_node *at = f->nodes + f->first[tree];
    while (!pb__is_leaf(*at)) at = step(at, slots);
    return at->value;
}

static void add_leaves(const pb_forest *f, const float *slots, float *margin)
{
    uint32_t t = 0, c = 0;
    for (; t + LANES <= f->n_trees; t += LANES) {
        float leaf[LANES];
        walk_trees(f, t, slots, leaf);
        for (int i = 0; i < LANES; i++) {
            margin[c] += leaf[i];
            if (++c == f->classes) c = 0;
        }
    }
    for (; t < f->n_trees; t++) margin[t % f->classes] += walk_tree(f, t, slots);
}

void pb_forest_margin(const pb_forest *f, const float *row, const float *base, float *margin)
{
    float slots[PB__SLOTS_MAX];
    pb__slots_fill(row, f->features, slots);
    for (uint32_t c = 0; c < f->classes; c++) margin[c] = base ? base[c] : f->base_margin;
    add_leaves(f, slots, margin);
}

static void softmax(const float *margin, uint32_t n, double *out)
{
    double most = margin[0], sum = 0;
    for (uint32_t c = 1; c < n; c++)
        if (margin[c] > most) most = margin[c];
    for (uint32_t c = 0; c < n; c++) sum += out[c] = pb_exp(margin[c] - most);
    for (uint32_t c = 0; c < n; c++) out[c] /= sum;
}

static void link_of(const pb_forest *f, const float *margin, double *out)
{
    if (f->objective == PB_TREE_SOFTMAX)
        softmax(margin, f->classes, out);
    else if (f->objective == PB_TREE_LOGISTIC)
        out[0] = 1 / (1 + pb_exp(-(double)margin[0]));
    else
        out[0] = margin[0];
}

void pb_forest_predict(const pb_forest *f, const float *row, double *out)
{
    float margin[PB_TREE_CLASSES_MAX];
    pb_forest_margin(f, row, NULL, margin);
    link_of(f, margin, out);
}

void pb_forest_predict_many(const pb_forest *f, const float *rows, size_t n, double *out)
{
    for (size_t i = 0; i < n; i++) pb_forest_predict(f, rows + i * f->features, out + i * f->classes);
}
