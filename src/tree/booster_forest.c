/* A trained booster into a forest: XGBoost's model (its binary JSON, where floats
 * are floats) holds arrays per tree in the order in which nodes were grown; ours
 * are breadth first. Nodes that were grown and pruned again are not reached. */
#include <stdlib.h>
#include <string.h>

#include "booster.h"
#include "forest.h"
#include "ubjson.h"

/* One tree as XGBoost keeps it. */
typedef struct grown {
    size_t   n;
    int32_t *left, *right, *feature, *missing_left;
    float   *value, *cover;
    void    *memory;
} grown;

/* Records of all trees so far. */
typedef struct gathered {
    pb__node_record *records;
    uint32_t        *sizes;
    size_t           n, cap;
} gathered;

static bool grown_alloc(grown *g, size_t n)
{
    char *at = calloc(n, 4 * sizeof(int32_t) + 2 * sizeof(float));
    if (!at) return false;
    *g = (grown){.n            = n,
                 .left         = (int32_t *)(void *)at,
                 .right        = (int32_t *)(void *)at + n,
                 .feature      = (int32_t *)(void *)at + 2 * n,
                 .missing_left = (int32_t *)(void *)at + 3 * n,
                 .value        = (float *)(void *)(at + 4 * n * sizeof(int32_t)),
                 .cover        = (float *)(void *)(at + 4 * n * sizeof(int32_t)) + n,
                 .memory       = at};
    return true;
}

static bool grown_read(grown *g, pb__ubj tree)
{
    return pb__ubj_ints(pb__ubj_get(tree, "left_children"), g->left, g->n) &&
           pb__ubj_ints(pb__ubj_get(tree, "right_children"), g->right, g->n) &&
           pb__ubj_ints(pb__ubj_get(tree, "split_indices"), g->feature, g->n) &&
           pb__ubj_ints(pb__ubj_get(tree, "default_left"), g->missing_left, g->n) &&
           pb__ubj_floats(pb__ubj_get(tree, "split_conditions"), g->value, g->n) &&
           pb__ubj_floats(pb__ubj_get(tree, "sum_hessian"), g->cover, g->n);
}

static bool gathered_reserve(gathered *to, size_t n)
{
    if (to->n + n <= to->cap) return true;
    size_t           cap  = 2 * (to->n + n);
    pb__node_record *more = realloc(to->records, cap * sizeof *more);
    if (!more) return false;
    to->records = more;
    to->cap     = cap;
    return true;
}

/* Breadth first from the root; queue has room for n. Returns the nodes reached, 0
 * when the tree is broken. */
static uint32_t grown_order(const grown *g, int32_t *queue, pb__node_record *out)
{
    size_t   n    = 1;
    uint16_t pair = 0;
    queue[0]      = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t at   = queue[i];
        bool    leaf = g->left[at] < 0;
        out[i]       = (pb__node_record){.pair         = leaf ? PB__PAIR_LEAF : pair,
                                         .feature      = leaf ? 0 : (uint16_t)g->feature[at],
                                         .missing_left = !leaf && g->missing_left[at] != 0,
                                         .value        = g->value[at],
                                         .cover        = g->cover[at]};
        if (leaf) continue;
        if (n + 2 > g->n || (size_t)g->left[at] >= g->n || g->right[at] < 0 || (size_t)g->right[at] >= g->n) return 0;
        pair++;
        queue[n++] = g->left[at];
        queue[n++] = g->right[at];
    }
    return (uint32_t)n;
}

static bool add_tree(gathered *to, size_t index, pb__ubj tree)
{
    grown    g     = {0};
    size_t   n     = pb__ubj_count(pb__ubj_get(tree, "left_children"));
    int32_t *queue = calloc(n + 1, sizeof *queue);
    bool     ok    = n > 0 && queue && grown_alloc(&g, n) && grown_read(&g, tree) && gathered_reserve(to, n);
    if (ok) {
        to->sizes[index] = grown_order(&g, queue, to->records + to->n);
        to->n += to->sizes[index];
        ok = to->sizes[index] > 0;
    }
    free(g.memory);
    free(queue);
    return ok;
}

static bool gather(gathered *to, pb__ubj trees, size_t n)
{
    to->sizes = calloc(n + 1, sizeof *to->sizes);
    bool ok   = to->sizes != NULL;
    for (size_t t = 0; t < n && ok; t++) {
        ok = add_tree(to, t, trees);
        pb__ubj_skip(&trees);
    }
    return ok && !trees.broken;
}

pb_status pb__booster_forest(const pb__xgb *x, BoosterHandle booster, const pb_tree_options *o, size_t features,
                             pb_forest **out, pb_error *error)
{
    const char *bytes = NULL;
    bst_ulong   len   = 0;
    gathered    all   = {0};
    size_t      n     = 0;
    PB_TRY(pb__xgb_check(x, x->XGBoosterSaveModelToBuffer(booster, "{\"format\": \"ubj\"}", &len, &bytes),
                         "hand over the model", error));
    const uint8_t *at    = (const uint8_t *)bytes;
    pb__ubj        u     = {.at = at, .end = at + len};
    pb__ubj        model = pb__ubj_get(pb__ubj_get(pb__ubj_get(u, "learner"), "gradient_booster"), "model");
    pb__ubj        trees = pb__ubj_array(pb__ubj_get(model, "trees"), &n);
    pb_status      status;
    if (trees.broken || !gather(&all, trees, n)) {
        status = pb_error_set(error, PB_E_UNSUPPORTED, "XGBoost's model has not the form of version 1.7");
    } else {
        pb__forest_head head = {.objective   = o->objective,
                                .classes     = o->classes,
                                .features    = (uint32_t)features,
                                .n_trees     = (uint32_t)n,
                                .n_nodes     = (uint32_t)all.n,
                                .base_margin = o->base_margin};
        status               = pb__forest_make(&head, all.sizes, all.records, "trained forest", out, error);
    }
    free(all.records);
    free(all.sizes);
    return status;
}
