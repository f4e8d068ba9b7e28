/* Any bytes as a telemetry chunk, with their sum made right: refused, or columns that
 * can be read to the end and written again. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "store/chunk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sign(char *at, size_t size)
{
    if (size < 8) return;
    uint32_t sum = pb_crc32((pb_span){at + 8, size - 8});
    for (int i = 0; i < 4; i++) at[4 + i] = (char)(sum >> (8 * i));
}

static void read_all(const pb_chunk *chunk)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < chunk->n_columns; i++) {
        const pb_chunk_column *c = &chunk->columns[i];
        if (!c->i64 == !c->f32 || !c->name[0]) abort();
        const uint8_t *bytes = c->i64 ? (const uint8_t *)c->i64 : (const uint8_t *)c->f32;
        for (size_t k = 0; k < (size_t)chunk->n_rows * (c->i64 ? 8 : 4); k++) sum += bytes[k];
    }
    if (sum == UINT64_MAX) abort();
}

/* What was read is written and read once more: the same values. */
static void again(const pb_chunk *chunk)
{
    pb__chunk_work work = {0};
    pb_chunk       back = {0};
    pb_span        bytes;
    if (pb__chunk_encode(&work, chunk, &bytes, NULL) == PB_OK) { /* the first column may be no time */
        if (pb__chunk_decode(&work, bytes, &back, NULL) != PB_OK || back.n_rows != chunk->n_rows) abort();
        for (uint32_t i = 0; i < chunk->n_columns; i++) {
            const pb_chunk_column *a = &chunk->columns[i], *b = &back.columns[i];
            if (a->i64 ? memcmp(a->i64, b->i64, chunk->n_rows * 8) : memcmp(a->f32, b->f32, chunk->n_rows * 4)) abort();
        }
    }
    pb__chunk_work_fini(&work);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb__chunk_work work  = {0};
    pb_chunk       chunk = {0};
    char          *copy  = malloc(size + 1);
    if (!copy) return 0;
    memcpy(copy, data, size);
    (void)pb__chunk_decode(&work, (pb_span){copy, size}, &chunk, NULL);
    sign(copy, size);
    if (pb__chunk_decode(&work, (pb_span){copy, size}, &chunk, NULL) == PB_OK) {
        read_all(&chunk);
        again(&chunk);
    }
    pb__chunk_work_fini(&work);
    free(copy);
    return 0;
}
