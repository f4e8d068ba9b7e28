/* Reading, writing and range-checking single fields of a race spec through the
 * table of spec_fields.c. */
#include <stdio.h>
#include <string.h>

#include "pitboard/race_fields.h"

size_t pb_field_count(const pb_field *field, const void *record)
{
    if (field->array_max == 0) return 1;
    if (field->count_size == 0) return field->array_max;
    const unsigned char *at = (const unsigned char *)record + field->count_at;
    uint16_t             wide;
    if (field->count_size == 1) return *at;
    memcpy(&wide, at, sizeof wide);
    return wide;
}

void pb_field_set_count(const pb_field *field, void *record, size_t n)
{
    PB_ASSERT(n <= field->array_max);
    if (field->count_size == 0) return;
    unsigned char *at   = (unsigned char *)record + field->count_at;
    uint16_t       wide = (uint16_t)n;
    if (field->count_size == 1)
        *at = (uint8_t)n;
    else
        memcpy(at, &wide, sizeof wide);
}

const void *pb_field_at(const pb_field *field, const void *record, size_t i)
{
    return (const char *)record + field->offset + (i + field->array_first) * field->stride;
}

void *pb_field_at_mut(const pb_field *field, void *record, size_t i)
{
    return (char *)record + field->offset + (i + field->array_first) * field->stride;
}

bool pb_field_is_integer(const pb_field *field)
{
    return field->kind >= PB_FIELD_U8 && field->kind <= PB_FIELD_I32;
}

bool pb_field_is_number(const pb_field *field)
{
    return field->kind == PB_FIELD_F64 || pb_field_is_integer(field);
}

double pb_field_number(const pb_field *field, const void *element)
{
    switch (field->kind) {
    case PB_FIELD_F64:
        return *(const double *)element;
    case PB_FIELD_U8:
        return *(const uint8_t *)element;
    case PB_FIELD_U16:
        return *(const uint16_t *)element;
    case PB_FIELD_I16:
        return *(const int16_t *)element;
    case PB_FIELD_I32:
        return *(const int32_t *)element;
    default:
        PB_ASSERT(pb_field_is_number(field));
        return 0.0;
    }
}

void pb_field_set_number(const pb_field *field, void *element, double value)
{
    switch (field->kind) {
    case PB_FIELD_F64:
        *(double *)element = value;
        break;
    case PB_FIELD_U8:
        *(uint8_t *)element = (uint8_t)value;
        break;
    case PB_FIELD_U16:
        *(uint16_t *)element = (uint16_t)value;
        break;
    case PB_FIELD_I16:
        *(int16_t *)element = (int16_t)value;
        break;
    case PB_FIELD_I32:
        *(int32_t *)element = (int32_t)value;
        break;
    default:
        PB_ASSERT(pb_field_is_number(field));
    }
}

/* What a person probably did: milliseconds for seconds, percent for a share. */
static const char *unit_hint(const pb_field *field, double value)
{
    size_t      len     = strlen(field->key);
    bool        seconds = len > 2 && strcmp(field->key + len - 2, "_s") == 0;
    const char *part    = strstr(field->key, "_prob") ? "_prob" : strstr(field->key, "_frac");
    if (seconds && value >= 1000.0 && value / 1000.0 >= field->lo && value / 1000.0 <= field->hi)
        return "; it is in seconds, is this milliseconds?";
    if (part && value > 1.0 && value <= 100.0) return "; it is a share of 1, is this percent?";
    return "";
}

pb_status pb_field_check(const pb_field *field, const char *pointer, double value, pb_error *error)
{
    if (value >= field->lo && value <= field->hi) return PB_OK;
    return pb_error_set(error, PB_E_RANGE, "%s: %.10g is not allowed, it must be from %.10g to %.10g%s", pointer, value,
                        field->lo, field->hi, unit_hint(field, value));
}

/* What is shown to people must not steer their terminal. */
static bool has_control(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 0x20 || *c == 0x7f) return true;
    return false;
}

static pb_status check_element(const pb_field *field, const void *at, const char *pointer, pb_error *error)
{
    if (field->kind == PB_FIELD_OBJECT) return pb_record_check(field->record, at, pointer, error);
    if (pb_field_is_number(field)) return pb_field_check(field, pointer, pb_field_number(field, at), error);
    if (field->kind == PB_FIELD_ENUM) {
        unsigned value;
        memcpy(&value, at, sizeof value);
        if (value >= (unsigned)field->n_words || !field->words[value])
            return pb_error_set(error, PB_E_RANGE, "%s: no such kind (%u)", pointer, value);
    }
    if (field->kind == PB_FIELD_TEXT && !memchr(at, '\0', field->text_cap))
        return pb_error_set(error, PB_E_RANGE, "%s: longer than %zu bytes", pointer, field->text_cap - 1);
    if (field->kind == PB_FIELD_TEXT && field->required && *(const char *)at == '\0')
        return pb_error_set(error, PB_E_MISSING, "%s: must not be empty", pointer);
    if (field->kind == PB_FIELD_TEXT && has_control(at))
        return pb_error_set(error, PB_E_RANGE, "%s: holds a control character (remove it)", pointer);
    return PB_OK;
}

static pb_status check_field(const pb_field *field, const void *record, const char *pointer, pb_error *error)
{
    char   own[160], item[200];
    size_t n = pb_field_count(field, record);
    snprintf(own, sizeof own, "%s/%s", pointer, field->key);
    if (field->array_max == 0) return check_element(field, pb_field_at(field, record, 0), own, error);
    if (n > field->array_max)
        return pb_error_set(error, PB_E_LIMIT, "%s: %zu given, at most %zu are allowed", own, n, field->array_max);
    if (n < field->array_min)
        return pb_error_set(error, PB_E_MISSING, "%s: %zu given, at least %zu are needed", own, n, field->array_min);
    for (size_t i = 0; i < n; i++) {
        snprintf(item, sizeof item, "%s/%zu", own, i);
        PB_TRY(check_element(field, pb_field_at(field, record, i), item, error));
    }
    return PB_OK;
}

static bool all_zero(const void *at, size_t n)
{
    const unsigned char *byte = at;
    for (size_t i = 0; i < n; i++)
        if (byte[i]) return false;
    return true;
}

pb_status pb_record_check(const pb_record *record, const void *at, const char *pointer, pb_error *error)
{
    PB_ASSERT(record != NULL);
    for (size_t f = 0; f < record->n_fields; f++) {
        const pb_field *field = &record->fields[f];
        if (field->elide && field->record && all_zero(pb_field_at(field, at, 0), field->record->size)) continue;
        PB_TRY(check_field(field, at, pointer, error));
    }
    return PB_OK;
}
