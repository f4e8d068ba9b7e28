/* See shap_flat.h: one pass down a tree in the order of its splits, one back up. A
 * split over two leaves, as half of them are, is done with on the way down. Where the
 * row goes decides no branch. */
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

#define FOR_HALVES for (int q = 0; q < 2; q++)

/* Where the row goes at a split: PASSES unless the path to it fails on the feature. */
enum { RIGHT, LEFT, PASSES };

typedef struct flat {
    struct {
        lanes product, sum; /* G and S */
    } node[NODES];
    const pb__shap_terms *terms[SPLITS];
    uint8_t               way[SPLITS + 1]; /* the last: above a feature's first split */
    lanes                 phi[PB_TREE_FEATURES_MAX];
} flat;

_Static_assert((uint8_t)PB__SHAP_NONE == SPLITS, "no split above means the last way");

static inline half all(double x)
{
    return (half){x, x};
}

static inline half load(const double *from)
{
    half x;
    memcpy(&x, __builtin_assume_aligned(from, sizeof x), sizeof x);
    return x;
}

static inline const pb__shap_terms *terms_of(flat *w, const pb_forest *f, const pb__shap_split *split, uint32_t pair,
                                             uint32_t left)
{
    bool passes  = w->way[(uint8_t)split->above] == (PASSES | split->above_left);
    w->way[pair] = (uint8_t)(passes * PASSES | left);
    return &f->terms[passes ? split->terms : PB__TERMS_NONE];
}

/* Over two leaves: S of the split and what it adds to its feature. */
static inline void last_split(flat *w, const pb__shap_split *split, const pb__shap_terms *terms,
                              const pb__tree_node *children, uint32_t left)
{
    double       there = children[!left].value, delta = split->share[left] * (there - children[left].value);
    half         s = all(there - delta), d = all(delta);
    const lanes *g   = &w->node[split->node].product;
    lanes       *phi = &w->phi[split->feature], *sum = &w->node[split->node].sum;
    FOR_HALVES
    {
        phi->at[q] += load(terms->k + 2 * q) * g->at[q] * d;
        sum->at[q] = s + d * load(terms->u + 2 * q);
    }
}

/* G of the children; S of one that is a leaf. */
static inline void split_down(flat *w, const pb__shap_split *split, const pb__shap_terms *terms, uint32_t child,
                              const pb__tree_node *children, uint32_t left)
{
    half         there = all(split->share[!left]), other = all(split->share[left]);
    const lanes *g  = &w->node[split->node].product;
    lanes       *to = &w->node[child + !left].product, *away = &w->node[child + left].product;
    FOR_HALVES
    {
        half with = g->at[q] * load(terms->u + 2 * q), rest = g->at[q] - with;
        to->at[q]   = there * rest + with;
        away->at[q] = other * rest;
    }
    if (split->leaves) {
        uint32_t   leaf                            = split->leaves >> 1;
        FOR_HALVES w->node[child + leaf].sum.at[q] = all(children[leaf].value);
    }
}

static inline void split_up(flat *w, const pb__shap_split *split, uint32_t pair)
{
    uint32_t              child = 2 * pair + 1, left = w->way[pair] & LEFT;
    half                  other = all(split->share[left]);
    const pb__shap_terms *terms = w->terms[pair];
    const lanes          *there = &w->node[child + !left].sum, *away = &w->node[child + left].sum;
    const lanes          *g   = &w->node[split->node].product;
    lanes                *phi = &w->phi[split->feature], *sum = &w->node[split->node].sum;
    FOR_HALVES
    {
        half s = there->at[q], delta = other * (s - away->at[q]);
        phi->at[q] += load(terms->k + 2 * q) * g->at[q] * delta;
        sum->at[q] = s - delta + delta * load(terms->u + 2 * q);
    }
}

static void add_tree(flat *w, const pb_forest *f, uint32_t tree, const float *slots)
{
    const pb__tree_node  *nodes                    = f->nodes + f->first[tree];
    const pb__shap_split *splits                   = f->splits + pb__first_pair(f, tree);
    uint32_t              n                        = (f->first[tree + 1] - f->first[tree]) / 2;
    FOR_HALVES            w->node[0].product.at[q] = all(1);
    for (uint32_t p = 0; p < n; p++) {
        const pb__shap_split *split = &splits[p];
        uint32_t              child = 2 * p + 1, left = slots[split->slot] < split->value;
        w->terms[p] = terms_of(w, f, split, p, left);
        if (split->leaves == 3)
            last_split(w, split, w->terms[p], nodes + child, left);
        else
            split_down(w, split, w->terms[p], child, nodes + child, left);
    }
    for (uint32_t p = n; p-- > 0;)
        if (splits[p].leaves != 3) split_up(w, &splits[p], p);
}

void pb__shap_add_flat(const pb_forest *f, const float *slots, uint32_t class_index, double *phi)
{
    flat w;
    w.way[SPLITS] = PASSES;
    for (uint32_t j = 0; j < f->features; j++) FOR_HALVES w.phi[j].at[q] = all(0);
    for (uint32_t t = class_index; t < f->n_trees; t += f->classes)
        if (f->depth[t] <= PB__SHAP_DEPTH) add_tree(&w, f, t, slots);
    for (uint32_t j = 0; j < f->features; j++)
        phi[j] += (w.phi[j].at[0][0] + w.phi[j].at[0][1]) + (w.phi[j].at[1][0] + w.phi[j].at[1][1]);
}
