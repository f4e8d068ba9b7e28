/* JSON values to C values, refusing what does not fit. */
#include <math.h>
#include <string.h>

#include "json_doc.h"

#define QUOTED_MAX 40 /* of a text that is shown in a message */

static const char *name_of(const pb_json *at)
{
    return at->doc ? at->doc->name : "json";
}

static const char *place_of(const pb_json *at)
{
    return at->pointer[0] ? at->pointer : "the whole document";
}

/* "the text "abc"", "the number 3.5", "null", ... */
static void describe(const json_t *value, char *to, size_t cap)
{
    char number[PB_F64_TEXT_MAX];
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        snprintf(to, cap, "an object");
        break;
    case JSON_ARRAY:
        snprintf(to, cap, "an array");
        break;
    case JSON_STRING:
        snprintf(to, cap, "the text \"%.*s\"", QUOTED_MAX, json_string_value(value));
        break;
    case JSON_INTEGER:
        snprintf(to, cap, "the number %lld", (long long)json_integer_value(value));
        break;
    case JSON_REAL:
        pb_f64_text(json_real_value(value), number);
        snprintf(to, cap, "the number %s%s", number, strpbrk(number, ".e") ? "" : ".0");
        break;
    case JSON_TRUE:
        snprintf(to, cap, "true");
        break;
    case JSON_FALSE:
        snprintf(to, cap, "false");
        break;
    default:
        snprintf(to, cap, "null");
        break;
    }
}

static pb_status refuse_type(pb_json at, const char *wanted, pb_error *error)
{
    char found[96];
    describe(at.value, found, sizeof found);
    return pb_error_set(error, PB_E_SYNTAX, "%s: %s: found %s, but %s must stand here", name_of(&at), place_of(&at),
                        found, wanted);
}

pb_status pb_json_f64(pb_json at, double lo, double hi, double *out, pb_error *error)
{
    if (!at.value) return PB_OK;
    if (!json_is_number((json_t *)at.value)) return refuse_type(at, "a number", error);
    double value = json_number_value(at.value);
    if (!(value >= lo && value <= hi)) {
        char text[3][PB_F64_TEXT_MAX];
        pb_f64_text(value, text[0]);
        pb_f64_text(lo, text[1]);
        pb_f64_text(hi, text[2]);
        return pb_error_set(error, PB_E_RANGE, "%s: %s: %s is outside %s .. %s", name_of(&at), place_of(&at), text[0],
                            text[1], text[2]);
    }
    *out = value;
    return PB_OK;
}

pb_status pb_json_i64(pb_json at, int64_t lo, int64_t hi, int64_t *out, pb_error *error)
{
    if (!at.value) return PB_OK;
    if (!json_is_integer((json_t *)at.value)) return refuse_type(at, "a whole number", error);
    int64_t value = json_integer_value(at.value);
    if (value < lo || value > hi)
        return pb_error_set(error, PB_E_RANGE, "%s: %s: %lld is outside %lld .. %lld", name_of(&at), place_of(&at),
                            (long long)value, (long long)lo, (long long)hi);
    *out = value;
    return PB_OK;
}

pb_status pb_json_bool(pb_json at, bool *out, pb_error *error)
{
    if (!at.value) return PB_OK;
    if (!json_is_boolean((json_t *)at.value)) return refuse_type(at, "true or false", error);
    *out = json_is_true((json_t *)at.value);
    return PB_OK;
}

pb_status pb_json_text(pb_json at, char *out, size_t cap, pb_error *error)
{
    if (!at.value) return PB_OK;
    if (!json_is_string((json_t *)at.value)) return refuse_type(at, "a text", error);
    size_t len = json_string_length(at.value);
    if (len >= cap)
        return pb_error_set(error, PB_E_LIMIT, "%s: %s: a text of %zu bytes, more than the %zu allowed (shorten it)",
                            name_of(&at), place_of(&at), len, cap - 1);
    memcpy(out, json_string_value(at.value), len + 1);
    return PB_OK;
}

pb_status pb_json_need(pb_json at, pb_error *error)
{
    if (at.value) return PB_OK;
    return pb_error_set(error, PB_E_MISSING, "%s: %s: is missing (add it)", name_of(&at), place_of(&at));
}

pb_status pb_json_is_object(pb_json at, pb_error *error)
{
    if (!at.value || json_is_object((json_t *)at.value)) return PB_OK;
    return refuse_type(at, "an object { }", error);
}

pb_status pb_json_is_array(pb_json at, size_t lo, size_t hi, pb_error *error)
{
    if (!at.value) return PB_OK;
    if (!json_is_array((json_t *)at.value)) return refuse_type(at, "an array [ ]", error);
    size_t n = json_array_size(at.value);
    if (n >= lo && n <= hi) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "%s: %s: holds %zu values, outside %zu .. %zu", name_of(&at), place_of(&at),
                        n, lo, hi);
}
