#include "bench_decide.h"

#include <math.h>
#include <stdlib.h>

#include "pitboard/decide.h"
#include "pitboard/engine.h"

#define PLACE 8
#define LAP 25
#define FIELD_THREADS 2

typedef struct asked {
    const pb_race_spec *spec;
    pb_isa              isa;
    bool                all; /* parts of a call */
} asked;

/* The race as it was on LAP: nobody stops between that and the file's lap. */
static pb_race_spec *race_at_lap(const pb_race_spec *whatif)
{
    pb_race_spec *spec = malloc(sizeof *spec);
    if (!spec) return NULL;
    *spec                = *whatif;
    const uint16_t since = (uint16_t)(spec->from_lap - LAP);
    spec->from_lap       = LAP;
    for (uint32_t c = 0; c < spec->n_cars; c++) {
        pb_car_state *state  = &spec->cars[c].state;
        state->tyre_age_laps = fmax(0, state->tyre_age_laps - since);
        state->laps_done     = (uint16_t)(state->laps_done > since ? state->laps_done - since : 0);
    }
    return spec;
}

static uint32_t car_at(const pb_race_spec *spec, uint32_t place)
{
    for (uint32_t c = 0; c < spec->n_cars; c++)
        if (spec->cars[c].state.position == place) return c;
    return 0;
}

/* Everything a caller waits for: from the race as it stands to the call. */
static pb_status make_call(void *user, size_t car, pb_error *error)
{
    const asked      *a       = user;
    pb_effort         effort  = pb_effort_default();
    pb_decide_options options = pb_decide_options_default();
    pb_decider       *decider = NULL;
    pb_call          *call    = malloc(sizeof *call);
    if (!call) return pb_error_set(error, PB_E_NOMEM, "out of memory for a call");
    effort.isa = a->isa;
    if (!a->all) options.table_trials = 0, options.flips = false;
    pb_status status = pb_decider_create(a->spec, &effort, &decider, error);
    if (status == PB_OK) status = pb_decide_call(decider, NULL, (uint32_t)car, &options, call, error);
    pb_decider_destroy(decider);
    free(call);
    return status;
}

static pb_status call_ms(asked *a, pb__bench_call what, double *ms, pb_error *error)
{
    double    start  = pb_engine_seconds();
    pb_status status = what == PB__BENCH_FIELD
                           ? pb_engine_each(a->spec->n_cars, FIELD_THREADS, make_call, a, NULL, error)
                           : make_call(a, car_at(a->spec, PLACE), error);
    *ms              = 1e3 * (pb_engine_seconds() - start);
    return status;
}

pb_status pb__bench_decide_ms(const pb_race_spec *whatif, pb_isa isa, pb__bench_call what, double *ms, uint32_t n,
                              pb_error *error)
{
    pb_race_spec *spec = race_at_lap(whatif);
    asked         a    = {spec, isa, what == PB__BENCH_CALL};
    if (!spec) return pb_error_set(error, PB_E_NOMEM, "out of memory for a race");
    pb_status status = call_ms(&a, what, &ms[0], error); /* warm-up */
    for (uint32_t i = 0; status == PB_OK && i < n; i++) status = call_ms(&a, what, &ms[i], error);
    free(spec);
    return status;
}
