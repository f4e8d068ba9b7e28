/* ws_frame.h - the head of a WebSocket frame (RFC 6455, 5.2), read and written; and
 * what else is checked of bytes from a client. Pure. */
#ifndef PB_WS_FRAME_H
#define PB_WS_FRAME_H

#include "pitboard/base.h"

typedef enum pb__ws_op { /* RFC 6455, 11.8 */
                         PB__WS_MORE   = 0,
                         PB__WS_TEXT   = 1,
                         PB__WS_BINARY = 2,
                         PB__WS_CLOSE  = 8,
                         PB__WS_PING   = 9,
                         PB__WS_PONG   = 10,
} pb__ws_op;

#define PB__WS_HEAD_MAX 14
#define PB__WS_CONTROL_MAX 125

typedef struct pb__ws_frame {
    bool      last, packed; /* FIN, RSV1 */
    pb__ws_op op;
    uint64_t  len;
    uint8_t   mask[4];
    size_t    bytes; /* of the head */
} pb__ws_frame;

/* Of a client's frame: 0 read, -1 more bytes are needed, else the close code: 1002, with
 * *why a static sentence. packed is allowed only where deflate was agreed. */
int pb__ws_frame_read(pb_span bytes, bool deflate, pb__ws_frame *out, const char **why);

/* Of a server's frame: not masked, whole. Returns its length. */
size_t pb__ws_frame_write(pb__ws_op op, bool packed, size_t len, uint8_t to[PB__WS_HEAD_MAX]);

/* to[i] = from[i] ^ mask[(i + at) % 4] */
void pb__ws_unmask(const char *from, size_t len, const uint8_t mask[4], uint64_t at, char *to);

bool pb__ws_utf8(pb_span text);

/* Of a client's close frame: the code to answer with, 1002 for one that is wrong. */
uint16_t pb__ws_close_code(pb_span payload);

#endif
