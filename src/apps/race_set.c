/* --set KEY=VALUE: the race is written out as its file, the values are changed,
 * and it is read back, so that a wrong key or value is told exactly as if it
 * stood in the file. Read back once: two cars can swap their grid slots. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/wire.h"
#include "race_arg.h"

#define DEPTH_MAX 8
#define NAMES_MAX 128

/* Elements of a list go by one of these. */
static const char *const naming_keys[] = {"code", "name"};

static pb_status to_text(const pb_race_spec *spec, char **text, size_t *len, pb_error *error)
{
    FILE *to = open_memstream(text, len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = pb_wire_print_race(spec, to, error);
    if (fclose(to) != 0 && status == PB_OK) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    return status;
}

static const char *name_of(const json_t *element)
{
    for (size_t k = 0; k < sizeof naming_keys / sizeof *naming_keys; k++) {
        const char *name = json_string_value(json_object_get(element, naming_keys[k]));
        if (name) return name;
    }
    return NULL;
}

static pb_status no_such(const json_t *parent, const char *key, pb_span word, pb_error *error)
{
    const char *names[NAMES_MAX], *k;
    json_t     *v;
    size_t      n = 0, i;

    if (json_is_array(parent)) {
        json_array_foreach(parent, i, v) if (n < NAMES_MAX && name_of(v)) names[n++] = name_of(v);
    } else {
        json_object_foreach((json_t *)parent, k, v) if (n < NAMES_MAX) names[n++] = k;
    }
    const char *near = pb_nearest(word, names, n);
    return pb_error_set(error, PB_E_UNKNOWN_KEY, "--set %s: there is no '%.*s' in the race%s%s%s", key, (int)word.len,
                        word.at, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* The place of a list element: its name, or its number from 0. */
static bool find_element(const json_t *array, pb_span word, size_t *out)
{
    size_t  i;
    json_t *v;
    int64_t number;

    json_array_foreach(array, i, v)
    {
        const char *name = name_of(v);
        if (name && pb_span_equal_nocase(word, name)) {
            *out = i;
            return true;
        }
    }
    if (!pb_span_to_i64(word, &number) || number < 0 || (size_t)number >= json_array_size(array)) return false;
    *out = (size_t)number;
    return true;
}

/* Takes the next word off a dotted path. */
static pb_span next_word(pb_span *path)
{
    const char *dot  = memchr(path->at, '.', path->len);
    pb_span     word = {path->at, dot ? (size_t)(dot - path->at) : path->len};
    size_t      used = word.len + (dot ? 1 : 0);
    path->at += used;
    path->len -= used;
    return word;
}

/* Replaces the value at the end of path. Steals value. */
static pb_status put(json_t *at, const char *key, pb_span path, json_t *value, pb_error *error)
{
    char    name[64];
    size_t  index = 0;
    pb_span word  = next_word(&path);

    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        json_t *child = NULL;
        if (!pb_span_copy(word, name, sizeof name)) name[0] = '\0';
        if (json_is_array(at)) {
            if (!find_element(at, word, &index)) break;
            child = json_array_get(at, index);
        } else if (json_is_object(at)) {
            child = json_object_get(at, name);
        }
        if (path.len == 0 && (child || json_is_object(at)) && name[0]) { /* a new key is judged by the reader */
            int bad = json_is_array(at) ? json_array_set_new(at, index, value) : json_object_set_new(at, name, value);
            return bad ? pb_error_set(error, PB_E_NOMEM, "out of memory") : PB_OK;
        }
        if (!child) break;
        at   = child;
        word = next_word(&path);
    }
    json_decref(value);
    return no_such(at, key, word, error);
}

/* A number, true, false, a list; anything else is a text. */
static json_t *value_of(const char *text)
{
    json_t *value = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, NULL);
    return value ? value : json_string(text);
}

/* "--set pit.loss_s=22 --set ...", to say where an error comes from. */
static void name_settings(const pb__list *settings, char *out, size_t cap)
{
    size_t len = 0;
    for (uint32_t i = 0; i < settings->n && len < cap; i++) {
        int n = snprintf(out + len, cap - len, "%s--set %s", i ? " " : "", settings->at[i]);
        if (n > 0) len += (size_t)n;
    }
}

static pb_status read_back(json_t *root, const pb__list *settings, pb_race_spec *spec, pb_error *error)
{
    char     name[160];
    pb_error why  = {0};
    char    *text = json_dumps(root, JSON_REAL_PRECISION(17));
    if (!text) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    name_settings(settings, name, sizeof name);
    pb_status status = pb_wire_read_race(pb_span_of(text), name, spec, &why);
    free(text);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "%s", why.text);
}

static pb_status set_one(json_t *root, const char *setting, pb_error *error)
{
    const char *equals = strchr(setting, '=');
    char        key[128];

    if (!equals || equals == setting || (size_t)(equals - setting) >= sizeof key)
        return pb_error_set(error, PB_E_USAGE, "--set %s: it is KEY=VALUE, for instance pit.loss_s=22", setting);
    pb_span path = {setting, (size_t)(equals - setting)};
    pb_span_copy(path, key, sizeof key);
    json_t *value = value_of(equals + 1);
    if (!value) return pb_error_set(error, PB_E_NOMEM, "out of memory for --set");
    return put(root, key, path, value, error);
}

pb_status pb__race_set(pb_race_spec *spec, const pb__list *settings, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;

    if (settings->n == 0) return PB_OK;
    pb_status status = to_text(spec, &text, &len, error);
    json_t   *root   = status == PB_OK ? json_loadb(text, len, 0, NULL) : NULL;
    free(text);
    if (status == PB_OK && !root) status = pb_error_set(error, PB_E_NOMEM, "out of memory for --set");
    for (uint32_t i = 0; status == PB_OK && i < settings->n; i++) status = set_one(root, settings->at[i], error);
    if (status == PB_OK) status = read_back(root, settings, spec, error);
    json_decref(root);
    return status;
}
