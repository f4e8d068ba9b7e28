/* POST /simulations: a race played many times. */
#include <stdlib.h>
#include <string.h>

#include "api_answers.h"
#include "api_race.h"
#include "pitboard/engine.h"
#include "simulate_report.h"

#define TRIALS_MOST 10000000
#define TRIALS 10000

/* A race and what is to be played of it. */
typedef struct play {
    pb_race_spec  *spec;
    pb_run_options run;
    bool           stops, gaps;
    uint32_t       gap_to;
} play;

static pb_status read_flag(pb_json body, const char *key, bool *out, pb_error *error)
{
    pb_json at = pb_json_get(body, key);
    return pb_json_present(at) ? pb_json_bool(at, out, error) : PB_OK;
}

/* What is told beyond the ends: "stops", "gaps" and whom they are to. */
static pb_status read_more(const api_ask *ask, play *p, pb_error *error)
{
    char        code[12];
    const char *to = NULL;
    PB_TRY(read_flag(ask->body, "stops", &p->stops, error));
    PB_TRY(read_flag(ask->body, "gaps", &p->gaps, error));
    PB_TRY(api_read_text(ask->body, "gaps_to", code, sizeof code, &to, error));
    p->run.trace_trials = p->gaps ? PB__GAP_TRIALS : 0;
    p->gap_to           = to && strcmp(to, "median") == 0 ? PB_SIM_TO_MEDIAN : PB_SIM_TO_LEADER;
    if (!to || strcmp(to, "leader") == 0 || p->gap_to == PB_SIM_TO_MEDIAN) return PB_OK;
    for (p->gap_to = 0; p->gap_to < p->spec->n_cars; p->gap_to++)
        if (strcmp(p->spec->cars[p->gap_to].code, to) == 0) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "/gaps_to: there is no car %s in this race (leader, median or a car's code)",
                        to);
}

static pb_status read_play(const api_ask *ask, play *out, pb_error *error)
{
    api_race       race;
    pb__race_notes notes;
    uint32_t       trials = TRIALS;
    *out                  = (play){.spec = calloc(1, sizeof *out->spec)};
    if (!out->spec) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_run_options_default(&out->run);
    out->run.isa     = ask->desk->isa;
    out->run.threads = ask->work->options.threads;
    PB_TRY(api_read_u32(ask->body, "trials", 1, TRIALS_MOST, &trials, error));
    PB_TRY(api_read_seed(ask->body, &out->run.seed, error));
    out->run.trials  = trials;
    pb_status status = api_race_read(ask, "from_lap", &race, error);
    if (status == PB_OK) status = api_pointed(pb__race_load(&race.choice, out->spec, &notes, error), error);
    if (status == PB_OK) status = api_pointed(api_race_state(&race, out->spec, error), error);
    api_race_free(&race);
    return status == PB_OK ? read_more(ask, out, error) : status;
}

static pb_status run_play(play *p, pb_json_writer *to, pb_error *error)
{
    pb_sim_model  *model  = NULL;
    pb_sim_result *result = NULL;
    PB_TRY(pb_sim_model_create(p->spec, &model, error));
    pb_status status = pb_engine_simulate(model, &p->run, &result, error);
    pb_sim_model_destroy(model);
    if (status != PB_OK) return status;
    const pb__simulated what = {.spec   = p->spec,
                                .result = result,
                                .seed   = p->run.seed,
                                .stops  = p->stops,
                                .gaps   = p->gaps ? calloc(result->trace.trials, sizeof(double)) : NULL,
                                .gap_to = p->gap_to};
    if (p->gaps && !what.gaps) status = pb_error_set(error, PB_E_NOMEM, "out of memory");
    pb_json_object(to, NULL);
    if (status == PB_OK) pb__simulate_json_put(to, &what);
    pb_json_object_end(to);
    free(what.gaps);
    pb_sim_result_destroy(result);
    return status;
}

pb_status api_simulate_size(const api_ask *ask, double *size, pb_error *error)
{
    play      p;
    pb_status status = read_play(ask, &p, error);
    if (status == PB_OK) *size = (double)p.run.trials * p.spec->n_cars * (p.spec->rules.laps - p.spec->from_lap);
    free(p.spec);
    return status;
}

pb_status api_simulate(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    play      p;
    pb_status status = read_play(ask, &p, error);
    if (status == PB_OK) status = run_play(&p, to, error);
    free(p.spec);
    return status;
}

/* ---- as a job ---- */

static bool tell(void *user, uint32_t done, uint32_t trials)
{
    return pb_job_progress(user, (double)done / trials, "races");
}

static pb_status simulate_in(api_work *work, pb_json body, pb_job_run *job, pb_json_writer *to, pb_error *error)
{
    play    p;
    api_ask ask = {.work = work, .body = body};
    PB_TRY(api_desk_hold(work->desks, &ask.desk, error));
    pb_status status = read_play(&ask, &p, error);
    p.run.threads    = work->options.job_threads;
    p.run.progress   = tell;
    p.run.user       = job;
    if (status == PB_OK) status = run_play(&p, to, error);
    free(p.spec);
    api_desk_drop(work->desks, ask.desk);
    return status;
}

pb_status api_job_simulation(void *user, pb_job_run *run, pb_bytes *result, pb_error *error)
{
    return api_job(user, "simulation_job", simulate_in, run, result, error);
}
