/* INI sections and keys; values are JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ini_json.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The first line of text with its line feed. */
static pb_span first_line(pb_span text)
{
    const char *end = memchr(text.at, '\n', text.len);
    return (pb_span){text.at, end ? (size_t)(end - text.at) + 1 : text.len};
}

static void skip(pb_span *text, size_t n)
{
    text->at += n;
    text->len -= n;
}

/* Blank lines and comments may stand anywhere. */
static bool says_nothing(pb_span line)
{
    pb_span words = pb_span_trim(line);
    return words.len == 0 || words.at[0] == '#' || words.at[0] == ';';
}

void pb__ini_begin(pb__ini *ini, pb_span text)
{
    if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0) skip(&text, 3);
    *ini = (pb__ini){.left = text, .next_line = 1};
}

/* Takes the lines that go on with the value: indented, blank or comments; blank
 * ones at the end do no harm. */
static pb_span take_continuation(pb__ini *ini, pb_span lines)
{
    while (ini->left.len > 0) {
        pb_span line = first_line(ini->left);
        if (!is_blank(line.at[0]) && !says_nothing(line)) break;
        lines.len += line.len;
        skip(&ini->left, line.len);
        ini->next_line++;
    }
    return lines;
}

static pb_status take_key(pb__ini *ini, const char *path, pb_span line, pb__ini_entry *out, pb_error *error)
{
    const char *equals = memchr(line.at, '=', line.len);
    if (!equals || is_blank(line.at[0]))
        return pb_error_set(error, PB_E_SYNTAX,
                            "%s:%u: neither a [section] nor a key = value (is this line cut or not indented?)", path,
                            ini->next_line - 1);
    out->section  = ini->section;
    out->key      = pb_span_trim((pb_span){line.at, (size_t)(equals - line.at)});
    out->value_at = (size_t)(equals - line.at) + 1;
    out->line     = ini->next_line - 1;
    out->lines    = take_continuation(ini, line);
    return PB_OK;
}

pb_status pb__ini_next(pb__ini *ini, const char *path, pb__ini_entry *out, pb_error *error)
{
    while (ini->left.len > 0) {
        pb_span line  = first_line(ini->left);
        pb_span words = pb_span_trim(line);
        skip(&ini->left, line.len);
        ini->next_line++;
        if (says_nothing(line)) continue;
        if (words.at[0] != '[' || is_blank(line.at[0])) return take_key(ini, path, line, out, error);
        if (words.at[words.len - 1] != ']')
            return pb_error_set(error, PB_E_SYNTAX, "%s:%u: a [section] without its closing bracket", path,
                                ini->next_line - 1);
        ini->section = (pb_span){words.at + 1, words.len - 2};
    }
    return PB_E_EMPTY;
}

pb_status pb__ini_find(pb_span text, const char *path, const char *section, const char *key, pb__ini_entry *out,
                       pb_error *error)
{
    pb__ini       ini;
    pb__ini_entry entry = {.line = 0}, found = {.line = 0};
    pb_status     status;
    pb__ini_begin(&ini, text);
    while ((status = pb__ini_next(&ini, path, &entry, error)) == PB_OK) {
        if (!pb_span_equal_text(entry.section, section) || !pb_span_equal_text(entry.key, key)) continue;
        if (found.line)
            return pb_error_set(error, PB_E_SYNTAX, "%s:%u: %s is there twice, first on line %u", path, entry.line, key,
                                found.line);
        found = entry;
    }
    if (status != PB_E_EMPTY) return status;
    if (!found.line) return pb_error_set(error, PB_E_MISSING, "%s: [%s] %s is missing", path, section, key);
    *out = found;
    return PB_OK;
}

/* Blanks the key and the comments, so that what is left is JSON whose lines and
 * columns are those of the file once the lines above are put before it. */
static void blank_out(const pb__ini_entry *entry, char *to)
{
    memcpy(to, entry->lines.at, entry->lines.len);
    memset(to, ' ', entry->value_at);
    pb_span left = {to + entry->value_at, entry->lines.len - entry->value_at};
    skip(&left, first_line(left).len);
    while (left.len > 0) {
        pb_span line = first_line(left);
        if (says_nothing(line))
            for (size_t i = 0; i < line.len; i++)
                if (line.at[i] != '\n') to[line.at - to + (ptrdiff_t)i] = ' ';
        skip(&left, line.len);
    }
}

pb_status pb__ini_parse(const pb__ini_entry *entry, const char *path, pb_json_doc **out, pb_error *error)
{
    size_t above = entry->line - 1, len = above + entry->lines.len;
    char   name[256];
    char  *text = malloc(len + 1);
    if (!text) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    memset(text, '\n', above);
    blank_out(entry, text + above);
    snprintf(name, sizeof name, "%s (%.*s)", path, (int)(entry->key.len < 40 ? entry->key.len : 40), entry->key.at);
    pb_status status = pb_json_parse((pb_span){text, len}, name, out, error);
    free(text);
    return status;
}
