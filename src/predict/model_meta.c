/* What a version of a model knows of itself. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "model_bag.h"
#include "pitboard/codec.h"

const pb_model_meta *pb_model_meta_of(const pb_model *model)
{
    return &model->meta;
}

static bool one_line(const char *text, size_t cap)
{
    size_t len = strnlen(text, cap);
    if (len == cap || !pb_utf8_valid((pb_span){text, len})) return false;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) return false;
    return true;
}

static pb_status check_metrics(const pb_model_metric *metric, uint32_t n, pb_error *error)
{
    if (n > PB_MODEL_METRICS_MAX)
        return pb_error_set(error, PB_E_LIMIT, "%u metrics of a model; at most %d", n, PB_MODEL_METRICS_MAX);
    for (uint32_t i = 0; i < n; i++) {
        const pb_model_metric *m = &metric[i];
        if (!one_line(m->name, sizeof m->name))
            return pb_error_set(error, PB_E_RANGE, "metric %u of a model has no proper name", i);
        if (!isfinite(m->value) || !isfinite(m->lo) || !isfinite(m->hi))
            return pb_error_set(error, PB_E_RANGE, "metric %s of a model is not finite", m->name);
    }
    return PB_OK;
}

pb_status pb_model_set_meta(pb_model *model, const pb_model_meta *meta, pb_error *error)
{
    PB_TRY(check_metrics(meta->metric, meta->n_metrics, error));
    PB_TRY(check_metrics(meta->against, meta->n_against, error));
    if (!one_line(meta->code, sizeof meta->code) || !one_line(meta->trained_at, sizeof meta->trained_at) ||
        !one_line(meta->schema, sizeof meta->schema) || !one_line(meta->data, sizeof meta->data) ||
        !one_line(meta->baseline, sizeof meta->baseline))
        return pb_error_set(error, PB_E_RANGE, "what is noted of a model is not one line of text");
    if (meta->until_season < 0 || meta->until_round < 0 || meta->judged_season < 0)
        return pb_error_set(error, PB_E_RANGE, "a season or round of a model is below 0");
    model->meta = *meta;
    return PB_OK;
}

/* ---- the fingerprint of its data: FNV-1a, 64 bits ---- */

static uint64_t mix(uint64_t hash, uint64_t word)
{
    for (int i = 0; i < 8; i++) hash = (hash ^ (word >> 8 * i & 255)) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return mix(hash, 0);
}

static uint64_t mix_lap(uint64_t hash, const pb_lap *lap)
{
    hash = mix(hash, lap->number);
    hash = mix(hash, (uint64_t)(int64_t)lap->session_ms);
    hash = mix(hash, (uint64_t)(int64_t)lap->time_ms);
    return mix(hash, (uint64_t)lap->compound << 8 | lap->status);
}

uint64_t pb_history_hash(const pb_history *history)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t r = 0; r < history->n; r++) {
        const pb_race_log *log = history->races[r].log;
        hash                   = mix(hash, (uint64_t)log->season << 32 | (uint64_t)log->round << 1 | log->sprint);
        for (uint32_t c = 0; c < log->n_cars; c++) {
            hash = mix_text(hash, log->cars[c].code);
            hash = mix(hash, (uint64_t)log->cars[c].grid << 32 | log->cars[c].n_laps);
            for (uint32_t i = 0; i < log->cars[c].n_laps; i++) hash = mix_lap(hash, &log->cars[c].laps[i]);
        }
    }
    return hash;
}

pb_status pb_model_fits(const pb_model *model, const pb_model_kind *kind, pb_error *error)
{
    if (strcmp(model->kind, kind->name) != 0)
        return pb_error_set(error, PB_E_UNSUPPORTED, "a model of kind %s, not %s", model->kind, kind->name);
    const char *schema = kind->schema ? kind->schema->name : "";
    uint64_t    hash   = kind->schema ? pb_feature_schema_hash(kind->schema) : 0;
    if (strcmp(model->meta.schema, schema) == 0 && model->meta.schema_hash == hash) return PB_OK;
    return pb_error_set(error, PB_E_UNSUPPORTED,
                        "trained on feature rows '%s' (%016" PRIx64 "), this program makes '%s' (%016" PRIx64
                        "): run `pitboard train %s`",
                        model->meta.schema, model->meta.schema_hash, schema, hash, kind->name);
}
