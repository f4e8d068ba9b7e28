/* Our race file, read strictly: the field table says what may stand where. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitboard/codec.h"
#include "pitboard/race_fields.h"
#include "pitboard/wire.h"
#include "race_json.h"

#define KEYS_MAX 40

typedef struct race_reader {
    pb_race_spec *spec; /* compounds stand here before the cars that name them are read */
    const char   *name; /* of the file */
    pb_error     *error;
} race_reader;

static pb_status read_record(race_reader *r, pb_json at, const pb_record *record, void *to);

/* Messages of the codec name the file; those of the race floor do not yet. */
static pb_status name_file(const char *name, pb_error *error, pb_status status)
{
    char text[PB_ERROR_TEXT_MAX];
    if (status == PB_OK || !error) return status;
    snprintf(text, sizeof text, "%s", error->text);
    return pb_error_set(error, status, "%s: %s", name, text);
}

static pb_status read_number(race_reader *r, const pb_field *field, pb_json at, void *to)
{
    double value = 0.0;
    if (pb_field_is_integer(field)) {
        int64_t whole = 0;
        PB_TRY(pb_json_i64(at, INT64_MIN, INT64_MAX, &whole, r->error));
        value = (double)whole;
    } else {
        PB_TRY(pb_json_f64(at, -DBL_MAX, DBL_MAX, &value, r->error));
    }
    pb_status status = pb_field_check(field, at.pointer, value, r->error);
    if (status != PB_OK) return name_file(r->name, r->error, status);
    pb_field_set_number(field, to, value);
    return PB_OK;
}

static pb_status unknown_word(race_reader *r, pb_json at, const char *word, const char *const *words, size_t n)
{
    char        list[160] = "";
    size_t      len       = 0;
    const char *near      = pb_nearest(pb_span_of(word), words, n);
    for (size_t i = 0; i < n && len < sizeof list; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s\"%s\"", i ? ", " : "", words[i]);
    return pb_error_set(r->error, PB_E_RANGE, "%s: %s: \"%s\" is not known here%s%s%s; one of %s must stand here",
                        r->name, at.pointer, word, near ? " (did you mean \"" : "", near ? near : "",
                        near ? "\"?)" : "", list);
}

static pb_status read_word(race_reader *r, const pb_field *field, pb_json at, void *to)
{
    char        word[32];
    const char *known[8];
    size_t      n = 0;
    PB_TRY(pb_json_text(at, word, sizeof word, r->error));
    for (int i = 0; i < field->n_words; i++) {
        if (!field->words[i]) continue;
        if (strcmp(word, field->words[i]) == 0) {
            memcpy(to, &i, sizeof i);
            return PB_OK;
        }
        known[n++] = field->words[i];
    }
    return unknown_word(r, at, word, known, n);
}

/* Index of a compound named in the file. */
static pb_status read_compound(race_reader *r, pb_json at, uint8_t *out)
{
    char        name[sizeof r->spec->compounds[0].name];
    const char *known[PB_COMPOUNDS_MAX];
    PB_TRY(pb_json_text(at, name, sizeof name, r->error));
    for (uint8_t i = 0; i < r->spec->n_compounds; i++) {
        known[i] = r->spec->compounds[i].name;
        if (strcmp(known[i], name) == 0) {
            *out = i;
            return PB_OK;
        }
    }
    return unknown_word(r, at, name, known, r->spec->n_compounds);
}

static pb_status read_compound_set(race_reader *r, pb_json at, void *to)
{
    uint16_t bits = 0;
    uint8_t  one  = 0;
    PB_TRY(pb_json_is_array(at, 0, PB_COMPOUNDS_MAX, r->error));
    for (size_t i = 0; i < pb_json_length(at); i++) {
        PB_TRY(read_compound(r, pb_json_at(at, i), &one));
        bits = (uint16_t)(bits | 1u << one);
    }
    memcpy(to, &bits, sizeof bits);
    return PB_OK;
}

static pb_status read_effects(race_reader *r, pb_json at, void *to)
{
    const char *keys[PB_EFFECTS_N];
    uint32_t    bits;
    memcpy(&bits, to, sizeof bits);
    for (int i = 0; i < PB_EFFECTS_N; i++) keys[i] = pb_effect_key(i);
    PB_TRY(pb_json_only_keys(at, keys, PB_EFFECTS_N, r->error));
    for (int i = 0; i < PB_EFFECTS_N; i++) {
        bool on = bits >> i & 1u;
        PB_TRY(pb_json_bool(pb_json_get(at, keys[i]), &on, r->error));
        bits = on ? bits | 1u << i : bits & ~(1u << i);
    }
    memcpy(to, &bits, sizeof bits);
    return PB_OK;
}

static pb_status read_element(race_reader *r, const pb_field *field, pb_json at, void *to)
{
    switch (field->kind) {
    case PB_FIELD_OBJECT:
        return read_record(r, at, field->record, to);
    case PB_FIELD_BOOL:
        return pb_json_bool(at, to, r->error);
    case PB_FIELD_TEXT:
        return pb_json_text(at, to, field->text_cap, r->error);
    case PB_FIELD_ENUM:
        return read_word(r, field, at, to);
    case PB_FIELD_COMPOUND:
        return read_compound(r, at, to);
    case PB_FIELD_COMPOUND_SET:
        return read_compound_set(r, at, to);
    case PB_FIELD_EFFECTS:
        return read_effects(r, at, to);
    default:
        return read_number(r, field, at, to);
    }
}

/* A list shorter than its array goes on with the step between its last two. */
static void carry_on(const pb_field *field, void *record, size_t n)
{
    for (size_t i = n; i < field->array_max; i++) {
        double last = pb_field_number(field, pb_field_at(field, record, i - 1));
        double step = last - pb_field_number(field, pb_field_at(field, record, i - 2));
        pb_field_set_number(field, pb_field_at_mut(field, record, i), last + step);
    }
}

/* The message for too few or too many depends on what is counted. */
static pb_status check_length(race_reader *r, const pb_field *field, pb_json at, size_t n)
{
    if (n > field->array_max)
        return pb_error_set(r->error, PB_E_LIMIT, "%s: %s: %zu given, at most %zu are allowed", r->name, at.pointer, n,
                            field->array_max);
    if (n < field->array_min)
        return pb_error_set(r->error, PB_E_MISSING, "%s: %s: %zu given, at least %zu are needed", r->name, at.pointer,
                            n, field->array_min);
    return PB_OK;
}

static pb_status read_array(race_reader *r, const pb_field *field, pb_json at, void *record)
{
    size_t n = pb_json_length(at);
    PB_TRY(pb_json_is_array(at, 0, SIZE_MAX, r->error));
    PB_TRY(check_length(r, field, at, n));
    for (size_t i = 0; i < n; i++) {
        void *to = pb_field_at_mut(field, record, i);
        if (field->kind == PB_FIELD_OBJECT) {
            memset(to, 0, field->record->size);
            if (field->record->init) field->record->init(to);
        }
        PB_TRY(read_element(r, field, pb_json_at(at, i), to));
    }
    pb_field_set_count(field, record, n);
    if (field->carry_on) carry_on(field, record, n);
    return PB_OK;
}

static pb_status read_field(race_reader *r, const pb_field *field, pb_json at, void *record)
{
    if (!pb_json_present(at)) return field->required ? pb_json_need(at, r->error) : PB_OK;
    if (field->array_max) return read_array(r, field, at, record);
    void *to = pb_field_at_mut(field, record, 0);
    if (field->elide && field->record && field->record->init) field->record->init(to);
    return read_element(r, field, at, to);
}

static pb_status read_record(race_reader *r, pb_json at, const pb_record *record, void *to)
{
    const char *keys[KEYS_MAX];
    size_t      n = 0;
    PB_ASSERT(record->n_fields < KEYS_MAX);
    if (record == pb_race_record()) keys[n++] = "format";
    for (size_t i = 0; i < record->n_fields; i++) keys[n++] = record->fields[i].key;
    PB_TRY(pb_json_is_object(at, r->error));
    PB_TRY(pb_json_only_keys(at, keys, n, r->error));
    for (size_t i = 0; i < record->n_fields; i++)
        PB_TRY(read_field(r, &record->fields[i], pb_json_get(at, record->fields[i].key), to));
    return PB_OK;
}

static pb_status read_format(race_reader *r, pb_json root)
{
    char    format[40] = "";
    pb_json at         = pb_json_get(root, "format");
    PB_TRY(pb_json_is_object(root, r->error));
    PB_TRY(pb_json_need(at, r->error));
    PB_TRY(pb_json_text(at, format, sizeof format, r->error));
    if (strcmp(format, PB__RACE_FORMAT) == 0) return PB_OK;
    return pb_error_set(r->error, PB_E_UNSUPPORTED,
                        "%s: /format: \"%s\" is not a format this build reads, which is \"%s\"", r->name, format,
                        PB__RACE_FORMAT);
}

static pb_status read_document(race_reader *r, pb_json root)
{
    PB_TRY(read_format(r, root));
    PB_TRY(read_record(r, root, pb_race_record(), r->spec));
    return name_file(r->name, r->error, pb_race_spec_check(r->spec, r->error));
}

pb_status pb_wire_read_race(pb_span text, const char *path, pb_race_spec *spec, pb_error *error)
{
    pb_json_doc  *doc   = NULL;
    pb_race_spec *fresh = NULL;
    pb_status     status;
    if (pb_span_trim(text).len == 0) return pb_error_set(error, PB_E_EMPTY, "%s: the file is empty", path);
    PB_TRY(pb_json_parse(text, path, &doc, error));
    fresh = malloc(sizeof *fresh);
    if (!fresh) {
        status = pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    } else {
        race_reader reader = {.spec = fresh, .name = path, .error = error};
        pb_race_spec_default(fresh);
        status = read_document(&reader, pb_json_root(doc));
        if (status == PB_OK) *spec = *fresh;
    }
    free(fresh);
    pb_json_free(doc);
    return status;
}

/* A race file is an object that names its format near the top. */
bool pb_wire_is_race(pb_span text)
{
    static const char key[] = "\""
                              "format"
                              "\"";
    pb_span           head  = pb_span_trim(text);
    if (head.len >= 3 && memcmp(head.at, "\xef\xbb\xbf", 3) == 0)
        head = pb_span_trim((pb_span){head.at + 3, head.len - 3});
    if (head.len == 0 || head.at[0] != '{') return false;
    size_t window = head.len < 4096 ? head.len : 4096;
    return memmem(head.at, window, key, sizeof key - 1) != NULL &&
           memmem(head.at, window, "pitboard-race-", sizeof "pitboard-race-" - 1) != NULL;
}
