#include "option_layers.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"

#define NAME_MAX_ 64
#define CONFIG_MAX (1u << 20)

/* ---- one value of one place ---- */

static void *value_of(const pb__option *o, void *values)
{
    return (char *)values + o->offset;
}

static pb_status put_flag(const pb__option *o, const char *text, void *values, pb_error *error)
{
    bool on = strcmp(text, "true") == 0;
    if (!on && strcmp(text, "false") != 0)
        return pb_error_set(error, PB_E_USAGE, "%s is true or false, not '%s'", o->name, text);
    *(bool *)value_of(o, values) = on;
    return PB_OK;
}

/* Puts a text that is kept; where names the place in messages. */
static pb_status put(const pb__layers *l, const pb__option *o, pb_span text, const char *where, void *values,
                     pb_error *error)
{
    pb_error inner = {0};
    char    *kept  = pb_arena_text(l->texts, text);
    if (!kept) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status =
        o->kind == PB__OPT_FLAG ? put_flag(o, kept, values, &inner) : pb__option_put(o, kept, values, &inner);
    return status == PB_OK ? PB_OK : pb_error_set(error, status, "%s: %s", where, inner.text);
}

static void empty_list(const pb__option *o, void *values)
{
    if (o->kind == PB__OPT_LIST) ((pb__list *)value_of(o, values))->n = 0;
}

/* ---- the file ---- */

static pb_status unknown_name(const pb__layers *l, pb_span name, const char *where, pb_error *error)
{
    const char *names[NAME_MAX_];
    size_t      k = 0;
    for (; k < l->n && k < NAME_MAX_; k++) names[k] = l->options[k].name;
    const char *near = pb_nearest(name, names, k);
    return pb_error_set(error, PB_E_USAGE, "%s: no option is called %.*s%s%s%s", where, (int)name.len, name.at,
                        near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static pb_status read_line(const pb__layers *l, pb_span line, const char *where, bool *seen, void *values,
                           pb_error *error)
{
    const char *equals = memchr(line.at, '=', line.len);
    if (!equals) return pb_error_set(error, PB_E_SYNTAX, "%s: a line is NAME = VALUE", where);
    pb_span           name = pb_span_trim((pb_span){line.at, (size_t)(equals - line.at)});
    pb_span           text = pb_span_trim((pb_span){equals + 1, line.len - (size_t)(equals - line.at) - 1});
    const pb__option *o    = pb__option_find(l->options, l->n, name);
    if (!o) return unknown_name(l, name, where, error);
    if (strcmp(o->name, "config") == 0)
        return pb_error_set(error, PB_E_USAGE, "%s: a configuration names no other", where);
    if (!seen[o - l->options]) empty_list(o, values);
    if (seen[o - l->options] && o->kind != PB__OPT_LIST)
        return pb_error_set(error, PB_E_USAGE, "%s: %s is there twice", where, o->name);
    seen[o - l->options] = true;
    return put(l, o, text, where, values, error);
}

static pb_status read_lines(const pb__layers *l, const char *path, pb_span text, void *values, pb_error *error)
{
    bool     seen[NAME_MAX_] = {0};
    uint32_t line_no         = 0;
    while (text.len > 0) {
        char        where[512];
        const char *end  = memchr(text.at, '\n', text.len);
        size_t      len  = end ? (size_t)(end - text.at) : text.len;
        pb_span     line = pb_span_trim((pb_span){text.at, len});
        line_no++;
        text.at += len + (end ? 1 : 0);
        text.len -= len + (end ? 1 : 0);
        if (line.len == 0 || *line.at == '#') continue;
        (void)snprintf(where, sizeof where, "%s:%u", path, line_no);
        PB_TRY(read_line(l, line, where, seen, values, error));
    }
    return PB_OK;
}

static pb_status read_file(const pb__layers *l, const char *path, void *values, pb_error *error)
{
    pb_bytes bytes;
    if (!path) return PB_OK;
    PB_TRY(pb_file_read(path, CONFIG_MAX, &bytes, error));
    pb_status status = pb_utf8_valid((pb_span){bytes.at, bytes.len})
                           ? read_lines(l, path, (pb_span){bytes.at, bytes.len}, values, error)
                           : pb_error_set(error, PB_E_SYNTAX, "%s is no UTF-8 text", path);
    pb_bytes_free(&bytes);
    return status;
}

/* ---- the environment ---- */

/* "points-udp" as PREFIX_POINTS_UDP; the value, or NULL. */
static const char *variable_of(const pb__layers *l, const pb__option *o, char name[NAME_MAX_ * 2])
{
    size_t len = (size_t)snprintf(name, NAME_MAX_ * 2, "%s%s", l->prefix, o->name);
    for (size_t i = strlen(l->prefix); i < len; i++)
        name[i] = name[i] == '-' ? '_' : (char)toupper((unsigned char)name[i]);
    for (const char *const *e = l->environ; *e; e++)
        if (strncmp(*e, name, len) == 0 && (*e)[len] == '=') return *e + len + 1;
    return NULL;
}

static pb_status put_words(const pb__layers *l, const pb__option *o, const char *text, const char *where, void *values,
                           pb_error *error)
{
    empty_list(o, values);
    for (const char *at = text + strspn(text, " \t\n"); *at; at += strspn(at, " \t\n")) {
        size_t len = strcspn(at, " \t\n");
        PB_TRY(put(l, o, (pb_span){at, len}, where, values, error));
        at += len;
    }
    return PB_OK;
}

static pb_status read_environment(const pb__layers *l, void *values, pb_error *error)
{
    char name[NAME_MAX_ * 2];
    for (size_t i = 0; i < l->n; i++) {
        const pb__option *o    = &l->options[i];
        const char       *text = variable_of(l, o, name);
        if (!text || *text == '\0') continue;
        PB_TRY(o->kind == PB__OPT_LIST ? put_words(l, o, text, name, values, error)
                                       : put(l, o, pb_span_of(text), name, values, error));
    }
    return PB_OK;
}

static void tell_unknown(const pb__layers *l, void (*unknown)(const char *variable, const char *near))
{
    size_t prefix = strlen(l->prefix);
    for (const char *const *e = l->environ; *e && unknown; e++) {
        char        name[NAME_MAX_] = {0};
        const char *names[NAME_MAX_], *equals = strchr(*e, '=');
        size_t      k = 0, len = equals ? (size_t)(equals - *e) : 0;
        if (strncmp(*e, l->prefix, prefix) != 0 || len <= prefix || len - prefix >= sizeof name) continue;
        for (size_t i = prefix; i < len; i++)
            name[i - prefix] = (*e)[i] == '_' ? '-' : (char)tolower((unsigned char)(*e)[i]);
        if (pb__option_find(l->options, l->n, pb_span_of(name))) continue;
        for (; k < l->n && k < NAME_MAX_; k++) names[k] = l->options[k].name;
        char *variable = pb_arena_text(l->texts, (pb_span){*e, len});
        if (variable) unknown(variable, pb_nearest(pb_span_of(name), names, k));
    }
}

/* ---- all three ---- */

static const char *config_path(const pb__layers *l, const void *given)
{
    char              name[NAME_MAX_ * 2];
    const pb__option *o    = pb__option_find(l->options, l->n, pb_span_of("config"));
    const char       *path = *(const char *const *)((const char *)given + o->offset);
    if (!path) path = variable_of(l, o, name);
    return path && *path ? path : NULL;
}

pb_status pb__layers_read(const pb__layers *l, int argc, char **argv, void *values, pb__operands *operands,
                          void (*unknown)(const char *variable, const char *near), pb_error *error)
{
    char **words = pb_arena_take(l->texts, sizeof *words * ((size_t)argc + 1)); /* reading orders them anew */
    void  *given = pb_arena_take(l->texts, l->size);
    PB_ASSERT(l->n <= NAME_MAX_);
    if (!words || !given) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    memcpy(words, argv, sizeof *words * (size_t)argc);
    PB_TRY(pb__options_read(argc, words, l->options, l->n, given, operands, error));
    PB_TRY(read_file(l, config_path(l, given), values, error));
    PB_TRY(read_environment(l, values, error));
    tell_unknown(l, unknown);
    for (size_t i = 0; i < l->n; i++) {
        const pb__option *o = &l->options[i];
        if (o->kind == PB__OPT_LIST && ((const pb__list *)value_of(o, given))->n > 0) empty_list(o, values);
    }
    return pb__options_read(argc, argv, l->options, l->n, values, operands, error);
}
