/* Our race file, written: every field in the order of the table, so that what is
 * simulated can be read, edited and kept. Numbers read back to the same bits. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/race_fields.h"
#include "pitboard/wire.h"
#include "race_json.h"

typedef struct race_writer {
    pb_json_writer      json;
    const pb_race_spec *spec;
} race_writer;

static void write_record(race_writer *w, const pb_record *record, const void *at);

static void write_compound_set(race_writer *w, const char *key, const void *at)
{
    uint16_t bits;
    memcpy(&bits, at, sizeof bits);
    w->json.inline_array = true;
    pb_json_array(&w->json, key);
    for (int i = 0; i < w->spec->n_compounds; i++)
        if (bits >> i & 1) pb_json_put_text(&w->json, NULL, w->spec->compounds[i].name);
    pb_json_array_end(&w->json);
}

static void write_effects(race_writer *w, const char *key, const void *at)
{
    uint32_t bits;
    memcpy(&bits, at, sizeof bits);
    pb_json_object(&w->json, key);
    for (int i = 0; i < PB_EFFECTS_N; i++) pb_json_put_bool(&w->json, pb_effect_key(i), bits >> i & 1u);
    pb_json_object_end(&w->json);
}

static void write_word(race_writer *w, const pb_field *field, const char *key, const void *at)
{
    int value;
    memcpy(&value, at, sizeof value);
    pb_json_put_text(&w->json, key, field->words[value]);
}

/* Records without records below them stand on one line. */
static bool is_leaf(const pb_record *record)
{
    for (size_t i = 0; i < record->n_fields; i++)
        if (record->fields[i].record || record->fields[i].array_max) return false;
    return record->n_fields <= 9;
}

static void write_object(race_writer *w, const pb_record *record, const char *key, const void *at)
{
    pb_json_writer *json = &w->json;
    bool            line = is_leaf(record) && json->inline_depth == 0;
    pb_json_object(json, key);
    if (line) json->inline_depth = json->depth;
    write_record(w, record, at);
    pb_json_object_end(json);
    if (line) json->inline_depth = 0;
}

static void write_element(race_writer *w, const pb_field *field, const char *key, const void *at)
{
    switch (field->kind) {
    case PB_FIELD_OBJECT:
        write_object(w, field->record, key, at);
        break;
    case PB_FIELD_BOOL:
        pb_json_put_bool(&w->json, key, *(const bool *)at);
        break;
    case PB_FIELD_TEXT:
        pb_json_put_text(&w->json, key, at);
        break;
    case PB_FIELD_ENUM:
        write_word(w, field, key, at);
        break;
    case PB_FIELD_COMPOUND:
        pb_json_put_text(&w->json, key, w->spec->compounds[*(const uint8_t *)at].name);
        break;
    case PB_FIELD_COMPOUND_SET:
        write_compound_set(w, key, at);
        break;
    case PB_FIELD_EFFECTS:
        write_effects(w, key, at);
        break;
    case PB_FIELD_F64:
        pb_json_put_f64(&w->json, key, pb_field_number(field, at));
        break;
    default:
        pb_json_put_i64(&w->json, key, (int64_t)pb_field_number(field, at));
    }
}

static void write_array(race_writer *w, const pb_field *field, const void *record)
{
    w->json.inline_array = field->kind != PB_FIELD_OBJECT;
    pb_json_array(&w->json, field->key);
    for (size_t i = 0; i < pb_field_count(field, record); i++)
        write_element(w, field, NULL, pb_field_at(field, record, i));
    pb_json_array_end(&w->json);
}

static bool all_zero(const void *at, size_t n)
{
    const unsigned char *byte = at;
    for (size_t i = 0; i < n; i++)
        if (byte[i]) return false;
    return true;
}

static void write_record(race_writer *w, const pb_record *record, const void *at)
{
    for (size_t i = 0; i < record->n_fields; i++) {
        const pb_field *field = &record->fields[i];
        if (field->array_max)
            write_array(w, field, at);
        else if (!field->elide || !all_zero(pb_field_at(field, at, 0), field->record->size))
            write_element(w, field, field->key, pb_field_at(field, at, 0));
    }
}

static pb_status print_checked_race(const pb_race_spec *spec, FILE *to)
{
    race_writer w = {.spec = spec};
    pb_json_begin(&w.json, to, 2);
    pb_json_object(&w.json, NULL);
    pb_json_put_text(&w.json, "format", PB__RACE_FORMAT);
    write_record(&w, pb_race_record(), spec);
    pb_json_object_end(&w.json);
    pb_json_end(&w.json);
    return fflush(to) == 0 && !ferror(to) ? PB_OK : PB_E_IO;
}

pb_status pb_wire_print_race(const pb_race_spec *spec, FILE *to, pb_error *error)
{
    PB_TRY(pb_race_spec_check(spec, error));
    if (print_checked_race(spec, to) == PB_OK) return PB_OK;
    return pb_error_set(error, PB_E_IO, "the race could not be written: %s", strerror(errno));
}

static pb_status print_race_to_file(const pb_race_spec *spec, const char *path, pb_error *error)
{
    char  *text = NULL;
    size_t len  = 0;
    FILE  *to   = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    pb_status status = print_checked_race(spec, to);
    if (fclose(to) != 0 || status != PB_OK)
        status = pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    else
        status = pb_file_write(path, (pb_span){text, len}, error);
    free(text);
    return status;
}

pb_status pb_wire_write_race(const pb_race_spec *spec, const char *path, pb_error *error)
{
    PB_TRY(pb_race_spec_check(spec, error));
    if (path && strcmp(path, "-") != 0) return print_race_to_file(spec, path, error);
    if (print_checked_race(spec, stdout) == PB_OK) return PB_OK;
    return pb_error_set(error, PB_E_IO, "standard output: %s", strerror(errno));
}
