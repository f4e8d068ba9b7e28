#include "bench_decide.h"

#include <stdlib.h>

#include "pitboard/decide.h"
#include "pitboard/engine.h"

#define PLACE 8

static uint32_t car_at(const pb_race_spec *spec, uint32_t place)
{
    for (uint32_t c = 0; c < spec->n_cars; c++)
        if (spec->cars[c].state.position == place) return c;
    return 0;
}

/* Everything a caller waits for: from the race as it stands to the call. */
static pb_status call_ms(const pb_race_spec *spec, pb_isa isa, bool all, pb_call *call, double *ms, pb_error *error)
{
    pb_effort         effort  = pb_effort_default();
    pb_decide_options options = pb_decide_options_default();
    pb_decider       *decider = NULL;
    double            start   = pb_engine_seconds();
    effort.isa                = isa;
    if (!all) options.table_trials = 0, options.flips = false;
    PB_TRY(pb_decider_create(spec, &effort, &decider, error));
    pb_status status = pb_decide_call(decider, NULL, car_at(spec, PLACE), &options, call, error);
    pb_decider_destroy(decider);
    *ms = 1e3 * (pb_engine_seconds() - start);
    return status;
}

pb_status pb__bench_decide_ms(const pb_race_spec *spec, pb_isa isa, bool all, double *ms, uint32_t n, pb_error *error)
{
    pb_call *call = malloc(sizeof *call);
    if (!call) return pb_error_set(error, PB_E_NOMEM, "out of memory for a call");
    pb_status status = call_ms(spec, isa, all, call, &ms[0], error); /* warm-up */
    for (uint32_t i = 0; status == PB_OK && i < n; i++) status = call_ms(spec, isa, all, call, &ms[i], error);
    free(call);
    return status;
}
