/* A bounded reader of XML: see s3_xml.h. */
#include <string.h>

#include "s3_xml.h"

void pb__xml_begin(pb__xml *xml, pb_span text)
{
    *xml = (pb__xml){.at = text.at, .end = text.at ? text.at + text.len : NULL};
}

static bool begins(const pb__xml *xml, const char *with)
{
    size_t len = strlen(with);
    return (size_t)(xml->end - xml->at) >= len && memcmp(xml->at, with, len) == 0;
}

/* Moves behind the next `end`; false when there is none. */
static bool skip_past(pb__xml *xml, const char *end)
{
    const char *found = memmem(xml->at, (size_t)(xml->end - xml->at), end, strlen(end));
    if (!found) return false;
    xml->at = found + strlen(end);
    return true;
}

static pb__xml_kind bad(pb__xml *xml)
{
    xml->at  = NULL;
    xml->end = NULL;
    return PB__XML_BAD;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || c == ':';
}

static pb_span take_name(pb__xml *xml)
{
    pb_span name = {xml->at, 0};
    while (xml->at < xml->end && is_name(*xml->at)) xml->at++;
    name.len = (size_t)(xml->at - name.at);
    return name;
}

/* Attributes are passed over; a ">" may stand in their quotes. */
static bool skip_attributes(pb__xml *xml)
{
    for (char quote = '\0'; xml->at < xml->end; xml->at++) {
        char c = *xml->at;
        if (quote)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return true;
        else if (c == '<')
            return false;
    }
    return false;
}

static pb__xml_kind close_one(pb__xml *xml, pb_span *name)
{
    *name     = xml->open[--xml->depth];
    xml->done = xml->depth == 0;
    return PB__XML_CLOSE;
}

static pb__xml_kind take_open(pb__xml *xml, pb_span *name)
{
    xml->at++;
    *name = take_name(xml);
    if (name->len == 0 || xml->done || xml->depth == PB__XML_DEPTH_MAX || !skip_attributes(xml)) return bad(xml);
    xml->close_next = xml->at[-1] == '/';
    xml->at++;
    xml->open[xml->depth++] = *name;
    return PB__XML_OPEN;
}

static pb__xml_kind take_close(pb__xml *xml, pb_span *name)
{
    xml->at += 2;
    pb_span here = take_name(xml);
    while (xml->at < xml->end && is_blank(*xml->at)) xml->at++;
    if (xml->at == xml->end || *xml->at != '>' || xml->depth == 0 || !pb_span_equal(here, xml->open[xml->depth - 1]))
        return bad(xml);
    xml->at++;
    return close_one(xml, name);
}

static pb__xml_kind take_text(pb__xml *xml, pb_span *text)
{
    const char *end = memchr(xml->at, '<', (size_t)(xml->end - xml->at));
    *text           = (pb_span){xml->at, (size_t)((end ? end : xml->end) - xml->at)};
    xml->at         = end ? end : xml->end;
    if (xml->depth == 0 && pb_span_trim(*text).len > 0) return bad(xml);
    return PB__XML_TEXT;
}

pb__xml_kind pb__xml_next(pb__xml *xml, pb_span *what)
{
    *what = (pb_span){0};
    if (!xml->at) return PB__XML_BAD;
    if (xml->close_next) {
        xml->close_next = false;
        return close_one(xml, what);
    }
    while (xml->at < xml->end) {
        if (*xml->at != '<') {
            pb__xml_kind kind = take_text(xml, what);
            if (kind == PB__XML_BAD || xml->depth > 0) return kind;
        } else if (begins(xml, "<!--")) {
            if (!skip_past(xml, "-->")) return bad(xml);
        } else if (begins(xml, "<?")) {
            if (!skip_past(xml, "?>")) return bad(xml);
        } else {
            return begins(xml, "</") ? take_close(xml, what) : take_open(xml, what);
        }
    }
    return xml->done ? PB__XML_END : bad(xml);
}

/* ---- text ---- */

static size_t put_utf8(uint32_t c, char *to)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6) to[i] = (char)(0x80 | (c & 0x3f));
    to[0] = (char)((0xf00u >> n & 0xf0) | c);
    return n;
}

/* "#65" and "#x41". */
static bool number_of(pb_span name, uint32_t *out)
{
    bool     hex   = name.len > 1 && name.at[1] == 'x';
    uint32_t value = 0, base = hex ? 16 : 10;
    size_t   i = hex ? 2 : 1;
    if (i >= name.len || name.len > 9) return false;
    for (; i < name.len; i++) {
        char     c     = name.at[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                         : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
                                                : 99;
        if (digit >= base || value > 0x110000) return false;
        value = value * base + digit;
    }
    *out = value;
    return value > 0 && value < 0x110000 && (value < 0xd800 || value > 0xdfff);
}

static bool entity_of(pb_span name, uint32_t *out)
{
    static const struct {
        const char *name;
        uint32_t    c;
    } known[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
    if (name.len > 0 && name.at[0] == '#') return number_of(name, out);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (pb_span_equal_text(name, known[i].name)) {
            *out = known[i].c;
            return true;
        }
    return false;
}

bool pb__xml_text(pb_span raw, char *out, size_t cap)
{
    size_t used = 0;
    while (raw.len > 0) {
        char     piece[4] = {raw.at[0]};
        size_t   n = 1, step = 1;
        uint32_t c;
        if (raw.at[0] == '&') {
            const char *end = memchr(raw.at, ';', raw.len < 12 ? raw.len : 12);
            if (!end || !entity_of((pb_span){raw.at + 1, (size_t)(end - raw.at) - 1}, &c)) return false;
            step = (size_t)(end - raw.at) + 1;
            n    = put_utf8(c, piece);
        }
        if (piece[0] == '\0' || used + n >= cap) return false;
        memcpy(out + used, piece, n);
        used += n;
        raw = (pb_span){raw.at + step, raw.len - step};
    }
    out[used] = '\0';
    return pb_utf8_valid((pb_span){out, used});
}

bool pb__xml_find(pb_span text, const char *name, char *out, size_t cap)
{
    pb__xml      xml;
    pb_span      what, open = {0};
    pb__xml_kind kind;
    pb__xml_begin(&xml, text);
    while ((kind = pb__xml_next(&xml, &what)) != PB__XML_END && kind != PB__XML_BAD) {
        if (kind == PB__XML_TEXT && pb_span_equal_text(open, name)) return pb__xml_text(what, out, cap);
        open = kind == PB__XML_OPEN ? what : (pb_span){0};
    }
    return false;
}
