/* "Did you mean": edit distance to a list of names. */
#include <string.h>

#include "pitboard/base.h"

#define WORD_MAX 64 /* longer words are not typing errors of ours */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t m = a < b ? a : b;
    return m < c ? m : c;
}

/* Levenshtein's distance, one row at a time. */
static size_t distance(pb_span a, pb_span b)
{
    size_t row[WORD_MAX + 1];
    for (size_t j = 0; j <= b.len; j++) row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0]          = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t swap = diagonal + (lower(a.at[i - 1]) != lower(b.at[j - 1]));
            diagonal    = row[j];
            row[j]      = least(swap, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[b.len];
}

const char *pb_nearest(pb_span text, const char *const *candidates, size_t n)
{
    if (text.len == 0 || text.len > WORD_MAX) return NULL;
    size_t      reach = text.len / 3 > 2 ? text.len / 3 : 2;
    const char *best  = NULL;
    for (size_t i = 0; i < n; i++) {
        pb_span word = pb_span_of(candidates[i]);
        if (word.len > WORD_MAX) continue;
        size_t d       = distance(text, word);
        size_t longest = text.len > word.len ? text.len : word.len;
        if (d > reach || d >= longest) continue;
        best  = candidates[i];
        reach = d > 0 ? d - 1 : 0; /* only a nearer one may follow */
        if (d == 0) break;
    }
    return best;
}
