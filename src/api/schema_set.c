/* The schemas of all names, read and checked once. */
#include "schema.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 128 /* members of one object of a schema */
#define REF_BEGIN "#/components/schemas/"

typedef struct named {
    char        *name;
    pb_json_doc *doc;
} named;

typedef struct pattern {
    const char *text; /* of a document */
    regex_t     regex;
} pattern;

struct pb__schemas {
    named   *at;
    size_t   n, n_names; /* those behind n_names are of queries: no $ref means them */
    pattern *patterns;
    size_t   n_patterns;
};

/* Room for one more of size bytes; *at stays when there is none. */
static bool room(void **at, size_t n, size_t size)
{
    if (n & (n + 1)) return true; /* grown at 0, 1, 3, 7, ... */
    void *more = realloc(*at, (2 * n + 1) * size);
    if (!more) return false;
    *at = more;
    return true;
}

/* ---- looking up ---- */

pb_json pb__schemas_find(const pb__schemas *s, const char *name)
{
    for (size_t i = 0; i < s->n_names; i++)
        if (strcmp(s->at[i].name, name) == 0) return pb_json_root(s->at[i].doc);
    return (pb_json){0};
}

const char *pb__schemas_name(const pb__schemas *s, size_t i)
{
    return i < s->n_names ? s->at[i].name : NULL;
}

static pb_json target(const pb__schemas *s, pb_span ref)
{
    const size_t len = sizeof REF_BEGIN - 1;
    if (ref.len <= len || memcmp(ref.at, REF_BEGIN, len) != 0) return (pb_json){0};
    return pb__schemas_find(s, ref.at + len);
}

pb_json pb__schema_follow(const pb__schemas *s, pb_json schema)
{
    for (int hops = 0; hops < 8; hops++) {
        pb_json ref = pb_json_member(schema, "$ref");
        if (!pb_json_present(ref)) break;
        schema = target(s, pb_json_chars(ref));
    }
    return schema;
}

bool pb__schemas_match(const pb__schemas *s, const char *like, const char *text)
{
    for (size_t i = 0; i < s->n_patterns; i++)
        if (s->patterns[i].text == like || strcmp(s->patterns[i].text, like) == 0)
            return regexec(&s->patterns[i].regex, text, 0, NULL, 0) == 0;
    return false;
}

/* ---- reading ---- */

static pb_status wrong(pb_json at, pb_error *error, const char *what)
{
    return pb_error_set(error, PB_E_RANGE, "schema: %s: %s", at.pointer[0] ? at.pointer : "the whole of it", what);
}

static pb_status add_pattern(pb__schemas *s, pb_json at, pb_error *error)
{
    const char *text = pb_json_chars(at).at;
    for (const char *c = strchr(text, '\\'); c; c = strchr(c + 2, '\\')) {
        if (c[1] == '\0' || (c[1] >= '0' && c[1] <= '9') || ((c[1] | 32) >= 'a' && (c[1] | 32) <= 'z'))
            return wrong(at, error, "a pattern may not use \\d, \\w and the like (write [0-9])");
    }
    for (size_t i = 0; i < s->n_patterns; i++)
        if (strcmp(s->patterns[i].text, text) == 0) return PB_OK;
    if (!room((void **)&s->patterns, s->n_patterns, sizeof *s->patterns))
        return pb_error_set(error, PB_E_NOMEM, "out of memory for the schemas");
    pattern *p = &s->patterns[s->n_patterns];
    if (regcomp(&p->regex, text, REG_EXTENDED | REG_NOSUB) != 0) return wrong(at, error, "the pattern cannot be read");
    p->text = text;
    s->n_patterns++;
    return PB_OK;
}

static pb_status look(pb__schemas *s, pb_json schema, pb_error *error);

static pb_status look_each(pb__schemas *s, pb_json object, pb_error *error)
{
    const char *keys[KEYS_MAX];
    size_t      n = pb_json_keys(object, keys, KEYS_MAX);
    if (n > KEYS_MAX) return wrong(object, error, "more members than are looked at");
    for (size_t i = 0; i < n; i++) PB_TRY(look(s, pb_json_get(object, keys[i]), error));
    return PB_OK;
}

static pb_status look_list(pb__schemas *s, pb_json list, pb_error *error)
{
    for (size_t i = 0; i < pb_json_length(list); i++) PB_TRY(look(s, pb_json_at(list, i), error));
    return PB_OK;
}

/* What is inside a keyword, and whether there is such a keyword. */
static pb_status look_keyword(pb__schemas *s, const char *key, pb_json at, pb_error *error)
{
    static const char *const plain[] = {
        "type",      "required",  "enum",     "const",    "minimum",  "maximum",     "exclusiveMinimum",
        "minLength", "maxLength", "minItems", "maxItems", "$comment", "description", "examples",
        "default",   "format",    "title"};
    if (strcmp(key, "properties") == 0) return look_each(s, at, error);
    if (strcmp(key, "items") == 0 || strcmp(key, "additionalProperties") == 0) return look(s, at, error);
    if (strcmp(key, "oneOf") == 0 || strcmp(key, "anyOf") == 0) return look_list(s, at, error);
    if (strcmp(key, "pattern") == 0) return add_pattern(s, at, error);
    if (strcmp(key, "$ref") == 0)
        return pb_json_present(target(s, pb_json_chars(at))) ? PB_OK
                                                             : wrong(at, error, "names no schema that is there");
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(key, plain[i]) == 0) return PB_OK;
    return wrong(at, error, "is a keyword that is not checked here (see src/api/schema.h)");
}

static pb_status look(pb__schemas *s, pb_json schema, pb_error *error)
{
    const char *keys[KEYS_MAX];
    if (pb_json_kind_of(schema) == PB_JSON_BOOL) return PB_OK;
    if (pb_json_kind_of(schema) != PB_JSON_OBJECT) return wrong(schema, error, "a schema is an object");
    size_t n = pb_json_keys(schema, keys, KEYS_MAX);
    for (size_t i = 0; i < n && i < KEYS_MAX; i++)
        PB_TRY(look_keyword(s, keys[i], pb_json_get(schema, keys[i]), error));
    return PB_OK;
}

static pb_status read_text(pb__schemas *s, const char *name, const char *text, pb_error *error)
{
    pb_error why;
    if (!room((void **)&s->at, s->n, sizeof *s->at))
        return pb_error_set(error, PB_E_NOMEM, "out of memory for the schemas");
    named *to = &s->at[s->n];
    *to       = (named){.name = strdup(name)};
    if (!to->name) return pb_error_set(error, PB_E_NOMEM, "out of memory for the schemas");
    s->n++;
    if (pb_json_parse(pb_span_of(text), name, &to->doc, &why) != PB_OK)
        return pb_error_set(error, PB_E_RANGE, "schema %s", why.text);
    return PB_OK;
}

static pb_status look_named(pb__schemas *s, size_t i, pb_error *error)
{
    pb_error why;
    if (look(s, pb_json_root(s->at[i].doc), &why) != PB_OK)
        return pb_error_set(error, PB_E_RANGE, "%s: %s", s->at[i].name, why.text);
    return PB_OK;
}

static pb_status read_all(pb__schemas *s, const pb__schema_text *texts, pb_error *error)
{
    for (; texts && texts->name; texts++) PB_TRY(read_text(s, texts->name, texts->text, error));
    s->n_names = s->n;
    return PB_OK;
}

pb_status pb__schemas_create(const pb__schema_text *extra, pb__schemas **out, pb_error *error)
{
    pb__schemas *s = calloc(1, sizeof *s);
    if (!s) return pb_error_set(error, PB_E_NOMEM, "out of memory for the schemas");
    pb_status status = read_all(s, extra, error);
    if (status == PB_OK) status = read_all(s, pb__schema_texts, error);
    for (size_t i = 0; status == PB_OK && i < s->n; i++) status = look_named(s, i, error);
    if (status != PB_OK) {
        pb__schemas_destroy(s);
        return status;
    }
    *out = s;
    return PB_OK;
}

pb_status pb__schemas_add(pb__schemas *s, const char *text, const char *name, pb_json *out, pb_error *error)
{
    PB_TRY(read_text(s, name, text, error));
    PB_TRY(look_named(s, s->n - 1, error));
    *out = pb_json_root(s->at[s->n - 1].doc);
    return PB_OK;
}

void pb__schemas_destroy(pb__schemas *s)
{
    if (!s) return;
    for (size_t i = 0; i < s->n_patterns; i++) regfree(&s->patterns[i].regex);
    for (size_t i = 0; i < s->n; i++) {
        pb_json_free(s->at[i].doc);
        free(s->at[i].name);
    }
    free(s->patterns);
    free(s->at);
    free(s);
}
