/* TreeSHAP of one row: see shap.h for the sums. Trees of up to 8 levels are walked
 * level by level with 4 points (shap_flat.c), deeper ones here, by recursion, with 8. */
#include "shap_flat.h"

#define POINTS 8

/* Gauss-Legendre on 0 .. 1 (Abramowitz and Stegun, table 25.4). */
static const double point[POINTS]  = {0.019855071751231884158, 0.10166676129318663020, 0.23723379504183550709,
                                      0.40828267875217509753,  0.59171732124782490247, 0.76276620495816449291,
                                      0.89833323870681336980,  0.98014492824876811584};
static const double weight[POINTS] = {0.050614268145188129576, 0.11119051722668723527, 0.15685332293894364367,
                                      0.18134189168918099148,  0.18134189168918099148, 0.15685332293894364367,
                                      0.11119051722668723527,  0.050614268145188129576};

typedef struct deep {
    const pb_forest      *f;
    const pb__tree_node  *nodes;
    const pb__shap_split *splits;
    const float          *slots;
    double               *phi;
    /* By level of the way down: the pair, where the row goes, whether the row passes
     * the path's earlier splits on the feature of this one. */
    uint32_t pair[PB_TREE_DEPTH_MAX + 1];
    bool     left[PB_TREE_DEPTH_MAX + 1], passes[PB_TREE_DEPTH_MAX + 1];
    double   z[PB_TREE_DEPTH_MAX + 1]; /* of the feature, above the split */
} deep;

/* Fills z and passes of a level: those of the path from the root to its split. */
static void look_above(deep *d, const pb__shap_split *split, uint32_t level)
{
    uint32_t at      = level;
    d->z[level]      = 1;
    d->passes[level] = true;
    if (split->above == PB__SHAP_NONE) return;
    while (d->pair[--at] != split->above) {
    }
    d->z[level]      = d->z[at] * d->splits[split->above].share[!split->above_left];
    d->passes[level] = d->passes[at] && d->left[at] == split->above_left;
}

/* g: product of factors at every point; sum gets the subtree's S. */
static void walk(deep *d, uint32_t node, uint32_t level, const double *g, double *sum)
{
    pb__tree_node n = d->nodes[node];
    if (pb__is_leaf(n)) {
        for (int q = 0; q < POINTS; q++) sum[q] = n.value;
        return;
    }
    uint32_t              pair = (node + n.rel - 1) / 2, there = node + n.rel;
    const pb__shap_split *split = &d->splits[pair];
    bool                  left  = pb__goes_left(n, d->slots);
    look_above(d, split, level);
    double followed = split->share[!left], z = d->z[level], add = 0;
    double u[POINTS], k[POINTS], g_there[POINTS], g_other[POINTS], s_there[POINTS], s_other[POINTS];
    for (int q = 0; q < POINTS; q++) {
        double f   = z * (1 - point[q]) + point[q];
        u[q]       = d->passes[level] ? point[q] / f : 0;
        k[q]       = d->passes[level] ? weight[q] * z / (f * f) : 0;
        g_there[q] = g[q] * (followed * (1 - u[q]) + u[q]);
        g_other[q] = g[q] * ((1 - followed) * (1 - u[q]));
    }
    d->pair[level] = pair;
    d->left[level] = left;
    walk(d, there + !left, level + 1, g_there, s_there);
    walk(d, there + left, level + 1, g_other, s_other);
    for (int q = 0; q < POINTS; q++) {
        double delta = (1 - followed) * (s_there[q] - s_other[q]);
        sum[q]       = s_there[q] - delta * (1 - u[q]);
        add += k[q] * g[q] * delta;
    }
    d->phi[split->feature] += add;
}

static void add_deep(const pb_forest *f, uint32_t tree, const float *slots, double *phi)
{
    static const double one[POINTS] = {1, 1, 1, 1, 1, 1, 1, 1};
    double              sum[POINTS];
    deep                d = {.f      = f,
                             .nodes  = f->nodes + f->first[tree],
                             .splits = f->splits + pb__first_pair(f, tree),
                             .slots  = slots,
                             .phi    = phi};
    walk(&d, 0, 0, one, sum);
}

void pb_forest_shap(const pb_forest *f, const float *row, uint32_t class_index, double *phi)
{
    float slots[PB__SLOTS_MAX];
    PB_ASSERT(class_index < f->classes);
    pb__slots_fill(row, f->features, slots);
    for (uint32_t j = 0; j < f->features; j++) phi[j] = 0;
    phi[f->features] = (double)f->base_margin + f->expected[class_index];
    pb__shap_add_flat(f, slots, class_index, phi);
    for (uint32_t t = class_index; t < f->n_trees; t += f->classes)
        if (f->depth[t] > PB__SHAP_DEPTH) add_deep(f, t, slots, phi);
}
