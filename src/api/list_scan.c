/* The text of a list, taken apart where it lies: a page of a hundred laps is cut out of thousands without making values
 * of them all. The text is our own, so that its form is known to be right; whatever is not ends the list. */
#include <string.h>

#include "core.h"

static const char blanks[] = " \t\r\n";

static void skip_blanks(pb_span *at)
{
    while (at->len > 0 && at->at[0] != '\0' && strchr(blanks, at->at[0])) *at = (pb_span){at->at + 1, at->len - 1};
}

static bool skip(pb_span *at, char c)
{
    skip_blanks(at);
    if (at->len == 0 || at->at[0] != c) return false;
    *at = (pb_span){at->at + 1, at->len - 1};
    return true;
}

/* From behind the first quote to behind the last; 0: it has none. */
static size_t text_end(pb_span at, size_t i)
{
    while (i < at.len) {
        const char *quote = memchr(at.at + i, '"', at.len - i);
        size_t      end = quote ? (size_t)(quote - at.at) : at.len, slashes = 0;
        while (end > i + slashes && at.at[end - 1 - slashes] == '\\') slashes++;
        if (quote && slashes % 2 == 0) return end + 1;
        i = end + 1;
    }
    return 0;
}

/* A value with all that is inside. */
static bool take_value(pb_span *at, pb_span *out)
{
    int    depth = 0;
    size_t i     = 0;
    skip_blanks(at);
    while (i < at->len) {
        char c = at->at[i];
        if (c == '"') {
            i = text_end(*at, i + 1);
            if (i == 0) return false;
            continue;
        }
        if (depth == 0 && (c == ',' || c == ']' || c == '}' || c == ':')) break;
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        i++;
    }
    *out = pb_span_trim((pb_span){at->at, i});
    *at  = (pb_span){at->at + i, at->len - i};
    return out->len > 0 && depth == 0;
}

bool pb__items_begin(pb_span *array)
{
    return skip(array, '[');
}

bool pb__items_next(pb_span *rest, pb_span *item)
{
    (void)skip(rest, ',');
    return take_value(rest, item);
}

bool pb__items_ended(pb_span rest)
{
    if (!skip(&rest, ']')) return false;
    skip_blanks(&rest);
    return rest.len == 0;
}

/* Names of members are plain letters, never escaped. */
bool pb__item_member(pb_span item, const char *name, pb_span *value)
{
    pb_span key;
    size_t  len = strlen(name);
    if (!skip(&item, '{')) return false;
    while (take_value(&item, &key) && skip(&item, ':') && take_value(&item, value)) {
        if (key.len == len + 2 && memcmp(key.at + 1, name, len) == 0) return true;
        if (!skip(&item, ',')) return false;
    }
    return false;
}
