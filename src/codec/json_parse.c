/* JSON text to a document; jansson does the work, the messages are ours. */
#include <stdlib.h>
#include <string.h>

#include "json_doc.h"

/* jansson stops at the word it does not know: NaN, Infinity, or the - before Infinity. */
static bool is_about_nan(const json_error_t *e, pb_span text)
{
    static const char *const words[] = {"near 'NaN'", "near 'nan'", "near 'Infinity'", "near 'inf'", "near 'Inf'"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(e->text, words[i])) return true;
    if (!strstr(e->text, "near '-'") || e->position < 0 || (size_t)e->position >= text.len) return false;
    return text.at[e->position] == 'I' || text.at[e->position] == 'i';
}

/* What to do about each kind of error; NULL when jansson's words say enough. */
static const char *advice(const json_error_t *e, pb_span text)
{
    switch (json_error_code((json_error_t *)(uintptr_t)e)) {
    case json_error_premature_end_of_input:
        return "the text ends too early (is the file cut off?)";
    case json_error_end_of_input_expected:
        return "more text follows after the document's end (remove it)";
    case json_error_numeric_overflow:
        return "a number too large (whole numbers must fit 64 bits)";
    case json_error_out_of_memory:
        return "out of memory while reading it";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a zero character \\u0000 in a text (remove it)";
    case json_error_invalid_syntax:
        if (is_about_nan(e, text)) return "NaN and Infinity are not JSON numbers (leave the key out)";
        if (strncmp(e->text, "'[' or '{' expected", 19) == 0) return "a JSON document begins with { or [";
        return NULL;
    default:
        return NULL;
    }
}

static pb_status refuse(const char *name, const json_error_t *e, pb_span text, pb_error *error)
{
    bool        no_memory = json_error_code((json_error_t *)(uintptr_t)e) == json_error_out_of_memory;
    const char *own       = advice(e, text);
    return pb_error_set(error, no_memory ? PB_E_NOMEM : PB_E_SYNTAX, "%s:%d:%d: %s%s", name, e->line, e->column,
                        own ? own : e->text, own ? "" : " (correct the text there)");
}

static pb_span without_bom(pb_span text)
{
    bool bom = text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0;
    return bom ? (pb_span){text.at + 3, text.len - 3} : text;
}

pb_status pb_json_parse(pb_span text, const char *name, pb_json_doc **out, pb_error *error)
{
    text = without_bom(text);
    if (text.len > PB_JSON_BYTES_MAX)
        return pb_error_set(error, PB_E_LIMIT, "%s: longer than the %u bytes of JSON allowed (is it the right file?)",
                            name, PB_JSON_BYTES_MAX);
    PB_TRY(pb__json_scan(text, name, error));
    json_error_t e;
    json_t      *root = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &e);
    if (!root) return refuse(name, &e, text, error);
    pb_json_doc *doc = calloc(1, sizeof *doc);
    if (!doc) {
        json_decref(root);
        return pb_error_set(error, PB_E_NOMEM, "%s: out of memory while reading it", name);
    }
    doc->root = root;
    pb_span_copy(pb_span_of(name), doc->name, sizeof doc->name);
    *out = doc;
    return PB_OK;
}

void pb_json_free(pb_json_doc *doc)
{
    if (!doc) return;
    json_decref(doc->root);
    free(doc);
}
