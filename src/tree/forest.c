/* Making a forest from records of nodes: everything is checked here, once, so that
 * walks need not. */
#include <math.h>
#include <stdlib.h>

#include "shap.h"

#define TREES_MAX (1u << 20)

pb_status pb__forest_head_check(const pb__forest_head *h, const char *name, pb_error *error)
{
    if ((uint32_t)h->objective >= PB_TREE_OBJECTIVE_N)
        return pb_error_set(error, PB_E_RANGE, "%s: objective %u is none of ours (0 to %d)", name,
                            (unsigned)h->objective, PB_TREE_OBJECTIVE_N - 1);
    if (h->classes < 1 || h->classes > PB_TREE_CLASSES_MAX)
        return pb_error_set(error, PB_E_RANGE, "%s: %u classes, but a forest has 1 to %d", name, h->classes,
                            PB_TREE_CLASSES_MAX);
    if (h->classes > 1 && h->objective != PB_TREE_SOFTMAX)
        return pb_error_set(error, PB_E_RANGE, "%s: %u classes, but only softmax has more than one", name, h->classes);
    if (h->features < 1 || h->features > PB_TREE_FEATURES_MAX)
        return pb_error_set(error, PB_E_RANGE, "%s: %u features, but a forest has 1 to %d", name, h->features,
                            PB_TREE_FEATURES_MAX);
    if (h->n_trees > TREES_MAX || h->n_trees % h->classes != 0)
        return pb_error_set(error, PB_E_RANGE, "%s: %u trees for %u classes (at most %u, as many for each class)", name,
                            h->n_trees, h->classes, TREES_MAX);
    if (!isfinite(h->base_margin)) return pb_error_set(error, PB_E_RANGE, "%s: the base margin is not finite", name);
    return PB_OK;
}

static pb_forest *forest_alloc(const pb__forest_head *h)
{
    pb_forest *f = calloc(1, sizeof *f);
    if (!f) return NULL;
    *f        = (pb_forest){.objective   = h->objective,
                            .classes     = h->classes,
                            .features    = h->features,
                            .n_trees     = h->n_trees,
                            .n_nodes     = h->n_nodes,
                            .base_margin = h->base_margin};
    f->first  = calloc((size_t)h->n_trees + 1, sizeof *f->first);
    f->depth  = calloc((size_t)h->n_trees + 1, sizeof *f->depth);
    f->nodes  = calloc((size_t)h->n_nodes + 1, sizeof *f->nodes);
    f->covers = calloc((size_t)h->n_nodes + 1, sizeof *f->covers);
    if (f->first && f->depth && f->nodes && f->covers) return f;
    pb_forest_destroy(f);
    return NULL;
}

void pb_forest_destroy(pb_forest *f)
{
    if (!f) return;
    free(f->first);
    free(f->depth);
    free(f->nodes);
    free(f->covers);
    free(f->splits);
    free(f->terms);
    free(f->expected);
    free(f);
}

typedef struct place {
    const char *name;
    uint32_t    tree, node;
    pb_error   *error;
} place;

static pb_status refuse(const place *at, pb_status status, const char *what)
{
    return pb_error_set(at->error, status, "%s: tree %u, node %u: %s", at->name, at->tree, at->node, what);
}

static pb_status check_values(const place *at, const pb_forest *f, const pb__node_record *r)
{
    bool leaf = r->pair == PB__PAIR_LEAF;
    if (!isfinite(r->value))
        return refuse(at, PB_E_RANGE, leaf ? "the leaf is not finite" : "the threshold is not finite");
    if (!isfinite(r->cover) || r->cover < 0) return refuse(at, PB_E_RANGE, "the cover is negative or not finite");
    if (leaf && (r->feature != 0 || r->missing_left)) return refuse(at, PB_E_RANGE, "a leaf that asks for a feature");
    if (!leaf && r->feature >= f->features)
        return pb_error_set(at->error, PB_E_RANGE, "%s: tree %u, node %u: asks for feature %u of %u", at->name,
                            at->tree, at->node, r->feature, f->features);
    return PB_OK;
}

/* next: the pair that this inner node must have. */
static pb_status check_children(const place *at, const pb__node_record *r, uint32_t size, uint32_t next)
{
    uint32_t left = 2u * r->pair + 1;
    if (left <= at->node) return refuse(at, PB_E_RANGE, "its children come before it (a cycle)");
    if (left + 1 >= size) return refuse(at, PB_E_RANGE, "its children lie outside the tree");
    if (r->pair != next)
        return refuse(at, PB_E_RANGE, "its children are another node's, or the nodes are not breadth first");
    return PB_OK;
}

static void put_node(pb_forest *f, uint32_t at, uint32_t node, const pb__node_record *r)
{
    bool leaf     = r->pair == PB__PAIR_LEAF;
    f->nodes[at]  = (pb__tree_node){.value = r->value,
                                    .rel   = leaf ? 0 : (uint16_t)(2u * r->pair + 1 - node),
                                    .slot  = (uint16_t)(leaf              ? 2 * f->features
                                                        : r->missing_left ? r->feature
                                                                          : f->features + r->feature)};
    f->covers[at] = r->cover;
}

/* Children follow their parent, so depths are known in one pass; level ends when the
 * first child of the level below is reached. */
static pb_status put_tree(pb_forest *f, place *at, uint32_t size, const pb__node_record *records)
{
    uint32_t next = 0, depth = 0, level_end = 1; /* first node of the next level */
    if (size == 0) return pb_error_set(at->error, PB_E_RANGE, "%s: tree %u has no node", at->name, at->tree);
    for (uint32_t i = 0; i < size; i++) {
        const pb__node_record *r = &records[i];
        at->node                 = i;
        if (i > 2 * next) return refuse(at, PB_E_RANGE, "no node has it for a child");
        if (i == level_end) {
            level_end = 2 * next + 1;
            if (++depth > PB_TREE_DEPTH_MAX) return refuse(at, PB_E_RANGE, "the tree is too deep");
        }
        PB_TRY(check_values(at, f, r));
        if (r->pair != PB__PAIR_LEAF) PB_TRY(check_children(at, r, size, next++));
        put_node(f, f->first[at->tree] + i, i, r);
    }
    f->depth[at->tree] = (uint8_t)depth;
    return PB_OK;
}

static pb_status put_trees(pb_forest *f, const uint32_t *sizes, const pb__node_record *records, const char *name,
                           pb_error *error)
{
    uint32_t used = 0;
    for (uint32_t t = 0; t < f->n_trees; t++) {
        place at    = {.name = name, .tree = t, .error = error};
        f->first[t] = used;
        if (sizes[t] > f->n_nodes - used)
            return pb_error_set(error, PB_E_RANGE, "%s: tree %u has %u nodes, but only %u are left", name, t, sizes[t],
                                f->n_nodes - used);
        PB_TRY(put_tree(f, &at, sizes[t], records + used));
        used += sizes[t];
    }
    f->first[f->n_trees] = used;
    if (used != f->n_nodes)
        return pb_error_set(error, PB_E_RANGE, "%s: %u nodes belong to no tree", name, f->n_nodes - used);
    return PB_OK;
}

pb_status pb__forest_make(const pb__forest_head *head, const uint32_t *sizes, const pb__node_record *records,
                          const char *name, pb_forest **out, pb_error *error)
{
    PB_TRY(pb__forest_head_check(head, name, error));
    pb_forest *f = forest_alloc(head);
    if (!f) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory for %u nodes", name, head->n_nodes);
    pb_status status = put_trees(f, sizes, records, name, error);
    if (status == PB_OK) status = pb__shap_prepare(f, error);
    if (status == PB_OK)
        *out = f;
    else
        pb_forest_destroy(f);
    return status;
}

uint32_t pb_forest_features(const pb_forest *f)
{
    return f->features;
}

uint32_t pb_forest_classes(const pb_forest *f)
{
    return f->classes;
}

uint32_t pb_forest_trees(const pb_forest *f)
{
    return f->n_trees;
}
