/* Reading a model file: nothing in it is believed. See model_file.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model_file.h"

static uint32_t get_u32(const char *at)
{
    uint32_t x = 0;
    for (int i = 3; i >= 0; i--) x = x << 8 | (unsigned char)at[i];
    return x;
}

static uint64_t get_u64(const char *at)
{
    return (uint64_t)get_u32(at + 4) << 32 | get_u32(at);
}

static pb_span take(pb_span *left, size_t n)
{
    pb_span got = {left->at, n};
    left->at += n;
    left->len -= n;
    return got;
}

/* What stands before a section's bytes. */
typedef struct section {
    char     name[PB__MODEL_NAME_MAX];
    uint32_t kind, crc;
    uint64_t size;
} section;

static pb_status cut(size_t i, size_t n, pb_error *error)
{
    return pb_error_set(error, PB_E_SYNTAX, "the file ends in section %zu of %zu (was the copy cut off?)", i + 1, n);
}

/* 1 .. 47 bytes of UTF-8 without control bytes, then NUL to the end. */
static bool name_is_good(const char *name)
{
    size_t len = strnlen(name, PB__MODEL_NAME_MAX);
    if (len == 0 || len == PB__MODEL_NAME_MAX || !pb_utf8_valid((pb_span){name, len})) return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f) return false;
    for (size_t i = len; i < PB__MODEL_NAME_MAX; i++)
        if (name[i]) return false;
    return true;
}

static pb_status read_front(pb_span *left, size_t i, size_t n, section *s, pb_error *error)
{
    if (left->len < PB__SECTION_FRONT) return cut(i, n, error);
    const char *at = take(left, PB__SECTION_FRONT).at;
    memcpy(s->name, at, sizeof s->name);
    s->kind = get_u32(at + 48);
    s->crc  = get_u32(at + 52);
    s->size = get_u64(at + 56);
    if (!name_is_good(s->name)) return pb_error_set(error, PB_E_SYNTAX, "section %zu has no proper name", i + 1);
    if (s->size > left->len)
        return pb_error_set(error, PB_E_SYNTAX, "section '%s' announces %" PRIu64 " bytes and %zu are there", s->name,
                            s->size, left->len);
    return PB_OK;
}

static pb_status read_numbers(pb_model *model, const section *s, pb_span bytes, pb_error *error)
{
    if (bytes.len % 8 != 0)
        return pb_error_set(error, PB_E_SYNTAX, "section '%s': %zu bytes are no whole count of numbers", s->name,
                            bytes.len);
    size_t  n = bytes.len / 8;
    double *x = malloc(n ? n * sizeof *x : 1);
    if (!x) return pb_error_set(error, PB_E_NOMEM, "out of memory for '%s'", s->name);
    for (size_t i = 0; i < n; i++) {
        uint64_t word = get_u64(bytes.at + i * 8);
        memcpy(&x[i], &word, sizeof word);
    }
    pb_status status = pb_model_put(model, s->name, x, n, error);
    free(x);
    return status;
}

static pb_status read_text(pb_model *model, const section *s, pb_span bytes, pb_error *error)
{
    if (memchr(bytes.at, 0, bytes.len))
        return pb_error_set(error, PB_E_SYNTAX, "section '%s': a NUL in a text", s->name);
    char *text = strndup(bytes.at, bytes.len);
    if (!text) return pb_error_set(error, PB_E_NOMEM, "out of memory for '%s'", s->name);
    pb_status status = pb_model_put_text(model, s->name, text, error);
    free(text);
    return status;
}

static pb_status read_forest(pb_model *model, const section *s, pb_span bytes, pb_error *error)
{
    pb_forest *forest = NULL;
    PB_TRY(pb_forest_read(bytes, s->name, &forest, error));
    return pb_model_put_forest(model, s->name, forest, error);
}

static pb_status read_section(pb_model *model, pb_span *left, size_t i, size_t n, pb_error *error)
{
    section s;
    PB_TRY(read_front(left, i, n, &s, error));
    pb_span bytes = take(left, (size_t)s.size);
    if (pb_crc32(bytes) != s.crc)
        return pb_error_set(error, PB_E_SYNTAX, "section '%s' is damaged: its checksum is another", s.name);
    if (s.kind != PB__ITEM_NUMBERS && s.kind != PB__ITEM_FOREST && s.kind != PB__ITEM_TEXT)
        return pb_error_set(error, PB_E_UNSUPPORTED, "section '%s' is of kind %u, which is not known here", s.name,
                            s.kind);
    if (pb__model_find(model, (pb__item_kind)s.kind, s.name))
        return pb_error_set(error, PB_E_SYNTAX, "section '%s' is there twice", s.name);
    if (s.kind == PB__ITEM_NUMBERS) return read_numbers(model, &s, bytes, error);
    if (s.kind == PB__ITEM_TEXT) return read_text(model, &s, bytes, error);
    return read_forest(model, &s, bytes, error);
}

static pb_status read_header(pb_span *left, const char *name, pb_model *model, size_t *sections, pb_error *error)
{
    size_t magic = strlen(PB__MODEL_MAGIC);
    if (left->len < magic || memcmp(left->at, PB__MODEL_MAGIC, magic - 1) != 0)
        return pb_error_set(error, PB_E_SYNTAX, "not a model file");
    if (left->at[magic - 1] != PB__MODEL_MAGIC[magic - 1])
        return pb_error_set(error, PB_E_UNSUPPORTED, "a model file of another version (train the model again)");
    if (left->len < PB__MODEL_FRONT) return pb_error_set(error, PB_E_SYNTAX, "the file ends before its header");
    const char *front = take(left, PB__MODEL_FRONT).at;
    uint32_t    size  = get_u32(front + 8);
    if (size > PB__MODEL_HEADER_MAX)
        return pb_error_set(error, PB_E_LIMIT, "the header announces %u bytes; at most %u", size, PB__MODEL_HEADER_MAX);
    if (size > left->len)
        return pb_error_set(error, PB_E_SYNTAX, "the file ends in its header (was the copy cut off?)");
    pb_span text = take(left, size);
    if (pb_crc32(text) != get_u32(front + 12))
        return pb_error_set(error, PB_E_SYNTAX, "the header is damaged: its checksum is another");
    return pb__model_header_read(text, name, model, sections, error);
}

static pb_status read_model(pb_span left, const char *name, pb_model *model, pb_error *error)
{
    size_t n = 0;
    PB_TRY(read_header(&left, name, model, &n, error));
    for (size_t i = 0; i < n; i++) PB_TRY(read_section(model, &left, i, n, error));
    if (left.len > 0) return pb_error_set(error, PB_E_SYNTAX, "%zu bytes follow the last section", left.len);
    return PB_OK;
}

pb_status pb_model_read(pb_span bytes, const char *name, pb_model **out, pb_error *error)
{
    pb_error  why   = {0};
    pb_model *model = NULL;
    PB_TRY(pb_model_create("?", &model, error));
    pb_status status = read_model(bytes, name, model, &why);
    if (status == PB_OK) {
        *out = model;
        return PB_OK;
    }
    pb_model_destroy(model);
    bool named = strncmp(why.text, name, strlen(name)) == 0;
    return pb_error_set(error, status, "%s%s%s", named ? "" : name, named ? "" : ": ", why.text);
}

pb_status pb_model_read_file(const char *path, pb_model **out, pb_error *error)
{
    pb_bytes bytes = {0};
    PB_TRY(pb_file_read(path, PB_MODEL_BYTES_MAX, &bytes, error));
    pb_status status = pb_model_read((pb_span){bytes.at, bytes.len}, path, out, error);
    pb_bytes_free(&bytes);
    return status;
}
