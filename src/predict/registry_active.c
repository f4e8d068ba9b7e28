/* Which version is used now: the active one, or what stands in for it, and why. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "registry.h"

/* Versions in the order they are tried; the one that ships is the last. */
typedef struct candidates {
    uint32_t at[PB__REGISTRY_LIST_MAX + 1];
    uint32_t n;
} candidates;

static void list_candidates(const pb__registry_state *state, candidates *out)
{
    bool shipped = false;
    out->n       = 0;
    for (uint32_t i = 0; i < state->n_chosen; i++) {
        out->at[out->n++] = state->chosen[i];
        shipped           = shipped || state->chosen[i] == 0;
    }
    if (!shipped) out->at[out->n++] = 0;
}

static void name_version(uint32_t version, char out[32])
{
    if (version == 0)
        snprintf(out, 32, "the version that ships");
    else
        snprintf(out, 32, "version %u", version);
}

/* The first reason stays: it is about the version that was asked for. */
static void note(pb_model_choice *choice, const char *what, const char *why)
{
    if (choice->fallback[0]) return;
    snprintf(choice->fallback, sizeof choice->fallback, "%s %.330s", what, why);
}

static bool promoted(const pb__registry_state *state, uint32_t version)
{
    for (uint32_t i = 0; i < state->n_chosen; i++)
        if (state->chosen[i] == version) return true;
    return false;
}

static pb_status try_version(const char *dir, const pb_model_kind *kind, const pb__registry_state *state,
                             uint32_t version, pb_model **out, pb_model_choice *choice)
{
    char             what[32];
    char             text[360];
    pb_error         why = {0};
    pb_span          packed;
    const pb__aside *aside = pb__registry_aside(state, version);
    name_version(version, what);
    if (aside) {
        snprintf(text, sizeof text, "is set aside: %s", aside->why);
        note(choice, what, text);
        return PB_E_UNSUPPORTED;
    }
    if (version == 0 && !pb__model_shipped(kind->name, &packed)) {
        note(choice, "no version of it is active,", "and none ships with this program");
        return PB_E_NOENT;
    }
    if (version == 0 && kind->unproven && !promoted(state, version)) {
        note(choice, "the version that ships is not used:", kind->unproven);
        return PB_E_UNSUPPORTED;
    }
    pb_status status = pb_registry_version(dir, kind, version, out, &why);
    if (status != PB_OK) {
        snprintf(text, sizeof text, "is refused: %.320s", why.text);
        note(choice, what, text);
    }
    return status;
}

static void say_what_is_used(const pb_model_kind *kind, pb_model_choice *choice)
{
    size_t used = strlen(choice->fallback);
    char   what[32];
    if (used == 0) return;
    name_version(choice->version, what);
    if (choice->baseline)
        snprintf(choice->fallback + used, sizeof choice->fallback - used, "; the baseline %s is used",
                 kind->baseline[0].name ? kind->baseline[0].name : "(there is none)");
    else
        snprintf(choice->fallback + used, sizeof choice->fallback - used, "; %s is used", what);
}

static pb_status try_all(const char *dir, const pb_model_kind *kind, const pb__registry_state *state, pb_model **out,
                         pb_model_choice *choice, pb_error *error)
{
    candidates list;
    list_candidates(state, &list);
    for (uint32_t i = 0; i < list.n; i++) {
        pb_status status = try_version(dir, kind, state, list.at[i], out, choice);
        if (status == PB_E_NOMEM) return pb_error_set(error, status, "out of memory for the %s model", kind->name);
        if (status != PB_OK) continue;
        choice->version = list.at[i];
        say_what_is_used(kind, choice);
        return PB_OK;
    }
    choice->baseline = true;
    say_what_is_used(kind, choice);
    return PB_OK;
}

pb_status pb_registry_active(const char *dir, const pb_model_kind *kind, pb_model **out, pb_model_choice *choice,
                             pb_error *error)
{
    pb_error            why   = {0};
    pb_model           *model = NULL;
    pb__registry_state *state = malloc(sizeof *state);
    if (!state) return pb_error_set(error, PB_E_NOMEM, "out of memory for the %s model", kind->name);
    *choice          = (pb_model_choice){0};
    pb_status status = pb__registry_state_read(dir, kind->name, state, &why);
    if (status != PB_OK) note(choice, "what is active is not known:", why.text);
    status = try_all(dir, kind, state, &model, choice, error);
    free(state);
    if (status == PB_OK) *out = model;
    return status;
}
