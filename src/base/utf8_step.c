/* One UTF-8 character (RFC 3629, table of section 4). */
#include "pitboard/base.h"

/* How many bytes follow this first byte, and the range the second must lie in; -1: not a first byte. */
static int tail_of(unsigned char first, unsigned char *lo, unsigned char *hi)
{
    *lo = 0x80;
    *hi = 0xbf;
    if (first < 0x80) return 0;
    if (first >= 0xc2 && first <= 0xdf) return 1;
    if (first == 0xe0) *lo = 0xa0; /* shorter forms exist */
    if (first == 0xed) *hi = 0x9f; /* surrogates */
    if (first >= 0xe0 && first <= 0xef) return 2;
    if (first == 0xf0) *lo = 0x90;
    if (first == 0xf4) *hi = 0x8f; /* beyond U+10FFFF */
    if (first >= 0xf0 && first <= 0xf4) return 3;
    return -1;
}

size_t pb_utf8_step(pb_span text)
{
    if (text.len == 0) return 0;
    unsigned char lo, hi;
    int           tail = tail_of((unsigned char)text.at[0], &lo, &hi);
    if (tail < 0 || text.len < 1 + (size_t)tail) return 0;
    for (int i = 1; i <= tail; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < lo || c > hi) return 0;
        lo = 0x80;
        hi = 0xbf;
    }
    return 1 + (size_t)tail;
}
