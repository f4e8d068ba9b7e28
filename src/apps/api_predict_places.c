/* POST /predictions/positions: where cars finish: by the model `live` where laps are there,
 * else by playing the race on. */
#include <math.h>
#include <string.h>

#include "api_answers.h"
#include "api_moment.h"
#include "pitboard/engine.h"

#define TRIALS 2000
#define TRIALS_MOST 20000
#define PLACES_MODEL 22

/* One car's places, however they were found. */
typedef struct places {
    uint32_t n;
    double   p[PB_CARS_MAX + 1], mean, lo, hi;
} places;

/* The place by which so much of the distribution lies. */
static double quantile(const places *x, double prob)
{
    double sum = 0;
    for (uint32_t k = 1; k <= x->n; k++) {
        sum += x->p[k];
        if (sum >= prob - 1e-12) return k;
    }
    return x->n;
}

static double first(const places *x, uint32_t k)
{
    double sum = 0;
    for (uint32_t i = 1; i <= k && i <= x->n; i++) sum += x->p[i];
    return fmin(sum, 1);
}

static void put_car(const api_moment *m, uint32_t car, const places *x, pb_json_writer *to)
{
    pb_json_object(to, NULL);
    pb_json_put_text(to, "car", m->spec->cars[car].code);
    pb_json_put_i64(to, "position", m->spec->cars[car].state.position);
    api_value_put(to, x->mean, x->lo, x->hi, 0.8, "place");
    pb_json_put_fixed(to, "p_win", first(x, 1), 6);
    pb_json_put_fixed(to, "p_podium", first(x, 3), 6);
    pb_json_put_fixed(to, "p_points", first(x, 10), 6);
    pb_json_array(to, "position_probs");
    for (uint32_t k = 1; k <= x->n; k++) pb_json_put_fixed(to, NULL, x->p[k], 6);
    pb_json_array_end(to);
    pb_json_object_end(to);
}

/* ---- by the model ---- */

static void places_of_row(const pb_row *row, uint32_t n_cars, places *out)
{
    *out = (places){.n = n_cars < PLACES_MODEL ? n_cars : PLACES_MODEL, .mean = row->value[0]};
    for (uint32_t k = 1; k <= out->n; k++) out->p[k] = row->value[3 + k];
    out->lo = row->value[26];
    out->hi = row->value[27];
}

static pb_status put_by_model(const api_moment *m, bool all, api_spoke *spoke, pb_evidence *evidence,
                              pb_json_writer *to, pb_error *error)
{
    const pb_model *model;
    pb_model       *own;
    PB_TRY(api_moment_model(m, "live", &model, &own, spoke, error));
    pb_status status = PB_OK;
    for (uint32_t c = 0; c < m->spec->n_cars && status == PB_OK; c++) {
        pb_row   row;
        places   x;
        pb_error why = {0};
        if (all ? !m->spec->cars[c].state.running : c != m->car) continue;
        const pb_question q = {
            .history = &m->view.history, .at = m->view.see.at, .car = (int32_t)c, .lap = m->spec->from_lap};
        status = pb_model_kind_find("live")->explain(model, &q, &row, evidence, &why);
        if (status == PB_E_MISSING && all)
            status = PB_OK; /* the model takes it for out */
        else if (status == PB_OK) {
            places_of_row(&row, m->spec->n_cars, &x);
            put_car(m, c, &x, to);
        } else
            pb_error_set(error, status, "/car: %s", why.text);
    }
    pb_model_destroy(own);
    return status;
}

/* ---- by playing on ---- */

static pb_status put_by_play(const api_moment *m, bool all, uint32_t trials, uint64_t seed, pb_json_writer *to,
                             pb_error *error)
{
    pb_sim_model  *model = NULL;
    pb_sim_result *r     = NULL;
    pb_run_options run;
    pb_run_options_default(&run);
    run.trials  = trials;
    run.seed    = seed;
    run.threads = m->ask->work->options.threads;
    run.isa     = m->ask->desk->isa;
    PB_TRY(pb_sim_model_create(m->spec, &model, error));
    pb_status status = pb_engine_simulate(model, &run, &r, error);
    pb_sim_model_destroy(model);
    for (uint32_t c = 0; status == PB_OK && c < m->spec->n_cars; c++) {
        places x = {.n = r->n_cars, .mean = pb_sim_mean_place(r, c)};
        if (all ? !m->spec->cars[c].state.running : c != m->car) continue;
        for (uint32_t k = 1; k <= x.n; k++) x.p[k] = pb_sim_p_place(r, c, k);
        x.lo = quantile(&x, 0.1);
        x.hi = quantile(&x, 0.9);
        put_car(m, c, &x, to);
    }
    pb_sim_result_destroy(r);
    return status;
}

static pb_status positions_of(const api_ask *ask, api_moment *m, pb_json_writer *to, pb_error *error)
{
    bool        all    = !pb_json_present(pb_json_get(ask->body, api_race_named(ask->body) ? "car" : "driver"));
    uint32_t    trials = TRIALS;
    uint64_t    seed;
    api_spoke   spoke                     = {.name = "simulation", .version = API_VERSION_NONE};
    pb_evidence evidence[PB_EVIDENCE_MAX] = {0};
    PB_TRY(api_read_u32(ask->body, "trials", 100, TRIALS_MOST, &trials, error));
    PB_TRY(api_read_seed(ask->body, &seed, error));
    pb_json_object(to, NULL);
    pb_json_put_text(to, "race", m->spec->name[0] ? m->spec->name : m->spec->id);
    pb_json_put_i64(to, "lap", m->spec->from_lap);
    pb_json_put_i64(to, "laps", m->spec->rules.laps);
    pb_json_array(to, "cars");
    if (m->laps)
        PB_TRY(put_by_model(m, all, &spoke, evidence, to, error));
    else
        PB_TRY(put_by_play(m, all, trials, seed, to, error));
    pb_json_array_end(to);
    api_tail_put(m, &spoke, all ? NULL : evidence, to);
    pb_json_object_end(to);
    return PB_OK;
}

pb_status api_predict_positions(const api_ask *ask, pb_json_writer *to, pb_error *error)
{
    api_moment m;
    pb_status  status = api_moment_read(ask, true, &m, error);
    if (status == PB_OK) status = positions_of(ask, &m, to, error);
    api_moment_free(&m);
    return status;
}
