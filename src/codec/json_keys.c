/* Keys nobody knows are typing errors: say which was meant. */
#include "json_doc.h"

static bool is_known(const char *key, const char *const *keys, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (pb_span_equal_text(pb_span_of(key), keys[i])) return true;
    return false;
}

static pb_status refuse_key(pb_json object, const char *key, const char *const *keys, size_t n, pb_error *error)
{
    pb_json     at   = pb_json_get(object, key);
    const char *near = pb_nearest(pb_span_of(key), keys, n);
    if (near)
        return pb_error_set(error, PB_E_UNKNOWN_KEY, "%s: %s: is not known here (did you mean \"%s\"?)",
                            object.doc->name, at.pointer, near);
    return pb_error_set(error, PB_E_UNKNOWN_KEY, "%s: %s: is not known here (remove it)", object.doc->name, at.pointer);
}

pb_status pb_json_only_keys(pb_json object, const char *const *keys, size_t n, pb_error *error)
{
    PB_TRY(pb_json_is_object(object, error));
    if (!object.value) return PB_OK;
    const char *key;
    json_t     *value;
    json_object_foreach((json_t *)object.value, key,
                        value) if (!is_known(key, keys, n)) return refuse_key(object, key, keys, n, error);
    return PB_OK;
}
