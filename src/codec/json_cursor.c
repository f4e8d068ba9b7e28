/* Walking in a JSON document, with the pointer (RFC 6901) carried along. */
#include <string.h>

#include "json_doc.h"

pb_json pb_json_root(const pb_json_doc *doc)
{
    return (pb_json){.value = doc->root, .doc = doc};
}

bool pb_json_present(pb_json at)
{
    return at.value != NULL;
}

/* One letter of a key as a pointer spells it. */
static const char *spelled(char c, char plain[2])
{
    if (c == '~') return "~0";
    if (c == '/') return "~1";
    plain[0] = c;
    plain[1] = '\0';
    return plain;
}

/* Adds "/step"; what does not fit is replaced by "...". */
static void extend(pb_json *at, const char *step)
{
    const size_t cap  = sizeof at->pointer;
    size_t       used = strlen(at->pointer);
    char         plain[2];
    if (used >= 3 && strcmp(at->pointer + used - 3, "...") == 0) return;
    at->pointer[used++] = '/';
    for (; *step; step++) {
        const char *piece = spelled(*step, plain);
        size_t      len   = strlen(piece);
        if (used + len + 4 > cap) {
            memcpy(at->pointer + used, "...", 4);
            return;
        }
        memcpy(at->pointer + used, piece, len);
        used += len;
    }
    if (used + 5 > cap) {
        memcpy(at->pointer + cap - 5, "...", 4);
        return;
    }
    at->pointer[used] = '\0';
}

pb_json pb_json_get(pb_json object, const char *key)
{
    pb_json at = object;
    at.value   = json_object_get(object.value, key);
    extend(&at, key);
    return at;
}

pb_json pb_json_at(pb_json array, size_t i)
{
    char    step[24];
    pb_json at = array;
    snprintf(step, sizeof step, "%zu", i);
    at.value = json_array_get(array.value, i);
    extend(&at, step);
    return at;
}

size_t pb_json_length(pb_json array)
{
    return json_array_size(array.value);
}
