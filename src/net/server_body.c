/* The frame of a body, by length or by chunks: see server_head.h. */
#include <string.h>

#include "server_head.h"

#define EXTRA_MAX 4096 /* bytes of chunk extensions and trailers, which nobody needs */

pb__body pb__body_begin(const pb__request *head)
{
    return (pb__body){.chunked = head->chunked, .left = head->length, .done = !head->chunked && head->length == 0};
}

static void take_data(pb__body *b, pb_span bytes, pb_span *data, size_t *used)
{
    size_t n = bytes.len < b->left ? bytes.len : (size_t)b->left;
    *data    = (pb_span){bytes.at, n};
    *used    = n;
    b->left -= n;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool size_byte(pb__body *b, char c)
{
    int d = digit(c);
    if (d >= 0) {
        b->left = b->left * 16 + (unsigned)d;
        return ++b->digits <= 8;
    }
    if (b->digits == 0) return false;
    if (c == '\r')
        b->state = PB__CHUNK_SIZE_LF;
    else if (c == ';')
        b->state = PB__CHUNK_EXTENSION;
    else
        return false;
    return true;
}

/* Inside an extension or a trailer: nothing of it is kept. */
static bool extra_byte(pb__body *b, char c, pb__chunk_state after)
{
    if (c == '\r') b->state = after;
    return c == '\r' || (++b->extra <= EXTRA_MAX && ((unsigned char)c >= 0x20 || c == '\t') && c != 0x7f);
}

static bool size_end(pb__body *b, char c)
{
    b->state  = b->left > 0 ? PB__CHUNK_DATA : PB__CHUNK_TRAILER;
    b->digits = 0;
    return c == '\n';
}

static bool frame_byte(pb__body *b, char c)
{
    switch (b->state) {
    case PB__CHUNK_SIZE:
        return size_byte(b, c);
    case PB__CHUNK_EXTENSION:
        return extra_byte(b, c, PB__CHUNK_SIZE_LF);
    case PB__CHUNK_SIZE_LF:
        return size_end(b, c);
    case PB__CHUNK_DATA_CR:
        b->state = PB__CHUNK_DATA_LF;
        return c == '\r';
    case PB__CHUNK_DATA_LF:
        b->state = PB__CHUNK_SIZE;
        return c == '\n';
    case PB__CHUNK_TRAILER:
        b->state = c == '\r' ? PB__CHUNK_END_LF : PB__CHUNK_TRAILER_IN;
        return c == '\r' || extra_byte(b, c, PB__CHUNK_TRAILER_LF);
    case PB__CHUNK_TRAILER_IN:
        return extra_byte(b, c, PB__CHUNK_TRAILER_LF);
    case PB__CHUNK_TRAILER_LF:
        b->state = PB__CHUNK_TRAILER;
        return c == '\n';
    case PB__CHUNK_END_LF:
        b->done = true;
        return c == '\n';
    case PB__CHUNK_DATA:
        break;
    }
    return false;
}

static int take_chunks(pb__body *b, pb_span bytes, pb_span *data, size_t *used, const char **why)
{
    for (size_t i = 0; i < bytes.len && !b->done; i++) {
        if (b->state == PB__CHUNK_DATA) {
            take_data(b, (pb_span){bytes.at + i, bytes.len - i}, data, used);
            *used += i;
            if (b->left == 0) b->state = PB__CHUNK_DATA_CR;
            return 0;
        }
        if (!frame_byte(b, bytes.at[i])) {
            *why = "the chunks of the body are not well-formed";
            return 400;
        }
        *used = i + 1;
    }
    return 0;
}

int pb__body_take(pb__body *b, pb_span bytes, pb_span *data, size_t *used, const char **why)
{
    *data = (pb_span){0};
    *used = 0;
    if (b->chunked) return take_chunks(b, bytes, data, used, why);
    take_data(b, bytes, data, used);
    b->done = b->left == 0;
    return 0;
}
