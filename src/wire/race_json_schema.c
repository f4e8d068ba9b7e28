/* The JSON Schema of our race file (draft 2020-12), made from the field table. */
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/race_fields.h"
#include "pitboard/wire.h"
#include "race_json.h"

#define RECORDS_MAX 24

typedef struct schema_writer {
    pb_json_writer   json;
    const pb_record *seen[RECORDS_MAX];  /* records whose definition is due, in order of use */
    const void      *start[RECORDS_MAX]; /* their defaults; NULL: those of a fresh list entry */
    size_t           n_seen;
} schema_writer;

static void put_ref(schema_writer *w, const pb_record *record, const void *start)
{
    char   ref[64];
    size_t i = 0;
    while (i < w->n_seen && w->seen[i] != record) i++;
    if (i == w->n_seen) {
        PB_ASSERT(w->n_seen < RECORDS_MAX);
        w->start[w->n_seen]  = start;
        w->seen[w->n_seen++] = record;
    }
    snprintf(ref, sizeof ref, "#/$defs/%s", record->name);
    pb_json_put_text(&w->json, "$ref", ref);
}

static void put_number(schema_writer *w, const pb_field *field)
{
    pb_json_put_text(&w->json, "type", pb_field_is_integer(field) ? "integer" : "number");
    pb_json_put_fixed(&w->json, "minimum", field->lo, 6);
    pb_json_put_fixed(&w->json, "maximum", field->hi, 6);
}

static void put_text(schema_writer *w, const pb_field *field)
{
    pb_json_put_text(&w->json, "type", "string");
    if (field->required) pb_json_put_i64(&w->json, "minLength", 1);
    pb_json_put_i64(&w->json, "maxLength", (int64_t)field->text_cap - 1);
}

static void put_words(schema_writer *w, const pb_field *field)
{
    w->json.inline_array = true;
    pb_json_array(&w->json, "enum");
    for (int i = 0; i < field->n_words; i++)
        if (field->words[i]) pb_json_put_text(&w->json, NULL, field->words[i]);
    pb_json_array_end(&w->json);
}

static void put_compound_set(schema_writer *w)
{
    pb_json_put_text(&w->json, "type", "array");
    pb_json_put_i64(&w->json, "maxItems", PB_COMPOUNDS_MAX);
    pb_json_object(&w->json, "items");
    pb_json_put_text(&w->json, "type", "string");
    pb_json_object_end(&w->json);
}

static void put_effects(schema_writer *w)
{
    pb_json_put_text(&w->json, "type", "object");
    pb_json_put_bool(&w->json, "additionalProperties", false);
    pb_json_object(&w->json, "properties");
    for (int i = 0; i < PB_EFFECTS_N; i++) {
        pb_json_object(&w->json, pb_effect_key(i));
        pb_json_put_text(&w->json, "type", "boolean");
        pb_json_put_text(&w->json, "description", pb_effect_text(i));
        pb_json_object_end(&w->json);
    }
    pb_json_object_end(&w->json);
}

/* A record whose defaults stand inside another's, or are made afresh (NULL). */
static void put_nested(schema_writer *w, const pb_field *field, const void *defaults)
{
    bool fresh = field->array_max > 0 || field->record->init;
    put_ref(w, field->record, fresh ? NULL : pb_field_at(field, defaults, 0));
}

/* defaults is the record that holds the field. */
static void put_type(schema_writer *w, const pb_field *field, const void *defaults)
{
    switch (field->kind) {
    case PB_FIELD_OBJECT:
        put_nested(w, field, defaults);
        break;
    case PB_FIELD_BOOL:
        pb_json_put_text(&w->json, "type", "boolean");
        break;
    case PB_FIELD_TEXT:
        put_text(w, field);
        break;
    case PB_FIELD_ENUM:
        put_words(w, field);
        break;
    case PB_FIELD_COMPOUND:
        pb_json_put_text(&w->json, "type", "string");
        break;
    case PB_FIELD_COMPOUND_SET:
        put_compound_set(w);
        break;
    case PB_FIELD_EFFECTS:
        put_effects(w);
        break;
    default:
        put_number(w, field);
    }
}

static void put_default(schema_writer *w, const pb_field *field, const char *key, const void *at)
{
    int word;
    if (pb_field_is_integer(field)) pb_json_put_i64(&w->json, key, (int64_t)pb_field_number(field, at));
    if (field->kind == PB_FIELD_F64) pb_json_put_f64(&w->json, key, pb_field_number(field, at));
    if (field->kind == PB_FIELD_BOOL) pb_json_put_bool(&w->json, key, *(const bool *)at);
    if (field->kind == PB_FIELD_TEXT) pb_json_put_text(&w->json, key, at);
    if (field->kind != PB_FIELD_ENUM) return;
    memcpy(&word, at, sizeof word);
    pb_json_put_text(&w->json, key, field->words[word]);
}

static void put_defaults(schema_writer *w, const pb_field *field, const void *record)
{
    if (field->required || field->kind == PB_FIELD_OBJECT) return;
    if (field->array_max == 0) {
        put_default(w, field, "default", pb_field_at(field, record, 0));
        return;
    }
    w->json.inline_array = true;
    pb_json_array(&w->json, "default");
    for (size_t i = 0; i < pb_field_count(field, record); i++)
        put_default(w, field, NULL, pb_field_at(field, record, i));
    pb_json_array_end(&w->json);
}

static void put_field(schema_writer *w, const pb_field *field, const void *defaults)
{
    pb_json_object(&w->json, field->key);
    pb_json_put_text(&w->json, "description", field->doc);
    if (field->array_max) {
        pb_json_put_text(&w->json, "type", "array");
        pb_json_put_i64(&w->json, "minItems", (int64_t)field->array_min);
        pb_json_put_i64(&w->json, "maxItems", (int64_t)field->array_max);
        pb_json_object(&w->json, "items");
        put_type(w, field, defaults);
        pb_json_object_end(&w->json);
    } else {
        put_type(w, field, defaults);
    }
    put_defaults(w, field, defaults);
    pb_json_object_end(&w->json);
}

static void put_required(schema_writer *w, const pb_record *record, bool root)
{
    w->json.inline_array = true;
    pb_json_array(&w->json, "required");
    if (root) pb_json_put_text(&w->json, NULL, "format");
    for (size_t i = 0; i < record->n_fields; i++)
        if (record->fields[i].required) pb_json_put_text(&w->json, NULL, record->fields[i].key);
    pb_json_array_end(&w->json);
}

static void put_record(schema_writer *w, const pb_record *record, const void *defaults, bool root)
{
    pb_json_put_text(&w->json, "description", record->doc);
    pb_json_put_text(&w->json, "type", "object");
    pb_json_put_bool(&w->json, "additionalProperties", false);
    put_required(w, record, root);
    pb_json_object(&w->json, "properties");
    if (root) {
        pb_json_object(&w->json, "format");
        pb_json_put_text(&w->json, "const", PB__RACE_FORMAT);
        pb_json_object_end(&w->json);
    }
    for (size_t i = 0; i < record->n_fields; i++) put_field(w, &record->fields[i], defaults);
    pb_json_object_end(&w->json);
}

/* The definition of one record that others name. */
static void put_definition(schema_writer *w, const pb_record *record, const void *start)
{
    union {
        max_align_t   align;
        unsigned char bytes[sizeof(pb_car_spec)];
    } fresh;
    if (!start) {
        PB_ASSERT(record->size <= sizeof fresh);
        memset(&fresh, 0, sizeof fresh);
        if (record->init) record->init(&fresh);
    }
    pb_json_object(&w->json, record->name);
    put_record(w, record, start ? start : &fresh, false);
    pb_json_object_end(&w->json);
}

pb_status pb_wire_write_race_schema(FILE *to)
{
    schema_writer w        = {.n_seen = 0};
    pb_race_spec *defaults = malloc(sizeof *defaults);
    if (!defaults) return PB_E_NOMEM;
    pb_race_spec_default(defaults);
    pb_json_begin(&w.json, to, 2);
    pb_json_object(&w.json, NULL);
    pb_json_put_text(&w.json, "$schema", "https://json-schema.org/draft/2020-12/schema");
    pb_json_put_text(&w.json, "title", "Pitboard race file");
    put_record(&w, pb_race_record(), defaults, true);
    pb_json_object(&w.json, "$defs");
    for (size_t i = 0; i < w.n_seen; i++) put_definition(&w, w.seen[i], w.start[i]); /* n_seen grows meanwhile */
    pb_json_object_end(&w.json);
    pb_json_object_end(&w.json);
    pb_json_end(&w.json);
    free(defaults);
    return fflush(to) == 0 && !ferror(to) ? PB_OK : PB_E_IO;
}
