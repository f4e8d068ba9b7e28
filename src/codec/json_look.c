/* Looking at JSON whose form is not known before, and writing it out again. */
#include "json_doc.h"

pb_json_kind pb_json_kind_of(pb_json at)
{
    if (!at.value) return PB_JSON_ABSENT;
    switch (json_typeof((json_t *)at.value)) {
    case JSON_OBJECT:
        return PB_JSON_OBJECT;
    case JSON_ARRAY:
        return PB_JSON_ARRAY;
    case JSON_STRING:
        return PB_JSON_TEXT;
    case JSON_INTEGER:
        return PB_JSON_WHOLE;
    case JSON_REAL:
        return PB_JSON_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return PB_JSON_BOOL;
    default:
        return PB_JSON_NULL;
    }
}

pb_span pb_json_chars(pb_json at)
{
    if (!json_is_string((json_t *)at.value)) return pb_span_of("");
    return (pb_span){json_string_value(at.value), json_string_length(at.value)};
}

double pb_json_number(pb_json at)
{
    if (json_is_true((json_t *)at.value)) return 1;
    return json_number_value(at.value);
}

size_t pb_json_count(pb_json object)
{
    return json_object_size(object.value);
}

pb_json pb_json_member(pb_json object, const char *key)
{
    object.value = json_object_get(object.value, key);
    return object;
}

bool pb_json_same(pb_json a, pb_json b)
{
    if (json_is_number((json_t *)a.value) && json_is_number((json_t *)b.value))
        return json_number_value(a.value) == json_number_value(b.value);
    return json_equal(a.value, b.value) != 0;
}

static void put_object(pb_json_writer *w, const char *key, json_t *object)
{
    const char *name;
    json_t     *value;
    pb_json_object(w, key);
    json_object_foreach(object, name, value)
    {
        pb_json_put_value(w, name, (pb_json){.value = value});
    }
    pb_json_object_end(w);
}

static void put_array(pb_json_writer *w, const char *key, json_t *array)
{
    size_t  i;
    json_t *value;
    pb_json_array(w, key);
    json_array_foreach(array, i, value)
    {
        pb_json_put_value(w, NULL, (pb_json){.value = value});
    }
    pb_json_array_end(w);
}

void pb_json_put_value(pb_json_writer *w, const char *key, pb_json value)
{
    json_t *v = value.value;
    switch (pb_json_kind_of(value)) {
    case PB_JSON_OBJECT:
        put_object(w, key, v);
        break;
    case PB_JSON_ARRAY:
        put_array(w, key, v);
        break;
    case PB_JSON_TEXT:
        pb_json_put_text(w, key, json_string_value(v));
        break;
    case PB_JSON_WHOLE:
        pb_json_put_i64(w, key, json_integer_value(v));
        break;
    case PB_JSON_REAL:
        pb_json_put_f64(w, key, json_real_value(v));
        break;
    case PB_JSON_BOOL:
        pb_json_put_bool(w, key, json_is_true(v));
        break;
    default:
        pb_json_put_null(w, key);
        break;
    }
}
