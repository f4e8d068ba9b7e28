/* The header of a model file: what a version knows of itself, as JSON. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "model_file.h"

static void put_hash(pb_json_writer *w, const char *key, uint64_t hash)
{
    char text[20];
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    pb_json_put_text(w, key, text);
}

static void put_metrics(pb_json_writer *w, const char *key, const pb_model_metric *metric, uint32_t n)
{
    pb_json_array(w, key);
    for (uint32_t i = 0; i < n; i++) {
        pb_json_object(w, NULL);
        pb_json_put_text(w, "name", metric[i].name);
        pb_json_put_f64(w, "value", metric[i].value);
        pb_json_put_f64(w, "lo", metric[i].lo);
        pb_json_put_f64(w, "hi", metric[i].hi);
        pb_json_object_end(w);
    }
    pb_json_array_end(w);
}

static void put_judged(pb_json_writer *w, const pb_model_meta *m)
{
    pb_json_object(w, "judged");
    pb_json_put_i64(w, "season", m->judged_season);
    pb_json_put_i64(w, "races", m->judged_races);
    pb_json_put_text(w, "baseline", m->baseline);
    put_metrics(w, "metrics", m->metric, m->n_metrics);
    put_metrics(w, "against", m->against, m->n_against);
    pb_json_object_end(w);
}

void pb__model_header_write(const pb_model *model, FILE *to)
{
    const pb_model_meta *m = &model->meta;
    pb_json_writer       w;
    pb_json_begin(&w, to, 0);
    pb_json_object(&w, NULL);
    pb_json_put_i64(&w, "format", PB__MODEL_FORMAT);
    pb_json_put_text(&w, "kind", model->kind);
    pb_json_put_i64(&w, "sections", (int64_t)model->n);
    pb_json_put_text(&w, "code", m->code);
    pb_json_put_text(&w, "trained_at", m->trained_at);
    pb_json_put_bool(&w, "quick", m->quick);
    pb_json_put_text(&w, "data", m->data);
    put_hash(&w, "data_hash", m->data_hash);
    pb_json_put_i64(&w, "races", m->races);
    pb_json_put_i64(&w, "until_season", m->until_season);
    pb_json_put_i64(&w, "until_round", m->until_round);
    pb_json_put_text(&w, "schema", m->schema);
    put_hash(&w, "schema_hash", m->schema_hash);
    put_judged(&w, m);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

/* ---- reading ---- */

static pb_status need(pb_json object, const char *key, pb_json *out, pb_error *error)
{
    *out = pb_json_get(object, key);
    return pb_json_need(*out, error);
}

static pb_status read_whole(pb_json object, const char *key, int64_t lo, int64_t hi, int64_t *out, pb_error *error)
{
    pb_json at;
    PB_TRY(need(object, key, &at, error));
    return pb_json_i64(at, lo, hi, out, error);
}

static pb_status read_i16(pb_json object, const char *key, int16_t *out, pb_error *error)
{
    int64_t value = 0;
    PB_TRY(read_whole(object, key, 0, INT16_MAX, &value, error));
    *out = (int16_t)value;
    return PB_OK;
}

static pb_status read_u32(pb_json object, const char *key, int64_t hi, uint32_t *out, pb_error *error)
{
    int64_t value = 0;
    PB_TRY(read_whole(object, key, 0, hi, &value, error));
    *out = (uint32_t)value;
    return PB_OK;
}

static pb_status read_text(pb_json object, const char *key, char *out, size_t cap, pb_error *error)
{
    pb_json at;
    PB_TRY(need(object, key, &at, error));
    PB_TRY(pb_json_text(at, out, cap, error));
    for (const char *c = out; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return pb_error_set(error, PB_E_SYNTAX, "%s: more than one line of text", at.pointer);
    return PB_OK;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static pb_status read_hash(pb_json object, const char *key, uint64_t *out, pb_error *error)
{
    char     text[17] = "";
    uint64_t hash     = 0;
    PB_TRY(read_text(object, key, text, sizeof text, error));
    for (int i = 0; i < 16; i++) {
        int digit = hex_digit(text[i]);
        if (digit < 0) return pb_error_set(error, PB_E_SYNTAX, "/%s: not 16 small hexadecimal digits", key);
        hash = hash << 4 | (uint64_t)digit;
    }
    *out = hash;
    return PB_OK;
}

static pb_status read_number(pb_json object, const char *key, double *out, pb_error *error)
{
    pb_json at;
    PB_TRY(need(object, key, &at, error));
    return pb_json_f64(at, -1e300, 1e300, out, error);
}

static pb_status read_metrics(pb_json object, const char *key, pb_model_metric *out, uint32_t *n, pb_error *error)
{
    static const char *const keys[] = {"name", "value", "lo", "hi"};
    pb_json                  list;
    PB_TRY(need(object, key, &list, error));
    PB_TRY(pb_json_is_array(list, 0, PB_MODEL_METRICS_MAX, error));
    size_t count = pb_json_length(list);
    for (size_t i = 0; i < count; i++) {
        pb_json at = pb_json_at(list, i);
        PB_TRY(pb_json_is_object(at, error));
        PB_TRY(pb_json_only_keys(at, keys, 4, error));
        PB_TRY(read_text(at, "name", out[i].name, sizeof out[i].name, error));
        PB_TRY(read_number(at, "value", &out[i].value, error));
        PB_TRY(read_number(at, "lo", &out[i].lo, error));
        PB_TRY(read_number(at, "hi", &out[i].hi, error));
    }
    *n = (uint32_t)count;
    return PB_OK;
}

static pb_status read_judged(pb_json root, pb_model_meta *m, pb_error *error)
{
    static const char *const keys[] = {"season", "races", "baseline", "metrics", "against"};
    pb_json                  at;
    PB_TRY(need(root, "judged", &at, error));
    PB_TRY(pb_json_is_object(at, error));
    PB_TRY(pb_json_only_keys(at, keys, sizeof keys / sizeof *keys, error));
    PB_TRY(read_i16(at, "season", &m->judged_season, error));
    PB_TRY(read_u32(at, "races", 100000, &m->judged_races, error));
    PB_TRY(read_text(at, "baseline", m->baseline, sizeof m->baseline, error));
    PB_TRY(read_metrics(at, "metrics", m->metric, &m->n_metrics, error));
    return read_metrics(at, "against", m->against, &m->n_against, error);
}

static pb_status read_meta(pb_json root, pb_model_meta *m, pb_error *error)
{
    pb_json quick;
    PB_TRY(read_text(root, "code", m->code, sizeof m->code, error));
    PB_TRY(read_text(root, "trained_at", m->trained_at, sizeof m->trained_at, error));
    PB_TRY(need(root, "quick", &quick, error));
    PB_TRY(pb_json_bool(quick, &m->quick, error));
    PB_TRY(read_text(root, "data", m->data, sizeof m->data, error));
    PB_TRY(read_hash(root, "data_hash", &m->data_hash, error));
    PB_TRY(read_u32(root, "races", 100000, &m->races, error));
    PB_TRY(read_i16(root, "until_season", &m->until_season, error));
    PB_TRY(read_i16(root, "until_round", &m->until_round, error));
    PB_TRY(read_text(root, "schema", m->schema, sizeof m->schema, error));
    PB_TRY(read_hash(root, "schema_hash", &m->schema_hash, error));
    return read_judged(root, m, error);
}

static pb_status read_root(pb_json root, pb_model *model, size_t *sections, pb_error *error)
{
    static const char *const keys[] = {"format",    "kind",   "sections", "code",         "trained_at",
                                       "quick",     "data",   "races",    "until_season", "until_round",
                                       "data_hash", "schema", "judged",   "schema_hash"};
    int64_t                  format = 0, count = 0;
    PB_TRY(pb_json_is_object(root, error));
    PB_TRY(read_whole(root, "format", 0, INT64_MAX, &format, error));
    if (format != PB__MODEL_FORMAT)
        return pb_error_set(error, PB_E_UNSUPPORTED,
                            "format %" PRIi64 " of model files is not known here, only %d (train the model again)",
                            format, PB__MODEL_FORMAT);
    PB_TRY(pb_json_only_keys(root, keys, sizeof keys / sizeof *keys, error));
    PB_TRY(read_text(root, "kind", model->kind, sizeof model->kind, error));
    if (!*model->kind) return pb_error_set(error, PB_E_RANGE, "/kind: empty");
    PB_TRY(read_whole(root, "sections", 0, PB__MODEL_SECTIONS_MAX, &count, error));
    PB_TRY(read_meta(root, &model->meta, error));
    *sections = (size_t)count;
    return PB_OK;
}

pb_status pb__model_header_read(pb_span text, const char *name, pb_model *model, size_t *sections, pb_error *error)
{
    pb_json_doc *doc = NULL;
    PB_TRY(pb_json_parse(text, name, &doc, error));
    pb_status status = read_root(pb_json_root(doc), model, sections, error);
    pb_json_free(doc);
    return status;
}
