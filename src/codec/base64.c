/* base64: four letters to three bytes. */
#include "pitboard/codec_inflate.h"

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

/* How many '=' end the text; only the last group may have them. */
static size_t padding_of(pb_span text)
{
    if (text.len == 0 || text.at[text.len - 1] != '=') return 0;
    return text.at[text.len - 2] == '=' ? 2 : 1;
}

/* The 24 bits of a group, of which the last n letters are padding; -1: no base64. */
static int32_t group_of(const char *at, size_t n)
{
    int32_t bits = 0;
    for (size_t i = 0; i < 4; i++) {
        int v = i < 4 - n ? value_of(at[i]) : 0;
        if (v < 0) return -1;
        bits = bits << 6 | v;
    }
    return bits;
}

pb_status pb_base64_decode(pb_span text, char *to, size_t cap, size_t *len)
{
    if (text.len % 4 != 0) return PB_E_SYNTAX;
    size_t pad = padding_of(text), size = text.len / 4 * 3 - pad, n = 0;
    if (size > cap) return PB_E_LIMIT;
    for (size_t i = 0; i < text.len; i += 4) {
        int32_t bits = group_of(text.at + i, i + 4 == text.len ? pad : 0);
        if (bits < 0) return PB_E_SYNTAX;
        for (int shift = 16; shift >= 0 && n < size; shift -= 8) to[n++] = (char)(bits >> shift & 0xff);
    }
    *len = n;
    return PB_OK;
}
