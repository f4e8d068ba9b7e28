/* live_set: states of past races, each seen as it was then. */
#include "live_set.h"

#include <stdlib.h>

#define FIRST_LAP 2 /* before it nothing but the leader is known */

static pb__live_case *grow(pb__live_set *set)
{
    if (set->n == set->cap) {
        size_t         cap  = set->cap ? 2 * set->cap : 256;
        pb__live_case *more = realloc(set->at, cap * sizeof *more);
        if (!more) return NULL;
        set->at  = more;
        set->cap = cap;
    }
    return &set->at[set->n];
}

static pb_status add_race(const pb_history_race *race, uint32_t group, uint32_t step, const pb__live_form *form,
                          pb__live_set *out)
{
    pb__live_view *view   = pb__live_view_create(race->log);
    pb_status      status = view ? PB_OK : PB_E_NOMEM;
    for (uint32_t lap = FIRST_LAP; status == PB_OK && lap < race->outcome->laps; lap += step) {
        pb__live_case *at = grow(out);
        if (!at) {
            status = PB_E_NOMEM;
        } else if (pb__live_state_at(view, lap, form, &at->state) == PB_OK) {
            at->race  = race;
            at->group = group;
            out->n++;
        }
    }
    pb__live_view_destroy(view);
    return status;
}

pb_status pb__live_set_of(const pb_history *past, const pb_form_rules *rules, uint32_t step, pb__live_set *out,
                          pb_error *error)
{
    *out = (pb__live_set){.form = calloc(past->n + 1, sizeof *out->form)};
    if (!out->form) return pb_error_set(error, PB_E_NOMEM, "live: out of memory");
    PB_TRY(pb__live_form_walk(past, rules, out->form, error));
    for (size_t i = 0; i < past->n; i++) {
        const pb_history_race *race = &past->races[i];
        if (!race->usable || race->log->sprint) continue;
        if (add_race(race, (uint32_t)i, step, &out->form[i], out) != PB_OK)
            return pb_error_set(error, PB_E_NOMEM, "live: out of memory");
    }
    return PB_OK;
}

void pb__live_set_fini(pb__live_set *set)
{
    free(set->at);
    free(set->form);
    *set = (pb__live_set){0};
}
