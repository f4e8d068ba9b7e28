/* lt_tree: nodes, their members, and looking at them. */
#include "lt_tree.h"

#include <string.h>

pb_status pb__lt_tree_init(pb__lt_tree *tree, pb_arena *arena)
{
    *tree = (pb__lt_tree){.nodes = pb_arena_take(arena, PB__LT_NODES_MAX * sizeof *tree->nodes)};
    if (!tree->nodes) return PB_E_NOMEM;
    return pb__lt_slab_init(&tree->slab, arena, PB__LT_SLAB_BYTES);
}

void pb__lt_tree_clear(pb__lt_tree *tree)
{
    tree->spare = NULL;
    tree->used  = 0;
    tree->now   = 0;
    tree->why   = NULL;
    pb__lt_slab_clear(&tree->slab);
}

static void *left_out(pb__lt_tree *tree, const char *why)
{
    if (!tree->why) tree->why = why;
    return NULL;
}

pb__lt_node *pb__lt_node_new(pb__lt_tree *tree)
{
    pb__lt_node *node = tree->spare;
    if (node)
        tree->spare = node->spare;
    else if (tree->used < PB__LT_NODES_MAX)
        node = &tree->nodes[tree->used++];
    else
        return left_out(tree, "the state is full");
    *node = (pb__lt_node){.born = tree->now, .sent = tree->now, .changed = tree->now};
    return node;
}

static bool is_container(const pb__lt_node *node)
{
    return node->kind == PB__LT_OBJECT || node->kind == PB__LT_LIST;
}

void pb__lt_node_turn(pb__lt_tree *tree, pb__lt_node *node, pb__lt_kind kind)
{
    if (is_container(node)) {
        for (uint32_t i = 0; i < node->len; i++) pb__lt_node_drop(tree, node->kids[i]);
        pb__lt_slab_give(&tree->slab, node->kids, node->room);
    } else if (node->kind == PB__LT_TEXT) {
        pb__lt_slab_give(&tree->slab, node->text, node->room);
    }
    node->kids = NULL;
    node->len = node->room = 0;
    node->kind             = (uint8_t)kind;
}

/* Bytes that a key took from the slab; it is not among the words. */
static uint32_t key_room(const pb__lt_node *node)
{
    uint32_t room = 16;
    while (room < node->key_len) room *= 2;
    return room;
}

void pb__lt_node_drop(pb__lt_tree *tree, pb__lt_node *node)
{
    if (!node) return;
    pb__lt_node_turn(tree, node, PB__LT_NULL);
    if (node->key && node->word == PB__LT_W_NONE)
        pb__lt_slab_give(&tree->slab, (char *)(uintptr_t)node->key, key_room(node));
    node->spare = tree->spare;
    tree->spare = node;
}

static bool name_node(pb__lt_tree *tree, pb__lt_node *node, pb_span key)
{
    uint32_t room = 0;
    node->word    = (uint8_t)pb__lt_word_of(key);
    node->key_len = (uint16_t)key.len;
    node->key     = pb__lt_word_text((pb__lt_word)node->word);
    if (node->key) return true;
    char *copy = pb__lt_slab_take(&tree->slab, key.len, &room);
    if (!copy) return left_out(tree, "the state is full") != NULL;
    if (key.len > 0) memcpy(copy, key.at, key.len);
    node->key = copy;
    return true;
}

/* Room for n members. */
static bool grow(pb__lt_tree *tree, pb__lt_node *of, uint32_t n)
{
    size_t   need = n * sizeof *of->kids;
    uint32_t room = 0;
    if (need <= of->room) return true;
    pb__lt_node **more = pb__lt_slab_take(&tree->slab, need, &room);
    if (!more) return left_out(tree, "the state is full") != NULL;
    if (of->len > 0) memcpy(more, of->kids, of->len * sizeof *more);
    pb__lt_slab_give(&tree->slab, of->kids, of->room);
    of->kids = more;
    of->room = room;
    return true;
}

pb__lt_node *pb__lt_node_key(pb__lt_tree *tree, pb__lt_node *object, pb_span key)
{
    pb__lt_node *node = pb__lt_find(object, key, NULL);
    if (node) return node;
    if (key.len > PB__LT_KEY_MAX) return left_out(tree, "key too long");
    if (object->len >= PB__LT_KEYS_MAX) return left_out(tree, "too many members in one object");
    if (!grow(tree, object, object->len + 1)) return NULL;
    node = pb__lt_node_new(tree);
    if (!node) return NULL;
    if (!name_node(tree, node, key)) {
        pb__lt_node_drop(tree, node);
        return NULL;
    }
    object->kids[object->len++] = node;
    return node;
}

pb__lt_node *pb__lt_node_index(pb__lt_tree *tree, pb__lt_node *list, uint32_t i)
{
    if (i > PB__LT_INDEX_MAX) return left_out(tree, "list index beyond 10000");
    if (i < list->len && list->kids[i]) return list->kids[i];
    if (i >= list->len && !grow(tree, list, i + 1)) return NULL;
    pb__lt_node *node = pb__lt_node_new(tree);
    if (!node) return NULL;
    while (list->len <= i) list->kids[list->len++] = NULL;
    list->kids[i] = node;
    return node;
}

void pb__lt_node_remove(pb__lt_tree *tree, pb__lt_node *of, uint32_t i)
{
    pb__lt_node_drop(tree, of->kids[i]);
    memmove(&of->kids[i], &of->kids[i + 1], (of->len - i - 1) * sizeof(pb__lt_node *));
    of->len--;
}

bool pb__lt_node_set_text(pb__lt_tree *tree, pb__lt_node *node, pb_span text)
{
    uint32_t room = 0;
    if (text.len > PB__LT_TEXT_MAX) return left_out(tree, "text too long") != NULL;
    if (node->kind != PB__LT_TEXT) pb__lt_node_turn(tree, node, PB__LT_TEXT);
    if (text.len > node->room) {
        char *more = pb__lt_slab_take(&tree->slab, text.len, &room);
        if (!more) return left_out(tree, "the state is full") != NULL;
        pb__lt_slab_give(&tree->slab, node->text, node->room);
        node->text = more;
        node->room = room;
    }
    if (text.len > 0) memcpy(node->text, text.at, text.len);
    node->len = (uint32_t)text.len;
    return true;
}
