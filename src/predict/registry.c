/* Versions of models: added, promoted, rolled back, set aside. */
#include "registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static pb_status read_shipped(const char *kind, pb_model **out, pb_error *error)
{
    pb_span  packed;
    pb_bytes plain = {0};
    char     name[80];
    snprintf(name, sizeof name, "the %s model that ships", kind);
    if (!pb__model_shipped(kind, &packed))
        return pb_error_set(error, PB_E_NOENT, "no %s model ships with this program", kind);
    PB_TRY(pb_gunzip(packed, PB_MODEL_BYTES_MAX, &plain, error));
    pb_status status = pb_model_read((pb_span){plain.at, plain.len}, name, out, error);
    pb_bytes_free(&plain);
    return status;
}

static pb_status check_fit(const pb_model_kind *kind, const char *name, pb_model **model, pb_error *error)
{
    pb_error  why    = {0};
    pb_status status = pb_model_fits(*model, kind, &why);
    if (status == PB_OK) return PB_OK;
    pb_model_destroy(*model);
    *model = NULL;
    return pb_error_set(error, status, "%s: %s", name, why.text);
}

pb_status pb_registry_version(const char *dir, const pb_model_kind *kind, uint32_t number, pb_model **out,
                              pb_error *error)
{
    char      path[PB_REGISTRY_PATH_MAX] = "what ships";
    pb_model *model                      = NULL;
    if (number == 0) {
        PB_TRY(read_shipped(kind->name, &model, error));
    } else {
        if (!dir) return pb_error_set(error, PB_E_NOENT, "%s:%u: there is no folder of models", kind->name, number);
        PB_TRY(pb__registry_version_path(dir, kind->name, number, path, error));
        PB_TRY(pb_model_read_file(path, &model, error));
    }
    PB_TRY(check_fit(kind, path, &model, error));
    *out = model;
    return PB_OK;
}

pb_status pb_registry_add(const char *dir, const pb_model *model, uint32_t *number, pb_error *error)
{
    char        path[PB_REGISTRY_PATH_MAX];
    const char *kind = pb_model_kind_name(model);
    uint32_t   *list = NULL;
    size_t      n    = 0;
    int         lock = -1;
    PB_TRY(pb__registry_lock(dir, kind, &lock, error));
    pb_status status = pb__registry_numbers(dir, kind, &list, &n, error);
    uint32_t  next   = n ? list[n - 1] + 1 : 1;
    free(list);
    if (status == PB_OK && next > PB__REGISTRY_VERSIONS_MAX)
        status = pb_error_set(error, PB_E_LIMIT, "%s/%s: full after %d versions", dir, kind, PB__REGISTRY_VERSIONS_MAX);
    if (status == PB_OK) status = pb__registry_version_path(dir, kind, next, path, error);
    if (status == PB_OK) status = pb_model_write(model, path, error);
    pb__registry_unlock(lock);
    if (status == PB_OK) *number = next;
    return status;
}

/* In front, the others after it, each once. */
static void choose(pb__registry_state *state, uint32_t number)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < state->n_chosen; i++)
        if (state->chosen[i] != number) state->chosen[n++] = state->chosen[i];
    if (n == PB__REGISTRY_LIST_MAX) n--;
    memmove(state->chosen + 1, state->chosen, n * sizeof *state->chosen);
    state->chosen[0] = number;
    state->n_chosen  = n + 1;
}

/* A change of the state under the lock. */
typedef pb_status change(pb__registry_state *state, const pb_model_kind *kind, uint32_t *number, const char *why,
                         pb_error *error);

static pb_status change_state(const char *dir, const pb_model_kind *kind, change *how, uint32_t *number,
                              const char *why, bool repair, pb_error *error)
{
    int                 lock  = -1;
    pb__registry_state *state = malloc(sizeof *state);
    if (!state) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_status status = pb__registry_lock(dir, kind->name, &lock, error);
    if (status == PB_OK) {
        status = pb__registry_state_read(dir, kind->name, state, error);
        if (status != PB_OK && repair) status = PB_OK; /* it is empty then, and written anew */
        if (status == PB_OK) status = how(state, kind, number, why, error);
        if (status == PB_OK) status = pb__registry_state_write(dir, kind->name, state, error);
        pb__registry_unlock(lock);
    }
    free(state);
    return status;
}

static pb_status do_promote(pb__registry_state *state, const pb_model_kind *kind, uint32_t *number, const char *why,
                            pb_error *error)
{
    (void)kind;
    (void)why;
    (void)error;
    pb__registry_forget_aside(state, *number);
    choose(state, *number);
    return PB_OK;
}

pb_status pb_registry_promote(const char *dir, const pb_model_kind *kind, uint32_t number, pb_error *error)
{
    pb_model *model = NULL;
    PB_TRY(pb_registry_version(dir, kind, number, &model, error));
    pb_model_destroy(model);
    return change_state(dir, kind, do_promote, &number, NULL, true, error);
}

static pb_status do_rollback(pb__registry_state *state, const pb_model_kind *kind, uint32_t *number, const char *why,
                             pb_error *error)
{
    (void)why;
    if (state->n_chosen < 2)
        return pb_error_set(error, PB_E_EMPTY, "%s: no version was active before (see `pitboard models list`)",
                            kind->name);
    state->n_chosen--;
    memmove(state->chosen, state->chosen + 1, state->n_chosen * sizeof *state->chosen);
    pb__registry_forget_aside(state, state->chosen[0]);
    *number = state->chosen[0];
    return PB_OK;
}

pb_status pb_registry_rollback(const char *dir, const pb_model_kind *kind, uint32_t *number, pb_error *error)
{
    return change_state(dir, kind, do_rollback, number, NULL, false, error);
}

static pb_status do_set_aside(pb__registry_state *state, const pb_model_kind *kind, uint32_t *number, const char *why,
                              pb_error *error)
{
    pb__registry_forget_aside(state, *number);
    if (state->n_aside == PB__REGISTRY_LIST_MAX)
        return pb_error_set(error, PB_E_LIMIT, "%s: too many versions are set aside", kind->name);
    pb__aside *to = &state->aside[state->n_aside++];
    to->version   = *number;
    pb_span_copy(pb_span_of(why), to->why, sizeof to->why);
    return PB_OK;
}

pb_status pb_registry_set_aside(const char *dir, const pb_model_kind *kind, uint32_t number, const char *why,
                                pb_error *error)
{
    return change_state(dir, kind, do_set_aside, &number, why, false, error);
}
