/* Bytes to a forest. What is announced is compared with the bytes there are before
 * any memory is taken; forest.c then checks node by node. */
#include <stdlib.h>

#include "forest.h"
#include "forest_bytes.h"

static pb_status read_head(pb_span bytes, const char *name, pb__forest_head *h, pb_error *error)
{
    const uint8_t *at = (const uint8_t *)bytes.at;
    if (bytes.len >= 4 && memcmp(at, pb__forest_magic, sizeof pb__forest_magic) != 0)
        return pb_error_set(error, PB_E_SYNTAX, "%s: is not a forest (its first bytes should be PBFO)", name);
    if (bytes.len < PB__FOREST_HEAD)
        return pb_error_set(error, PB_E_SYNTAX, "%s: is cut short: %zu bytes, but a forest begins with %u", name,
                            bytes.len, PB__FOREST_HEAD);
    if (pb__get_u32(at + 4) != PB__FOREST_VERSION)
        return pb_error_set(error, PB_E_UNSUPPORTED,
                            "%s: forest of version %u; this build reads version %u (train again)", name,
                            pb__get_u32(at + 4), PB__FOREST_VERSION);
    *h = (pb__forest_head){.objective   = (pb_tree_objective)pb__get_u32(at + 8),
                           .classes     = pb__get_u32(at + 12),
                           .features    = pb__get_u32(at + 16),
                           .n_trees     = pb__get_u32(at + 20),
                           .n_nodes     = pb__get_u32(at + 24),
                           .base_margin = pb__get_f32(at + 28)};
    return PB_OK;
}

static pb_status check_size(const pb__forest_head *h, size_t len, const char *name, pb_error *error)
{
    uint64_t want = PB__FOREST_HEAD + (uint64_t)h->n_trees * 4 + (uint64_t)h->n_nodes * PB__FOREST_NODE;
    if (len < want)
        return pb_error_set(error, PB_E_SYNTAX,
                            "%s: is cut short: %u trees of %u nodes take %llu bytes, but there are %zu", name,
                            h->n_trees, h->n_nodes, (unsigned long long)want, len);
    if (len > want)
        return pb_error_set(error, PB_E_SYNTAX, "%s: %llu bytes follow the last node", name,
                            (unsigned long long)(len - want));
    return PB_OK;
}

static pb__node_record read_node(const uint8_t *at)
{
    uint16_t feature = pb__get_u16(at + 2);
    return (pb__node_record){.pair         = pb__get_u16(at),
                             .feature      = feature & (uint16_t)~PB__MISSING_LEFT,
                             .missing_left = (feature & PB__MISSING_LEFT) != 0,
                             .value        = pb__get_f32(at + 4),
                             .cover        = pb__get_f32(at + 8)};
}

static pb_status read_trees(const pb__forest_head *h, const uint8_t *at, const char *name, pb_forest **out,
                            pb_error *error)
{
    uint32_t        *sizes   = calloc((size_t)h->n_trees + 1, sizeof *sizes);
    pb__node_record *records = calloc((size_t)h->n_nodes + 1, sizeof *records);
    pb_status        status  = PB_E_NOMEM;
    if (sizes && records) {
        for (uint32_t t = 0; t < h->n_trees; t++, at += 4) sizes[t] = pb__get_u32(at);
        for (uint32_t i = 0; i < h->n_nodes; i++, at += PB__FOREST_NODE) records[i] = read_node(at);
        status = pb__forest_make(h, sizes, records, name, out, error);
    } else {
        pb_error_set(error, status, "%s: out of memory for %u nodes", name, h->n_nodes);
    }
    free(sizes);
    free(records);
    return status;
}

pb_status pb_forest_read(pb_span bytes, const char *name, pb_forest **out, pb_error *error)
{
    pb__forest_head head = {0};
    PB_TRY(read_head(bytes, name, &head, error));
    PB_TRY(pb__forest_head_check(&head, name, error));
    PB_TRY(check_size(&head, bytes.len, name, error));
    return read_trees(&head, (const uint8_t *)bytes.at + PB__FOREST_HEAD, name, out, error);
}
