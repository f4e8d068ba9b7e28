#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "prior_fields.h"

static void put_record(pb_json_writer *w, const char *key, const pb_record *record, const void *at);

/* An int-sized enum, by its word. */
static const char *word_of(const pb_field *field, const void *element)
{
    int value;
    memcpy(&value, element, sizeof value);
    return value >= 0 && value < field->n_words ? field->words[value] : NULL;
}

static void put_element(pb_json_writer *w, const char *key, const pb_field *field, const void *element)
{
    const char *word;
    switch (field->kind) {
    case PB_FIELD_OBJECT:
        put_record(w, key, field->record, element);
        break;
    case PB_FIELD_TEXT:
        pb_json_put_text(w, key, element);
        break;
    case PB_FIELD_BOOL:
        pb_json_put_bool(w, key, *(const bool *)element);
        break;
    case PB_FIELD_ENUM:
        word = word_of(field, element);
        if (word) pb_json_put_text(w, key, word);
        break;
    case PB_FIELD_F64:
        pb_json_put_fixed(w, key, pb_field_number(field, element), 5);
        break;
    default:
        pb_json_put_i64(w, key, (int64_t)pb_field_number(field, element));
    }
}

static void put_field(pb_json_writer *w, const pb_field *field, const void *record)
{
    size_t n = pb_field_count(field, record);
    if (field->array_max == 0) {
        put_element(w, field->key, field, (const char *)record + field->offset);
        return;
    }
    if (n == 0) return;
    pb_json_array(w, field->key);
    for (size_t i = 0; i < n; i++) put_element(w, NULL, field, pb_field_at(field, record, i));
    pb_json_array_end(w);
}

static void put_record(pb_json_writer *w, const char *key, const pb_record *record, const void *at)
{
    pb_json_object(w, key);
    for (size_t i = 0; i < record->n_fields; i++) put_field(w, &record->fields[i], at);
    pb_json_object_end(w);
}

static void put_prior(pb_json_writer *w, const pb_prior *prior)
{
    const pb_record *top = pb__prior_record(), *race = pb_race_record();
    pb_json_object(w, NULL);
    for (size_t i = 0; i < top->n_fields; i++) put_field(w, &top->fields[i], prior);
    pb_json_object(w, "race");
    for (size_t i = 0; i < race->n_fields; i++)
        if (pb__prior_has_race_field(&race->fields[i])) put_field(w, &race->fields[i], &prior->base);
    pb_json_object_end(w);
    pb_json_object_end(w);
}

pb_status pb_prior_write(const pb_prior *prior, const char *path, pb_error *error)
{
    pb_json_writer w;
    char          *text = NULL;
    size_t         len  = 0;
    FILE          *to   = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    pb_json_begin(&w, to, 1);
    put_prior(&w, prior);
    pb_json_end(&w);
    bool      failed = ferror(to) != 0;
    pb_status status = fclose(to) != 0 || failed ? PB_E_NOMEM : PB_OK;
    if (status == PB_OK)
        status = pb_file_write(path, (pb_span){text, len}, error);
    else
        pb_error_set(error, status, "%s: out of memory", path);
    free(text);
    return status;
}
