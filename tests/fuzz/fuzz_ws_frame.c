/* Any bytes as the frames of a WebSocket's client: heads are within bounds, and read the same when they are cut. */
#include <stdlib.h>

#include "net/ws_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_cut(pb_span bytes, bool deflate, const pb__ws_frame *whole)
{
    pb__ws_frame part;
    const char  *why;
    for (size_t n = 0; n < whole->bytes; n++)
        if (pb__ws_frame_read((pb_span){bytes.at, n}, deflate, &part, &why) != -1) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_span      left    = {(const char *)data, size};
    bool         deflate = size > 0 && data[size - 1] & 1;
    pb__ws_frame f;
    const char  *why = NULL;
    while (left.len > 0) {
        int code = pb__ws_frame_read(left, deflate, &f, &why);
        if (code > 0 && (code != 1002 || !why)) abort();
        if (code != 0) break;
        if (f.bytes > PB__WS_HEAD_MAX || f.bytes > left.len || (f.op >= PB__WS_CLOSE && f.len > PB__WS_CONTROL_MAX))
            abort();
        check_cut(left, deflate, &f);
        left        = (pb_span){left.at + f.bytes, left.len - f.bytes};
        size_t n    = f.len < left.len ? (size_t)f.len : left.len;
        char  *text = malloc(n + 1);
        if (!text) return 0;
        pb__ws_unmask(left.at, n, f.mask, 0, text);
        (void)pb__ws_utf8((pb_span){text, n});
        uint16_t close = pb__ws_close_code((pb_span){text, n});
        if (close < 1000 || close > 4999) abort();
        free(text);
        left = (pb_span){left.at + n, left.len - n};
    }
    return 0;
}
