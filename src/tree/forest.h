/* forest.h - how a forest lies in memory.
 *
 *     nodes  | tree 0, breadth first | tree 1 ... |      8 bytes a node
 *     first  | 0 | where tree 1 begins | ... | n_nodes |
 *
 * The children of a node lie side by side, rel and rel + 1 nodes after it. A leaf
 * has rel 0 and a slot that is always below its value, so that a walk may take
 * more steps than the tree is deep: it stays. Tree t adds to class t % classes. */
#ifndef PB_TREE_FOREST_H
#define PB_TREE_FOREST_H

#include "pitboard/tree.h"

#define PB__SLOTS_MAX (2 * PB_TREE_FEATURES_MAX + 1)

typedef struct pb__tree_node {
    float    value; /* threshold: left when the slot is below it; of a leaf what it adds */
    uint16_t rel;   /* to the left child; 0: a leaf */
    uint16_t slot;  /* of a row laid out by pb__slots_fill */
} pb__tree_node;

struct pb_forest {
    pb_tree_objective objective;
    uint32_t          classes, features, n_trees, n_nodes;
    float             base_margin;
    uint32_t         *first; /* n_trees + 1 */
    uint8_t          *depth; /* n_trees; 0: one leaf */
    pb__tree_node    *nodes;
    float            *covers; /* of every node: sum of hessians that trained it, >= 0 */
    /* For explanations: shap.h. */
    struct pb__shap_split *splits; /* of every inner node */
    struct pb__shap_terms *terms;
    double                *expected; /* classes: sum of the trees' expected leaves */
};

/* A row as walks want it: the features with "not known" below everything (such nodes
 * send it left), then above everything (right), then what is below every leaf. */
void pb__slots_fill(const float *row, uint32_t features, float *slots);

/* One node as it is kept: children are 2 pair + 1 and 2 pair + 2 of its tree, in
 * breadth-first order, so the pairs of a tree are 0, 1, 2, ... */
#define PB__PAIR_LEAF 0xffffu
typedef struct pb__node_record {
    uint16_t pair;
    uint16_t feature;
    bool     missing_left;
    float    value, cover;
} pb__node_record;

typedef struct pb__forest_head {
    pb_tree_objective objective;
    uint32_t          classes, features, n_trees, n_nodes;
    float             base_margin;
} pb__forest_head;

/* Checks everything and makes a forest; sizes holds the nodes of every tree. name is
 * for messages. */
pb_status pb__forest_make(const pb__forest_head *head, const uint32_t *sizes, const pb__node_record *records,
                          const char *name, pb_forest **out, pb_error *error);
/* The head alone: counts in range and in step with one another. */
pb_status pb__forest_head_check(const pb__forest_head *head, const char *name, pb_error *error);

static inline bool pb__is_leaf(pb__tree_node node)
{
    return node.rel == 0;
}

static inline uint32_t pb__node_feature(const pb_forest *f, pb__tree_node node)
{
    return node.slot < f->features ? node.slot : node.slot - f->features;
}

/* True when a row goes left at an inner node. */
static inline bool pb__goes_left(pb__tree_node node, const float *slots)
{
    return slots[node.slot] < node.value;
}

#endif
