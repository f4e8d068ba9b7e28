/* Whole texts of UTF-8. */
#include <string.h>

#include "pitboard/codec.h"

/* Eight ASCII bytes at once: none has its highest bit set. */
static bool next_eight_are_ascii(pb_span text)
{
    uint64_t eight;
    if (text.len < sizeof eight) return false;
    memcpy(&eight, text.at, sizeof eight);
    return (eight & 0x8080808080808080u) == 0;
}

void pb_utf8_copy(pb_span text, char *to, size_t cap)
{
    size_t n = 0;
    while (n < text.len) {
        size_t step = pb_utf8_step((pb_span){text.at + n, text.len - n});
        if (step == 0 || n + step >= cap) break;
        n += step;
    }
    (void)pb_span_copy((pb_span){text.at, n}, to, cap);
}

bool pb_utf8_valid(pb_span text)
{
    while (text.len > 0) {
        size_t step = next_eight_are_ascii(text) ? 8 : pb_utf8_step(text);
        if (step == 0) return false;
        text.at += step;
        text.len -= step;
    }
    return true;
}
