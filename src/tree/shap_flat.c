/* See shap_flat.h: one pass down a tree in the order of its splits, one back up. No
 * branch depends on the row. */
#include <string.h>

#include "shap_flat.h"

#define NODES ((2 << PB__SHAP_DEPTH) - 1)
#define SPLITS (NODES / 2)

/* Two vectors rather than one of four: that is what every x86-64 and ARM has, and
 * GCC makes nothing good of wider ones. */
typedef double half __attribute__((vector_size(16)));
typedef struct lanes {
    half at[2];
} lanes;

typedef struct flat {
    struct {
        lanes product, sum; /* G and S */
    } node[NODES];
    const pb__shap_terms *terms[SPLITS];
    uint32_t              left[SPLITS + 1], passes[SPLITS + 1]; /* the last: above a feature's first split */
    lanes                 phi[PB_TREE_FEATURES_MAX];
} flat;

#define FOR_HALVES(q) for (int q = 0; (q) < 2; (q)++)

static inline half all(double x)
{
    return (half){x, x};
}

static inline half load(const double *from)
{
    half x;
    memcpy(&x, from, sizeof x);
    return x;
}

static inline void down_one(flat *w, const pb_forest *f, const pb__shap_split *split, uint32_t pair, uint32_t left)
{
    uint32_t              above  = split->above == PB__SHAP_NONE ? SPLITS : split->above;
    uint32_t              passes = w->passes[above] & (w->left[above] == split->above_left);
    uint32_t              child  = 2 * pair + 1;
    half                  there = all(split->share[!left]), other = all(split->share[left]);
    const pb__shap_terms *terms = &f->terms[passes ? split->terms : PB__TERMS_NONE];
    const lanes          *g     = &w->node[split->node].product;
    lanes                *to = &w->node[child + !left].product, *away = &w->node[child + left].product;
    w->left[pair]   = left;
    w->passes[pair] = passes;
    w->terms[pair]  = terms;
    FOR_HALVES(q)
    {
        half with = g->at[q] * load(terms->u + 2 * q), rest = g->at[q] - with;
        to->at[q]   = there * rest + with;
        away->at[q] = other * rest;
    }
}

static inline void up_one(flat *w, const pb__shap_split *split, uint32_t pair)
{
    uint32_t     child = 2 * pair + 1, left = w->left[pair];
    half         other = all(split->share[left]);
    const lanes *there = &w->node[child + !left].sum, *away = &w->node[child + left].sum;
    const lanes *g   = &w->node[split->node].product;
    lanes       *phi = &w->phi[split->feature], *sum = &w->node[split->node].sum;
    FOR_HALVES(q)
    {
        half s = there->at[q], delta = other * (s - away->at[q]);
        phi->at[q] += load(w->terms[pair]->k + 2 * q) * g->at[q] * delta;
        sum->at[q] = s - delta + delta * load(w->terms[pair]->u + 2 * q);
    }
}

static void add_tree(flat *w, const pb_forest *f, uint32_t tree, const float *slots)
{
    const pb__tree_node  *nodes            = f->nodes + f->first[tree];
    const pb__shap_split *splits           = f->splits + pb__first_pair(f, tree);
    uint32_t              n                = f->first[tree + 1] - f->first[tree];
    FOR_HALVES(q) w->node[0].product.at[q] = all(1);
    for (uint32_t i = 0; i < n; i++) /* splits get theirs on the way up */
        FOR_HALVES(q) w->node[i].sum.at[q] = all(nodes[i].value);
    for (uint32_t p = 0; p < n / 2; p++) down_one(w, f, &splits[p], p, pb__goes_left(nodes[splits[p].node], slots));
    for (uint32_t p = n / 2; p-- > 0;) up_one(w, &splits[p], p);
}

void pb__shap_add_flat(const pb_forest *f, const float *slots, uint32_t class_index, double *phi)
{
    flat w;
    w.passes[SPLITS] = 1;
    w.left[SPLITS]   = 0;
    for (uint32_t j = 0; j < f->features; j++) FOR_HALVES(q) w.phi[j].at[q] = all(0);
    for (uint32_t t = class_index; t < f->n_trees; t += f->classes)
        if (f->depth[t] <= PB__SHAP_DEPTH) add_tree(&w, f, t, slots);
    for (uint32_t j = 0; j < f->features; j++)
        phi[j] += (w.phi[j].at[0][0] + w.phi[j].at[0][1]) + (w.phi[j].at[1][0] + w.phi[j].at[1][1]);
}
