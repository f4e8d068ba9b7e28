/* POST /strategies/what-if: a race as it is and with something changed, on the same draws. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api_answers.h"
#include "api_race.h"
#include "decide_state.h"
#include "simulate_report.h"
#include "what_if.h"

#define TRIALS 4000
#define TRIALS_MOST 50000
#define T_19 1.729 /* Student's t, 19 degrees of freedom, 95 % */

/* ---- the two races ---- */

static pb_status change_flag(const api_ask *ask, what_if *w, pb_error *error)
{
    char        text[12];
    const char *flag;
    decide_flag kind;
    PB_TRY(api_read_text(ask->body, "flag", text, sizeof text, &flag, error));
    if (!flag) return PB_OK;
    if (w->after.spec->from_lap == 0)
        return pb_error_set(error, PB_E_RULE,
                            "/flag: comes out in a race under way; say from which lap with \"from_lap\"");
    PB_TRY(api_pointed(decide_flag_of(flag, &kind, error), error));
    PB_TRY(api_pointed(decide_state_flag(w->after.spec, kind, error), error));
    what_if_say(&w->change, "flag %s", flag);
    w->change.other    = true;
    w->change.flag_lap = w->after.spec->from_lap + 1u;
    return PB_OK;
}

static pb_status change_plan(const api_ask *ask, what_if *w, pb_error *error)
{
    char        car_text[24], plan_text[120];
    const char *name, *text;
    uint32_t    car = 0;
    PB_TRY(api_read_text(ask->body, "car", car_text, sizeof car_text, &name, error));
    PB_TRY(api_read_text(ask->body, "plan", plan_text, sizeof plan_text, &text, error));
    if (!name && !text) return PB_OK;
    if (!name) return pb_error_set(error, PB_E_MISSING, "/car: whose plan is it?");
    if (!text) return pb_error_set(error, PB_E_MISSING, "/plan: which plan shall %s drive? \"MEDIUM-HARD,22\"", name);
    PB_TRY(api_pointed(decide_state_car(w->after.spec, name, "--car", &car, error), error));
    return what_if_plan(w->after.spec, car, text, "/plan", &w->change, error);
}

/* The race as it is and with "set"; the same where nothing is set. */
static pb_status load(const api_ask *ask, what_if *w, pb_error *error)
{
    api_race       race;
    pb__race_notes notes;
    pb_status      status = api_race_read(ask, "from_lap", &race, error);
    uint32_t       n_set  = 0;
    if (status == PB_OK) status = api_pointed(pb__race_load(&race.choice, w->after.spec, &notes, error), error);
    if (status == PB_OK) status = api_pointed(api_race_state(&race, w->after.spec, error), error);
    n_set = api_race_unset(&race);
    if (status == PB_OK && n_set > 0) {
        status = api_pointed(pb__race_load(&race.choice, w->before.spec, &notes, error), error);
        if (status == PB_OK) status = api_pointed(api_race_state(&race, w->before.spec, error), error);
    } else if (status == PB_OK) {
        *w->before.spec = *w->after.spec;
    }
    api_race_free(&race);
    if (status != PB_OK || n_set == 0) return status;
    what_if_say(&w->change, "%u values set", n_set);
    w->change.other = true;
    if (w->before.spec->n_cars == w->after.spec->n_cars) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "/set: the cars must stay the same");
}

/* What is told twice, for the second of them, says the same. */
static pb_status change_both(const api_ask *ask, what_if *w, pb_error *error)
{
    pb_json        both = pb_json_get(ask->body, "both");
    what_if_change twice;
    if (!pb_json_present(both) || pb_json_is_null(both)) return PB_OK;
    PB_TRY(what_if_apply(both, w->before.spec, &w->both, error));
    memset(&twice, 0, sizeof twice);
    return what_if_apply(both, w->after.spec, &twice, error);
}

/* Changes add up. The pointer of the race file that comes of them would mislead: it is no place in the body. */
static pb_status check(const pb_race_spec *s, pb_error *error)
{
    pb_error why = {0};
    if (pb_race_spec_check(s, &why) == PB_OK) return PB_OK;
    return pb_error_set(error, PB_E_RULE, "all of it together makes no race: %s", why.text);
}

static pb_status change(const api_ask *ask, what_if *w, pb_error *error)
{
    PB_TRY(change_both(ask, w, error));
    PB_TRY(change_flag(ask, w, error));
    PB_TRY(what_if_apply(ask->body, w->after.spec, &w->change, error));
    PB_TRY(change_plan(ask, w, error));
    if (w->change.n_said == 0 && !what_if_asked(ask->body) && !pb_json_present(pb_json_member(ask->body, "both")))
        return pb_error_set(error, PB_E_MISSING,
                            "/set: what shall be different? \"set\", \"flag\", \"plan\", \"cars\", \"tyres\", "
                            "\"weather\", \"flags\" or \"pit_loss_s\" say it");
    PB_TRY(check(w->before.spec, error));
    return check(w->after.spec, error);
}

/* ---- playing both ---- */

/* Whose plan was told keeps to it, as in /strategies/compare. */
static void obey(const what_if_side *s, const what_if_change *told)
{
    for (uint32_t c = 0; c < s->spec->n_cars; c++)
        if (told->planned[c]) pb_sim_model_obey(s->model, c, s->spec->from_lap + 1u);
}

/* Where only plans differ the rest stays the same to the tick, the expected leader's clock included. */
static bool replanned(what_if *w)
{
    if (w->change.other || pb_sim_model_copy(w->before.model, &w->after.model) != PB_OK) return false;
    for (uint32_t c = 0; c < w->after.spec->n_cars; c++)
        if (w->change.planned[c] &&
            !pb_sim_model_replan(w->after.model, w->after.spec, c, &w->after.spec->cars[c].plans[0])) {
            pb_sim_model_destroy(w->after.model);
            w->after.model = NULL;
            return false;
        }
    return true;
}

static pb_status ready(what_if *w, pb_error *error)
{
    what_if_side *both[2] = {&w->before, &w->after};
    PB_TRY(pb_sim_model_create(w->before.spec, &w->before.model, error));
    if (!replanned(w)) PB_TRY(pb_sim_model_create(w->after.spec, &w->after.model, error));
    obey(&w->before, &w->both);
    obey(&w->after, &w->both);
    obey(&w->after, &w->change);
    for (int i = 0; i < 2; i++)
        if (pb_sim_result_create(both[i]->model, 0, &both[i]->result) != PB_OK ||
            pb_sim_scratch_create(both[i]->model, &both[i]->scratch) != PB_OK)
            return pb_error_set(error, PB_E_NOMEM, "out of memory");
    return PB_OK;
}

static void unready(what_if_side *s)
{
    pb_sim_scratch_destroy(s->scratch);
    pb_sim_result_destroy(s->result);
    pb_sim_model_destroy(s->model);
    free(s->spec);
}

static void sum_up(const what_if_side *s, what_if_sums *out)
{
    double n = (double)s->result->trials;
    for (uint32_t c = 0; c < s->spec->n_cars; c++) {
        out->of[c][WHAT_IF_POINTS] = n * pb_sim_expected_points(s->result, c, &s->spec->rules);
        out->of[c][WHAT_IF_PLACE]  = n * pb_sim_mean_place(s->result, c);
        out->of[c][WHAT_IF_WIN]    = n * pb__p_top(s->result, c, 1);
        out->of[c][WHAT_IF_PODIUM] = n * pb__p_top(s->result, c, 3);
    }
}

/* One more batch of both; its mean differences are a sample of twenty. */
static void play_batch(what_if *w, uint32_t batch, pb_isa isa)
{
    const what_if_sums old[2]  = {w->total[0], w->total[1]};
    what_if_side      *both[2] = {&w->before, &w->after};
    uint32_t           n       = w->trials / WHAT_IF_BATCHES;
    for (int i = 0; i < 2; i++) {
        pb_sim_run(both[i]->model, w->seed, batch * n, n, isa, both[i]->scratch, both[i]->result);
        sum_up(both[i], &w->total[i]);
    }
    for (uint32_t c = 0; c < w->before.spec->n_cars; c++)
        for (int m = 0; m < WHAT_IF_MEASURES; m++) {
            double d = (w->total[1].of[c][m] - old[1].of[c][m] - w->total[0].of[c][m] + old[0].of[c][m]) / n;
            w->sum[c][m] += d;
            w->squares[c][m] += d * d;
        }
}

pb_gain what_if_difference(const what_if *w, uint32_t car, what_if_measure m)
{
    double mean = w->sum[car][m] / WHAT_IF_BATCHES;
    double var  = fmax(w->squares[car][m] / WHAT_IF_BATCHES - mean * mean, 0) / (WHAT_IF_BATCHES - 1);
    double by   = T_19 * sqrt(var);
    if (m == WHAT_IF_PLACE) mean = -mean;
    return (pb_gain){.value = mean, .lo = mean - by, .hi = mean + by};
}

/* ---- the route ---- */

static pb_status answer(const api_ask *ask, what_if *w, pb_json_writer *to, pb_error *error)
{
    w->trials = TRIALS;
    PB_TRY(api_read_u32(ask->body, "trials", WHAT_IF_BATCHES, TRIALS_MOST, &w->trials, error));
    w->trials -= w->trials % WHAT_IF_BATCHES;
    PB_TRY(api_read_seed(ask->body, &w->seed, error));
    PB_TRY(load(ask, w, error));
    PB_TRY(change(ask, w, error));
    PB_TRY(ready(w, error));
    for (uint32_t b = 0; b < WHAT_IF_BATCHES; b++) play_batch(w, b, ask->desk->isa);
    what_if_json(w, to);
    return PB_OK;
}

pb_status api_what_if(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    what_if *w = calloc(1, sizeof *w);
    if (!w) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    w->before.spec = calloc(1, sizeof *w->before.spec);
    w->after.spec  = calloc(1, sizeof *w->after.spec);
    pb_status status =
        w->before.spec && w->after.spec ? answer(ask, w, to, error) : pb_error_set(error, PB_E_NOMEM, "out of memory");
    unready(&w->before);
    unready(&w->after);
    free(w);
    return status;
}
