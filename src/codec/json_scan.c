/* A look over JSON text before it is parsed. */
#include "json_doc.h"

typedef struct scan {
    pb_span     left;
    const char *name;
    pb_error   *error;
    unsigned    line, column; /* of the character at left */
    unsigned    depth;
    bool        in_text, escaped, any;
} scan;

static pb_status refuse(const scan *s, pb_status status, const char *what)
{
    return pb_error_set(s->error, status, "%s:%u:%u: %s", s->name, s->line, s->column, what);
}

/* Depth is counted outside of strings only. */
static pb_status scan_structure(scan *s, char c)
{
    if (s->in_text) {
        if (s->escaped)
            s->escaped = false;
        else if (c == '\\')
            s->escaped = true;
        else if (c == '"')
            s->in_text = false;
        return PB_OK;
    }
    if (c == '"') s->in_text = true;
    if (c == '{' || c == '[') s->depth++;
    if ((c == '}' || c == ']') && s->depth > 0) s->depth--;
    if (s->depth > PB_JSON_DEPTH_MAX)
        return refuse(s, PB_E_LIMIT, "nested deeper than 64 levels (flatten the document)");
    return PB_OK;
}

static pb_status scan_one(scan *s)
{
    char   c    = s->left.at[0];
    size_t step = pb_utf8_step(s->left);
    if (c == '\0') return refuse(s, PB_E_SYNTAX, "a zero byte: this is not text (is it the right file?)");
    if (step == 0) return refuse(s, PB_E_SYNTAX, "a byte that is not UTF-8 (save the file as UTF-8)");
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') s->any = true;
    PB_TRY(scan_structure(s, c));
    s->left.at += step;
    s->left.len -= step;
    s->column++;
    if (c == '\n') {
        s->line++;
        s->column = 1;
    }
    return PB_OK;
}

pb_status pb__json_scan(pb_span text, const char *name, pb_error *error)
{
    scan s = {.left = text, .name = name, .error = error, .line = 1, .column = 1};
    while (s.left.len > 0) PB_TRY(scan_one(&s));
    if (!s.any)
        return pb_error_set(error, PB_E_SYNTAX, "%s: the file is empty (a JSON document must stand in it)", name);
    return PB_OK;
}
