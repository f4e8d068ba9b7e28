/* A forest to bytes: forest_bytes.h. */
#include <stdlib.h>

#include "forest.h"
#include "forest_bytes.h"

static void put_head(const pb_forest *f, uint8_t *at)
{
    memcpy(at, pb__forest_magic, sizeof pb__forest_magic);
    pb__put_u32(at + 4, PB__FOREST_VERSION);
    pb__put_u32(at + 8, (uint32_t)f->objective);
    pb__put_u32(at + 12, f->classes);
    pb__put_u32(at + 16, f->features);
    pb__put_u32(at + 20, f->n_trees);
    pb__put_u32(at + 24, f->n_nodes);
    pb__put_f32(at + 28, f->base_margin);
}

/* node: its number within its tree. */
static void put_node(const pb_forest *f, uint32_t index, uint32_t node, uint8_t *at)
{
    pb__tree_node n    = f->nodes[index];
    bool          leaf = pb__is_leaf(n);
    uint32_t      left = n.slot < f->features ? PB__MISSING_LEFT : 0;
    pb__put_u16(at, leaf ? PB__PAIR_LEAF : (node + n.rel - 1) / 2);
    pb__put_u16(at + 2, leaf ? 0 : pb__node_feature(f, n) | left);
    pb__put_f32(at + 4, n.value);
    pb__put_f32(at + 8, f->covers[index]);
}

pb_status pb_forest_write(const pb_forest *f, char **bytes, size_t *n, pb_error *error)
{
    size_t   size = PB__FOREST_HEAD + (size_t)f->n_trees * 4 + (size_t)f->n_nodes * PB__FOREST_NODE;
    uint8_t *out  = malloc(size), *at;
    if (!out) return pb_error_set(error, PB_E_NOMEM, "out of memory for a forest of %zu bytes", size);
    put_head(f, out);
    at = out + PB__FOREST_HEAD;
    for (uint32_t t = 0; t < f->n_trees; t++, at += 4) pb__put_u32(at, f->first[t + 1] - f->first[t]);
    for (uint32_t t = 0; t < f->n_trees; t++)
        for (uint32_t i = f->first[t]; i < f->first[t + 1]; i++, at += PB__FOREST_NODE)
            put_node(f, i, i - f->first[t], at);
    *bytes = (char *)out;
    *n     = size;
    return PB_OK;
}
