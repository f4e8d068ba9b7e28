/* lt_merge: a patch into the state of its topic.
 *
 *     patch                        state             result
 *     object                       object            key by key
 *     object, all keys whole       list              element by element, the list grows as needed
 *     object                       nothing, scalar   the patch (a list, where a list belongs)
 *     list                         anything          the patch
 *     scalar, null                 anything          the patch
 *     "_deleted": [names]          object, list      they go, after the rest was merged
 *     "_kf"                        topic             the whole topic is replaced; not kept
 *
 * Replacing keeps the nodes that stay, so that "changed" tells what is new. */
#include <string.h>

#include "lt_tree.h"

static void merge(pb__lt_tree *tree, pb__lt_node *at, const pb__lt_value *patch, bool replace);

static pb_span key_of(const pb__lt_value *v)
{
    return (pb_span){v->key, v->key_len};
}

static bool is_own(pb_span key)
{
    return pb_span_equal_text(key, "_deleted") || pb_span_equal_text(key, "_kf");
}

static bool index_of(pb_span key, uint32_t *out)
{
    int64_t v = 0;
    if (key.len == 0 || key.len > 9 || key.at[0] < '0' || key.at[0] > '9' || !pb_span_to_i64(key, &v)) return false;
    *out = (uint32_t)v;
    return true;
}

/* All keys are whole numbers; true of none. */
static bool all_indices(const pb__lt_value *object)
{
    uint32_t i = 0;
    for (const pb__lt_value *v = object->child; v; v = v->next)
        if (!is_own(key_of(v)) && !index_of(key_of(v), &i)) return false;
    return true;
}

/* Collections that are lists at first and objects with whole keys later. */
static bool belongs_in_list(const pb__lt_tree *tree, const pb__lt_node *at)
{
    if (!tree->by_index) return false;
    switch (at->word) {
    case PB__LT_W_Sectors:
    case PB__LT_W_Segments:
    case PB__LT_W_Stints:
    case PB__LT_W_Messages:
    case PB__LT_W_Series:
    case PB__LT_W_StatusSeries:
    case PB__LT_W_Captures:
    case PB__LT_W_Stats:
    case PB__LT_W_BestLapTimes:
    case PB__LT_W_BestSectors:
    case PB__LT_W_LapPosition:
        return true;
    default:
        return false;
    }
}

static void mark_changed(const pb__lt_tree *tree, pb__lt_node *at)
{
    at->changed = tree->now;
}

static bool same_scalar(const pb__lt_node *at, const pb__lt_value *v)
{
    if (at->kind != v->kind) return false;
    if (v->kind == PB__LT_TEXT) return at->len == v->len && (v->len == 0 || memcmp(at->text, v->text, v->len) == 0);
    if (v->kind == PB__LT_WHOLE) return at->whole == v->whole;
    return v->kind != PB__LT_REAL || (at->real >= v->real && at->real <= v->real);
}

static void set_scalar(pb__lt_tree *tree, pb__lt_node *at, const pb__lt_value *v)
{
    if (same_scalar(at, v)) return;
    if (v->kind == PB__LT_TEXT) {
        if (!pb__lt_node_set_text(tree, at, (pb_span){v->text, v->len})) return;
    } else {
        pb__lt_node_turn(tree, at, (pb__lt_kind)v->kind);
        if (v->kind == PB__LT_WHOLE) at->whole = v->whole;
        if (v->kind == PB__LT_REAL) at->real = v->real;
    }
    mark_changed(tree, at);
}

/* ---- _deleted ---- */

static void delete_one(pb__lt_tree *tree, pb__lt_node *at, const pb__lt_value *name)
{
    uint32_t i    = 0;
    pb_span  key  = pb__lt_value_text(name);
    bool     here = at->kind == PB__LT_OBJECT && pb__lt_find(at, key, &i) != NULL;
    if (at->kind == PB__LT_LIST) {
        here = name->kind == PB__LT_WHOLE ? name->whole >= 0 && name->whole < at->len : index_of(key, &i);
        if (name->kind == PB__LT_WHOLE && here) i = (uint32_t)name->whole;
    }
    if (!here || i >= at->len) return;
    if (at->kind == PB__LT_OBJECT) {
        pb__lt_node_remove(tree, at, i);
    } else if (at->kids[i] != &tree->gone) { /* the indices of the others stay until all are gone */
        pb__lt_node_drop(tree, at->kids[i]);
        at->kids[i] = &tree->gone;
    }
    mark_changed(tree, at);
}

/* Closes the places of the members of a list that went. */
static void close_gaps(pb__lt_tree *tree, pb__lt_node *list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < list->len; i++)
        if (list->kids[i] != &tree->gone) list->kids[n++] = list->kids[i];
    list->len = n;
}

static void delete_named(pb__lt_tree *tree, pb__lt_node *at, const pb__lt_value *patch)
{
    const pb__lt_value *names = pb__lt_member(patch, "_deleted");
    if (!names || (names->kind != PB__LT_LIST && names->kind != PB__LT_OBJECT)) return;
    for (const pb__lt_value *v = names->child; v; v = v->next) delete_one(tree, at, v);
    if (at->kind == PB__LT_LIST && names->len > 0) close_gaps(tree, at);
}

/* ---- members ---- */

/* Members that a key frame does not have go. */
static void drop_unsent(pb__lt_tree *tree, pb__lt_node *at)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < at->len; i++) {
        if (at->kids[i]->sent == tree->now)
            at->kids[n++] = at->kids[i];
        else
            pb__lt_node_drop(tree, at->kids[i]);
    }
    if (n != at->len) mark_changed(tree, at);
    at->len = n;
}

static void merge_keys(pb__lt_tree *tree, pb__lt_node *at, const pb__lt_value *patch, bool replace)
{
    for (const pb__lt_value *v = patch->child; v; v = v->next) {
        if (is_own(key_of(v))) continue;
        pb__lt_node *kid = pb__lt_node_key(tree, at, key_of(v));
        if (kid) merge(tree, kid, v, replace);
    }
    if (replace) drop_unsent(tree, at);
}

static void merge_indices(pb__lt_tree *tree, pb__lt_node *at, const pb__lt_value *patch)
{
    for (const pb__lt_value *v = patch->child; v; v = v->next) {
        uint32_t i = 0;
        if (!index_of(key_of(v), &i)) continue;
        pb__lt_node *kid = pb__lt_node_index(tree, at, i);
        if (kid) merge(tree, kid, v, false);
    }
}

static void set_list(pb__lt_tree *tree, pb__lt_node *at, const pb__lt_value *patch)
{
    uint32_t n = 0;
    if (at->kind != PB__LT_LIST) {
        pb__lt_node_turn(tree, at, PB__LT_LIST);
        mark_changed(tree, at);
    }
    for (const pb__lt_value *v = patch->child; v; v = v->next) {
        pb__lt_node *kid = pb__lt_node_index(tree, at, n);
        if (!kid) break;
        n++;
        merge(tree, kid, v, true);
    }
    if (at->len > n) mark_changed(tree, at);
    while (at->len > n) pb__lt_node_remove(tree, at, at->len - 1);
}

static void merge_object(pb__lt_tree *tree, pb__lt_node *at, const pb__lt_value *patch, bool replace)
{
    bool indices = !replace && at->kind != PB__LT_OBJECT && all_indices(patch);
    bool list    = at->kind == PB__LT_LIST || belongs_in_list(tree, at);
    if (indices && list) {
        if (at->kind != PB__LT_LIST) pb__lt_node_turn(tree, at, PB__LT_LIST);
        merge_indices(tree, at, patch);
    } else {
        if (at->kind != PB__LT_OBJECT) {
            pb__lt_node_turn(tree, at, PB__LT_OBJECT);
            mark_changed(tree, at);
        }
        merge_keys(tree, at, patch, replace);
    }
    delete_named(tree, at, patch);
}

static void merge(pb__lt_tree *tree, pb__lt_node *at, const pb__lt_value *patch, bool replace)
{
    at->sent = tree->now;
    if (patch->kind == PB__LT_OBJECT)
        merge_object(tree, at, patch, replace);
    else if (patch->kind == PB__LT_LIST)
        set_list(tree, at, patch);
    else
        set_scalar(tree, at, patch);
}

void pb__lt_merge(pb__lt_tree *tree, pb__lt_node **root, const pb__lt_value *patch, bool replace)
{
    tree->why = NULL;
    if (!*root) *root = pb__lt_node_new(tree);
    if (*root) merge(tree, *root, patch, replace);
}
