/* What does not depend on the row: shares, features met before, expectations. */
#include <stdlib.h>

#include "shap.h"

/* Gauss-Legendre on 0 .. 1 (Abramowitz and Stegun, table 25.4). */
static const double point[PB__SHAP_POINTS]  = {0.069431844202973712388, 0.33000947820757186760, 0.66999052179242813240,
                                               0.93056815579702628761};
static const double weight[PB__SHAP_POINTS] = {0.17392742256872692869, 0.32607257743127307131, 0.32607257743127307131,
                                               0.17392742256872692869};

/* The way from the root to a split, newest last. */
typedef struct way {
    uint32_t node[PB_TREE_DEPTH_MAX + 1];
    bool     left[PB_TREE_DEPTH_MAX + 1];
    double   share[PB_TREE_DEPTH_MAX + 1]; /* z of the node's feature below it on this way */
    uint32_t n;
} way;

typedef struct preparing {
    pb_forest           *f;
    const pb__tree_node *nodes;
    const float         *covers;
    pb__shap_split      *splits;
    bool                 with_terms;
    uint32_t             n_terms;
    way                  way;
} preparing;

static uint16_t pair_of(uint32_t node, pb__tree_node n)
{
    return (uint16_t)((node + n.rel - 1) / 2);
}

/* Fills above; returns z of this feature on the way down to here. */
static double find_above(const preparing *p, pb__shap_split *split)
{
    split->above = PB__SHAP_NONE;
    for (uint32_t i = p->way.n; i-- > 0;) {
        uint32_t at = p->way.node[i];
        if (pb__node_feature(p->f, p->nodes[at]) != split->feature) continue;
        split->above      = pair_of(at, p->nodes[at]);
        split->above_left = p->way.left[i];
        return p->way.share[i];
    }
    return 1;
}

static void fill_terms(pb__shap_terms *terms, double z, double o)
{
    for (int q = 0; q < PB__SHAP_POINTS; q++) {
        double over = o / (z * (1 - point[q]) + point[q]);
        terms->u[q] = point[q] * over;
        terms->k[q] = weight[q] * z * over * over;
    }
}

static void split_terms(preparing *p, double z, pb__shap_split *split)
{
    split->terms = PB__TERMS_FIRST;
    if (split->above == PB__SHAP_NONE || !p->with_terms) return;
    split->terms = p->n_terms++;
    fill_terms(&p->f->terms[split->terms], z, 1);
}

static double prepare(preparing *p, uint32_t node);

/* Expected value of a subtree, whose weight within its parent is share. */
static double prepare_child(preparing *p, uint32_t depth, bool left, double z, double share, uint32_t node)
{
    p->way.left[depth]  = left;
    p->way.share[depth] = z * share;
    return share * prepare(p, node);
}

static double prepare(preparing *p, uint32_t node)
{
    pb__tree_node n = p->nodes[node];
    if (pb__is_leaf(n)) return n.value;
    uint32_t        left = node + n.rel, depth = p->way.n;
    double          both  = (double)p->covers[left] + p->covers[left + 1];
    pb__shap_split *split = &p->splits[pair_of(node, n)];
    split->value          = n.value;
    split->slot           = n.slot;
    split->leaves         = (uint8_t)(pb__is_leaf(p->nodes[left]) + 2 * pb__is_leaf(p->nodes[left + 1]));
    split->node           = node;
    split->feature        = (uint16_t)pb__node_feature(p->f, n);
    split->share[0]       = both > 0 ? p->covers[left] / both : 0.5;
    split->share[1]       = 1 - split->share[0];
    double z              = find_above(p, split);
    split_terms(p, z, split);
    p->way.node[depth] = node;
    p->way.n           = depth + 1;
    double expected    = prepare_child(p, depth, true, z, split->share[0], left);
    expected += prepare_child(p, depth, false, z, split->share[1], left + 1);
    p->way.n = depth;
    return expected;
}

pb_status pb__shap_prepare(pb_forest *f, pb_error *error)
{
    size_t splits = (f->n_nodes - f->n_trees) / 2;
    f->splits     = calloc(splits + 1, sizeof *f->splits);
    f->terms      = aligned_alloc(_Alignof(pb__shap_terms), (splits + PB__TERMS_N) * sizeof *f->terms);
    f->expected   = calloc(f->classes, sizeof *f->expected);
    if (!f->splits || !f->terms || !f->expected)
        return pb_error_set(error, PB_E_NOMEM, "out of memory for %u nodes", f->n_nodes);
    fill_terms(&f->terms[PB__TERMS_FIRST], 1, 1);
    fill_terms(&f->terms[PB__TERMS_NONE], 1, 0);
    preparing p = {.f = f, .n_terms = PB__TERMS_N};
    for (uint32_t t = 0; t < f->n_trees; t++) {
        p.nodes      = f->nodes + f->first[t];
        p.covers     = f->covers + f->first[t];
        p.splits     = f->splits + pb__first_pair(f, t);
        p.with_terms = f->depth[t] <= PB__SHAP_DEPTH;
        f->expected[t % f->classes] += prepare(&p, 0);
    }
    return PB_OK;
}
