/* The versions of a kind, as a list shows them. */
#include <stdlib.h>
#include <string.h>

#include "registry.h"

static void describe(const char *dir, const pb_model_kind *kind, const pb__registry_state *state, pb_model_version *v)
{
    pb_error         why   = {0};
    pb_model        *model = NULL;
    const pb__aside *aside = pb__registry_aside(state, v->number);
    v->active              = state->n_chosen ? state->chosen[0] == v->number : v->number == 0;
    v->good                = pb_registry_version(dir, kind, v->number, &model, &why) == PB_OK;
    if (v->good) v->meta = *pb_model_meta_of(model);
    if (!v->good) pb_span_copy(pb_span_of(why.text), v->why, sizeof v->why);
    if (v->good && aside) snprintf(v->why, sizeof v->why, "set aside: %s", aside->why);
    pb_model_destroy(model);
}

static void mark_used(const char *dir, const pb_model_kind *kind, pb_model_version *list, size_t n)
{
    pb_model_choice choice;
    pb_model       *model = NULL;
    if (pb_registry_active(dir, kind, &model, &choice, NULL) != PB_OK) return;
    for (size_t i = 0; i < n && !choice.baseline; i++) list[i].used = list[i].number == choice.version;
    pb_model_destroy(model);
}

static pb_status fill(const char *dir, const pb_model_kind *kind, const uint32_t *numbers, size_t n,
                      pb_model_version **out, size_t *n_out, pb_error *error)
{
    pb_span             packed;
    pb__registry_state *state = malloc(sizeof *state);
    pb_model_version   *list  = calloc(n + 1, sizeof *list);
    size_t              k     = 0;
    if (!state || !list) {
        free(state);
        free(list);
        return pb_error_set(error, PB_E_NOMEM, "out of memory for the versions of %s", kind->name);
    }
    (void)pb__registry_state_read(dir, kind->name, state, NULL); /* a broken one is empty; pb_registry_active tells */
    if (pb__model_shipped(kind->name, &packed)) describe(dir, kind, state, &list[k++]);
    for (size_t i = 0; i < n; i++) {
        list[k].number = numbers[i];
        describe(dir, kind, state, &list[k++]);
    }
    free(state);
    mark_used(dir, kind, list, k);
    *out   = list;
    *n_out = k;
    return PB_OK;
}

pb_status pb_registry_list(const char *dir, const pb_model_kind *kind, pb_model_version **out, size_t *n,
                           pb_error *error)
{
    uint32_t *numbers = NULL;
    size_t    count   = 0;
    PB_TRY(pb__registry_numbers(dir, kind->name, &numbers, &count, error));
    pb_status status = fill(dir, kind, numbers, count, out, n, error);
    free(numbers);
    return status;
}
