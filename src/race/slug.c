/* slug: names made comparable. */
#include "slug.h"

#include "pitboard/race.h"

#include <string.h>

/* Base letters of U+00C0..U+00FF and U+0100..U+017F (Unicode charts Latin-1
 * Supplement and Latin Extended-A); '_' separates. */
static const char latin_1[] = "aaaaaaaceeeeiiiidnooooo_ouuuuypsaaaaaaaceeeeiiiidnooooo_ouuuuypy";
static const char latin_a[] = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllll"
                              "nnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
_Static_assert(sizeof latin_1 == 64 + 1 && sizeof latin_a == 128 + 1, "one letter a code point");

/* One character at *i, moved past: its base letter, '_' for a separator, 0 for
 * one that leaves no trace (a combining accent). */
static char letter_at(pb_span text, size_t *i)
{
    unsigned char c = (unsigned char)text.at[(*i)++];
    if (c < 0x80) {
        if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
        bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return word ? (char)c : c == '\'' || c == '.' ? '\0' : '_';
    }
    if (c >= 0xC2 && c < 0xE0 && *i < text.len && ((unsigned char)text.at[*i] & 0xC0) == 0x80) {
        unsigned code = ((unsigned)c & 0x1F) << 6 | ((unsigned char)text.at[(*i)++] & 0x3F);
        if (code >= 0xC0 && code < 0x100) return latin_1[code - 0xC0];
        if (code >= 0x100 && code < 0x180) return latin_a[code - 0x100];
        return code >= 0x300 && code < 0x370 ? '\0' : '_';
    }
    return '_';
}

void pb__slug(pb_span text, char out[PB__SLUG_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n + 1 < PB__SLUG_MAX;) {
        char c = letter_at(text, &i);
        if (c == '\0' || (c == '_' && (n == 0 || out[n - 1] == '_'))) continue;
        out[n++] = c;
    }
    while (n > 0 && out[n - 1] == '_') n--;
    out[n] = '\0';
}

bool pb__slug_same(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a == '_') a++;
        while (*b == '_') b++;
        if (*a != *b) return false;
        if (*a == '\0') return true;
    }
}

void pb__slug_strip(char *slug, const char *tail)
{
    size_t n = strlen(slug), k = strlen(tail);
    if (n > k && strcmp(slug + n - k, tail) == 0) slug[n - k] = '\0';
}

void pb_event_slug(pb_span event, char *out, size_t cap)
{
    char slug[PB__SLUG_MAX];
    PB_ASSERT(cap > 0);
    pb__slug(event, slug);
    pb__slug_strip(slug, "_sprint");
    pb__slug_strip(slug, "_gp");
    pb__slug_strip(slug, "_grand_prix");
    (void)pb_span_copy(pb_span_of(slug), out, cap);
}
