/* What an object holds, for documents whose keys are data: names of drivers. */
#include "json_doc.h"

bool pb_json_is_null(pb_json at)
{
    return json_is_null((json_t *)at.value);
}

size_t pb_json_keys(pb_json object, const char **out, size_t cap)
{
    size_t n = 0;
    for (void *it = json_object_iter(object.value); it; it = json_object_iter_next(object.value, it)) {
        if (n < cap) out[n] = json_object_iter_key(it);
        n++;
    }
    return n;
}
