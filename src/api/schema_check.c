/* Does a value fit a schema? The first thing that does not is told with its place. */
#include "schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEYS_MAX 128  /* members that a schema names; see schema_set.c */
#define DEPTH_MAX 200 /* of schemas within each other: a $ref that leads back to itself ends */
#define SHOWN_MAX 40  /* letters of a text that is shown */

typedef struct check {
    const pb__schemas *schemas;
    pb__misfit        *out;
    int                depth;
    enum { BY_VALUE, BY_TYPE, BY_CONST } misfit; /* what the last one was of */
} check;

static bool fits(check *c, pb_json schema, pb_json at);

static bool misfit(check *c, pb_json at, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool misfit(check *c, pb_json at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(c->out->text, sizeof c->out->text, format, args);
    va_end(args);
    (void)pb_span_copy(pb_span_of(at.pointer), c->out->pointer, sizeof c->out->pointer);
    c->misfit = BY_VALUE;
    return false;
}

/* Cut between letters. */
static int shown(pb_span text)
{
    size_t n = 0;
    while (n < text.len && n < SHOWN_MAX) {
        size_t step = pb_utf8_step((pb_span){text.at + n, text.len - n});
        n += step ? step : 1;
    }
    return (int)(n < text.len ? n : text.len);
}

static void describe(pb_json at, char *to, size_t cap)
{
    static const char *const words[] = {"nothing", "null", "", "", "", "", "an array", "an object"};
    pb_json_kind             kind    = pb_json_kind_of(at);
    char                     number[PB_F64_TEXT_MAX];
    if (kind == PB_JSON_BOOL)
        snprintf(to, cap, "%s", pb_json_number(at) != 0 ? "true" : "false");
    else if (kind == PB_JSON_TEXT)
        snprintf(to, cap, "the text \"%.*s\"", shown(pb_json_chars(at)), pb_json_chars(at).at);
    else if (kind == PB_JSON_WHOLE || kind == PB_JSON_REAL) {
        pb_f64_text(pb_json_number(at), number);
        snprintf(to, cap, "the number %s%s", number, kind == PB_JSON_REAL && !strpbrk(number, ".e") ? ".0" : "");
    } else
        snprintf(to, cap, "%s", words[kind]);
}

/* ---- type ---- */

static bool is_of(pb_span type, pb_json_kind kind)
{
    static const struct {
        const char  *name;
        pb_json_kind kind;
    } types[] = {{"null", PB_JSON_NULL},    {"boolean", PB_JSON_BOOL}, {"integer", PB_JSON_WHOLE},
                 {"number", PB_JSON_WHOLE}, {"number", PB_JSON_REAL},  {"string", PB_JSON_TEXT},
                 {"array", PB_JSON_ARRAY},  {"object", PB_JSON_OBJECT}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].kind == kind && pb_span_equal_text(type, types[i].name)) return true;
    return false;
}

static const char *type_words(pb_span type)
{
    static const char *const words[][2] = {
        {"null", "null"},     {"boolean", "true or false"}, {"integer", "a whole number"}, {"number", "a number"},
        {"string", "a text"}, {"array", "an array [ ]"},    {"object", "an object { }"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (pb_span_equal_text(type, words[i][0])) return words[i][1];
    return "something else";
}

/* An enum without a type takes what it lists. */
static bool lists_one_of(pb_json list, const char *type)
{
    for (size_t i = 0; i < pb_json_length(list); i++)
        if (is_of(pb_span_of(type), pb_json_kind_of(pb_json_at(list, i)))) return true;
    return false;
}

bool pb__schema_takes(const pb__schemas *schemas, pb_json schema, const char *type)
{
    schema        = pb__schema_follow(schemas, schema);
    pb_json types = pb_json_member(schema, "type");
    if (!pb_json_present(types)) return lists_one_of(pb_json_member(schema, "enum"), type);
    if (pb_json_kind_of(types) == PB_JSON_TEXT) return pb_span_equal_text(pb_json_chars(types), type);
    for (size_t i = 0; i < pb_json_length(types); i++)
        if (pb_span_equal_text(pb_json_chars(pb_json_at(types, i)), type)) return true;
    return false;
}

static bool fits_type(check *c, pb_json types, pb_json at)
{
    char         found[96], wanted[160] = "";
    pb_json_kind kind = pb_json_kind_of(at);
    size_t       n    = pb_json_kind_of(types) == PB_JSON_ARRAY ? pb_json_length(types) : 1;
    for (size_t i = 0, used = 0; i < n && used < sizeof wanted; i++) {
        pb_span type = pb_json_chars(pb_json_kind_of(types) == PB_JSON_ARRAY ? pb_json_at(types, i) : types);
        if (is_of(type, kind)) return true;
        used += (size_t)snprintf(wanted + used, sizeof wanted - used, "%s%s", i ? " or " : "", type_words(type));
    }
    describe(at, found, sizeof found);
    misfit(c, at, "found %s, but %s must stand here", found, wanted);
    c->misfit = BY_TYPE;
    return false;
}

/* ---- values that are listed ---- */

static bool fits_enum(check *c, pb_json list, pb_json at)
{
    const char *names[64];
    size_t      n = 0;
    char        found[96];
    for (size_t i = 0; i < pb_json_length(list); i++) {
        pb_json one = pb_json_at(list, i);
        if (pb_json_same(one, at)) return true;
        if (pb_json_kind_of(one) == PB_JSON_TEXT && n < 64) names[n++] = pb_json_chars(one).at;
    }
    describe(at, found, sizeof found);
    const char *near = pb_json_kind_of(at) == PB_JSON_TEXT ? pb_nearest(pb_json_chars(at), names, n) : NULL;
    if (near) return misfit(c, at, "%s is not known here (did you mean \"%s\"?)", found, near);
    char list_text[128] = "";
    for (size_t i = 0, used = 0; i < n && used < sizeof list_text; i++)
        used += (size_t)snprintf(list_text + used, sizeof list_text - used, "%s%s", i ? ", " : "", names[i]);
    return misfit(c, at, "%s is not known here%s%s", found, n ? "; known: " : "", list_text);
}

static bool fits_const(check *c, pb_json wanted, pb_json at)
{
    char found[96], want[96];
    if (pb_json_same(wanted, at)) return true;
    describe(at, found, sizeof found);
    describe(wanted, want, sizeof want);
    misfit(c, at, "found %s, but %s must stand here", found, want);
    c->misfit = BY_CONST;
    return false;
}

/* ---- numbers, texts, arrays ---- */

static bool fits_number(check *c, pb_json schema, pb_json at)
{
    pb_json min = pb_json_member(schema, "minimum"), max = pb_json_member(schema, "maximum");
    pb_json over  = pb_json_member(schema, "exclusiveMinimum");
    double  value = pb_json_number(at);
    char    text[3][PB_F64_TEXT_MAX];
    bool    low  = pb_json_present(min) && value < pb_json_number(min);
    bool    high = pb_json_present(max) && value > pb_json_number(max);
    bool    flat = pb_json_present(over) && value <= pb_json_number(over);
    if (!low && !high && !flat) return true;
    pb_f64_text(value, text[0]);
    pb_f64_text(pb_json_number(pb_json_present(min) ? min : over), text[1]);
    pb_f64_text(pb_json_number(max), text[2]);
    if (flat) return misfit(c, at, "%s is not more than %s", text[0], text[1]);
    if (pb_json_present(min) && pb_json_present(max))
        return misfit(c, at, "%s is outside %s .. %s", text[0], text[1], text[2]);
    return misfit(c, at, "%s is %s than %s", text[0], low ? "less" : "more", low ? text[1] : text[2]);
}

/* True when n lies within the two keywords; words: "letters", "values". */
static bool fits_size(check *c, pb_json schema, const char *least, const char *most, size_t n, const char *words,
                      pb_json at)
{
    pb_json min = pb_json_member(schema, least), max = pb_json_member(schema, most);
    if (pb_json_present(min) && (double)n < pb_json_number(min))
        return misfit(c, at, "holds %zu %s, less than the %.0f needed", n, words, pb_json_number(min));
    if (pb_json_present(max) && (double)n > pb_json_number(max))
        return misfit(c, at, "holds %zu %s, more than the %.0f allowed", n, words, pb_json_number(max));
    return true;
}

static size_t letters(pb_span text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) n += ((unsigned char)text.at[i] & 0xc0) != 0x80;
    return n;
}

static bool fits_text(check *c, pb_json schema, pb_json at)
{
    pb_json pattern = pb_json_member(schema, "pattern");
    char    found[96];
    if (!fits_size(c, schema, "minLength", "maxLength", letters(pb_json_chars(at)), "letters", at)) return false;
    if (!pb_json_present(pattern)) return true;
    if (pb__schemas_match(c->schemas, pb_json_chars(pattern).at, pb_json_chars(at).at)) return true;
    describe(at, found, sizeof found);
    return misfit(c, at, "%s has not the form %s", found, pb_json_chars(pattern).at);
}

static bool fits_array(check *c, pb_json schema, pb_json at)
{
    pb_json items = pb_json_member(schema, "items");
    if (!fits_size(c, schema, "minItems", "maxItems", pb_json_length(at), "values", at)) return false;
    if (!pb_json_present(items)) return true;
    for (size_t i = 0; i < pb_json_length(at); i++)
        if (!fits(c, items, pb_json_at(at, i))) return false;
    return true;
}

/* ---- objects ---- */

static bool unknown_key(check *c, pb_json properties, pb_json at, const char *key)
{
    const char *names[KEYS_MAX];
    size_t      n    = pb_json_keys(properties, names, KEYS_MAX);
    const char *near = pb_nearest(pb_span_of(key), names, n < KEYS_MAX ? n : KEYS_MAX);
    int         len  = shown(pb_span_of(key));
    if (near)
        return misfit(c, pb_json_get(at, key), "\"%.*s\" is not known here (did you mean \"%s\"?)", len, key, near);
    return misfit(c, pb_json_get(at, key), "\"%.*s\" is not known here (remove it)", len, key);
}

static bool fits_members(check *c, pb_json schema, pb_json at, const char *const *keys, size_t n)
{
    pb_json properties = pb_json_member(schema, "properties"), more = pb_json_member(schema, "additionalProperties");
    bool    closed = pb_json_kind_of(more) == PB_JSON_BOOL && pb_json_number(more) == 0;
    for (size_t i = 0; i < n; i++) {
        pb_json of = pb_json_member(properties, keys[i]);
        if (!pb_json_present(of) && closed) return unknown_key(c, properties, at, keys[i]);
        if (!pb_json_present(of)) of = more;
        if (pb_json_kind_of(of) == PB_JSON_OBJECT && !fits(c, of, pb_json_get(at, keys[i]))) return false;
    }
    return true;
}

/* What is named wrongly is told before what is missing: it is often the same. */
static bool fits_object(check *c, pb_json schema, pb_json at)
{
    const char  *few[KEYS_MAX];
    const char **keys = few;
    size_t       n    = pb_json_keys(at, few, KEYS_MAX);
    if (n > KEYS_MAX) {
        keys = malloc(n * sizeof *keys);
        if (!keys) return misfit(c, at, "out of memory while looking at %zu members", n);
        (void)pb_json_keys(at, keys, n);
    }
    bool fit = fits_members(c, schema, at, keys, n);
    if (keys != few) free(keys);
    pb_json required = pb_json_member(schema, "required");
    for (size_t i = 0; fit && i < pb_json_length(required); i++) {
        const char *name   = pb_json_chars(pb_json_at(required, i)).at;
        pb_json     member = pb_json_get(at, name);
        if (!pb_json_present(member)) fit = misfit(c, member, "\"%s\" is missing (add it)", name);
    }
    return fit;
}

/* ---- one of several forms ---- */

/* Another form was meant when the value is of another type altogether, or a member that names the form says so. */
static bool is_other_form(const check *c, pb_json at)
{
    return c->misfit == BY_CONST || (c->misfit == BY_TYPE && strcmp(c->out->pointer, at.pointer) == 0);
}

static bool fits_forms(check *c, pb_json forms, pb_json at, bool exactly_one)
{
    pb__misfit now, best = {0};
    bool       best_is_other = true; /* the form that was most likely meant: no other one, then the deepest */
    size_t     n             = 0;
    for (size_t i = 0; i < pb_json_length(forms); i++) {
        check one = {.schemas = c->schemas, .out = &now, .depth = c->depth};
        if (fits(&one, pb_json_at(forms, i), at)) {
            if (!exactly_one) return true;
            n++;
            continue;
        }
        bool other  = is_other_form(&one, at);
        bool deeper = other == best_is_other && strlen(now.pointer) > strlen(best.pointer);
        if (i > 0 && !deeper && !(best_is_other && !other)) continue;
        best          = now;
        best_is_other = other;
    }
    if (n == 1) return true;
    if (n > 1) return misfit(c, at, "fits %zu of the forms allowed here, and must fit one", n);
    *c->out   = best;
    c->misfit = best_is_other ? BY_CONST : BY_VALUE;
    return false;
}

static bool fits_kind(check *c, pb_json schema, pb_json at)
{
    switch (pb_json_kind_of(at)) {
    case PB_JSON_WHOLE:
    case PB_JSON_REAL:
        return fits_number(c, schema, at);
    case PB_JSON_TEXT:
        return fits_text(c, schema, at);
    case PB_JSON_ARRAY:
        return fits_array(c, schema, at);
    case PB_JSON_OBJECT:
        return fits_object(c, schema, at);
    default:
        return true;
    }
}

static bool fits_all(check *c, pb_json schema, pb_json at)
{
    pb_json part = pb_json_member(schema, "$ref");
    if (pb_json_present(part) && !fits(c, pb__schema_follow(c->schemas, schema), at)) return false;
    part = pb_json_member(schema, "type");
    if (pb_json_present(part) && !fits_type(c, part, at)) return false;
    part = pb_json_member(schema, "const");
    if (pb_json_present(part) && !fits_const(c, part, at)) return false;
    part = pb_json_member(schema, "enum");
    if (pb_json_present(part) && !fits_enum(c, part, at)) return false;
    if (!fits_kind(c, schema, at)) return false;
    part = pb_json_member(schema, "anyOf");
    if (pb_json_present(part) && !fits_forms(c, part, at, false)) return false;
    part = pb_json_member(schema, "oneOf");
    return !pb_json_present(part) || fits_forms(c, part, at, true);
}

static bool fits(check *c, pb_json schema, pb_json at)
{
    if (pb_json_kind_of(schema) == PB_JSON_BOOL)
        return pb_json_number(schema) != 0 || misfit(c, at, "nothing may stand here");
    if (c->depth == DEPTH_MAX) return misfit(c, at, "is nested too deeply");
    c->depth++;
    bool fit = fits_all(c, schema, at);
    c->depth--;
    return fit;
}

bool pb__schema_check(const pb__schemas *schemas, pb_json schema, pb_json value, pb__misfit *out)
{
    check c = {.schemas = schemas, .out = out};
    return fits(&c, schema, value);
}
