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

static pb_status add_race(const pb_history_race *race, uint32_t group, uint32_t step, const pb__form *form,
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

pb_status pb__live_set_of(const pb_history *past, uint32_t step, pb__live_set *out)
{
    pb__form_race        *seen = calloc(past->n + 1, sizeof *seen);
    const pb__form_race **ptr  = calloc(past->n + 1, sizeof(const pb__form_race *));
    size_t                n    = 0;
    *out                       = (pb__live_set){.form = calloc(past->n + 1, sizeof *out->form)};
    pb_status status           = seen && ptr && out->form ? PB_OK : PB_E_NOMEM;
    for (size_t i = 0; status == PB_OK && i < past->n; i++) {
        const pb_history_race *race = &past->races[i];
        if (!pb__form_race_of(race, &seen[n])) continue;
        pb__form_from(ptr, n, race->log, &out->form[i]);
        status = add_race(race, (uint32_t)i, step, &out->form[i], out);
        ptr[n] = &seen[n];
        n++;
    }
    free(seen);
    free(ptr);
    return status;
}

void pb__live_set_fini(pb__live_set *set)
{
    free(set->at);
    free(set->form);
    *set = (pb__live_set){0};
}
