/* Any bytes as zstd and gzip, at once and in pieces: never more than the limit. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec_fast.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LIMIT (1u << 18)

static void in_pieces(pb_packing packing, const uint8_t *data, size_t size)
{
    static char  to[LIMIT + 2];
    pb_unpacker *u;
    size_t       used = 0, piece = size ? 1 + data[size - 1] : 1;
    if (pb_unpacker_create(packing, LIMIT, &u, NULL) != PB_OK) abort();
    for (size_t i = 0; i < size; i += piece) {
        pb_span in = {(const char *)data + i, size - i < piece ? size - i : piece};
        size_t  n, room = 1 + (i & 1023);
        do {
            pb_status status = pb_unpacker_step(u, &in, to, room, &n, NULL);
            if (n > room || (used += n) > LIMIT + 1) abort();
            if (status != PB_OK) {
                pb_unpacker_destroy(u);
                return;
            }
        } while (n == room || in.len);
    }
    pb_unpacker_destroy(u);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_bytes  out = {0};
    pb_error  e   = {0};
    pb_status s   = pb_unzstd((pb_span){(const char *)data, size}, LIMIT, &out, &e);
    if (s == PB_OK && (out.len > LIMIT || out.at[out.len] != '\0')) abort();
    if (s != PB_OK && (out.at || e.status != s || !e.text[0])) abort();
    pb_bytes_free(&out);
    in_pieces(PB_PACKING_ZSTD, data, size);
    in_pieces(PB_PACKING_GZIP, data, size);
    return 0;
}
