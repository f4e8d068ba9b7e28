/* race_fixture.h - races for the tests of the simulator: the benchmark scenario
 * as it is on disk, and a small dry race with nothing random in it. */
#ifndef RACE_FIXTURE_H
#define RACE_FIXTURE_H

#include "pitboard/codec.h"
#include "pitboard/sim.h"
#include "pitboard/wire.h"

#include "pb_test.h"

static inline pb_race_spec *fixture_file(const char *path)
{
    pb_race_spec *spec  = malloc(sizeof *spec);
    pb_bytes      bytes = {0};
    pb_error      error = {0};
    assert_non_null(spec);
    if (pb_file_read(path, 0, &bytes, &error) != PB_OK) fail_msg("%s", error.text);
    if (pb_wire_read_race((pb_span){bytes.at, bytes.len}, path, spec, &error) != PB_OK) fail_msg("%s", error.text);
    pb_bytes_free(&bytes);
    return spec;
}

/* n cars, one stop each on lap 10 of 20, 0.2 s a lap between neighbours, every
 * effect off. */
static inline pb_race_spec *fixture_plain(uint32_t n)
{
    pb_race_spec *spec = malloc(sizeof *spec);
    assert_non_null(spec);
    pb_race_spec_default(spec);
    snprintf(spec->id, sizeof spec->id, "plain");
    spec->rules.laps = 20;
    spec->effects    = 0;
    spec->n_cars     = (uint8_t)n;
    for (uint32_t c = 0; c < n; c++) {
        pb_car_spec *car = &spec->cars[c];
        memset(car, 0, sizeof *car);
        snprintf(car->code, sizeof car->code, "C%02u", c);
        snprintf(car->team, sizeof car->team, "team %u", c / 2);
        car->number                      = (int16_t)(c + 1);
        car->grid                        = (uint8_t)(c + 1);
        car->pace_s                      = 0.2 * c;
        car->wear_mult                   = 1.0;
        car->noise_mult                  = 1.0;
        car->n_plans                     = 1;
        car->plans[0].weight_prob        = 1.0;
        car->plans[0].n_stints           = 2;
        car->plans[0].stints[0].compound = 1;
        car->plans[0].stints[1].compound = 2;
        car->plans[0].stints[1].in_lap   = 10;
    }
    return spec;
}

typedef struct fixture_run {
    pb_sim_model   *model;
    pb_sim_scratch *scratch;
    pb_sim_result  *result;
} fixture_run;

static inline fixture_run fixture_model(const pb_race_spec *spec)
{
    fixture_run run   = {0};
    pb_error    error = {0};
    if (pb_sim_model_create(spec, &run.model, &error) != PB_OK) fail_msg("%s", error.text);
    PB_CHECK_EQ(pb_sim_scratch_create(run.model, &run.scratch), PB_OK);
    return run;
}

static inline fixture_run fixture_play(const pb_race_spec *spec, uint32_t trials)
{
    fixture_run run = fixture_model(spec);
    PB_CHECK_EQ(pb_sim_result_create(run.model, trials < 64 ? trials : 64, &run.result), PB_OK);
    pb_sim_run(run.model, 1, 0, trials, PB_ISA_AUTO, run.scratch, run.result);
    return run;
}

static inline void fixture_end(fixture_run *run)
{
    pb_sim_result_destroy(run->result);
    pb_sim_scratch_destroy(run->scratch);
    pb_sim_model_destroy(run->model);
}

#endif
