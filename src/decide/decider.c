/* decider: memory for a decision, and one candidate played on. */
#include "decider.h"

#include <stdlib.h>

pb_effort pb_effort_default(void)
{
    return (pb_effort){.seed = 1, .trials = 20000, .indifference = 0.02, .isa = PB_ISA_AUTO};
}

static uint32_t whole(uint32_t trials)
{
    return (trials + PB__BATCH - 1) / PB__BATCH * PB__BATCH;
}

static pb_status furnish(pb_decider *d, pb_error *error)
{
    pb_sim_model *model = NULL;
    if (pb_isa_resolve(d->effort.isa, &d->effort.isa) != PB_OK)
        return pb_error_set(error, PB_E_UNSUPPORTED,
                            "this machine cannot run %s code; leave the choice out to take the best it has",
                            pb_isa_name(d->effort.isa));
    PB_TRY(pb_sim_model_create(&d->spec, &model, error));
    pb_status status = pb_sim_result_create(model, 0, &d->result);
    if (status == PB_OK) status = pb_sim_scratch_create(model, &d->scratch);
    pb_sim_model_destroy(model);
    d->places = malloc((size_t)PB_CANDIDATES_MAX * 2 * d->room);
    if (status != PB_OK || !d->places) return pb_error_set(error, PB_E_NOMEM, "out of memory for a decision");
    return PB_OK;
}

pb_status pb_decider_create(const pb_race_spec *spec, const pb_effort *effort, pb_decider **out, pb_error *error)
{
    if (effort->trials < PB__BATCH || effort->trials > 10000000)
        return pb_error_set(error, PB_E_RANGE, "a decision takes %u to 10,000,000 trials, not %u", PB__BATCH,
                            effort->trials);
    pb_decider *d = calloc(1, sizeof *d);
    if (!d) return pb_error_set(error, PB_E_NOMEM, "out of memory for a decision");
    d->spec          = *spec;
    d->effort        = *effort;
    d->room          = whole(effort->trials < 65536 ? effort->trials : 65536);
    pb_status status = furnish(d, error);
    if (status == PB_OK)
        *out = d;
    else
        pb_decider_destroy(d);
    return status;
}

void pb_decider_destroy(pb_decider *d)
{
    if (!d) return;
    pb_sim_scratch_destroy(d->scratch);
    pb_sim_result_destroy(d->result);
    free(d->places);
    free(d);
}

pb_race_spec *pb_decider_spec(pb_decider *d)
{
    return &d->spec;
}

uint32_t pb_decider_trials(const pb_decider *d)
{
    return d->trials;
}

/* ---- one candidate ---- */

pb_status pb__runner_open(pb_decider *d, uint32_t car, const pb_candidate *candidate, uint32_t slot, pb__runner *out,
                          pb_error *error)
{
    pb_car_spec *spec          = &d->spec.cars[car];
    uint8_t      n_plans       = spec->n_plans;
    pb_plan      plan          = spec->plans[0];
    *out                       = (pb__runner){.candidate = candidate};
    out->own                   = d->places + (size_t)slot * 2 * d->room;
    out->rival                 = out->own + d->room;
    spec->n_plans              = 1;
    spec->plans[0]             = candidate->plan;
    spec->plans[0].weight_prob = 1;
    pb_status status           = pb_sim_model_create(&d->spec, &out->model, error);
    spec->n_plans              = n_plans;
    spec->plans[0]             = plan;
    if (status == PB_OK) pb_sim_model_obey(out->model, car, candidate->obey_until);
    return status;
}

pb_status pb__runner_like(pb_decider *d, uint32_t car, const pb__runner *other, const pb_candidate *candidate,
                          uint32_t slot, pb__runner *out, pb_error *error)
{
    *out       = (pb__runner){.candidate = candidate, .own = d->places + (size_t)slot * 2 * d->room};
    out->rival = out->own + d->room;
    if (pb_sim_model_copy(other->model, &out->model) != PB_OK)
        return pb_error_set(error, PB_E_NOMEM, "out of memory for a candidate");
    if (pb_sim_model_replan(out->model, &d->spec, car, &candidate->plan)) {
        pb_sim_model_obey(out->model, car, candidate->obey_until);
        return PB_OK;
    }
    pb__runner_close(out);
    return pb__runner_open(d, car, candidate, slot, out, error);
}

void pb__runner_close(pb__runner *runner)
{
    pb_sim_model_destroy(runner->model);
    runner->model = NULL;
}

void pb__runner_play(pb_decider *d, uint32_t car, const pb_aim *aim, pb__runner *r, uint32_t n)
{
    bool          two = aim->kind == PB_AIM_CHAMPIONSHIP;
    pb_sim_watch *w   = &d->result->watch;
    if (n > d->room) n = d->room;
    if (n <= r->n) return;
    *w = (pb_sim_watch){.n_cars = two ? 2 : 1,
                        .car    = {(uint8_t)car, two ? aim->rival : 0},
                        .first  = 0,
                        .count  = d->room,
                        .place  = r->own};
    pb_sim_run(r->model, d->effort.seed, r->n, n - r->n, d->effort.isa, d->scratch, d->result);
    d->trials += n - r->n;
    r->n = n;
    pb__aim_worth(&d->spec, aim, r);
}
