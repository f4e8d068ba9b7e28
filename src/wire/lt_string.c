/* lt_string: a quoted text of a message, its escapes undone.
 *
 *     JSON     "..."          \" \\ \/ \b \f \n \r \t \uHHHH, pairs of surrogates
 *     Python   "..." or '...' the same, and \' \xHH \UHHHHHHHH
 *
 * A surrogate that stands alone becomes U+FFFD; a zero character is refused. */
#include <string.h>

#include "lt_value.h"

static bool refuse(pb__lt_reading *r, const char *why)
{
    if (!r->why) r->why = why;
    return false;
}

static bool cut(pb__lt_reading *r)
{
    r->at = r->end;
    return refuse(r, r->grammar == PB__LT_JSON ? "JSON is cut short" : "literal is cut short");
}

static bool add(pb__lt_reading *r, const char *bytes, size_t n)
{
    pb__lt_scratch *s = r->scratch;
    if (s->size - s->used < n) return refuse(r, "texts of the message are too long");
    memcpy(s->text + s->used, bytes, n);
    s->used += n;
    return true;
}

static bool add_code(pb__lt_reading *r, uint32_t c)
{
    char b[4];
    if (c == 0) return refuse(r, "zero character in a text");
    if (c > 0x10ffff) return refuse(r, "escape that is no character");
    if (c >= 0xd800 && c <= 0xdfff) c = 0xfffd;
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    if (n == 1) b[0] = (char)c;
    for (size_t i = n; n > 1 && i-- > 1; c >>= 6) b[i] = (char)(0x80 | (c & 0x3f));
    if (n > 1) b[0] = (char)((0xf00u >> n & 0xf0) | c);
    return add(r, b, n);
}

/* n hexadecimal digits at r->at; false when they are not there. */
static bool take_hex(pb__lt_reading *r, int n, uint32_t *out)
{
    uint32_t v = 0;
    if (r->end - r->at < n) return cut(r);
    for (int i = 0; i < n; i++) {
        char c = r->at[i];
        int  d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
        if (d < 0) return refuse(r, "escape that is no character");
        v = v << 4 | (uint32_t)d;
    }
    r->at += n;
    *out = v;
    return true;
}

/* The lower half of a pair, when it follows. */
static uint32_t join_surrogate(pb__lt_reading *r, uint32_t high)
{
    const char *back = r->at;
    uint32_t    low  = 0;
    if (high < 0xd800 || high > 0xdbff || r->end - r->at < 6 || r->at[0] != '\\' || r->at[1] != 'u') return high;
    r->at += 2;
    if (take_hex(r, 4, &low) && low >= 0xdc00 && low <= 0xdfff)
        return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    r->at = back;
    return high;
}

static bool take_code(pb__lt_reading *r, int digits)
{
    uint32_t c = 0;
    if (!take_hex(r, digits, &c)) return false;
    return add_code(r, digits == 4 ? join_surrogate(r, c) : c);
}

/* What follows a backslash. */
static bool take_escape(pb__lt_reading *r)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (r->at >= r->end) return cut(r);
    char c = *r->at++;
    if (c == 'u') return take_code(r, 4);
    const char *known = c ? strchr(from, c) : NULL;
    if (known) return add(r, &to[known - from], 1);
    if (r->grammar == PB__LT_JSON) return refuse(r, "broken JSON");
    if (c == 'x') return take_code(r, 2);
    if (c == 'U') return take_code(r, 8);
    return c == '\'' ? add(r, "'", 1) : refuse(r, "broken literal");
}

/* Past plain letters: to the quote, a backslash or the end. */
static bool skip_plain(pb__lt_reading *r, char quote)
{
    while (r->at < r->end && *r->at != quote && *r->at != '\\') {
        unsigned char c = (unsigned char)*r->at;
        if (c >= 0x20 && c < 0x80) {
            r->at++;
            continue;
        }
        if (c < 0x20 && c != '\t') return refuse(r, "control character in a text");
        size_t step = c == '\t' ? 1 : pb_utf8_step((pb_span){r->at, (size_t)(r->end - r->at)});
        if (step == 0) return refuse(r, "text that is not UTF-8");
        r->at += step;
    }
    return r->at < r->end || cut(r);
}

/* A text with escapes, from the first plain piece on. */
static bool take_escaped(pb__lt_reading *r, char quote, const char *piece, const char **text, uint32_t *len)
{
    size_t start = r->scratch->used;
    while (*r->at != quote) {
        if (!add(r, piece, (size_t)(r->at - piece))) return false;
        r->at++;
        if (!take_escape(r)) return false;
        piece = r->at;
        if (!skip_plain(r, quote)) return false;
    }
    if (!add(r, piece, (size_t)(r->at - piece))) return false;
    r->at++;
    *text = r->scratch->text + start;
    *len  = (uint32_t)(r->scratch->used - start);
    return true;
}

bool pb__lt_read_text(pb__lt_reading *r, const char **text, uint32_t *len)
{
    if (r->at >= r->end) return cut(r);
    char quote = *r->at;
    if (quote != '"' && (quote != '\'' || r->grammar == PB__LT_JSON))
        return refuse(r, r->grammar == PB__LT_JSON ? "broken JSON" : "broken literal");
    const char *start = ++r->at;
    if (!skip_plain(r, quote)) return false;
    if (*r->at == '\\') return take_escaped(r, quote, start, text, len);
    *text = start;
    *len  = (uint32_t)(r->at - start);
    r->at++;
    return true;
}
