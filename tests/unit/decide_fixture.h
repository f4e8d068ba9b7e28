/* A race and a decider for tests that rank plans. */
#ifndef PB_DECIDE_FIXTURE_H
#define PB_DECIDE_FIXTURE_H

#include "pb_test.h"
#include "pitboard/decide.h"
#include "spec_sample.h"

/* Four cars on the grid; free() it. */
static inline pb_race_spec *grid_race(void)
{
    pb_race_spec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    pb_sample_race(spec);
    return spec;
}

static inline pb_decider *decider(const pb_race_spec *spec, uint32_t trials, pb_isa isa)
{
    pb_effort   effort = pb_effort_default();
    pb_decider *d      = NULL;
    pb_error    error  = {0};
    effort.trials      = trials;
    effort.isa         = isa;
    if (pb_decider_create(spec, &effort, &d, &error) != PB_OK) fail_msg("%s", error.text);
    return d;
}

#endif
