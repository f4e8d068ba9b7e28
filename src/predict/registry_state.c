/* DIR/KIND/active: a small JSON file, replaced as a whole. */
#include <stdlib.h>
#include <string.h>

#include "registry.h"

const pb__aside *pb__registry_aside(const pb__registry_state *state, uint32_t version)
{
    for (uint32_t i = 0; i < state->n_aside; i++)
        if (state->aside[i].version == version) return &state->aside[i];
    return NULL;
}

void pb__registry_forget_aside(pb__registry_state *state, uint32_t version)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < state->n_aside; i++)
        if (state->aside[i].version != version) state->aside[n++] = state->aside[i];
    state->n_aside = n;
}

static pb_status read_version(pb_json at, uint32_t *out, pb_error *error)
{
    int64_t version = 0;
    PB_TRY(pb_json_need(at, error));
    PB_TRY(pb_json_i64(at, 0, PB__REGISTRY_VERSIONS_MAX, &version, error));
    *out = (uint32_t)version;
    return PB_OK;
}

static pb_status read_state(pb_json root, pb__registry_state *out, pb_error *error)
{
    static const char *const keys[] = {"chosen", "aside"};
    PB_TRY(pb_json_is_object(root, error));
    PB_TRY(pb_json_only_keys(root, keys, 2, error));
    pb_json chosen = pb_json_get(root, "chosen"), aside = pb_json_get(root, "aside");
    PB_TRY(pb_json_need(chosen, error));
    PB_TRY(pb_json_need(aside, error));
    PB_TRY(pb_json_is_array(chosen, 0, PB__REGISTRY_LIST_MAX, error));
    PB_TRY(pb_json_is_array(aside, 0, PB__REGISTRY_LIST_MAX, error));
    out->n_chosen = (uint32_t)pb_json_length(chosen);
    out->n_aside  = (uint32_t)pb_json_length(aside);
    for (uint32_t i = 0; i < out->n_chosen; i++) PB_TRY(read_version(pb_json_at(chosen, i), &out->chosen[i], error));
    for (uint32_t i = 0; i < out->n_aside; i++) {
        pb_json at = pb_json_at(aside, i);
        PB_TRY(read_version(pb_json_get(at, "version"), &out->aside[i].version, error));
        PB_TRY(pb_json_text(pb_json_get(at, "why"), out->aside[i].why, sizeof out->aside[i].why, error));
    }
    return PB_OK;
}

pb_status pb__registry_state_parse(pb_span text, const char *path, pb__registry_state *out, pb_error *error)
{
    pb_error     why    = {0};
    pb_json_doc *doc    = NULL;
    pb_status    status = pb_json_parse(text, path, &doc, &why);
    if (status == PB_OK) status = read_state(pb_json_root(doc), out, &why);
    pb_json_free(doc);
    if (status == PB_OK) return PB_OK;
    memset(out, 0, sizeof *out);
    return pb_error_set(error, status, "%s (promote a version again)", why.text);
}

pb_status pb__registry_state_read(const char *dir, const char *kind, pb__registry_state *out, pb_error *error)
{
    char     path[PB_REGISTRY_PATH_MAX];
    pb_bytes text = {0};
    memset(out, 0, sizeof *out);
    if (!dir) return PB_OK;
    PB_TRY(pb__registry_path(path, error, "%s/%s/active", dir, kind));
    pb_status status = pb_file_read(path, 1u << 20, &text, error);
    if (status == PB_E_NOENT) return PB_OK;
    if (status != PB_OK) return status;
    status = pb__registry_state_parse((pb_span){text.at, text.len}, path, out, error);
    pb_bytes_free(&text);
    return status;
}

static void put_state(const pb__registry_state *state, FILE *to)
{
    pb_json_writer w;
    pb_json_begin(&w, to, 1);
    pb_json_object(&w, NULL);
    w.inline_array = true;
    pb_json_array(&w, "chosen");
    for (uint32_t i = 0; i < state->n_chosen; i++) pb_json_put_i64(&w, NULL, state->chosen[i]);
    pb_json_array_end(&w);
    pb_json_array(&w, "aside");
    for (uint32_t i = 0; i < state->n_aside; i++) {
        pb_json_object(&w, NULL);
        pb_json_put_i64(&w, "version", state->aside[i].version);
        pb_json_put_text(&w, "why", state->aside[i].why);
        pb_json_object_end(&w);
    }
    pb_json_array_end(&w);
    pb_json_object_end(&w);
    pb_json_end(&w);
}

pb_status pb__registry_state_write(const char *dir, const char *kind, const pb__registry_state *state, pb_error *error)
{
    char   path[PB_REGISTRY_PATH_MAX];
    char  *text = NULL;
    size_t len  = 0;
    PB_TRY(pb__registry_path(path, error, "%s/%s/active", dir, kind));
    FILE *to = open_memstream(&text, &len);
    if (!to) return pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    put_state(state, to);
    pb_status status = fclose(to) == 0 ? pb_file_write(path, (pb_span){text, len}, error)
                                       : pb_error_set(error, PB_E_NOMEM, "%s: out of memory", path);
    free(text);
    return status;
}
