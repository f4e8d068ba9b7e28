/* Any bytes as a model file: read or refused; what was read is finite and is
 * written and read again to the same bytes. The sums are set right first, or no
 * input would get past them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/predict_registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint32_t get_u32(const char *at)
{
    uint32_t x = 0;
    for (int i = 3; i >= 0; i--) x = x << 8 | (unsigned char)at[i];
    return x;
}

static void put_u32(char *at, uint32_t x)
{
    for (int i = 0; i < 4; i++) at[i] = (char)(x >> 8 * i & 255);
}

static void seal(char *at, size_t len)
{
    if (len < 16) return;
    size_t header = get_u32(at + 8);
    if (header > len - 16) return;
    put_u32(at + 12, pb_crc32((pb_span){at + 16, header}));
    for (size_t i = 16 + header; len - i >= 64;) {
        size_t n = get_u32(at + i + 56);
        if (n > len - i - 64) return;
        put_u32(at + i + 52, pb_crc32((pb_span){at + i + 64, n}));
        i += 64 + n;
    }
}

static void check(const pb_model *model)
{
    pb_bytes  first = {0}, second = {0};
    pb_model *again = NULL;
    if (pb_model_print(model, &first, NULL) != PB_OK) abort();
    if (pb_model_read((pb_span){first.at, first.len}, "again", &again, NULL) != PB_OK) abort();
    if (pb_model_print(again, &second, NULL) != PB_OK) abort();
    if (first.len != second.len || memcmp(first.at, second.at, first.len) != 0) abort();
    const pb_model_meta *meta = pb_model_meta_of(again);
    for (uint32_t i = 0; i < meta->n_metrics; i++)
        if (!isfinite(meta->metric[i].value)) abort();
    pb_bytes_free(&first);
    pb_bytes_free(&second);
    pb_model_destroy(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_model *model = NULL;
    pb_error  error;
    char     *copy = malloc(size ? size : 1);
    if (!copy) return 0;
    if (size) memcpy(copy, data, size);
    if (pb_model_read((pb_span){copy, size}, "fuzz", &model, &error) != PB_OK) {
        seal(copy, size);
        if (pb_model_read((pb_span){copy, size}, "fuzz", &model, &error) != PB_OK) model = NULL;
    }
    if (model) check(model);
    pb_model_destroy(model);
    free(copy);
    return 0;
}
