/* chunk_work: memory of encoding and decoding. */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "chunk.h"

bool pb__chunk_grow(pb__chunk_buffer *buffer, size_t need)
{
    if (need <= buffer->cap) return true;
    uint8_t *more = realloc(buffer->at, need);
    if (!more) return false;
    buffer->at  = more;
    buffer->cap = need;
    return true;
}

void pb__chunk_work_fini(pb__chunk_work *work)
{
    (void)ZSTD_freeCCtx(work->compress);
    (void)ZSTD_freeDCtx(work->expand);
    free(work->raw.at);
    free(work->out.at);
    free(work->numbers.at);
    free(work->values.at);
    memset(work, 0, sizeof *work);
}

size_t pb__chunk_body(const pb__chunk_entry *entry, uint32_t n_rows)
{
    static const uint8_t heads[] = {
        [PB__CHUNK_DELTA] = 8, [PB__CHUNK_DELTA2] = 16, [PB__CHUNK_DECIMAL] = 4, [PB__CHUNK_XOR] = 4};
    if (entry->coding == PB__CHUNK_SAME) return entry->kind == PB__CHUNK_I64 ? 8 : 4;
    size_t gaps = entry->gaps ? (n_rows + 7) / 8 : 0;
    return heads[entry->coding] + gaps + (size_t)__builtin_popcount(entry->planes) * n_rows;
}
