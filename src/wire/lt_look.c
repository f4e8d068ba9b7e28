/* lt_look: reading what a tree says. */
#include <string.h>

#include "lt_tree.h"

pb__lt_node *pb__lt_find(const pb__lt_node *object, pb_span key, uint32_t *at)
{
    if (!object || object->kind != PB__LT_OBJECT) return NULL;
    for (uint32_t i = 0; i < object->len; i++) {
        pb__lt_node *kid = object->kids[i];
        if (kid->key_len != key.len || memcmp(kid->key, key.at, key.len) != 0) continue;
        if (at) *at = i;
        return kid;
    }
    return NULL;
}

const pb__lt_node *pb__lt_get(const pb__lt_node *object, pb__lt_word word)
{
    if (!object || object->kind != PB__LT_OBJECT) return NULL;
    for (uint32_t i = 0; i < object->len; i++)
        if (object->kids[i]->word == word) return object->kids[i];
    return NULL;
}

pb_span pb__lt_text(const pb__lt_node *node)
{
    bool text = node && node->kind == PB__LT_TEXT && node->len > 0; /* an empty one has no memory */
    return text ? (pb_span){node->text, node->len} : (pb_span){"", 0};
}

bool pb__lt_whole(const pb__lt_node *node, int64_t lo, int64_t hi, int64_t *out)
{
    int64_t v = 0;
    if (node && node->kind == PB__LT_WHOLE)
        v = node->whole;
    else if (!pb_span_to_i64(pb__lt_text(node), &v))
        return false;
    if (v < lo || v > hi) return false;
    *out = v;
    return true;
}

bool pb__lt_number(const pb__lt_node *node, double *out)
{
    if (!node) return false;
    if (node->kind == PB__LT_TEXT) return pb_span_to_f64(pb__lt_text(node), out);
    if (node->kind == PB__LT_WHOLE)
        *out = (double)node->whole;
    else if (node->kind == PB__LT_REAL)
        *out = node->real;
    else
        return false;
    return true;
}

bool pb__lt_truth(const pb__lt_node *node, bool *out)
{
    int64_t v = 0;
    pb_span t = pb__lt_text(node);
    if (!node) return false;
    if (node->kind == PB__LT_TRUE || node->kind == PB__LT_FALSE)
        *out = node->kind == PB__LT_TRUE;
    else if (pb_span_equal_nocase(t, "true") || pb_span_equal_nocase(t, "false"))
        *out = t.len == 4;
    else if (pb__lt_whole(node, 0, 1, &v))
        *out = v == 1;
    else
        return false;
    return true;
}

bool pb__lt_name_whole(const pb__lt_node *of, uint32_t i, int64_t lo, int64_t hi, int64_t *out)
{
    int64_t v = i;
    if (of->kind == PB__LT_OBJECT && !pb_span_to_i64((pb_span){of->kids[i]->key, of->kids[i]->key_len}, &v))
        return false;
    if (v < lo || v > hi) return false;
    *out = v;
    return true;
}

/* ---- words ---- */

static const struct {
    const char *text;
    size_t      len;
} words[PB__LT_W_N] = {
#define PB__LT_WORD_NAME(name) [PB__LT_W_##name] = {#name, sizeof #name - 1},
    PB__LT_WORD_LIST(PB__LT_WORD_NAME)
#undef PB__LT_WORD_NAME
};

pb__lt_word pb__lt_word_of(pb_span key)
{
    for (unsigned w = PB__LT_W_NONE + 1; w < PB__LT_W_N; w++)
        if (words[w].len == key.len && memcmp(words[w].text, key.at, key.len) == 0) return (pb__lt_word)w;
    return PB__LT_W_NONE;
}

const char *pb__lt_word_text(pb__lt_word word)
{
    return words[word].text;
}
