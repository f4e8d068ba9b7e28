/* DIR/KIND/active of a registry: anything in, no crash; a state that is refused is empty. */
#include <stdlib.h>
#include <string.h>

#include "predict/registry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    pb_error            error = {0};
    pb__registry_state *state = calloc(1, sizeof *state);
    if (!state) return 0;
    pb_status status = pb__registry_state_parse((pb_span){(const char *)data, size}, "active", state, &error);
    if (status != PB_OK && (error.text[0] == '\0' || state->n_chosen || state->n_aside)) abort();
    if (state->n_chosen > PB__REGISTRY_LIST_MAX || state->n_aside > PB__REGISTRY_LIST_MAX) abort();
    for (uint32_t i = 0; i < state->n_chosen; i++)
        if (state->chosen[i] > PB__REGISTRY_VERSIONS_MAX) abort();
    for (uint32_t i = 0; i < state->n_aside; i++) {
        const pb__aside *aside = pb__registry_aside(state, state->aside[i].version);
        if (!aside || strnlen(aside->why, sizeof aside->why) == sizeof aside->why) abort();
    }
    free(state);
    return 0;
}
