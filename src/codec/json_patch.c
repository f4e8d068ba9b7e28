/* JSON merge patches (RFC 7386): what changed between two documents, and making it so. */
#include <stdlib.h>
#include <string.h>

#include "json_doc.h"

static bool absent(const json_t *value)
{
    return !value || json_is_null(value);
}

/* A value that was not there before: without null members, which would mean "remove". */
static void put_new(pb_json_writer *w, const char *key, const json_t *value)
{
    const char *name;
    json_t     *member;
    if (!json_is_object(value)) {
        pb_json_put_value(w, key, (pb_json){.value = (json_t *)(uintptr_t)value});
        return;
    }
    pb_json_object(w, key);
    json_object_foreach((json_t *)(uintptr_t)value, name, member)
    {
        if (!absent(member)) put_new(w, name, member);
    }
    pb_json_object_end(w);
}

static void put_diff(pb_json_writer *w, const char *key, const json_t *from, const json_t *to);

/* Members that are new or different. */
static void put_set(pb_json_writer *w, const json_t *from, const json_t *to)
{
    const char *key;
    json_t     *now;
    json_object_foreach((json_t *)(uintptr_t)to, key, now)
    {
        const json_t *before = json_object_get(from, key);
        if (absent(now) || (before && json_equal(before, now))) continue;
        put_diff(w, key, before, now);
    }
}

/* Members that are no more. */
static void put_gone(pb_json_writer *w, const json_t *from, const json_t *to)
{
    const char *key;
    json_t     *before;
    json_object_foreach((json_t *)(uintptr_t)from, key, before)
    {
        if (absent(json_object_get(to, key))) pb_json_put_null(w, key);
    }
}

static void put_diff(pb_json_writer *w, const char *key, const json_t *from, const json_t *to)
{
    if (!json_is_object(from) || !json_is_object(to)) {
        put_new(w, key, to);
        return;
    }
    pb_json_object(w, key);
    put_gone(w, from, to);
    put_set(w, from, to);
    pb_json_object_end(w);
}

pb_status pb_json_merge_diff(const pb_json_doc *from, const pb_json_doc *to, pb_bytes *patch, bool *same,
                             pb_error *error)
{
    char          *text = NULL;
    size_t         len  = 0;
    pb_json_writer w;
    FILE          *out = open_memstream(&text, &len);
    if (!out) return pb_error_set(error, PB_E_NOMEM, "out of memory while comparing JSON");
    pb_json_begin(&w, out, 0);
    put_diff(&w, NULL, from->root, to->root);
    if (fclose(out) != 0) {
        free(text);
        return pb_error_set(error, PB_E_NOMEM, "out of memory while comparing JSON");
    }
    if (same) *same = len == 2 && strcmp(text, "{}") == 0 && json_is_object(from->root);
    *patch = (pb_bytes){text, len};
    return PB_OK;
}

static bool merge_into(json_t *target, const json_t *patch);

/* What a patch alone makes of nothing: itself without null members. NULL when out of memory. */
static json_t *made_of(const json_t *patch)
{
    if (!json_is_object(patch)) return json_deep_copy(patch);
    json_t *made = json_object();
    if (made && merge_into(made, patch)) return made;
    json_decref(made);
    return NULL;
}

static bool merge_member(json_t *target, const char *key, const json_t *patch)
{
    json_t *there = json_object_get(target, key);
    if (json_is_null(patch)) {
        json_object_del(target, key);
        return true;
    }
    if (json_is_object(patch) && json_is_object(there)) return merge_into(there, patch);
    json_t *made = made_of(patch);
    return made && json_object_set_new_nocheck(target, key, made) == 0;
}

static bool merge_into(json_t *target, const json_t *patch)
{
    const char *key;
    json_t     *value;
    json_object_foreach((json_t *)(uintptr_t)patch, key, value)
    {
        if (!merge_member(target, key, value)) return false;
    }
    return true;
}

pb_status pb_json_merge(pb_json_doc *doc, const pb_json_doc *patch, pb_error *error)
{
    bool done;
    if (json_is_object(doc->root) && json_is_object(patch->root)) {
        done = merge_into(doc->root, patch->root);
    } else {
        json_t *made = made_of(patch->root);
        done         = made != NULL;
        if (done) {
            json_decref(doc->root);
            doc->root = made;
        }
    }
    return done ? PB_OK : pb_error_set(error, PB_E_NOMEM, "%s: out of memory while changing it", doc->name);
}
