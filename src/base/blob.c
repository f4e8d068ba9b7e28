#include "pitboard/base_blob.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct pb_blob {
    atomic_size_t holders;
    char         *bytes; /* behind this struct, or from malloc */
    size_t        len;
    bool          apart;
};

pb_blob *pb_blob_make(pb_span bytes)
{
    pb_blob *b = malloc(sizeof *b + bytes.len + 1);
    if (!b) return NULL;
    atomic_init(&b->holders, 1);
    b->bytes = (char *)(b + 1);
    b->len   = bytes.len;
    b->apart = false;
    if (bytes.len > 0) memcpy(b->bytes, bytes.at, bytes.len);
    b->bytes[bytes.len] = '\0';
    return b;
}

pb_blob *pb_blob_take(char *bytes, size_t len)
{
    pb_blob *b = malloc(sizeof *b);
    if (!b) {
        free(bytes);
        return NULL;
    }
    atomic_init(&b->holders, 1);
    b->bytes = bytes;
    b->len   = len;
    b->apart = true;
    return b;
}

pb_blob *pb_blob_hold(pb_blob *blob)
{
    if (blob) atomic_fetch_add_explicit(&blob->holders, 1, memory_order_relaxed);
    return blob;
}

void pb_blob_drop(pb_blob *blob)
{
    if (!blob || atomic_fetch_sub_explicit(&blob->holders, 1, memory_order_acq_rel) > 1) return;
    if (blob->apart) free(blob->bytes);
    free(blob);
}

pb_span pb_blob_bytes(const pb_blob *blob)
{
    return blob ? (pb_span){blob->bytes, blob->len} : (pb_span){0};
}
