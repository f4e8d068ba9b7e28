/* Documents made fit for merge patches: no null members, no arrays of things that have names. */
#include <stdio.h>
#include <string.h>

#include "json_doc.h"

static void drop_nulls(json_t *object)
{
    const char *key;
    json_t     *value;
    void       *next;
    json_object_foreach_safe(object, next, key, value)
    {
        if (json_is_null(value))
            json_object_del(object, key);
        else
            drop_nulls(value);
    }
}

void pb_json_drop_nulls(pb_json_doc *doc)
{
    drop_nulls(doc->root);
}

static void drop_key(json_t *object, const char *name)
{
    const char *key;
    json_t     *value;
    json_object_del(object, name);
    json_object_foreach(object, key, value)
    {
        drop_key(value, name);
    }
}

void pb_json_drop_key(pb_json_doc *doc, const char *key)
{
    drop_key(doc->root, key);
}

/* The name of a value; NULL when it has none. */
static const char *name_of(const json_t *value, const char *key, char number[24])
{
    const json_t *name = json_object_get(value, key);
    if (json_is_string(name)) return json_string_value(name);
    if (!json_is_integer(name)) return NULL;
    snprintf(number, 24, "%lld", (long long)json_integer_value(name));
    return number;
}

/* *out stays NULL when the array cannot be turned; false: out of memory. */
static bool keyed(const json_t *array, const char *key, json_t **out)
{
    char    number[24];
    json_t *made = json_object();
    bool    done = made != NULL, fits = json_array_size(array) > 0;
    for (size_t i = 0; done && fits && i < json_array_size(array); i++) {
        json_t     *value = json_array_get(array, i);
        const char *name  = name_of(value, key, number);
        fits              = name && !json_object_get(made, name);
        if (fits) done = json_object_set(made, name, value) == 0;
    }
    if (done && fits)
        *out = made;
    else
        json_decref(made);
    return done;
}

static bool key_arrays(json_t *object, const char *array, const char *key)
{
    const char *name;
    json_t     *value, *made = NULL, *found = json_object_get(object, array);
    /* One that is empty is an object of nothing, so that its type stays. */
    if (json_is_array(found) && json_array_size(found) == 0) made = json_object();
    if (json_is_array(found) && !made && !keyed(found, key, &made)) return false;
    if (made && json_object_set_new(object, array, made) != 0) return false;
    json_object_foreach(object, name, value)
    {
        if (!key_arrays(value, array, key)) return false;
    }
    return true;
}

pb_status pb_json_key_arrays(pb_json_doc *doc, const char *array, const char *key, pb_error *error)
{
    if (key_arrays(doc->root, array, key)) return PB_OK;
    return pb_error_set(error, PB_E_NOMEM, "%s: out of memory while changing it", doc->name);
}
