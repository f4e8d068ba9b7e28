/* Any bytes as gzip: never more than the limit comes out. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const size_t limit = 1u << 18;
    pb_bytes     out   = {0};
    pb_error     e     = {0};
    pb_status    s     = pb_gunzip((pb_span){(const char *)data, size}, limit, &out, &e);
    if (s == PB_OK && (out.len > limit || out.at[out.len] != '\0')) abort();
    if (s != PB_OK && (out.at || e.status != s || !e.text[0])) abort();
    pb_bytes_free(&out);
    return 0;
}
