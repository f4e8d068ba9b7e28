/* Writing a model file: see model_file.h for the layout. */
#include <stdlib.h>
#include <string.h>

#include "model_file.h"

static void put_u32(FILE *to, uint32_t x)
{
    for (int i = 0; i < 4; i++) putc((int)(x >> 8 * i & 255), to);
}

static void put_u64(FILE *to, uint64_t x)
{
    put_u32(to, (uint32_t)x);
    put_u32(to, (uint32_t)(x >> 32));
}

static void put_section(FILE *to, const pb__model_item *item, pb_span bytes)
{
    char name[PB__MODEL_NAME_MAX] = "";
    pb_span_copy(pb_span_of(item->name), name, sizeof name);
    fwrite(name, 1, sizeof name, to);
    put_u32(to, (uint32_t)item->kind);
    put_u32(to, pb_crc32(bytes));
    put_u64(to, bytes.len);
    fwrite(bytes.at, 1, bytes.len, to);
}

/* 8 bytes each, the smallest first. */
static pb_status put_numbers(FILE *to, const pb__model_item *item, pb_error *error)
{
    char *bytes = malloc(item->n ? item->n * 8 : 1);
    if (!bytes) return pb_error_set(error, PB_E_NOMEM, "out of memory for '%s' of a model", item->name);
    for (size_t i = 0; i < item->n; i++) {
        uint64_t word;
        memcpy(&word, &item->x[i], sizeof word);
        for (int b = 0; b < 8; b++) bytes[i * 8 + (size_t)b] = (char)(word >> 8 * b & 255);
    }
    put_section(to, item, (pb_span){bytes, item->n * 8});
    free(bytes);
    return PB_OK;
}

static pb_status put_item(FILE *to, const pb__model_item *item, pb_error *error)
{
    char  *bytes = NULL;
    size_t n     = 0;
    switch (item->kind) {
    case PB__ITEM_NUMBERS:
        return put_numbers(to, item, error);
    case PB__ITEM_TEXT:
        put_section(to, item, pb_span_of(item->text));
        return PB_OK;
    default:
        PB_ASSERT(item->kind == PB__ITEM_FOREST);
        PB_TRY(pb_forest_write(item->forest, &bytes, &n, error));
        put_section(to, item, (pb_span){bytes, n});
        free(bytes);
        return PB_OK;
    }
}

static pb_status put_header(const pb_model *model, FILE *to, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *mem  = open_memstream(&text, &len);
    if (!mem) return pb_error_set(error, PB_E_NOMEM, "out of memory for a model");
    pb__model_header_write(model, mem);
    if (fclose(mem) != 0) {
        free(text);
        return pb_error_set(error, PB_E_NOMEM, "out of memory for a model");
    }
    fputs(PB__MODEL_MAGIC, to);
    put_u32(to, (uint32_t)len);
    put_u32(to, pb_crc32((pb_span){text, len}));
    fwrite(text, 1, len, to);
    free(text);
    return PB_OK;
}

static pb_status check_size(const pb_model *model, pb_error *error)
{
    if (model->n <= PB__MODEL_SECTIONS_MAX) return PB_OK;
    return pb_error_set(error, PB_E_LIMIT, "a model of %zu parts; a file holds %d at most", model->n,
                        PB__MODEL_SECTIONS_MAX);
}

pb_status pb_model_print(const pb_model *model, pb_bytes *out, pb_error *error)
{
    pb_bytes bytes = {0};
    PB_TRY(check_size(model, error));
    FILE *to = open_memstream(&bytes.at, &bytes.len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "out of memory for a model");
    pb_status status = put_header(model, to, error);
    for (size_t i = 0; status == PB_OK && i < model->n; i++) status = put_item(to, &model->items[i], error);
    bool failed = ferror(to) != 0;
    if ((fclose(to) != 0 || failed) && status == PB_OK)
        status = pb_error_set(error, PB_E_NOMEM, "out of memory for a model");
    if (status == PB_OK && bytes.len > PB_MODEL_BYTES_MAX)
        status = pb_error_set(error, PB_E_LIMIT, "a model of %zu bytes; at most %u", bytes.len, PB_MODEL_BYTES_MAX);
    if (status == PB_OK)
        *out = bytes;
    else
        pb_bytes_free(&bytes);
    return status;
}

static bool ends_in_gz(const char *path)
{
    size_t len = strlen(path);
    return len > 3 && strcmp(path + len - 3, ".gz") == 0;
}

pb_status pb_model_write(const pb_model *model, const char *path, pb_error *error)
{
    pb_bytes  plain = {0}, packed = {0};
    pb_error  why    = {0};
    pb_status status = pb_model_print(model, &plain, &why);
    if (status == PB_OK && ends_in_gz(path)) status = pb_gzip((pb_span){plain.at, plain.len}, &packed, &why);
    if (status != PB_OK)
        pb_error_set(error, status, "%s: %s", path, why.text);
    else
        status =
            pb_file_write(path, packed.at ? (pb_span){packed.at, packed.len} : (pb_span){plain.at, plain.len}, error);
    pb_bytes_free(&plain);
    pb_bytes_free(&packed);
    return status;
}
