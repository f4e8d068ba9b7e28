/* Frames of WebSocket: see ws_frame.h. */
#include <string.h>

#include "ws_frame.h"

static uint64_t big_endian(const uint8_t *at, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++) v = v << 8 | at[i];
    return v;
}

static bool is_control(pb__ws_op op)
{
    return op >= PB__WS_CLOSE;
}

static const char *wrong(const pb__ws_frame *f, uint8_t first, uint8_t second, bool deflate)
{
    if (first & 0x30) return "a reserved bit is set";
    if (f->packed && (!deflate || is_control(f->op) || f->op == PB__WS_MORE))
        return "a frame is packed that may not be";
    if ((f->op > PB__WS_BINARY && f->op < PB__WS_CLOSE) || f->op > PB__WS_PONG) return "an unknown opcode";
    if (!(second & 0x80)) return "a client's frame is not masked";
    if (is_control(f->op) && (!f->last || (second & 0x7f) > PB__WS_CONTROL_MAX))
        return "a control frame is long or in parts";
    return NULL;
}

int pb__ws_frame_read(pb_span bytes, bool deflate, pb__ws_frame *out, const char **why)
{
    const uint8_t *at = (const uint8_t *)bytes.at;
    if (bytes.len < 2) return -1;
    pb__ws_frame f = {
        .last = at[0] & 0x80, .packed = at[0] & 0x40, .op = (pb__ws_op)(at[0] & 0x0f), .len = at[1] & 0x7f};
    *why = wrong(&f, at[0], at[1], deflate);
    if (*why) return 1002;
    size_t more = f.len == 126 ? 2 : f.len == 127 ? 8 : 0;
    if (bytes.len < 2 + more + 4) return -1;
    if (more > 0) f.len = big_endian(at + 2, more);
    *why = "a frame's length is not in its shortest form";
    if ((more == 2 && f.len < 126) || (more == 8 && (f.len < 65536 || f.len >> 63))) return 1002;
    memcpy(f.mask, at + 2 + more, 4);
    f.bytes = 2 + more + 4;
    *out    = f;
    return 0;
}

size_t pb__ws_frame_write(pb__ws_op op, bool packed, size_t len, uint8_t to[PB__WS_HEAD_MAX])
{
    to[0]       = (uint8_t)(0x80 | (packed ? 0x40 : 0) | op);
    size_t more = len < 126 ? 0 : len < 65536 ? 2 : 8;
    to[1]       = more == 0 ? (uint8_t)len : more == 2 ? 126 : 127;
    for (size_t i = 0; i < more; i++) to[2 + i] = (uint8_t)((uint64_t)len >> 8 * (more - 1 - i));
    return 2 + more;
}

void pb__ws_unmask(const char *from, size_t len, const uint8_t mask[4], uint64_t at, char *to)
{
    for (size_t i = 0; i < len; i++) to[i] = (char)(from[i] ^ mask[(i + at) & 3]);
}

bool pb__ws_utf8(pb_span text)
{
    for (size_t i = 0, n; i < text.len; i += n) {
        n = (unsigned char)text.at[i] < 0x80 ? 1 : pb_utf8_step((pb_span){text.at + i, text.len - i});
        if (n == 0) return false;
    }
    return true;
}

uint16_t pb__ws_close_code(pb_span payload)
{
    if (payload.len == 0) return 1000;
    if (payload.len == 1) return 1002;
    uint16_t code  = (uint16_t)big_endian((const uint8_t *)payload.at, 2);
    bool     known = (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
                 (code >= 3000 && code <= 4999);
    return known && pb__ws_utf8((pb_span){payload.at + 2, payload.len - 2}) ? code : 1002;
}
