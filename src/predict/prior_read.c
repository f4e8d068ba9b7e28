#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "prior_fields.h"

#define KEYS_MAX 32

static pb_status read_record(pb_json from, const pb_record *record, void *at, bool (*held)(const pb_field *),
                             const char *extra, pb_error *error);

static pb_status read_word(pb_json from, const pb_field *field, void *element, pb_error *error)
{
    char text[32] = "";
    PB_TRY(pb_json_text(from, text, sizeof text, error));
    for (int value = 0; value < field->n_words; value++) {
        if (!field->words[value] || strcmp(field->words[value], text) != 0) continue;
        memcpy(element, &value, sizeof value);
        return PB_OK;
    }
    return pb_error_set(error, PB_E_RANGE, "%s: \"%s\" is not a known word", from.pointer, text);
}

static pb_status read_number(pb_json from, const pb_field *field, void *element, pb_error *error)
{
    double value = pb_field_number(field, element);
    PB_TRY(pb_json_f64(from, field->lo, field->hi, &value, error));
    if (pb_field_is_integer(field) && value != (double)(int64_t)value)
        return pb_error_set(error, PB_E_RANGE, "%s: %g must be a whole number", from.pointer, value);
    pb_field_set_number(field, element, value);
    return PB_OK;
}

static pb_status read_element(pb_json from, const pb_field *field, void *element, pb_error *error)
{
    switch (field->kind) {
    case PB_FIELD_OBJECT:
        return read_record(from, field->record, element, NULL, NULL, error);
    case PB_FIELD_TEXT:
        return pb_json_text(from, element, field->text_cap, error);
    case PB_FIELD_BOOL:
        return pb_json_bool(from, element, error);
    case PB_FIELD_ENUM:
        return read_word(from, field, element, error);
    default:
        PB_ASSERT(pb_field_is_number(field));
        return read_number(from, field, element, error);
    }
}

/* A shorter list of numbers goes on with its last step. */
static void carry_on(const pb_field *field, void *record, size_t n)
{
    for (size_t i = n; i >= 2 && i < field->array_max; i++) {
        double a = pb_field_number(field, pb_field_at(field, record, i - 2));
        double b = pb_field_number(field, pb_field_at(field, record, i - 1));
        pb_field_set_number(field, pb_field_at_mut(field, record, i), 2 * b - a);
    }
}

static pb_status read_field(pb_json from, const pb_field *field, void *record, pb_error *error)
{
    if (!pb_json_present(from)) return field->required ? pb_json_need(from, error) : PB_OK;
    if (field->array_max == 0) return read_element(from, field, (char *)record + field->offset, error);
    PB_TRY(pb_json_is_array(from, field->array_min, field->array_max, error));
    size_t n = pb_json_length(from);
    pb_field_set_count(field, record, n);
    for (size_t i = 0; i < n; i++)
        PB_TRY(read_element(pb_json_at(from, i), field, pb_field_at_mut(field, record, i), error));
    if (field->carry_on) carry_on(field, record, n);
    return PB_OK;
}

/* held NULL: every field of the record; extra: one more key that is allowed. */
static pb_status read_record(pb_json from, const pb_record *record, void *at, bool (*held)(const pb_field *),
                             const char *extra, pb_error *error)
{
    const char *keys[KEYS_MAX];
    size_t      n = 0;
    PB_TRY(pb_json_is_object(from, error));
    PB_ASSERT(record->n_fields < KEYS_MAX);
    for (size_t i = 0; i < record->n_fields; i++)
        if (!held || held(&record->fields[i])) keys[n++] = record->fields[i].key;
    if (extra) keys[n++] = extra;
    PB_TRY(pb_json_only_keys(from, keys, n, error));
    for (size_t i = 0; i < record->n_fields; i++) {
        const pb_field *field = &record->fields[i];
        if (!held || held(field)) PB_TRY(read_field(pb_json_get(from, field->key), field, at, error));
    }
    return PB_OK;
}

static pb_status read_prior(pb_json root, pb_prior *prior, pb_error *error)
{
    PB_TRY(read_record(root, pb__prior_record(), prior, NULL, "race", error));
    pb_json race = pb_json_get(root, "race");
    if (!pb_json_present(race)) return PB_OK;
    return read_record(race, pb_race_record(), &prior->base, pb__prior_has_race_field, NULL, error);
}

pb_status pb_prior_read(pb_span text, const char *path, pb_prior *prior, pb_error *error)
{
    pb_json_doc *doc = NULL;
    PB_TRY(pb_json_parse(text, path, &doc, error));
    pb_prior *got    = malloc(sizeof *got);
    pb_status status = got ? PB_OK : pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    if (got) {
        pb_prior_default(got);
        status = read_prior(pb_json_root(doc), got, error);
        if (status == PB_OK) *prior = *got;
    }
    free(got);
    pb_json_free(doc);
    return status;
}
