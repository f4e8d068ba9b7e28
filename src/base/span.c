/* Borrowed text. */
#include <string.h>

#include "pitboard/base.h"

pb_span pb_span_of(const char *text)
{
    return (pb_span){text, text ? strlen(text) : 0};
}

bool pb_span_equal(pb_span a, pb_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool pb_span_equal_text(pb_span a, const char *text)
{
    return pb_span_equal(a, pb_span_of(text));
}

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

bool pb_span_equal_nocase(pb_span a, const char *text)
{
    pb_span b = pb_span_of(text);
    if (a.len != b.len) return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.at[i]) != lower(b.at[i])) return false;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

pb_span pb_span_trim(pb_span a)
{
    while (a.len > 0 && is_blank(a.at[0])) {
        a.at++;
        a.len--;
    }
    while (a.len > 0 && is_blank(a.at[a.len - 1])) a.len--;
    return a;
}

bool pb_span_copy(pb_span a, char *to, size_t cap)
{
    PB_ASSERT(cap > 0);
    size_t n = a.len < cap ? a.len : cap - 1;
    if (n > 0) memcpy(to, a.at, n);
    to[n] = '\0';
    return n == a.len;
}
